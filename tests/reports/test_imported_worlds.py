"""Worlds of CSV files, brought in as an outsider would, against figures worked out from the files alone."""

import math
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from people.models import Role
from reports.columns import Report
from reports.queries.agencies import agencies_compared
from reports.queries.attendance import agency_attendance
from reports.queries.disaggregation import disaggregation
from reports.queries.learning import learning_effect
from reports.queries.participation import participation
from reports.queries.scope import Audience, Question, scope_of
from tests.factories.people import make_account
from tests.reports.past_oracle import EVERYTHING, Asked, Oracle
from tests.workshops.past_worlds import World, random_world, small_world
from workshops.models import Registration
from workshops.services import import_history, rebuild_records

pytestmark = pytest.mark.django_db

SPRING = {"first_day": date(2025, 3, 1), "last_day": date(2025, 6, 30)}


@pytest.fixture(scope="module", params=range(1, 5), ids=lambda seed: f"seed-{seed}")
def seed(request):
    return request.param


@pytest.fixture(scope="module")
def standing(standing_database, seed):
    """A world of the seed, brought in, and whoever knows its figures; it stands for all tests of the seed."""
    files = random_world(seed, today=timezone.localdate()).files
    with transaction.atomic():
        result = import_history(contents=files)
        assert result.errors == []
        yield SimpleNamespace(oracle=Oracle(files, timezone.now()))
        transaction.set_rollback(True)


@pytest.fixture
def oracle(stood):
    """Whoever knows the figures of the world that stands."""
    return stood.oracle


def question(oracle: Oracle, agency: str = "", **days: Any) -> Question:
    return Question(scope_of(make_account(Role.MANAGER), agency), oracle.now, Audience.AGENCY, **days)


def rows(report: Report, *keys: str) -> dict[Any, dict[str, Any]]:
    """Rows by what names them."""
    return {tuple(row[key] for key in keys) if len(keys) > 1 else row[keys[0]]: row for row in report.rows}


def said(found: dict[Any, dict[str, Any]], wanted: dict[Any, dict[str, Any]]) -> dict[Any, dict[str, Any]]:
    """What a report says of that which the oracle knows."""
    return {key: {name: row[name] for name in wanted.get(key, row)} for key, row in found.items()}


def test_all_reports_say_what_the_files_say(oracle):
    asked = question(oracle)

    funnels, attendance = oracle.participation(), oracle.attendance()
    assert said(rows(participation(asked), "workshop"), funnels) == funnels
    assert said(rows(agency_attendance(asked), "workshop", "person"), attendance) == attendance
    compared = oracle.agencies_compared()
    assert said(rows(agencies_compared(asked), "agency"), compared) == compared
    people = disaggregation(asked)
    tables = {key: row["value"] for key, row in rows(people, "table", "row", "column").items()}
    assert {key: value for key, value in tables.items() if value} == oracle.disaggregation()
    assert people.provisional == participation(asked).provisional == oracle.is_provisional()


def test_an_agency_and_a_period_narrow_them_all(oracle):
    asked = question(oracle, "AG1", **SPRING)
    narrowed = Asked(frozenset(oracle.within("AG1")), SPRING["first_day"], SPRING["last_day"])
    everything, attendance = question(oracle), agency_attendance(asked)

    funnels, wanted = oracle.participation(narrowed), oracle.attendance(narrowed)
    assert said(rows(participation(asked), "workshop"), funnels) == funnels
    assert said(rows(attendance, "workshop", "person"), wanted) == wanted
    totals = oracle.attendance_totals(narrowed)
    assert {key: attendance.totals[key] for key in totals} == totals
    compared = oracle.agencies_compared(narrowed)
    assert said(rows(agencies_compared(asked), "agency"), compared) == compared
    tables = {key: row["value"] for key, row in rows(disaggregation(asked), "table", "row", "column").items()}
    assert {key: value for key, value in tables.items() if value} == oracle.disaggregation(narrowed)
    assert agency_attendance(everything).totals["people"] == oracle.attendance_totals(EVERYTHING)["people"]


