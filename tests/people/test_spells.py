"""Times in agencies of two records, put together."""

from datetime import date, timedelta
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from people.spells import Spell, put_together

START = date(2020, 1, 1)
# (agency, days since the one before, days it took)
STRETCHES = st.lists(st.tuples(st.integers(1, 3), st.integers(1, 40), st.integers(0, 40)), max_size=4)
# Times beside the primary ones: (agency, days since the start, days it took, or None: it lasts).
BESIDE = st.lists(st.tuples(st.integers(1, 3), st.integers(0, 99), st.none() | st.integers(0, 40)), max_size=2)
RECORDS = st.tuples(STRETCHES, st.booleans(), BESIDE)


def record(own: bool, drawn: tuple[list, bool, list]) -> list[Spell]:
    """Times of one record: one primary agency after the other, of which the last may last, and others beside."""
    stretches, lasts, beside = drawn
    spells, day, first = [], START, 100 if own else 200
    for number, (agency, gap, length) in enumerate(stretches):
        since = day + timedelta(days=gap)
        day = since + timedelta(days=length)
        still = lasts and number == len(stretches) - 1
        spells.append(Spell(first + number, agency, since, None if still else day, own))
    for number, (agency, after, length) in enumerate(beside, first + 50):
        since = START + timedelta(days=after)
        until = None if length is None else since + timedelta(days=length)
        spells.append(Spell(number, agency, since, until, own, primary=False))
    return spells


@given(RECORDS, RECORDS)
def test_nobody_has_two_primary_agencies_on_one_day_and_what_lasts_goes_on_lasting(one, other):
    spells = [*record(True, one), *record(False, other)]

    together, covered = put_together(spells)

    primary = [each for each in together if each.primary]
    lasting = [each for each in spells if each.primary and each.until is None]
    assert [pair for pair in combinations(primary, 2) if pair[0].meets(pair[1])] == []
    assert sum(each.until is None for each in primary) == bool(lasting)
    assert all(each.since <= each.end for each in together)
    assert sorted([*covered, *(each.key for each in together)]) == sorted(each.key for each in spells)
    beside = [each for each in spells if not each.primary]
    assert [each for each in together if each in beside] == beside


def test_a_posting_that_ended_elsewhere_does_not_end_the_present_agency():
    present = Spell(1, 7, date(2020, 1, 1), None, own=True)
    ended = Spell(2, 8, date(2022, 1, 1), date(2022, 6, 30), own=False)

    together, covered = put_together([present, ended])

    assert (present in together, covered) == (True, [])
    assert [each.primary for each in together if each.key == ended.key] == [False]


def test_a_time_that_bridges_two_makes_one_of_the_three():
    before = Spell(1, 7, date(2020, 1, 1), date(2020, 12, 31), own=True)
    again = Spell(2, 7, date(2022, 1, 1), None, own=True)
    bridge = Spell(3, 7, date(2020, 6, 1), None, own=False)

    together, covered = put_together([before, again, bridge])

    assert together == [Spell(1, 7, date(2020, 1, 1), None, own=True)]
    assert sorted(covered) == [2, 3]
