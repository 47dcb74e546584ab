"""What every type builds on: the words of a question, ids, orders, answers of one part and of several."""

from typing import Any

import pytest

from assessments.errors import AnswerError, QuestionError
from assessments.question_types import TYPES
from assessments.question_types.base import (
    checked_ids,
    checked_texts,
    first_text,
    out_of_order,
    pairs_in,
    shuffled,
    single,
)

DESCRIPTION = TYPES["description"]
NOT_OFFERED = "This answer is not one of the options. Load the page again and choose once more."
NEEDS_AN_ID = "Each part of a question needs an id of its own, without the sign “=”."


# --- Words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["stem", "case", "text"])
def test_a_text_has_up_to_ten_thousand_characters(name: str) -> None:
    DESCRIPTION.check_words({}, {"stem": "Read", name: "я" * 10_000})

    with pytest.raises(QuestionError) as refused:
        DESCRIPTION.check_words({}, {"stem": "Read", name: "я" * 10_001})

    assert str(refused.value) == "The text of the question is too long: at most 10 000 characters are possible."


@pytest.mark.parametrize("words", [{}, {"stem": None}, {"stem": 7}, {"stem": " \n"}])
def test_a_question_without_text_is_refused_with_a_sentence(words: dict[str, Any]) -> None:
    with pytest.raises(QuestionError) as refused:
        DESCRIPTION.check_words({}, words)

    assert str(refused.value) == "A question needs its text."


@pytest.mark.parametrize("hints", ["Think", {"1": "Think"}, ["Think", " "], ["Think", None]])
def test_hints_that_are_no_texts_are_refused_with_a_sentence(hints: object) -> None:
    with pytest.raises(QuestionError) as refused:
        DESCRIPTION.check_words({}, {"stem": "Read", "hints": hints})

    assert str(refused.value) == "The hints of a question are a list of texts."


@pytest.mark.parametrize("name", ["options", "rationales", "lefts", "rights", "items", "choices", "criteria", "gaps"])
@pytest.mark.parametrize("texts", [1, "a", ["a"]])
def test_texts_that_stand_under_no_ids_are_refused_with_a_sentence(name: str, texts: object) -> None:
    DESCRIPTION.check_words({}, {"stem": "Read", name: None})

    with pytest.raises(QuestionError) as refused:
        DESCRIPTION.check_words({}, {"stem": "Read", name: texts})

    assert str(refused.value) == f"“{name}” of a question is an object with a text for each id."


@pytest.mark.parametrize("hints", [None, [], ["Think"]])
def test_a_question_may_have_hints_or_none(hints: object) -> None:
    DESCRIPTION.check_words({}, {"stem": "Read", "hints": hints})


@pytest.mark.parametrize("texts", [None, {}, {"a": "Ask"}, {"a": "Ask", "b": " "}])
def test_the_first_text_that_is_missing_is_named(texts: dict[str, str] | None) -> None:
    ids = ["a", "b", "c"] if texts else ["b", "a"]

    with pytest.raises(QuestionError) as refused:
        checked_texts({"items": texts}, "items", ids)

    assert str(refused.value) == "The text of b is missing."


# --- Ids and orders -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ids", [["a", "a"], ["a", ""], ["a", None], ["a", 1], ["a", ["b"]], ["a", "b=c"]])
def test_ids_that_a_form_could_not_carry_are_refused_with_a_sentence(ids: list[Any]) -> None:
    with pytest.raises(QuestionError) as refused:
        checked_ids(ids)

    assert str(refused.value) == NEEDS_AN_ID


def test_any_text_without_the_sign_is_an_id() -> None:
    checked_ids([])
    checked_ids(["a", "b 1", "ё"])


def test_an_order_depends_on_the_seed_and_on_nothing_else() -> None:
    assert [shuffled(ids, "7/Q1") for ids in ("abcdef", "fedcba")] == [list("dabcef")] * 2
    assert shuffled("abcdef", "8/Q1") == list("dcaefb")


@pytest.mark.parametrize(
    ("shown", "key", "result"),
    [
        ("axbyc", "abc", "bxayc"),
        ("acb", "abc", "acb"),
        ("ab", "ab", "ab"),
        ("axb", "ab", "axb"),
        ("abc", "aabbc", "bac"),
        ("xyz", "abc", "xyz"),
    ],
)
def test_the_first_two_of_a_right_order_are_exchanged(shown: str, key: str, result: str) -> None:
    assert out_of_order(shown, key) == list(result)


def test_a_type_without_an_order_of_its_own_shows_that_of_the_editor() -> None:
    assert TYPES["true_false"].shuffled({"answer": True}, "7/Q1") == ["true", "false"]
    assert TYPES["numerical"].shuffled({"value": "1"}, "7/Q1") == []


# --- Answers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "value"), [(None, None), ("", None), ([], None), ([""], None), (["a"], "a"), (("a",), "a"), (0, 0)]
)
def test_one_value_is_one_value_in_whatever_way_it_comes(raw: object, value: object) -> None:
    assert single(raw) == value


@pytest.mark.parametrize("raw", [["a", "b"], ("a", "")])
def test_two_values_are_refused_where_one_is_asked(raw: object) -> None:
    with pytest.raises(AnswerError) as refused:
        single(raw)

    assert str(refused.value) == "Choose one answer only."


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (["abcd", "x"], "abc"),
        (("abcd",), "abc"),
        ("abcd", "abc"),
        ("ab", "ab"),
        ([], ""),
        ([7], ""),
        (7, ""),
        (None, ""),
    ],
)
def test_what_is_shown_again_is_a_text_of_bounded_length(raw: object, text: str) -> None:
    assert first_text(raw, 3) == text


@pytest.mark.parametrize(
    ("raw", "pairs"),
    [
        (None, []),
        ("", []),
        ([], []),
        ({"a": "r1", "b": "", "c": None, "d": 0, 5: "r2"}, [("a", "r1"), ("d", "0"), ("5", "r2")]),
        (["a=r1", "", "b=", "c=x=y"], [("a", "r1"), ("c", "x=y")]),
        (("a=r1",), [("a", "r1")]),
        ("a=r1", [("a", "r1")]),
    ],
)
def test_an_answer_of_several_parts_is_read_as_pairs(raw: object, pairs: list[tuple[str, str]]) -> None:
    assert pairs_in(raw) == pairs


@pytest.mark.parametrize("raw", [["a=r1", "b"], ["a=r1", 7], ["a=r1", None], 7, "a"])
def test_what_is_no_pair_is_refused_with_a_sentence(raw: object) -> None:
    with pytest.raises(AnswerError) as refused:
        pairs_in(raw)

    assert str(refused.value) == NOT_OFFERED


# --- What a type does unless it says otherwise ----------------------------------------------------------------------


def test_a_text_between_the_questions_has_nothing_to_choose_or_to_read() -> None:
    assert DESCRIPTION.complete({"a": 1}, []) == {"a": 1}
    assert DESCRIPTION.option_ids({}) == ()
    assert DESCRIPTION.posted({}, "x") == "x"
    assert DESCRIPTION.draft({}, ["x"]) is None
    assert DESCRIPTION.key({}) is None
    assert DESCRIPTION.lines({}, {}, None) == ()
    assert DESCRIPTION.key_lines({}, {}) == ()
    assert DESCRIPTION.readable({}, {}, None) == ""
    assert DESCRIPTION.readable_key({}, {}) == ""
    assert DESCRIPTION.options({}, {}, [], None) == ()
    assert DESCRIPTION.parts({}, {}, [], None) == ((), "")
    assert DESCRIPTION.typed(None) == ""
