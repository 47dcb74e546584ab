"""What single choice and multiple response share."""

import pytest

from assessments.errors import QuestionError
from assessments.question_types import TYPES
from assessments.question_types.options import credit_of

SINGLE = TYPES["single_choice"]


def options(*ids: object, right: object = "A") -> dict[str, list[object]]:
    return {"options": [{"id": each, "correct": each == right} for each in ids]}


@pytest.mark.parametrize("count", [2, 26])
def test_two_to_twenty_six_options(count: int) -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[:count]

    SINGLE.check_structure(options(*letters))

    assert SINGLE.option_ids(options(*letters)) == tuple(letters)


@pytest.mark.parametrize(
    ("structure", "sentence"),
    [
        (options("A"), "A question to choose from needs 2 to 26 options."),
        (options(*map(str, range(26)), "A"), "A question to choose from needs 2 to 26 options."),
        (options("A", "A"), "Each option needs an id of its own."),
        (options("A", ""), "Each option needs an id of its own."),
        (options("A", 2), "Each option needs an id of its own."),
        (options("A", ["B"]), "Each option needs an id of its own."),
        ({"options": [*options("A")["options"], "B"]}, "Each option needs an id of its own."),
        (options("A", "B", right="C"), "No option is marked as right."),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_sentence(structure: dict[str, object], sentence: str) -> None:
    with pytest.raises(QuestionError) as refused:
        SINGLE.check_structure(structure)

    assert str(refused.value) == sentence


def test_each_option_has_its_text_and_rationale() -> None:
    words = {"options": {"A": "Yes", "B": "No"}, "rationales": {"B": "Because"}}

    found = SINGLE.options(options("A", "B", "C"), words, ["B", "A", "C"], "A")

    assert [(each.id, each.text, each.chosen, each.right, each.rationale) for each in found] == [
        ("B", "No", False, False, "Because"),
        ("A", "Yes", True, True, ""),
        ("C", "C", False, False, ""),
    ]


def test_an_answer_is_read_as_the_texts_of_its_options() -> None:
    words = {"options": {"A": "Yes"}}

    assert TYPES["multiple_response"].readable(options("A", "B"), words, ["B", "A"]) == "Yes; B"


def test_an_answer_of_one_option_is_its_whole_id() -> None:
    assert SINGLE.readable(options("yes", "no", "y"), {}, "yes") == "yes"


@pytest.mark.parametrize("credit", ["-1", "1", "0", "0.5"])
def test_an_option_earns_from_minus_one_to_one(credit: str) -> None:
    assert credit_of({"credit": credit}) == pytest.approx(float(credit))


@pytest.mark.parametrize("credit", ["-1.01", "1.01", "much", "1/0"])
def test_other_credits_are_refused(credit: str) -> None:
    with pytest.raises(QuestionError, match=r"^What an option earns is a number from -1 to 1\.$"):
        credit_of({"credit": credit})


def test_a_true_or_false_answer_says_why_it_earned_what_it_did() -> None:
    kind = TYPES["true_false"]

    assert [kind.mark({"answer": True}, each).reason for each in (True, False)] == ["right", "wrong"]
    shown = kind.options({"answer": True}, {"rationales": {"false": "No"}}, [], True)
    assert [(each.id, each.text, each.chosen, each.right, each.rationale) for each in shown] == [
        ("true", "True", True, True, ""),
        ("false", "False", False, False, "No"),
    ]
