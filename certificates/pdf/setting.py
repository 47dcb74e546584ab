"""Paragraphs: set at a size at which they fit, broken into lines of about equal length. Measures are points."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from certificates.pdf import ornament
from core.pdf.document import Document, language_of
from core.pdf.lines import broken, spaced
from core.pdf.typefaces import face

INK = ornament.colour("#14213D")
MUTED = ornament.colour("#4B5768")
LEAST_NAME = 18.0


@dataclass(frozen=True)
class Style:
    """How a paragraph is set.

    It may shrink to `least` points to take no more than `lines` lines, and to `give` of its size to take one fewer.
    """

    face: str
    size: float
    colour: ornament.Colour = INK
    least: float = 0.0
    lines: int = 1
    give: float = 1.0
    leading: float = 1.3
    tracking: float = 0.0


EYEBROW = Style("bold", 10, least=7, lines=2, give=0.8, tracking=0.9)
TITLE = Style("display", 34, least=22, lines=2, give=0.7, leading=1.16)
NAME = Style("display", 38, least=LEAST_NAME, lines=2, give=0.8, leading=1.14)
# Where there is much to say, one line rather than two.
TIGHT_NAME = Style("display", 38, least=LEAST_NAME, lines=2, give=0.6, leading=1.14)
OTHER_NAME = Style("italic", 14, MUTED, least=9, lines=2, give=0.8)
AGENCY = Style("text", 12, MUTED, least=9, lines=2)
STATEMENT = Style("italic", 13, least=9, lines=2, give=0.85)
SUBJECT = Style("display", 23, least=13, lines=3, give=0.8, leading=1.2)
EXTRA = Style("text", 10.5, MUTED, least=8, lines=2, give=0.9)
LABEL = Style("bold", 8, MUTED, least=6, tracking=0.6)
VALUE = Style("text", 12, least=8, lines=2, give=0.94, leading=1.28)
SMALL = Style("text", 9, MUTED, least=6, lines=3, leading=1.35)
CODE = Style("bold", 13, tracking=0.6)
ADDRESS = Style("text", 9, MUTED, least=5)
SIGNATORY = Style("text", 10.5, least=8, lines=2, give=0.9, leading=1.25)
POST = Style("text", 8.5, MUTED, least=7, lines=3, leading=1.3)
# The same in the second language of a page: smaller, and never louder than the first.
SECOND_TITLE = Style("text", 15, MUTED, least=10, lines=2, give=0.8)
SECOND_AGENCY = Style("italic", 10.5, MUTED, least=8, lines=2, give=0.9)
SECOND_STATEMENT = Style("italic", 11, MUTED, least=8, lines=2, give=0.85)
SECOND_SUBJECT = Style("text", 13.5, MUTED, least=9, lines=3, give=0.85, leading=1.25)
SECOND_EXTRA = Style("italic", 9.5, MUTED, least=7.5, lines=2, give=0.9)
SECOND_VALUE = Style("italic", 9, MUTED, least=7, lines=3, leading=1.3)
SECOND_POST = Style("italic", 8, MUTED, least=6.5, lines=3, leading=1.3)
SECOND_SMALL = Style("italic", 8.5, MUTED, least=6, lines=3, leading=1.35)


@dataclass(frozen=True)
class Paragraph:
    """A paragraph broken into lines at its size; `above` is the space before it, `elastic` its share of free space."""

    kind: str
    style: Style
    size: float
    lines: tuple[str, ...]
    width: float
    above: float = 0.0
    elastic: float = 0.0
    # Empty where it is the language of the document.
    language: str = ""

    @property
    def height(self) -> float:
        return self.above + self.size * self.style.leading * len(self.lines)


@dataclass(frozen=True)
class Block:
    """A part of a page whose height is known before it is drawn from its top down."""

    height: float
    draw: Callable[[Document, float], None]


def paragraph(
    kind: str,
    text: str,
    style: Style,
    width: float,
    *,
    scale: float = 1,
    above: float = 0,
    elastic: float = 0,
    language: str = "",
) -> Paragraph:
    """Break a text for a column `width` points wide; `scale` makes its size smaller, but not below its least."""
    size, lines = _fitted(text, style, width, max(style.least, style.size * scale))
    return Paragraph(kind, style, size, lines, width, above, elastic, language)


def height_of(paragraphs: Sequence[Paragraph]) -> float:
    """How high paragraphs are together."""
    return sum(each.height for each in paragraphs)


def set_paragraph(page: Document, each: Paragraph, x: float, y: float, *, centred: bool = False) -> float:
    """Draw a paragraph whose top is `y`; return where it ends."""
    with page.tagged(each.kind, **language_of(each.language)):
        draw_lines(page, each, x, y, centred=centred)
    return y - each.height


def draw_lines(page: Document, each: Paragraph, x: float, y: float, *, centred: bool = False) -> None:
    """Draw the lines of a paragraph whose top is `y`, without a place in the reading order."""
    style, size = each.style, each.size
    page.canvas.setFillColorRGB(*style.colour)
    base = y - each.above - size
    for number, line in enumerate(each.lines):
        indent = (each.width - _line_width(line, style, size)) / 2 if centred else 0
        start = (x + indent, base - number * size * style.leading)
        page.text(start, spaced(line), face(style.face), size, style.tracking)


@lru_cache(maxsize=2048)
def _fitted(text: str, style: Style, width: float, size: float) -> tuple[float, tuple[str, ...]]:
    """Return (size, lines): the fewest lines at a size the style allows; at its least, as many lines as it takes."""
    least = style.least or size
    for number in range(1, style.lines + 1):
        floor = least if number == style.lines else max(least, style.give * size)
        for trial in _sizes(size, floor):
            lines = _broken(text, style, width, trial)
            if len(lines) <= number and _widest(lines, style, trial) <= width:
                return trial, _balanced(text, style, width, trial)
    return least, _balanced(text, style, width, least)


def _sizes(size: float, floor: float) -> list[float]:
    steps = int((size - floor) / 0.5)
    return [size - 0.5 * step for step in range(steps + 1)]


def _line_width(line: str, style: Style, size: float) -> float:
    return face(style.face).width(line.rstrip(), size, style.tracking)


def _widest(lines: list[str], style: Style, size: float) -> float:
    return max(_line_width(line, style, size) for line in lines)


def _balanced(text: str, style: Style, width: float, size: float) -> tuple[str, ...]:
    """Break into as few lines as the width allows, then make them about equally long."""
    best = _broken(text, style, width, size)
    for part in (0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55):
        lines = _broken(text, style, width * part, size)
        if len(lines) > len(best):
            break
        best = lines
    return tuple(best)


def _broken(text: str, style: Style, width: float, size: float) -> list[str]:
    return broken(text, face(style.face), size, width, tracking=style.tracking, split_words=size <= style.least)
