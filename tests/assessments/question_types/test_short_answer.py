"""Short answers: what is refused, which of several answers counts, how patterns are folded and written out."""

from typing import Any

import pytest

from assessments.errors import AnswerError, QuestionError
from assessments.marking import ALL, NOT_ANSWERED, NOTHING, Credit
from assessments.question_types import TYPES
from assessments.question_types.short_answer import best_of, folded, matches, text_in

SHORT = TYPES["short_answer"]
ONE = {"accept": [{"text": "refugee"}]}


@pytest.mark.parametrize("rule", ["ignore_case", "ignore_yo"])
@pytest.mark.parametrize("value", [True, False])
def test_capitals_and_yo_may_count_or_not(rule: str, value: bool) -> None:
    SHORT.check_structure({rule: value, **ONE})


def test_an_accepted_answer_is_as_long_as_what_can_be_typed() -> None:
    SHORT.check_structure({"accept": [{"text": "*" + "x" * 200}]})


@pytest.mark.parametrize("rule", ["ignore_case", "ignore_yo"])
@pytest.mark.parametrize("value", ["yes", 1, None])
def test_anything_but_yes_or_no_is_refused(rule: str, value: object) -> None:
    with pytest.raises(QuestionError) as refused:
        SHORT.check_structure({rule: value})

    assert str(refused.value) == "Say yes or no to ignoring capitals and ё."


@pytest.mark.parametrize(
    ("accept", "sentence"),
    [
        (None, "A short answer needs at least one accepted answer in each language."),
        ([], "A short answer needs at least one accepted answer in each language."),
        ({"text": "refugee"}, "A short answer needs at least one accepted answer in each language."),
        ([{"text": "refugee"}, "migrant"], "A short answer needs at least one accepted answer in each language."),
        ([{"text": "refugee"}, {"text": " "}], "An accepted answer is empty."),
        ([{"text": "refugee"}, {}], "An accepted answer is empty."),
        ([{"text": "x" * 201}], "An accepted answer is too long: at most 200 characters can be typed."),
        ([{"text": "x", "credit": "0.99"}], "No accepted answer earns everything."),
        ([{"text": "x", "credit": "all"}], "What an accepted answer earns is a number from 0 to 1."),
        ([{"text": "x", "credit": "1/0"}], "What an accepted answer earns is a number from 0 to 1."),
    ],
)
def test_what_accepts_nothing_is_refused_with_a_sentence(accept: Any, sentence: str) -> None:
    with pytest.raises(QuestionError) as in_structure:
        SHORT.check_structure({"accept": accept})
    with pytest.raises(QuestionError) as in_words:
        SHORT.check_words({}, {"stem": "Who?", "accept": accept})

    assert [str(in_structure.value), str(in_words.value)] == [sentence] * 2


def test_one_answer_that_earns_everything_is_enough() -> None:
    SHORT.check_words({}, {"stem": "Who?", "accept": [{"text": "x", "credit": "0.5"}, {"text": "y", "credit": "1"}]})


def test_what_the_structure_accepts_stands_before_what_the_languages_accept() -> None:
    structure = {"ignore_yo": False, **ONE}
    texts = [{"accept": [{"text": "беженец"}]}, {}, {"accept": None}]

    assert SHORT.complete(structure, texts) == {
        "ignore_yo": False,
        "accept": [{"text": "refugee"}, {"text": "беженец"}],
    }
    assert SHORT.complete({}, []) == {"accept": []}


@pytest.mark.parametrize(
    ("response", "credit"),
    [
        (None, NOT_ANSWERED),
        ("refugees", Credit(ALL, "as accepted: refugee*")),
        ("migrant", Credit(NOTHING, "none of the accepted answers")),
    ],
)
def test_a_short_answer_says_why_it_earned_what_it_did(response: str | None, credit: Credit) -> None:
    accept = [{"text": "ref*", "credit": "1/2"}, {"text": "refugee*"}, {"text": "refugees", "credit": "1"}]

    assert SHORT.mark({"accept": accept}, response) == credit


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (".", "x"), ("a.c", "abc"), ("(a)", "a"), ("[ab]", "a"), ("colou?r", "color"), ("a+", "aa"), ("a|b", "a"),
        ("^a$", "a"), (r"\d", "7"), ("a{2}", "aa"), ("(", ""), ("[", ""),
    ],
)  # fmt: skip
def test_signs_of_regular_expressions_stand_for_themselves(text: str, meant: str) -> None:
    structure = {"accept": [{"text": text}]}

    assert [SHORT.mark(structure, each).part for each in (text, meant)] == [ALL, NOTHING]


def test_nothing_accepted_is_nothing_earned_and_no_key() -> None:
    assert SHORT.mark({}, "refugee") == Credit(NOTHING, "none of the accepted answers")
    assert SHORT.key({}) is None
    assert SHORT.readable_key({}, {}) == ""


