"""The planned sessions of outlines in the CMS."""

import pytest
from django.urls import reverse

from tests.factories.people import make_account
from tests.factories.workshops import make_outline_page, make_workshop
from workshops.models import Outline, OutlinePage, OutlineSession

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client_of):
    return client_of(make_account("administrator"))


@pytest.fixture
def outline() -> Outline:
    make_outline_page("O1")
    return Outline.objects.get()


def data(outline: Outline, **fields: object) -> dict[str, object]:
    return {
        "outline": outline.pk,
        "number": 1,
        "day": 1,
        "start_time": "09:00",
        "end_time": "10:30",
        "planned_minutes": 90,
        "kind": "training",
        "title_en": "One",
        "required": "on",
        **fields,
    }


def test_a_session_is_added_and_changed_through_the_service(editor, outline):
    editor.post(reverse("outline-sessions:add"), data(outline))
    session = OutlineSession.objects.get()
    assert editor.get(reverse("outline-sessions:index")).status_code == 200

    editor.post(reverse("outline-sessions:edit", args=[session.pk]), data(outline, number=3, title_en="Three"))

    assert OutlineSession.objects.values_list("pk", "number", "title_en").get() == (session.pk, 3, "Three")


def test_an_end_before_the_start_is_said_in_the_form(editor, outline):
    response = editor.post(reverse("outline-sessions:add"), data(outline, end_time="09:00"))

    assert "must end after it begins" in response.content.decode()
    assert not OutlineSession.objects.exists()


def test_a_number_that_is_taken_is_said_in_the_form(editor, outline):
    for _ in range(2):
        response = editor.post(reverse("outline-sessions:add"), data(outline))

    assert response.status_code == 200
    assert OutlineSession.objects.count() == 1


def test_an_outline_with_workshops_cannot_be_deleted(editor, outline):
    make_workshop(outline=outline, sessions=0)
    page = OutlinePage.objects.get()

    response = editor.post(reverse("wagtailadmin_pages:delete", args=[page.pk]), follow=True)

    assert OutlinePage.objects.filter(pk=page.pk).exists()
    assert "workshop was scheduled from this outline" in response.content.decode()


def test_the_preview_shows_the_outline(editor, outline):
    page = OutlinePage.objects.get()

    response = page.make_preview_request(preview_mode="")

    assert response.status_code == 200
    assert "Summary O1 en" in response.content.decode()
