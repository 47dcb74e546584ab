"""The certificate as a PDF: words in, bytes out. No database, no clock, no settings."""

from certificates.pdf.layout import check_room, draw
from certificates.pdf.words import (
    DoesNotFitError,
    Look,
    MissingLetterError,
    Picture,
    SecondWords,
    Words,
    missing_letters,
)

__all__ = [
    "DoesNotFitError",
    "Look",
    "MissingLetterError",
    "Picture",
    "SecondWords",
    "Words",
    "check_room",
    "draw",
    "missing_letters",
]
