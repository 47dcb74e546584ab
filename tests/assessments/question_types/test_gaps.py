"""What both types with gaps share: the text, the fields of a form, the lines of an answer."""

from typing import Any

import pytest
from django.utils.safestring import SafeString

from assessments.errors import AnswerError, QuestionError
from assessments.question_types import TYPES
from assessments.question_types.gaps import given_in, text_around

SELECT_WORDS, GAP_FILL = TYPES["select_words"], TYPES["gap_fill"]
TWO = {"gaps": [{"id": "g1", "right": "w1"}, {"id": "g2", "right": "w2"}], "choices": ["w1", "w2"]}
NOT_OFFERED = "This answer is not one of the options. Load the page again and choose once more."


def gaps(count: int) -> dict[str, Any]:
    return {"gaps": [{"id": f"g{each}", "right": "w1"} for each in range(1, count + 1)], "choices": ["w1", "w2"]}


@pytest.mark.parametrize("count", [1, 40])
def test_one_to_forty_gaps(count: int) -> None:
    SELECT_WORDS.check_structure(gaps(count))


@pytest.mark.parametrize(
    ("structure", "sentence"),
    [
        (gaps(0), "A text with gaps needs 1 to 40 gaps."),
        (gaps(41), "A text with gaps needs 1 to 40 gaps."),
        ({}, "A text with gaps needs 1 to 40 gaps."),
        ({"gaps": {"g1": "w1"}}, "A text with gaps needs 1 to 40 gaps."),
        ({"gaps": [TWO["gaps"][0], "g2"]}, "A text with gaps needs 1 to 40 gaps."),
        (
            {**TWO, "gaps": [TWO["gaps"][0]] * 2},
            "Each part of a question needs an id of its own, without the sign “=”.",
        ),
    ],
)
def test_what_is_no_text_with_gaps_is_refused_with_a_sentence(structure: dict[str, Any], sentence: str) -> None:
    with pytest.raises(QuestionError) as refused:
        SELECT_WORDS.check_structure(structure)

    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (None, "g1"),
        ("Only [[g1]]", "g2"),
        ("[[g2]] [[g1]] [[g2]]", "g2"),
        ("[[g1]] [[g2]] [[g3]]", "g3"),
    ],
)
def test_the_sentence_about_a_text_names_the_gap_to_look_at(text: str | None, named: str) -> None:
    words = {"stem": "Fill in", "text": text, "choices": {"w1": "one", "w2": "two"}}

    with pytest.raises(QuestionError) as refused:
        SELECT_WORDS.check_words(TWO, words)

    assert str(refused.value) == (f"The text must have each gap once, written as [[id]]. Look at [[{named}]].")


@pytest.mark.parametrize("raw", [["g3=w1"], {"g1": "w1", "g3": "w1"}])
def test_a_gap_that_does_not_exist_is_refused_with_a_sentence(raw: object) -> None:
    with pytest.raises(AnswerError) as refused:
        given_in(TWO, raw)

    assert str(refused.value) == NOT_OFFERED


@pytest.mark.parametrize("raw", [7, ["g1=", 7], ["w1"]])
def test_what_is_no_answer_of_a_form_is_refused_with_a_sentence(raw: object) -> None:
    with pytest.raises(AnswerError) as refused:
        given_in(TWO, raw)

    assert str(refused.value) == NOT_OFFERED


@pytest.mark.parametrize(
    ("raw", "given"),
    [
        (["g2=", "two", "g1=", "one"], {"g1": "one", "g2": "two"}),
        (("g2=", "two"), {"g2": "two"}),
        (["g1=one", "g2="], {"g1": "one"}),
        ({"g2": "two", "g1": ""}, {"g2": "two"}),
        (None, {}),
    ],
)
def test_what_was_given_is_read_by_gap_in_the_order_of_the_editor(raw: object, given: dict[str, str]) -> None:
    found = given_in(TWO, raw)

    assert list(found.items()) == list(given.items())


def test_an_answer_is_posted_by_gap_and_nothing_for_none() -> None:
    assert SELECT_WORDS.posted(TWO, {"g1": "w2", "g2": "w1"}) == ["g1=w2", "g2=w1"]
    assert SELECT_WORDS.posted(TWO, None) == []


def test_an_answer_is_read_in_the_order_of_the_text_and_leaves_out_what_is_empty() -> None:
    words = {"text": "[[g2]], then [[other]] and [[g1]]", "choices": {"w1": "one"}}

    assert SELECT_WORDS.lines(TWO, words, {"g1": "w1", "g2": "w2"}) == ("Gap 1: w2", "Gap 2: one")
    assert SELECT_WORDS.lines(TWO, words, {"g1": "w1"}) == ("Gap 2: one",)
    assert SELECT_WORDS.lines(TWO, words, None) == ()
    assert SELECT_WORDS.lines(TWO, {}, {"g1": "w1"}) == ()


def test_the_pieces_of_a_text_with_markup_keep_it_and_those_of_a_plain_text_are_escaped_later() -> None:
    rich, plain = (text_around({"text": text}) for text in (SafeString("<p>A [[g1]] and</p> [[g2]]."), "A < [[g1]]"))

    assert rich == (["<p>A ", " and</p> "], ".")
    assert plain == (["A < "], "")
    assert [isinstance(each, SafeString) for each in [*rich[0], rich[1]]] == [True] * 3
    assert [isinstance(each, SafeString) for each in [*plain[0], plain[1]]] == [False] * 2
    assert text_around({"text": None}) == ([], "")
