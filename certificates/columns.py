"""What a list of paper certificates says: which heading means which column, and whether a row is clear."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.blanks import Column
from core.vocabularies import Vocabulary

HEADINGS = {
    "number": ["certificate number", "no", "номер", "номер сертификата", "нумар", "нумар сертыфіката"],
    "family_name": ["family name", "last name", "surname", "фамилия", "прозвішча"],
    "given_name": ["given name", "first name", "name", "имя", "імя"],
    "patronymic": ["middle name", "отчество", "імя па бацьку"],
    "agency": ["agency code", "организация", "код организации", "ведомство", "код ведомства", "арганізацыя",
               "код арганізацыі", "ведамства", "код ведамства"],
    "title": ["title of the course", "название", "тема", "назва", "тэма"],
    "kind": ["kind of certificate", "type", "вид", "вид сертификата", "від", "від сертыфіката"],
    "hours": ["academic hours", "часы", "часов", "академические часы", "гадзіны", "гадзін", "акадэмічныя гадзіны"],
    "first_day": ["from", "first day", "с", "начало", "первый день", "з", "пачатак", "першы дзень"],
    "last_day": ["to", "last day", "по", "окончание", "последний день", "па", "заканчэнне", "апошні дзень"],
    "issued": ["issued on", "date", "date of issue", "выдан", "дата выдачи", "дата", "выдадзены", "дата выдачы"],
    "scan": ["file", "scan file", "файл", "скан", "файл скана", "имя файла", "імя файла"],
}  # fmt: skip
# What a person calls the column.
NAMES = {
    "number": gettext_lazy("certificate number"),
    "family_name": gettext_lazy("family name"),
    "given_name": gettext_lazy("given name"),
    "patronymic": gettext_lazy("patronymic"),
    "agency": gettext_lazy("agency code"),
    "title": pgettext_lazy("heading of a column", "title"),
    "kind": pgettext_lazy("heading of a column", "kind of certificate"),
    "hours": gettext_lazy("academic hours"),
    "first_day": gettext_lazy("first day"),
    "last_day": gettext_lazy("last day"),
    "issued": gettext_lazy("date of issue"),
    "scan": gettext_lazy("scan file"),
}
REQUIRED = tuple(name for name in NAMES if name != "patronymic")

KINDS = Vocabulary({
    "completion": {"en": ("completion",), "ru": ("окончание", "завершение"), "be": ("заканчэнне", "завяршэнне")},
    "participation": {"en": ("participation",), "ru": ("участие",), "be": ("удзел",)},
    "achievement": {"en": ("achievement",), "ru": ("достижение",), "be": ("дасягненне",)},
})  # fmt: skip

_PRINTED = gettext_lazy("As it is printed on the certificate.")
_DAY = gettext_lazy("A day such as 2021-03-09 or 09.03.2021.")
# An empty list, for those who fill one in.
BLANK_TITLE = gettext_lazy("Paper certificates")
BLANK = (
    Column(NAMES["number"], _PRINTED, "117/2021", required=True),
    Column(NAMES["family_name"], _PRINTED, gettext_lazy("Ivanova"), required=True),
    Column(NAMES["given_name"], _PRINTED, gettext_lazy("Anna"), required=True),
    Column(NAMES["patronymic"], gettext_lazy("Empty if the person has none."), gettext_lazy("Petrovna")),
    Column(NAMES["agency"], gettext_lazy("The code of the agency at that time."), "CLINIC-1", required=True),
    Column(NAMES["title"], _PRINTED, gettext_lazy("Migration and health together"), required=True),
    Column(
        NAMES["kind"],
        gettext_lazy("What the certificate proves."),
        gettext_lazy("participation"),
        required=True,
        words=KINDS.by_language(),
    ),
    Column(NAMES["hours"], gettext_lazy("Hours of 45 minutes, halves too. Nothing counted: 0."), "16", required=True),
    Column(NAMES["first_day"], _DAY, "2021-03-09", required=True),
    Column(NAMES["last_day"], _DAY, "2021-03-10", required=True),
    Column(NAMES["issued"], _DAY, "2021-03-10", required=True),
    Column(NAMES["scan"], gettext_lazy("The name of the scan in the ZIP file."), "117-2021.pdf", required=True),
)

_LENGTHS = {
    "number": 60, "family_name": 100, "given_name": 100, "patronymic": 100, "agency": 40, "title": 300, "scan": 200,
}  # fmt: skip
_MINUTES_OF_AN_HOUR = 45
_MOST_HOURS = 2000
_DAYS = ("issued", "first_day", "last_day")
_POINTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
_EARLIEST = 1950
# A space and the letters of a name are fine at the start; these make a spreadsheet program calculate.
_FORMULA = re.compile(r"^[=+@\t\r]|^-\D")


@dataclass(frozen=True)
class CellError:
    """What is wrong with a row; `column` is a key of HEADINGS or empty."""

    line: int
    column: str
    message: str


@dataclass(frozen=True)
class PaperRow:
    """A certificate as the list says it. `minutes` are those of its academic hours."""

    line: int
    number: str
    family_name: str
    given_name: str
    patronymic: str
    agency: str
    title: str
    kind: str
    minutes: int
    first_day: date
    last_day: date
    issued: date
    scan: str

    @property
    def full_name(self) -> str:
        """Family name first, as certificates write it."""
        return " ".join(part for part in (self.family_name, self.given_name, self.patronymic) if part)


def missing_columns(found: Iterable[str]) -> list[CellError]:
    """Return an error for each column that every such file needs and this one lacks."""
    return [
        CellError(1, key, _("The file has no column “%(column)s”.") % {"column": NAMES[key]})
        for key in REQUIRED
        if key not in set(found)
    ]


def read_rows(records: Iterable[tuple[int, dict[str, str]]], *, today: date) -> tuple[list[PaperRow], list[CellError]]:
    """Understand rows of a list; returns those that are clear and what is wrong with the others.

    A number, and the name of a scan, stands in a list once.
    """
    rows: list[PaperRow] = []
    errors: list[CellError] = []
    seen: dict[tuple[str, str], int] = {}
    for line, values in records:
        # One form of each letter, so that й or ё never comes as two characters.
        words = {key: " ".join(unicodedata.normalize("NFC", value).split()) for key, value in values.items()}
        wrong = [
            CellError(line, column, message % {"value": words.get(column, "")[:80], "count": _LENGTHS.get(column, 0)})
            for column, message in [*_objections(words), *_objections_to_days(words, today)]
        ]
        wrong += _repeated(line, words, seen)
        errors += wrong
        if not wrong:
            rows.append(_row(line, words))
    return rows, errors


def _row(line: int, words: dict[str, str]) -> PaperRow:
    days: dict[str, Any] = {name: day for name in _DAYS if (day := _day(words[name]))}
    texts: dict[str, Any] = {name: words.get(name, "") for name in _LENGTHS}
    kind, minutes = KINDS.meaning(words["kind"]) or "", _minutes(words["hours"]) or 0
    return PaperRow(line=line, kind=kind, minutes=minutes, **texts, **days)


def _objections(words: dict[str, str]) -> list[tuple[str, str]]:
    found = [(key, _("This is missing.")) for key in REQUIRED if not words.get(key)]
    found += [
        (key, _("This is longer than %(count)d characters."))
        for key, longest in _LENGTHS.items()
        if len(words.get(key, "")) > longest
    ]
    found += [(key, _("“%(value)s” looks like a formula.")) for key in _LENGTHS if _FORMULA.match(words.get(key, ""))]
    if words.get("kind") and KINDS.meaning(words["kind"]) is None:
        found.append(("kind", _("“%(value)s” is none of completion, participation and achievement.")))
    if words.get("hours") and _minutes(words["hours"]) is None:
        found.append(("hours", _("“%(value)s” is no number of academic hours, in halves.")))
    return found


def _objections_to_days(words: dict[str, str], today: date) -> list[tuple[str, str]]:
    days = {name: _day(words.get(name, "")) for name in _DAYS}
    found = [
        (name, _("“%(value)s” is no day such as 2021-03-09.")) for name in _DAYS if words.get(name) and not days[name]
    ]
    issued, first, last = days["issued"], days["first_day"], days["last_day"]
    if first and last and last < first:
        found.append(("last_day", _("The last day is before the first.")))
    if issued and last and issued < last:
        found.append(("issued", _("The certificate would have been issued before the last day.")))
    if issued and issued >= today:
        found.append(("issued", _("Only certificates of earlier days are entered here.")))
    return found


def _repeated(line: int, words: dict[str, str], seen: dict[tuple[str, str], int]) -> list[CellError]:
    found = []
    for column, message in (
        ("number", _("Line %(line)d has the same number.")),
        ("scan", _("Line %(line)d has the same scan.")),
    ):
        if word := words.get(column, "").casefold():
            first = seen.setdefault((column, word), line)
            if first != line:
                found.append(CellError(line, column, message % {"line": first}))
    return found


def _minutes(word: str) -> int | None:
    """Return the minutes of a number of academic hours in halves, rounded up; None for another word.

    >>> _minutes("16"), _minutes("4,5"), _minutes("0"), _minutes("4.3"), _minutes("many")
    (720, 203, 0, None, None)
    """
    try:
        hours = Decimal(word.replace(",", "."))
    except InvalidOperation:
        return None
    if not hours.is_finite() or not 0 <= hours <= _MOST_HOURS or hours * 2 % 1:
        return None
    return int(hours * _MINUTES_OF_AN_HOUR + Decimal("0.5"))


def _day(word: str) -> date | None:
    """Return the day that a cell names; None for another word.

    >>> _day("2021-03-09"), _day("9.03.2021"), _day("31.02.2021"), _day("2021")
    (datetime.date(2021, 3, 9), datetime.date(2021, 3, 9), None, None)
    """
    pointed = _POINTED.fullmatch(word)
    try:
        found = date(*map(int, reversed(pointed.groups()))) if pointed else date.fromisoformat(word)
    except ValueError:
        return None
    return found if found.year >= _EARLIEST else None
