"""A table on as many pages as it takes, with a heading before and a few lines after it.

The header row stands on every page and is read aloud once; a row is never split. Measures are points from the bottom
left of A4.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from core.pdf.document import About, Document, heading_cell
from core.pdf.lines import lines_of, spaced
from core.pdf.typefaces import drawing, face

A4 = (595.28, 841.89)
MARGIN = 40.0
INK = (0.078, 0.129, 0.239)
MUTED = (0.294, 0.341, 0.408)
SHADE = (0.945, 0.937, 0.914)
HAIRLINE = (0.6, 0.6, 0.6)

_PADDING = 4.0
_FOOT = 26.0  # from the margin to the last row: the line with the number of the page


@dataclass(frozen=True)
class Column:
    """A column: its heading, and its share of the width as any number."""

    title: str
    share: float


@dataclass(frozen=True)
class Paper:
    """Every word of a printed table, in its language.

    `facts` are (label, value) lines under the title; `row_height` is the least height of a row, for instance to sign
    in; `page_of(page, pages)` says what stands at the foot of a page; `mark` stands beside it.
    """

    about: About
    title: str
    facts: Sequence[tuple[str, str]]
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    page_of: Callable[[int, int], str]
    closing: Sequence[str] = ()
    row_height: float = 0.0
    mark: str = ""
    across: bool = False


@dataclass(frozen=True)
class _Style:
    """How a text is set; the line height is a multiple of the size."""

    face: str
    size: float
    colour: tuple[float, float, float] = INK
    leading: float = 1.28

    @property
    def line(self) -> float:
        return self.size * self.leading


_TITLE = _Style("display", 19, leading=1.2)
_FACT = _Style("text", 10)
_HEAD = _Style("bold", 8.5, MUTED)
_CELL = _Style("text", 9.5)
_CLOSING = _Style("text", 10)
_SMALL = _Style("text", 8, MUTED)


def draw(paper: Paper) -> bytes:
    """Return the PDF. The same words always give the same bytes."""
    with drawing:
        return _Drawing(paper).finished()


class _Drawing:
    """One table being drawn: where the pen is, and what still fits on the page."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.width, self.height = (A4[1], A4[0]) if paper.across else A4
        shares = sum(column.share for column in paper.columns)
        inner = self.width - 2 * MARGIN
        self.widths = [inner * column.share / shares for column in paper.columns]
        self.head = [self._lines(column.title, _HEAD, width) for column, width in self._columns()]
        self.head_height = max(map(len, self.head)) * _HEAD.line + 2 * _PADDING
        self.y = self.height - MARGIN

    def finished(self) -> bytes:
        self.opening = [*self._opening()]
        self.closing = [self._lines(text, _CLOSING, self.width - 2 * MARGIN) for text in self.paper.closing]
        self.pages = self._paginated()
        self.document = Document((self.width, self.height), self.paper.about, face("text"))
        for kind, style, lines, below in self.opening:
            self._paragraph(kind, style, lines, below)
        with self.document.group("Table"):
            for number, rows in enumerate(self.pages):
                self._page(number, rows)
        self._close()
        return self.document.finished()

    def _columns(self) -> Iterator[tuple[Column, float]]:
        yield from zip(self.paper.columns, self.widths, strict=True)

    def _lines(self, text: str, style: _Style, width: float) -> list[str]:
        return lines_of(text, face(style.face), style.size, width - 2 * _PADDING)

    def _opening(self) -> Iterator[tuple[str, _Style, list[str], float]]:
        inner = self.width - 2 * MARGIN
        yield "H1", _TITLE, self._lines(self.paper.title, _TITLE, inner), 6
        for label, value in self.paper.facts:
            yield "P", _FACT, self._lines(f"{label}: {value}" if label else value, _FACT, inner), 1

    def _row_height(self, row: Sequence[str]) -> float:
        lines = max(len(self._lines(text, _CELL, width)) for text, width in zip(row, self.widths, strict=True))
        return max(self.paper.row_height, lines * _CELL.line + 2 * _PADDING)

    def _paginated(self) -> list[list[tuple[Sequence[str], float]]]:
        """Rows with their heights, by page."""
        above = sum(len(lines) * style.line + below for _kind, style, lines, below in self.opening)
        room = self.height - 2 * MARGIN - _FOOT - self.head_height
        left = room - above - 10
        pages: list[list[tuple[Sequence[str], float]]] = [[]]
        for row in self.paper.rows:
            height = self._row_height(row)
            if height > left:
                pages.append([])
                left = room
            pages[-1].append((row, height))
            left -= height
        self.fits_below = left >= sum(len(lines) * _CLOSING.line + 4 for lines in self.closing)
        return pages

    @property
    def page_count(self) -> int:
        return len(self.pages) + (0 if self.fits_below else 1)

    def _page(self, number: int, rows: Sequence[tuple[Sequence[str], float]]) -> None:
        if number:
            self._next_page()
        else:
            self.y -= 10
        self._foot(number + 1)
        if number:
            with self.document.decoration():
                self._head_row(tagged=False)
        else:
            with self.document.group("THead"), self.document.group("TR"):
                self._head_row(tagged=True)
        with self.document.group("TBody"):
            for row, height in rows:
                with self.document.group("TR"):
                    self._row(row, height)

    def _next_page(self) -> None:
        self.document.next_page()
        self.y = self.height - MARGIN

    def _head_row(self, *, tagged: bool) -> None:
        canvas = self.document.canvas
        if tagged:
            with self.document.decoration():
                self._shade()
        else:
            self._shade()
        x = MARGIN
        for lines, width in zip(self.head, self.widths, strict=True):
            if tagged:
                with self.document.tagged("TH", **heading_cell("Column")):
                    self._set(lines, _HEAD, x + _PADDING, self.y - _PADDING)
            else:
                self._set(lines, _HEAD, x + _PADDING, self.y - _PADDING)
            x += width
        self.y -= self.head_height
        canvas.setFillColorRGB(*INK)

    def _shade(self) -> None:
        canvas = self.document.canvas
        canvas.setFillColorRGB(*SHADE)
        canvas.rect(MARGIN, self.y - self.head_height, self.width - 2 * MARGIN, self.head_height, stroke=0, fill=1)

    def _row(self, row: Sequence[str], height: float) -> None:
        x = MARGIN
        for text, width in zip(row, self.widths, strict=True):
            with self.document.tagged("TD"):
                self._set(self._lines(text, _CELL, width), _CELL, x + _PADDING, self.y - _PADDING)
            x += width
        self.y -= height
        with self.document.decoration():
            canvas = self.document.canvas
            canvas.setStrokeColorRGB(*HAIRLINE)
            canvas.setLineWidth(0.5)
            canvas.line(MARGIN, self.y, self.width - MARGIN, self.y)
            edge = MARGIN
            for width in self.widths[:-1]:
                edge += width
                canvas.line(edge, self.y, edge, self.y + height)

    def _close(self) -> None:
        if not self.closing:
            return
        if not self.fits_below:
            self._next_page()
            self._foot(self.page_count)
        self.y -= 8
        for lines in self.closing:
            self._paragraph("P", _CLOSING, lines, 4)

    def _paragraph(self, kind: str, style: _Style, lines: Sequence[str], below: float) -> None:
        with self.document.tagged(kind):
            self._set(lines, style, MARGIN, self.y)
        self.y -= len(lines) * style.line + below

    def _foot(self, number: int) -> None:
        with self.document.decoration():
            words = self.paper.page_of(number, self.page_count)
            right = self.width - MARGIN - face(_SMALL.face).width(words, _SMALL.size)
            self._set([words], _SMALL, right, MARGIN - 4)
            self._set(self._lines(self.paper.mark, _SMALL, right - MARGIN)[:1], _SMALL, MARGIN, MARGIN - 4)

    def _set(self, lines: Sequence[str], style: _Style, x: float, top: float) -> None:
        self.document.canvas.setFillColorRGB(*style.colour)
        for number, line in enumerate(lines):
            start = (x, top - style.size - number * style.line)
            self.document.text(start, spaced(line), face(style.face), style.size)
