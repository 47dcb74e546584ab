"""Completed modules and workshops as the services of the apps below leave them, and certificates made from them."""

import uuid
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from certificates.models import Certificate
from certificates.services import award_enrolment, seal
from courses.models import Enrolment, Lesson, LessonProgress, Module
from people.models import Agency, Person
from tests.factories.people import make_agency, make_person
from workshops.models import AttendanceRecord, Registration, Session, Workshop

COMPLETED = datetime(2026, 3, 9, 9, 30, tzinfo=UTC)
MODULE_RESULT = {"lessons": [2, 2], "mark": 2000, "max_mark": 2400, "pass_mark": 75, "attempt": 1}
WORKSHOP_RESULT = {
    "sessions": [2, 3],
    "credited_minutes": 170,
    "planned_minutes": 200,
    "share": 0.85,
    "threshold": 80,
    "test_required": False,
    "pass_mark": 75,
    "mark": None,
    "max_mark": None,
}


def _holder(person: Person | None) -> tuple[Person, Agency]:
    if person is None:
        agency = make_agency(
            name_en="City polyclinic", name_ru="Городская поликлиника", name_be="Гарадская паліклініка"
        )
        return make_person(agency=agency), agency
    return person, person.memberships.current().select_related("agency").get().agency


def make_completed_enrolment(*, person: Person | None = None, result: Any = None, **module: Any) -> Enrolment:
    """A module of lessons of 60 and 45 minutes, finished, and a third that was not opened."""
    person, agency = _holder(person)
    code = f"M{Module.objects.count() + 1}"
    taken = Module.objects.create(**{"code": code, "translation_key": uuid.uuid4(), **module})
    enrolment = Enrolment.objects.create(
        module=taken,
        person=person,
        agency=agency,
        enrolled_at=COMPLETED - timedelta(days=9),
        started_at=COMPLETED - timedelta(days=9),
        completed_at=COMPLETED,
        rule_version=1,
        completion=result or MODULE_RESULT,
    )
    for position, minutes in enumerate((60, 45, 30), start=1):
        lesson = Lesson.objects.create(
            module=taken,
            code=f"{code}.{position}",
            translation_key=uuid.uuid4(),
            position=position,
            minutes=minutes,
            required=position < 3,
        )
        if lesson.required:
            LessonProgress.objects.create(
                enrolment=enrolment, lesson=lesson, started_at=COMPLETED, completed_at=COMPLETED
            )
    return enrolment


def make_completed_registration(*, person: Person | None = None, result: Any = None) -> Registration:
    """A workshop on 9 and 10 March: 90 of 100 and 80 of 100 required minutes, and 60 that were not required."""
    person, agency = _holder(person)
    workshop = Workshop.objects.create(
        code=f"W{Workshop.objects.count() + 1}",
        title_en="Migration and health together",
        title_ru="Миграция и здоровье вместе",
        title_be="Міграцыя і здароўе разам",
        status=Workshop.Status.ENDED,
        status_at=COMPLETED,
        starts_on=date(2026, 3, 9),
        ends_on=date(2026, 3, 10),
    )
    registration = Registration.objects.create(
        workshop=workshop,
        person=person,
        agency=agency,
        state=Registration.State.CONFIRMED,
        source=Registration.Source.NOMINATION,
        created_at=COMPLETED - timedelta(days=20),
        confirmed_at=COMPLETED - timedelta(days=10),
        attended=True,
        completed_at=COMPLETED + timedelta(days=1),
        completion=result or WORKSHOP_RESULT,
    )
    for number, (planned, credited, required) in enumerate(
        ((100, 90, True), (100, 80, True), (60, 60, False)), start=1
    ):
        starts_at = datetime.combine(date(2026, 3, 9), time(6 + 2 * number), UTC)
        session = Session.objects.create(
            workshop=workshop,
            number=number,
            title_en=f"Session {number}",
            day=starts_at.date(),
            start_time=starts_at.time(),
            end_time=(starts_at + timedelta(minutes=planned)).time(),
            zone="UTC",
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=planned),
            planned_minutes=planned,
            required=required,
        )
        AttendanceRecord.objects.create(
            session=session,
            person=person,
            registration=registration,
            agency=agency,
            planned_minutes=planned,
            credited_minutes=credited,
            status="present" if credited == planned else "late",
        )
    return registration


def make_certificate(*, person: Person | None = None, **fields: Any) -> Certificate:
    """A sealed certificate of a module, with `fields` set afterwards."""
    certificate = seal(certificate=award_enrolment(enrolment=make_completed_enrolment(person=person)))
    if fields:
        Certificate.objects.filter(pk=certificate.pk).update(**fields)
        certificate.refresh_from_db()
    return certificate
