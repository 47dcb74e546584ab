"""A statement that is true or false."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from assessments.errors import AnswerError, QuestionError
from assessments.marking import ALL, NOT_ANSWERED, NOTHING, Credit
from assessments.question_types.base import Option, QuestionType, Response, Structure, Words, single

READINGS = {"true": True, "false": False, True: True, False: False}


class TrueFalse(QuestionType):
    """`{"answer": true}`. The response is a boolean; the options are called "true" and "false"."""

    name = "true_false"
    widget = "radio"

    def check_structure(self, structure: Structure) -> None:
        if not isinstance(structure.get("answer"), bool):
            raise QuestionError(_("Say whether the statement is true or false."))

    def option_ids(self, structure: Structure) -> tuple[str, ...]:
        return ("true", "false")

    def parse(self, structure: Structure, raw: Any) -> Response:
        value = single(raw)
        if value is None:
            return None
        if not isinstance(value, str | bool) or value not in READINGS:
            raise AnswerError(_("This answer is not one of the options. Load the page again and choose once more."))
        return READINGS[value]

    def mark(self, structure: Structure, response: Response) -> Credit:
        """Everything or nothing.

        >>> TrueFalse().mark({"answer": False}, False)
        Credit(part=Fraction(1, 1), reason='right')
        """
        if response is None:
            return NOT_ANSWERED
        return Credit(ALL, "right") if response is structure["answer"] else Credit(NOTHING, "wrong")

    def key(self, structure: Structure) -> Response:
        return structure["answer"]

    def options(
        self, structure: Structure, words: Words, order: Iterable[str], response: Response
    ) -> tuple[Option, ...]:
        rationales = words.get("rationales") or {}
        return tuple(
            Option(
                id=each,
                text=_label(READINGS[each]),
                chosen=response is READINGS[each],
                right=structure["answer"] is READINGS[each],
                rationale=str(rationales.get(each, "")),
            )
            for each in self.option_ids(structure)
        )

    def readable(self, structure: Structure, words: Words, response: Response) -> str:
        return "" if response is None else _label(response)


def _label(value: bool) -> str:
    return _("True") if value else _("False")
