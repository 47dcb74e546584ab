"""Answers of several parts: pairs, orders, gaps."""

from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.errors import AnswerError, QuestionError
from assessments.question_types import TYPES, show
from assessments.question_types.base import out_of_order
from assessments.question_types.ordering import GRADINGS
from tests.factories.assessments import FURTHER, RIGHT, words_of

MATCHING, ORDERING = TYPES["matching"], TYPES["ordering"]
GAP_FILL, SELECT_WORDS = TYPES["gap_fill"], TYPES["select_words"]
LETTERS = "abcdefgh"


# --- Matching -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("response", "part", "reason"),
    [
        ({"a": "r1", "b": "r2", "c": "r3"}, Fraction(1), "3 of 3 pairs right"),
        ({"a": "r1", "b": "r1", "c": "r1"}, Fraction(1, 3), "1 of 3 pairs right"),
        ({"c": "r3"}, Fraction(1, 3), "1 of 3 pairs right"),
        ({"a": "r4"}, Fraction(0), "0 of 3 pairs right"),
    ],
)
def test_each_right_pair_earns_its_share(response: dict, part: Fraction, reason: str) -> None:
    credit = MATCHING.mark(FURTHER["matching"], response)

    assert (credit.part, credit.reason) == (part, reason)


@given(
    right=st.lists(st.integers(0, 5), min_size=2, max_size=8),
    chosen=st.lists(st.integers(0, 5) | st.none(), min_size=8, max_size=8),
    shuffler=st.randoms(use_true_random=False),
)
def test_pairs_stay_in_bounds_and_their_order_never_matters(right: list, chosen: list, shuffler) -> None:
    pairs = [{"id": LETTERS[at], "right": f"r{each}"} for at, each in enumerate(right)]
    answer = {LETTERS[at]: f"r{each}" for at, each in enumerate(chosen[: len(pairs)]) if each is not None}
    structure = {"pairs": pairs, "rights": [f"r{each}" for each in range(6)]}
    mixed, given_last_first = list(pairs), dict(reversed(answer.items()))
    shuffler.shuffle(mixed)

    earned = MATCHING.mark(structure, MATCHING.parse(structure, answer))
    again = MATCHING.mark({**structure, "pairs": mixed}, MATCHING.parse(structure, given_last_first))

    assert earned == again
    assert 0 <= earned.part <= 1
    assert (earned.part == 1) is (answer == {pair["id"]: pair["right"] for pair in pairs})


@given(st.integers())
def test_answers_never_stand_as_the_pairs_do(seed: int) -> None:
    shown = MATCHING.shuffled(FURTHER["matching"], str(seed))

    assert sorted(shown) == ["r1", "r2", "r3", "r4"]
    assert [each for each in shown if each != "r4"] != ["r1", "r2", "r3"]


def test_a_pair_that_does_not_exist_is_refused() -> None:
    for raw in (["a=r9"], ["z=r1"], {"a": ["r1"]}, ["r1"], 7):
        with pytest.raises(AnswerError, match="not one of the options"):
            MATCHING.parse(FURTHER["matching"], raw)


@pytest.mark.parametrize(
    ("structure", "sentence"),
    [
        ({"pairs": [{"id": "a", "right": "r1"}], "rights": ["r1", "r2"]}, "2 to 26 pairs"),
        ({**FURTHER["matching"], "rights": ["r1"]}, "2 to 26 answers"),
        ({**FURTHER["matching"], "rights": ["r1", "r2"]}, "one of the answers to choose from"),
        ({**FURTHER["matching"], "rights": ["r1", "r2", "r3", "r=4"]}, "without the sign"),
        ({**FURTHER["matching"], "pairs": [{"id": "a", "right": "r1"}] * 2}, "an id of its own"),
    ],
)
def test_pairs_that_do_not_make_a_question_are_refused(structure: dict, sentence: str) -> None:
    with pytest.raises(QuestionError, match=sentence):
        MATCHING.check_structure(structure)


def test_a_pair_without_text_is_named() -> None:
    words = words_of(FURTHER["matching"])
    del words["rights"]["r4"]

    with pytest.raises(QuestionError, match="text of r4 is missing"):
        MATCHING.check_words(FURTHER["matching"], words)


