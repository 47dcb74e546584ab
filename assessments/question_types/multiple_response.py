"""Several of several options."""

from fractions import Fraction
from typing import Any

from assessments.marking import NOT_ANSWERED, Credit, bounded
from assessments.question_types.base import Response, Structure
from assessments.question_types.options import OptionsQuestion, credit_of, right_ids


class MultipleResponse(OptionsQuestion):
    """One option or more is right. The response is a list of ids in the editor's order: ["A", "C"]."""

    name = "multiple_response"
    widget = "checkbox"

    def parse(self, structure: Structure, raw: Any) -> Response:
        if not isinstance(raw, list | tuple):
            raw = [] if raw is None else [raw]
        return self.known(structure, (each for each in raw if each != "")) or None

    def mark(self, structure: Structure, response: Response) -> Credit:
        """Return right chosen ÷ all right − wrong chosen ÷ all wrong, never below 0.

        Whoever ticks everything gets nothing. When an option says what it earns, the mark is the sum of what the
        chosen options earn instead.

        >>> options = [{"id": id, "correct": id in "AB"} for id in "ABCD"]
        >>> MultipleResponse().mark({"options": options}, ["A"]).part
        Fraction(1, 2)
        >>> MultipleResponse().mark({"options": options}, ["A", "B", "C"])
        Credit(part=Fraction(1, 2), reason='2 of 2 right, 1 of 2 wrong')
        """
        if not response:
            return NOT_ANSWERED
        options, right, chosen = structure["options"], right_ids(structure), frozenset(response)
        wrong = len(options) - len(right)
        hits, misses = len(chosen & right), len(chosen - right)
        if any(credit_of(option) is not None for option in options):
            earned = (credit_of(option) or Fraction(0) for option in options if option["id"] in chosen)
            part = sum(earned, Fraction(0))
        else:
            part = Fraction(hits, len(right)) - (Fraction(misses, wrong) if wrong else 0)
        return Credit(bounded(part), f"{hits} of {len(right)} right, {misses} of {wrong} wrong")

    def key(self, structure: Structure) -> Response:
        return [each for each in self.option_ids(structure) if each in right_ids(structure)]
