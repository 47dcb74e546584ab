"""Questions in a spreadsheet."""

import csv
import doctest
import io
import random
import tracemalloc
import zipfile
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction

import openpyxl
import pytest
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.formats import tables
from assessments.formats.item import NO_TEXT, Answer, Criterion, Gap, Item, Pair, Problem, Reading, Text, TextFormat
from assessments.formats.tables import cells as table_cells
from assessments.formats.tables import columns as table_columns
from assessments.formats.tables import rows as table_rows
from assessments.formats.tables.columns import COLUMNS, TYPES, headings
from assessments.formats.tables.examples import examples
from core.errors import FormatError
from core.spreadsheets import plain
from tests.assessments.formats.strategies import items

ONE, HALF = Fraction(1), Fraction(1, 2)
LANGUAGES = ["en", "ru", "be"]
KINDS = ["xlsx", "csv"]


def table(*rows: list[str], delimiter: str = ",") -> bytes:
    """A CSV file of these rows."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode()


def excel(*rows: list[object], percent: tuple[str, ...] = ()) -> bytes:
    """A workbook of these rows; the cells named in `percent` are shown as per cent."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cell in percent:
        book.active[cell].number_format = "0%"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def only(content: bytes) -> Item:
    """The one question of a file without errors."""
    reading = tables.read(content)
    assert reading.errors == []
    (item,) = reading.items
    return item


def faults(content: bytes) -> list[Problem]:
    """What is wrong in a file of which no question is taken."""
    reading = tables.read(content)
    assert reading.items == []
    return reading.errors


def row(**cells: str) -> bytes:
    """A file with one question; an underscore before a number is a space."""
    return table([key.replace("_", " ") for key in cells], list(cells.values()))


def fractions(item: Item) -> list[Fraction]:
    return [answer.fraction for answer in item.answers]


def written(kind: str, questions: list[Item], language: str = "en") -> bytes:
    return tables.write_xlsx(questions, language) if kind == "xlsx" else tables.write_csv(questions, language)


def plainly(item: Item) -> Item:
    """The item with gaps that offer every word as a reader gives them: they name none."""
    every = tuple(range(len(item.words)))
    return replace(
        item, gaps=tuple(replace(gap, offered=() if gap.offered == every else gap.offered) for gap in item.gaps)
    )


def sheet_of(content: bytes, number: int = 0):
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets[number]


def values(content: bytes, number: int = 0) -> list[list[object]]:
    return [[cell.value for cell in each] for each in sheet_of(content, number).iter_rows()]


@pytest.mark.parametrize("module", [table_cells, table_columns, table_rows])
def test_the_examples_hold(module):
    assert doctest.testmod(module).failed == 0


# What every type looks like


def test_single_choice():
    assert only(
        row(
            code="Q1",
            name="Word",
            type="single choice",
            category="Law / Terms",
            tags='law, "a, b"',
            situation="A clinic.",
            question="What is right?",
            answer_1="One",
            credit_1="",
            feedback_1="No.",
            answer_2="Two",
            credit_2="x",
            keep_order="yes",
            last="B",
            explanation="Because.",
            hint_1="Think.",
            hint_3="Think again.",
        )
    ) == Item(
        "single_choice",
        Text("What is right?"),
        name="Word",
        answers=(Answer(Text("One"), feedback=Text("No.")), Answer(Text("Two"), ONE, last=True)),
        case=Text("A clinic."),
        shuffled=False,
        general_feedback=Text("Because."),
        hints=(Text("Think."), Text("Think again.")),
        category=("Law", "Terms"),
        tags=("law", "a, b"),
        identifier="Q1",
    )


def test_multiple_response_with_ticks_shares_everything_and_takes_off_as_much():
    ticks = {"credit_1": "x", "credit_2": "", "credit_3": "x", "credit_4": "", "credit_5": ""}
    answers = {f"answer_{number}": f"option {number}" for number in range(1, 6)}

    item = only(row(type="multiple response", question="Which?", **answers, **ticks))

    assert fractions(item) == [HALF, Fraction(-1, 3), HALF, Fraction(-1, 3), Fraction(-1, 3)]


def test_multiple_response_with_numbers_means_them():
    answers = {f"answer_{number}": f"option {number}" for number in range(1, 5)}
    earned = {"credit_1": "33.33333", "credit_2": "66,67 %", "credit_3": "-50", "credit_4": ""}

    item = only(row(type="multiple response", question="Which?", **answers, **earned))

    assert fractions(item) == [Fraction(1, 3), Fraction(2, 3), -HALF, Fraction(0)]


