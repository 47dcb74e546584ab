"""A report on paper: PDF/UA-1 and PDF/A-3a. What it is, what it says first, pictures, tables, and how figures are
counted.

Upright, a table across where it needs that. Hidden cells are hatched and explained; every page says whose number it
bears, who made it and when, and how many there are.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from core.pdf.document import About
from core.pdf.grids import Cell, Grid, Head, draw_grid, fits, widths_of
from core.pdf.sheets import BOLD, LEAD, SMALL, TEXT, TITLE, Sheets
from core.pdf.tables import A4, MARGIN
from core.pdf.typefaces import drawing as one_at_a_time
from reports import drawing, readings, wording
from reports.charts.layout import not_shown
from reports.columns import Column, Report, Row, Signing, shown_columns, two_way_tables
from reports.formats.making import Making
from reports.formats.painting import draw_chart

# What stands in a cell, by the type of its column.
_Read = Callable[[Row], str]


def to_pdf(report: Report, making: Making) -> bytes:
    """Return the PDF. The same report, made by the same person at the same moment, gives the same bytes."""
    with one_at_a_time:
        return _Paper(report, making).drawn()


@dataclass(frozen=True)
class _Section:
    """A table with its title, and what has to be known to read it."""

    title: str
    grid: Grid
    note: str = ""


class _Paper:
    """One report being set."""

    def __init__(self, report: Report, making: Making) -> None:
        self.report, self.making = report, making
        self.issuer = _("Migration Health Academy")
        self.sections = [] if report.signing else [*_sections(report)]
        self.sheets = Sheets(
            head=_joined(making.number, report.title),
            foot=_joined(making.number, self.issuer, self._made()),
            page_of=lambda page, pages: _("page %(page)d of %(pages)d") % {"page": page, "pages": pages},
        )

    def drawn(self) -> bytes:
        charts = drawing.charts(self.report)
        if self.sections and not charts:
            # Otherwise the first page would hold a title and nothing else.
            self.sheets.turn(across=_is_wide(self.sections[0].grid))
        self._opening()
        for chart in charts:
            draw_chart(self.sheets, chart)
        self._readings()
        if self.report.signing:
            self._groups(self.report.signing)
        else:
            self._tables()
        if not self.report.rows:
            self.sheets.paragraph("P", _("Nothing to count here yet"), LEAD, below=6)
        grids = [section.grid for section in self.sections]
        if any(cell.hidden for grid in grids for row in (*grid.rows, grid.totals) for cell in row):
            self.sheets.paragraph("P", f"* {wording.hidden_sentence()}", SMALL, below=4)
        self._definitions()
        return self.sheets.drawn(self._about())

    def _tables(self) -> None:
        for section in self.sections:
            self.sheets.turn(across=_is_wide(section.grid))
            self.sheets.heading(section.title)
            if section.note:
                self.sheets.paragraph("P", section.note, TEXT, below=4)
            draw_grid(self.sheets, section.grid, _part_of)

    def _groups(self, signing: Signing) -> None:
        """Each group of rows on a page of its own, with a line for a signature below it."""
        labels = {column.key: column for column in self.report.columns}
        columns = [column for column in self.report.columns if column.key not in signing.by]
        number, title, *facts = signing.by
        for place, (value, rows) in enumerate(groupby(self.report.rows, key=itemgetter(number))):
            if place:
                self.sheets.next_page()
            group = list(rows)
            self.sheets.heading(f"{value}. {group[0][title]}")
            for key in facts:
                if said := wording.told(self.report, labels[key], group[0]):
                    self.sheets.paragraph("P", f"{labels[key].label}: {said}", TEXT)
            self.sheets.down(6)
            draw_grid(self.sheets, _to_sign(_rows(self.report, columns, group, {}, protects=False), signing), _part_of)
            self._changes(number, value)
            self.sheets.keep(40)
            self.sheets.down(14)
            self.sheets.paragraph("P", signing.line, TEXT)

    def _changes(self, number: str, value: Any) -> None:
        """What further tables say about a group."""
        for table in self.report.tables:
            rows = [row for row in table.rows if row[number] == value]
            if rows:
                self.sheets.paragraph("P", table.title, BOLD, below=3)
                columns = [column for column in table.columns if column.key != number]
                draw_grid(self.sheets, _rows(self.report, columns, rows, {}, protects=False), _part_of)

    def _made(self) -> str:
        return date_format(self.making.moment, "DATETIME_FORMAT")

    def _about(self) -> About:
        return About(
            title=_joined(self.making.number, self.report.title),
            subject=wording.period_of(self.report) or self.report.title,
            author=self.issuer,
            language=(get_language() or "en")[:2],
            identifier=_joined(self.report.name, self.making.number, self.making.moment.isoformat()),
            moment=timezone.make_aware(self.making.moment),
        )

    def _opening(self) -> None:
        report, sheets = self.report, self.sheets
        sheets.paragraph("P", _joined(self.making.number, self.issuer), SMALL, below=2)
        sheets.paragraph("H1", report.title, TITLE, below=6)
        for label, value in self._facts():
            sheets.paragraph("P", f"{label}: {value}", TEXT)
        sheets.down(6)
        found = wording.findings(report)
        if found:
            sheets.paragraph("P", " ".join(found), LEAD, below=8)
        for note in report.notes:
            sheets.paragraph("P", note, TEXT, below=4)
        self._attention()
        if report.provisional:
            sheets.notice(_("Provisional"), [report.definitions["provisional"], *_unsigned(report)])

    def _attention(self) -> None:
        """What stands out, each row once with everything about it, the most urgent first."""
        details = self.report.details
        if not self.report.attention or details is None:
            return
        said: dict[int, list[str]] = {}
        for place, sentence in self.report.attention:
            said.setdefault(place, []).append(sentence)
        self.sheets.heading(_("Look at these first"))
        rows = [(self.report.rows[place], sentences) for place, sentences in said.items()]
        self.sheets.listed([(f"{row[details.number]}. {row[details.name]}", " ".join(each)) for row, each in rows])

    def _readings(self) -> None:
        """The totals with what they say."""
        found = readings.readings(self.report)
        if found.lines:
            heads = [Head(_("Figure")), Head(_("Value"), number=True), Head(_("Meaning"))]
            rows = [[Cell(each.label), Cell(each.value), Cell(each.says)] for each in found.lines]
            self.sheets.turn(across=False)
            self.sheets.heading(found.title)
            draw_grid(self.sheets, Grid(heads, rows), _part_of)

    def _facts(self) -> Iterator[tuple[str, str]]:
        if period := wording.period_of(self.report):
            yield _("Period"), period
        if asked := wording.asked_of(self.report):
            yield _("Asked for"), asked
        yield _("Made by"), self.making.who
        yield _("Made at"), self._made()

    def _definitions(self) -> None:
        columns = {column.key: column.label for column in (*self.report.of_totals, *self.report.columns)}
        names = {
            "rows": _("Rows"),
            "period": _("Period"),
            "provisional": _("Provisional"),
            "people": _("People"),
        } | columns
        self.sheets.heading(_("How the figures are counted"))
        self.sheets.listed([(names.get(key, ""), text) for key, text in self.report.definitions.items()])


def _is_wide(grid: Grid) -> bool:
    return not fits(widths_of(grid), A4[0] - 2 * MARGIN)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _unsigned(report: Report) -> list[str]:
    """How many registers are open, and which."""
    if not report.unsigned:
        return []
    count = len(report.unsigned)
    words = ngettext("%(registers)s register is not signed", "%(registers)s registers are not signed", count)
    return ["", f"{words % {'registers': count}}:", *(f"– {register}" for register in report.unsigned)]


def _part_of(part: int, parts: int) -> str:
    return _("Columns, part %(part)d of %(parts)d") % {"part": part, "parts": parts}


# --- Tables -----------------------------------------------------------------------------------------------------------


def _sections(report: Report) -> Iterator[_Section]:
    """The tables of a report."""
    pivots = two_way_tables(report)
    if pivots:
        for pivot in pivots:
            rows = [[Cell(word), *map(_count, counts)] for word, counts in pivot.lines]
            heads = [Head(""), *(Head(each, number=True) for each in pivot.columns)]
            yield _Section(pivot.title, Grid(heads, rows))
        return
    if report.rows:
        grid = _rows(report, shown_columns(report), report.rows, report.totals)
        yield _Section(pgettext("of a report", "Figures"), grid)
    for table in report.tables:
        if table.rows:
            columns = shown_columns(replace(report, columns=table.columns))
            yield _Section(table.title, _rows(report, columns, table.rows, {}, protects=False), table.note)


def _to_sign(grid: Grid, signing: Signing) -> Grid:
    """The rows of a group with the empty ones after them, all high enough to write in."""
    empty = [[Cell("") for _head in grid.heads] for _row in range(signing.empty)]
    return replace(grid, rows=[*grid.rows, *empty], row_height=signing.height)


def _count(count: int | None) -> Cell:
    return _hidden() if count is None else Cell(wording.whole(count))


def _hidden() -> Cell:
    return Cell(not_shown(), hidden=True)


def _rows(
    report: Report, columns: Sequence[Column], rows: Sequence[Row], totals: Row, *, protects: bool = True
) -> Grid:
    hidden = set(report.hidden) if protects else set()
    read = [*_readers(report, columns)]
    lines = [
        [_hidden() if (place, key) in hidden else Cell(say(row)) for key, _head, say in read]
        for place, row in enumerate(rows)
    ]
    summed = [key in totals for key, _head, _say in read]
    total = [Cell(say(totals) if has else "") for has, (_key, _head, say) in zip(summed, read, strict=True)]
    if total:
        total[0] = Cell(_("All"))
    grid = Grid([head for _key, head, _say in read], lines, total if any(summed) else ())
    return grid if report.signing else _without_silent(grid)


def _without_silent(grid: Grid) -> Grid:
    """Leave out columns in which no row says anything: on paper they only take room."""
    said = [place for place in range(len(grid.heads)) if any(row[place].text for row in grid.rows)]
    return replace(
        grid,
        heads=[grid.heads[place] for place in said],
        rows=[[row[place] for place in said] for row in grid.rows],
        totals=[grid.totals[place] for place in said] if grid.totals else (),
    )


def _readers(report: Report, columns: Sequence[Column]) -> Iterator[tuple[str, Head, _Read]]:
    """Yield (key, heading, what says a cell) of the columns on paper; sessions have one each, names come first."""
    for column in sorted(columns, key=lambda column: column.key != "name"):
        if column.type == "sessions":
            for number in report.session_numbers():
                yield f"session_{number}", Head(_("Session %(number)d") % {"number": number}), _session(report, number)
        else:
            number_like = column.type in wording.NUMBERS
            room = report.signing.room.get(column.key, 0.0) if report.signing else 0.0
            yield column.key, Head(column.label, number_like, room), _cell(report, column)


def _cell(report: Report, column: Column) -> _Read:
    return lambda row: wording.told(report, column, row)


def _session(report: Report, number: int) -> _Read:
    def say(row: Row) -> str:
        cell: dict[str, Any] | None = row.get("sessions", {}).get(str(number))
        if not cell:
            return ""
        minutes = _("%(credited)d of %(planned)d") % {"credited": cell["minutes"], "planned": cell["planned"]}
        return f"{report.codes['status'].get(cell['status'], cell['status'])}\n{minutes}"

    return say
