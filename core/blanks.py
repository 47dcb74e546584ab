"""A table to fill in, as a workbook: headings on the first sheet, on the second how to fill them in.

It is empty, or holds what is known already, in the shape in which it may come back.
"""

import io
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import xlsxwriter
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override

# The files must be the same at any time.
_MADE = datetime(2026, 1, 1)  # noqa: DTZ001 – a workbook keeps local time without a zone
_LAST_LINE = 20_000
_NARROW, _WIDE = 18, 50


@dataclass(frozen=True)
class Column:
    """A column: its heading, what to write there, an example. `words` by language are the only ones allowed, if any."""

    heading: str | Promise
    explained: str | Promise
    example: str | Promise
    required: bool = False
    words: dict[str, list[str]] | None = None

    def words_in(self, language: str) -> list[str]:
        """The words that are allowed, in a language; none when every text is."""
        return (self.words or {}).get(language, [])


def blank_xlsx(*, title: str | Promise, columns: Sequence[Column], language: str) -> bytes:
    """Return the workbook in a language. As it is it holds no row: the example stands on the second sheet."""
    return filled_xlsx(title=title, columns=columns, language=language, rows=())


def filled_xlsx(
    *,
    title: str | Promise,
    columns: Sequence[Column],
    language: str,
    rows: Iterable[Sequence[str | date | None]],
) -> bytes:
    """Return the workbook in a language with rows in it, whose texts are written as they are."""
    data = io.BytesIO()
    with override(language), xlsxwriter.Workbook(data, {"constant_memory": True}) as workbook:
        workbook.set_properties({"title": str(title), "created": _MADE})
        sheet = _write_headings(workbook, str(title), columns, language)
        _write_rows(sheet, rows, workbook.add_format({"num_format": "dd.mm.yyyy"}))
        _write_guide(workbook, columns, language)
    return data.getvalue()


def heading_of(column: Column) -> str:
    """Return the heading of a column as it stands in the table, in the active language."""
    return str(capfirst(str(column.heading)))


def add_texts(
    workbook: Any, *, title: str, widths: Sequence[int], lines: Sequence[Sequence[str]], headings: Collection[int]
) -> None:
    """Add a sheet of texts to a workbook; `headings` are the lines that are written as such, the first stays."""
    sheet = workbook.add_worksheet(title)
    heading = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    sheet.freeze_panes(1, 0)
    for line, cells in enumerate(lines):
        for place, cell in enumerate(cells):
            if cell:
                sheet.write_string(line, place, cell, heading if line in headings else wrapped)


def _write_headings(workbook: Any, title: str, columns: Sequence[Column], language: str) -> Any:
    sheet = workbook.add_worksheet(title)
    # What is typed stays as it was typed: codes keep their zeros.
    text = workbook.add_format({"num_format": "@"})
    look = {"text_wrap": True, "valign": "top", "bottom": 1}
    for place, column in enumerate(columns):
        sheet.set_column(place, place, max(_NARROW, len(str(column.heading)) + 4), text)
        sheet.write_string(0, place, heading_of(column), workbook.add_format({**look, "bold": column.required}))
        if words := column.words_in(language):
            # Other words are understood as well, so the list offers and does not forbid.
            allowed = {"validate": "list", "source": words, "show_error": False}
            sheet.data_validation(1, place, _LAST_LINE, place, allowed)
    sheet.freeze_panes(1, 0)
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    return sheet


def _write_rows(sheet: Any, rows: Iterable[Sequence[str | date | None]], day: Any) -> None:
    for number, cells in enumerate(rows, start=1):
        for place, cell in enumerate(cells):
            if isinstance(cell, date):
                sheet.write_datetime(number, place, cell, day)
            elif cell:
                sheet.write_string(number, place, cell)


def _write_guide(workbook: Any, columns: Sequence[Column], language: str) -> None:
    lines = [
        (_("Column"), _("What to write"), _("Required"), _("Allowed words"), _("Example")),
        *(
            (
                heading_of(column),
                str(column.explained),
                _("yes") if column.required else _("no"),
                "\n".join(column.words_in(language)),
                str(column.example),
            )
            for column in columns
        ),
    ]
    example = [(), (_("A row may look like this:"),), [heading_of(column) for column in columns]]
    last = len(lines) + len(example)
    add_texts(
        workbook,
        title=_("How to fill this in"),
        widths=(_NARROW + 4, _WIDE, _NARROW, _NARROW + 4, _NARROW + 4),
        lines=[*lines, *example, [str(column.example) for column in columns]],
        headings={0, last - 1},
    )
