"""The library as readers see it: list, search, filters, one resource."""

import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from wagtail.documents.models import Document
from wagtail.models import Collection, CollectionViewRestriction

from courses.services import set_resources
from library.models import Resource
from library.views import PER_PAGE
from tests.factories.courses import make_module
from tests.factories.library import make_resource

pytestmark = pytest.mark.django_db


def url(name: str, *args: str, language: str = "en") -> str:
    with translation.override(language):
        return reverse(name, args=args)


def words(client: Client, address: str) -> str:
    """What the page says, as running text."""
    return " ".join(re.sub(r"<[^>]+>", " ", client.get(address).content.decode()).split())


def listed(client: Client, query: str = "", language: str = "en") -> list[str]:
    """Names in the address of the resources that the list shows."""
    page = client.get(url("resources", language=language) + query).context["page"]
    return [resource.slug for resource in page]


def queries(client: Client, address: str) -> int:
    client.get(address)  # warm: content types and the site are read once per process
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_newest_stands_first_and_what_has_no_date_last(client: Client) -> None:
    make_resource("undated", published_on=None)
    make_resource("old", published_on="2015-07-01")
    make_resource("new", published_on="2025-09-19")

    assert listed(client) == ["new", "old", "undated"]


def test_an_empty_library_says_so(client: Client) -> None:
    assert "No resource is published yet" in words(client, url("resources"))


def test_a_draft_is_neither_listed_nor_found_nor_read(client: Client) -> None:
    make_resource("secret", live=False, title="Secret analysis")
    make_resource("open")

    assert listed(client) == ["open"]
    assert listed(client, "?q=secret") == []
    assert client.get(url("resource", "secret")).status_code == 404


def test_a_draft_translation_is_not_shown_in_place_of_a_published_text(client: Client) -> None:
    english = make_resource("study", title="Published in English")
    make_resource("study", "be", of=english, live=False, title="Чарнавік")

    page = words(client, url("resource", "study", language="be"))

    assert "Published in English" in page
    assert "Чарнавік" not in page


def test_words_of_a_draft_translation_find_nothing(client: Client) -> None:
    make_resource("study", "be", of=make_resource("study"), live=False, title="Чарнавік")

    assert listed(client, "?q=чарнавік") == []


def test_what_waits_for_a_review_does_not_say_so_to_readers(client: Client) -> None:
    make_resource("study", needs_review=True)

    assert "review" not in words(client, url("resource", "study")) + words(client, url("resources"))


def test_a_resource_is_read_in_the_language_asked_for(client: Client) -> None:
    make_resource("study", "be", of=make_resource("study", title="Study"), title="Даследаванне")

    assert [r.title for r in client.get(url("resources", language="be")).context["page"]] == ["Даследаванне"]
    assert "Даследаванне" in words(client, url("resource", "study", language="be"))


def test_a_resource_without_the_language_is_read_in_english_and_marked_so(client: Client) -> None:
    english = make_resource("study", title="A study in English")
    make_resource("study", "ru", of=english, title="Исследование")

    page = client.get(url("resource", "study", language="be")).content.decode()
    cards = client.get(url("resources", language="be")).content.decode()

    assert '<div lang="en">' in page
    assert "A study in English" in page
    assert '<div class="stack stack--tight" lang="en">' in cards
    assert "Исследование" not in page + cards


def test_a_resource_that_exists_in_one_language_only_is_read_in_it(client: Client) -> None:
    make_resource("study", "ru", title="Исследование")

    assert '<div lang="ru">' in client.get(url("resource", "study")).content.decode()


@pytest.mark.db
@pytest.mark.parametrize(
    "asked",
    [
        "здароўя",
        "здароуя",
        "ЗДАРОЎЯ",
        "бежанцаў аховы",
        "лекавая ё",
        "лекавая е",
        "аб'екты",
        "аб’екты",
        "міграцыі",
        "миграцыи",
    ],
)
def test_the_search_forgives_look_alike_letters_case_and_apostrophes(client: Client, asked: str) -> None:
    english = make_resource("health", title="Health")
    make_resource("health", "be", of=english, title="Аховы здароўя бежанцаў", summary="Лекавая ё: аб’екты міграцыі")
    make_resource("other", title="Something else")

    assert listed(client, f"?q={asked}", language="be") == ["health"]


def test_the_search_looks_into_the_text_and_not_into_its_markup(client: Client) -> None:
    make_resource("study", body="<p>Interpreters &amp; mediators <strong>at work</strong></p>")

    assert listed(client, "?q=mediators+work") == ["study"]
    assert listed(client, "?q=%26") == ["study"]
    assert listed(client, "?q=strong") == []


def test_words_of_another_language_find_the_resource_too(client: Client) -> None:
    make_resource("study", "ru", of=make_resource("study", title="Interpreters"), title="Переводчики")

    assert listed(client, "?q=переводчики") == ["study"]


