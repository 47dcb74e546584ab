"""Certainty pays best for whoever says how certain they are."""

import doctest
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from assessments import certainty as module
from assessments.certainty import PAYS_FROM, SCORES, Level, calibration, score

PARTS = st.fractions(0, 1, max_denominator=20)


def test_a_calibration_worked_out_by_hand() -> None:
    found = calibration([(Fraction(1), 3), (Fraction(1), 3), (Fraction(0), 3), (Fraction(0), 1)])

    assert found.levels == (Level(1, 1, Fraction(0)), Level(2, 0, None), Level(3, 3, Fraction(2, 3)))
    assert found.score == Fraction(3 + 3 - 6 + 0, 4)


def test_nothing_answered_has_no_score() -> None:
    assert calibration([]).score is None


@given(PARTS, st.sampled_from(sorted(SCORES)))
def test_a_score_lies_between_right_and_wrong(part, certainty) -> None:
    right, wrong = SCORES[certainty]
    assert wrong <= score(part, certainty) <= right


@given(st.fractions(0, 1, max_denominator=60))
def test_the_level_that_fits_pays_best(likely) -> None:
    def expected(certainty: int) -> Fraction:
        right, wrong = SCORES[certainty]
        return likely * right + (1 - likely) * wrong

    fitting = max(level for level, least in PAYS_FROM.items() if likely >= least)
    assert all(expected(fitting) >= expected(other) for other in SCORES)


def test_the_worked_examples_hold() -> None:
    assert doctest.testmod(module).failed == 0
