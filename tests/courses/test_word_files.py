"""Lessons that were written in Word: kept, looked at, made as drafts, forgotten after a day."""

import io
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image as Picture
from wagtail.images import get_image_model

from audit.models import Event
from courses.models import LessonFile, LessonPage, ModulePage
from courses.services import (
    CourseError,
    forget_lesson_file,
    keep_lesson_file,
    lesson_of,
    make_lesson_from_file,
    next_lesson_code,
)
from courses.services.word_files import COLLECTION
from courses.tasks import forget_lesson_files
from people.models import Account
from tests.factories.courses import make_lesson_page, make_module_page, translate
from tests.word_files import paragraph, picture, table, word_file

pytestmark = pytest.mark.django_db


def drawn(colour: str = "teal") -> bytes:
    content = io.BytesIO()
    Picture.new("RGB", (40, 20), colour).save(content, "PNG")
    return content.getvalue()


def lesson(**more: Any) -> bytes:
    """A lesson with a picture, twice, and something that is none."""
    return word_file(
        paragraph("Registration", style="a3"),
        paragraph("Who registers?", style="1"),
        paragraph("Everybody who stays."),
        paragraph(picture("rIdP", "A map")),
        paragraph("Source: IOM, 2024"),
        paragraph(picture("rIdQ", "The same map")),
        paragraph(picture("rIdX", "Drawn by an old program")),
        paragraph("Table 1. People of the year"),
        table(["Year", "People"], ["2022", "8000"]),
        targets={
            "rIdP": ("image", "media/a.png"),
            "rIdQ": ("image", "media/b.png"),
            "rIdX": ("image", "media/c.emf"),
        },
        parts={"word/media/a.png": drawn(), "word/media/b.png": drawn(), "word/media/c.emf": b"no picture"},
        **more,
    )


@pytest.fixture
def module() -> ModulePage:
    return make_module_page("M7")


@pytest.fixture
def editor(roles: SimpleNamespace) -> Account:
    return roles.editor


def keep(module: ModulePage, actor: Account, content: bytes | None = None, language: str = "") -> LessonFile:
    return keep_lesson_file(
        content=lesson() if content is None else content,
        filename="registration.docx",
        module_key=module.translation_key,
        language=language,
        actor=actor,
    )


def make(kept: LessonFile, actor: Account, code: str = "M7.1") -> LessonPage:
    return make_lesson_from_file(kept=kept, code=code, title="Registration", minutes=15, actor=actor)


def test_a_file_becomes_a_draft_of_its_module(module: ModulePage, editor: Account) -> None:
    page = make(keep(module, editor), editor)

    page.refresh_from_db()
    image = get_image_model().objects.get()
    assert (page.get_parent().specific, page.live, page.owner, page.locale.language_code) == (
        module,
        False,
        editor,
        "en",
    )
    assert (page.title, page.lesson_code, page.minutes, page.has_unpublished_changes) == (
        "Registration",
        "M7.1",
        15,
        True,
    )
    assert [(each.block_type, str(each.value)[:40]) for each in page.body if each.block_type != "figure"] == [
        ("heading", "Who registers?"),
        ("text", "<p>Everybody who stays.</p>"),
        ("table", str(page.body[4].value)[:40]),
    ]
    assert [(each.value["image"], each.value["alternative"], each.value["caption"]) for each in page.body[2:4]] == [
        (image, "A map", "Source: IOM, 2024"),
        (image, "The same map", ""),
    ]
    assert [list(row) for row in page.body[4].value["rows"]] == [["Year", "People"], ["2022", "8000"]]
    assert (image.collection.name, image.title) == (COLLECTION, "a")
    assert Event.objects.filter(action="courses.lesson_from_file").count() == 1


def test_the_draft_can_be_opened_and_saved_in_the_cms(module: ModulePage, editor: Account) -> None:
    page = make(keep(module, editor), editor).get_latest_revision_as_object()

    assert page.body.stream_block.clean(page.body)
    assert "Everybody who stays." in page.render_text()