def test_a_nought_in_a_credit_says_that_ticks_are_numbers():
    item = only(
        row(type="several answers", question="?", answer_1="a", credit_1="100", answer_2="b", credit_2="0%",
            answer_3="c", credit_3="")
    )  # fmt: skip

    assert fractions(item) == [ONE, Fraction(0), Fraction(0)]


@pytest.mark.parametrize(
    "cells",
    [
        {"answer_1": "false"},
        {"answer_1": "Неверно"},
        {"answer_1": "няпраўда"},
        {"answer_1": "нет"},
        {"right": "false"},
        {"answer_1": "Верно", "answer_2": "Неверно", "credit_2": "да"},
        {"answer_1": "Неверно", "credit_1": "100%", "answer_2": "Верно"},
        {"answer_1": "true", "answer_2": "false", "right": "няправільна"},
    ],
)
def test_true_or_false(cells):
    assert only(row(type="true or false", question="Is it?", **cells)) == Item(
        "true_false", Text("Is it?"), answers=(Answer(Text("true")), Answer(Text("false"), ONE))
    )


def test_numerical():
    assert only(
        row(type="число", question="Сколько?", answer_1="50,8", tolerance_1="0,1", answer_2="-1 000.5", credit_2="50",
            feedback_2="Почти.", tolerance_2="5%", answer_3="*", credit_3="0", feedback_3="Нет.", unit="кг")
    ) == Item(
        "numerical",
        Text("Сколько?"),
        unit="кг",
        answers=(
            Answer(Text("50.8"), ONE, tolerance="0.1"),
            Answer(Text("-1000.5"), HALF, Text("Почти."), "5", relative=True),
            Answer(Text("*"), Fraction(0), Text("Нет.")),
        ),
    )  # fmt: skip


def test_short_answer():
    assert only(
        row(type="short answer", question="Who?", answer_1="refugee*", answer_2="migrant", credit_2="50",
            feedback_2="Nearly.", case_sensitive="да", yo_sensitive="no")
    ) == Item(
        "short_answer",
        Text("Who?"),
        answers=(Answer(Text("refugee*"), ONE), Answer(Text("migrant"), HALF, Text("Nearly."))),
        case_sensitive=True,
    )  # fmt: skip


def test_matching_with_an_answer_that_fits_no_line():
    assert only(
        row(type="matching", question="Match.", answer_1="Refugee", match_1="Fled", answer_2="Tourist",
            match_2="Visits", match_3="Trades")
    ) == Item(
        "matching",
        Text("Match."),
        pairs=(
            Pair(Text("Refugee"), Text("Fled")),
            Pair(Text("Tourist"), Text("Visits")),
            Pair(NO_TEXT, Text("Trades")),
        ),
    )  # fmt: skip


def test_ordering():
    assert only(
        row(type="ordering", question="Order.", answer_1="a", answer_2="b", answer_3="c", grading="всё или ничего")
    ) == Item("ordering", Text("Order."), order=(Text("a"), Text("b"), Text("c")), grading="all_or_nothing")


@pytest.mark.parametrize("place", ["text", "question"])
def test_gap_fill(place):
    assert only(row(type="gap fill", **{place: "A year has {2:NUMERICAL:=12:0} months."})) == Item(
        "gap_fill",
        NO_TEXT,
        text=Text("A year has [[g1]] months."),
        gaps=(Gap("g1", "numerical", (Answer(Text("12"), ONE, tolerance="0"),), weight=2),),
    )


@pytest.mark.parametrize("place", ["text", "question"])
def test_select_missing_words(place):
    assert only(
        row(type="select missing words", **{place: "A [[2]] and a [[1]] and a [[2]]."}, answer_1="home",
            answer_2="nurse", answer_3="sea")
    ) == Item(
        "select_words",
        NO_TEXT,
        text=Text("A [[g1]] and a [[g2]] and a [[g3]]."),
        words=(Text("home"), Text("nurse"), Text("sea")),
        gaps=(
            Gap("g1", "select_words", right=1),
            Gap("g2", "select_words", right=0),
            Gap("g3", "select_words", right=1),
        ),
    )  # fmt: skip


