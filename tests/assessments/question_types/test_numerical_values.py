"""Accepted numbers: what is refused, which of several counts, how an answer is told."""

from fractions import Fraction
from typing import Any

import pytest
from django.utils.translation import override

from assessments.errors import AnswerError, QuestionError
from assessments.marking import ALL, NOT_ANSWERED, NOTHING, Credit
from assessments.question_types import TYPES
from assessments.question_types.numerical import Accepted, accepted, value_of

NUMERICAL = TYPES["numerical"]


# --- Numbers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("\N{NON-BREAKING HYPHEN}5", -5),
        ("-1 250 000", -1_250_000),
        ("007", 7),
        (".25", Fraction(1, 4)),
        ("1E2", 100),
        ("1e+02", 100),
        ("2.5e-1", Fraction(1, 4)),
        ("3*10^2", 300),
        ("3x10^2", 300),
        ("3\N{CYRILLIC SMALL LETTER HA}10^2", 300),
        ("3\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}10^2", 300),
        ("1e99", Fraction(10) ** 99),
        ("9" * 60, int("9" * 60)),
    ],
)
def test_a_number_may_be_written_in_many_ways(text: str, value: Fraction) -> None:
    assert value_of(text) == value


@pytest.mark.parametrize(
    ("text", "said"),
    [("five", "five"), ("1e100", "1e100"), ("e5", "e5"), ("", ""), ("1\n2", "1\n2"), ("9" * 61, "9" * 60)],
)
def test_what_is_no_number_is_refused_with_a_sentence_that_says_it(text: str, said: str) -> None:
    with pytest.raises(AnswerError) as refused:
        value_of(text)

    assert str(refused.value) == (
        f"“{said}” is not one number. Write it in digits and without a unit, for example 1250.5 or 1 250,5."
    )


@pytest.mark.parametrize(
    ("raw", "response"),
    [(" 50,8 ", "50,8"), (["50,8"], "50,8"), (50.8, "50.8"), (0, "0"), ("  ", None), ([], None), (None, None)],
)
def test_an_answer_is_kept_as_it_was_typed(raw: object, response: str | None) -> None:
    assert NUMERICAL.parse({"value": "1"}, raw) == response


# --- Accepted values ------------------------------------------------------------------------------------------------


def test_accepted_values_are_read_exactly_the_main_one_first() -> None:
    structure = {
        "value": "-0,1",
        "tolerance": 0.5,
        "also": [
            {"value": 20, "tolerance": "5", "relative": True, "credit": "0.3"},
            {"value": "3", "tolerance": None, "relative": "yes", "credit": 2},
            {"value": "4", "tolerance": "1", "relative": "yes", "credit": "-1"},
        ],
    }

    assert accepted(structure) == [
        Accepted(Fraction(-1, 10), Fraction(1, 2), ALL),
        Accepted(Fraction(20), Fraction(1), Fraction(3, 10)),
        Accepted(Fraction(3), Fraction(0), ALL),
        Accepted(Fraction(4), Fraction(1), NOTHING),
    ]


@pytest.mark.parametrize(
    ("structure", "sentence"),
    [
        ({}, "The right value and its tolerance must be numbers."),
        ({"value": "1", "also": [{"tolerance": "1"}]}, "The right value and its tolerance must be numbers."),
        ({"value": "1", "tolerance": "some"}, "The right value and its tolerance must be numbers."),
        ({"value": "1", "credit": "much"}, "The right value and its tolerance must be numbers."),
        ({"value": "1", "tolerance": "-0.1"}, "A tolerance is never below 0."),
        ({"value": "1", "also": [{"value": "1", "tolerance": "-1"}]}, "A tolerance is never below 0."),
    ],
)
def test_values_that_are_no_numbers_are_refused_with_a_sentence(structure: dict[str, Any], sentence: str) -> None:
    with pytest.raises(QuestionError) as refused:
        NUMERICAL.check_structure(structure)

    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("typed", "credit"),
    [
        (None, NOT_ANSWERED),
        ("10", Credit(ALL, "within 0.5 of 10")),
        ("10,5", Credit(ALL, "within 0.5 of 10")),
        ("10,6", Credit(Fraction(1, 2), "within 2 of 10")),
        ("12", Credit(Fraction(1, 2), "within 2 of 10")),
        ("12,01", Credit(Fraction(1, 4), "within 0.333 of 12.3")),
        ("7,99", Credit(NOTHING, "not within 0.5 of 10")),
    ],
)
def test_of_several_values_that_fit_the_one_that_earns_most_counts(typed: str | None, credit: Credit) -> None:
    structure = {
        "value": "10",
        "tolerance": "0.5",
        "also": [
            {"value": "12.3", "tolerance": "0.333", "credit": "0.25"},
            {"value": "10", "tolerance": "20", "relative": True, "credit": "0.5"},
        ],
    }

    assert NUMERICAL.mark(structure, typed) == credit


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("0.1234567890123", "not within 0 of 0.123456789012"),
        ("1234567890123456", "not within 0 of 1234567890123456"),
    ],
)
def test_a_reason_says_whole_numbers_in_full_and_others_to_twelve_digits(value: str, reason: str) -> None:
    assert NUMERICAL.mark({"value": value}, "7").reason == reason


