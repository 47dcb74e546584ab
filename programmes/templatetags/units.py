"""Values of indicators in templates."""

from django import template
from django.utils.translation import gettext as _

from core import numbers
from programmes.indicators import Unit

register = template.Library()


@register.filter
def in_unit(value: float | None, unit: str) -> str:
    """Write a value in its unit: a share in per cent, whole numbers without decimals; a dash where there is none."""
    if value is None:
        return "–"
    shown = round(value * 100, 10) if unit == Unit.SHARE else value
    number = numbers.rounded(shown, 0 if shown == int(shown) else 2)
    if unit != Unit.SHARE:
        return number
    return (_("%(number)s %%") % {"number": number}).replace(" %", "\N{NO-BREAK SPACE}%")
