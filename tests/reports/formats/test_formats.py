import csv
import io
import json
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from django.utils.translation import override
from openpyxl import load_workbook

from reports.columns import Column, Report, Table
from reports.formats import Making, rendered, to_csv, to_json, to_xlsx

MAKING = Making("Иванова Мария", datetime(2026, 3, 31, 9, 15))  # noqa: DTZ001 – spreadsheets hold local time
ROWS: list[dict[str, Any]] = [
    {
        "name": "Кавалёва Ганна",
        "sessions": {"1": {"status": "present", "minutes": 60, "planned": 60}},
        "minutes": 60,
        "share": 0.8166666666666667,
        "can_reach": True,
        "day": date(2026, 3, 9),
    },
    {"name": "=HYPERLINK(1)", "sessions": {}, "minutes": 0, "share": None, "can_reach": False, "day": None},
]
REPORT = Report(
    name="a-report",
    title="A report",
    columns=[
        Column("name", "Name", "text"),
        Column("sessions", "Sessions", "sessions"),
        Column("minutes", "Minutes", "integer"),
        Column("share", "Share", "share"),
        Column("can_reach", "Can reach", "boolean"),
        Column("day", "Day", "date"),
    ],
    rows=ROWS,
    totals={"people": 2, "share": 0.5},
    definitions={"share": "Minutes credited ÷ planned.", "provisional": "Not all is recorded."},
    filters={"agency": "clinic"},
    period=(date(2026, 3, 1), None),
    provisional=True,
    codes={"status": {"present": "there"}},
)


def workbook(report: Report = REPORT):
    return load_workbook(io.BytesIO(to_xlsx(report, MAKING)))


def cells(sheet) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_json_holds_everything_as_it_is():
    assert json.loads(to_json(REPORT)) == {
        "report": "a-report",
        "period": {"from": "2026-03-01", "to": None},
        "filters": {"agency": "clinic"},
        "audience": "agency",
        "provisional": True,
        "definitions": {"share": "Minutes credited ÷ planned.", "provisional": "Not all is recorded."},
        "columns": [
            {"key": "name", "label": "Name", "type": "text"},
            {"key": "sessions", "label": "Sessions", "type": "sessions"},
            {"key": "minutes", "label": "Minutes", "type": "integer"},
            {"key": "share", "label": "Share", "type": "share"},
            {"key": "can_reach", "label": "Can reach", "type": "boolean"},
            {"key": "day", "label": "Day", "type": "date"},
        ],
        "rows": [{**ROWS[0], "day": "2026-03-09"}, ROWS[1]],
        "totals": {"people": 2, "share": 0.5},
        "hidden": [],
    }


def test_csv_has_a_mark_keys_and_harmless_texts():
    assert to_csv(REPORT).startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(to_csv(REPORT).decode("utf-8-sig")))) == [
        ["name", "session_1_status", "session_1_minutes", "session_1_planned", "minutes", "share", "can_reach", "day"],
        ["Кавалёва Ганна", "present", "60", "60", "60", "0.8166666666666667", "true", "2026-03-09"],
        ["'=HYPERLINK(1)", "", "", "", "0", "", "false", ""],
    ]


@pytest.mark.parametrize("language", ["ru", "be"])
def test_csv_has_semicolons_and_decimal_commas_where_spreadsheets_expect_them(language):
    with override(language):
        lines = list(csv.reader(io.StringIO(to_csv(REPORT).decode("utf-8-sig")), delimiter=";"))

    assert lines[0][:2] == ["name", "session_1_status"]
    assert lines[1][5] == "0,8166666666666667"


def test_the_first_sheet_says_what_it_is_and_defines_its_figures():
    assert [[value for value in row if value is not None] for row in cells(workbook().worksheets[0])] == [
        ["A report"],
        [],
        ["Period", "from 1 March 2026 on"],
        ["Asked for", "Agency: clinic"],
        ["Made by", "Иванова Мария"],
        ["Made at", "2026-03-31 09:15"],
        ["Provisional", "Not all is recorded."],
        [],
        ["Totals"],
        ["people", 2],
        ["Share (share)", 0.5],
        [],
        ["Definitions"],
        ["Share (share)", "Minutes credited ÷ planned."],
        ["provisional", "Not all is recorded."],
    ]


