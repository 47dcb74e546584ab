"""Running text on sheets: paragraphs of words that look different, headings, lists and fields, over as many pages as
they take.

Words stand in a column narrower than the sheet, because long lines are hard to read.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from typing import Any

from core.pdf.document import Document, figure, language_of
from core.pdf.lines import broken, known, spaced
from core.pdf.sheets import Sheets, Style
from core.pdf.tables import A4, HAIRLINE, MARGIN
from core.pdf.typefaces import face

_PIECE = re.compile(r"\n|[^ \n]+| +")
# So many lines of a paragraph stay together at the end and at the beginning of a page.
_TOGETHER = 2


@dataclass(frozen=True)
class Span:
    """Words that look alike, where they lead, and their language if it is another than that of the file."""

    text: str
    style: Style
    link: str = ""
    language: str = ""


@dataclass(frozen=True)
class _Set:
    """Words on a line, from `x` on; `number` is that of the span that they are part of."""

    x: float
    number: int
    text: str
    span: Span


class Flow:
    """A column on sheets in which text runs from the top down: `left` and `width` in points."""

    def __init__(self, sheets: Sheets, *, indent: float = 0, width: float = 0) -> None:
        self.sheets = sheets
        self.left = MARGIN + indent
        self.width = width or A4[0] - self.left - MARGIN

    @contextmanager
    def indented(self, by: float) -> Iterator[None]:
        """What runs inside begins farther to the right."""
        self.left, self.width = self.left + by, self.width - by
        yield
        self.left, self.width = self.left - by, self.width + by

    def paragraph(self, kind: str, spans: Sequence[Span], *, below: float = 0) -> None:
        """Set words as an element; a long paragraph goes on on the next page."""
        lines = [*_lines(spans, self.width)]
        if not lines:
            return
        height = spans[0].style.line
        with self.sheets.group(kind):
            while lines:
                taken = self._fitting(len(lines), height)
                step = partial(_draw, lines=lines[:taken], top=self.sheets.y, left=self.left, height=height)
                self.sheets.add(step)
                self.sheets.down(taken * height)
                lines = lines[taken:]
                if lines:
                    self.sheets.next_page()
        self.sheets.down(below)

    def _fitting(self, lines: int, height: float) -> int:
        """How many of so many lines stand on this page; on the next one if that would tear them badly."""
        fits = int(self.sheets.room // height)
        if lines <= fits:
            return lines
        fits = min(fits, lines - _TOGETHER)
        if fits >= _TOGETHER:
            return fits
        self.sheets.keep(min(lines * height, self.sheets.most))
        return max(min(lines, int(self.sheets.room // height)), 1)

    def heading(self, level: int, text: str, style: Style, *, above: float, below: float, mark: int = -1) -> None:
        """Set a heading with some room for what follows it; with `mark` it stands in the outline of the file, at that
        level counted from 0."""
        lines = len([*_lines([Span(text, style)], self.width)])
        self.sheets.keep(above + lines * style.line + below + 3 * style.line)
        if self.sheets.room < self.sheets.most:
            self.sheets.down(above)
        if mark >= 0:
            self.sheets.add(partial(_bookmark, title=text, level=mark, top=self.sheets.y))
        self.paragraph(f"H{level}", [Span(text, style)], below=below)

    @contextmanager
    def item(self, label: Span, *, indent: float) -> Iterator[None]:
        """What runs inside is an item of a list (inside a group "L"); its label stands at the left of it."""
        self.sheets.keep((_TOGETHER + 1) * label.style.line)
        with self.sheets.group("LI"):
            piece = _Set(0, 0, label.text, label)
            self.sheets.add(partial(_draw_label, piece=piece, top=self.sheets.y, left=self.left))
            with self.sheets.group("LBody"), self.indented(indent):
                yield

    @contextmanager
    def field(self, colour: tuple[float, float, float], **attributes: Any) -> Iterator[None]:
        """What runs inside stands apart, with a line at its left."""
        self.sheets.keep(60)
        since = self.sheets.page, self.sheets.y
        with self.sheets.group("Div", **attributes), self.indented(12):
            yield
        self.sheets.rule_beside(since, self.left, colour)

    def picture(self, content: bytes, pixels: tuple[int, int], alternative: str, *, below: float = 0) -> None:
        """Set a picture as wide as the column at most, and at most half a page high."""
        scale = min(self.width / pixels[0], self.sheets.most / 2 / pixels[1], 0.75)
        size = pixels[0] * scale, pixels[1] * scale
        self.sheets.keep(size[1])
        corner = self.left, self.sheets.y - size[1]
        self.sheets.add(partial(_draw_picture, content=content, corner=corner, size=size, alternative=alternative))
        self.sheets.down(size[1] + below)


def _lines(spans: Sequence[Span], width: float) -> Iterator[list[_Set]]:
    """Break words into lines of a width; what stands together without a space stays together."""
    line: list[_Set] = []
    x = 0.0
    for word in _words(spans, width):
        wide = sum(span.style.width(text) for _number, text, span in word)
        ends = [text for _number, text, _span in word] == ["\n"]
        bare = wide - word[-1][2].style.width(" ") if word[-1][1].endswith(" ") else wide
        if ends or (line and x + bare > width):
            yield line
            line, x = [], 0.0
        if ends:
            continue
        for number, text, span in word:
            line.append(_Set(x, number, text, span))
            x += span.style.width(text)
    if line:
        yield line


def _words(spans: Sequence[Span], width: float) -> Iterator[list[tuple[int, str, Span]]]:
    """Yield words with the space after them, as pieces of the spans that they are made of."""
    word: list[tuple[int, str, Span]] = []
    for number, span in enumerate(spans):
        for piece in _PIECE.findall(known(span.text, face(span.style.face))):
            if piece == "\n" or piece.startswith(" "):
                if piece != "\n":
                    word.append((number, " ", span))
                yield from [word] if word else []
                yield from [[(number, piece, span)]] if piece == "\n" else []
                word = []
            elif span.style.width(piece) > width:
                parts = broken(piece, face(span.style.face), span.style.size, width)
                yield from [word] if word else []
                yield from ([(number, part, span)] for part in parts[:-1])
                word = [(number, parts[-1], span)]
            else:
                word.append((number, piece, span))
    if word:
        yield word


def _draw(document: Document, *, lines: Sequence[list[_Set]], top: float, left: float, height: float) -> None:
    """Set lines below each other; words of one span are one element, those that lead somewhere one on each line."""
    pieces = [(number, piece) for number, line in enumerate(lines) for piece in _ended(line)]
    for _key, group in groupby(pieces, key=lambda each: (each[1].number, each[0] if each[1].span.link else -1)):
        together = [*group]
        span = together[0][1].span
        if span.link:
            _draw_link(document, [piece for _number, piece in together], (left, top - together[0][0] * height))
            continue
        with document.tagged("Span", **language_of(span.language)):
            for number, piece in together:
                _put(document, piece, (left, top - number * height))


def _ended(line: list[_Set]) -> list[_Set]:
    """A line with a space at its end, or two lines would be read as one word; pieces of one span side by side are one
    piece."""
    made: list[_Set] = []
    for piece in line:
        if made and made[-1].number == piece.number:
            made[-1] = replace(made[-1], text=made[-1].text + piece.text)
        else:
            made.append(piece)
    made[-1] = replace(made[-1], text=spaced(made[-1].text))
    return made


def _draw_link(document: Document, pieces: Sequence[_Set], at: tuple[float, float]) -> None:
    first, last = pieces[0], pieces[-1]
    style = first.span.style
    left, right = at[0] + first.x, at[0] + last.x + last.span.style.width(last.text.rstrip())
    base = at[1] - style.size
    box = (left, base - style.size * 0.25, right, base + style.size)
    with document.link(first.span.link, box, "".join(piece.text for piece in pieces).strip()):
        for piece in pieces:
            _put(document, piece, at)
    with document.decoration():
        document.canvas.setStrokeColorRGB(*HAIRLINE)
        document.canvas.setLineWidth(0.6)
        document.canvas.line(left, base - 1.6, right, base - 1.6)


def _draw_label(document: Document, *, piece: _Set, top: float, left: float) -> None:
    with document.tagged("Lbl"):
        _put(document, replace(piece, text=spaced(piece.text)), (left, top))


def _put(document: Document, piece: _Set, at: tuple[float, float]) -> None:
    style = piece.span.style
    document.canvas.setFillColorRGB(*style.colour)
    document.text((at[0] + piece.x, at[1] - style.size), piece.text, face(style.face), style.size)


def _draw_picture(
    document: Document,
    *,
    content: bytes,
    corner: tuple[float, float],
    size: tuple[float, float],
    alternative: str,
) -> None:
    box = (*corner, corner[0] + size[0], corner[1] + size[1])
    with document.tagged("Figure", **figure(alternative, box)):
        document.image(content, corner, size)


def _bookmark(document: Document, *, title: str, level: int, top: float) -> None:
    document.bookmark(title, level, top)
