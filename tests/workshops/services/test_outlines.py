"""Identity of outlines, from pages of any language."""

from datetime import time

import pytest
from django.core.exceptions import ValidationError
from wagtail.signals import page_published

from core.guards import objections
from tests.factories.courses import make_home
from tests.factories.workshops import make_outline_page, make_workshop
from workshops.errors import WorkshopError
from workshops.models import Outline, OutlinePage
from workshops.services import save_outline_session, set_outline_sessions, sync_outline

pytestmark = [pytest.mark.django_db, pytest.mark.db]

ROW = {"number": 1, "start_time": time(9), "end_time": time(10), "kind": "training", "title_en": "One"}


def test_publishing_a_page_makes_the_outline_with_its_aspects():
    page = make_outline_page("O1", aspects=["legal", "social"])

    outline = Outline.objects.get()
    assert (outline.code, outline.translation_key) == ("O1", page.translation_key)
    assert [link.aspect for link in outline.aspect_links.all()] == ["legal", "social"]


def test_a_translation_is_the_same_outline():
    source = make_outline_page("O1")

    make_outline_page("O1", language="ru", translation_key=source.translation_key)

    assert Outline.objects.count() == 1


def test_changed_aspects_follow_the_page():
    page = make_outline_page("O1", aspects=["legal"])
    page.aspects = ["cultural", "economic"]

    page.save_revision().publish()

    assert [link.aspect for link in Outline.objects.get().aspect_links.all()] == ["cultural", "economic"]


def test_goals_follow_the_page():
    page = make_outline_page("O1", sdgs=["3"])
    page.sdgs = ["10", "17"]

    page.save_revision().publish()

    assert Outline.objects.get().sdgs == ["10", "17"]


def test_a_draft_is_no_outline():
    page = make_outline_page("O1", live=False)

    with pytest.raises(WorkshopError, match="Publish the page first"):
        sync_outline(page=page)


def test_a_code_that_another_outline_has_is_refused_in_the_form():
    make_outline_page("O1", title="First")

    with pytest.raises(ValidationError, match="“First” has this code already"):
        make_outline_page("O1", title="Copy")


def test_a_code_that_another_outline_has_is_refused_and_publishing_does_not_break():
    make_outline_page("O1")
    second = make_outline_page("O2")
    second.outline_code = "O1"

    with pytest.raises(WorkshopError, match="Another outline has the code O1"):
        sync_outline(page=second)
    page_published.send(sender=OutlinePage, instance=second)

    assert list(Outline.objects.values_list("code", flat=True)) == ["O1", "O2"]


def test_sessions_are_exactly_the_rows_and_a_second_load_leaves_the_same_rows():
    outline = Outline.objects.create(code="O1", translation_key=make_home().translation_key)
    rows = [ROW, {**ROW, "number": 2, "planned_minutes": 45, "required": False}]

    for _ in range(2):
        set_outline_sessions(outline=outline, rows=rows)
    before = list(outline.sessions.values_list("pk", "number", "planned_minutes", "required"))
    set_outline_sessions(outline=outline, rows=rows[:1])

    assert [row[1:] for row in before] == [(1, 60, True), (2, 45, False)]
    assert list(outline.sessions.values_list("pk", flat=True)) == [before[0][0]]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [([ROW, ROW], "the same number"), ([{**ROW, "end_time": time(9)}], "must end after it begins")],
)
def test_rows_that_make_no_sense_are_refused_as_a_whole(rows, sentence):
    outline = Outline.objects.create(code="O1", translation_key=make_home().translation_key)
    set_outline_sessions(outline=outline, rows=[ROW])

    with pytest.raises(WorkshopError, match=sentence):
        set_outline_sessions(outline=outline, rows=rows)

    assert outline.sessions.count() == 1


def test_one_session_can_be_changed_by_its_number():
    outline = Outline.objects.create(code="O1", translation_key=make_home().translation_key)
    set_outline_sessions(outline=outline, rows=[ROW])

    save_outline_session(outline=outline, **{**ROW, "title_en": "Other"})

    assert outline.sessions.values_list("number", "title_en").get() == (1, "Other")


def test_the_title_is_that_of_the_best_page():
    source = make_outline_page("O1", title="English")
    make_outline_page("O1", language="ru", translation_key=source.translation_key, title="По-русски")
    make_outline_page("O2", language="be", title="Па-беларуску")

    titles = [
        list(Outline.objects.with_title(language).order_by("code").values_list("title", flat=True))
        for language in ("ru", "be", "en")
    ]

    assert titles == [["По-русски", "Па-беларуску"], ["English", "Па-беларуску"], ["English", "Па-беларуску"]]


def test_a_page_with_workshops_is_not_deleted_in_any_language():
    source = make_outline_page("O1")
    outline = Outline.objects.get()
    make_workshop(outline=outline, sessions=0, published=False)

    assert objections(frozenset([source.translation_key])) == [
        "1 workshop was scheduled from this outline (W1): unpublish it instead."
    ]
    assert objections(frozenset([make_home().translation_key])) == []


def test_a_page_of_the_tree_leads_to_the_list_of_workshops(client):
    page: OutlinePage = make_outline_page("O1")

    response = client.get(page.relative_url(page.get_site()))

    assert (response.status_code, response.url) == (302, "/en/workshops/")
