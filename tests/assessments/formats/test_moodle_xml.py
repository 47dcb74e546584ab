"""Moodle XML. `samples/moodle_4_5.xml` is built like an export of Moodle 4.5."""

import base64
import doctest
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.formats import decimals
from assessments.formats.item import NO_TEXT, Answer, Criterion, Gap, Item, Pair, Problem, Reading, Text, TextFormat
from assessments.formats.moodle import CARRIES, cloze, lost, read, write
from assessments.formats.moodle import files as moodle_files
from assessments.formats.moodle.cloze import absolute_tolerance, without_marks
from assessments.formats.moodle.writing import graders_information, joined
from assessments.formats.to_bank import banked
from assessments.question_types import TYPES
from core.errors import FormatError
from tests.assessments.formats.strategies import items

SAMPLE = (Path(__file__).parent / "samples" / "moodle_4_5.xml").read_bytes()
PICTURE = base64.b64decode(
    b"iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR42mOQr9gCRAwQCgAh7gUtz0HREwAAAABJRU5ErkJggg=="
)
IN_BASE64 = base64.b64encode(PICTURE).decode()
ONE, HALF, ZERO = Fraction(1), Fraction(1, 2), Fraction(0)
SCREENING = ("Default for MH-101", "Screening / testing")
FIGURES = ("Default for MH-101", "Figures")


def html(text):
    return Text(text, TextFormat.HTML) if text else NO_TEXT


def answer(text, fraction=ZERO, feedback="", tolerance=""):
    return Answer(Text(text), fraction, html(feedback), tolerance)


def rich(text, fraction=ZERO, feedback=""):
    return Answer(html(text), fraction, html(feedback))


def quiz(*questions):
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n{"".join(questions)}</quiz>'.encode()


def question(kind, inside="", text="Asked?", more=""):
    return (
        f'<question type="{kind}"><name><text>Named</text></name>'
        f'<questiontext format="html"><text><![CDATA[{text}]]></text>{more}</questiontext>{inside}</question>\n'
    )


def only(*arguments, **named):
    """The one item in a file with one question."""
    reading = read(quiz(question(*arguments, **named)))
    assert reading.errors == []
    return reading.items[0]


def refusal(*arguments, **named):
    """The sentence with which the only question is refused."""
    reading = read(quiz(question(*arguments, **named)))
    assert reading.items == []
    return reading.errors[0].message


def sampled(name):
    return next(item for item in read(SAMPLE).items if item.name == name)


TWO_OPTIONS = '<answer fraction="100"><text>a</text></answer><answer fraction="0"><text>b</text></answer>'


def test_single_choice():
    assert sampled("Latent TB: test of choice") == Item(
        "single_choice",
        html(
            '<p dir="ltr" style="text-align: left;">Look at the map: <img src="incidence map.png" alt="Map" '
            'width="2" height="2" class="img-fluid"></p><p>Which test is preferred after a <strong>BCG</strong> '
            "vaccination &amp; why?</p>"
        ),
        name="Latent TB: test of choice",
        answers=(
            rich("<p>An interferon-gamma release assay</p>", ONE, "<p>It does not react to BCG.</p>"),
            rich("<p>A tuberculin skin test</p>", Fraction(1, 3)),
            rich("<p>A chest X-ray, p]]>0.05</p>"),
        ),
        general_feedback=html("<p>See module&nbsp;2.</p>"),
        hints=(html("<p>Think of the vaccine.</p>"),),
        category=SCREENING,
        tags=("TB", "screening"),
        identifier="tb-12",
        files={"incidence map.png": PICTURE},
    )


def test_multiple_response():
    item = sampled("Rights at the border")

    assert item == Item(
        "multiple_response",
        Text("Which of these are **always** due?\n\n* think of children", TextFormat.MARKDOWN),
        name="Rights at the border",
        answers=(
            Answer(Text("Emergency care"), Fraction(2, 3)),
            Answer(Text("An interpreter & time"), Fraction(1, 3), Text("Where there is one.")),
            Answer(Text("A private room"), Fraction(-1, 2)),
        ),
        shuffled=False,
        category=SCREENING,
    )
    assert item.warnings == (
        "In Moodle the question counts 2 points; here a test says what it counts.",
        "The feedback for right, partly right and wrong answers was not taken over: “Well done, colleague!”.",
    )


