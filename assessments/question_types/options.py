"""What single choice and multiple response share: a list of options, some of them right."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from assessments.errors import AnswerError, QuestionError
from assessments.marking import part_in
from assessments.question_types.base import Option, QuestionType, Response, Structure, Words, shuffled

FEWEST, MOST = 2, 26


class OptionsQuestion(QuestionType):
    """A question with `{"options": [{"id": "A", "correct": true}, …]}`.

    An option may say `"last": true` (it keeps its place at the end when options are shuffled: "I do not know") and
    `"credit": "0.5"` (what choosing it earns, from -1 to 1, instead of the type's own rule).
    """

    def check_structure(self, structure: Structure) -> None:
        options = structure.get("options")
        if not isinstance(options, list) or not FEWEST <= len(options) <= MOST:
            raise QuestionError(_("A question to choose from needs 2 to 26 options."))
        ids = [option.get("id") if isinstance(option, Mapping) else None for option in options]
        if not all(isinstance(each, str) and each for each in ids) or len(set(ids)) != len(ids):
            raise QuestionError(_("Each option needs an id of its own."))
        if not any(option.get("correct") is True for option in options):
            raise QuestionError(_("No option is marked as right."))
        for option in options:
            credit_of(option)

    def check_words(self, structure: Structure, words: Words) -> None:
        super().check_words(structure, words)
        texts = words.get("options") or {}
        missing = [each for each in self.option_ids(structure) if not str(texts.get(each) or "").strip()]
        if missing:
            raise QuestionError(_("The text of option %(id)s is missing.") % {"id": missing[0]})

    def option_ids(self, structure: Structure) -> tuple[str, ...]:
        return tuple(option["id"] for option in structure["options"])

    def shuffled(self, structure: Structure, seed: str) -> list[str]:
        last = [option["id"] for option in structure["options"] if option.get("last")]
        return shuffled([each for each in self.option_ids(structure) if each not in last], seed) + last

    def options(
        self, structure: Structure, words: Words, order: Iterable[str], response: Response
    ) -> tuple[Option, ...]:
        chosen = chosen_ids(response)
        right = right_ids(structure)
        texts, rationales = words.get("options") or {}, words.get("rationales") or {}
        return tuple(
            Option(each, str(texts.get(each, each)), each in chosen, each in right, str(rationales.get(each, "")))
            for each in order or self.option_ids(structure)
        )

    def readable(self, structure: Structure, words: Words, response: Response) -> str:
        chosen, texts = chosen_ids(response), words.get("options") or {}
        return "; ".join(str(texts.get(each, each)) for each in self.option_ids(structure) if each in chosen)

    def known(self, structure: Structure, chosen: Iterable[Any]) -> list[str]:
        """Return chosen ids once each and in the editor's order; raises AnswerError for an id that does not exist."""
        wanted = set()
        for each in chosen:
            if not isinstance(each, str) or each not in self.option_ids(structure):
                raise AnswerError(_("This answer is not one of the options. Load the page again and choose once more."))
            wanted.add(each)
        return [each for each in self.option_ids(structure) if each in wanted]


def chosen_ids(response: Response) -> frozenset[str]:
    """Return the ids in a response of one id or of several."""
    if response is None:
        return frozenset()
    return frozenset([response] if isinstance(response, str) else response)


def right_ids(structure: Structure) -> frozenset[str]:
    """Return the ids of the options that are right."""
    return frozenset(option["id"] for option in structure["options"] if option.get("correct") is True)


def credit_of(option: Structure) -> Fraction | None:
    """Return what an option says it earns, exactly; None when the type's own rule decides."""
    if option.get("credit") is None:
        return None
    try:
        credit = part_in(option["credit"])
    except ValueError:
        credit = Fraction(2)
    if not -1 <= credit <= 1:
        raise QuestionError(_("What an option earns is a number from -1 to 1."))
    return credit
