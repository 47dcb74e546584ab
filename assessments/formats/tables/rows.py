"""A row of a table of questions: its cells by their keys, and what is wrong with them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.formats.decimals import distance_in, number_in
from assessments.formats.item import NO_TEXT, Problem, Text, TextFormat
from assessments.formats.shares import fraction_in
from assessments.formats.tables.columns import CYRILLIC, FORMATS, LATIN, YES_OR_NO, heading_of
from core.errors import FormatError
from core.files import harmless
from core.vocabularies import Vocabulary

ALL, NOTHING = Fraction(1), Fraction(0)
_PREFIX = re.compile(r"\[(plain|html|markdown|moodle)\]", re.IGNORECASE)
_DASHES = frozenset("-–—−")
_SPACES = re.compile(r"\s+")
_BETWEEN = re.compile(r"\s+(?:and|и|і)\s+|[\s,;.]+")
_FRACTION = re.compile(r"(-?[0-9]{1,6})\s*/\s*([0-9]{1,6})")
_TWO_MEANINGS = re.compile(r"-?[1-9][0-9]{0,2},[0-9]{3}")
# Capitals that look alike in both alphabets, and those that only Cyrillic has.
_LOOK_ALIKE = dict(zip("АВСЕНКМОРТХ", "abcehkmoptx", strict=True))
_CYRILLIC_ONLY = frozenset("БГДЖЗИЛПФЦЧШЩЭ" + CYRILLIC)


class Row:
    """The cells of a question; `cells` has only those that are filled.

    Everything wrong is noted in `problems`, so that an editor sees all of it at once; what is asked of a wrong cell
    gives a harmless value, and no question is made of the row in the end.
    """

    def __init__(self, line: int, cells: Mapping[str, str], headings: Mapping[str, str], cyrillic: bool | None) -> None:
        self.line = line
        self.cells = {key: tidy(cell) for key, cell in cells.items() if cell}
        self.problems: list[Problem] = []
        self.asked: set[str] = set()
        self._headings = headings
        self._cyrillic = cyrillic
        self._format = TextFormat(self.word("format", FORMATS) or TextFormat.PLAIN)
        self.commas = self.cells.get("language", "").casefold() not in {"en", "english"}

    def complain(self, key: str, fault: str) -> None:
        """Note what is wrong with a cell, in a whole sentence."""
        heading = self._headings.get(key) or heading_of(key, get_language() or "en")
        message = _("Column “%(column)s”: %(fault)s") % {"column": heading, "fault": fault}
        self.problems.append(Problem(self.line, message))

    def get(self, key: str) -> str:
        """Return a cell; empty when there is nothing in it."""
        self.asked.add(key)
        return self.cells.get(key, "")

    def text(self, key: str, usual: TextFormat | None = None) -> Text:
        """Return a cell as a text in the format that it names itself, else in `usual` or that of the row."""
        cell = self.get(key)
        prefix = _PREFIX.match(cell)
        words = cell[prefix.end() :].strip() if prefix else cell
        how = TextFormat(prefix[1].lower()) if prefix else usual or self._format
        return Text(words, how) if words else NO_TEXT

    def numbers(self, *keys: str) -> list[int]:
        """Return the numbers of all filled cells of these columns, the lowest first."""
        found = map(_parted, self.cells)
        return sorted({number for name, number in found if number and name in keys})

    def unused(self) -> list[str]:
        """Return the headings of filled cells that nobody asked for."""
        return [self._headings.get(key, key) for key in self.cells if key not in self.asked]

    def word(self, key: str, words: Vocabulary) -> str | None:
        """Return what the word in a cell means; None when it is empty or means nothing, which is complained of."""
        cell = self.get(key)
        meant = words.meaning(cell) if cell else None
        if cell and meant is None:
            self.complain(
                key, _("“%(value)s” is none of: %(words)s.") % {"value": cell[:80], "words": ", ".join(_known(words))}
            )
        return meant

    def flag(self, key: str) -> bool:
        """Whether a cell says yes."""
        return self.word(key, YES_OR_NO) == "true"

    def number(self, key: str) -> str:
        """Return a number with a decimal point; "0" when there is none."""
        return self._number(key, self.get(key))

    def tolerance(self, key: str) -> tuple[str, bool]:
        """Return how far a number may lie from another, and whether that is meant in per cent of it."""
        cell = self.get(key) or "0"
        number = self._number(key, cell.removesuffix("%"))
        try:
            return distance_in(number, self.line), cell.endswith("%")
        except FormatError as error:
            self.complain(key, error.message)
            return "0", False

    def points(self, key: str) -> int:
        """Return a whole number of points from 1 to 100; 1 for an empty cell."""
        cell = self.get(key) or "1"
        if not (cell.isascii() and cell.isdigit() and 1 <= int(cell[:9]) <= 100):  # noqa: PLR2004 – as essays have it
            self.complain(key, _("“%(value)s” is no whole number from 1 to 100.") % {"value": cell[:80]})
            return 1
        return int(cell)

    def credits(self, numbers: Iterable[int]) -> dict[int, Fraction | None]:
        """Return what each answer earns, None where nothing is said.

        A 1 is a tick where all the others are 1, 0 or empty.
        """
        keys = {number: f"credit {number}" for number in numbers}
        ticks = {self.cells.get(key, "") for key in keys.values()} <= {"", "0", "1"}
        return {number: self._credit(key, ticks=ticks) for number, key in keys.items()}

    def places(self, key: str, answers: Mapping[int, str]) -> list[int]:
        """Return the numbers of answers that a cell names by number ("1, 3"), letter ("A C", «Б») or their text."""
        cell = self.get(key)
        named = [number for number, answer in answers.items() if answer == cell]
        if named:
            return named
        words = _letters(cell)
        places = [self._place(word) for word in words]
        wrong = next((word for word, place in zip(words, places, strict=True) if place not in answers), None)
        if wrong is not None:
            self.complain(
                key, _("“%(value)s” is not the number or the letter of an answer here.") % {"value": wrong[:80]}
            )
            return []
        return [place for place in places if place is not None]

    def _place(self, word: str) -> int | None:
        if word.isascii() and word.isdigit():
            return int(word[:3])
        sign = word.rstrip(")").strip("()")
        if len(sign) != 1:
            return None
        looked_up = sign.replace("і", "и").replace("І", "И").lower()
        if sign in _LOOK_ALIKE and not self._cyrillic:
            # А is the first letter of both. Of the others nobody can tell which alphabet is meant.
            return LATIN.index(_LOOK_ALIKE[sign]) + 1 if sign == "А" or self._cyrillic is False else None
        letters = LATIN if looked_up in LATIN else CYRILLIC
        return letters.index(looked_up) + 1 if looked_up in letters else None

    def _credit(self, key: str, *, ticks: bool) -> Fraction | None:
        cell = self.get(key)
        if not cell:
            return None
        if cell in _DASHES:
            return NOTHING
        if cell != "1" or ticks:
            said = YES_OR_NO.meaning(cell)
            if said:
                return ALL if said == "true" else NOTHING
        ratio = _FRACTION.fullmatch(cell)
        if ratio and int(ratio[2]) and abs(Fraction(ratio[0])) <= 1:
            return Fraction(int(ratio[1]), int(ratio[2]))
        return self._percent(key, cell)

    def _percent(self, key: str, cell: str) -> Fraction:
        number = _spaceless(cell.removesuffix("%")).replace(",", ".").replace("−", "-")
        try:
            share = fraction_in(number, whole=100)
        except FormatError as error:
            self.complain(key, error.message)
            return NOTHING
        if share and abs(share) <= Fraction(1, 100) and not cell.endswith("%"):
            self.complain(
                key,
                _("“%(value)s” can mean a part or per cent. Write %(percent)s for the part, %(value)s%% for per cent.")
                % {"value": cell, "percent": f"{float(share * 10_000):g}"},
            )
        return share

    def _number(self, key: str, cell: str) -> str:
        number = _spaceless(cell)
        if not self.commas and _TWO_MEANINGS.fullmatch(number):
            self.complain(
                key,
                _("“%(value)s” can be read in two ways. Write it without the comma, or with a decimal point.")
                % {"value": cell[:40]},
            )
            return "0"
        try:
            return number_in(number, self.line)
        except FormatError as error:
            self.complain(key, error.message)
            return "0"


def tidy(cell: str) -> str:
    """Return a cell as it was meant: lines end in one way, and no apostrophe stands before a formula.

    >>> tidy("'=1+1"), tidy("'quoted'")
    ('=1+1', "'quoted'")
    """
    lines = cell.replace("\r\n", "\n").replace("\r", "\n").strip()
    return lines[1:].strip() if lines.startswith("'") and looks_like_formula(lines) else lines


def looks_like_formula(text: str) -> bool:
    """Whether a text needs an apostrophe in front, or has one of those already that only say "text"."""
    bare = text.lstrip("'")
    return harmless(bare) != bare


def alphabet_of(cells: Sequence[str]) -> bool | None:
    """Whether letters that name answers in these cells are Cyrillic; None when capitals of both alphabets leave doubt.

    >>> alphabet_of(["А", "Б"]), alphabet_of(["A", "В"]), alphabet_of(["А", "В"])
    (True, False, None)
    """
    signs = {each for cell in cells for each in _letters(cell[:100]) if len(each) == 1}
    if signs & _CYRILLIC_ONLY:
        return True
    return False if signs & set(LATIN + LATIN.upper()) else None


@cache
def _parted(key: str) -> tuple[str, int]:
    """The name and the number of a column; 0 for one that has none."""
    name, _space, number = key.partition(" ")
    return name, int(number or 0)


def _letters(cell: str) -> list[str]:
    """The signs by which answers are named, each by itself: "AC" names two."""
    words = [each for each in _BETWEEN.split(cell) if each]
    return [sign for word in words for sign in (word if word.isalpha() and word.isupper() else [word])]


def _spaceless(number: str) -> str:
    return _SPACES.sub("", number)


def _known(words: Vocabulary) -> list[str]:
    language = get_language() or "en"
    return [words.word(key, language) for key in words]
