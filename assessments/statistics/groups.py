"""The figures of some of the people: by language, by agency."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from assessments.statistics.differential import FEWEST
from assessments.statistics.figures import Figure
from assessments.statistics.items import item_figures
from assessments.statistics.matrix import Matrix
from assessments.statistics.overall import Overall, overall


@dataclass(frozen=True)
class Group:
    """The test as one group took it, and the facility of each question in it."""

    name: str
    overall: Overall
    facilities: tuple[Figure, ...]


@dataclass(frozen=True)
class Split:
    """Groups of ten attempts and more, the largest first, and how many were too small to say anything about."""

    groups: tuple[Group, ...]
    too_small: int


def split(marks: Matrix, names: Sequence[str]) -> Split:
    """Return the figures of each group; `names` has the group of each attempt, in the order of the matrix.

    >>> from assessments.statistics.matrix import matrix
    >>> found = split(matrix(["Q1"], [2], [[2]] * 10 + [[0]] * 9), ["en"] * 10 + ["be"] * 9)
    >>> [(group.name, group.overall.attempts, group.facilities[0].value) for group in found.groups], found.too_small
    ([('en', 10, 100.0)], 1)
    """
    places = defaultdict(list)
    for place, name in enumerate(names):
        places[name].append(place)
    large = sorted(
        (name for name, own in places.items() if len(own) >= FEWEST), key=lambda each: (-len(places[each]), each)
    )
    return Split(tuple(_group(marks.only(places[name]), name) for name in large), len(places) - len(large))


def _group(marks: Matrix, name: str) -> Group:
    return Group(name, overall(marks), tuple(item.facility for item in item_figures(marks)))
