"""The types of questions, by name. Each is pure: values in, values out."""

from collections.abc import Sequence

from django.utils.translation import override

from assessments.question_types.base import QuestionType, Response, ShownQuestion, Structure, Words
from assessments.question_types.description import Description
from assessments.question_types.essay import Essay
from assessments.question_types.gap_fill import GapFill
from assessments.question_types.matching import Matching
from assessments.question_types.multiple_response import MultipleResponse
from assessments.question_types.numerical import Numerical
from assessments.question_types.ordering import Ordering
from assessments.question_types.select_words import SelectWords
from assessments.question_types.short_answer import ShortAnswer
from assessments.question_types.signs import signed, signed_parts, unsigned
from assessments.question_types.single_choice import SingleChoice
from assessments.question_types.texts import plain_words, shown_words
from assessments.question_types.true_false import TrueFalse

TYPES: dict[str, QuestionType] = {
    each.name: each
    for each in (
        SingleChoice(),
        MultipleResponse(),
        TrueFalse(),
        Matching(),
        Ordering(),
        Numerical(),
        ShortAnswer(),
        GapFill(),
        SelectWords(),
        Essay(),
        Description(),
    )
}


def show(
    type_name: str,
    structure: Structure,
    words: Words,
    *,
    language: str,
    order: Sequence[str] = (),
    response: Response = None,
) -> ShownQuestion:
    """Return a question with the answer given so far, in the language of its words, ready for a template.

    Shown in the `order` of an attempt, ids that would tell the answer are signs.
    """
    kind, plain, words = TYPES[type_name], plain_words(words), shown_words(words)
    with override(language):
        parts, tail = kind.parts(structure, words, order, response)
        return ShownQuestion(
            widget=kind.widget,
            language=language,
            stem=str(words.get("stem", "")),
            feedback=str(words.get("feedback") or ""),
            unit=str(words.get("unit") or ""),
            options=kind.options(structure, words, order, response),
            typed=kind.typed(response),
            answer=kind.readable(structure, plain, response),
            key=kind.readable_key(structure, plain),
            case=str(words.get("case") or ""),
            parts=signed_parts(kind.telling, order, parts),
            tail=tail,
            answer_lines=kind.lines(structure, plain, response),
            key_lines=kind.key_lines(structure, plain),
            rubric=str(words.get("rubric") or ""),
            hints=tuple(words.get("hints") or ()),
            said=kind.said(structure, words, response),
        )


__all__ = [
    "TYPES",
    "QuestionType",
    "Response",
    "ShownQuestion",
    "Structure",
    "Words",
    "show",
    "signed",
    "unsigned",
]
