"""A lesson with every kind of block goes to a translator and comes back: all words, no codes."""

import gc
from collections.abc import Iterator
from typing import Any
from uuid import uuid5

import pytest
from django.core.files.base import ContentFile
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail_localize.models import Translation, TranslationSource

from core.blocks import LessonBlocks
from courses.models import Lesson, LessonPage, LessonProgress, Module
from courses.services import complete_lesson, reach_place
from library.models import SharedText, Term
from tests.factories.assessments import make_question
from tests.factories.courses import NAMES, locale, make_enrolment, make_lesson_page, make_module_page, translate
from tests.factories.people import make_account, make_agency

# Wagtail leaves the files of the renditions that it makes to the garbage collector.
pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore::ResourceWarning")]


@pytest.fixture(autouse=True)
def _close_files_of_renditions() -> Iterator[None]:
    yield
    gc.collect()


def items(values: list[Any]) -> list[dict[str, Any]]:
    """A list as a StreamField stores it: every item with an id."""
    return [{"type": "item", "id": str(uuid5(NAMES, str(value))), "value": value} for value in values]


def situation(code: str, text: str, *choices: tuple[str, str, str]) -> dict[str, Any]:
    """A situation of a case as it is stored, with choices of a text, a consequence and where they lead."""
    parts = ("text", "consequence", "leads_to")
    return {"code": code, "text": text, "choices": items([dict(zip(parts, each, strict=True)) for each in choices])}


def every_block() -> list[dict[str, Any]]:
    """One block of every kind, with a text in every place where an editor can write one."""
    image = Image.objects.create(title="Image", file=get_test_image_file())
    file = Document.objects.create(title="File", file=ContentFile(b"WEBVTT", name="file.vtt"))
    video = Document.objects.create(title="Video", file=ContentFile(b"", name="file.mp4"))
    return [
        {"type": "opening_question", "value": {"question": "Who may be treated?", "hint": "Two questions."}},
        {"type": "heading", "value": "The rule"},
        {"type": "text", "value": "<p>Care is <b>owed</b>.</p><ul><li>at once</li></ul>"},
        {"type": "callout", "value": {"tone": "law", "title": "Article twelve", "text": "<p>Everyone.</p>"}},
        {"type": "shared", "value": {"slug": "notice"}},
        {
            "type": "case",
            "value": {
                "title": "At the desk",
                "text": "<p>A man comes in.</p>",
                "questions": items(["What do you ask?", "What do you not ask?"]),
                "situations": items(
                    [
                        situation("desk", "<p>He waits.</p>", ("Go.", "<p>He goes.</p>", ""), ("Stay.", "", "room")),
                        situation("room", "", ("Listen.", "<p>He talks.</p>", ""), ("Talk.", "<p>He nods.</p>", "")),
                    ]
                ),
            },
        },
        {
            "type": "table",
            "value": {
                "caption": "Three layers",
                "header_row": True,
                "header_column": True,
                "rows": items([items(["Layer", "Answer"]), items(["World", "Everyone"]), items(["Region", ""])]),
            },
        },
        {
            "type": "figure",
            "value": {"image": image.pk, "alternative": "A map of layers", "caption": "Drawn for this lesson"},
        },
        {
            "type": "video",
            "value": {
                "title": "A talk",
                "video": video.pk,
                "poster": image.pk,
                "captions_en": file.pk,
                "captions_ru": file.pk,
                "captions_be": file.pk,
                "transcript": "<p>What was said.</p>",
            },
        },
        {"type": "term", "value": {"slug": "right-to-health"}},
        {"type": "practice", "value": {"question": "M9-P1"}},
        {"type": "download", "value": {"document": file.pk, "description": "A list to print"}},
        {"type": "summary", "value": {"points": items(["Ask first.", "Treat at once."])}},
    ]


SOURCES = [
    {
        "type": "source",
        "value": {
            "code": "S34",
            "title": "A treaty",
            "locator": "Article two",
            "address": "https://example.org/treaty",
        },
    }
]


@pytest.fixture
def lesson() -> LessonPage:
    """A published English lesson of every block, below a module that is translated."""
    module_page = make_module_page("M9")
    translate(module_page, "ru")
    return make_lesson_page(module_page, "M9.1", body=every_block(), sources=SOURCES)


def send_to_translator(page: Any, language: str) -> Translation:
    source, _created = TranslationSource.get_or_create_from_instance(page)
    return Translation.objects.create(source=source, target_locale=locale(language))