def test_true_false():
    assert sampled("Обязательный осмотр") == Item(
        "true_false",
        Text("Осмотр обязателен\nдля всех прибывших.", TextFormat.MOODLE),
        name="Обязательный осмотр",
        answers=(answer("true", ZERO, "<p>Нет: не для всех.</p>"), answer("false", ONE)),
        category=SCREENING,
    )


def test_short_answer():
    assert sampled("Capital") == Item(
        "short_answer",
        html("What is the capital of Belarus?"),
        name="Capital",
        answers=(
            answer("M*nsk", ONE),
            answer("Мінск \\*", Fraction(4, 5), "<p>In Latin letters, please.</p>"),
            answer("*", ZERO, "No."),
        ),
        case_sensitive=True,
        category=FIGURES,
    )


def test_numerical():
    item = sampled("Fever")

    assert item == Item(
        "numerical",
        html("<p>From which temperature on is it a fever?</p>"),
        name="Fever",
        answers=(
            answer("38", ONE, "Right.", "0.05"),
            answer("37.5", HALF, tolerance="0"),
            answer("*", ZERO, "Measure again."),
        ),
        unit="°C",
        category=FIGURES,
    )
    assert item.warnings == (
        "In Moodle a wrong unit takes marks away; here only the number counts.",
        "Other units were not taken over: °F.",
    )


def test_matching():
    assert sampled("Who is who") == Item(
        "matching",
        html("<p>Match.</p>"),
        name="Who is who",
        pairs=(
            Pair(html("<p>Fled persecution</p>"), Text("Refugee")),
            Pair(html("<p>Awaits a decision</p>"), Text("Asylum seeker")),
            Pair(NO_TEXT, Text("Tourist")),
        ),
        category=FIGURES,
    )


def test_essay():
    item = sampled("Referral letter")

    assert item == Item(
        "essay",
        html("<p>Write a letter.</p>"),
        name="Referral letter",
        rubric=html("<p>Who, what, when.</p>"),
        category=FIGURES,
    )
    assert item.warnings == (
        "The text with which an answer begins was not taken over.",
        "In Moodle files can be handed in with the answer; here the answer is a text.",
    )


def test_description():
    assert sampled("Case") == Item(
        "description", Text("The next three questions are about Amira."), name="Case", category=FIGURES
    )


def test_cloze():
    assert sampled("Vaccination record") == Item(
        "gap_fill",
        NO_TEXT,
        name="Vaccination record",
        text=html(
            "<p>The first dose is given at [[g1]] months,<br>\nby a [[g2]].</p>\n<p>The card is called [[g3]].</p>"
        ),
        gaps=(
            Gap(
                "g1",
                "numerical",
                (
                    Answer(Text("12"), ONE, Text("Right"), "1"),
                    Answer(Text("15"), HALF, Text('Late, but "yes"'), "1"),
                ),
            ),
            Gap(
                "g2",
                "single_choice",
                (answer("nurse", ONE), Answer(Text("doctor"), ZERO, Text("Not needed")), answer("midwife", HALF)),
                weight=2,
            ),
            Gap(
                "g3",
                "short_answer",
                (answer("WHO } card", ONE), Answer(Text("*"), ZERO, Text("No"))),
                case_sensitive=True,
            ),
        ),
        category=FIGURES,
    )


def test_select_missing_words():
    assert sampled("Steps") == Item(
        "select_words",
        NO_TEXT,
        name="Steps",
        text=html("<p>First [[g1]], then [[g2]], and again [[g3]] by a [[g4]].</p>"),
        words=tuple(map(Text, ("listen", "shout", "explain", "nurse", "guard"))),
        gaps=(
            Gap("g1", "select_words", right=0, offered=(0, 1, 2)),
            Gap("g2", "select_words", right=2, offered=(0, 1, 2)),
            Gap("g3", "select_words", right=0, offered=(0, 1, 2)),
            Gap("g4", "select_words", right=3, offered=(3, 4)),
        ),
        category=FIGURES,
    )


