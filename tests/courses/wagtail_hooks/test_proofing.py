"""Checks of a page in the CMS, on what was last saved."""

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import GroupPagePermission

from courses.models import LessonPage, ModulePage
from courses.proofing import findings
from courses.services import sheets
from library.models import Term
from people.models import Account
from tests.factories.assessments import make_question
from tests.factories.courses import block, locale, make_home, make_lesson_page, make_module_page, translate

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(roles: SimpleNamespace, client_of: Callable[[Account], Client]) -> Client:
    return client_of(roles.editor)


def of_type(kind: str, **value: Any) -> dict[str, Any]:
    return {"type": kind, "id": str(uuid4()), "value": value}


def text(html: str) -> dict[str, Any]:
    return {"type": "text", "id": str(uuid4()), "value": html}


def found_in(page: ModulePage | LessonPage) -> list[tuple[str, str, str]]:
    """Check, place and name of what readers stumble over."""
    fresh = type(page).objects.get(pk=page.pk)
    found = [each for each in findings(*sheets([fresh])) if each.stumbling]
    return [(each.check.value, each.where, each.values.get("name", "")) for each in found]


def test_what_a_lesson_names_and_readers_do_not_find() -> None:
    module = make_module_page("M9")
    hidden = make_lesson_page(module, "M9.1", live=False)
    there = make_lesson_page(module, "M9.2")
    Term.objects.create(slug="migrant", name="Migrant", definition="?", locale=locale("en"))
    question, retired = make_question(), make_question(status="retired")
    lesson = make_lesson_page(
        module,
        "M9.3",
        body=[
            text(
                f'<p><a linktype="page" id="{hidden.pk}">a draft</a> <a linktype="page" id="{there.pk}">a page</a></p>'
            ),
            text('<p><a linktype="page" id="99999">gone</a> <a linktype="document" id="7">a file</a></p>'),
            text(
                '<p><a href="/en/modules/M9/M9.2/">yes</a> <a href="/be/modules/M8/">no</a> <a href="/en/x/">no</a></p>'
            ),
            text('<p><a href="https://www.who.int/">elsewhere</a> <a href="/en/">home</a></p>'),
            of_type("term", slug="migrant"),
            of_type("term", slug="nobody"),
            of_type("practice", question=question.code),
            of_type("practice", question=retired.code),
        ],
    )

    assert found_in(lesson) == [
        ("link", "1. text", "Lesson M9.1 en"),
        ("link", "2. text", "99999"),
        ("link", "2. text", "7"),
        ("link", "3. text", "/be/modules/M8/"),
        ("link", "3. text", "/en/x/"),
        ("term", "6. glossary term", "nobody"),
        ("question", "8. practice question", retired.code),
    ]


def test_a_draft_without_an_alternative_text_is_found_before_anybody_publishes(editor: Client) -> None:
    lesson = make_lesson_page(make_module_page("M9"), "M9.1")
    image = get_image_model().objects.create(title="Chart", file=get_test_image_file())
    lesson.body = [("figure", {"image": image, "alternative": "", "caption": ""})]
    lesson.save_revision()

    shown = editor.get(reverse("proofing:page", args=[lesson.pk]))

    assert found_in(lesson) == [("alternative", "1. figure", "")]
    assert "The picture says nothing to those who do not see it. Write an alternative text." in shown.content.decode()
    assert "Readers stumble over 1 of them." in shown.context["sentence"]


def test_the_editor_is_told_at_the_head_of_the_page_and_after_publishing(editor: Client) -> None:
    lesson = make_lesson_page(make_module_page("M9"), "M9.1", sources=[], body=[block("M9.1", 1, "5 % more.")])
    address, checks = (reverse(name, args=[lesson.pk]) for name in ("wagtailadmin_pages:edit", "proofing:page"))

    head = editor.get(address).content.decode()
    data = {
        "title": "New",
        "slug": "new",
        "lesson_code": "M9.1",
        "minutes": "1",
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "heading",
        "body-0-id": "",
        "body-0-value": "Heading",
        "sources-count": "0",
        **{f"comments-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")},
        "action-publish": "action-publish",
    }
    after = editor.post(address, data, follow=True).content.decode()

    assert f'href="{checks}"' in head
    assert "Checks: 5" in head
    assert "“New”: 4 things to look at." in after
    assert LessonPage.objects.get(pk=lesson.pk).live


def test_a_module_shows_its_lessons_and_compares_minutes(editor: Client) -> None:
    module = make_module_page("M9", minutes=60, introduction='<p><a linktype="page" id="99999">gone</a></p>')
    for number in (1, 2):
        make_lesson_page(module, f"M9.{number}")

    shown = editor.get(reverse("proofing:page", args=[module.pk]))

    assert [
        (lesson.lesson_code, minutes) for lesson, _address, _number, _measures, minutes in shown.context["lessons"]
    ] == [
        ("M9.1", 10),
        ("M9.2", 10),
    ]
    assert "The module says 60 min, its lessons 20 min together." in shown.content.decode()
    assert found_in(module) == [("link", "introduction", "99999")]


