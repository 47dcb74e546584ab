"""Numbers as people in three languages type them."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.errors import AnswerError, QuestionError
from assessments.question_types import TYPES, show
from assessments.question_types.numerical import value_of

NUMERICAL = TYPES["numerical"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2025", 2025),
        ("3,14159", Fraction(314159, 100000)),
        ("3.14159", Fraction(314159, 100000)),
        ("1 000", 1000),
        ("1\N{NO-BREAK SPACE}000,5", Fraction(2001, 2)),
        ("1\N{NARROW NO-BREAK SPACE}000.5", Fraction(2001, 2)),
        ("12\N{THIN SPACE}345\N{THIN SPACE}678", 12345678),
        ("\N{MINUS SIGN}5", -5),
        ("-5", -5),
        ("\N{EN DASH}0,5", Fraction(-1, 2)),
        ("+7", 7),
        (",5", Fraction(1, 2)),
        ("  42  ", 42),
        ("1,884", Fraction(1884, 1000)),
        ("3e8", 300_000_000),
        ("3×10^8", 300_000_000),
        ("3 · 10^-2", Fraction(3, 100)),
    ],
)
def test_a_number_is_read_as_it_was_meant(text: str, value: Fraction) -> None:
    assert value_of(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "1,2,3",
        "1.000,5",
        "1,000.5",
        "1 00",
        "1 0000",
        "30 %",
        "50.8 km",
        "five",
        ",",
        "-",
        "5.",
        "1e999",
        "٣",
        "9" * 61,
        "1/2",
        "nan",
        "∞",
    ],
)
def test_what_is_not_one_number_is_refused_with_a_sentence_and_never_marked_wrong(text: str) -> None:
    with pytest.raises(AnswerError, match="is not one number"):
        NUMERICAL.parse({"value": "1", "tolerance": "0"}, text)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=4))
def test_every_way_of_writing_a_number_is_the_same_number(number: Decimal) -> None:
    exact = Fraction(number)
    point, grouped = f"{number:f}", f"{number:,f}"

    writings = [
        point,
        point.replace(".", ","),
        grouped.replace(",", " "),
        grouped.replace(",", "\N{NARROW NO-BREAK SPACE}").replace(".", ","),
        point.replace("-", "\N{MINUS SIGN}"),
    ]

    assert [value_of(each) for each in writings] == [exact] * len(writings)


@pytest.mark.parametrize(
    ("answer", "part"),
    [("50.8", 1), ("50,7", 1), ("50,9", 1), ("50.90001", 0), ("50.69", 0), ("5,08e1", 1), ("0", 0)],
)
def test_the_tolerance_is_exact_and_includes_its_ends(answer: str, part: int) -> None:
    assert NUMERICAL.mark({"value": "50.8", "tolerance": "0.1"}, answer).part == part


def test_further_values_may_earn_a_part() -> None:
    structure = {"value": "100", "also": [{"value": "90", "tolerance": "5", "credit": "0.5"}]}

    earned = [NUMERICAL.mark(structure, each) for each in ("100", "92", "70")]

    assert [(each.part, each.reason) for each in earned] == [
        (1, "within 0 of 100"),
        (Fraction(1, 2), "within 5 of 90"),
        (0, "not within 0 of 100"),
    ]


def test_values_may_come_as_numbers_from_a_file() -> None:
    NUMERICAL.check_structure({"value": 50.8, "tolerance": 0})

    assert NUMERICAL.mark({"value": 50.8, "tolerance": 0}, "50,8").part == 1


@pytest.mark.parametrize(
    ("structure", "sentence"),
    [
        ({"value": "many"}, "must be numbers"),
        ({"tolerance": "1"}, "must be numbers"),
        ({"value": "1", "tolerance": "x"}, "must be numbers"),
        ({"value": "1", "tolerance": "-1"}, "never below 0"),
        ({"value": "1", "also": [{"value": "2", "credit": "x"}]}, "must be numbers"),
    ],
)
def test_a_value_that_is_no_number_is_refused(structure: dict, sentence: str) -> None:
    with pytest.raises(QuestionError, match=sentence):
        NUMERICAL.check_structure(structure)


def test_the_answer_stays_as_typed_and_the_key_follows_the_language() -> None:
    shown = show("numerical", {"value": "50.8"}, {"stem": "?", "unit": "км"}, language="ru", response="50.9")

    assert (shown.typed, shown.answer, shown.key) == ("50.9", "50.9 км", "50,8 км")