def test_the_second_sheet_has_headings_keys_and_typed_values():
    sheet = workbook().worksheets[1]

    day = datetime(2026, 3, 9)  # noqa: DTZ001 – so does openpyxl
    assert cells(sheet) == [
        ["Name", "Session 1", "Session 1: minutes credited", "Session 1: minutes planned", "Minutes", "Share",
         "Can reach", "Day"],
        ["name", "session_1_status", "session_1_minutes", "session_1_planned", "minutes", "share", "can_reach", "day"],
        ["Кавалёва Ганна", "present", 60, 60, 60, pytest.approx(0.8166666666666667), True, day],
        ["'=HYPERLINK(1)", None, None, None, 0, None, False, None],
    ]  # fmt: skip
    assert sheet.freeze_panes == "C3"
    assert (sheet["F3"].number_format, sheet["H3"].number_format) == ("0%", "dd.mm.yyyy")
    assert sheet["A4"].data_type != "f"


def test_the_last_sheet_lists_the_codes():
    assert cells(workbook().worksheets[-1]) == [["Column", "Code", "Meaning"], ["status", "present", "there"]]


def test_the_same_report_gives_the_same_workbook():
    assert cells(workbook().worksheets[1]) == cells(workbook().worksheets[1])
    assert to_xlsx(REPORT, MAKING) == to_xlsx(REPORT, MAKING)


def test_a_report_without_rows_is_a_file_with_headings():
    empty = Report(name="e", title="E", columns=REPORT.columns[:1], rows=[], totals={}, definitions={})

    assert to_csv(empty).decode("utf-8-sig") == "name\r\n"
    assert cells(workbook(empty).worksheets[1]) == [["Name"], ["name"]]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_begins_like_a_formula(start):
    report = Report(
        name="e",
        title="E",
        columns=REPORT.columns[:1],
        rows=[{"name": f"{start}1+1"}],
        totals={},
        definitions={},
    )

    assert list(csv.reader(io.StringIO(to_csv(report).decode("utf-8-sig"), newline="")))[1] == [f"'{start}1+1"]
    assert cells(workbook(report).worksheets[1])[2][0].startswith("'")


@pytest.mark.parametrize(("kind", "start"), [("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf"), ("json", b"{")])
def test_a_report_is_rendered_as_each_kind(kind, start):
    assert rendered(REPORT, kind, MAKING).startswith(start)


def test_what_has_several_columns_is_spread_in_files_and_whole_in_json():
    report = Report(
        name="e",
        title="E",
        columns=[Column("p", "P", "probability"), Column("ci", "Interval", "interval", of="points")],
        rows=[{"p": 0.0123, "ci": (-0.05, 0.25)}, {"p": None, "ci": None}],
        totals={"p": 0.5, "ci": (0.0, 0.1)},
        definitions={"ci": "From where to where."},
    )

    assert to_csv(report).decode("utf-8-sig").splitlines() == ["p,ci_low,ci_high", "0.0123,-0.05,0.25", ",,"]
    assert [row["ci"] for row in json.loads(to_json(report))["rows"]] == [[-0.05, 0.25], None]
    data = workbook(report).worksheets[1]
    assert cells(data)[:3] == [
        ["P", "Interval, from", "Interval, to"],
        ["p", "ci_low", "ci_high"],
        [0.0123, -0.05, 0.25],
    ]
    assert [data.cell(3, place).number_format for place in (1, 2)] == ["0.000", "0%"]
    about = [[value for value in row if value is not None] for row in cells(workbook(report).worksheets[0])]
    assert ["Interval, to (ci_high)", 0.1] in about
    assert ["Interval (ci)", "From where to where."] in about


