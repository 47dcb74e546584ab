"""What a reader can find out, worked out in ways of its own: by trying all tables, and by integer programmes.

Nothing here uses the modules under test beyond their plain values. A world is a table that a reader cannot tell from
the true one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from reports.suppression import Protected, Table

Place = Any
ENOUGH = 3


def blocks(hidden: Iterable[tuple[Any, Any]]) -> list[list[tuple[Any, Any]]]:
    """Return hidden cells that hang together by common rows or columns."""
    left = set(hidden)
    found = []
    while left:
        block, waiting = [], [left.pop()]
        while waiting:
            cell = waiting.pop()
            block.append(cell)
            near = {other for other in left if other[0] == cell[0] or other[1] == cell[1]}
            left -= near
            waiting += near
        found.append(sorted(block))
    return found


def rules(protected: Protected, table: Table, k: int) -> list[list[Place]]:
    """Return what holds a figure from 1 to k − 1 each: blocks of cells, hidden totals of rows, those of columns.

    Totals that are hidden because cells could not be protected beside them hold none. Where the grand total is small,
    so are all, and what is left to tell is how many: a total that is alone is 1 to k − 1.
    """
    of_rows = [place for place in protected.hidden if place[0] is not None and place[1] is None]
    of_columns = [place for place in protected.hidden if place[0] is None and place[1] is not None]
    margins = () if (None, None) in protected.hidden else (of_rows, of_columns)
    totals = [each for each in margins if any(0 < table.value(place) < k for place in each)]
    return [*blocks(place for place in protected.hidden if None not in place), *totals]


def pairs(protected: Protected, table: Table) -> list[list[Place]]:
    """Return the lines with a published total of which two cells are hidden that sum to 2."""
    rows, columns = range(len(table.rows)), range(len(table.columns))
    lines = [((i, None), [(i, j) for j in columns]) for i in rows]
    lines += [((None, j), [(i, j) for i in rows]) for j in columns]
    hidden = [
        [place for place in line if place in protected.hidden] for total, line in lines if total not in protected.hidden
    ]
    return [line for line in hidden if len(line) == sum(map(table.value, line)) == 2]


# --- By trying everything -------------------------------------------------------------------------------------------
def told(protected: Protected, table: Table, k: int) -> dict[Place, set[int]]:
    """Return for each hidden cell the values that cannot be ruled out; all totals of the table are published."""
    found: dict[Place, set[int]] = {place: set() for place in protected.hidden}
    said = rules(protected, table, k)
    for world in _worlds(protected.cells, protected.row_totals, protected.column_totals):
        if all(any(0 < world[i][j] < k for i, j in block) for block in said):
            for (i, j), values in found.items():
                values.add(world[i][j])
    return found


def _worlds(cells: Sequence[Sequence[int | None]], totals: Sequence[int], left: Sequence[int]) -> Iterator[tuple]:
    """Yield the tables with such rows; `left` is what there is still of each column."""
    if not cells:
        if not any(left):
            yield ()
        return
    for row in _rows(cells[0], totals[0], left):
        for rest in _worlds(cells[1:], totals[1:], [each - cell for each, cell in zip(left, row, strict=True)]):
            yield (row, *rest)


def _rows(shown: Sequence[int | None], total: int, left: Sequence[int]) -> Iterator[tuple[int, ...]]:
    if not shown:
        if total == 0:
            yield ()
        return
    most = min(left[0], total)
    for each in range(most + 1) if shown[0] is None else [shown[0]]:
        if each <= most:
            for rest in _rows(shown[1:], total - each, left[1:]):
                yield (each, *rest)


# --- By integer programmes ------------------------------------------------------------------------------------------
class Programme:
    """Whole numbers that fit a publication: a variable for each place, and one for each that may be the small one.

    shown: {place: value, None if hidden}; sums: {place: factor} that make 0; least: {place: factor} that are not
    negative; said: blocks that hold a figure from 1 to k − 1. Counts are at most `most`, which only matters where no
    published total limits them.
    """

    def __init__(
        self,
        shown: Mapping[Place, int | None],
        sums: Iterable[Mapping[Place, int]],
        said: Sequence[Sequence[Place]],
        *,
        k: int,
        most: int,
        least: Iterable[Mapping[Place, int]] = (),
    ) -> None:
        self.at = {place: number for number, place in enumerate(shown)}
        size = len(shown) + sum(map(len, said))
        self.low, self.high = np.zeros(size), np.full(size, float(most))
        self.high[len(shown) :] = 1
        for place, value in shown.items():
            if value is not None:
                self.low[self.at[place]] = self.high[self.at[place]] = value
        rows = [(self._numbered(each), 0, 0) for each in sums] + [(self._numbered(each), 0, np.inf) for each in least]
        rows += self._said(said, k, most)
        matrix = np.zeros((len(rows), size))
        for row, (factors, _low, _high) in enumerate(rows):
            matrix[row, list(factors)] = list(factors.values())
        self.constraints = LinearConstraint(matrix, [low for _f, low, _h in rows], [high for _f, _l, high in rows])

    def _numbered(self, factors: Mapping[Place, int]) -> dict[int, int]:
        return {self.at[place]: factor for place, factor in factors.items()}

    def _said(self, said: Sequence[Sequence[Place]], k: int, most: int) -> list[tuple[dict[int, int], float, float]]:
        rows: list[tuple[dict[int, int], float, float]] = []
        number = len(self.at)
        for block in said:
            for extra, place in enumerate(block, start=number):
                rows.append(({self.at[place]: 1, extra: -1}, 0, np.inf))
                rows.append(({self.at[place]: 1, extra: most}, -np.inf, k - 1 + most))
            rows.append((dict.fromkeys(range(number, number + len(block)), 1), 1, np.inf))
            number += len(block)
        return rows

    def end(self, place: Place, sign: int, low: float = 0, high: float = np.inf) -> int | None:
        """Return the smallest (+1) or largest (−1) value of a place within bounds, None when there is none."""
        lows, highs, cost = self.low.copy(), self.high.copy(), np.zeros(len(self.low))
        number = self.at[place]
        lows[number], highs[number], cost[number] = max(low, lows[number]), min(high, highs[number]), sign
        answer = milp(cost, integrality=np.ones(len(cost)), bounds=Bounds(lows, highs), constraints=self.constraints)
        return None if answer.x is None else round(answer.x[number])

    def values(self, place: Place) -> set[int]:
        """Return up to three values that a place may have."""
        smallest, largest = self.end(place, 1), self.end(place, -1)
        found = {smallest, largest} - {None}
        if len(found) == 2 and largest - smallest > 1:
            found |= {self.end(place, 1, smallest + 1, largest - 1)} - {None}
        return found

    def given_away(self, places: Iterable[Place]) -> dict[Place, set[int]]:
        """Return the places that keep fewer than three values, with these."""
        found = {place: self.values(place) for place in places}
        return {place: values for place, values in found.items() if len(values) < ENOUGH}


def sums_of(rows: int, columns: int) -> list[dict[Place, int]]:
    """Return the sums of a table with margins: cells − total = 0 for each line."""
    across, down = [*range(rows), None], [*range(columns), None]
    lines = [{(i, j): -1 if j is None else 1 for j in down} for i in across]
    return lines + [{(i, j): -1 if i is None else 1 for i in across} for j in down]


def of_table(protected: Protected, table: Table, k: int) -> Programme:
    """Return what a reader of a table knows."""
    shown = {place: None if place in protected.hidden else value for place, value in table.values.items()}
    most = table.value((None, None)) + k + ENOUGH
    sums = sums_of(len(table.rows), len(table.columns))
    return Programme(shown, sums, rules(protected, table, k), k=k, most=most)


# --- The best there is ----------------------------------------------------------------------------------------------
def optimum(table: Table, k: int, limit: int, *, with_pairs: bool = True) -> int | None:
    """Return the least number of cells to hide beside all totals, by trying all sets of up to `limit` cells."""
    small = {place for place, value in table.values.items() if 0 < value < k}
    others = [place for place, value in table.values.items() if None not in place and place not in small]
    for more in range(limit - len(small) + 1):
        for added in combinations(others, more):
            hidden = frozenset(small | set(added))
            if not _alone(hidden) and _is_safe(table, k, hidden, with_pairs=with_pairs):
                return len(hidden)
    return None


def _alone(hidden: frozenset[Place]) -> bool:
    lines = [(axis, place[axis]) for place in hidden for axis in (0, 1)]
    return any(lines.count(line) == 1 for line in lines)


def _is_safe(table: Table, k: int, hidden: frozenset[Place], *, with_pairs: bool) -> bool:
    cells = tuple(
        tuple(None if (i, j) in hidden else value for j, value in enumerate(row)) for i, row in enumerate(table.cells)
    )
    values = table.values
    rows = tuple(values[i, None] for i in range(len(table.rows)))
    columns = tuple(values[None, j] for j in range(len(table.columns)))
    protected = Protected(table.rows, table.columns, cells, rows, columns, values[None, None], hidden)
    if with_pairs and pairs(protected, table):
        return False
    if any(all(not 0 < values[place] < k for place in block) for block in blocks(hidden)):
        return False
    programme = of_table(protected, table, k)
    return all(len(programme.values(place)) >= ENOUGH for place in hidden)
