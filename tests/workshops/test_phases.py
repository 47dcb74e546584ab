"""When the tests before and after are open, and who takes which form first."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from workshops.phases import POST, PRE, Order, is_open, next_order, order_with

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    ("opened_at", "closed_at", "by_itself", "expected"),
    [
        (None, None, True, True),
        (None, None, False, False),
        (NOON, None, False, True),
        (None, NOON, True, False),
        (NOON, LATER, True, False),
        (LATER, NOON, False, True),
        (NOON, NOON, True, False),
    ],
)
def test_the_last_button_decides_and_before_any_the_workshop_itself(opened_at, closed_at, by_itself, expected) -> None:
    assert is_open(opened_at=opened_at, closed_at=closed_at, by_itself=by_itself) is expected


def test_the_second_phase_takes_the_other_form() -> None:
    assert [(order.form(PRE), order.form(POST)) for order in Order] == [("A", "B"), ("B", "A")]
    assert [order_with(phase, form) for phase, form in [(PRE, "A"), (POST, "B"), (PRE, "B"), (POST, "A")]] == [
        Order.AB, Order.AB, Order.BA, Order.BA,
    ]  # fmt: skip


@pytest.mark.parametrize("agencies", ["aaaaaaa", "ababababab", "aabbccddeeffg", "abcdefgabcdefg", "aaabbbbbccccccc"])
def test_half_of_all_takes_each_order_whoever_comes_when(agencies: str) -> None:
    taken: list[tuple[str, Order]] = []
    for agency in agencies:
        taken.append((agency, next_order(taken, agency)))
        count = Counter(order for _agency, order in taken)
        assert abs(count[Order.AB] - count[Order.BA]) <= 1


def test_people_of_one_agency_who_come_in_pairs_are_balanced_too() -> None:
    taken: list[tuple[str, Order]] = []
    for agency in "aabbccaabbcc":
        taken.append((agency, next_order(taken, agency)))

    for agency in "abc":
        count = Counter(order for each, order in taken if each == agency)
        assert count[Order.AB] == count[Order.BA]
