"""Which of several attempts counts, and what two markers together give."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from assessments.marking import has_passed

# Two marks that lie further apart than this part of the highest mark need a third person.
FAR_APART = Fraction(1, 4)


@dataclass(frozen=True)
class Taken:
    """An attempt that is marked: hundredths earned and possible, and the pass mark in per cent that it was promised."""

    number: int
    mark: int
    max_mark: int
    pass_mark: int

    @property
    def share(self) -> Fraction:
        """The part earned, exact."""
        return Fraction(self.mark, self.max_mark) if self.max_mark else Fraction(0)

    @property
    def passed(self) -> bool:
        """Whether this attempt by itself reached its pass mark."""
        return has_passed(self.mark, self.max_mark, self.pass_mark)


@dataclass(frozen=True)
class Counted:
    """What attempts are worth together: the part earned, whether that passes, and the attempt that says so (None for
    an average)."""

    share: Fraction
    passed: bool
    number: int | None


def counted(taken: Sequence[Taken], grading: str) -> Counted | None:
    """Return what counts of the attempts, by "best" (of equals the first), "last", "first" or "average".

    None without attempts. An average passes when it reaches the highest pass mark that was promised.

    >>> counted([Taken(1, 600, 1000, 75), Taken(2, 900, 1000, 75)], "average")
    Counted(share=Fraction(3, 4), passed=True, number=None)
    """
    in_order = sorted(taken, key=lambda each: each.number)
    if not in_order:
        return None
    if grading == "average":
        share = sum((each.share for each in in_order), Fraction(0)) / len(in_order)
        return Counted(share, share * 100 >= max(each.pass_mark for each in in_order), None)
    one = {"first": in_order[0], "last": in_order[-1]}.get(grading) or max(
        in_order, key=lambda each: (each.passed, each.share, -each.number)
    )
    return Counted(one.share, one.passed, one.number)


def agreed(marks: Sequence[int], highest: int) -> int | None:
    """Return what several markers together give, in hundredths; None while another has to mark.

    Two who lie close give their mean, rounded up. Two who lie far apart wait for a third, and then the middle one of
    the three stands.

    >>> agreed([60, 70], 100), agreed([20, 90], 100), agreed([20, 90, 80], 100)
    (65, None, 80)
    """
    if len(marks) < 2:  # noqa: PLR2004 - a second marker is asked for
        return None
    first, second, *others = marks
    if abs(first - second) <= FAR_APART * highest:
        return -(-(first + second) // 2)
    return sorted([first, second, others[0]])[1] if others else None