def test_words_to_drag():
    assert sampled("Drag") == Item(
        "select_words",
        NO_TEXT,
        name="Drag",
        text=html("<p>H[[g1]]O and CO[[g2]]</p>"),
        words=(Text("3 < 4"), html("<sub>2</sub>")),
        gaps=(Gap("g1", "select_words", right=1), Gap("g2", "select_words", right=1)),
        category=FIGURES,
    )


def test_ordering():
    assert sampled("Hand hygiene") == Item(
        "ordering",
        html("<p>Put the steps in order.</p>"),
        name="Hand hygiene",
        order=(html("Wet"), html("Soap"), Text("Rinse", TextFormat.MOODLE)),
        grading="longest_run",
        category=FIGURES,
    )


def test_other_types_are_refused_by_name_and_line():
    assert read(SAMPLE).errors == [
        Problem(487, "Questions of the type “calculatedsimple” cannot be taken over (“Dose by weight”)."),
        Problem(501, "Questions of the type “ddmarker” cannot be taken over (“Point at the lung”)."),
    ]


def test_questions_know_their_lines():
    assert [item.line for item in read(SAMPLE).items] == [15, 78, 128, 169, 205, 257, 303, 335, 352, 370, 418, 445]


def test_the_bank_can_keep_every_question_of_the_sample():
    assert {banked(item, "en").type for item in read(SAMPLE).items} == set(CARRIES)


def test_every_type_of_the_academy_is_carried():
    assert set(TYPES) == CARRIES


@pytest.mark.parametrize(
    "encoded",
    [
        '<?xml version="1.0" encoding="windows-1251"?>{}'.encode("cp1251"),
        '<?xml version="1.0" encoding="UTF-8"?>{}'.encode("utf-8-sig"),
        b"{}",
    ],
)
def test_files_in_the_usual_encodings_are_read(encoded):
    encoding = "cp1251" if b"1251" in encoded else "utf-8"
    content = encoded.replace(b"{}", f"<quiz>{question('description', text='Ёлка')}</quiz>".encode(encoding))

    assert [item.stem for item in read(content).items] == [html("Ёлка")]


def test_one_question_without_a_quiz_around_it_is_read():
    assert [item.stem for item in read(question("description").encode()).items] == [html("Asked?")]


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"", 1, "empty"),
        (b"<quiz>\n<question></quiz>", 2, "damaged"),
        (b"\x89PNG\0\0", 1, "not a text file"),
        (b"<html><question type='essay'/></html>", 1, "not Moodle XML"),
        (b"<quiz/>", 1, "no questions"),
        (b'<!DOCTYPE quiz [\n<!ENTITY a "b">]><quiz>&a;</quiz>', 2, "entity “a”"),
    ],
)
def test_what_is_no_moodle_xml_is_refused(content, line, words):
    with pytest.raises(FormatError) as caught:
        read(content)

    assert (words in caught.value.message, caught.value.line) == (True, line)


