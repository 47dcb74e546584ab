"""Word files that somebody sends."""

import doctest
import io
import tracemalloc
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import docx
from core.docx import Document, Left, Loss, NoteMark, Paragraph, Picture, Row, Run, Table, inline, numbering, writing
from core.docx import parts as parts_of_word
from core.docx.document import Marker
from core.docx.losses import SENTENCES, told
from core.errors import FormatError
from tests.word_files import (
    DRAWN,
    EVERYTHING,
    MAIN_TYPE,
    NAMESPACES,
    W,
    packed,
    paragraph,
    part,
    picture,
    run,
    table,
    word_file,
)

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
DAMAGED = "The Word file is damaged. Open it, save it as .docx and send it again."
NO_WORD = "This is no Word file (.docx)."
TOO_DENSE = "The Word file unpacks to far more than a text needs, so it was not opened."


def only(*body, **rest):
    """The one block of a file with these."""
    (block,) = docx.read(word_file(*body, **rest)).blocks
    return block


def lost(*body, **rest):
    return list(docx.read(word_file(*body, **rest)).left)


def labels(*numbered):
    """The labels of paragraphs in these lists and levels."""
    blocks = docx.read(word_file(*(paragraph("x", numbered=each) for each in numbered))).blocks
    return [block.marker.label if block.marker else None for block in blocks]


def test_a_whole_file_is_read():
    assert docx.read(EVERYTHING) == Document(
        blocks=(
            Paragraph(1, (Run("Who is a migrant?"),), "heading 1", heading=1),
            Paragraph(
                2,
                (
                    Run("A person "),
                    Run("who moves", bold=True),
                    Run(" and "),
                    Run("settles", italic=True),
                    Run(" ("),
                    Run("the Convention", link="https://www.unhcr.org/1951-refugee-convention"),
                    Run(")."),
                    NoteMark(0),
                ),
            ),
            Paragraph(3, (Run("deleted: "),)),
            Paragraph(4, (Run("new words"),)),
            Paragraph(5, (Run("First"),), marker=Marker("1.", True, 0)),
            Paragraph(6, (Run("Second"),), marker=Marker("2.", True, 0)),
            Paragraph(7, (Run("below"),), marker=Marker("a)", True, 1)),
            Paragraph(8, (Run("Point"),), marker=Marker("", False, 0)),
            Table(9, (Row(("Year", "Arrivals")), Row(("2022", "8000"))), heading_row=True),
            Paragraph(10, (Picture("word/media/image1.png", "A map"),)),
            Paragraph(11, (Run("Source: IOM, 2024"),), "caption"),
            Paragraph(12, (Run("They said so."),), "quote"),
            Paragraph(13, (Run("red"),)),
        ),
        notes=((Run("IOM Glossary, 2019."),),),
        pictures={"word/media/image1.png": DRAWN},
        left=(
            Left(3, Loss.DELETED, "gone"),
            Left(4, Loss.INSERTED, "new"),
            Left(13, Loss.COMMENT, "Is it so?"),
            Left(13, Loss.COLOUR, "red"),
        ),
    )


def test_the_other_namespaces_of_the_strict_form_are_read():
    main = f'<w:document xmlns:w="{W.replace("schemas.openxmlformats.org", "purl.oclc.org/ooxml")}"><w:body>'
    content = word_file(parts={"word/document.xml": f"{main}{paragraph('Words')}</w:body></w:document>"})

    assert docx.read(content).blocks == (Paragraph(1, (Run("Words"),)),)


# --- Lists ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("numbered", "expected"),
    [
        ([("1", 0), ("1", 1), ("1", 1), ("1", 2), ("1", 0), ("1", 1)], ["1.", "a)", "b)", "i.", "2.", "a)"]),
        ([("2", 0), ("2", 0), ("2", 1), ("2", 2)], ["A.", "B.", "B.1", "(I)"]),
        ([("2", 0), ("12", 0), ("12", 0)], ["A.", "A.", "B."]),
        ([("3", 0), ("3", 1), ("3", 2), ("4", 0)], ["а)", "А.", "", ""]),
        ([("9", 0), None], [None, None]),
    ],
)
def test_labels_are_counted_as_word_counts_them(numbered, expected):
    assert labels(*numbered) == expected


def test_numbers_are_written_by_the_book():
    assert doctest.testmod(numbering).failed == 0
    assert [numbering.written(each, "upperRoman") for each in (1994, 49, 4000)] == ["MCMXCIV", "XLIX", "4000"]


def test_an_empty_paragraph_of_a_list_is_not_counted():
    blocks = docx.read(
        word_file(paragraph("a", numbered=("1", 0)), paragraph(numbered=("1", 0)), paragraph("b", numbered=("1", 0)))
    ).blocks

    assert [(block.number, block.marker) for block in blocks] == [
        (1, Marker("1.", True, 0)),
        (1, None),
        (2, Marker("2.", True, 0)),
    ]


