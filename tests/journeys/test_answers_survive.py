"""Answers of a test survive a lost line, a closed tab, a second device and the end of a session."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from assessments.models import Attempt
from tests.factories.assessments import RIGHT, make_attempt, make_question
from tests.factories.people import make_account
from tests.journeys.conftest import DESKTOP, PHONE


@pytest.fixture
def attempt(transactional_db: None) -> Attempt:
    """An open attempt at one question of each type."""
    return make_attempt(make_account().person)


@pytest.fixture
def take(attempt: Attempt, open_page: Callable[..., Page]) -> Callable[..., Page]:
    """`take()`: the page of the test in a browser of its own, signed in as the person who takes it."""

    def opened(language: str = "en", **options: Any) -> Page:
        page = open_page(attempt.person.account, **{"viewport": PHONE, **options})
        page.goto(f"/{language}/my/tests/{attempt.pk}/")
        return page

    return opened


def choose(page: Page, position: int, option: str) -> None:
    page.locator(f"#q{position}-{option}").check()


def saved(page: Page, position: int) -> Any:
    return page.locator(f"#question-{position} [data-saved]")


def state(page: Page) -> Any:
    return page.locator("[data-state]")


def responses(attempt: Attempt) -> list[Any]:
    return list(attempt.items.values_list("response", flat=True))


def test_each_answer_is_saved_when_it_is_given_and_the_page_says_so(
    take: Callable[..., Page], attempt: Attempt
) -> None:
    page = take()

    choose(page, 1, "B")
    choose(page, 2, "A")
    choose(page, 2, "B")
    choose(page, 3, "false")
    page.locator("#q4-answer").fill("50,8")
    expect(saved(page, 4)).to_contain_text("Saved")
    expect(state(page)).to_contain_text("Answered: 4 of 4. All answers are saved")

    assert responses(attempt) == [RIGHT[item.version.question.type] for item in attempt.items.order_by("position")]


def test_a_number_that_cannot_be_read_is_said_at_once_and_does_not_count(
    take: Callable[..., Page], attempt: Attempt
) -> None:
    page = take()

    page.locator("#q4-answer").fill("1,2,3")
    page.locator("#q4-answer").press("Enter")
    expect(page.locator("#q4-error")).to_contain_text("“1,2,3” is not one number")
    expect(state(page)).to_contain_text("Answered: 0 of 4. Something could not be saved")
    page.locator("#q4-answer").fill("50,8")
    expect(page.locator("#q4-error")).to_be_hidden()
    expect(state(page)).to_contain_text("Answered: 1 of 4")
    expect(saved(page, 4)).to_contain_text("Saved")

    assert responses(attempt)[3] == "50,8"


def test_a_lost_line_and_a_closed_tab_lose_nothing(take: Callable[..., Page], attempt: Attempt) -> None:
    page = take()
    page.context.set_offline(True)
    choose(page, 1, "B")
    expect(saved(page, 1)).to_contain_text("Not saved yet – we keep trying")
    page.get_by_role("button", name="Review and hand in").click()
    expect(state(page)).to_contain_text("Some answers are not saved yet")
    context = page.context
    page.close()
    context.set_offline(False)

    again = context.new_page()
    again.goto(f"/en/my/tests/{attempt.pk}/")

    expect(saved(again, 1)).to_contain_text("Saved")
    expect(again.locator("#q1-B")).to_be_checked()
    assert responses(attempt)[0] == "B"


def test_answers_go_out_by_themselves_when_the_line_is_back(take: Callable[..., Page], attempt: Attempt) -> None:
    page = take()
    page.context.set_offline(True)
    choose(page, 1, "A")
    choose(page, 1, "B")
    expect(saved(page, 1)).to_contain_text("Not saved yet")

    page.context.set_offline(False)

    expect(saved(page, 1)).to_contain_text("Saved")
    assert responses(attempt)[0] == "B"


def test_of_two_devices_the_newer_answer_stands_and_the_other_page_shows_it(
    take: Callable[..., Page], attempt: Attempt
) -> None:
    phone, desk = take(), take("ru", viewport=DESKTOP)
    choose(desk, 1, "B")
    expect(saved(desk, 1)).to_contain_text(":")

    # Not `choose`, which waits to see the choice stand: here it gives way, on a quick machine before anybody looks.
    phone.locator("#q1-A").click()

    expect(saved(phone, 1)).to_contain_text("was answered on another page")
    expect(phone.locator("#q1-B")).to_be_checked()
    assert responses(attempt)[0] == "B"


def test_after_signing_in_again_in_another_tab_what_waited_is_saved(
    take: Callable[..., Page], attempt: Attempt
) -> None:
    page = take()
    session = page.context.cookies()
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    choose(page, 1, "B")
    expect(saved(page, 1)).to_contain_text("you are signed out")

    page.context.add_cookies(session)

    expect(saved(page, 1)).to_contain_text("Saved")
    assert responses(attempt)[0] == "B"


def test_when_the_time_is_over_the_page_hands_in_by_itself(take: Callable[..., Page], attempt: Attempt) -> None:
    Attempt.objects.filter(pk=attempt.pk).update(deadline_at=timezone.now() + timedelta(seconds=6))
    page = take()
    expect(page.locator("[data-seconds-left]")).to_have_text("Time left: less than a minute")
    choose(page, 1, "B")

    expect(page.get_by_role("heading", name="Result")).to_be_visible(timeout=20_000)
    attempt.refresh_from_db()
    assert attempt.mark == 100


def test_practice_is_answered_where_it_stands(attempt: Attempt, open_page: Callable[..., Page]) -> None:
    make_question("multiple_response", code="P1")
    page = open_page(attempt.person.account)
    page.goto("/en/my/tests/practice/P1/")
    page.get_by_label("Option A").check()
    page.get_by_role("button", name="Check the answer").click()

    feedback = page.locator("[data-feedback]")
    expect(feedback).to_contain_text("Partly right")
    expect(feedback).to_be_focused()
    assert page.url.endswith("/practice/P1/")


def test_the_whole_test_is_taken_without_javascript(take: Callable[..., Page], attempt: Attempt) -> None:
    page = take(javascript=False)
    choose(page, 1, "B")
    choose(page, 3, "false")
    page.get_by_role("button", name="русский").click()
    page.goto(page.url.replace("/ru/", "/en/"))
    choose(page, 2, "A")
    choose(page, 2, "B")
    page.locator("#q4-answer").fill("50,8")
    page.get_by_role("button", name="Review and hand in").click()
    expect(page.get_by_text("Every question is answered, and every answer is saved.")).to_be_visible()
    page.get_by_role("button", name="Hand in").click()

    expect(page.get_by_text("You reached the pass mark.")).to_be_visible()
    attempt.refresh_from_db()
    assert (attempt.mark, attempt.outcome) == (400, Attempt.Outcome.PASSED)
