"""Resources in the CMS, as an editor keeps them."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from library.models import Resource
from people.models import Account
from tests.factories.library import make_resource
from tests.factories.people import make_account

pytestmark = pytest.mark.django_db

FORM: dict[str, Any] = {
    "title": "A protocol",
    "slug": "protocol",
    "kind": "recommendation",
    "state": "proposed",
    "summary": "What is proposed",
    "body": "null",
    "publisher": "",
    "published_on": "",
    "document_language": "",
    "document": "",
    "address": "",
    "agency_kinds": ["ngo"],
    "aspects": ["legal"],
    "sdgs": ["3"],
}


@pytest.fixture
def editor(client_of: Callable[[Account], Client]) -> Client:
    return client_of(make_account("editor"))


def address(view: str, *args: Any) -> str:
    return reverse(f"wagtailsnippets_library_resource:{view}", args=args)


def test_an_editor_keeps_a_draft_that_readers_do_not_see_and_publishes_it(editor: Client) -> None:
    make_resource("other")
    editor.post(address("add"), FORM)
    draft = Resource.objects.get(slug="protocol")
    before = editor.get(reverse("resource", args=["protocol"])).status_code

    editor.post(address("edit", draft.pk), {**FORM, "action-publish": "1"})

    assert (draft.live, before) == (False, 404)
    assert (draft.agency_kinds, draft.aspects, draft.sdgs) == (["ngo"], ["legal"], ["3"])
    assert editor.get(reverse("resource", args=["protocol"])).status_code == 200


def test_a_recommendation_without_a_state_is_refused_in_words(editor: Client) -> None:
    page = editor.post(address("add"), {**FORM, "state": "", "action-publish": "1"}).content.decode()

    assert "Say how far the recommendation has come." in page
    assert not Resource.objects.exists()


def test_the_list_tells_what_waits_for_a_review(editor: Client) -> None:
    make_resource("waiting", needs_review=True)
    make_resource("ready")

    page = editor.get(address("list"), {"needs_review": "true"}).content.decode()

    assert "Title of waiting en" in page
    assert "Title of ready en" not in page


def test_the_preview_is_the_page_of_the_reader(rf: RequestFactory) -> None:
    resource = make_resource("draft", live=False, title="Not published yet")

    shown = resource.make_preview_request(rf.get("/")).render().content.decode()

    assert "Not published yet" in shown


def test_the_list_says_yes_and_no_in_words_of_the_language(editor: Client) -> None:
    make_resource("study")

    page = editor.get(address("list")).content.decode()
    cells = {"".join(cell.split()) for cell in re.findall(r"<td[^>]*>([^<]*)</td>", page)}

    assert {"yes", "no"} <= cells
    assert {"True", "False"} & cells == set()