def test_a_question_that_cannot_be_read_is_told_with_its_line_and_the_others_are_read():
    answers = '\n<answer fraction="lots"><text>a</text></answer>'
    content = quiz(question("shortanswer", answers), question("multichoice"), question("description"))

    assert read(content) == Reading(
        [Item("description", html("Asked?"), name="Named")],
        [Problem(4, "“lots” is not a number."), Problem(5, "The question has no answers.")],
    )


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("$course$/top/Health/Care", ("Health", "Care")),
        ("$module$/Health", ("Health",)),
        ("$cat1$/Health", ("Health",)),
        ("top/HIV//AIDS/ //start", ("HIV/AIDS", "/start")),
        ("$course$/top", ()),
        ("", ()),
    ],
)
def test_a_category_counts_for_what_follows(path, names):
    category = f'<question type="category"><category><text>{path}</text></category></question>'

    assert [item.category for item in read(quiz(category, question("description"))).items] == [names]


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [
        ('format="html"', TextFormat.HTML),
        ('format="plain_text"', TextFormat.PLAIN),
        ('format="markdown"', TextFormat.MARKDOWN),
        ('format="moodle_auto_format"', TextFormat.MOODLE),
        ('format="wiki_like"', TextFormat.MOODLE),
        ('format="odd"', TextFormat.HTML),
        ("", TextFormat.HTML),
    ],
)
def test_each_text_has_its_format_and_else_that_of_the_question(attribute, expected):
    content = quiz(
        f'<question type="multichoice"><name><text/></name><questiontext {attribute}><text>A</text></questiontext>'
        '<generalfeedback><text>G</text></generalfeedback><hint format="plain_text"><text>H</text></hint>'
        '<answer fraction="100"><text>a</text><feedback><text>F</text></feedback></answer></question>'
    )

    assert read(content).items == [
        Item(
            "single_choice",
            Text("A", expected),
            answers=(Answer(Text("a", expected), ONE, Text("F", expected)),),
            general_feedback=Text("G", expected),
            hints=(Text("H"),),
            shuffled=False,
        )
    ]


def test_markup_that_is_not_in_cdata_is_read_as_html():
    content = quiz(
        '<question type="description"><questiontext><text>a <b>b</b> &lt; c</text></questiontext></question>'
    )

    assert read(content).items[0].stem == html("a <b>b</b> &lt; c")


@pytest.mark.parametrize(("single", "kind"), [("true", "single_choice"), ("1", "single_choice"), ("0", None)])
def test_one_or_several(single, kind):
    item = only("multichoice", f"<single>{single}</single>{TWO_OPTIONS}")

    assert item.type == (kind or "multiple_response")


@pytest.mark.parametrize(("shuffle", "expected"), [("true", True), ("1", True), ("false", False), ("0", False)])
def test_whether_options_are_shuffled(shuffle, expected):
    assert only("multichoice", f"<shuffleanswers>{shuffle}</shuffleanswers>{TWO_OPTIONS}").shuffled is expected


def test_true_and_false_are_known_by_their_places_in_old_files():
    answers = '<answer fraction="0"><text>Верно</text></answer><answer fraction="100"><text>Неверно</text></answer>'

    assert only("truefalse", answers).answers == (answer("true"), answer("false", ONE))


def test_false_may_stand_first():
    answers = (
        '<answer fraction="0"><text>false</text><feedback><text>F</text></feedback></answer>'
        '<answer fraction="100"><text>true</text><feedback><text>T</text></feedback></answer>'
    )

    assert only("truefalse", answers).answers == (answer("true", ONE, "T"), answer("false", ZERO, "F"))


@pytest.mark.parametrize("share", ["0", "100"])
def test_a_statement_that_is_both_or_neither_is_refused(share):
    answers = "".join(f'<answer fraction="{share}"><text>{name}</text></answer>' for name in ("true", "false"))

    assert refusal("truefalse", answers) == "The question does not say whether the statement is true or false."


def test_numbers_of_old_files_stand_outside_of_text_and_need_no_tolerance():
    assert only("numerical", '<answer fraction="100">4.20</answer>').answers == (answer("4.20", ONE, tolerance="0"),)


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        ("<text>four</text>", "“four” is not a number"),
        ("<text>4</text><tolerance>some</tolerance>", "“some” is not a number"),
        ("<text>4</text><tolerance>-1</tolerance>", "never below 0"),
    ],
)
def test_what_is_no_number_is_refused(inside, words):
    assert words in refusal("numerical", f'<answer fraction="100">{inside}</answer>')


