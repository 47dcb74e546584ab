"""When the clocks of a zone change, and by which rule, as VTIMEZONE says it (RFC 5545, 3.6.5)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

# After so many years days of the week fall on the same dates again: a rule that held so long holds.
CYCLE = 28
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WEEK = 7
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Observance:
    """From `begins` on, as a clock showed it that still had the offset `before`, clocks have the offset `after`.

    `rule` says how it comes again every year; without one it came once.
    """

    begins: datetime
    before: timedelta
    after: timedelta
    name: str
    summer: bool
    rule: str = ""


@lru_cache(maxsize=256)
def observances(zone: str, first: int, last: int) -> tuple[Observance, ...]:
    """Return what clocks in a zone show from the year `first` to the year `last`.

    One observance where nothing changes, two with a rule where clocks change by one, otherwise every single change.

    >>> [(one.begins.isoformat(), one.rule) for one in observances("Europe/Warsaw", 2026, 2026)]
    ... # doctest: +NORMALIZE_WHITESPACE
    [('2025-03-30T02:00:00', 'FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU'),
     ('2025-10-26T03:00:00', 'FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU')]
    >>> [str(one.after) for one in observances("Europe/Minsk", 2026, 2026)]
    ['3:00:00']
    >>> [(one.begins.isoformat(), str(one.after)) for one in observances("Asia/Almaty", 2024, 2024)]
    [('2023-01-01T00:00:00', '6:00:00'), ('2024-03-01T00:00:00', '5:00:00')]
    """
    years = range(max(MINYEAR + 1, first - 1), min(MAXYEAR - 1, last + CYCLE) + 1)
    changes = list(_changes(zone, years))
    recurring = _recurring(changes, years)
    if recurring:
        return recurring
    return (_at_first(zone, years[0]), *(change for change in changes if change.begins.year <= last))


def _changes(zone: str, years: range) -> Iterator[Observance]:
    """Every change of the offset in some years, looked for week by week: none was ever taken back sooner."""
    clock, week = ZoneInfo(zone), timedelta(days=_WEEK)
    moment, end = datetime(years[0], 1, 1, tzinfo=UTC), datetime(years[-1] + 1, 1, 1, tzinfo=UTC)
    before = _offset(moment, clock)
    while moment < end:
        after = _offset(moment + week, clock)
        if before != after:
            yield _change(clock, moment, moment + week)
        moment, before = moment + week, after


def _change(clock: ZoneInfo, early: datetime, late: datetime) -> Observance:
    """The change between two moments, to the second."""
    before = _offset(early, clock)
    while late - early > _SECOND:
        middle = early + (late - early) // 2
        middle = middle.replace(microsecond=0)
        early, late = (middle, late) if _offset(middle, clock) == before else (early, middle)
    return _observance(clock, late, before)


def _at_first(zone: str, year: int) -> Observance:
    """What clocks show when a year begins."""
    clock = ZoneInfo(zone)
    began = datetime(year, 1, 1, tzinfo=clock)
    return _observance(clock, began.astimezone(UTC), _offset(began, clock))


def _observance(clock: ZoneInfo, moment: datetime, before: timedelta) -> Observance:
    shown = moment.astimezone(clock)
    begins = moment.replace(tzinfo=None) + before
    summer = (shown.dst() or timedelta()) > timedelta()
    return Observance(begins, before, _offset(moment, clock), shown.tzname() or "", summer)


def _offset(moment: datetime, clock: ZoneInfo) -> timedelta:
    return moment.astimezone(clock).utcoffset() or timedelta()


def _recurring(changes: Sequence[Observance], years: range) -> tuple[Observance, ...]:
    """The changes as rules, each from its first year on; nothing when one of them follows no rule."""
    kinds = {(change.before, change.after) for change in changes}
    alike = [[change for change in changes if (change.before, change.after) == kind] for kind in kinds]
    rules = [_rule(each, years) for each in alike]
    if not all(rules):
        return ()
    first = [replace(each[0], rule=rule) for each, rule in zip(alike, rules, strict=True)]
    return tuple(sorted(first, key=lambda each: each.begins))


def _rule(changes: Sequence[Observance], years: Iterable[int]) -> str:
    """How a change comes once a year, or nothing if it does not."""
    moments = [change.begins for change in changes]
    once_a_year = [moment.year for moment in moments] == list(years)
    if not once_a_year or len({(moment.month, moment.weekday(), moment.time()) for moment in moments}) > 1:
        return ""
    places = {(moment.day - 1) // _WEEK + 1 for moment in moments}
    if all((moment + timedelta(days=_WEEK)).month != moment.month for moment in moments):
        places = {-1}
    if len(places) > 1:
        return ""
    return f"FREQ=YEARLY;BYMONTH={moments[0].month};BYDAY={places.pop()}{_DAYS[moments[0].weekday()]}"
