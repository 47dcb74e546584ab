"""The search: one page over modules, lessons, glossary, resources and workshops, in three languages."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from courses.models import LessonPage, ModulePage
from library.models import Term
from tests.factories.courses import block, locale, make_lesson_page, make_module, make_module_page, translate
from tests.factories.library import make_resource
from tests.factories.workshops import make_workshop

pytestmark = pytest.mark.django_db


def found(client: Client, asked: str, language: str = "en", **more: str) -> dict[str, list[str]]:
    """By kind the addresses that the page leads to."""
    response = client.get(f"/{language}/search/", {"q": asked, **more})
    assert response.status_code == 200
    return {str(group.kind): [row.address for row in group.rows] for group in response.context.get("groups", [])}


def words(client: Client, asked: str, language: str = "en", **more: str) -> str:
    return " ".join(client.get(f"/{language}/search/", {"q": asked, **more}).content.decode().split())


def make_everything() -> None:
    page = make_module_page("M4", title="Health data", introduction="<p>Firewalls and more</p>")
    make_lesson_page(page, "M4.3", title="Who may ask", body=[block("M4.3", 1, "A firewall stands between offices.")])
    Term.objects.create(slug="firewall", name="Firewall", definition="A separation of data.", locale=locale("en"))
    make_resource("report", title="On firewalls")
    make_workshop(code="IW-9", title_en="Firewall in practice")


@pytest.mark.db
def test_everything_is_found_and_grouped_by_kind(client: Client) -> None:
    make_everything()

    assert found(client, "FIREWALLS") == {
        "modules": ["/en/modules/M4/"],
        "lessons": ["/en/modules/M4/M4.3/"],
        "terms": ["/en/glossary/#term-firewall"],
        "resources": ["/en/resources/report/"],
        "workshops": ["/en/workshops/IW-9/"],
    }


def test_what_was_found_is_marked_and_what_was_typed_is_kept_and_escaped(client: Client) -> None:
    make_everything()

    page = words(client, "firewall")

    assert "A <mark>firewall</mark> stands between offices." in page
    assert 'value="firewall"' in page
    assert "<script>alert" not in words(client, "<script>alert(1)</script> firewall")


@pytest.mark.db
@pytest.mark.parametrize("asked", ["ахова здароўя", "АХОВЫ ЗДАРОУЯ", "аховай здароўя", "здароуем мiгрантау"])
def test_letters_endings_and_capitals_are_forgiven(client: Client, asked: str) -> None:
    page = make_module_page("M1")
    make_lesson_page(page, "M1.1")
    translate(page, "be", title="Модуль")
    lesson = LessonPage.objects.get(locale__language_code="en")
    translate(lesson, "be", title="Ахова здароўя мігрантаў", body=[block("M1.1", 1, "Пра здароўе мігрантаў")])

    assert found(client, asked, "be") == {"lessons": ["/be/modules/M1/M1.1/"]}


def test_a_thing_is_shown_once_in_the_language_of_the_reader_or_in_the_one_that_fits(client: Client) -> None:
    page = make_module_page("M1", title="Migrant health")
    translate(page, "ru", title="Здоровье migrant")

    assert found(client, "migrant", "ru") == {"modules": ["/ru/modules/M1/"]}
    assert "Здоровье <mark>migrant</mark>" in words(client, "migrant", "ru")
    assert '<h3 class="found__title" lang="ru"' in words(client, "здоровье", "en")


def test_nobody_finds_what_is_not_published(client: Client) -> None:
    page = make_module_page("M1", title="Firewall", live=False)
    make_lesson_page(page, "M1.1", title="Firewall", live=False)
    make_resource("draft", title="Firewall", live=False)
    make_workshop(code="IW-8", title_en="Firewall", published=False)

    assert found(client, "firewall") == {}
    assert "Nothing was found for “firewall”" in words(client, "firewall")


def test_a_draft_is_not_found_and_is_as_soon_as_it_is_published(client: Client) -> None:
    make_module("M1", lessons=1)
    lesson = LessonPage.objects.get()
    lesson.title = "Firewall"
    revision = lesson.save_revision()
    assert found(client, "firewall") == {}

    revision.publish()

    assert found(client, "firewall") == {"lessons": ["/en/modules/M1/M1.1/"]}


def test_lessons_of_a_module_that_was_taken_offline_are_not_found(client: Client) -> None:
    make_everything()
    ModulePage.objects.get().unpublish()

    assert not {"modules", "lessons"} & set(found(client, "firewall"))


def test_titles_come_before_texts_and_workshops_to_come_before_those_that_are_over(client: Client) -> None:
    page = make_module_page("M1")
    make_lesson_page(page, "M1.1", body=[block("M1.1", 1, "A firewall")])
    make_lesson_page(page, "M1.2", title="Firewall")
    for code, year in (("OLD", 2020), ("NEXT", 2090)):
        make_workshop(code=code, title_en="Firewall", starts_on=date(year, 5, 1))

    groups = found(client, "firewall")

    assert groups["lessons"] == ["/en/modules/M1/M1.2/", "/en/modules/M1/M1.1/"]
    assert groups["workshops"] == ["/en/workshops/NEXT/", "/en/workshops/OLD/"]


def test_of_many_some_are_shown_and_the_rest_has_pages(client: Client) -> None:
    for number in range(23):
        make_resource(f"r{number:02}", title="Firewall")

    assert len(found(client, "firewall")["resources"]) == 5
    assert "Resources: show all 23" in words(client, "firewall")
    pages = [found(client, "firewall", kind="resources", page=number)["resources"] for number in ("1", "2")]
    assert [len(page) for page in pages] == [20, 3]
    assert not set(pages[0]) & set(pages[1])
    assert found(client, "firewall", kind="resources", page="7") == {}
    assert len(found(client, "firewall", kind="resources", page="x")["resources"]) == 20


@pytest.mark.parametrize("asked", ["", "  ", "%", "''; --"])
def test_without_words_the_page_waits_for_some(client: Client, asked: str) -> None:
    make_everything()

    page = words(client, asked)

    assert "Nothing was found" not in page
    assert found(client, asked) == {}
    assert 'name="q"' in page


def test_the_search_asks_as_often_with_three_of_each_kind_as_with_one(client: Client) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            found(client, "firewall")
        return len(captured)

    make_everything()
    found(client, "firewall")
    one = count()
    for number in (1, 2):
        page = make_module_page(f"M{number}", title="Firewall")
        make_lesson_page(page, f"M{number}.1", title="Firewall")
        Term.objects.create(slug=f"f{number}", name="Firewall", definition="Words", locale=locale("en"))
        make_resource(f"report{number}", title="Firewall")
        make_workshop(code=f"F{number}", title_en="Firewall")

    assert count() == one <= 14


def test_every_page_has_the_field(client: Client) -> None:
    page = client.get("/be/modules/").content.decode()

    assert '<form action="/be/search/">' in page
    assert '<a href="/be/search/">' in page
