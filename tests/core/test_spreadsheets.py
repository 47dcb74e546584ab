"""Tables that people send: every office program, every encoding, and files made to do harm."""

import doctest
import io
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


def with_sheet(xml: str) -> bytes:
    """A workbook whose first sheet is replaced."""
    source, out = zipfile.ZipFile(io.BytesIO(excel(["a"], ["b"]))), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for part in source.infolist():
            content = xml.encode() if part.filename == "xl/worksheets/sheet1.xml" else source.read(part)
            package.writestr(part.filename, content)
    return out.getvalue()


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
