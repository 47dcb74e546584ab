"""A report on paper: read aloud in order, the figures of the report, hidden cells hatched and said so."""

import io
import re
import subprocess
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from django.utils.translation import override
from pypdf import PdfReader

from reports.columns import Column, Report, Table
from reports.formats import Making, to_pdf
from tests.certificates.verifiers.programs import by_verapdf

MAKING = Making("Иванова Мария", datetime(2026, 3, 31, 9, 15), "R4")  # noqa: DTZ001 – spreadsheets hold local time
ROWS: list[dict[str, Any]] = [
    {"agency": "a", "name": "Кабінет «Ёлка»", "confirmed": 12, "attendance_rate": 0.816, "provisional": False},
    {"agency": "b", "name": "Clinic", "confirmed": None, "attendance_rate": None, "provisional": True},
]
REPORT = Report(
    name="agencies",
    title="Agencies compared",
    columns=[
        Column("agency", "Agency", "text"),
        Column("name", "Name", "text"),
        Column("confirmed", "Confirmed", "integer", counts="confirmed"),
        Column("attendance_rate", "Attendance rate", "share"),
        Column("provisional", "Provisional", "boolean"),
    ],
    rows=ROWS,
    totals={"confirmed": 15, "turn_up": None, "attendance_rate": 0.5, "completion_started": None},
    definitions={"attendance_rate": "Minutes credited ÷ planned.", "rows": "A row per agency.", "k": "Of its own."},
    filters={"agency": "moh", "subtree": "no"},
    period=(date(2026, 3, 1), date(2026, 3, 10)),
    audience="programme",
    hidden=[(1, "confirmed"), (1, "attendance_rate")],
)


def read(report: Report = REPORT, making: Making = MAKING) -> PdfReader:
    return PdfReader(io.BytesIO(to_pdf(report, making)))


def words(reader: PdfReader) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def tree(node: Any) -> Any:
    """(kind, kids) of the structure tree below a node; content is left out."""
    node = node.get_object()
    return node["/S"][1:], [tree(kid) for kid in node.get("/K", []) if not isinstance(kid, int)]


def body(reader: PdfReader) -> list[Any]:
    return tree(reader.root_object["/StructTreeRoot"]["/K"][0])[1]


def elements(node: Any, kind: str) -> list[Any]:
    node = node.get_object()
    found = [node] if node.get("/S") == f"/{kind}" else []
    return found + [each for kid in node.get("/K", []) if not isinstance(kid, int) for each in elements(kid, kind)]


def all_elements(reader: PdfReader, kind: str) -> list[Any]:
    return elements(reader.root_object["/StructTreeRoot"]["/K"][0], kind)


def rows_of(count: int) -> list[dict[str, Any]]:
    return [{**ROWS[0], "name": f"Agency {number}"} for number in range(1, count + 1)]