@pytest.mark.parametrize(
    ("units", "unit", "warnings"),
    [
        ([("1", "kg")], "kg", ()),
        ([("1.0000000", "kg"), ("1000", "g")], "kg", ("Other units were not taken over: g.",)),
        ([("1000", "g")], "", ("Other units were not taken over: g.",)),
        ([], "", ()),
    ],
)
def test_the_unit_of_the_answers_is_kept(units, unit, warnings):
    inside = "".join(
        f"<unit><multiplier>{times}</multiplier><unit_name>{name}</unit_name></unit>" for times, name in units
    )
    item = only("numerical", f'<answer fraction="100"><text>4</text></answer><units>{inside}</units>')

    assert (item.unit, item.warnings) == (unit, warnings)


def test_a_line_without_an_answer_is_refused():
    lines = "<subquestion><text>a</text><answer><text></text></answer></subquestion>"

    assert refusal("matching", lines) == "A line of the matching question has no answer."


@pytest.mark.parametrize(
    ("named", "grading"),
    [
        ("", "relative"),
        ("RELATIVE_NEXT_EXCLUDE_LAST", "relative"),
        ("1", "relative"),
        ("ALL_OR_NOTHING", "all_or_nothing"),
        ("-1", "all_or_nothing"),
        ("LONGEST_ORDERED_SUBSET", "longest_subset"),
        ("5", "longest_subset"),
        ("LONGEST_CONTIGUOUS_SUBSET", "longest_run"),
        ("6", "longest_run"),
    ],
)
def test_ways_of_marking_an_order(named, grading):
    item = only("ordering", f"<gradingtype>{named}</gradingtype>{TWO_OPTIONS}")

    assert (item.grading, item.warnings) == (grading, ())


def test_what_is_lost_of_an_order_is_told():
    item = only(
        "ordering",
        "<gradingtype>ABSOLUTE_POSITION</gradingtype><selecttype>RANDOM</selecttype><selectcount>2</selectcount>"
        f"{TWO_OPTIONS}<answer><text>c</text><feedback><text>Last</text></feedback></answer>",
    )

    assert item.grading == "relative"
    assert item.warnings == (
        "Moodle marks this order in a way that is not known here (ABSOLUTE_POSITION); right neighbours count.",
        "In Moodle only 2 of the items are shown; here all are.",
        "The feedback on single items was not taken over.",
    )


def test_a_gap_without_a_choice_is_refused_in_its_line():
    content = quiz(question("gapselect", "<selectoption><text>a</text></selectoption>", text="\n\n[[1]]\n[[2]]"))

    assert read(content).errors == [Problem(6, "The text has the gap [[2]], but there is no such choice.")]


def test_other_brackets_are_no_gaps():
    options = "<selectoption><text>a</text></selectoption><selectoption><text>b</text></selectoption>"

    assert only("gapselect", options, text="[[a]] [[1]]").text == html("&#91;[a]] [[g1]]")
    assert refusal("gapselect", options, text="[[a]]") == "The text has no gap like [[1]]."


def test_a_broken_gap_is_refused_in_its_line():
    assert read(quiz(question("cloze", text="\nOne {1:SA:=a}\ntwo {1:MR:=a~b}"))).errors == [
        Problem(5, "A gap of the type MR cannot be taken over.")
    ]


def test_tags_of_the_course_are_tags_too():
    tags = "<coursetags><tag><text>b</text></tag></coursetags><tags><tag><text>a</text></tag><tag>b</tag></tags>"

    assert only("description", tags).tags == ("a", "b")


def file(name, encoded=IN_BASE64, path="/"):
    return f'<file name="{name}" path="{path}" encoding="base64">{encoded}</file>'


@pytest.mark.parametrize("named", ["карта 1.png", "%D0%BA%D0%B0%D1%80%D1%82%D0%B0%201.png", "карта 1.png?time=1"])
def test_pictures_get_their_plain_names(named):
    item = only("description", text=f"<img SRC='@@PLUGINFILE@@/{named}' alt=''>", more=file("карта 1.png"))

    assert item.stem == html("<img SRC='карта 1.png' alt=''>")
    assert item.files == {"карта 1.png": PICTURE}
    assert item.warnings == ()


