"""Two-way tables and single columns: nobody is found out, and little is hidden."""

import doctest
import random
from collections.abc import Sequence

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reports.suppression import Table, network, protect, reader, tables
from tests.reports.suppression import worlds

COUNTS = st.one_of(st.just(0), st.integers(0, 4), st.integers(0, 30))
KS = st.sampled_from([2, 3, 5, 10])


def table_of(cells: Sequence[Sequence[int]], few: frozenset = frozenset()) -> Table:
    return Table(
        tuple(f"row {i}" for i in range(len(cells))),
        tuple(f"column {j}" for j in range(len(cells[0]))),
        tuple(tuple(row) for row in cells),
        few,
    )


def grids(rows: st.SearchStrategy[int], columns: st.SearchStrategy[int], counts: st.SearchStrategy[int] = COUNTS):
    return st.tuples(rows, columns).flatmap(
        lambda size: st.lists(st.lists(counts, min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0])
    )


def everything_is_hidden(protected: tables.Protected, table: Table) -> bool:
    return len(protected.hidden) == len(table.values)


# --- Worked examples ------------------------------------------------------------------------------------------------
def test_a_table_without_small_counts_is_published_as_it_is() -> None:
    found = protect(table_of([[5, 0], [0, 9]]), 5)

    assert found.cells == ((5, 0), (0, 9))
    assert (found.row_totals, found.column_totals, found.total) == ((5, 9), (5, 9), 14)
    assert found.hidden == frozenset()


def test_two_hidden_cells_that_sum_to_two_are_not_enough() -> None:
    found = protect(table_of([[1], [1], [9], [30]]), 5)

    assert found.cells == ((None,), (None,), (None,), (30,))


def test_two_hidden_cells_that_sum_to_two_are_not_enough_in_a_row_either() -> None:
    found = protect(table_of([[1, 1, 8, 7], [9, 20, 30, 30], [6, 6, 7, 40]]), 5)

    assert sum(value is None for value in found.cells[0]) >= 3


