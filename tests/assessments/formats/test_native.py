"""Marking a file in the academy's own JSON."""

import pytest

from assessments.errors import QuestionError
from assessments.formats.native import mark_file

SINGLE = {
    "type": "single_choice",
    "name": "article",
    "stem": "Which article?",
    "answers": [{"text": "Article 9", "fraction": 0}, {"text": "Article 12", "fraction": 1}],
}
MULTIPLE = {
    "type": "multiple_response",
    "stem": "Which two?",
    "answers": [
        {"text": "law", "fraction": 0.5},
        {"text": "aim", "fraction": 0.5},
        {"text": "money", "fraction": 0},
        {"text": "habit", "fraction": 0},
    ],
}
TRUE_FALSE = {
    "type": "true_false",
    "stem": "?",
    "answers": [{"text": "true", "fraction": 0}, {"text": "false", "fraction": 1}],
}
NUMBER = {"type": "numerical", "stem": "?", "answers": [{"text": "50.8", "tolerance": 0.1, "fraction": 1}]}


def fractions(question: dict, *answers: object) -> list[float | None]:
    data = {"questions": [question], "responses": [{"question": 0, "answer": answer} for answer in answers]}
    return [mark["fraction"] for mark in mark_file(data)]


def test_an_option_is_named_by_its_text_its_id_or_its_number() -> None:
    assert fractions(SINGLE, "Article 12", "B", 1, "Article 9", "A", 0, None, "") == [1, 1, 1, 0, 0, 0, 0, 0]


def test_a_multiple_response_follows_its_own_rule_when_fractions_only_say_what_is_right() -> None:
    assert fractions(MULTIPLE, ["law", "aim"], ["A"], ["A", "C"], ["A", "B", "C"], [0, 1, 2, 3], [], ["money"]) == [
        1,
        0.5,
        0,
        0.5,
        0,
        0,
        0,
    ]


def test_weights_of_a_multiple_response_are_added_and_never_below_nothing() -> None:
    weighted = {
        **MULTIPLE,
        "answers": [{"text": "a", "fraction": 1}, {"text": "b", "fraction": 0.25}, {"text": "c", "fraction": -0.5}],
    }

    assert fractions(weighted, ["a"], ["b"], ["a", "c"], ["c"], ["a", "b"]) == [1, 0.25, 0.5, 0, 1]


def test_a_single_choice_may_have_a_second_best_answer() -> None:
    second_best = {**SINGLE, "answers": [*SINGLE["answers"], {"text": "Article 24", "fraction": 0.5}]}

    assert fractions(second_best, "A", "B", "C") == [0, 1, 0.5]


def test_true_and_false_are_booleans_or_words() -> None:
    assert fractions(TRUE_FALSE, False, "false", "False", True, None) == [1, 1, 1, 0, 0]


def test_numbers_are_typed_as_people_type_them() -> None:
    assert fractions(NUMBER, "50,8", 50.9, "50.7", "51", 41) == [1, 1, 1, 0, 0]


def test_several_values_of_a_number_earn_their_fraction() -> None:
    several = {
        **NUMBER,
        "answers": [
            {"text": "90", "tolerance": 5, "fraction": 0.5},
            {"text": "100", "fraction": 1},
            {"text": "7", "fraction": 0},
        ],
    }

    assert fractions(several, "100", "92", "7") == [1, 0.5, 0]


def test_an_answer_that_cannot_be_read_has_a_reason_and_no_mark() -> None:
    data = {"questions": [NUMBER], "responses": [{"question": 0, "answer": "1,2,3"}]}

    assert mark_file(data) == [
        {
            "question": 0,
            "fraction": None,
            "reason": (
                "“1,2,3” is not one number. Write it in digits and without a unit, for example 1250.5 or 1 250,5."
            ),
        }
    ]


def test_the_stored_structure_is_understood_and_questions_are_found_by_name() -> None:
    stored = {
        "type": "single_choice",
        "name": "Q1",
        "structure": {"options": [{"id": "X", "correct": True}, {"id": "Y", "correct": False}]},
        "words": {"stem": "?", "options": {"X": "yes", "Y": "no"}},
    }
    data = {"questions": [SINGLE, stored], "responses": [{"question": "Q1", "answer": "yes"}]}

    assert mark_file(data) == [{"question": "Q1", "fraction": 1.0, "reason": "right"}]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ([], "needs a list called"),
        ({"questions": [{"type": "riddle"}]}, "no question type “riddle”"),
        ({"questions": ["?"]}, "no question type"),
        ({"questions": [{**SINGLE, "answers": ["A"]}]}, "list of objects"),
        ({"questions": [{**SINGLE, "answers": [{"fraction": "x"}, {"fraction": 1}]}]}, "must be a number"),
        ({"questions": [{**TRUE_FALSE, "answers": []}]}, "true or false"),
        ({"questions": [{**NUMBER, "answers": []}]}, "must be numbers"),
        ({"questions": [SINGLE], "responses": [{"question": 7, "answer": "A"}]}, "no question “7”"),
        ({"questions": [SINGLE], "responses": ["A"]}, "A response is an object"),
    ],
)
def test_a_file_that_cannot_be_marked_is_refused_with_a_sentence(data: object, sentence: str) -> None:
    with pytest.raises(QuestionError, match=sentence):
        mark_file(data)
