"""A report as a file: XLSX, CSV or JSON, in the language that is active. Values in, bytes out.

XLSX: the first sheet says what the report is and defines its figures, the second holds the data under translated
headings with the stable keys below them, further tables have sheets of their own, the last lists the codes. CSV: one
line of stable keys, then the data; in Russian and Belarusian with semicolons and decimal commas, as spreadsheet
programs there expect it. Both have a mark that tells Excel the encoding, and neither lets a text pass for a formula.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import xlsxwriter
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.files import harmless
from reports.columns import Column, Report, Row, Table, flat_columns, flat_row

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}
_WIDTHS = {
    "text": 28, "code": 14, "integer": 12, "number": 12, "probability": 12, "share": 10, "points": 10, "boolean": 12,
    "date": 12,
}  # fmt: skip
_FORMATTED = {"share": "share", "points": "share", "number": "number", "probability": "probability"}


@dataclass(frozen=True)
class Making:
    """Who made the file and when; `moment` is local time without a zone, as spreadsheets hold it."""

    who: str
    moment: datetime


def to_json(report: Report) -> bytes:
    """Return the report as JSON: dates in ISO 8601, shares as fractions, undefined figures null."""
    document = {
        "report": report.name,
        "period": dict(zip(("from", "to"), map(_iso, report.period), strict=True)),
        "filters": dict(report.filters),
        "audience": report.audience,
        "provisional": report.provisional,
        "definitions": dict(report.definitions),
        "columns": _json_columns(report.columns),
        "rows": list(report.rows),
        "totals": report.totals,
        "hidden": [list(cell) for cell in report.hidden],
    }
    if report.tables:
        document["tables"] = {table.key: _json_table(table) for table in report.tables}
    return (json.dumps(document, ensure_ascii=False, indent=1, default=_iso) + "\n").encode()


def _json_table(table: Table) -> dict[str, Any]:
    return {"title": table.title, "columns": _json_columns(table.columns), "rows": list(table.rows)}


def _json_columns(columns: Sequence[Column]) -> list[dict[str, str]]:
    return [{"key": column.key, "label": column.label, "type": column.type} for column in columns]


def to_csv(report: Report) -> bytes:
    """Return the rows as CSV in UTF-8 with a byte order mark."""
    local = get_language() in {"ru", "be"}
    columns = flat_columns(report, _labels())
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";" if local else ",", lineterminator="\r\n")
    writer.writerow([column.key for column in columns])
    for row in report.rows:
        flat = flat_row(row)
        writer.writerow([_csv_cell(flat.get(column.key), "," if local else ".") for column in columns])
    return text.getvalue().encode("utf-8-sig")


def to_xlsx(report: Report, making: Making) -> bytes:
    """Return the report as a workbook, written row by row so that its size does not matter."""
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"constant_memory": True}) as workbook:
        workbook.set_properties({"title": report.title, "author": making.who, "created": making.moment})
        formats = {
            "title": workbook.add_format({"bold": True, "font_size": 16}),
            "heading": workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
            "key": workbook.add_format({"italic": True, "font_color": "#4B5768", "bottom": 1}),
            "label": workbook.add_format({"bold": True, "valign": "top"}),
            "wrapped": workbook.add_format({"text_wrap": True, "valign": "top"}),
            "share": workbook.add_format({"num_format": "0%"}),
            "number": workbook.add_format({"num_format": "0.00"}),
            "probability": workbook.add_format({"num_format": "0.000"}),
            "date": workbook.add_format({"num_format": "dd.mm.yyyy"}),
        }
        _write_about(workbook.add_worksheet(_("About")), report, making, formats)
        rows = map(flat_row, report.rows)
        _write_data(workbook.add_worksheet(_("Data")), flat_columns(report, _labels()), rows, formats)
        for table in report.tables:
            _write_data(workbook.add_worksheet(table.title), table.columns, table.rows, formats)
        _write_codes(workbook.add_worksheet(_("Codes")), report, formats)
    return data.getvalue()


def _write_about(sheet: Any, report: Report, making: Making, formats: Mapping[str, Any]) -> None:
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, report.title, formats["title"])
    lines = [
        (_("Period"), " – ".join(_iso(day) or "…" for day in report.period) if any(report.period) else "–"),
        (_("Asked for"), ", ".join(f"{name}: {code}" for name, code in report.filters.items()) or "–"),
        (_("Made by"), making.who),
        (_("Made at"), making.moment.isoformat(sep=" ", timespec="minutes")),
    ]
    if report.provisional:
        lines.append((_("Provisional"), report.definitions["provisional"]))
    flat = flat_columns(report, _labels())
    columns = {column.key: column for column in (*report.columns, *report.of_totals, *flat)}
    names = {key: f"{column.label} ({key})" for key, column in columns.items()}
    number = 2
    for label, value in lines:
        number = _write_line(sheet, number, label, value, formats)
    sheet.write_string(number + 1, 0, _("Totals"), formats["heading"])
    number += 2
    for key, value in flat_row(report.totals).items():
        sheet.write_string(number, 0, names.get(key, key), formats["label"])
        if value is not None:
            _write_cell(sheet, (number, 1), value, columns[key].type if key in columns else "integer", formats)
        number += 1
    sheet.write_string(number + 1, 0, _("Definitions"), formats["heading"])
    number += 2
    for key, text in report.definitions.items():
        number = _write_line(sheet, number, names.get(key, key), text, formats)


def _write_line(sheet: Any, number: int, label: str, value: str, formats: Mapping[str, Any]) -> int:
    sheet.write_string(number, 0, label, formats["label"])
    sheet.write_string(number, 1, harmless(value), formats["wrapped"])
    return number + 1


def _write_data(sheet: Any, columns: Sequence[Column], rows: Iterable[Row], formats: Mapping[str, Any]) -> None:
    for place, column in enumerate(columns):
        sheet.set_column(place, place, _WIDTHS[column.type])
    sheet.freeze_panes(2, 2)
    for number, (part, name) in enumerate((("label", "heading"), ("key", "key"))):
        for place, column in enumerate(columns):
            sheet.write_string(number, place, getattr(column, part), formats[name])
    for number, row in enumerate(rows, start=2):
        for place, column in enumerate(columns):
            value = row.get(column.key)
            if value is not None and value != "":
                _write_cell(sheet, (number, place), value, column.type_in(row), formats)


def _write_cell(sheet: Any, place: tuple[int, int], value: Any, type_: str, formats: Mapping[str, Any]) -> None:
    if isinstance(value, str):
        sheet.write_string(*place, harmless(value))
    elif isinstance(value, bool):
        sheet.write_boolean(*place, value)
    elif isinstance(value, date):
        sheet.write_datetime(*place, value, formats["date"])
    else:
        sheet.write_number(*place, value, formats.get(_FORMATTED.get(type_, "")))


def _write_codes(sheet: Any, report: Report, formats: Mapping[str, Any]) -> None:
    sheet.set_column(0, 2, 28)
    for place, label in enumerate((_("Column"), _("Code"), _("Meaning"))):
        sheet.write_string(0, place, label, formats["heading"])
    lines = [(key, code, text) for key, words in report.codes.items() for code, text in words.items()]
    for number, line in enumerate(lines, start=1):
        for place, text in enumerate(line):
            sheet.write_string(number, place, text)


def _labels() -> dict[str, str]:
    return {
        "status": _("Session %(number)d"),
        "minutes": _("Session %(number)d: minutes credited"),
        "planned": _("Session %(number)d: minutes planned"),
        "low": _("%(label)s, from"),
        "high": _("%(label)s, to"),
        "reasons": _("%(label)s: %(name)s"),
        "answers": _("%(label)s: %(name)s"),
    }


def _csv_cell(value: Any, decimal_sign: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value).replace(".", decimal_sign)
    if isinstance(value, date):
        return value.isoformat()
    return harmless(value) if isinstance(value, str) else str(value)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def rendered(report: Report, kind: str, making: Making) -> bytes:
    """Return the report as a file of a kind of `TYPES`."""
    if kind == "xlsx":
        return to_xlsx(report, making)
    return to_csv(report) if kind == "csv" else to_json(report)
