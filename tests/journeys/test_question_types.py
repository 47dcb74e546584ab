"""Every type of question in one test, in Russian: by keyboard alone, by touch, and without scripts."""

import re

import pytest
from playwright.sync_api import Page, expect

from assessments.models import Attempt
from assessments.services import mark_response
from tests.factories.assessments import EVERY, RIGHT, make_attempt, make_question, make_test
from tests.factories.people import make_account
from tests.journeys.conftest import OpenPage
from tests.journeys.hands import Hand, Keyboard, Touch, WithoutScripts
from tests.journeys.steps import assert_fits, heading, items_of

PER_PAGE, PAGES = 4, 3
ESSAY = "Сначала – переводчик, затем врач."
RESPONSES = {**RIGHT, "essay": ESSAY}


@pytest.fixture
def attempt(transactional_db: None) -> Attempt:
    """An open attempt at a test that asks in every way there is. Nobody passes it before the essay is marked."""
    questions = [make_question(each, languages=("en", "ru", "be")) for each in EVERY]
    test = make_test(*questions, title_ru="Все виды вопросов", questions_per_page=PER_PAGE, pass_mark=95)
    return make_attempt(make_account(language="ru").person, test)


@pytest.mark.parametrize("way", [Keyboard, Touch, WithoutScripts], ids=["keyboard", "touch", "without scripts"])
def test_every_type_is_answered_right_and_the_essay_awaits_its_marker(
    open_page: OpenPage, attempt: Attempt, way: type[Hand]
) -> None:
    page = open_page(attempt.person.account, language="ru", **way.options)
    hand = way(page)

    page.goto(f"/ru/my/tests/{attempt.pk}/")
    for number in range(1, PAGES + 1):
        _answer_a_page(page, hand, attempt, number)
    _look_through_and_hand_in(page, hand, attempt)
    _see_that_all_but_the_essay_is_marked(page, attempt)
    _the_essay_is_marked(page, attempt)


def _answer_a_page(page: Page, hand: Hand, attempt: Attempt, number: int) -> None:
    """Answer what stands on one page, and go on from it."""
    expect(page).to_have_title(re.compile(f"^Страница {number} из {PAGES} – Все виды вопросов"))
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    assert_fits(page)
    for item in items_of(attempt):
        if item.page == number and item.version.question.type in RESPONSES:
            hand.answer(item, RESPONSES[item.version.question.type])
    assert_fits(page)
    onwards = "Следующая страница" if number < PAGES else "Проверить и отправить"
    hand.press(page.get_by_role("button", name=onwards))


def _look_through_and_hand_in(page: Page, hand: Hand, attempt: Attempt) -> None:
    expect(page.get_by_text("На все вопросы есть ответы, и все они сохранены.")).to_be_visible()
    assert_fits(page)
    assert {item.version.question.type: item.response for item in items_of(attempt)} == {
        **RESPONSES,
        "description": None,
    }
    hand.press(page.get_by_role("button", name="Отправить ответы"))


def _see_that_all_but_the_essay_is_marked(page: Page, attempt: Attempt) -> None:
    expect(heading(page)).to_have_text("Результат")
    expect(page.get_by_role("main")).to_contain_text("1 ответ ждёт проверки человеком.")
    answers = page.get_by_role("article")
    expect(answers).to_have_count(len(RESPONSES))
    expect(answers.filter(has_text="Верно")).to_have_count(len(RIGHT))
    expect(answers.filter(has_text=ESSAY)).to_contain_text("Ждёт проверки")
    assert_fits(page)
    attempt.refresh_from_db()
    assert attempt.outcome == Attempt.Outcome.PENDING
    assert [item.mark for item in items_of(attempt)] == [*[100] * len(RIGHT), None, 0]


def _the_essay_is_marked(page: Page, attempt: Attempt) -> None:
    """Somebody else reads it, and the page says what came of it."""
    essay = attempt.items.get(version__question__type="essay")
    mark_response(item=essay, mark=100, reason="Всё названо.", actor=make_account())
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("Проходной балл набран.")
    expect(page.get_by_role("article").filter(has_text="Верно")).to_have_count(len(RESPONSES))
    assert_fits(page)