# --- Ordering -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_order", "earned"),
    [
        ("abcd", ("1", "1", "1", "1")),
        ("dcba", ("0", "0", "0", "0")),
        ("bcda", ("2/3", "0", "3/4", "3/4")),
        ("acbd", ("0", "0", "0", "3/4")),
        ("cdab", ("2/3", "0", "1/2", "1/2")),
    ],
)
def test_an_order_earns_what_its_grading_says(given_order: str, earned: tuple) -> None:
    parts = [ORDERING.mark({"order": list("abcd"), "grading": each}, list(given_order)).part for each in GRADINGS]

    assert parts == [Fraction(each) for each in earned]


def test_without_a_grading_neighbours_count() -> None:
    assert ORDERING.mark({"order": list("abc")}, list("bca")).reason == "1 of 2 followed by the right one"


@pytest.mark.parametrize("grading", GRADINGS)
@given(order=st.permutations("abcdef"), response=st.permutations("abcdef"))
def test_an_order_stays_in_bounds_and_only_the_right_one_earns_everything(
    grading: str, order: list, response: list
) -> None:
    part = ORDERING.mark({"order": order, "grading": grading}, response).part

    assert 0 <= part <= 1
    assert (part == 1) is (order == response)


def test_the_right_order_is_never_the_one_shown_and_two_items_show_both() -> None:
    shown = {tuple(ORDERING.shuffled(FURTHER["ordering"], str(seed))) for seed in range(400)}
    of_two = {tuple(ORDERING.shuffled({"order": ["a", "b"]}, str(seed))) for seed in range(40)}

    assert shown == set(permutations("abcd")) - {tuple("abcd")}
    assert of_two == set(permutations("ab"))


@given(st.permutations("abcxyz"))
def test_only_the_ids_of_the_key_are_put_out_of_order(shown: list) -> None:
    mixed = out_of_order(shown, "abc")

    assert sorted(mixed) == sorted(shown)
    assert [each for each in mixed if each in "abc"] != list("abc")


@pytest.mark.parametrize("raw", [["c", "a", "d", "b"], ["a=2", "b=4", "c=1", "d=3"], {"a": 2, "b": 4, "c": 1, "d": 3}])
def test_an_order_may_come_as_a_list_or_as_places(raw: object) -> None:
    assert ORDERING.parse(FURTHER["ordering"], raw) == ["c", "a", "d", "b"]


@pytest.mark.parametrize(
    "raw", [["a=1", "", "", ""], ["a=1", "b=1", "c=2", "d=3"], ["a", "b", "c"], ["a", "a", "b", "c"], ["a=7"]]
)
def test_half_an_order_is_refused_with_a_sentence_and_shown_again(raw: list) -> None:
    with pytest.raises(AnswerError, match="each place only once"):
        ORDERING.parse(FURTHER["ordering"], raw)


def test_what_was_chosen_of_half_an_order_is_shown_again() -> None:
    draft = ORDERING.draft(FURTHER["ordering"], ["a=1", "b=1", "", "d=3"])
    shown = show("ordering", FURTHER["ordering"], words_of(FURTHER["ordering"]), language="en", response=draft)
    chosen = {part.id: choice.text for part in shown.parts for choice in part.choices if choice.chosen}

    assert chosen == {"a": "1", "b": "1", "d": "3"}


def test_an_unknown_grading_or_a_single_item_is_refused() -> None:
    with pytest.raises(QuestionError, match="all_or_nothing"):
        ORDERING.check_structure({"order": ["a", "b"], "grading": "by_mood"})
    with pytest.raises(QuestionError, match="2 to 26 items"):
        ORDERING.check_structure({"order": ["a"]})


# --- Gaps -----------------------------------------------------------------------------------------------------------


def test_a_gap_is_a_question_of_its_own_with_its_weight() -> None:
    gaps = [{**gap, "weight": weight} for gap, weight in zip(FURTHER["gap_fill"]["gaps"], (1, 2, 3), strict=True)]
    parts = [
        GAP_FILL.mark({"gaps": gaps}, response).part
        for response in ({"g1": "B"}, {"g2": "12,0"}, {"g3": " HEALTH "}, {"g1": "B", "g3": "health"}, {"g1": "C"})
    ]

    assert parts == [Fraction(1, 6), Fraction(1, 3), Fraction(1, 2), Fraction(2, 3), 0]


