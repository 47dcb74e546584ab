"""The certificate on its page: a seal and the way to verify on the left, what is proved on the right.

Everything that is read is text; everything else is decoration. Measures are points from the bottom left of A4 across.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from certificates.pdf import ornament
from core.pdf.document import About, Attachment, Document, SignatureRoom, figure
from core.pdf.lines import broken, spaced
from core.pdf.qr import draw_qr
from core.pdf.typefaces import drawing, face

WIDTH, HEIGHT = 841.89, 595.28
INK = ornament.colour("#14213D")
MUTED = ornament.colour("#4B5768")
GOLD_TEXT = ornament.colour("#8A6820")
GOLD_RULE = ornament.colour("#C9AE6B")
HAIRLINE = ornament.colour("#D9D5CA")
LEAST_NAME = 18.0

_FRAME, _BAND = 21.0, 9.0
_LEFT, _RIGHT = 320.0, 788.0
_TOP, _FACTS_TOP, _FACTS_FOOT = 517.0, 166.5, 90.0
_SEAL = (168.0, 374.0)
_QR_LEFT, _QR_SIDE = 58.0, 76.5  # 27 mm


class MissingLetterError(ValueError):
    """A face of the certificate cannot draw some letters; they would come out as empty boxes."""

    def __init__(self, letters: list[str]) -> None:
        super().__init__(" ".join(letters))
        self.letters = letters


@dataclass(frozen=True)
class Words:
    """Every word on the certificate, ready to print, in its language."""

    language: str
    document_title: str
    document_subject: str
    moment: datetime
    issuer: str
    title: str
    name: str
    other_name: str
    agency: str
    statement: str
    subject: str
    facts: tuple[tuple[str, str], ...]
    issued: str
    note: str
    verify: str
    code: str
    address: str
    printed_address: str
    seal_description: str
    qr_description: str


@dataclass(frozen=True)
class _Style:
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


_EYEBROW = _Style("bold", 10, GOLD_TEXT, least=7, tracking=0.9)
_TITLE = _Style("display", 34, least=22)
_NAME = _Style("display", 38, least=LEAST_NAME, lines=2, give=0.8, leading=1.14)
_OTHER_NAME = _Style("italic", 14, MUTED, least=9)
_AGENCY = _Style("text", 12, MUTED, least=9, lines=2)
_STATEMENT = _Style("italic", 13, least=9)
_SUBJECT = _Style("display", 23, least=13, lines=3, give=0.8, leading=1.2)
_LABEL = _Style("bold", 8, MUTED, least=6, tracking=0.6)
_VALUE = _Style("text", 12, least=8, lines=2, give=0.94, leading=1.28)
_SMALL = _Style("text", 9, MUTED, least=6, lines=3, leading=1.35)
_CODE = _Style("bold", 13, tracking=0.6)
_ADDRESS = _Style("text", 9, MUTED, least=5)

# While the right-hand side is too tall, everything but the name's floor is set smaller by these steps.
_SQUEEZE = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65)


def draw(words: Words, attachments: Sequence[Attachment] = (), signed: SignatureRoom | None = None) -> bytes:
    """Return the PDF. The same words always give the same bytes.

    `attachments` are carried along; with `signed` the file holds room for a signature (`certificates.signatures.sign`).
    Raises MissingLetterError when a face lacks a letter.
    """
    missing = missing_letters(words)
    if missing:
        raise MissingLetterError(missing)
    about = About(
        title=words.document_title,
        subject=words.document_subject,
        author=words.issuer,
        language=words.language,
        identifier=words.address,
        moment=words.moment,
    )
    with drawing:
        page = Document((WIDTH, HEIGHT), about, face("text"), attachments, signed)
        _frame(page)
        _statement(page, words)
        _facts(page, words.facts)
        _foot(page, words)
        _seal(page, words)
        _way_to_verify(page, words)
        return page.finished()


def missing_letters(words: Words) -> list[str]:
    """Return the letters that the faces used for them cannot draw."""
    display = face("display").missing("".join((words.title, words.name, words.subject)))
    rest = (words.issuer.upper(), words.other_name, words.agency, words.statement, words.issued, words.note)
    facts = (part for label, value in words.facts for part in (label.upper(), value))
    text = face("text").missing("".join((*rest, *facts, words.verify, words.printed_address)))
    return [*dict.fromkeys([*display, *text])]


@dataclass(frozen=True)
class _Paragraph:
    """A paragraph broken into lines at its size; `above` is the space before it, `elastic` its share of free space."""

    kind: str
    style: _Style
    size: float
    lines: tuple[str, ...]
    above: float = 0.0
    elastic: float = 0.0

    @property
    def height(self) -> float:
        return self.above + self.size * self.style.leading * len(self.lines)


def _statement(page: Document, words: Words) -> None:
    """Who, what, from the top down in reading order; smaller when there is much to say, airier when there is little."""
    room = _TOP - _FACTS_TOP - 14
    paragraphs = next(
        (fitting for scale in _SQUEEZE if _height(fitting := _statement_paragraphs(words, scale)) <= room),
        _statement_paragraphs(words, _SQUEEZE[-1]),
    )
    free = max(0.0, room - _height(paragraphs))
    y = _TOP
    for paragraph in paragraphs:
        y -= paragraph.elastic * free
        if paragraph.style is _NAME:
            _rule(page, y - 7)
        y = _set(page, paragraph, _LEFT, y)


def _statement_paragraphs(words: Words, scale: float) -> list[_Paragraph]:
    plan = (
        ("P", words.issuer.upper(), _EYEBROW, 0, 0),
        ("H1", words.title, _TITLE, 16, 0),
        ("H2", words.name, _NAME, 36, 0.16),
        ("P", words.other_name, _OTHER_NAME, 5, 0),
        ("P", words.agency, _AGENCY, 4, 0),
        ("P", words.statement, _STATEMENT, 16, 0.22),
        ("H2", words.subject, _SUBJECT, 5, 0),
    )
    return [
        _paragraph(kind, text, style, _RIGHT - _LEFT, scale=scale, above=above * scale, elastic=elastic)
        for kind, text, style, above, elastic in plan
        if text
    ]


def _paragraph(
    kind: str, text: str, style: _Style, width: float, *, scale: float = 1, above: float = 0, elastic: float = 0
) -> _Paragraph:
    size = max(style.least, style.size * scale)
    size, lines = _fitted(text, style, width, size)
    return _Paragraph(kind, style, size, lines, above, elastic)


def _height(paragraphs: Sequence[_Paragraph]) -> float:
    return sum(paragraph.height for paragraph in paragraphs)


def _set(page: Document, paragraph: _Paragraph, x: float, y: float) -> float:
    """Draw a paragraph whose top is `y`; return where it ends."""
    with page.tagged(paragraph.kind):
        _draw_lines(page, paragraph, x, y)
    return y - paragraph.height


def _draw_lines(page: Document, paragraph: _Paragraph, x: float, y: float) -> None:
    style, size = paragraph.style, paragraph.size
    page.canvas.setFillColorRGB(*style.colour)
    base = y - paragraph.above - size
    for number, line in enumerate(paragraph.lines):
        start = (x, base - number * size * style.leading)
        page.text(start, spaced(line), face(style.face), size, style.tracking)


def _rule(page: Document, y: float) -> None:
    """The short gold rule between title and name."""
    with page.decoration():
        page.canvas.setStrokeColorRGB(*GOLD_RULE)
        page.canvas.setLineWidth(1.6)
        page.canvas.line(_LEFT, y, _LEFT + 64, y)


def _facts(page: Document, facts: Sequence[tuple[str, str]]) -> None:
    """Hours, dates and result side by side, as high as the code beside them."""
    with page.decoration():
        page.canvas.setStrokeColorRGB(*HAIRLINE)
        page.canvas.setLineWidth(0.7)
        for y in (_FACTS_TOP, _FACTS_FOOT):
            page.canvas.line(_LEFT, y, _RIGHT, y)
    gap = 20
    width = (_RIGHT - _LEFT - gap * (len(facts) - 1)) / max(len(facts), 1)
    for number, (label, value) in enumerate(facts):
        x = _LEFT + number * (width + gap)
        y = _set(page, _paragraph("P", label.upper(), _LABEL, width), x, _FACTS_TOP - 17)
        _set(page, _paragraph("P", value, _VALUE, width, above=3), x, y)


def _foot(page: Document, words: Words) -> None:
    y = _set(page, _paragraph("P", words.issued, _SMALL, _RIGHT - _LEFT), _LEFT, _FACTS_FOOT - 11)
    _set(page, _paragraph("P", words.note, _SMALL, _RIGHT - _LEFT), _LEFT, y)


def _frame(page: Document) -> None:
    size = (WIDTH - 2 * _FRAME, HEIGHT - 2 * _FRAME)
    with page.decoration():
        _place(page, "frame", ornament.frame(*size, _BAND, GOLD_RULE), (_FRAME, _FRAME), size)


def _seal(page: Document, words: Words) -> None:
    (x, y), halo = _SEAL, ornament.HALO
    box = (x - halo, y - halo, x + halo, y + halo)
    with page.tagged("Figure", **figure(words.seal_description, box)):
        _place(page, "seal", ornament.seal(), box[:2], (2 * halo, 2 * halo))


def _place(page: Document, name: str, drawing: bytes, corner: tuple[float, float], size: tuple[float, float]) -> None:
    page.canvas.saveState()
    page.canvas.translate(*corner)
    page.form(name, drawing, size)
    page.canvas.restoreState()


def _way_to_verify(page: Document, words: Words) -> None:
    """The code to scan, to type and to click."""
    bottom = _FACTS_FOOT
    box = (_QR_LEFT, bottom, _QR_LEFT + _QR_SIDE, bottom + _QR_SIDE)
    with page.tagged("Figure", **figure(words.qr_description, box)):
        page.canvas.setFillColorRGB(*INK)
        draw_qr(page.canvas, words.address, (_QR_LEFT, bottom), _QR_SIDE)
    x = _QR_LEFT + _QR_SIDE + 14
    width = _LEFT - 22 - x
    y = _set(page, _paragraph("P", words.verify, _SMALL, width), x, bottom + _QR_SIDE + 1)
    y = _set(page, _paragraph("P", words.code, _CODE, width, above=5), x, y)
    link = _paragraph("Link", words.printed_address, _ADDRESS, width, above=1)
    with page.link(words.address, (x, y - link.height, x + width, y), words.qr_description):
        _draw_lines(page, link, x, y)


@lru_cache(maxsize=1024)
def _fitted(text: str, style: _Style, width: float, size: float) -> tuple[float, tuple[str, ...]]:
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


def _line_width(line: str, style: _Style, size: float) -> float:
    return face(style.face).width(line.rstrip(), size, style.tracking)


def _widest(lines: list[str], style: _Style, size: float) -> float:
    return max(_line_width(line, style, size) for line in lines)


def _balanced(text: str, style: _Style, width: float, size: float) -> tuple[str, ...]:
    """Break into as few lines as the width allows, then make them about equally long."""
    best = _broken(text, style, width, size)
    for part in (0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55):
        lines = _broken(text, style, width * part, size)
        if len(lines) > len(best):
            break
        best = lines
    return tuple(best)


def _broken(text: str, style: _Style, width: float, size: float) -> list[str]:
    return broken(text, face(style.face), size, width, tracking=style.tracking, split_words=size <= style.least)
