"""Glossary terms and resources in the language that is asked for, or in the next best."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from wagtail_localize.models import Translation, TranslationSource

from core.searching import indexed
from library.models import Resource, Term
from library.templatetags.library_tags import glossary_term
from tests.factories.courses import locale
from tests.factories.library import make_resource

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


@pytest.mark.db
def test_every_resource_once_published_texts_first() -> None:
    study = make_resource("study")
    make_resource("study", "be", of=study)
    review = make_resource("review", "be", live=False)
    make_resource("review", "ru", of=review)
    make_resource("draft", live=False)

    found = Resource.objects.in_language("be")

    assert sorted((one.slug, one.locale.language_code, one.live) for one in found) == [
        ("draft", "en", False),
        ("review", "ru", True),
        ("study", "be", True),
    ]
    assert {one.slug for one in Resource.objects.readable_in("be")} == {"review", "study"}


@pytest.mark.parametrize(("kind", "state"), [("recommendation", ""), ("study", "proposed")])
@pytest.mark.db
def test_recommendations_and_nothing_else_have_a_state(kind: str, state: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Resource(kind=kind, state=state).clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_resource("bad", kind=kind, state=state)

    assert list(refused.value.message_dict) == ["state"]


def test_a_draft_of_new_words_changes_neither_what_is_read_nor_what_is_found() -> None:
    resource = make_resource("study", title="Old words", summary="Said", body="", publisher="")

    resource.title = "New words"
    revision = resource.save_revision()
    kept = Resource.objects.get()
    assert (kept.title, kept.search_text) == ("Old words", indexed("Old words", "Said"))

    revision.publish()
    published = Resource.objects.get()
    assert (published.title, published.search_text) == ("New words", indexed("New words", "Said"))


def test_labels_of_codes_follow_the_order_of_the_list() -> None:
    assert Resource(aspects=["social", "legal"], sdgs=["17"]).get_aspects_display() == ["legal", "social"]


def test_a_translator_gets_the_words_and_the_facts_go_along() -> None:
    facts = {"kind": "recommendation", "state": "accepted", "aspects": ["legal"], "sdgs": ["3"]}
    source, _created = TranslationSource.get_or_create_from_instance(make_resource("study", **facts))
    translation = Translation.objects.create(source=source, target_locale=locale("be"))
    po = translation.export_po()
    for entry in po:
        entry.msgstr = f"[{entry.msgid}]"
    translation.import_po(po)

    translation.save_target(publish=False)

    made = Resource.objects.get(locale__language_code="be")
    assert sorted(entry.msgid for entry in po if not entry.obsolete) == [
        "An institute", "Summary of study en", "Text of study en", "Title of study en",
    ]  # fmt: skip
    assert made.title == "[Title of study en]"
    assert {name: getattr(made, name) for name in facts} == facts
    assert (made.slug, made.live) == ("study", False)
