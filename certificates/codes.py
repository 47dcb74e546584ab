"""The code of a certificate: short enough to type from paper, impossible to guess, honest about a typing error.

Twelve random symbols of Crockford's base 32 (60 bits) and one check symbol of the same alphabet. The check symbol makes
the weighted sum of all thirteen symbols zero in the field GF(32); the weights are thirteen different powers of a
primitive element, so that every single wrong symbol and every swap of two neighbours changes the sum.
"""

from core.codes import ALPHABET, normalised, random_symbols

__all__ = ["ALPHABET", "LENGTH", "check_symbol", "is_well_formed", "new_code", "normalised", "printed"]

RANDOM_SYMBOLS = 12
LENGTH = RANDOM_SYMBOLS + 1

_VALUE = {symbol: value for value, symbol in enumerate(ALPHABET)}
# GF(32) with the primitive polynomial x^5 + x^2 + 1; x, that is 2, generates all 31 non-zero elements.
_POLYNOMIAL = 0b100101


def new_code() -> str:
    """Return a fresh random code of 13 symbols."""
    body = random_symbols(RANDOM_SYMBOLS)
    return body + check_symbol(body)


def check_symbol(body: str) -> str:
    """Return the symbol that makes the weighted sum of `body` and itself zero.

    >>> check_symbol("7K3M9QXT2FZA")
    'Y'
    """
    return ALPHABET[_weighted_sum(body)]


def is_well_formed(code: str) -> bool:
    """Whether a normalised code has 13 symbols of the alphabet and the right check symbol."""
    return len(code) == LENGTH and all(symbol in _VALUE for symbol in code) and check_symbol(code[:-1]) == code[-1]


def printed(code: str) -> str:
    """Return the code in groups as it is printed.

    >>> printed("7K3M9QXT2FZAY")
    '7K3M-9QXT-2FZA-Y'
    """
    return "-".join((code[0:4], code[4:8], code[8:12], code[12:]))


def _doubled(element: int) -> int:
    """Multiply an element of GF(32) by the generator x."""
    element <<= 1
    return element ^ _POLYNOMIAL if element & 0b100000 else element


def _weighted_sum(symbols: str) -> int:
    """Sum of value · x^(distance from the end, 1 for the last); Horner's scheme, addition in GF(32) is XOR."""
    total = 0
    for symbol in symbols:
        total = _doubled(total ^ _VALUE[symbol])
    return total
