"""The files of earlier years: their columns, what each cell may say, and reading them into rows.

UTF-8, comma, a header row; columns in any order, others are passed over. Times are those of the clock on the wall of
the workshop. Values in, values out.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from workshops.zones import is_zone

AGENCIES, PEOPLE, MEMBERSHIPS = "agencies.csv", "people.csv", "memberships.csv"
WORKSHOPS, SESSIONS, REGISTRATIONS = "workshops.csv", "sessions.csv", "registrations.csv"
ATTENDANCE, RESULTS = "attendance.csv", "results.csv"

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_KEY = re.compile(r"[^\s/?#%\\]{1,40}")
# What is older or later is a slip, and may be out of reach of calendars.
_YEARS = range(1950, 2101)
_MINUTES_OF_A_DAY = 24 * 60
_DAY_LENGTH = len("2026-03-09")


@dataclass(frozen=True)
class Fault:
    """What is wrong, in which file, line (0: the whole file) and column (or none)."""

    file: str
    line: int
    column: str
    message: str


@dataclass(frozen=True)
class Line:
    """A row: the line on which it begins and its values by column, as their types."""

    number: int
    values: Mapping[str, Any]


class _RefusedError(ValueError):
    """A cell that cannot be understood, with the sentence that says why."""


# --- Cells ----------------------------------------------------------------------------------------------------------
# Each reader takes a text that is not empty.


def _text(longest: int) -> Callable[[str], str]:
    def read(word: str) -> str:
        if len(word) > longest:
            raise _RefusedError(_("This is longer than %(count)d characters.") % {"count": longest})
        return word

    return read


def _code(word: str) -> str:
    if not _CODE.fullmatch(word):
        raise _RefusedError(_("“%(value)s” is no code: letters, digits, hyphens, at most 40.") % {"value": word[:80]})
    return word


def _key(word: str) -> str:
    if not _KEY.fullmatch(word):
        raise _RefusedError(_("“%(value)s” is no key: at most 40 characters without spaces.") % {"value": word[:80]})
    return word


def _one_of(*words: str) -> Callable[[str], str]:
    def read(word: str) -> str:
        if word not in words:
            said = {"value": word[:80], "words": ", ".join(words)}
            raise _RefusedError(_("“%(value)s” is none of these: %(words)s.") % said)
        return word

    return read


def _day(word: str) -> date:
    try:
        found = date.fromisoformat(word)
    except ValueError:
        found = None
    if found is None or found.year not in _YEARS:
        raise _RefusedError(_("“%(value)s” is no day such as 2021-03-09.") % {"value": word[:80]})
    return found


def _moment(word: str) -> datetime:
    try:
        found = datetime.fromisoformat(word)
    except ValueError:
        found = None
    if found is None or found.year not in _YEARS:
        raise _RefusedError(_("“%(value)s” is no time such as 2026-03-09T09:30.") % {"value": word[:80]})
    return found


def _end(word: str) -> datetime:
    """A day without a time ends at midnight."""
    found = _moment(word)
    return found.replace(hour=23, minute=59, second=59) if len(word) == _DAY_LENGTH else found


def _boolean(word: str) -> bool:
    if word.lower() not in {"true", "false"}:
        raise _RefusedError(_("“%(value)s” is neither true nor false.") % {"value": word[:80]})
    return word.lower() == "true"


def _number(lowest: int, highest: int) -> Callable[[str], int]:
    def read(word: str) -> int:
        plain = word.isascii() and word.isdigit() and len(word) <= len(str(highest))
        if not plain or not lowest <= int(word) <= highest:
            said = {"value": word[:80], "lowest": lowest, "highest": highest}
            raise _RefusedError(_("“%(value)s” is no whole number from %(lowest)d to %(highest)d.") % said)
        return int(word)

    return read


def _hundredths(word: str) -> int:
    """A mark, as whole hundredths."""
    try:
        found = Decimal(word)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or not 0 <= found <= 10_000:  # noqa: PLR2004 – no test has more
        raise _RefusedError(_("“%(value)s” is no mark from 0 to 10000.") % {"value": word[:80]})
    return int((found * 100).to_integral_value())


def _email(word: str) -> str:
    try:
        validate_email(word)
    except ValidationError as error:
        raise _RefusedError(_("“%(value)s” is no e-mail address.") % {"value": word[:80]}) from error
    return word.lower()


def _zone(word: str) -> str:
    if not is_zone(word):
        raise _RefusedError(_("%(zone)s is no time zone.") % {"zone": word[:80]})
    return word


# --- Columns --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Column:
    """A column: how its cells are read, and whether it must be there and filled. empty: the value of an empty cell."""

    name: str
    read: Callable[[str], Any]
    required: bool = True
    empty: Any = ""


def _maybe(name: str, read: Callable[[str], Any], empty: Any = "") -> Column:
    return Column(name, read, required=False, empty=empty)


@dataclass(frozen=True)
class FileKind:
    """A file: its columns, and those by which no two rows may be the same (none: they may)."""

    columns: tuple[Column, ...]
    once: tuple[str, ...] = ()
    optional: bool = False


_KINDS = (
    "state_authority",
    "regional_authority",
    "health_institution",
    "ngo",
    "international_organisation",
    "education",
)
_STATES = (
    *("nominated", "invited", "pending", "confirmed", "waitlisted", "offered"),
    *("lapsed", "rejected", "withdrawn", "replaced"),
)
_STATUSES = ("present", "late", "left_early", "excused", "absent", "not_recorded")
_SOURCES = ("facilitator", "qr", "code", "badge", "online", "paper", "coordinator")

FILES: Mapping[str, FileKind] = {
    AGENCIES: FileKind(
        (
            Column("code", _code),
            _maybe("parent", _code),
            Column("kind", _one_of(*_KINDS)),
            _maybe("region", _text(40)),
            Column("name_en", _text(200)),
            _maybe("name_ru", _text(200)),
            _maybe("name_be", _text(200)),
            _maybe("closed_on", _day, None),
            _maybe("successor", _code),
        ),
        once=("code",),
    ),
    PEOPLE: FileKind(
        (
            Column("key", _key),
            Column("family_name", _text(100)),
            Column("given_name", _text(100)),
            _maybe("patronymic", _text(100)),
            _maybe("name_latin", _text(200)),
            _maybe("sex", _one_of("female", "male", "undisclosed")),
            _maybe("email", _email),
            _maybe("language", _one_of("en", "ru", "be")),
        ),
        once=("key",),
    ),
    MEMBERSHIPS: FileKind(
        (
            Column("person", _key),
            Column("agency", _code),
            Column("from", _day),
            _maybe("to", _day, None),
            _maybe("post", _text(200)),
        ),
        once=("person", "agency", "from"),
    ),
    WORKSHOPS: FileKind(
        (
            Column("code", _code),
            Column("title_en", _text(200)),
            _maybe("title_ru", _text(200)),
            _maybe("title_be", _text(200)),
            Column("start", _moment),
            Column("end", _end),
            Column("zone", _zone),
        ),
        once=("code",),
    ),
    SESSIONS: FileKind(
        (
            Column("workshop", _code),
            Column("number", _number(1, 1000)),
            Column("title", _text(200)),
            Column("start", _moment),
            Column("end", _moment),
            Column("required", _boolean),
            Column("minutes", _number(1, _MINUTES_OF_A_DAY)),
            _maybe("track", _text(40)),
            _maybe("kind", _one_of("roundtable", "training", "council_meeting", "field_visit", "test")),
        ),
        once=("workshop", "number"),
    ),
    REGISTRATIONS: FileKind(
        (
            Column("workshop", _code),
            Column("person", _key),
            Column("agency", _code),
            Column("status", _one_of(*_STATES)),
            _maybe("confirmed_at", _moment, None),
            _maybe("withdrawn_at", _moment, None),
            _maybe("source", _one_of("nomination", "self", "walk_in")),
            _maybe("track", _text(40)),
        )
    ),
    ATTENDANCE: FileKind(
        (
            Column("workshop", _code),
            Column("session", _number(1, 1000)),
            Column("person", _key),
            Column("status", _one_of(*_STATUSES)),
            _maybe("minutes", _number(0, _MINUTES_OF_A_DAY), None),
            Column("source", _one_of(*_SOURCES)),
            _maybe("device_time", _moment, None),
        )
    ),
    RESULTS: FileKind(
        (
            Column("workshop", _code),
            Column("person", _key),
            Column("phase", _one_of("pre", "post")),
            Column("form", _one_of("A", "B")),
            Column("mark", _hundredths),
            Column("max", _hundredths),
        ),
        optional=True,
    ),
}


# --- Reading --------------------------------------------------------------------------------------------------------
def read_folder(contents: Mapping[str, bytes]) -> tuple[dict[str, list[Line]], list[Fault]]:
    """Read the files that a folder has, by name. Returns rows by file, and everything that is wrong with any of them.

    >>> rows, faults = read_folder({"people.csv": b"key,family_name,given_name,sex\\np1,Ivanova,Anna,f\\n"})
    >>> [(each.line, each.column, each.message) for each in faults if each.file == "people.csv"]
    [(2, 'sex', '“f” is none of these: female, male, undisclosed.')]
    """
    rows: dict[str, list[Line]] = {name: [] for name in FILES}
    faults: list[Fault] = []
    for name, kind in FILES.items():
        if name in contents:
            rows[name], wrong = _read(name, kind, contents[name])
            faults += wrong
        elif not kind.optional:
            faults.append(Fault(name, 0, "", _("The file is missing.")))
    return rows, faults


def _read(name: str, kind: FileKind, content: bytes) -> tuple[list[Line], list[Fault]]:
    try:
        numbered = list(_numbered(content.decode("utf-8-sig")))
    except UnicodeDecodeError:
        return [], [Fault(name, 0, "", _("The file is not written in UTF-8."))]
    except csv.Error as error:
        return [], [Fault(name, 0, "", _("The file is no CSV: %(reason)s.") % {"reason": error})]
    if not numbered:
        return [], [Fault(name, 0, "", _("The file is empty."))]
    headings = [heading.strip().lower() for heading in numbered[0][1]]
    missing = [each.name for each in kind.columns if each.required and each.name not in headings]
    if missing:
        message = _("The file has no column “%(column)s”.")
        return [], [Fault(name, numbered[0][0], column, message % {"column": column}) for column in missing]
    places = {each: headings.index(each.name) if each.name in headings else None for each in kind.columns}
    lines: list[Line] = []
    faults: list[Fault] = []
    for number, cells in numbered[1:]:
        values, wrong = _values(places, cells)
        faults += [Fault(name, number, column, message) for column, message in wrong]
        if not wrong:
            lines.append(Line(number, values))
    return lines, faults + _repeated(name, kind, lines)


def _numbered(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, with the line on which each begins."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield begins, cells
        begins = reader.line_num + 1


def _values(places: Mapping[Column, int | None], cells: list[str]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    values: dict[str, Any] = {}
    wrong: list[tuple[str, str]] = []
    for column, place in places.items():
        word = cells[place].strip() if place is not None and place < len(cells) else ""
        try:
            values[column.name] = _value(column, word)
        except _RefusedError as refused:
            wrong.append((column.name, str(refused)))
    return values, wrong


def _value(column: Column, word: str) -> Any:
    if word:
        return column.read(word)
    if column.required:
        raise _RefusedError(_("This must not be empty."))
    return column.empty


def _repeated(name: str, kind: FileKind, lines: Iterable[Line]) -> list[Fault]:
    """Rows that name what a row above names."""
    if not kind.once:
        return []
    seen: dict[tuple[Any, ...], int] = {}
    faults = []
    for line in lines:
        first = seen.setdefault(tuple(line.values[column] for column in kind.once), line.number)
        if first != line.number:
            message = _("Line %(line)d names the same already.") % {"line": first}
            faults.append(Fault(name, line.number, kind.once[-1], message))
    return faults
