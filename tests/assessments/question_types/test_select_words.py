"""Words chosen from lists: what is offered, how it is shown, what it earns."""

from fractions import Fraction
from typing import Any

import pytest
from django.utils.safestring import SafeString

from assessments.errors import AnswerError, QuestionError
from assessments.marking import ALL, NOT_ANSWERED, NOTHING, Credit
from assessments.question_types import TYPES
from assessments.question_types.base import Choice, Part

SELECT_WORDS = TYPES["select_words"]
# The first gap takes the words of the question, the second has its own, one of which both offer.
STRUCTURE = {
    "gaps": [{"id": "g1", "right": "w1"}, {"id": "g2", "right": "w9", "choices": ["w9", "w1", "w8"]}],
    "choices": ["w1", "w2", "w3"],
}
WORDS = {"stem": "Choose", "text": "A [[g2]] is [[g1]].", "choices": {"w1": "one", "w2": "two", "w9": "nine"}}


def of_one(right: object, choices: object) -> dict[str, Any]:
    return {"gaps": [{"id": "g1", "right": right}], "choices": choices}


def test_two_words_are_enough() -> None:
    SELECT_WORDS.check_structure(of_one("w2", ["w1", "w2"]))


@pytest.mark.parametrize(
    ("structure", "sentence"),
    [
        (of_one("w1", ["w1"]), "Each gap needs at least two words to choose from."),
        (of_one("w1", "w1 w2"), "Each gap needs at least two words to choose from."),
        (of_one("w1", None), "Each gap needs at least two words to choose from."),
        (of_one("w1", ["w1", "w1"]), "Each part of a question needs an id of its own, without the sign “=”."),
        (of_one("w9", ["w1", "w2"]), "The right word of each gap must be one of the words to choose from."),
        (of_one(None, ["w1", "w2"]), "The right word of each gap must be one of the words to choose from."),
    ],
)
def test_words_that_cannot_be_chosen_are_refused_with_a_sentence(structure: dict[str, Any], sentence: str) -> None:
    with pytest.raises(QuestionError) as refused:
        SELECT_WORDS.check_structure(structure)

    assert str(refused.value) == sentence


def test_every_word_that_a_gap_offers_needs_its_text() -> None:
    with pytest.raises(QuestionError) as refused:
        SELECT_WORDS.check_words(STRUCTURE, WORDS)

    assert str(refused.value) == "The text of w3 is missing."


def test_the_words_of_all_gaps_are_named_once_and_shown_as_the_seed_says() -> None:
    assert SELECT_WORDS.option_ids(STRUCTURE) == ("w1", "w2", "w3", "w9", "w8")
    assert [SELECT_WORDS.shuffled(STRUCTURE, seed) for seed in ("1", "2")] == [
        ["w3", "w1", "w2", "w8", "w9"],
        ["w8", "w3", "w2", "w1", "w9"],
    ]


def test_a_word_that_a_gap_does_not_offer_is_refused_with_a_sentence() -> None:
    with pytest.raises(AnswerError) as refused:
        SELECT_WORDS.parse(STRUCTURE, ["g2=w2"])

    assert str(refused.value) == "This answer is not one of the options. Load the page again and choose once more."


def test_each_right_gap_earns_its_share() -> None:
    responses = ({"g1": "w1", "g2": "w9"}, {"g2": "w9"}, {"g1": "w2"}, None)

    assert [SELECT_WORDS.mark(STRUCTURE, each) for each in responses] == [
        Credit(ALL, "2 of 2 gaps right"),
        Credit(Fraction(1, 2), "1 of 2 gaps right"),
        Credit(NOTHING, "0 of 2 gaps right"),
        NOT_ANSWERED,
    ]
    assert SELECT_WORDS.key(STRUCTURE) == {"g1": "w1", "g2": "w9"}


def test_each_gap_offers_its_words_in_the_order_of_the_attempt() -> None:
    shown = SELECT_WORDS.parts(STRUCTURE, WORDS, ["w9", "w8", "w3", "w2", "w1"], {"g1": "w2"})

    assert shown == (
        (
            Part(
                "g2",
                "A ",
                "Gap 1",
                (
                    Choice("g2=w9", "nine", False),
                    Choice("g2=w8", "w8", False),
                    Choice("g2=w1", "one", False),
                ),
            ),
            Part(
                "g1",
                " is ",
                "Gap 2",
                (Choice("g1=w3", "w3", False), Choice("g1=w2", "two", True), Choice("g1=w1", "one", False)),
            ),
        ),
        ".",
    )


def test_without_an_attempt_and_texts_the_order_is_always_the_same() -> None:
    parts, _tail = SELECT_WORDS.parts(STRUCTURE, {"text": "[[g1]] [[g2]]"}, [], None)

    assert [[each.text for each in part.choices] for part in parts] == [["w1", "w3", "w2"], ["w1", "w9", "w8"]]
    assert SELECT_WORDS.told(STRUCTURE, {}, "g1", "w1") == "w1"


def test_a_list_has_its_words_without_markup() -> None:
    words = {"text": "[[g1]]", "choices": {"w1": SafeString("10 km<sup>2</sup>"), "w2": "a < b"}}

    (part,), _tail = SELECT_WORDS.parts(STRUCTURE, words, ["w1", "w2"], None)

    assert [each.text for each in part.choices] == ["10 km2", "a < b"]
