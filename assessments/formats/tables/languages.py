"""Rows that are one question in several languages: what they share, and whether they fit."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from assessments.formats.item import Answer, Gap, Item, Problem
from assessments.formats.tables.columns import COLUMNS, LANGUAGE_WORDS
from assessments.formats.tables.rows import Row
from assessments.question_types.gaps import GAP

# What a further language need not repeat, and the part of it that says that it does.
SHARED = frozenset(column.key for column in COLUMNS if not column.texts) - {"code", "language", "format"}
TELLING = frozenset({"type", "credit", "tolerance", "right", "grading", "points"})
# Types whose answers are the same in every language.
WITHOUT_WORDS = frozenset({"numerical", "true_false"})


@dataclass
class _Question:
    """The first row of a question and the lines of its languages."""

    row: Row
    item: Item
    lines: dict[str, int] = field(default_factory=dict)

    def is_other_language(self, row: Row) -> bool:
        """Whether a row of that name can be this question: in a language of its own, filed in the same place."""
        filed = self.row.cells.get("category", "")
        return _language(row) not in self.lines and row.cells.get("category", filed) == filed


class Languages:
    """The questions of a table so far."""

    def __init__(self) -> None:
        self._questions: dict[tuple[str, str], _Question] = {}

    def complete(self, row: Row) -> None:
        """Give a row in a further language what the first one says for all of them, if it says nothing itself."""
        first = self._first(row)
        if first is None or any(_base(key) in TELLING for key in row.cells):
            return
        names = SHARED | {"answer"} if first.item.type in WITHOUT_WORDS else SHARED
        shared = {key: cell for key, cell in first.row.cells.items() if _base(key) in names}
        row.cells.update({key: cell for key, cell in shared.items() if key not in row.cells})

    def problems(self, row: Row, item: Item) -> list[Problem]:
        """Return what does not fit between a row and the first one of its question."""
        first = self._first(row)
        if first is None:
            return []
        if item.identifier and item.language in first.lines:
            line = first.lines[item.language]
            return [Problem(row.line, _("Line %(line)d has the same code and language.") % {"line": line})]
        misfit = _misfit(first.item, item)
        return [Problem(row.line, misfit % {"line": first.row.line})] if misfit else []

    def aligned(self, row: Row, item: Item) -> Item:
        """Note a question and return it filed, and with its gaps named, as in its first language."""
        first = self._first(row)
        if first is not None:
            first.lines[item.language] = row.line
            filed = replace(item, category=first.item.category)
            return _renamed(filed, first.item) if item.type == "select_words" else filed
        key = _key(row)
        if key is not None:
            self._questions[key] = _Question(row, item, {item.language: row.line})
        return item

    def _first(self, row: Row) -> _Question | None:
        """The question to which a row belongs; without a code only if its language is a further one."""
        key = _key(row)
        first = self._questions.get(key) if key else None
        if first is None or (key and key[0] == "name" and not first.is_other_language(row)):
            return None
        return first


def _key(row: Row) -> tuple[str, str] | None:
    if "code" in row.cells:
        return "code", row.cells["code"]
    return ("name", row.cells["name"]) if "name" in row.cells and _language(row) else None


def _language(row: Row) -> str:
    return LANGUAGE_WORDS.meaning(row.cells.get("language", "")) or ""


def _base(key: str) -> str:
    return key.partition(" ")[0]


def _misfit(first: Item, other: Item) -> str:
    """A sentence with a place for the line of the first row; empty when the two fit."""
    if first.type != other.type:
        return _("The same question in line %(line)d is of another type.")
    if _counts(first) != _counts(other):
        return _("The same question in line %(line)d has another number of answers or gaps.")
    if list(_key_of(first)) != list(_key_of(other)):
        return _("In the same question in line %(line)d other answers are right.")
    return ""


def _counts(item: Item) -> tuple[int, ...]:
    # Accepted texts are of a language, and one may have more of them than another.
    answers = 0 if item.type == "short_answer" else len(item.answers)
    return (answers, len(item.pairs), len(item.order), len(item.gaps), len(item.words), len(item.criteria))


def _key_of(item: Item) -> Iterator[Any]:
    """What no language changes about the right answer."""
    if item.type != "short_answer":
        yield [_earned(each, typed=item.type == "numerical") for each in item.answers]
    answers = [each.answer for each in item.pairs]
    yield [(bool(each.stem), answers.index(each.answer)) for each in item.pairs]
    yield item.grading
    yield sorted(each.right for each in item.gaps) if item.words else [_asked(each) for each in item.gaps]
    yield [each.points for each in item.criteria]


def _asked(gap: Gap) -> tuple[Any, ...]:
    answers = (
        () if gap.type == "short_answer" else tuple(_earned(each, gap.type == "numerical") for each in gap.answers)
    )
    return gap.type, gap.weight, answers


def _earned(answer: Answer, typed: bool) -> tuple[Any, ...]:
    if not typed or answer.text.text == "*":
        return (answer.fraction,)
    return answer.fraction, Fraction(answer.text.text), Fraction(answer.tolerance or "0"), answer.relative


def _renamed(item: Item, first: Item) -> Item:
    """The item with the gaps of the first language, whatever their order in the text.

    Gaps for the same word are taken in the order of the text.
    """
    free = {gap.id: gap for gap in first.gaps}
    names: dict[str, str] = {}
    for gap in item.gaps:
        same = next(each for each in free.values() if each.right == gap.right)
        names[gap.id] = free.pop(same.id).id
    text = GAP.sub(lambda found: f"[[{names.get(found[1], found[1])}]]", item.text.text)
    return replace(item, text=replace(item.text, text=text), gaps=first.gaps)
