"""A report as JSON, and as CSV with one line of stable keys and then the data.

CSV is UTF-8 with a mark that tells Excel so; in Russian and Belarusian with semicolons and decimal commas, as
spreadsheet programs there expect it. No text passes for a formula. A cell that protects somebody is empty, never 0, and
a column at the end names it.
"""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.files import harmless
from reports.columns import Column, Report, Row, Table, flat_columns, flat_row
from reports.formats.making import EVERY, Tell, nobody

# The column that names the cells of a row which are empty to protect somebody.
HIDDEN = "hidden"


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


def to_csv(report: Report, tell: Tell = nobody) -> bytes:
    """Return the rows as CSV in UTF-8 with a byte order mark; `tell` hears how many rows are written."""
    local = get_language() in {"ru", "be"}
    columns = [*flat_columns(report, spread_labels()), *hidden_column(report)]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";" if local else ",", lineterminator="\r\n")
    keys, words, decimal_sign = [column.key for column in columns], _Words(), "," if local else "."
    writer.writerow(keys)
    for number, row in enumerate(flagged_rows(report), start=1):
        writer.writerow(_csv_cells(row, keys, words, decimal_sign))
        if number % EVERY == 0:
            tell(number)
    return text.getvalue().encode("utf-8-sig")


def hidden_column(report: Report) -> list[Column]:
    """Return the column that names hidden cells; none in a report that nobody hides anything from."""
    hides = report.hidden or report.audience != "agency"
    return [Column(HIDDEN, _("Cells left empty to protect somebody"), "text")] if hides else []


def flagged_rows(report: Report) -> Iterator[Row]:
    """Yield the rows spread out, those with hidden cells with the keys of these, one after the other."""
    hidden: dict[int, list[str]] = {}
    for place, key in report.hidden:
        hidden.setdefault(place, []).append(key)
    for place, row in enumerate(report.rows):
        flat = flat_row(row)
        flat[HIDDEN] = " ".join(hidden.get(place, []))
        yield flat


def spread_labels() -> dict[str, str]:
    """Return the headings of columns that spread over several, as `flat_columns` takes them."""
    return {
        "status": _("Session %(number)d"),
        "minutes": _("Session %(number)d: minutes credited"),
        "planned": _("Session %(number)d: minutes planned"),
        "low": _("%(label)s, from"),
        "high": _("%(label)s, to"),
        "reasons": _("%(label)s: %(name)s"),
        "answers": _("%(label)s: %(name)s"),
    }


class _Words(dict[Any, str]):
    """Texts as they stand in a file; in a long one most cells say the same few."""

    def __missing__(self, text: str) -> str:
        self[text] = said = harmless(text)
        return said


def _csv_cells(row: Row, keys: Sequence[str], words: _Words, decimal_sign: str) -> list[Any]:
    """The cells of a line; whole numbers and texts, which are nearly all, first."""
    return [
        value if kind is int else words[value] if kind is str else _csv_cell(value, words, decimal_sign)
        for value, kind in ((value, type(value)) for value in map(row.get, keys))
    ]


def _csv_cell(value: Any, words: _Words, decimal_sign: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value).replace(".", decimal_sign)
    if isinstance(value, date):
        return value.isoformat()
    return words[value] if isinstance(value, str) else str(value)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
