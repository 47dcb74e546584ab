"""Lessons that were written in Word: a file is kept and looked at, then a draft is made of it, whole or not at all."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from audit.services import record
from core import docx
from core.errors import FormatError
from courses.errors import CourseError
from courses.formats.word import Block, WordLesson, lesson_in
from courses.formats.word.remarks import Doubt
from courses.models import LessonFile, LessonPage, ModulePage
from courses.services.drafts import add_draft, refuse_taken_codes
from library.services import picture_kind, store_picture
from people.models import Account

KEPT_FOR = timedelta(days=1)
COLLECTION = "Lessons"


def keep_lesson_file(*, content: bytes, filename: str, module_key: UUID, language: str, actor: Account) -> LessonFile:
    """Keep a Word file that is to become a lesson of a module; an empty `language` is told by its letters.

    Raises CourseError, and keeps nothing, when the file cannot be read or the actor may not add a lesson there.
    """
    lesson = _read(content, language)
    _module_page(module_key, lesson.language, actor)
    kept = LessonFile(filename=filename[-200:], module_key=module_key, language=lesson.language, created_by=actor)
    kept.file.save(f"{uuid4()}.docx", ContentFile(content))
    return kept


def lesson_of(kept: LessonFile) -> WordLesson:
    """Return what a file becomes. Raises CourseError when it is gone or cannot be read."""
    try:
        with kept.file.open("rb") as file:
            content = file.read()
    except (FileNotFoundError, ValueError) as error:
        raise CourseError(_("The file is not kept any more. Choose it again.")) from error
    return _read(content, kept.language)


@transaction.atomic
def make_lesson_from_file(*, kept: LessonFile, code: str, title: str, minutes: int, actor: Account) -> LessonPage:
    """Make a draft of a file below its module, in its language; its pictures go into the media library, each once.

    Made already, that draft is returned. Raises CourseError, and makes nothing, when the code is taken, the module has
    no page in the language, or the actor may not add a lesson there.
    """
    parent = _module_page(kept.module_key, kept.language, actor)
    list(Page.objects.select_for_update().filter(pk=parent.pk))  # whoever presses twice waits here
    kept.refresh_from_db()
    made = LessonPage.objects.filter(translation_key=kept.lesson_key).first() if kept.lesson_key else None
    if made is not None:
        return made
    refuse_taken_codes(lessons=[code])
    lesson = lesson_of(kept)
    images = _store(lesson.pictures)
    page = LessonPage(
        title=title,
        lesson_code=code,
        summary=lesson.summary,
        minutes=minutes,
        translation_key=uuid4(),
        body=[{"type": each.kind, "id": str(uuid4()), "value": _value(each, images)} for each in lesson.blocks],
        sources=[{"type": "source", "id": str(uuid4()), "value": each} for each in lesson.sources],
    )
    add_draft(page, parent, kept.language, actor)
    kept.lesson_key = page.translation_key
    kept.save(update_fields=["lesson_key"])
    record("courses.lesson_from_file", obj=page, actor=actor, after={"code": code, "file": kept.filename})
    return page


def forget_lesson_file(*, kept: LessonFile) -> None:
    """Forget a file and its content. A draft that was made of it stays. Forgotten already, it changes nothing."""
    kept.file.delete(save=False)
    LessonFile.objects.filter(pk=kept.pk).delete()


def forget_lesson_files() -> int:
    """Forget the files that are older than a day. Returns how many."""
    old = list(LessonFile.objects.filter(created_at__lt=timezone.now() - KEPT_FOR))
    for kept in old:
        forget_lesson_file(kept=kept)
    return len(old)


def next_lesson_code(codes: Iterable[str], module: str) -> str:
    """Return a code for one more lesson of a module.

    >>> next_lesson_code(["M1.1", "M1.7"], "M1"), next_lesson_code([], "M2")
    ('M1.8', 'M2.1')
    """
    numbers = [code.removeprefix(f"{module}.") for code in codes if code.startswith(f"{module}.")]
    return f"{module}.{max([int(each) for each in numbers if each.isdecimal()], default=0) + 1}"


def _read(content: bytes, language: str) -> WordLesson:
    try:
        document = docx.read(content)
    except FormatError as error:
        raise CourseError(error.message) from error
    lesson = lesson_in(document, language)
    shown = {name: content for name, content in lesson.pictures.items() if picture_kind(content)}
    for name in lesson.pictures.keys() - shown.keys():
        lesson.doubt(0, Doubt.NO_PICTURE, PurePosixPath(name).name)
    lesson.blocks = [each for each in lesson.blocks if each.kind != "figure" or each.value["image"] in shown]
    lesson.pictures = shown
    return lesson


def _module_page(key: UUID, language: str, actor: Account) -> ModulePage:
    """The page of a module below which somebody may put a lesson in a language."""
    pages = ModulePage.objects.changeable_by(actor).filter(translation_key=key, locale__language_code=language)
    page = pages.first()
    if page is None:
        raise CourseError(_("The module has no page in the language of the file. Make that page first."))
    if not page.permissions_for_user(actor).can_add_subpage():
        raise CourseError(_("You may not add lessons to this module."))
    return page


def _value(block: Block, images: Mapping[str, int]) -> Any:
    if block.kind != "figure":
        return block.value
    return {**block.value, "image": images[block.value["image"]]}


def _store(pictures: Mapping[str, bytes]) -> dict[str, int]:
    """The ids of images by the names of pictures."""
    return {
        name: int(store_picture(name=name, content=content, collection=COLLECTION).pk)
        for name, content in pictures.items()
    }
