"""Marks and notes of one's own: made without JavaScript, seen by nobody else, gone with the person."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import Lesson, LessonNote, LessonPage
from courses.services import CourseError, keep_note
from people.models import Account, Erasure
from people.services import MergePlan, erase_person, merge_persons, sections_of
from tests.factories.courses import block, make_enrolment, make_lesson_page, make_module, make_module_page, translate
from tests.factories.people import make_account

pytestmark = [pytest.mark.django_db]

ClientOf = Callable[[Account], Client]
PLACE = UUID(block("M9.1", 2, "")["id"])
ADDRESS = f"/en/modules/M9/M9.1/notes/{PLACE}/"


@pytest.fixture
def learner(account: Account, client_of: ClientOf) -> Client:
    make_module(lessons=1)
    return client_of(account)


def words(response: object) -> str:
    return " ".join(response.content.decode().split())


def read(client: Client) -> str:
    return words(client.get("/en/modules/M9/M9.1/"))


@pytest.mark.db
@pytest.mark.parametrize("enrolled", [True, False])
def test_a_note_is_written_shown_changed_and_taken_away(account: Account, learner: Client, enrolled: bool) -> None:
    if enrolled:
        make_enrolment(account.person, Lesson.objects.get().module)
    assert f'href="notes/{PLACE}/"' in read(learner)
    assert "Second M9.1 en" in words(learner.get(ADDRESS))

    response = learner.post(ADDRESS, {"text": "Ask <b>Olga</b>\nabout it"})

    assert response.url == f"/en/modules/M9/M9.1/#block-{PLACE}"
    assert "<p>Ask &lt;b&gt;Olga&lt;/b&gt;<br>about it</p>" in read(learner)
    learner.post(ADDRESS, {"text": ""})
    assert "You have marked this place." in read(learner)
    learner.post(ADDRESS, {"remove": ""})
    assert "You have marked this place." not in read(learner)
    assert not LessonNote.objects.exists()


def test_a_note_stands_in_every_language_of_the_lesson(account: Account, learner: Client) -> None:
    translate(LessonPage.objects.get().get_parent().specific, "be")
    translate(LessonPage.objects.get(), "be", body=[block("M9.1", 2, "Па-беларуску")])
    learner.post(ADDRESS, {"text": "Mine"})

    assert "<p>Mine</p>" in words(learner.get("/be/modules/M9/M9.1/"))
    assert "Па-беларуску" in words(learner.get("/be/my/notes/"))


def test_nobody_else_sees_a_note(account: Account, learner: Client, client_of: ClientOf) -> None:
    learner.post(ADDRESS, {"text": "Only mine"})

    for role in ("", "coordinator", "editor", "administrator"):
        other = client_of(make_account(role) if role else make_account())
        for address in ("/en/modules/M9/M9.1/", "/en/my/notes/", ADDRESS):
            assert "Only mine" not in words(other.get(address))


def test_whoever_looks_as_the_person_sees_no_note(account: Account, learner: Client, client_of: ClientOf) -> None:
    learner.post(ADDRESS, {"text": "Only mine"})
    looking = client_of(make_account("administrator"))
    looking.post(reverse("view_as", args=[account.person.public_code]), {"reason": "Called by telephone."})

    page = words(looking.get("/en/modules/M9/M9.1/"))
    assert "You see the Academy as" in page
    assert "Only mine" not in page
    assert "Only mine" not in words(looking.get(reverse("own_data")))
    assert [looking.get(address).status_code for address in ("/en/my/notes/", ADDRESS)] == [403, 403]


def test_the_list_has_the_places_in_the_order_of_the_text(learner: Client) -> None:
    first = f"/en/modules/M9/M9.1/notes/{block('M9.1', 1, '')['id']}/"
    learner.post(ADDRESS, {"text": "On the second"})
    learner.post(first, {"text": "On the first"})

    page = words(learner.get("/en/my/notes/"))

    assert page.index("First M9.1 en") < page.index("On the first") < page.index("On the second")


def test_the_list_asks_as_often_with_three_lessons_as_with_one(account: Account, client_of: ClientOf) -> None:
    client, page = client_of(account), make_module_page("M9")

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert "First" in words(client.get("/en/my/notes/"))
        return len(captured)

    def note(code: str) -> None:
        make_lesson_page(page, code)
        place = UUID(block(code, 1, "")["id"])
        keep_note(person=account.person, lesson=Lesson.objects.get(code=code), place=place, text="Note")

    note("M9.1")
    client.get("/en/my/notes/")
    one = count()
    note("M9.2")
    note("M9.3")

    assert count() == one


def test_a_lesson_costs_no_more_with_notes(account: Account, learner: Client) -> None:
    make_enrolment(account.person, Lesson.objects.get().module, read=1)
    read(learner)
    learner.post(ADDRESS, {"text": "Mine"})

    with CaptureQueriesContext(connection) as captured:
        assert "<p>Mine</p>" in read(learner)

    assert len(captured) <= 6


def test_a_note_and_the_marks_in_a_lesson_have_an_end(account: Account, learner: Client) -> None:
    assert "at most 2000" in words(learner.post(ADDRESS, {"text": "x" * 2001}))
    lesson = Lesson.objects.get()
    for _number in range(LessonNote.MOST_IN_LESSON):
        keep_note(person=account.person, lesson=lesson, place=uuid4())

    with pytest.raises(CourseError, match="50 marks"):
        keep_note(person=account.person, lesson=lesson, place=uuid4())
    with pytest.raises(CourseError, match="2000 characters"):
        keep_note(person=account.person, lesson=lesson, place=uuid4(), text="x" * 2001)
    assert "There are 50 marks in this lesson" in words(learner.post(ADDRESS, {"text": "One more"}))


@pytest.mark.parametrize("place", [uuid4(), "x"])
def test_a_place_that_is_not_there_is_not_found(learner: Client, place: object) -> None:
    assert learner.get(f"/en/modules/M9/M9.1/notes/{place}/").status_code == 404


@pytest.mark.db
def test_notes_are_taken_along_and_end_with_the_person(account: Account, learner: Client) -> None:
    learner.post(ADDRESS, {"text": "Mine to take"})

    held = {section.key: section.rows for section in sections_of(account.person)}["courses.lessonnote"]
    assert "Mine to take" in held[0]

    erase_person(person=account.person, ground=Erasure.Ground.ASKED)

    assert not LessonNote.objects.exists()


@pytest.mark.db
def test_two_records_of_one_person_have_one_mark_with_both_notes(account: Account, learner: Client) -> None:
    other, lesson = make_account().person, Lesson.objects.get()
    keep_note(person=account.person, lesson=lesson, place=PLACE, text="One")
    keep_note(person=other, lesson=lesson, place=PLACE, text="Two")
    elsewhere = keep_note(person=other, lesson=lesson, place=uuid4(), text="Three")

    merge_persons(plan=MergePlan(account.person, other, make_account("administrator")))

    mine = LessonNote.objects.filter(person=account.person)
    assert {note.text for note in mine} == {"One\n\nTwo", "Three"}
    assert elsewhere.pk in {note.pk for note in mine}
