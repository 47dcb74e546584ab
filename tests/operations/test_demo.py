"""The demonstration: what is in it, that it is whole, and that it is the same at every load."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models import Count

from assessments.models import Appeal, Attempt, AttemptItem, Override
from certificates.models import Certificate
from courses.models import Enrolment, Lesson, Module
from mail.models import Message
from operations.demo.people import DOMAIN
from operations.demo.plan import WORKSHOPS
from operations.management.commands import load_demo
from people.models import Account, Agency, Person
from tests.databases import Database
from workshops.models import (
    AttendanceEvent,
    AttendanceRecord,
    AttendanceStatus,
    PhaseAttempt,
    Registration,
    Workshop,
)
from workshops.services import messages_about

REPORTS = ["agency-attendance", "agency-results"]


@pytest.fixture(scope="module")
def demo_template(django_db_setup: Database, django_db_blocker: Any) -> Iterator[Database]:
    """The database with the demonstration, loaded once a day for all that begin in it."""
    with django_db_blocker.unblock():
        django_db_setup.prepare_demo()
    yield django_db_setup
    shutil.rmtree(settings.PRIVATE_ROOT, ignore_errors=True)


@pytest.fixture
def demo(transactional_db: None, demo_template: Database) -> Callable[[str], Account]:
    """Begin with the demonstration as it was loaded; `demo("learner")` is one of its accounts."""
    demo_template.restore_demo()
    return lambda word: Account.objects.get(email=f"{word}@{DOMAIN}")


def counted(queryset: Any, field: str) -> dict[Any, int]:
    return dict(Counter(queryset.values_list(field, flat=True)))


def rows_by_table() -> dict[str, int]:
    return {model._meta.label: model._base_manager.count() for model in apps.get_models(include_auto_created=True)}


def printed(name: str, *arguments: str) -> str:
    out = StringIO()
    call_command(name, *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def reported(name: str, folder: Path) -> str:
    file = folder / f"{name}.json"
    call_command("report", name, "--as", f"coordinator@{DOMAIN}", "--format", "json", "--output", file)
    return file.read_text(encoding="utf-8")


# --- What is there ---------------------------------------------------------------------------------------------------
def test_three_hundred_officials_belong_to_a_tree_of_agencies_of_which_one_was_merged_and_one_closed(
    demo: Callable[[str], Account],
) -> None:
    closed = Agency.objects.filter(closed_on__isnull=False).order_by("code")

    assert Person.objects.count() == 300
    assert list(closed.values_list("code", "successor__code")) == [("HLT-01-BR-2", "HLT-01-BR"), ("NGO-05", None)]
    assert Agency.objects.get(code="HLT-01-BR").parent == Agency.objects.get(code="GOV-11-BR")


def test_twelve_workshops_stand_in_every_state(demo: Callable[[str], Account]) -> None:
    states = {workshop.code: workshop.status for workshop in Workshop.objects.all()}

    assert states == {plan.code: plan.fate for plan in WORKSHOPS}
    assert set(states.values()) == set(Workshop.Status.values)


def test_attendance_has_every_status_source_and_corrections(demo: Callable[[str], Account]) -> None:
    assert set(counted(AttendanceRecord.objects, "status")) == set(AttendanceStatus.values)
    assert set(counted(AttendanceEvent.objects, "source")) == set(AttendanceEvent.Source.values)
    assert AttendanceEvent.objects.filter(correction=True).count() >= 5


def test_records_are_what_their_events_amount_to(demo: Callable[[str], Account]) -> None:
    assert '"different": 0' in printed("rebuild_attendance", "--check", "--json")


def test_whoever_moved_between_two_days_counts_for_one_agency_on_each(demo: Callable[[str], Account]) -> None:
    moved = AttendanceRecord.objects.filter(
        session__workshop__code="RW-05", agency__code="HLT-04-BR", registration__agency__code="HLT-01-BR"
    )
    person = moved.values_list("person", flat=True).distinct().get()
    records = AttendanceRecord.objects.filter(session__workshop__code="RW-05", person=person)

    first_day = Workshop.objects.get(code="RW-05").starts_on
    by_day = {(record.session.day == first_day, record.agency.code) for record in records.select_related("session")}
    assert by_day == {(True, "HLT-01-BR"), (False, "HLT-04-BR")}


def test_some_withdrew_after_a_day_that_still_counts_and_some_walked_in(demo: Callable[[str], Account]) -> None:
    withdrawn = Registration.objects.filter(state=Registration.State.WITHDRAWN, records__credited_minutes__gt=0)

    assert withdrawn.distinct().count() >= 5
    assert Registration.objects.filter(source=Registration.Source.WALK_IN).count() >= 5


def test_sixty_people_took_the_test_before_and_after(demo: Callable[[str], Account]) -> None:
    forms = {
        phase: set(PhaseAttempt.objects.filter(phase=phase).values_list("registration", "attempt__form"))
        for phase in PhaseAttempt.Phase.values
    }
    people = {phase: {registration for registration, _form in found} for phase, found in forms.items()}

    assert len(people["pre"] & people["post"]) >= 60
    before, after = dict(forms["pre"]), dict(forms["post"])
    taken = Counter((before[each], after[each]) for each in people["pre"] & people["post"])
    assert set(taken) == {("A", "B"), ("B", "A")}
    assert abs(taken["A", "B"] - taken["B", "A"]) <= taken.total() // 5


# --- Modules, tests, certificates ------------------------------------------------------------------------------------
def test_five_modules_are_offered_and_the_lesson_that_awaits_a_lawyer_is_not(demo: Callable[[str], Account]) -> None:
    offered = Counter(Lesson.objects.offered().values_list("module__code", flat=True))

    assert set(Module.objects.offered().values_list("code", flat=True)) == {"M0", "M1", "M2", "M3", "M4"}
    assert offered == {"M0": 6, "M1": 5, "M2": 6, "M3": 6, "M4": 6}
    assert set(counted(Enrolment.objects, "module__code")) == {"M0", "M1", "M2", "M3", "M4"}


def test_the_items_of_a_test_taken_two_hundred_times_differ_in_quality(demo: Callable[[str], Account]) -> None:
    sat = Attempt.objects.filter(test__code="M1-FINAL", submitted_at__isnull=False)
    items = AttemptItem.objects.filter(attempt__in=sat)
    easy = items.filter(version__question__code="M1-Q01")
    shunned = items.filter(version__question__code="M1-Q07")

    assert sat.count() >= 200
    assert counted(easy, "mark") == {100: sat.count()}
    assert set(counted(shunned, "response")) == {"A", "B", "C"}


def test_the_sum_of_the_items_is_the_mark_of_each_attempt(demo: Callable[[str], Account]) -> None:
    marked = Attempt.objects.filter(submitted_at__isnull=False).exclude(outcome=Attempt.Outcome.PENDING)
    marks = {attempt.pk: attempt.mark for attempt in marked}
    sums: Counter[int] = Counter()
    for attempt, mark in AttemptItem.objects.filter(attempt__in=list(marks)).values_list("attempt", "mark"):
        sums[attempt] += mark

    assert marks == {pk: sums[pk] for pk in marks}


def test_answers_wait_for_a_marker_marks_are_asked_about_and_exceptions_hold(demo: Callable[[str], Account]) -> None:
    waiting = AttemptItem.objects.to_mark()
    given = Counter(waiting.annotate(given=Count("markings")).values_list("given", flat=True))
    answered = Appeal.objects.filter(answered_at__isnull=False)

    assert {each.attempt.test.code for each in waiting.select_related("attempt__test")} == {"WRITTEN-1"}
    assert (given[0] > 0, given[1] > 0) == (True, True)
    assert (Appeal.objects.count(), answered.count()) == (3, 2)
    assert list(Override.objects.order_by("test__code").values_list("test__code", flat=True)) == [
        "M1-FINAL",
        "WRITTEN-1",
    ]


def test_certificates_stand_in_every_state(demo: Callable[[str], Account]) -> None:
    states = Counter(certificate.status for certificate in Certificate.objects.all())
    pending = Certificate.objects.unsealed()

    assert set(states) == set(Certificate.Status)
    assert all("ễ (U+1EC5)" in certificate.failure for certificate in pending)
    assert Certificate.objects.get(revoked_at__isnull=False).status_reason


def test_one_was_issued_anew_after_revocation_one_with_a_corrected_name_one_to_renew_it(
    demo: Callable[[str], Account],
) -> None:
    successors = Certificate.objects.filter(supersedes__isnull=False).select_related("supersedes").order_by("issued_at")
    first_names = [[each.payload["holder"]["latin"].split()[0] for each in (new.supersedes, new)] for new in successors]

    assert [new.status for new in successors] == ["valid"] * 3
    assert [new.supersedes.status for new in successors] == ["revoked", "superseded", "superseded"]
    assert first_names[1] == ["Ihar", "Igor"]
    assert [old == new for old, new in first_names] == [True, False, True]


def test_messages_were_sent_wait_were_cancelled_stopped_or_never_arrived(demo: Callable[[str], Account]) -> None:
    states = counted(Message.objects, "state")
    of = {
        code: set(messages_about(Workshop.objects.get(code=code)).values_list("state", flat=True))
        for code in ["IW-03", "RW-07", "RW-04"]
    }

    assert set(states) == {"planned", "sent", "cancelled", "failed"}
    assert of == {
        "IW-03": {"planned", "cancelled", "sent"},
        "RW-07": {"cancelled", "sent"},
        "RW-04": {"cancelled", "sent"},
    }
    assert Message.objects.get(stopped_at__isnull=False).state == "cancelled"
    assert not Message.objects.due().exists()
    assert all(message.failure.startswith("SMTP") for message in Message.objects.filter(state="failed"))


# --- The stories of the sign-ins -------------------------------------------------------------------------------------
def test_the_learner_has_one_module_and_is_in_the_middle_of_another(demo: Callable[[str], Account]) -> None:
    learner = demo("learner").person
    enrolment = Enrolment.objects.with_facts("en").get(person=learner, completed_at__isnull=True)
    confirmed = Registration.objects.filter(person=learner, state=Registration.State.CONFIRMED)

    assert (enrolment.module.code, enrolment.standing().next_step.lesson) == ("M1", "M1.3")
    assert learner.enrolments.get(completed_at__isnull=False).module.code == "M0"
    assert learner.certificates.filter(enrolment__module__code="M0", sealed_at__isnull=False).count() == 1
    assert {"IW-02", "IW-03"} <= set(confirmed.values_list("workshop__code", flat=True))


def test_the_facilitator_runs_the_workshop_that_is_under_way(demo: Callable[[str], Account]) -> None:
    running = Workshop.objects.facilitated_by(demo("facilitator")).get(status=Workshop.Status.RUNNING)

    assert running.sessions.filter(sign_off__isnull=False).exists()
    assert running.sessions.filter(opened_at__isnull=True).exists()


def test_the_coordinator_has_people_in_several_workshops(demo: Callable[[str], Account]) -> None:
    seen = Registration.objects.visible_to(demo("coordinator")).values_list("workshop__code", flat=True)

    assert {"RW-01", "RW-03", "RW-05", "IW-01", "IW-02", "IW-03"} <= set(seen)


# --- Loading ---------------------------------------------------------------------------------------------------------
def test_a_second_load_changes_nothing(demo: Callable[[str], Account]) -> None:
    before = rows_by_table()

    call_command("load_demo", stderr=StringIO())

    assert rows_by_table() == before


@pytest.mark.deep
def test_two_loads_on_one_day_tell_the_same(
    demo: Callable[[str], Account], demo_template: Database, tmp_path: Path
) -> None:
    first = {name: reported(name, tmp_path) for name in REPORTS}
    demo_template.restore()

    call_command("load_demo", stderr=StringIO())

    assert {name: reported(name, tmp_path) for name in REPORTS} == first


@pytest.mark.deep
def test_a_load_that_fails_leaves_nothing_behind(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rows_by_table()

    def fail(*_args: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(load_demo, "settle", fail)
    with pytest.raises(ConnectionError):
        call_command("load_demo", stderr=StringIO())

    assert rows_by_table() == before
    assert not connection.in_atomic_block
