"""A figure of a learning effect, or the reason why there is none.

What cannot be said is neither zero nor NaN and stops nothing: it is a figure without a value that says why.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar


class Reason(StrEnum):
    """Why a figure has no value. `reports.effect.wording` has the sentences."""

    NO_PAIRS = "no_pairs"  # nobody has a result both before and after
    ONE_PAIR = "one_pair"  # one person alone: nothing to spread
    TOO_FEW_PAIRS = "too_few_pairs"  # below `learning.FEWEST`
    TOO_MANY_PAIRS = "too_many_pairs"  # more than the caller lets be drawn again and again
    NO_MARKS = "no_marks"  # no marks can be earned
    MAXIMUM_REACHED = "maximum_reached"  # everybody had the highest mark before: nothing was left to gain
    FEW_BELOW_MAXIMUM = "few_below_maximum"  # below `bootstrap.FEWEST_BELOW`
    NO_SPREAD = "no_spread"  # neither before nor after do marks differ


class Interval(NamedTuple):
    """From where to where, both ends included."""

    low: float
    high: float


Value = TypeVar("Value", bound=float | Interval)


@dataclass(frozen=True)
class Figure(Generic[Value]):
    """A value, or the reason why there is none: exactly one of the two.

    >>> figure(0.25)
    Figure(value=0.25, reason=None)
    >>> figure(Reason.NO_PAIRS).value is None
    True
    """

    value: Value | None
    reason: Reason | None

    def __post_init__(self) -> None:
        if (self.value is None) == (self.reason is None):
            raise ValueError("A figure has either a value or a reason.")


def figure(result: Value | Reason) -> Figure[Value]:
    """Return the result of a computation as a figure."""
    return Figure(None, result) if isinstance(result, Reason) else Figure(result, None)