def test_learning_is_that_of_people_who_took_part_with_their_last_result(oracle):
    found, wanted = rows(learning_effect(question(oracle)), "workshop"), oracle.learning()

    assert found.keys() == wanted.keys()
    for code, row in found.items():
        for name, value in wanted[code].items():
            assert row[name] == value or math.isclose(row[name], value, rel_tol=1e-9, abs_tol=1e-9), (code, name)


def test_whoever_moves_in_the_middle_of_a_workshop_counts_for_both(oracle):
    """The worlds have what they are for: minutes of one participation that count for two agencies."""
    agencies = [
        {cell[3] for cell in person.cells.values()} for each in oracle.taking_part.values() for person in each.values()
    ]

    assert any(len(each) > 1 for each in agencies)


# --- Somebody who registered twice ------------------------------------------------------------------------------------
def twice() -> World:
    """p1 withdrew as one of A1 and was registered again by A2; p2 registered once. Both came and were tested."""
    world = small_world(status="withdrawn", confirmed_at="2025-02-10T10:00", withdrawn_at="2025-02-20T10:00")
    world.add(
        "agencies.csv", code="A2", kind="ngo", region="brest", name_en="Second", name_ru="Второе", name_be="Другое"
    )
    world.add("people.csv", key="p2", family_name="Новік", given_name="Алеся", sex="female", language="be")
    world.add("memberships.csv", person="p2", agency="A1", **{"from": "2024-01-01"})
    again = {"workshop": "W1", "status": "confirmed", "source": "nomination", "confirmed_at": "2025-02-25T10:00"}
    world.add("registrations.csv", person="p1", agency="A2", **again)
    world.add("registrations.csv", person="p2", agency="A1", **again)
    for person, mark in (("p1", 10), ("p2", 14)):
        for session in (1, 2):
            world.add(
                "attendance.csv", workshop="W1", session=session, person=person, status="present", source="facilitator"
            )
        for phase, earned in (("pre", mark), ("post", mark + 4)):
            world.add("results.csv", workshop="W1", person=person, phase=phase, form="A", mark=earned, max=20)
    return world


def noted() -> list[tuple[str, str, str, bool]]:
    found = Registration.objects.order_by("pk")
    return list(found.values_list("person__public_code", "agency__code", "state", "repeated"))


NOTED = [
    ("p1", "A1", "withdrawn", True),
    ("p1", "A2", "confirmed", True),
    ("p2", "A1", "confirmed", False),
]


def asked() -> Question:
    return Question(scope_of(make_account(Role.MANAGER), ""), timezone.now(), Audience.AGENCY)


def test_somebody_registered_twice_in_files_counts_once_for_the_agency_that_stands():
    result = import_history(contents=twice().files)

    assert (result.errors, noted(), rebuild_records(check=True)) == ([], NOTED, (4, 0))
    [row] = participation(asked()).rows
    steps = ("nominated", "registered", "confirmed", "started", "completed")
    assert {step: row[step] for step in steps} == dict.fromkeys(steps, 2)
    by_agency = {row["agency"]: row["started"] for row in agencies_compared(asked()).rows}
    assert by_agency == {"A1": 1, "A2": 1}
    assert agency_attendance(asked()).totals["people"] == 2
    [learned] = learning_effect(asked()).rows
    assert (learned["started"], learned["n"]) == (2, 2)


def test_a_second_registration_in_a_later_file_is_noted_and_a_third_reading_changes_nothing():
    world = twice()
    second = world.rows["registrations.csv"].pop(1)
    import_history(contents=world.files)
    before = noted()
    world.rows["registrations.csv"].insert(1, second)

    later = import_history(contents=world.files)
    again = import_history(contents=world.files)

    assert [repeated for *_said, repeated in before] == [False, False]
    assert (later.errors, sorted(noted())) == ([], sorted(NOTED))
    assert (again.saved, sorted(noted())) == (0, sorted(NOTED))
    assert participation(asked()).totals["started"] == 2
