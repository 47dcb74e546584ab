"""Answers that are words or sentences."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.errors import AnswerError, QuestionError
from assessments.marking import NOT_ANSWERED
from assessments.question_types import TYPES, show
from assessments.question_types.base import QuestionType
from assessments.question_types.short_answer import matches

SHORT, ESSAY, DESCRIPTION = TYPES["short_answer"], TYPES["essay"], TYPES["description"]


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("refugee", "Refugee", True),
        ("refugee*", "refugees", True),
        ("*migrant*", "a labour migrant", True),
        ("a*b*c", "a1b2c", True),
        ("a*b*c", "a1c2b", False),
        ("ab*ba", "aba", False),
        ("*", "anything", True),
        ("общая  практика", " Общая практика ", True),
        ("учет", "учёт", True),
        ("аб’ява", "аб'ява", True),
        ("2025-2030", "2025–2030", True),
        (r"5 \* 3", "5 * 3", True),
        (r"5 \* 3", "5 x 3", False),
        ("е\N{COMBINING DIAERESIS}лка", "елка", True),
        (".", "x", False),
    ],
)
def test_a_pattern_means_what_an_editor_means(pattern: str, text: str, found: bool) -> None:
    assert matches({}, pattern, text) is found


def test_capitals_and_yo_matter_when_asked() -> None:
    assert [
        matches({"ignore_case": False}, "ВОЗ", "воз"),
        matches({"ignore_case": False}, "ВОЗ", "ВОЗ"),
        matches({"ignore_yo": False}, "всё", "все"),
        matches({"ignore_yo": False}, "всё", "всё"),
    ] == [False, True, False, True]


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_pattern_never_crashes_and_a_text_matches_itself(pattern: str, text: str) -> None:
    matches({}, pattern, text)

    assert matches({}, text.replace("\\", "").replace("*", "\\*"), text.replace("\\", ""))


def test_a_pattern_of_many_stars_takes_one_pass() -> None:
    assert not matches({}, "a*" * 100 + "b", "a" * 200)


@given(st.text(max_size=20), st.lists(st.fractions(0, 1), min_size=1, max_size=4))
def test_a_short_answer_stays_in_bounds_and_the_order_of_patterns_never_matters(text: str, credits_: list) -> None:
    accept = [{"text": f"{text[:at]}*", "credit": str(each)} for at, each in enumerate(credits_)]
    response = SHORT.parse({}, text)

    earned = SHORT.mark({"accept": accept}, response).part

    assert 0 <= earned <= 1
    assert SHORT.mark({"accept": accept[::-1]}, response).part == earned


def test_an_answer_earns_the_same_in_whatever_language_the_page_is_read() -> None:
    texts = [{"accept": [{"text": "refugee"}]}, {"accept": [{"text": "беженец"}]}, {"accept": [{"text": "бежанец"}]}]
    orders = [texts, texts[::-1]]

    marks = [
        [SHORT.mark(SHORT.complete({}, order), word).part for word in ("refugee", "Беженец", "бежанец", "турист")]
        for order in orders
    ]

    assert marks == [[1, 1, 1, 0]] * 2


def test_the_best_of_several_matches_counts_and_the_key_is_written_without_stars() -> None:
    structure = {"accept": [{"text": "ref*", "credit": "0.5"}, {"text": "refugee *"}]}

    assert SHORT.mark(structure, "refugee now").part == 1
    assert SHORT.mark(structure, "referee").part == Fraction(1, 2)
    assert SHORT.key(structure) == "refugee"


@pytest.mark.parametrize(
    ("accept", "sentence"),
    [
        (None, "at least one accepted answer"),
        ([], "at least one accepted answer"),
        (["refugee"], "at least one accepted answer"),
        ([{"text": " "}], "is empty"),
        ([{"text": "x", "credit": "0.5"}], "earns everything"),
        ([{"text": "x", "credit": "all"}], "from 0 to 1"),
    ],
)
def test_accepted_answers_that_accept_nothing_are_refused(accept: object, sentence: str) -> None:
    with pytest.raises(QuestionError, match=sentence):
        SHORT.check_words({}, {"stem": "?", "accept": accept})


@pytest.mark.parametrize(("kind", "longest"), [(SHORT, 200), (ESSAY, 10_000)])
def test_a_text_that_is_too_long_is_refused_with_its_length(kind, longest: int) -> None:
    assert kind.parse({}, "я" * longest) == "я" * longest
    with pytest.raises(AnswerError, match=f"{longest + 1} characters"):
        kind.parse({}, "я" * (longest + 1))


def test_an_essay_waits_for_a_person_and_none_earns_nothing() -> None:
    assert ESSAY.mark({}, ESSAY.parse({}, ["Two\r\nlines "])) is None
    assert ESSAY.parse({}, ["Two\r\nlines "]) == "Two\nlines"
    assert ESSAY.mark({}, None) == NOT_ANSWERED


def test_whoever_marks_sees_the_model_answer_and_the_rubric() -> None:
    words = {"stem": "Why?", "model_answer": "Because.", "rubric": "1 point: a reason."}

    shown = show("essay", {}, words, language="ru", response="Потому")

    assert (shown.answer, shown.key, shown.rubric) == ("Потому", "Because.", "1 point: a reason.")


def test_a_description_takes_no_answer_and_counts_nothing() -> None:
    assert DESCRIPTION.parse({}, ["x"]) is None
    assert (DESCRIPTION.mark({}, None), DESCRIPTION.counts) == (NOT_ANSWERED, False)


@pytest.mark.parametrize("kind", [SHORT, ESSAY])
def test_half_of_a_pair_of_surrogates_becomes_a_sign_that_can_be_shown(kind: QuestionType) -> None:
    assert kind.parse({}, "a\ud800b") == "a?b"
