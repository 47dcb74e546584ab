from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certificates.models import Certificate
from certificates.services import award_missing, prepare_pending, revoke
from people.models import Agency
from reports.queries import (
    OutOfScopeError,
    Question,
    agency_attendance,
    agency_results,
    scope_of,
    workshop_in,
    workshops_in,
)
from tests.factories.certificates import make_completed_enrolment, make_completed_registration
from tests.factories.people import join, make_agency, make_person
from tests.factories.reports import Attended, make_attended_workshop
from tests.factories.results import make_final_attempt, make_phase_attempt
from tests.factories.workshops import DAY, make_session, make_workshop, mark, open_session, register
from workshops.models import AttendanceRecord, Registration, Session, Workshop
from workshops.services import cancel_workshop

pytestmark = [pytest.mark.django_db, pytest.mark.db]

AFTER = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)


def ask(account: Any, agency: str = "", *, now: datetime = AFTER, **asked: Any) -> Question:
    return Question(scope=scope_of(account, agency), now=now, **asked)


def row_of(report: Any, person: Any) -> dict[str, Any]:
    (row,) = [row for row in report.rows if row["person"] == person.public_code]
    return row


# --- Scope ----------------------------------------------------------------------------------------------------------


def test_a_coordinator_asks_about_the_own_agency_with_its_subtree(roles, agency_tree):
    scope = scope_of(roles.coordinator_above)

    assert {each.code for each in scope.agencies} == {"ministry", "department", "clinic"}
    assert scope.agency is None


def test_a_named_agency_counts_with_everything_below_it(roles, agency_tree):
    scope = scope_of(roles.coordinator_above, "department")

    assert ({each.code for each in scope.agencies}, scope.agency) == (
        {"department", "clinic"},
        agency_tree.department,
    )


@pytest.mark.parametrize("code", ["ministry", "unrelated", "nowhere"])
def test_an_agency_outside_the_own_subtree_does_not_exist(roles, code):
    with pytest.raises(OutOfScopeError):
        scope_of(roles.coordinator, code)


def test_a_manager_asks_about_any_agency(roles):
    assert scope_of(roles.manager, "unrelated").agency.code == "unrelated"
    assert scope_of(roles.manager).agencies.count() == Agency.objects.count()


def test_a_learner_has_no_agency_to_ask_about(roles):
    assert list(scope_of(roles.learner).agencies) == []


def test_workshops_of_a_scope_are_those_with_its_people(roles, attended, agency_tree):
    other = make_workshop()
    register(other, agency=agency_tree.unrelated)

    assert list(workshops_in(scope_of(roles.coordinator))) == [attended.workshop]
    assert set(workshops_in(scope_of(roles.manager))) == {attended.workshop, other}
    with pytest.raises(OutOfScopeError):
        workshop_in(scope_of(roles.coordinator), other.code)


def test_a_cancelled_workshop_is_in_no_report(roles, agency_tree):
    workshop = make_workshop()
    register(workshop, agency=agency_tree.clinic)
    cancel_workshop(workshop=workshop, reason="No room", actor=roles.manager)

    assert list(workshops_in(scope_of(roles.coordinator))) == []
    assert agency_attendance(ask(roles.coordinator)).rows == []


# --- R2 -------------------------------------------------------------------------------------------------------------


def test_minutes_that_were_made_up_count_once_for_the_session_that_was_missed(roles, agency_tree):
    workshop = make_workshop()
    registration = register(workshop, agency=agency_tree.clinic)
    first, second = workshop.sessions.all()
    for session, status in ((first, "late"), (second, "present")):
        open_session(workshop, session.number)
        mark(session, registration.person, status)
    make_up = make_session(workshop, day=DAY + timedelta(days=3), makes_up_for=first)
    open_session(workshop, make_up.number)
    mark(make_up, registration.person)

    report = agency_attendance(ask(roles.coordinator))

    (row,) = report.rows
    assert (row["credited_minutes"], row["planned_minutes"], row["share"]) == (120, 120, 1)
    assert {number: cell["minutes"] for number, cell in row["sessions"].items()} == {"1": 60, "2": 60, "3": 60}
    assert (report.totals["cells_recorded"], report.totals["cells_expected"]) == (3, 3)


def expected_sessions(attended: Attended, name: str, agencies: set[str]) -> Iterator[tuple[Session, Any]]:
    """(session, record) that count for a person in these agencies, by the definitions and nothing else."""
    person = attended.people[name]
    for session in attended.workshop.sessions.order_by("number"):
        record = AttendanceRecord.objects.filter(session=session, person=person).select_related("agency").first()
        if record is not None and record.agency.code in agencies:
            yield session, record


