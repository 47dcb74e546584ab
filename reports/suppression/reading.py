"""A table of counts from a CSV or XLSX file, as `suppress` takes it.

The first column has the labels of the rows, each other column counts. The first line has the names of the columns; a
file may leave it out, which is seen by a number after the label of its first line. Years are names, and so is whatever
stands after an empty label: "region, 2025, 2026" and ", 1, 2" are lines of names. Totals are not in the file.
"""

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import DomainError
from core.spreadsheets import Limits, UnreadableError, read_table
from reports.suppression.tables import Table

COUNT = re.compile(r"\d{1,9}")
NUMBER = re.compile(r"[-+−]?\d+([.,]\d+)?")
YEAR = re.compile(r"(19|20)\d\d")
COLUMNS, CELLS = 100, 5_000
LIMITS = Limits(
    rows=CELLS,
    columns=COLUMNS + 2,
    too_long=gettext_lazy("The table has more than 5,000 counts. Protect it in parts."),
)

Line = tuple[int, tuple[str, ...]]


class TableError(DomainError):
    """A file is no table of counts; says where and why."""


def read_counts(content: bytes) -> Table:
    """Return the table in a file; raises TableError with a sentence.

    >>> read_counts(b"region,state,ngo\\nNorth,3,20\\nSouth,15,30\\n")
    Table(rows=('North', 'South'), columns=('state', 'ngo'), cells=((3, 20), (15, 30)), few=frozenset())
    """
    try:
        table = read_table(content, LIMITS)
    except UnreadableError as error:
        raise TableError(str(error)) from error
    lines = [(row.line, row.cells) for row in table.rows]
    label, *names = table.headings
    if label and any(map(NUMBER.fullmatch, names)) and not all(map(YEAR.fullmatch, names)):
        # The file says nothing about lines above its first row that are blank, so the number of the line is a guess.
        lines.insert(0, (1, table.headings))
        names = [str(number) for number in range(1, len(names) + 1)]
    _check_size(lines, names)
    cells = tuple(tuple(_counts(line, names)) for line in lines)
    return Table(tuple(label for _number, (label, *_rest) in lines), tuple(names), cells)


def _check_size(lines: Sequence[Line], names: Sequence[str]) -> None:
    if not names:
        raise TableError(_("The table has no column of counts beside the labels."))
    if not lines:
        raise TableError(_("The table has no rows below the names of its columns."))
    if len(names) > COLUMNS:
        raise TableError(_("The table has more than 100 columns. Protect it in parts."))
    if len(lines) * len(names) > CELLS:
        raise TableError(str(LIMITS.too_long))


def _counts(line: Line, names: Sequence[str]) -> list[int]:
    number, (_label, *texts) = line
    if len(texts) != len(names):
        lengths = {"line": number, "found": len(texts), "expected": len(names)}
        raise TableError(
            _("Line %(line)d does not have one count per column: %(found)d instead of %(expected)d.") % lengths
        )
    for name, text in zip(names, texts, strict=True):
        if not COUNT.fullmatch(text):
            told = {"line": number, "text": text, "name": name}
            raise TableError(
                _("Line %(line)d: “%(text)s” in “%(name)s” is no count. A count is a whole number from 0 on.") % told
            )
    return [int(text) for text in texts]
