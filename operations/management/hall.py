"""A ministry's hall full of people, and a course of many days with everybody's attendance, made to be measured: rolled
back afterwards, or in a database of its own."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from people.models import Account, Agency, Membership, Person, Role
from people.services import create_agency, grant_role
from workshops.models import AttendanceRecord, AttendanceStatus, Registration, Session, Workshop
from workshops.services import add_session, add_sessions, open_check_in, publish_workshop, schedule_workshop
from workshops.timetable import Slot

CODE, COURSE = "MEASURED-HALL", "MEASURED-COURSE"
QUARTER = timedelta(minutes=15)
NAMES = ["Александрович", "Верасовіч", "Габрусь", "Данилевская", "Жук", "Красоўская", "Лукашэвіч"]


@dataclass(frozen=True)
class Hall:
    """A session that begins in a quarter of an hour, its check-in open, and those who are confirmed for it."""

    session: Session
    facilitator: Account
    people: list[Account]


@transaction.atomic
def fill_hall(people: int) -> Hall:
    """Make a published workshop, so many confirmed people with accounts, and a facilitator; open the check-in."""
    agency = create_agency(
        code=CODE, name_en="A ministry with a hall", kind=Agency.Kind.HEALTH_INSTITUTION, name_ru="Министерство с залом"
    )
    (lead, facilitator), *others = people_with_accounts(people + 1, agency)
    session = _session(lead)
    _confirm(session.workshop, agency, [person for person, _account in others], timezone.now() - timedelta(days=10))
    opened = open_check_in(session=session, actor=facilitator)
    return Hall(opened, facilitator, [account for _person, account in others])


@dataclass(frozen=True)
class Course:
    """A workshop that is over, and who coordinates the agency of all who took part."""

    workshop: Workshop
    coordinator: Account


@transaction.atomic
def fill_course(people: int, sessions: int) -> Course:
    """Make a workshop of so many past sessions, so many people, and a record of each in each."""
    agency = create_agency(
        code=f"{COURSE}-AGENCY", name_en="A ministry that learns", kind=Agency.Kind.HEALTH_INSTITUTION
    )
    (lead, coordinator), *others = people_with_accounts(people + 1, agency)
    grant_role(account=coordinator, role=Role.COORDINATOR, agency=agency)
    first_day = timezone.localdate() - timedelta(days=sessions + 10)
    workshop = schedule_workshop(
        code=COURSE, title_en="A long course", starts_on=first_day, language="ru", facilitators=[lead]
    )
    held = add_sessions(
        workshop=workshop,
        rows=[
            (Slot(first_day + timedelta(days=number), time(9), time(10, 30)), {"title_en": f"Day {number + 1}"})
            for number in range(sessions)
        ],
    )
    before = timezone.now() - timedelta(days=sessions + 20)
    confirmed = _confirm(workshop, agency, [person for person, _account in others], before)
    AttendanceRecord.objects.bulk_create(
        [
            AttendanceRecord(
                session=session,
                person_id=each.person_id,
                registration=each,
                agency=agency,
                planned_minutes=session.planned_minutes,
                **_standing(number + 3 * session.number, session.planned_minutes),
            )
            for session in held
            for number, each in enumerate(confirmed)
        ],
        batch_size=2000,
    )
    Registration.objects.filter(workshop=workshop).update(attended=True)
    Workshop.objects.filter(pk=workshop.pk).update(status=Workshop.Status.ENDED)
    return Course(workshop, coordinator)


def _standing(turn: int, planned: int) -> dict[str, Any]:
    """Of ten, seven were there, one came late, one was excused and one did not come."""
    status = [AttendanceStatus.PRESENT] * 7 + [
        AttendanceStatus.LATE,
        AttendanceStatus.EXCUSED,
        AttendanceStatus.ABSENT,
    ]
    found = status[turn % len(status)]
    minutes = {AttendanceStatus.PRESENT: planned, AttendanceStatus.LATE: planned - 20}
    return {"status": found, "credited_minutes": minutes.get(found, 0)}


def _confirm(workshop: Workshop, agency: Agency, people: list[Person], moment: datetime) -> list[Registration]:
    return Registration.objects.bulk_create(
        Registration(
            workshop=workshop,
            person=person,
            agency=agency,
            state=Registration.State.CONFIRMED,
            source=Registration.Source.NOMINATION,
            created_at=moment,
            confirmed_at=moment,
        )
        for person in people
    )


def people_with_accounts(count: int, agency: Agency) -> list[tuple[Person, Account]]:
    """People in bulk: each by the service would take a tenth of a second."""
    people = Person.objects.bulk_create(
        Person(
            family_name=NAMES[number % len(NAMES)],
            given_name=f"Настасся {number}",
            patronymic="Уладзіславаўна",
            sort_name=f"{NAMES[number % len(NAMES)]} {number:04d}",
        )
        for number in range(count)
    )
    since = timezone.localdate() - timedelta(days=365)
    Membership.objects.bulk_create(
        Membership(person=each, agency=agency, primary=True, valid_from=since) for each in people
    )
    nobodys = make_password(None)
    accounts = Account.objects.bulk_create(
        Account(person=each, email=f"{each.public_code}@hall.example".lower(), password=nobodys) for each in people
    )
    return list(zip(people, accounts, strict=True))


def _session(lead: Person) -> Session:
    now = timezone.now()
    here = timezone.localtime(now).replace(hour=9, minute=0, second=0, microsecond=0)
    workshop = schedule_workshop(
        code=CODE, title_en="A full hall", starts_on=here.date(), language="ru", facilitators=[lead]
    )
    session = add_session(
        workshop=workshop,
        title_en="Opening",
        day=here.date(),
        start_time=here.time(),
        end_time=(here + 4 * QUARTER).time(),
    )
    publish_workshop(workshop=workshop)
    # Whenever it is measured, people have just begun to come.
    Session.objects.filter(pk=session.pk).update(starts_at=now + QUARTER, ends_at=now + 5 * QUARTER)
    return Session.objects.select_related("workshop").get(pk=session.pk)
