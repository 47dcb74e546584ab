"""Marking by a person in the CMS: what waits, one answer at a time, never a name."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.models import Attempt, AttemptItem, Marking, Test
from assessments.services import mark_response, save_response, submit_attempt
from audit.models import Event
from people.models import Account
from tests.factories.assessments import make_attempt, make_question, make_test
from tests.factories.people import make_account, make_agency, make_person

pytestmark = pytest.mark.django_db

RUBRIC = {"criteria": [{"id": "c1", "points": 2}, {"id": "c2", "points": 1}]}
WORDS = {
    language: {"stem": f"Why? ({language})", "rubric": "Be fair.", "criteria": {"c1": "A reason", "c2": "Plain words"}}
    for language in ("en", "be")
}


@pytest.fixture
def marker(roles: SimpleNamespace, client_of: Callable[[Account], Client]) -> Client:
    return client_of(roles.editor)


def make_essay(**rules: Any) -> Test:
    return make_test(make_question("essay", code="E1", structure=RUBRIC, texts=WORDS), **rules)


def answered(
    test: Test, text: str = "Because.", person: Any = None, days: int = 0, language: str = "en"
) -> AttemptItem:
    """An answer that was handed in so many days ago."""
    person = person or make_person(agency=make_agency(), family_name="Kavalenka")
    attempt = make_attempt(person, test)
    save_response(attempt=attempt, position=1, response=text, language=language, counter=1)
    submit_attempt(attempt=attempt)
    then = timezone.now() - timedelta(days=days)
    Attempt.objects.filter(pk=attempt.pk).update(started_at=then, submitted_at=then)
    return AttemptItem.objects.get(attempt=attempt, position=1)


def at(item: AttemptItem) -> str:
    return reverse("marking:answer", args=[item.pk])


def test_answers_wait_by_question_the_oldest_first(marker: Client) -> None:
    essay, other = make_essay(), make_test(make_question("essay", code="E2"))
    new, old = answered(essay), answered(essay, days=3)
    newer = answered(other, days=2)

    groups = marker.get(reverse("marking:index")).context["groups"]

    assert [(group.code, [each.pk for each in group.answers]) for group in groups] == [
        ("E1", [old.pk, new.pk]),
        ("E2", [newer.pk]),
    ]


def test_an_answer_is_read_without_a_name_in_the_words_it_was_given_to(marker: Client) -> None:
    item = answered(make_essay(), "Таму што.", language="be")

    pages = [marker.get(reverse("marking:index")), marker.get(at(item))]

    assert "Why? (be)" in pages[1].content.decode()
    assert "Таму што." in pages[1].content.decode()
    for words in ("A reason", "Plain words", "Be fair."):
        assert words in pages[1].content.decode()
    for page in pages:
        for secret in (
            item.attempt.person.family_name,
            item.attempt.person.public_code,
            item.attempt.agency.code,
            str(item.attempt.agency),
        ):
            assert secret not in page.content.decode()


def test_a_mark_with_its_criteria_is_kept_and_the_next_answer_comes(marker: Client, roles: SimpleNamespace) -> None:
    test = make_essay(pass_mark=60)
    first, second = answered(test, days=2), answered(test, days=1)
    data = {"criterion-c1": "2", "criterion-c2": "0", "mark": "0,67", "reason": "One  target is missing."}

    answer = marker.post(at(first), data)
    marking = Marking.objects.get()
    first.refresh_from_db()

    assert answer.url == at(second)
    assert (first.mark, first.mark_reason) == (67, "One target is missing.")
    assert (marking.marker, marking.rubric) == (roles.editor, {"c1": 2, "c2": 0})
    assert first.attempt.outcome == Attempt.Outcome.PASSED
    assert Event.objects.get(action="assessments.response_marked").actor == roles.editor


def test_without_javascript_the_criteria_give_the_mark(marker: Client) -> None:
    item = answered(make_essay())

    answer = marker.post(at(item), {"criterion-c1": "1", "criterion-c2": "1", "mark": "", "reason": "Two of three."})
    item.refresh_from_db()

    assert (answer.url, item.mark) == (reverse("marking:index"), 67)


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"mark": ""}, "mark", "Write the mark that the answer earns."),
        ({"mark": "1.5"}, "mark", "The mark lies between 0 and 1."),
        ({"mark": "-1"}, "mark", "The mark lies between 0 and 1."),
        ({"mark": "half"}, "mark", "Write a number of points, for instance 1 or 0.5."),
        ({"reason": " "}, "reason", "Say in up to 200 characters why the answer earns this mark."),
        ({"criterion-c1": "3"}, "criterion-c1", "Write a whole number from 0 to 2."),
    ],
)
def test_what_cannot_be_is_said_at_its_field(marker: Client, change: dict[str, str], field: str, sentence: str) -> None:
    item = answered(make_essay())

    page = marker.post(at(item), {"mark": "0.5", "reason": "Half of it.", **change})

    assert page.status_code == 422
    assert page.context["form"].errors == {field: [sentence]}
    assert Marking.objects.count() == 0


def test_sent_twice_it_is_one_mark(marker: Client) -> None:
    item = answered(make_essay())
    data = {"mark": "0.5", "reason": "Half of it."}

    marker.post(at(item), data)
    again = marker.post(at(item), {**data, "mark": "0.9"}, follow=True)
    item.refresh_from_db()

    assert "marked already. Nothing was changed." in again.content.decode()
    assert (item.mark, Marking.objects.count()) == (50, 1)


def test_previous_and_next_stay_with_the_question(marker: Client) -> None:
    test = make_essay()
    items = [answered(test, days=days) for days in (3, 2, 1)]
    answered(make_test(make_question("essay")), days=2)

    page = marker.get(at(items[1]))

    assert (page.context["earlier"], page.context["later"]) == (items[0].pk, items[2].pk)
    assert (page.context["number"], page.context["total"]) == (2, 3)


# --- Two and three markers ------------------------------------------------------------------------------------------
def test_a_second_marker_sees_no_other_mark_and_the_first_hears_that_it_waits(
    roles: SimpleNamespace, client_of: Callable[[Account], Client]
) -> None:
    item = answered(make_essay(second_marker=True))
    first, second = client_of(roles.editor), client_of(roles.manager)

    told = first.post(at(item), {"mark": "0.83", "reason": "A reason of the first."}, follow=True)
    index, page = second.get(reverse("marking:index")), second.get(at(item))
    second.post(at(item), {"mark": "0.63", "reason": "Enough."})
    item.refresh_from_db()

    assert "waits for another marker" in told.content.decode()
    assert told.context["elsewhere"] == 1
    assert not told.context["groups"]
    assert "1 for a second marker" in index.content.decode()
    for secret in ("0.83", "83", "A reason of the first."):
        assert secret not in page.context["form"].as_p()
    assert "A reason of the first." not in page.content.decode()
    assert item.mark == 73


def test_marks_far_apart_wait_for_a_third(roles: SimpleNamespace, client_of: Callable[[Account], Client]) -> None:
    item = answered(make_essay(second_marker=True))
    mark_response(item=item, mark=10, reason="Too short.", actor=roles.editor)
    mark_response(item=item, mark=90, reason="Just right.", actor=roles.manager)
    third = client_of(roles.administrator)

    index = third.get(reverse("marking:index"))
    third.post(at(item), {"mark": "0.7", "reason": "Nearly."})
    item.refresh_from_db()

    assert "1 for a third marker" in index.content.decode()
    assert item.mark == 70


# --- Who may --------------------------------------------------------------------------------------------------------
def test_nobody_marks_an_answer_of_their_own(roles: SimpleNamespace, client_of: Callable[[Account], Client]) -> None:
    item = answered(make_essay(), person=roles.editor.person)
    client = client_of(roles.editor)

    assert not client.get(reverse("marking:index")).context["groups"]
    assert client.get(at(item)).status_code == 404
    assert client.post(at(item), {"mark": "1", "reason": "Mine."}).status_code == 404
    assert Marking.objects.count() == 0


def test_a_marker_who_is_nobody_of_the_academy_marks_everybody(client_of: Callable[[Account], Client]) -> None:
    root = Account.objects.create_superuser("root@example.org")
    item = answered(make_essay())

    assert client_of(root).get(at(item)).status_code == 200


def test_facilitators_coordinators_and_learners_do_not_come_in(
    roles: SimpleNamespace, client_of: Callable[[Account], Client]
) -> None:
    item = answered(make_essay())

    for account in (roles.facilitator, roles.coordinator, roles.learner):
        answer = client_of(account).post(at(item), {"mark": "1", "reason": "Fine."})
        assert answer.status_code == 302
    assert Marking.objects.count() == 0


def test_managers_find_marking_in_their_menu_and_nothing_to_write(
    roles: SimpleNamespace, client_of: Callable[[Account], Client]
) -> None:
    client = client_of(roles.manager)

    html = client.get(reverse("wagtailadmin_home")).content.decode()

    assert reverse("marking:index") in html
    assert reverse("questions:index") not in html
    assert client.get(reverse("questions:index")).status_code == 302


def test_the_list_asks_the_same_number_of_questions_of_the_database(
    marker: Client, django_assert_max_num_queries: Any
) -> None:
    test = make_essay()
    answered(test)
    marker.get(reverse("marking:index"))
    with django_assert_max_num_queries(100) as one:
        marker.get(reverse("marking:index"))
    for _number in range(3):
        answered(test)
    with django_assert_max_num_queries(len(one)):
        marker.get(reverse("marking:index"))


def test_the_role_of_a_marker_ends_with_the_way_in(client_of: Callable[[Account], Client]) -> None:
    account = make_account("manager", agency=make_agency())
    client = client_of(account)
    account.groups.clear()

    assert client.get(reverse("marking:index")).status_code == 302
