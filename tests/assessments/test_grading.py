"""Which attempt counts, and what two markers give together."""

import doctest
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments import grading as module
from assessments.grading import Counted, Taken, agreed, counted

MARKS = st.lists(st.integers(0, 1000), min_size=1, max_size=6)


def taken(*marks: int) -> list[Taken]:
    return [Taken(number, mark, 1000, 75) for number, mark in enumerate(marks, start=1)]


@pytest.mark.parametrize(
    ("grading", "result"),
    [
        ("best", Counted(Fraction(9, 10), True, 2)),
        ("first", Counted(Fraction(6, 10), False, 1)),
        ("last", Counted(Fraction(7, 10), False, 3)),
        ("average", Counted(Fraction(22, 30), False, None)),
    ],
)
def test_each_rule_counts_another_attempt(grading, result) -> None:
    assert counted(taken(600, 900, 700), grading) == result


def test_of_equals_the_first_counts_and_of_nothing_nothing() -> None:
    assert counted(taken(800, 800), "best").number == 1
    assert counted([], "best") is None


@given(MARKS, st.randoms())
def test_the_order_in_which_attempts_are_read_changes_nothing(marks, random) -> None:
    mixed = taken(*marks)
    random.shuffle(mixed)
    for grading in ("best", "first", "last", "average"):
        assert counted(mixed, grading) == counted(taken(*marks), grading)


@given(MARKS)
def test_the_best_is_never_below_the_others(marks) -> None:
    best = counted(taken(*marks), "best")
    assert all(best.share >= counted(taken(*marks), grading).share for grading in ("first", "last", "average"))


@pytest.mark.parametrize(
    ("marks", "stands"),
    [
        ([], None),
        ([60], None),
        ([60, 71], 66),
        ([50, 75], 63),
        ([50, 76], None),
        ([20, 90, 80], 80),
        ([90, 20, 10], 20),
    ],
)
def test_two_who_lie_close_agree_and_a_third_decides_between_the_others(marks, stands) -> None:
    assert agreed(marks, 100) == stands


@given(st.lists(st.integers(0, 100), min_size=2, max_size=3))
def test_what_stands_lies_between_what_was_given(marks) -> None:
    stands = agreed(marks, 100)
    assert stands is None or min(marks) <= stands <= max(marks)


def test_the_worked_examples_hold() -> None:
    assert doctest.testmod(module).failed == 0
