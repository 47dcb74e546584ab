"""Texts are looked at again: found in time, said to be right with a note, and told to editors once a week."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.models import Question
from audit.models import Event
from courses.models import LessonPage
from library.models import Term
from library.services import UpkeepError, due_until, look_at, plan_review_lists
from mail.models import Message
from people.models import Account
from tests.factories.assessments import make_question
from tests.factories.courses import locale, make_lesson_page, make_module_page, translate
from tests.factories.library import make_resource

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 23)


def due_soon(number: int = 1, day: date = MONDAY) -> LessonPage:
    """A module with a lesson in two languages, a resource, a term and a question, all due on one day."""
    module = make_module_page(f"M{number}", review_on=day)
    page = make_lesson_page(module, f"M{number}.1", review_on=day)
    translate(module, "ru", title="Модуль", review_on=day)
    translate(page, "ru", title="Урок", review_on=day)
    make_resource(f"study-{number}", review_on=day)
    Term.objects.create(slug=f"s{number}", name="Stigma", definition="A sign", locale=locale("en"), review_on=day)
    make_question(code=f"Q{number}", review_on=day)
    return page


def at_nine(day: date) -> time_machine.travel:
    """Nine o'clock of a day, in the time zone of the Academy."""
    return time_machine.travel(timezone.make_aware(datetime.combine(day, time(9))), tick=False)


def test_each_thing_is_due_once_in_the_language_of_the_reader() -> None:
    due_soon()
    make_resource("later", review_on=MONDAY + timedelta(days=1))
    make_resource("draft", review_on=MONDAY, live=False)

    found = due_until(MONDAY, "ru")

    assert [(each.kind, each.language) for each in found] == [
        ("lesson", "ru"),
        ("module", "ru"),
        ("question", "en"),
        ("resource", "en"),
        ("term", "en"),
    ]
    assert found[0].title == "Урок"


@pytest.mark.parametrize("number", [1, 3])
def test_as_many_queries_however_much_is_due(number: int, django_assert_num_queries: Callable[..., Any]) -> None:
    for each in range(1, number + 1):
        due_soon(each)

    with django_assert_num_queries(7):
        assert len(due_until(MONDAY, "en")) == 5 * number


def test_what_was_looked_at_is_right_until_another_day_in_every_language(roles: SimpleNamespace) -> None:
    page = due_soon()
    page.refresh_from_db()
    page.summary = "A draft that waits"
    page.save_revision()
    until = timezone.localdate() + timedelta(days=200)

    for _time in range(2):
        look_at(kind="lesson", key=str(page.translation_key), until=until, note="Act of 2026", actor=roles.editor)

    pages = LessonPage.objects.filter(translation_key=page.translation_key)
    assert [(each.review_on, each.live) for each in pages] == [(until, True)] * 2
    draft = LessonPage.objects.get(pk=page.pk).get_latest_revision_as_object()
    assert (draft.review_on, draft.summary) == (until, "A draft that waits")
    assert LessonPage.objects.get(pk=page.pk).summary != "A draft that waits"
    [event] = Event.objects.filter(action="library.looked_at")
    assert (event.actor, event.reason) == (roles.editor, "Act of 2026")
    assert (event.before, event.after) == ({"review_on": MONDAY.isoformat()}, {"review_on": until.isoformat()})


@pytest.mark.parametrize("kind", ["module", "resource", "term", "question"])
def test_every_kind_can_be_looked_at(roles: SimpleNamespace, kind: str) -> None:
    due_soon()
    [found] = [each for each in due_until(MONDAY, "en") if each.kind == kind]

    look_at(kind=kind, key=found.key, until=timezone.localdate() + timedelta(days=30), note="", actor=roles.editor)

    assert kind not in {each.kind for each in due_until(MONDAY, "en")}
    assert Question.objects.drawable().exists() == (kind == "question" or timezone.localdate() <= MONDAY)


@pytest.mark.parametrize(
    ("kind", "key", "days"), [("term", "x", 0), ("term", "x", 9999), ("term", "x", 5), ("no", "x", 5)]
)
def test_a_day_that_is_over_and_a_text_that_is_gone_are_refused(
    roles: SimpleNamespace, kind: str, key: str, days: int
) -> None:
    with pytest.raises(UpkeepError):
        look_at(kind=kind, key=key, until=timezone.localdate() + timedelta(days=days), note="", actor=roles.editor)


def test_the_list_of_the_week_goes_once_to_editors_in_their_language(
    roles: SimpleNamespace, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    roles.editor.person.language = "ru"
    roles.editor.person.save()
    due_soon(1, MONDAY - timedelta(days=3))
    make_resource("soon", review_on=MONDAY + timedelta(days=30))
    make_resource("later", review_on=MONDAY + timedelta(days=31))

    for days in (0, 1, 2, 3):
        with at_nine(MONDAY + timedelta(days=days)), django_capture_on_commit_callbacks(execute=True):
            plan_review_lists(today=MONDAY + timedelta(days=days))

    [message] = Message.objects.filter(key__startswith="review_list:")
    assert (message.recipient, message.language, message.kind) == (roles.editor.person, "ru", "content")
    assert "– 20.11.2026: Урок" in message.text
    assert "– 23.12.2026: Title of soon en" in message.text
    assert "later" not in message.text
    assert "/cms/desk/" in message.text
    assert [each.to for each in mail.outbox] == [[roles.editor.person.email]]


def test_who_wants_no_list_gets_none_and_a_week_without_anything_has_none(
    roles: SimpleNamespace, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    assert plan_review_lists(today=MONDAY) == 0
    due_soon()
    roles.editor.muted_messages = ["content"]
    roles.editor.save()

    with at_nine(MONDAY), django_capture_on_commit_callbacks(execute=True):
        plan_review_lists(today=MONDAY)

    assert [each.state for each in Message.objects.filter(key__startswith="review_list:")] == ["cancelled"]
    assert mail.outbox == []


def test_at_the_desk_an_editor_says_until_when_it_is_right(
    roles: SimpleNamespace, client_of: Callable[[Account], Client]
) -> None:
    today = timezone.localdate()
    resource = make_resource("study", review_on=today - timedelta(days=1))
    client = client_of(roles.editor)
    address = reverse("desk:looked_at", args=["resource", resource.translation_key])

    shown = client.get(reverse("desk:index")).content.decode()
    assert "1 text is overdue" in shown
    assert address in shown
    refused = client.post(address, {"until": "never"}, follow=True)
    assert "Choose the day until which the text is right." in refused.content.decode()
    client.post(address, {"until": (today + timedelta(days=90)).isoformat(), "note": "The new act"})

    assert (
        "Nothing is overdue, and nothing is due in the next 30 days."
        in client.get(reverse("desk:index")).content.decode()
    )
    assert Event.objects.get(action="library.looked_at").reason == "The new act"


@pytest.mark.parametrize("role", ["learner", "manager", "coordinator"])
def test_only_editors_say_that_a_text_is_right(
    roles: SimpleNamespace, role: str, client_of: Callable[[Account], Client]
) -> None:
    client = client_of(getattr(roles, role))

    assert client.post(reverse("desk:looked_at", args=["term", "x"])).status_code == 302