def row_by_hand(attended: Attended, name: str, agency: str, agencies: set[str], *, can_reach: bool) -> dict[str, Any]:
    credited = planned = 0
    sessions = {}
    for session, record in expected_sessions(attended, name, agencies):
        sessions[str(session.number)] = {
            "status": record.status,
            "minutes": record.credited_minutes,
            "planned": session.planned_minutes,
        }
        if session.required:
            credited += record.credited_minutes
            planned += session.planned_minutes
    person = attended.people[name]
    return {
        "person": person.public_code,
        "name": person.full_name,
        "agency": agency,
        "workshop": attended.workshop.code,
        "sessions": sessions,
        "credited_minutes": credited,
        "planned_minutes": planned,
        "share": credited / planned,
        "share_so_far": credited / planned,
        "can_reach": can_reach,
    }


def test_every_row_of_r2_is_what_plain_loops_count(roles, attended):
    report = agency_attendance(ask(roles.coordinator_above))

    subtree = {"ministry", "department", "clinic"}
    expected = [
        row_by_hand(attended, "whole", "department", subtree, can_reach=True),
        row_by_hand(attended, "partly", "clinic", subtree, can_reach=False),
        row_by_hand(attended, "late_joiner", "clinic", subtree, can_reach=False),
        row_by_hand(attended, "moved", "clinic", subtree, can_reach=False),
    ]
    assert sorted(report.rows, key=lambda row: row["person"]) == sorted(expected, key=lambda row: row["person"])


def test_the_figures_of_r2_in_numbers(roles, attended):
    report = agency_attendance(ask(roles.coordinator_above))

    # whole: 60 + 60, nothing recorded in session 3. partly: 30 + 10 forgiven, 80 % of 60, excused.
    # late_joiner: expected in 2 and 3, there in both. moved: session 3 was for another agency; 60 + 0.
    names = ("whole", "partly", "late_joiner", "moved")
    rows = [row_of(report, attended.people[name]) for name in names]
    assert [row["credited_minutes"] for row in rows] == [120, 88, 120, 60]
    assert [row["planned_minutes"] for row in rows] == [180, 180, 120, 120]


def test_the_totals_of_r2_are_what_plain_loops_count(roles, attended):
    report = agency_attendance(ask(roles.coordinator_above))

    cells = [cell for row in report.rows for cell in row["sessions"].values()]
    recorded = [cell for cell in cells if cell["status"] != "not_recorded"]
    credited, planned = (sum(row[key] for row in report.rows) for key in ("credited_minutes", "planned_minutes"))
    assert report.totals == {
        "people": 4,
        "participations": 4,
        "started": 4,
        "credited_minutes": credited,
        "planned_minutes": planned,
        "share": credited / planned,
        "share_so_far": credited / planned,
        "reached": 0,
        "can_still_reach": 1,
        "cells_recorded": len(recorded),
        "cells_expected": len(cells),
    }
    assert (credited, planned) == (388, 600)


def test_everybody_who_has_a_column_has_a_definition(roles, attended):
    report = agency_attendance(ask(roles.coordinator_above))

    figures = {column.key for column in report.columns} - {"person", "name", "agency", "workshop"}
    assert (figures | set(report.totals)) - set(report.definitions) == set()


def test_people_of_other_agencies_are_not_in_the_report(roles, attended):
    report = agency_attendance(ask(roles.coordinator))

    names = {
        name for name, person in attended.people.items() for row in report.rows if row["person"] == person.public_code
    }
    assert names == {"partly", "late_joiner", "moved"}


def test_minutes_count_for_the_agency_of_the_day(roles, attended):
    clinic = agency_attendance(ask(roles.coordinator))
    unrelated = agency_attendance(ask(roles.coordinator_elsewhere))

    moved = attended.people["moved"]
    assert set(row_of(clinic, moved)["sessions"]) == {"1", "2"}
    # Session 4 is on the second day too: a record for everybody who is expected, whatever it says.
    assert set(row_of(unrelated, moved)["sessions"]) == {"3", "4"}
    assert (row_of(clinic, moved)["agency"], row_of(unrelated, moved)["agency"]) == ("clinic", "unrelated")


def test_registers_with_gaps_make_a_report_provisional(roles, attended):
    assert agency_attendance(ask(roles.coordinator_above)).provisional is True
    for record in AttendanceRecord.objects.filter(status="not_recorded"):
        mark(record.session, record.person, "absent")

    assert agency_attendance(ask(roles.coordinator_above)).provisional is False


