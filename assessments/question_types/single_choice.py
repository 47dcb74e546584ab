"""One of several options."""

from typing import Any

from django.utils.translation import gettext as _

from assessments.errors import QuestionError
from assessments.marking import ALL, NOT_ANSWERED, NOTHING, Credit, bounded
from assessments.question_types.base import Response, Structure, single
from assessments.question_types.options import OptionsQuestion, credit_of, right_ids


class SingleChoice(OptionsQuestion):
    """Exactly one option is right. The response is its id: "C"."""

    name = "single_choice"
    widget = "radio"

    def check_structure(self, structure: Structure) -> None:
        super().check_structure(structure)
        if len(right_ids(structure)) > 1:
            raise QuestionError(_("A single choice has exactly one right option."))

    def parse(self, structure: Structure, raw: Any) -> Response:
        value = single(raw)
        return None if value is None else self.known(structure, [value])[0]

    def mark(self, structure: Structure, response: Response) -> Credit:
        """Everything for the right option, nothing for another, or what the option says it earns.

        >>> SingleChoice().mark({"options": [{"id": "A", "correct": True}, {"id": "B", "correct": False}]}, "A").part
        Fraction(1, 1)
        """
        if response is None:
            return NOT_ANSWERED
        option = next(each for each in structure["options"] if each["id"] == response)
        right = option.get("correct") is True
        credit = credit_of(option)
        part = (ALL if right else NOTHING) if credit is None else bounded(credit)
        return Credit(part, "right" if right else "partly right" if part else "wrong")

    def key(self, structure: Structure) -> Response:
        return next(iter(right_ids(structure)))
