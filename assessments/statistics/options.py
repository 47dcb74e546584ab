"""Who chose what: the distractors of a question."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

from assessments.statistics.figures import Figure, Reason, figure
from assessments.statistics.matrix import Matrix

# The part of people that counts as strong: with 27 % at either end, two groups differ most reliably when marks are
# normally distributed (T. L. Kelley, The selection of upper and lower groups for the validation of test items, Journal
# of Educational Psychology 30, 1939, 17–24; Crocker and Algina 1986, chapter 14).
STRONG = Fraction(27, 100)


@dataclass(frozen=True)
class OptionFigures:
    """How often an option was chosen, and by whom. `option` is None for those who chose nothing.

    `share` is in per cent of the attempts that showed the question; of several options in one answer each counts, so
    shares may add up to more than 100. `mean_rest` is the mean total of the other questions, in marks. `strong` counts
    those among the strongest 27 % by that total who chose it.
    """

    option: str | None
    right: bool
    count: int
    share: Figure
    mean_rest: Figure
    strong: int


def option_figures(
    marks: Matrix, question: int, *, options: Sequence[str], key: Collection[str], chosen: Sequence[Collection[str]]
) -> tuple[OptionFigures, ...]:
    """Return the figures of each option in the editor's order, and of no answer as the last.

    `chosen` has the options chosen in each attempt, in the order of the matrix. Empty for a question without options.

    >>> from assessments.statistics.matrix import matrix
    >>> marks = matrix(["Q1", "Q2"], [1, 4], [[1, 4], [0, 3], [0, 1], [0, 0]])
    >>> for each in option_figures(marks, 0, options="AB", key={"A"}, chosen=["A", "B", "B", ""]):
    ...     print(each.option, each.count, each.share.value, each.mean_rest.value, each.strong)
    A 1 25.0 4.0 1
    B 2 50.0 2.0 1
    None 1 25.0 0.0 0
    """
    if not options:
        return ()
    places, own, totals = marks.asked(question)
    rests = {place: total - mark for place, mark, total in zip(places, own, totals, strict=True)}
    strong = strongest(rests)
    who = {option: [place for place in places if option in chosen[place]] for option in options}
    rows: list[tuple[str | None, list[int]]] = [*who.items(), (None, [place for place in places if not chosen[place]])]
    return tuple(
        OptionFigures(
            option=option,
            right=option in key,
            count=len(choosers),
            share=figure(Fraction(100 * len(choosers), len(places)) if places else Reason.NO_ATTEMPTS),
            mean_rest=figure(
                Fraction(sum(rests[place] for place in choosers), len(choosers) * marks.scale)
                if choosers
                else Reason.NOBODY_CHOSE
            ),
            strong=len(strong.intersection(choosers)),
        )
        for option, choosers in rows
    )


def strongest(rests: dict[int, int]) -> frozenset[int]:
    """Return the places of the strongest 27 %, rounded up; whoever is level with the last of them is in.

    >>> sorted(strongest({0: 5, 1: 9, 2: 9, 3: 1}))
    [1, 2]
    """
    if not rests:
        return frozenset()
    last = sorted(rests.values(), reverse=True)[math.ceil(STRONG * len(rests)) - 1]
    return frozenset(place for place, rest in rests.items() if rest >= last)
