"""Figures as people read them."""

import math

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def per_cent(share: float) -> str:
    """Return a share in whole per cent, rounded down so that 79.6 % never reads as 80 %."""
    # The small addition keeps 0.29 · 100 = 28.999… at 29.
    words = _("%(number)s %%") % {"number": number_format(math.floor(share * 100 + 1e-9))}
    return words.replace(" %", "\N{NO-BREAK SPACE}%")
