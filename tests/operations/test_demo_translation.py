"""The real content of the demonstration goes through the hands of a translator and comes back as it was."""

import json
import re
from collections import Counter
from typing import Any

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from wagtail.blocks import StreamValue
from wagtail.models import Locale
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments
from wagtail_localize.segments.ingest import ingest_segments

from core.blocks import LessonBlocks
from home.models import HomePage
from operations.demo import LANGUAGES, read
from operations.demo.modules import FOLDERS, LESSONS, _exists, _lesson_page, _module_page
from operations.demo.outline import _agenda_day
from operations.demo.partners import partner_blocks
from tests.factories.courses import locale
from workshops.models import OutlinePage

# Wagtail leaves the files of pictures to the garbage collector.
pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore::ResourceWarning")]
LESSON_FILES = [
    (folder, number) for folder in FOLDERS for number in LESSONS if _exists(folder, f"lesson-{number}.en.yaml")
]


def again(page: Any, fields: tuple[str, ...]) -> Any:
    """The same page once more, made of what would lie in the database."""
    raw = {name: getattr(page, name) for name in fields}
    stored = {
        name: json.dumps(value.get_prep_value(), cls=DjangoJSONEncoder) if isinstance(value, StreamValue) else value
        for name, value in raw.items()
    }
    return type(page)(**stored)


def there_and_back(page: Any, *fields: str) -> list[str]:
    """The fields that are not what they were after all their segments were taken out and put in again."""
    locale("en"), locale("ru")
    english, russian = Locale.objects.get(language_code="en"), Locale.objects.get(language_code="ru")
    source, target, untouched = (again(page, fields) for _each in range(3))
    ingest_segments(source, target, english, russian, extract_segments(again(page, fields)))
    return [name for name in fields if _plain(target, name) != _plain(untouched, name)]


def _plain(page: Any, name: str) -> Any:
    value = getattr(page, name)
    if not isinstance(value, StreamValue):
        return value
    blocks = [[block.id, block.block_type, block.block.get_prep_value(block.value)] for block in value]
    # New lines between tags are of no consequence; everything else is.
    return re.sub(r">(?:\\n| )+<", "><", json.dumps(blocks, cls=DjangoJSONEncoder))


def lesson(folder: str, number: int) -> Any:
    words = {code: read(f"{folder}/lesson-{number}.{code}.yaml") for code in LANGUAGES}
    return _lesson_page(words, "en")


@pytest.mark.parametrize(("folder", "number"), LESSON_FILES)
def test_every_lesson_comes_back_as_it_was(folder: str, number: int) -> None:
    assert there_and_back(lesson(folder, number), "title", "summary", "body", "sources") == []


def test_every_module_the_outline_and_the_home_page_come_back_too() -> None:
    words = read("outline.yaml")
    texts = read("home.yaml")
    partners = partner_blocks()
    for folder in FOLDERS:
        of_module = read(f"{folder}/module.en.yaml")
        assert there_and_back(_module_page(of_module), "title", "introduction", "requirements") == []

    assert (
        there_and_back(OutlinePage(agenda=[_agenda_day(day, "en") for day in words["days"]]), "agenda"),
        there_and_back(
            HomePage(introduction=texts["introduction"]["en"], partners=partners("en")),
            "introduction",
            "partners",
        ),
    ) == ([], [])


def test_the_content_has_every_kind_of_block_and_all_that_say_something_are_translated() -> None:
    there, translated = Counter[str](), Counter[str]()
    for folder, number in LESSON_FILES:
        page = lesson(folder, number)
        kinds = {block.id: block.block_type for block in page.body}
        there.update(kinds.values())
        shown = {segment.path.split(".")[1] for segment in extract_segments(page) if _is_of_body(segment)}
        translated.update(kinds[each] for each in shown)

    codes = {"term", "shared", "practice"}
    assert set(LessonBlocks().child_blocks) - set(there) <= {"figure", "download"}
    assert {kind: number for kind, number in there.items() if kind not in codes} == dict(translated)


def _is_of_body(segment: Any) -> bool:
    return isinstance(segment, StringSegmentValue) and segment.path.startswith("body.")


def test_block_ids_are_the_same_in_every_language() -> None:
    for folder, number in LESSON_FILES:
        words = {code: read(f"{folder}/lesson-{number}.{code}.yaml") for code in LANGUAGES}
        ids = [[block.id for block in _lesson_page(words, code).body] for code in LANGUAGES]
        assert ids[0] == ids[1] == ids[2]
