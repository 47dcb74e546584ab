"""Renewing what a module stands for, and saying beforehand whom another rule touches."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.errors import StartError
from courses.models import Enrolment, Module
from courses.services import (
    CourseError,
    allow_refresher,
    complete_lesson,
    set_rules,
    start_final_test,
    whom_a_rule_touches,
)
from courses.signals import enrolment_refreshed
from courses.tasks import complete_earned
from people.models import Person
from tests.factories.assessments import make_test
from tests.factories.courses import give_final_test, make_enrolment, make_module, mark_attempt
from tests.factories.people import make_account, make_agency, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.db]


@pytest.fixture
def person() -> Person:
    return make_person(agency=make_agency())


@pytest.fixture
def refreshed() -> Iterator[list[dict[str, Any]]]:
    heard: list[dict[str, Any]] = []

    def hear(counted: dict[str, Any], **_: object) -> None:
        heard.append(counted)

    enrolment_refreshed.connect(hear)
    yield heard
    enrolment_refreshed.disconnect(hear)


def completed(person: Person, **rules: Any) -> Enrolment:
    """A module with a final test, completed with 80 per cent at the first try."""
    module = make_module(lessons=1)
    give_final_test(module, **rules)
    enrolment = make_enrolment(person, module, read=1)
    mark_attempt(start_final_test(enrolment=enrolment, language="en"), 80)
    enrolment.refresh_from_db()
    return enrolment


def test_the_test_may_be_taken_again_from_the_moment_on(person: Person, refreshed: list[Any]) -> None:
    enrolment = completed(person, attempts_limit=1)
    allow_refresher(enrolment=enrolment, opens_at=timezone.now() + timedelta(minutes=1))
    with pytest.raises(CourseError, match="passed this test already"):
        start_final_test(enrolment=enrolment, language="en")

    allow_refresher(enrolment=enrolment, opens_at=timezone.now() - timedelta(minutes=1))
    attempt = start_final_test(enrolment=enrolment, language="en")
    before = (enrolment.completed_at, enrolment.completion)
    mark_attempt(attempt, 100)

    enrolment.refresh_from_db()
    assert (enrolment.completed_at, enrolment.completion) == before
    assert [(each["lessons"], each["mark"], each["attempt"]) for each in refreshed] == [([1, 1], attempt.max_mark, 2)]


def test_a_refresher_has_tries_of_its_own_and_a_failed_one_takes_nothing_away(
    person: Person, refreshed: list[Any]
) -> None:
    enrolment = completed(person, attempts_limit=1)
    allow_refresher(enrolment=enrolment, opens_at=timezone.now())

    mark_attempt(start_final_test(enrolment=enrolment, language="en"), 10)

    with pytest.raises(StartError):
        start_final_test(enrolment=enrolment, language="en")
    found = Enrolment.objects.with_facts("").get(pk=enrolment.pk)
    assert (found.standing().complete, len(found.standing().attempts), refreshed) == (True, 1, [])


def test_an_old_sitting_that_is_announced_again_renews_nothing(person: Person, refreshed: list[Any]) -> None:
    enrolment = completed(person)
    allow_refresher(enrolment=enrolment, opens_at=timezone.now())
    attempt = start_final_test(enrolment=enrolment, language="en")
    mark_attempt(attempt, 100)

    allow_refresher(enrolment=enrolment, opens_at=timezone.now() + timedelta(days=1000))
    mark_attempt(attempt, 100)

    assert len(refreshed) == 1


def test_the_pages_offer_it(person: Person) -> None:
    enrolment = completed(person)
    client = Client()
    client.force_login(make_account(person=person))
    addresses = [reverse("module", args=["M9"]), reverse("final_test", args=["M9"])]
    silent = [client.get(address).content.decode() for address in addresses]
    allow_refresher(enrolment=enrolment, opens_at=timezone.now())

    module, test = (client.get(address).content.decode() for address in addresses)

    assert not any("Renew your certificate" in page for page in silent)
    assert "Renew your certificate" in module
    assert "1 of 1 lessons" in module
    assert "Begin the test" in test
    assert "/my/tests/" in client.post(addresses[1]).headers["Location"]


# --- Whom another rule touches ---------------------------------------------------------------------------------------


@pytest.fixture
def people() -> dict[str, Person]:
    agency = make_agency()
    return {name: make_person(agency=agency, family_name=name) for name in ("Reader", "Passed", "Beginner", "Done")}


@pytest.fixture
def module(people: dict[str, Person]) -> Module:
    """Who has read everything, who has passed the test but read nothing, who has done neither, and who both."""
    module = make_module(lessons=1)
    give_final_test(module)
    make_enrolment(people["Reader"], module, read=1)
    mark_attempt(start_final_test(enrolment=make_enrolment(people["Passed"], module), language="en"), 90)
    make_enrolment(people["Beginner"], module)
    done = make_enrolment(people["Done"], module, read=1)
    mark_attempt(start_final_test(enrolment=done, language="en"), 90)
    return module


def test_says_whom_another_test_touches_and_writes_nothing(module: Module, people: dict[str, Person]) -> None:
    other = make_test(code="OTHER")

    without, with_other = (whom_a_rule_touches(module=module, final_test=test) for test in (None, other))

    assert ([each.person for each in without.gain], without.lose, without.kept) == ([people["Reader"]], [], 1)
    assert (with_other.gain, [each.person for each in with_other.lose]) == ([], [people["Passed"]])
    assert Enrolment.objects.filter(completed_at__isnull=False).count() == 1


def test_whoever_meets_the_new_rule_is_completed_and_nobody_loses(module: Module, people: dict[str, Person]) -> None:
    set_rules(module=module, final_test=None, certificate_months=None, objectives=[], prerequisites=[])
    complete_earned()

    done = Enrolment.objects.filter(completed_at__isnull=False)
    assert {each.person for each in done} == {people["Reader"], people["Done"]}


def test_the_form_names_them_and_asks_once(module: Module) -> None:
    editor = Client()
    editor.force_login(make_account("editor"))
    address = reverse("module-rules:edit", args=[module.pk])

    asked = editor.post(address, {"hours_printed": "on"}).content.decode()
    module.refresh_from_db()
    unchanged = module.final_test
    editor.post(address, {"hours_printed": "on", "accept_rule": "on"})

    module.refresh_from_db()
    assert "They meet the new rule and receive the certificate soon after you save: Reader" in asked
    assert unchanged is not None
    assert module.final_test is None


def test_reading_the_rest_after_a_refresher_was_allowed_completes_nothing_twice(person: Person) -> None:
    enrolment = completed(person)
    moment = enrolment.completed_at
    allow_refresher(enrolment=enrolment, opens_at=timezone.now())

    complete_lesson(enrolment=enrolment, lesson=enrolment.module.lessons.get())

    enrolment.refresh_from_db()
    assert enrolment.completed_at == moment
