"""Marks from CSV files, as `quiz_stats` takes them.

The file of marks has the names of the questions in its first line and an attempt in each other line; a first column
without any number, or called "attempt", "id", "person" or the like, names the attempts and is passed over. The file of
highest marks has the same names in its first line and the marks in the second, or a line "name, mark" per question.
Comma, semicolon or tab; with the last two a decimal comma is read as well.
"""

import csv
import re
from collections.abc import Sequence
from fractions import Fraction

from django.utils.translation import gettext as _

from assessments.errors import AssessmentError
from assessments.statistics.matrix import Matrix, matrix

NUMBER = re.compile(r"\d{1,9}([.,]\d{1,20})?([eE]-\d\d?)?")

# Headings of a first column that is no question.
LABELS = {
    *("", "#", "attempt", "candidate", "id", "learner", "name", "no", "participant", "person", "respondent"),
    *("student", "user"),
}

Line = list[str]


class TableError(AssessmentError):
    """A file of marks cannot be read; says where and why."""


def read_matrix(marks_text: str, maxima_text: str) -> Matrix:
    """Return the matrix in two CSV files; raises TableError with a sentence.

    >>> found = read_matrix("id;Q1;Q2\\nanna;1;0,5\\nivan;0;1", "Q1;Q2\\n1;1")
    >>> found.names, found.maxima, found.columns, found.scale
    (('Q1', 'Q2'), (2, 2), ((2, 0), (1, 2)), 2)
    """
    (_number_of_header, header), *lines = _lines(marks_text, _("The file of marks is empty."))
    highest = _lines(maxima_text, _("The file of highest marks is empty."))
    if _names_attempts(header[0], [line[0] for _number_of_line, line in lines], highest):
        header, lines = header[1:], [(number, line[1:]) for number, line in lines]
    maxima = _maxima(highest, header)
    _check_names(header, maxima)
    rows = [_row(number, line, header, maxima) for number, line in lines]
    return matrix(header, [maxima[name] for name in header], rows)


def _names_attempts(head: str, cells: list[str], highest: list[tuple[int, Line]]) -> bool:
    """Whether the first column says who it was: it is called so, or has neither a highest mark nor any number."""
    if head.lower() in LABELS:
        return True
    if any(head in line for _number_of_line, line in highest):
        return False
    return head.lower().removesuffix("id").rstrip(" _-") in LABELS or not any(map(NUMBER.fullmatch, cells))


def _lines(text: str, empty: str) -> list[tuple[int, Line]]:
    """Return the lines that say something, with their numbers."""
    header = re.sub(r'"[^"]*"', "", text.strip().partition("\n")[0])
    delimiter = next((each for each in ";\t" if each in header), ",")
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
    try:
        found = [(reader.line_num, [cell.strip() for cell in line]) for line in reader]
    except csv.Error as error:
        raise TableError(_("Line %(line)d is not CSV.") % {"line": reader.line_num}) from error
    found = [(number, line) for number, line in found if any(line)]
    if not found:
        raise TableError(empty)
    return found


def _maxima(lines: list[tuple[int, Line]], names: Line) -> dict[str, Fraction]:
    """Return the highest mark by question, from either of the two layouts."""
    cells = [line for _number_of_line, line in lines]
    below = all(len(line) == 2 for line in cells) and all(line[0] in names for line in cells[1:])  # noqa: PLR2004
    if len(cells) == 2 and (set(names) <= set(cells[0]) or not below):  # noqa: PLR2004 - names and marks
        if len(cells[0]) != len(cells[1]):
            raise TableError(_("The file of highest marks has more names than marks, or more marks than names."))
        pairs = list(zip(*cells, strict=True))
        # A column that names the lines is empty in one of them, or called so.
        numbered = [(lines[1][0], name, mark) for name, mark in pairs if name in names or name.lower() not in LABELS]
    elif below:
        numbered = [(number, name, mark) for number, (name, mark) in lines if name in names]
    else:
        raise TableError(_("The file of highest marks needs the names of the questions and a line of marks below."))
    found: dict[str, Fraction] = {}
    for number, name, mark in numbered:
        if name in found:
            raise TableError(_("The question “%(name)s” stands twice in the file of highest marks.") % {"name": name})
        found[name] = _number(number, name, mark)
    return found


def _check_names(names: Line, maxima: dict[str, Fraction]) -> None:
    for name in names:
        if name not in maxima:
            raise TableError(_("The highest mark of the question “%(name)s” is missing.") % {"name": name})
        if names.count(name) > 1:
            raise TableError(_("The question “%(name)s” stands twice in the file of marks.") % {"name": name})
    missing = [name for name in maxima if name not in names]
    if missing:
        raise TableError(_("The file of marks has no column “%(name)s”.") % {"name": missing[0]})


def _row(number: int, line: Line, names: Sequence[str], maxima: dict[str, Fraction]) -> list[Fraction]:
    if len(line) != len(names):
        values = {"line": number, "found": len(line), "expected": len(names)}
        raise TableError(
            _("Line %(line)d does not have one mark per question: %(found)d instead of %(expected)d.") % values
        )
    row = [_number(number, name, cell) for name, cell in zip(names, line, strict=True)]
    for name, mark in zip(names, row, strict=True):
        if mark > maxima[name]:
            told = {"line": number, "name": name, "maximum": f"{float(maxima[name]):g}"}
            raise TableError(_("Line %(line)d: the mark for “%(name)s” is above %(maximum)s.") % told)
    return row


def _number(line: int, name: str, text: str) -> Fraction:
    values = {"line": line, "name": name, "text": text}
    if not text:
        raise TableError(_("Line %(line)d has no mark for “%(name)s”. Write 0 where nothing was answered.") % values)
    if not NUMBER.fullmatch(text):
        raise TableError(
            _("Line %(line)d: “%(text)s” is no mark for “%(name)s”. A mark is a number from 0 on.") % values
        )
    return Fraction(text.replace(",", "."))
