"""What every type of question can do.

A type knows three plain values and nothing of the database:

* *structure* – what no language changes: option ids and which are right, a number and its tolerance;
* *words* – of one language: `{"stem", "options": {id: text}, "rationales": {id: text}, "feedback", "unit"}` and what a
  type adds; `"case"`, a situation to read before the question, and `"hints"`, a list of texts, may stand with every
  type; `"formats"` says which texts are more than plain (see `texts`);
* *response* – the answer as JSON; None is "no answer".
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from assessments.errors import AnswerError, QuestionError
from assessments.marking import Credit
from assessments.question_types.texts import has_blocks

Structure = Mapping[str, Any]
Words = Mapping[str, Any]
Response = Any

LONGEST_TEXT = 10_000
# The words that hold a text for each id (`gaps` the words of each gap).
TEXTS_BY_ID = ("options", "rationales", "lefts", "rights", "items", "choices", "criteria", "gaps")


class Side(StrEnum):
    """A half of "part=value", as a form posts an answer of several parts."""

    PART = "part"
    VALUE = "value"


@dataclass(frozen=True)
class Option:
    """A line that can be chosen, as it is shown."""

    id: str
    text: str
    chosen: bool
    right: bool
    rationale: str


@dataclass(frozen=True)
class Choice:
    """A line of a drop-down list. `value` is what the form posts, `shown` the text where it stands beside the list."""

    value: str
    text: str
    chosen: bool
    shown: str = ""


@dataclass(frozen=True)
class Part:
    """One of the several fields of an answer: `before` is the text in front of it; without `choices` it is typed in."""

    id: str
    before: str
    label: str = ""
    choices: tuple[Choice, ...] = ()
    typed: str = ""
    unit: str = ""
    numeric: bool = False


@dataclass(frozen=True)
class ShownQuestion:
    """A question in one language, ready for a template.

    `widget` is "radio", "checkbox", "number", "text", "long" (several lines), "match", "order", "gaps" or "none"
    (nothing to answer); `case` is the situation to read first; `options` and `parts` stand in the order in which they
    are shown, `tail` is the text after the last part; `typed` is what was typed in a field; `answer` and `key` are the
    given and the right answer as words to read, `answer_lines` and `key_lines` the same line by line; `said` is what
    this very answer is told; `rubric` is for whoever marks by hand; `hints` help one after the other where somebody
    practises. Texts that are more than plain are HTML that needs no escaping; what stands in a list, the answer and the
    key are plain always.
    """

    widget: str
    language: str
    stem: str
    feedback: str
    unit: str
    options: tuple[Option, ...]
    typed: str
    answer: str
    key: str
    case: str = ""
    parts: tuple[Part, ...] = ()
    tail: str = ""
    answer_lines: tuple[str, ...] = ()
    key_lines: tuple[str, ...] = ()
    rubric: str = ""
    hints: tuple[str, ...] = ()
    said: str = ""

    @cached_property
    def stem_apart(self) -> bool:
        """Whether what is asked holds paragraphs or tables, and so stands beside its label and not in it."""
        return has_blocks(self.stem)


class QuestionType(ABC):
    """One type of question."""

    name: str
    widget: str
    counts = True  # worth a mark
    always_shuffled = False  # the editor's order is the answer, so it is never shown
    telling: Side | None = None  # the half whose ids tell the answer: a test shows signs for them, see `signs`
    reads_words = False  # what is accepted stands in the words of each language: see `complete`

    @abstractmethod
    def check_structure(self, structure: Structure) -> None:
        """Raise QuestionError when a question of this shape could not be asked or marked."""

    def check_words(self, structure: Structure, words: Words) -> None:
        """Raise QuestionError when words are missing that the structure needs."""
        stem = words.get("stem")
        if not isinstance(stem, str) or not stem.strip():
            raise QuestionError(_("A question needs its text."))
        if any(len(str(words.get(each) or "")) > LONGEST_TEXT for each in ("stem", "case", "text")):
            raise QuestionError(_("The text of the question is too long: at most 10 000 characters are possible."))
        hints = words.get("hints") or []
        if not isinstance(hints, list) or not all(isinstance(each, str) and each.strip() for each in hints):
            raise QuestionError(_("The hints of a question are a list of texts."))
        wrong = [each for each in TEXTS_BY_ID if not isinstance(words.get(each) or {}, Mapping)]
        if wrong:
            raise QuestionError(
                _("“%(name)s” of a question is an object with a text for each id.") % {"name": wrong[0]}
            )

    def complete(self, structure: Structure, texts: Iterable[Words]) -> Structure:
        """Return the structure with what the words of every language add to it: the answers that are accepted.

        All languages together, so that the same answer earns the same mark whatever language the page is read in.
        """
        return structure

    def option_ids(self, structure: Structure) -> tuple[str, ...]:
        """Return the ids of what can be chosen, in the editor's order. Empty for typed answers."""
        return ()

    def shuffled(self, structure: Structure, seed: str) -> list[str]:
        """Return the option ids in an order that depends on nothing but the seed."""
        return list(self.option_ids(structure))

    @abstractmethod
    def parse(self, structure: Structure, raw: Any) -> Response:
        """Return the response in an answer as JSON carries it or as a form posts it (a list of strings).

        None when nothing was answered; raises AnswerError with a sentence when the answer cannot be read.
        """

    def posted(self, structure: Structure, response: Response) -> Any:
        """Return a response as the fields of the page carry it; `parse` reads it back."""
        return response

    def draft(self, structure: Structure, raw: Any) -> Response:
        """Return what the form shows again of an answer that could not be read; None for an empty form."""
        return None

    @abstractmethod
    def mark(self, structure: Structure, response: Response) -> Credit | None:
        """Return what a response (as `parse` returns it) earned; None when a person has to say."""

    @abstractmethod
    def key(self, structure: Structure) -> Response:
        """Return a response that earns everything; None when no response does so by itself."""

    def lines(self, structure: Structure, words: Words, response: Response) -> tuple[str, ...]:
        """Return a response line by line, as words to read; nothing for no answer."""
        return ()

    def readable(self, structure: Structure, words: Words, response: Response) -> str:
        """Return a response as words to read; an empty string for no answer."""
        return "; ".join(self.lines(structure, words, response))

    def key_lines(self, structure: Structure, words: Words) -> tuple[str, ...]:
        """Return the right answer line by line, for types that have `lines`."""
        return self.lines(structure, words, self.key(structure))

    def readable_key(self, structure: Structure, words: Words) -> str:
        """Return the right answer as words to read in the active language."""
        return self.readable(structure, words, self.key(structure))

    def said(self, structure: Structure, words: Words, response: Response) -> str:
        """Return what the words have to say to an answer that was typed; of an option its rationale says it."""
        return ""

    def options(
        self, structure: Structure, words: Words, order: Iterable[str], response: Response
    ) -> tuple[Option, ...]:
        """Return the lines to choose from in the order shown."""
        return ()

    def parts(
        self, structure: Structure, words: Words, order: Iterable[str], response: Response
    ) -> tuple[tuple[Part, ...], str]:
        """Return the fields of an answer that has several, in the order shown, and the text after the last one."""
        return (), ""

    def typed(self, response: Response) -> str:
        """Return what stands in the field of a typed answer."""
        return ""