# --- Words ----------------------------------------------------------------------------------------------------------
def test_words_that_word_has_split_are_one_run_and_switches_can_say_no():
    strong = '<w:rStyle w:val="Strong"/>'
    block = only(
        paragraph(
            "a", "b", run("c", strong), run("d", "b"), run("e", strong + '<w:b w:val="0"/>'), "<w:r><w:br/></w:r>"
        )
    )

    assert block.content == (Run("ab"), Run("cd", bold=True), Run("e\n"))


def test_the_result_of_a_field_is_read_and_its_instruction_is_not():
    def step(kind):
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    instruction = '<w:r><w:instrText> HYPERLINK "https://example.org/a" </w:instrText></w:r>'
    block = only(paragraph(step("begin"), instruction, step("separate"), "here", step("end"), " and on"))

    assert block.content == (Run("here", link="https://example.org/a"), Run(" and on"))


def test_a_paragraph_whose_end_is_deleted_goes_on_in_the_next():
    assert only(paragraph("one ", properties='<w:rPr><w:del w:id="1"/></w:rPr>'), paragraph("two")).content == (
        Run("one two"),
    )


def test_a_paragraph_whose_end_is_deleted_before_nothing_is_kept():
    assert only(paragraph("one", properties='<w:rPr><w:del w:id="1"/></w:rPr>')).content == (Run("one"),)


def test_what_is_said_twice_for_old_and_new_programs_is_read_once():
    both = f"<mc:Choice>{run('new')}</mc:Choice><mc:Fallback>{run('old')}</mc:Fallback>"

    assert only(paragraph(f"<mc:AlternateContent>{both}</mc:AlternateContent>")).content == (Run("new"),)


BOX = f"<w:r><w:pict><v:textbox><w:txbxContent>{paragraph('beside')}</w:txbxContent></v:textbox></w:pict></w:r>"


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (run("x", "vanish"), [Left(1, Loss.HIDDEN, "x")]),
        (BOX, [Left(1, Loss.TEXT_BOX, "beside")]),
        ("<w:r><w:drawing><a:graphic/></w:drawing></w:r>", [Left(1, Loss.DRAWING)]),
        ("<w:r><w:object/></w:r>", [Left(1, Loss.OBJECT)]),
        ("<m:oMath><m:r><m:t>x²</m:t></m:r></m:oMath>", [Left(1, Loss.FORMULA, "x²")]),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0E1"/></w:r>', [Left(1, Loss.SYMBOL)]),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0E0"/></w:r>', []),
        (run("x", "strike"), [Left(1, Loss.STRUCK, "x")]),
        (run("x", '<w:u w:val="single"/>'), [Left(1, Loss.UNDERLINED, "x")]),
        (run("x", '<w:u w:val="none"/><w:color w:val="auto"/>'), []),
        (run("2", '<w:vertAlign w:val="superscript"/>'), [Left(1, Loss.RAISED, "2")]),
        (f'<w:hyperlink r:id="rIdX">{run("x")}</w:hyperlink>', [Left(1, Loss.LINK, "file:///C:/secret.doc")]),
        (f'<w:hyperlink w:anchor="there">{run("x")}</w:hyperlink>', []),
        (picture("rIdO"), [Left(1, Loss.OUTSIDE_PICTURE, "https://example.org/spy.png")]),
        (picture("rIdM"), [Left(1, Loss.LOST_PICTURE)]),
        (f'<w:moveFrom w:id="1">{run("x")}</w:moveFrom>', [Left(1, Loss.DELETED, "x")]),
        (run("word " * 50, "strike"), [Left(1, Loss.STRUCK, f"{('word ' * 16)[:80]}…")]),
    ],
)
def test_what_stays_out_is_told(inside, expected):
    targets = {
        "rIdX": ("hyperlink", "file:///C:/secret.doc"),
        "rIdO": ("image", "https://example.org/spy.png"),
        "rIdM": ("image", "media/missing.png"),
    }

    assert lost(paragraph(inside), targets=targets) == expected


def test_a_picture_says_that_it_only_decorates_and_stands_in_a_file_once():
    once = picture("rIdP", inside='<a:ext><adec:decorative val="1"/></a:ext>')
    document = docx.read(
        word_file(
            paragraph(once, once),
            targets={"rIdP": ("image", "media/a.png")},
            parts={"word/media/a.png": DRAWN},
        )
    )

    assert document.blocks[0].content == (Picture("word/media/a.png", decorative=True),) * 2
    assert document.pictures == {"word/media/a.png": DRAWN}


