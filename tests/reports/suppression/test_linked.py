"""Three two-way tables with common totals."""

import doctest
import random
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.suppression import Protected, Table, linked, protect_linked
from reports.suppression.tables import small_places
from tests.reports.suppression import worlds

SIZE = (2, 3, 3)
CUBES = st.lists(st.sampled_from([0, 0, 0, 1, 2, 4, 9, 15]), min_size=18, max_size=18)


def three(counts: list[int], size: tuple[int, int, int] = SIZE) -> tuple[Table, Table, Table]:
    """Return the three tables of persons counted by three characteristics."""
    of = dict(zip(product(*map(range, size)), counts, strict=True))
    found = []
    for first, second in linked.AXES:
        cells = tuple(
            tuple(sum(n for key, n in of.items() if (key[first], key[second]) == (i, j)) for j in range(size[second]))
            for i in range(size[first])
        )
        found.append(Table(tuple("abcdefgh"[: size[first]]), tuple("abcdefgh"[: size[second]]), cells))
    return found[0], found[1], found[2]


def reader_of(found: tuple[Protected, ...], tables: tuple[Table, ...], k: int) -> worlds.Programme:
    """Return what a reader of all three knows: their sums, that totals are common, and the rule in each table."""
    true = {(number, place): value for number, table in enumerate(tables) for place, value in table.values.items()}
    shown = {
        (number, place): None if place in found[number].hidden else value for (number, place), value in true.items()
    }
    sums = [
        {(number, place): factor for place, factor in line.items()}
        for number, table in enumerate(tables)
        for line in worlds.sums_of(len(table.rows), len(table.columns))
    ]
    sums += [{(0, (i, None)): 1, (1, (i, None)): -1} for i in range(SIZE[0])]
    sums += [{(0, (None, j)): 1, (2, (j, None)): -1} for j in range(SIZE[1])]
    sums += [{(1, (None, j)): 1, (2, (None, j)): -1} for j in range(SIZE[2])]
    said = [
        [(number, place) for place in block]
        for number, (each, table) in enumerate(zip(found, tables, strict=True))
        for block in worlds.rules(each, table, k)
    ]
    return worlds.Programme(shown, sums, said, k=k, most=sum(map(sum, tables[0].cells)) + k)


def assert_integer_programmes_find_nothing(counts: list[int], k: int) -> None:
    tables = three(counts)

    found = protect_linked(tables, k)

    for table, each in zip(tables, found, strict=True):
        assert small_places(table, k) <= each.hidden
    if any(len(each.hidden) < len(each_table.values) for each, each_table in zip(found, tables, strict=True)):
        programme = reader_of(found, tables, k)
        hidden = [(number, place) for number, each in enumerate(found) for place in sorted(each.hidden, key=str)]
        assert programme.given_away(hidden) == {}


@given(CUBES, st.sampled_from([3, 5]))
@settings(max_examples=8, deadline=None)
def test_whoever_puts_the_three_together_is_left_with_three_values_for_each_figure(counts: list[int], k: int) -> None:
    assert_integer_programmes_find_nothing(counts, k)


@pytest.mark.deep
@given(CUBES, st.sampled_from([3, 5]))
@settings(max_examples=80, deadline=None)
def test_in_many_tables_integer_programmes_find_nothing(counts: list[int], k: int) -> None:
    assert_integer_programmes_find_nothing(counts, k)


@given(CUBES, st.sampled_from([3, 5, 10]))
@settings(max_examples=25, deadline=None)
def test_common_totals_are_hidden_in_both_tables_or_in_none(counts: list[int], k: int) -> None:
    first, second, third = protect_linked(three(counts), k)

    assert first.row_totals == second.row_totals
    assert first.column_totals == third.row_totals
    assert second.column_totals == third.column_totals
    assert first.total == second.total == third.total


def test_tables_without_small_counts_are_published_as_they_are() -> None:
    tables = three([9] * 18)

    found = protect_linked(tables, 5)

    assert [each.cells for each in found] == [table.cells for table in tables]


def test_a_total_below_k_hides_everything() -> None:
    found = protect_linked(three([1, 1, *([0] * 16)]), 5)

    assert [set(each.row_totals) | {each.total} for each in found] == [{None}] * 3


def test_tables_with_different_totals_are_refused() -> None:
    first, second, third = three([9] * 18)
    other = Table(second.rows, second.columns, (second.cells[0], (1, 1, 1)))

    with pytest.raises(ValueError, match="same totals"):
        protect_linked((first, other, third), 5)


def test_three_tables_of_a_programme_keep_most_of_their_figures() -> None:
    chance = random.Random(6)
    tables = three([chance.choice([0, 1, 3, 6, 12, 20]) for _ in range(3 * 6 * 7)], (3, 6, 7))

    found = protect_linked(tables, 5)

    small = sum(len(small_places(table, 5)) for table in tables)
    assert small <= sum(len(each.hidden) for each in found) <= 2 * small + 6


def test_the_worked_examples_hold() -> None:
    assert doctest.testmod(linked).failed == 0