def test_a_translation_is_measured_in_its_language(editor: Client) -> None:
    module = make_module_page("M9")
    lesson = make_lesson_page(module, "M9.1")
    translate(module, "be")
    long = "Урач слухае жанчыну. " * 40
    belarusian = translate(lesson, "be", body=[block("M9.1", 1, long)])

    shown = editor.get(reverse("proofing:page", args=[belarusian.pk])).content.decode()

    assert "Reading ease is an estimate by the formula for Russian (Oborneva, 2006)" in shown


def test_nobody_sees_checks_of_pages_that_are_not_theirs(roles: SimpleNamespace, editor: Client) -> None:
    module = make_module_page("M9")
    lesson = make_lesson_page(module, "M9.1")
    GroupPagePermission.objects.filter(group__in=roles.editor.groups.all()).update(page=make_home("ru"))

    assert [editor.get(reverse("proofing:page", args=[page.pk])).status_code for page in (module, lesson)] == [404, 404]


def test_more_lessons_ask_no_more(editor: Client) -> None:
    module = make_module_page("M9")
    make_lesson_page(module, "M9.1")
    address = reverse("proofing:page", args=[module.pk])
    editor.get(address)
    with CaptureQueriesContext(connection) as one:
        editor.get(address)
    make_lesson_page(module, "M9.2")
    make_lesson_page(module, "M9.3")

    with CaptureQueriesContext(connection) as three:
        editor.get(address)

    assert len(three) == len(one)


# --- In the form ----------------------------------------------------------------------------------------------------
def edit_form(client: Client, page: ModulePage | LessonPage) -> str:
    return client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()


def listed(shown: str) -> list[str]:
    """The anchors of the findings in a form, in their order."""
    panel = shown.split('<div class="findings">', 1)[1].split("</div>", 1)[0]
    return re.findall(r'<li><a href="([^"]*)">', panel)


def test_the_form_lists_what_was_found_and_leads_to_its_block(editor: Client) -> None:
    figure, question = text("<p>In 2024 it was 5 % of all.</p>"), of_type("practice", question="Q404")
    page = make_lesson_page(make_module_page("M9"), "M9.1", body=[figure, question], sources=[], minutes=500)

    shown = edit_form(editor, page)

    # First what readers stumble over, then advice in the order of the page.
    assert listed(shown) == [
        f"#block-{question['id']}-section",
        f"#block-{figure['id']}-section",
        "#panel-child-content-sources-section",
    ]
    assert "The question “Q404” is not shown" in shown
    assert "cms/findings" in shown


def test_minutes_lead_to_their_field(editor: Client) -> None:
    module = make_module_page("M9", minutes=100)
    make_lesson_page(module, "M9.1", minutes=10)

    assert listed(edit_form(editor, module)) == ["#id_minutes"]


def test_it_is_the_draft_that_was_saved_and_a_whole_page_is_said_to_be(editor: Client) -> None:
    module = make_module_page("M9", introduction="<p>In 2024 it was 5 % of all.</p>")
    before = listed(edit_form(editor, module))
    module.introduction = "<p>In 2024 it was 5 % of all (UN, 2024).</p>"
    module.save_revision()

    after = edit_form(editor, module)

    assert (before, listed(after)) == (["#panel-child-content-introduction-section"], [])
    assert "Nothing to mend." in after


def test_a_page_that_is_only_now_written_has_no_checks(editor: Client) -> None:
    module = make_module_page("M9")

    shown = editor.get(reverse("wagtailadmin_pages:add", args=["courses", "lessonpage", module.pk])).content.decode()

    assert '<div class="findings">' not in shown


def test_the_form_asks_once_however_long_the_page_is(editor: Client) -> None:
    module, counts = make_module_page("M9"), []
    for number in (1, 3):
        # Without links to pages: for each of them the field itself asks what the page is called.
        body = [text("<p>In 2024 it was 5 %.</p>")] * number
        page = make_lesson_page(module, f"M9.{number}", body=[*body, *[of_type("practice", question="Q1")] * number])
        edit_form(editor, page)
        with CaptureQueriesContext(connection) as queries:
            edit_form(editor, page)
        asked = [query["sql"] for query in queries if "assessments_question" in query["sql"]]
        counts.append((len(queries), len(asked)))

    # The head of the page counts what the form lists, and both look once.
    assert counts[0] == counts[1]
    assert counts[0][1] == 1
