"""Columns of counts nested in one another, as in the list of agencies compared."""

import doctest
import random
from collections.abc import Mapping, Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.suppression import ProtectedList, hidden_rates, lists, protect_nested
from tests.reports.suppression import worlds

NAMES = ("confirmed", "started", "completed")
LISTS = st.lists(
    st.lists(st.one_of(st.integers(0, 5), st.integers(0, 30)), min_size=3, max_size=3).map(
        lambda row: sorted(row, reverse=True)
    ),
    min_size=1,
    max_size=8,
)


def columns_of(rows: Sequence[Sequence[int]]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(row[level] for row in rows) for level, name in enumerate(NAMES)}


def reader_of(found: ProtectedList, columns: Mapping[str, Sequence[int]], k: int) -> worlds.Programme:
    """Return what a reader knows: sums of columns, that they are nested, and the rule."""
    rows = range(len(columns[NAMES[0]]))
    true = {(row, name): columns[name][row] for row in rows for name in NAMES}
    true |= {(None, name): sum(columns[name]) for name in NAMES}
    shown = {place: None if place in found.hidden else value for place, value in true.items()}
    sums = [{(row, name): -1 if row is None else 1 for row in [*rows, None]} for name in NAMES]
    least = [{(row, outer): 1, (row, inner): -1} for row in [*rows, None] for outer, inner in pairwise(NAMES)]
    said = worlds.blocks(place for place in found.hidden if place[0] is not None)
    most = true[None, NAMES[0]] + k + worlds.ENOUGH
    return worlds.Programme(shown, sums, said, k=k, most=most, least=least)


def test_a_list_without_small_counts_is_published_as_it_is() -> None:
    found = protect_nested(columns_of([[9, 8, 7], [20, 20, 0]]), 5)

    assert found == ProtectedList(
        columns={"confirmed": (9, 20), "started": (8, 20), "completed": (7, 0)},
        totals={"confirmed": 29, "started": 28, "completed": 7},
        hidden=frozenset(),
    )


def test_a_count_that_its_neighbours_hold_tight_is_not_hidden_for_others() -> None:
    found = protect_nested(columns_of([[9, 3, 0], [8, 8, 8], [30, 25, 20]]), 5)

    assert found.columns == {"confirmed": (9, 8, 30), "started": (None, 8, None), "completed": (0, 8, 20)}


def test_who_did_not_come_is_not_protected_where_the_group_is_large_enough() -> None:
    found = protect_nested(columns_of([[40, 38, 38], [30, 30, 29]]), 5)

    assert found.hidden == frozenset()


def test_an_agency_of_two_is_hidden_in_all_columns_together_with_another() -> None:
    found = protect_nested(columns_of([[2, 2, 2], [30, 25, 20], [60, 50, 40]]), 5)

    assert found.columns == {
        "confirmed": (None, None, 60),
        "started": (None, None, 50),
        "completed": (None, None, 40),
    }
    assert found.totals == {"confirmed": 92, "started": 77, "completed": 62}


def test_a_count_of_few_persons_is_hidden_however_large_it_is() -> None:
    found = protect_nested(columns_of([[20, 12, 10], [30, 25, 20]]), 5, frozenset({(0, "started")}))

    assert found.hidden == {(0, "started"), (1, "started")}


def test_a_total_below_k_is_hidden() -> None:
    found = protect_nested(columns_of([[9, 6, 1], [9, 7, 1]]), 5)

    assert found.totals == {"confirmed": 18, "started": 13, "completed": None}


@pytest.mark.parametrize(
    "columns", [{"a": (1, 2), "b": (1,)}, {"a": (1,), "b": (2,)}, {"a": (1,), "b": (-1,)}, {"a": (-1,)}]
)
def test_what_is_not_nested_is_refused(columns: dict[str, tuple[int, ...]]) -> None:
    with pytest.raises(ValueError, match="counts"):
        protect_nested(columns, 5)


def test_an_empty_list_stays_one() -> None:
    assert protect_nested(columns_of([]), 5).columns == {"confirmed": (), "started": (), "completed": ()}


def assert_integer_programmes_find_nothing(rows: list[list[int]], k: int) -> None:
    columns = columns_of(rows)

    found = protect_nested(columns, k)

    small = {(row, name) for name in NAMES for row, value in enumerate(columns[name]) if 0 < value < k}
    assert small <= found.hidden
    if len(found.hidden) < 3 * (len(rows) + 1):
        assert reader_of(found, columns, k).given_away(found.hidden) == {}


@given(LISTS, st.sampled_from([3, 5, 10]))
@settings(max_examples=12, deadline=None)
def test_whoever_solves_integer_programmes_is_left_with_three_values_for_each_count(
    rows: list[list[int]], k: int
) -> None:
    assert_integer_programmes_find_nothing(rows, k)


@pytest.mark.deep
@given(LISTS, st.sampled_from([3, 5, 10]))
@settings(max_examples=120, deadline=None)
def test_in_many_lists_integer_programmes_find_nothing(rows: list[list[int]], k: int) -> None:
    assert_integer_programmes_find_nothing(rows, k)


def test_four_hundred_agencies_keep_their_totals() -> None:
    chance = random.Random(8)
    rows = [sorted((chance.randint(0, 40) for _ in NAMES), reverse=True) for _ in range(400)]
    small = sum(0 < value < 5 for row in rows for value in row)

    found = protect_nested(columns_of(rows), 5)

    assert found.totals == {name: sum(column) for name, column in columns_of(rows).items()}
    assert small <= len(found.hidden) <= small + 3


def test_a_rate_goes_with_each_count_on_which_it_rests() -> None:
    rates = {"turn_up": ("started", "confirmed"), "completion_started": ("completed", "started")}

    found = hidden_rates(rates, frozenset({(0, "confirmed"), (1, "completed"), (None, "started")}))

    assert found == {(0, "turn_up"), (1, "completion_started"), (None, "turn_up"), (None, "completion_started")}


def test_the_worked_examples_hold() -> None:
    assert doctest.testmod(lists).failed == 0
