"""What holds for every type of question."""

import doctest
import importlib
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.errors import AnswerError, QuestionError
from assessments.marking import NOT_ANSWERED
from assessments.models import QuestionType
from assessments.question_types import TYPES, show
from tests.factories.assessments import EVERY, MARKED, RIGHT, STRUCTURES, WRONG, words_of

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
ids = st.lists(st.sampled_from("ABCD"), max_size=6)


def test_there_is_a_type_for_each_name_in_the_data_model() -> None:
    assert set(TYPES) == set(QuestionType.values)


@pytest.mark.parametrize("name", [*EVERY, "options", "gaps", "base", "signs", "texts"])
def test_examples_in_the_docstrings_are_true(name: str) -> None:
    module = importlib.import_module(f"assessments.question_types.{name}")

    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("name", MARKED)
class TestEveryType:
    def test_the_key_earns_everything(self, name: str) -> None:
        kind, structure = TYPES[name], MARKED[name]

        assert kind.mark(structure, kind.parse(structure, kind.key(structure))).part == 1

    def test_a_wrong_answer_earns_nothing(self, name: str) -> None:
        kind, structure = TYPES[name], MARKED[name]

        assert kind.mark(structure, kind.parse(structure, WRONG[name])).part == 0

    @pytest.mark.parametrize("nothing", [None, "", [], [""]])
    def test_no_answer_is_no_answer_in_whatever_way_it_comes(self, name: str, nothing: object) -> None:
        kind, structure = TYPES[name], MARKED[name]

        assert kind.parse(structure, nothing) is None
        assert kind.mark(structure, None) == NOT_ANSWERED

    def test_a_form_and_json_say_the_same(self, name: str) -> None:
        kind, structure, answer = TYPES[name], MARKED[name], RIGHT[name]
        told = kind.posted(structure, answer)
        posted = [
            str(each).lower() if name == "true_false" else str(each)
            for each in (told if isinstance(told, list) else [told])
        ]

        assert kind.parse(structure, posted) == kind.parse(structure, answer) == answer

    @given(raw=json_values)
    def test_whatever_comes_is_read_or_refused_with_a_sentence_and_marks_stay_in_bounds(
        self, name: str, raw: object
    ) -> None:
        kind, structure = TYPES[name], MARKED[name]
        try:
            response = kind.parse(structure, raw)
        except AnswerError:
            return

        assert 0 <= kind.mark(structure, response).part <= 1
        assert kind.parse(structure, response) == response

    def test_a_language_changes_the_words_and_neither_the_answer_nor_the_mark(self, name: str) -> None:
        kind, structure, answer = TYPES[name], MARKED[name], RIGHT[name]
        for language in ("en", "ru", "be"):
            shown = show(name, structure, words_of(structure, language), language=language, response=answer)

            assert shown.language == language
            assert shown.stem == f"What is right? ({language})"
            assert [each.id for each in shown.options if each.chosen] == [
                each.id for each in shown.options if each.right
            ]
        assert kind.mark(structure, kind.parse(structure, answer)).part == 1

    def test_a_shape_that_could_not_be_marked_is_refused(self, name: str) -> None:
        with pytest.raises(QuestionError):
            TYPES[name].check_structure({"accept": []})

    def test_a_question_needs_its_text(self, name: str) -> None:
        with pytest.raises(QuestionError, match="needs its text"):
            TYPES[name].check_words(MARKED[name], {"stem": " "})

    def test_its_structure_and_its_words_are_fit_for_the_bank(self, name: str) -> None:
        TYPES[name].check_structure(MARKED[name])
        for language in ("en", "ru", "be"):
            TYPES[name].check_words(MARKED[name], words_of(MARKED[name], language))

    def test_a_situation_stands_above_the_question(self, name: str) -> None:
        words = {**words_of(MARKED[name]), "case": "At the border"}

        assert show(name, MARKED[name], words, language="en").case == "At the border"


@given(answers=ids, shuffler=st.randoms(use_true_random=False))
def test_the_order_of_options_and_of_ticks_never_matters(answers: list[str], shuffler) -> None:
    kind, structure = TYPES["multiple_response"], STRUCTURES["multiple_response"]
    options, ticks = list(structure["options"]), list(answers)
    shuffler.shuffle(options)
    shuffler.shuffle(ticks)
    mixed = {"options": options}

    earned = kind.mark(structure, kind.parse(structure, answers))

    assert kind.mark(mixed, kind.parse(mixed, ticks)) == earned


