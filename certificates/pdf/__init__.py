"""The certificate as a PDF: words in, bytes out. No database, no clock, no settings."""

from certificates.pdf.layout import MissingLetterError, Words, draw, missing_letters

__all__ = ["MissingLetterError", "Words", "draw", "missing_letters"]