def test_the_text_of_a_field_stands_behind_its_mark_in_a_form() -> None:
    posted = ["g1=B", "g3=", "g1=x", "g2=", ""]

    assert GAP_FILL.parse(FURTHER["gap_fill"], posted) == {"g1": "B", "g3": "g1=x"}


def test_a_number_in_a_gap_that_cannot_be_read_is_refused_and_shown_again() -> None:
    posted = ["g1=A", "g2=", "twelve"]
    with pytest.raises(AnswerError, match="“twelve” is not one number"):
        GAP_FILL.parse(FURTHER["gap_fill"], posted)
    draft = GAP_FILL.draft(FURTHER["gap_fill"], posted)

    shown = show("gap_fill", FURTHER["gap_fill"], words_of(FURTHER["gap_fill"]), language="en", response=draft)

    assert [part.typed for part in shown.parts] == ["", "twelve", ""]
    assert [choice.text for choice in shown.parts[0].choices if choice.chosen] == ["Option A"]


def test_gaps_stand_where_each_language_has_them() -> None:
    structure = FURTHER["select_words"]
    words = {**words_of(structure), "text": "First [[g2]],\nthen [[g1]]."}

    shown = show("select_words", structure, words, language="en", response={"g1": "w3"})

    assert [(part.id, part.before, part.label) for part in shown.parts] == [
        ("g2", "First ", "Gap 1"),
        ("g1", ",\nthen ", "Gap 2"),
    ]
    assert (shown.tail, shown.answer, shown.key) == (".", "Gap 2: Option w3", "Gap 1: Option w2; Gap 2: Option w1")


@pytest.mark.parametrize("text", ["", "[[g1]]", "[[g1]] [[g1]] [[g2]]", "[[g1]] [[g2]] [[g3]]"])
def test_a_text_has_each_gap_once(text: str) -> None:
    structure = FURTHER["select_words"]

    with pytest.raises(QuestionError, match="each gap once"):
        SELECT_WORDS.check_words(structure, {**words_of(structure), "text": text})


@pytest.mark.parametrize(
    ("name", "gap", "sentence"),
    [
        ("gap_fill", {"id": "g1", "type": "essay"}, "A gap is one of these"),
        ("gap_fill", {"id": "g1", "type": "numerical", "value": "x"}, "must be numbers"),
        ("gap_fill", {"id": "g1", "type": "numerical", "value": "1", "weight": 0}, "from 1 to 100"),
        ("gap_fill", "g1", "1 to 40 gaps"),
        ("select_words", {"id": "g1", "right": "w1", "choices": ["w1"]}, "at least two words"),
        ("select_words", {"id": "g1", "right": "w9", "choices": ["w1", "w2"]}, "one of the words"),
        ("select_words", {"id": "g=1", "right": "w1"}, "without the sign"),
    ],
)
def test_gaps_that_do_not_make_a_question_are_refused(name: str, gap: object, sentence: str) -> None:
    with pytest.raises(QuestionError, match=sentence):
        TYPES[name].check_structure({"gaps": [gap], "choices": ["w1", "w2"]})


def test_a_word_of_another_gap_is_refused() -> None:
    structure = {
        "gaps": [
            {"id": "g1", "right": "w1", "choices": ["w1", "w2"]},
            {"id": "g2", "right": "w3", "choices": ["w3", "w4"]},
        ]
    }

    assert SELECT_WORDS.parse(structure, ["g1=w2", "g2=w3"]) == {"g1": "w2", "g2": "w3"}
    with pytest.raises(AnswerError, match="not one of the options"):
        SELECT_WORDS.parse(structure, ["g1=w3"])


@pytest.mark.parametrize("name", ["matching", "ordering", "gap_fill", "select_words"])
def test_an_answer_and_the_key_are_read_line_by_line(name: str) -> None:
    shown = show(name, FURTHER[name], words_of(FURTHER[name], "be"), language="be", response=RIGHT[name])

    assert shown.answer == "; ".join(shown.answer_lines)
    assert len(shown.answer_lines) == len(shown.key_lines) == len(shown.parts)
    assert not shown.options
