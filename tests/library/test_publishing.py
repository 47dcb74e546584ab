"""Nothing goes live untranslated, whichever button is pressed."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from courses.models import LessonPage, ModulePage
from library.services import untranslated
from people.models import Account
from tests.factories.courses import block, locale, make_lesson_page, make_module_page, translate

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(roles: SimpleNamespace, client_of: Callable[[Account], Client]) -> Client:
    return client_of(roles.editor)


@pytest.fixture
def copied() -> LessonPage:
    """A Russian lesson that still says in English what it was copied from."""
    module = make_module_page("M1")
    translate(module, "ru")
    page = make_lesson_page(module, "M1.1", sources=[])
    body = [block("M1.1", 1, "Абзац"), block("M1.1", 2, "Second M1.1 en")]
    return translate(page, "ru", live=False, title="Урок", summary="О чём урок", body=body)


def synced() -> Translation:
    module = make_module_page("M2")
    source, _created = TranslationSource.get_or_create_from_instance(module)
    translation = Translation.objects.create(source=source, target_locale=locale("ru"))
    translate(module, "ru", live=False, title="Модуль", summary="О модуле", introduction="<p>Начало</p>")
    return translation


def live(page: Any) -> bool:
    return type(page).objects.get(pk=page.pk).live


def test_what_is_missing_is_named(copied: LessonPage) -> None:
    assert untranslated(instance=copied.get_latest_revision_as_object()) == ["Second M1.1 en"]
    assert untranslated(instance=copied.get_translation(locale("en"))) == []


def test_a_selection_is_refused_as_a_whole(copied: LessonPage, editor: Client) -> None:
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])

    shown = editor.post(f"{address}?id={copied.pk}&next=/cms/", {"include_descendants": ""}, follow=True)

    assert "1 text is not translated: “Second M1.1 en”" in shown.content.decode()
    assert not live(copied)


def test_what_lies_below_a_selection_is_looked_at_too(copied: LessonPage, editor: Client) -> None:
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    above = copied.get_parent()

    editor.post(f"{address}?id={above.pk}&next=/cms/", {"include_descendants": "on"}, follow=True)

    assert not live(copied)


def test_approving_it_in_a_workflow_is_refused_in_both_places(copied: LessonPage, editor: Client) -> None:
    approve = reverse("wagtailadmin_pages:workflow_action", args=[copied.pk, "approve", 1])
    address = reverse("wagtailadmin_pages:edit", args=[copied.pk])

    in_a_window = editor.post(approve, follow=True)
    data = {"action-workflow-action": "1", "workflow-action-name": "approve"}
    on_the_page = editor.post(address, data, follow=True)

    for shown in (in_a_window, on_the_page):
        assert "1 text is not translated: “Second M1.1 en”" in shown.content.decode()
    assert not live(copied)


def test_wagtail_localize_does_not_publish_what_lacks_words(editor: Client) -> None:
    translation = synced()
    page = translation.get_target_instance()

    shown = editor.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), {"action": "publish"}, follow=True)

    assert "3 texts are not translated: “Module M2 en”" in shown.content.decode()
    assert not live(page)


def test_nor_does_its_button_that_syncs_with_the_source(editor: Client) -> None:
    translation = synced()
    address = reverse("wagtail_localize:update_translations", args=[translation.source_id])

    shown = editor.post(address, {"publish_translations": "on"}, follow=True)

    assert "texts are not translated" in shown.content.decode()
    assert not live(translation.get_target_instance())


def test_with_all_words_it_publishes(editor: Client, django_capture_on_commit_callbacks: Callable[..., Any]) -> None:
    translation = synced()
    for segment in translation.source.stringsegment_set.all():
        StringTranslation.objects.create(
            translation_of=segment.string,
            context=segment.context,
            locale=translation.target_locale,
            data=f"Слова {segment.order}",
        )
    page = translation.get_target_instance()

    with django_capture_on_commit_callbacks(execute=True):
        editor.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), {"action": "publish"})

    assert live(page)


def test_an_editor_who_writes_by_hand_keeps_a_draft(editor: Client) -> None:
    module = make_module_page("M1")
    page = translate(module, "ru", live=False, title="Модуль", summary="О модуле")
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    form = editor.get(address).context["form"]
    data = {name: form[name].value() or "" for name in form.fields if name not in {"introduction", "requirements"}}
    rich = '{"blocks": [{"key": "a", "text": "%s", "type": "unstyled", "depth": 0, "inlineStyleRanges": [], '
    rich += '"entityRanges": []}], "entityMap": {}}'
    data |= {"introduction": rich % "Introduction M1 en", "requirements": "null", "aspects": ["legal"], "sdgs": []}
    data |= {"comments-TOTAL_FORMS": 0, "comments-INITIAL_FORMS": 0, "title": "Модуль 1", "action-publish": "1"}

    shown = editor.post(address, data, follow=True)

    assert "“Модуль 1” was not published: 1 text is not translated: “Introduction M1 en”" in shown.content.decode()
    kept = ModulePage.objects.get(pk=page.pk)
    assert (kept.live, kept.get_latest_revision_as_object().title) == (False, "Модуль 1")