def fill(translation: Translation) -> list[str]:
    """Answer every segment with its own words in square brackets; return what the translator was shown."""
    po = translation.export_po()
    for entry in po:
        entry.msgstr = f"[{entry.msgid}]"
    translation.import_po(po)
    return [entry.msgid for entry in po if not entry.obsolete]


def values(page: LessonPage) -> dict[str, Any]:
    """The body as plain values by kind of block."""
    return {block["type"]: _plain(block["value"]) for block in page.body.get_prep_value()}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_plain(part["value"]) for part in value]
    return value


def test_the_blocks_here_are_all_the_blocks_there_are(lesson: LessonPage) -> None:
    assert list(values(lesson)) == list(LessonBlocks().child_blocks)


def test_the_translator_sees_all_words_and_no_code(lesson: LessonPage) -> None:
    shown = fill(send_to_translator(lesson, "ru"))

    assert sorted(shown) == sorted(
        [
            "Lesson M9.1 en", "lesson-m9-1", "About M9.1",
            "Who may be treated?", "Two questions.", "The rule",
            "Care is <b>owed</b>.", "at once",
            "Article twelve", "Everyone.",
            "At the desk", "A man comes in.", "What do you ask?", "What do you not ask?",
            "He waits.", "Go.", "He goes.", "Stay.", "Listen.", "He talks.", "Talk.", "He nods.",
            "Three layers", "Layer", "Answer", "World", "Everyone", "Region",
            "A map of layers", "Drawn for this lesson", "A talk", "What was said.",
            "A list to print", "Ask first.", "Treat at once.",
            "A treaty", "Article two",
        ]
    )  # fmt: skip


def test_the_words_come_back_and_everything_else_stays(lesson: LessonPage) -> None:
    translation = send_to_translator(lesson, "ru")
    fill(translation)

    translation.save_target(publish=False)

    russian = lesson.get_translation(locale("ru")).get_latest_revision_as_object()
    english = values(lesson)
    files = {name: part for name, part in english["video"].items() if name not in ("title", "transcript")}
    assert values(russian) == {
        "opening_question": {"question": "[Who may be treated?]", "hint": "[Two questions.]"},
        "heading": "[The rule]",
        "text": "<p>[Care is <b>owed</b>.]</p><ul><li>[at once]</li></ul>",
        "callout": {"tone": "law", "title": "[Article twelve]", "text": "<p>[Everyone.]</p>"},
        "shared": {"slug": "notice"},
        "case": {
            "title": "[At the desk]",
            "text": "<p>[A man comes in.]</p>",
            "questions": ["[What do you ask?]", "[What do you not ask?]"],
            "situations": [
                {
                    "code": "desk",
                    "text": "<p>[He waits.]</p>",
                    "choices": [
                        {"text": "[Go.]", "consequence": "<p>[He goes.]</p>", "leads_to": ""},
                        {"text": "[Stay.]", "consequence": "", "leads_to": "room"},
                    ],
                },
                {
                    "code": "room",
                    "text": "",
                    "choices": [
                        {"text": "[Listen.]", "consequence": "<p>[He talks.]</p>", "leads_to": ""},
                        {"text": "[Talk.]", "consequence": "<p>[He nods.]</p>", "leads_to": ""},
                    ],
                },
            ],
        },
        "table": {
            "caption": "[Three layers]",
            "header_row": True,
            "header_column": True,
            "rows": [["[Layer]", "[Answer]"], ["[World]", "[Everyone]"], ["[Region]", ""]],
        },
        "figure": {
            "image": english["figure"]["image"],
            "alternative": "[A map of layers]",
            "caption": "[Drawn for this lesson]",
        },
        "video": {**files, "title": "[A talk]", "transcript": "<p>[What was said.]</p>"},
        "term": {"slug": "right-to-health"},
        "practice": {"question": "M9-P1"},
        "download": {"document": english["download"]["document"], "description": "[A list to print]"},
        "summary": {"points": ["[Ask first.]", "[Treat at once.]"]},
    }
    assert russian.sources[0].value == {
        "code": "S34",
        "title": "[A treaty]",
        "locator": "[Article two]",
        "address": "https://example.org/treaty",
    }
    assert (russian.lesson_code, russian.minutes, russian.required) == ("M9.1", 10, True)


