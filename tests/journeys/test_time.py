"""A test with a time limit, taken by somebody who was given more of it."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone
from playwright.sync_api import Page, expect

from assessments.models import GRACE, Attempt, AttemptItem
from assessments.services import set_override
from people.models import Account
from tests.factories.assessments import RIGHT
from tests.factories.courses import give_final_test, make_enrolment, make_module
from tests.factories.people import make_account
from tests.journeys.conftest import OpenPage
from tests.journeys.hands import Hand, Touch, WithoutScripts
from tests.journeys.steps import heading, items_of, saved

LIMIT, EXTRA = 30, 15  # minutes


@pytest.fixture
def official(transactional_db: None) -> Account:
    """Somebody who may take a test of half an hour, and has a quarter more than others."""
    account = make_account()
    module = make_module("M9", lessons=1)
    test = give_final_test(module, time_limit_minutes=LIMIT)
    make_enrolment(account.person, module, read=1)
    set_override(test=test, person=account.person, extra_minutes=EXTRA, reason="Low vision", actor=make_account())
    return account


@pytest.mark.parametrize("way", [Touch, WithoutScripts], ids=["with scripts", "without scripts"])
def test_the_extra_time_is_said_and_holds_and_then_the_test_is_over(
    open_page: OpenPage, official: Account, way: type[Hand]
) -> None:
    page = open_page(official, **way.options)
    hand = way(page)

    _see_the_longer_time(page)
    hand.press(page.get_by_role("button", name="Begin the test"))
    expect(page.get_by_text("The test ends at")).to_be_visible()
    attempt = Attempt.objects.get(person=official.person)
    assert attempt.deadline_at == attempt.started_at + timedelta(minutes=LIMIT + EXTRA)
    _answer_after_the_usual_limit(page, hand, attempt)
    _answer_after_the_longer_limit(page, hand, attempt)


def _see_the_longer_time(page: Page) -> None:
    page.goto("/en/modules/M9/test/")
    expect(page.get_by_role("main")).to_contain_text(f"{LIMIT + EXTRA} minutes")
    expect(page.get_by_text(f"The time holds {EXTRA} extra minutes that were given to you.")).to_be_visible()


def _answer_after_the_usual_limit(page: Page, hand: Hand, attempt: Attempt) -> None:
    """Everybody else would have to stop by now."""
    _minutes_pass(attempt, LIMIT + EXTRA - 5)
    page.reload()
    if isinstance(hand, Touch):
        expect(page.get_by_text("Time left: 4 min")).to_be_visible()
    first = _answer(page, hand, attempt, 0)
    expect(saved(page, first)).to_contain_text("Saved")
    assert _responses(attempt) == [RIGHT["single_choice"], None, None, None]


def _answer_after_the_longer_limit(page: Page, hand: Hand, attempt: Attempt) -> None:
    """The page is still open. What came in time counts, and nothing else."""
    _minutes_pass(attempt, 5, GRACE)
    _answer(page, hand, attempt, 2)
    expect(heading(page)).to_have_text("Result")
    expect(page.get_by_text("The time ended at")).to_be_visible()
    expect(page.get_by_text("What was saved until then was handed in and counts.")).to_be_visible()
    assert _responses(attempt) == [RIGHT["single_choice"], None, None, None]
    attempt.refresh_from_db()
    assert (attempt.mark, attempt.submitted_at) == (100, attempt.deadline_at)


def _answer(page: Page, hand: Hand, attempt: Attempt, number: int) -> AttemptItem:
    item = items_of(attempt)[number]
    hand.answer(item, RIGHT[item.version.question.type])
    if isinstance(hand, WithoutScripts):
        hand.press(page.get_by_role("button", name="Save", exact=True).last)
    return item


def _responses(attempt: Attempt) -> list[object]:
    return [item.response for item in items_of(attempt)]


def _minutes_pass(attempt: Attempt, minutes: int, more: timedelta = timedelta()) -> None:
    """As if the attempt had started that much earlier."""
    passed = timedelta(minutes=minutes) + more
    moved = {"started_at": F("started_at") - passed, "deadline_at": F("deadline_at") - passed}
    assert Attempt.objects.filter(pk=attempt.pk, started_at__lte=timezone.now()).update(**moved) == 1
