"""Badges on A4, eight to a page, to be cut along the marks: a name to read across a table, and a code to scan.

Values in, bytes out. Measures are points from the bottom left.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.pdf.document import About, Document, figure
from core.pdf.lines import broken, known, lines_of, spaced
from core.pdf.qr import draw_qr
from core.pdf.tables import A4, INK, MUTED
from core.pdf.typefaces import drawing, face

ACROSS, DOWN = 2, 4

_WIDTH, _HEIGHT = A4[0] / ACROSS, A4[1] / DOWN
_MARGIN, _QR_SIDE = 22.0, 70.9  # 25 mm
_CUT = 8.0
_NAME_SIZES = (22.0, 20.0, 18.0, 16.0, 14.0, 12.0)


@dataclass(frozen=True)
class Badge:
    """What stands on a badge, ready to print; `address` is what the code leads to, `code` what somebody types."""

    name: str
    agency: str
    workshop: str
    address: str
    code: str
    code_label: str
    qr_description: str


def draw(badges: Sequence[Badge], about: About) -> bytes:
    """Return the PDF; the same badges always give the same bytes. Without badges it is one empty page."""
    with drawing:
        document = Document(A4, about, face("text"))
        for number, badge in enumerate(badges):
            place = number % (ACROSS * DOWN)
            if number and not place:
                document.next_page()
            if not place:
                _cut_marks(document)
            with document.group("Sect"):
                _draw_badge(document, badge, _WIDTH * (place % ACROSS), A4[1] - _HEIGHT * (place // ACROSS + 1))
        return document.finished()


def _draw_badge(document: Document, badge: Badge, left: float, bottom: float) -> None:
    x, inner = left + _MARGIN, _WIDTH - 2 * _MARGIN
    y = bottom + _HEIGHT - _MARGIN
    y = _set(document, badge.workshop, ("text", 8.5, MUTED), (x, y), inner, most=2) - 10
    y = (
        _set(document, badge.name, ("display", _name_size(badge.name, inner), INK), (x, y), inner, most=3, kind="H1")
        - 4
    )
    text_width = inner - _QR_SIDE - 14
    _set(document, badge.agency, ("text", 10, INK), (x, min(y, bottom + _MARGIN + _QR_SIDE + 2)), text_width, most=3)
    _set(
        document,
        f"{badge.code_label}\n{badge.code}",
        ("bold", 9, MUTED),
        (x, bottom + _MARGIN + 24),
        text_width,
        most=2,
    )
    corner = (left + _WIDTH - _MARGIN - _QR_SIDE, bottom + _MARGIN)
    box = (*corner, corner[0] + _QR_SIDE, corner[1] + _QR_SIDE)
    with document.tagged("Figure", **figure(badge.qr_description, box)):
        document.canvas.setFillColorRGB(*INK)
        draw_qr(document.canvas, badge.address, corner, _QR_SIDE)


def _name_size(name: str, width: float) -> float:
    """The largest size at which a name takes two lines and no word is broken."""
    display = face("display")
    for size in _NAME_SIZES:
        lines = broken(known(name, display), display, size, width, split_words=False)
        if len(lines) <= 2 and all(display.width(line.rstrip(), size) <= width for line in lines):  # noqa: PLR2004
            return size
    return _NAME_SIZES[-1]


def _set(
    document: Document,
    text: str,
    style: tuple[str, float, tuple[float, float, float]],
    start: tuple[float, float],
    width: float,
    *,
    most: int,
    kind: str = "P",
) -> float:
    """Set a text from its top in at most `most` lines; return where it ends."""
    name, size, colour = style
    typeface = face(name)
    lines = lines_of(text, typeface, size, width)[:most]
    x, y = start
    with document.tagged(kind):
        document.canvas.setFillColorRGB(*colour)
        for line in lines:
            y -= size * 1.18
            document.text((x, y), spaced(line), typeface, size)
    return y


def _cut_marks(document: Document) -> None:
    """Short lines where badges meet, at the edges and in the middle."""
    canvas = document.canvas
    with document.decoration():
        canvas.setStrokeColorRGB(*MUTED)
        canvas.setLineWidth(0.4)
        for row in range(DOWN + 1):
            for column in range(ACROSS + 1):
                x, y = column * _WIDTH, row * _HEIGHT
                canvas.line(max(x - _CUT, 0), y, min(x + _CUT, A4[0]), y)
                canvas.line(x, max(y - _CUT, 0), x, min(y + _CUT, A4[1]))
