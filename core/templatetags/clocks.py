"""The filters `date` and `time` of every template: a moment that is shown with its time follows the reader's clock.

What is no moment (a day, a time on the wall) is shown as it is, and so is a moment that a page put into a zone itself.
"""

from datetime import datetime
from typing import Any

from django import template
from django.template import defaultfilters
from django.utils import timezone

from core.clocks import WITH_TIME, on_the_clock

register = template.Library()


@register.filter(is_safe=False)
def date(value: Any, arg: str | None = None) -> str:
    """Django's own filter, by the reader's clock."""
    return str(defaultfilters.date(_shown(value, arg), arg))


@register.filter(is_safe=False)
def time(value: Any, arg: str | None = None) -> str:
    """Django's own filter, by the reader's clock."""
    return str(defaultfilters.time(_shown(value, arg or "TIME_FORMAT"), arg))


def _shown(value: Any, form: str | None) -> Any:
    is_moment = isinstance(value, datetime) and timezone.is_aware(value)
    if not is_moment or not getattr(value, "convert_to_local_time", True):
        return value
    return on_the_clock(value) if form in WITH_TIME else timezone.localtime(value)
