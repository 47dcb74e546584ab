"""Statements: what is refused, how an answer is read and told."""

from typing import Any

import pytest

from assessments.errors import AnswerError, QuestionError
from assessments.question_types import TYPES

TRUE_FALSE = TYPES["true_false"]


@pytest.mark.parametrize("structure", [{}, {"answer": None}, {"answer": "true"}, {"answer": 1}])
def test_a_statement_that_is_neither_is_refused_with_a_sentence(structure: dict[str, Any]) -> None:
    with pytest.raises(QuestionError) as refused:
        TRUE_FALSE.check_structure(structure)

    assert str(refused.value) == "Say whether the statement is true or false."


@pytest.mark.parametrize("raw", ["yes", "True", 1, 0, 1.0, ["maybe"], {"answer": True}, [["true"]]])
def test_any_other_answer_is_refused_with_a_sentence(raw: object) -> None:
    with pytest.raises(AnswerError) as refused:
        TRUE_FALSE.parse({"answer": True}, raw)

    assert str(refused.value) == "This answer is not one of the options. Load the page again and choose once more."


@pytest.mark.parametrize(("raw", "response"), [("true", True), (["false"], False), (True, True), (False, False)])
def test_an_answer_comes_from_a_form_or_as_json(raw: object, response: bool) -> None:
    assert TRUE_FALSE.parse({"answer": True}, raw) is response


def test_an_answer_is_read_as_a_word_and_nothing_for_none() -> None:
    assert [TRUE_FALSE.readable({"answer": True}, {}, each) for each in (True, False, None)] == ["True", "False", ""]
    assert TRUE_FALSE.readable_key({"answer": False}, {}) == "False"
