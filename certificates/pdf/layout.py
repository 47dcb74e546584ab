"""The certificate on its page, A4 across or upright. Measures are points from the bottom left.

Across, the seal and the way to verify stand on the left and what is proved on the right; upright, all is centred below
the seal. Everything that is read is text; everything else is decoration or has a text that is read instead of it.
"""

from collections.abc import Callable, Sequence

from certificates.pdf import ornament, parts
from certificates.pdf.setting import Paragraph, height_of
from certificates.pdf.words import DoesNotFitError, MissingLetterError, Words, missing_letters
from core.pdf.document import About, Attachment, Document, SignatureRoom
from core.pdf.typefaces import drawing, face

LONG, SHORT = 841.89, 595.28
_LOWEST = 36.0

# Upright, the seal gives way before the words do.
_SEAL_SCALES = (0.86, 0.76, 0.66, 0.56, 0.48, 0.4, 0.33)
_HIGHEST_FOOT = 190.0

Draw = Callable[[Document], None]


def draw(words: Words, attachments: Sequence[Attachment] = (), signed: SignatureRoom | None = None) -> bytes:
    """Return the PDF. The same words always give the same bytes.

    `attachments` are carried along; with `signed` the file holds room for a signature (`certificates.signatures.sign`).
    Raises MissingLetterError when a face lacks a letter, and DoesNotFitError when the page has no room.
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
    size, arranged = _arranged(words)
    with drawing:
        page = Document(size, about, face("text"), attachments, signed)
        parts.frame(page, size, words.look)
        arranged(page)
        return page.finished()


def check_room(words: Words) -> None:
    """Raise DoesNotFitError when the page has no room for the words; nothing is drawn."""
    _arranged(words)


def _arranged(words: Words) -> tuple[tuple[float, float], Draw]:
    """Return the size of the page and what draws on it, in reading order."""
    upright = words.look.orientation == "portrait"
    size, arrange = ((SHORT, LONG), _upright) if upright else ((LONG, SHORT), _across)
    try:
        return size, arrange(words, tight=False)
    except DoesNotFitError:
        return size, arrange(words, tight=True)


def _across(words: Words, *, tight: bool) -> Draw:
    left, width = 320.0, 468.0
    way = parts.way_to_verify(words, 58, 240)
    foot = parts.foot(words, left, width, side_by_side=True)
    signatories = parts.signatories(words, left, width, tight=tight)
    logos = parts.logos(words, left, width)
    baseline, foot_top = 90.0, 79.0
    if signatories.height:
        facts = parts.facts(words, left, width, tight=tight)
        facts_top = baseline + signatories.height + 9 + facts.height
    else:
        facts = parts.facts(words, left, width, least=parts.QR_SIDE)
        facts_top = baseline + facts.height
    _check(foot_top - foot.height >= _LOWEST, baseline + parts.QR_SIDE - way.height >= _LOWEST)
    logos_top = 548.0
    top = min(517.0, logos_top - logos.height - (12 if tight else 18)) if logos.height else 517.0
    room = top - facts_top - (8 if tight else 14)
    statement = _fitting(words, width, room)

    def draw_all(page: Document) -> None:
        free = room - height_of(statement)
        parts.draw_statement(page, statement, (left, top), free, words.look)
        facts.draw(page, facts_top)
        signatories.draw(page, baseline + signatories.height)
        foot.draw(page, foot_top)
        logos.draw(page, logos_top)
        parts.seal(page, words, (168, 374))
        way.draw(page, baseline + parts.QR_SIDE)

    return draw_all


def _upright(words: Words, *, tight: bool) -> Draw:
    left, width = 64.0, SHORT - 128
    way = parts.way_to_verify(words, 58, 248)
    foot = parts.foot(words, 336, SHORT - 336 - 58, side_by_side=False)
    signatories = parts.signatories(words, left, width, centred=True, tight=tight)
    logos = parts.logos(words, left, width, centred=True)
    facts = parts.facts(words, left, width, centred=True, tight=tight)
    way_top = max(134.0, _LOWEST + 4 + way.height, _LOWEST + 4 + foot.height)
    _check(way_top <= _HIGHEST_FOOT)
    signatories_top = way_top + (14 if tight else 20) + signatories.height
    facts_top = signatories_top + (12 if signatories.height else 0) + facts.height
    logos_top = LONG - 54
    top = logos_top - (logos.height + 12 if logos.height else 0)
    room = top - facts_top - 18
    scale, statement = _fitting_below_seal(words, width, room)
    diameter = 2 * ornament.HALO * scale
    free = room - diameter - height_of(statement) - 16
    statement_top = top - diameter - 16 - 0.26 * free

    def draw_all(page: Document) -> None:
        parts.draw_statement(page, statement, (left, statement_top), 0.9 * free, words.look, centred=True)
        facts.draw(page, facts_top)
        signatories.draw(page, signatories_top)
        foot.draw(page, way_top)
        logos.draw(page, logos_top)
        parts.seal(page, words, (SHORT / 2, top - diameter / 2 - 0.13 * free), scale)
        way.draw(page, way_top)

    return draw_all


def _fitting(words: Words, width: float, room: float) -> list[Paragraph]:
    """Return the paragraphs at the largest size at which they fit."""
    for scale in parts.SQUEEZE:
        statement = parts.statement(words, width, scale)
        if height_of(statement) <= room:
            return statement
    raise DoesNotFitError("words")


def _fitting_below_seal(words: Words, width: float, room: float) -> tuple[float, list[Paragraph]]:
    """Return (scale of the seal, paragraphs): a smaller seal first, then smaller words."""
    for squeeze in parts.SQUEEZE:
        statement = parts.statement(words, width, squeeze)
        for scale in _SEAL_SCALES:
            if height_of(statement) + 16 + 2 * ornament.HALO * scale <= room:
                return scale, statement
    raise DoesNotFitError("words")


def _check(*holds: bool) -> None:
    if not all(holds):
        raise DoesNotFitError("words")
