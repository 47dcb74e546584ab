"""A mark is asked about on the page of the result, and the answer appears there."""

import pytest
from playwright.sync_api import expect

from assessments.models import Appeal, Attempt
from assessments.services import answer_appeal
from tests.factories.assessments import RIGHT, WRONG, make_question, make_test, take_test
from tests.factories.people import make_account
from tests.journeys.conftest import OpenPage
from tests.journeys.hands import Hand, Keyboard, Touch, WithoutScripts
from tests.journeys.steps import assert_fits

REASON = "В Брестской области ответ A тоже верный."
ANSWER = "Да, так и есть. Спасибо."


@pytest.fixture
def attempt(transactional_db: None) -> Attempt:
    """Handed in with a wrong answer and a right one."""
    questions = [make_question(each, languages=("en", "ru")) for each in ("single_choice", "true_false")]
    test = make_test(*questions)
    return take_test(test, WRONG["single_choice"], RIGHT["true_false"], person=make_account().person)


@pytest.mark.parametrize("way", [Keyboard, Touch, WithoutScripts], ids=["keyboard", "touch", "without scripts"])
def test_a_mark_is_asked_about_with_a_reason_and_answered(
    open_page: OpenPage, attempt: Attempt, way: type[Hand]
) -> None:
    page = open_page(attempt.person.account, language="ru", **way.options)
    hand = way(page)
    page.goto(f"/ru/my/tests/{attempt.pk}/result/")
    wrong, right = page.locator("#question-1"), page.locator("#question-2")
    expect(right.get_by_role("group")).to_have_count(0)

    hand.press(wrong.locator("summary"))
    hand.write(wrong.get_by_role("textbox"), REASON)
    hand.press(wrong.get_by_role("button"))

    expect(page.get_by_text("Ваш вопрос о балле записан.")).to_be_visible()
    expect(wrong).to_contain_text(REASON)
    expect(wrong).to_contain_text("Ответа пока нет. Он появится здесь.")
    expect(wrong.get_by_role("button")).to_have_count(0)
    assert_fits(page)
    appeal = Appeal.objects.open().get()
    assert (appeal.item.position, appeal.reason, appeal.mark_before) == (1, REASON, 0)

    answer_appeal(appeal=appeal, answer=ANSWER, mark=100, actor=make_account())
    page.reload()
    expect(wrong).to_contain_text(ANSWER)
    expect(page.get_by_role("main")).to_contain_text("2 из 2")
