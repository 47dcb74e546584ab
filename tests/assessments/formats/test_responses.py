"""Marking a file in the academy's own JSON."""

import pytest

from assessments.errors import QuestionError
from assessments.formats.responses import mark_file

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
        ({"questions": [{**NUMBER, "answers": []}]}, "No accepted number earns everything"),
        ({"questions": [SINGLE], "responses": [{"question": 7, "answer": "A"}]}, "no question “7”"),
        ({"questions": [SINGLE], "responses": ["A"]}, "A response is an object"),
    ],
)
def test_a_file_that_cannot_be_marked_is_refused_with_a_sentence(data: object, sentence: str) -> None:
    with pytest.raises(QuestionError, match=sentence):
        mark_file(data)


# --- Further types --------------------------------------------------------------------------------------------------

MATCHING = {
    "type": "matching",
    "stem": "?",
    "pairs": [
        {"stem": "Refugee", "answer": "Fled persecution"},
        {"stem": "Migrant worker", "answer": "Works abroad"},
        {"stem": "", "answer": "Travels for pleasure"},
    ],
}
ORDERING = {"type": "ordering", "stem": "?", "order": ["listen", "explain", "recommend"]}
SHORT = {
    "type": "short_answer",
    "stem": "?",
    "answers": [
        {"text": "refugee*", "fraction": 1},
        {"text": "migrant", "fraction": 0.5},
        {"text": "x", "fraction": 0},
    ],
}
CLOZE = {
    "type": "cloze",
    "structure": {
        "gaps": [
            {"id": "g1", "type": "numerical", "value": "12"},
            {"id": "g2", "type": "short_answer"},
        ]
    },
    "words": {"stem": "?", "text": "[[g1]] [[g2]]", "gaps": {"g2": {"accept": [{"text": "health"}]}}},
}
MISSING = {
    "type": "select_words",
    "structure": {"gaps": [{"id": "g1", "right": "w1"}, {"id": "g2", "right": "w2"}], "choices": ["w1", "w2", "w3"]},
    "words": {"stem": "?", "text": "[[g1]] [[g2]]", "choices": {"w1": "right", "w2": "duty", "w3": "favour"}},
}


def test_pairs_are_answered_by_stem_by_id_or_in_turn() -> None:
    assert fractions(
        MATCHING,
        {"Refugee": "Fled persecution", "Migrant worker": "Works abroad"},
        ["Fled persecution", "Travels for pleasure"],
        {"p1": "r1"},
        {"Refugee": "nonsense"},
        None,
    ) == [1, 0.5, 0.5, None, 0]


def test_an_order_is_a_list_of_texts_of_ids_or_of_numbers() -> None:
    right, ids, numbers = ["listen", "explain", "recommend"], ["i1", "i2", "i3"], [1, 2, 0]

    assert fractions(ORDERING, right, ids, numbers, right[:2], []) == [1, 1, 0.5, None, 0]
    assert fractions({**ORDERING, "grading": "all_or_nothing"}, right, numbers) == [1, 0]


def test_short_answers_are_patterns_with_fractions() -> None:
    assert fractions(SHORT, "Refugees", " migrant ", "x", "", ["a", "b"]) == [1, 0.5, 0, 0, None]
    assert fractions({**SHORT, "ignore_case": False}, "Refugees", "refugees") == [0, 1]


def test_gaps_are_answered_by_id_or_in_turn() -> None:
    assert fractions(CLOZE, {"g1": 12, "g2": "Health"}, ["12", "wealth"], ["twelve"], None) == [1, 0.5, None, 0]
    assert fractions(MISSING, ["right", "duty"], {"g1": "w1", "g2": "favour"}, {"g9": "w1"}) == [1, 0.5, None]


def test_an_essay_awaits_marking_and_a_description_earns_nothing() -> None:
    data = {"questions": [{"type": "essay"}], "responses": [{"question": 0, "answer": "Text"}, {"question": 0}]}

    assert mark_file(data) == [
        {"question": 0, "fraction": None, "reason": "awaits marking"},
        {"question": 0, "fraction": 0.0, "reason": "not answered"},
    ]
    assert fractions({"type": "description"}, "x") == [0]


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ({**MATCHING, "pairs": ["x"]}, "list of objects with stem and answer"),
        ({**MATCHING, "pairs": []}, "2 to 26 pairs"),
        ({**ORDERING, "order": "first"}, "list of texts"),
        ({**SHORT, "answers": []}, "at least one accepted answer"),
        ({"type": "cloze"}, "1 to 40 gaps"),
    ],
)
def test_a_further_type_that_cannot_be_marked_is_refused(question: dict, sentence: str) -> None:
    with pytest.raises(QuestionError, match=sentence):
        mark_file({"questions": [question]})
