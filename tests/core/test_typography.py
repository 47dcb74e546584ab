"""Letters and signs of Russian and Belarusian: of the whole product, and what the rules find."""

import pytest

from core.catalogues import LANGUAGES
from core.catalogues.typography import slips
from tests.texts import pairs


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogues_and_content_are_set_as_a_printer_would_set_them(language: str) -> None:
    found = {place: wrong for place, _source, text in pairs(language) if (wrong := slips(text, language))}

    assert found == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_texts_of_the_product_are_all_looked_at(language: str) -> None:
    """Catalogues, files per language and files with languages side by side: none of the three ways runs dry."""
    places = [place for place, _source, text in pairs(language) if text]

    for beginning in (
        "django.po: ",
        "m1/lesson-1.en.yaml/body",
        "m1/questions.yaml/",
        "glossary.yaml/",
        "home.yaml",
    ):
        assert any(place.startswith(beginning) for place in places), beginning


@pytest.mark.parametrize(
    "text",
    [
        "Не меньш чым 75\N{NO-BREAK SPACE}% балаў – %(share)s\N{NO-BREAK SPACE}%%.",
        "Артыкул №\N{NO-BREAK SPACE}14 «Права на здароўе», сям’я",
        '<a href="https://example.org/it\'s">Спасылка</a> на help@example.org',
        "PIN-код і файл PDF; 2024–2026\N{NO-BREAK SPACE}гг.",
        "Кім вы былі:\n- тэрапеўт\n- хірург",
        "– Так.",
        "…і далей",
    ],
)
def test_a_text_that_is_set_well(text: str) -> None:
    assert slips(text, "be") == []


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ('Модуль "Право"', "ru", "other quotation marks than «…»"),
        ("Модуль “Право”", "ru", "other quotation marks than «…»"),
        ("Модуль 'Право'", "ru", "other quotation marks than «…»"),
        ("Модуль « Право»", "ru", "a space inside quotation marks"),
        ("сям'я", "be", "another apostrophe than ’"),
        ("75 %", "ru", "a space that breaks before a unit"),
        ("%(share)s %%", "ru", "a space that breaks before a unit"),
        ("40 мин", "ru", "a space that breaks before a unit"),
        ("9 сакавіка 2026 г.", "be", "a space that breaks before a unit"),
        ("№ 14", "ru", "a space that breaks after №"),
        ("№14", "ru", "a space that breaks after №"),
        ("Модуль - урок", "ru", "a hyphen for a dash"),
        ("Модуль — урок", "ru", "another dash than –"),
        ("Модуль– урок", "ru", "a dash with a space on one side"),
        ("Подождите...", "ru", "three full stops for …"),
        ("Два  пробела", "ru", "two spaces"),
        ("Cтатья", "ru", "Latin letters inside a Cyrillic word"),
        ("Урок і тест", "ru", "a letter of another alphabet"),
        ("Урок и тэст", "be", "a letter of another alphabet"),
        ("Аб’ект і объект", "be", "a letter of another alphabet"),
    ],
)  # fmt: skip
def test_a_slip_is_found_and_named(text: str, language: str, expected: str) -> None:
    assert [slip.partition(": ")[0] for slip in slips(text, language)] == [expected]
