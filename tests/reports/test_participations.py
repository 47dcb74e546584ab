"""R1, R4, R5, the people behind a figure, and why a share is what it is."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from people.models import Agency, Person
from reports.queries import KINDS, Audience, OutOfScopeError, Question, scope_of
from reports.services import read_report
from tests.factories.people import join, make_agency, make_person
from tests.factories.reports import make_attended_workshop
from tests.factories.workshops import DAY, make_session, make_workshop, mark, open_session, register
from workshops.attendance import WAS_THERE
from workshops.models import AttendanceRecord, Facilitation, Registration, Workshop
from workshops.services import add_walk_in, cancel_workshop, withdraw_registration

pytestmark = [pytest.mark.django_db, pytest.mark.db]

AFTER = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)


def ask(name: str, account: Any, agency: str = "", **asked: Any) -> Any:
    alone = asked.pop("alone", False)
    return KINDS[name].ask(Question(scope=scope_of(account, agency, alone=alone), now=AFTER, **asked))


def by(key: str, report: Any) -> dict[str, dict[str, Any]]:
    return {row[key]: row for row in report.rows}


# --- Counted by hand ------------------------------------------------------------------------------------------------


def test_the_funnel_counts_people_once_per_workshop(roles, attended):
    report = ask("participation", roles.manager)

    (row,) = report.rows
    found = {key: row[key] for key in ("nominated", "registered", "confirmed", "started", "completed", "certified")}
    # "gone" withdrew before it began: confirmed once, never there.
    assert found == {"nominated": 6, "registered": 6, "confirmed": 6, "started": 5, "completed": 0, "certified": 0}
    assert report.totals == {"workshops": 1, **found}


def test_somebody_who_withdrew_and_came_back_is_one_participation(roles, agency_tree):
    workshop = make_workshop()
    first = register(workshop, agency=agency_tree.clinic)
    withdraw_registration(registration=first)
    register(workshop, first.person, agency_tree.clinic)

    report = ask("participation", roles.manager)

    assert [(row["registered"], row["confirmed"]) for row in report.rows] == [(1, 1)]


def test_a_nominee_who_comes_unconfirmed_is_nominated_and_confirmed_and_somebody_unknown_only_confirmed(
    roles, agency_tree
):
    workshop = make_workshop(sessions=1)
    nominee, stranger = (make_person(agency=agency_tree.clinic) for _each in range(2))
    Registration.objects.create(
        workshop=workshop,
        person=nominee,
        agency=agency_tree.clinic,
        state=Registration.State.NOMINATED,
        source=Registration.Source.NOMINATION,
        created_at=AFTER,
    )
    session = open_session(workshop)
    for person in (nominee, stranger):
        add_walk_in(session=session, agency=agency_tree.clinic, actor=roles.manager, person=person)

    (row,) = ask("participation", roles.manager).rows

    found = {key: row[key] for key in ("nominated", "registered", "confirmed", "started")}
    assert found == {"nominated": 1, "registered": 2, "confirmed": 2, "started": 2}


def test_who_runs_a_workshop_does_not_take_part(roles, agency_tree):
    workshop = make_workshop()
    helper = register(workshop, agency=agency_tree.clinic).person
    register(workshop, agency=agency_tree.clinic)
    Facilitation.objects.create(workshop=workshop, person=helper)

    (row,) = ask("participation", roles.manager).rows

    assert (row["registered"], row["confirmed"]) == (1, 1)


def test_minutes_count_for_the_agency_of_the_day(roles, attended):
    rows = by("agency", ask("agencies", roles.manager))

    credited: Counter[str] = Counter()
    planned: Counter[str] = Counter()
    for record in AttendanceRecord.objects.select_related("agency", "session"):
        if record.session.required:
            credited[record.agency.code] += record.credited_minutes
            planned[record.agency.code] += record.planned_minutes
    assert {code: row["attendance_rate"] for code, row in rows.items()} == {
        code: credited[code] / planned[code] for code in planned
    }
    # "moved" registered for the clinic, and the last required session was on a day of the unrelated agency.
    moved = attended.people["moved"]
    assert AttendanceRecord.objects.get(person=moved, session__number=3).agency.code == "unrelated"
    assert (rows["clinic"]["confirmed"], rows["unrelated"]["confirmed"]) == (4, 1)


def test_a_row_is_the_agency_alone_and_subtotals_take_those_below_along(roles, attended):
    report = ask("agencies", roles.manager)

    assert {row["agency"]: row["confirmed"] for row in report.rows} == {"department": 1, "clinic": 4, "unrelated": 1}
    (subtotals,) = report.tables
    assert {row["agency"]: row["confirmed"] for row in subtotals.rows} == {"ministry": 5, "department": 5}
    assert report.totals["confirmed"] == 6


def test_an_agency_can_be_asked_about_alone(roles, attended):
    report = ask("agencies", roles.manager, "department", alone=True)

    assert [row["agency"] for row in report.rows] == ["department"]
    assert report.filters == {"agency": "department", "subtree": "no"}


def test_held_sessions_whose_register_nobody_opened_count_as_planned(roles, agency_tree):
    workshop = make_workshop()
    register(workshop, agency=agency_tree.clinic)

    (row,) = ask("agencies", roles.manager).rows

    assert (row["attendance_rate"], row["register_completeness"], row["provisional"]) == (0, 0, True)


def test_made_up_minutes_count_once(roles, agency_tree):
    workshop = make_workshop()
    registration = register(workshop, agency=agency_tree.clinic)
    first, second = workshop.sessions.all()
    for session, status in ((first, "late"), (second, "present")):
        open_session(workshop, session.number)
        mark(session, registration.person, status)
    make_up = make_session(workshop, day=DAY + timedelta(days=3), makes_up_for=first)
    open_session(workshop, make_up.number)
    mark(make_up, registration.person)

    (row,) = ask("agencies", roles.manager).rows

    assert row["attendance_rate"] == 1


def test_the_sums_of_the_database_are_those_of_the_table_of_people(roles, attended):
    people = ask("agency-attendance", roles.manager).totals
    agencies = ask("agencies", roles.manager).totals

    assert agencies["attendance_rate"] == people["share_so_far"]
    assert agencies["register_completeness"] == people["cells_recorded"] / people["cells_expected"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"last_day": DAY - timedelta(days=1)}, []),
        ({"first_day": DAY, "last_day": DAY}, ["W"]),
        ({"language": "be"}, []),
        ({"aspect": "legal"}, []),
    ],
)
def test_a_report_is_about_what_was_asked(roles, agency_tree, asked, found):
    workshop = make_workshop()
    register(workshop, agency=agency_tree.clinic)

    report = ask("participation", roles.manager, **asked)

    assert [row["workshop"] for row in report.rows] == [workshop.code for _ in found]


def test_cancelled_workshops_are_left_out(roles, agency_tree):
    workshop = make_workshop()
    register(workshop, agency=agency_tree.clinic)
    cancel_workshop(workshop=workshop, reason="No room", actor=roles.manager)

    assert ask("participation", roles.manager).rows == []
    assert ask("agencies", roles.manager).rows == []


def test_people_who_took_part_by_sex_kind_and_region(roles, agency_tree):
    workshop = make_workshop()
    open_session(workshop)
    (session, *_others) = workshop.sessions.all()
    for sex in ("female", "female", "male", "undisclosed"):
        person = make_person(agency=agency_tree.clinic, sex=sex)
        register(workshop, person, agency_tree.clinic)
        mark(session, person, "absent" if sex == "undisclosed" else "present")

    report = ask("disaggregation", roles.coordinator)

    kind = agency_tree.clinic.kind
    assert [tuple(row.values()) for row in report.rows] == [
        ("sex_by_kind", "female", kind, 2),
        ("sex_by_kind", "male", kind, 1),
        ("sex_by_region", "female", agency_tree.clinic.region, 2),
        ("sex_by_region", "male", agency_tree.clinic.region, 1),
        ("kind_by_region", kind, agency_tree.clinic.region, 3),
    ]
    assert (report.totals, report.hidden) == ({"value": 3}, [])


# --- Small cells ----------------------------------------------------------------------------------------------------


def attend(workshop: Workshop, agency: Agency, number: int, *, present: int | None = None) -> None:
    (session, *_others) = workshop.sessions.all()
    for place in range(number):
        person = make_person(agency=agency)
        register(workshop, person, agency)
        mark(session, person, "present" if present is None or place < present else "absent")


@pytest.fixture
def compared(agency_tree) -> Workshop:
    workshop = make_workshop()
    open_session(workshop)
    attend(workshop, agency_tree.clinic, 3, present=0)
    attend(workshop, agency_tree.department, 8)
    attend(workshop, agency_tree.unrelated, 9, present=7)
    return workshop


def test_nothing_is_told_about_three_people(roles, agency_tree, compared):
    report = ask("agencies", roles.manager, audience=Audience.PROGRAMME)

    clinic = by("agency", report)["clinic"]
    figures = ["nominated", "confirmed", "started", "turn_up", "attendance_rate", "completion_confirmed"]
    assert {key: clinic[key] for key in figures} == dict.fromkeys(figures)
    # The three cannot be had from the total either.
    hidden = {report.rows[place]["agency"] for place, key in report.hidden if key == "confirmed"}
    assert hidden == {"clinic", "unrelated"}
    assert report.totals["confirmed"] == 20


def test_a_subtotal_over_something_hidden_is_hidden(roles, agency_tree, compared):
    report = ask("agencies", roles.manager, audience=Audience.PROGRAMME)

    (subtotals,) = report.tables
    assert {row["agency"]: row["confirmed"] for row in subtotals.rows} == {"ministry": None, "department": None}


def test_a_coordinator_sees_all_of_the_own_people(roles, agency_tree, compared):
    report = ask("agencies", roles.coordinator_above)

    assert [(row["agency"], row["confirmed"]) for row in report.rows] == [("department", 8), ("clinic", 3)]
    assert not report.hidden


def test_many_participations_of_few_people_are_hidden(roles, agency_tree):
    agency = make_agency(parent=None)
    people = [make_person(agency=agency) for _ in range(3)]
    for _number in range(3):
        workshop = make_workshop()
        open_session(workshop)
        for person in people:
            register(workshop, person, agency)
        attend(workshop, agency_tree.clinic, 10)
        attend(workshop, agency_tree.department, 10)

    report = ask("agencies", roles.manager, audience=Audience.PROGRAMME)

    assert by("agency", report)[agency.code]["confirmed"] is None
    assert by("agency", ask("agencies", roles.manager))[agency.code]["confirmed"] == 9


def test_outside_the_programme_groups_are_larger(roles, agency_tree, compared):
    outside = read_report(name="agencies", account=roles.manager, outside=True)
    inside = read_report(name="agencies", account=roles.manager)

    assert (inside.audience, outside.audience) == ("programme", "outside")
    assert len(outside.hidden) > len(inside.hidden)


def test_two_way_tables_hide_few_people(roles, agency_tree, compared):
    report = ask("disaggregation", roles.manager, audience=Audience.PROGRAMME)

    shown = [row["value"] for row in report.rows if row["value"] is not None]
    assert all(value == 0 or value >= 5 for value in shown)


# --- Whom a figure counts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("figure", ["nominated", "registered", "confirmed", "started", "completed", "certified"])
def test_as_many_people_are_listed_as_a_figure_counts(roles, attended, figure):
    counted = ask("counted", roles.coordinator_above, figure=figure)
    (row,) = ask("participation", roles.coordinator_above).rows

    assert len(counted.rows) == row[figure]


def test_the_people_who_took_part_are_those_with_presence(roles, attended):
    counted = ask("counted", roles.coordinator_above, figure="started")

    there = set(AttendanceRecord.objects.filter(status__in=WAS_THERE).values_list("person__public_code", flat=True))
    own = {attended.people[name].public_code for name in ("whole", "partly", "late_joiner", "moved")}
    assert {row["person"] for row in counted.rows} == there & own == own


def test_a_figure_that_does_not_exist_lists_nobody(roles, attended):
    with pytest.raises(OutOfScopeError):
        ask("counted", roles.coordinator, figure="salary")


def test_a_manager_who_lists_people_is_noted_and_a_coordinator_is_not(roles, attended):
    for account in (roles.manager, roles.coordinator_above):
        read_report(name="counted", account=account, figure="started")

    events = Event.objects.filter(action="reports.read")
    assert [(each.actor, each.after) for each in events] == [
        (roles.manager, {"report": "counted", "figure": "started"})
    ]


# --- Why a share is what it is --------------------------------------------------------------------------------------


def explained(account: Any, workshop: Workshop, person: Person) -> Any:
    return ask("attendance-explained", account, workshop=workshop, person=person.public_code)


def test_a_share_is_explained_session_by_session(roles, attended):
    report = explained(roles.coordinator, attended.workshop, attended.people["partly"])

    assert [(row["counts"], row["status"], row["credited_minutes"], row["planned_minutes"]) for row in report.rows] == [
        ("required", "late", 40, 60),
        ("required", "left_early", 48, 60),
        ("required", "excused", 0, 60),
        ("optional", "not_recorded", 0, 60),
    ]
    assert report.totals == {
        "credited_minutes": 88,
        "planned_minutes": 180,
        "share": 88 / 180,
        "of_all": 88 / 180,
    }


def test_the_explanation_adds_up_to_what_the_table_of_people_says(roles, attended):
    table = {row["person"]: row["share_so_far"] for row in ask("agency-attendance", roles.coordinator).rows}

    for code, share in table.items():
        person = Person.objects.get(public_code=code)
        assert explained(roles.coordinator, attended.workshop, person).totals["share"] == share


@pytest.mark.parametrize("name", ["stranger", "gone"])
def test_nobody_else_is_explained(roles, attended, name):
    with pytest.raises(OutOfScopeError):
        explained(roles.coordinator, attended.workshop, attended.people[name])


# --- Cost -----------------------------------------------------------------------------------------------------------


def test_more_rows_need_no_more_queries(roles, agency_tree):
    kinds = list(
        product(["participation", "agencies", "disaggregation", "counted"], [Audience.AGENCY, Audience.PROGRAMME])
    )

    def costs() -> dict[tuple[str, Audience], int]:
        found = {}
        for name, audience in kinds:
            with CaptureQueriesContext(connection) as queries:
                ask(name, roles.manager, audience=audience)
            found[name, audience] = len(queries)
        return found

    make_attended_workshop(agency_tree)
    # Roles of the account are read once.
    costs()
    first = costs()
    for _more in range(2):
        make_attended_workshop(agency_tree)
        join(make_person(), make_agency(parent=None))

    assert costs() == first
    assert max(first.values()) <= 25