def test_gaps_offer_the_words_that_name_them():
    item = only(
        row(type="select words", text="[[1]] [[3]]", answer_1="a", match_1="1", answer_2="b", match_2="1", answer_3="c",
            match_3="2", answer_4="d")
    )  # fmt: skip

    assert [gap.offered for gap in item.gaps] == [(0, 1, 3), (2, 3)]


def test_essay():
    assert only(
        row(type="essay", question="Why?", rubric="Look at it.", model_answer="So.", criterion_1="Sense", points_1="3",
            criterion_2="Style")
    ) == Item(
        "essay",
        Text("Why?"),
        rubric=Text("Look at it."),
        model_answer=Text("So."),
        criteria=(Criterion(Text("Sense"), 3), Criterion(Text("Style"), 1)),
    )  # fmt: skip


def test_description():
    assert only(row(type="description", question="Read this.")) == Item("description", Text("Read this."))


# Headings, words and layouts


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_and_words_of_each_language_mean_the_same(language):
    content = tables.write_csv(examples("en"), language)
    first = content.decode("utf-8-sig").splitlines()[0]

    assert tables.read(content) == Reading(list(examples("en")))
    assert BY_LANGUAGE[language] in first


BY_LANGUAGE = {"en": "answer 4,", "ru": "ответ 4;", "be": "адказ 4;"}


def test_no_heading_means_two_columns():
    meanings: dict[str, str] = {}
    for key, names in headings().items():
        for name in [key, *names]:
            assert meanings.setdefault(plain(name), key) == key, name


def test_headings_in_letters_and_russian_are_found():
    assert [
        fractions(only(content))
        for content in (
            "Вопрос;Вариант А;Вариант Б;Верный ответ\nЧто?;раз;два;Б\n".encode(),
            "Пытанне;Адказ 1;Адказ 2;Правільны адказ\nШто?;раз;два;2\n".encode(),
            b"Question,Option A,Option B,Answer\nWhat?,one,two,B\n",
            b"Question,Option1,Option2,Correct Answer\nWhat?,one,two,two\n",
        )
    ] == [[Fraction(0), ONE]] * 4


def test_a_table_in_windows_1251_with_semicolons_is_read():
    content = "Тип;Вопрос;Ответ 1;Погрешность 1\nчисловой ответ;Сколько?;50,8;0,1\n".encode("cp1251")

    assert only(content).answers == (Answer(Text("50.8"), ONE, tolerance="0.1"),)


@pytest.mark.parametrize("right", ["A, C", "1;3", "AC", "a c", "А, С, ", "1 и 3", "(A) and (C)"])
def test_right_answers_are_named_by_letters_or_numbers(right):
    content = table(
        ["question", "answer 1", "answer 2", "answer 3", "right"],
        ["?", "x1", "x2", "x3", right],
        ["?", "1", "2", "", "B"],
    )

    assert [fractions(item) for item in tables.read(content).items] == [[HALF, -ONE, HALF], [Fraction(0), ONE]]


@pytest.mark.parametrize(("right", "place"), [("б", 1), ("Б", 1), ("в", 2), ("b", 1), ("c", 2), ("А", 0)])
def test_letters_of_both_alphabets_are_understood(right, place):
    item = only(table(["question", "answer 1", "answer 2", "answer 3", "right"], ["?", "x1", "x2", "x3", right]))

    assert fractions(item).index(ONE) == place


def test_a_capital_that_looks_alike_in_both_alphabets_is_not_guessed():
    head = ["type", "question", "answer 1", "answer 2", "answer 3", "right"]

    assert faults(table(head, ["single choice", "?", "x1", "x2", "x3", "В"]))[0] == Problem(
        2, "Column “right”: “В” is not the number or the letter of an answer here."
    )
    assert fractions(
        tables.read(
            table(head, ["single choice", "?", "x1", "x2", "x3", "В"], ["single choice", "?", "x1", "x2", "x3", "Б"])
        ).items[0]
    ) == [Fraction(0), Fraction(0), ONE]


@pytest.mark.parametrize(
    "said", ["x", "X", "х", "+", "да", "так", "yes", "100", "100%", "100,0 %", "1", "TRUE", "✓", "1/1"]
)
def test_everything_can_be_said_in_many_ways(said):
    item = only(row(type="single choice", question="?", answer_1="a", credit_1=said, answer_2="b", credit_2=""))

    assert fractions(item) == [ONE, Fraction(0)]


