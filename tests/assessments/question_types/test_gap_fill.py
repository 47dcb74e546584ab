"""Gaps that are small questions: their limits, what each earns, how they are shown and read."""

from fractions import Fraction
from typing import Any

import pytest
from django.utils.safestring import SafeString

from assessments.errors import QuestionError
from assessments.marking import ALL, NOT_ANSWERED, NOTHING, Credit
from assessments.question_types import TYPES
from assessments.question_types.base import Choice, Part

GAP_FILL = TYPES["gap_fill"]
CHOICE = {
    "id": "g1",
    "type": "single_choice",
    "options": [{"id": each, "correct": each == "B"} for each in "ABC"],
}
NUMBER = {"id": "g2", "type": "numerical", "value": "12.5", "weight": 2}
WORD = {"id": "g3", "type": "short_answer"}
STRUCTURE = {"gaps": [CHOICE, NUMBER, WORD]}
WORDS = {
    "stem": "Fill in",
    "text": "Far: [[g2]], to [[g1]] for [[g3]].",
    "gaps": {
        "g1": {"options": {"A": "Minsk", "B": "Brest"}},
        "g2": {"unit": "km"},
        "g3": {"accept": [{"text": "health"}]},
    },
}
COMPLETE = {"gaps": [CHOICE, NUMBER, {**WORD, "accept": [{"text": "health"}]}]}


@pytest.mark.parametrize("weight", [1, 100])
def test_a_gap_weighs_from_one_to_a_hundred(weight: int) -> None:
    GAP_FILL.check_structure({"gaps": [{**NUMBER, "weight": weight}]})


@pytest.mark.parametrize("weight", [0, 101, True, "2", 1.5, None])
def test_other_weights_are_refused(weight: object) -> None:
    with pytest.raises(QuestionError) as refused:
        GAP_FILL.check_structure({"gaps": [CHOICE, {**NUMBER, "weight": weight}]})

    assert str(refused.value) == "The weight of a gap is a whole number from 1 to 100."


@pytest.mark.parametrize("kind", ["essay", None, ["numerical"], {}])
def test_a_gap_of_another_type_is_refused(kind: object) -> None:
    with pytest.raises(QuestionError) as refused:
        GAP_FILL.check_structure({"gaps": [{"id": "g1", "type": kind}]})

    assert str(refused.value) == "A gap is one of these: single_choice, short_answer, numerical."


def test_a_gap_needs_the_words_of_its_type_and_no_text_of_its_own() -> None:
    GAP_FILL.check_words({"gaps": [NUMBER, WORD]}, {**WORDS, "text": "[[g2]] [[g3]]"})

    with pytest.raises(QuestionError) as refused:
        GAP_FILL.check_words(STRUCTURE, WORDS)

    assert str(refused.value) == "The text of option C is missing."


@pytest.mark.parametrize("gaps", [None, {}, {"g3": None}, {"g3": "health"}])
def test_a_gap_without_words_is_refused(gaps: object) -> None:
    with pytest.raises(QuestionError) as refused:
        GAP_FILL.check_words({"gaps": [WORD]}, {"stem": "Fill in", "text": "[[g3]]", "gaps": gaps})

    assert str(refused.value) == "A short answer needs at least one accepted answer in each language."


def test_each_gap_accepts_what_any_language_accepts() -> None:
    texts = [WORDS, {"gaps": {"g3": {"accept": [{"text": "здоровье"}]}}}, {}]

    assert GAP_FILL.complete(STRUCTURE, iter(texts)) == {
        "gaps": [CHOICE, NUMBER, {**WORD, "accept": [{"text": "health"}, {"text": "здоровье"}]}]
    }


def test_the_options_of_all_gaps_are_named_with_their_gap_and_shown_as_the_seed_says() -> None:
    structure = {"gaps": [CHOICE, {**CHOICE, "id": "g4"}, NUMBER]}

    assert GAP_FILL.option_ids(structure) == ("g1=A", "g1=B", "g1=C", "g4=A", "g4=B", "g4=C")
    assert [GAP_FILL.shuffled(structure, seed) for seed in ("1", "2")] == [
        ["g4=C", "g1=B", "g4=B", "g1=A", "g4=A", "g1=C"],
        ["g4=C", "g4=B", "g4=A", "g1=A", "g1=B", "g1=C"],
    ]


def test_gaps_that_hold_nothing_are_no_answer() -> None:
    assert GAP_FILL.parse(STRUCTURE, ["g2=", " ", "g1=C"]) == {"g1": "C"}
    assert GAP_FILL.parse(STRUCTURE, ["g2=", " ", "g3=", "  "]) is None


@pytest.mark.parametrize(
    ("response", "credit"),
    [
        (None, NOT_ANSWERED),
        (
            {"g1": "B", "g2": "12,5", "g3": "Health"},
            Credit(ALL, "g1: right; g2: within 0 of 12.5; g3: as accepted: health"),
        ),
        ({"g2": "12.5"}, Credit(Fraction(1, 2), "g1: not answered; g2: within 0 of 12.5; g3: not answered")),
        (
            {"g1": "A", "g3": "wealth"},
            Credit(NOTHING, "g1: wrong; g2: not answered; g3: none of the accepted answers"),
        ),
    ],
)
def test_each_gap_earns_its_weight_and_says_why(response: Any, credit: Credit) -> None:
    assert GAP_FILL.mark(COMPLETE, response) == credit


