"""Files of the demonstration: a film comes with all that belongs to it, once, however often it is shown."""

from typing import Any

import pytest
from wagtail.documents.models import Document
from wagtail.images.models import Image

from core.blocks import VideoBlock
from operations.demo import LANGUAGES, read
from operations.demo.media import add_document, with_files

pytestmark = pytest.mark.django_db

LESSONS = ["m0/lesson-1.en.yaml", *(f"m1/lesson-1.{code}.yaml" for code in LANGUAGES)]


def shown(lesson: str) -> list[dict[str, Any]]:
    """The videos of a lesson as they are stored."""
    return [with_files(line)["video"] for line in read(lesson)["body"] if "video" in line]


@pytest.mark.parametrize("lesson", LESSONS)
def test_an_editor_would_be_allowed_to_publish_it(lesson: str) -> None:
    block = VideoBlock()
    (value,) = shown(lesson)

    accepted = block.clean(block.to_python(value))

    assert [accepted[f"captions_{code}"].title for code in LANGUAGES] == [f"four-arcs.{code}.vtt" for code in LANGUAGES]


def test_lessons_share_the_files_of_a_film() -> None:
    keys = [
        {name: key for name, key in value.items() if name not in {"title", "transcript"}}
        for lesson in LESSONS
        for value in shown(lesson)
    ]

    assert len(keys) == len(LESSONS)
    assert all(each == keys[0] for each in keys)
    assert (Document.objects.count(), Image.objects.count()) == (4, 1)


def test_a_demonstration_that_is_loaded_anew_keeps_the_names_of_its_files() -> None:
    first = add_document("A list", "list.txt", b"one")
    first.delete()
    second = add_document("A list", "list.txt", b"two")

    assert (second.filename, second.file_size) == ("list.txt", 3)
    assert second.file_hash != first.file_hash


def test_other_lines_of_a_lesson_stay_as_they_are() -> None:
    assert with_files({"heading": "The rule"}) == {"heading": "The rule"}
