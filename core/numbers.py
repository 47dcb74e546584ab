"""Numbers as people read them."""

from django.utils.formats import number_format


def rounded(value: float, places: int = 0) -> str:
    """Return a number with some decimal places, grouped as the language does, with a minus and not a hyphen below zero.

    >>> rounded(-0.014, 2), rounded(-0.2)
    ('−0.01', '0')
    """
    # Adding nothing makes −0 a plain 0.
    return number_format(round(value, places) + 0.0, places).replace("-", "\N{MINUS SIGN}")