def test_one_day_can_be_asked_for(roles, attended):
    report = agency_attendance(ask(roles.coordinator_above, first_day=DAY, last_day=DAY))

    assert report.period == (DAY, DAY)
    assert report.session_numbers() == [1, 2]
    assert row_of(report, attended.people["whole"])["planned_minutes"] == 120


def test_one_workshop_can_be_asked_for(roles, attended, agency_tree):
    other = make_workshop()
    register(other, attended.people["whole"], agency_tree.department)

    report = agency_attendance(ask(roles.coordinator_above, workshop=other))

    assert [(row["workshop"], row["person"]) for row in report.rows] == [
        (other.code, attended.people["whole"].public_code)
    ]
    assert report.filters == {"workshop": other.code}
    everything = agency_attendance(ask(roles.coordinator_above))
    assert (everything.totals["people"], everything.totals["participations"]) == (4, 5)


def test_before_the_end_so_far_and_of_all_differ(roles, agency_tree):
    workshop = make_workshop(sessions=3)
    registration = register(workshop, agency=agency_tree.clinic)
    first = open_session(workshop, 1)
    mark(first, registration.person)
    between = first.ends_at + timedelta(minutes=1)

    row = agency_attendance(ask(roles.coordinator, now=between)).rows[0]

    assert (row["share_so_far"], row["share"], row["can_reach"]) == (1.0, 1 / 3, True)
    assert row["sessions"]["3"] == {"status": "not_recorded", "minutes": 0, "planned": 60}


def test_before_the_first_session_there_is_no_share_so_far(roles, agency_tree):
    workshop = make_workshop()
    register(workshop, agency=agency_tree.clinic)

    report = agency_attendance(ask(roles.coordinator, now=datetime(2026, 3, 1, tzinfo=UTC)))

    assert [report.totals[key] for key in ("started", "share", "share_so_far")] == [0, 0.0, None]
    assert report.provisional is False


def test_a_person_who_withdrew_and_came_back_is_one_row(roles, agency_tree):
    workshop = make_workshop()
    first = register(workshop, agency=agency_tree.clinic)
    Registration.objects.filter(pk=first.pk).update(state="withdrawn", ended_at=first.confirmed_at + timedelta(days=1))
    register(workshop, first.person, agency_tree.clinic)

    assert len(agency_attendance(ask(roles.coordinator)).rows) == 1


def test_a_person_who_withdrew_and_came_back_is_one_result(roles, agency_tree):
    workshop = make_workshop(sessions=1)
    first = register(workshop, agency=agency_tree.clinic)
    make_phase_attempt(first, "pre", 40)
    Registration.objects.filter(pk=first.pk).update(state="withdrawn", ended_at=first.confirmed_at + timedelta(days=1))
    second = register(workshop, first.person, agency_tree.clinic, at=first.confirmed_at + timedelta(days=2))
    mark(open_session(workshop), first.person)
    make_phase_attempt(second, "post", 90)

    report = agency_results(ask(roles.coordinator))

    (row,) = report.rows
    assert (row["enrolled_on"], row["pre_share"], row["post_share"]) == (first.confirmed_at.date(), 0.4, 0.9)
    assert (report.totals["participations"], report.totals["workshops_started"]) == (1, 1)


def test_before_the_register_opens_minutes_are_planned_for_the_agency_of_the_day(roles, agency_tree):
    workshop = make_workshop(sessions=3)
    person = register(workshop, agency=agency_tree.clinic).person
    join(person, agency_tree.unrelated, since=DAY + timedelta(days=1))

    here, there = (agency_attendance(ask(roles.manager, code)) for code in ("clinic", "unrelated"))

    assert (list(row_of(here, person)["sessions"]), list(row_of(there, person)["sessions"])) == (["1", "2"], ["3"])


def counted(account: Any, report: Any) -> int:
    question = ask(account)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        report(question)
    return len(queries)


def test_r2_asks_as_many_questions_of_one_person_as_of_many(roles, agency_tree):
    workshop = make_workshop(sessions=1)
    register(workshop, agency=agency_tree.clinic)
    open_session(workshop, 1)
    few = counted(roles.coordinator, agency_attendance)

    make_attended_workshop(agency_tree)
    make_attended_workshop(agency_tree)

    assert (few, counted(roles.coordinator_above, agency_attendance)) == (5, 5)


# --- R3 -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def learner(agency_tree):
    return make_person(agency=agency_tree.clinic)


