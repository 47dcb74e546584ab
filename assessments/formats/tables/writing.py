"""A table of questions as a file: XLSX or CSV under headings in a language, and the template that shows how."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import override

from assessments.formats.item import Item
from assessments.formats.shares import percent_of
from assessments.formats.tables.cells import COMMA_LANGUAGES, Cell, Row, in_words, keys_of, rows_of, safe
from assessments.formats.tables.columns import BY_KEY, TYPES, heading_of
from assessments.formats.tables.examples import examples
from assessments.formats.tables.guide import write_guide

# The files must be the same for the same questions.
_MADE = datetime(2026, 1, 1)  # noqa: DTZ001 – a workbook keeps local time without a zone
_LAST_LINE = 20_000


def write_xlsx(items: Sequence[Item], language: str) -> bytes:
    """Return a workbook: the questions, and a second sheet that says how to fill in the first."""
    rows = rows_of(items, language)
    data = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with override(language), xlsxwriter.Workbook(data, options) as workbook:
        workbook.set_properties({"title": _("Questions"), "created": _MADE})
        _write_questions(workbook, rows, language)
        write_guide(workbook, language)
    return data.getvalue()


def write_csv(items: Sequence[Item], language: str) -> bytes:
    """Return the questions as CSV in UTF-8 with a byte order mark, with the separators of spreadsheets there."""
    rows = rows_of(items, language)
    keys = keys_of(rows)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";" if language in COMMA_LANGUAGES else ",", lineterminator="\r\n")
    writer.writerow([heading_of(key, language) for key in keys])
    for row in rows:
        writer.writerow([safe(in_words(row.get(key, ""), language)) for key in keys])
    return text.getvalue().encode("utf-8-sig")


def template(language: str, kind: str) -> bytes:
    """Return a table with an example of each type in that language; `kind` is "xlsx" or "csv"."""
    write = write_xlsx if kind == "xlsx" else write_csv
    return write(examples(language), language)


def _write_questions(workbook: Any, rows: Sequence[Row], language: str) -> None:
    keys = keys_of(rows)
    formats = {
        "heading": workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
        "wrapped": workbook.add_format({"text_wrap": True, "valign": "top"}),
        "percent": workbook.add_format({"num_format": "0%", "valign": "top"}),
        "decimals": workbook.add_format({"num_format": "0.00000%", "valign": "top"}),
    }
    sheet = workbook.add_worksheet(_("Questions"))
    for place, key in enumerate(keys):
        sheet.set_column(place, place, BY_KEY[key.partition(" ")[0]].width, formats["wrapped"])
        sheet.write_string(0, place, heading_of(key, language), formats["heading"])
    sheet.freeze_panes(1, keys.index("type") + 1)
    # A number is kept as it was typed, with the decimal sign of the language.
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    types = [TYPES.word(each, language) for each in TYPES]
    place = keys.index("type")
    # Other words are understood as well, so the list offers and does not forbid.
    sheet.data_validation(1, place, _LAST_LINE, place, {"validate": "list", "source": types, "show_error": False})
    for line, row in enumerate(rows, start=1):
        for at, key in enumerate(keys):
            if key in row:
                _write_cell(sheet, (line, at), row[key], formats)


def _write_cell(sheet: Any, place: tuple[int, int], cell: Cell, formats: Mapping[str, Any]) -> None:
    if isinstance(cell, Fraction):
        percent = percent_of(cell)
        sheet.write_number(*place, float(Fraction(percent) / 100), formats["decimals" if "." in percent else "percent"])
        return
    text = safe(cell)
    # XlsxWriter takes a text between these for markup of its own and writes it as it stands.
    marked = text.startswith("<r>") and text.endswith("</r>")
    sheet.write_string(*place, f"{text} " if marked else text)
