"""Whatever happens to the connection, the tab or the finger: what was answered is there, once."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from assessments.models import Attempt
from certificates.models import Certificate
from courses.models import Enrolment
from courses.services import complete_lesson, start_final_test
from people.models import Account
from tests.journeys.conftest import PHONE, OpenPage
from tests.journeys.steps import answer, heading, items_of, key_of
from workshops.models import Session
from workshops.services import open_register


@pytest.fixture
def attempt(demo: Callable[[str], Account]) -> Attempt:
    """The learner of the demonstration has read everything and begun the final test."""
    enrolment = Enrolment.objects.get(person=demo("learner").person, module__code="M1")
    for lesson in enrolment.module.lessons.offered():
        complete_lesson(enrolment=enrolment, lesson=lesson)
    return start_final_test(enrolment=enrolment, language="en")


@pytest.fixture
def sheet(open_page: OpenPage, attempt: Attempt) -> Page:
    """The learner's page of the test on a phone."""
    page = open_page(attempt.person.account, viewport=PHONE)
    page.goto(reverse("attempt", args=[attempt.pk]))
    return page


def _responses(attempt: Attempt) -> list[object]:
    return [item.response for item in items_of(attempt)]


def _keys(attempt: Attempt) -> list[object]:
    return [key_of(item) for item in items_of(attempt)]


def test_without_a_connection_the_page_says_so_and_sends_everything_when_it_is_back(
    sheet: Page, attempt: Attempt
) -> None:
    items = items_of(attempt)
    for item in items[:4]:
        answer(sheet, item, key_of(item))
    expect(sheet.get_by_role("status")).to_contain_text("All answers are saved")

    sheet.context.set_offline(True)
    for item in items[4:]:
        answer(sheet, item, key_of(item))
    expect(sheet.get_by_role("status")).to_contain_text("Not saved yet")
    assert _responses(attempt) == [*_keys(attempt)[:4], *[None] * len(items[4:])]
    sheet.get_by_role("button", name="Review and hand in").click()
    expect(sheet.get_by_role("status")).to_contain_text("Some answers are not saved yet")

    sheet.context.set_offline(False)

    expect(sheet.get_by_role("status")).to_contain_text(
        f"Answered: {len(items)} of {len(items)}. All answers are saved"
    )
    assert _responses(attempt) == _keys(attempt)


def test_an_answer_given_before_the_script_runs_is_saved_like_any_other(open_page: OpenPage, attempt: Attempt) -> None:
    page = open_page(attempt.person.account, viewport=PHONE)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/js/attempt*.js", hold)
    page.goto(reverse("attempt", args=[attempt.pk]), wait_until="commit")
    first = items_of(attempt)[0]
    answer(page, first, key_of(first))
    page.wait_for_timeout(100)

    held[0].continue_()

    expect(page.get_by_role("status")).to_contain_text("Answered: 1 of 16. All answers are saved")
    assert _responses(attempt)[0] == key_of(first)


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_pressing_hand_in_twice_hands_in_once(open_page: OpenPage, attempt: Attempt, javascript: bool) -> None:
    page = open_page(attempt.person.account, viewport=PHONE, javascript=javascript)
    page.goto(reverse("attempt", args=[attempt.pk]))
    for item in items_of(attempt):
        answer(page, item, key_of(item))
    page.get_by_role("button", name="Review and hand in").click()

    page.get_by_role("button", name="Hand in", exact=True).dblclick()

    expect(heading(page)).to_have_text("Result")
    enrolment = Enrolment.objects.get(person=attempt.person, module__code="M1")
    sittings = Attempt.objects.filter(person=attempt.person, test=attempt.test).values_list("number", "outcome", "mark")
    assert list(sittings) == [(1, Attempt.Outcome.PASSED, attempt.max_mark)]
    assert enrolment.completed_at is not None
    assert Certificate.objects.filter(enrolment=enrolment).count() == 1


def test_a_register_keeps_its_marks_in_the_phone_until_the_connection_is_back(
    open_page: OpenPage, demo: Callable[[str], Account]
) -> None:
    session = Session.objects.filter(workshop__code="IW-02", sign_off__isnull=True).earliest("number")
    Session.objects.filter(pk=session.pk, starts_at__gt=timezone.now()).update(starts_at=timezone.now())
    open_register(session=session, actor=demo("facilitator"))
    page = open_page(demo("facilitator"), viewport=PHONE)
    page.goto(reverse("register", args=["IW-02", session.number]))
    rows = page.locator("[data-row]")
    page.context.set_offline(True)

    rows.nth(0).get_by_role("button", name="Present").click()
    rows.nth(1).get_by_role("button", name="Late").click()
    expect(rows.nth(1).locator("[data-state]")).to_have_text("saved here")
    expect(page.get_by_role("status").first).to_contain_text("No connection. The marks are saved here")
    assert not session.attendance_events.exists()
    page.context.set_offline(False)

    expect(rows.nth(0).locator("[data-state]")).to_have_text("sent")
    expect(rows.nth(1).locator("[data-state]")).to_have_text("sent")
    assert sorted(session.attendance_events.values_list("status", flat=True)) == ["late", "present"]
