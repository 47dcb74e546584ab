"""What the paragraphs, tables and pictures of a Word file become in a lesson."""

import doctest

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import docx
from core.blocks import LessonBlocks
from courses.formats.word import Block, Remark, WordLesson, labels, lesson, lesson_in, markup
from courses.formats.word.example import example
from courses.formats.word.remarks import SENTENCES, Doubt
from tests.word_files import EVERYTHING, NOTE, STYLES, paragraph, part, picture, run, table, word_file

FOUND = {"targets": {"rIdP": ("image", "media/a.png")}, "parts": {"word/media/a.png": b"x"}}


def read(*body, language="en", **rest) -> WordLesson:
    return lesson_in(docx.read(word_file(*body, **rest)), language)


def blocks(*body, **rest):
    """The blocks of a lesson, kind and value."""
    return [(each.kind, each.value) for each in read(*body, **rest).blocks]


def doubts(*body, **rest):
    """The places and sentences of what is to be looked at."""
    return [(each.number, each.sentence) for each in read(*body, **rest).remarks]


def sentence(doubt, words=""):
    return str(SENTENCES[doubt]) % {"words": words}


@pytest.mark.parametrize("module", [labels, markup, lesson], ids=lambda each: each.__name__)
def test_examples_in_the_text_are_right(module):
    assert doctest.testmod(module).failed == 0


def test_a_whole_file_becomes_a_lesson():
    found = lesson_in(docx.read(EVERYTHING))

    link = '<a href="https://www.unhcr.org/1951-refugee-convention">the Convention</a>'
    assert (found.language, found.title, found.summary) == ("en", "Who is a migrant?", "")
    assert found.blocks == [
        Block(
            "text",
            f"<p>A person <b>who moves</b> and <i>settles</i> ({link}). [1]</p><p>deleted:</p><p>new words</p>"
            "<ol><li>First</li><li>Second<ol><li>below</li></ol></li></ol><ul><li>Point</li></ul>",
        ),
        Block(
            "table",
            {
                "caption": "",
                "header_row": True,
                "header_column": False,
                "rows": [["Year", "Arrivals"], ["2022", "8000"]],
            },
        ),
        Block("figure", {"image": "word/media/image1.png", "alternative": "A map", "caption": "Source: IOM, 2024"}),
        Block("callout", {"tone": "key", "title": "Quotation", "text": "<p>They said so.</p>"}),
        Block("text", "<p>red</p>"),
    ]
    assert found.sources == [{"code": "", "title": "IOM Glossary, 2019.", "locator": "", "address": ""}]
    assert found.remarks == [
        Remark(3, "“gone”: Deleted with tracked changes, so it stays out."),
        Remark(4, "“new”: Inserted with tracked changes that nobody has accepted yet. It comes along."),
        Remark(9, sentence(Doubt.NO_TABLE_CAPTION)),
        Remark(13, "“Is it so?”: A comment stays out."),
        Remark(13, "“red”: Colours and highlighting stay out; the text comes along."),
    ]


def test_every_kind_is_a_block_of_lessons():
    kinds = {each.kind for each in lesson_in(docx.read(EVERYTHING)).blocks} | {"heading", "summary", "opening_question"}

    assert kinds <= set(LessonBlocks().child_blocks)


@pytest.mark.parametrize(
    ("text", "language"),
    [("Who is it?", "en"), ("Кто это и зачем?", "ru"), ("Хто гэта і навошта?", "be"), ("", "en")],
)
def test_the_language_is_told_by_its_letters(text, language):
    assert lesson_in(docx.read(word_file(paragraph(text)))).language == language


# --- Headings -------------------------------------------------------------------------------------------------------
def test_headings_have_two_levels_below_the_title():
    assert blocks(
        paragraph("Title", style="a3"),
        paragraph("First", style="1"),
        paragraph("words"),
        paragraph("Below", style="2"),
        paragraph("more"),
        paragraph("Second", style="1"),
    ) == [("heading", "First"), ("text", "<p>words</p><h3>Below</h3><p>more</p>"), ("heading", "Second")]


def test_a_lone_heading_at_the_top_is_the_title_and_the_next_level_counts_as_the_first():
    found = read(paragraph("Title", style="1"), paragraph("One", style="2"), paragraph("Two", style="2"))

    assert (found.title, [each.value for each in found.blocks]) == ("Title", ["One", "Two"])


