"""The demonstration: what is in it, that it is whole, and that it is the same at every load."""

from collections import Counter
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.models import Count, Q
from django.utils import timezone

from assessments.models import Appeal, Attempt, AttemptItem, Override
from certificates.models import Certificate
from certificates.services import audit
from courses.models import Enrolment, Lesson, Module
from mail.models import Message
from operations.demo.people import DOMAIN
from operations.demo.plan import WORKSHOPS
from operations.management.commands import load_demo
from operations.services import content_status
from people.models import Account, Agency, Merge, NotTheSame, Person
from people.services import likely_doubles
from programmes.models import IndicatorValue, Programme, ProgrammeCompletion
from tests.databases import Database
from workshops.models import (
    ActionPlan,
    AttendanceEvent,
    AttendanceRecord,
    AttendanceRequest,
    AttendanceStatus,
    Facilitation,
    FacilitatorNote,
    Material,
    Need,
    OnlineLog,
    OnlineName,
    PhaseAttempt,
    Recommendation,
    RegisterScan,
    Registration,
    Room,
    Session,
    Workshop,
    WorkshopRequest,
)
from workshops.services import find_clashes, messages_about, waiting_places, who_was_online
from workshops.services.clashes import Wanted

REPORTS = ["agency-attendance", "agency-results"]


@pytest.fixture
def demo(demonstration: None, db: None) -> Callable[[str], Account]:
    """`demo("learner")` is one of the accounts of the demonstration."""
    return lambda word: Account.objects.get(email=f"{word}@{DOMAIN}")


def counted(queryset: Any, field: str) -> dict[Any, int]:
    return dict(Counter(queryset.values_list(field, flat=True)))


def beginning(file: Any) -> bytes:
    with file.open() as opened:
        return opened.read(5)


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


# --- Workshops before and after ------------------------------------------------------------------------------------
def test_agencies_asked_for_workshops_of_which_some_are_planned_and_one_was_declined(
    demo: Callable[[str], Account],
) -> None:
    requests = WorkshopRequest.objects.order_by("asked_at").select_related("agency", "workshop")
    declined = requests.get(state=WorkshopRequest.State.DECLINED)

    assert [(each.agency.code, each.state, each.workshop.code if each.workshop else "") for each in requests] == [
        ("HLT-04-BR", "declined", ""),
        ("GOV-11-BR", "scheduled", "RW-08"),
        ("GOV-02-GR", "scheduled", "IW-04"),
        ("GOV-02", "open", ""),
        ("GOV-11-BR", "open", ""),
    ]
    assert (declined.answer != "", declined.answered_by) == (True, demo("manager"))
    assert requests.visible_to(demo("coordinator")).count() == 3


def test_workshops_are_held_in_rooms_that_others_cannot_have_meanwhile(demo: Callable[[str], Account]) -> None:
    used = dict(Session.objects.filter(room__isnull=False).values_list("workshop__code", "room__name").distinct())
    free = Room.objects.filter(sessions__isnull=True)
    coming = Session.objects.filter(workshop__code="IW-03").order_by("number")
    first = coming[0]

    clashes = find_clashes(wanted=[Wanted(first.starts_at, first.ends_at, first.room)], workshop=None, facilitators=[])

    assert set(used) == {"IW-01", "IW-02", "IW-03", "RW-08"}
    assert (len(set(used.values())), free.count()) == (4, 1)
    assert Room.objects.filter(address__contains="без ступеней").exists()
    assert clashes == [first]


def test_the_coordinator_sees_the_own_people_in_every_state_of_coming_in(demo: Callable[[str], Account]) -> None:
    own = Registration.objects.visible_to(demo("coordinator"))
    states = {code: set(own.filter(workshop__code=code).values_list("state", flat=True)) for code in ["IW-03", "RW-08"]}
    ended = own.filter(workshop__code__in=states, state__in=["withdrawn", "rejected", "replaced"])
    in_order = own.filter(workshop__code="IW-03", priority__gt=0).values_list("priority", flat=True)

    assert states == {
        "IW-03": {"nominated", "invited", "confirmed", "withdrawn", "replaced"},
        "RW-08": {
            "nominated", "invited", "pending", "confirmed", "waitlisted", "offered", "lapsed", "rejected", "withdrawn",
        },
    }  # fmt: skip
    assert all(each.reason for each in ended)
    assert sorted(set(in_order)) == list(range(1, 10))
    assert Registration.objects.get(workshop__code="IW-03", state="replaced").replaced_by is not None


def test_in_a_full_workshop_one_offer_lapsed_one_stands_and_others_wait(demo: Callable[[str], Account]) -> None:
    workshop = Workshop.objects.get(code="RW-08")
    pools = workshop.pools.with_taken()
    offered = workshop.registrations.get(state=Registration.State.OFFERED)
    lapsed = workshop.registrations.get(state=Registration.State.LAPSED)
    today = timezone.localdate()

    assert all(pool.taken == pool.seats for pool in pools)
    assert (workshop.approval, workshop.self_registration) == (Workshop.Approval.AGENCY, True)
    assert all(pool.released_on > today for pool in pools if pool.agency)
    assert lapsed.offered_until < timezone.now() < offered.offered_until
    assert sorted(waiting_places(workshop).values()) == [1, 2, 3]


