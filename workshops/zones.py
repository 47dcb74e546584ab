"""From a day and a time on the wall to moments in UTC."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class BackwardsError(ValueError):
    """The end is not after the start."""


def is_zone(name: str) -> bool:
    """Whether `name` is an IANA time zone such as Europe/Minsk."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def to_utc(day: date, wall: time, zone: str, *, second: bool = False) -> datetime:
    """Return the moment at which a clock on the wall shows `wall`.

    A time that a clock change skips (02:30 when 02:00 becomes 03:00) is the same stretch of time later (03:30), as a
    clock that nobody has changed yet would show it. A time that comes twice is the first one, or the second if asked.

    >>> to_utc(date(2026, 3, 9), time(9, 0), "Europe/Minsk").isoformat()
    '2026-03-09T06:00:00+00:00'
    >>> to_utc(date(2026, 3, 29), time(2, 30), "Europe/Warsaw").isoformat()        # skipped: 03:30 summer time
    '2026-03-29T01:30:00+00:00'
    >>> to_utc(date(2026, 10, 25), time(2, 30), "Europe/Warsaw").isoformat()       # twice: the first, summer time
    '2026-10-25T00:30:00+00:00'
    """
    shown = datetime.combine(day, wall.replace(tzinfo=None, fold=int(second)), ZoneInfo(zone))
    return shown.astimezone(UTC)


def moments(day: date, start: time, end: time, zone: str) -> tuple[datetime, datetime]:
    """Return start and end of a session in UTC.

    An end that comes twice is the first one after the start. Raises BackwardsError when the end is not after the start.

    >>> [moment.isoformat() for moment in moments(date(2026, 10, 25), time(2, 45), time(2, 15), "Europe/Warsaw")]
    ['2026-10-25T00:45:00+00:00', '2026-10-25T01:15:00+00:00']
    """
    starts_at, ends_at = to_utc(day, start, zone), to_utc(day, end, zone)
    if ends_at <= starts_at:
        ends_at = to_utc(day, end, zone, second=True)
    if ends_at <= starts_at:
        raise BackwardsError(f"{end} is not after {start}")
    return starts_at, ends_at


def local(moment: datetime, zone: str) -> datetime:
    """Return the moment as a clock in `zone` shows it."""
    return moment.astimezone(ZoneInfo(zone))


def offset(moment: datetime, zone: str) -> str:
    """Return how far clocks in `zone` are from UTC at a moment, as people write it.

    >>> offset(datetime(2026, 3, 9, 6, 0, tzinfo=UTC), "Europe/Minsk")
    'UTC+3'
    >>> offset(datetime(2026, 3, 9, 6, 0, tzinfo=UTC), "Asia/Kolkata")
    'UTC+5:30'
    """
    minutes = round((local(moment, zone).utcoffset() or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")
