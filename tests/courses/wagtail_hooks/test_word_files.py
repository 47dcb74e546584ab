"""A lesson from Word in the CMS: what becomes of it is seen first, then it is a draft."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import LessonFile, LessonPage, ModulePage
from people.models import Account
from tests.factories.courses import make_module_page, translate
from tests.word_files import EVERYTHING, paragraph, word_file

pytestmark = pytest.mark.django_db

INDEX = "/cms/lesson-files/"


@pytest.fixture
def module() -> ModulePage:
    return make_module_page("M7")


@pytest.fixture
def editor(roles: SimpleNamespace, client_of: Callable[[Account], Client]) -> Client:
    return client_of(roles.editor)


def send(client: Client, module: ModulePage, content: bytes = EVERYTHING, name: str = "lesson.docx") -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post(INDEX, {"file": file, "module": str(module.translation_key), "language": ""})


def test_from_the_page_of_a_module_its_name_is_chosen_already(editor: Client, module: ModulePage) -> None:
    edit = editor.get(reverse("wagtailadmin_pages:edit", args=[module.pk])).content.decode()
    assert f"{INDEX}?module={module.translation_key}" in edit

    form = editor.get(INDEX, {"module": str(module.translation_key)}).context["form"]
    assert form["module"].value() == str(module.translation_key)


def test_what_becomes_of_a_file_is_seen_and_nothing_is_made(editor: Client, module: ModulePage) -> None:
    answer = editor.get(send(editor, module).url)

    shown = answer.content.decode()
    assert [each.kind for _label, each in answer.context["blocks"]] == ["text", "table", "figure", "callout", "text"]
    assert [each.number for each in answer.context["remarks"]] == [3, 4, 9, 13, 13]
    assert "<b>who moves</b>" in shown
    assert '<th scope="col">Year</th>' in shown
    assert answer.context["form"].initial == {"title": "Who is a migrant?", "code": "M7.1", "minutes": 5}
    assert LessonPage.objects.count() == 0


def test_the_draft_is_made_and_opened_again_by_the_file(editor: Client, module: ModulePage) -> None:
    address = send(editor, module, word_file(paragraph("Words"))).url

    made = editor.post(address, {"title": "Migrants", "code": "M7.1", "minutes": "10"})

    page = LessonPage.objects.get()
    assert made.url == editor.get(address).url == reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert (page.title, page.live) == ("Migrants", False)
    assert editor.get(made.url).status_code == 200


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"title": ""}, "title"), ({"code": "M 7"}, "code"), ({"code": "M7.9"}, "code"), ({"minutes": "0"}, "minutes")],
)
def test_what_is_wrong_is_told_and_nothing_is_made(
    editor: Client, module: ModulePage, typed: dict[str, str], field: str
) -> None:
    taken = LessonPage(title="There", lesson_code="M7.9", locale=module.locale)
    module.add_child(instance=taken)
    address = send(editor, module, word_file(paragraph("Words"))).url

    answer = editor.post(address, {"title": "Migrants", "code": "M7.1", "minutes": "10", **typed})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert LessonPage.objects.count() == 1


@pytest.mark.parametrize("language", ["en", "ru", "be"])
def test_the_template_is_taken_without_a_remark(editor: Client, module: ModulePage, language: str) -> None:
    if language != "en":
        translate(module, language)
    file = editor.get(f"{INDEX}template/{language}/")
    assert file["Content-Disposition"] == f'attachment; filename="lesson-template-{language}.docx"'

    answer = editor.get(send(editor, module, file.content).url)

    assert (answer.context["remarks"], answer.context["kept"].language) == ([], language)
    assert editor.get(f"{INDEX}template/de/").status_code == 404


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"no", "This is no Word file (.docx)."),
        ("Кто это?".encode(), "This is no Word file (.docx)."),
        (word_file(paragraph("Кто это?")), "The module has no page in the language of the file."),
    ],
)
def test_a_file_that_cannot_be_taken_gets_a_sentence(
    editor: Client, module: ModulePage, content: bytes, sentence: str
) -> None:
    answer = send(editor, module, content)

    assert answer.status_code == 422
    assert sentence in str(answer.context["form"].errors["file"])
    assert LessonFile.objects.count() == 0


def test_files_that_wait_are_listed_and_forgotten(editor: Client, module: ModulePage) -> None:
    address = send(editor, module).url
    assert [each.filename for each in editor.get(INDEX).context["waiting"]] == ["lesson.docx"]

    forgotten = editor.post(f"{address}forget/", follow=True)

    assert "“lesson.docx” is forgotten. Nothing of it was saved." in forgotten.content.decode()
    assert editor.get(address).status_code == 404


def test_a_file_whose_content_is_gone_leads_back(editor: Client, module: ModulePage) -> None:
    address = send(editor, module).url
    kept = LessonFile.objects.get()
    kept.file.storage.delete(kept.file.name)

    assert editor.get(address).url == INDEX


def test_pages_ask_as_often_whatever_waits(editor: Client, module: ModulePage) -> None:
    send(editor, module)
    editor.get(INDEX)
    with CaptureQueriesContext(connection) as one:
        editor.get(INDEX)
    make_module_page("M8")
    send(editor, module), send(editor, module)

    with CaptureQueriesContext(connection) as three:
        editor.get(INDEX)

    assert len(one) == len(three)