def test_cells_of_a_workbook_that_show_per_cent_are_per_cent():
    content = excel(
        ["type", "question", "answer 1", "credit 1", "answer 2", "credit 2", "answer 3", "credit 3"],
        ["single choice", "?", 5, 1, 6.5, 0.5, True, 0.3333333],
        percent=("D2", "F2", "H2"),
    )

    item = only(content)

    assert [(answer.text.text, answer.fraction) for answer in item.answers] == [
        ("5", ONE),
        ("6.5", HALF),
        ("true", Fraction(1, 3)),
    ]


@pytest.mark.parametrize(
    ("cells", "guessed"),
    [
        ({"answer_1": "a", "credit_1": "x", "answer_2": "b"}, "single_choice"),
        ({"answer_1": "a", "credit_1": "100", "answer_2": "b", "credit_2": "50"}, "single_choice"),
        ({"answer_1": "a", "credit_1": "x", "answer_2": "b", "credit_2": "x", "answer_3": "c"}, "multiple_response"),
        ({"answer_1": "a", "credit_1": "50", "answer_2": "b", "credit_2": "50"}, "multiple_response"),
        ({"answer_1": "верно"}, "true_false"),
        ({"right": "TRUE"}, "true_false"),
        ({"answer_1": "5", "tolerance_1": "1"}, "numerical"),
        ({"answer_1": "5", "unit": "kg"}, "numerical"),
        ({"answer_1": "refugee"}, "short_answer"),
        ({"right": "refugee"}, "short_answer"),
        ({"answer_1": "a", "match_1": "b"}, "matching"),
        ({"answer_1": "a", "answer_2": "b", "grading": "neighbours"}, "ordering"),
        ({"rubric": "Look."}, "essay"),
        ({"text": "Say {1:SA:=yes}."}, "gap_fill"),
        ({"text": "Say [[1]].", "answer_1": "yes", "answer_2": "no"}, "select_words"),
    ],
)
def test_a_type_that_is_certain_need_not_be_said(cells, guessed):
    assert only(row(question="?", **cells)).type == guessed


@pytest.mark.parametrize(
    "cells",
    [
        {},
        {"answer_1": "a", "answer_2": "b"},
        {"answer_1": "5"},
        {"answer_1": "a", "credit_1": "100", "answer_2": "b", "credit_2": "-50"},
        {"answer_1": "a", "credit_1": "50", "answer_2": "b", "credit_2": "30"},
    ],
)
def test_a_type_that_is_not_certain_must_be_said(cells):
    assert faults(row(question="?", **cells)) == [
        Problem(2, "Column “type”: The answers do not tell the type of the question. Choose it.")
    ]


@pytest.mark.parametrize("how", list(TextFormat))
def test_texts_say_how_they_are_written(how):
    item = only(
        row(format=how.value, type="essay", question="<b>Why?</b>", rubric="[PLAIN][html]", model_answer="[html] ")
    )

    assert (item.stem, item.rubric, item.model_answer) == (Text("<b>Why?</b>", how), Text("[html]"), NO_TEXT)


def test_lines_within_a_cell_are_kept():
    assert only(row(type="essay", question="One\r\n\r\ntwo")).stem == Text("One\n\ntwo")


# Several languages


HEAD = ["code", "language", "name", "type", "question", "answer 1", "credit 1", "answer 2", "credit 2"]


def test_rows_with_the_same_code_are_an_item_for_each_language():
    content = table(
        HEAD,
        ["Q1", "en", "Word", "single choice", "What?", "one", "x", "two", ""],
        ["Q1", "русский", "Слово", "один ответ", "Что?", "раз", "да", "два", ""],
        ["Q1", "Беларуская", "Слова", "", "Што?", "раз", "", "два", ""],
    )

    reading = tables.read(content)

    assert reading.errors == []
    assert [(each.identifier, each.language, each.type, fractions(each)) for each in reading.items] == [
        ("Q1", language, "single_choice", [ONE, Fraction(0)]) for language in LANGUAGES
    ]


def test_of_a_further_language_the_texts_are_enough():
    content = table(
        ["code", "language", "type", "question", "answer 1", "tolerance 1", "unit", "credit 1", "feedback 1"],
        ["Q1", "en", "numerical", "How many?", "50.8", "0.1", "people", "", ""],
        ["Q1", "ru", "", "Сколько?", "", "", "человек", "", "Верно."],
        ["Q2", "en", "true false", "Is it?", "false", "", "", "", ""],
        ["Q2", "ru", "", "Правда?", "", "", "", "", "Нет."],
    )

    reading = tables.read(content)

    assert reading.errors == []
    assert [(each.unit, each.answers) for each in reading.items] == [
        ("people", (Answer(Text("50.8"), ONE, tolerance="0.1"),)),
        ("человек", (Answer(Text("50.8"), ONE, Text("Верно."), "0.1"),)),
        ("", (Answer(Text("true")), Answer(Text("false"), ONE))),
        ("", (Answer(Text("true")), Answer(Text("false"), ONE, Text("Нет.")))),
    ]


