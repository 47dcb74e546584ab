"""Times that are planned: the next free one of a day, the same one every week, all of them later.

Everything here is what clocks on the wall show; moments in UTC follow from it and a time zone. Because nothing is added
to a moment, 09:00 stays 09:00 across a change of the clocks.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

FIRST_SLOT = (time(9, 0), time(10, 30))


class OvernightError(ValueError):
    """The time would begin on one day and end on another."""


@dataclass(frozen=True)
class Slot:
    """A time that is to be planned."""

    day: date
    start_time: time
    end_time: time

    @property
    def length(self) -> timedelta:
        """How long it lasts by the clocks on the wall."""
        return datetime.combine(self.day, self.end_time) - datetime.combine(self.day, self.start_time)


def next_free(day: date, taken: Iterable[Slot]) -> Slot | None:
    """Return a time after the last one of a day, as long as that one; None when it would last past midnight.

    >>> next_free(date(2026, 3, 9), []).start_time
    datetime.time(9, 0)
    >>> next_free(date(2026, 3, 9), [Slot(date(2026, 3, 9), time(9), time(10, 20))]).end_time
    datetime.time(11, 40)
    """
    last = max((slot for slot in taken if slot.day == day), key=lambda slot: slot.end_time, default=None)
    if last is None:
        return Slot(day, *FIRST_SLOT)
    end = datetime.combine(day, last.end_time) + last.length
    return Slot(day, last.end_time, end.time()) if end.date() == day and last.length > timedelta() else None


def weekly(slot: Slot, times: int) -> Iterator[Slot]:
    """Yield the same time on the same weekday of the next `times` weeks.

    >>> [each.day.isoformat() for each in weekly(Slot(date(2026, 3, 23), time(9), time(10)), 2)]
    ['2026-03-30', '2026-04-06']
    """
    for week in range(1, times + 1):
        yield Slot(slot.day + timedelta(weeks=week), slot.start_time, slot.end_time)


def shifted(slot: Slot, *, days: int = 0, minutes: int = 0) -> Slot:
    """Return the time so many days and minutes later (or earlier), as the clocks on the wall show it.

    Raises OvernightError when it would begin on one day and end on another.

    >>> shifted(Slot(date(2026, 3, 23), time(9), time(10)), days=7, minutes=-30)
    Slot(day=datetime.date(2026, 3, 30), start_time=datetime.time(8, 30), end_time=datetime.time(9, 30))
    """
    later = timedelta(days=days, minutes=minutes)
    start = datetime.combine(slot.day, slot.start_time) + later
    end = datetime.combine(slot.day, slot.end_time) + later
    if start.date() != end.date():
        raise OvernightError(f"{start} to {end}")
    return Slot(start.date(), start.time(), end.time())
