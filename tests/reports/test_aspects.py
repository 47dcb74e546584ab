"""The small multiple of the agencies: who completed modules of which aspect."""

from datetime import date
from typing import Any

import pytest

from reports.queries import aspect_rings, aspects
from tests.factories.courses import make_module

pytestmark = pytest.mark.django_db
NAMES = {"A": "Agency A", "B": "Agency B", "C": "Agency without people"}
NOBODY = {"legal": 0, "social": 0, "economic": 0, "cultural": 0}


def row(person: str, agency: str, code: str, *, completed: bool = True, kind: str = "module") -> dict[str, Any]:
    day = date(2026, 3, 9) if completed else None
    return {"person": person, "agency": agency, "kind": kind, "code": code, "completed_on": day}


@pytest.fixture(autouse=True)
def _modules() -> None:
    make_module("M1", lessons=1, aspects=["legal"])
    make_module("M2", lessons=1, aspects=["legal", "social"])


def test_a_person_counts_once_for_an_aspect_and_everybody_counts_below_the_line() -> None:
    rows = [
        row("P1", "A", "M1"), row("P1", "A", "M2"), row("P2", "A", "M1", completed=False),
        row("P3", "B", "M1"), row("P4", "B", "W1", kind="workshop"),
    ]  # fmt: skip

    rings = aspect_rings(rows, NAMES)

    assert [(ring.name, ring.people, dict(ring.completed)) for ring in rings] == [
        ("", 4, {**NOBODY, "legal": 2, "social": 1}),
        ("Agency A", 2, {**NOBODY, "legal": 1, "social": 1}),
        ("Agency B", 2, {**NOBODY, "legal": 1}),
    ]
    assert rings[0].shares == {"legal": 0.5, "social": 0.25, "economic": 0.0, "cultural": 0.0}


def test_one_agency_is_all_there_is() -> None:
    assert [ring.name for ring in aspect_rings([row("P1", "A", "M1")], NAMES)] == [""]


def test_too_many_agencies_are_no_comparison(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aspects, "MOST_AGENCIES", 1)

    assert [ring.name for ring in aspect_rings([row("P1", "A", "M1"), row("P2", "B", "M1")], NAMES)] == [""]


def test_rings_cost_one_query(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        aspect_rings([row(f"P{number}", "AB"[number % 2], "M2") for number in range(9)], NAMES)
