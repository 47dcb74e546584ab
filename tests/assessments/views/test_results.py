"""The result page: eight fields at four moments, certainty, and marks looked at again."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from assessments.disclosure import Field, Moment
from assessments.models import Appeal, Attempt
from assessments.services import (
    Answer,
    answer_appeal,
    create_test,
    save_responses,
    set_override,
    submit_attempt,
)
from people.models import Account
from tests.factories.assessments import make_attempt, make_question
from tests.factories.people import make_account

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)

# What in the page tells that a field is shown. The one question is answered with A, B is right.
SIGNS = {
    Field.QUESTIONS: "What is right? (en)",
    Field.CORRECTNESS: "Not right",
    Field.HIGHEST: ("Highest mark: 1", "Mark: 0 of 1"),
    Field.MARKS: "<dt>Share</dt>",
    Field.RATIONALES: "because A (en)",
    Field.FEEDBACK: "General feedback (en)",
    Field.KEY: "Right answer:",
    Field.OUTCOME: "Not passed",
}
OF_A_QUESTION = {Field.CORRECTNESS, Field.HIGHEST, Field.RATIONALES, Field.FEEDBACK, Field.KEY}
MOMENTS = {Moment.AT_ONCE: timedelta(minutes=1), Moment.LATER: timedelta(minutes=3), Moment.CLOSED: timedelta(days=2)}


def seen(text: str, sign: Any) -> bool:
    return any(each in text for each in ([sign] if isinstance(sign, str) else sign))


@pytest.fixture
def browser(account: Account, client_of: Callable[[Account], Client]) -> Client:
    return client_of(account)


def sit(account: Account, answer: str = "A", certainty: int | None = None, phase: str = "", **rules: Any) -> Attempt:
    """An attempt at one question, handed in."""
    number = Attempt.objects.count() + 1
    test = create_test(
        code=f"T{number}", title_en="T", purpose="final", questions=[make_question()], shuffle_options=False, **rules
    )
    attempt = make_attempt(account.person, test, phase=phase)
    save_responses(attempt=attempt, answers=[Answer(1, answer, 1, certainty)], language="en")
    return submit_attempt(attempt=attempt)


def result(client: Client, attempt: Attempt) -> str:
    return client.get(reverse("attempt_result", args=[attempt.pk])).content.decode()


# --- Eight fields at four moments -------------------------------------------------------------------------------------
@pytest.mark.parametrize("moment", list(MOMENTS))
@pytest.mark.parametrize("field", list(Field))
def test_a_field_is_on_the_page_at_its_moment_and_at_no_other(
    account: Account, browser: Client, field: Field, moment: Moment
) -> None:
    needed = [Field.QUESTIONS, field] if field in OF_A_QUESTION else [field]
    with time_machine.travel(NOON, tick=False) as clock:
        attempt = sit(account, disclosed={moment: needed}, closes_at=NOON + timedelta(days=1))
        pages = {}
        for each, wait in MOMENTS.items():
            clock.move_to(NOON + wait)
            pages[each] = result(browser, attempt)

    for each, page in pages.items():
        shown = {one for one, sign in SIGNS.items() if seen(page, sign)}
        assert shown == (set(needed) if each == moment else set()), each


@pytest.mark.parametrize("field", sorted(OF_A_QUESTION | {Field.MARKS}))
def test_a_check_during_the_test_shows_one_field_and_no_other(account: Account, browser: Client, field: Field) -> None:
    test = create_test(
        code="T", title_en="T", purpose="final", questions=[make_question()], disclosed={Moment.DURING: [field]}
    )
    attempt = make_attempt(account.person, test)
    address = reverse("attempt", args=[attempt.pk])
    browser.post(address, {"q1": "A", "q1-counter": "0", "go": "check-1"})

    page = browser.get(address).content.decode()

    signs = {**SIGNS, Field.MARKS: "Mark: 0"}
    assert {one for one, sign in signs.items() if seen(page, sign)} == {Field.QUESTIONS, field}


def test_everything_shows_everything_and_the_test_before_nothing(account: Account, browser: Client) -> None:
    everything = {moment: list(Field) for moment in Moment}

    after = result(browser, sit(account, disclosed=everything))
    before = result(browser, sit(account, disclosed=everything, phase="pre"))

    assert [field for field, sign in SIGNS.items() if not seen(after, sign)] == []
    assert [field for field, sign in SIGNS.items() if seen(before, sign)] == []
    assert "Ask for this mark" not in before


def test_a_right_answer_is_marked_as_such_only_where_correctness_is_shown(account: Account, browser: Client) -> None:
    hidden = result(browser, sit(account, "B", disclosed={"closed": ["questions"]}))
    shown = result(browser, sit(account, "B", disclosed={"closed": ["questions", "correctness"]}))

    assert ("answer--right" in hidden, "answer--right" in shown) == (False, True)


def test_a_test_that_closes_later_for_somebody_is_not_closed_for_that_person(account: Account, browser: Client) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        attempt = sit(account, disclosed={"closed": ["questions", "key"]}, closes_at=NOON + timedelta(days=1))
        set_override(
            test=attempt.test,
            person=account.person,
            closes_at=NOON + timedelta(days=9),
            reason="Ill",
            actor=make_account("manager"),
        )
        clock.move_to(NOON + timedelta(days=2))
        open_still = result(browser, attempt)
        clock.move_to(NOON + timedelta(days=10))
        closed = result(browser, attempt)

    assert ("Right answer:" in open_still, "Right answer:" in closed) == (False, True)


def test_an_earlier_attempt_does_not_open_the_key_while_the_last_one_is_being_taken(
    account: Account, browser: Client
) -> None:
    first = sit(account, attempts_limit=2)
    last = make_attempt(account.person, first.test)
    during = result(browser, first)
    submit_attempt(attempt=last)
    afterwards = result(browser, first)

    assert ("Right answer:" in during, "Right answer:" in afterwards) == (False, True)


# --- Certainty --------------------------------------------------------------------------------------------------------
def test_certainty_and_knowledge_are_compared_in_a_sentence_and_a_table(account: Account, browser: Client) -> None:
    test = create_test(
        code="T", title_en="T", purpose="final", questions=[make_question() for _ in range(5)], certainty=True
    )
    attempt = make_attempt(account.person, test)
    given = [("B", 3), ("B", 3), ("B", 3), ("A", 3), ("B", 1)]
    answers = [Answer(place, answer, 1, certainty) for place, (answer, certainty) in enumerate(given, start=1)]
    save_responses(attempt=attempt, answers=answers, language="en")
    submit_attempt(attempt=attempt)

    page = browser.get(reverse("attempt_result", args=[attempt.pk]))
    text = page.content.decode()

    assert "Of the answers you were certain of, 3 of 4 were right." in text
    found = [(level.answers, level.right, level.per_cent) for level in page.context["certainty"]["levels"]]
    assert found == [(1, 1, 100), (0, 0, None), (4, 3, 75)]
    # (1 + 3 × 3 − 6) / 5
    assert page.context["certainty"]["score"] == "0.80"
    assert "Mean score of an answer: 0.80 (from −6 to 3)." in text
    assert page.context["per_cent"] == 80


def test_certainty_says_nothing_where_correctness_is_hidden(account: Account, browser: Client) -> None:
    text = result(browser, sit(account, certainty=3, disclosed={"closed": ["marks"], "at_once": ["questions"]}))

    assert "How well you know" not in text


# --- Marks looked at again --------------------------------------------------------------------------------------------
def ask(client: Client, attempt: Attempt, reason: str = "Both are right.", position: int = 1) -> Any:
    return client.post(reverse("attempt_ask_again", args=[attempt.pk, position]), {"reason": reason})


def test_a_mark_is_asked_about_and_answered_on_the_page(account: Account, browser: Client) -> None:
    attempt = sit(account)
    assert "Ask for this mark to be looked at again" in result(browser, attempt)

    answer = ask(browser, attempt)
    asked = result(browser, attempt)
    appeal = Appeal.objects.get()
    answer_appeal(appeal=appeal, answer="B is the law.", actor=make_account("manager"))
    answered = result(browser, attempt)

    assert answer.url == f"{reverse('attempt_result', args=[attempt.pk])}#question-1"
    assert ("Both are right." in asked, "Not answered yet." in asked) == (True, True)
    assert "Ask for this mark to be looked at again" not in asked
    assert ("B is the law." in answered, "Not answered yet." in answered) == (True, False)


def test_a_full_mark_cannot_rise(account: Account, browser: Client) -> None:
    attempt = sit(account, "B")

    assert "Ask for this mark" not in result(browser, attempt)
    ask(browser, attempt)
    assert not Appeal.objects.exists()


def test_an_appeal_needs_a_sentence(account: Account, browser: Client) -> None:
    attempt = sit(account)

    page = browser.get(ask(browser, attempt, " ").url).content.decode()

    assert "Say in a sentence why the mark should be looked at again." in page
    assert not Appeal.objects.exists()


@pytest.mark.parametrize("disclosed", [{"closed": ["questions"]}, {"at_once": ["questions"]}, {"at_once": ["marks"]}])
def test_what_is_not_shown_cannot_be_asked_about(account: Account, browser: Client, disclosed: dict[str, Any]) -> None:
    attempt = sit(account, disclosed=disclosed)

    assert ask(browser, attempt).status_code == 404
    assert ask(browser, attempt, position=9).status_code == 404
    assert not Appeal.objects.exists()


def test_nobody_asks_about_the_test_before_or_somebody_elses(
    account: Account, browser: Client, client_of: Callable[[Account], Client]
) -> None:
    before, own = sit(account, phase="pre"), sit(account)

    assert ask(browser, before).status_code == 404
    assert ask(client_of(make_account()), own).status_code == 404
    assert not Appeal.objects.exists()
