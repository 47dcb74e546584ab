"""Tables on sheets: columns as wide as what is in them, heads again on every page, too many columns one part after
the other."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from heapq import nlargest

from reportlab.pdfbase.pdfdoc import PDFString

from core.pdf.document import Document, heading_cell
from core.pdf.lines import lines_of
from core.pdf.sheets import SMALL, Sheets, Style, hatch, set_lines
from core.pdf.tables import HAIRLINE, INK, MARGIN, MUTED, SHADE
from core.pdf.typefaces import face

_HEAD = Style("bold", 8, MUTED, leading=1.22)
_CELL = Style("text", 8.5, leading=1.25)
_TOTAL = Style("bold", 8.5, leading=1.25)
_CAPTION = Style("bold", 9.5)
_PADDING = 4.0
# Beyond that a text breaks into lines; a word that is longer is broken.
_WIDEST, _LONGEST_WORD = 170.0, 96.0
# Of so many of the longest texts of a column the width is measured.
_MEASURED = 12
STAR = "*"


@dataclass(frozen=True)
class Cell:
    """A cell as people read it. A hidden one is hatched, and says `text` to those who listen."""

    text: str
    hidden: bool = False


@dataclass(frozen=True)
class Head:
    """The heading of a column, at least so many points wide; numbers stand at its right edge."""

    text: str
    number: bool = False
    least: float = 0.0


@dataclass(frozen=True)
class Grid:
    """A table: the first cell of a row names it unless `row_heads` is false, the last row may be the totals.

    row_height is the least, in points. A caption belongs to the table. Heads without words are not shown.
    """

    heads: Sequence[Head]
    rows: Sequence[Sequence[Cell]]
    totals: Sequence[Cell] = ()
    row_height: float = 0.0
    caption: str = ""
    row_heads: bool = True

    @property
    def headed(self) -> bool:
        return any(head.text for head in self.heads)


@dataclass(frozen=True)
class Widths:
    """How narrow the columns of a table may be at least, and how wide they would like to be."""

    least: list[float]
    wanted: list[float]


def widths_of(grid: Grid) -> Widths:
    """Measure the columns of a table in points."""
    least, wanted = [], []
    for place, head in enumerate(grid.heads):
        rows = [*grid.rows, *([grid.totals] if grid.totals else [])]
        texts = {row[place].text for row in rows if not row[place].hidden}
        longest = nlargest(_MEASURED, texts, key=len)
        words = nlargest(_MEASURED, {word for text in longest for word in text.split()}, key=len)
        narrow = max([_HEAD.width(word) for word in head.text.split()] + [_TOTAL.width(word) for word in words] + [10])
        wide = max([_TOTAL.width(line) for text in longest for line in text.split("\n")] + [narrow])
        least.append(max(min(narrow, _LONGEST_WORD) + 2 * _PADDING + 1, head.least))
        wanted.append(max(min(wide, _WIDEST) + 2 * _PADDING + 1, head.least))
    # A number is never broken.
    kept = [want if head.number else low for head, low, want in zip(grid.heads, least, wanted, strict=True)]
    return Widths(kept, wanted)


def draw_grid(sheets: Sheets, grid: Grid, part_of: Callable[[int, int], str]) -> None:
    """Draw a table; `part_of(part, parts)` is said above each part of one that is wider than the sheet."""
    widths = widths_of(grid)
    parts = [*_parts(widths.least, sheets.inner)]
    for number, places in enumerate(parts, start=1):
        if len(parts) > 1:
            sheets.keep(80)
            sheets.paragraph("P", part_of(number, len(parts)), SMALL, below=3)
        taken = Grid(
            [grid.heads[place] for place in places],
            [[row[place] for place in places] for row in grid.rows],
            [grid.totals[place] for place in places] if grid.totals else (),
            grid.row_height,
            "" if number > 1 else grid.caption,
            grid.row_heads,
        )
        fitted = _fitted([widths.least[at] for at in places], [widths.wanted[at] for at in places], sheets.inner)
        _Drawing(sheets, taken, fitted).draw()
        sheets.down(8)


def fits(widths: Widths, inner: float) -> bool:
    """Whether a table stands on a sheet without breaking more lines than it likes to."""
    return sum(widths.wanted) <= inner


def _parts(least: Sequence[float], inner: float) -> Iterator[list[int]]:
    """Yield the places of columns that fit beside each other; the first column begins every part."""
    places, taken = [0], least[0]
    for place in range(1, len(least)):
        if taken + least[place] > inner and len(places) > 1:
            yield places
            places, taken = [0], least[0]
        places.append(place)
        taken += least[place]
    yield places


def _fitted(least: Sequence[float], wanted: Sequence[float], inner: float) -> list[float]:
    """Return widths between least and wanted that fill the sheet; what nobody wants goes to the first.

    >>> _fitted([50, 20], [100, 20], 90), _fitted([50, 20], [100, 20], 200)
    ([70.0, 20.0], [180.0, 20.0])
    """
    spare = inner - sum(least)
    more = [want - low for want, low in zip(wanted, least, strict=True)]
    share = min(1.0, spare / sum(more)) if sum(more) else 0.0
    widths = [low + max(share, 0.0) * each for low, each in zip(least, more, strict=True)]
    widths[0] += max(inner - sum(widths), 0.0)
    return widths


class _Drawing:
    """One table on its way down the sheets."""

    def __init__(self, sheets: Sheets, grid: Grid, widths: Sequence[float]) -> None:
        self.sheets, self.grid, self.widths = sheets, grid, widths
        self.head = [self._lines(head.text, _HEAD, width) for head, width in zip(grid.heads, widths, strict=True)]
        self.head_height = max(map(len, self.head)) * _HEAD.line + 2 * _PADDING

    def draw(self) -> None:
        caption = lines_of(self.grid.caption, face(_CAPTION.face), _CAPTION.size, self.sheets.inner)
        self.sheets.keep(self.head_height + 4 * _CELL.line + len(caption) * _CAPTION.line)
        with self.sheets.group("Table"):
            if self.grid.caption:
                self.sheets.paragraph("Caption", self.grid.caption, _CAPTION, below=3)
            if self.grid.headed:
                with self.sheets.group("THead"), self.sheets.group("TR"):
                    self._head_row(again=False)
            with self.sheets.group("TBody"):
                for row in self.grid.rows:
                    self._row(row, _CELL)
            if self.grid.totals:
                with self.sheets.group("TFoot"):
                    self._row(self.grid.totals, _TOTAL)

    def _lines(self, text: str, style: Style, width: float) -> list[str]:
        return lines_of(text, face(style.face), style.size, width - 2 * _PADDING)

    def _head_row(self, *, again: bool) -> None:
        box = (MARGIN, self.sheets.y - self.head_height, sum(self.widths), self.head_height)
        self.sheets.add(partial(self._draw_head, box=box, again=again))
        self.sheets.down(self.head_height)

    def _draw_head(self, document: Document, *, box: tuple[float, float, float, float], again: bool) -> None:
        with document.decoration():
            document.canvas.setFillColorRGB(*SHADE)
            document.canvas.rect(*box, stroke=0, fill=1)
        x, top = MARGIN, box[1] + box[3]
        for head, lines, width in zip(self.grid.heads, self.head, self.widths, strict=True):
            # Once is enough for those who listen. A corner that says nothing heads no column.
            cell = ("TH", heading_cell("Column")) if head.text else ("TD", {})
            around = document.decoration() if again else document.tagged(cell[0], **cell[1])
            with around:
                _set(document, lines, _HEAD, (x, top), width, right=head.number)
            x += width

    def _row(self, row: Sequence[Cell], style: Style) -> None:
        lines = [
            [STAR] if cell.hidden else self._lines(cell.text, style, width)
            for cell, width in zip(row, self.widths, strict=True)
        ]
        height = max(max(map(len, lines)) * style.line + 2 * _PADDING, self.grid.row_height)
        if self.sheets.keep(height) and self.grid.headed:
            self._head_row(again=True)
        self.sheets.add(partial(self._draw_row, row=row, lines=lines, style=style, top=self.sheets.y, height=height))
        self.sheets.down(height)

    def _draw_row(
        self,
        document: Document,
        *,
        row: Sequence[Cell],
        lines: Sequence[Sequence[str]],
        style: Style,
        top: float,
        height: float,
    ) -> None:
        with document.decoration():
            _rule(document, self.widths, row, (MARGIN, top), height)
            if self.grid.row_height:
                _separate(document, self.widths, (MARGIN, top), height)
        with document.group("TR"):
            x = MARGIN
            for place, (cell, width) in enumerate(zip(row, self.widths, strict=True)):
                is_head = self.grid.row_heads and not place
                kind, attributes = ("TH", heading_cell("Row")) if is_head else ("TD", {})
                if cell.hidden:
                    attributes = {**attributes, "ActualText": PDFString(cell.text)}
                right = self.grid.heads[place].number
                with document.tagged(kind, **attributes):
                    _set(document, lines[place], style, (x, top), width, right=right)
                x += width


def _rule(
    document: Document, widths: Sequence[float], row: Sequence[Cell], corner: tuple[float, float], height: float
) -> None:
    """Draw the line below a row, and slanting lines where a cell is hidden."""
    x, bottom = corner[0], corner[1] - height
    for cell, width in zip(row, widths, strict=True):
        if cell.hidden:
            hatch(document, (x + 1, bottom + 1, width - 2, height - 2), HAIRLINE)
        x += width
    canvas = document.canvas
    canvas.setStrokeColorRGB(*HAIRLINE)
    canvas.setLineWidth(0.5)
    canvas.line(corner[0], bottom, x, bottom)


def _separate(document: Document, widths: Sequence[float], corner: tuple[float, float], height: float) -> None:
    """Draw lines between the cells of a row that somebody fills in by hand."""
    x, top = corner
    for width in widths[:-1]:
        x += width
        document.canvas.line(x, top, x, top - height)


def _set(
    document: Document,
    lines: Sequence[str],
    style: Style,
    corner: tuple[float, float],
    width: float,
    *,
    right: bool,
) -> None:
    x, top = corner
    if not right:
        set_lines(document, lines, style, (x + _PADDING, top - _PADDING))
        return
    for number, line in enumerate(lines):
        left = x + width - _PADDING - style.width(line.rstrip())
        set_lines(document, [line], style, (left, top - _PADDING - number * style.line))
    document.canvas.setFillColorRGB(*INK)