@time_machine.travel(AFTER, tick=False)
def test_a_module_in_r3(roles, learner):
    enrolment = make_completed_enrolment(person=learner)

    (row,) = agency_results(ask(roles.coordinator)).rows

    assert row == {
        "person": learner.public_code,
        "name": learner.full_name,
        "agency": "clinic",
        "kind": "module",
        "code": enrolment.module.code,
        "title": enrolment.module.code,
        "enrolled_on": date(2026, 2, 28),
        "completed_on": date(2026, 3, 9),
        "lessons_done": 2,
        "lessons_required": 2,
        "attempts": 0,
        "best_share": None,
        "outcome": "",
        "pre_share": None,
        "post_share": None,
        "certificate": "",
    }


def test_a_workshop_in_r3(roles, learner):
    registration = make_completed_registration(person=learner)

    (row,) = agency_results(ask(roles.coordinator)).rows

    assert (row["kind"], row["code"], row["title"]) == (
        "workshop",
        registration.workshop.code,
        registration.workshop.title,
    )
    assert (row["completed_on"], row["lessons_done"], row["outcome"]) == (date(2026, 3, 10), None, "")
    assert list(row) == [column.key for column in agency_results(ask(roles.coordinator)).columns]


def test_the_best_attempt_counts_and_a_pass_outweighs_a_higher_mark(roles, learner):
    enrolment = make_completed_enrolment(person=learner)
    make_final_attempt(enrolment, 60)
    make_final_attempt(enrolment, 80)
    make_final_attempt(enrolment, 70)

    (row,) = agency_results(ask(roles.coordinator)).rows

    assert (row["attempts"], row["best_share"], row["outcome"]) == (3, 0.8, "passed")


def test_of_several_results_of_a_phase_the_last_counts(roles, learner):
    registration = make_completed_registration(person=learner)
    for phase, share in (("pre", 40), ("post", 90), ("post", 70)):
        make_phase_attempt(registration, phase, share)

    (row,) = agency_results(ask(roles.coordinator)).rows

    assert (row["pre_share"], row["post_share"]) == (0.4, 0.7)


def test_the_totals_of_r3_are_what_plain_loops_count(roles, agency_tree):
    people = [make_person(agency=agency_tree.clinic) for _ in range(3)]
    for person in people[:2]:
        make_completed_enrolment(person=person)
    for person in people[1:]:
        make_completed_registration(person=person)
    award_missing()
    prepare_pending()
    revoke(certificate=Certificate.objects.first(), reason="Mistake", actor=roles.manager)

    report = agency_results(ask(roles.coordinator))

    modules = [row for row in report.rows if row["kind"] == "module"]
    workshops = [row for row in report.rows if row["kind"] == "workshop"]
    assert report.totals == {
        "people": len({row["person"] for row in report.rows}),
        "enrolments": len(modules),
        "modules_started": 2,
        "modules_completed": len([row for row in modules if row["completed_on"]]),
        "tests_passed": 0,
        "participations": len(workshops),
        "workshops_started": 2,
        "workshops_completed": len([row for row in workshops if row["completed_on"]]),
        "certificates": len([row for row in report.rows if row["certificate"]]),
    }
    assert (len(report.rows), report.totals["certificates"]) == (4, 3)


def test_results_of_other_agencies_are_not_in_the_report(roles, learner):
    make_completed_enrolment(person=make_person(agency=make_agency()))
    make_completed_registration(person=make_person(agency=make_agency()))

    assert not agency_results(ask(roles.coordinator)).rows


def test_a_workshop_that_is_asked_for_leaves_modules_out(roles, learner):
    make_completed_enrolment(person=learner)
    registration = make_completed_registration(person=learner)

    report = agency_results(ask(roles.coordinator, workshop=registration.workshop))

    assert [row["kind"] for row in report.rows] == ["workshop"]


@pytest.mark.parametrize(
    ("first", "last", "kinds"),
    [
        (date(2026, 2, 28), date(2026, 2, 28), ["module"]),
        (date(2026, 3, 9), None, ["workshop"]),
        (None, date(2026, 2, 27), []),
    ],
)
def test_a_period_takes_modules_by_enrolment_and_workshops_by_their_first_day(roles, learner, first, last, kinds):
    make_completed_enrolment(person=learner)
    make_completed_registration(person=learner)

    report = agency_results(ask(roles.coordinator, first_day=first, last_day=last))

    assert [row["kind"] for row in report.rows] == kinds


def test_r3_asks_as_many_questions_of_one_person_as_of_many(roles, learner, agency_tree):
    make_completed_enrolment(person=learner)
    make_completed_registration(person=learner)
    few = counted(roles.coordinator, agency_results)

    for _ in range(2):
        person = make_person(agency=agency_tree.clinic)
        make_completed_enrolment(person=person)
        make_completed_registration(person=person)

    assert counted(roles.coordinator, agency_results) == few <= 10
    assert Workshop.objects.count() == 3
