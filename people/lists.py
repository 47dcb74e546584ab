"""What a list with people and their memberships says: more columns than a roster has, in three languages.

The same shape goes out and comes in, so that an export may be mended in a spreadsheet and sent back.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.blanks import Column
from core.files import unharmed
from people import columns
from people.columns import RowError, errors_of, language_code, repeated

HEADINGS = {
    "code": ["person code", "code of the person", "public code", "код человека", "код чалавека"],
    **columns.HEADINGS,
    "name_latin": ["name in latin script", "latin name", "имя латиницей", "імя лацінкай"],
    "sex": ["gender", "пол"],
    "since": ["in the agency since", "member since", "from", "в ведомстве с", "у ведамстве з"],
    "until": ["in the agency until", "member until", "to", "в ведомстве по", "у ведамстве па"],
}
NAMES = {
    "code": gettext_lazy("code of the person"),
    **columns.NAMES,
    "name_latin": gettext_lazy("name in Latin script"),
    "sex": gettext_lazy("sex"),
    "since": gettext_lazy("in the agency since"),
    "until": gettext_lazy("in the agency until"),
}
# The words of an export, and those that the list of a spreadsheet offers.
SEX_WORDS = {
    "en": {"female": "female", "male": "male", "undisclosed": "undisclosed"},
    "ru": {"female": "женский", "male": "мужской", "undisclosed": "не указано"},
    "be": {"female": "жаночы", "male": "мужчынскі", "undisclosed": "не пазначана"},
}
LANGUAGE_WORDS = {
    "en": {"en": "English", "ru": "Russian", "be": "Belarusian"},
    "ru": {"en": "английский", "ru": "русский", "be": "белорусский"},
    "be": {"en": "англійская", "ru": "руская", "be": "беларуская"},
}
_SEXES = {
    "female": {"f", "ж", "женщина", "жен", "жанчына"},
    "male": {"m", "м", "мужчина", "муж", "мужчына"},
    "undisclosed": set(),
}
for _words in SEX_WORDS.values():
    for _sex, _word in _words.items():
        _SEXES[_sex] |= {_sex, _word}

TITLE = gettext_lazy("People and memberships")
_DAY = gettext_lazy("A day as 2026-03-09 or 09.03.2026.")
_KNOWN = dict(zip(columns.HEADINGS, columns.BLANK, strict=True))
# In the order in which they stand in a file.
COLUMNS: Mapping[str, Column] = {
    "code": Column(
        NAMES["code"],
        gettext_lazy("From an export of the Academy. Leave it as it is; empty for whoever is not known yet."),
        "",
    ),
    **{name: _KNOWN[name] for name in ("family_name", "given_name", "patronymic")},
    "name_latin": Column(NAMES["name_latin"], columns.ON_CERTIFICATES, "Anna Ivanova"),
    "sex": Column(
        NAMES["sex"],
        gettext_lazy("Only if the person agrees. Empty: as it is."),
        gettext_lazy("female"),
        words={language: list(words.values()) for language, words in SEX_WORDS.items()},
    ),
    **{name: _KNOWN[name] for name in ("email", "language", "agency", "post")},
    "since": Column(NAMES["since"], _DAY, "2026-03-09"),
    "until": Column(NAMES["until"], _DAY, ""),
}


@dataclass(frozen=True)
class ListRow:
    """A person and the membership as a list names them. Empty means not said."""

    line: int
    family_name: str
    given_name: str
    code: str = ""
    patronymic: str = ""
    name_latin: str = ""
    sex: str = ""
    email: str = ""
    language: str = ""
    agency: str = ""
    post: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def full_name(self) -> str:
        """Family name first, as registers and orders write it."""
        return " ".join(filter(None, (self.family_name, self.given_name, self.patronymic)))

    def as_json(self) -> dict[str, Any]:
        """What the row says, as it is stored; the line stands beside it."""
        said = {name: value for name, value in asdict(self).items() if value and name != "line"}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in said.items()}

    @classmethod
    def from_json(cls, line: int, said: Mapping[str, Any]) -> "ListRow":
        """The row that was stored."""
        days = {name: date.fromisoformat(said[name]) for name in ("since", "until") if name in said}
        known = {each.name for each in fields(cls)}
        return cls(line=line, **{name: value for name, value in {**said, **days}.items() if name in known})


def read_list(records: Iterable[tuple[int, dict[str, str]]]) -> tuple[list[ListRow], list[RowError]]:
    """Understand the rows of a list; returns those that are fine and what is wrong with the others.

    >>> row = {"family_name": "Иванова", "given_name": "Анна", "sex": "Ж", "since": "09.03.2026"}
    >>> rows, errors = read_list([(2, row)])
    >>> rows[0].sex, rows[0].since, errors
    ('female', datetime.date(2026, 3, 9), [])
    """
    rows: list[ListRow] = []
    errors: list[RowError] = []
    emails: dict[str, int] = {}
    codes: dict[str, int] = {}
    for line, values in records:
        said = {key: " ".join(unicodedata.normalize("NFC", value).split()) for key, value in values.items()}
        wrong = errors_of(line, values) + repeated(line, values, emails)
        wrong += _not_understood(line, said) + _code_repeated(line, said, codes)
        errors += wrong
        if not wrong:
            rows.append(_row(line, said))
    return rows, errors


def day_of(text: str) -> date | None:
    """Return the day that a text names, in either way of writing it; None for anything else.

    >>> day_of("2026-03-09"), day_of("9.3.2026"), day_of("31.02.2026")
    (datetime.date(2026, 3, 9), datetime.date(2026, 3, 9), None)
    """
    parts = text.split(".") if "." in text else list(reversed(text.split("-")))
    try:
        day, month, year = (int(part) for part in parts)
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None


def sex_code(word: str) -> str | None:
    """Return female, male or undisclosed for a word in any language; empty for nothing, None for another word."""
    plain = word.strip().casefold().rstrip(".")
    return next((code for code, words in _SEXES.items() if plain in words), None if plain else "")


def _row(line: int, said: Mapping[str, str]) -> ListRow:
    texts: dict[str, Any] = {name: unharmed(value) for name, value in said.items()}
    texts["email"] = texts.get("email", "").lower()
    texts["language"] = language_code(texts.get("language", "")) or ""
    texts["sex"] = sex_code(texts.get("sex", "")) or ""
    texts |= {name: day_of(said.get(name, "")) for name in ("since", "until")}
    return ListRow(line=line, **texts)


def _not_understood(line: int, said: Mapping[str, str]) -> list[RowError]:
    wrong = []
    if sex_code(said.get("sex", "")) is None:
        words = _("“%(value)s” is none of the words female, male and undisclosed.")
        wrong.append(RowError(line, "sex", words % {"value": said["sex"][:80]}))
    for name in ("since", "until"):
        text = said.get(name, "")
        if text and day_of(text) is None:
            words = _("“%(value)s” is no day. Write it as 2026-03-09 or 09.03.2026.")
            wrong.append(RowError(line, name, words % {"value": text[:80]}))
    return wrong


def _code_repeated(line: int, said: Mapping[str, str], seen: dict[str, int]) -> list[RowError]:
    """A code is one person's, so it stands in a file once."""
    code = said.get("code", "")
    first = seen.setdefault(code, line) if code else line
    return [] if first == line else [RowError(line, "code", _("Line %(line)d has the same code.") % {"line": first})]
