"""Numbers as formats write them, made plain: digits, a point, digits."""

import re
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache

from django.utils.translation import gettext as _

from assessments.formats.shares import fraction_in
from core.errors import FormatError

LONGEST = 60  # what the academy reads of a typed number
# Nobody asks for a number with more digits, and 1e999999999 written out would fill the memory.
LARGEST_EXPONENT = 30
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


def percent_in(text: str, line: int) -> Fraction:
    """Return the share that a per cent of a file means; raises FormatError, with the line, when it is none.

    >>> percent_in("33,33333", 1)
    Fraction(1, 3)
    """
    try:
        return _percent(text.replace(",", "."))
    except FormatError as error:
        raise FormatError(error.message, line) from error


@lru_cache(maxsize=1024)  # a file of 10,000 questions has 40,000 shares and hardly ten different ones
def _percent(text: str) -> Fraction:
    return fraction_in(text, whole=100)


def decimal_in(text: str) -> Decimal | None:
    """Return the number a text says; None when it is none, or one that nobody could mean."""
    stripped = text.strip()
    if len(stripped) > LONGEST or not stripped.isascii() or "_" in stripped:
        return None
    try:
        number = Decimal(stripped)
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number.adjusted()) > LARGEST_EXPONENT:
        return None
    return number


def plain(number: Decimal) -> str:
    """Return a number with a decimal point, without an exponent and without zeros at its end.

    >>> plain(Decimal("1.50")), plain(Decimal("2E+3")), plain(Decimal("-0.0"))
    ('1.5', '2000', '0')
    """
    written = f"{number:f}"
    written = written.rstrip("0").rstrip(".") if "." in written else written
    return "0" if written in {"-0", ""} else written
