"""Glossary terms in the language that is asked for, or in the next best."""

import pytest
from django.db import IntegrityError

from library.models import Term
from library.templatetags.library_tags import glossary_term
from tests.factories.courses import locale

pytestmark = pytest.mark.django_db


def make_term(slug: str, language: str, name: str) -> Term:
    return Term.objects.create(slug=slug, locale=locale(language), name=name, definition=f"What {name} means")


@pytest.mark.db
def test_every_term_once_in_the_language_where_it_exists() -> None:
    make_term("migrant", "en", "Migrant")
    make_term("migrant", "be", "Мігрант")
    make_term("stigma", "en", "Stigma")
    make_term("health", "ru", "Здоровье")

    found = Term.objects.in_language("be")

    assert [(term.slug, term.locale.language_code) for term in found] == [
        ("stigma", "en"),
        ("health", "ru"),
        ("migrant", "be"),
    ]


def test_belarusian_letters_stand_where_a_reader_looks_for_them() -> None:
    for slug, name in (("a", "Ўлада"), ("b", "Цана"), ("c", "Іншаземец"), ("d", "Ёд"), ("e", "Дом"), ("f", "Унія")):
        make_term(slug, "be", name)

    assert [term.name for term in Term.objects.in_language("be")] == [
        "Дом", "Ёд", "Іншаземец", "Ўлада", "Унія", "Цана",
    ]  # fmt: skip


@pytest.mark.db
def test_a_slug_is_used_once_per_language() -> None:
    make_term("migrant", "en", "Migrant")

    with pytest.raises(IntegrityError):
        make_term("migrant", "en", "Another migrant")


@pytest.mark.parametrize(
    ("language", "name"), [("be", "Мігрант"), ("en", "Migrant"), ("ru", "Migrant"), ("", "Migrant")]
)
def test_a_lesson_shows_the_term_in_its_language_or_in_english(language: str, name: str) -> None:
    make_term("migrant", "be", "Мігрант")
    make_term("migrant", "en", "Migrant")

    assert glossary_term("migrant", language).name == name


def test_an_unknown_term_is_nothing() -> None:
    assert glossary_term("unknown", "en") is None
