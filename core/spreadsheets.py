"""Reading a table that somebody sends: XLSX or CSV, from any office program, in any of the usual encodings.

Values come out as text, formulas as the text of the formula: nothing is calculated. A file that is too big, of another
kind or made to exhaust the machine is refused with one sentence.
"""

import csv
import io
import zipfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from openpyxl.utils.exceptions import InvalidFileException

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 50
# A sheet of 20,000 rows unpacks to some 20 MB; a bomb to gigabytes.
MAX_UNPACKED = 100 * 1024 * 1024

_SAME_SIGNS = str.maketrans({"ё": "е", "_": " ", ".": " ", "-": None})

TOO_BIG = _("The file is larger than 5 MB. Split it into smaller ones.")
TOO_LONG = _("The file has more than 20,000 rows. Split it into smaller ones.")
TOO_DENSE = _("The file unpacks to far more than a list of people needs, so it was not opened.")
OLD_EXCEL = _("This is an old Excel file (.xls). Save it as .xlsx and send it again.")
WRONG_TYPE = _("This is neither an Excel file (.xlsx) nor a CSV file.")
DAMAGED = _("The Excel file is damaged. Open it, save it as .xlsx and send it again.")
EMPTY = _("The file is empty.")


class UnreadableError(ValueError):
    """The file cannot be read as a table. `message` is a whole sentence for the person who sent it."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


@dataclass(frozen=True)
class Row:
    """A row with the number that the person sees: of the sheet, or of the line in the file."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """The first row that is not blank, and all rows below that are not blank."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]

    def columns(self, names: Mapping[str, Collection[str]]) -> dict[str, int]:
        """Find columns by heading: key → place. `names` gives for each key the headings that mean it.

        Case, ё/е, underscores, hyphens and full stops make no difference.

        >>> Table(("Фамилия", " E-mail "), ()).columns({"family_name": ["фамилия"], "email": ["e-mail"], "post": []})
        {'family_name': 0, 'email': 1}
        """
        meanings = {_plain(name): key for key, all_names in names.items() for name in [key, *all_names]}
        found: dict[str, int] = {}
        for place, heading in enumerate(self.headings):
            key = meanings.get(_plain(heading))
            if key is not None:
                found.setdefault(key, place)
        return found

    def records(self, columns: Mapping[str, int]) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield (line, {key: text}) for each row; a cell that a short row lacks is empty."""
        for row in self.rows:
            yield row.line, {key: row.cells[at] if at < len(row.cells) else "" for key, at in columns.items()}


def read_table(content: bytes) -> Table:
    """Read a file. Raises UnreadableError with a sentence when it is too big, of another kind, damaged or empty.

    >>> read_table("Имя;Почта\\nАнна;a@example.org\\n".encode("cp1251"))
    Table(headings=('Имя', 'Почта'), rows=(Row(line=2, cells=('Анна', 'a@example.org')),))
    """
    if len(content) > MAX_BYTES:
        raise UnreadableError(TOO_BIG)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableError(OLD_EXCEL)
    rows = _read_excel(content) if content.startswith(b"PK\x03\x04") else _read_csv(content)
    filled = [row for row in rows if any(row.cells)]
    if not filled:
        raise UnreadableError(EMPTY)
    return Table(filled[0].cells, tuple(filled[1:]))


def _plain(heading: str) -> str:
    return " ".join(heading.casefold().translate(_SAME_SIGNS).split())


def _read_excel(content: bytes) -> list[Row]:
    _check_package(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        # What a file says about its own size may be wrong by a million columns.
        sheet.reset_dimensions()
        rows = []
        for line, cells in enumerate(
            sheet.iter_rows(max_row=MAX_ROWS + 2, max_col=MAX_COLUMNS, values_only=True), start=1
        ):
            if line > MAX_ROWS + 1:
                raise UnreadableError(TOO_LONG)
            rows.append(Row(line, _trimmed(_text(cell) for cell in cells)))
    except UnreadableError:
        raise
    except (InvalidFileException, zipfile.BadZipFile, ParseError, ValueError, KeyError, IndexError, EOFError) as error:
        raise UnreadableError(DAMAGED) from error
    return rows


def _check_package(content: bytes) -> None:
    """Look at the directory of the archive before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, ValueError, EOFError) as error:
        raise UnreadableError(DAMAGED) from error
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise UnreadableError(WRONG_TYPE)
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise UnreadableError(TOO_DENSE)


def _read_csv(content: bytes) -> list[Row]:
    text = _decode(content)
    rows: list[Row] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    line = 1
    try:
        for cells in reader:
            rows.append(Row(line, _trimmed(cell.strip() for cell in cells[:MAX_COLUMNS])))
            line = reader.line_num + 1
            if len(rows) > MAX_ROWS + 1:
                raise UnreadableError(TOO_LONG)
    except csv.Error as error:
        raise UnreadableError(WRONG_TYPE) from error
    return rows


def _decode(content: bytes) -> str:
    """UTF-8 with or without a mark, UTF-16 with one (Excel's "Unicode text"), else windows-1251."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\0" in content:
        encodings = []
    else:
        encodings = ["utf-8-sig", "cp1251"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableError(WRONG_TYPE)


def _delimiter(text: str) -> str:
    """The sign that the first line with words uses most: semicolon, comma or tab."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(";,\t", key=first.count)


def _trimmed(cells: Iterator[str]) -> tuple[str, ...]:
    """Without the empty cells at the end, which a formatted sheet has by the hundred."""
    kept = list(cells)
    while kept and not kept[-1]:
        kept.pop()
    return tuple(kept)


def _text(value: Any) -> str:
    """A cell as its reader would type it: 5.0 is "5", a moment "2026-03-09T09:00"."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(timespec="minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).strip()
