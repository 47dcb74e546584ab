import doctest

import pytest
from django.utils.translation import override

from core import numbers


def test_the_worked_examples_hold() -> None:
    assert doctest.testmod(numbers).failed == 0


@pytest.mark.parametrize(
    ("language", "written"), [("en", "−1\N{NARROW NO-BREAK SPACE}234.50"), ("ru", "−1\N{NO-BREAK SPACE}234,50")]
)
def test_a_number_is_written_as_its_language_does(language: str, written: str) -> None:
    with override(language):
        assert numbers.rounded(-1234.5, 2) == written


def test_nothing_has_no_sign() -> None:
    assert numbers.rounded(-0.001, 2) == "0.00"
