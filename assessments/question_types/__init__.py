"""The types of questions, by name. Each is pure: values in, values out."""

from collections.abc import Iterable

from django.utils.translation import override

from assessments.question_types.base import QuestionType, Response, ShownQuestion, Structure, Words
from assessments.question_types.multiple_response import MultipleResponse
from assessments.question_types.numerical import Numerical
from assessments.question_types.single_choice import SingleChoice
from assessments.question_types.true_false import TrueFalse

TYPES: dict[str, QuestionType] = {
    each.name: each for each in (SingleChoice(), MultipleResponse(), TrueFalse(), Numerical())
}


def show(
    type_name: str,
    structure: Structure,
    words: Words,
    *,
    language: str,
    order: Iterable[str] = (),
    response: Response = None,
) -> ShownQuestion:
    """Return a question with the answer given so far, in the language of its words, ready for a template."""
    kind = TYPES[type_name]
    with override(language):
        return ShownQuestion(
            widget=kind.widget,
            language=language,
            stem=str(words.get("stem", "")),
            feedback=str(words.get("feedback") or ""),
            unit=str(words.get("unit") or ""),
            options=kind.options(structure, words, order, response),
            typed=kind.typed(response),
            answer=kind.readable(structure, words, response),
            key=kind.readable_key(structure, words),
        )


__all__ = ["TYPES", "QuestionType", "Response", "ShownQuestion", "Structure", "Words", "show"]
