"""Seats and who is next: which state follows which, who sits where, and the one order in which people wait.

Everybody who waits stands in one list per pool: by the number that a nomination was given, then, for those without a
number, by the time at which they came, then by key. Numbers run through the whole workshop and an agency exchanges only
those of its own nominees, so that nobody is moved past people of another agency. A person waits in the nearest pool (of
the own agency, of one above it, else the open one) and is offered whatever free seat fits, the nearest first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

# The states are those of `Registration.State`; the empty one is that of somebody who is not on the list yet.
_ACTIVE = frozenset({"nominated", "invited", "pending", "confirmed", "waitlisted", "offered"})

# From which states a state can be reached. Whoever replaces somebody begins in the state of that person.
WAYS: Mapping[str, frozenset[str]] = {
    "nominated": frozenset({""}),
    "invited": frozenset({"", "nominated"}),
    "pending": frozenset({"", "nominated", "invited"}),
    "waitlisted": frozenset({"", "nominated", "invited", "pending"}),
    "offered": frozenset({"", "nominated", "invited", "waitlisted"}),
    "confirmed": frozenset({"", "nominated", "invited", "pending", "waitlisted", "offered"}),
    "lapsed": frozenset({"offered"}),
    "rejected": frozenset({"nominated", "invited", "pending", "waitlisted"}),
    "withdrawn": _ACTIVE,
    "replaced": _ACTIVE,
}

# Behind every number that a nomination can have.
_LAST = 1 << 15


def may_become(before: str, after: str) -> bool:
    """Whether a registration in one state can go over to another.

    >>> may_become("offered", "confirmed"), may_become("withdrawn", "confirmed")
    (True, False)
    """
    return before in WAYS[after]


@dataclass(frozen=True)
class Pool:
    """Seats for the agency with this path and all below it; an empty path is open to everybody."""

    key: int
    path: str
    seats: int
    taken: int = 0

    @property
    def free(self) -> int:
        """How many seats nobody has and nobody was offered."""
        return max(0, self.seats - self.taken)

    def serves(self, path: str) -> bool:
        """Whether people of the agency with this path may take a seat.

        >>> Pool(1, "/1/", 5).serves("/1/7/"), Pool(1, "/1/", 5).serves("/2/"), Pool(2, "", 5).serves("/2/")
        (True, False, True)
        """
        return path.startswith(self.path)


@dataclass(frozen=True)
class Waiting:
    """Somebody who waits: for an agency, with the number of the nomination (0 without) and since when."""

    key: int
    path: str
    priority: int
    since: datetime

    @property
    def place(self) -> tuple[int, datetime, int]:
        """What the list is sorted by."""
        return (self.priority or _LAST, self.since, self.key)


def nearest_first(pools: Iterable[Pool], path: str) -> list[Pool]:
    """The pools whose seats people of an agency may take: the deeper in the tree the nearer, the open one at the end.

    >>> [pool.key for pool in nearest_first([Pool(1, "", 1), Pool(2, "/1/", 1), Pool(3, "/1/7/", 1)], "/1/7/")]
    [3, 2, 1]
    """
    return sorted((pool for pool in pools if pool.serves(path)), key=lambda pool: len(pool.path), reverse=True)


def free_pool(pools: Iterable[Pool], path: str) -> Pool | None:
    """The nearest pool with a free seat.

    >>> free_pool([Pool(1, "", 1), Pool(2, "/1/", 1, taken=1)], "/1/7/").key
    1
    """
    return next((pool for pool in nearest_first(pools, path) if pool.free), None)


def waiting_lists(pools: Sequence[Pool], waiting: Iterable[Waiting]) -> dict[int | None, list[Waiting]]:
    """The ordered list of each pool, by its key: those for whom it is the nearest. None: no seat is meant for them."""
    lists: dict[int | None, list[Waiting]] = {}
    for each in sorted(waiting, key=lambda one: one.place):
        nearest = next(iter(nearest_first(pools, each.path)), None)
        lists.setdefault(nearest.key if nearest else None, []).append(each)
    return lists


def offers(pools: Sequence[Pool], waiting: Iterable[Waiting]) -> list[tuple[Waiting, Pool | None]]:
    """Whom to offer which free seat now. Without any pool there is no limit and everybody is offered a place.

    The seats of the deepest pools go first: only their own people can take them.

    >>> from datetime import datetime
    >>> early, late = datetime(2026, 3, 1), datetime(2026, 3, 2)
    >>> people = [Waiting(1, "/2/", 0, early), Waiting(2, "/1/", 0, late), Waiting(3, "/1/", 4, late)]
    >>> free = [Pool(8, "", 1), Pool(9, "/1/", 1)]
    >>> [(who.key, pool.key) for who, pool in offers(free, people)]
    [(3, 9), (1, 8)]
    """
    queue = sorted(waiting, key=lambda one: one.place)
    if not pools:
        return [(each, None) for each in queue]
    found: list[tuple[Waiting, Pool | None]] = []
    for pool in sorted(pools, key=lambda each: len(each.path), reverse=True):
        chosen = [each for each in queue if pool.serves(each.path)][: pool.free]
        found += [(each, pool) for each in chosen]
        queue = [each for each in queue if each not in chosen]
    return found
