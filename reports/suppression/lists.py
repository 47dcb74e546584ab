"""Lists: columns of counts with a total each, alone or nested in one another.

In a list of agencies with confirmed ≥ started ≥ completed a reader knows more than the totals: a hidden count lies
between its published neighbours of the same row. What lies between two counts, such as confirmed and never started, is
not published and not protected by itself: it is a part of a group that has k persons or more, and the rule that 0 % and
100 % say too much is about smaller groups. If those who did not come to a workshop of forty had to stay hidden as soon
as they are one to four, hardly an agency could be told how many came.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from reports.suppression.network import Edge, Hidden, Network
from reports.suppression.search import fewest

# A count of a row (row, column), or the total of a column (None, column); and the same by the number of the column.
Count = tuple[int | None, str]
Spot = tuple[int | None, int]
Counts = Sequence[Sequence[int]]


@dataclass(frozen=True)
class ProtectedList:
    """What of a list is published, by column: None stands where a count or a total is hidden."""

    columns: Mapping[str, tuple[int | None, ...]]
    totals: Mapping[str, int | None]
    hidden: frozenset[Count]


def list_hidden(values: Sequence[int], k: int, small: set[int], without_total: bool) -> frozenset[int] | None:
    """Return which values of a list to hide besides the small ones; None when its total gives them away.

    >>> sorted(list_hidden([3, 15, 40], 5, {0}, without_total=False))
    [0, 1]
    """
    edges = [Edge("all", "each", value, (("list",),)) for value in values]
    edges.append(Edge("each", "all", sum(values)))
    total = len(values)
    network = Network(tuple(edges), frozenset(range(total)), {("list",): total})
    found = fewest([(network, frozenset(small | ({total} if without_total else set())))], k)
    return None if found is None else found[1] - {total}


def protect_nested(columns: Mapping[str, Sequence[int]], k: int, few: frozenset[Count] = frozenset()) -> ProtectedList:
    """Hide counts from 1 to k − 1 in a list, and others until at least three values remain for each.

    columns: {name: a count per row}, each column at most the one before it in every row; totals are published. few:
    counts that have to be hidden although they are k or more, because they are of fewer than k distinct persons.

    >>> found = protect_nested({"confirmed": (30, 12, 8), "started": (25, 10, 8), "completed": (20, 3, 8)}, k=5)
    >>> found.columns
    {'confirmed': (30, 12, 8), 'started': (25, 10, 8), 'completed': (None, None, 8)}
    >>> found.totals
    {'confirmed': 50, 'started': 43, 'completed': 31}

    A count that its neighbours in the row hold tight protects nobody: the third row cannot have completed more than 8.
    """
    names = list(columns)
    counts = [list(columns[name]) for name in names]
    _check(counts)
    rows = range(len(counts[0]) if counts else 0)
    small = frozenset(
        (row, level)
        for level, column in enumerate(counts)
        for row, value in [*enumerate(column), (None, sum(column))]
        if 0 < value < k or (row, names[level]) in few
    )
    places = _hidden(counts, k, small) if small else small
    return ProtectedList(
        columns={
            name: tuple(None if (row, level) in places else counts[level][row] for row in rows)
            for level, name in enumerate(names)
        },
        totals={name: None if (None, level) in places else sum(counts[level]) for level, name in enumerate(names)},
        hidden=frozenset((row, names[level]) for row, level in places),
    )


def hidden_rates(rates: Mapping[str, Sequence[str]], hidden: frozenset[Count]) -> frozenset[Count]:
    """Return which rates to hide. rates: {rate: the counts on which it rests}; hidden: the counts that are.

    A rate beside one of its counts gives the other one away, so it goes with either. It goes, too, where it tells
    something about a group of fewer than k, 0 % and 100 % above all: such a group is hidden, and so is every rate that
    names it. A rate of minutes names the groups whose minutes it sums up, for "nobody came" is 0 % of the minutes.

    >>> rates = {"turn_up": ("started", "confirmed"), "attendance_rate": ("confirmed", "started")}
    >>> sorted(hidden_rates(rates | {"completeness": ()}, frozenset({(2, "started")})))
    [(2, 'attendance_rate'), (2, 'turn_up')]
    """
    return frozenset((row, rate) for rate, counts in rates.items() for row, count in hidden if count in counts)


@dataclass(frozen=True)
class _Drawn:
    """The network of a list, and what each of its edges is, unless nobody prints it."""

    network: Network
    places: Mapping[int, Spot]

    def numbers(self, spots: frozenset[Spot]) -> Hidden:
        return frozenset(number for number, spot in self.places.items() if spot in spots)


def _check(counts: Counts) -> None:
    if len({len(column) for column in counts}) > 1:
        raise ValueError("the columns of a list have as many counts each")
    for row in zip(*counts, strict=True):
        if any(value < 0 for value in row) or any(inner > outer for outer, inner in pairwise(row)):
            raise ValueError("counts are not negative, and none is larger than the one in which it is nested")


def _drawn(counts: Counts, small: frozenset[Spot] | None) -> _Drawn:
    """Draw a list: what is counted in one column goes on to the next or falls out, and comes together again in totals.

    confirmed 30 of a row → started 25 → completed 20 → all who completed → all who started → all confirmed; the five
    who never started join at "all who started", as a figure that nobody prints.

    With `small`, each column is a block and only columns with something small hide anything: the reader may take it
    that a column in which something is hidden has a small count of its own. Otherwise rows connect columns to blocks.
    """
    edges: list[Edge] = []
    places: dict[int, Spot] = {}
    for spot, edge in _edges(counts, together=small is None):
        if spot is not None:
            places[len(edges)] = spot
        edges.append(edge)
    totals: dict[Hashable, int | None] = {
        ("column", level): number for number, (row, level) in places.items() if row is None
    }
    levels = {level for _row, level in small} if small is not None else range(len(counts))
    choice = frozenset(number for number, (row, level) in places.items() if row is not None and level in levels)
    return _Drawn(Network(tuple(edges), choice, totals), places)


def _edges(counts: Counts, *, together: bool) -> Iterator[tuple[Spot | None, Edge]]:
    """Yield the edges; None stands beside what falls out between two columns."""
    sums = [sum(column) for column in counts]
    last = len(counts) - 1
    for level, column in enumerate(counts):
        for row, value in enumerate(column):
            lines: tuple[Hashable, ...] = (("column", level), ("row", row)) if together else (("column", level),)
            head: Hashable = ("all", last) if level == last else ("row", row, level)
            yield (row, level), Edge(("row", row, level - 1) if level else "everything", head, value, lines)
            if level < last:
                yield None, Edge(head, ("out", level), value - counts[level + 1][row], slack=True)
        if level < last:
            yield None, Edge(("out", level), ("all", level), sums[level] - sums[level + 1], slack=True)
        yield (None, level), Edge(("all", level), ("all", level - 1) if level else "everything", sums[level])


def _hidden(counts: Counts, k: int, small: frozenset[Spot]) -> frozenset[Spot]:
    """Hide in columns that have something small, then in all of them, then with fewer totals, in the end everything."""
    totals = [(None, level) for level in range(len(counts))]
    for apart in (True, False):
        drawn = _drawn(counts, small if apart else None)
        for number in range(1 if apart else len(totals) + 1):
            found = fewest([(drawn.network, drawn.numbers(small.union(totals[len(totals) - number :])))], k)
            if found is not None:
                return frozenset(drawn.places[each] for each in found[1])
    return frozenset(drawn.places.values())
