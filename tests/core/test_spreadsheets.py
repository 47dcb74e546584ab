"""Tables that people send: every office program, every encoding, and files made to do harm."""

import doctest
import io
import tracemalloc
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from core import spreadsheets
from core.spreadsheets import MAX_ROWS, Row, Table, UnreadableError, read_table

LINES = [["Фамилия", "Имя", "E-mail"], ["Лук’яновіч", "Алёна", "a@example.org"]]
EXPECTED = Table(tuple(LINES[0]), (Row(2, tuple(LINES[1])),))


def excel(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv_text(delimiter: str = ",", rows: list[list[str]] = LINES) -> str:
    return "".join(delimiter.join(row) + "\r\n" for row in rows)


def test_the_examples_hold():
    assert doctest.testmod(spreadsheets).failed == 0


@pytest.mark.parametrize(
    "content",
    [
        excel(*LINES),
        csv_text(",").encode(),
        csv_text(";").encode(),
        csv_text("\t").encode("utf-16"),
        csv_text(",").encode("utf-8-sig"),
        csv_text(";", [LINES[0], ["Лук’яновіч", "Алёна", "a@example.org"]]).encode("cp1251"),
        csv_text().replace("\r\n", "\r").encode(),
        b"\n\n" + csv_text().encode(),
    ],
    ids=["xlsx", "comma", "semicolon", "utf-16 with tabs", "utf-8 with mark", "windows-1251", "old mac", "blank lines"],
)
def test_every_usual_kind_reads_the_same(content):
    table = read_table(content)

    assert (table.headings, [row.cells for row in table.rows]) == (EXPECTED.headings, [EXPECTED.rows[0].cells])


def test_letters_of_belarusian_survive_windows_1251():
    assert read_table("Ў,і\r\nўІ,ё\r\n".encode("cp1251")) == Table(("Ў", "і"), (Row(2, ("ўІ", "ё")),))


def test_rows_carry_the_number_that_the_person_sees():
    text = 'a,b\n\n"two\nlines",x\nlast,y\n'

    assert [row.line for row in read_table(text.encode()).rows] == [3, 5]
    assert [row.line for row in read_table(excel(["a"], [None], ["b"], [], ["c"])).rows] == [3, 5]


def test_cells_come_out_as_they_would_be_typed_and_formulas_are_not_calculated():
    content = excel(
        ["t", "i", "f", "b", "d", "m", "x"],
        ["  word ", 5.0, 2.5, True, date(2026, 3, 9), datetime(2026, 3, 9, 9, 30), "=1+1"],  # noqa: DTZ001 - a cell has no zone
    )

    assert read_table(content).rows == (Row(2, ("word", "5", "2.5", "true", "2026-03-09", "2026-03-09T09:30", "=1+1")),)


def test_where_the_sheet_shows_per_cent_so_does_the_text():
    book = openpyxl.Workbook()
    for column, (value, how) in enumerate([(1, "0%"), (0.5, "0.00%"), (0.3333333, "0%"), (-0.25, "0%"), (1, "0")], 1):
        book.active.cell(1, column, value).number_format = how
    out = io.BytesIO()
    book.save(out)

    assert read_table(out.getvalue()).headings == ("100%", "50%", "33.33333%", "-25%", "1")


def test_signs_that_xml_has_not_come_out_as_they_went_in():
    assert read_table(excel(["a_x000D_b", "_x0041_"])).headings == ("a\rb", "_x0041_")


def test_a_null_character_in_a_cell_is_left_out():
    assert read_table(excel(["An_x0000_na"])).headings == ("Anna",)


def test_a_table_of_another_kind_has_limits_and_sentences_of_its_own():
    limits = spreadsheets.Limits(rows=2, columns=60, too_long="Too many questions.")
    wide = [f"heading {number}" for number in range(1, 71)]

    assert (
        len(read_table(excel(wide), limits).headings) == len(read_table(",".join(wide).encode(), limits).headings) == 60
    )
    with pytest.raises(UnreadableError, match=r"^Too many questions\.$"):
        read_table(b"a\nb\nc\nd", limits)


def test_columns_are_found_by_any_of_their_headings():
    table = Table(("ФАМИЛИЯ", "имя", "Эл. почта", "Заметка"), (Row(2, ("Лис", "Ольга")),))

    columns = table.columns({"family_name": ["фамилия"], "given_name": ["имя"], "email": ["эл. почта"], "post": []})

    assert columns == {"family_name": 0, "given_name": 1, "email": 2}
    assert list(table.records(columns)) == [(2, {"family_name": "Лис", "given_name": "Ольга", "email": ""})]


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


def with_part(name: str, content: bytes) -> bytes:
    """A workbook of which one part is replaced."""
    source, out = zipfile.ZipFile(io.BytesIO(excel(["a"], ["b"]))), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for part in source.infolist():
            package.writestr(part.filename, content if part.filename == name else source.read(part))
    return out.getvalue()


def with_sheet(xml: str) -> bytes:
    """A workbook whose first sheet is replaced."""
    return with_part("xl/worksheets/sheet1.xml", xml.encode())


SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData>%s</worksheet>'
STYLES = (
    '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs>%s</cellXfs></styleSheet>'
)


def various(template: str, count: int) -> str:
    """Elements that differ, so that they do not pack like a bomb."""
    return "".join(template % (number * 7919 % 1_000_003) for number in range(count))


def with_a_long_text_in_many_cells() -> bytes:
    """The text is in the file once; a blank at its end makes every cell a copy."""
    return excel(*[[f"{various('word%d ', 2_800)} "]] * 800)


BOMBS = {
    "a row of millions of cells": lambda: with_sheet(SHEET % ("<row>" + "<c/>" * 2_500_000 + "</row>", "")),
    "a row of a hundred thousand cells that differ": lambda: with_sheet(
        SHEET % ("<row>" + various("<c><v>%d</v></c>", 100_000) + "</row>", "")
    ),
    "padded styles": lambda: with_part("xl/styles.xml", (STYLES % ("<xf/>" * 4_000_000)).encode()),
    "styles that differ": lambda: with_part(
        "xl/styles.xml", (STYLES % various('<xf numFmtId="%d"/>', 100_000)).encode()
    ),
    "many joined cells": lambda: with_sheet(
        SHEET % ("", "<mergeCells>" + various('<mergeCell ref="A%d"/>', 100_000) + "</mergeCells>")
    ),
    "one endless tag": lambda: with_sheet(SHEET % ("<row><c " + various('a%d="" ', 100_000) + "/></row>", "")),
    "a long text in many cells": with_a_long_text_in_many_cells,
}


@pytest.mark.parametrize("make", BOMBS.values(), ids=BOMBS.keys())
def test_a_small_file_that_would_fill_the_memory_is_refused_without_filling_it(make):
    content = make()

    tracemalloc.start()
    try:
        with pytest.raises(UnreadableError) as caught:
            read_table(content)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert str(caught.value) == str(spreadsheets.TOO_DENSE)
    assert most < 60 * 1024 * 1024


def packed_with(method: int, name: str = "xl/styles.xml") -> bytes:
    """A workbook whose directory says that a part is packed in another way than it is."""
    content = bytearray(excel(["a"], ["b"]))
    for mark, at_name, at_method in [(b"PK\x03\x04", 30, 8), (b"PK\x01\x02", 46, 10)]:
        start = content.find(name.encode()) if mark == b"PK\x03\x04" else content.rfind(name.encode())
        content[start - at_name + at_method] = method
    return bytes(content)


def with_a_password() -> bytes:
    content = bytearray(excel(["a"], ["b"]))
    start = content.rfind(b"xl/styles.xml")
    content[start - 46 + 8] |= 1
    content[content.find(b"xl/styles.xml") - 30 + 6] |= 1
    return bytes(content)


@pytest.mark.parametrize(
    "content",
    [
        packed_with(97),
        packed_with(12),
        with_a_password(),
        with_part("xl/styles.xml", (STYLES % '<xf nobody="knows"/>').encode()),
        with_sheet(SHEET % ('<row r="word"><c r="A1"><v>1</v></c></row>', "")),
        with_sheet(SHEET % ('<row r="1"><c r="A1" t="s"><v>99</v></c></row>', "")),
        with_sheet(SHEET % ('<row r="1"><c r="A1" t="d"><v>never</v></c></row>', "")),
    ],
    ids=["rare packing", "wrong packing", "password", "unknown style", "row of a word", "text of nobody", "no date"],
)
def test_whatever_the_library_stumbles_over_is_a_damaged_file(content):
    with pytest.raises(UnreadableError) as caught:
        read_table(content)

    assert str(caught.value) == str(spreadsheets.DAMAGED)


def test_a_list_of_many_rows_and_columns_is_read():
    cells = "".join(f'<c r="{letter}%d" t="inlineStr"><is><t>word %d</t></is></c>' for letter in "ABCDEFG")
    rows = "".join(f'<row r="{line}">{cells % tuple([line, line] * 7)}</row>' for line in range(1, 5_001))

    assert len(read_table(with_sheet(SHEET % (rows, ""))).rows) == 4_999


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", spreadsheets.EMPTY),
        (b" \n ; ; \n", spreadsheets.EMPTY),
        (b"x" * (5 * 1024 * 1024 + 1), spreadsheets.TOO_BIG),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), spreadsheets.OLD_EXCEL),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", spreadsheets.WRONG_TYPE),
        (zipped(**{"word/document.xml": b"<w/>"}), spreadsheets.WRONG_TYPE),
        (b"PK\x03\x04 and then nothing of the kind", spreadsheets.DAMAGED),
        (excel(["a"], ["b"])[:-200], spreadsheets.DAMAGED),
        (zipped(**{"xl/workbook.xml": b"<no"}), spreadsheets.DAMAGED),
        (with_sheet("<worksheet><sheetData><row"), spreadsheets.DAMAGED),
        (
            with_sheet('<!DOCTYPE w [<!ENTITY a "aaaa">]><worksheet><sheetData><row><c t="inlineStr"><is><t>&a;</t>'),
            spreadsheets.DAMAGED,
        ),
        (zipped(**{"xl/workbook.xml": b"<w/>", "xl/bomb.xml": bytes(101 * 1024 * 1024)}), spreadsheets.TOO_DENSE),
        (b"a\n" + b"b\n" * (MAX_ROWS + 1), spreadsheets.TOO_LONG),
        (
            with_sheet(
                '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
                '<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData></worksheet>'
            ),
            spreadsheets.TOO_LONG,
        ),
    ],
)
def test_what_cannot_be_read_gets_one_sentence(content, sentence):
    with pytest.raises(UnreadableError) as caught:
        read_table(content)

    assert str(caught.value) == str(sentence)


def test_twenty_thousand_rows_are_read():
    assert len(read_table(b"a\n" + b"b\n" * MAX_ROWS).rows) == MAX_ROWS


def test_a_sheet_that_claims_to_be_a_million_columns_wide_is_read_all_the_same():
    content = with_sheet(
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>'
    )

    assert read_table(content) == Table(("1",), ())
