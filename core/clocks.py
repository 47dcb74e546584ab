"""By whose clock moments are shown: the reader's, who may be far from the Academy.

A day alone stays the Academy's, as it is printed on certificates and counted in reports; and whatever is decided by a
day is decided by the Academy's. Only what is shown with its time follows the reader.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import timezone
from django.utils.formats import date_format

# How something is written that has a time of day.
WITH_TIME = frozenset({"DATETIME_FORMAT", "SHORT_DATETIME_FORMAT", "TIME_FORMAT"})
_zone: ContextVar[ZoneInfo | None] = ContextVar("clock of the reader", default=None)


@contextmanager
def shown_by(name: str) -> Iterator[None]:
    """Show times as clocks of a zone show them; by the Academy's clock where there is no such zone."""
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zone = None
    token = _zone.set(zone)
    try:
        yield
    finally:
        _zone.reset(token)


def on_the_clock(moment: datetime) -> datetime:
    """Return a moment as the reader's clock shows it."""
    return timezone.localtime(moment, _zone.get())


def said(moment: datetime | None, form: str) -> str:
    """Return a moment in words, by the reader's clock; nothing for none. `form` is one of WITH_TIME."""
    return date_format(on_the_clock(moment), form) if moment is not None else ""
