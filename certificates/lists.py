"""Certificates as a table to take along: a workbook, a manifest, a paper on which people sign. Values in, files out.

No text of a person passes for a formula, neither in the workbook nor in the manifest.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.files import harmless
from core.pdf.document import About
from core.pdf.tables import Column as PaperColumn
from core.pdf.tables import Paper

Cell = str | float | date | None
# The manifest is for machines: its headings are the same in every language.
MANIFEST = [
    "code", "file", "sha256", "status", "kind", "language", "person", "name", "agency", "subject", "title",
    "academic_hours", "from", "to", "issued", "expires",
]  # fmt: skip
_SIGNING_HEIGHT = 27.0


@dataclass(frozen=True)
class Column:
    """A column of the workbook: its heading, and its width in letters."""

    heading: str
    width: int


@dataclass(frozen=True)
class Receipt:
    """A line of the check list: who receives which certificate."""

    name: str
    agency: str
    subject: str
    code: str
    issued: str


def workbook(*, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], made: datetime) -> bytes:
    """Return an XLSX file with one sheet; it is written row by row, so that its length does not matter.

    `made` is local time without a zone, as spreadsheets hold it.
    """
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"constant_memory": True}) as book:
        book.set_properties({"title": title, "created": made})
        # A sheet may have a name of 31 letters.
        sheet = book.add_worksheet(title[:31])
        heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.freeze_panes(1, 1)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
            sheet.write_string(0, place, column.heading, heading)
        for number, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(number, place, cell, day)
                elif isinstance(cell, str):
                    sheet.write_string(number, place, harmless(cell))
                elif cell is not None:
                    sheet.write_number(number, place, cell)
    return data.getvalue()


def manifest(lines: Iterable[Mapping[str, str]]) -> bytes:
    """Return manifest.csv in UTF-8, with the mark that tells spreadsheet programs so."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, MANIFEST, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({column: harmless(line[column]) for column in MANIFEST} for line in lines)
    return text.getvalue().encode("utf-8-sig")


def archive(entries: Iterable[tuple[str, bytes]], moment: datetime) -> Iterator[bytes]:
    """Yield a ZIP file piece by piece: no more than one entry is in memory at a time.

    Entries are stored as they are, since a PDF is packed already.
    """
    stream = _Pieces()
    with ZipFile(stream, "w") as package:
        for name, content in entries:
            about = ZipInfo(name, moment.timetuple()[:6])
            about.compress_type = ZIP_STORED
            # Readable for whoever unpacks it, as every program that packs files writes it.
            about.external_attr = 0o644 << 16
            package.writestr(about, content)
            yield stream.taken()
    yield stream.taken()


class _Pieces(io.RawIOBase):
    """Keeps what was written until somebody takes it. It cannot go back, so the archive does without."""

    def __init__(self) -> None:
        self._kept = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self._kept += data
        return len(data)

    def taken(self) -> bytes:
        piece = bytes(self._kept)
        self._kept.clear()
        return piece


def check_list(about: About, receipts: Sequence[Receipt], *, facts: Sequence[tuple[str, str]], mark: str) -> Paper:
    """Return the paper on which people without e-mail sign that they received their certificates."""
    rows = [
        (str(number), each.name, each.agency, each.subject, f"{each.code}\n{each.issued}", "")
        for number, each in enumerate(receipts, start=1)
    ]
    return Paper(
        about=about,
        title=_("Certificates to hand out"),
        facts=facts,
        columns=[
            PaperColumn(pgettext("number of a row", "No."), 3),
            PaperColumn(_("Name"), 14),
            PaperColumn(_("Agency"), 13),
            PaperColumn(_("Certificate"), 15),
            PaperColumn(_("Code and date"), 13),
            PaperColumn(_("Received: date and signature"), 14),
        ],
        rows=rows,
        page_of=lambda page, pages: _("page %(page)d of %(pages)d") % {"page": page, "pages": pages},
        closing=[_("Handed out by, name and signature: ______________________________")],
        row_height=_SIGNING_HEIGHT,
        across=True,
        mark=mark,
    )