def test_blocks_keep_their_ids_so_that_a_place_is_the_same_in_every_language(lesson: LessonPage) -> None:
    translation = send_to_translator(lesson, "ru")
    fill(translation)

    translation.save_target(publish=True)

    russian = lesson.get_translation(locale("ru"))
    assert [block.id for block in russian.body] == [block.id for block in lesson.body]


def test_a_learner_keeps_place_and_completion_whatever_is_published_meanwhile(lesson: LessonPage) -> None:
    person = make_account(agency=make_agency()).person
    enrolment = make_enrolment(person, Module.objects.get())
    record, place = Lesson.objects.get(), lesson.body[4].id
    reach_place(enrolment=enrolment, lesson=record, place=place)
    translation = send_to_translator(lesson, "ru")
    fill(translation)
    translation.save_target(publish=True)

    # The source says something else in front of the place, and the translation follows.
    changed = LessonPage.objects.get(pk=lesson.pk)
    changed.body[1] = ("heading", "The other rule", changed.body[1].id)
    changed.save_revision().publish()
    translation.source.update_from_db()
    fill(translation)
    translation.save_target(publish=True)

    progress = LessonProgress.objects.get(enrolment=enrolment)
    pages = [LessonPage.objects.get(lesson_code="M9.1", locale__language_code=code) for code in ("en", "ru")]
    assert [[block.id for block in page.body].index(place) for page in pages] == [4, 4]
    assert (progress.place, pages[1].body[1].value) == (place, "[The other rule]")

    complete_lesson(enrolment=enrolment, lesson=record)
    changed.save_revision().publish()
    translation.save_target(publish=True)

    enrolment.refresh_from_db()
    progress.refresh_from_db()
    assert (progress.completed_at is not None, enrolment.completed_at is not None) == (True, True)


def test_a_new_translation_does_not_go_live_and_makes_no_record(lesson: LessonPage) -> None:
    translation = send_to_translator(lesson, "ru")

    translation.save_target(publish=False)

    assert (lesson.get_translation(locale("ru")).live, Lesson.objects.count()) == (False, 1)


def test_a_published_translation_is_the_same_lesson(lesson: LessonPage) -> None:
    translation = send_to_translator(lesson, "ru")
    fill(translation)

    translation.save_target(publish=True)

    assert Lesson.objects.get().translation_key == lesson.get_translation(locale("ru")).translation_key


def test_every_block_is_shown(lesson: LessonPage) -> None:
    make_question(code="M9-P1")
    SharedText.objects.create(slug="notice", title="A notice", text="<p>For all.</p>", locale=locale("en"))
    Term.objects.create(slug="right-to-health", name="Right to health", definition="A right.", locale=locale("en"))

    page = " ".join(lesson.render_text().split())

    for expected in (
        '<p class="opening-question__text">Who may be treated?</p>',
        "<h2>The rule</h2>",
        "<p>Care is <b>owed</b>.</p>",
        '<aside class="callout callout--law" role="note">',
        '<p class="callout__title"><strong>A notice</strong></p> <p>For all.</p>',
        "<li>What do you ask?</li>",
        "<caption>Three layers</caption>",
        '<th scope="col">Answer</th>',
        '<th scope="row">World</th>',
        'alt="A map of layers"',
        'loading="lazy"',
        'type="image/avif"',
        'type="image/webp"',
        '<track kind="captions"',
        'srclang="en"',
        "<summary>Read the transcript</summary>",
        "<dfn>Right to health</dfn> – A right.",
        "What is right? (en)",
        "A list to print</a>",
        "<li>Ask first.</li>",
        '<a href="https://example.org/treaty" rel="noopener">A treaty</a>, Article two',
    ):
        assert expected in page
    assert "autoplay" not in page
    assert "style=" not in page
    assert [f'id="block-{block.id}"' in page for block in lesson.body] == [True] * 13


def test_a_term_that_is_not_translated_is_shown_in_english_and_says_so(lesson: LessonPage) -> None:
    Term.objects.create(slug="right-to-health", name="Right to health", definition="A right.", locale=locale("en"))
    translation = send_to_translator(lesson, "ru")
    fill(translation)
    translation.save_target(publish=True)

    page = lesson.get_translation(locale("ru")).render_text()

    assert '<aside class="term" role="note" lang="en">' in page


def test_unknown_terms_and_questions_leave_no_trace_for_readers(lesson: LessonPage) -> None:
    page = lesson.render_text()

    assert ('class="term"' in page, 'class="practice' in page, "right-to-health" in page) == (False, False, False)
