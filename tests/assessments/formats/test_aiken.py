from fractions import Fraction
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.formats import aiken
from assessments.formats.item import Answer, Item, Problem, Reading, Text, TextFormat
from assessments.formats.question_names import name_from
from core.errors import FormatError
from tests.assessments.formats.strategies import items, lines

TWO_QUESTIONS = """\
Who keeps the vaccination card?
A. The registry
B. The patient
C. The employer
ANSWER: B

How long is a referral valid?
A) A week
B) Thirty days
ANSWER: A
"""


def moodle(text):
    return Text(text, TextFormat.MOODLE)


def question(stem, *options, right):
    answers = tuple(Answer(moodle(each), Fraction(place == right)) for place, each in enumerate(options))
    return Item("single_choice", moodle(stem), name=stem, answers=answers)


CARD = question("Who keeps the vaccination card?", "The registry", "The patient", "The employer", right=1)
REFERRAL = question("How long is a referral valid?", "A week", "Thirty days", right=0)


def read(text):
    return aiken.read(text.encode())


@pytest.mark.parametrize(
    "content",
    [
        TWO_QUESTIONS.encode(),
        TWO_QUESTIONS.encode("utf-8-sig"),
        TWO_QUESTIONS.encode("utf-16"),
        TWO_QUESTIONS.replace("\n", "\r\n").encode(),
        TWO_QUESTIONS.replace("\n", "\r").encode(),
        TWO_QUESTIONS.replace("\n", "\n\n").encode(),
        TWO_QUESTIONS.replace("\n\n", "\n").encode(),
        TWO_QUESTIONS.replace("\n", " \n\t").encode(),
        TWO_QUESTIONS.replace("ANSWER: ", "answer :").encode(),
        TWO_QUESTIONS.replace("ANSWER: B", "Answer: b)").encode(),
        TWO_QUESTIONS.rstrip().encode(),
    ],
)
def test_a_question_is_its_text_its_options_and_the_letter_of_the_right_one(content):
    reading = aiken.read(content)

    assert reading == Reading([CARD, REFERRAL])


def test_each_question_knows_the_line_in_which_it_begins():
    assert [each.line for each in read(TWO_QUESTIONS).items] == [1, 7]


def test_windows_1251_is_read():
    content = "Хто такі бежанец?\nA. Ёсць\nB. Няма\nANSWER: A".encode("cp1251")

    assert aiken.read(content).items == [question("Хто такі бежанец?", "Ёсць", "Няма", right=0)]


def test_typed_signs_of_html_mean_themselves():
    assert read("Is 2 < 3 & 4?\nA. <b>\nB. no\nANSWER: A").items[0].answers[0].text == moodle("&lt;b&gt;")


@pytest.mark.parametrize(
    ("letters", "answer", "right"),
    [
        ("ABC", "В", 1),  # a Cyrillic letter that looks like B
        ("АВС", "B", 1),
        ("АВС", "С", 2),
        ("АБВ", "В", 2),  # the third letter of the Cyrillic alphabet
        ("АБВ", "B", 2),
        ("AБB", "б", 1),
    ],
)
def test_letters_that_look_latin_and_cyrillic_ones_are_read_by_what_the_options_follow(letters, answer, right):
    first, second, third = letters
    text = f"Что?\n{first}) раз\n{second}) два\n{third}) три\nANSWER: {answer}"

    assert read(text).items == [question("Что?", "раз", "два", "три", right=right)]


def test_a_text_that_begins_like_a_cyrillic_option_is_a_text():
    assert read("А. Чехов был…\nA. врач\nB. юрист\nANSWER: A").items == [
        question("А. Чехов был…", "врач", "юрист", right=0)
    ]


def test_twenty_six_options_are_read():
    options = [f"{chr(ord('A') + place)}. option {place}" for place in range(26)]

    reading = read("\n".join(["Which?", *options, "ANSWER: Z"]))

    assert reading.items == [question("Which?", *(f"option {place}" for place in range(26)), right=25)]


ORDER = "The options of a question have the letters A, B, C and so on in this order."
SECOND_LINE = "A text goes on in a second line. In this format each text stands on one line."
NO_LETTER = "Behind “ANSWER:” there must be the letter of one of the options."


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("Long\ntext?\nA. a\nB. b\nANSWER: B", 2, SECOND_LINE),
        ("Text?\nA. a\ngoes on\nB. b\nANSWER: B", 3, SECOND_LINE),
        ("Text?\nA. a\nB. b", 1, "The question “Text?” has no line “ANSWER:”."),
        ("Text?\nA. a\nANSWER: A", 3, "A question to choose from needs 2 to 26 options."),
        ("Text?\nANSWER: A", 2, "A question to choose from needs 2 to 26 options."),
        ("Text?\nA. a\nB. b\nANSWER: C", 4, NO_LETTER),
        ("Text?\nA. a\nB. b\nANSWER:", 4, NO_LETTER),
        ("Text?\nA. a\nB. b\nANSWER: 2", 4, NO_LETTER),
        ("Text?\nA. a\nB. b\nANSWER: Because", 4, NO_LETTER),
        ("Text?\nA. a\nC. c\nANSWER: A", 3, ORDER),
        ("Text?\nA. a\nA. b\nANSWER: A", 3, ORDER),
        ("Text?\nB. a\nC. b\nANSWER: B", 2, ORDER),
        ("ANSWER: B", 1, "There is an answer here, but no question before it."),
        ("A. a", 1, "There is an option here, but no question before it."),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_the_next_question_is_read(text, line, message):
    reading = read(f"{text}\n\n{TWO_QUESTIONS}")

    assert reading == Reading([CARD, REFERRAL], [Problem(line, message)])


