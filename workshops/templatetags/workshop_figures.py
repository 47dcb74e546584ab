"""Figures as people read them."""

import math

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from core import numbers

register = template.Library()
register.filter("rounded", numbers.rounded)


@register.filter
def per_cent(share: float) -> str:
    """Return a share in whole per cent, rounded down so that 79.6 % never reads as 80 %."""
    # The small addition keeps 0.29 · 100 = 28.999… at 29.
    return _tied(number_format(math.floor(share * 100 + 1e-9)))


@register.filter
def nearest_per_cent(share: float) -> str:
    """Return a share in whole per cent, rounded to the nearest: the end of an interval promises nothing."""
    return _tied(numbers.rounded(share * 100))


def _tied(number: str) -> str:
    """Keep a number and its per cent sign on one line."""
    return (_("%(number)s %%") % {"number": number}).replace(" %", "\N{NO-BREAK SPACE}%")
