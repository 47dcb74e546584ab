"""A report as a workbook, written row by row so that its size does not matter.

The first sheet says what the report is and defines its figures, the second holds the data under translated headings
with the stable keys below them, further tables have sheets of their own, the last lists the codes. No text passes for a
formula. A cell that protects somebody is empty, never 0, and a column at the end names it.
"""

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from core.files import harmless
from reports import wording
from reports.columns import Column, Report, Row, flat_columns, flat_row
from reports.formats.making import EVERY, Making, Tell, nobody
from reports.formats.plain import flagged_rows, hidden_column, spread_labels

# Widths in letters: of what is in a column, but never so narrow that its heading breaks in words, nor a page wide.
NARROWEST, WIDEST = 8, 48
# So many rows say how wide a column has to be.
_MEASURED = 200
_LONGEST_NAME = 31

_FORMATTED = {"share": "share", "points": "share", "number": "number", "probability": "probability"}


def to_xlsx(report: Report, making: Making, tell: Tell = nobody) -> bytes:
    """Return the workbook; `tell` hears how many rows of the report are written."""
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"constant_memory": True}) as workbook:
        workbook.set_properties({"title": report.title, "author": making.who, "created": making.moment})
        formats = {
            "title": workbook.add_format({"bold": True, "font_size": 16}),
            "heading": workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
            "key": workbook.add_format({"italic": True, "font_color": "#4B5768", "bottom": 1}),
            "label": workbook.add_format({"bold": True, "valign": "top", "text_wrap": True}),
            "wrapped": workbook.add_format({"text_wrap": True, "valign": "top"}),
            "share": workbook.add_format({"num_format": "0%"}),
            "number": workbook.add_format({"num_format": "0.00"}),
            "probability": workbook.add_format({"num_format": "0.000"}),
            "date": workbook.add_format({"num_format": "dd.mm.yyyy"}),
        }
        columns = [*flat_columns(report, spread_labels()), *hidden_column(report)]
        names = _sheet_names([_("About"), _("Data"), *(table.title for table in report.tables), _("Codes")])
        _write_about(workbook.add_worksheet(next(names)), report, making, formats)
        rows = _told(flagged_rows(report), tell)
        _write_data(workbook.add_worksheet(next(names)), columns, rows, formats)
        for table in report.tables:
            _write_data(workbook.add_worksheet(next(names)), table.columns, table.rows, formats)
        _write_codes(workbook.add_worksheet(next(names)), report, formats)
    return data.getvalue()


def _told(rows: Iterable[Row], tell: Tell) -> Iterator[Row]:
    for number, row in enumerate(rows, start=1):
        yield row
        if number % EVERY == 0:
            tell(number)


def _sheet_names(titles: Iterable[str]) -> Iterator[str]:
    """Yield names that Excel takes: at most 31 letters, without signs that mean something, each once."""
    taken: set[str] = set()
    for title in titles:
        name = re.sub(r"[\[\]:*?/\\]", " ", title).strip("' ")[:_LONGEST_NAME].strip()
        number = 2
        plain = name
        while name.casefold() in taken:
            name = f"{plain[: _LONGEST_NAME - 3]} {number}"
            number += 1
        taken.add(name.casefold())
        yield name


def _write_about(sheet: Any, report: Report, making: Making, formats: Mapping[str, Any]) -> None:
    sheet.set_column(0, 0, 36)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, report.title, formats["title"])
    lines = [
        *([(_("Number"), making.number)] if making.number else []),
        (_("Period"), wording.period_of(report) or "–"),
        (_("Asked for"), wording.asked_of(report) or "–"),
        (_("Made by"), making.who),
        (_("Made at"), making.moment.isoformat(sep=" ", timespec="minutes")),
    ]
    if report.provisional:
        lines.append((_("Provisional"), "\n".join([report.definitions["provisional"], *report.unsigned])))
    if report.hidden:
        lines.append(
            (_("Empty cells"), _("The last column of the data names cells that are empty to protect somebody."))
        )
    flat = flat_columns(report, spread_labels())
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
    for number, (part, name) in enumerate((("label", "heading"), ("key", "key"))):
        for place, column in enumerate(columns):
            sheet.write_string(number, place, getattr(column, part), formats[name])
    widths = [_heading_width(column) for column in columns]
    last = 1
    for last, row in enumerate(rows, start=2):
        _write_row(sheet, last, columns, row, formats)
        if last < _MEASURED:
            widths = [max(width, _width(row.get(each.key))) for width, each in zip(widths, columns, strict=True)]
    for place, width in enumerate(widths):
        sheet.set_column(place, place, min(width, WIDEST))
    if columns:
        sheet.freeze_panes(2, min(2, len(columns) - 1))
        # The arrows stand at the keys: in the row above them Excel would take the keys for data.
        sheet.autofilter(1, 0, last, len(columns) - 1)


def _write_row(sheet: Any, number: int, columns: Sequence[Column], row: Row, formats: Mapping[str, Any]) -> None:
    for place, column in enumerate(columns):
        value = row.get(column.key)
        if type(value) is int and column.type == "integer" and not column.unit:  # most cells of the longest reports
            sheet.write_number(number, place, value)
        elif value is not None and value != "":
            _write_cell(sheet, (number, place), value, column.type_in(row), formats)


def _heading_width(column: Column) -> int:
    """Headings break between words, keys do not; the arrow of the filter takes three letters."""
    return max(NARROWEST, len(column.key) + 3, *map(len, column.label.split()))


def _width(value: Any) -> int:
    """Dates and numbers are shown shorter or longer than they are stored."""
    if isinstance(value, date):
        return 11
    return 8 if isinstance(value, float) else len(str(value)) + 1


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
    sheet.set_column(0, 1, 24)
    sheet.set_column(2, 2, WIDEST)
    for place, label in enumerate((_("Column"), _("Code"), _("Meaning"))):
        sheet.write_string(0, place, label, formats["heading"])
    sheet.freeze_panes(1, 0)
    lines = [(key, code, text) for key, words in report.codes.items() for code, text in words.items()]
    for number, line in enumerate(lines, start=1):
        for place, text in enumerate(line):
            sheet.write_string(number, place, harmless(text))
