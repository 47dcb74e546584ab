"""Questions written as a package of QTI 3.0 and read again."""

import io
import zipfile
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.formats import qti
from assessments.formats.item import NO_TEXT, Answer, Criterion, Gap, Item, Pair, Text, TextFormat
from assessments.formats.qti.item_writing import item_xml
from assessments.formats.qti.markup import as_block
from core.xml import parsed
from tests.assessments.formats.strategies import items

ONE, HALF, ZERO = Fraction(1), Fraction(1, 2), Fraction(0)
PURL = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates"


def without_losses(item: Item) -> Item:
    """The question with what QTI cannot say left out: asterisks for any text, and that ё is not е."""
    return replace(
        item,
        answers=tuple(map(_without_wildcard, item.answers)) if item.type == "short_answer" else item.answers,
        gaps=tuple(
            replace(gap, answers=tuple(map(_without_wildcard, gap.answers))) if gap.type == "short_answer" else gap
            for gap in item.gaps
        ),
        yo_sensitive=False,
    )


def _without_wildcard(answer: Answer) -> Answer:
    if answer.text.text == "*":
        return answer
    pieces = answer.text.text.split("\\*")
    return replace(answer, text=Text("\\*".join(each.replace("*", "") for each in pieces)))


def names_in(content):
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return package.namelist()


def file_in(content, name):
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return package.read(name).decode()


def choice(*fractions, kind="single_choice", **more):
    answers = tuple(Answer(Text(f"Text {place}"), each) for place, each in enumerate(fractions))
    return Item(type=kind, stem=Text("Which?"), name="Q", answers=answers, **more)


def read_again(*written):
    reading = qti.read(qti.write(written))
    assert reading.errors == []
    return reading.items


@pytest.mark.parametrize("kind", sorted(qti.CARRIES))
def test_what_is_written_is_read_again(kind):
    @settings(deadline=None, max_examples=40)
    @given(items({kind}, rich=True, catch_all=True, extras=True))
    def check(item):
        kept = without_losses(item)
        (read,) = read_again(kept)
        assert (read, read.warnings) == (kept, ())

    check()


@given(st.lists(items(qti.CARRIES).map(without_losses), max_size=4))
@settings(deadline=None, max_examples=20)
def test_many_questions_keep_their_order(written):
    content = qti.write(written)
    if written:
        assert qti.read(content).items == written


def test_the_same_questions_make_the_same_file():
    assert qti.write([choice(ONE, ZERO)]) == qti.write([choice(ONE, ZERO)])


@pytest.mark.parametrize(
    ("item", "template"),
    [
        (choice(ONE, ZERO), "match_correct"),
        (choice(ONE, HALF), "map_response"),
        (choice(HALF, HALF, -ONE, kind="multiple_response"), "map_response"),
        (Item("ordering", Text("Order"), order=(Text("a"), Text("b"))), "match_correct"),
        (Item("matching", Text("M"), pairs=(Pair(Text("a"), Text("b")), Pair(Text("c"), Text("d")))), "map_response"),
        (Item("short_answer", Text("S"), answers=(Answer(Text("Minsk"), ONE),)), "map_response"),
    ],
)
def test_the_templates_of_the_standard_are_used(item, template):
    xml = item_xml(item, "q", {})
    assert f'<qti-response-processing template="{PURL}/{template}"/>' in xml


def test_a_single_choice_is_an_item_of_the_standard():
    item = choice(ONE, ZERO, language="ru", shuffled=False)
    assert item_xml(replace(item, answers=(item.answers[0], replace(item.answers[1], last=True))), "q-1", {}) == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:schemaLocation="http://www.imsglobal.org/xsd/imsqtiasi_v3p0 '
        'https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqti_asiv3p0_v1p0.xsd" '
        'identifier="q-1" title="Q" adaptive="false" time-dependent="false" xml:lang="ru">\n'
        '<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="identifier">'
        "<qti-correct-response><qti-value>A</qti-value></qti-correct-response></qti-response-declaration>\n"
        '<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float">'
        "<qti-default-value><qti-value>0</qti-value></qti-default-value></qti-outcome-declaration>\n"
        '<qti-item-body>\n<div data-question-part="stem" data-text-format="plain">Which?</div>\n'
        '<qti-choice-interaction response-identifier="RESPONSE" shuffle="false" max-choices="1">\n'
        '<qti-simple-choice identifier="A">Text 0</qti-simple-choice>\n'
        '<qti-simple-choice identifier="B" fixed="true">Text 1</qti-simple-choice>\n'
        "</qti-choice-interaction>\n</qti-item-body>\n"
        f'<qti-response-processing template="{PURL}/match_correct"/>\n'
        "</qti-assessment-item>"
    )