def test_pressed_twice_there_is_one_draft(module: ModulePage, editor: Account) -> None:
    kept = keep(module, editor)

    assert make(kept, editor) == make(kept, editor, code="M7.2")
    assert LessonPage.objects.count() == 1


def test_a_second_lesson_takes_the_image_that_is_there(module: ModulePage, editor: Account) -> None:
    make(keep(module, editor), editor)
    make(keep(module, editor), editor, code="M7.2")

    assert get_image_model().objects.count() == 1


def test_a_deleted_draft_can_be_made_anew(module: ModulePage, editor: Account) -> None:
    kept = keep(module, editor)
    make(kept, editor).delete()

    assert make(kept, editor).lesson_code == "M7.1"


def test_a_code_that_is_taken_makes_nothing(module: ModulePage, editor: Account) -> None:
    make_lesson_page(module, "M7.1")
    kept = keep(module, editor)

    with pytest.raises(CourseError, match="There is a lesson with the code"):
        make(kept, editor)
    assert (LessonPage.objects.count(), get_image_model().objects.count()) == (1, 0)


def test_a_lesson_goes_below_the_page_in_its_language(module: ModulePage, editor: Account) -> None:
    russian = word_file(paragraph("Кто такой мигрант и почему?"))
    with pytest.raises(CourseError, match="no page in the language of the file"):
        keep(module, editor, russian)

    page_in_russian = translate(module, "ru")
    kept = keep(module, editor, russian)

    assert (kept.language, make(kept, editor).get_parent().specific) == ("ru", page_in_russian)
    assert LessonFile.objects.count() == 1


def test_whoever_writes_no_modules_keeps_no_file(module: ModulePage, roles: SimpleNamespace) -> None:
    with pytest.raises(CourseError):
        keep(module, roles.coordinator)
    assert LessonFile.objects.count() == 0


def test_what_is_no_word_file_is_refused_and_not_kept(module: ModulePage, editor: Account) -> None:
    with pytest.raises(CourseError, match="This is no Word file"):
        keep(module, editor, b"no")
    assert LessonFile.objects.count() == 0


def test_pictures_that_no_browser_shows_stay_out_and_are_told(module: ModulePage, editor: Account) -> None:
    found = lesson_of(keep(module, editor))

    assert list(found.pictures) == ["word/media/a.png", "word/media/b.png"]
    assert found.remarks[0].sentence == (
        "“c.emf” is no picture that browsers show (PNG, JPEG, GIF or WebP), so it stays out."
    )


def test_a_file_is_forgotten_after_a_day_and_its_draft_stays(module: ModulePage, editor: Account) -> None:
    kept, fresh = keep(module, editor), keep(module, editor)
    make(kept, editor)
    LessonFile.objects.filter(pk=kept.pk).update(created_at=timezone.now() - timedelta(hours=25))
    storage, name = kept.file.storage, kept.file.name

    forget_lesson_files()

    assert list(LessonFile.objects.all()) == [fresh]
    assert not storage.exists(name)
    assert LessonPage.objects.count() == 1


def test_a_file_that_is_gone_is_told(module: ModulePage, editor: Account) -> None:
    kept = keep(module, editor)
    kept.file.storage.delete(kept.file.name)

    with pytest.raises(CourseError, match="The file is not kept any more"):
        lesson_of(kept)
    forget_lesson_file(kept=kept)
    forget_lesson_file(kept=kept)


@pytest.mark.parametrize(
    ("codes", "expected"),
    [([], "M1.1"), (["M1.1", "M1.9", "M1.x"], "M1.10"), (["M10.4"], "M1.1")],
)
def test_the_next_code_follows_those_of_the_module(codes: list[str], expected: str) -> None:
    assert next_lesson_code(codes, "M1") == expected
