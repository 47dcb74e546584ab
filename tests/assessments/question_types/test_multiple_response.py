"""Several of several options: how ticks are read, what they earn and why."""

from fractions import Fraction
from typing import Any

import pytest

from assessments.errors import AnswerError
from assessments.marking import ALL, NOT_ANSWERED, NOTHING, Credit
from assessments.question_types import TYPES

MULTIPLE = TYPES["multiple_response"]
TWO_OF_FIVE = {"options": [{"id": each, "correct": each in "BD"} for each in "ABCDE"]}


@pytest.mark.parametrize(
    ("raw", "response"),
    [
        ("B", ["B"]),
        (["D", "", "B", "D"], ["B", "D"]),
        (("D",), ["D"]),
        ([""], None),
        ("", None),
        (None, None),
    ],
)
def test_ticks_are_read_once_each_in_the_order_of_the_editor(raw: object, response: list[str] | None) -> None:
    assert MULTIPLE.parse(TWO_OF_FIVE, raw) == response


@pytest.mark.parametrize("raw", ["F", ["B", "F"], 7, 0, False, {"B": True}, [["B"]], [None]])
def test_what_is_not_offered_is_refused_with_a_sentence(raw: object) -> None:
    with pytest.raises(AnswerError) as refused:
        MULTIPLE.parse(TWO_OF_FIVE, raw)

    assert str(refused.value) == "This answer is not one of the options. Load the page again and choose once more."


@pytest.mark.parametrize(
    ("response", "credit"),
    [
        (["B", "D"], Credit(ALL, "2 of 2 right, 0 of 3 wrong")),
        (["B"], Credit(Fraction(1, 2), "1 of 2 right, 0 of 3 wrong")),
        (["A", "B", "D"], Credit(Fraction(2, 3), "2 of 2 right, 1 of 3 wrong")),
        (["A", "B"], Credit(Fraction(1, 6), "1 of 2 right, 1 of 3 wrong")),
        (["A", "B", "C"], Credit(NOTHING, "1 of 2 right, 2 of 3 wrong")),
        (["A"], Credit(NOTHING, "0 of 2 right, 1 of 3 wrong")),
        (None, NOT_ANSWERED),
        ([], NOT_ANSWERED),
    ],
)
def test_ticks_earn_their_share_of_the_right_ones_less_that_of_the_wrong_ones(
    response: list[str] | None, credit: Credit
) -> None:
    assert MULTIPLE.mark(TWO_OF_FIVE, response) == credit


def test_where_every_option_is_right_each_earns_its_share() -> None:
    structure = {"options": [{"id": each, "correct": True} for each in "AB"]}

    assert MULTIPLE.mark(structure, ["A"]) == Credit(Fraction(1, 2), "1 of 2 right, 0 of 0 wrong")


def test_where_one_option_says_what_it_earns_the_others_earn_nothing() -> None:
    options: list[dict[str, Any]] = [{"id": "A", "correct": True}, {"id": "B", "correct": True, "credit": "0.4"}]

    marks = [MULTIPLE.mark({"options": options}, each) for each in (["A"], ["B"], ["A", "B"])]

    assert marks == [
        Credit(NOTHING, "1 of 2 right, 0 of 0 wrong"),
        Credit(Fraction(2, 5), "1 of 2 right, 0 of 0 wrong"),
        Credit(Fraction(2, 5), "2 of 2 right, 0 of 0 wrong"),
    ]


def test_the_right_options_are_the_key_in_the_order_of_the_editor() -> None:
    assert MULTIPLE.key(TWO_OF_FIVE) == ["B", "D"]