@pytest.mark.db
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?kind=programme", ["vaccination"]),
        ("?aspect=legal", ["review", "study"]),
        ("?aspect=social", ["study", "vaccination"]),
        ("?agency=ngo", ["vaccination"]),
        ("?language=be", ["review"]),
        ("?aspect=legal&language=en", ["study"]),
        ("?aspect=legal&kind=programme", []),
        ("?q=of+study&aspect=social", ["study"]),
        ("?kind=unknown&aspect=nothing", ["review", "study", "vaccination"]),
    ],
)
def test_the_list_can_be_narrowed(client: Client, query: str, expected: list[str]) -> None:
    make_resource("study", aspects=["legal", "social"], agency_kinds=["state_authority"])
    make_resource("review", kind="legislation", aspects=["legal"], document_language="be")
    make_resource("vaccination", kind="programme", aspects=["social"], agency_kinds=["ngo", "health_institution"])

    assert sorted(listed(client, query)) == expected


def test_a_list_that_became_empty_offers_all(client: Client) -> None:
    make_resource("study")

    assert "No resource fits" in words(client, url("resources") + "?kind=programme")


def test_pages_of_a_list_keep_what_was_asked(client: Client) -> None:
    for number in range(PER_PAGE + 1):
        make_resource(f"study-{number:02}", title=f"Study {number:02}")

    first = client.get(url("resources") + "?q=study&kind=study").content.decode()

    assert 'href="?q=study&amp;kind=study&amp;page=2"' in first
    assert listed(client, "?q=study&kind=study&page=2") == [f"study-{PER_PAGE:02}"]
    assert listed(client, "?page=nonsense") == [f"study-{number:02}" for number in range(PER_PAGE)]


def test_a_programme_says_how_a_migrant_reaches_it(client: Client) -> None:
    make_resource("vaccination", kind=Resource.Kind.PROGRAMME, body="<ol><li>Go to the clinic.</li></ol>")

    assert "How a migrant reaches it Go to the clinic." in words(client, url("resource", "vaccination"))


def test_the_facts_of_a_recommendation_are_told(client: Client) -> None:
    make_resource(
        "protocol",
        kind=Resource.Kind.RECOMMENDATION,
        state=Resource.State.UNDER_WAY,
        address="https://example.org/protocol",
        agency_kinds=["ngo"],
        aspects=["legal"],
        sdgs=["3", "17"],
    )

    page = words(client, url("resource", "protocol"))

    for fact in ("Recommendation", "under way", "An institute", "May 2024", "English", "Non-governmental organisation"):
        assert fact in page
    assert "SDG 3: Good health and well-being SDG 17: Partnerships for the goals" in page
    assert "https://example.org/protocol" in page


def test_a_resource_names_the_modules_that_work_with_it(client: Client) -> None:
    resource = make_resource("study")
    set_resources(module=make_module("M1"), keys=[resource.translation_key])
    make_module("M2")

    page = client.get(url("resource", "study"))

    assert [(use.title, use.address) for use in page.context["uses"]] == [("Module M1 en", url("module", "M1"))]


def test_lists_cost_the_same_whatever_their_length(client: Client) -> None:
    make_resource("one", aspects=["legal"])
    short = queries(client, url("resources"))
    for slug in ("two", "three"):
        make_resource(slug, "be", of=make_resource(slug, aspects=["legal", "social"]))

    assert queries(client, url("resources")) == short


def test_the_page_of_a_resource_costs_the_same_however_many_modules_use_it(client: Client) -> None:
    resource = make_resource("study")
    set_resources(module=make_module("M1"), keys=[resource.translation_key])
    once = queries(client, url("resource", "study"))
    for code in ("M2", "M3"):
        set_resources(module=make_module(code), keys=[resource.translation_key])

    assert queries(client, url("resource", "study")) == once


def test_every_page_leads_to_the_library(client: Client) -> None:
    assert client.get(url("glossary")).content.decode().count(f'href="{url("resources")}"') == 2


# --- Files by name ----------------------------------------------------------------------------------------------------
@pytest.fixture
def document() -> Document:
    """One for those who have signed in."""
    collection = Collection.get_first_root_node().add_child(name="For those inside")
    CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")
    return Document.objects.create(title="Notes", collection=collection, file=ContentFile(b"words", name="notes.txt"))


@pytest.mark.parametrize("way", ["{}", "/{}", "./{}", "images/../{}", "images%2F..%2F{}"])
def test_no_document_is_had_by_its_name(client: Client, document: Document, way: str) -> None:
    assert client.get(document.url).status_code == 302

    assert client.get("/media/" + way.format(document.file.name)).status_code == 404


def test_what_was_sent_and_not_described_yet_is_not_had_by_its_name(client: Client) -> None:
    name = default_storage.save("wagtail_uploads/notes.txt", ContentFile(b"words"))

    assert client.get(f"/media/{name}").status_code == 404
