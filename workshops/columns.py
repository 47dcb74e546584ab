"""What a file of attendance says: which heading means which column, in three languages, and whether a row is clear."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

HEADINGS = {
    "session": ["session number", "number", "сессия", "номер сессии", "сесія", "нумар сесіі"],
    "person": ["person code", "code", "e-mail", "email", "человек", "код", "почта", "чалавек", "пошта"],
    "status": ["state", "статус", "состояние", "стан"],
    "minutes": ["минуты", "минут", "хвіліны", "хвілін"],
    "source": ["источник", "крыніца"],
    "device_time": ["time", "время", "час"],
}
REQUIRED = ("session", "person", "status", "source")

_STATUSES = {"present", "late", "left_early", "excused", "absent", "not_recorded"}
_SOURCES = {"facilitator", "qr", "code", "badge", "online", "paper", "coordinator"}
_MINUTES_OF_A_DAY = 24 * 60


@dataclass(frozen=True)
class AttendanceRow:
    """A row as the file says it. `person` is a public code or an e-mail in lower case; `device_time` may be local."""

    line: int
    session: int
    person: str
    status: str
    source: str
    minutes: int | None = None
    device_time: datetime | None = None


@dataclass(frozen=True)
class CellError:
    """What is wrong with a row; `column` is a key of HEADINGS or empty."""

    line: int
    column: str
    message: str


def missing_columns(found: Iterable[str]) -> list[CellError]:
    """Return an error for each column that every such file needs and this one lacks."""
    return [
        CellError(1, key, _("The file has no column “%(column)s”.") % {"column": key})
        for key in REQUIRED
        if key not in set(found)
    ]


def read_rows(records: Iterable[tuple[int, dict[str, str]]]) -> tuple[list[AttendanceRow], list[CellError]]:
    """Understand rows of attendance; returns those that are clear and what is wrong with the others.

    >>> read_rows([(2, {"session": "1", "person": "A@example.org", "status": "left early", "source": "paper"})])
    ([AttendanceRow(line=2, session=1, person='a@example.org', status='left_early', source='paper', minutes=None, \
device_time=None)], [])
    """
    rows: list[AttendanceRow] = []
    errors: list[CellError] = []
    for line, values in records:
        words = {key: value.strip() for key, value in values.items()}
        wrong = [
            CellError(line, column, message % {"value": words.get(column, "")[:80]})
            for column, message in _objections(words)
        ]
        errors += wrong
        if not wrong:
            rows.append(_row(line, words))
    return rows, errors


def _row(line: int, words: dict[str, str]) -> AttendanceRow:
    return AttendanceRow(
        line=line,
        session=int(words["session"]),
        person=words["person"].lower(),
        status=_code(words["status"]),
        source=_code(words["source"]),
        minutes=int(words["minutes"]) if words.get("minutes") else None,
        device_time=_moment(words.get("device_time", "")),
    )


def _objections(words: dict[str, str]) -> list[tuple[str, str]]:
    found = []
    if not _is_number(words.get("session", ""), 1000):
        found.append(("session", _("“%(value)s” is no number of a session.")))
    if not words.get("person"):
        found.append(("person", _("The person is missing.")))
    if _code(words.get("status", "")) not in _STATUSES:
        found.append(("status", _("“%(value)s” is no state of a register.")))
    if _code(words.get("source", "")) not in _SOURCES:
        found.append(("source", _("“%(value)s” is no source of attendance.")))
    if words.get("minutes") and not _is_number(words["minutes"], _MINUTES_OF_A_DAY):
        found.append(("minutes", _("“%(value)s” is no number of minutes in a day.")))
    if words.get("device_time") and _moment(words["device_time"]) is None:
        found.append(("device_time", _("“%(value)s” is no time such as 2026-03-09T09:30.")))
    return found


def _code(word: str) -> str:
    return "_".join(word.lower().replace("_", " ").split())


def _is_number(word: str, highest: int) -> bool:
    return word.isascii() and word.isdigit() and int(word) <= highest


def _moment(word: str) -> datetime | None:
    try:
        return datetime.fromisoformat(word)
    except ValueError:
        return None