@pytest.mark.parametrize(
    ("other", "part"),
    [(None, NOTHING), ("", NOTHING), ("0.1", Fraction(1, 10)), ("1/3", Fraction(1, 3)), (2, ALL), ("-1", NOTHING)],
)
def test_any_other_number_may_earn_a_part(other: object, part: Fraction) -> None:
    structure = {"value": "10", "also": [{"value": "9", "credit": "0.5"}], "otherwise": other}
    NUMERICAL.check_structure(structure)

    assert NUMERICAL.mark(structure, "7") == Credit(part, "not within 0 of 10")
    assert NUMERICAL.mark(structure, "9") == Credit(Fraction(1, 2), "within 0 of 9")


@pytest.mark.parametrize("other", ["much", "1/0", [1]])
def test_what_any_other_number_earns_is_a_number(other: object) -> None:
    with pytest.raises(QuestionError) as refused:
        NUMERICAL.check_structure({"value": "10", "otherwise": other})

    assert str(refused.value) == "What any other number earns is a number from 0 to 1."


# --- How it is told -------------------------------------------------------------------------------------------------


def test_an_answer_is_read_with_its_unit_if_there_is_one() -> None:
    words: list[dict[str, Any]] = [{"unit": "km"}, {"unit": ""}, {}]

    assert [NUMERICAL.readable({}, each, "50,8") for each in words] == ["50,8 km", "50,8", "50,8"]
    assert NUMERICAL.readable({}, {"unit": "km"}, None) == ""


def test_the_key_has_the_decimal_sign_of_the_language() -> None:
    told = []
    for language in ("en", "ru", "be"):
        with override(language):
            told.append(NUMERICAL.readable_key({"value": 50.8}, {"unit": "km"}))

    assert told == ["50.8 km", "50,8 km", "50,8 km"]
    assert NUMERICAL.key({"value": 50.8}) == "50.8"


def test_the_field_shows_what_was_typed_and_nothing_for_none() -> None:
    assert [NUMERICAL.typed(each) for each in ("50,8", None)] == ["50,8", ""]


def test_what_could_not_be_read_is_shown_again_up_to_its_longest() -> None:
    assert NUMERICAL.draft({}, ["9" * 61]) == "9" * 60


@pytest.mark.parametrize(
    ("response", "said"),
    [
        ("10", "Right."),
        ("10,5", "Right."),
        ("11", "Nearly."),
        ("13", ""),
        ("7", "Count again."),
        ("many", ""),
        (None, ""),
    ],
)
def test_the_accepted_value_that_earns_most_says_its_rationale(response: str | None, said: str) -> None:
    structure = {
        "value": "10",
        "tolerance": "0.5",
        "also": [{"value": "11", "tolerance": "1", "credit": "0.5"}, {"value": "13", "credit": "0.1"}],
    }
    words = {"rationales": {"0": "Right.", "1": "Nearly.", "other": "Count again."}}

    assert NUMERICAL.said(structure, words, response) == said
    assert NUMERICAL.said(structure, {}, response) == ""


def test_of_values_that_earn_the_same_the_first_says_its_rationale() -> None:
    structure = {"value": "10", "also": [{"value": "10", "tolerance": "1"}]}

    assert NUMERICAL.said(structure, {"rationales": {"0": "First.", "1": "Second."}}, "10") == "First."


def test_a_value_may_have_nothing_to_say() -> None:
    assert NUMERICAL.said({"value": "10"}, {"rationales": {"0": None}}, "10") == ""


# --- What a file may say instead of accepted numbers ------------------------------------------------------------------


def test_no_further_numbers_may_be_said_by_nothing() -> None:
    assert accepted({"value": "1", "also": None}) == [Accepted(Fraction(1), Fraction(0), ALL)]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"credit": "1/0"}, "The right value and its tolerance must be numbers."),
        ({"also": 5}, "Further accepted numbers are a list of objects with a value each."),
        ({"also": ["x"]}, "Further accepted numbers are a list of objects with a value each."),
    ],
)
def test_other_things_in_place_of_numbers_are_refused_with_a_sentence(more: dict[str, Any], sentence: str) -> None:
    with pytest.raises(QuestionError) as refused:
        accepted({"value": "1", **more})

    assert str(refused.value) == sentence
