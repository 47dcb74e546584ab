"""Changes of agencies with a date: the past keeps its ministry, the time after counts for the successor."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from audit.models import Event
from people.errors import PeopleError
from people.models import Agency, AgencyDomain, JoinRequest, Membership, RoleGrant, Transfer
from people.services import Change, ChangeKind, Part, carry_out_change, next_code, plan_change
from reports.columns import Report
from reports.queries.agencies import agencies_compared
from reports.queries.attendance import agency_attendance
from tests.factories.people import SINCE, make_account, make_agency, make_agency_tree, make_person
from tests.factories.workshops import make_workshop, mark, open_session, register
from tests.reports.test_queries import ask
from workshops.models import SeatPool
from workshops.services import sign_off

pytestmark = pytest.mark.django_db

DAY = date(2026, 6, 1)
BEFORE = DAY - timedelta(days=1)
NAMES = {"name_en": "Agency for health", "name_ru": "Агентство здоровья", "name_be": "Агенцтва здароўя"}


def rename(agency: Agency, **fields: Any) -> Change:
    values = {"on": DAY, "reason": "Decree 12", "parts": (Part(NAMES),)}
    return Change(ChangeKind.RENAME, agency, **{**values, **fields})


def rows_of(agency: Agency) -> list[tuple[str, Any, Any]]:
    agency.refresh_from_db()
    return [(agency.code, agency.closed_on, agency.successor.code if agency.successor else None)]


def periods(person: Any) -> list[tuple[str, date, date | None]]:
    found = Membership.objects.filter(person=person).order_by("valid_from")
    return list(found.values_list("agency__code", "valid_from", "valid_to"))


def roles_of(account: Any) -> list[tuple[str, date, date | None]]:
    found = RoleGrant.objects.filter(account=account).order_by("valid_from", "agency__code")
    return list(found.values_list("agency__code", "valid_from", "valid_to"))


def test_a_new_name_closes_the_row_the_day_before_and_opens_a_successor_with_everybody():
    tree = make_agency_tree()
    coordinator = make_account("coordinator", agency=tree.clinic)
    manager = make_account("manager", agency=tree.unrelated)

    successor = carry_out_change(change=rename(tree.clinic), actor=manager)

    assert rows_of(tree.clinic) == [("clinic", BEFORE, "clinic.2")]
    assert (successor.opened_on, successor.parent, successor.kind) == (DAY, tree.department, tree.clinic.kind)
    assert {name: getattr(successor, name) for name in NAMES} == NAMES
    assert periods(coordinator.person) == [("clinic", SINCE, BEFORE), ("clinic.2", DAY, None)]
    assert roles_of(coordinator) == [("clinic", SINCE, BEFORE), ("clinic.2", DAY, None)]
    actions = Event.objects.filter(actor=manager).order_by("pk").values_list("action", "reason")
    assert list(actions) == [
        ("people.agency_created", ""),
        ("people.agency_closed", "Decree 12"),
        ("people.agency_followed", "Decree 12"),
        ("people.role_followed", "Decree 12"),
    ]


def test_what_stands_below_follows_with_rows_of_its_own():
    tree = make_agency_tree()
    nurse = make_person(agency=tree.clinic)
    other = make_agency(code="other")

    successor = carry_out_change(
        change=Change(ChangeKind.MOVE, tree.department, DAY, "Reform", (Part({**NAMES}, "dep"),), parent=other),
        actor=None,
    )

    [below] = successor.children.all()
    assert (successor.path, below.path) == (f"{other.path}{successor.pk}/", f"{successor.path}{below.pk}/")
    assert rows_of(tree.department) + rows_of(tree.clinic) == [
        ("department", BEFORE, "dep"),
        ("clinic", BEFORE, "clinic.2"),
    ]
    assert periods(nurse) == [("clinic", SINCE, BEFORE), ("clinic.2", DAY, None)]


def test_a_merger_sends_everybody_to_the_other_agency():
    one, two = make_agency(code="one"), make_agency(code="two")
    person, coordinator = make_person(agency=one), make_account("coordinator", agency=one)
    AgencyDomain.objects.create(agency=one, domain="one.example")
    change = Change(ChangeKind.MERGE, one, DAY, "Reform", into=two)

    assert carry_out_change(change=change, actor=None) == two

    assert rows_of(one) == [("one", BEFORE, "two")]
    assert periods(person) == [("one", SINCE, BEFORE), ("two", DAY, None)]
    assert roles_of(coordinator) == [("one", SINCE, BEFORE), ("two", DAY, None)]
    assert AgencyDomain.objects.get().agency == two


def test_coordinators_of_a_merged_agency_may_be_left_out():
    one, two = make_agency(code="one"), make_agency(code="two")
    coordinator = make_account("coordinator", agency=one)
    change = Change(ChangeKind.MERGE, one, DAY, "Reform", into=two, keep_coordinators=False)

    carry_out_change(change=change, actor=None)

    assert roles_of(coordinator) == [("one", SINCE, BEFORE)]


def test_a_split_shares_out_people_coordinators_and_what_stands_below():
    whole = make_agency(code="whole")
    branch = make_agency(code="branch", parent=whole)
    stays, goes = make_person(agency=whole), make_person(agency=whole)
    inside, above = make_account("coordinator", agency=whole), make_account(agency=make_agency())
    RoleGrant.objects.create(account=above, role="coordinator", agency=whole, valid_from=SINCE)
    parts = (Part({**NAMES, "name_en": "First"}, "a"), Part({**NAMES, "name_en": "Second"}, "b"))
    people = {goes.pk: 1, inside.person_id: 1}

    first = carry_out_change(
        change=Change(ChangeKind.SPLIT, whole, DAY, "Reform", parts, people=people, below={branch.pk: 1}), actor=None
    )

    second = Agency.objects.get(code="b")
    assert (first.code, first.split_from, second.split_from) == ("a", None, whole)
    assert [periods(each)[-1] for each in (stays, goes)] == [("a", DAY, None), ("b", DAY, None)]
    assert Agency.objects.get(code="branch.2").parent == second
    assert roles_of(inside) == [("whole", SINCE, BEFORE), ("b", DAY, None)]
    assert roles_of(above) == [("whole", SINCE, BEFORE), ("a", DAY, None), ("b", DAY, None)]


def test_an_end_ends_memberships_and_roles_and_what_waits():
    agency = make_agency(code="end")
    coordinator, applicant = make_account("coordinator", agency=agency), make_account()
    asked = JoinRequest.objects.create(
        account=applicant, agency=agency, family_name="Лис", given_name="Ольга", since=SINCE
    )

    assert carry_out_change(change=Change(ChangeKind.CLOSE, agency, DAY, "Reform"), actor=None) is None

    asked.refresh_from_db()
    assert rows_of(agency) == [("end", BEFORE, None)]
    assert periods(coordinator.person) == [("end", SINCE, BEFORE)]
    assert roles_of(coordinator) == [("end", SINCE, BEFORE)]
    assert asked.state == JoinRequest.State.REFUSED


def test_whoever_joins_after_the_day_joins_the_successor():
    agency = make_agency(code="here")
    person = make_person()
    Membership.objects.create(person=person, agency=agency, valid_from=DAY + timedelta(days=5))

    carry_out_change(change=rename(agency), actor=None)

    assert periods(person) == [("here.2", DAY + timedelta(days=5), None)]


def test_a_transfer_between_two_that_become_one_is_over():
    one, two = make_agency(code="one"), make_agency(code="two")
    waiting = Transfer.objects.create(
        person=make_person(agency=one), losing=one, gaining=two, on=DAY, asked_by=make_account("manager")
    )

    carry_out_change(change=Change(ChangeKind.MERGE, one, DAY, "Reform", into=two), actor=None)

    waiting.refresh_from_db()
    assert waiting.state == Transfer.State.WITHDRAWN


def refusals() -> Iterator[Any]:
    def clinic(tree: Any, **fields: Any) -> Change:
        return rename(tree.clinic, **fields)

    same = {"name_en": "Agency clinic", "name_ru": "", "name_be": ""}
    yield "same names", lambda tree: clinic(tree, parts=(Part(same),)), "The names are the same as before."
    yield (
        "code of another",
        lambda tree: clinic(tree, parts=(Part(NAMES, "ministry"),)),
        "The code “ministry” belongs to another agency.",
    )
    yield (
        "below itself",
        lambda tree: Change(ChangeKind.MOVE, tree.ministry, DAY, "", (Part(NAMES),), parent=tree.clinic),
        "An agency cannot stand below itself.",
    )
    yield (
        "where it is",
        lambda tree: Change(ChangeKind.MOVE, tree.clinic, DAY, "", (Part(NAMES),), parent=tree.department),
        "Agency clinic stands there already.",
    )
    yield (
        "with one below",
        lambda tree: Change(ChangeKind.MERGE, tree.ministry, DAY, "", into=tree.clinic),
        "An agency cannot be merged with itself or with one below it.",
    )
    yield (
        "with nobody",
        lambda tree: Change(ChangeKind.MERGE, tree.ministry, DAY, ""),
        "Say with which agency it is merged.",
    )
    yield (
        "in one part",
        lambda tree: Change(ChangeKind.SPLIT, tree.clinic, DAY, "", (Part(NAMES),)),
        "A split has two parts at least.",
    )


@pytest.mark.parametrize(("change", "sentence"), [pytest.param(*rest, id=name) for name, *rest in refusals()])
def test_what_cannot_be_is_refused_with_a_sentence_and_writes_nothing(change, sentence):
    tree = make_agency_tree()
    before = list(Agency.objects.order_by("pk").values())

    with pytest.raises(PeopleError) as refused:
        carry_out_change(change=change(tree), actor=None)

    assert str(refused.value) == sentence
    assert list(Agency.objects.order_by("pk").values()) == before


def test_whoever_is_second_is_told_and_changes_nothing():
    agency = make_agency(code="one", name_en="One")
    change = rename(agency)
    carry_out_change(change=change, actor=None)

    with pytest.raises(PeopleError, match="One is closed already"):
        carry_out_change(change=change, actor=None)
    again = rename(Agency.objects.get(code="one.2"), parts=(Part({**NAMES, "name_en": "Else"}),))
    with pytest.raises(PeopleError, match="opened only on"):
        plan_change(again)


def test_a_plan_says_what_will_be_written_and_writes_nothing():
    tree = make_agency_tree()
    make_account("coordinator", agency=tree.clinic)
    nurse = make_person(agency=tree.clinic)
    register(make_workshop(starts_on=DAY), nurse)
    SeatPool.objects.create(workshop=make_workshop(starts_on=DAY), agency=tree.clinic, seats=3)
    before = (Agency.objects.count(), Membership.objects.count(), Event.objects.count())

    plan = plan_change(rename(tree.clinic))

    assert (Agency.objects.count(), Membership.objects.count(), Event.objects.count()) == before
    assert ([each.code for each in plan.closing], [each.code for each in plan.opening]) == (["clinic"], ["clinic.2"])
    assert (plan.people, plan.coordinators, plan.last_day) == (2, 1, BEFORE)
    assert plan.foretold[:2] == [
        "1 registration for workshops to come goes over.",
        "Seats are kept in 1 workshop to come, and go over as well.",
    ]
    assert [each.split()[0] for each in plan.foretold if each.startswith("R")] == [
        "R1", "R2", "R3", "R4", "R5", "R8", "R9", "R11", "R12", "R13", "R14", "R17", "R6",
    ]  # fmt: skip


# --- Reports --------------------------------------------------------------------------------------------------------
def figures(report: Report) -> list[Any]:
    return [(row["agency"], *(value for value in row.values() if not isinstance(value, dict))) for row in report.rows]


@pytest.mark.parametrize("kind", ["rename", "move", "merge", "split"])
def test_figures_of_the_past_stay_and_the_time_after_counts_for_the_successor(kind):
    tree = make_agency_tree()
    manager = make_account("manager", agency=tree.unrelated)
    nurse = make_person(agency=tree.clinic)
    past, coming = make_workshop(starts_on=DAY - timedelta(days=60)), make_workshop(starts_on=DAY)
    for workshop in (past, coming):
        register(workshop, nurse)
    for session in past.sessions.all():
        mark(open_session(past, session.number), nurse)
        sign_off(session=session, actor=manager)
    period = {"last_day": BEFORE}
    reports = [agencies_compared, agency_attendance]
    before = [figures(report(ask(manager, now=timezone.now(), **period))) for report in reports]
    parts = (Part(NAMES), Part({**NAMES, "name_en": "Second"}))
    asked = {
        "rename": rename(tree.clinic),
        "move": Change(ChangeKind.MOVE, tree.clinic, DAY, "", parts[:1], parent=tree.ministry),
        "merge": Change(ChangeKind.MERGE, tree.clinic, DAY, "", into=tree.unrelated),
        "split": Change(ChangeKind.SPLIT, tree.clinic, DAY, "", parts, people={nurse.pk: 1}),
    }[kind]

    successor = carry_out_change(change=asked, actor=manager)
    mark(open_session(coming), nurse)

    heir = Agency.objects.get(split_from=tree.clinic) if kind == "split" else successor
    assert [figures(report(ask(manager, now=timezone.now(), **period))) for report in reports] == before
    assert [row["agency"] for row in agency_attendance(ask(manager, first_day=DAY)).rows] == [heir.code]
    [row] = agencies_compared(ask(manager, first_day=DAY)).rows
    assert (row["agency"], row["confirmed"], row["started"]) == (heir.code, 1, 1)


def test_a_change_in_the_past_restamps_registers_that_are_not_signed_and_no_others():
    tree = make_agency_tree()
    facilitator = make_account("facilitator", agency=tree.unrelated)
    nurse = make_person(agency=tree.clinic)
    workshop = make_workshop(facilitator=facilitator, starts_on=DAY, sessions=2)
    register(workshop, nurse)
    signed, unsigned = (open_session(workshop, number) for number in (1, 2))
    for session in (signed, unsigned):
        mark(session, nurse)
    sign_off(session=signed, actor=facilitator)

    carry_out_change(change=rename(tree.clinic, on=DAY - timedelta(days=10)), actor=None)

    stamped = [session.records.get(person=nurse).agency.code for session in (signed, unsigned)]
    assert stamped == ["clinic", "clinic.2"]


def test_seats_that_were_kept_are_the_successors():
    one, two = make_agency(code="one"), make_agency(code="two")
    alone, both = make_workshop(starts_on=DAY), make_workshop(starts_on=DAY)
    for workshop, agency, seats in ((alone, one, 2), (both, one, 3), (both, two, 4)):
        SeatPool.objects.create(workshop=workshop, agency=agency, seats=seats)

    carry_out_change(change=Change(ChangeKind.MERGE, one, DAY, "", into=two), actor=None)

    kept = SeatPool.objects.order_by("workshop__pk").values_list("workshop", "agency__code", "seats")
    assert list(kept) == [(alone.pk, "two", 2), (both.pk, "two", 7)]


# --- Who sees what afterwards -----------------------------------------------------------------------------------------
def test_coordinators_of_the_successor_read_the_past_of_what_closed_but_not_before_the_day():
    tree = make_agency_tree()
    coordinator = make_account("coordinator", agency=tree.clinic)
    today = timezone.localdate()

    for number in (1, 2):  # two new names one after the other
        agency = Agency.objects.filter(closed_on__isnull=True, code__startswith="clinic").get()
        named = Part({**NAMES, "name_en": f"Name {number}"})
        change = replace(rename(agency), on=today - timedelta(days=30 - 10 * number), parts=(named,))
        carry_out_change(change=change, actor=None)
    coordinated = Agency.objects.coordinated_by(coordinator).order_by("code").values_list("code", flat=True)
    assert list(coordinated) == ["clinic", "clinic.2", "clinic.3"]

    other = make_account("coordinator", agency=tree.unrelated)
    current = Agency.objects.get(code="clinic.3")
    merger = Change(ChangeKind.MERGE, current, today + timedelta(days=9), "", into=tree.unrelated)
    carry_out_change(change=merger, actor=None)
    assert [each.code for each in Agency.objects.coordinated_by(other)] == ["unrelated"]


def test_codes_of_successors():
    taken = {"GOV-11.3", f"{'x' * 38}.2"}

    assert [next_code(code, taken) for code in ("GOV-11", "GOV-11.2", "x" * 40)] == [
        "GOV-11.2",
        "GOV-11.4",
        f"{'x' * 38}.3",
    ]
