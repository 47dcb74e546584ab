"""What the rows of a table say, whichever database they are in: how they are told apart from others by a number.

Pure but for reading what it is given. Values are compared as Django prepares them, so that a date is the same date in
SQLite, which keeps words, and in PostgreSQL, which keeps dates.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
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
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    return str(value) if isinstance(value, UUID) else value


def prepared(fields: Sequence[Any], values: Iterable[Any]) -> list[Any]:
    """Return values of a row as their fields prepare them for any database."""
    return [field.get_prep_value(value) for field, value in zip(fields, values, strict=True)]
