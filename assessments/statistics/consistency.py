"""How far the questions of a test measure one thing, from comoments (see `moments`)."""

import math
from collections.abc import Sequence
from fractions import Fraction

from assessments.statistics.figures import Reason, Result


def alpha(comoments: Sequence[int], of_total: int) -> Fraction | Reason:
    """Return Cronbach's alpha: k / (k − 1) · (1 − Σ variance of a question ÷ variance of the total).

    From the comoments of each question and of the total with themselves. At most 1, and negative when questions work
    against each other. Sample and population variances give the same. (L. J. Cronbach, Coefficient alpha and the
    internal structure of tests, Psychometrika 16, 1951, 297–334.) Moodle calls 100 · alpha the coefficient of internal
    consistency.

    >>> alpha([6, 6], 24)  # two questions that always earn the same
    Fraction(1, 1)
    >>> alpha([6, 6], 8)
    Fraction(-1, 1)
    """
    count = len(comoments)
    if count < 2:  # noqa: PLR2004 - consistency is of several
        return Reason.TOO_FEW_QUESTIONS
    if not of_total:
        return Reason.SAME_TOTALS
    return Fraction(count, count - 1) * (1 - Fraction(sum(comoments), of_total))


def kr20(shares_right: Sequence[tuple[Fraction, int]], population_variance: Fraction) -> Fraction | Reason:
    """Return Kuder and Richardson's formula 20: k / (k − 1) · (1 − Σ m²·p·q ÷ σ²), with p + q = 1.

    `shares_right` has for each question the share p of right answers and what a right answer is worth, m (in the
    original always 1); m²·p·q is its population variance, σ² that of the total. (G. F. Kuder and M. W. Richardson, The
    theory of the estimation of test reliability, Psychometrika 2, 1937, 151–160.) Equal to alpha, which is a check.

    >>> kr20([(Fraction(1, 2), 1), (Fraction(1, 2), 1)], Fraction(1))
    Fraction(1, 1)
    """
    count = len(shares_right)
    if count < 2:  # noqa: PLR2004 - consistency is of several
        return Reason.TOO_FEW_QUESTIONS
    if not population_variance:
        return Reason.SAME_TOTALS
    within = sum(worth**2 * right * (1 - right) for right, worth in shares_right)
    return Fraction(count, count - 1) * (1 - within / population_variance)


def error_ratio(consistency: Fraction | Reason) -> Result:
    """Return how much of the standard deviation is due to chance: 100 · √(1 − CIC ÷ 100), in per cent.

    >>> error_ratio(Fraction(3, 4))
    50.0
    """
    return consistency if isinstance(consistency, Reason) else 100 * math.sqrt(1 - consistency)


def standard_error(ratio: Result, deviation: Result) -> Result:
    """Return the standard error of measurement, standard deviation · √(1 − reliability), in marks.

    (F. M. Lord and M. R. Novick, Statistical theories of mental test scores, 1968, section 3.8.)

    >>> standard_error(50.0, 3.0)
    1.5
    """
    if isinstance(ratio, Reason):
        return ratio
    return deviation if isinstance(deviation, Reason) else ratio * deviation / 100
