"""Which questions a test asks when it leaves some of them to chance.

Sections may draw from pools that overlap. Whoever draws section by section can take from a narrow pool what a wide one
did not need, and then has too little; here questions change places until every section has its number, whenever that is
possible at all (Kuhn's augmenting paths for a maximum matching of places to questions).
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from assessments.question_types.base import shuffled


@dataclass(frozen=True)
class Pool:
    """What one section may draw: `wanted` of the `codes`."""

    wanted: int
    codes: tuple[str, ...]


def draw(pools: Sequence[Pool], *, taken: Sequence[str] = (), seed: str) -> list[list[str]]:
    """Return for each pool the codes drawn, none twice and none that is `taken`, in the order of chance.

    The seed alone decides. Where the pools do not hold enough, a pool gets fewer than it wants; see `missing`.

    >>> draw([Pool(1, ("a", "b")), Pool(1, ("a",))], seed="1")
    [['b'], ['a']]
    """
    away = set(taken)
    orders = [
        [code for code in shuffled(pool.codes, f"{seed}/{number}") if code not in away]
        for number, pool in enumerate(pools)
    ]
    places: list[tuple[int, int]] = [(number, each) for number, pool in enumerate(pools) for each in range(pool.wanted)]
    holder: dict[str, tuple[int, int]] = {}
    for place in places:
        _find(place, orders, holder, set())
    drawn: list[list[str]] = [[] for _ in pools]
    for number, order in enumerate(orders):
        drawn[number] = [code for code in order if code in holder and holder[code][0] == number]
    return drawn


def missing(pools: Sequence[Pool], drawn: Sequence[Sequence[str]]) -> list[int]:
    """Return how many questions each pool fell short of what it wants."""
    return [pool.wanted - len(codes) for pool, codes in zip(pools, drawn, strict=True)]


def _find(
    place: tuple[int, int],
    orders: Sequence[Sequence[str]],
    holder: dict[str, tuple[int, int]],
    tried: set[Hashable],
) -> bool:
    """Give the place a question: a free one, or one whose holder finds another."""
    for code in orders[place[0]]:
        if code not in holder:
            holder[code] = place
            return True
    for code in orders[place[0]]:
        if code not in tried:
            tried.add(code)
            if holder[code][0] != place[0] and _find(holder[code], orders, holder, tried):
                holder[code] = place
                return True
    return False
