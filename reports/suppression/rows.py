"""Rows about single people: what is said of who they are is made coarser until k share it, or left out.

A row holds characteristics by which somebody may be known (quasi-identifiers). Whoever shares those of a row with fewer
than k − 1 others loses the first characteristic to a word for "another one", if that is not enough the second one as
well, and so on; rows that stand out even so are left out. A person loses a characteristic in all rows, or those in
which it still stands would tell it about the others.

What is k-anonymous says nothing about what all of a group have in common: that all of five people completed is told
about each of them. And whoever knows in which workshops somebody was may find the person by these.

L. Sweeney, k-anonymity: a model for protecting privacy, International Journal on Uncertainty, Fuzziness and
Knowledge-based Systems 10 (2002).
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence

OTHER = "other"

Known = tuple[str, ...]


def coarsened(rows: Sequence[Known], people: Sequence[Hashable], order: Sequence[int], k: int) -> list[Known | None]:
    """Return the characteristics of each row as they may be told; None for a row that is left out.

    people: whom each row is about, at most once among rows that are alike. order: the places of the characteristics
    that may be given up, the first one first.

    >>> rows = [("f", "clinic", "north")] * 2 + [("f", "clinic", "south")] + [("m", "clinic", "south")]
    >>> coarsened(rows, range(4), [2, 1], 3)
    [('f', 'clinic', 'other'), ('f', 'clinic', 'other'), ('f', 'clinic', 'other'), None]
    """
    given_up = dict.fromkeys(people, 0)
    told = list(rows)
    places: dict[Hashable, list[int]] = defaultdict(list)
    for place, person in enumerate(people):
        places[person].append(place)
    while True:
        few = {row for row, number in Counter(told).items() if number < k}
        standing_out = {person for row, person in zip(told, people, strict=True) if row in few}
        able = {person for person in standing_out if given_up[person] < len(order)}
        if not able:
            return [None if row in few else row for row in told]
        for person in able:
            given_up[person] += 1
            for place in places[person]:
                told[place] = _without(rows[place], order[: given_up[person]])


def _without(row: Known, places: Sequence[int]) -> Known:
    return tuple(OTHER if place in places else value for place, value in enumerate(row))
