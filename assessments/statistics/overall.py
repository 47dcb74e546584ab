"""Figures of a test as a whole."""

import math
from dataclasses import dataclass
from fractions import Fraction

from assessments.statistics import consistency, moments
from assessments.statistics.figures import Figure, Reason, Result, figure
from assessments.statistics.matrix import Matrix


@dataclass(frozen=True)
class Overall:
    """`mean`, `median`, `sd` and `standard_error` in marks, `alpha_percent` and `error_ratio` in per cent."""

    attempts: int
    mean: Figure
    median: Figure
    sd: Figure
    skewness: Figure
    kurtosis: Figure
    alpha_percent: Figure
    error_ratio: Figure
    standard_error: Figure
    kr20: Figure


def overall(marks: Matrix) -> Overall:
    """Return the figures of a test, with sample variances (divisor n − 1).

    The formulas are those of Moodle's quiz statistics (docs.moodle.org/dev/Quiz_statistics_calculations): skewness and
    kurtosis from k-statistics, coefficient of internal consistency, error ratio, standard error. KR-20 takes population
    variances and needs questions that earn nothing or everything.

    >>> from assessments.statistics.matrix import matrix
    >>> found = overall(matrix(["Q1", "Q2", "Q3"], [1, 1, 1], [[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]]))
    >>> found.mean.value, found.median.value, round(found.sd.value, 6), found.alpha_percent.value
    (1.5, 1.5, 1.290994, 75.0)
    >>> found.error_ratio.value, round(found.standard_error.value, 6), found.kr20.value
    (50.0, 0.645497, 0.75)
    """
    totals, count = marks.totals, len(marks.totals)
    reliability = consistency_of(marks)
    spread = deviation(moments.comoment(totals, totals), count, marks.scale)
    ratio = consistency.error_ratio(reliability)
    return Overall(
        attempts=count,
        mean=figure(Fraction(sum(totals), count * marks.scale) if count else Reason.NO_ATTEMPTS),
        median=figure(moments.median(totals) / marks.scale if count else Reason.NO_ATTEMPTS),
        sd=figure(spread),
        skewness=figure(moments.skewness(totals)),
        kurtosis=figure(moments.kurtosis(totals)),
        alpha_percent=figure(reliability if isinstance(reliability, Reason) else 100 * reliability),
        error_ratio=figure(ratio),
        standard_error=figure(consistency.standard_error(ratio, spread)),
        kr20=figure(_kr20(marks)),
    )


def deviation(comoment: int, count: int, scale: int) -> Result:
    """Return the sample standard deviation in marks."""
    variance = moments.covariance(comoment, count)
    return variance if isinstance(variance, Reason) else math.sqrt(variance / scale**2)


def consistency_of(marks: Matrix) -> Fraction | Reason:
    """Return Cronbach's alpha of a test, as a fraction."""
    unfit = _not_comparable(marks)
    if unfit:
        return unfit
    of_questions = [moments.comoment(column, column) for column in marks.columns]  # type: ignore[arg-type]
    return consistency.alpha(of_questions, moments.comoment(marks.totals, marks.totals))


def _kr20(marks: Matrix) -> Fraction | Reason:
    unfit = _not_comparable(marks)
    if unfit:
        return unfit
    if not all(marks.dichotomous(question) for question in range(len(marks.names))):
        return Reason.PARTIAL_MARKS
    count = len(marks.totals)
    shares = [
        (Fraction(sum(map(bool, column)), count), maximum)
        for column, maximum in zip(marks.columns, marks.maxima, strict=True)
    ]
    return consistency.kr20(shares, Fraction(moments.comoment(marks.totals, marks.totals), count**2))


def _not_comparable(marks: Matrix) -> Reason | None:
    """Return why totals say nothing about consistency."""
    if len(marks.totals) < 2:  # noqa: PLR2004 - a variance needs two
        return Reason.TOO_FEW_ATTEMPTS
    return None if marks.complete else Reason.DIFFERENT_QUESTIONS