def test_thirds_are_exact_again():
    third = Fraction(1, 3)
    written = choice(third, third, third, -third, kind="multiple_response")
    assert 'mapped-value="0.3333333333"' in item_xml(written, "q", {})
    assert read_again(written) == [written]


@pytest.mark.parametrize(("language", "label"), [("en", "True"), ("ru", "Верно")])
def test_a_statement_has_its_labels_in_its_language(language, label):
    answers = (Answer(Text("true"), ONE, Text("So it is")), Answer(Text("false"), ZERO))
    item = Item("true_false", Text("TB can be cured."), name="Q", answers=answers, language=language)
    assert f'<qti-simple-choice identifier="true">{label}</qti-simple-choice>' in item_xml(item, "q", {})
    assert read_again(item) == [item]


def test_a_number_is_compared_with_its_tolerance():
    answers = (Answer(Text("50.8"), ONE, tolerance="5", relative=True), Answer(Text("40"), HALF, tolerance="0"))
    item = Item("numerical", Text("How many?"), name="Q", answers=answers, unit="mg/l")
    xml = item_xml(item, "q", {})
    assert '<qti-equal tolerance-mode="relative" tolerance="5 5"><qti-base-value base-type="float">50.8<' in xml
    assert '<qti-equal tolerance-mode="exact"><qti-base-value base-type="float">40<' in xml
    assert read_again(item) == [item]


def test_an_essay_keeps_what_it_is_marked_by():
    item = Item(
        "essay",
        Text("Write."),
        name="Q",
        case=Text("<p>Amina</p>", TextFormat.HTML),
        rubric=Text("Be fair"),
        criteria=(Criterion(Text("Reasons"), 4), Criterion(Text("Words"), 2)),
        model_answer=Text("**Dear** Amina", TextFormat.MARKDOWN),
        hints=(Text("Think"), Text("Think\nagain")),
        general_feedback=Text("Thank you"),
    )
    assert read_again(item) == [item]
    assert 'identifier="SCORE" cardinality="single" base-type="float" external-scored="human"' in item_xml(
        item, "q", {}
    )


def test_gaps_keep_their_weights_and_their_order():
    gaps = (
        Gap("second", "short_answer", (Answer(Text("a"), ONE), Answer(Text("b"), Fraction(7, 19))), weight=5),
        Gap("first", "numerical", (Answer(Text("1"), ONE, Text("Yes"), tolerance="0.5"),), weight=2),
    )
    text = Text('<p title="[[first]]">[[first]] &lt; [[second]]</p>', TextFormat.HTML)
    item = Item("gap_fill", NO_TEXT, name="Q", text=text, gaps=gaps)
    assert read_again(item) == [item]


def test_the_manifest_has_tags_category_and_a_name_that_is_no_identifier():
    item = choice(ONE, ZERO, tags=("triage & care",), category=("Health", "Border"), identifier="42 a")
    content = qti.write([item])
    manifest = parsed(file_in(content, "imsmanifest.xml").encode())
    resource = manifest.child("resources", "resource")
    assert resource.attrib == {
        "identifier": "resource-00001",
        "type": "imsqti_item_xmlv3p0",
        "href": "items/00001/item.xml",
    }
    assert resource.words("metadata", "lom", "general", "keyword") == "triage & care"
    assert qti.read(content).items == [item]


def test_two_questions_of_one_identifier_are_two_items():
    english, russian = choice(ONE, ZERO, identifier="q1"), choice(ZERO, ONE, identifier="q1")
    assert read_again(english, russian) == [english, russian]


