"""What every type of question can do.

A type knows three plain values and nothing of the database:

* *structure* – what no language changes: option ids and which are right, a number and its tolerance;
* *words* – of one language: `{"stem", "options": {id: text}, "rationales": {id: text}, "feedback", "unit"}`;
* *response* – the answer as JSON; None is "no answer".
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from assessments.errors import AnswerError, QuestionError
from assessments.marking import Credit

Structure = Mapping[str, Any]
Words = Mapping[str, Any]
Response = Any

LONGEST_TEXT = 10_000


@dataclass(frozen=True)
class Option:
    """A line that can be chosen, as it is shown."""

    id: str
    text: str
    chosen: bool
    right: bool
    rationale: str


@dataclass(frozen=True)
class ShownQuestion:
    """A question in one language, ready for a template.

    `widget` is "radio", "checkbox" or "number"; `options` stand in the order in which they are shown; `typed` is what
    was typed in a field; `answer` and `key` are the given and the right answer as words to read.
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


class QuestionType(ABC):
    """One type of question."""

    name: str
    widget: str

    @abstractmethod
    def check_structure(self, structure: Structure) -> None:
        """Raise QuestionError when a question of this shape could not be asked or marked."""

    def check_words(self, structure: Structure, words: Words) -> None:
        """Raise QuestionError when words are missing that the structure needs."""
        stem = words.get("stem")
        if not isinstance(stem, str) or not stem.strip():
            raise QuestionError(_("A question needs its text."))
        if len(stem) > LONGEST_TEXT:
            raise QuestionError(_("The text of the question is too long: keep it under 10 000 characters."))

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

    @abstractmethod
    def mark(self, structure: Structure, response: Response) -> Credit:
        """Return what a response (as `parse` returns it) earned."""

    @abstractmethod
    def key(self, structure: Structure) -> Response:
        """Return a response that earns everything."""

    @abstractmethod
    def readable(self, structure: Structure, words: Words, response: Response) -> str:
        """Return a response as words to read; an empty string for no answer."""

    def readable_key(self, structure: Structure, words: Words) -> str:
        """Return the right answer as words to read in the active language."""
        return self.readable(structure, words, self.key(structure))

    def options(
        self, structure: Structure, words: Words, order: Iterable[str], response: Response
    ) -> tuple[Option, ...]:
        """Return the lines to choose from in the order shown."""
        return ()

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


def shuffled(ids: Sequence[str], seed: str) -> list[str]:
    """Return ids in an order decided by the seed alone: the same on every machine and in every version of Python."""
    return sorted(ids, key=lambda each: sha256(f"{seed}/{each}".encode()).digest())
