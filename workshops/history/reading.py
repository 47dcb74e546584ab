"""What the rows of a past workshop amount to: who was expected, from when, and who was there.

Values in, values out; moments are UTC.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from workshops.attendance import is_expected

CONFIRMED, PENDING, WITHDRAWN = "confirmed", "pending", "withdrawn"
NOMINATION, WALK_IN = "nomination", "walk_in"
# Presence confirms whoever was in one of these.
_NEVER_CONFIRMED = {"nominated", "invited", PENDING, "waitlisted", "offered", "lapsed", "rejected"}
_ENDED = {WITHDRAWN, "replaced", "lapsed", "rejected"}
ACTIVE = {"nominated", "invited", PENDING, CONFIRMED, "waitlisted", "offered"}


@dataclass(frozen=True)
class Held:
    """A session as far as it matters for who is expected in it."""

    number: int
    starts_at: datetime
    ends_at: datetime
    track: str = ""


@dataclass(frozen=True)
class Told:
    """A registration as a file tells it, and as it is taken in."""

    state: str
    source: str = ""
    track: str = ""
    confirmed_at: datetime | None = None
    ended_at: datetime | None = None

    def expects(self, session: Held) -> bool:
        """Whether the register of a session names the person because of it."""
        if session.track not in {"", self.track}:
            return False
        return is_expected(self.confirmed_at, self.ended_at, session.starts_at, session.ends_at)


def settled(told: Sequence[Told], sessions: Collection[Held], attended: Iterable[Held], end: datetime) -> list[Told]:
    """Return the registrations of one person in one workshop as they are to be stored.

    Confirmed without a moment: since the first session, walk-ins since the first one attended. A confirmation after the
    end confirms nobody. Whoever attended a session without being expected in it is expected from that one on, and so is
    confirmed if nothing else did that. Who withdrew (or was replaced) without a moment did so before the first session,
    or after the last one attended.

    >>> from datetime import UTC
    >>> at = lambda hour: datetime(2026, 3, 9, hour, tzinfo=UTC)
    >>> first, second = Held(1, at(9), at(10)), Held(2, at(11), at(12))
    >>> settled([Told("nominated", "nomination")], [first, second], [second], at(18))[0].confirmed_at.hour
    11
    >>> settled([Told("withdrawn", confirmed_at=at(8))], [first, second], [first], at(18))[0].ended_at.hour
    10
    >>> settled([Told("confirmed", confirmed_at=at(19))], [first, second], [], at(18))
    [Told(state='pending', source='nomination', track='', confirmed_at=None, ended_at=None)]
    """
    there = sorted(attended, key=lambda session: session.starts_at)
    begins = min((session.starts_at for session in sessions), default=end)
    found = [_completed(each, begins, there, end) for each in told]
    unexpected = [session for session in there if not any(each.expects(session) for each in found)]
    if unexpected:
        place = leading(found)
        found[place] = _walked_in(found[place], unexpected[0])
    return [replace(each, source=each.source or NOMINATION) for each in found]


def leading(told: Sequence[Told]) -> int:
    """Which of the registrations of a person stands, else came last."""
    places = range(len(told))
    return max(places, key=lambda place: (told[place].state in ACTIVE, place))


def _completed(told: Told, begins: datetime, there: Sequence[Held], end: datetime) -> Told:
    """Fill in the moments that a row leaves out."""
    if told.state == CONFIRMED and told.ended_at is not None:
        told = replace(told, state=WITHDRAWN)
    if told.state == CONFIRMED and told.confirmed_at is None:
        known_since = there[0].starts_at if told.source == WALK_IN and there else begins
        told = replace(told, confirmed_at=known_since)
    if told.confirmed_at is not None and told.confirmed_at >= end:
        told = replace(told, state=PENDING if told.state == CONFIRMED else told.state, confirmed_at=None)
    if told.state in _ENDED and told.ended_at is None:
        told = replace(told, ended_at=there[-1].ends_at if there else begins)
    return told


def _walked_in(told: Told, first: Held) -> Told:
    """Expected from the first session attended."""
    if told.confirmed_at is not None:
        return replace(told, confirmed_at=min(told.confirmed_at, first.starts_at))
    source = told.source or WALK_IN
    if told.state in _NEVER_CONFIRMED:
        return replace(told, state=CONFIRMED, source=source, confirmed_at=first.starts_at, ended_at=None)
    return replace(told, source=source, confirmed_at=first.starts_at)


def register_of(session: Held, people: Mapping[int, Sequence[Told]], there: Collection[int]) -> dict[int, int]:
    """Return who stands on the register of a session, each with the place of the registration that counts there."""
    named: dict[int, int] = {}
    for person, told in people.items():
        places = [place for place, each in enumerate(told) if each.expects(session)]
        if places:
            named[person] = places[-1]
        elif person in there:
            named[person] = leading(told)
    return named
