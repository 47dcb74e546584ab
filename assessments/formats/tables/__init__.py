"""Questions in a spreadsheet: XLSX or CSV, a row for each question and language.

    code | language | type             | question           | answer 1 | credit 1 | answer 2 | credit 2
    Q1   | en       | single choice    | What is a migrant? | …        | x        | …        |
    Q1   | ru       | один ответ       | Кто такой мигрант? | …        | x        | …        |

Headings and words are understood in English, Russian and Belarusian; see `table_columns`. Rows with the same code –
without one, with the same name – are one question in several languages. Of a further language only the texts must be
filled: while a row says nothing about type, credits and the like, those of the first row hold.

In a multiple response with nothing but ticks the right options share everything and each wrong one takes off its
share, as the academy does by itself. A 0 in any credit says that the numbers are meant as they stand.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.formats.item import Item, Reading
from assessments.formats.tables.answers import READERS
from assessments.formats.tables.cells import CARRIES, lost
from assessments.formats.tables.columns import LANGUAGE_WORDS, TYPES, headings
from assessments.formats.tables.guesses import guessed_type
from assessments.formats.tables.languages import Languages
from assessments.formats.tables.rows import Row, alphabet_of
from assessments.formats.tables.writing import template, write_csv, write_xlsx
from core.errors import FormatError
from core.spreadsheets import Limits, Table, UnreadableError, read_table

__all__ = ["CARRIES", "has_questions", "lost", "read", "reading_of", "template", "write_csv", "write_xlsx"]

LIMITS = Limits(
    size=20 * 1024 * 1024,
    columns=200,
    unpacked=150 * 1024 * 1024,
    elements=5_000_000,
    letters=40_000_000,
    too_big=gettext_lazy("The file is larger than 20 MB. Split it into smaller ones."),
    too_dense=gettext_lazy("The file unpacks to far more than questions need, so it was not opened."),
)

_BETWEEN_CATEGORIES = re.compile(r"(?<!\S)/(?!\S)")
_DOUBLED_SLASH = re.compile(r"(?<!\S)/(/+)(?!\S)")


def read(content: bytes) -> Reading:
    """Return the questions of a table; raises FormatError when it cannot be read or has no column of questions."""
    try:
        table = read_table(content, LIMITS)
    except UnreadableError as error:
        raise FormatError(str(error)) from error
    if not has_questions(table):
        raise FormatError(_("The table has no column for the question. Take the headings from the template."))
    return reading_of(table)


def has_questions(table: Table) -> bool:
    """Whether the headings of a table name a column with questions."""
    return bool(table.columns(headings()).keys() & {"question", "text"})


def reading_of(table: Table) -> Reading:
    """Return the questions of a table that has a column for them."""
    columns = table.columns(headings())
    reading, languages = Reading(), Languages()
    for row in _rows(table, columns):
        languages.complete(row)
        item = _item(row)
        problems = row.problems or languages.problems(row, item)
        reading.errors += problems
        if not problems:
            reading.items.append(languages.aligned(row, item))
    return reading


def _rows(table: Table, columns: Mapping[str, int]) -> list[Row]:
    names = {key: table.headings[place] for key, place in columns.items()}
    keys = [(key, columns[key]) for key in sorted(columns, key=columns.__getitem__)]
    named = columns.get("right")
    rights = [] if named is None else [row.cells[named] for row in table.rows if named < len(row.cells)]
    cyrillic = alphabet_of(rights)
    return [
        Row(row.line, {key: row.cells[at] for key, at in keys if at < len(row.cells)}, names, cyrillic)
        for row in table.rows
    ]


def _item(row: Row) -> Item:
    """The question of a row, as far as it can be understood; what is wrong is noted in the row."""
    name = _type_of(row)
    own = READERS[name](row) if name else {}
    shared: dict[str, Any] = {
        "stem": row.text("question"),
        "name": row.get("name"),
        "case": row.text("situation"),
        "general_feedback": row.text("explanation"),
        "hints": tuple(row.text(f"hint {number}") for number in row.numbers("hint")),
        "category": _category(row.get("category")),
        "tags": _tags(row),
        "identifier": row.get("code"),
        "language": row.word("language", LANGUAGE_WORDS) or "",
    }
    item = Item(type=name or "", line=row.line, **(shared | own))
    if not (item.stem or row.cells.get("text") or item.text):
        row.complain("question", _("The question is missing."))
    unused = row.unused() if name else []
    if unused:
        warning = _("Questions of this type have no use for: %(columns)s.") % {"columns": ", ".join(unused)}
        return replace(item, warnings=(warning,))
    return item


def _category(cell: str) -> tuple[str, ...]:
    """The names of a path. A slash that stands alone in a name is doubled."""
    names = (each.strip() for each in _BETWEEN_CATEGORIES.split(cell))
    return tuple(_DOUBLED_SLASH.sub(r"\1", each) for each in names if each)


def _tags(row: Row) -> tuple[str, ...]:
    try:
        found = next(csv.reader([row.get("tags").replace("\n", ", ")], skipinitialspace=True), [])
    except csv.Error:
        # Who writes the file decides how long a cell is; Excel stops at a quarter of this.
        row.complain("tags", _("This is longer than %(count)d characters.") % {"count": csv.field_size_limit()})
        return ()
    return tuple(each.strip() for each in found if each.strip())


def _type_of(row: Row) -> str | None:
    if row.get("type"):
        return row.word("type", TYPES)
    found = guessed_type(row)
    if found is None:
        row.complain("type", _("The answers do not tell the type of the question. Choose it."))
    return found
