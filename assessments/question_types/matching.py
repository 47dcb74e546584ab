"""Things on the left that each belong to one on the right."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from string import ascii_uppercase
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from assessments.errors import AnswerError, QuestionError
from assessments.marking import NOT_ANSWERED, Credit
from assessments.question_types.base import (
    Choice,
    Part,
    QuestionType,
    Response,
    Side,
    Structure,
    Words,
    checked_ids,
    checked_texts,
    out_of_order,
    pairs_in,
    shuffled,
)
from assessments.question_types.texts import as_line

FEWEST, MOST = 2, 26


class Matching(QuestionType):
    """`{"pairs": [{"id": "a", "right": "r1"}, …], "rights": ["r1", …]}`; the response is `{"a": "r1", …}`.

    `rights` may name more than the pairs use (distractors), and one may be right for several on the left. Words:
    `{"lefts": {id: text}, "rights": {id: text}}`. Shown answers get letters: a closed list cuts them.
    """

    name = "matching"
    widget = "match"
    always_shuffled = True
    telling = Side.VALUE

    def check_structure(self, structure: Structure) -> None:
        pairs, rights = structure.get("pairs"), structure.get("rights")
        if not isinstance(pairs, list) or not FEWEST <= len(pairs) <= MOST:
            raise QuestionError(_("A matching question needs 2 to 26 pairs."))
        if not isinstance(rights, list) or not FEWEST <= len(rights) <= MOST:
            raise QuestionError(_("A matching question needs 2 to 26 answers to choose from."))
        checked_ids([pair.get("id") if isinstance(pair, Mapping) else None for pair in pairs])
        checked_ids(rights)
        if any(pair.get("right") not in rights for pair in pairs):
            raise QuestionError(_("The right answer of each pair must be one of the answers to choose from."))

    def check_words(self, structure: Structure, words: Words) -> None:
        super().check_words(structure, words)
        checked_texts(words, "lefts", key_of(structure))
        checked_texts(words, "rights", structure["rights"])

    def option_ids(self, structure: Structure) -> tuple[str, ...]:
        return tuple(structure["rights"])

    def shuffled(self, structure: Structure, seed: str) -> list[str]:
        """The answers in an order in which reading down both columns never gives the pairs away."""
        return out_of_order(shuffled(structure["rights"], seed), list(dict.fromkeys(key_of(structure).values())))

    def parse(self, structure: Structure, raw: Any) -> Response:
        key, given = key_of(structure), dict(pairs_in(raw))
        if not given.keys() <= key.keys() or not set(given.values()) <= set(structure["rights"]):
            raise AnswerError(_("This answer is not one of the options. Load the page again and choose once more."))
        return {left: given[left] for left in key if left in given} or None

    def posted(self, structure: Structure, response: Response) -> Any:
        return [f"{left}={right}" for left, right in (response or {}).items()]

    def mark(self, structure: Structure, response: Response) -> Credit:
        """Return right pairs ÷ all pairs. A wrong pair costs nothing, so a mark is never below 0.

        >>> pairs = [{"id": "a", "right": "r1"}, {"id": "b", "right": "r2"}, {"id": "c", "right": "r1"}]
        >>> Matching().mark({"pairs": pairs, "rights": ["r1", "r2", "r3"]}, {"a": "r1", "b": "r3", "c": "r1"})
        Credit(part=Fraction(2, 3), reason='2 of 3 pairs right')
        """
        if not response:
            return NOT_ANSWERED
        key = key_of(structure)
        hits = sum(response.get(left) == right for left, right in key.items())
        return Credit(Fraction(hits, len(key)), f"{hits} of {len(key)} pairs right")

    def key(self, structure: Structure) -> Response:
        return key_of(structure)

    def lines(self, structure: Structure, words: Words, response: Response) -> tuple[str, ...]:
        lefts, rights = words.get("lefts") or {}, words.get("rights") or {}
        return tuple(
            f"{lefts.get(left, left)} → {rights.get(right, right)}" for left, right in (response or {}).items()
        )

    def parts(
        self, structure: Structure, words: Words, order: Iterable[str], response: Response
    ) -> tuple[tuple[Part, ...], str]:
        lefts, rights, given = words.get("lefts") or {}, words.get("rights") or {}, response or {}
        shown = list(order) or self.shuffled(structure, self.name)
        return tuple(
            Part(
                id=left,
                before=str(lefts.get(left, left)),
                choices=tuple(
                    Choice(
                        f"{left}={each}",
                        f"{letter}. {as_line(rights.get(each, each))}",
                        given.get(left) == each,
                        shown=_lettered(letter, rights.get(each, each)),
                    )
                    for letter, each in zip(ascii_uppercase, shown, strict=False)
                ),
            )
            for left in key_of(structure)
        ), ""


def _lettered(letter: str, text: Any) -> str:
    """An answer behind its letter, with its markup."""
    return format_html("{}. {}", letter, text) if isinstance(text, SafeString) else f"{letter}. {text}"


def key_of(structure: Structure) -> dict[str, str]:
    """Return what is right for each on the left, in the editor's order."""
    return {pair["id"]: pair["right"] for pair in structure["pairs"]}