def test_the_document_says_what_it_is():
    with override("be"):
        reader = read()

    assert (reader.metadata.title, reader.root_object["/Lang"]) == ("R4 · Agencies compared", "be")
    assert reader.root_object["/MarkInfo"]["/Marked"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in reader.root_object["/Metadata"].get_data()


def test_the_first_page_says_who_asked_what_and_when():
    first = words(read())[0]

    for said in (
        "R4 · Migration Health Academy Agencies compared",
        "Period: 1–10 March 2026",
        "Asked for: Agency: moh, With the agencies below it: no",
        "Made by: Иванова Мария",
        "Made at: 31 March 2026, 09:15",
    ):
        assert said in first


def test_it_is_read_in_order_and_tables_as_tables():
    row = ("TR", [("TH", []), ("TD", []), ("TD", []), ("TD", [])])
    table = (
        "Table",
        [
            ("THead", [("TR", [("TH", [])] * 4)]),
            ("TBody", [row, row]),
            ("TFoot", [row]),
        ],
    )
    defined = ("LI", [("Lbl", []), ("LBody", [])])

    kinds = body(read())

    assert [each for each in kinds if each[0] != "P"] == [
        ("H1", []),
        ("H2", []),
        ("Figure", []),
        ("H2", []),
        table,
        ("H2", []),
        ("L", [defined, defined, ("LI", [("LBody", [])])]),
    ]


def test_headings_of_rows_and_columns_say_what_they_head():
    scopes = [str(each["/A"]["/Scope"]) for each in all_elements(read(), "TH")]
    assert scopes == ["/Column"] * 4 + ["/Row"] * 3


def test_a_picture_has_words_that_stand_for_it():
    (figure,) = all_elements(read(), "Figure")
    assert str(figure["/Alt"]).startswith("Attendance rate of agencies. ")


def test_a_tick_is_drawn_since_no_face_has_it():
    matrix = replace(
        REPORT,
        name="results-matrix",
        columns=[Column(key, key.capitalize(), "number") for key in ("actual", "target", "baseline")],
        rows=[{"indicator": "People", "actual": 3, "target": 2, "baseline": 0, "unit": "people", "reached": True}],
        totals={"indicators": 1, "indicators_reached": 1},
        hidden=[],
    )

    text = " ".join(words(read(matrix)))

    assert ("target reached" in text, "?" in text, "✓" in text) == (True, False, False)


def test_a_hidden_cell_says_so_and_is_explained():
    reader = read()

    hidden = [str(each["/ActualText"]) for each in all_elements(reader, "TD") if "/ActualText" in each]

    assert hidden == ["not shown", "not shown"]
    assert "* Hatched cells are empty on purpose" in words(reader)[-1]


def test_a_report_that_hides_nothing_explains_nothing():
    assert "Hatched" not in " ".join(words(read(replace(REPORT, rows=ROWS[:1], hidden=[]))))


def test_what_is_provisional_names_the_open_registers():
    report = replace(
        REPORT,
        provisional=True,
        unsigned=["Round table, session 2"],
        definitions={**REPORT.definitions, "provisional": "Not all is recorded."},
    )

    text = words(read(report))[0]

    assert "Provisional Not all is recorded. 1 register is not signed: – Round table, session 2" in text


def test_a_long_table_has_its_heads_on_every_page_and_every_row_once():
    pages = words(read(replace(REPORT, rows=rows_of(150), hidden=[])))

    assert [f"page {number} of {len(pages)}" in text for number, text in enumerate(pages, start=1)] == [True] * len(
        pages
    )
    with_rows = [text for text in pages if "81 %" in text.replace("\N{NO-BREAK SPACE}", " ") and "Agency 1" in text]
    assert len(with_rows) > 3
    assert all("Name Confirmed Attendance" in text for text in with_rows[1:])
    # The picture names the largest as well.
    table = " ".join(pages).partition("Figures")[2]
    assert [table.count(f"Agency {number} ") for number in range(1, 151)] == [1] * 150


def test_the_heads_of_a_long_table_are_read_once():
    report = replace(REPORT, rows=rows_of(150), hidden=[])
    assert len(all_elements(read(report), "THead")) == 1


def test_sheets_are_upright_and_a_wide_table_lies_across():
    wide = [Column(f"c{number}", f"Competence {number}", "integer") for number in range(9)]
    reader = read(replace(REPORT, columns=[*REPORT.columns, *wide]))

    sizes = [(round(page.mediabox.width), round(page.mediabox.height)) for page in reader.pages]

    assert (sizes[0], sizes[-1]) == ((595, 842), (842, 595))


def test_a_wide_table_without_pictures_lies_across_from_the_first_page_on():
    wide = [Column(f"c{number}", f"Competence {number}", "integer") for number in range(9)]
    (page,) = read(replace(REPORT, name="plain", columns=[*REPORT.columns, *wide])).pages
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (842, 595)


def test_a_column_that_says_nothing_is_not_printed():
    notes = [Column("why", "Reasons", "text"), Column("note", "Notes", "text")]
    rows = [{**ROWS[0], "why": "", "note": "late"}, {**ROWS[0], "why": None}]
    report = replace(REPORT, name="plain", columns=[*REPORT.columns, *notes], rows=rows, hidden=[])
    text = words(read(report))[0]
    assert ("Reasons" in text, "Notes" in text) == (False, True)


def test_more_columns_than_a_sheet_holds_come_in_parts_each_with_the_name():
    many = [Column(f"c{number}", f"Competence {number}", "integer") for number in range(40)]
    rows = [{"name": "Clinic", **{f"c{number}": number for number in range(40)}}]
    reader = read(Report("x", "Wide", [Column("name", "Name", "text"), *many], rows, {}, {}))

    text = " ".join(words(reader))

    parts = len(all_elements(reader, "Table"))
    assert parts > 1
    assert [f"Columns, part {part} of {parts}" in text for part in range(1, parts + 1)] == [True] * parts
    assert text.count("Clinic") == parts
    assert sum(text.count(f"Competence {number} ") for number in range(40)) >= 40


def test_sessions_stand_beside_each_other_with_words_and_minutes():
    cell = {"status": "late", "minutes": 50, "planned": 60}
    report = Report(
        name="agency-attendance",
        title="Attendance",
        columns=[Column("person", "Code", "text"), Column("name", "Name", "text"), Column("sessions", "S", "sessions")],
        rows=[
            {"person": "p1", "name": "Anna", "sessions": {"2": cell}},
            {"person": "p2", "name": "Ben", "sessions": {}},
        ],
        totals={},
        definitions={},
        codes={"status": {"late": "came late"}},
    )

    assert "Name Code Session 2 Anna p1 came late 50 of 60 Ben p2" in words(read(report))[0]


def test_two_way_tables_are_two_way_on_paper():
    cells = [("a", "x", 5), ("a", "y", None), ("b", "x", 0), ("b", "y", 7)]
    rows = [{"table": "t", "row": row, "column": column, "value": value} for row, column, value in cells]
    report = Report(
        name="disaggregation",
        title="Two ways",
        columns=[],
        rows=rows,
        totals={},
        definitions={},
        hidden=[(1, "value")],
        codes={"table": {"t": "This by that"}, "row": {"a": "One", "b": "Two"}, "column": {"x": "Left", "y": "Right"}},
    )

    assert "This by that Left Right One 5 * Two 0 7 * Hatched" in words(read(report))[0]


def test_further_tables_follow_with_their_titles():
    table = Table("more", "With those below", [Column("name", "Name", "text")], [{"name": "Ministry"}])
    assert "With those below Name Ministry" in " ".join(words(read(replace(REPORT, tables=[table]))))


def test_an_empty_report_says_so():
    text = " ".join(words(read(replace(REPORT, rows=[], hidden=[]))))
    assert "Nothing to count here yet" in text


def test_the_same_report_gives_the_same_bytes():
    assert to_pdf(REPORT, MAKING) == to_pdf(REPORT, MAKING)


@pytest.mark.parametrize(("language", "said"), [("ru", "страница 1 из 1"), ("be", "старонка 1 з 1")])
def test_it_speaks_the_language_of_the_reader(language, said):
    with override(language):
        assert said in words(read())[0]


@pytest.mark.deep
def test_another_program_reads_it_aloud_in_order(tmp_path):
    file = tmp_path / "report.pdf"
    file.write_bytes(to_pdf(REPORT, MAKING))

    said = subprocess.run(["pdfinfo", "-struct-text", str(file)], capture_output=True, text=True, check=True).stdout

    texts = re.findall(r'"(.*)"', said)
    order = ["Agencies compared ", "Attendance rate of agencies ", "Figures ", "Confirmed ", "Clinic ", "All "]
    places = [texts.index(text) for text in order]
    assert places == sorted(places)
    assert re.findall(r"^ *(Table|THead|TBody|TFoot|L)\b", said, re.MULTILINE) == [
        "Table",
        "THead",
        "TBody",
        "TFoot",
        "L",
    ]


@pytest.mark.deep
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_verapdf_finds_nothing(tmp_path):
    many = [Column(f"c{number}", f"Competence {number}", "integer") for number in range(40)]
    reports = {
        "protected": REPORT,
        "long": replace(REPORT, rows=rows_of(150), hidden=[]),
        "wide": replace(REPORT, columns=[*REPORT.columns, *many]),
        "empty": replace(REPORT, rows=[], hidden=[]),
    }
    files = [tmp_path / f"{name}.pdf" for name in reports]
    for file, report in zip(files, reports.values(), strict=True):
        file.write_bytes(to_pdf(report, MAKING))

    found = by_verapdf(files, ["3a", "ua1"])

    assert [(each.file, each.standard, each.broken) for each in found if each.broken] == []
    assert len(found) == 2 * len(files)
