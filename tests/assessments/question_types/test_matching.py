"""Pairs: their limits, how they are shown and how they are read."""

from typing import Any

import pytest
from django.utils.safestring import SafeString

from assessments.errors import AnswerError, QuestionError
from assessments.question_types import TYPES
from assessments.question_types.base import Choice, Part

MATCHING = TYPES["matching"]
# Every answer is used, and one word of each side is missing.
CAPITALS = {"pairs": [{"id": "a", "right": "r2"}, {"id": "b", "right": "r1"}], "rights": ["r1", "r2"]}
WORDS = {"lefts": {"a": "Minsk"}, "rights": {"r2": "Belarus"}}


def pairs(count: int, *, answers: int = 2, right: object = "r1") -> dict[str, Any]:
    return {
        "pairs": [{"id": f"a{each}", "right": right} for each in range(1, count + 1)],
        "rights": [f"r{each}" for each in range(1, answers + 1)],
    }


def offered(value: str, text: str, *, chosen: bool = False) -> Choice:
    """An answer without markup, which is shown beside the list as it stands in it."""
    return Choice(value, text, chosen, shown=text)


@pytest.mark.parametrize(("count", "answers"), [(2, 2), (26, 2), (2, 26)])
def test_two_to_twenty_six_pairs_and_answers(count: int, answers: int) -> None:
    MATCHING.check_structure(pairs(count, answers=answers))


@pytest.mark.parametrize(
    ("structure", "sentence"),
    [
        (pairs(1), "A matching question needs 2 to 26 pairs."),
        (pairs(27), "A matching question needs 2 to 26 pairs."),
        (pairs(2, answers=1), "A matching question needs 2 to 26 answers to choose from."),
        (pairs(2, answers=27), "A matching question needs 2 to 26 answers to choose from."),
        (pairs(2, right="r3"), "The right answer of each pair must be one of the answers to choose from."),
        (pairs(2, right=None), "The right answer of each pair must be one of the answers to choose from."),
    ],
)
def test_what_cannot_be_matched_is_refused_with_a_sentence(structure: dict[str, Any], sentence: str) -> None:
    with pytest.raises(QuestionError) as refused:
        MATCHING.check_structure(structure)

    assert str(refused.value) == sentence


def test_a_pair_that_is_no_object_is_refused_with_a_sentence() -> None:
    with pytest.raises(QuestionError) as refused:
        MATCHING.check_structure({"pairs": [{"id": "a", "right": "r1"}, "b"], "rights": ["r1", "r2"]})

    assert str(refused.value) == "Each part of a question needs an id of its own, without the sign “=”."


def test_the_answers_can_be_chosen_in_the_order_of_the_editor() -> None:
    assert MATCHING.option_ids(CAPITALS) == ("r1", "r2")


def test_the_order_shown_follows_from_the_seed() -> None:
    structure = pairs(2, answers=6)

    assert [MATCHING.shuffled(structure, seed) for seed in ("1", "2")] == [
        ["r6", "r1", "r5", "r3", "r4", "r2"],
        ["r5", "r6", "r2", "r4", "r3", "r1"],
    ]


def test_an_answer_may_use_every_answer_there_is() -> None:
    assert MATCHING.parse(CAPITALS, ["b=r1", "a=r2"]) == {"a": "r2", "b": "r1"}


def test_what_is_not_offered_is_refused_with_a_sentence() -> None:
    with pytest.raises(AnswerError) as refused:
        MATCHING.parse(CAPITALS, ["a=r3"])

    assert str(refused.value) == "This answer is not one of the options. Load the page again and choose once more."


def test_an_answer_is_read_in_words_and_by_its_ids_where_words_are_missing() -> None:
    response = {"a": "r2", "b": "r1"}

    assert MATCHING.lines(CAPITALS, WORDS, response) == ("Minsk → Belarus", "b → r1")
    assert MATCHING.lines(CAPITALS, {}, response) == ("a → r2", "b → r1")


def test_each_line_offers_the_answers_with_letters_in_the_order_of_the_attempt() -> None:
    shown = MATCHING.parts(CAPITALS, WORDS, ["r2", "r1"], {"a": "r1"})

    assert shown == (
        (
            Part("a", "Minsk", choices=(offered("a=r2", "A. Belarus"), offered("a=r1", "B. r1", chosen=True))),
            Part("b", "b", choices=(offered("b=r2", "A. Belarus"), offered("b=r1", "B. r1"))),
        ),
        "",
    )


def test_a_list_has_answers_without_their_markup_and_the_page_beside_it_with_it() -> None:
    words = {"rights": {"r1": SafeString("10 km<sup>2</sup>"), "r2": "a < b"}}

    (first, _second), _tail = MATCHING.parts(CAPITALS, words, ["r1", "r2"], None)

    assert [(each.text, each.shown) for each in first.choices] == [
        ("A. 10 km2", "A. 10 km<sup>2</sup>"),
        ("B. a < b", "B. a < b"),
    ]
    assert [isinstance(each.shown, SafeString) for each in first.choices] == [True, False]


def test_without_an_attempt_and_words_the_order_is_always_the_same() -> None:
    structure = pairs(2, answers=6)

    (first, _second), _tail = MATCHING.parts(structure, {}, [], None)

    assert [each.text for each in first.choices] == ["A. r2", "B. r5", "C. r1", "D. r4", "E. r3", "F. r6"]