def test_pictures_lie_beside_their_items():
    stem = Text('<p><img src="m/a%20b.png" alt=""></p>', TextFormat.HTML)
    item = choice(ONE, ZERO, files={"m/a%20b.png": b"picture"})
    content = qti.write([replace(item, stem=stem), choice(ONE, ZERO)])
    assert names_in(content) == [
        "imsmanifest.xml",
        "items/00001/item.xml",
        "items/00001/m/a b.png",
        "items/00002/item.xml",
    ]
    assert qti.read(content).items[0] == replace(item, stem=stem)


@pytest.mark.parametrize("src", ["../../x.png", "/x.png", "item.xml", "http://x/y.png", "a?b.png", "c:\\x.png"])
def test_pictures_never_leave_the_folder_of_their_item(src):
    stem = Text(f'<p><img src="{src}"></p>', TextFormat.HTML)
    content = qti.write([replace(choice(ONE, ZERO, files={src: b"picture"}), stem=stem)])
    (name,) = [each for each in names_in(content) if "picture-1" in each]
    (read,) = qti.read(content).items
    assert name.startswith("items/00001/picture-1")
    assert list(read.files.values()) in ([b"picture"], [])
    assert f'src="{name.rpartition("/")[2]}"' in read.stem.text


@pytest.mark.parametrize(
    ("html", "xhtml"),
    [
        ("a<br>b &nbsp;", "a<br/>b \xa0"),
        ("<p>a<p>b", "<p>a<p>b</p></p>"),
        ("<b><i>a</b></i>", "<b><i>a</i></b>"),
        ("</p>a < b & c", "a &lt; b &amp; c"),
        ("<a:b x:y='1' z>c</a:b>", "c"),
        ('<p onclick title="a\'b">c\x00\x0bd</p>', '<p onclick="" title="a&#x27;b">cd</p>'),
        ("<!-- x --><?php y ?><script>1 < 2</script>", "<script>1 &lt; 2</script>"),
    ],
)
def test_any_html_becomes_well_formed(html, xhtml):
    written = as_block(Text(html, TextFormat.HTML), {})
    assert written == f'<div data-text-format="html">{xhtml}</div>'
    assert parsed(written.encode()).tag == "div"


@given(st.text(), st.sampled_from(TextFormat))
@settings(deadline=None, max_examples=200)
def test_any_text_becomes_well_formed(text, how):
    item = choice(ONE, ZERO, general_feedback=Text(text, how), tags=(text,), category=(text,), identifier=text)
    reading = qti.read(qti.write([replace(item, name=text)]))
    assert (len(reading.items), reading.errors) == (1, [])


@pytest.mark.parametrize(
    ("item", "sentences"),
    [
        (choice(ONE, ZERO), []),
        (
            Item("short_answer", Text("S"), answers=(Answer(Text("refug*"), ONE),), yo_sensitive=True),
            ["“*” for any text is written as an asterisk.", "That ё and е are different letters is not said."],
        ),
        (Item("short_answer", Text("S"), answers=(Answer(Text("5 \\* 3"), ONE), Answer(Text("*")))), []),
        (
            Item("ordering", Text("O"), order=(Text("a"), Text("b"))),
            ["Other programs mark an order as right or wrong, without marks for parts of it."],
        ),
        (Item("description", Text("**D**", TextFormat.MARKDOWN)), ["Texts in Markdown are shown as they are typed."]),
        (
            Item("single_choice", Text("Q"), answers=(Answer(Text("a"), ONE, last=True), Answer(Text("b")))),
            ["Options keep their place only at the end."],
        ),
    ],
)
def test_what_is_lost_is_said(item, sentences):
    assert qti.lost(item) == sentences


def test_types_that_are_not_carried_are_left_out():
    written = Item("select_words", NO_TEXT, text=Text("[[g1]]"), words=(Text("a"),), gaps=(Gap("g1", "select_words"),))
    assert names_in(qti.write([written])) == ["imsmanifest.xml"]
