"""Sheets of paper that are filled from the top down: paragraphs, lists, tables and pictures, tagged for those who
listen.

Everything is laid out first and drawn afterwards, because the foot of a page says how many there are. Measures are
points from the bottom left.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from core.pdf.document import About, Document
from core.pdf.lines import lines_of, spaced
from core.pdf.tables import A4, INK, MARGIN, MUTED, SHADE
from core.pdf.typefaces import face

Colour = tuple[float, float, float]
# What draws something that was laid out.
Step = Callable[[Document], None]

# From the margin to the lowest thing on a page: the line with the number of the page. Above: the running head.
FOOT, HEAD = 18.0, 22.0


@dataclass(frozen=True)
class Style:
    """How a text is set; the line height is a multiple of the size."""

    face: str
    size: float
    colour: Colour = INK
    leading: float = 1.32

    @property
    def line(self) -> float:
        return self.size * self.leading

    def width(self, text: str) -> float:
        return face(self.face).width(text, self.size)


TITLE = Style("display", 20, leading=1.18)
HEADING = Style("display", 13, leading=1.2)
LEAD = Style("text", 11)
TEXT = Style("text", 9.5)
BOLD = Style("bold", 9.5)
SMALL = Style("text", 8.5, MUTED)
TINY = Style("text", 8, MUTED)


@dataclass(frozen=True)
class _Page:
    """A page: its width and height, and what is drawn on it."""

    size: tuple[float, float]
    steps: list[Step]


class Sheets:
    """Pages being filled: where the pen is, and what is drawn on each of them.

    head: what stands at the top of every page but the first; foot: at the bottom of each, beside its number. Pages are
    upright until they are turned.
    """

    def __init__(self, *, head: str, foot: str, page_of: Callable[[int, int], str]) -> None:
        self._head, self._foot, self._page_of = head, foot, page_of
        self._size = A4
        self._pages = [_Page(A4, [])]
        self.y = self._size[1] - MARGIN

    @property
    def inner(self) -> float:
        """How wide the page is between its margins."""
        return self._size[0] - 2 * MARGIN

    @property
    def room(self) -> float:
        """How much is left of the page."""
        return self.y - MARGIN - FOOT

    @property
    def most(self) -> float:
        """How much an empty page holds below its running head."""
        return self._size[1] - 2 * MARGIN - FOOT - HEAD

    def add(self, step: Step) -> None:
        """Draw something on the page, after everything that was added before."""
        self._pages[-1].steps.append(step)

    def next_page(self) -> None:
        """Go on at the top of a new page."""
        self._pages.append(_Page(self._size, []))
        self.y = self._size[1] - MARGIN - HEAD

    def rule_beside(self, since: tuple[int, float], x: float, colour: Colour, width: float = 2) -> None:
        """Draw an upright line at `x` from a place (page and height) down to the pen, on every page between."""
        for number, page in enumerate(self._pages[since[0] - 1 :], start=since[0]):
            top = since[1] if number == since[0] else page.size[1] - MARGIN - HEAD
            bottom = self.y if number == len(self._pages) else MARGIN + FOOT
            if top > bottom:
                box = (x, bottom, width, top - bottom)
                page.steps.append(partial(shade, box=box, colour=colour))

    def turn(self, *, across: bool) -> None:
        """Go on across or upright: on a new page, unless this one lies like that or nothing is on it yet."""
        size = (A4[1], A4[0]) if across else A4
        if size == self._size:
            return
        self._size = size
        if len(self._pages) == 1 and not self._pages[0].steps:
            self._pages, self.y = [_Page(size, [])], size[1] - MARGIN
        else:
            self.next_page()

    def keep(self, height: float) -> bool:
        """Begin a new page if so much does not fit on this one; say whether that was so."""
        if height <= self.room or self.room >= self.most:
            return False
        self.next_page()
        return True

    def down(self, height: float) -> None:
        """Move the pen down."""
        self.y -= height

    @property
    def page(self) -> int:
        """The number of the page that is being filled."""
        return len(self._pages)

    @contextmanager
    def group(self, kind: str, **attributes: Any) -> Iterator[None]:
        """What is added inside belongs to one element, however many pages it takes."""
        opened: list[Any] = []

        def begin(document: Document) -> None:
            opened.append(document.group(kind, **attributes))
            opened[-1].__enter__()

        self.add(begin)
        yield
        self.add(lambda _document: opened.pop().__exit__(None, None, None))

    def paragraph(self, kind: str, text: str, style: Style, *, below: float = 0, indent: float = 0) -> None:
        """Set a text as an element in as many lines as it needs, on one page."""
        lines = lines_of(text, face(style.face), style.size, self.inner - indent)
        self.keep(len(lines) * style.line)
        self.add(partial(_paragraph, kind=kind, lines=lines, style=style, at=(MARGIN + indent, self.y)))
        self.down(len(lines) * style.line + below)

    def heading(self, text: str, *, follows: float = 60) -> None:
        """Set a heading of the second level, never alone at the end of a page."""
        self.keep(HEADING.line + 14 + follows)
        if self.room < self.most:
            self.down(14)
        self.paragraph("H2", text, HEADING, below=5)

    def listed(self, lines: Sequence[tuple[str, str]]) -> None:
        """Set a list: labels, and below each what it is."""
        with self.group("L"):
            for label, text in lines:
                self.keep(2 * TEXT.line)
                with self.group("LI"):
                    if label:
                        self.paragraph("Lbl", label, BOLD)
                    self.paragraph("LBody", text, TEXT, below=4, indent=0 if label else 8)

    def notice(self, title: str, lines: Sequence[str]) -> None:
        """Set lines below a bold title on a shaded field; the lines after the first are a list."""
        pad = 8.0
        set_lines = [lines_of(line, face("text"), TEXT.size, self.inner - 2 * pad) for line in lines]
        height = BOLD.line + sum(map(len, set_lines)) * TEXT.line + 2 * pad
        self.keep(height)
        self.add(partial(shade, box=(MARGIN, self.y - height, self.inner, height), colour=SHADE))
        self.down(pad)
        self.add(partial(_paragraph, kind="P", lines=[title], style=BOLD, at=(MARGIN + pad, self.y)))
        self.down(BOLD.line)
        for each in set_lines:
            self.add(partial(_paragraph, kind="P", lines=each, style=TEXT, at=(MARGIN + pad, self.y)))
            self.down(len(each) * TEXT.line)
        self.down(pad + 8)

    def drawn(self, about: About) -> bytes:
        """Draw all pages and return the file."""
        document = Document(self._pages[0].size, about, face("text"))
        for number, page in enumerate(self._pages, start=1):
            if number > 1:
                document.next_page()
                document.canvas.setPageSize(page.size)
            self._margins(document, number, page.size)
            for step in page.steps:
                step(document)
        return document.finished()

    def _margins(self, document: Document, number: int, size: tuple[float, float]) -> None:
        with document.decoration():
            words = self._page_of(number, len(self._pages))
            right = size[0] - MARGIN - TINY.width(words)
            set_lines(document, [words], TINY, (right, MARGIN - 4 + TINY.size))
            foot = lines_of(self._foot, face(TINY.face), TINY.size, right - MARGIN - 12)[:1]
            set_lines(document, foot, TINY, (MARGIN, MARGIN - 4 + TINY.size))
            if number > 1:
                head = lines_of(self._head, face(TINY.face), TINY.size, size[0] - 2 * MARGIN)[:1]
                set_lines(document, head, TINY, (MARGIN, size[1] - MARGIN + TINY.size / 2))


def set_lines(document: Document, lines: Sequence[str], style: Style, at: tuple[float, float]) -> None:
    """Set lines below each other from the left end and the top of the first."""
    document.canvas.setFillColorRGB(*style.colour)
    for number, line in enumerate(lines):
        document.text((at[0], at[1] - style.size - number * style.line), spaced(line), face(style.face), style.size)


def _paragraph(document: Document, *, kind: str, lines: Sequence[str], style: Style, at: tuple[float, float]) -> None:
    with document.tagged(kind):
        set_lines(document, lines, style, at)


def shade(document: Document, *, box: tuple[float, float, float, float], colour: Colour) -> None:
    """Fill a field (left, bottom, width, height) that is not read aloud."""
    with document.decoration():
        document.canvas.setFillColorRGB(*colour)
        document.canvas.rect(*box, stroke=0, fill=1)


def hatch(document: Document, box: tuple[float, float, float, float], colour: Colour, *, falling: bool = False) -> None:
    """Fill a field with slanting lines 4 points apart; whoever calls says what they are part of."""
    left, bottom, width, height = box
    canvas = document.canvas
    canvas.saveState()
    path = canvas.beginPath()
    path.rect(*box)
    canvas.clipPath(path, stroke=0)
    canvas.setLineWidth(0.9)
    canvas.setStrokeColorRGB(*colour)
    for number in range(int((width + height) / 4) + 1):
        x = left - height + number * 4
        ends = (bottom + height, bottom) if falling else (bottom, bottom + height)
        canvas.line(x, ends[0], x + height, ends[1])
    canvas.restoreState()
