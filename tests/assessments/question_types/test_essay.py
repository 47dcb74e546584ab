"""Essays: the limits of criteria, what is kept of a text, what is shown."""

from typing import Any

import pytest

from assessments.errors import AnswerError, QuestionError
from assessments.question_types import TYPES

ESSAY = TYPES["essay"]


def criteria(count: int, points: object = 1) -> dict[str, Any]:
    return {"criteria": [{"id": f"c{each}", "points": points} for each in range(count)]}


@pytest.mark.parametrize("structure", [{}, criteria(0), criteria(1, 1), criteria(1, 100), criteria(20)])
def test_up_to_twenty_criteria_of_one_to_a_hundred_points(structure: dict[str, Any]) -> None:
    ESSAY.check_structure(structure)


@pytest.mark.parametrize(
    ("structure", "sentence"),
    [
        (criteria(21), "An essay has up to 20 criteria of marking."),
        ({"criteria": {"id": "c1", "points": 1}}, "An essay has up to 20 criteria of marking."),
        (criteria(1, 0), "The points of a criterion are a whole number from 1 to 100."),
        (criteria(1, 101), "The points of a criterion are a whole number from 1 to 100."),
        (criteria(1, "4"), "The points of a criterion are a whole number from 1 to 100."),
        (criteria(1, 1.5), "The points of a criterion are a whole number from 1 to 100."),
        ({"criteria": ["c1"]}, "Each part of a question needs an id of its own, without the sign “=”."),
        ({"criteria": [{"points": 1}]}, "Each part of a question needs an id of its own, without the sign “=”."),
    ],
)
def test_other_criteria_are_refused_with_a_sentence(structure: dict[str, Any], sentence: str) -> None:
    with pytest.raises(QuestionError) as refused:
        ESSAY.check_structure(structure)

    assert str(refused.value) == sentence


def test_each_criterion_needs_its_text_and_an_essay_needs_no_criteria() -> None:
    ESSAY.check_words({}, {"stem": "Why?"})
    ESSAY.check_words(criteria(2), {"stem": "Why?", "criteria": {"c0": "A reason", "c1": "An example"}})

    with pytest.raises(QuestionError) as refused:
        ESSAY.check_words(criteria(2), {"stem": "Why?", "criteria": {"c0": "A reason"}})

    assert str(refused.value) == "The text of c1 is missing."


@pytest.mark.parametrize("nothing", [None, "", [""], "  "])
def test_no_text_is_no_answer(nothing: object) -> None:
    assert ESSAY.parse({}, nothing) is None


def test_a_text_that_is_too_long_is_shown_again_up_to_twice_its_length() -> None:
    text = "я" * 30_001

    with pytest.raises(AnswerError) as refused:
        ESSAY.parse({}, [text])

    assert str(refused.value) == "This answer is too long: 30001 characters, and 10000 are possible."
    assert ESSAY.draft({}, [text]) == "я" * 20_000


def test_a_text_is_shown_as_it_was_written_and_nothing_for_none() -> None:
    assert [ESSAY.typed(each) for each in ("Because", None)] == ["Because", ""]
    assert [ESSAY.readable({}, {}, each) for each in ("Because", None)] == ["Because", ""]


def test_the_key_is_the_good_answer_if_there_is_one() -> None:
    assert ESSAY.key({}) is None
    assert [ESSAY.readable_key({}, each) for each in ({"model_answer": "So"}, {})] == ["So", ""]