def test_pictures_have_a_highest_number_and_size(monkeypatch):
    monkeypatch.setattr(inline, "MOST_PICTURES", 1)
    monkeypatch.setattr(inline, "MOST_PICTURE_BYTES", len(DRAWN))
    names = ("a", "b", "c")
    targets = {name: ("image", f"media/{name}.png") for name in names}
    parts = {f"word/media/{name}.png": DRAWN + bytes(name == "a") for name in names}

    document = docx.read(word_file(*(paragraph(picture(name)) for name in names), targets=targets, parts=parts))

    assert list(document.pictures) == ["word/media/b.png"]
    assert [each.loss for each in document.left] == [Loss.BIG_PICTURE, Loss.MANY_PICTURES]


def test_merged_cells_and_tables_in_tables_become_plain_ones():
    inner = table(["in", "side"])
    rows = (
        "<w:tbl><w:tr><w:trPr><w:tblHeader/></w:trPr>"
        f'<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{paragraph("wide")}</w:tc></w:tr>'
        f'<w:tr><w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr>{paragraph("tall")}</w:tc><w:tc>{inner}</w:tc></w:tr>'
        f"<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr>{paragraph('')}</w:tc><w:tc>{paragraph('end')}</w:tc></w:tr>"
        f'<w:tr><w:trPr><w:del w:id="1"/></w:trPr><w:tc>{paragraph("gone")}</w:tc></w:tr></w:tbl>'
    )

    document = docx.read(word_file(rows))

    assert document.blocks[0].rows == (Row(("wide", ""), True), Row(("tall", "in\nside")), Row(("", "end")))
    assert document.left == (
        Left(1, Loss.MERGED_CELLS, "wide"),
        Left(1, Loss.MERGED_CELLS, "tall"),
        Left(1, Loss.TABLE_IN_TABLE, "in side"),
        Left(1, Loss.DELETED, "gone"),
    )


def test_every_loss_has_a_sentence():
    assert set(SENTENCES) == set(Loss)
    assert told(Left(1, Loss.COMMENT, "Is it so?")) == "“Is it so?”: A comment stays out."


# --- What is written ------------------------------------------------------------------------------------------------
def test_what_is_written_comes_back_as_it_was():
    document = Document(
        blocks=(
            Paragraph(1, (Run("A title"),), "title"),
            Paragraph(2, (Run("Who?"),), "heading 2", heading=2),
            Paragraph(
                3, (Run("a < b\n& "), Run("c", True, True), Run("d", link="https://a.org/?a=1&b=2"), NoteMark(0))
            ),
            Paragraph(4, (Run("one"),), "list paragraph", marker=Marker("1.", True, 0)),
            Paragraph(5, (Run("below"),), "list paragraph", marker=Marker("1.", True, 1)),
            Paragraph(6, (Run("two"),), "list paragraph", marker=Marker("2.", True, 0)),
            Paragraph(7, (Run("point"),), "list paragraph", marker=Marker("", False, 0)),
            Table(8, (Row(("Year", "People"), True), Row(("2022", "8\nthousand"))), heading_row=True),
            Paragraph(9, (Run("anew"),), "list paragraph", marker=Marker("1.", True, 0)),
        ),
        notes=((Run("A source"),),),
    )

    assert docx.read(docx.written(document)) == document


def test_signs_that_no_file_can_hold_are_left_out():
    document = Document((Paragraph(1, (Run("a\x00b\x0bc\uffffd\ud800"),)),))

    assert docx.read(docx.written(document)).blocks[0].text == "abcd?"


def test_the_same_text_is_the_same_file():
    assert docx.written(docx.read(EVERYTHING)) == docx.written(docx.read(EVERYTHING))
    assert doctest.testmod(writing).failed == 0


# --- What is not opened ---------------------------------------------------------------------------------------------
MACROS = "This Word file has macros, which can do harm. Save it as .docx and send it again."


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", NO_WORD),
        (b"%PDF-1.7", NO_WORD),
        (b"PK\x03\x04 and no more", DAMAGED),
        (packed({"a.txt": "x"}), NO_WORD),
        (packed({"[Content_Types].xml": MAIN_TYPE}), NO_WORD),
        (
            packed({"mimetype": "application/vnd.oasis.opendocument.text"}),
            "This is an OpenDocument text (.odt). Save it as .docx and send it again.",
        ),
        (OLD + b"x" * 600, "This is an old Word file (.doc). Save it as .docx and send it again."),
        (
            OLD + "EncryptedPackage".encode("utf-16-le"),
            "This Word file is protected with a password. Save it without one and send it again.",
        ),
        (b"{\\rtf1 x}", "This is a file in RTF. Open it, save it as .docx and send it again."),
        (word_file(main_type="application/vnd.ms-word.document.macroEnabled.main+xml"), MACROS),
        (word_file(parts={"word/vbaProject.bin": b"x"}), MACROS),
        (word_file(parts={"word/document.xml": "<a>"}), DAMAGED),
        (word_file(parts={"word/document.xml": '<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>'}), DAMAGED),
        (word_file(parts={"word/styles.xml": "oops"}), DAMAGED),
        (b"x" * (docx.MAX_BYTES + 1), "The file is larger than 20 MB. Split it into smaller ones."),
    ],
    ids=lambda each: each[:20] if isinstance(each, str) else len(each),
)
def test_what_is_no_word_file_gets_a_sentence(content, sentence):
    with pytest.raises(FormatError) as refusal:
        docx.read(content)

    assert refusal.value.message == sentence


