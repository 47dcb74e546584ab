"""A workshop with a test before and a test after, in two forms.

The facilitator sits at a desk, somebody who takes part has a phone.
"""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from assessments.models import Attempt, Question, Test
from assessments.services import create_test
from people.models import Account
from tests.factories.assessments import EVERY, RIGHT, make_question, words_of
from tests.factories.people import make_account
from tests.factories.workshops import make_facilitator, make_workshop, register
from tests.journeys.conftest import DESKTOP, OpenPage
from tests.journeys.hands import Hand, Touch, WithoutScripts
from tests.journeys.steps import assert_fits, heading, items_of
from workshops.models import Session, Workshop

TYPES = ("single_choice", "multiple_response", "matching")


def questions_of(form: str) -> list[Question]:
    """Questions that say of which form they are."""
    stems = {each: {"en": words_of(EVERY[each], stem=f"Form {form}: {each}?")} for each in TYPES}
    return [make_question(each, texts=stems[each]) for each in TYPES]


@pytest.fixture
def facilitator(transactional_db: None) -> Account:
    return make_facilitator()


@pytest.fixture
def workshop(facilitator: Account) -> Workshop:
    """A draft for tomorrow, with a test of two forms."""
    forms = {form: questions_of(form) for form in "AB"}
    rules = {"attempts_limit": 1, "shuffle_questions": False}
    test = create_test(code="T", title_en="What you know", purpose=Test.Purpose.PRE_POST, questions=forms, **rules)
    tomorrow = timezone.localdate() + timedelta(days=1)
    return make_workshop(facilitator=facilitator, test=test, published=False, starts_on=tomorrow)


@pytest.fixture
def participant(workshop: Workshop) -> Account:
    account = make_account()
    register(workshop, account.person, at=timezone.now() - timedelta(days=3))
    return account


@pytest.mark.parametrize("way", [Touch, WithoutScripts], ids=["with scripts", "without scripts"])
def test_one_form_before_and_the_other_after(
    open_page: OpenPage, facilitator: Account, participant: Account, workshop: Workshop, way: type[Hand]
) -> None:
    desk = open_page(facilitator, viewport=DESKTOP)
    hand = way(open_page(participant, **way.options))

    _publish(desk, workshop)
    before = _take_the_test_before(hand, workshop)
    _nothing_is_shown_of_it(hand, before, workshop)
    _close_the_test_before(desk, hand, workshop)
    _the_workshop_begins(desk, workshop)
    after = _begin_the_test_after(hand, workshop)
    _close_the_test_after(desk)
    _finish_the_test_after(hand, after)

    assert [(each.phase, each.form, each.occasion) for each in (before, after)] == [
        ("pre", "A", workshop.code),
        ("post", "B", workshop.code),
    ]
    assert [(each.mark, each.outcome) for each in Attempt.objects.order_by("pk")] == [
        (100, Attempt.Outcome.FAILED),
        (300, Attempt.Outcome.PASSED),
    ]


def _publish(desk: Page, workshop: Workshop) -> None:
    desk.goto(f"/en/workshops/{workshop.code}/manage/")
    desk.get_by_role("button", name="Publish the workshop").click()
    expect(desk.get_by_text("The workshop is published.")).to_be_visible()
    tests = desk.get_by_role("region", name="Test before and after").get_by_role("listitem")
    expect(tests.nth(0)).to_contain_text("closes by itself when the workshop begins")
    expect(tests.nth(1)).to_contain_text("opens by itself when the workshop begins")


def _take_the_test_before(hand: Hand, workshop: Workshop) -> Attempt:
    """One right answer, for all that is known before."""
    page = hand.page
    page.goto(f"/en/workshops/{workshop.code}/")
    assert_fits(page)
    expect(page.get_by_role("link", name="Take the test after")).to_have_count(0)
    hand.press(page.get_by_role("link", name="Take the test before"))
    expect(page.get_by_text("no result is shown to you, and none counts")).to_be_visible()
    assert_fits(page)
    hand.press(page.get_by_role("button", name="Begin the test"))
    expect(page.get_by_text("Form A: ")).to_have_count(len(TYPES))
    attempt = Attempt.objects.get(phase="pre")
    hand.answer(items_of(attempt)[0], RIGHT["single_choice"])
    _hand_in(hand)
    return attempt


def _nothing_is_shown_of_it(hand: Hand, before: Attempt, workshop: Workshop) -> None:
    """Neither now nor from the page of the workshop: the same things are asked again afterwards."""
    page = hand.page
    expect(page.get_by_text("Thank you, your answers are in.")).to_be_visible()
    _assert_shows_no_result(page)
    hand.press(page.get_by_role("link", name="Go on"))
    expect(heading(page)).to_have_text(workshop.title)
    hand.press(page.get_by_role("link", name="Test before"))
    expect(page).to_have_url(re.compile(f"/my/tests/{before.pk}/result/"))
    _assert_shows_no_result(page)


