"""Who may go from one state to another, who sits where, and who is next."""

from datetime import UTC, datetime, timedelta

from workshops.models import Registration
from workshops.seats import WAYS, Pool, Waiting, free_pool, may_become, nearest_first, offers, waiting_lists

START = datetime(2026, 3, 1, tzinfo=UTC)
OPEN, MINISTRY, CLINIC = Pool(1, "", 1), Pool(2, "/1/", 1), Pool(3, "/1/7/", 1)


def waiting(key: int, path: str = "/1/7/", priority: int = 0, hours: int = 0) -> Waiting:
    return Waiting(key, path, priority, START + timedelta(hours=hours))


def test_every_state_has_its_ways_and_only_those_that_stand_lead_on():
    assert set(WAYS) == set(Registration.State.values)
    assert {before for ways in WAYS.values() for before in ways} == {"", *Registration.ACTIVE}
    assert [may_become(before, "confirmed") for before in ("", "offered", "lapsed", "rejected", "confirmed")] == [
        True, True, False, False, False,
    ]  # fmt: skip


def test_the_nearest_pool_comes_first_and_the_open_one_last():
    assert nearest_first([OPEN, MINISTRY, CLINIC], "/1/7/") == [CLINIC, MINISTRY, OPEN]
    assert nearest_first([OPEN, MINISTRY, CLINIC], "/2/") == [OPEN]


def test_a_seat_is_free_when_nobody_has_it():
    full, over = Pool(3, "/1/7/", 1, taken=1), Pool(2, "/1/", 1, taken=4)

    assert (over.free, free_pool([full, over, OPEN], "/1/7/"), free_pool([full, over], "/1/7/")) == (0, OPEN, None)


def test_numbers_go_before_times_and_times_before_keys():
    people = [
        waiting(1, hours=2),
        waiting(2, hours=1),
        waiting(3, priority=9),
        waiting(4, priority=2, hours=5),
        waiting(5),
    ]
    people.append(waiting(6))

    assert [each.key for each in waiting_lists([OPEN], people)[1]] == [4, 3, 5, 6, 2, 1]


def test_everybody_waits_in_the_nearest_pool():
    lists = waiting_lists([MINISTRY, CLINIC], [waiting(1), waiting(2, "/1/"), waiting(3, "/2/")])

    assert {pool: [each.key for each in people] for pool, people in lists.items()} == {3: [1], 2: [2], None: [3]}


def test_the_seats_of_the_deepest_pool_go_first_so_that_none_stays_empty_while_somebody_waits():
    people = [waiting(1, "/1/7/"), waiting(2, "/1/", hours=1), waiting(3, "/2/", hours=2)]

    found = offers([OPEN, MINISTRY, CLINIC], people)

    assert [(who.key, pool) for who, pool in found] == [(1, CLINIC), (2, MINISTRY), (3, OPEN)]


def test_without_pools_everybody_is_offered_a_place():
    assert [(who.key, pool) for who, pool in offers([], [waiting(2), waiting(1)])] == [(1, None), (2, None)]
