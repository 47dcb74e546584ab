"""Orders: their limits, why they earn what they earn, how they are shown and read."""

from typing import Any

import pytest

from assessments.errors import AnswerError, QuestionError
from assessments.question_types import TYPES
from assessments.question_types.base import Choice, Part
from assessments.question_types.ordering import GRADINGS

ORDERING = TYPES["ordering"]
# One item has no text.
STEPS = {"order": ["a", "b", "c"]}
WORDS = {"items": {"a": "Ask", "c": "Write down"}}


def items(count: int) -> dict[str, Any]:
    return {"order": [f"i{each}" for each in range(1, count + 1)]}


@pytest.mark.parametrize("count", [2, 26])
def test_two_to_twenty_six_items(count: int) -> None:
    ORDERING.check_structure(items(count))


@pytest.mark.parametrize("grading", GRADINGS)
def test_every_way_of_marking_can_be_asked_for(grading: str) -> None:
    ORDERING.check_structure({**STEPS, "grading": grading})


@pytest.mark.parametrize(
    ("structure", "sentence"),
    [
        (items(1), "A question about an order needs 2 to 26 items."),
        (items(27), "A question about an order needs 2 to 26 items."),
        ({"order": "abc"}, "A question about an order needs 2 to 26 items."),
        ({"order": ["a", "a"]}, "Each part of a question needs an id of its own, without the sign “=”."),
        (
            {**STEPS, "grading": "by_mood"},
            "An order is marked in one of these ways: relative, all_or_nothing, longest_run, longest_subset.",
        ),
        (
            {**STEPS, "grading": None},
            "An order is marked in one of these ways: relative, all_or_nothing, longest_run, longest_subset.",
        ),
    ],
)
def test_what_cannot_be_put_in_order_is_refused_with_a_sentence(structure: dict[str, Any], sentence: str) -> None:
    with pytest.raises(QuestionError) as refused:
        ORDERING.check_structure(structure)

    assert str(refused.value) == sentence


def test_an_item_needs_its_text() -> None:
    with pytest.raises(QuestionError) as refused:
        ORDERING.check_words(STEPS, {"stem": "In which order?", **WORDS})

    assert str(refused.value) == "The text of b is missing."


def test_the_items_are_named_in_their_order_and_shown_as_the_seed_says() -> None:
    structure = {"order": list("abcdef")}

    assert ORDERING.option_ids(structure) == ("a", "b", "c", "d", "e", "f")
    assert [ORDERING.shuffled(structure, seed) for seed in ("1", "2")] == [list("defabc"), list("cfaebd")]


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (["z=1"], "This answer is not one of the options. Load the page again and choose once more."),
        (["a=1", "b=2", "z=3"], "This answer is not one of the options. Load the page again and choose once more."),
        (["a", "b", 3], "This answer is not one of the options. Load the page again and choose once more."),
        (["a", "b", "z"], "This answer is not one of the options. Load the page again and choose once more."),
        (["a=1", "b=2", "c=4"], "Give every line a place, and each place only once."),
        (["a=0", "b=1", "c=2"], "Give every line a place, and each place only once."),
        (["a", "b"], "Give every line a place, and each place only once."),
        (["a", "b", "c", "a"], "Give every line a place, and each place only once."),
    ],
)
def test_what_is_no_whole_order_is_refused_with_a_sentence(raw: object, sentence: str) -> None:
    with pytest.raises(AnswerError) as refused:
        ORDERING.parse(STEPS, raw)

    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("grading", "reasons"),
    [
        (
            "relative",
            [
                "3 of 3 followed by the right one",
                "1 of 3 followed by the right one",
                "0 of 3 followed by the right one",
            ],
        ),
        ("all_or_nothing", ["right", "wrong", "wrong"]),
        ("longest_run", [f"{length} of 4 in an unbroken run" for length in (4, 2, 1)]),
        (
            "longest_subset",
            [f"{length} of 4 in the right order among themselves" for length in (4, 3, 1)],
        ),
    ],
)
def test_an_order_says_why_it_earned_what_it_did(grading: str, reasons: list[str]) -> None:
    structure = {"order": list("abcd"), "grading": grading}

    assert [ORDERING.mark(structure, list(each)).reason for each in ("abcd", "acdb", "dcba")] == reasons


def test_an_unbroken_run_may_stand_behind_a_break() -> None:
    structure = {"order": list("abcde"), "grading": "longest_run"}

    reasons = [ORDERING.mark(structure, list(each)).reason for each in ("ecdab", "bcade", "dabce")]

    assert reasons == ["2 of 5 in an unbroken run", "2 of 5 in an unbroken run", "3 of 5 in an unbroken run"]


def test_an_answer_is_read_line_by_line_and_half_of_one_is_not() -> None:
    assert ORDERING.lines(STEPS, WORDS, ["c", "b", "a"]) == ("1. Write down", "2. b", "3. Ask")
    assert ORDERING.lines(STEPS, {}, ["c", "b", "a"]) == ("1. c", "2. b", "3. a")
    assert ORDERING.lines(STEPS, WORDS, {"a": "2"}) == ()


def test_each_item_offers_every_place_in_the_order_of_the_attempt() -> None:
    def places(item: str, chosen: int | None) -> tuple[Choice, ...]:
        return tuple(Choice(f"{item}={place}", str(place), place == chosen) for place in (1, 2, 3))

    def shown(response: object) -> object:
        return ORDERING.parts(STEPS, WORDS, ["b", "c", "a"], response)

    def expected(**chosen: int) -> object:
        texts = {"b": "b", "c": "Write down", "a": "Ask"}
        return tuple(Part(each, text, choices=places(each, chosen.get(each))) for each, text in texts.items()), ""

    assert shown(["c", "a", "b"]) == expected(c=1, a=2, b=3)
    assert shown({"c": "2"}) == expected(c=2)
    assert shown(None) == expected()


def test_without_an_attempt_and_words_the_order_is_always_the_same() -> None:
    parts, _tail = ORDERING.parts({"order": list("abcdef")}, {}, [], None)

    assert [each.before for each in parts] == ["e", "a", "d", "c", "b", "f"]
