"""Dates, numbers and weeks as people of each language write them, through Django's own functions."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django import forms
from django.template import Context, Template
from django.utils import formats, translation

LANGUAGES = ["en", "ru", "be"]
MARCH = date(2026, 3, 9)
GENITIVE_MONTHS = {
    "ru": "января, февраля, марта, апреля, мая, июня, июля, августа, сентября, октября, ноября, декабря",
    "be": (
        "студзеня, лютага, сакавіка, красавіка, мая, чэрвеня, ліпеня, жніўня, верасня, кастрычніка, лістапада, снежня"
    ),
}


@pytest.mark.parametrize(
    ("language", "name", "expected"),
    [
        ("en", "DATE_FORMAT", "9 March 2026"),
        ("ru", "DATE_FORMAT", "9 марта 2026\N{NO-BREAK SPACE}г."),
        ("be", "DATE_FORMAT", "9 сакавіка 2026\N{NO-BREAK SPACE}г."),
        ("en", "SHORT_DATE_FORMAT", "09.03.2026"),
        ("ru", "SHORT_DATE_FORMAT", "09.03.2026"),
        ("be", "SHORT_DATE_FORMAT", "09.03.2026"),
        ("en", "MONTH_DAY_FORMAT", "9 March"),
        ("ru", "MONTH_DAY_FORMAT", "9 марта"),
        ("be", "MONTH_DAY_FORMAT", "9 сакавіка"),
        ("en", "YEAR_MONTH_FORMAT", "March 2026"),
        ("ru", "YEAR_MONTH_FORMAT", "март 2026\N{NO-BREAK SPACE}г."),
        ("be", "YEAR_MONTH_FORMAT", "сакавік 2026\N{NO-BREAK SPACE}г."),
    ],
)
def test_a_date_is_written_as_in_the_language(language: str, name: str, expected: str) -> None:
    with translation.override(language):
        assert formats.date_format(MARCH, name) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "9 March 2026, 14:05"),
        ("ru", "9 марта 2026\N{NO-BREAK SPACE}г., 14:05"),
        ("be", "9 сакавіка 2026\N{NO-BREAK SPACE}г., 14:05"),
    ],
)
def test_a_moment_is_written_with_a_clock_of_24_hours(language: str, expected: str) -> None:
    moment = datetime(2026, 3, 9, 14, 5)  # noqa: DTZ001 – what is written is the wall clock

    with translation.override(language):
        assert formats.date_format(moment, "DATETIME_FORMAT") == expected


@pytest.mark.parametrize("language", ["ru", "be"])
def test_every_month_in_a_date_stands_in_the_genitive(language: str) -> None:
    with translation.override(language):
        written = [formats.date_format(date(2026, month, 1), "MONTH_DAY_FORMAT") for month in range(1, 13)]

    assert ", ".join(text.removeprefix("1 ") for text in written) == GENITIVE_MONTHS[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_template_writes_the_date_of_its_language(language: str) -> None:
    template = Template('{{ day|date:"DATE_FORMAT" }}')

    with translation.override(language):
        assert template.render(Context({"day": MARCH})) == formats.date_format(MARCH, "DATE_FORMAT")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "12\N{NARROW NO-BREAK SPACE}345.67"),
        ("ru", "12\N{NO-BREAK SPACE}345,67"),
        ("be", "12\N{NO-BREAK SPACE}345,67"),
    ],
)
def test_a_number_has_the_separators_of_the_language(language: str, expected: str) -> None:
    with translation.override(language):
        assert formats.localize(Decimal("12345.67")) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [("ru", "12\N{NO-BREAK SPACE}345,67"), ("be", "12\N{NO-BREAK SPACE}345,67"), ("be", "12345,67")],
)
def test_a_number_is_read_as_it_is_written(language: str, text: str) -> None:
    field = forms.DecimalField(localize=True)

    with translation.override(language):
        assert field.clean(text) == Decimal("12345.67")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_week_begins_on_monday(language: str) -> None:
    with translation.override(language):
        assert formats.get_format("FIRST_DAY_OF_WEEK") == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", ["09.03.2026", "9.3.2026", "2026-03-09"])
def test_a_date_is_read_day_first(language: str, text: str) -> None:
    with translation.override(language):
        assert forms.DateField().clean(text) == MARCH


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", ["03/31/2026", "31.31.2026", "tomorrow"])
def test_a_date_with_the_month_first_or_in_words_is_refused(language: str, text: str) -> None:
    with translation.override(language), pytest.raises(forms.ValidationError):
        forms.DateField().clean(text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", ["09.03.2026 14:05", "2026-03-09 14:05", "2026-03-09T14:05"])
def test_a_moment_is_read_day_first(language: str, text: str) -> None:
    with translation.override(language):
        assert forms.DateTimeField().clean(text).replace(tzinfo=None) == datetime(2026, 3, 9, 14, 5)  # noqa: DTZ001