def test_headings_that_skip_a_level_are_too_deep_or_too_long_are_told():
    long = "word " * 40
    assert doubts(
        paragraph("One", style="1"),
        paragraph("Three", style="3"),
        paragraph("Two", style="1"),
        paragraph(long, style="2"),
    ) == [
        (2, sentence(Doubt.SKIPPED_LEVEL, "Three")),
        (2, sentence(Doubt.DEEP_HEADING, "Three")),
        (4, sentence(Doubt.LONG_HEADING, f"{long[:80]}…")),
    ]


def test_a_bold_line_is_no_heading_and_a_style_that_is_not_known_is_told_once():
    assert doubts(
        paragraph(run("Looks like one", "b")),
        paragraph(run("Ends with a point.", "b")),
        paragraph("a", style="a7"),
        paragraph("b", style="a7"),
    ) == [(1, sentence(Doubt.FALSE_HEADING, "Looks like one")), (3, sentence(Doubt.STYLE, "letterhead"))]


# --- What is set apart ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("label", "tone"),
    [("Important", "key"), ("In law", "law"), ("Внимание", "caution"), ("Увага", "caution"), ("По закону", "law")],
)
@pytest.mark.parametrize("bold", ["", "b"])
def test_a_first_word_sets_a_paragraph_apart(label, tone, bold):
    whole = paragraph(run(f"{label}:", bold), " three ", run("days", "i"))

    assert blocks(whole) == [("callout", {"tone": tone, "title": label, "text": "<p>three <i>days</i></p>"})]


def test_quotations_that_follow_each_other_are_one():
    assert blocks(paragraph("One", style="a4"), paragraph("two", style="a4"), language="ru") == [
        ("callout", {"tone": "key", "title": "Цитата", "text": "<p>One</p><p>two</p>"})
    ]


def test_a_table_of_one_cell_is_a_frame():
    framed = f"<w:tbl><w:tr><w:tc>{paragraph('Title')}{paragraph('words')}</w:tc></w:tr></w:tbl>"

    assert blocks(framed, table(["alone"])) == [
        ("callout", {"tone": "key", "title": "Title", "text": "<p>words</p>"}),
        ("callout", {"tone": "key", "title": "Key point", "text": "<p>alone</p>"}),
    ]


def test_the_opening_question_the_summary_and_the_sources_are_found_by_their_words():
    found = read(
        paragraph("Вопрос в начале: Кто такой мигрант?"),
        paragraph("Итоги", style="1"),
        paragraph("Раз", numbered=("4", 0)),
        paragraph("Два", numbered=("4", 0)),
        paragraph("Источники", style="1"),
        paragraph("ВОЗ, доклад, 2022. https://who.int/report."),
        paragraph("МОМ"),
        language="ru",
    )

    assert [(each.kind, each.value) for each in found.blocks] == [
        ("opening_question", {"question": "Кто такой мигрант?", "hint": ""}),
        ("summary", {"points": ["Раз", "Два"]}),
    ]
    assert [(each["title"], each["address"]) for each in found.sources] == [
        ("ВОЗ, доклад, 2022", "https://who.int/report"),
        ("МОМ", ""),
    ]


def test_a_summary_without_points_stays_a_heading():
    assert blocks(paragraph("Before"), paragraph("Summary", style="1"), paragraph("In a word.")) == [
        ("text", "<p>Before</p>"),
        ("heading", "Summary"),
        ("text", "<p>In a word.</p>"),
    ]


def test_the_table_of_contents_stays_out():
    contents = paragraph("Who … 3", style="toc")

    assert doubts(contents, parts={"word/styles.xml": part("styles", TOC)}) == [
        (0, sentence(Doubt.CONTENTS)),
        (0, sentence(Doubt.NOTHING)),
    ]


TOC = '<w:style w:type="paragraph" w:styleId="toc"><w:name w:val="toc 1"/></w:style>'


# --- Pictures and tables --------------------------------------------------------------------------------------------
def figures(*body):
    return [value for kind, value in blocks(*body, **FOUND) if kind == "figure"]


def test_a_picture_takes_the_caption_and_the_source_below_it():
    caption = paragraph("Figure 1. The way of a card")
    assert figures(
        paragraph("Look: ", picture("rIdP", "A map")), caption, paragraph("Source: IOM"), paragraph("On.")
    ) == [{"image": "word/media/a.png", "alternative": "A map", "caption": "Figure 1. The way of a card Source: IOM"}]


