"""Who has to complete which module by when, and how far that is. Values in, values out.

An assignment to an agency is for whoever fits today: members of the agency, of what lies below it unless the assignment
says otherwise, and of the kind and the posts that a path names. Nothing is kept per person, so new members have it at
once, and whoever leaves has it no more. A new name, a move or a split breaks no membership: the rows whose place an
agency took count as the agency. Whoever comes with a merger into an agency that was there before is new to it.

Somebody has to be done by the day of the assignment, or so many days after the first day as a member, whichever is
later. A completion counts whenever it happened, as long as the certificate of the module would be valid that was earned
with it, or with the last refresher. The day itself is not late: overdue begins on the day after it.

Worked example: by 31 March, 30 days for new members. Ann has been there for years: 31 March. Bob joins on 20 March:
19 April. Both are reminded 14 and 3 days before, and on the first day after; their coordinator hears of them a week
later, in the list of the week.
"""

from calendar import monthrange
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

# How long overdue is a matter between the Academy and the person alone.
GRACE = timedelta(days=7)
# So long after its day a reminder still goes when the scheduler stood still; what is longer past is not mailed.
LATE = timedelta(days=2)
_DAY = timedelta(days=1)


class State(StrEnum):
    """How far something is that somebody has to complete."""

    OVERDUE = "overdue"
    UNDER_WAY = "under_way"
    NOT_BEGUN = "not_begun"
    DONE = "done"
    EXEMPT = "exempt"


CLOSED = frozenset({State.DONE, State.EXEMPT})


class Rung(StrEnum):
    """A step of the ladder of reminders."""

    TOLD = "told"
    SOON = "14"
    VERY_SOON = "3"
    OVERDUE = "overdue"


@dataclass(frozen=True)
class Stay:
    """A time in an agency: its path in the tree and its kind, the post, first and last day."""

    path: str
    kind: str
    post: str
    first: date
    last: date | None = None

    def covers(self, day: date) -> bool:
        """Whether it was in force on a day."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class Audience:
    """For whom something is: an agency by path, those whose place it took, the kind and words of posts."""

    path: str
    before: tuple[str, ...] = ()
    below: bool = True
    kind: str = ""
    posts: tuple[str, ...] = ()

    def takes_in(self, stay: Stay) -> bool:
        """Whether somebody is meant by reason of this stay."""
        return self._is_of(stay, (self.path,)) and self._fits(stay)

    def _is_of(self, stay: Stay, paths: tuple[str, ...]) -> bool:
        return stay.path in paths or (self.below and stay.path.startswith(paths))

    def _fits(self, stay: Stay) -> bool:
        post = stay.post.casefold()
        return (not self.kind or stay.kind == self.kind) and (
            not self.posts or any(word in post for word in self.posts)
        )

    def joined_on(self, stays: Collection[Stay], today: date) -> date | None:
        """From which day on without a gap somebody has been meant; None for whoever is not meant today."""
        first = min((stay.first for stay in stays if stay.covers(today) and self.takes_in(stay)), default=None)
        if first is None:
            return None
        earlier = [stay for stay in stays if self._is_of(stay, (self.path, *self.before)) and self._fits(stay)]
        for stay in sorted(earlier, key=lambda one: one.last or date.max, reverse=True):
            if stay.first < first <= (stay.last or date.max - _DAY) + _DAY:
                first = stay.first
        return first


@dataclass(frozen=True)
class Duty:
    """A module that somebody has to complete.

    told_on: from which day on the person could know. done_on: when it was completed, if that still counts.
    """

    module: int
    due_on: date
    told_on: date
    done_on: date | None = None
    exempt: bool = False
    begun: bool = False

    def state(self, today: date, grace: timedelta = timedelta(0)) -> State:
        """How far it is; with a `grace` nothing is overdue before it has passed."""
        if self.done_on is not None:
            return State.DONE
        if self.exempt:
            return State.EXEMPT
        if today > self.due_on + grace:
            return State.OVERDUE
        return State.UNDER_WAY if self.begun else State.NOT_BEGUN

    @property
    def is_open(self) -> bool:
        """Whether there is something left to do."""
        return self.done_on is None and not self.exempt


def words_of(posts: str) -> tuple[str, ...]:
    """Return the words of posts as they are compared.

    >>> words_of("Врач, nurse ,,")
    ('врач', 'nurse')
    """
    return tuple(word for each in posts.split(",") if (word := each.strip().casefold()))


def due_day(by: date, joined: date | None, days: int) -> date:
    """Return by when somebody has to be done: later for whoever joined so late; None joined: named in person."""
    return by if joined is None else max(by, joined + timedelta(days=days))


def counts_until(completed: date, months: int | None) -> date | None:
    """Return the last day on which a completion counts: that of a certificate earned with it; None for ever.

    >>> counts_until(date(2024, 1, 31), 1), counts_until(date(2024, 1, 31), None)
    (datetime.date(2024, 2, 29), None)
    """
    if not months:
        return None
    year, month = divmod(completed.year * 12 + completed.month - 1 + months, 12)
    return date(year, month + 1, min(completed.day, monthrange(year, month + 1)[1]))


def still_counts(completed: date | None, months: int | None, today: date) -> bool:
    """Whether something completed on a day is done today."""
    if completed is None:
        return False
    last = counts_until(completed, months)
    return last is None or today <= last


def whole_state(duties: Collection[Duty], today: date, grace: timedelta = timedelta(0)) -> State:
    """Return how far somebody is with everything of an assignment together."""
    states = {duty.state(today, grace) for duty in duties}
    if State.OVERDUE in states:
        return State.OVERDUE
    if states == {State.EXEMPT}:
        return State.EXEMPT
    if states <= CLOSED:
        return State.DONE
    return State.NOT_BEGUN if states <= {State.NOT_BEGUN, State.EXEMPT} else State.UNDER_WAY


def rung_for(duties: Sequence[Duty], today: date) -> Rung | None:
    """Return the reminder that is due to somebody about an assignment, if there is one today.

    Of several days that have just come the last counts, so that nobody reads two messages about the same. Nothing is
    due about a day before the person could know, or about one that is longer past than `LATE`.
    """
    left = [duty for duty in duties if duty.is_open]
    if not left:
        return None
    told, due = left[0].told_on, left[0].due_on
    days = {
        Rung.TOLD: told,
        Rung.SOON: due - timedelta(days=14),
        Rung.VERY_SOON: due - timedelta(days=3),
        Rung.OVERDUE: due + _DAY,
    }
    near = [(day, rung) for rung, day in days.items() if told <= day and timedelta(0) <= today - day <= LATE]
    return max(near, key=lambda one: one[0])[1] if near else None
