"""A question as exchange formats speak of it: texts of one language with their formats, answers with what they earn.

Every reader makes items and every writer takes them; `building` turns items into what the bank keeps and back. So a
format knows nothing of the bank, and the bank nothing of formats.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any

# What the fixed shape of `questions_import --json` calls a text with gaps.
OUTSIDE_NAMES = {"gap_fill": "cloze"}


class TextFormat(StrEnum):
    """How a text is written. "moodle" is HTML in which a new line is a new line."""

    PLAIN = "plain"
    HTML = "html"
    MARKDOWN = "markdown"
    MOODLE = "moodle"


@dataclass(frozen=True)
class Text:
    """Words and how they are written; false when there are none."""

    text: str = ""
    format: TextFormat = TextFormat.PLAIN

    def __bool__(self) -> bool:
        return bool(self.text.strip())


NO_TEXT = Text()


@dataclass(frozen=True)
class Answer:
    """An answer that can be chosen or that is accepted.

    `fraction` is what it earns of the question, from -1 to 1. Of a multiple response the fractions of what is chosen
    are added. For a number `text` is the value with a decimal point, and `tolerance` how far from it an answer may lie
    (in per cent of the value when `relative`); the text `*` accepts anything. In a short answer `*` stands for any
    text and `\\*` for an asterisk.
    """

    text: Text
    fraction: Fraction = Fraction(0)
    feedback: Text = NO_TEXT
    tolerance: str = ""
    relative: bool = False
    last: bool = False  # keeps its place at the end when options are shuffled


@dataclass(frozen=True)
class Pair:
    """A line and what belongs to it; without a stem an answer that fits no line."""

    stem: Text
    answer: Text


@dataclass(frozen=True)
class Criterion:
    """What a marker of an essay looks at."""

    text: Text
    points: int


@dataclass(frozen=True)
class Gap:
    """A gap of a text, written there as [[id]].

    In a gap fill `type` is single_choice, short_answer or numerical with its `answers`. In select words (`type` is
    "select_words") `right` is the place of the right word among the words of the item, from 0, and `offered` the
    places of those to choose from; empty means all.
    """

    id: str
    type: str
    answers: tuple[Answer, ...] = ()
    weight: int = 1
    case_sensitive: bool = False
    right: int = 0
    offered: tuple[int, ...] = ()


@dataclass(frozen=True)
class Item:
    """A question. What a type does not use stays empty.

    `answers` belong to single_choice, multiple_response, true_false (two of them, "true" and "false"), numerical and
    short_answer; `pairs` to matching; `order` (the right one) and `grading` to ordering; `text`, `gaps` and – for
    select_words – `words` to texts with gaps; `rubric`, `criteria` and `model_answer` to essays. `category` is a path
    from the top; `identifier` a name that stays when languages change. An empty `language` is the one that whoever
    reads the file names. `line` is where the question begins; `warnings` say what was understood only in part; `files`
    are pictures that the texts name in `src`.
    """

    type: str
    stem: Text
    name: str = ""
    answers: tuple[Answer, ...] = ()
    pairs: tuple[Pair, ...] = ()
    order: tuple[Text, ...] = ()
    grading: str = "relative"
    text: Text = NO_TEXT
    gaps: tuple[Gap, ...] = ()
    words: tuple[Text, ...] = ()
    case: Text = NO_TEXT
    unit: str = ""
    case_sensitive: bool = False
    yo_sensitive: bool = False
    shuffled: bool = True
    rubric: Text = NO_TEXT
    criteria: tuple[Criterion, ...] = ()
    model_answer: Text = NO_TEXT
    general_feedback: Text = NO_TEXT
    hints: tuple[Text, ...] = ()
    category: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    identifier: str = ""
    language: str = ""
    line: int = field(default=1, compare=False)
    warnings: tuple[str, ...] = field(default=(), compare=False)
    files: Mapping[str, bytes] = field(default_factory=dict, hash=False)

    def as_json(self) -> dict[str, Any]:
        """Return the fixed shape that `questions_import --json` prints: the answers with fractions as numbers."""
        shown: dict[str, Any] = {
            "type": OUTSIDE_NAMES.get(self.type, self.type),
            "name": self.name,
            "stem": "\n\n".join(each.text for each in (self.stem, self.text) if each),
            "stem_format": (self.stem or self.text).format.value,
            "answers": [_answer(each) for each in self.answers],
            "general_feedback": self.general_feedback.text,
            "hints": [each.text for each in self.hints],
            "category": list(self.category),
            "tags": list(self.tags),
        }
        if self.pairs:
            shown["pairs"] = [{"stem": each.stem.text, "answer": each.answer.text} for each in self.pairs]
        if self.order:
            shown["order"] = [each.text for each in self.order]
        if self.gaps:
            shown["gaps"] = [self._gap(each) for each in self.gaps]
        return shown

    def _gap(self, gap: Gap) -> dict[str, Any]:
        if self.type == "select_words":
            return {"id": gap.id, "right": self.words[gap.right].text}
        return {"id": gap.id, "type": gap.type, "answers": [_answer(each) for each in gap.answers]}


@dataclass(frozen=True)
class Problem:
    """Something in a file that could not be taken over, and the line in which it stands."""

    line: int
    message: str


@dataclass
class Reading:
    """What a reader found: questions in the order of the file, and what was wrong in it."""

    items: list[Item] = field(default_factory=list)
    errors: list[Problem] = field(default_factory=list)


def _answer(answer: Answer) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "text": answer.text.text,
        "format": answer.text.format.value,
        "fraction": float(answer.fraction),
        "feedback": answer.feedback.text,
    }
    if answer.tolerance:
        shown["tolerance"] = float(answer.tolerance)
    return shown
