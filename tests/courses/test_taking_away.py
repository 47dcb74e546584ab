"""What learners take away: a module or a lesson as a file, and all lessons on one page."""

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin
from uuid import UUID

import pytest
from django.core.cache import cache, caches
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from pypdf import PdfReader
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from core.blocks import LessonBlocks
from courses.models import LessonPage, Module
from courses.services import keep_note, measure_files, sizes_to_take_away
from courses.services.taking_away import BLOCKS, volume_of
from courses.tasks import measure_files as measure_files_job
from library.models import SharedText, Term
from people.models import Account
from tests.factories.assessments import EVERY, make_question
from tests.factories.courses import block, locale, make_lesson_page, make_module, make_module_page, translate
from tests.factories.people import make_account

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Account], Client]


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()


@pytest.fixture
def learner(account: Account, client_of: ClientOf) -> Client:
    return client_of(account)


def url(name: str, *args: object, language: str = "en") -> str:
    with override(language):
        return reverse(name, args=args)


def fetched(client: Client, *args: object, language: str = "en") -> bytes:
    response = client.get(url("lesson_file" if len(args) == 3 else "module_file", *args, language=language))
    assert response.status_code == 200
    return response.content


def book(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode(errors="replace") for name in archive.namelist()}


def printed(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages)


def without_markup(files: dict[str, str]) -> str:
    """The words of a book; a link lies inside a sentence."""
    return re.sub(r"<[^>]+>", " ", re.sub(r"</?a[^>]*>", "", "".join(files.values())))


def make_term() -> None:
    """A term that lessons explain by its slug and mention by its name."""
    Term.objects.create(slug="migrant", name="Migrant", definition="Somebody who moved", locale=locale("en"))


def make_shared_text() -> None:
    """A text that lessons show by its slug."""
    SharedText.objects.create(
        slug="notice", tone="caution", title="A shared title", text="<p>Shared words</p>", locale=locale("en")
    )


def every_block(page: int = 0) -> list[dict[str, Any]]:
    """A body with a block of each type, and a link to a page."""
    image = Image.objects.create(title="Map", file=get_test_image_file(size=(2000, 1000)))
    document = Document.objects.create(title="Form", file=ContentFile(b"%PDF-1.4", name="form.pdf"))
    values: dict[str, Any] = {
        "opening_question": {"question": "Who is a migrant?", "hint": "Think of yourself"},
        "heading": "A heading",
        "text": f'<p>See <a linktype="page" id="{page}">the module</a> and <b>bold</b>.</p>',
        "callout": {"tone": "law", "title": "Check", "text": "<p>Who is bound</p>"},
        "shared": {"slug": "notice"},
        "case": {
            "title": "At the border", "text": "<p>A story</p>", "questions": ["What now?"],
            "situations": [
                {
                    "code": "desk", "text": "<p>He coughs</p>",
                    "choices": [
                        {"text": "Send him away", "consequence": "<p>He stays ill</p>", "leads_to": ""},
                        {"text": "Ask him in", "consequence": "<p>He sits down</p>", "leads_to": "room"},
                    ],
                },
                {
                    "code": "room", "text": "<p>The door is closed</p>",
                    "choices": [
                        {"text": "Listen", "consequence": "<p>He tells more</p>", "leads_to": ""},
                        {"text": "Talk", "consequence": "<p>He nods</p>", "leads_to": ""},
                    ],
                },
            ],
        },
        "table": {"caption": "Figures", "header_row": True, "header_column": False, "rows": [["a", "b"], ["1", "2"]]},
        "figure": {"image": image.pk, "alternative": "A map of clinics", "caption": "Source: us"},
        "video": {
            "title": "A film", "video": document.pk, "poster": image.pk, "captions_en": document.pk,
            "captions_ru": document.pk, "captions_be": document.pk, "transcript": "<p>What is said</p>",
        },
        "term": {"slug": "migrant"},
        "practice": {"question": "Q1"},
        "download": {"document": document.pk, "description": "A form to fill in"},
        "summary": {"points": ["Remember this"]},
    }  # fmt: skip
    return [{"type": name, "value": value} for name, value in values.items()]


def test_every_block_of_a_lesson_has_its_form_on_paper():
    assert set(BLOCKS) == set(LessonBlocks().child_blocks)
    assert {line["type"] for line in every_block()} == set(BLOCKS)