def test_in_the_running_workshop_people_were_noted_in_five_ways(demo: Callable[[str], Account]) -> None:
    decided = AttendanceRecord.objects.filter(session__workshop__code="IW-02", status=AttendanceStatus.PRESENT)
    on_screen = Session.objects.filter(workshop__code="IW-02", check_in_closed_at__isnull=False)
    scan = RegisterScan.objects.get(session__workshop__code="IW-02")

    assert set(decided.values_list("reason", flat=True)) == {"qr", "code", "badge", "paper", "facilitator"}
    assert list(on_screen.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert beginning(scan.file) == b"%PDF-"


def test_the_logs_of_the_online_workshop_were_applied_and_one_name_is_open(demo: Callable[[str], Account]) -> None:
    logs = OnlineLog.objects.order_by("session__number")
    online = AttendanceRecord.objects.filter(session__workshop__code="RW-06", reason="online")

    assert set(logs.values_list("session__workshop__code", flat=True)) == {"RW-06"}
    assert (logs.count(), logs.filter(applied_at=None).count()) == (8, 0)
    assert [each.name for log in logs for each in who_was_online(log) if each.open] == ["Планшет отделения"]
    assert OnlineName.objects.filter(registration__isnull=True).count() == 1
    assert online.filter(credited_minutes__gt=0).count() >= 100


def test_materials_are_for_people_now_later_or_for_facilitators_only(demo: Callable[[str], Account]) -> None:
    now = timezone.now()
    materials = Material.objects.filter(workshop__code="IW-02")
    shown = Material.objects.visible_to(demo("learner"), now)

    assert materials.filter(released_at__gt=now).count() == 1
    assert materials.filter(for_facilitators=True).count() == 1
    assert shown.filter(workshop__code="IW-02").count() == materials.count() - 2
    assert all(beginning(each.file) == b"%PDF-" for each in Material.objects.exclude(file=""))
    assert Material.objects.exclude(link="").exists()
    assert FacilitatorNote.objects.filter(session__isnull=False).exists()


def test_recommendations_have_agencies_and_days_and_some_are_done(demo: Callable[[str], Account]) -> None:
    assert set(counted(Recommendation.objects, "state")) == set(Recommendation.State.values)
    assert not Recommendation.objects.filter(Q(agency=None) | Q(due_on=None)).exists()
    assert Recommendation.objects.filter(agency__in=Agency.objects.coordinated_by(demo("coordinator"))).count() >= 5


def test_people_wrote_plans_and_some_said_after_ninety_days_what_came_of_them(demo: Callable[[str], Account]) -> None:
    plans = ActionPlan.objects.select_related("registration__workshop")
    answered = plans.exclude(outcome="")

    assert set(counted(answered, "outcome")) == set(ActionPlan.Outcome.values)
    assert all((each.outcome_at.date() - each.registration.workshop.ends_on).days > 90 for each in answered)
    assert plans.filter(registration__person=demo("learner").person, outcome="").exists()
    asked = Message.objects.filter(key__contains=":action_plan:")
    assert set(counted(asked, "state")) == {"planned", "sent"}


def test_people_said_what_they_need_in_coming_workshops(demo: Callable[[str], Account]) -> None:
    needs = Need.objects.select_related("registration__workshop")

    assert {kind for each in needs for kind in each.kinds} == set(Need.Kind.values)
    assert {each.registration.workshop.status for each in needs} == {Workshop.Status.PUBLISHED}


def test_people_asked_to_be_excused_and_to_have_records_mended(demo: Callable[[str], Account]) -> None:
    asked = AttendanceRequest.objects.order_by("session__workshop__code", "asked_at", "pk")
    own = asked.filter(asked_by=demo("learner"))
    mended = asked.get(session__workshop__code="IW-01", state=AttendanceRequest.State.GRANTED)

    assert Counter(asked.values_list("session__workshop__code", "status", "state")) == {
        ("IW-01", "present", "granted"): 1,
        ("IW-01", "present", "refused"): 1,
        ("IW-01", "present", "open"): 1,
        ("IW-02", "excused", "granted"): 1,
        ("IW-02", "excused", "refused"): 1,
        ("IW-02", "excused", "open"): 1,
        ("RW-05", "present", "open"): 1,
    }
    assert set(own.values_list("status", "state")) == {("present", "refused"), ("excused", "open")}
    record = AttendanceRecord.objects.get(session=mended.session, registration=mended.registration)
    assert (record.status, record.reason) == ("present", "correction")
    assert asked.waiting().after_lock(timezone.localdate()).get().session.workshop.code == "RW-05"


def test_a_session_was_held_again_for_those_who_had_missed_it(demo: Callable[[str], Account]) -> None:
    again = Session.objects.get(makes_up_for__isnull=False)
    came = again.records.filter(credited_minutes__gt=0)

    assert (again.workshop.code, again.required, again.is_signed) == ("IW-01", False, True)
    assert came.exists()
    missed = AttendanceRecord.objects.filter(session=again.makes_up_for, person__in=came.values("person"))
    assert all(each.credited_minutes < each.planned_minutes for each in missed)


# --- Modules, tests, certificates ------------------------------------------------------------------------------------
def test_six_modules_are_offered_and_the_lesson_that_awaits_a_lawyer_is_not(demo: Callable[[str], Account]) -> None:
    offered = Counter(Lesson.objects.offered().values_list("module__code", flat=True))

    assert set(Module.objects.offered().values_list("code", flat=True)) == {"M0", "M1", "M2", "M3", "M4", "M5"}
    assert offered == {"M0": 6, "M1": 5, "M2": 6, "M3": 6, "M4": 6, "M5": 6}
    assert set(counted(Enrolment.objects, "module__code")) == {"M0", "M1", "M2", "M3", "M4", "M5"}


def test_published_content_is_whole_in_every_language(demo: Callable[[str], Account]) -> None:
    status = content_status()

    for of_language in status.values():
        assert {of_language[kind][state] for kind in ("pages", "questions") for state in ("missing", "suspicious")} == {
            0
        }
        assert of_language["lessons"] == {"published": 35, "within_bounds": 35, "outside": {}}
        assert of_language["links"] == {"broken": 0, "where": []}
        assert of_language["figures"] == {"without_source": 0, "where": []}


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


def test_the_programme_has_a_plan_and_values_by_hand_of_which_one_was_corrected(demo: Callable[[str], Account]) -> None:
    programme = Programme.objects.get()
    values = IndicatorValue.objects.filter(indicator__programme=programme)

    counts = {
        name: getattr(programme, name).count()
        for name in ("partners", "components", "targets", "periods", "indicators", "milestones")
    }
    assert counts == {"partners": 5, "components": 3, "targets": 7, "periods": 2, "indicators": 12, "milestones": 4}
    assert list(values.filter(corrects__isnull=False).values_list("indicator__number", "value")) == [("2.3", 7.0)]
    assert all(value.measured_on <= timezone.localdate() for value in values)


def test_some_people_have_completed_all_modules_and_with_them_the_programme(demo: Callable[[str], Account]) -> None:
    completed = ProgrammeCompletion.objects.all()

    assert completed.count() >= 5
    assert {tuple(each.completion["modules"]) for each in completed} == {(6, 6, 6)}
    assert completed.count() == Certificate.objects.filter(programme__isnull=False).count()
    for each in completed:
        done = each.person.enrolments.filter(completed_at__lt=each.completed_at).values("module")
        assert done.distinct().count() == Module.objects.count()


def test_certificates_stand_in_every_state(demo: Callable[[str], Account]) -> None:
    states = Counter(certificate.status for certificate in Certificate.objects.all())
    pending = Certificate.objects.unsealed()

    assert set(states) == set(Certificate.Status)
    assert all("ễ (U+1EC5)" in certificate.failure for certificate in pending)
    assert Certificate.objects.get(revoked_at__isnull=False).status_reason


def test_log_register_and_files_of_certificates_agree(demo: Callable[[str], Account]) -> None:
    assert audit().problems == []


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
    # It is told as things stood at midnight: what is to go in the course of the day goes in the course of the day.
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    assert not Message.objects.due().filter(send_after__lte=midnight).exists()
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
    assert learner.registrations.get(state=Registration.State.INVITED).workshop.code == "RW-08"


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
    demonstration: None, transactional_db: None, django_db_setup: Database, tmp_path: Path
) -> None:
    first = {name: reported(name, tmp_path) for name in REPORTS}
    django_db_setup.restore()

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


def test_one_person_is_recorded_twice_two_are_two_and_a_merge_was_undone(demo: Callable[[str], Account]) -> None:
    manager, coordinator = demo("manager"), demo("coordinator")
    [merge] = Merge.objects.all()
    [apart] = NotTheSame.objects.all()

    pairs = {
        account: [
            tuple(Person.objects.get(pk=key).public_code for key in (each.first, each.second))
            for each in likely_doubles(account=account)
        ]
        for account in (manager, coordinator)
    }
    assert ("demo0079", "demo0080") in pairs[coordinator]
    assert {("demo0079", "demo0080"), ("demo0176", "demo0183")} <= set(pairs[manager])
    assert (apart.first.public_code, apart.second.public_code) == ("demo0166", "demo0174")
    assert (merge.undone_by, merge.merged.merged_into) == (manager, None)


def test_somebody_helps_at_the_door_and_may_do_nothing_else(demo: Callable[[str], Account]) -> None:
    [helper] = Facilitation.objects.helping(timezone.localdate())

    assert (helper.right, helper.state) == (Facilitation.Right.CHECK_IN, Facilitation.State.ACCEPTED)
    assert helper.workshop.code == "IW-02"
