"""A question ready for a page: every field, in the language of its words."""

from django.utils.safestring import SafeString

from assessments.question_types import ShownQuestion, show
from assessments.question_types.base import Choice, Option, Part


def test_a_question_with_all_its_words_is_shown_with_all_of_them() -> None:
    structure = {"options": [{"id": "A", "correct": True}, {"id": "B", "correct": False}]}
    words = {
        "stem": "Сколько?",
        "case": "На границе",
        "options": {"A": "Много", "B": "Мало"},
        "rationales": {"B": "Нет"},
        "feedback": "Спасибо",
        "unit": "км",
        "rubric": "Балл за ответ",
        "hints": ["Раз", "Два"],
    }

    shown = show("single_choice", structure, words, language="ru", order=["B", "A"], response="B")

    assert shown == ShownQuestion(
        widget="radio",
        language="ru",
        stem="Сколько?",
        feedback="Спасибо",
        unit="км",
        options=(Option("B", "Мало", True, False, "Нет"), Option("A", "Много", False, True, "")),
        typed="",
        answer="Мало",
        key="Много",
        case="На границе",
        rubric="Балл за ответ",
        hints=("Раз", "Два"),
    )


def test_a_question_without_words_is_shown_without_them() -> None:
    shown = show("essay", {}, {}, language="en")

    assert shown == ShownQuestion(
        widget="long", language="en", stem="", feedback="", unit="", options=(), typed="", answer="", key=""
    )


def test_a_typed_answer_stands_in_its_field() -> None:
    shown = show("short_answer", {"accept": [{"text": "IOM"}]}, {"stem": "Who?"}, language="en", response="МОМ")

    assert shown == ShownQuestion(
        widget="text",
        language="en",
        stem="Who?",
        feedback="",
        unit="",
        options=(),
        typed="МОМ",
        answer="МОМ",
        key="IOM",
    )


def test_a_question_of_several_parts_is_told_line_by_line_in_its_language() -> None:
    structure = {"gaps": [{"id": "g1", "right": "w1"}], "choices": ["w1", "w2"]}
    words = {"stem": "Выберите", "text": "Это [[g1]].", "choices": {"w1": "да", "w2": "нет"}}

    shown = show("select_words", structure, words, language="ru", order=["w2", "w1"], response={"g1": "w2"})

    assert shown == ShownQuestion(
        widget="gaps",
        language="ru",
        stem="Выберите",
        feedback="",
        unit="",
        options=(),
        typed="",
        answer="Пропуск 1: нет",
        key="Пропуск 1: да",
        parts=(Part("g1", "Это ", "Пропуск 1", (Choice("g1=s1", "нет", True), Choice("g1=s2", "да", False))),),
        tail=".",
        answer_lines=("Пропуск 1: нет",),
        key_lines=("Пропуск 1: да",),
    )


def test_a_text_with_markup_is_shown_with_it_and_the_answer_and_the_key_without() -> None:
    structure = {"options": [{"id": "A", "correct": True}, {"id": "B", "correct": False}]}
    words = {
        "stem": "<p>How <b>far</b>?</p>",
        "options": {"A": "10 km<sup>2</sup>", "B": "<i>x</i>"},
        "formats": {"stem": "html", "options.A": "html"},
    }

    shown = show("single_choice", structure, words, language="en", order=["A", "B"], response="B")

    assert (shown.stem, isinstance(shown.stem, SafeString)) == ("How <b>far</b>?", True)
    assert [(each.text, isinstance(each.text, SafeString)) for each in shown.options] == [
        ("10 km<sup>2</sup>", True),
        ("<i>x</i>", False),
    ]
    assert (shown.answer, shown.key) == ("<i>x</i>", "10 km2")


def test_the_lines_of_an_answer_and_of_the_key_have_no_markup() -> None:
    structure = {"order": ["a", "b"]}
    words = {"stem": "?", "items": {"a": "<b>A</b>", "b": "B"}, "formats": {"items.a": "html"}}

    shown = show("ordering", structure, words, language="en", response=["b", "a"])

    assert (shown.answer_lines, shown.key_lines) == (("1. B", "2. A"), ("1. A", "2. B"))


def test_an_answer_is_told_what_the_words_have_to_say_to_it() -> None:
    words = {"stem": "?", "rationales": {"other": "Count <b>again</b>."}, "formats": {"rationales.other": "html"}}

    shown = show("numerical", {"value": "10"}, words, language="en", response="7")

    assert (shown.said, show("essay", {}, words, language="en", response="7").said) == ("Count <b>again</b>.", "")


def test_a_question_of_paragraphs_stands_beside_its_label() -> None:
    formats = {"formats": {"stem": "html"}}
    stems = [{"stem": "<p>One</p><p>Two</p>", **formats}, {"stem": "<p>One</p>", **formats}, {"stem": "<p>One</p>"}]

    assert [show("essay", {}, each, language="en").stem_apart for each in stems] == [True, False, False]