def test_pictures_in_folders_and_in_several_texts_are_kept_apart_by_what_is_in_them():
    other = base64.b64encode(PICTURE + b"!").decode()
    option = (
        '<answer fraction="100"><text>&lt;img src="@@PLUGINFILE@@/a.png"></text>'
        f'{file("a.png", other)}<feedback><text>&lt;img src="@@PLUGINFILE@@/a.png"></text>{file("a.png")}</feedback>'
        "</answer>"
    )
    item = only(
        "multichoice",
        option,
        text='<img src="@@PLUGINFILE@@/a.png"> <img src="@@PLUGINFILE@@/deep%20er/a.png">',
        more=file("a.png") + file("a.png", other, "/deep er/"),
    )

    assert item.stem == html('<img src="a.png"> <img src="a-2.png">')
    assert item.answers == (rich('<img src="a-2.png">', ONE, '<img src="a.png">'),)
    assert item.files == {"a.png": PICTURE, "a-2.png": PICTURE + b"!"}


def test_pictures_of_markdown_are_found():
    content = quiz(
        '<question type="description"><questiontext format="markdown"><text>![Map](@@PLUGINFILE@@/a%20b.png) '
        f"[link](@@PLUGINFILE@@/a.pdf)</text>{file('a b.png')}</questiontext></question>"
    )

    assert read(content).items[0].stem == Text("![Map](a b.png) [link](@@PLUGINFILE@@/a.pdf)", TextFormat.MARKDOWN)


def test_files_that_cannot_be_kept_are_told():
    item = only(
        "description",
        text='<a href="@@PLUGINFILE@@/a.pdf"></a><img src="@@PLUGINFILE@@/b.png"><img src="@@PLUGINFILE@@/c.png">',
        more=file("a.pdf") + file("b.png", "?"),
    )

    assert item.files == {}
    assert item.stem == html('<a href="@@PLUGINFILE@@/a.pdf"></a><img src="b.png"><img src="c.png">')
    assert item.warnings == (
        "The file “a.pdf” is no picture and was left out.",
        "The picture “b.png” is damaged and was left out.",
        "The picture “b.png” is not in the file.",
        "The picture “c.png” is not in the file.",
    )


def test_a_picture_may_stand_in_another_text_or_beside_the_texts():
    later = f"{file('b.png')}<generalfeedback><text>A</text>{file('a.png')}{file('unused.png')}</generalfeedback>"
    item = only("description", later, text='<img src="@@PLUGINFILE@@/a.png"><img src="@@PLUGINFILE@@/b.png">')

    assert item.files == {"a.png": PICTURE, "b.png": PICTURE}
    assert item.warnings == ()


def test_names_of_pictures_cannot_leave_their_attribute():
    item = only("description", text='<img src="@@PLUGINFILE@@/a%22%3E%26.png">', more=file("a&quot;&gt;&amp;.png"))

    assert (item.stem, set(item.files)) == (html('<img src="a___.png">'), {"a___.png"})


def test_the_picture_of_a_very_old_file_stands_behind_the_text():
    item = only("description", f"<image>folder/a.gif</image><image_base64>{IN_BASE64}</image_base64>")

    assert (item.stem, item.files) == (
        html('Asked? <img src="folder_a.gif" alt="">'),
        {"folder_a.gif": PICTURE},
    )


