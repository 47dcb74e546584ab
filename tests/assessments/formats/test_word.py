"""Questions in a Word file."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.formats import aiken, word
from assessments.formats.exchange import understood
from assessments.formats.item import Answer, Item, Problem, Reading, Text, TextFormat
from core.errors import FormatError
from tests.assessments.formats.strategies import items
from tests.word_files import EXAMPLES, QUESTIONS, paragraph, picture, run, table, word_file

NO_LETTER = "Behind “ANSWER:” there must be the letter of one of the options."
SECOND_LINE = "A text goes on in a second line. In this format each text stands on one line."


def moodle(text):
    return Text(text, TextFormat.MOODLE)


def question(stem, *options, right):
    answers = tuple(Answer(moodle(each), Fraction(place == right)) for place, each in enumerate(options))
    return Item("single_choice", moodle(stem), name=stem, answers=answers)


CARD = question("Who keeps the card?", "The registry", "The patient", right=1)
HOW_LONG = question("How long?", "Ten years", "A week", right=0)


def read(*body, **rest):
    return word.read(word_file(*body, **rest))


def lines(text):
    """A paragraph for each line."""
    return [paragraph(line) for line in text.split("\n")]


def test_numbers_and_letters_of_lists_are_read_as_if_they_were_typed():
    reading = word.read(QUESTIONS)

    assert reading == Reading([CARD, HOW_LONG])
    assert [item.line for item in reading.items] == [2, 6]


@pytest.mark.parametrize(
    "text",
    [
        "How long?\nA. Ten years\nB. A week\nANSWER: A",
        "1. How long?\na) Ten years\nb) A week\nAnswer: a",
        "1) How long?\n(a) Ten years\n(b) A week\nCorrect answer – A.",
        "1. How long?\n\n\nA.\tTen years\nB.\tA week\n\nОтвет: A",
        "How long?\nA. Ten years\tB. A week\nANSWER: A) Ten years",
        "How long?\nА. Ten years\nБ. A week\nПравильный ответ: А",
        "How long?\nа) Ten years\nб) A week\nАдказ: а",
        "How long?\nа) Ten years\nб) A week\nПравільны адказ — А) Ten years",
        "How long?\nА) Ten years\nВ) A week\nКлюч: A",
    ],
)
def test_a_question_is_written_as_people_write_it(text):
    assert read(*lines(text)) == Reading([HOW_LONG])


def test_a_question_may_stand_in_one_paragraph_with_breaks():
    inside = "<w:r><w:br/></w:r>".join(run(each) for each in ("How long?", "a) Ten years", "b) A week", "Answer: a"))

    assert read(paragraph("Before", style="1"), paragraph(inside)).items[0].line == 2


def test_a_heading_is_a_question_only_where_options_follow():
    reading = read(
        paragraph("Module 1", style="1"),
        paragraph("Terms", style="2"),
        paragraph("How long?", style="3"),
        *lines("a) Ten years\nb) A week\nAnswer: a"),
        paragraph("The end", style="2"),
    )

    assert reading == Reading([HOW_LONG])


def test_numbers_go_only_while_they_grow():
    text = "5. One?\nA. a\nB. b\nANSWER: A\n1. January is what?\nA. a\nB. b\nANSWER: A"

    assert [item.stem.text for item in read(*lines(text)).items] == ["One?", "1. January is what?"]


def test_what_is_deleted_is_no_answer_and_what_is_inserted_is():
    reading = read(
        paragraph("How long?"),
        paragraph("a) Ten ", f'<w:del w:id="1">{run("twenty")}</w:del>', "years"),
        paragraph(f'<w:ins w:id="2">{run("b) A week")}</w:ins>'),
        paragraph("Answer: a"),
    )

    assert reading == Reading([HOW_LONG])
    assert [item.warnings for item in reading.items] == [
        ("“twenty”: Deleted with tracked changes, so it stays out.",),
    ]


def test_a_question_says_that_its_picture_stays_out():
    reading = read(
        *lines("How long?\na) Ten years\nb) A week\nAnswer: a\nWho keeps the card?"),
        paragraph("A. The registry", picture("rIdP", "A map")),
        *lines("B. The patient\nAnswer: B"),
        targets={"rIdP": ("image", "media/a.png")},
        parts={"word/media/a.png": b"x"},
    )

    assert reading == Reading([HOW_LONG, CARD])
    assert [item.warnings for item in reading.items] == [
        (),
        ("A picture of the Word file stays out. Put it into the question once it is saved.",),
    ]


@pytest.mark.parametrize(
    ("text", "number", "message"),
    [
        ("How long?\n\na) Ten years\nb) A week\nAnswer: a, b", 4, NO_LETTER),
        ("How long?\na) Ten years\nb) A week\nAnswer: ten years", 4, NO_LETTER),
        ("\nA long\ntext?\na) Ten years\nb) A week\nAnswer: a", 2, SECOND_LINE),
        ("How long?\na) Ten years", 1, "The question “How long?” has no line “ANSWER:”."),
        ("::Q:: What? {=this", 1, "A brace has no partner."),
    ],
)
def test_what_is_wrong_is_told_with_its_paragraph(text, number, message):
    reading = read(*lines(text))

    assert (reading.items, [each.line for each in reading.errors]) == ([], [number])
    assert reading.errors[0].message.startswith(message.rstrip("."))


def test_gift_is_read_where_it_is_written():
    reading = read(*lines("::Q1:: What? {=this ~that}\n\n::Q2:: Why? {}"))

    assert [(item.type, item.name, item.line) for item in reading.items] == [
        ("single_choice", "Q1", 1),
        ("essay", "Q2", 2),
    ]


def test_a_table_with_the_headings_of_the_template_is_read_and_nothing_else():
    reading = read(
        *lines("How long?\na) Ten years\nb) A week\nAnswer: a"),
        table(["Name", "Phone"], ["Anna", "12"]),
        table(
            ["вопрос", "ответ 1", "ответ 2", "верный ответ"],
            ["Кто?", "Я", "Ты", "1"],
            ["", "", "", ""],
            ["Что?", "", "", ""],
        ),
    )

    assert [item.stem.text for item in reading.items] == ["Кто?"]
    assert [each.line for each in reading.errors] == [4]


def test_a_file_without_questions_says_how_to_write_one():
    with pytest.raises(FormatError, match="There is no question in this Word file"):
        read(paragraph())
    assert read(paragraph("Dear colleagues,")).errors == [
        Problem(1, "The question “Dear colleagues,” has no line “ANSWER:”.")
    ]


def test_a_paragraph_of_nothing_but_tabs_is_read_at_once():
    tabs = paragraph(run("How" + "\t" * 200_000 + "long?"))

    assert read(tabs, *lines("a) Ten years\nb) A week\nAnswer: a")) == Reading([HOW_LONG])


def test_a_file_that_is_none_is_one_error():
    assert understood("docx", b"x", "en").errors == [Problem(1, "This is no Word file (.docx).")]


def test_every_example_is_understood_or_refused():
    assert [len(understood("docx", each, "en").questions) for each in EXAMPLES] == [0, 2, 1]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text("AaBbАб.):1 \t{}=~–Answer:Ответ"), max_size=8))
def test_no_text_makes_it_crash(texts):
    understanding = understood("docx", word_file(*(paragraph(run(each)) for each in texts)), "ru")

    assert all(each.line >= 1 and each.message for each in understanding.errors)


@settings(max_examples=40, deadline=None)
@given(st.lists(items(["single_choice"], rich=True), max_size=3))
def test_questions_that_are_written_come_back_without_markup(questions):
    reading = word.read(word.write(questions)) if questions else Reading()

    plain = aiken.read(aiken.write(questions)) if questions else Reading()
    assert reading.errors == []
    assert [each.answers for each in reading.items] == [each.answers for each in plain.items]
    assert [each.stem for each in reading.items] == [each.stem for each in plain.items]
