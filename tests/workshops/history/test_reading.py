"""What rows of a past workshop amount to."""

from datetime import UTC, datetime

import pytest

from workshops.history.reading import Held, Told, leading, register_of, settled


def at(hour: int) -> datetime:
    return datetime(2025, 3, 3, hour, tzinfo=UTC)


FIRST, SECOND, LAST = Held(1, at(9), at(10)), Held(2, at(11), at(12)), Held(3, at(14), at(15), "legal")
ALL, END = [FIRST, SECOND, LAST], at(18)


def settle(told: Told, *attended: Held) -> Told:
    return settled([told], ALL, attended, END)[0]


@pytest.mark.parametrize(
    ("told", "attended", "confirmed_at"),
    [
        (Told("confirmed", confirmed_at=at(7)), [], at(7)),
        (Told("confirmed"), [], at(9)),
        (Told("confirmed", "walk_in"), [SECOND], at(11)),
        (Told("confirmed", "walk_in"), [], at(9)),
        # Confirmed for later, and there already.
        (Told("confirmed", confirmed_at=at(13)), [FIRST], at(9)),
        # Confirmed while the session was going on: expected in it.
        (Told("confirmed", confirmed_at=datetime(2025, 3, 3, 9, 30, tzinfo=UTC)), [FIRST], at(9).replace(minute=30)),
        (Told("nominated"), [], None),
        (Told("rejected"), [SECOND], at(11)),
        (Told("withdrawn"), [SECOND], at(11)),
        (Told("confirmed", confirmed_at=at(18)), [], None),
        (Told("confirmed", confirmed_at=at(19)), [SECOND], at(11)),
    ],
)
def test_when_somebody_is_confirmed(told, attended, confirmed_at):
    assert settle(told, *attended).confirmed_at == confirmed_at


@pytest.mark.parametrize(
    ("told", "attended", "state", "ended_at"),
    [
        (Told("withdrawn", confirmed_at=at(7)), [], "withdrawn", at(9)),
        (Told("withdrawn", confirmed_at=at(7)), [FIRST], "withdrawn", at(10)),
        (Told("withdrawn", confirmed_at=at(7), ended_at=at(8)), [FIRST], "withdrawn", at(8)),
        (Told("confirmed", confirmed_at=at(7), ended_at=at(8)), [], "withdrawn", at(8)),
        (Told("replaced"), [], "replaced", at(9)),
        (Told("rejected"), [], "rejected", at(9)),
        (Told("rejected"), [FIRST], "confirmed", None),
        (Told("offered"), [FIRST], "confirmed", None),
        (Told("offered"), [], "offered", None),
    ],
)
def test_how_a_registration_ends(told, attended, state, ended_at):
    found = settle(told, *attended)

    assert (found.state, found.ended_at) == (state, ended_at)


@pytest.mark.parametrize(
    ("source", "attended", "becomes"),
    [("", [], "nomination"), ("", [FIRST], "walk_in"), ("nomination", [FIRST], "nomination"), ("self", [], "self")],
)
def test_how_somebody_came_in(source, attended, becomes):
    assert settle(Told("pending", source), *attended).source == becomes


def test_of_two_registrations_the_one_that_stands_leads_and_takes_what_was_unexpected():
    gone, back = Told("withdrawn", confirmed_at=at(7), ended_at=at(8)), Told("confirmed", confirmed_at=at(13))

    found = settled([gone, back], ALL, [SECOND], END)

    assert [each.confirmed_at for each in found] == [at(7), at(11)]
    assert (leading([gone, back]), leading([back, gone])) == (1, 0)


def test_a_register_names_those_expected_in_their_track_and_those_who_came():
    here, other = Told("confirmed", track="legal", confirmed_at=at(7)), Told("confirmed", confirmed_at=at(7))
    gone = Told("withdrawn", confirmed_at=at(7), ended_at=at(13))
    people = {1: [here], 2: [other], 3: [gone, here]}

    assert register_of(LAST, people, there=set()) == {1: 0, 3: 1}
    assert register_of(LAST, people, there={2}) == {1: 0, 2: 0, 3: 1}
    assert register_of(FIRST, people, there=set()) == {1: 0, 2: 0, 3: 1}
