"""Sums over whole numbers: exact, so that no figure depends on the order of people or questions, nor on the unit.

The basis is the *comoment* of two lists of n numbers, n · Σxy − Σx · Σy: whole as well, and zero exactly when one of
the lists is constant or the two do not vary together. Divided by n² it is the population covariance, by n · (n − 1) the
sample covariance; in a correlation the divisor cancels.
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from operator import mul

from assessments.statistics.figures import Reason, Result

Numbers = Sequence[int]


def comoment(xs: Numbers, ys: Numbers) -> int:
    """Return n · Σxy − Σx · Σy.

    >>> comoment([1, 2, 3], [1, 2, 3])  # the population variance is 2/3 = 6/9
    6
    """
    return len(xs) * sum(map(mul, xs, ys)) - sum(xs) * sum(ys)


def covariance(comoment_of: int, count: int) -> Result:
    """Return the sample covariance (divisor n − 1) that belongs to a comoment."""
    return Fraction(comoment_of, count * (count - 1)) if count > 1 else Reason.TOO_FEW_ATTEMPTS


def correlation(together: int, of_x: int, of_y: int) -> float:
    """Return Pearson's r from the comoment of x and y and those of x and of y with themselves, neither of them zero.

    Squared first, so that a perfect correlation is 1 and not 1.0000000000000002.

    >>> correlation(comoment([1, 2, 3], [3, 1, 2]), 6, 6)
    -0.5
    """
    return math.copysign(math.sqrt(together * together / (of_x * of_y)), together)


def median(numbers: Numbers) -> Fraction:
    """Return the middle of the numbers, or the mean of the two in the middle."""
    ordered, half = sorted(numbers), len(numbers) // 2
    return Fraction(ordered[half] + ordered[half - 1 + len(ordered) % 2], 2)


def central_sums(numbers: Numbers) -> tuple[int, int, int]:
    """Return Σd², Σd³ and Σd⁴ of d = n · x − Σx, the whole distances from the mean in units of 1/n.

    >>> central_sums([0, 0, 3])
    (54, 162, 1458)
    """
    count, total = len(numbers), sum(numbers)
    distances = [count * number - total for number in numbers]
    squares = list(map(mul, distances, distances))
    return sum(squares), sum(map(mul, squares, distances)), sum(map(mul, squares, squares))


def skewness(numbers: Numbers) -> Result:
    """Return g1 = k3 / k2^1.5 from the k-statistics (Fisher 1930), as Moodle's quiz statistics do.

    With m_r = Σ(x − x̄)^r / n: k2 = n·m2 / (n − 1), k3 = n²·m3 / ((n − 1)(n − 2)). Positive: a tail to the right.

    >>> skewness([1, 2, 3])
    0.0
    >>> round(skewness([0, 0, 3]), 6)
    1.732051
    """
    count = len(numbers)
    if count < 3:  # noqa: PLR2004 - k3 divides by n − 2
        return Reason.TOO_FEW_ATTEMPTS
    second, third, _ = central_sums(numbers)
    if not second:
        return Reason.SAME_TOTALS
    # In units of 1/n: k2 = Σd² / (n − 1), k3 = n · Σd³ / ((n − 1)(n − 2)), k3² / k2³ as below.
    squared = Fraction(count**2 * third**2 * (count - 1), (count - 2) ** 2 * second**3)
    return math.copysign(math.sqrt(squared), third)


def kurtosis(numbers: Numbers) -> Result:
    """Return k4 / k2² from the k-statistics (Fisher 1930), as Moodle's quiz statistics do; 0 for a normal distribution.

    k4 = n² / ((n − 1)(n − 2)(n − 3)) · ((n + 1)·m4 − 3(n − 1)·m2²).

    >>> float(kurtosis([1, 2, 3, 4]))
    -1.2
    """
    count = len(numbers)
    if count < 4:  # noqa: PLR2004 - k4 divides by n − 3
        return Reason.TOO_FEW_ATTEMPTS
    second, _, fourth = central_sums(numbers)
    if not second:
        return Reason.SAME_TOTALS
    top = count * (count + 1) * fourth - 3 * (count - 1) * second**2
    return Fraction(top * (count - 1), (count - 2) * (count - 3) * second**2)
