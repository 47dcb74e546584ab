"""Files that programs of others write are read with as many questions, of the same types, with the same answers."""

import json
import sys
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path

import pytest

from assessments.formats import qti, qti12
from assessments.formats.qti12.material import words_of
from assessments.formats.to_bank import banked
from tests.assessments.formats.producers import installed, produce

HALF, THIRD = Fraction(1, 2), Fraction(1, 3)
PNG = b"\x89PNG\r\n\x1a\n and so on"

TEXT2QTI = "from text2qti.cmdline import main; main()"
QUIZ = """\
Quiz title: Health on the road
Quiz description: Everything that the program can write.

Text title: Before you begin
Text: Read each question **twice**.

Title: Sum
Points: 2
1.  What is $2+3$?
... Count on your fingers.
+   Well done.
-   Look again.
a)  6
... Too many.
*c) `5`
... As many as fingers on a hand.

Title: Border
2.  A refugee has crossed a border.
*a) True
b)  False

Title: Vectors
3.  Which are vectors? ![a mosquito](m.png)
[*] Mosquito
[ ] Cow
[*] Tick
[ ] Hen

Title: Root
4.  Square root of 2?
=   1.4142 +- 0.0001

Title: Range
5.  Cube root of 2?
=   [1.2598, 1.2600]

Title: Whole
6.  2+3?
=   5

Title: Per cent
7.  A tenth of 100?
=   10 +- 5%

Title: Name
8.  What is a person who fled persecution called?
... The Convention of 1951 says it.
+   Right.
*   refugee
*   a refugee & no migrant

Title: Costs
9.  What does it cost?
... Think of transport.
____

Title: Send
10.  Send a file.
^^^^

GROUP
pick: 1
points per question: 1

Title: One of two
1.  Is this one?
*a) yes
b)  no

Title: Other of two
2.  Is this another?
a)  yes
*b) no

END_GROUP
"""


def kept(reading):
    """The questions that were read, of which the bank could keep each."""
    for each in reading.items:
        banked(each, "en")
    return reading


def numbers(item):
    return [(each.text.text, each.tolerance, each.fraction) for each in item.answers]


def texts(item):
    return [(each.text.text, each.fraction) for each in item.answers]


@pytest.fixture(scope="module")
def of_text2qti(tmp_path_factory):
    """What is read of a quiz with everything that text2qti knows, by the names of its questions."""
    folder = tmp_path_factory.mktemp("text2qti")
    (folder / "quiz.txt").write_text(QUIZ, encoding="utf-8")
    (folder / "m.png").write_bytes(PNG)
    produce(TEXT2QTI, "quiz.txt", folder=folder)
    return kept(qti12.read((folder / "quiz.zip").read_bytes()))


def test_every_question_of_text2qti_is_read_or_refused_by_name(of_text2qti):
    assert [(each.name, each.type) for each in of_text2qti.items] == [
        ("Before you begin", "description"),
        ("Sum", "single_choice"),
        ("Border", "true_false"),
        ("Vectors", "multiple_response"),
        ("Root", "numerical"),
        ("Range", "numerical"),
        ("Whole", "numerical"),
        ("Per cent", "numerical"),
        ("Name", "short_answer"),
        ("Costs", "essay"),
        ("One of two", "single_choice"),
        ("Other of two", "single_choice"),
    ]
    assert [each.message.partition(".xml: ")[2] for each in of_text2qti.errors] == [
        "“Send”: Questions of the type file_upload_question cannot be taken over."
    ]
    assert {each.warnings for each in of_text2qti.items} == {()}


def test_answers_of_text2qti_earn_what_its_author_said(of_text2qti):
    items = {each.name: each for each in of_text2qti.items}
    assert texts(items["Sum"]) == [("<p>6</p>", 0), ("<p><code>5</code></p>", 1)]
    assert texts(items["Border"]) == [("true", 1), ("false", 0)]
    assert texts(items["Vectors"]) == [
        ("<p>Mosquito</p>", HALF),
        ("<p>Cow</p>", -HALF),
        ("<p>Tick</p>", HALF),
        ("<p>Hen</p>", -HALF),
    ]
    assert numbers(items["Root"]) == [("1.4142", "0.0001", 1)]
    assert numbers(items["Range"]) == [("1.2599", "0.0001", 1)]
    assert numbers(items["Whole"]) == [("5", "", 1)]
    assert numbers(items["Per cent"]) == [("10", "0.5", 1)]
    assert texts(items["Name"]) == [("refugee", 1), ("a refugee & no migrant", 1)]
    assert texts(items["Other of two"]) == [("<p>yes</p>", 0), ("<p>no</p>", 1)]


