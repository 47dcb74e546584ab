"""What a roster says: which heading means which column, in three languages, and whether a row can be understood."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.blanks import Column

HEADINGS = {
    "family_name": ["family name", "last name", "surname", "фамилия", "прозвішча"],
    "given_name": ["given name", "first name", "name", "имя", "імя"],
    "patronymic": ["middle name", "отчество", "імя па бацьку"],
    "email": ["e-mail", "mail", "e-mail address", "почта", "электронная почта", "эл. почта", "пошта", "эл. пошта",
              "электронная пошта", "адрес электронной почты", "адрас электроннай пошты"],
    "post": ["position", "job title", "должность", "пасада"],
    "agency": ["agency code", "organisation", "organization", "ведомство", "код ведомства", "организация",
               "ведамства", "код ведамства", "арганізацыя"],
    "language": ["preferred language", "язык", "мова"],
}  # fmt: skip
# What a person calls the column.
NAMES = {
    "family_name": gettext_lazy("family name"),
    "given_name": gettext_lazy("given name"),
    "patronymic": gettext_lazy("patronymic"),
    "email": gettext_lazy("e-mail"),
    "post": gettext_lazy("post"),
    "agency": gettext_lazy("agency"),
    "language": gettext_lazy("language"),
}
REQUIRED = ("family_name", "given_name")

# An empty list of people, for those who fill one in.
ON_CERTIFICATES = gettext_lazy("As it is to stand on the certificate.")
BLANK_TITLE = gettext_lazy("People")
BLANK = (
    Column(NAMES["family_name"], ON_CERTIFICATES, gettext_lazy("Ivanova"), required=True),
    Column(NAMES["given_name"], ON_CERTIFICATES, gettext_lazy("Anna"), required=True),
    Column(NAMES["patronymic"], gettext_lazy("Empty if the person has none."), gettext_lazy("Petrovna")),
    Column(
        NAMES["email"],
        gettext_lazy(
            "The person’s own address, on one row only: the same address is the same person. Without one the person "
            "gets no mail and cannot sign in."
        ),
        "anna.ivanova@example.org",
    ),
    Column(NAMES["post"], gettext_lazy("The post in the agency."), gettext_lazy("district doctor")),
    Column(
        NAMES["agency"],
        gettext_lazy("The code of the agency. Empty: the agency that you choose when you send the file."),
        "CLINIC-1",
    ),
    Column(
        NAMES["language"],
        gettext_lazy("The language of mails to the person. Empty: Russian."),
        gettext_lazy("Russian"),
        words={
            "en": ["English", "Russian", "Belarusian"],
            "ru": ["английский", "русский", "белорусский"],
            "be": ["англійская", "руская", "беларуская"],
        },
    ),
)

_LANGUAGES = {
    "en": {"en", "english", "английский", "английская", "англійская"},
    "ru": {"ru", "russian", "русский", "русская", "руская"},
    "be": {"be", "by", "belarusian", "белорусский", "белорусская", "беларуская"},
}
_LENGTHS = {"family_name": 100, "given_name": 100, "patronymic": 100, "email": 254, "post": 200, "agency": 40}
# A space and the letters of a name are fine at the start; these make a spreadsheet program calculate.
_FORMULA = re.compile(r"^[=+@\t\r]|^-\D")
# Marks of direction, joiners, controls: nobody sees them, and a name with one of them is another name.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


@dataclass(frozen=True)
class RowError:
    """What cannot be taken from a row, where, and why. `column` is a key of HEADINGS or empty."""

    line: int
    column: str
    message: str


@dataclass(frozen=True)
class RosterRow:
    """A person as a roster names one. Empty means not said; `language` is en, ru, be or empty."""

    line: int
    family_name: str
    given_name: str
    patronymic: str = ""
    email: str = ""
    post: str = ""
    agency: str = ""
    language: str = ""


def missing_columns(found: Iterable[str]) -> list[RowError]:
    """Return an error for each column that every roster needs and this one lacks."""
    return [
        RowError(1, key, _("The file has no column “%(column)s”.") % {"column": NAMES[key]})
        for key in REQUIRED
        if key not in set(found)
    ]


def read_rows(records: Iterable[tuple[int, dict[str, str]]]) -> tuple[list[RosterRow], list[RowError]]:
    """Understand rows of a roster; returns those that are fine and what is wrong with the others.

    >>> row = {"family_name": "Иванова", "given_name": "Анна", "email": "A@Example.org", "language": "Русский"}
    >>> read_rows([(2, row)])
    ([RosterRow(line=2, family_name='Иванова', given_name='Анна', patronymic='', email='a@example.org', post='', \
agency='', language='ru')], [])
    """
    rows: list[RosterRow] = []
    errors: list[RowError] = []
    seen: dict[str, int] = {}
    for line, values in records:
        wrong = errors_of(line, values) + repeated(line, values, seen)
        errors += wrong
        if not wrong:
            rows.append(_row(line, values))
    return rows, errors


def _row(line: int, values: dict[str, str]) -> RosterRow:
    words = {key: " ".join(value.split()) for key, value in values.items()}
    words["email"] = words.get("email", "").lower()
    words["language"] = language_code(words.get("language", "")) or ""
    return RosterRow(line=line, **words)


def language_code(word: str) -> str | None:
    """Return en, ru or be for a language in any of the three; empty for nothing, None for another word."""
    plain = word.strip().casefold()
    return next((code for code, words in _LANGUAGES.items() if plain in words), None if plain else "")


def errors_of(line: int, values: Mapping[str, str]) -> list[RowError]:
    """Say what is wrong with the cells of a row, each by itself, and which name is missing."""
    wrong = [
        RowError(line, key, message)
        for key, value in values.items()
        if (message := _objection(key, value.strip())) is not None
    ]
    return wrong + [
        RowError(line, key, _("The name is missing.")) for key in REQUIRED if not values.get(key, "").strip()
    ]


def _objection(key: str, value: str) -> str | None:
    """Say what is wrong with a cell, if anything is."""
    message = None
    if _FORMULA.match(value):
        message = _("“%(value)s” looks like a formula.")
    elif _UNSEEN.search(value):
        message = _(
            "The cell holds a sign that nobody sees, for instance a mark of the direction of writing. Type it anew."
        )
    elif len(value) > _LENGTHS.get(key, 200):
        message = _("This is longer than %(count)d characters.")
    elif key == "email" and value and not _is_email(value):
        message = _("“%(value)s” is no e-mail address.")
    elif key == "language" and language_code(value) is None:
        message = _("“%(value)s” is none of the languages en, ru and be.")
    elif key in REQUIRED and value and not any(letter.isalpha() for letter in value):
        message = _("“%(value)s” is no name.")
    return message and message % {"value": value[:80], "count": _LENGTHS.get(key, 200)}


def _is_email(value: str) -> bool:
    try:
        validate_email(value)
    except ValidationError:
        return False
    return True


def repeated(line: int, values: Mapping[str, str], seen: dict[str, int]) -> list[RowError]:
    """An e-mail is one person's, so it stands in a file once; `seen` remembers on which line."""
    email = values.get("email", "").strip().lower()
    if not email:
        return []
    first = seen.setdefault(email, line)
    if first == line:
        return []
    return [RowError(line, "email", _("Line %(line)d has the same e-mail.") % {"line": first})]