def test_the_key_has_each_gap_that_has_one() -> None:
    assert GAP_FILL.key(COMPLETE) == {"g1": "B", "g2": "12.5", "g3": "health"}
    assert GAP_FILL.key(STRUCTURE) == {"g1": "B", "g2": "12.5"}
    assert GAP_FILL.key({"gaps": [WORD]}) is None


def test_an_answer_and_the_key_are_read_in_the_order_of_the_text() -> None:
    assert GAP_FILL.lines(STRUCTURE, WORDS, {"g1": "A", "g2": "7", "g3": "x"}) == (
        "Gap 1: 7 km",
        "Gap 2: Minsk",
        "Gap 3: x",
    )
    assert GAP_FILL.key_lines(STRUCTURE, WORDS) == ("Gap 1: 12.5 km", "Gap 2: Brest", "Gap 3: health")
    assert GAP_FILL.readable_key(STRUCTURE, WORDS) == "Gap 1: 12.5 km; Gap 2: Brest; Gap 3: health"


def test_a_gap_is_a_list_in_the_order_of_the_attempt_or_a_field_with_what_was_typed() -> None:
    shown = GAP_FILL.parts(STRUCTURE, WORDS, ["g1=C", "g1=A", "g1=B"], {"g1": "A", "g2": "7"})

    assert shown == (
        (
            Part("g2", "Far: ", "Gap 1", typed="7", unit="km", numeric=True),
            Part(
                "g1",
                ", to ",
                "Gap 2",
                (Choice("g1=C", "C", False), Choice("g1=A", "Minsk", True), Choice("g1=B", "Brest", False)),
            ),
            Part("g3", " for ", "Gap 3"),
        ),
        ".",
    )


def test_without_an_attempt_and_words_the_order_is_always_the_same() -> None:
    structure = {"gaps": [CHOICE, {**CHOICE, "id": "g4"}, NUMBER]}

    parts, _tail = GAP_FILL.parts(structure, {"text": "[[g1]] [[g4]] [[g2]]"}, [], None)

    assert [[each.text for each in part.choices] for part in parts] == [["B", "C", "A"], ["C", "B", "A"], []]


def test_each_gap_has_something_to_say_to_what_was_given_for_it() -> None:
    words = {
        "text": "[[g3]], [[g2]], [[g1]]",
        "gaps": {
            "g1": {"rationales": {"A": "Too small & far"}},
            "g2": {"rationales": {"other": "Count again."}},
            "g3": {"accept": [{"text": "health", "feedback": "Right."}]},
        },
    }

    assert GAP_FILL.said(STRUCTURE, words, {"g1": "A", "g2": "7", "g3": "Health"}) == (
        "Gap 1: Right.\nGap 2: Count again.\nGap 3: Too small & far"
    )
    assert GAP_FILL.said(STRUCTURE, words, {"g1": "A", "g2": "12.5"}) == "Gap 3: Too small & far"
    assert GAP_FILL.said(STRUCTURE, words, {"g1": "B"}) == ""
    assert GAP_FILL.said(STRUCTURE, {}, {"g1": "B"}) == ""
    assert GAP_FILL.said(STRUCTURE, words, None) == ""


def test_where_one_gap_speaks_with_markup_the_others_are_escaped() -> None:
    words = {
        "text": "[[g2]], [[g1]]",
        "gaps": {
            "g1": {"rationales": {"A": SafeString("Too <b>small</b>")}},
            "g2": {"rationales": {"other": "7 < 12.5"}},
        },
    }

    said = GAP_FILL.said(STRUCTURE, words, {"g1": "A", "g2": "7"})

    assert (said, isinstance(said, SafeString)) == ("Gap 1: 7 &lt; 12.5<br>Gap 2: Too <b>small</b>", True)


def test_a_list_in_a_gap_has_its_options_without_markup() -> None:
    words = {**WORDS, "gaps": {"g1": {"options": {"A": SafeString("10 km<sup>2</sup>"), "B": "a < b"}}}}

    (_number, choice, _word), _tail = GAP_FILL.parts(STRUCTURE, words, ["g1=A", "g1=B"], None)

    assert [each.text for each in choice.choices] == ["10 km2", "a < b"]


def test_an_option_in_a_gap_may_have_the_sign_in_its_id() -> None:
    gap = {"id": "g1", "type": "single_choice", "options": [{"id": "x=1", "correct": True}, {"id": "x=2"}]}
    words = {"text": "[[g1]]", "gaps": {"g1": {"options": {"x=1": "one"}}}}

    (part,), _tail = GAP_FILL.parts({"gaps": [gap]}, words, ["g1=x=1", "g1=x=2"], {"g1": "x=2"})

    assert part.choices == (Choice("g1=x=1", "one", False), Choice("g1=x=2", "x=2", True))
    assert GAP_FILL.parse({"gaps": [gap]}, ["g1=x=2"]) == {"g1": "x=2"}
