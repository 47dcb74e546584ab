"""An answer in sentences, marked by a person."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from assessments.errors import QuestionError
from assessments.marking import NOT_ANSWERED, Credit
from assessments.question_types.base import (
    LONGEST_TEXT,
    QuestionType,
    Response,
    Structure,
    Words,
    checked_ids,
    checked_texts,
    first_text,
)
from assessments.question_types.short_answer import text_in

MOST_CRITERIA, MOST_POINTS = 20, 100


class Essay(QuestionType):
    """`{"criteria": [{"id": "c1", "points": 4}, …]}` or `{}`. The response is the text.

    Words: `{"model_answer": text}` for the key, `{"rubric": text, "criteria": {id: text}}` for whoever marks.
    """

    name = "essay"
    widget = "long"

    def check_structure(self, structure: Structure) -> None:
        """Raise QuestionError when the criteria of marking could not be used."""
        criteria = structure.get("criteria") or []
        if not isinstance(criteria, list) or len(criteria) > MOST_CRITERIA:
            raise QuestionError(_("An essay has up to 20 criteria of marking."))
        checked_ids([each.get("id") if isinstance(each, Mapping) else None for each in criteria])
        for each in criteria:
            points = each.get("points")
            if not isinstance(points, int) or isinstance(points, bool) or not 1 <= points <= MOST_POINTS:
                raise QuestionError(_("The points of a criterion are a whole number from 1 to 100."))

    def check_words(self, structure: Structure, words: Words) -> None:
        super().check_words(structure, words)
        checked_texts(words, "criteria", [each["id"] for each in structure.get("criteria") or []])

    def parse(self, structure: Structure, raw: Any) -> Response:
        text = text_in(raw, LONGEST_TEXT)
        return text.replace("\r\n", "\n") if text else None

    def draft(self, structure: Structure, raw: Any) -> Response:
        return first_text(raw, 2 * LONGEST_TEXT)

    def mark(self, structure: Structure, response: Response) -> Credit | None:
        """Nothing for no answer; what a text earns a person says.

        >>> Essay().mark({}, "Our clinic …") is None, Essay().mark({}, None).reason
        (True, 'not answered')
        """
        return NOT_ANSWERED if response is None else None

    def key(self, structure: Structure) -> Response:
        return None

    def readable(self, structure: Structure, words: Words, response: Response) -> str:
        return "" if response is None else str(response)

    def readable_key(self, structure: Structure, words: Words) -> str:
        return str(words.get("model_answer") or "")

    def typed(self, response: Response) -> str:
        return "" if response is None else str(response)
