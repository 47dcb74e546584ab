"""The parts of a certificate, each measured before it is drawn. Measures are points."""

from collections.abc import Sequence

from certificates.pdf import ornament
from certificates.pdf.setting import (
    ADDRESS,
    AGENCY,
    CODE,
    EXTRA,
    EYEBROW,
    INK,
    LABEL,
    NAME,
    OTHER_NAME,
    POST,
    SECOND_AGENCY,
    SECOND_EXTRA,
    SECOND_POST,
    SECOND_SMALL,
    SECOND_STATEMENT,
    SECOND_SUBJECT,
    SECOND_TITLE,
    SECOND_VALUE,
    SIGNATORY,
    SMALL,
    STATEMENT,
    SUBJECT,
    TIGHT_NAME,
    TITLE,
    VALUE,
    Block,
    Paragraph,
    Style,
    draw_lines,
    height_of,
    paragraph,
    set_paragraph,
)
from certificates.pdf.words import DoesNotFitError, Look, Picture, SecondWords, Words
from core.pdf.document import Document, figure
from core.pdf.qr import draw_qr

HAIRLINE = ornament.colour("#D9D5CA")
QR_SIDE = 76.5  # 27 mm
MOST_LOGO_HEIGHT = 45.4  # 16 mm
_GAP = 20.0
_LOGO_GAP = 22.0
_FACTS_PAD, _TIGHT_PAD = 11.0, 8.0
_SIGNATURE_ROOM, _TIGHT_ROOM = 34.0, 26.0
# While there is too much to say, everything but the name's floor is set smaller by these steps.
SQUEEZE = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6)
ROOMY = 0.9

_NOTHING = SecondWords("", "", "", "", "", "", "", (), "", "", "")


def frame(page: Document, size: tuple[float, float], look: Look) -> None:
    """The frame around the page."""
    edge, band = 21.0, 9.0
    inner = (size[0] - 2 * edge, size[1] - 2 * edge)
    tone = ornament.lighter(ornament.colour(look.accent))
    with page.decoration():
        page.canvas.saveState()
        page.canvas.translate(edge, edge)
        page.form("frame", ornament.frame(*inner, band, tone), inner)
        page.canvas.restoreState()


def seal(page: Document, words: Words, centre: tuple[float, float], scale: float = 1) -> None:
    """The emblem with its halo, which is 2·HALO·scale points wide."""
    halo = ornament.HALO
    radius = halo * scale
    box = (centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius)
    with page.tagged("Figure", **figure(words.seal_description, box)):
        drawing = ornament.seal(words.look.pattern)
        page.canvas.saveState()
        page.canvas.transform(scale, 0, 0, scale, *box[:2])
        page.form("seal", drawing, (2 * halo, 2 * halo))
        page.canvas.restoreState()


def statement(words: Words, width: float, scale: float) -> list[Paragraph]:
    """Who and what, from the issuer to the title of what was learnt, in reading order."""
    second = words.second or _NOTHING
    eyebrow = Style(**{**vars(EYEBROW), "colour": ornament.colour(words.look.accent)})
    plan: tuple[tuple[str, str, Style, float, float, str], ...] = (
        ("P", words.issuer.upper(), eyebrow, 0, 0, ""),
        ("P", second.issuer, SECOND_AGENCY, 2, 0, second.language),
        ("H1", words.title, TITLE, 16, 0, ""),
        ("P", second.title, SECOND_TITLE, 3, 0, second.language),
        ("H2", words.name, NAME if scale > ROOMY else TIGHT_NAME, 36, 0.16, ""),
        ("P", words.other_name, OTHER_NAME, 8, 0, ""),
        ("P", words.agency, AGENCY, 4, 0, ""),
        ("P", second.agency, SECOND_AGENCY, 1, 0, second.language),
        ("P", words.statement, STATEMENT, 16, 0.22, ""),
        ("P", second.statement, SECOND_STATEMENT, 0, 0, second.language),
        ("H2", words.subject, SUBJECT, 5, 0, ""),
        ("P", second.subject, SECOND_SUBJECT, 3, 0, second.language),
        ("P", words.extra, EXTRA, 10, 0.08, ""),
        ("P", second.extra, SECOND_EXTRA, 1, 0, second.language),
    )
    return [
        paragraph(kind, text, style, width, scale=scale, above=above * scale**2, elastic=elastic, language=language)
        for kind, text, style, above, elastic, language in plan
        if text
    ]


