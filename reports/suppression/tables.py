"""Two-way tables with margins, alone and three with common margins.

What is hidden of the margins is decided first: totals from 1 to k − 1, and further ones until those cannot be worked
out from the grand total. Then the cells are. A table whose cells cannot be protected beside its totals loses more of
them, in the end all.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from reports.suppression.lists import list_hidden
from reports.suppression.network import Edge, Hidden, Network
from reports.suppression.search import fewest

# A cell (row, column), the total of a row (row, None) or of a column (None, column), the grand total (None, None).
Place = tuple[int | None, int | None]
GRAND: Place = (None, None)
# So many ways to choose a further total are tried for each margin.
WAYS = 3


@dataclass(frozen=True)
class Table:
    """Counts in rows and columns.

    few: figures that have to be hidden although they are k or more, because they count fewer than k distinct persons.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[int, ...], ...]
    few: frozenset[Place] = frozenset()

    def __post_init__(self) -> None:
        if len(self.cells) != len(self.rows) or any(len(row) != len(self.columns) for row in self.cells):
            raise ValueError("a table needs a count for each row and column")
        if any(value < 0 for row in self.cells for value in row):
            raise ValueError("counts are not negative")

    @cached_property
    def values(self) -> dict[Place, int]:
        """Return the count at each place, row by row, each with its total, then the totals of columns."""
        sums = [sum(row[column] for row in self.cells) for column in range(len(self.columns))]
        rows = [*self.cells, sums]
        names = [*range(len(self.rows)), None]
        found: dict[Place, int] = {}
        for name, cells in zip(names, rows, strict=True):
            found |= {(name, column): value for column, value in enumerate(cells)}
            found[name, None] = sum(cells)
        return found

    def value(self, place: Place) -> int:
        """Return the count at a place, totals included."""
        return self.values[place]

    def turned(self) -> "Table":
        """Return the table with rows and columns exchanged."""
        cells = tuple(zip(*self.cells, strict=True)) if self.cells else ((),) * len(self.columns)
        return Table(self.columns, self.rows, cells, frozenset((column, row) for row, column in self.few))