def _assert_shows_no_result(page: Page) -> None:
    assert_fits(page)
    expect(page.get_by_role("article")).to_have_count(0)
    for words in ("Form A", "Option", "Mark", "Share", "Passed"):
        expect(page.get_by_role("main").get_by_text(words)).to_have_count(0)


def _close_the_test_before(desk: Page, hand: Hand, workshop: Workshop) -> None:
    desk.reload()
    expect(desk.get_by_role("region", name="Test before and after")).to_contain_text("1 of 1 handed in")
    desk.get_by_role("button", name="Close the test before").click()
    expect(desk.get_by_text("The test is closed. Who has begun can finish.")).to_be_visible()
    hand.page.goto(f"/en/workshops/{workshop.code}/test/pre/")
    expect(hand.page.get_by_text("The test before is closed.")).to_be_visible()
    expect(hand.page.get_by_role("button", name="Begin the test")).to_have_count(0)


def _the_workshop_begins(desk: Page, workshop: Workshop) -> None:
    """The hour comes and the facilitator opens the first register; the test after opens with it."""
    now = timezone.now()
    first = Session.objects.filter(workshop=workshop, number=1)
    first.update(starts_at=now - timedelta(minutes=5), ends_at=now + timedelta(hours=1))
    desk.get_by_role("link", name="Register 1", exact=True).click()
    desk.get_by_role("button", name="Open the register").click()
    expect(desk.get_by_text("0 of 1 recorded")).to_be_visible()
    desk.goto(f"/en/workshops/{workshop.code}/manage/")
    expect(desk.get_by_text("opened when the workshop began")).to_be_visible()


def _begin_the_test_after(hand: Hand, workshop: Workshop) -> Attempt:
    page = hand.page
    page.goto(f"/en/workshops/{workshop.code}/")
    expect(page.get_by_role("link", name="Take the test before")).to_have_count(0)
    hand.press(page.get_by_role("link", name="Take the test after"))
    hand.press(page.get_by_role("button", name="Begin the test"))
    expect(page.get_by_text("Form B: ")).to_have_count(len(TYPES))
    expect(page.get_by_text("Form A: ")).to_have_count(0)
    assert_fits(page)
    return Attempt.objects.get(phase="post")


def _close_the_test_after(desk: Page) -> None:
    desk.get_by_role("button", name="Close the test after").click()
    expect(desk.get_by_text("The test is closed. Who has begun can finish.")).to_be_visible()
    expect(desk.get_by_role("button", name="Open the test after")).to_be_visible()


def _finish_the_test_after(hand: Hand, after: Attempt) -> None:
    """Everything right now, and everything is shown."""
    for item in items_of(after):
        hand.answer(item, RIGHT[item.version.question.type])
    _hand_in(hand)
    expect(hand.page.get_by_text("You reached the pass mark.")).to_be_visible()
    expect(hand.page.get_by_role("article")).to_have_count(len(TYPES))
    expect(hand.page.get_by_role("main")).to_contain_text("3 of 3")
    assert_fits(hand.page)
    hand.press(hand.page.get_by_role("link", name="Go on"))
    expect(hand.page.get_by_role("link", name="Test after")).to_be_visible()


def _hand_in(hand: Hand) -> None:
    hand.press(hand.page.get_by_role("button", name="Review and hand in"))
    hand.press(hand.page.get_by_role("button", name="Hand in", exact=True))
    expect(heading(hand.page)).to_have_text("Result")


def test_buttons_open_and_close_the_tests_whatever_the_clock_says(
    open_page: OpenPage, facilitator: Account, participant: Account, workshop: Workshop
) -> None:
    desk, phone = open_page(facilitator, viewport=DESKTOP), open_page(participant, **Touch.options)
    _publish(desk, workshop)

    for name, offered in (
        ("Open the test after", True),
        ("Close the test after", False),
        ("Open the test after", True),
    ):
        desk.get_by_role("button", name=name).click()
        expect(desk.get_by_role("button", name=name)).to_have_count(0)
        phone.goto(f"/en/workshops/{workshop.code}/")
        expect(phone.get_by_role("link", name="Take the test after")).to_have_count(int(offered))
    desk.get_by_role("button", name="Close the test before").click()
    expect(desk.get_by_role("button", name="Open the test before")).to_be_visible()
    phone.reload()
    expect(phone.get_by_role("link", name="Take the test before")).to_have_count(0)
    expect(phone.get_by_role("link", name="Take the test after")).to_have_count(1)
