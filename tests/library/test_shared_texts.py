"""Texts that several lessons show: changed everywhere at once, found, counted, and kept while somebody shows them."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from core.blocks import SharedBlock, shared_texts
from courses.models import LessonPage, Module
from courses.proofing import Check, findings
from courses.services import sheets
from courses.services.taking_away import volume_of
from library.models import SharedText
from library.services import bring_po, note_everything, objection_to_deletion, po_of, standings
from library.translatables import kind_named
from library.uses import lessons_showing
from people.models import Account
from tests.factories.courses import locale, make_home, make_lesson_page, make_module_page, translate

pytestmark = pytest.mark.django_db

SHOWN = {"type": "shared", "value": {"slug": "notice"}}


@pytest.fixture
def editor(roles: SimpleNamespace, client_of: Callable[[Account], Client]) -> Client:
    return client_of(roles.editor)


def make_shared(language: str = "en", *, of: SharedText | None = None, **fields: Any) -> SharedText:
    """A published text, or the translation `of` another one."""
    values = {"slug": "notice", "title": f"Title {language}", "text": f"<p>Words {language}</p>", **fields}
    if of is not None:
        values["translation_key"] = of.translation_key
    return SharedText.objects.create(locale=locale(language), **values)


def make_lessons(number: int = 2) -> list[LessonPage]:
    module = make_module_page("M9")
    return [make_lesson_page(module, f"M9.{place}", body=[SHOWN]) for place in range(1, number + 1)]


def read(client: Client, code: str = "M9.1", language: str = "en") -> str:
    return client.get(f"/{language}/modules/M9/{code}/").content.decode()


def address(view: str, *args: Any) -> str:
    return reverse(f"wagtailsnippets_library_sharedtext:{view}", args=args)


def save(client: Client, text: SharedText, *, words: str = "Words en", publish: bool = True, **changed: Any) -> str:
    """Change a text in its form, and publish it unless told otherwise; returns the page that comes then."""
    block = {"key": "a", "text": words, "type": "unstyled", "depth": 0, "inlineStyleRanges": [], "entityRanges": []}
    values = {
        "title": text.title,
        "slug": text.slug,
        "tone": text.tone,
        "text": json.dumps({"blocks": [block], "entityMap": {}}),
    }
    values |= {"action-publish": "1"} if publish else {}
    return client.post(address("edit", text.pk), values | changed, follow=True).content.decode()


# --- What readers get -----------------------------------------------------------------------------------------------
def test_a_change_is_seen_in_every_lesson_at_once(editor: Client) -> None:
    text = make_shared(tone="caution")
    make_lessons()
    before = [("Words en" in read(editor, code), "Take care" in read(editor, code)) for code in ("M9.1", "M9.2")]

    save(editor, text, words="Other words")

    after = [("Other words" in read(editor, code), "Words en" in read(editor, code)) for code in ("M9.1", "M9.2")]
    assert (before, after) == ([(True, True)] * 2, [(True, False)] * 2)
    whole = editor.get(reverse("whole_module", args=["M9"])).content.decode()
    assert whole.count("Other words") == 2


def test_a_draft_of_a_change_waits_and_what_is_taken_offline_is_gone(editor: Client) -> None:
    text = make_shared()
    make_lessons(1)
    save(editor, text, words="Not yet", publish=False)
    waiting = read(editor)

    SharedText.objects.get().unpublish()

    assert ("Words en" in waiting, "Not yet" in waiting) == (True, False)
    assert "Words en" not in read(editor)


def test_the_language_is_that_of_the_lesson_or_the_next_best(editor: Client) -> None:
    text = make_shared()
    [lesson] = make_lessons(1)
    translate(lesson.get_parent().specific, "ru")
    translate(lesson, "ru")
    next_best = read(editor, language="ru")
    make_shared("ru", of=text).save_revision().publish()

    own = read(editor, language="ru")

    assert '<div class="stack" lang="en">' in next_best
    assert ("Words ru" in own, "Words en" in own) == (True, False)


def test_it_is_found_by_its_words_and_after_a_change_by_the_new_ones(editor: Client) -> None:
    make_home()
    text = make_shared(text="<p>A lighthouse</p>")
    make_lessons(1)

    def found(words: str) -> bool:
        return "/en/modules/M9/M9.1/" in editor.get(reverse("search"), {"q": words}).content.decode()

    before = found("lighthouse"), found("harbour")
    save(editor, text, words="A harbour")

    assert (before, (found("lighthouse"), found("harbour"))) == ((True, False), (False, True))


def test_a_file_to_take_away_says_in_which_language_it_stands() -> None:
    make_shared(tone="law")
    [lesson] = make_lessons(1)
    translate(lesson.get_parent().specific, "ru")
    translate(lesson, "ru")

    fields: list[Any] = [
        volume_of(module=Module.objects.get(), language=language).chapters[0].pieces[0] for language in ("en", "ru")
    ]

    assert [(each.kind, each.language) for each in fields] == [("law", ""), ("law", "en")]


# --- What editors get -----------------------------------------------------------------------------------------------
def test_a_lesson_chooses_from_the_texts_there_are_in_the_language_of_the_editor() -> None:
    text = make_shared(title="Zebra")
    make_shared("ru", of=text, title="Зебра")
    make_shared(slug="aid", title="Aid", live=False)

    with override("ru"):
        assert shared_texts() == [("aid", "Aid"), ("notice", "Зебра")]
    block = SharedBlock()
    assert block.clean(block.to_python({"slug": "aid"}))["slug"] == "aid"
    with pytest.raises(ValidationError):
        block.clean(block.to_python({"slug": "gone"}))


def test_the_form_lists_the_lessons_that_show_it_drafts_too(editor: Client) -> None:
    text = make_shared()
    before = editor.get(address("edit", text.pk)).content.decode()
    first, second = make_lessons()
    draft = make_lesson_page(first.get_parent().specific, "M9.3", live=False, body=[SHOWN])
    second.body = []
    second.save_revision()

    shown = editor.get(address("edit", text.pk)).content.decode()

    assert "No lesson shows it yet." in before
    # What was taken out in a draft is still shown to readers.
    titles = [each.title for each in lessons_showing("notice", "en")]
    assert titles == [f"M9.{number} Lesson M9.{number} en" for number in (1, 2, 3)]
    assert all(reverse("wagtailadmin_pages:edit", args=[page.pk]) in shown for page in (first, second, draft))


def test_it_is_not_deleted_while_a_lesson_shows_it(editor: Client) -> None:
    text = make_shared()
    lessons = make_lessons()
    bulk = f"{reverse('wagtail_bulk_action', args=['library', 'sharedtext', 'delete'])}?id={text.pk}"

    refused = editor.post(address("delete", text.pk), follow=True).content.decode()
    editor.post(bulk)

    assert "2 lessons show “Title en” (M9.1 Lesson M9.1 en and others): take it out there first." in refused
    assert SharedText.objects.exists()
    for lesson in lessons:
        lesson.body = []
        lesson.save_revision().publish()
    editor.post(address("delete", text.pk))
    assert not SharedText.objects.exists()


def test_a_translation_may_go_and_the_last_one_stays() -> None:
    text = make_shared()
    translation = make_shared("ru", of=text)
    make_lessons(1)

    before = objection_to_deletion([translation])
    translation.delete()

    assert (before, objection_to_deletion([text])) == (
        "",
        "1 lesson shows “Title en” (M9.1 Lesson M9.1 en): take it out there first.",
    )
    assert objection_to_deletion([text, translation]) == objection_to_deletion([text])


def test_the_name_by_which_lessons_show_it_stays(editor: Client) -> None:
    save(editor, make_shared(), slug="renamed")
    renamed = SharedText.objects.get()
    make_lesson_page(make_module_page("M9"), "M9.1", body=[{"type": "shared", "value": {"slug": "renamed"}}])

    refused = save(editor, renamed, slug="again")

    assert SharedText.objects.get().slug == "renamed"
    assert "Lessons show this text by its short name, so the name stays." in refused


def test_checks_name_a_text_that_readers_do_not_get() -> None:
    make_shared(live=False)
    [lesson] = make_lessons(1)

    found = [each for each in findings(*sheets([lesson])) if each.stumbling]

    assert [(each.check, each.values) for each in found] == [(Check.SHARED, {"name": "notice"})]


def test_a_lesson_in_two_languages_is_one_lesson() -> None:
    make_shared()
    lessons = make_lessons()
    translate(lessons[0].get_parent().specific, "ru")
    translate(lessons[1], "ru", title="Урок")

    found = lessons_showing("notice", "ru")

    assert [(each.title, each.language) for each in found] == [("M9.1 Lesson M9.1 en", "en"), ("M9.2 Урок", "ru")]


@pytest.mark.parametrize("number", [1, 3])
def test_as_many_queries_however_many_lessons_show_it(number: int) -> None:
    make_shared()
    make_lessons(number)

    with CaptureQueriesContext(connection) as queries:
        assert len(lessons_showing("notice", "en")) == number

    assert len(queries) == 2


# --- Translations ---------------------------------------------------------------------------------------------------
def test_it_is_counted_and_translated_like_every_other_kind(roles: SimpleNamespace) -> None:
    for language in ("ru", "be"):
        locale(language)
    make_shared()
    kind = kind_named("shared")
    assert kind is not None
    missing = standings([kind])
    content = po_of([each for each in missing if each.language == "ru"], language="ru").decode()
    for english, russian in (("Title en", "Заголовок"), ("Words en", "Слова")):
        content = content.replace(f'msgid "{english}"\nmsgstr ""', f'msgid "{english}"\nmsgstr "{russian}"')

    bring_po(content=content.encode(), language="ru", actor=roles.editor)
    draft = SharedText.objects.get(locale=locale("ru")).get_latest_revision_as_object()
    draft.save_revision().publish()
    note_everything()

    assert [(each.language, each.state) for each in missing] == [("ru", "missing"), ("be", "missing")]
    assert (draft.slug, draft.title, "Слова" in draft.text) == ("notice", "Заголовок", True)
    assert [(each.language, each.state) for each in standings([kind])] == [("ru", "done"), ("be", "missing")]