def draw_statement(
    page: Document,
    paragraphs: Sequence[Paragraph],
    corner: tuple[float, float],
    free: float,
    look: Look,
    *,
    centred: bool = False,
) -> None:
    """Set the paragraphs from their top left corner down; `free` points are shared out between them."""
    left, y = corner
    for each in paragraphs:
        y -= each.elastic * free
        if each.style in {NAME, TIGHT_NAME}:
            _rule(page, left + (each.width - 64) / 2 if centred else left, y - each.above * 7 / 36, look)
        y = set_paragraph(page, each, left, y, centred=centred)


def _rule(page: Document, x: float, y: float, look: Look) -> None:
    """The short rule between title and name."""
    with page.decoration():
        page.canvas.setStrokeColorRGB(*ornament.lighter(ornament.colour(look.accent)))
        page.canvas.setLineWidth(1.6)
        page.canvas.line(x, y, x + 64, y)


def facts(
    words: Words, left: float, width: float, *, least: float = 0, centred: bool = False, tight: bool = False
) -> Block:
    """Hours, dates and result side by side between two hairlines, at least `least` points high."""
    pad = _TIGHT_PAD if tight else _FACTS_PAD
    number = max(len(words.facts), 1)
    each = (width - _GAP * (number - 1)) / number
    columns = []
    for place, (label, value) in enumerate(words.facts):
        column = [paragraph("P", label.upper(), LABEL, each), paragraph("P", value, VALUE, each, above=3)]
        if words.second is not None:
            again = ": ".join(words.second.facts[place])
            column.append(paragraph("P", again, SECOND_VALUE, each, above=3, language=words.second.language))
        columns.append(column)
    height = max(least, max(map(height_of, columns), default=0) + 2 * pad + 2)

    def draw(page: Document, top: float) -> None:
        with page.decoration():
            page.canvas.setStrokeColorRGB(*HAIRLINE)
            page.canvas.setLineWidth(0.7)
            for y in (top, top - height):
                page.canvas.line(left, y, left + width, y)
        for place, column in enumerate(columns):
            y = top - (17 if least else pad)
            for part in column:
                y = set_paragraph(page, part, left + place * (each + _GAP), y, centred=centred)

    return Block(height, draw)


def signatories(words: Words, left: float, width: float, *, centred: bool = False, tight: bool = False) -> Block:
    """Who signs: the written signature or room for it, a line, name and post."""
    room = _TIGHT_ROOM if tight else _SIGNATURE_ROOM
    number = len(words.signatories)
    if not number:
        return Block(0, lambda _page, _top: None)
    gap = 26.0
    each = min(190.0, (width - gap * (number - 1)) / number)
    start = left + (width - number * each - (number - 1) * gap) / 2 if centred else left
    columns = []
    for place, (name, post, _description) in enumerate(words.signatories):
        column = [paragraph("P", name, SIGNATORY, each), paragraph("P", post, POST, each, above=1)]
        if words.second is not None and words.second.posts[place]:
            language = words.second.language
            column.append(paragraph("P", words.second.posts[place], SECOND_POST, each, above=1, language=language))
        columns.append(column)
    height = room + 5 + max(map(height_of, columns))

    def draw(page: Document, top: float) -> None:
        y = top - room
        for place, column in enumerate(columns):
            x = start + place * (each + gap)
            picture = words.look.signatures[place] if place < len(words.look.signatures) else None
            if picture is not None:
                _signature(page, picture, words.signatories[place][2], (x, y), (each, room), centred=centred)
            with page.decoration():
                page.canvas.setStrokeColorRGB(*ornament.colour("#8A93A3"))
                page.canvas.setLineWidth(0.6)
                page.canvas.line(x, y, x + each, y)
            bottom = y - 5
            for part in column:
                bottom = set_paragraph(page, part, x, bottom, centred=centred)

    return Block(height, draw)


