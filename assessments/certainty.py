"""How well people know what they know: certainty-based marking.

Each answer is given with one of three certainties. The score is Gardner-Medwin's (A. R. Gardner-Medwin, "Confidence
assessment in the teaching of basic science", ALT-J 3 (1995), 80–85), the one Moodle uses: it is highest for whoever
says how certain they really are. It is shown beside the mark and never changes it: a certificate rests on what
was right.

========= ===== =====
certainty right wrong
========= ===== =====
1             1     0
2             2    −2
3             3    −6
========= ===== =====
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

SCORES: Mapping[int, tuple[int, int]] = {1: (1, 0), 2: (2, -2), 3: (3, -6)}
# The least certainty in being right with which each level pays best: from 2/3 on the second, from 80 % on the third.
PAYS_FROM: Mapping[int, Fraction] = {1: Fraction(0), 2: Fraction(2, 3), 3: Fraction(4, 5)}


@dataclass(frozen=True)
class Level:
    """The answers given with one certainty: how many, and which part of them was right (None when there are none)."""

    certainty: int
    answers: int
    right: Fraction | None


@dataclass(frozen=True)
class Calibration:
    """How certainty and knowledge agree. `score` is the mean score of an answer, from −6 to 3; None without answers."""

    levels: tuple[Level, ...]
    score: Fraction | None


def score(part: Fraction, certainty: int) -> Fraction:
    """Return what an answer that earned `part` (0 … 1) scores; part of a question is worth the part between.

    >>> score(Fraction(1), 3), score(Fraction(0), 3), score(Fraction(1, 2), 1)
    (Fraction(3, 1), Fraction(-6, 1), Fraction(1, 2))
    """
    right, wrong = SCORES[certainty]
    return wrong + (right - wrong) * part


def calibration(answers: Iterable[tuple[Fraction, int]]) -> Calibration:
    """Return how the answers, as (part earned, certainty), stand at each level of certainty."""
    given = list(answers)
    levels = []
    for certainty in SCORES:
        parts = [part for part, each in given if each == certainty]
        right = sum(parts, Fraction(0)) / len(parts) if parts else None
        levels.append(Level(certainty, len(parts), right))
    scores = [score(part, certainty) for part, certainty in given]
    return Calibration(tuple(levels), sum(scores, Fraction(0)) / len(scores) if scores else None)