def test_without_a_code_the_name_says_what_belongs_together():
    content = table(
        HEAD,
        ["", "en", "Word", "single choice", "What?", "one", "x", "two", ""],
        ["", "ru", "Word", "", "Что?", "раз", "", "два", ""],
        ["", "en", "Word", "", "Another one?", "Yes, it is", "", "", ""],
    )

    assert [each.type for each in tables.read(content).items] == ["single_choice", "single_choice", "short_answer"]


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (["single choice", "раз", "", "два", "x"], "In the same question in line 2 other answers are right."),
        (["short answer", "раз", "", "два", "x"], "The same question in line 2 is of another type."),
        (
            ["single choice", "раз", "x", "", ""],
            "The same question in line 2 has another number of answers or gaps.",
        ),
    ],
)
def test_a_language_that_does_not_fit_is_a_problem_in_its_line(cells, message):
    kind, *answers = cells
    content = table(
        HEAD,
        ["Q1", "en", "", "single choice", "What?", "one", "x", "two", ""],
        ["Q1", "ru", "", kind, "Что?", *answers],
    )

    reading = tables.read(content)

    assert ([each.language for each in reading.items], reading.errors) == (["en"], [Problem(3, message)])


def test_the_same_code_twice_in_a_language_is_a_problem():
    line = ["Q1", "ru", "", "one answer", "Что?", "раз", "x", "два", ""]

    assert tables.read(table(HEAD, line, line)).errors == [Problem(3, "Line 2 has the same code and language.")]


def test_words_may_stand_in_another_order_in_another_language():
    content = table(
        ["code", "language", "type", "text", "answer 1", "answer 2"],
        ["Q1", "en", "select words", "[[1]] before [[2]]", "health", "work"],
        ["Q1", "ru", "", "[[2]] после [[1]]", "здоровье", "работа"],
    )

    english, russian = tables.read(content).items

    assert (russian.text, russian.gaps) == (Text("[[g2]] после [[g1]]"), english.gaps)


