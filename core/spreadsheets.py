"""Reading a table that somebody sends: XLSX or CSV, from any office program, in any of the usual encodings.

Values come out as text, formulas as the text of the formula: nothing is calculated. A file that is too big, of another
kind or made to exhaust the machine is refused with one sentence. What is too big depends on what the table is for.
"""

import csv
import io
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, Any
from xml.parsers import expat

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.encodings import UndecodableError, decoded

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 50
# A sheet of 20,000 rows unpacks to some 20 MB, ten to thirty times what it takes in the file; a bomb a thousand times.
MAX_UNPACKED = 40 * 1024 * 1024
MAX_RATIO = 100
SMALL_PART = 1024 * 1024
# An element costs the reader up to a kilobyte. Those of a row are forgotten after it; Excel's rows have 16,384 cells.
MAX_IN_ROW = 60_000
MAX_ELSEWHERE = 60_000
MAX_ELEMENTS = 1_500_000
MAX_TAG = 256 * 1024
# One long text can stand in a million cells.
MAX_LETTERS = 20_000_000

# What openpyxl reads and then forgets: a row (worksheet > sheetData > row) and a shared text (sst > si), by depth.
_PORTIONS = {(3, "row"), (2, "si")}

# How a workbook writes signs that XML has not, and the sign by which it marks a text that only looks like that.
_ESCAPED = re.compile("_x(00[01][0-9A-Fa-f]|005F)_")

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
class Limits:
    """What a table may have at most, and the sentences for what has more. Those of a list of people, if not said.

    `unpacked` are bytes, `elements` those of the XML of a workbook, `letters` the length of all its cells together.
    """

    size: int = MAX_BYTES
    rows: int = MAX_ROWS
    columns: int = MAX_COLUMNS
    unpacked: int = MAX_UNPACKED
    elements: int = MAX_ELEMENTS
    letters: int = MAX_LETTERS
    too_big: str | Promise = TOO_BIG
    too_long: str | Promise = TOO_LONG
    too_dense: str | Promise = TOO_DENSE


OF_PEOPLE = Limits()


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
        meanings = {plain(name): key for key, all_names in names.items() for name in [key, *all_names]}
        found: dict[str, int] = {}
        for place, heading in enumerate(self.headings):
            key = meanings.get(plain(heading))
            if key is not None:
                found.setdefault(key, place)
        return found

    def records(self, columns: Mapping[str, int]) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield (line, {key: text}) for each row; a cell that a short row lacks is empty."""
        for row in self.rows:
            yield row.line, {key: row.cells[at] if at < len(row.cells) else "" for key, at in columns.items()}


def read_table(content: bytes, limits: Limits = OF_PEOPLE) -> Table:
    """Read a file. Raises UnreadableError with a sentence when it is too big, of another kind, damaged or empty.

    >>> read_table("Имя;Почта\\nАнна;a@example.org\\n".encode("cp1251"))
    Table(headings=('Имя', 'Почта'), rows=(Row(line=2, cells=('Анна', 'a@example.org')),))
    """
    if len(content) > limits.size:
        raise UnreadableError(limits.too_big)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableError(OLD_EXCEL)
    rows = _read_excel(content, limits) if content.startswith(b"PK\x03\x04") else _read_csv(content, limits)
    filled = [row for row in rows if any(row.cells)]
    if not filled:
        raise UnreadableError(EMPTY)
    return Table(filled[0].cells, tuple(filled[1:]))


def plain(heading: str) -> str:
    """Return a heading without what makes no difference: case, ё/е, underscores, hyphens and full stops.

    >>> plain("E-mail "), plain("Имя_отчёта")
    ('email', 'имя отчета')
    """
    return " ".join(heading.casefold().translate(_SAME_SIGNS).split())


def _read_excel(content: bytes, limits: Limits) -> list[Row]:
    # Fifteen megabytes and a fifth of a second that only those who import a file need.
    import openpyxl

    _check_package(content, limits)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        # What a file says about its own size may be wrong by a million columns.
        sheet.reset_dimensions()
        return list(_rows_of(sheet, limits))
    except UnreadableError:
        raise
    except Exception as error:
        # openpyxl answers a file that is not as it expects with whatever error comes first, TypeError included.
        raise UnreadableError(DAMAGED) from error


def _rows_of(sheet: Any, limits: Limits) -> Iterator[Row]:
    letters = 0
    for line, cells in enumerate(sheet.iter_rows(max_row=limits.rows + 2, max_col=limits.columns), start=1):
        if line > limits.rows + 1:
            raise UnreadableError(limits.too_long)
        row = Row(line, _trimmed(_shown(cell) for cell in cells))
        letters += sum(map(len, row.cells))
        if letters > limits.letters:
            raise UnreadableError(limits.too_dense)
        yield row


def _check_package(content: bytes, limits: Limits) -> None:
    """Look at the directory of the archive, then at every part piece by piece, before anything is kept in memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            if not any(part.filename == "xl/workbook.xml" for part in parts):
                raise UnreadableError(WRONG_TYPE)
            if sum(part.file_size for part in parts) > limits.unpacked or any(map(_is_bomb, parts)):
                raise UnreadableError(limits.too_dense)
            weighing = _Weighing(limits)
            for part in parts:
                with package.open(part) as stream:
                    weighing.weigh(stream)
    except UnreadableError:
        raise
    except Exception as error:
        # Besides BadZipFile: zlib.error, RuntimeError for a password, NotImplementedError for a rare compression.
        raise UnreadableError(DAMAGED) from error


