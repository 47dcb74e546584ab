"""Three two-way tables of the same persons: each pair of three characteristics, with common totals.

Sex × kind of agency, sex × region and kind × region share the totals of sexes, of kinds and of regions. A total that is
hidden in one of them is hidden in both tables that have it, and what one table tells about a hidden total counts for
the other. The three together are one network: from the sexes to the kinds along the first table, to the regions along
the third, and back to the sexes along the second.
"""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from reports.suppression.network import Edge, Hidden, Network
from reports.suppression.search import fewest
from reports.suppression.tables import Place, Protected, Table, published, row_totals, small_places, small_rows, ways

# A characteristic 0, 1, 2 by its place; the tables are of the characteristics (0, 1), (0, 2), (1, 2).
AXES = ((0, 1), (0, 2), (1, 2))
# Which way each table leads around: from its first characteristic to its second or back.
ONWARD = {(0, 1): True, (1, 2): True, (0, 2): False}
Three = tuple[Table, Table, Table]
# A figure of the three: of which table, where; a common total stands in the first table that has it.
Spot = tuple[int, Place]
Totals = tuple[list[int], list[int], list[int]]


# The same tables are asked for again by each page and file of a report, and the answer can take a second.
@lru_cache(maxsize=64)
def protect_linked(tables: Three, k: int) -> tuple[Protected, Protected, Protected]:
    """Hide small counts in three tables of the characteristics (a, b), (a, c), (b, c), as in one.

    Raises ValueError when their common totals differ.

    >>> sex_kind = Table(("f", "m"), ("state", "ngo", "school"), ((3, 20, 30), (15, 30, 40)))
    >>> sex_region = Table(("f", "m"), ("north", "south"), ((23, 30), (40, 45)))
    >>> kind_region = Table(("state", "ngo", "school"), ("north", "south"), ((10, 8), (20, 30), (33, 37)))
    >>> [sorted(each.hidden) for each in protect_linked((sex_kind, sex_region, kind_region), k=5)]
    [[(0, 0), (0, 1), (1, 0), (1, 1)], [], []]
    """
    totals = _totals(tables)
    if not any(small_places(table, k) for table in tables):
        return _all_published(tables, set())
    if 0 < sum(totals[0]) < k or any((None, None) in table.few for table in tables):
        return _all_published(
            tables, {(number, place) for number, table in enumerate(tables) for place in table.values}
        )
    best = _best(tables, k, totals)
    every = {(number, place) for number, table in enumerate(tables) for place in table.values}
    return _all_published(tables, every if best is None else best)


def _totals(tables: Three) -> Totals:
    found: list[list[int]] = [row_totals(tables[0]), row_totals(tables[0].turned()), row_totals(tables[1].turned())]
    for (first, second), table in zip(AXES, tables, strict=True):
        if row_totals(table) != found[first] or row_totals(table.turned()) != found[second]:
            raise ValueError("tables of the same persons have the same totals")
    return found[0], found[1], found[2]


def _best(tables: Three, k: int, totals: Totals) -> set[Spot] | None:
    cells = {
        (number, place) for number, table in enumerate(tables) for place in small_places(table, k) if None not in place
    }
    for margins in _margins(tables, k, totals):
        drawn = [_drawn(tables, totals, each) for each in margins]
        found = fewest([(each.network, each.numbers(cells)) for each in drawn], k)
        if found is not None:
            return drawn[found[0]].spots(found[1])
    return None


def _margins(tables: Three, k: int, totals: Totals) -> Iterator[list[tuple[frozenset[int], ...]]]:
    """Yield which totals of each characteristic could be hidden: as few as it takes, then more of them."""
    small = [set[int](), set[int](), set[int]()]
    for (first, second), table in zip(AXES, tables, strict=True):
        small[first] |= small_rows(table, k)
        small[second] |= small_rows(table.turned(), k)
    of_axes = [ways(totals[axis], k, small[axis], without_total=False) for axis in range(3)]
    yield list(product(*of_axes))
    every = [frozenset(range(len(totals[axis]))) for axis in range(3)]
    least = [of_axis[0] if of_axis else every[axis] for axis, of_axis in enumerate(of_axes)]
    for axis in sorted(range(3), key=lambda axis: len(every[axis])):
        yield [tuple(every[each] if each == axis else least[each] for each in range(3))]
    yield [tuple(every)]


@dataclass(frozen=True)
class _Drawn:
    network: Network
    of_edges: tuple[tuple[Spot, ...], ...]
    margins: Hidden

    def numbers(self, cells: set[Spot]) -> Hidden:
        """Return the edges of cells and of all totals that are hidden."""
        return self.margins | {number for number, spots in enumerate(self.of_edges) if cells.intersection(spots)}

    def spots(self, edges: Hidden) -> set[Spot]:
        return {spot for each in edges for spot in self.of_edges[each]}


def _drawn(tables: Three, totals: Totals, margins: tuple[frozenset[int], ...]) -> _Drawn:
    edges: list[Edge] = []
    spots: list[tuple[Spot, ...]] = []
    ends: dict[Hashable, int | None] = {("totals", axis): None for axis in range(3)}
    hidden: list[Hidden] = []
    for axis in range(3):
        start = len(edges)
        for place, total in enumerate(totals[axis]):
            ends |= {line: len(edges) for line in _lines(axis, place)}
            edges.append(Edge((axis, place, "in"), (axis, place, "out"), total, (("totals", axis),)))
            spots.append(tuple(_spots(axis, place)))
        hidden.append(frozenset(start + place for place in margins[axis]))
    start = len(edges)
    for number, table in enumerate(tables):
        for row, column in product(range(len(table.rows)), range(len(table.columns))):
            edges.append(_cell(number, row, column, table.cells[row][column]))
            spots.append(((number, (row, column)),))
    choice = frozenset(
        start + place
        for place, ((number, (row, column)),) in enumerate(spots[start:])
        if tables[number].value((row, None)) and tables[number].value((None, column))
    )
    # Going around once along hidden totals of all three would add a person, but how many they are is published.
    layers = tuple(hidden) if all(hidden) else (frozenset[int](),)
    return _Drawn(Network(tuple(edges), choice, ends, layers), tuple(spots), hidden[0] | hidden[1] | hidden[2])


def _lines(axis: int, place: int) -> Iterator[Hashable]:
    """Yield the row or column of each table to which a common total belongs."""
    for number, axes in enumerate(AXES):
        if axis in axes:
            yield (number, axes.index(axis)), place


def _spots(axis: int, place: int) -> Iterator[Spot]:
    for number, axes in enumerate(AXES):
        if axis in axes:
            yield number, (place, None) if axes.index(axis) == 0 else (None, place)


def _cell(number: int, row: int, column: int, value: int) -> Edge:
    first, second = AXES[number]
    joints = (((number, 0), row), ((number, 1), column))
    if ONWARD[first, second]:
        return Edge((first, row, "out"), (second, column, "in"), value, joints)
    return Edge((second, column, "out"), (first, row, "in"), value, joints)


def _all_published(tables: Three, hidden: set[Spot]) -> tuple[Protected, Protected, Protected]:
    first, second, third = (
        published(table, frozenset(place for of_table, place in hidden if of_table == number))
        for number, table in enumerate(tables)
    )
    return first, second, third
