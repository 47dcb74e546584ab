"""The labels of lists, which Word counts itself and keeps in no text: "A.", "2)", "б)"."""

import re
from collections import defaultdict
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase

from core.docx.document import Marker
from core.docx.styles import number, value
from core.xml import Node

LEVELS = 9
RUSSIAN = "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЭЮЯ"  # as Word letters a list: without Ё, Й, Ъ, Ы and Ь
ALPHABETS = {"upperLetter": ascii_uppercase, "russianUpper": RUSSIAN}
ALPHABETS |= {"lowerLetter": ascii_lowercase, "russianLower": RUSSIAN.lower()}
ROMAN = {1000: "M", 900: "CM", 500: "D", 400: "CD", 100: "C", 90: "XC", 50: "L", 40: "XL", 10: "X", 9: "IX", 5: "V"}
ROMAN |= {4: "IV", 1: "I"}
LONGEST_LETTERS = 5  # Word goes on after Z with AA, AAA and so on
UNORDERED = {"bullet", "none"}

_PLACE = re.compile("%([1-9])")


@dataclass(frozen=True)
class Level:
    """A level of a list: how it counts, its label with %1 for the number of the first level, and where it begins."""

    format: str = "decimal"
    label: str = "%1."
    start: int = 1


class Numbering:
    """The lists of a file. It counts: paragraphs are to be asked about in their order, each once."""

    def __init__(self, root: Node | None) -> None:
        every = root.children("abstractNum") if root is not None else []
        abstract = {each.get("abstractNumId", ""): each for each in every}
        self._levels: dict[str, dict[int, Level]] = {}
        self._lists: dict[str, str] = {}  # lists that look alike count on, unless they begin anew
        self._anew: dict[str, dict[int, int]] = {}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        for each in root.children("num") if root is not None else []:
            key, of = each.get("numId", ""), value(each, "abstractNumId")
            overrides = each.children("lvlOverride")
            self._lists[key] = of
            nodes = [level for one in (abstract.get(of), *overrides) for level in _below(one)]
            self._levels[key] = _levels(nodes)
            self._anew[key] = {
                number(one.get("ilvl", "")): number(value(one, "startOverride"), 1)
                for one in overrides
                if one.child("startOverride") is not None
            }

    def marker(self, numbering: Node | None) -> Marker | None:
        """Return what stands before the next paragraph, given its list and level; None when it is in no list."""
        key, at = value(numbering, "numId"), min(number(value(numbering, "ilvl")), LEVELS - 1)
        if key not in self._lists:
            return None
        levels = self._levels[key]
        level = levels.get(at, Level())
        counts = self._counts[self._lists[key]]
        for place, start in self._anew.pop(key, {}).items():
            counts[place] = start - 1
        counts[at] = counts.get(at, level.start - 1) + 1
        for deeper in [each for each in counts if each > at]:
            del counts[deeper]
        if level.format in UNORDERED:
            return Marker("", ordered=False, level=at)
        return Marker(_PLACE.sub(lambda found: _counted(levels, counts, int(found[1]) - 1), level.label), True, at)


def _below(node: Node | None) -> list[Node]:
    return node.children("lvl") if node is not None else []


def _levels(nodes: list[Node]) -> dict[int, Level]:
    return {
        number(each.get("ilvl", "")): Level(
            value(each, "numFmt") or "decimal",
            value(each, "lvlText")[:40],
            number(value(each, "start"), 1),
        )
        for each in nodes
    }


def _counted(levels: dict[int, Level], counts: dict[int, int], place: int) -> str:
    """The number of a level as its format writes it."""
    level = levels.get(place, Level())
    return written(counts.get(place, level.start), level.format)


def written(count: int, form: str) -> str:
    """Return a number as a list writes it; in digits for formats that are not known.

    >>> written(2, "upperLetter"), written(28, "lowerLetter"), written(4, "lowerRoman"), written(3, "russianLower")
    ('B', 'bb', 'iv', 'в')
    """
    alphabet = ALPHABETS.get(form)
    if alphabet and count > 0:
        times, place = divmod(count - 1, len(alphabet))
        return alphabet[place] * min(times + 1, LONGEST_LETTERS)
    if form in {"upperRoman", "lowerRoman"} and 0 < count < 4 * max(ROMAN):
        return _roman(count) if form == "upperRoman" else _roman(count).lower()
    return str(count)


def _roman(count: int) -> str:
    signs = ""
    for worth, sign in ROMAN.items():
        times, count = divmod(count, worth)
        signs += sign * times
    return signs
