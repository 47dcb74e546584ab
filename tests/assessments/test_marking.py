"""Marks in whole hundredths, the outcome, and what a person sees of them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.marking import Credit, bounded, has_passed, part_in, total

parts = st.fractions(min_value=0, max_value=1, max_denominator=60)
highest = st.integers(min_value=0, max_value=10_000)


@pytest.mark.parametrize(
    ("part", "mark"),
    [("0", 0), ("1", 100), ("1/3", 33), ("2/3", 67), ("1/8", 13), ("1/2", 50), ("199/200", 100), ("1/201", 0)],
)
def test_a_mark_is_rounded_half_up_to_hundredths(part: str, mark: int) -> None:
    assert Credit(Fraction(part), "").hundredths_of(100) == mark


@given(parts, highest)
def test_a_mark_lies_between_nothing_and_the_highest(part: Fraction, most: int) -> None:
    assert 0 <= Credit(part, "").hundredths_of(most) <= most


@given(st.fractions())
def test_a_part_is_brought_into_its_bounds(part: Fraction) -> None:
    assert 0 <= bounded(part) <= 1
    assert bounded(bounded(part)) == bounded(part)


@given(st.lists(st.integers(0, 100)), st.randoms(use_true_random=False))
def test_a_total_does_not_depend_on_the_order(marks: list[int], shuffler) -> None:
    shuffled = list(marks)
    shuffler.shuffle(shuffled)

    assert total(shuffled) == total(marks)


@pytest.mark.parametrize("written", ["2/3", "4/6", Fraction(2, 3)])
def test_a_part_is_read_exactly(written: object) -> None:
    assert part_in(written) == Fraction(2, 3)


@pytest.mark.parametrize("written", ["1e99999999", "1e-99999999", "1/0", "x", "", None, float("nan"), "0" * 61, ["1"]])
def test_what_is_no_part_or_would_take_minutes_to_calculate_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match=r"part|Fraction"):
        part_in(written)


@pytest.mark.parametrize(
    ("mark", "most", "pass_mark", "passed"),
    [
        *((900, 1200, 75, True), (899, 1200, 75, False), (0, 100, 0, True), (0, 0, 0, False), (67, 100, 67, True)),
        (1, 1, 100, True),
    ],
)
def test_the_pass_mark_is_reached_exactly(mark: int, most: int, pass_mark: int, passed: bool) -> None:
    assert has_passed(mark, most, pass_mark) is passed


@given(st.integers(1, 40), st.integers(0, 100))
def test_the_outcome_only_rises_with_the_mark(questions: int, pass_mark: int) -> None:
    outcomes = [has_passed(mark, questions * 100, pass_mark) for mark in range(0, questions * 100 + 1, 25)]

    assert outcomes == sorted(outcomes)
    assert outcomes[-1] is True
