"""Logs of online meetings, from whatever program: who was there under which name, from when to when.

Programs write their logs for themselves: with paragraphs above the list and further lists below it, with times of
twelve hours and months before days. What cannot be guessed is asked; nothing is calculated from what cannot be read.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy

from core.encodings import UndecodableError, decoded
from core.folding import fold
from core.spreadsheets import Limits, Row, Table, read_table

LIMITS = Limits(
    size=1024 * 1024,
    rows=3000,
    columns=20,
    too_big=gettext_lazy("The log is larger than 1 MB."),
    too_long=gettext_lazy("The log has more than 3,000 rows."),
)

NAME, FAMILY_NAME, EMAIL, JOINED, LEFT, DURATION = "name", "family_name", "email", "joined", "left", "duration"
# Headings of Zoom, Teams, Meet, Webex, BigBlueButton and of people who write such lists themselves.
HEADINGS: Mapping[str, Sequence[str]] = {
    NAME: (
        "full name", "user name", "display name", "participant", "first name", "name (original name)", "user",
        "имя", "фио", "участник", "имя участника", "имя пользователя", "имя (настоящее имя)", "имя (исходное имя)",
        "полное имя", "імя", "імя ўдзельніка", "удзельнік", "поўнае імя",
    ),
    FAMILY_NAME: ("last name", "surname", "фамилия", "прозвішча"),
    EMAIL: (
        "e-mail", "user email", "email address", "attendee email", "participant email", "почта", "электронная почта",
        "адрес электронной почты", "эл почта", "адрес эл почты", "пошта", "электронная пошта",
        "адрас электроннай пошты",
    ),
    JOINED: (
        "join time", "joined at", "time joined", "first join", "first join time", "start time", "join",
        "время входа", "время подключения", "время присоединения", "первое присоединение", "вход", "вошел",
        "час уваходу", "час далучэння", "уваход", "першае далучэнне",
    ),
    LEFT: (
        "leave time", "left at", "time exited", "last leave", "last leave time", "end time", "leave", "exit time",
        "время выхода", "время отключения", "последний выход", "выход", "вышел",
        "час выхаду", "час адключэння", "выхад", "апошні выхад",
    ),
    DURATION: (
        "duration (minutes)", "in meeting duration", "in-meeting duration", "attendance duration", "minutes",
        "total duration (minutes)", "time in session (minutes)", "длительность", "длительность (минуты)",
        "продолжительность", "продолжительность (минуты)", "продолжительность (в минутах)", "минуты", "минут",
        "працягласць", "працягласць (хвіліны)", "хвіліны",
    ),
}  # fmt: skip

# Lists of several parts number their headings: "3. In-Meeting Activities".
_PART = re.compile(r"\d+\. \S")
_SIGNS = ";,\t"
# So many lines may stand above the list: what the meeting was, who called it.
_ABOVE = 100
_SPACES = re.compile(r"[\s\u202f\u00a0]+")
_ORIGINAL_NAME = re.compile(r"[(\[][^)\]]*[)\]]")
_MERIDIEM = re.compile(r"\b([ap])\.?m\.?$", re.IGNORECASE)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?")
_YEAR_FIRST = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})([-./])(\d{1,2})[-./](\d{4}|\d{2})")
_AMOUNT = re.compile(r"(\d+)\s*([^\W\d]*)")
_NOON = 12
_CENTURY = 100
_LETTERS_OF_UNITS = {"h": 3600, "ч": 3600, "г": 3600, "m": 60, "м": 60, "х": 60, "s": 1, "с": 1}

Interval = tuple[datetime, datetime]


@dataclass(frozen=True)
class Entry:
    """A row of a log: who was seen, and from when to when in UTC.

    A row that cannot be used says why in `problem` (a key of PROBLEMS) and what it has instead in `said`.
    """

    line: int
    name: str
    email: str = ""
    joined: datetime | None = None
    left: datetime | None = None
    problem: str = ""
    said: str = ""

    @property
    def key(self) -> str:
        """By what somebody is known in all logs of a workshop: the e-mail, or else the folded name."""
        return self.email or fold(self.name)


# --- The file --------------------------------------------------------------------------------------------------------


def read_log(content: bytes) -> Table:
    """Return the list of participants in a file, without what stands above and below it.

    Of several lists the last one counts: it is the one that tells every coming and going. A file whose headings are
    all unknown is a table from its first row. Raises UnreadableError with a sentence for the person.

    >>> read_log("Тема;Планёрка\\n\\nИмя;Время входа;Время выхода\\nАнна;9:00;10:00\\n".encode("cp1251"))
    Table(headings=('Имя', 'Время входа', 'Время выхода'), rows=(Row(line=4, cells=('Анна', '9:00', '10:00')),))
    """
    table = read_table(_from_the_list_on(content), LIMITS)
    rows = [Row(0, table.headings), *table.rows]
    lists = [at for at, row in enumerate(rows) if _is_heading(row.cells)]
    if not lists:
        return table
    first = lists[-1]
    below = rows[first + 1 :]
    end = next((at for at, row in enumerate(below) if len(row.cells) == 1 and _PART.match(row.cells[0])), len(below))
    return Table(rows[first].cells, tuple(below[:end]))


def guessed(headings: Sequence[str]) -> dict[str, int]:
    """Return which column is what, as far as the headings say it.

    >>> guessed(("Name (Original Name)", "User Email", "Join Time", "Leave Time", "Duration (Minutes)", "Guest"))
    {'name': 0, 'email': 1, 'joined': 2, 'left': 3, 'duration': 4}
    """
    return Table(tuple(headings), ()).columns(HEADINGS)


def _from_the_list_on(content: bytes) -> bytes:
    """A text with its lines above the list left empty, so that the list says which sign parts its columns."""
    if content.startswith(b"PK\x03\x04") or len(content) > LIMITS.size:
        return content
    try:
        lines = decoded(content).splitlines()
    except UndecodableError:
        return content
    split = ([cell.strip(' "') for cell in line.split(sign)] for line in lines[:_ABOVE] for sign in _SIGNS)
    first = next((at // len(_SIGNS) for at, cells in enumerate(split) if _is_heading(cells)), 0)
    return "\n".join([*[""] * first, *lines[first:]]).encode()


def _is_heading(cells: Sequence[str]) -> bool:
    found = guessed(cells)
    return bool({NAME, EMAIL} & set(found)) and bool({JOINED, LEFT, DURATION} & set(found))


# --- Rows ------------------------------------------------------------------------------------------------------------


def read_entries(table: Table, columns: Mapping[str, int], *, day: date, zone: str) -> list[Entry]:
    """Understand every row of a log; `day` is that of the session, `zone` where the clock of the log hangs.

    A row without a moment of leaving but with a duration left after that. Rows that cannot be used stay, with the
    reason.
    """
    return [_entry(line, values, day, zone) for line, values in table.records(columns)]


def _entry(line: int, values: Mapping[str, str], day: date, zone: str) -> Entry:
    name = " ".join(values.get(key, "") for key in (FAMILY_NAME, NAME) if values.get(key))
    email = values.get(EMAIL, "").strip().lower()
    said = {key: values.get(key, "").strip() for key in (JOINED, LEFT, DURATION)}
    joined = moment(said[JOINED], day=day, zone=zone)
    left = moment(said[LEFT], day=day, zone=zone)
    if not said[LEFT] and joined is not None and (there := duration(said[DURATION])) is not None:
        left = _after(joined, there)
    problem, word = _problem(name or email, joined, left, said)
    return Entry(line, _SPACES.sub(" ", name).strip()[:200], email[:254], joined, left, problem, word[:80])


def _after(moment: datetime, there: timedelta) -> datetime | None:
    try:
        return moment + there
    except OverflowError:
        return None


def _problem(who: str, joined: datetime | None, left: datetime | None, said: Mapping[str, str]) -> tuple[str, str]:
    if not who.strip():
        return "nobody", ""
    if joined is None:
        return "joined", said[JOINED]
    if left is None:
        return "left", said[LEFT] or said[DURATION]
    if left < joined:
        return "order", said[LEFT]
    return "", ""


def moment(text: str, *, day: date, zone: str) -> datetime | None:
    """Return a moment in UTC as logs write it; None for what cannot be read.

    A time without a day is of `day`. Where day and month can be told in two ways, the nearer one to `day` is meant. A
    time without a zone is what a clock in `zone` showed.

    >>> read = lambda text: moment(text, day=date(2026, 3, 9), zone="Europe/Minsk")
    >>> words = ("03/09/2026 09:05:00 AM", "9/3/26, 9:05:00\u202fam", "09.03.2026 9:05", "2026-03-09T06:05:00Z", "9:05")
    >>> {str(read(text)) for text in words}
    {'2026-03-09 06:05:00+00:00'}
    >>> read("12:30 PM").isoformat(), read("12:30 AM").isoformat(), read("yesterday"), read("25:00")
    ('2026-03-09T09:30:00+00:00', '2026-03-08T21:30:00+00:00', None, None)
    """
    words = _SPACES.sub(" ", text).strip().removeprefix('="').removesuffix('"').strip()
    try:
        exact = datetime.fromisoformat(words)
        if _CLOCK.search(words):
            return _in_utc(exact, zone)
    except ValueError:
        pass
    clock = _clock(words)
    on = _day(words, day)
    return None if clock is None or on is None else _in_utc(datetime.combine(on, clock), zone)


def _in_utc(said: datetime, zone: str) -> datetime | None:
    try:
        return (said if said.tzinfo else said.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _clock(words: str) -> time | None:
    found = _CLOCK.search(words)
    if found is None:
        return None
    hour, minute, second = (int(part or 0) for part in found.groups())
    half = _MERIDIEM.search(words)
    if half is not None:
        hour = hour % _NOON + (_NOON if half[1].lower() == "p" else 0) if 1 <= hour <= _NOON else _CENTURY
    try:
        return time(hour, minute, second)
    except ValueError:
        return None


def _day(words: str, day: date) -> date | None:
    """The day that is written, `day` itself where none is; None where there is no such day."""
    if found := _YEAR_FIRST.search(words):
        year, month, number = map(int, found.groups())
        candidates = [(year, month, number)]
    elif found := _YEAR_LAST.search(words):
        one, sign, two, year = int(found[1]), found[2], int(found[3]), int(found[4])
        year += 20 * _CENTURY if year < _CENTURY else 0
        # Full stops stand in dates that begin with the day.
        candidates = [(year, two, one), *([(year, one, two)] if sign != "." else [])]
    else:
        return day
    possible = [each for candidate in candidates if (each := _date(*candidate)) is not None]
    return min(possible, key=lambda each: abs(each - day), default=None)


def _date(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None


def duration(text: str) -> timedelta | None:
    """Return how long somebody was there; a number without a unit is of minutes.

    >>> [str(duration(text)) for text in ("53", "1h 2m 3s", "1:02:03", "1 ч 2 мин 3 с", "53 min", "long")]
    ['0:53:00', '1:02:03', '1:02:03', '1:02:03', '0:53:00', 'None']
    """
    if clock := _CLOCK.fullmatch(text.strip()):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return timedelta(hours=hours, minutes=minutes, seconds=seconds)
    amounts = _AMOUNT.findall(text.lower())
    seconds_of = [_LETTERS_OF_UNITS.get(unit[:1] or "m") for _number, unit in amounts]
    if not amounts or None in seconds_of:
        return None
    seconds = sum(int(number[:6]) * (each or 0) for (number, _unit), each in zip(amounts, seconds_of, strict=True))
    return timedelta(seconds=seconds)


# --- Time ------------------------------------------------------------------------------------------------------------


def united(intervals: Iterable[Interval]) -> list[Interval]:
    """Return the union of intervals, in their order, none touching another: two devices at once count once.

    >>> at = lambda minute: datetime(2026, 3, 9, 9, minute, tzinfo=UTC)
    >>> [(since.minute, until.minute) for since, until in united([(at(20), at(30)), (at(0), at(10)), (at(5), at(15))])]
    [(0, 15), (20, 30)]
    """
    found: list[Interval] = []
    for since, until in sorted(intervals):
        if found and since <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], until))
        else:
            found.append((since, until))
    return found


def minutes_within(intervals: Iterable[Interval], starts_at: datetime, ends_at: datetime) -> int:
    """Return the whole minutes that the union of intervals covers of a session.

    >>> at = lambda hour, minute: datetime(2026, 3, 9, hour, minute, tzinfo=UTC)
    >>> minutes_within([(at(8, 50), at(9, 30)), (at(9, 20), at(9, 40)), (at(10, 0), at(12, 0))], at(9, 0), at(10, 30))
    70
    """
    clipped = [(max(since, starts_at), min(until, ends_at)) for since, until in intervals]
    there = sum((until - since for since, until in united(each for each in clipped if each[0] < each[1])), timedelta())
    return int(there.total_seconds() // 60)


# --- Names -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Known:
    """Somebody who may be meant: who (a key of the caller), the names one may go by, each as words, and the e-mail."""

    who: int
    family_name: str
    given_name: str
    patronymic: str = ""
    latin: str = ""
    email: str = ""


def meant(name: str, email: str, people: Iterable[Known]) -> list[int]:
    """Return who is meant by a name or address in a log: by the address, else by family and given name.

    Several, when more than one has these names and no patronymic tells them apart. Order of words, case, ё/е, what
    stands in brackets and further words make no difference.

    >>> anna = Known(1, "Ковалёва", "Анна", "Петровна", "Anna Kovaleva", "anna@example.org")
    >>> namesake = Known(2, "Ковалева", "Анна", "Ивановна")
    >>> meant("iPhone", "anna@example.org", [anna, namesake]), meant("Anna KOVALEVA (Минск)", "", [anna, namesake])
    ([1], [1])
    >>> meant("Анна Ковалева", "", [anna, namesake]), meant("Ковалева Анна Ивановна", "", [anna, namesake])
    ([1, 2], [2])
    """
    known = list(people)
    by_address = [each.who for each in known if email and each.email == email]
    if by_address:
        return by_address
    for words in (_words(_ORIGINAL_NAME.sub(" ", name)), _words(name)):
        named = [each for each in known if _goes_by(each, words)]
        exact = [each for each in named if each.patronymic and _words(each.patronymic) <= words]
        if named:
            return [each.who for each in (exact if len(exact) == 1 else named)]
    return []


def _goes_by(person: Known, words: set[str]) -> bool:
    own = _words(f"{person.family_name} {person.given_name}")
    latin = _words(person.latin)
    return (bool(own) and own <= words) or (bool(latin) and latin <= words)


def _words(text: str) -> set[str]:
    return set(re.findall(r"[\w'-]+", fold(text)))
