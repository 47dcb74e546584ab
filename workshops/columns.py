"""What a file of attendance says: which heading means which column, in three languages, and whether a row is clear."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.blanks import Column
from core.vocabularies import Vocabulary

HEADINGS = {
    "session": ["session number", "number", "занятие", "номер занятия", "сессия", "номер сессии", "занятак",
                "нумар занятку", "нумар занятка", "сесія", "нумар сесіі"],
    "person": ["person code", "code", "e-mail", "email", "code or e-mail", "человек", "код", "почта", "код или почта",
               "чалавек", "пошта", "код або пошта"],
    "status": ["state", "статус", "состояние", "стан"],
    "minutes": ["минуты", "минут", "хвіліны", "хвілін"],
    "source": ["источник", "крыніца"],
    "device_time": ["time", "время", "час"],
}  # fmt: skip
# What a person calls the column.
NAMES = {
    "session": gettext_lazy("session number"),
    "person": gettext_lazy("code or e-mail"),
    "status": gettext_lazy("state"),
    "minutes": pgettext_lazy("heading of a column", "minutes"),
    "source": gettext_lazy("source"),
    "device_time": pgettext_lazy("heading of a column", "time"),
}
REQUIRED = ("session", "person", "status", "source")

# What the pages call them comes first.
_STATUSES = Vocabulary({
    "present": {
        "en": ("present",),
        "ru": ("присутствие", "присутствовал", "присутствовала"),
        "be": ("прысутнасць", "прысутнічаў", "прысутнічала"),
    },
    "late": {
        "en": ("late",),
        "ru": ("опоздание", "опоздал", "опоздала"),
        "be": ("спазненне", "спазніўся", "спазнілася"),
    },
    "left_early": {
        "en": ("left early",),
        "ru": ("ранний уход", "ушёл раньше", "ушла раньше"),
        "be": ("ранні сыход", "сышоў раней", "сышла раней"),
    },
    "excused": {"en": ("excused",), "ru": ("уважительная причина",), "be": ("уважлівая прычына",)},
    "absent": {
        "en": ("absent",),
        "ru": ("отсутствие", "отсутствовал", "отсутствовала"),
        "be": ("адсутнасць", "адсутнічаў", "адсутнічала"),
    },
    "not_recorded": {"en": ("not recorded",), "ru": ("не отмечено",), "be": ("не адзначана",)},
})  # fmt: skip
_SOURCES = Vocabulary({
    "facilitator": {"en": ("facilitator",), "ru": ("ведущий", "ведущая"), "be": ("вядоўца", "вядучы")},
    "qr": {"en": ("QR code",), "ru": ("QR-код",), "be": ("QR-код",)},
    "code": {"en": ("typed code",), "ru": ("введённый код",), "be": ("уведзены код",)},
    "badge": {"en": ("badge",), "ru": ("бейдж",), "be": ("бэйдж",)},
    "online": {"en": ("online log",), "ru": ("журнал онлайн-встречи",), "be": ("журнал анлайн-сустрэчы",)},
    "paper": {"en": ("paper",), "ru": ("бумажный журнал", "бумага"), "be": ("папяровы журнал", "папера")},
    "coordinator": {"en": ("coordinator",), "ru": ("координатор",), "be": ("каардынатар",)},
})  # fmt: skip

# An empty file of attendance, for those who fill one in.
BLANK_TITLE = gettext_lazy("Attendance")
BLANK = (
    Column(NAMES["session"], gettext_lazy("The number of the session in the programme."), "1", required=True),
    Column(
        NAMES["person"],
        gettext_lazy("The code of the person, as lists of the academy show it, or the e-mail."),
        "anna.ivanova@example.org",
        required=True,
    ),
    Column(
        NAMES["status"],
        gettext_lazy("What the register is to say."),
        gettext_lazy("late"),
        required=True,
        words=_STATUSES.by_language(),
    ),
    Column(
        NAMES["minutes"],
        gettext_lazy("Minutes that somebody who came late or left early was there. Empty: not known."),
        "30",
    ),
    Column(
        NAMES["source"],
        gettext_lazy("How it is known."),
        gettext_lazy("paper"),
        required=True,
        words=_SOURCES.by_language(),
    ),
    Column(
        NAMES["device_time"],
        gettext_lazy("When it was noted, by the clock of the workshop. Empty: at the end of the session."),
        "2026-03-09T09:30",
    ),
)

_MINUTES_OF_A_DAY = 24 * 60
_LONGEST_NUMBER = 9  # digits: longer words are no numbers here
# What is older or later is a slip, and may be out of reach of calendars.
_YEARS = range(2000, 2100)


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
        CellError(1, key, _("The file has no column “%(column)s”.") % {"column": NAMES[key]})
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
        status=_STATUSES.meaning(words["status"]) or "",
        source=_SOURCES.meaning(words["source"]) or "",
        minutes=int(words["minutes"]) if words.get("minutes") else None,
        device_time=_moment(words.get("device_time", "")),
    )


def _objections(words: dict[str, str]) -> list[tuple[str, str]]:
    found = []
    if not _is_number(words.get("session", ""), 1000):
        found.append(("session", _("“%(value)s” is no number of a session.")))
    if not words.get("person"):
        found.append(("person", _("The person is missing.")))
    if _STATUSES.meaning(words.get("status", "")) is None:
        found.append(("status", _("“%(value)s” is no state of a register.")))
    if _SOURCES.meaning(words.get("source", "")) is None:
        found.append(("source", _("“%(value)s” is no source of attendance.")))
    if words.get("minutes") and not _is_number(words["minutes"], _MINUTES_OF_A_DAY):
        found.append(("minutes", _("“%(value)s” is no number of minutes in a day.")))
    if words.get("device_time") and _moment(words["device_time"]) is None:
        found.append(("device_time", _("“%(value)s” is no time such as 2026-03-09T09:30.")))
    return found


def _is_number(word: str, highest: int) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= _LONGEST_NUMBER and int(word) <= highest


def _moment(word: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(word)
    except ValueError:
        return None
    return found if found.year in _YEARS else None
