"""A text whose missing words are chosen from lists."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from assessments.errors import AnswerError, QuestionError
from assessments.marking import NOT_ANSWERED, Credit
from assessments.question_types.base import (
    Choice,
    Part,
    Response,
    Side,
    Structure,
    Words,
    checked_ids,
    checked_texts,
    shuffled,
)
from assessments.question_types.gaps import GapsQuestion, given_in, in_text, text_around
from assessments.question_types.texts import as_line


class SelectWords(GapsQuestion):
    """`{"gaps": [{"id": "g1", "right": "w1", "choices": ["w1", "w2"]}], "choices": ["w1", "w2", "w3"]}`.

    A gap without choices of its own takes those of the question. Words: `{"text": "The [[g1]] is …", "choices":
    {id: text}}`. The response is a choice by gap: `{"g1": "w1"}`.
    """

    name = "select_words"
    telling = Side.VALUE

    def check_structure(self, structure: Structure) -> None:
        super().check_structure(structure)
        for gap in structure["gaps"]:
            choices = choices_of(structure, gap)
            if not isinstance(choices, list) or len(choices) < 2:  # noqa: PLR2004 - nothing to choose otherwise
                raise QuestionError(_("Each gap needs at least two words to choose from."))
            checked_ids(choices)
            if gap.get("right") not in choices:
                raise QuestionError(_("The right word of each gap must be one of the words to choose from."))

    def check_words(self, structure: Structure, words: Words) -> None:
        super().check_words(structure, words)
        checked_texts(words, "choices", self.option_ids(structure))

    def option_ids(self, structure: Structure) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each for gap in structure["gaps"] for each in choices_of(structure, gap)))

    def shuffled(self, structure: Structure, seed: str) -> list[str]:
        return shuffled(self.option_ids(structure), seed)

    def parse(self, structure: Structure, raw: Any) -> Response:
        given = given_in(structure, raw)
        if any(given.get(gap["id"], gap["right"]) not in choices_of(structure, gap) for gap in structure["gaps"]):
            raise AnswerError(_("This answer is not one of the options. Load the page again and choose once more."))
        return given or None

    def mark(self, structure: Structure, response: Response) -> Credit:
        """Return right gaps ÷ all gaps.

        >>> gaps = [{"id": "g1", "right": "w1"}, {"id": "g2", "right": "w2"}]
        >>> SelectWords().mark({"gaps": gaps, "choices": ["w1", "w2", "w3"]}, {"g1": "w1", "g2": "w3"})
        Credit(part=Fraction(1, 2), reason='1 of 2 gaps right')
        """
        if not response:
            return NOT_ANSWERED
        hits = sum(response.get(gap["id"]) == gap["right"] for gap in structure["gaps"])
        return Credit(Fraction(hits, len(structure["gaps"])), f"{hits} of {len(structure['gaps'])} gaps right")

    def key(self, structure: Structure) -> Response:
        return {gap["id"]: gap["right"] for gap in structure["gaps"]}

    def told(self, structure: Structure, words: Words, gap: str, value: Any) -> str:
        return str((words.get("choices") or {}).get(value, value))

    def parts(
        self, structure: Structure, words: Words, order: Iterable[str], response: Response
    ) -> tuple[tuple[Part, ...], str]:
        texts, given = words.get("choices") or {}, response or {}
        shown = list(order) or self.shuffled(structure, self.name)
        own = {gap["id"]: choices_of(structure, gap) for gap in structure["gaps"]}
        before, tail = text_around(words)
        return tuple(
            Part(
                id=gap,
                before=text,
                label=_("Gap %(number)s") % {"number": number},
                choices=tuple(
                    Choice(f"{gap}={each}", as_line(texts.get(each, each)), given.get(gap) == each)
                    for each in shown
                    if each in own[gap]
                ),
            )
            for number, (gap, text) in enumerate(zip(in_text(structure, words), before, strict=False), start=1)
        ), tail


def choices_of(structure: Structure, gap: Structure) -> Any:
    """Return the ids to choose from in a gap."""
    return gap.get("choices") or structure.get("choices")
