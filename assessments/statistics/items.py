"""Figures of each question of a test."""

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from operator import mul, sub

from assessments.statistics import consistency, moments
from assessments.statistics.figures import Figure, Reason, Result, figure
from assessments.statistics.matrix import Matrix
from assessments.statistics.overall import deviation


@dataclass(frozen=True)
class ItemFigures:
    """`facility`, weights, `discrimination` and its efficiency in per cent; `sd` and `covariance` in marks (squared);
    `r_total`, `r_rest` and `alpha_if_dropped` as fractions."""

    name: str
    attempts: int
    facility: Figure
    sd: Figure
    intended_weight: Figure
    effective_weight: Figure
    discrimination: Figure
    discriminative_efficiency: Figure
    covariance: Figure
    r_total: Figure
    r_rest: Figure
    alpha_if_dropped: Figure


def item_figures(marks: Matrix) -> tuple[ItemFigures, ...]:
    """Return the figures of each question, over the attempts that showed it; the *rest* is the total without it.

    * facility – 100 · mean ÷ highest mark;
    * intended weight – 100 · highest mark ÷ highest total;
    * effective weight – 100 · √cov(x, total) ÷ Σ √cov(x, total): the share of the spread of totals that the question
      makes. Where the covariance is negative there is none, and the question is left out of the sum;
    * covariance – of mark and rest; discrimination – 100 · r of mark and rest;
    * discriminative efficiency – 100 · cov(x, rest) ÷ the highest that these marks could reach, which is that of both
      lists sorted (docs.moodle.org/dev/Quiz_statistics_calculations for all of these);
    * r with total and rest – point-biserial where the question earns nothing or everything (Lord and Novick 1968,
      section 15.3; L. Crocker and J. Algina, Introduction to classical and modern test theory, 1986, chapter 14);
    * alpha if dropped – Cronbach's alpha of the test without the question.

    >>> from assessments.statistics.matrix import matrix
    >>> first, second, third = item_figures(matrix(["Q1", "Q2", "Q3"], [1, 1, 2], [[1, 1, 2], [1, 0, 1], [0, 1, 0]]))
    >>> round(first.facility.value, 3), first.intended_weight.value, third.facility.value
    (66.667, 25.0, 50.0)
    >>> round(first.discrimination.value, 3), first.discriminative_efficiency.value  # rests 3, 1, 1 for marks 1, 1, 0
    (50.0, 100.0)
    >>> round(second.covariance.value, 3), round(second.discriminative_efficiency.value, 3)  # rests 3, 2, 0: 1, 0, 1
    (-0.167, -20.0)
    """
    items = [_Item(marks, question) for question in range(len(marks.names))]
    roots = math.fsum(math.sqrt(item.with_total) for item in items if item.with_total > 0)
    own, of_total = [item.own for item in items], moments.comoment(marks.totals, marks.totals)
    return tuple(
        ItemFigures(
            name=marks.names[item.question],
            attempts=item.count,
            facility=figure(item.facility()),
            sd=figure(deviation(item.own, item.count, marks.scale)),
            intended_weight=figure(_intended_weight(marks, item.question)),
            effective_weight=figure(item.effective_weight(roots)),
            discrimination=figure(_per_cent(item.r_rest())),
            discriminative_efficiency=figure(item.efficiency()),
            covariance=figure(item.covariance()),
            r_total=figure(item.r_total()),
            r_rest=figure(item.r_rest()),
            alpha_if_dropped=figure(item.alpha_if_dropped(own, of_total)),
        )
        for item in items
    )


class _Item:
    """What is needed of one question, each comoment once."""

    def __init__(self, marks: Matrix, question: int) -> None:
        self.marks, self.question = marks, question
        _, self.xs, self.totals = marks.asked(question)
        self.rest = list(map(sub, self.totals, self.xs))
        self.count = len(self.xs)
        self.own = moments.comoment(self.xs, self.xs)
        self.with_rest = moments.comoment(self.xs, self.rest)
        self.with_total = self.with_rest + self.own

    @cached_property
    def of_rest(self) -> int:
        return moments.comoment(self.rest, self.rest)

    def facility(self) -> Result:
        if not self.count:
            return Reason.NO_ATTEMPTS
        maximum = self.marks.maxima[self.question]
        return Fraction(100 * sum(self.xs), self.count * maximum) if maximum else Reason.NO_MARKS

    def effective_weight(self, roots: float) -> Result:
        if not self.marks.complete:
            return Reason.DIFFERENT_QUESTIONS
        if self.count < 2:  # noqa: PLR2004 - a covariance needs two
            return Reason.TOO_FEW_ATTEMPTS
        if self.with_total < 0:
            return Reason.NEGATIVE_COVARIANCE
        return 100 * (math.sqrt(self.with_total) / roots) if roots else Reason.SAME_TOTALS

    def covariance(self) -> Result:
        return _divided(moments.covariance(self.with_rest, self.count), self.marks.scale**2)

    def efficiency(self) -> Result:
        unfit = self._without_spread(self.of_rest, Reason.SAME_REST)
        if unfit:
            return unfit
        highest = self.count * sum(map(mul, sorted(self.xs), sorted(self.rest))) - sum(self.xs) * sum(self.rest)
        return Fraction(100 * self.with_rest, highest)

    def r_rest(self) -> Result:
        unfit = self._without_spread(self.of_rest, Reason.SAME_REST)
        return unfit or moments.correlation(self.with_rest, self.own, self.of_rest)

    def r_total(self) -> Result:
        of_total = self.of_rest + 2 * self.with_rest + self.own
        unfit = self._without_spread(of_total, Reason.SAME_TOTALS)
        return unfit or moments.correlation(self.with_total, self.own, of_total)

    def alpha_if_dropped(self, own: list[int], of_total: int) -> Result:
        if not self.marks.complete:
            return Reason.DIFFERENT_QUESTIONS
        if self.count < 2:  # noqa: PLR2004 - a variance needs two
            return Reason.TOO_FEW_ATTEMPTS
        others = own[: self.question] + own[self.question + 1 :]
        return consistency.alpha(others, of_total - 2 * self.with_total + self.own)

    def _without_spread(self, of_other: int, same: Reason) -> Reason | None:
        """Return why marks and another list of numbers cannot be correlated."""
        if self.count < 2:  # noqa: PLR2004 - a correlation needs two
            return Reason.TOO_FEW_ATTEMPTS
        if not self.own:
            return Reason.SAME_MARKS
        return None if of_other else same


def _intended_weight(marks: Matrix, question: int) -> Result:
    if not marks.complete:
        return Reason.DIFFERENT_QUESTIONS
    highest = sum(marks.maxima)
    return Fraction(100 * marks.maxima[question], highest) if highest else Reason.NO_MARKS


def _per_cent(result: Result) -> Result:
    return result if isinstance(result, Reason) else 100 * result


def _divided(result: Result, divisor: int) -> Result:
    return result if isinstance(result, Reason) else Fraction(result) / divisor