# What is wrong


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (
            {"type": "poem"},
            (
                "Column “type”: “poem” is none of: single choice, multiple response, true or false, matching, "
                "ordering, numerical, short answer, gap fill, select missing words, essay, description."
            ),
        ),
        ({"language": "fr"}, "Column “language”: “fr” is none of: en, ru, be."),
        ({"format": "tex"}, "Column “format”: “tex” is none of: plain, html, markdown, moodle."),
        ({"credit_2": "half"}, "Column “credit 2”: “half” is not a number."),
        ({"credit_2": "150"}, "Column “credit 2”: An answer earns -100 to 100, not 150."),
        (
            {"credit_2": "0.5"},
            ("Column “credit 2”: “0.5” can mean a part or per cent. Write 50 for the part, 0.5% for per cent."),
        ),
        ({"credit_3": "50"}, "Column “credit 3”: There is no answer 3."),
        ({"feedback_3": "No."}, "Column “feedback 3”: There is no answer 3."),
        ({"credit_1": ""}, "Column “credit 1”: No answer is marked as right."),
        ({"answer_1": "", "answer_2": "", "credit_1": ""}, "Column “answer 1”: The answers are missing."),
        ({"credit_1": "", "right": "C"}, "Column “right”: “C” is not the number or the letter of an answer here."),
        ({"credit_1": "", "right": "A, B"}, "Column “right”: In a question of this type one answer is right."),
        ({"keep_order": "perhaps"}, "Column “keep order”: “perhaps” is none of: yes, no."),
        ({"last": "7"}, "Column “last”: “7” is not the number or the letter of an answer here."),
        ({"question": ""}, "Column “question”: The question is missing."),
        ({"tags": '"a\nb'}, None),
        ({"type": "numerical"}, "Column “answer 1”: “a” is not a number."),
        (
            {"type": "numerical", "answer_1": "1", "answer_2": "2", "tolerance_2": "-1"},
            ("Column “tolerance 2”: A tolerance is never below 0."),
        ),
        (
            {"type": "numerical", "answer_1": "1,234", "answer_2": "2", "language": "en"},
            (
                "Column “answer 1”: “1,234” can be "
                "read in two ways. Write it without the comma, or with a decimal point."
            ),
        ),
        (
            {"type": "numerical", "answer_1": "1e999999999", "answer_2": "2"},
            ("Column “answer 1”: “1e999999999” is not a number."),
        ),
        ({"type": "true false"}, "Column “answer 1”: “a” is neither true nor false."),
        (
            {"type": "true false", "answer_1": "true", "answer_2": "верно"},
            ("Column “answer 1”: The answers are “true” and “false”, each of them once."),
        ),
        (
            {"type": "true false", "answer_1": "true", "credit_1": "", "answer_2": "false"},
            ("Column “credit 1”: No answer is marked as right."),
        ),
        ({"type": "matching", "match_1": "m"}, "Column “match 2”: What belongs to the line is missing."),
        (
            {"type": "ordering", "grading": "strict"},
            ("Column “grading”: “strict” is none of: neighbours, everything or nothing, longest run, longest subset."),
        ),
        ({"type": "gap fill"}, "Column “question”: The text has no gap like {1:SHORTANSWER:=answer}."),
        ({"type": "select words"}, "Column “question”: The text has no gap such as [[1]]."),
        ({"type": "select words", "text": "[[7]]"}, "Column “text”: There is no answer 7."),
        (
            {"type": "select words", "text": "[[1]]", "match_1": "2"},
            ("Column “match 1”: “2” does not say the numbers of gaps in the text."),
        ),
        (
            {"type": "essay", "criterion_1": "Sense", "points_1": "many"},
            ("Column “points 1”: “many” is no whole number from 1 to 100."),
        ),
        ({"type": "essay", "points_1": "3"}, "Column “criterion 1”: The text of the criterion is missing."),
    ],
)
def test_a_wrong_cell_is_named_by_line_and_column(cells, message):
    usual = {"type": "single choice", "question": "What?", "answer_1": "a", "credit_1": "x", "answer_2": "b"}

    problems = tables.read(row(**(usual | cells))).errors

    assert [each for each in problems if each.message == message] == ([Problem(2, message)] if message else [])


def test_every_wrong_cell_of_a_row_is_told_and_the_next_question_is_read():
    content = table(
        ["Тип", "Вопрос", "Ответ 1", "Доля 1", "Ответ 2", "Доля 2"],
        ["один ответ", "Что?", "раз", "много", "два", "мало"],
        [],
        ["один ответ", "Что?", "раз", "100", "два", ""],
    )

    reading = tables.read(content)

    assert [(each.line, each.message.partition(":")[0]) for each in reading.errors[:2]] == [
        (2, "Column “Доля 1”"),
        (2, "Column “Доля 2”"),
    ]
    assert [each.line for each in reading.items] == [4]


def test_cells_for_which_a_type_has_no_use_are_a_warning():
    assert only(row(type="essay", question="Why?", answer_1="a", unit="kg")).warnings == (
        "Questions of this type have no use for: answer 1, unit.",
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty."),
        (b"a,b\n1,2\n", "The table has no column for the question. Take the headings from the template."),
        (b"PK\x03\x04 and no more", "The Excel file is damaged. Open it, save it as .xlsx and send it again."),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "This is neither an Excel file (.xlsx) nor a CSV file."),
        (b"x" * (20 * 1024 * 1024 + 1), "The file is larger than 20 MB. Split it into smaller ones."),
    ],
)
def test_a_file_that_is_no_table_of_questions_gets_one_sentence(content, message):
    with pytest.raises(FormatError) as caught:
        tables.read(content)

    assert caught.value.message == message


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
)


def with_sheet(xml: str) -> bytes:
    """A workbook whose first sheet is replaced."""
    source, out = zipfile.ZipFile(io.BytesIO(excel(["question"], ["?"]))), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for part in source.infolist():
            package.writestr(part.filename, xml if "sheet1" in part.filename else source.read(part))
    return out.getvalue()


def test_a_cell_longer_than_any_program_writes_is_a_problem():
    cells = "".join(f'<c t="inlineStr"><is><t>{each}</t></is></c>' for each in ["essay", "Why?", "tag " * 40_000])
    heads = "".join(f'<c t="inlineStr"><is><t>{each}</t></is></c>' for each in ["type", "question", "tags"])

    assert faults(with_sheet(SHEET % f"<row>{heads}</row><row>{cells}</row>")) == [
        Problem(2, "Column “tags”: This is longer than 131072 characters.")
    ]