def _signature(
    page: Document,
    picture: Picture,
    description: str,
    corner: tuple[float, float],
    room: tuple[float, float],
    *,
    centred: bool,
) -> None:
    """A written signature that stands on its line."""
    wide, high = picture.size
    width = room[0]
    scale = min(0.8 * width / wide, room[1] / high)
    size = (wide * scale, high * scale)
    x, y = corner[0] + ((width - size[0]) / 2 if centred else 4), corner[1] - 1
    with page.tagged("Figure", **figure(description, (x, y, x + size[0], y + size[1]))):
        page.image(picture.data, (x, y), size)


def logos(words: Words, left: float, width: float, *, centred: bool = False) -> Block:
    """The logos of partners side by side, each in the middle of the row.

    Raises DoesNotFitError when they are too many for the width, or one is too high.
    """
    pictures = words.look.logos
    if not pictures:
        return Block(0, lambda _page, _top: None)
    whole = sum(picture.width for picture in pictures) + _LOGO_GAP * (len(pictures) - 1)
    height = max(picture.height for picture in pictures)
    if whole > width or height > MOST_LOGO_HEIGHT:
        raise DoesNotFitError("logos")

    def draw(page: Document, top: float) -> None:
        x = left + (width - whole) / 2 if centred else left
        for picture, alternative in zip(pictures, words.logos, strict=True):
            y = top - (height + picture.height) / 2
            box = (x, y, x + picture.width, y + picture.height)
            with page.tagged("Figure", **figure(alternative, box)):
                page.image(picture.data, (x, y), (picture.width, picture.height))
            x += picture.width + _LOGO_GAP

    return Block(height, draw)


def foot(words: Words, left: float, width: float, *, side_by_side: bool) -> Block:
    """When and where it was issued. A second language stands beside the first or below it."""
    second = words.second or _NOTHING
    each = (width - _GAP) / 2 if side_by_side and words.second else width
    first = [paragraph("P", text, SMALL, each) for text in (words.issued, words.note) if text]
    other = [
        paragraph("P", text, SECOND_SMALL, each, language=second.language)
        for text in (second.issued, second.note)
        if text
    ]
    beside = side_by_side and bool(other)
    height = max(height_of(first), height_of(other)) if beside else height_of([*first, *other]) + (5 if other else 0)

    def draw(page: Document, top: float) -> None:
        y = top
        for part in first:
            y = set_paragraph(page, part, left, y)
        x, y = (left + each + _GAP, top) if beside else (left, y - 5)
        for part in other:
            y = set_paragraph(page, part, x, y)

    return Block(height, draw)


def way_to_verify(words: Words, left: float, width: float) -> Block:
    """The code to scan, to type and to click."""
    x, beside = left + QR_SIDE + 14, width - QR_SIDE - 14
    verify = paragraph("P", words.verify, SMALL, beside)
    code = paragraph("P", words.code, CODE, beside, above=5)
    link = paragraph("Link", words.printed_address, ADDRESS, beside, above=1)
    second = words.second or _NOTHING
    rest = [
        paragraph("P", text, SECOND_SMALL, beside, above=5, language=second.language)
        for text in (second.verify,)
        if text
    ]
    height = max(QR_SIDE, height_of([verify, code, link, *rest]) - 1)

    def draw(page: Document, top: float) -> None:
        bottom = top - QR_SIDE
        with page.tagged("Figure", **figure(words.qr_description, (left, bottom, left + QR_SIDE, top))):
            page.canvas.setFillColorRGB(*INK)
            draw_qr(page.canvas, words.address, (left, bottom), QR_SIDE)
        y = set_paragraph(page, verify, x, top + 1)
        y = set_paragraph(page, code, x, y)
        with page.link(words.address, (x, y - link.height, x + beside, y), words.qr_description):
            draw_lines(page, link, x, y)
        y -= link.height
        for part in rest:
            y = set_paragraph(page, part, x, y)

    return Block(height, draw)