def test_a_question_is_written_as_moodle_exports_it():
    item = Item(
        "single_choice",
        html('<p><img src="a b.png">]]></p>'),
        answers=(Answer(Text("12 & more"), ONE, html("<p>Yes</p>")), Answer(Text("9"), Fraction(-1, 3))),
        hints=(Text("Count"),),
        category=("HIV/AIDS",),
        tags=("care",),
        identifier="q-1",
        files={"a b.png": b"picture"},
    )

    assert write([item]).decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        "<quiz>\n"
        '  <question type="category">\n'
        "    <category>\n"
        "      <text>$course$/top/HIV//AIDS</text>\n"
        "    </category>\n"
        "  </question>\n"
        '  <question type="multichoice">\n'
        "    <name>\n"
        "      <text>q-1</text>\n"
        "    </name>\n"
        '    <questiontext format="html">\n'
        '      <text><![CDATA[<p><img src="@@PLUGINFILE@@/a%20b.png">]]]]><![CDATA[></p>]]></text>\n'
        '<file name="a b.png" path="/" encoding="base64">cGljdHVyZQ==</file>\n'
        "    </questiontext>\n"
        '    <generalfeedback format="html">\n'
        "      <text></text>\n"
        "    </generalfeedback>\n"
        "    <defaultgrade>1</defaultgrade>\n"
        "    <penalty>0.3333333</penalty>\n"
        "    <hidden>0</hidden>\n"
        "    <idnumber>q-1</idnumber>\n"
        "    <single>true</single>\n"
        "    <shuffleanswers>true</shuffleanswers>\n"
        "    <answernumbering>abc</answernumbering>\n"
        "    <showstandardinstruction>0</showstandardinstruction>\n"
        '    <correctfeedback format="html">\n'
        "      <text></text>\n"
        "    </correctfeedback>\n"
        '    <partiallycorrectfeedback format="html">\n'
        "      <text></text>\n"
        "    </partiallycorrectfeedback>\n"
        '    <incorrectfeedback format="html">\n'
        "      <text></text>\n"
        "    </incorrectfeedback>\n"
        '    <answer fraction="100" format="plain_text">\n'
        "      <text><![CDATA[12 & more]]></text>\n"
        '    <feedback format="html">\n'
        "      <text><![CDATA[<p>Yes</p>]]></text>\n"
        "    </feedback>\n"
        "    </answer>\n"
        '    <answer fraction="-33.33333" format="plain_text">\n'
        "      <text>9</text>\n"
        '    <feedback format="html">\n'
        "      <text></text>\n"
        "    </feedback>\n"
        "    </answer>\n"
        '    <hint format="plain_text">\n'
        "      <text>Count</text>\n"
        "    </hint>\n"
        "    <tags>\n"
        "      <tag><text>care</text></tag>\n"
        "    </tags>\n"
        "  </question>\n"
        "</quiz>\n"
    )


def test_pictures_come_back_in_every_text():
    picture = html('<p><img src="a &amp; b\'.png" alt=""></p>')
    named = "a & b'.png"
    item = Item("description", picture, name="n", general_feedback=picture, files={named: PICTURE})

    again = read(write([item])).items[0]

    assert again.files == {"a _ b_.png": PICTURE}
    assert again.stem == again.general_feedback == html('<p><img src="a _ b_.png" alt=""></p>')


def test_signs_that_xml_cannot_hold_are_left_out():
    assert read(write([Item("description", Text("a\x00\x0b\ud800b\r\nc"), name="n")])).items == [
        Item("description", Text("ab\nc"), name="n")
    ]


def test_texts_of_different_formats_are_joined_as_html():
    assert joined(Text("1 < 2\n3"), html("<p>b</p>")) == html("1 &lt; 2<br>\n3\n<p>&nbsp;</p>\n<p>b</p>")
    assert joined(Text("a"), Text("b")) == Text("a\n\nb")
    assert joined(NO_TEXT, html("b")) == joined(html("b"), NO_TEXT) == html("b")


def test_what_is_asked_stands_before_the_text_with_gaps():
    gaps = (Gap("a", "short_answer", (answer("x", ONE),)),)
    item = Item("gap_fill", Text("Fill in."), name="n", case=Text("Amira."), text=Text("So [[a]]."), gaps=gaps)

    assert b"<text>Amira.\n\nFill in.\n\nSo {1:SHORTANSWER:=x}.</text>" in write([item])


def test_what_markers_look_at_stands_in_the_information_for_graders():
    item = Item(
        "essay",
        Text("Write."),
        rubric=Text("Read twice."),
        criteria=(Criterion(Text("Clear"), 2), Criterion(Text("Complete"), 3)),
        model_answer=Text("Dear …"),
    )

    assert graders_information(item) == Text("Read twice.\n\nClear (points: 2)\nComplete (points: 3)\n\nDear …")


