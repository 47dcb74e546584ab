"""Exceptions in the CMS: for whom, what is different, and who may know."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.models import Override, Test
from assessments.services import set_override, terms_for
from audit.models import Event
from people.models import Account
from tests.factories.assessments import make_attempt, make_question, make_test
from tests.factories.people import make_agency, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(roles: SimpleNamespace, client_of: Callable[[Account], Client]) -> Client:
    return client_of(roles.manager)


@pytest.fixture
def timed() -> Test:
    return make_test(make_question(), time_limit_minutes=30, attempts_limit=2)


@pytest.fixture
def person() -> Any:
    return make_person(agency=make_agency(), email="olga@example.org")


@pytest.fixture
def refused(manager: Client, timed: Test, person: Any) -> Callable[..., Any]:
    """`refused(reason="")`: the page that answers an exception of fifteen minutes with something wrong in it."""

    def page(**fields: str) -> Any:
        return add(manager, timed, **{"extra_minutes": "15", "attempts_limit": "", **fields})

    return page


def add(client: Client, test: Test, **fields: str) -> Any:
    return client.post(reverse("exceptions:add", args=[test.pk]), {"reason": "A broken wrist.", **fields})


@pytest.mark.parametrize("named", ["email", "public_code"])
def test_a_person_gets_more_time_and_attempts_found_by_the_whole_name_of_theirs(
    manager: Client, roles: SimpleNamespace, timed: Test, person: Any, named: str
) -> None:
    answer = add(manager, timed, person=getattr(person, named), extra_minutes="15", attempts_limit="4")
    terms = terms_for(test=timed, person=person, agency=person.memberships.current().get().agency)

    assert answer.url == reverse("exceptions:test", args=[timed.pk])
    assert (terms.minutes, terms.attempts_limit) == (45, 4)
    assert Override.objects.get().created_by == roles.manager
    assert Event.objects.get(action="assessments.override_set").actor == roles.manager
    assert "A broken wrist." in manager.get(answer.url).content.decode()


def test_an_agency_gets_other_dates_and_open_attempts_their_minutes(manager: Client, timed: Test, person: Any) -> None:
    attempt = make_attempt(person, timed)
    before = attempt.deadline_at
    agency = attempt.agency

    add(manager, timed, agency=str(agency.pk), extra_minutes="10", closes_at="2030-01-02T10:30")
    attempt.refresh_from_db()
    override = Override.objects.get()

    assert (override.agency, timezone.localtime(override.closes_at).strftime("%d.%m %H:%M")) == (agency, "02.01 10:30")
    assert attempt.deadline_at == before + timedelta(minutes=10)


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({}, "person", "An exception is for one person or for one agency."),
        ({"person": "olga@example"}, "person", "Nobody has this e-mail or public code. Write all of it."),
        ({"person": "olga@example.org", "extra_minutes": ""}, "__all__", "Say what is different."),
        ({"person": "olga@example.org", "extra_minutes": "0"}, "extra_minutes", "Give at least one minute."),
        ({"person": "olga@example.org", "reason": ""}, "reason", "Say why other rules hold."),
        (
            {"person": "olga@example.org", "opens_at": "2030-01-02T10:30", "closes_at": "2030-01-02T10:00"},
            "closes_at",
            "The test must close after it opens.",
        ),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_is_lost(
    refused: Callable[..., Any], fields: dict[str, str], field: str, sentence: str
) -> None:
    page = refused(**fields)

    assert page.status_code == 422
    assert page.context["form"].errors == {field: [sentence]}
    assert page.context["form"]["reason"].value() == fields.get("reason", "A broken wrist.")
    assert not Override.objects.exists()


def test_a_test_without_a_limit_has_none_to_make_longer(manager: Client, person: Any) -> None:
    page = add(manager, make_test(make_question()), person=person.email, extra_minutes="15")

    assert page.context["form"].errors == {"extra_minutes": ["This test has no time limit that could be longer."]}


def test_sent_twice_there_is_one(manager: Client, timed: Test, person: Any) -> None:
    first, second = (add(manager, timed, person=person.email, extra_minutes="15") for _ in range(2))

    assert (first.status_code, second.status_code, Override.objects.count()) == (302, 422, 1)
    assert second.context["form"].errors == {"person": ["There is an exception for them already. Change that one."]}


def test_an_exception_is_changed_and_removed(manager: Client, roles: SimpleNamespace, timed: Test, person: Any) -> None:
    exception = set_override(test=timed, person=person, extra_minutes=15, reason="First.", actor=roles.manager)
    edit, remove = (reverse(f"exceptions:{name}", args=[timed.pk, exception.pk]) for name in ("edit", "remove"))

    page = manager.get(edit)
    manager.post(edit, {"extra_minutes": "20", "reason": "Second."})
    changed = Override.objects.values_list("pk", "extra_minutes", "reason").get()
    confirm = manager.get(remove)
    removed, again = manager.post(remove), manager.post(remove, follow=True)

    assert (page.context["form"]["extra_minutes"].value(), "person" in page.context["form"].fields) == (15, False)
    assert changed == (exception.pk, 20, "Second.")
    assert "From the next attempt on" in confirm.content.decode()
    assert removed.status_code == 302
    assert "There is no such exception any more." in again.content.decode()
    assert Event.objects.filter(action="assessments.override_removed").count() == 1


def test_nobody_makes_or_sees_their_own(manager: Client, roles: SimpleNamespace, timed: Test) -> None:
    own = roles.manager.person
    page = add(manager, timed, person=own.public_code, extra_minutes="15")
    exception = set_override(test=timed, person=own, extra_minutes=5, reason="A secret.", actor=roles.administrator)

    assert page.context["form"].errors == {"person": ["Nobody makes an exception for themselves. Ask another manager."]}
    assert "A secret." not in manager.get(reverse("exceptions:test", args=[timed.pk])).content.decode()
    assert manager.get(reverse("exceptions:edit", args=[timed.pk, exception.pk])).status_code == 404


def test_editors_and_others_do_not_learn_who_has_an_exception(
    roles: SimpleNamespace, client_of: Callable[[Account], Client], timed: Test, person: Any
) -> None:
    set_override(test=timed, person=person, extra_minutes=15, reason="A secret.", actor=roles.manager)

    for account in (roles.editor, roles.facilitator, roles.coordinator, roles.learner):
        client = client_of(account)
        answers = [client.get(reverse(f"exceptions:{name}", args=[timed.pk])) for name in ("test", "add")]
        assert [answer.status_code for answer in answers] == [302, 302]
        assert add(client, timed, person=person.email, extra_minutes="60").status_code == 302
    assert Override.objects.get().extra_minutes == 15


def test_the_list_of_tests_counts_their_exceptions(manager: Client, roles: SimpleNamespace, timed: Test) -> None:
    for agency in (make_agency(), make_agency()):
        set_override(test=timed, agency=agency, attempts_limit=5, reason="No electricity.", actor=roles.manager)

    page = manager.get(reverse("exceptions:index"))

    assert [(test.code, test.number) for test in page.context["tests"]] == [(timed.code, 2)]
