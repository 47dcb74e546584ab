"""What the rows of a table say, whichever database they are in: how they are told apart from others by a number.

Pure but for reading what it is given. Values are compared as Django prepares them, so that a date is the same date in
SQLite, which keeps words, and in PostgreSQL, which keeps dates.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID


class Summed:
    """A count of rows and a SHA-256 over them, in the order in which they come."""

    def __init__(self) -> None:
        self.count = 0
        self._running = hashlib.sha256()

    def add(self, row: Sequence[Any]) -> None:
        """Add a row; its values as `prepared` gives them."""
        self.count += 1
        self._running.update(json.dumps([plain(value) for value in row], sort_keys=True, ensure_ascii=False).encode())
        self._running.update(b"\n")

    @property
    def sha256(self) -> str:
        return self._running.hexdigest()


def plain(value: Any) -> Any:
    """Return a value as JSON has it, the same for equal values of either database.

    >>> plain(datetime(2026, 3, 9, 12, tzinfo=UTC)), plain(Decimal("1.50")), plain(b"a"), plain({"b": [None, True]})
    ('2026-03-09T12:00:00+00:00', '1.5', '61', {'b': [None, True]})
    """
    for kinds, write in _WRITTEN:
        if isinstance(value, kinds):
            return write(value)
    return value


# A moment is a day as well, so that it comes first.
_WRITTEN: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (dict, lambda value: {str(key): plain(each) for key, each in value.items()}),
    ((list, tuple), lambda value: [plain(each) for each in value]),
    (datetime, lambda value: value.astimezone(UTC).isoformat()),
    ((date, time), lambda value: value.isoformat()),
    (timedelta, timedelta.total_seconds),
    (Decimal, lambda value: format(value.normalize(), "f")),
    ((bytes, bytearray, memoryview), lambda value: bytes(value).hex()),
    (UUID, str),
)


def prepared(fields: Sequence[Any], values: Iterable[Any]) -> list[Any]:
    """Return values of a row as their fields prepare them for any database."""
    return [field.get_prep_value(value) for field, value in zip(fields, values, strict=True)]
