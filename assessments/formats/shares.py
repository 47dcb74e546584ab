"""What an answer earns, between the decimals of a file and exact fractions.

Programs write a third as 33.33333 per cent (Moodle), 33.333, 0.3333333 or 0.33333333333333331. Taken at its word, three
of them would earn less than the whole question, so a decimal that can only be a simple fraction is read as that one.
"""

import re
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from django.utils.translation import gettext as _

from core.errors import FormatError

LARGEST_DENOMINATOR = 20
OFTEN_SHORTENED = {3, 6, 7, 9}
# Moodle keeps a grade with five decimals of a per cent; what comes after twelve is noise of binary numbers.
DECIMALS_WRITTEN, DECIMALS_READ = 5, 12
# The last digit of a per cent, as a part of all.
ONE_DECIMAL, THREE_DECIMALS = Fraction(1, 1000), Fraction(1, 100_000)
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,9}(?:\.[0-9]{0,60})?|\.[0-9]{1,60})")


@lru_cache(maxsize=1024)  # a file with thousands of questions has few different ones
def fraction_in(text: str, whole: int = 1) -> Fraction:
    """Return the part that a decimal says, where `whole` stands for all (100 when it is per cent).

    It is the decimal itself, or n/d with d up to 20 if the digits are that fraction, rounded or cut. A per cent with
    one decimal or two can only be thirds, sixths, sevenths and ninths, which people write so; 33 per cent is not a
    third, and 10.5 per cent not two nineteenths. Raises FormatError when the text is no decimal or the part lies
    outside -1 … 1.

    >>> fraction_in("33.33333", whole=100), fraction_in("66.67", whole=100), fraction_in("-0.1666667")
    (Fraction(1, 3), Fraction(2, 3), Fraction(-1, 6))
    >>> fraction_in("33", whole=100), fraction_in("12.5", whole=100), fraction_in("0.005")
    (Fraction(33, 100), Fraction(1, 8), Fraction(1, 200))
    """
    stripped = text.strip()
    if not _NUMBER.fullmatch(stripped):
        raise FormatError(_("“%(text)s” is not a number.") % {"text": stripped[:40]})
    number = round(Fraction(Decimal(stripped)), DECIMALS_READ)
    if abs(number) > whole:
        raise FormatError(
            _("An answer earns %(least)s to %(most)s, not %(text)s.")
            % {"least": -whole, "most": whole, "text": stripped[:40]}
        )
    return _simple(number / whole, Fraction(1, whole * 10 ** _decimals(number)))


def percent_of(fraction: Fraction) -> str:
    """Return a part in per cent with the fewest decimals, five at most, as Moodle writes it.

    >>> percent_of(Fraction(1, 3)), percent_of(Fraction(1, 2)), percent_of(Fraction(-1, 8)), percent_of(Fraction(0))
    ('33.33333', '50', '-12.5', '0')
    """
    units = round(fraction * 100 * 10**DECIMALS_WRITTEN)
    written = f"{Decimal(units).scaleb(-DECIMALS_WRITTEN):.5f}"
    return written.rstrip("0").rstrip(".")


def _decimals(number: Fraction) -> int:
    """How many decimals a number has, zeros at their end aside."""
    return next(count for count in range(DECIMALS_READ + 1) if (number * 10**count).denominator == 1)


def _simple(share: Fraction, unit: Fraction) -> Fraction:
    """The simple fraction that a share with a last digit of `unit` stands for, else the share."""
    simple = share.limit_denominator(LARGEST_DENOMINATOR)
    rounded = abs(simple - share) * 2 <= unit
    cut = 0 <= abs(simple) - abs(share) < unit
    digits_enough = unit <= ONE_DECIMAL if simple.denominator in OFTEN_SHORTENED else unit <= THREE_DECIMALS
    return simple if digits_enough and (rounded or cut) else share