def test_texts_feedback_and_pictures_of_text2qti_are_kept(of_text2qti):
    items = {each.name: each for each in of_text2qti.items}
    assert items["Before you begin"].stem.text == "<p>Read each question <strong>twice</strong>.</p>"
    assert items["Sum"].stem.text == r"<p>What is \(2+3\)?</p>"
    assert items["Sum"].general_feedback.text == "<p>Count on your fingers.</p>"
    assert [each.feedback.text for each in items["Sum"].answers] == [
        "<p>Too many.</p>\n<p>Look again.</p>",
        "<p>As many as fingers on a hand.</p>\n<p>Well done.</p>",
    ]
    assert [each.feedback.text for each in items["Name"].answers] == ["<p>Right.</p>"] * 2
    assert items["Costs"].general_feedback.text == "<p>Think of transport.</p>"
    [(source, content)] = items["Vectors"].files.items()
    assert content == PNG
    assert f'src="{source}"' in items["Vectors"].stem.text
    assert items["Root"].category == ("Health on the road",)
    assert items["One of two"].category == ("Health on the road", "Group")


MAKER = """
import json
from qti_package_maker.package_interface import QTIPackageInterface
engine, target, questions = sys.argv[1:]
maker = QTIPackageInterface("Health on the road", allow_mixed=True)
for kind, fields in json.loads(questions):
    maker.add_item(kind, tuple(fields))
maker.save_package(engine, target)
"""
CHOICE = ["MC", ["Where is the head office?", ["Geneva", "Minsk", "Oslo"], "Geneva"]]
SEVERAL = ["MA", ["Which are fruit?", ["orange", "apple", "pear", "leek"], ["orange", "apple", "pear"]]]
NUMBER = ["NUM", ["How long is it?", 3.14, 0.01]]
BLANK = ["FIB", ["Who fled persecution?", ["refugee", "a refugee"]]]
BLANKS = ["MULTI_FIB", ["Roses are [first] and [second].", {"first": ["red", "pink"], "second": ["thorny"]}]]
MATCH = ["MATCH", ["What belongs together?", ["cold", "warm", "wet"], ["ice", "sun", "rain", "sand"]]]
ORDER = ["ORDER", ["In which order?", ["first", "second", "third"]]]


def made(folder, engine, questions):
    """The package that qti-package-maker writes of questions."""
    target = folder / f"{engine}.zip"
    produce(MAKER, engine, str(target), json.dumps(questions), folder=folder)
    return target.read_bytes()


def told(item):
    """What of a question a program cannot change without changing what is right."""
    gaps = [[words_of(each.text) for each in gap.answers] for gap in item.gaps]
    pairs = [(words_of(each.stem), words_of(each.answer)) for each in item.pairs]
    right = [words_of(each.text) for each in item.answers if each.fraction > 0]
    return item.type, right, pairs, gaps, [words_of(each) for each in item.order]


TOLD = [
    ("single_choice", ["Geneva"], [], [], []),
    ("multiple_response", ["orange", "apple", "pear"], [], [], []),
    ("numerical", ["3.14"], [], [], []),
    ("short_answer", ["refugee", "a refugee"], [], [], []),
    ("gap_fill", [], [], [["red", "pink"], ["thorny"]], []),
    ("matching", [], [("cold", "ice"), ("warm", "sun"), ("wet", "rain"), ("", "sand")], [], []),
    ("ordering", [], [], [], ["first", "second", "third"]),
]


def test_canvas_packages_of_qti_package_maker_are_read_whole(tmp_path):
    # It does not write an order for Canvas.
    package = made(tmp_path, "canvas_qti_v1_2", [CHOICE, SEVERAL, NUMBER, BLANK, BLANKS, MATCH])

    reading = kept(qti12.read(package))

    assert reading.errors == []
    assert [told(each) for each in reading.items] == TOLD[:6]
    assert [each.warnings for each in reading.items] == [()] * 6
    assert [each.fraction for each in reading.items[1].answers] == [THIRD, THIRD, THIRD, -THIRD]
    assert reading.items[2].answers[0].tolerance == "0.01"
    assert reading.items[4].text.text == "Roses are [[first]] and [[second]]."


def test_pools_for_blackboard_of_qti_package_maker_are_read_whole(tmp_path):
    package = made(tmp_path, "blackboard_export_zip", [CHOICE, SEVERAL, NUMBER, BLANK, BLANKS, MATCH])

    reading = kept(qti12.read(package))

    assert reading.errors == []
    assert [told(each) for each in reading.items] == TOLD[:6]
    assert reading.items[2].answers[0].tolerance == "0.01"
    assert reading.items[4].text.text == "Roses are [[g1]] and [[g2]]."


def test_blackboard_packages_in_qti_21_of_qti_package_maker_are_read_whole(tmp_path):
    package = made(tmp_path, "blackboard_qti_v2_1", [CHOICE, SEVERAL, NUMBER, BLANK, BLANKS, MATCH, ORDER])

    reading = kept(qti.read(package))

    assert reading.errors == []
    assert [told(each) for each in reading.items] == TOLD
    assert reading.items[2].answers[0].tolerance == "0.01"


def test_the_producers_stay_out_of_the_environment():
    assert (installed() / "qti_package_maker").is_dir()
    assert find_spec("qti_package_maker") is None
    assert not (Path(sys.prefix) / "bin" / "text2qti").exists()
