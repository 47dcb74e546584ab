"""Numbers as formats write them, made plain: digits, a point, digits."""

import re
from decimal import Decimal

from django.utils.translation import gettext as _

from assessments.formats.item import FormatError

LONGEST = 60  # what the academy reads of a typed number
_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,60}(?:[.,][0-9]{0,60})?|[.,][0-9]{1,60})(?:[eE][+-]?[0-9]{1,2})?")


def number_in(text: str, line: int) -> str:
    """Return a number as a plain decimal; raises FormatError, with the line, for anything else.

    >>> number_in(" -12,50 ", 1), number_in("1.5e3", 1), number_in("3.", 1), number_in(".5", 1)
    ('-12.50', '1500', '3', '0.5')
    """
    stripped = text.strip().replace("−", "-")
    if not _NUMBER.fullmatch(stripped):
        raise FormatError(_("“%(text)s” is not a number.") % {"text": stripped[:40]}, line)
    pointed = stripped.replace(",", ".")
    plain = pointed if _PLAIN.fullmatch(pointed) else f"{Decimal(pointed):f}"
    if len(plain) > LONGEST:
        raise FormatError(_("The number “%(text)s” is too long.") % {"text": stripped[:40]}, line)
    return plain


def distance_in(text: str, line: int) -> str:
    """Return how far an answer may lie from a value; raises FormatError when it is no number or below 0."""
    plain = number_in(text, line)
    if plain.startswith("-"):
        raise FormatError(_("A tolerance is never below 0."), line)
    return plain