@pytest.mark.parametrize(
    ("item", "sentences"),
    [
        (Item("single_choice", Text("a"), answers=(answer("b", ONE), answer("c", Fraction(1, 3)))), []),
        (Item("description", Text("a"), case=Text("b")), ["The situation stands before the question"]),
        (Item("essay", Text("a"), model_answer=Text("b")), ["The criteria and the model answer stand"]),
        (
            Item(
                "single_choice", Text("a"), answers=(answer("b", ONE), replace(answer("c", Fraction(1, 11)), last=True))
            ),
            ["An option that stays last", "Moodle does not know a share of 9.09091 %"],
        ),
        (Item("matching", Text("a"), pairs=(Pair(Text("b"), html("<b>c</b>")),)), ["Answers to match"]),
        (Item("short_answer", Text("a"), answers=(answer("ёлка", ONE),)), ["Moodle tells ё from е"]),
        (Item("short_answer", Text("a"), answers=(answer("ёлка", ONE),), yo_sensitive=True), []),
    ],
)
def test_what_moodle_does_not_carry_is_told(item, sentences):
    assert [told[: len(begins)] for told, begins in zip(lost(item), sentences, strict=True)] == sentences


def as_read(item):
    """The item as it comes back: what Moodle keeps in one text is one text."""
    head = joined(item.case, item.stem)
    kept = replace(
        item,
        stem=head,
        case=NO_TEXT,
        yo_sensitive=False,
        answers=tuple(
            replace(each, last=False, relative=False, tolerance=absolute_tolerance(each)) for each in item.answers
        ),
    )
    if item.type == "essay":
        return replace(kept, rubric=graders_information(item), criteria=(), model_answer=NO_TEXT)
    if not item.gaps:
        return kept
    every = tuple(range(len(item.words)))
    return replace(
        kept,
        stem=NO_TEXT,
        text=joined(Text(without_marks(head.text, head.format), head.format), item.text),
        gaps=tuple(replace(gap, offered=() if gap.offered == every else gap.offered) for gap in item.gaps),
    )


@given(st.lists(items(CARRIES, rich=True, catch_all=True, extras=True), min_size=1, max_size=3))
def test_questions_come_back_as_they_were_written(written):
    assert read(write(written)) == Reading([as_read(item) for item in written], [])


def test_the_sample_comes_back_as_it_was_read():
    found = [item for item in read(SAMPLE).items if item.name != "Drag"]

    assert read(write(found)).items == found


@given(st.data())
def test_a_damaged_file_is_read_or_refused(data):
    pieces = data.draw(st.lists(st.tuples(st.integers(0, len(SAMPLE)), st.integers(0, 60)), min_size=1, max_size=3))
    noise = st.sampled_from(
        [b"", b"<", b"]]>", b"&", b"\0", b"\xff", b"</text>", b"<answer>", b"100", b"{1:SA:", b"[[9]]"]
    )
    content = SAMPLE
    for place, length in pieces:
        content = content[:place] + data.draw(noise) + content[place + length :]
    with suppress(FormatError):
        assert len(read(content).items) <= len(read(SAMPLE).items)


@given(
    st.sampled_from(["multichoice", "truefalse", "numerical", "matching", "ordering", "gapselect", "cloze", "essay"]),
    st.lists(
        st.sampled_from(
            [
                *("<answer>", "</answer>", '<answer fraction="50">', "<text>", "</text>", "1", "<file/>", "<units/>"),
                *("<subquestion>", "</subquestion>", "<selectoption/>", "<hint/>", "<tags><tag/></tags>", "[[1]]"),
            ]
        ),
        max_size=12,
    ),
)
def test_whatever_stands_in_a_question_it_is_read_or_refused(kind, pieces):
    with suppress(FormatError):
        reading = read(quiz(question(kind, "".join(pieces), text="[[1]] {1:NM:=5}")))
        assert len(reading.items) + len(reading.errors) == 1


@pytest.mark.parametrize("module", [cloze, decimals, moodle_files])
def test_the_examples_in_the_documentation_are_right(module):
    assert doctest.testmod(module).failed == 0