@pytest.mark.parametrize("form", ["pdf", "epub"])
def test_a_module_is_taken_away_with_everything_that_stands_in_it(learner, form):
    make_question(code="Q1")
    make_term()
    make_shared_text()
    page = make_module_page("M9", requirements="<p>Read all</p>")
    make_lesson_page(page, "M9.1", body=every_block(page.pk))

    content = fetched(learner, "M9", form)

    text = printed(content) if form == "pdf" else without_markup(book(content))
    said = [
        "Module M9 en", "Introduction M9 en", "Read all", "Who is a migrant?", "Think of yourself", "A heading", "bold",
        "In law", "Who is bound", "Take care", "A shared title", "Shared words", "At the border", "What now?",
        "Situation 1", "He coughs", "Send him away", "He stays ill", "It goes on with situation 2.", "Situation 2",
        "Listen", "He tells more", "Figures", "Source: us", "What is said", "Migrant",
        "Somebody who moved", "Practice question 1", "A form to fill in", "Remember this",
        "Answers to the practice questions", "A source", "Art. 1",
    ]  # fmt: skip
    assert [each for each in said if each not in " ".join(text.split())] == []


def test_links_lead_to_the_site_and_pictures_are_small():
    page = make_module_page("M9")
    make_lesson_page(page, "M9.1", body=every_block(page.pk))

    volume = volume_of(module=Module.objects.get(), language="en")

    pieces = volume.chapters[0].pieces
    links = [run.link for piece in pieces for run in getattr(piece, "line", ()) if run.link]
    pictures = [piece for piece in pieces if hasattr(piece, "alternative")]
    assert links[0] == "http://127.0.0.1:8000/en/modules/M9/"
    assert [(each.alternative, each.size, each.content[:3]) for each in pictures] == [
        ("A map of clinics", (1000, 500), b"\xff\xd8\xff")
    ]


def test_a_picture_whose_file_is_gone_is_said_in_words(learner):
    page = make_module_page("M9")
    make_lesson_page(page, "M9.1", body=[each for each in every_block() if each["type"] == "figure"])
    Image.objects.get().file.storage.delete(Image.objects.get().file.name)

    assert "Picture: A map of clinics" in printed(fetched(learner, "M9", "pdf"))


@pytest.mark.parametrize("type_name", sorted(EVERY))
def test_a_question_of_any_type_is_asked_in_the_text_and_answered_at_its_end(type_name):
    make_question(type_name, code="Q1")
    page = make_module_page("M9")
    make_lesson_page(page, "M9.1", body=[{"type": "practice", "value": {"question": "Q1"}}])

    chapter = volume_of(module=Module.objects.get(), language="en").chapters[0]

    assert len(chapter.pieces) == 1
    assert len(chapter.answers) == (0 if type_name == "description" else 1)


def test_the_language_is_that_of_the_reader_and_else_the_next_best(learner):
    page = make_module_page("M9")
    first, _second = make_lesson_page(page, "M9.1"), make_lesson_page(page, "M9.2")
    translate(page, "be")
    translate(first, "be")

    files = book(fetched(learner, "M9", "epub", language="be"))
    russian = PdfReader(io.BytesIO(fetched(learner, "M9", "pdf", language="ru")))

    assert 'lang="be"' in files["EPUB/lesson-1.xhtml"]
    assert "Lesson M9.1 be" in files["EPUB/lesson-1.xhtml"]
    assert 'lang="en"' in files["EPUB/lesson-2.xhtml"]
    assert russian.root_object["/Lang"] == "en"


def test_the_file_names_its_version_and_a_publication_makes_another(learner):
    page = make_module_page("M9")
    lesson = make_lesson_page(page, "M9.1")
    before = fetched(learner, "M9", "epub")
    assert fetched(learner, "M9", "epub") == before
    cache.clear()
    assert fetched(learner, "M9", "epub") == before
    version = Module.objects.get().content_version

    lesson.title = "Another title"
    lesson.save_revision().publish()
    after = book(fetched(learner, "M9", "epub"))

    assert f"content version {version} of" in re.sub(r"<[^>]+>", " ", book(before)["EPUB/opening.xhtml"]).lower()
    assert "Another title" in after["EPUB/lesson-1.xhtml"]


def test_a_lesson_is_taken_away_alone(learner):
    make_module("M9", lessons=2)

    response = learner.get(url("lesson_file", "M9", "M9.2", "epub"))

    assert response["Content-Type"] == "application/epub+zip"
    assert response["Content-Disposition"] == 'attachment; filename="M9.2-en.epub"'
    assert [name for name in book(response.content) if "lesson-" in name] == ["EPUB/lesson-1.xhtml"]
    assert "Lesson M9.2 en" in book(response.content)["EPUB/lesson-1.xhtml"]


