"""The two distributions that a learning effect needs, without a library: Student's t, and a fair coin.

DLMF: F. W. J. Olver and others (eds.), NIST Digital Library of Mathematical Functions, dlmf.nist.gov.
"""

import math
from fractions import Fraction
from functools import lru_cache

# A step of the continued fraction that changes less than this is the last: some units of the last binary place.
PRECISION = 1e-14


def incomplete_beta(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b) for 0 ≤ x ≤ 1 and positive a and b.

    By the continued fraction DLMF 8.17.22 where that is fast, x < (a + 1) / (a + b + 2), and elsewhere by the symmetry
    I_x(a, b) = 1 − I_{1−x}(b, a), DLMF 8.17.4.

    >>> round(incomplete_beta(0.3, 1, 1), 12), round(incomplete_beta(0.5, 4, 4), 12)
    (0.3, 0.5)
    >>> round(incomplete_beta(0.25, 2, 3), 12)  # 1 − 0.75⁴ − 4 · 0.25 · 0.75³, by DLMF 8.17.5
    0.26171875
    """
    return 1 - _lower(1 - x, b, a) if x > (a + 1) / (a + b + 2) else _lower(x, a, b)


def _lower(x: float, a: float, b: float) -> float:
    if not x:
        return 0.0
    logarithm = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(logarithm) / (a * _continued_fraction(x, a, b))


def _continued_fraction(x: float, a: float, b: float) -> float:
    """Return 1 + d₁/(1 + d₂/(1 + …)) with the d of DLMF 8.17.23, which is positive at every step where x is as above.

    From its beginning on, by W. J. Lentz's method as I. J. Thompson and A. R. Barnett describe it (Journal of
    Computational Physics 64, 1986, 490–509): each step multiplies by the ratio of two numerators and divides by that of
    two denominators.
    """
    value = numerators = denominators = change = 1.0
    place = 0
    while not place or abs(change - 1) > PRECISION:
        place += 1
        term = _term(place, x, a, b)
        numerators = 1 + term / numerators
        denominators = 1 + term / denominators if place > 1 else 1.0
        change = numerators / denominators
        value *= change
    return value


def _term(place: int, x: float, a: float, b: float) -> float:
    half = place // 2
    if place % 2:
        return -(a + half) * (a + b + half) * x / ((a + 2 * half) * (a + 2 * half + 1))
    return half * (b - half) * x / ((a + 2 * half - 1) * (a + 2 * half))


def t_tails(t: float, freedom: int) -> float:
    """Return how probable a value of Student's t is that lies at least this far from 0: I_{ν/(ν+t²)}(ν/2, 1/2).

    (M. Abramowitz and I. A. Stegun, Handbook of mathematical functions, 1964, 26.7.1 with 26.5.27.)

    >>> round(t_tails(1, 1), 12)  # one degree of freedom: 1 − 2 · arctan(t) / π
    0.5
    """
    return incomplete_beta(freedom / (freedom + t * t), freedom / 2, 0.5)


@lru_cache(maxsize=4096)
def t_quantile(freedom: int, confidence: float = 0.95) -> float:
    """Return how far from 0 Student's t lies at most, with this confidence; by halving until nothing lies between.

    As every table has it for 95 % and 1, 9 and 30 degrees of freedom:

    >>> [round(t_quantile(freedom), 3) for freedom in (1, 9, 30)]
    [12.706, 2.262, 2.042]
    """
    low, high = 0.0, 1.0
    while t_tails(high, freedom) > 1 - confidence:
        low, high = high, 2 * high
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if t_tails(middle, freedom) > 1 - confidence else (low, middle)
    return high


def mcnemar(gained: int, lost: int) -> float:
    """Return the p-value of McNemar's exact test, for how many came to a result and how many lost it.

    Whoever changed sides could have done so in either direction, like a fair coin: twice the probability of the
    smaller number or less among all who did, P(X ≤ k) = Σ C(n, i) / 2ⁿ, and at most 1, which it is when nobody did. In
    whole numbers. (Q. McNemar, Psychometrika 12, 1947, 153–157, with the binomial distribution itself.)

    >>> mcnemar(6, 1)  # 2 · (1 + 7) / 2⁷
    0.125
    >>> mcnemar(0, 0), mcnemar(3, 3)
    (1.0, 1.0)
    """
    changed, fewer = gained + lost, min(gained, lost)
    ways = term = 1
    for place in range(fewer):
        term = term * (changed - place) // (place + 1)
        ways += term
    return float(min(Fraction(1), Fraction(2 * ways, 2**changed)))
