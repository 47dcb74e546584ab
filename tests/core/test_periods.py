"""The days from one date to another."""

from datetime import date

import pytest
from django.utils.translation import override

from core.periods import period


@pytest.mark.parametrize(
    ("language", "first", "last", "words"),
    [
        ("en", date(2026, 3, 9), date(2026, 3, 9), "9 March 2026"),
        ("en", date(2026, 3, 9), date(2026, 3, 10), "9–10 March 2026"),
        ("en", date(2026, 3, 30), date(2026, 4, 2), "30 March – 2 April 2026"),
        ("en", date(2026, 12, 30), date(2027, 1, 2), "30 December 2026 – 2 January 2027"),
        ("ru", date(2026, 3, 9), date(2026, 3, 10), "9–10 марта 2026\N{NO-BREAK SPACE}г."),
        ("be", date(2026, 3, 9), date(2026, 3, 10), "9–10 сакавіка 2026\N{NO-BREAK SPACE}г."),
        ("be", date(2026, 4, 30), date(2026, 5, 2), "30 красавіка – 2 мая 2026\N{NO-BREAK SPACE}г."),
    ],
)
def test_days_are_written_as_short_as_they_can_be(language: str, first: date, last: date, words: str) -> None:
    with override(language):
        assert period(first, last) == words
