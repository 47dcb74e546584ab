"""Pairs of marks from a file, as `learning_effect` takes them: a line per person with a column `pre` and one `post`.

CSV with comma, semicolon or tab, or a workbook; with a decimal point or a decimal comma. Other columns are passed over.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import DomainError
from core.spreadsheets import Limits, Table, UnreadableError, plain, read_table
from reports.effect.learning import Pair

COLUMNS = ("pre", "post")
NUMBER = re.compile(r"[0-9]{1,20}([.,][0-9]{1,20})?")
# So much of what is no mark is shown.
SHOWN = 30
LIMITS = Limits(
    too_big=gettext_lazy("The file is larger than 5 MB."),
    too_long=gettext_lazy("The file has more than 20,000 rows."),
    too_dense=gettext_lazy("The file unpacks to far more than pairs of marks need, so it was not opened."),
)


class PairsError(DomainError):
    """A file of pairs cannot be read; says where and why."""


@dataclass(frozen=True)
class Pairs:
    """Marks before and after, and the highest one, in whole units of 1/`scale`."""

    pairs: tuple[Pair, ...]
    maximum: int
    scale: int


def read_pairs(content: bytes, maximum: Fraction) -> Pairs:
    """Return the pairs in a file; raises PairsError with a sentence.

    >>> read_pairs("pre;post\\n7,5;9\\n6;8,25\\n".encode(), Fraction(10))
    Pairs(pairs=((30, 36), (24, 33)), maximum=40, scale=4)
    """
    try:
        table = read_table(content, LIMITS)
    except UnreadableError as error:
        raise PairsError(error.message) from error
    columns = _columns(table)
    for row in table.rows:
        if len(row.cells) > len(table.headings):
            raise PairsError(_("Line %(line)d has more cells than the first line has names.") % {"line": row.line})
    marks = [_marks(line, record, maximum) for line, record in table.records(columns)]
    scale = math.lcm(maximum.denominator, *(mark.denominator for pair in marks for mark in pair))
    return Pairs(
        tuple((int(before * scale), int(after * scale)) for before, after in marks), int(maximum * scale), scale
    )


def number(text: str) -> Fraction | None:
    """Return a number from 0 on as it is written, None where it is none.

    >>> number("7,5"), number("-1")
    (Fraction(15, 2), None)
    """
    return Fraction(text.replace(",", ".")) if NUMBER.fullmatch(text) else None


def _columns(table: Table) -> Mapping[str, int]:
    columns = table.columns(dict.fromkeys(COLUMNS, ()))
    for name in COLUMNS:
        if name not in columns:
            raise PairsError(_("The file has no column “%(column)s”.") % {"column": name})
        if list(map(plain, table.headings)).count(name) > 1:
            raise PairsError(_("The file has the column “%(column)s” twice.") % {"column": name})
    return columns


def _marks(line: int, record: Mapping[str, str], maximum: Fraction) -> tuple[Fraction, Fraction]:
    before, after = (_mark(line, name, record[name], maximum) for name in COLUMNS)
    return before, after


def _mark(line: int, name: str, text: str, maximum: Fraction) -> Fraction:
    told = {"line": line, "name": name, "text": Truncator(text).chars(SHOWN), "maximum": f"{float(maximum):.15g}"}
    if not text:
        raise PairsError(
            _("Line %(line)d has no mark for “%(name)s”. Leave out people who took one of the tests only.") % told
        )
    mark = number(text)
    if mark is None:
        raise PairsError(_("Line %(line)d: “%(text)s” is no mark for “%(name)s”. A mark is a number from 0 on.") % told)
    if mark > maximum:
        raise PairsError(_("Line %(line)d: the mark for “%(name)s” is above %(maximum)s.") % told)
    return mark
