"""Marks as people write them: points with up to two decimals, kept as whole hundredths."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy

MOST_POINTS = 100


class PointsField(forms.DecimalField):
    """Points, with a point or a comma; the value is in hundredths."""

    default_error_messages = {
        "invalid": gettext_lazy("Write a number of points, for instance 1 or 0.5."),
        "max_decimal_places": gettext_lazy("Points have at most two decimals."),
    }

    def __init__(self, **kwargs: Any) -> None:
        values = {"max_digits": 6, "decimal_places": 2, "min_value": Decimal("0.01"), "max_value": MOST_POINTS}
        widget = forms.TextInput(attrs={"inputmode": "decimal", "size": 6, "autocomplete": "off"})
        super().__init__(**{**values, "widget": widget, **kwargs})

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        return super().to_python(value.replace(",", ".").strip() if isinstance(value, str) else value)

    def clean(self, value: Any) -> int | None:
        points = super().clean(value)
        return None if points is None else int(points * 100)

    def prepare_value(self, value: Any) -> Any:
        return in_points(value) if isinstance(value, int) else value


def in_points(hundredths: int) -> str:
    """Return hundredths as points, in the figures of the language and without zeros at the end.

    >>> in_points(100), in_points(250)
    ('1', '2.5')
    """
    return number_format(f"{Decimal(hundredths) / 100:f}")
