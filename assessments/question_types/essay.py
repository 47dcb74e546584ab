"""An answer in sentences, marked by a person."""

from typing import Any

from assessments.marking import NOT_ANSWERED, Credit
from assessments.question_types.base import LONGEST_TEXT, QuestionType, Response, Structure, Words, first_text
from assessments.question_types.short_answer import text_in


class Essay(QuestionType):
    """`{}`. The response is the text. Words: a model answer for the key, a rubric for whoever marks."""

    name = "essay"
    widget = "long"

    def check_structure(self, structure: Structure) -> None:
        """Nothing can be wrong: the structure holds nothing."""

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