@pytest.mark.parametrize(
    ("alternative", "inside", "doubt", "kept"),
    [
        ("", "", Doubt.NO_ALTERNATIVE, ""),
        ("", '<a:ext><adec:decorative val="1"/></a:ext>', Doubt.DECORATIVE, ""),
        ("A dog. Description automatically generated", "", Doubt.MACHINE_MADE, ""),
        ("Автоматически созданное описание", "", Doubt.MACHINE_MADE, ""),
        ("x" * 301, "", Doubt.LONG_ALTERNATIVE, "x" * 300),
    ],
)
def test_a_picture_that_says_nothing_is_told(alternative, inside, doubt, kept):
    body = (paragraph(picture("rIdP", alternative, inside)), paragraph("Source: IOM"))

    assert doubts(*body, **FOUND) == [(1, sentence(doubt))]
    assert [each["alternative"] for each in figures(*body)] == [kept]


def test_a_picture_without_a_caption_is_told():
    assert doubts(paragraph(picture("rIdP", "A map")), **FOUND) == [(1, sentence(Doubt.NO_CAPTION))]


def test_a_table_takes_its_caption_and_its_rows_are_of_one_length():
    rows = (["Year", "Arrivals"], ["2022"])

    assert blocks(paragraph("Таблица 1. Люди"), table(*rows), paragraph("Source: IOM", style="a5")) == [
        (
            "table",
            {
                "caption": "Таблица 1. Люди Source: IOM",
                "header_row": True,
                "header_column": False,
                "rows": [["Year", "Arrivals"], ["2022", ""]],
            },
        )
    ]
    assert doubts(table(*rows, heading=False)) == [
        (1, sentence(Doubt.NO_HEADER)),
        (1, sentence(Doubt.NO_TABLE_CAPTION)),
    ]


def test_a_word_that_fits_on_no_phone_is_told_and_an_address_is_not():
    assert doubts(paragraph(f"{'a' * 41} https://example.org/{'b-' * 30}")) == [
        (1, sentence(Doubt.LONG_WORD, "a" * 41)),
    ]


def test_notes_become_sources_before_those_of_the_list():
    notes = part("footnotes", f'<w:footnote w:id="2">{paragraph("A note, https://a.org/b")}</w:footnote>')
    found = read(
        paragraph("Words", NOTE),
        paragraph("Sources", style="1"),
        paragraph("A book"),
        targets={"f": ("footnotes", "footnotes.xml")},
        parts={"word/footnotes.xml": notes},
    )

    assert [each["title"] for each in found.sources] == ["A note", "A book"]
    assert found.blocks == [Block("text", "<p>Words [1]</p>")]


def test_what_looks_like_html_is_text():
    link = f'<w:hyperlink r:id="l">{run("x")}</w:hyperlink>'
    target = {"l": ("hyperlink", 'https://a.org/?"><script>')}

    assert blocks(paragraph(run("<script>")), paragraph(link), targets=target) == [
        ("text", '<p>&lt;script&gt;</p><p><a href="https://a.org/?&quot;&gt;&lt;script&gt;">x</a></p>')
    ]


def test_every_doubt_has_a_sentence():
    assert set(SENTENCES) == set(Doubt)


PARAGRAPHS = st.builds(
    lambda text, style, numbered: (
        paragraph(run(text), picture("rIdP"), style=style, numbered=numbered)
        if "p" in text
        else paragraph(run(text), style=style, numbered=numbered)
    ),
    st.text("Source:Итоги. pЯ1\n", max_size=20),
    st.sampled_from(["", *STYLES]),
    st.sampled_from([None, ("1", 0), ("1", 2), ("4", 1)]),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(PARAGRAPHS | st.just(table(["a", "b"], ["c"])) | st.just(table(["", ""])), max_size=8))
def test_no_order_of_paragraphs_makes_it_crash(body):
    found = lesson_in(docx.read(word_file(*body, **FOUND)))

    assert {each.kind for each in found.blocks} <= set(LessonBlocks().child_blocks)
    assert all(each.sentence for each in found.remarks)


@pytest.mark.parametrize("language", ["en", "ru", "be"])
def test_the_example_shows_everything_and_leaves_nothing_to_look_at(language):
    found = lesson_in(docx.read(example(language)))

    kinds = ["opening_question", "heading", "text", "callout", "callout", "callout", "text", "table", "summary"]
    assert (found.language, [each.kind for each in found.blocks]) == (language, kinds)
    assert [each.value["tone"] for each in found.blocks if each.kind == "callout"] == ["key", "law", "key"]
    assert (bool(found.title), bool(found.summary), len(found.sources), found.remarks) == (True, True, 2, [])
    assert found.blocks[7].value["caption"]
