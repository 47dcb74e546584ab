"""A question in words, as editors compare versions."""

from typing import Any

import pytest

from assessments.question_types.described import named_texts, structure_lines
from tests.factories.assessments import EVERY, words_of

LINES: list[tuple[str, dict[str, Any], list[str]]] = [
    (
        "multiple_response",
        {"options": [{"id": "A", "correct": True, "credit": "0.5"}, {"id": "B", "correct": False, "last": True}]},
        ["Option A: right, earns 0.5", "Option B: wrong, stays at the end"],
    ),
    ("true_false", {"answer": False}, ["The statement is false."]),
    (
        "matching",
        {"pairs": [{"id": "a", "right": "r2"}], "rights": ["r1", "r2"]},
        ["Line a: answer r2", "Answer r1 fits no line"],
    ),
    (
        "ordering",
        {"order": ["b", "a"]},
        ["Place 1: item b", "Place 2: item a", "Marked by each neighbour that follows as it should"],
    ),
    (
        "numerical",
        {"value": "12", "also": [{"value": "13", "tolerance": "5", "relative": True, "credit": "0.5"}]},
        ["12, give or take 0", "13, give or take 5\u00a0%, earns 0.5"],
    ),
    (
        "short_answer",
        {"ignore_case": False, "accept": [{"text": "IOM"}]},
        ["Capitals and small letters differ", "The letters ё and е are the same", "Accepted in every language: “IOM”"],
    ),
    (
        "gap_fill",
        {"gaps": [{"id": "g1", "type": "numerical", "value": "3", "weight": 2}]},
        ["Gap g1: weight 2", "Gap g1: 3, give or take 0"],
    ),
    (
        "select_words",
        {"gaps": [{"id": "g1", "right": "w1"}], "choices": ["w1", "w2"]},
        ["Gap g1: right word w1, offered: w1, w2"],
    ),
    ("essay", {"criteria": [{"id": "c1", "points": 4}]}, ["Criterion c1: points 4"]),
    ("description", {}, []),
]


@pytest.mark.parametrize(("type_name", "structure", "lines"), LINES)
def test_a_structure_is_told_line_by_line(type_name: str, structure: dict[str, Any], lines: list[str]) -> None:
    assert structure_lines(type_name, structure) == lines


@pytest.mark.parametrize(
    ("type_name", "structure", "lines"),
    [
        ("essay", {"criteria": None}, []),
        ("numerical", {"value": "3", "also": None}, ["3, give or take 0"]),
        (
            "short_answer",
            {"accept": None},
            ["Capitals and small letters are the same", "The letters ё and е are the same"],
        ),
    ],
)
def test_a_part_that_is_said_to_be_nothing_is_nothing(
    type_name: str, structure: dict[str, Any], lines: list[str]
) -> None:
    assert structure_lines(type_name, structure) == lines


@pytest.mark.parametrize("type_name", EVERY)
def test_every_text_of_every_type_has_a_name_of_its_own(type_name: str) -> None:
    words = {**words_of(EVERY[type_name]), "hints": ["Think."]}

    named = named_texts(words)

    assert named["Question"] == "What is right? (en)"
    assert named["Hint 1"] == "Think."
    assert not [text for text in named.values() if not isinstance(text, str)]


def test_texts_inside_a_gap_say_which() -> None:
    words = {"stem": "?", "gaps": {"g1": {"options": {"A": "Minsk"}, "accept": [{"text": "x", "credit": "0.5"}]}}}

    assert named_texts(words) == {
        "Question": "?",
        "Gap g1: Option A": "Minsk",
        "Gap g1: Accepted answers": "“x”, earns 0.5",
    }