def test_the_key_is_that_of_the_language_or_of_the_structure() -> None:
    assert SHORT.readable_key(ONE, {"accept": [{"text": "беженец"}]}) == "беженец"
    assert SHORT.readable_key(ONE, {}) == "refugee"


@pytest.mark.parametrize(
    ("accept", "written"),
    [
        ([{"text": "a", "credit": "0.5"}, {"text": "b"}, {"text": "c"}], "b"),
        ([{"text": "asylum*  seeker*"}], "asylum seeker"),
        ([{"text": r"5 \* 3*"}], "5 * 3"),
    ],
)
def test_the_best_answer_is_written_as_somebody_would_type_it(accept: list[dict[str, Any]], written: str) -> None:
    assert best_of(accept) == written


def test_an_answer_is_shown_as_it_was_typed_and_nothing_for_none() -> None:
    assert [SHORT.typed(each) for each in ("Refugee", None)] == ["Refugee", ""]
    assert [SHORT.readable({}, {}, each) for each in ("Refugee", None)] == ["Refugee", ""]


def test_what_could_not_be_read_is_shown_again_up_to_its_longest() -> None:
    assert SHORT.draft({}, ["я" * 201]) == "я" * 200


@pytest.mark.parametrize("raw", [True, {"text": "x"}, [["x"]]])
def test_what_is_no_text_is_refused_with_a_sentence(raw: object) -> None:
    with pytest.raises(AnswerError) as refused:
        SHORT.parse({}, raw)

    assert str(refused.value) == "The answer is a text. Load the page again and write it once more."


def test_a_text_that_is_too_long_is_refused_with_both_lengths() -> None:
    with pytest.raises(AnswerError) as refused:
        text_in("abcd", 3)

    assert str(refused.value) == "This answer is too long: 4 characters, and 3 are possible."
    assert text_in(" abc ", 3) == "abc"


@pytest.mark.parametrize(("raw", "text"), [(7, "7"), (1.5, "1.5"), ("a\x00b", "ab"), ("\x00", None), (["x"], "x")])
def test_numbers_are_texts_and_what_cannot_be_stored_is_left_out(raw: object, text: str | None) -> None:
    assert text_in(raw, 10) == text


@pytest.mark.parametrize(
    ("rules", "text", "result"),
    [
        ({}, "  ОБЩАЯ \t Практика ", "общая практика"),
        ({}, "Учёт – Ё", "учет - е"),
        ({"ignore_case": False}, "Учёт Ё", "Учет Е"),
        ({"ignore_yo": False}, "Учёт Ё", "учёт ё"),
        ({}, "’ʼ‘`", "''''"),
        ({}, "‑–—−", "----"),
    ],
)
def test_what_makes_no_difference_is_folded(rules: dict[str, bool], text: str, result: str) -> None:
    assert folded(rules, text) == result


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("ab*b", "ab", False),
        ("ab*ba", "abba", True),
        ("a*b", "ac", False),
        ("a*b", "cb", False),
        ("a*b*b", "ab", False),
        ("a*b*b", "abb", True),
        ("a*bb*c", "abc", False),
        ("a*b*b*c", "abc", False),
        ("a*b*b*c", "abbc", True),
        ("*b*", "b", True),
        (r"a\**", "a", False),
        (r"a\**\*b", "a* and *b", True),
    ],
)
def test_the_pieces_of_a_pattern_stand_one_after_the_other(pattern: str, text: str, found: bool) -> None:
    assert matches({}, pattern, text) is found


@pytest.mark.parametrize(
    ("response", "said"),
    [
        ("refugees", "Right."),
        ("migrant", "Not each one."),
        ("asylum", "In every language."),
        ("tourist", ""),
        ("beginner", ""),
        (None, ""),
        (7, ""),
    ],
)
def test_the_accepted_answer_that_earns_most_says_its_feedback(response: object, said: str) -> None:
    structure = {"accept": [{"text": "asylum", "feedback": "In every language."}, {"text": "begin*"}]}
    words = {
        "accept": [
            {"text": "ref*", "credit": "0.5", "feedback": "Nearly."},
            {"text": "refugee*", "feedback": "Right."},
            {"text": "refugees", "feedback": "Later."},
            {"text": "migrant*", "credit": 0, "feedback": "Not each one."},
        ]
    }

    assert SHORT.said(structure, words, response) == said


def test_the_language_of_the_words_speaks_before_the_structure() -> None:
    structure = {"accept": [{"text": "IOM", "feedback": "Yes."}]}

    assert SHORT.said(structure, {"accept": [{"text": "IOM", "feedback": "Да."}]}, "IOM") == "Да."
    assert SHORT.said(structure, {}, "IOM") == "Yes."
    assert SHORT.said({}, {"accept": None}, "IOM") == ""
    assert SHORT.said({"ignore_case": False}, {"accept": [{"text": "IOM", "feedback": "Да."}]}, "iom") == ""