def test_a_bomb_is_not_opened():
    content = with_sheet(f"<worksheet><sheetData><row>{'<c/>' * 2_500_000}</row></sheetData></worksheet>")

    tracemalloc.start()
    try:
        with pytest.raises(FormatError, match="far more than questions need"):
            tables.read(content)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert most < 60 * 1024 * 1024


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_whatever_bytes_come_a_table_is_read_or_refused(content):
    for start in (b"", b"question,type,answer 1,credit 1,match 1\n", b"PK\x03\x04"):
        with suppress(FormatError):
            assert all(problem.line > 0 and problem.message for problem in tables.read(start + content).errors)


@given(
    st.dictionaries(st.sampled_from(sorted(headings())), st.text(max_size=20), min_size=1),
    st.sampled_from([*TYPES, ""]),
)
def test_whatever_stands_in_the_cells_a_row_is_a_question_or_a_problem(cells, kind):
    cells = {**cells, "type": kind, "question": "What?"}

    reading = tables.read(table(list(cells), [each.replace("\0", "") for each in cells.values()]))

    assert bool(reading.items) != bool(reading.errors)


# Writing


@pytest.mark.parametrize("kind", KINDS)
@given(item=items(TYPES, rich=True, catch_all=True, extras=True), language=st.sampled_from(LANGUAGES))
def test_what_is_written_reads_back(kind, item, language):
    reading = tables.read(written(kind, [item], language))

    assert reading == Reading([plainly(item)])
    assert [each.warnings for each in reading.items] == [()]


@settings(max_examples=30)
@given(together=st.lists(items(TYPES), min_size=2, max_size=3))
def test_many_questions_keep_their_order(together):
    questions = [replace(each, identifier=f"Q{number}") for number, each in enumerate(map(plainly, together))]

    assert tables.read(tables.write_csv(questions, "be")) == Reading(questions)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "text",
    ["=HYPERLINK(1)", "+1 + 1", "-x", "@SUM(1)", "'=1", "''=1", "'quoted'", "＝1", "-5", "- 5", "_x000D_", "_x0041_",
     "<r>a</r>", "<r><t>a</t></r>", "[html]x", "1/2", "2026-01-01", "TRUE", "https://example.org", "a\nb"],
)  # fmt: skip
def test_texts_that_programs_take_for_something_else_come_back_and_are_no_formulas(kind, text):
    question = Item("essay", Text(text), name=text, rubric=Text(text, TextFormat.HTML))

    content = written(kind, [question])

    assert tables.read(content) == Reading([question])
    if kind == "xlsx":
        assert {cell.data_type for each in sheet_of(content).iter_rows() for cell in each} <= {"s", "n", "inlineStr"}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "＋", "－", "＠"])