def test_two_blocks_joined_by_one_cell_give_that_cell_away() -> None:
    cells = [[3, 20, 30, 30], [15, 30, 40, 40], [30, 30, 3, 40], [30, 30, 30, 40]]
    joined = frozenset({(0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (2, 2), (2, 3), (3, 2), (3, 3)})
    drawn = tables._drawn(table_of(cells))

    by_reader = reader.Reader(drawn.network, 5, drawn.numbers(joined), frozenset())

    given_away = {drawn.places[gap.edge] for gap in by_reader.gaps() if gap.edge is not None}
    assert given_away == {(1, 2)}


def test_a_row_that_totals_less_than_k_loses_its_total_and_another_goes_with_it() -> None:
    found = protect(table_of([[1, 2, 0], [9, 20, 30], [5, 6, 7]]), 5)

    assert found.cells[0][:2] == (None, None)
    assert [total is None for total in found.row_totals] in ([True, True, False], [True, False, True])
    assert (found.column_totals, found.total) == ((15, 28, 37), 80)


def test_a_grand_total_below_k_is_hidden() -> None:
    found = protect(table_of([[3, 0], [0, 0]]), 5)

    assert found.total is None
    assert found.row_totals[0] is None
    assert found.column_totals[0] is None


def test_of_a_single_person_nothing_is_left() -> None:
    found = protect(table_of([[1]]), 2)

    assert (found.cells, found.row_totals, found.column_totals, found.total) == (((None,),), (None,), (None,), None)


def test_zeros_are_hidden_for_others_where_nothing_else_is_there() -> None:
    found = protect(table_of([[3], [0], [9]]), 5)

    assert found.cells == ((None,), (0,), (None,))


def test_a_table_without_rows_stays_one() -> None:
    found = protect(Table((), ("A", "B"), ()), 5)

    assert (found.cells, found.row_totals, found.column_totals, found.total) == ((), (), (0, 0), 0)


def test_a_count_of_few_persons_is_hidden_however_large_it_is() -> None:
    found = protect(table_of([[12, 20], [15, 30]], frozenset({(0, 0)})), 5)

    assert found.cells == ((None, None), (None, None))


@pytest.mark.parametrize("cells", [((1, 2), (3,)), ((1, -2), (3, 4))])
def test_what_is_no_table_of_counts_is_refused(cells: tuple[tuple[int, ...], ...]) -> None:
    with pytest.raises(ValueError, match="count"):
        Table(("a", "b"), ("c", "d"), cells)


def test_the_same_table_is_hidden_in_the_same_way_each_time_and_turned_over_in_the_same_number() -> None:
    chance = random.Random(3)
    table = table_of([[chance.randint(0, 20) for _ in range(6)] for _ in range(6)])

    found = protect(table, 5)

    assert protect(table, 5) == found
    assert len(protect(table.turned(), 5).hidden) == len(found.hidden)


# --- Against others who work it out ---------------------------------------------------------------------------------
@given(grids(st.integers(2, 3), st.integers(2, 3), st.integers(0, 6)), st.sampled_from([2, 3, 5]))
@settings(max_examples=60, deadline=None)
def test_whoever_tries_all_tables_is_left_with_three_values_for_each_cell(cells: list[list[int]], k: int) -> None:
    table = table_of(cells)
    found = protect(table, k)
    assume(all(None not in place for place in found.hidden))

    told = worlds.told(found, table, k)

    assert {place: values for place, values in told.items() if len(values) < worlds.ENOUGH} == {}
    assert worlds.pairs(found, table) == []


def assert_integer_programmes_find_nothing(cells: list[list[int]], k: int) -> None:
    table = table_of(cells)

    found = protect(table, k)

    assert tables.small_places(table, k) <= found.hidden
    if not everything_is_hidden(found, table):
        assert worlds.of_table(found, table, k).given_away(found.hidden) == {}
        assert worlds.pairs(found, table) == []


@given(grids(st.integers(1, 4), st.integers(1, 4)), KS)
@settings(max_examples=15, deadline=None)
def test_whoever_solves_integer_programmes_is_left_with_three_values_for_each_figure(
    cells: list[list[int]], k: int
) -> None:
    assert_integer_programmes_find_nothing(cells, k)


@pytest.mark.deep
@given(grids(st.integers(1, 6), st.integers(1, 6)), KS)
@settings(max_examples=120, deadline=None)
def test_in_many_tables_integer_programmes_find_nothing(cells: list[list[int]], k: int) -> None:
    assert_integer_programmes_find_nothing(cells, k)


@given(grids(st.integers(2, 5), st.integers(2, 5)), KS)
@settings(max_examples=60, deadline=None)
def test_every_block_holds_a_small_count_as_the_reader_takes_it(cells: list[list[int]], k: int) -> None:
    table = table_of(cells)

    found = protect(table, k)

    if not everything_is_hidden(found, table):
        blocks = worlds.blocks(place for place in found.hidden if None not in place)
        assert [block for block in blocks if not any(0 < table.value(place) < k for place in block)] == []


def test_a_large_table_keeps_its_cells_from_integer_programmes() -> None:
    chance = random.Random(5)
    table = table_of([[chance.choice([0, 1, 3, 9, 20, 50]) for _ in range(9)] for _ in range(9)])

    found = protect(table, 5)

    assert found.row_totals == tuple(tables.row_totals(table))
    assert worlds.of_table(found, table, 5).given_away(chance.sample(sorted(found.hidden), 12)) == {}


def test_a_list_of_four_hundred_hides_two_of_which_one_is_small() -> None:
    table = table_of([[3], *([count] for count in range(10, 409))])

    found = protect(table, 5)

    assert found.hidden == {(0, 0), (0, None), (1, 0), (1, None)}


def test_four_hundred_rows_of_six_lose_no_total_that_is_not_small() -> None:
    chance = random.Random(2)
    table = table_of([[chance.randint(0, 60) for _ in range(6)] for _ in range(400)])
    small = tables.small_places(table, 5)

    found = protect(table, 5)

    assert {place for place in found.hidden if None in place} == {place for place in small if None in place}
    assert len(found.hidden) < 2 * len(small)


# --- As little as it takes ------------------------------------------------------------------------------------------
def ratios_to_the_best(number: int, sizes: Sequence[tuple[int, int]], seed: int) -> list[float]:
    """Return for tables of chance, all of whose totals are published, how many times the fewest cells are hidden."""
    chance = random.Random(seed)
    ratios: list[float] = []
    while len(ratios) < number:
        rows, columns = chance.choice(sizes)
        most = chance.choice([9, 15, 30])
        counts = [[chance.randint(0, most) * chance.choice([0, 1, 1]) for _ in range(columns)] for _ in range(rows)]
        table = table_of(counts)
        found = protect(table, 5)
        if found.hidden and all(None not in place for place in found.hidden):
            ratios.append(len(found.hidden) / worlds.optimum(table, 5, len(found.hidden)))
    return ratios


def test_no_more_is_hidden_than_a_fifth_above_the_best_there_is() -> None:
    ratios = ratios_to_the_best(15, [(3, 3), (3, 4), (4, 3)], seed=20260101)

    assert max(ratios) <= 1.2


@pytest.mark.deep
def test_in_many_tables_no_more_is_hidden_than_a_fifth_above_the_best_there_is() -> None:
    ratios = ratios_to_the_best(60, [(3, 3), (3, 4), (4, 3), (4, 4)], seed=20260102)

    assert max(ratios) <= 1.2


@pytest.mark.parametrize("module", [network, reader, tables])
def test_the_worked_examples_hold(module) -> None:
    assert doctest.testmod(module).failed == 0