def _is_bomb(part: zipfile.ZipInfo) -> bool:
    return part.file_size > SMALL_PART and part.file_size > MAX_RATIO * part.compress_size


class _Weighing:
    """Counts what openpyxl would keep: every row and every shared text as a tree, and all that is in neither.

    The parser is the one that openpyxl uses without lxml, so what this cannot read, openpyxl cannot either.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._elements = 0

    def weigh(self, stream: IO[bytes]) -> None:
        """Read a part to its end, or to the first piece that is no XML: pictures, and what is damaged."""
        self._depth = self._portion = self._in_portion = self._elsewhere = 0
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        fed = 0
        try:
            while piece := stream.read(64 * 1024):
                parser.Parse(piece)
                fed += len(piece)
                if fed - parser.CurrentByteIndex > MAX_TAG:
                    raise UnreadableError(self._limits.too_dense)
        except expat.ExpatError:
            return

    def _start(self, tag: str, _attributes: dict[str, str]) -> None:
        self._elements += 1
        self._depth += 1
        if (self._depth, tag.rpartition(" ")[2]) in _PORTIONS:
            self._portion, self._in_portion = self._depth, 0
        elif self._portion:
            self._in_portion += 1
        else:
            self._elsewhere += 1
        too_many = self._in_portion > MAX_IN_ROW or self._elsewhere > MAX_ELSEWHERE
        if too_many or self._elements > self._limits.elements:
            raise UnreadableError(self._limits.too_dense)

    def _end(self, _tag: str) -> None:
        if self._depth == self._portion:
            self._portion = 0
        self._depth -= 1


def _read_csv(content: bytes, limits: Limits) -> list[Row]:
    try:
        text = decoded(content)
    except UndecodableError as error:
        raise UnreadableError(WRONG_TYPE) from error
    rows: list[Row] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    line = 1
    try:
        for cells in reader:
            rows.append(Row(line, _trimmed(cell.strip() for cell in cells[: limits.columns])))
            line = reader.line_num + 1
            if len(rows) > limits.rows + 1:
                raise UnreadableError(limits.too_long)
    except csv.Error as error:
        raise UnreadableError(WRONG_TYPE) from error
    return rows


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


def _shown(cell: Any) -> str:
    """A cell as its reader sees it: where the sheet shows per cent, 0.5 is "50%"."""
    value = cell.value
    if isinstance(value, str):
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value).replace("\0", "").strip()
    if isinstance(value, int | float) and not isinstance(value, bool) and "%" in cell.number_format:
        return f"{_whole(Decimal(repr(value)) * 100):f}%"
    return _text(value)


def _whole(number: Decimal) -> Decimal:
    """A number without the zeros at the end of its decimals."""
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()


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