def test_drafts_and_lessons_taken_back_are_in_no_file(learner):
    page = make_module_page("M9")
    make_lesson_page(page, "M9.1")
    make_lesson_page(page, "M9.2", live=False)
    make_lesson_page(page, "M9.3").unpublish()

    assert [each.code for each in volume_of(module=Module.objects.get(), language="en").chapters] == ["M9.1"]
    assert learner.get(url("lesson_file", "M9", "M9.2", "pdf")).status_code == 404
    assert learner.get(url("lesson_file", "M9", "M9.3", "pdf")).status_code == 404


def test_a_module_without_lessons_is_not_found(learner):
    make_module_page("M9")

    assert learner.get(url("module_file", "M9", "pdf")).status_code == 404
    assert learner.get(url("whole_module", "M9")).status_code == 404
    assert "take-away" not in learner.get(url("module", "M9")).content.decode()


def test_own_notes_are_in_no_file(learner, account):
    module = make_module("M9", lessons=1)
    place = UUID(LessonPage.objects.get().body[0].id)
    keep_note(person=account.person, lesson=module.lessons.get(), place=place, text="My own thought")

    texts = [printed(fetched(learner, "M9", "pdf")), str(book(fetched(learner, "M9", "epub")))]

    assert [text for text in texts if "My own thought" in text] == []


def test_strangers_are_asked_to_sign_in_and_editors_are_not_refused(client, client_of):
    make_module("M9", lessons=1)

    assert client.get(url("module_file", "M9", "pdf")).status_code == 302
    assert "take-away" not in client.get(url("module", "M9")).content.decode()
    assert client_of(make_account("editor")).get(url("module_file", "M9", "pdf")).status_code == 200


def test_pages_say_how_large_the_files_are_when_they_were_made(learner):
    module = make_module("M9", lessons=1)
    assert sizes_to_take_away(module=module, language="en") == {"pdf": None, "epub": None}

    measure_files_job()
    caches["process"].clear()  # as a minute later

    sizes = sizes_to_take_away(module=module, language="be")
    page = learner.get(url("module", "M9")).content.decode()
    lesson = learner.get(url("lesson", "M9", "M9.1")).content.decode()
    assert all(size and size > 1000 for size in sizes.values())
    assert re.findall(r'take-away\.(\w+)">\w+</a> \(\d+[.,]?\d*\s*KB\)', page) == ["pdf", "epub"]
    assert re.findall(r'href="take-away\.(\w+)">', lesson) == ["pdf", "epub"]
    # As a browser puts an address beside that of the page.
    assert urljoin(url("lesson", "M9", "M9.1"), "take-away.pdf") == url("lesson_file", "M9", "M9.1", "pdf")
    assert urljoin(url("module", "M9"), "take-away.pdf") == url("module_file", "M9", "pdf")
    assert measure_files() == 0


def test_all_lessons_stand_on_one_page(learner):
    make_question(code="Q1")
    page = make_module_page("M9")
    make_lesson_page(page, "M9.1", body=every_block())
    make_lesson_page(page, "M9.2", body=every_block())

    html = learner.get(url("whole_module", "M9")).content.decode()

    names = re.findall(r'\sid="([^"]+)"', html)
    assert len(names) == len(set(names))
    assert re.findall(r"<h2>([^<]+)</h2>", html) == ["Lesson M9.1 en", "Lesson M9.2 en"]
    assert html.count("Answers to the practice questions") == 2
    assert re.findall(r'<img src="(/media/[^"]+)" alt="A map of clinics"', html)


def test_the_number_of_queries_does_not_grow_with_lessons_and_questions(learner):
    def asked(code: str, lessons: int) -> int:
        page = make_module_page(code)
        for number in range(1, lessons + 1):
            name = f"{code}-{number}"
            make_question(code=name)
            body = [block(name, 1, "Text"), {"type": "practice", "value": {"question": name}}]
            make_lesson_page(page, f"{code}.{number}", body=[*body, {"type": "term", "value": {"slug": "migrant"}}])
        module = Module.objects.get(code=code)
        with CaptureQueriesContext(connection) as captured:
            volume_of(module=module, language="en")
        return len(captured)

    make_term()
    volume_of(module=make_module("M8", lessons=1), language="en")

    assert asked("M1", 1) == asked("M3", 3)
