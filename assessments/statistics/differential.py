"""Whether a question is harder in one language than in another for people who know equally much.

Mantel and Haenszel's method, as Holland and Thayer brought it to tests: people are compared with those of equal total
only, so that a group that is weaker as a whole does not make every question look unfair. It is a flag for whoever
reads the question again in that language, not a proof.

* N. Mantel and W. Haenszel, Statistical aspects of the analysis of data from retrospective studies of disease, Journal
  of the National Cancer Institute 22, 1959, 719–748: common odds ratio, chi-square with continuity correction.
* P. W. Holland and D. T. Thayer, Differential item performance and the Mantel-Haenszel procedure, in H. Wainer and
  H. I. Braun (eds.), Test validity, 1988, 129–145: the delta scale; people match by the total with the question in it.
* J. Robins, N. Breslow and S. Greenland, Biometrics 42, 1986, 311–323: the variance of the logarithm of the ratio.
* N. J. Dorans and P. W. Holland, DIF detection and description, in P. W. Holland and H. Wainer (eds.), Differential
  item functioning, 1993, 35–66: the classes A, B and C of the Educational Testing Service.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from statistics import NormalDist

from assessments.statistics.figures import Figure, Reason, figure
from assessments.statistics.matrix import Matrix

# From this many people on, a group has figures of its own.
FEWEST = 10

# A difference of 4 deltas is one of 4/1.7 logits.
DELTA = -2.35
SIGNIFICANT = 0.05
CERTAIN = NormalDist().inv_cdf(1 - SIGNIFICANT)

# (right, wrong) in the reference group, (right, wrong) in the other, of people with equal totals.
Table = tuple[int, int, int, int]


class Grade(StrEnum):
    """Classes of the Educational Testing Service."""

    NEGLIGIBLE = "A"
    MODERATE = "B"
    LARGE = "C"


@dataclass(frozen=True)
class Comparison:
    """`odds_ratio` above 1 and a negative `delta`: harder for the other group than for the reference group.

    `error` is the standard error of delta, `p_value` that of chi-square with one degree of freedom. Without a value,
    all have the same reason and there is no `grade`.
    """

    odds_ratio: Figure
    delta: Figure
    error: Figure
    chi_square: Figure
    p_value: Figure
    grade: Grade | None


def mantel_haenszel(tables: Iterable[Table]) -> Comparison:
    """Compare two groups over tables of people with equal totals.

    With A, B right and wrong in the reference group, C, D in the other, T in all: odds ratio α = Σ AD/T ÷ Σ BC/T,
    delta = −2.35 · ln α, chi-square = (|ΣA − ΣE(A)| − ½)² ÷ ΣVar(A) with the correction no larger than the difference.
    There is nothing to compare when no table, or none in one direction, has right and wrong in different groups.

    Penicillin and rabbits (A. Agresti, Categorical data analysis, 1990, 231–237; R's `mantelhaen.test` prints 3.9286,
    0.04747 and 7):

    >>> found = mantel_haenszel([(0, 6, 0, 5), (3, 3, 0, 6), (6, 0, 2, 4), (5, 1, 6, 0), (2, 0, 5, 0)])
    >>> round(found.chi_square.value, 4), round(found.p_value.value, 5), found.odds_ratio.value, found.grade.value
    (3.9286, 0.04747, 7.0, 'B')
    """
    both = [table for table in tables if table[0] + table[1] and table[2] + table[3]]
    for_reference = sum((Fraction(a * d, a + b + c + d) for a, b, c, d in both), Fraction())
    for_other = sum((Fraction(b * c, a + b + c + d) for a, b, c, d in both), Fraction())
    if not for_reference or not for_other:
        nothing = figure(Reason.NOTHING_TO_COMPARE)
        return Comparison(nothing, nothing, nothing, nothing, nothing, None)
    ratio = for_reference / for_other
    delta = DELTA * math.log(ratio)
    error = abs(DELTA) * math.sqrt(_variance(both, ratio)) / float(for_reference)
    chi_square = _chi_square(both)
    p_value = math.erfc(math.sqrt(chi_square / 2))
    return Comparison(
        figure(ratio), figure(delta), figure(error), figure(chi_square), figure(p_value), grade(delta, error, p_value)
    )


def grade(delta: float, error: float, p_value: float) -> Grade:
    """Return the class: A – not significant or smaller than 1; C – at least 1.5 and significantly above 1; else B.

    >>> [grade(*each).value for each in [(-0.9, 0.1, 0.001), (2.0, 1.0, 0.2), (1.2, 0.1, 0.01), (-2.0, 0.3, 0.001)]]
    ['A', 'A', 'B', 'C']
    """
    size = abs(delta)
    if size < 1 or p_value >= SIGNIFICANT:
        return Grade.NEGLIGIBLE
    large = size >= 1.5 and size - CERTAIN * error > 1  # noqa: PLR2004 - the limit of class C
    return Grade.LARGE if large else Grade.MODERATE


def _variance(tables: Sequence[Table], ratio: Fraction) -> Fraction:
    """Return the variance of ln α, times (Σ AD/T)²."""
    return sum(
        (
            (a * d + ratio * b * c) * (a + d + ratio * (b + c)) / Fraction(a + b + c + d) ** 2 / 2
            for a, b, c, d in tables
        ),
        Fraction(),
    )


def _chi_square(tables: Sequence[Table]) -> float:
    difference, variance = Fraction(), Fraction()
    for a, b, c, d in tables:
        count, right = a + b + c + d, a + c
        difference += a - Fraction((a + b) * right, count)
        variance += Fraction((a + b) * (c + d) * right * (b + d), count**2 * (count - 1))
    beyond = abs(difference) - min(Fraction(1, 2), abs(difference))
    return float(beyond**2 / variance)


@dataclass(frozen=True)
class LanguageDifference:
    """A question in one language beside the language most people took the test in."""

    language: str
    reference: str
    comparison: Comparison


def language_differences(marks: Matrix, languages: Sequence[str]) -> tuple[tuple[LanguageDifference, ...], ...]:
    """Return for each question the comparison of each other language with the one most people used.

    `languages` has the language of each attempt. A language with fewer than ten attempts is left out. A question that
    earned a part of its mark, or a test whose questions differ between attempts, cannot be compared in this way.
    """
    counts = Counter(languages)
    reference, *others = sorted(
        (language for language, count in counts.items() if count >= FEWEST), key=lambda each: (-counts[each], each)
    ) or [""]
    levels = defaultdict(list)
    for place, (total, language) in enumerate(zip(marks.totals, languages, strict=True)):
        levels[total].append((place, language))
    return tuple(
        tuple(
            LanguageDifference(other, reference, _compared(marks, question, levels.values(), reference, other))
            for other in others
        )
        for question in range(len(marks.names))
    )


def _compared(
    marks: Matrix, question: int, levels: Iterable[list[tuple[int, str]]], reference: str, other: str
) -> Comparison:
    unfit = Reason.DIFFERENT_QUESTIONS if not marks.complete else Reason.PARTIAL_MARKS
    if not marks.complete or not marks.dichotomous(question):
        nothing = figure(unfit)
        return Comparison(nothing, nothing, nothing, nothing, nothing, None)
    column = marks.columns[question]
    tables = []
    for level in levels:
        found = Counter((language, bool(column[place])) for place, language in level)
        tables.append((found[reference, True], found[reference, False], found[other, True], found[other, False]))
    return mantel_haenszel(tables)