def test_an_open_question_at_the_end_of_the_file_is_told():
    assert read("\nText?\nA. a").errors == [Problem(2, "The question “Text?” has no line “ANSWER:”.")]


def test_what_is_no_text_is_refused():
    with pytest.raises(FormatError) as refused:
        aiken.read(b"PK\x03\x04\x00\x00")

    assert refused.value.message == "This is not a text file in UTF-8 or windows-1251."


def test_a_file_with_more_questions_than_are_taken_over_is_refused():
    with pytest.raises(FormatError) as refused:
        read("ANSWER: A\n" * 20_001)

    assert refused.value.message == "The file has more than 20,000 questions. Split it into smaller ones."


def test_a_question_is_written_on_lines():
    item = Item(
        "single_choice",
        Text("<p>Who\nkeeps <b>it</b> &amp; why?</p>", TextFormat.HTML),
        answers=(Answer(Text("Nobody")), Answer(Text("You\nand me"), Fraction(1))),
    )

    assert aiken.write([item, item]).decode() == (
        "Who keeps it & why?\nA) Nobody\nB) You and me\nANSWER: B\n\n"
        "Who keeps it & why?\nA) Nobody\nB) You and me\nANSWER: B\n"
    )


def test_what_aiken_cannot_say_is_told():
    item = Item(
        "single_choice",
        Text("A) or\nB)?"),
        name="Choice",
        answers=(
            Answer(Text("a"), Fraction(1, 2), feedback=Text("Half")),
            Answer(Text("b"), Fraction(1), last=True),
        ),
        case=Text("Ms K. …"),
        hints=(Text("Think"),),
        tags=("card",),
        files={"card.png": b"\x89PNG"},
    )

    assert aiken.lost(item) == [
        "The name is left out.",
        "Category, tags and code are left out.",
        "Hints are left out.",
        "The situation to read first is left out.",
        "The feedback is left out.",
        "Only the best answer earns something.",
        "That options keep their places is left out.",
        "Pictures are left out.",
        "Texts lose their markup and their lines.",
        "The text of the question gets a dash before it.",
    ]


def test_other_types_are_not_aiken():
    assert aiken.lost(Item("essay", Text("Why?"))) == ["Aiken has no questions of this type."]


@st.composite
def simple_questions(draw):
    """Questions of which Aiken loses nothing."""
    stem = draw(lines().filter(lambda text: len(text) > 1))
    options = draw(st.lists(lines(), min_size=2, max_size=26))
    right = draw(st.sampled_from(range(len(options))))
    return Item(
        "single_choice",
        Text(stem),
        name=name_from(Text(stem)),
        answers=tuple(Answer(Text(each), Fraction(place == right)) for place, each in enumerate(options)),
    )


def as_read(item):
    """The same question with its texts as Moodle keeps them."""
    return question(
        escape(item.stem.text, quote=False),
        *(escape(each.text.text, quote=False) for each in item.answers),
        right=[each.fraction for each in item.answers].index(1),
    )


@settings(max_examples=60)
@given(st.lists(simple_questions().filter(lambda item: not aiken.lost(item)), max_size=3))
def test_what_is_written_is_read_again(questions):
    reading = aiken.read(aiken.write(questions))

    assert [(each.stem, each.answers) for each in reading.items] == [
        (each.stem, each.answers) for each in map(as_read, questions)
    ]
    assert [each.name for each in reading.items] == [each.name for each in questions]
    assert reading.errors == []


@settings(max_examples=60)
@given(st.lists(items(["single_choice"], rich=True), min_size=1, max_size=2))
def test_whatever_is_lost_a_question_keeps_its_options_and_the_right_one(questions):
    reading = aiken.read(aiken.write(questions))

    right = [[each.fraction == 1 for each in item.answers] for item in questions]
    assert [[each.fraction == 1 for each in item.answers] for item in reading.items] == right


@settings(max_examples=100)
@given(st.binary() | st.text("ABabАБ.): \r\nANSWER:").map(str.encode))
def test_whatever_comes_is_read_or_refused(content):
    try:
        reading = aiken.read(content)
    except FormatError:
        return
    assert all(each.message and each.line > 0 for each in reading.errors)
