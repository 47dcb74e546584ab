"""A text between the questions. Nothing is answered and nothing is marked."""

from typing import Any

from assessments.marking import NOT_ANSWERED, Credit
from assessments.question_types.base import QuestionType, Response, Structure, Words


class Description(QuestionType):
    """`{}`. There is no response, and its highest mark is 0."""

    name = "description"
    widget = "none"
    counts = False

    def check_structure(self, structure: Structure) -> None:
        """Nothing can be wrong: the structure holds nothing."""

    def parse(self, structure: Structure, raw: Any) -> Response:
        """Whatever comes is no answer.

        >>> Description().parse({}, ["anything"]) is None
        True
        """
        return None

    def mark(self, structure: Structure, response: Response) -> Credit:
        return NOT_ANSWERED

    def key(self, structure: Structure) -> Response:
        return None

    def readable(self, structure: Structure, words: Words, response: Response) -> str:
        return ""