@dataclass(frozen=True)
class Protected:
    """What of a table is published: None stands where something is hidden. `hidden` are the places, totals included."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[int | None, ...], ...]
    row_totals: tuple[int | None, ...]
    column_totals: tuple[int | None, ...]
    total: int | None
    hidden: frozenset[Place]


def protect(table: Table, k: int) -> Protected:
    """Hide counts from 1 to k − 1 and as few others as it takes, so that a reader leaves three values for each.

    >>> found = protect(Table(("North", "South"), ("A", "B", "C"), ((3, 20, 30), (15, 30, 40))), k=5)
    >>> found.cells
    ((None, None, 30), (None, None, 40))
    >>> found.row_totals, found.column_totals, found.total
    ((53, 85), (18, 50, 70), 138)

    A row that totals 1 to k − 1 loses its total, and another one with it.

    >>> found = protect(Table(("North", "South", "East"), ("A",), ((3,), (15,), (40,))), k=5)
    >>> found.row_totals, found.column_totals
    ((None, None, 40), (58,))
    """
    return published(table, _hidden(table, k))


def small_places(table: Table, k: int) -> frozenset[Place]:
    """Return what has to be hidden for itself: counts from 1 to k − 1, and of fewer than k persons."""
    return frozenset(each for each in table.values if each in table.few or 0 < table.value(each) < k)


def published(table: Table, hidden: frozenset[Place]) -> Protected:
    """Return a table with None where something is hidden."""
    shown = {each: None if each in hidden else table.value(each) for each in table.values}
    rows, columns = range(len(table.rows)), range(len(table.columns))
    return Protected(
        rows=table.rows,
        columns=table.columns,
        cells=tuple(tuple(shown[row, column] for column in columns) for row in rows),
        row_totals=tuple(shown[row, None] for row in rows),
        column_totals=tuple(shown[None, column] for column in columns),
        total=shown[GRAND],
        hidden=hidden,
    )


def _hidden(table: Table, k: int) -> frozenset[Place]:
    small = small_places(table, k)
    if not small:
        return small
    if len(table.columns) == 1:
        return _hidden_of_list(table, k, small)
    if len(table.rows) == 1:
        return frozenset((row, column) for column, row in _hidden(table.turned(), k))
    return _hidden_of_table(table, k, small)


# --- One column -----------------------------------------------------------------------------------------------------
def _hidden_of_list(table: Table, k: int, small: frozenset[Place]) -> frozenset[Place]:
    """Hide in a single column: a cell is the total of its row, and the total of the column is the grand total."""
    rows = {row for row, _column in small if row is not None}
    for without_total in (GRAND in small or (None, 0) in small, True):
        found = list_hidden(row_totals(table), k, rows, without_total)
        if found is not None:
            both = {(row, column) for row in found for column in (0, None)}
            return frozenset(both | ({GRAND, (None, 0)} if without_total else set()))
    return frozenset(table.values)


# --- Two ways -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Drawn:
    """The network of a table, and which place each of its edges is."""

    network: Network
    places: tuple[Place, ...]

    def numbers(self, places: frozenset[Place]) -> Hidden:
        return frozenset(number for number, place in enumerate(self.places) if place in places)


def _drawn(table: Table) -> _Drawn:
    """Draw a table: from "totals" to its rows, along cells to its columns, together and back along the grand total."""
    places = tuple(table.values)
    edges = tuple(Edge(*_ends(place), table.value(place), _joints(place)) for place in places)
    at = {place: number for number, place in enumerate(places)}
    totals: dict[Hashable, int | None] = {("row", row): at[row, None] for row in range(len(table.rows))}
    totals |= {("column", column): at[None, column] for column in range(len(table.columns))}
    totals |= {("totals of rows",): at[GRAND], ("totals of columns",): at[GRAND]}
    # What stands in a row or column of nothing is known to be 0 and hides nothing.
    cells = frozenset(
        number
        for (row, column), number in at.items()
        if None not in (row, column) and table.value((row, None)) and table.value((None, column))
    )
    return _Drawn(Network(edges, cells, totals), places)


def _ends(place: Place) -> tuple[Hashable, Hashable]:
    row, column = place
    if row is None:
        return ("together" if column is None else ("column", column), "totals" if column is None else "together")
    return ("totals" if column is None else ("row", row), ("row", row) if column is None else ("column", column))


def _joints(place: Place) -> tuple[Hashable, ...]:
    row, column = place
    if row is None:
        return () if column is None else (("totals of columns",),)
    return (("totals of rows",),) if column is None else (("row", row), ("column", column))


def _hidden_of_table(table: Table, k: int, small: frozenset[Place]) -> frozenset[Place]:
    drawn = _drawn(table)
    cells = frozenset(place for place in small if None not in place)
    for margins in _margins(table, k, small - cells):
        found = fewest([(drawn.network, drawn.numbers(cells | each)) for each in margins], k)
        if found is not None:
            return frozenset(drawn.places[number] for number in found[1])
    return frozenset(table.values)


def _margins(table: Table, k: int, small: frozenset[Place]) -> Iterator[list[frozenset[Place]]]:
    """Yield which totals could be hidden: as few as it takes, in several ways, then more and more of them."""
    grand = frozenset({GRAND} & small)
    turned = table.turned()
    of_rows, of_columns = (ways(row_totals(each), k, small_rows(each, k), bool(grand)) for each in (table, turned))
    yield [grand | _totals(rows, columns) for rows, columns in product(of_rows, of_columns)]
    rows, columns = (frozenset(range(len(each.rows))) for each in (table, turned))
    few_rows, few_columns = (
        ways_of[0] if ways_of else all_ for ways_of, all_ in ((of_rows, rows), (of_columns, columns))
    )
    yield from sorted(([grand | _totals(rows, few_columns)], [grand | _totals(few_rows, columns)]), key=_size)
    yield [grand | _totals(rows, columns)]
    yield [frozenset({GRAND}) | _totals(rows, columns)]


def _size(margins: list[frozenset[Place]]) -> int:
    return len(margins[0])


def _totals(rows: Iterable[int], columns: Iterable[int]) -> frozenset[Place]:
    return frozenset([(row, None) for row in rows] + [(None, column) for column in columns])


def row_totals(table: Table) -> list[int]:
    """Return the totals of the rows."""
    return [table.value((row, None)) for row in range(len(table.rows))]


def small_rows(table: Table, k: int) -> set[int]:
    """Return the rows whose total has to be hidden for itself."""
    return {row for row, column in small_places(table, k) if row is not None and column is None}


def ways(totals: Sequence[int], k: int, small: set[int], without_total: bool) -> list[frozenset[int]]:
    """Return ways to hide small totals with as few others as it takes; none when nothing is enough.

    >>> [sorted(way) for way in ways([3, 15, 40], 5, {0}, without_total=False)]
    [[0, 1], [0, 2]]
    """
    if not small:
        return [frozenset()]
    found = list_hidden(totals, k, small, without_total)
    if found is None:
        return []
    if len(found) != len(small) + 1:
        return [found]
    others = sorted(
        (row for row, total in enumerate(totals) if total and row not in small), key=lambda row: totals[row]
    )
    tried = (list_hidden(totals, k, small | {row}, without_total) for row in others[:WAYS])
    return [way for way in tried if way is not None and len(way) == len(found)] or [found]
