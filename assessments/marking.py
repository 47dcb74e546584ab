"""From what an answer earned to marks, totals and the outcome, in whole numbers only.

A question type says which part of the question an answer earned, as an exact fraction from 0 to 1. A mark is that part
of the highest mark in whole hundredths, rounded once and half up, so that no sum depends on the order of adding and no
pass mark on the last binary digit.

Worked example: a question counts 100 hundredths and an answer earned 2/3 of it. 2/3 × 100 = 66.67, the mark is 67.
A test of 12 such questions has the highest mark 1200; with the pass mark 75 % it is passed from 900 on, because
900 × 100 ≥ 75 × 1200 (both sides are 90000).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

# A number of so many signs at most; 1e99999999, which is ten signs, would be calculated for minutes.
PART = re.compile(r"[^eE]{1,60}(?:[eE][+-]?[0-9]{1,3})?")
NOTHING = Fraction(0)
ALL = Fraction(1)


@dataclass(frozen=True)
class Credit:
    """The part of a question that an answer earned, from 0 to 1, and why.

    `reason` is a short record in English for whoever looks at a mark again ("2 of 3 right, 1 of 2 wrong"). It is stored
    beside the mark; pages say it in their own words.
    """

    part: Fraction
    reason: str

    def hundredths_of(self, highest: int) -> int:
        """Return the mark in hundredths when the question counts `highest` hundredths, half a hundredth rounded up."""
        return int(self.part * highest + Fraction(1, 2))


NOT_ANSWERED = Credit(NOTHING, "not answered")


def part_in(written: Any) -> Fraction:
    """Return the part that is written as "2/3", "0.5" or a number; raises ValueError for anything else.

    >>> part_in("2/3"), part_in(0.5)
    (Fraction(2, 3), Fraction(1, 2))
    """
    text = str(written)
    if not PART.fullmatch(text):
        raise ValueError(f"no part: {text[:60]}")
    try:
        return Fraction(text)
    except ZeroDivisionError as error:
        raise ValueError(f"no part: {text}") from error


def bounded(part: Fraction) -> Fraction:
    """Return the part brought into 0 … 1: penalties never take a question below nothing."""
    return min(ALL, max(NOTHING, part))


def total(marks: Iterable[int]) -> int:
    """Return the sum of marks in hundredths."""
    return sum(marks)


def has_passed(mark: int, highest: int, pass_mark: int) -> bool:
    """Whether `mark` of `highest` hundredths reaches the pass mark in per cent: mark × 100 ≥ pass mark × highest.

    A test without marks is not passed.
    """
    return highest > 0 and mark * 100 >= pass_mark * highest