def document_of(inside: str) -> str:
    return f"<w:document {NAMESPACES}><w:body>{inside}</w:body></w:document>"


@pytest.mark.parametrize(
    "parts",
    [
        {"word/document.xml": document_of("<w:p/>" * 2_000_000)},
        {f"word/media/{each}.png": b"" for each in range(5_001)},
        {f"word/media/{each}.png": b"0" * 900_000 for each in range(120)},
    ],
    ids=["one bomb", "parts", "many small ones"],
)
def test_a_bomb_is_refused_before_it_takes_memory(parts):
    content = word_file(parts=parts)
    assert len(content) < docx.MAX_BYTES
    tracemalloc.start()
    try:
        with pytest.raises(FormatError) as refusal:
            docx.read(content)
        highest = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert refusal.value.message == TOO_DENSE
    assert highest < 20 * 1024 * 1024


def test_a_file_of_more_elements_than_a_text_needs_is_not_read_to_its_end(monkeypatch):
    monkeypatch.setattr(parts_of_word, "MAX_ELEMENTS", 1_000)
    content = word_file(parts={"word/document.xml": document_of("<w:p/>" * 1_001)})

    with pytest.raises(FormatError, match="damaged"):
        docx.read(content)


def test_what_stands_within_each_other_a_thousand_times_is_looked_at_once():
    inserted = "<w:ins>" * 150 + "".join(run(str(each), "b" * (each % 2)) for each in range(8_000)) + "</w:ins>" * 150
    blips = "".join(f'<a:blip r:embed="rIdP" a="{each}"/>' for each in range(8_000))
    drawn = f"<w:r><w:drawing>{blips}</w:drawing></w:r>"
    content = word_file(
        paragraph(inserted, drawn),
        targets={"rIdP": ("image", "media/a.png")},
        parts={"word/media/a.png": DRAWN},
    )

    document = docx.read(content)

    assert [each.loss for each in document.left] == [Loss.INSERTED]
    assert len(document.blocks[0].content) == 16_000


def test_a_part_that_is_larger_than_the_directory_says_is_refused():
    content = bytearray(word_file(paragraph("x")))
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        size = package.getinfo("word/document.xml").file_size
    content = content.replace(size.to_bytes(4, "little"), (5).to_bytes(4, "little"))

    with pytest.raises(FormatError):
        docx.read(bytes(content))


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_damaged_files_never_crash(data):
    with zipfile.ZipFile(io.BytesIO(EVERYTHING)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    name = data.draw(st.sampled_from(sorted(parts)))
    at = data.draw(st.integers(0, len(parts[name])))
    cut = data.draw(st.integers(0, 40))
    put = data.draw(st.sampled_from([b"", b"<w:p>", b"</w:p>", b'"', b"9" * 30, b"<w:tbl><w:tr><w:tc>", b"\xff"]))
    parts[name] = parts[name][:at] + put + parts[name][at + cut :]

    with suppress(FormatError):
        assert isinstance(docx.read(packed(parts)), Document)


WORDS = st.recursive(
    st.sampled_from(
        [run("x"), run("y", "b"), BOX, picture("rIdM"), '<w:r><w:br/><w:fldChar w:fldCharType="begin"/></w:r>']
    ),
    lambda inner: st.builds(
        lambda tag, inside: f"<w:{tag}>{''.join(inside)}</w:{tag}>",
        st.sampled_from(["ins", "del", "sdt", "hyperlink", "p", "tbl", "tr", "tc", "pPr", "numPr", "r"]),
        st.lists(inner, max_size=3),
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, max_size=4))
def test_elements_in_any_place_never_crash(body):
    assert isinstance(docx.read(word_file(*body)), Document)


def test_notes_of_a_part_that_is_missing_are_empty():
    document = docx.read(word_file(paragraph("x", '<w:r><w:endnoteReference w:id="3"/></w:r>')))

    assert document.notes == ((),)
    assert (
        docx.read(word_file(targets={"a": ("comments", "c.xml")}, parts={"word/c.xml": part("comments", "")})).left
        == ()
    )
