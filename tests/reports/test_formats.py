import csv
import io
import json
from datetime import date, datetime
from typing import Any

import pytest
from django.utils.translation import override
from openpyxl import load_workbook

from reports.columns import Column, Report
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
        ["Period", "2026-03-01 – …"],
        ["Asked for", "agency: clinic"],
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