def single(raw: Any) -> Any:
    """Return the one value of a form's list, other values as they are; None for nothing."""
    if isinstance(raw, list | tuple):
        if len(raw) > 1:
            raise AnswerError(_("Choose one answer only."))
        raw = raw[0] if raw else None
    return None if raw == "" else raw


def first_text(raw: Any, longest: int) -> str:
    """Return the text in a form's list of one, cut to its longest."""
    value = raw[0] if isinstance(raw, list | tuple) and raw else raw
    return value[:longest] if isinstance(value, str) else ""


def shuffled(ids: Sequence[str], seed: str) -> list[str]:
    """Return ids in an order decided by the seed alone: the same on every machine and in every version of Python."""
    return sorted(ids, key=lambda each: sha256(f"{seed}/{each}".encode()).digest())


def out_of_order(shown: Sequence[str], key: Sequence[str]) -> list[str]:
    """Return the ids as shown, with two of them exchanged if they would stand in the order of the key.

    Only the ids of the key count; others lie between them. Two ids stay as they are: if they never stood in the right
    order, everybody would know it from the other.

    >>> out_of_order(["a", "x", "b", "c"], ["a", "b", "c"])
    ['b', 'x', 'a', 'c']
    """
    result, wanted = list(shown), set(key)
    places = [place for place, each in enumerate(result) if each in wanted]
    if len(places) > 2 and [result[place] for place in places] == list(dict.fromkeys(key)):  # noqa: PLR2004 - see above
        first, second = places[:2]
        result[first], result[second] = result[second], result[first]
    return result


def checked_ids(ids: Sequence[Any]) -> None:
    """Raise QuestionError unless each id is a text of its own that can stand before the sign "=" in a form."""
    fit = all(isinstance(each, str) and each and "=" not in each for each in ids)
    if not fit or len(set(ids)) != len(ids):
        raise QuestionError(_("Each part of a question needs an id of its own, without the sign “=”."))


def checked_texts(words: Words, name: str, ids: Iterable[str]) -> None:
    """Raise QuestionError when `words[name]` has no text for one of the ids."""
    texts = words.get(name) or {}
    missing = [each for each in ids if not str(texts.get(each) or "").strip()]
    if missing:
        raise QuestionError(_("The text of %(id)s is missing.") % {"id": missing[0]})


def pairs_in(raw: Any) -> list[tuple[str, str]]:
    """Return the pairs in an answer of several parts: `{"a": "r1"}` as JSON, `["a=r1", ""]` as a form posts it."""
    if raw is None or raw == "":
        return []
    if isinstance(raw, Mapping):
        return [(str(left), str(right)) for left, right in raw.items() if right not in (None, "")]
    values = raw if isinstance(raw, list | tuple) else [raw]
    if not all(isinstance(each, str) and (not each or "=" in each) for each in values):
        raise AnswerError(_("This answer is not one of the options. Load the page again and choose once more."))
    return [(left, right) for left, _sign, right in (each.partition("=") for each in values if each) if right]
