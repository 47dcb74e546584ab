"""One of several options: what is refused, what each option earns and why."""

import pytest

from assessments.errors import AnswerError, QuestionError
from assessments.marking import ALL, NOT_ANSWERED, NOTHING, Credit
from assessments.question_types import TYPES

SINGLE = TYPES["single_choice"]
STRUCTURE = {
    "options": [
        {"id": "A", "correct": False},
        {"id": "B", "correct": True},
        {"id": "C", "correct": False, "credit": "-0.5"},
    ]
}


def test_two_right_options_are_refused_with_a_sentence() -> None:
    with pytest.raises(QuestionError) as refused:
        SINGLE.check_structure({"options": [{"id": each, "correct": True} for each in "AB"]})

    assert str(refused.value) == "A single choice has exactly one right option."


@pytest.mark.parametrize("raw", ["D", ["D"], 1, {"A": True}, [["A"]]])
def test_what_is_not_offered_is_refused_with_a_sentence(raw: object) -> None:
    with pytest.raises(AnswerError) as refused:
        SINGLE.parse(STRUCTURE, raw)

    assert str(refused.value) == "This answer is not one of the options. Load the page again and choose once more."


def test_an_option_without_text_is_named_in_the_sentence() -> None:
    with pytest.raises(QuestionError) as refused:
        SINGLE.check_words(STRUCTURE, {"stem": "Which?", "options": {"A": "Yes", "B": " ", "C": "No"}})

    assert str(refused.value) == "The text of option B is missing."


@pytest.mark.parametrize(
    ("response", "credit"),
    [
        ("B", Credit(ALL, "right")),
        ("A", Credit(NOTHING, "wrong")),
        ("C", Credit(NOTHING, "wrong")),
        (None, NOT_ANSWERED),
    ],
)
def test_an_option_earns_everything_or_nothing_and_never_less(response: str | None, credit: Credit) -> None:
    assert SINGLE.mark(STRUCTURE, response) == credit


def test_the_right_option_is_the_key() -> None:
    assert SINGLE.key(STRUCTURE) == "B"
