"""A figure, or the reason why there is none.

What cannot be computed is neither zero nor NaN and stops nothing: it is a figure without a value that says why.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Reason(StrEnum):
    """Why a figure has no value. `assessments.statistics.wording` has the sentences."""

    NO_ATTEMPTS = "no_attempts"
    TOO_FEW_ATTEMPTS = "too_few_attempts"
    TOO_FEW_QUESTIONS = "too_few_questions"
    SAME_TOTALS = "same_totals"  # everybody has the same total
    SAME_MARKS = "same_marks"  # everybody has the same mark for the question
    SAME_REST = "same_rest"  # everybody has the same total of the other questions
    NO_MARKS = "no_marks"  # the question or test is worth nothing
    PARTIAL_MARKS = "partial_marks"  # some marks are neither nothing nor everything
    NEGATIVE_COVARIANCE = "negative_covariance"
    DIFFERENT_QUESTIONS = "different_questions"  # not everybody had the same questions
    NOBODY_CHOSE = "nobody_chose"
    NOT_GUESSED = "not_guessed"  # an answer of this type is not picked from a list
    NOTHING_TO_COMPARE = "nothing_to_compare"  # too few people with equal totals in both languages


Result = int | float | Fraction | Reason


@dataclass(frozen=True)
class Figure:
    """A value, or the reason why there is none: exactly one of the two.

    >>> figure(Fraction(1, 4))
    Figure(value=0.25, reason=None)
    >>> figure(Reason.NO_ATTEMPTS).value is None
    True
    """

    value: float | None
    reason: Reason | None

    def __post_init__(self) -> None:
        if (self.value is None) == (self.reason is None):
            raise ValueError("A figure has either a value or a reason.")


def figure(result: Result) -> Figure:
    """Return the result of a computation as a figure."""
    return Figure(None, result) if isinstance(result, Reason) else Figure(float(result), None)
