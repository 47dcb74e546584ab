"""What editing added to the types: relative tolerances, criteria of marking, hints."""

from fractions import Fraction
from typing import Any

import pytest

from assessments.errors import QuestionError
from assessments.question_types import TYPES, show

FORTY = {"value": "-40", "tolerance": "5", "relative": True}


@pytest.mark.parametrize(("typed", "part"), [("-38", 1), ("-42", 1), ("-37,9", 0), ("-42.1", 0)])
def test_a_relative_tolerance_is_in_per_cent_of_its_value(typed: str, part: int) -> None:
    assert TYPES["numerical"].mark(FORTY, typed).part == Fraction(part)


def test_the_reason_says_the_tolerance_as_a_number() -> None:
    assert TYPES["numerical"].mark(FORTY, "1").reason == "not within 2 of -40"


@pytest.mark.parametrize(
    ("criteria", "sentence"),
    [
        ([{"id": "c1", "points": 0}], "The points of a criterion are a whole number from 1 to 100."),
        ([{"id": "c1", "points": True}], "The points of a criterion are a whole number from 1 to 100."),
        ([{"id": f"c{each}", "points": 1} for each in range(21)], "An essay has up to 20 criteria of marking."),
        (
            [{"id": "c1", "points": 1}, {"id": "c1", "points": 1}],
            "Each part of a question needs an id of its own, without the sign “=”.",
        ),
    ],
)
def test_criteria_that_could_not_be_used_are_refused(criteria: list[dict[str, Any]], sentence: str) -> None:
    with pytest.raises(QuestionError, match=sentence):
        TYPES["essay"].check_structure({"criteria": criteria})


def test_a_criterion_needs_its_text() -> None:
    structure = {"criteria": [{"id": "c1", "points": 4}]}
    TYPES["essay"].check_structure(structure)

    with pytest.raises(QuestionError, match=r"The text of c1 is missing\."):
        TYPES["essay"].check_words(structure, {"stem": "Why?"})


@pytest.mark.parametrize("hints", ["Think.", [""], [3]])
def test_hints_are_a_list_of_texts(hints: Any) -> None:
    with pytest.raises(QuestionError, match=r"The hints of a question are a list of texts\."):
        TYPES["true_false"].check_words({"answer": True}, {"stem": "So?", "hints": hints})


def test_hints_are_shown_in_their_order() -> None:
    shown = show("true_false", {"answer": True}, {"stem": "So?", "hints": ["One", "Two"]}, language="en")

    assert shown.hints == ("One", "Two")
