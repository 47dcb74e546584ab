"""Codes that people read from paper or a screen and type: symbols that nobody takes for another."""

import secrets
import unicodedata

# Crockford's base 32: no I, L, O and U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

# What people read or type instead: letters that the alphabet leaves out, and Cyrillic letters of the same shape.
_MEANT = str.maketrans("OILАВЕКМНОРСТУХІ", "011ABEKMH0PCTYX1")
_SEPARATORS = str.maketrans("", "", " -‐–—\u00a0\t\r\n")


def random_symbols(count: int) -> str:
    """Return random symbols of five bits each."""
    return "".join(secrets.choice(ALPHABET) for _ in range(count))


def normalised(typed: str) -> str:
    """Return the symbols that somebody meant: upper case, no separators, look-alike letters replaced.

    >>> normalised("7к3м-9qxt 2fza-y"), normalised("o1lI")
    ('7K3M9QXT2FZAY', '0111')
    """
    return unicodedata.normalize("NFKC", typed).translate(_SEPARATORS).upper().translate(_MEANT)


def printed(code: str) -> str:
    """Return a code in two groups, as people read it out.

    >>> printed("VYK9ZT")
    'VYK 9ZT'
    """
    half = len(code) // 2
    return f"{code[:half]} {code[half:]}"
