"""Translations use the terms of the glossary."""

from functools import cache

import pytest

from core.catalogues import LANGUAGES
from core.catalogues.judging import REVIEWED_TERMS, reviewed
from core.catalogues.terminology import Agreed, missing_terms
from operations.demo import LANGUAGES as ALL_LANGUAGES
from operations.demo import read
from tests.texts import pairs

GLOSSARY = [
    Agreed(entry["slug"], {language: entry[language]["stems"] for language in ALL_LANGUAGES})
    for entry in read("glossary.yaml")["terms"]
]


def missing(source: str, translation: str, language: str) -> list[str]:
    terms = possible_terms(source)
    return missing_terms(source, translation, source_language="en", language=language, terms=terms)


def possible_terms(source: str) -> list[Agreed]:
    """The terms that the source may use: to compare each of its words with every term takes eight times as long."""
    text = source.casefold()
    return [term for term in GLOSSARY if any(stem.split()[0] in text for stem in term.stems["en"])]


@cache
def found(language: str) -> set[str]:
    """Everywhere in the product where a translation does not use a term, as a line of the reviewed list."""
    return {
        f"{term}: {translation}"
        for _place, source, translation in pairs(language)
        if translation
        for term in missing(source, translation, language)
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogues_and_content_use_the_terms_of_the_glossary(language: str) -> None:
    assert found(language) - reviewed(REVIEWED_TERMS) == set()


def test_every_reviewed_exception_is_still_one() -> None:
    assert reviewed(REVIEWED_TERMS) - set.union(*map(found, LANGUAGES)) == set()


@pytest.mark.parametrize("language", ALL_LANGUAGES)
def test_every_term_of_the_glossary_is_recognised_in_its_own_name(language: str) -> None:
    names = {entry["slug"]: entry[language]["term"] for entry in read("glossary.yaml")["terms"]}

    unknown = [term.name for term in GLOSSARY if _is_missing_from(names[term.name], term, language)]

    assert unknown == []


def _is_missing_from(name: str, term: Agreed, language: str) -> bool:
    """Whether a term is not found in a text: a source that holds it wants it there."""
    source = term.stems["en"][0]
    return term.name in missing_terms(source, name, source_language="en", language=language, terms=[term])


@pytest.mark.parametrize(
    ("source", "translation", "language", "expected"),
    [
        ("Care for refugees", "Помощь беженцам", "ru", []),
        ("Care for refugees", "Помощь переселенцам", "ru", ["refugee"]),
        ("Care for refugees", "Дапамога перасяленцам", "be", ["refugee"]),
        ("An <b>asylum-seeker</b> waits.", "Асоба, якая шукае прытулку, чакае.", "be", []),
        ("An asylum-seeker waits.", "Прашальнік прытулку чакае.", "be", ["asylum-seeker"]),
        ("Rights of migrant workers", "Права трудящихся-мигрантов", "ru", []),
        ("Rights of migrant workers", "Права мигрантов", "ru", ["migrant-worker"]),
        ("Stigma and trafficking in persons", "Клеймо и торговля людьми", "ru", ["stigma"]),
        ("Health, equity and work", "Здоровье, справедливость и труд", "ru", []),
        ("Migration changes a city", "Миграция меняет город", "ru", []),
    ],
)  # fmt: skip
def test_a_translation_that_does_not_use_the_agreed_term_is_found(
    source: str, translation: str, language: str, expected: list[str]
) -> None:
    assert missing(source, translation, language) == expected


def test_the_longest_term_wins() -> None:
    """Somebody who translates "migrant worker" need not say "migrant" as well, but a second use counts."""
    terms = [
        Agreed("migrant", {"en": ["migrant"], "ru": ["мигрант"]}),
        Agreed("worker", {"en": ["migrant worker"], "ru": ["гастарбайтер"]}),
    ]

    def found_in(source: str) -> list[str]:
        return missing_terms(source, "гастарбайтер", source_language="en", language="ru", terms=terms)

    assert (found_in("migrant workers"), found_in("migrant workers and migrants")) == ([], ["migrant"])
