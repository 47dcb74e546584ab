"""A test of several pages in a browser: answers wait for the line across pages, certainty goes along, keys suffice."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from assessments.models import Attempt
from assessments.services import SectionPlan, create_test
from tests.factories.assessments import make_attempt, make_question
from tests.factories.people import make_account
from tests.journeys.axe import WCAG, violations
from tests.journeys.conftest import PHONE
from tests.journeys.steps import assert_fits


@pytest.fixture
def begin(transactional_db: None) -> Callable[..., Attempt]:
    """`begin(sequential=True, …)`: an attempt at four questions on two pages."""

    def start(**rules: Any) -> Attempt:
        sections = [
            SectionPlan(questions=[make_question() for _ in range(2)], title_en=title) for title in ("Law", "Cost")
        ]
        values = {"questions_per_page": 2, "shuffle_questions": False, "shuffle_options": False, **rules}
        return make_attempt(
            make_account().person, create_test(code="T", title_en="T", purpose="final", sections=sections, **values)
        )

    return start


@pytest.fixture
def take(open_page: Callable[..., Page]) -> Callable[..., Page]:
    """`take(attempt)`: its page in a browser, signed in as the person who takes it."""

    def opened(attempt: Attempt, **options: Any) -> Page:
        page = open_page(attempt.person.account, **{"viewport": PHONE, **options})
        page.goto(f"/en/my/tests/{attempt.pk}/")
        return page

    return opened


def answers(attempt: Attempt) -> list[Any]:
    return list(attempt.items.values_list("response", "certainty"))


def state(page: Page) -> Any:
    return page.locator("[data-state]")


def button(page: Page, name: str) -> Any:
    return page.get_by_role("button", name=name)


def test_an_answer_and_its_certainty_are_saved_one_after_the_other(begin: Any, take: Any) -> None:
    attempt = begin(certainty=True)
    page = take(attempt)

    page.locator("#q1-B").check()
    expect(state(page)).to_contain_text("Answered: 1 of 4. All answers are saved")
    page.get_by_label("I am certain").first.check()
    expect(state(page)).to_contain_text("All answers are saved")
    page.locator('[name="q2-certainty"][value="1"]').check()
    page.locator("#q2-A").check()
    button(page, "Next page").click()
    page.locator("#q3-B").check()
    expect(state(page)).to_contain_text("Answered: 3 of 4. All answers are saved")

    assert answers(attempt) == [("B", 3), ("A", 1), ("B", None), (None, None)]


def test_what_waited_on_one_page_is_sent_from_another(begin: Any, take: Any) -> None:
    attempt = begin(certainty=True)
    page = take(attempt)
    page.context.set_offline(True)
    page.locator("#q1-B").check()
    page.locator('[name="q1-certainty"][value="2"]').check()
    expect(page.locator("#question-1 [data-saved]")).to_contain_text("Not saved yet")
    button(page, "Next page").click()
    expect(state(page)).to_contain_text("this page cannot be left now")
    context = page.context
    page.close()
    context.set_offline(False)

    again = context.new_page()
    again.goto(f"/en/my/tests/{attempt.pk}/?page=2")
    expect(state(again)).to_contain_text("All answers are saved")

    assert answers(attempt)[0] == ("B", 2)
    assert again.evaluate("Object.keys(localStorage).length") == 0


def test_keys_alone_flag_check_and_turn_the_page(begin: Any, take: Any) -> None:
    attempt = begin(disclosed={"during": ["correctness"], "closed": ["outcome"]})
    page = take(attempt)

    page.locator("#q1-B").focus()
    page.keyboard.press("Space")
    button(page, "Look at this again – Question 2 of 4").focus()
    page.keyboard.press("Enter")
    expect(button(page, "Look at this again – Question 2 of 4")).to_have_attribute("aria-pressed", "true")
    button(page, "Check – Question 1 of 4").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#question-1")).to_contain_text("so this answer stands")
    button(page, "Next page").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Question 3 of 4", exact=True)).to_be_visible()
    button(page, "Review and hand in").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("You wanted to look at 1 question again.")).to_be_visible()


def test_a_test_of_several_pages_is_taken_forward_only_without_javascript(begin: Any, take: Any) -> None:
    attempt = begin(sequential=True)
    page = take(attempt, javascript=False)
    for position in (1, 2):
        page.locator(f"#q{position}-B").check()
    button(page, "Next page").click()
    expect(page.locator("#q3-B")).to_be_visible()
    page.go_back()
    page.reload()
    expect(page.locator("#q3-B")).to_be_visible()
    expect(page.locator("#q1-B")).to_have_count(0)
    for position in (3, 4):
        page.locator(f"#q{position}-B").check()
    button(page, "Review and hand in").click()
    expect(page.get_by_text("Every question is answered, and every answer is saved.")).to_be_visible()
    button(page, "Hand in").click()
    expect(page.get_by_text("You reached the pass mark.")).to_be_visible()

    attempt.refresh_from_db()
    assert attempt.mark == 400


def test_axe_finds_nothing_on_the_way(begin: Any, take: Any) -> None:
    everything = ["questions", "correctness", "highest", "marks", "rationales", "feedback", "key", "outcome"]
    attempt = begin(certainty=True, disclosed={"during": everything, "closed": everything}, attempts_limit=1)
    page = take(attempt)
    found = []

    def look() -> None:
        assert_fits(page)
        found.extend(f"{page.url}: {each}" for each in violations(page, rules=WCAG))

    page.locator("#q1-A").check()
    page.locator('[name="q1-certainty"][value="3"]').check()
    button(page, "Look at this again – Question 2 of 4").click()
    with page.expect_navigation():
        button(page, "Check – Question 1 of 4").click()
    page.locator("summary").first.click()
    look()
    page.goto(f"/en/my/tests/{attempt.pk}/review/")
    look()
    with page.expect_navigation():
        button(page, "Hand in").click()
    for summary in page.locator("main summary").all():
        summary.click()
    look()
    page.locator("textarea").first.fill("Both are right.")
    button(page, "Ask").first.click()
    expect(page.get_by_text("Not answered yet.")).to_be_visible()
    look()

    assert found == []
