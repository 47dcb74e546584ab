"""Marks looked at again in the CMS: the answer can only raise, and nobody reads a name."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assessments.forms.marking import AppealForm
from assessments.models import Appeal, Attempt
from assessments.services import answer_appeal, ask_again, save_response, submit_attempt
from audit.models import Event
from people.models import Account
from tests.factories.assessments import make_attempt, make_question, make_test
from tests.factories.people import make_agency, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def marker(roles: SimpleNamespace, client_of: Callable[[Account], Client]) -> Client:
    return client_of(roles.editor)


def asked(person: Any = None) -> Appeal:
    """An appeal about a wrong answer, of two that were asked."""
    person = person or make_person(agency=make_agency(), family_name="Kavalenka")
    attempt = make_attempt(person, make_test(make_question(), make_question(), pass_mark=75))
    for position, response in ((1, "A"), (2, "B")):
        save_response(attempt=attempt, position=position, response=response, language="en", counter=1)
    submit_attempt(attempt=attempt)
    return ask_again(item=attempt.items.get(position=1), reason="Option A is right, too.", person=person)


def at(appeal: Appeal) -> str:
    return reverse("appeals:answer", args=[appeal.pk])


def test_an_appeal_is_read_with_its_answer_mark_and_reason_and_without_a_name(marker: Client) -> None:
    appeal = asked()

    index, page = marker.get(reverse("appeals:index")), marker.get(at(appeal))
    attempt = appeal.item.attempt

    assert [each.pk for each in index.context["waiting"]] == [appeal.pk]
    for words in ("What is right?", "Option A", "Option A is right, too.", "0 of 1"):
        assert words in page.content.decode()
    for each in (index, page):
        for secret in (attempt.person.family_name, attempt.person.public_code, attempt.agency.code):
            assert secret not in each.content.decode()


def test_a_higher_mark_passes_and_everything_is_logged(marker: Client, roles: SimpleNamespace) -> None:
    appeal = asked()

    answer = marker.post(at(appeal), {"answer": "You are right.", "mark": "1"})
    appeal.refresh_from_db()
    attempt = Attempt.objects.get()

    assert answer.url == reverse("appeals:index")
    assert (appeal.answer, appeal.mark_after, appeal.answered_by) == ("You are right.", 100, roles.editor)
    assert attempt.outcome == Attempt.Outcome.PASSED
    assert Event.objects.filter(action="assessments.appeal_answered", actor=roles.editor).count() == 1
    assert marker.get(reverse("appeals:index")).context["answered"][0].raised is True


def test_of_two_who_answer_at_once_the_second_hears_that_nothing_was_changed(roles: SimpleNamespace) -> None:
    appeal = asked()
    form = AppealForm({"answer": "You are right.", "mark": "1"}, appeal=appeal)
    assert form.is_valid()
    answer_appeal(appeal=appeal, answer="The law says otherwise.", actor=roles.manager)

    assert form.save(actor=roles.editor) is None
    assert form.non_field_errors() == ["This appeal is answered already. Nothing was changed."]
    assert Appeal.objects.get().mark_after == 0


def test_words_alone_leave_the_mark(marker: Client) -> None:
    appeal = asked()

    marker.post(at(appeal), {"answer": "The law says otherwise.", "mark": ""})
    appeal.refresh_from_db()

    assert (appeal.mark_after, Attempt.objects.get().outcome) == (0, Attempt.Outcome.FAILED)
    assert "The mark stayed" in marker.get(reverse("appeals:index")).content.decode()


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"answer": ""}, "answer", "Answer with a sentence."),
        ({"mark": "0"}, "mark", "Write more than 0 and at most 1 points, or leave it empty."),
        ({"mark": "2"}, "mark", "Write more than 0 and at most 1 points, or leave it empty."),
        ({"mark": "all"}, "mark", "Write a number of points, for instance 1 or 0.5."),
    ],
)
def test_what_cannot_be_is_said_at_its_field(marker: Client, change: dict[str, str], field: str, sentence: str) -> None:
    appeal = asked()

    page = marker.post(at(appeal), {"answer": "You are right.", "mark": "0.5", **change})
    appeal.refresh_from_db()

    assert (page.status_code, page.context["form"].errors) == (422, {field: [sentence]})
    assert appeal.answered_at is None


def test_sent_twice_it_is_answered_once(marker: Client) -> None:
    appeal = asked()
    marker.post(at(appeal), {"answer": "Half of it.", "mark": "0.5"})

    again = marker.post(at(appeal), {"answer": "No, all.", "mark": "1"}, follow=True)
    appeal.refresh_from_db()

    assert "answered already. Nothing was changed." in again.content.decode()
    assert (appeal.answer, appeal.mark_after) == ("Half of it.", 50)
    assert "Half of it." in marker.get(at(appeal)).content.decode()


def test_nobody_answers_their_own_and_only_markers_come_in(
    roles: SimpleNamespace, client_of: Callable[[Account], Client]
) -> None:
    own, other = asked(roles.editor.person), asked()
    client = client_of(roles.editor)

    assert [each.pk for each in client.get(reverse("appeals:index")).context["waiting"]] == [other.pk]
    assert client.post(at(own), {"answer": "Yes.", "mark": "1"}).status_code == 404
    assert client_of(roles.manager).get(at(own)).status_code == 200
    for account in (roles.facilitator, roles.coordinator, roles.learner):
        assert client_of(account).get(at(other)).status_code == 302