def test_no_cell_begins_like_a_formula(start):
    content = tables.write_csv([Item("essay", Text(f"{start}cmd|' /C calc'!A0"), tags=(f"{start}a",))], "en")

    cells = [cell for line in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in line]

    assert [cell for cell in cells if cell.startswith(start)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_no_file_can_hold_is_left_out(kind):
    item = Item("essay", Text(" a\0b\x07c\ud800d\ufffe\r\ne "), name="n")

    assert tables.read(written(kind, [item])).items == [Item("essay", Text("abcd\ne"), name="n")]


@pytest.mark.parametrize("kind", KINDS)
def test_a_share_that_no_per_cent_says_exactly_is_a_ratio(kind):
    odd = Fraction(7, 23)
    item = Item("single_choice", Text("?"), answers=(Answer(Text("a"), ONE), Answer(Text("b"), odd)))

    assert tables.read(written(kind, [item])).items == [item]


def test_decimals_are_written_as_the_language_of_the_row_has_them():
    number = Item("numerical", Text("?"), answers=(Answer(Text("50.8"), ONE, tolerance="0.1"),))
    share = Item("single_choice", Text("?"), answers=(Answer(Text("a"), ONE), Answer(Text("b"), Fraction(1, 3))))

    russian = tables.write_csv([number, replace(number, language="en"), share], "ru").decode("utf-8-sig").splitlines()
    english = tables.write_csv([number, share], "en").decode("utf-8-sig").splitlines()

    assert [line.split(";")[6:9] for line in russian[1:]] == [
        ["50,8", "", "0,1"],
        ["50.8", "", "0.1"],
        ["a", "100%", ""],
    ]
    assert "33,33333%" in russian[3]
    assert "50.8,,0.1" in english[1]
    assert "33.33333%" in english[2]


def test_credits_in_a_workbook_are_numbers_shown_as_per_cent():
    item = Item("single_choice", Text("?"), answers=(Answer(Text("a"), ONE), Answer(Text("b"), Fraction(1, 3))))

    sheet = sheet_of(tables.write_xlsx([item], "en"))

    assert [(sheet[cell].value, sheet[cell].number_format) for cell in ("H2", "J2")] == [
        (1, "0%"),
        (0.3333333, "0.00000%"),
    ]


def test_the_sheet_of_questions_is_made_for_filling_in():
    sheet = sheet_of(tables.template("ru", "xlsx"))

    (listed,) = sheet.data_validations.dataValidation
    assert (sheet.freeze_panes, str(listed.sqref), listed.formula1) == (
        "E2",
        "D2:D20001",
        f'"{",".join(TYPES.word(each, "ru") for each in TYPES)}"',
    )
    assert sheet["F2"].alignment.wrap_text
    assert sheet.column_dimensions["F"].width > 40


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_second_sheet_explains_every_column_and_shows_every_type(language):
    rows = values(tables.write_xlsx([], language), 1)

    first = [each[0] for each in rows]
    assert all(any(str(name).startswith(column.heading(language)) for name in first if name) for column in COLUMNS)
    assert all(TYPES.word(each, language) in first for each in TYPES)
    assert all(each[2] for each in rows[-len(list(TYPES)) :])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_template_has_every_type_and_reads_without_errors(language, kind):
    reading = tables.read(tables.template(language, kind))

    assert reading == Reading(list(examples(language)))
    assert ({each.type for each in reading.items}, {each.language for each in reading.items}) == (
        set(TYPES),
        {language},
    )
    assert [each.warnings for each in reading.items] == [()] * len(reading.items)


def test_the_templates_of_all_languages_are_the_same_questions():
    content = tables.write_csv([each for language in LANGUAGES for each in examples(language)], "be")

    reading = tables.read(content)

    assert reading.errors == []
    assert [(each.identifier, each.category) for each in reading.items] == [
        (each.identifier, each.category) for each in examples("en")
    ] * len(LANGUAGES)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_questions_give_the_same_bytes(kind):
    assert written(kind, list(examples("ru")), "ru") == written(kind, list(examples("ru")), "ru")


def test_headings_do_not_depend_on_the_active_language():
    with override("be"):
        content = tables.write_csv([], "en")

    assert content.decode("utf-8-sig").startswith(
        "code,language,name,type,category,question,answer 1,credit 1,answer 2"
    )


def test_what_a_row_cannot_say_is_told():
    many = tuple(Answer(Text(str(number)), Fraction(number == 0)) for number in range(27))
    item = Item(
        "single_choice", Text("x" * 40_000), answers=many, hints=(Text("h"),) * 6, files={"a.png": b""},
        criteria=(Criterion(Text("c"), 1),) * 21,
    )  # fmt: skip
    gap = Gap("g1", "numerical", (Answer(Text("40"), ONE, tolerance="5", relative=True),))

    assert tables.lost(item) == [
        "Pictures are not in a table.",
        "A table has room for 26 answers.",
        "A table has room for five hints.",
        "A table has room for 20 criteria.",
        "A cell holds 32,767 characters; what is longer is cut.",
    ]
    assert tables.lost(Item("gap_fill", NO_TEXT, text=Text("[[g1]]"), gaps=(gap,))) == [
        "A tolerance in per cent is written as a number in a text with gaps."
    ]
    assert [tables.lost(each) for each in examples("en")] == [[]] * len(examples("en"))
    assert tables.read(tables.write_xlsx([item], "en")).items[0].stem == Text("x" * 32_767)


@pytest.mark.parametrize(("kind", "count"), [("csv", 10_000), ("xlsx", 2_000)])
def test_a_big_file_is_read_whole(kind, count):
    some = examples("ru")
    chance = random.Random(1)  # texts that differ, so that the file is not packed like a bomb
    questions = [
        replace(some[number % len(some)], identifier=f"Q{number}", hints=(Text(str(chance.random())),))
        for number in range(count)
    ]
    content = written(kind, questions, "ru")

    reading = tables.read(content)

    assert (len(reading.items), reading.errors) == (count, [])
