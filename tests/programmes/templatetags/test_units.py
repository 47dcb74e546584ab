import pytest
from django.utils import translation

from programmes.templatetags.units import in_unit


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (None, "people", "–"),
        (240.0, "people", "240"),
        (1240.0, "number", "1\N{NARROW NO-BREAK SPACE}240"),
        (120.5, "hours", "120.50"),
        (0.07, "share", "7\N{NO-BREAK SPACE}%"),
        (0.125, "share", "12.50\N{NO-BREAK SPACE}%"),
    ],
)
def test_a_value_is_written_in_its_unit(value, unit, written):
    with translation.override("en"):
        assert in_unit(value, unit) == written
