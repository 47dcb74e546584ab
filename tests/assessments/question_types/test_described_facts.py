"""Facts of a structure that may be there or not, and are told either way."""

from typing import Any

import pytest

from assessments.question_types.described import GRADINGS, named_texts, structure_lines

FACTS: list[tuple[str, dict[str, Any], list[str]]] = [
    (
        "single_choice",
        {"options": [{"id": "A", "correct": True}, {"id": "B"}]},
        ["Option A: right", "Option B: wrong"],
    ),
    ("true_false", {"answer": True}, ["The statement is true."]),
    ("matching", {"pairs": [{"id": "a", "right": "r1"}], "rights": ["r1"]}, ["Line a: answer r1"]),
    (
        "numerical",
        {"value": "12", "tolerance": "0.5", "credit": "1"},
        ["12, give or take 0.5, earns 1"],
    ),
    (
        "numerical",
        {"value": "12", "also": [{"value": "13"}], "otherwise": "0.1"},
        ["12, give or take 0", "13, give or take 0", "Any other number earns 0.1"],
    ),
    (
        "short_answer",
        {},
        ["Capitals and small letters are the same", "The letters ё and е are the same"],
    ),
    (
        "short_answer",
        {"ignore_yo": False, "accept": [{"text": "IOM"}, {"text": "UN", "credit": "0.5"}]},
        [
            "Capitals and small letters are the same",
            "The letters ё and е differ",
            "Accepted in every language: “IOM”",
            "Accepted in every language: “UN”, earns 0.5",
        ],
    ),
    (
        "gap_fill",
        {"gaps": [{"id": "g1", "type": "numerical", "value": "3"}]},
        ["Gap g1: weight 1", "Gap g1: 3, give or take 0"],
    ),
    (
        "select_words",
        {"gaps": [{"id": "g1", "right": "w1", "choices": ["w1", "w3"]}], "choices": ["w1", "w2"]},
        ["Gap g1: right word w1, offered: w1, w3"],
    ),
    ("essay", {}, []),
]


@pytest.mark.parametrize(("type_name", "structure", "lines"), FACTS)
def test_a_fact_is_told_whether_it_is_there_or_not(type_name: str, structure: dict[str, Any], lines: list[str]) -> None:
    assert structure_lines(type_name, structure) == lines


@pytest.mark.parametrize("grading", GRADINGS)
def test_an_order_tells_its_way_of_marking(grading: str) -> None:
    assert structure_lines("ordering", {"order": ["a"], "grading": grading}) == [
        "Place 1: item a",
        f"Marked by {GRADINGS[grading]}",
    ]


def test_several_accepted_answers_are_one_text() -> None:
    words = {"accept": [{"text": "IOM"}, {"text": "UN", "credit": "0.5"}]}

    assert named_texts(words) == {"Accepted answers": "“IOM”; “UN”, earns 0.5"}


def test_what_is_said_to_an_answer_is_a_text_of_its_own() -> None:
    words = {"accept": [{"text": "IOM", "feedback": "Right."}, {"text": "UN", "feedback": ""}], "hints": ["Think."]}

    assert named_texts(words) == {
        "Accepted answers": "“IOM”; “UN”",
        "Said to whoever answers IOM": "Right.",
        "Hint 1": "Think.",
    }


def test_texts_are_told_without_their_markup() -> None:
    words = {"stem": "<p>How <b>far</b>?</p>", "options": {"A": "<i>x</i>"}, "formats": {"stem": "html"}}

    assert named_texts(words) == {"Question": "How far?", "Option A": "<i>x</i>"}
