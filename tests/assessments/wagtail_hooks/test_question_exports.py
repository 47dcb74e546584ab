"""Questions taken out to a file in the CMS, and the guide to formats with its templates."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.formats.exchange import FORMATS, understood
from assessments.formats.format_guide import is_written
from assessments.models import Category
from people.models import Account
from tests.factories.assessments import EVERY, make_category, make_question, make_test

pytestmark = pytest.mark.django_db

WRITTEN = [name for name, each in FORMATS.items() if is_written(each)]


@pytest.fixture
def editor(roles: SimpleNamespace, client_of: Callable[[Account], Client]) -> Client:
    return client_of(roles.editor)


@pytest.fixture
def category() -> Category:
    return make_category("law")


def chosen(**values: Any) -> dict[str, str]:
    """What the form sends."""
    return {"category": "", "test": "", "language": "en", "format": "json", **{k: str(v) for k, v in values.items()}}


def test_a_category_is_looked_at_and_downloaded(editor: Client, category: Category) -> None:
    make_question(category=category, code="Q1", languages=("en", "ru"))
    below = Category.objects.create(slug="borders", name="Borders", parent=category)
    make_question(category=below, code="Q2")
    make_question(code="Q3")

    page = editor.get(reverse("questions:export"), chosen(category=category.pk))
    file = editor.get(reverse("questions:export_file"), chosen(category=category.pk))

    assert "2 questions are taken out. Nothing is lost." in " ".join(page.content.decode().split())
    assert [each["code"] for each in json.loads(file.content)["questions"]] == ["Q1", "Q2"]
    assert file["Content-Disposition"] == 'attachment; filename="questions-law-en.json"'
    assert file["Content-Type"] == "application/json"
    assert {"private", "no-store"} <= set(file["Cache-Control"].split(", "))


def test_what_is_lost_is_said_before_grouped_by_sentence(editor: Client, category: Category) -> None:
    make_question("ordering", category=category, code="Q1")
    make_question("select_words", category=category, code="Q2")
    make_question("single_choice", category=category, code="Q3", languages=("en", "be"))

    page = editor.get(reverse("questions:export"), chosen(category=category.pk, format="gift"))

    assert [(each.sentence, each.questions) for each in page.context["losses"]] == [
        ("This type of question cannot be written as GIFT (Moodle).", ["Q1", "Q2"]),
        ("Only one language is in the file.", ["Q3"]),
    ]
    assert "Only one language is in the file." in page.content.decode()


def test_what_is_not_written_in_the_language_is_counted(editor: Client, category: Category) -> None:
    make_question(category=category, languages=("en", "ru"))
    make_question(category=category)

    page = editor.get(reverse("questions:export"), chosen(category=category.pk, format="gift", language="ru"))
    table = editor.get(reverse("questions:export"), chosen(category=category.pk, format="csv", language="ru"))

    assert "1 of them is not written in this language and goes in another." in page.content.decode()
    assert "Nothing is lost." in table.content.decode()


def test_what_cannot_be_written_at_all_is_not_offered(editor: Client, category: Category) -> None:
    make_question("ordering", category=category)

    page = editor.get(reverse("questions:export"), chosen(category=category.pk, format="gift")).content.decode()

    assert "None of these questions can be written in this format." in page
    assert reverse("questions:export_file") not in page


def test_the_questions_of_a_test_are_taken_out(editor: Client) -> None:
    test = make_test(make_question(code="Q1"), code="M1-F")
    make_question(code="Q2")

    page = editor.get(reverse("tests:edit", args=[test.pk])).content.decode()
    file = editor.get(reverse("questions:export_file"), chosen(test=test.pk, language="ru"))

    assert f"{reverse('questions:export')}?test={test.pk}" in page
    assert [each["code"] for each in json.loads(file.content)["questions"]] == ["Q1"]
    assert file["Content-Disposition"] == 'attachment; filename="questions-m1-f-ru.json"'


def test_an_empty_category_says_so(editor: Client, category: Category) -> None:
    page = editor.get(reverse("questions:export"), chosen(category=category.pk)).content.decode()

    assert "There are no questions here that could be taken out." in page
    assert reverse("questions:export_file") not in page


@pytest.mark.parametrize("both", [True, False])
def test_either_a_category_or_a_test_is_chosen(editor: Client, category: Category, both: bool) -> None:
    values = chosen(category=category.pk, test=make_test().pk) if both else chosen()

    page = editor.get(reverse("questions:export"), values)
    file = editor.get(reverse("questions:export_file"), values)

    assert page.status_code == 422
    assert "Choose either a category or a test." in page.content.decode()
    assert file.url.startswith(reverse("questions:export"))


def test_the_list_of_questions_leads_to_both_with_its_category(editor: Client, category: Category) -> None:
    page = editor.get(reverse("questions:index"), {"category": category.pk}).content.decode()

    assert f'href="{reverse("questions:import")}?category={category.pk}"' in page
    assert f'href="{reverse("questions:export")}?category={category.pk}"' in page
    assert f'href="{reverse("questions:import")}"' in page


@pytest.mark.parametrize("name", WRITTEN)
def test_every_type_is_taken_out_in_every_format_or_named_as_lost(
    editor: Client, category: Category, name: str
) -> None:
    for type_name in EVERY:
        make_question(type_name, category=category, code=type_name)

    page = editor.get(reverse("questions:export"), chosen(category=category.pk, format=name))
    file = editor.get(reverse("questions:export_file"), chosen(category=category.pk, format=name))
    back = understood(name, file.content, "en")
    kept = set(EVERY) if name == "json" else set(FORMATS[name].carries)

    assert page.status_code == 200
    assert {each.type for each in back.questions} == kept
    assert back.errors == []


def test_the_page_asks_the_database_as_often_for_many_questions(editor: Client, category: Category) -> None:
    editor.get(reverse("questions:export"))
    asked = []
    for number in (1, 2):
        for _number in range(number):
            make_question(category=category)
        with CaptureQueriesContext(connection) as queries:
            editor.get(reverse("questions:export"), chosen(category=category.pk, format="gift"))
        asked.append(len(queries))

    assert asked[0] == asked[1]


# --- The guide ------------------------------------------------------------------------------------------------------
def test_the_guide_has_a_section_for_each_format_and_offers_its_templates(editor: Client) -> None:
    page = editor.get(reverse("questions:formats")).content.decode()

    assert [name for name in FORMATS if f'id="format-{name}"' not in page] == []
    links = {name: reverse("questions:format_template", args=[name, "be"]) in page for name in FORMATS}
    assert links == {name: name in WRITTEN for name in FORMATS}


@pytest.mark.parametrize("language", ["en", "ru", "be"])
@pytest.mark.parametrize("name", WRITTEN)
def test_a_template_holds_an_example_of_each_type_that_the_format_carries(
    editor: Client, name: str, language: str
) -> None:
    file = editor.get(reverse("questions:format_template", args=[name, language]))
    found = understood(name, file.content, language)
    extension = FORMATS[name].extension

    assert file["Content-Disposition"] == f'attachment; filename="questions-template-{language}.{extension}"'
    assert found.errors == []
    assert {each.type for each in found.questions} == (set(EVERY) if name == "json" else set(FORMATS[name].carries))
    assert {spoken for each in found.questions for spoken in each.words} == {language}


@pytest.mark.parametrize(("name", "language"), [("qti12", "en"), ("gift", "de"), ("nothing", "en")])
def test_there_is_no_template_of_what_is_not_written(editor: Client, name: str, language: str) -> None:
    assert editor.get(reverse("questions:format_template", args=[name, language])).status_code == 404


@pytest.mark.parametrize("role", ["learner", "coordinator", "manager"])
def test_nobody_but_editors_takes_questions_out(
    roles: SimpleNamespace, client_of: Callable[[Account], Client], category: Category, role: str
) -> None:
    make_question(category=category)
    client = client_of(getattr(roles, role))
    addresses = [reverse(f"questions:{name}") for name in ("export", "export_file", "formats")]

    answers = [client.get(address, chosen(category=category.pk)) for address in addresses]

    assert [each.status_code for each in answers] == [302, 302, 302]
