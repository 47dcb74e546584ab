"""Rows about single people: coarse until k share what is said, or left out."""

import doctest
from collections import Counter, defaultdict

from hypothesis import given
from hypothesis import strategies as st

from reports.suppression import OTHER, coarsened, rows

KNOWN = st.tuples(st.sampled_from("fm"), st.sampled_from("abc"), st.sampled_from("nswe"))
ORDER = [2, 1]


@st.composite
def worlds(draw):
    """People, each in some of three workshops: their rows, and whom each is about."""
    people = draw(st.lists(st.tuples(KNOWN, st.sets(st.integers(1, 3), min_size=1)), max_size=40))
    found = [((*known, f"W{each}"), number) for number, (known, places) in enumerate(people) for each in sorted(places)]
    return [row for row, _person in found], [person for _row, person in found]


def test_the_worked_example_holds():
    assert doctest.testmod(rows).failed == 0


def test_who_gives_up_the_region_in_one_row_gives_it_up_in_all():
    found = [("f", "clinic", "north", "W1")] * 3 + [("f", "clinic", "north", "W2")]

    told = coarsened(found, [1, 2, 3, 1], ORDER, 3)

    # Nobody else was in the second workshop; the others are two without the first, and stand out with them.
    assert told == [("f", "other", "other", "W1")] * 3 + [None]


@given(worlds(), st.integers(1, 8))
def test_whoever_is_told_about_is_one_of_k(world, k):
    told = coarsened(*world, ORDER, k)

    assert all(number >= k for row, number in Counter(told).items() if row is not None)


@given(worlds(), st.integers(1, 8))
def test_nothing_is_said_that_is_not_so(world, k):
    for row, as_told in zip(world[0], coarsened(*world, ORDER, k), strict=True):
        if as_told is not None:
            assert all(value in (own, OTHER) for own, value in zip(row, as_told, strict=True))
            assert (as_told[0], as_told[3]) == (row[0], row[3])
            # The second is given up after the third only.
            assert as_told[1] != OTHER or as_told[2] == OTHER


@given(worlds(), st.integers(1, 8))
def test_all_rows_of_a_person_give_up_the_same(world, k):
    given_up = defaultdict(set)
    for person, as_told in zip(world[1], coarsened(*world, ORDER, k), strict=True):
        if as_told is not None:
            given_up[person].add(tuple(value == OTHER for value in as_told))

    assert all(len(found) == 1 for found in given_up.values())


@given(st.lists(KNOWN, max_size=60), st.integers(1, 8))
def test_groups_that_are_large_enough_keep_all_that_is_known(found, k):
    told = coarsened(found, range(len(found)), ORDER, k)

    sizes = Counter(found)
    assert all(as_told == row for row, as_told in zip(found, told, strict=True) if sizes[row] >= k)


@given(worlds(), st.integers(1, 8), st.randoms())
def test_the_order_of_rows_decides_nothing(world, k, random):
    pairs = list(zip(*world, strict=True))
    random.shuffle(pairs)
    shuffled = [row for row, _person in pairs], [person for _row, person in pairs]

    def told(rows_of, people):
        return dict(zip(zip(rows_of, people, strict=True), coarsened(rows_of, people, ORDER, k), strict=True))

    assert told(*world) == told(*shuffled)