PROTECTED = Report(
    name="protected",
    title="Protected",
    columns=[
        Column("agency", "Agency", "text"),
        Column("started", "Started", "integer"),
        Column("rate", "Rate", "share"),
    ],
    rows=[
        {"agency": "a", "started": None, "rate": None},
        {"agency": "b", "started": 0, "rate": None},
        {"agency": "c", "started": 12, "rate": 0.5},
    ],
    totals={},
    definitions={},
    audience="programme",
    hidden=[(0, "started"), (0, "rate")],
)


def test_a_hidden_cell_is_empty_in_csv_and_named_in_a_column_of_its_own():
    assert list(csv.reader(io.StringIO(to_csv(PROTECTED).decode("utf-8-sig")))) == [
        ["agency", "started", "rate", "hidden"],
        ["a", "", "", "started rate"],
        ["b", "0", "", ""],
        ["c", "12", "0.5", ""],
    ]


def test_a_hidden_cell_is_empty_in_a_workbook_and_named_in_a_column_of_its_own():
    assert cells(workbook(PROTECTED).worksheets[1]) == [
        ["Agency", "Started", "Rate", "Cells left empty to protect somebody"],
        ["agency", "started", "rate", "hidden"],
        ["a", None, None, "started rate"],
        ["b", 0, None, None],
        ["c", 12, 0.5, None],
    ]


def test_a_report_for_the_own_agency_has_no_column_of_hidden_cells():
    assert [cell.value for cell in workbook().worksheets[1][2]][-1] == "day"


def test_the_data_can_be_filtered_below_frozen_headings():
    sheet = workbook(PROTECTED).worksheets[1]
    assert (sheet.auto_filter.ref, sheet.freeze_panes) == ("A2:D5", "C3")


def test_columns_are_as_wide_as_what_is_in_them_and_never_a_page():
    rows = [{"agency": "A name of some length", "started": 7, "rate": 0.5}, {"agency": "x" * 300}]
    sheet = workbook(replace(PROTECTED, rows=rows[:1], hidden=[])).worksheets[1]
    long = workbook(replace(PROTECTED, rows=rows, hidden=[])).worksheets[1]
    widths = [round(sheet.column_dimensions[letter].width) for letter in "ABC"]
    assert (widths, round(long.column_dimensions["A"].width)) == ([23, 11, 9], 49)


def test_sheets_have_names_that_excel_takes():
    titles = [
        "A very long title of a table about answers",
        "A very long title of a table about places",
        "In/out: [all]?",
    ]
    tables = [Table(str(number), title, [Column("a", "A", "text")], []) for number, title in enumerate(titles)]
    assert workbook(replace(REPORT, tables=tables)).sheetnames == [
        "About",
        "Data",
        "A very long title of a table ab",
        "A very long title of a table 2",
        "In out   all",
        "Codes",
    ]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_no_text_passes_for_a_formula_anywhere(sign):
    bad = f"{sign}1+1"
    report = replace(
        REPORT,
        rows=[{**ROWS[0], "name": bad}],
        definitions={"share": bad, "provisional": bad},
        codes={"status": {"present": bad}},
        tables=[Table("more", "More", [Column("name", "Name", "text")], [{"name": bad}])],
    )

    texts = [str(cell.value) for sheet in workbook(report) for row in sheet for cell in row if cell.value is not None]
    lines = [cell for row in csv.reader(io.StringIO(to_csv(report).decode("utf-8-sig"))) for cell in row]

    assert [text for text in (*texts, *lines) if text.startswith(sign)] == []
    # So a workbook writes a carriage return.
    harmless = {f"'{bad}", f"'{bad}".replace("\r", "_x000D_")}
    assert sum(text in harmless for text in texts) == 6


def test_files_say_how_far_they_are():
    heard: dict[str, list[int]] = {"csv": [], "xlsx": []}
    report = replace(PROTECTED, rows=[{"agency": "a"}] * 2500, hidden=[])
    for kind, told in heard.items():
        rendered(report, kind, MAKING, told.append)
    assert heard == {"csv": [1000, 2000], "xlsx": [1000, 2000]}