@given(st.sets(st.sampled_from("ABCDEFGH"), min_size=1), st.sets(st.sampled_from("ABCDEFGH")))
def test_a_multiple_response_is_never_negative_and_ticking_everything_earns_nothing(right: set, chosen: set) -> None:
    kind = TYPES["multiple_response"]
    structure = {"options": [{"id": each, "correct": each in right} for each in "ABCDEFGH"]}

    assert 0 <= kind.mark(structure, sorted(chosen) or None).part <= 1
    if len(right) < 8:
        assert kind.mark(structure, list("ABCDEFGH")).part == 0
    assert (kind.mark(structure, sorted(chosen) or None).part == 1) is (chosen == right)


def test_weights_of_options_are_added_and_bounded() -> None:
    kind = TYPES["multiple_response"]
    structure = {
        "options": [
            {"id": "A", "correct": True, "credit": "0.7"},
            {"id": "B", "correct": True, "credit": "0.3"},
            {"id": "C", "correct": False, "credit": "-0.25"},
        ]
    }
    parts = {each: kind.mark(structure, list(each)).part for each in ("A", "AB", "ABC", "C")}

    assert parts == {"A": Fraction(7, 10), "AB": 1, "ABC": Fraction(3, 4), "C": 0}


def test_a_single_choice_may_reward_the_second_best() -> None:
    structure = {"options": [{"id": "A", "correct": True}, {"id": "B", "correct": False, "credit": "1/2"}, {"id": "C"}]}
    kind = TYPES["single_choice"]

    assert [kind.mark(structure, each).part for each in "ABC"] == [1, Fraction(1, 2), 0]
    assert kind.mark(structure, "B").reason == "partly right"


@pytest.mark.parametrize(
    ("structure", "sentence"),
    [
        ({"options": [{"id": "A", "correct": True}]}, "2 to 26 options"),
        ({"options": [{"id": "A", "correct": True}, {"id": "A"}]}, "an id of its own"),
        ({"options": [{"id": "A"}, {"id": "B"}]}, "No option is marked as right"),
        ({"options": [{"id": "A", "correct": True}, {"id": "B", "correct": True}]}, "exactly one right option"),
        ({"options": [{"id": "A", "correct": True}, {"id": "B", "credit": "2"}]}, "from -1 to 1"),
        ({"options": [{"id": "A", "correct": True}, {"id": "B", "credit": "half"}]}, "from -1 to 1"),
    ],
)
def test_options_that_do_not_make_a_question_are_refused(structure: dict, sentence: str) -> None:
    with pytest.raises(QuestionError, match=sentence):
        TYPES["single_choice"].check_structure(structure)


def test_an_option_without_text_is_named() -> None:
    words = words_of(STRUCTURES["single_choice"])
    del words["options"]["B"]

    with pytest.raises(QuestionError, match="option B is missing"):
        TYPES["single_choice"].check_words(STRUCTURES["single_choice"], words)


def test_one_answer_only_is_taken_where_one_is_asked() -> None:
    with pytest.raises(AnswerError, match="one answer only"):
        TYPES["single_choice"].parse(STRUCTURES["single_choice"], ["A", "B"])


def test_shuffling_depends_on_the_seed_alone_and_keeps_the_last_option_last() -> None:
    structure = {
        "options": [
            {"id": each, "correct": each == "A", **({"last": True} if each == "F" else {})} for each in "ABCDEF"
        ]
    }
    kind = TYPES["single_choice"]
    orders = {tuple(kind.shuffled(structure, f"{seed}")) for seed in range(50)}

    assert kind.shuffled(structure, "1/Q1") == kind.shuffled(structure, "1/Q1") == ["E", "C", "D", "A", "B", "F"]
    assert {order[-1] for order in orders} == {"F"}
    assert len(orders) > 20


def test_a_question_is_shown_in_the_order_of_the_attempt_with_the_answer_given() -> None:
    shown = show(
        "single_choice",
        STRUCTURES["single_choice"],
        words_of(STRUCTURES["single_choice"], "ru"),
        language="ru",
        order=["C", "A", "B"],
        response="A",
    )

    assert [(each.id, each.text, each.chosen, each.right) for each in shown.options] == [
        ("C", "Вариант C", False, False),
        ("A", "Вариант A", True, False),
        ("B", "Вариант B", False, True),
    ]
    assert (shown.answer, shown.key, shown.widget) == ("Вариант A", "Вариант B", "radio")
