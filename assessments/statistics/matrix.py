"""The marks of a test as whole numbers: a column per question, a place in it per attempt."""

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

Mark = int | float | Decimal | Fraction


@dataclass(frozen=True)
class Matrix:
    """Marks in units of 1/`scale`; None where an attempt did not show the question."""

    names: tuple[str, ...]
    maxima: tuple[int, ...]
    columns: tuple[tuple[int | None, ...], ...]
    totals: tuple[int, ...]
    scale: int

    @cached_property
    def complete(self) -> bool:
        """Whether everybody had the same questions."""
        return all(None not in column for column in self.columns)

    def asked(self, question: int) -> tuple[list[int], list[int], list[int]]:
        """Return (places, marks, totals) of the attempts that showed a question, all three in the same order."""
        column = self.columns[question]
        places = [place for place, mark in enumerate(column) if mark is not None]
        return places, [mark for mark in column if mark is not None], [self.totals[place] for place in places]

    def dichotomous(self, question: int) -> bool:
        """Whether a question, worth something, only ever earned nothing or everything."""
        maximum = self.maxima[question]
        return maximum > 0 and set(self.columns[question]) <= {0, maximum, None}

    def only(self, places: Collection[int]) -> "Matrix":
        """Return the matrix of some of the attempts."""
        columns = tuple(tuple(column[place] for place in places) for column in self.columns)
        return Matrix(self.names, self.maxima, columns, tuple(self.totals[place] for place in places), self.scale)


def matrix(names: Sequence[str], maxima: Sequence[Mark], rows: Iterable[Sequence[Mark | None]]) -> Matrix:
    """Return the matrix of marks, a row per attempt and a place in it per question.

    A mark is a number in whatever unit (hundredths, points), a float means the decimal it is written as. Figures come
    out in that unit. Raises ValueError when a row has another length, or a number is infinite or not a number.

    >>> matrix(["Q1", "Q2"], [1, 2.5], [[1, 0.5], [0, None]])  # doctest: +NORMALIZE_WHITESPACE
    Matrix(names=('Q1', 'Q2'), maxima=(2, 5), columns=((2, 0), (1, None)), totals=(3, 0), scale=2)
    """
    table = [list(row) for row in [maxima, *rows]]
    if any(len(row) != len(names) for row in table):
        raise ValueError("Each row has a mark for each question.")
    exact = {mark: _exact(mark) for mark in {mark for row in table for mark in row}}
    scale = math.lcm(*(mark.denominator for mark in exact.values() if mark is not None))
    units = {mark: None if value is None else int(value * scale) for mark, value in exact.items()}
    whole = [[units[mark] for mark in row] for row in table]
    return Matrix(
        names=tuple(names),
        maxima=tuple(maximum or 0 for maximum in whole[0]),
        columns=tuple(zip(*whole[1:], strict=True)) if len(whole) > 1 else ((),) * len(names),
        totals=tuple(sum(filter(None, row)) for row in whole[1:]),
        scale=scale,
    )


def _exact(mark: Mark | None) -> Fraction | None:
    if mark is None:
        return None
    return Fraction(repr(mark)) if isinstance(mark, float) else Fraction(mark)
