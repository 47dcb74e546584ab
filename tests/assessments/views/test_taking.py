"""A test of several pages: one at a time, forward only or not, flags, certainty, checks."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from assessments.models import Attempt
from assessments.services import Answer, SectionPlan, create_test, save_responses, set_override
from people.models import Account
from tests.factories.assessments import STRUCTURES, make_attempt, make_question, words_of
from tests.factories.people import make_account

pytestmark = pytest.mark.django_db


def at(attempt: Attempt, name: str = "attempt", language: str = "en") -> str:
    with translation.override(language):
        return reverse(name, args=[attempt.pk])


@pytest.fixture
def browser(account: Account, client_of: Callable[[Account], Client]) -> Client:
    return client_of(account)


@pytest.fixture
def begin(account: Account) -> Callable[..., Attempt]:
    """`begin(sequential=True, …)`: an attempt at four questions on two pages, in a section each."""

    def start(phase: str = "", **rules: Any) -> Attempt:
        named = [make_question(texts={"en": words_of(STRUCTURES["single_choice"], stem=f"Stem {n}")}) for n in "1234"]
        sections = [
            SectionPlan(questions=named[:2], title_en="Law", title_ru="Право"),
            SectionPlan(questions=named[2:], title_en="Costs"),
        ]
        values = {"questions_per_page": 2, "shuffle_questions": False, "shuffle_options": False, **rules}
        test = create_test(code="T", title_en="T", purpose="final", sections=sections, **values)
        return make_attempt(account.person, test, phase=phase)

    return start


def post(client: Client, attempt: Attempt, page: int, go: str, **answers: str) -> Any:
    fields = {f"q{position}-counter": "0" for position in (2 * page - 1, 2 * page)}
    return client.post(f"{at(attempt)}?page={page}", {**fields, **answers, "go": go})


def responses(attempt: Attempt) -> list[Any]:
    return list(attempt.items.values_list("response", flat=True))


# --- Pages ------------------------------------------------------------------------------------------------------------
def test_a_page_holds_its_own_questions_and_nothing_of_the_others(browser: Client, begin: Callable[..., Attempt]):
    attempt = begin()

    first = browser.get(at(attempt)).content.decode()
    second = browser.get(f"{at(attempt)}?page=2").content.decode()

    assert ["Stem 1" in first, "Stem 2" in first, "Stem 3" in first, "Stem 4" in first] == [True, True, False, False]
    assert ["Stem 1" in second, "Stem 2" in second, "Stem 3" in second, "Stem 4" in second] == [
        False, False, True, True,
    ]  # fmt: skip
    assert "Question 3 of 4" in second
    assert ('value="next"' in first, 'value="back"' in first) == (True, False)
    assert ('value="next"' in second, 'value="back"' in second, 'value="review"' in second) == (False, True, True)


def test_sections_have_their_title_in_the_language_of_the_page(browser: Client, begin: Callable[..., Attempt]):
    attempt = begin()

    assert '<h2 class="test__section" lang="en">Law</h2>' in browser.get(at(attempt)).content.decode()
    russian = browser.get(at(attempt, language="ru")).content.decode()
    assert '<h2 class="test__section" lang="ru">Право</h2>' in russian
    second = browser.get(f"{at(attempt, language='ru')}?page=2").content.decode()
    assert '<h2 class="test__section" lang="en">Costs</h2>' in second
    assert "Право" not in second


def test_going_on_saves_first_and_the_next_visit_begins_where_one_was(browser: Client, begin: Callable[..., Attempt]):
    attempt = begin()

    answer = post(browser, attempt, 1, "next", q1="B")

    assert answer.url == f"{at(attempt)}?page=2"
    assert responses(attempt) == ["B", None, None, None]
    assert browser.get(at(attempt)).context["number"] == 2
    assert post(browser, attempt, 2, "back", q3="A").url == f"{at(attempt)}?page=1"
    assert post(browser, attempt, 1, "page-2").url == f"{at(attempt)}?page=2"
    assert responses(attempt) == ["B", None, "A", None]


@pytest.mark.parametrize("page", ["0", "-1", "x", "99", "99999999999", "²"])
def test_an_odd_page_is_one_that_exists(browser: Client, begin: Callable[..., Attempt], page: str):
    answer = browser.get(at(begin()), {"page": page})

    assert (answer.status_code, answer.context["number"] in {1, 2}) == (200, True)


def test_a_test_without_a_way_back_says_so_and_has_none(browser: Client, begin: Callable[..., Attempt]):
    attempt = begin(sequential=True)
    first = browser.get(f"{at(attempt)}?page=2")
    assert first.context["number"] == 1  # nobody reads ahead
    assert "This test goes forward only" in first.content.decode()
    assert "pages__page" not in first.content.decode()
    assert "Stem 3" not in browser.get(at(attempt, "attempt_review")).content.decode()

    post(browser, attempt, 1, "next", q1="B")
    twice = post(browser, attempt, 1, "next", q1="B")  # pressed twice: it is not the page after the next
    again = post(browser, attempt, 1, "next", q1="A")
    back = browser.get(f"{at(attempt)}?page=1")

    assert (twice.status_code, again.status_code) == (302, 422)
    assert "You have gone on from this page, so this answer stands." in again.content.decode()
    assert (back.context["number"], 'value="back"' in back.content.decode()) == (2, False)
    attempt.refresh_from_db()
    assert (attempt.page_reached, responses(attempt)[0]) == (2, "B")


def test_the_review_lists_every_page_with_what_is_answered_open_and_flagged(
    browser: Client, begin: Callable[..., Attempt]
):
    attempt = begin()
    post(browser, attempt, 1, "flag-2", q1="B")

    page = browser.get(at(attempt, "attempt_review"))
    text = page.content.decode()

    assert (page.context["open_count"], page.context["flagged"]) == (3, 1)
    assert [one["page"].number for one in page.context["pages"]] == [1, 2]
    assert f'href="{at(attempt)}?page=2#question-3"' in text
    assert text.count("look at this again") == 1
    assert "You wanted to look at 1 question again." in text


def test_reviewing_an_earlier_page_leads_back_to_it(browser: Client, begin: Callable[..., Attempt]):
    attempt = begin()
    post(browser, attempt, 1, "next")

    review = post(browser, attempt, 1, "review")

    assert review.url == f"{at(attempt, 'attempt_review')}?page=1"
    assert f'href="{at(attempt)}?page=1">Back to the questions' in browser.get(review.url).content.decode()


# --- Flags ------------------------------------------------------------------------------------------------------------
def test_a_question_is_flagged_and_unflagged_by_a_button_that_saves_first(
    browser: Client, begin: Callable[..., Attempt]
):
    attempt = begin()

    flagged = post(browser, attempt, 1, "flag-2", q1="A")
    page = browser.get(flagged.url).content.decode()
    assert flagged.url == f"{at(attempt)}?page=1#question-2"
    assert 'value="unflag-2" aria-pressed="true"' in page
    assert 'value="flag-1" aria-pressed="false"' in page
    assert list(attempt.items.values_list("flagged", flat=True)) == [False, True, False, False]

    post(browser, attempt, 1, "unflag-2")
    assert not attempt.items.filter(flagged=True).exists()


@pytest.mark.parametrize("go", ["flag-99", "check-99", "flag-x", "check-", "page-x", "next-9", "nonsense"])
def test_an_odd_button_breaks_nothing(browser: Client, begin: Callable[..., Attempt], go: str):
    attempt = begin(disclosed={"during": ["key"]})

    assert post(browser, attempt, 1, go, q1="A").status_code == 302
    assert responses(attempt)[0] == "A"


# --- Certainty --------------------------------------------------------------------------------------------------------
def test_certainty_is_asked_and_saved_with_the_answer_by_form_and_without_leaving_the_page(
    browser: Client, begin: Callable[..., Attempt]
):
    attempt = begin(certainty=True)
    page = browser.get(at(attempt)).content.decode()
    assert page.count('type="radio" name="q1-certainty"') == 3
    assert "It never changes your mark." in page

    post(browser, attempt, 1, "save", q1="B", **{"q1-certainty": "3"})
    body = {"answers": [{"position": 2, "response": "B", "counter": 1, "certainty": 2}]}
    browser.post(at(attempt, "attempt_save"), json.dumps(body), content_type="application/json")

    assert list(attempt.items.values_list("response", "certainty"))[:2] == [("B", 3), ("B", 2)]
    assert 'name="q1-certainty" value="3" checked' in browser.get(f"{at(attempt)}?page=1").content.decode()


def test_a_test_that_does_not_ask_shows_no_certainty(browser: Client, begin: Callable[..., Attempt]):
    assert "certainty" not in browser.get(at(begin())).content.decode()


@pytest.mark.parametrize(("certainty", "status"), [("3", 400), (True, 400), (10, 400), (7, 200)])
def test_a_strange_certainty_is_refused(browser: Client, begin: Callable[..., Attempt], certainty: Any, status: int):
    attempt = begin(certainty=True)
    body = {"answers": [{"position": 1, "response": "B", "counter": 1, "certainty": certainty}]}

    answer = browser.post(at(attempt, "attempt_save"), json.dumps(body), content_type="application/json")

    assert (answer.status_code, responses(attempt)[0]) == (status, None)


# --- Checking during the test -----------------------------------------------------------------------------------------
def test_a_check_shows_what_the_rules_allow_and_the_answer_stands(browser: Client, begin: Callable[..., Attempt]):
    attempt = begin(disclosed={"during": ["correctness", "rationales"]})
    before = browser.get(at(attempt)).content.decode()
    assert 'value="check-1"' in before
    assert "because A" not in before

    checked = browser.get(post(browser, attempt, 1, "check-1", q1="A").url).content.decode()
    late = post(browser, attempt, 1, "save", q1="B")

    assert "Not right" in checked
    assert "because A" in checked
    assert "so this answer stands" in checked
    assert ("because B" in checked, "Right answer:" in checked, "General feedback" in checked) == (False, False, False)
    assert 'name="q1"' not in checked
    assert (late.status_code, responses(attempt)[0]) == (422, "A")


def test_nothing_is_checked_without_an_answer_or_where_the_rules_show_nothing(
    browser: Client, begin: Callable[..., Attempt]
):
    attempt = begin()
    assert "check-1" not in browser.get(at(attempt)).content.decode()
    post(browser, attempt, 1, "check-1", q1="B")
    assert not attempt.items.filter(checked_at__isnull=False).exists()


def test_the_test_before_a_workshop_checks_nothing_whatever_its_rules_say(
    browser: Client, begin: Callable[..., Attempt]
):
    attempt = begin(phase="pre", disclosed={"during": ["correctness"]})

    post(browser, attempt, 1, "check-1", q1="B")

    assert not attempt.items.filter(checked_at__isnull=False).exists()
    assert "check-1" not in browser.get(at(attempt)).content.decode()


# --- Too long ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["single_choice", "numerical", "short_answer", "essay"])
def test_an_answer_of_a_megabyte_posted_by_the_page_is_refused_with_a_sentence(
    account: Account, browser: Client, kind: str
):
    test = create_test(code="T", title_en="T", purpose="final", questions=[make_question(kind)])
    attempt = make_attempt(account.person, test)

    answer = browser.post(at(attempt), {"q1": "9" * 1_000_000, "q1-counter": "0"})

    assert answer.status_code == 422
    assert answer.context["refused"][0].error
    assert len(answer.content) < 100_000
    assert responses(attempt) == [None]


# --- How often the database is asked ----------------------------------------------------------------------------------
def test_a_whole_test_of_twenty_questions_on_four_pages_asks_at_most_sixty_times(account: Account, browser: Client):
    named = [make_question() for _ in range(20)]
    test = create_test(code="T", title_en="T", purpose="final", questions=named, questions_per_page=5, sequential=True)
    attempt = make_attempt(account.person, test)
    with CaptureQueriesContext(connection) as captured:
        for page in range(1, 5):
            browser.get(f"{at(attempt)}?page={page}")
            places = range(5 * page - 4, 5 * page + 1)
            fields = {f"q{place}": "B" for place in places} | {f"q{place}-counter": "0" for place in places}
            browser.post(f"{at(attempt)}?page={page}", {**fields, "go": "next" if page < 4 else "save"})
        browser.post(at(attempt, "attempt_submit"))
    attempt.refresh_from_db()
    brackets = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")
    asked = [each["sql"] for each in captured.captured_queries if not each["sql"].startswith(brackets)]

    assert (attempt.mark, attempt.outcome) == (2000, Attempt.Outcome.PASSED)
    assert len(asked) <= 60


def test_a_page_asks_as_often_however_many_pages_there_are(
    account: Account, browser: Client, begin: Callable[..., Attempt]
):
    attempt, counted = begin(questions_per_page=1), []
    for page in (1, 4):
        save_responses(attempt=attempt, answers=[Answer(page, "B", 1)], language="en")
        with CaptureQueriesContext(connection) as captured:
            browser.get(f"{at(attempt)}?page={page}")
        counted.append(len(captured))

    assert counted[0] == counted[1] <= 9


# --- Too late ---------------------------------------------------------------------------------------------------------
def test_a_page_posted_after_the_hand_in_says_why_it_is_not_saved(browser: Client, begin: Callable[..., Attempt]):
    attempt = begin()
    browser.post(at(attempt, "attempt_submit"))

    late = browser.post(f"{at(attempt)}?page=1", {"q1": "B", "q1-counter": "0", "go": "next"}, follow=True)

    assert late.redirect_chain[0][0] == at(attempt, "attempt_result")
    assert "This test was handed in, so answers can no longer change." in late.content.decode()
    assert responses(attempt) == [None] * 4


def test_a_clock_that_ran_out_hands_in_unless_more_time_was_given_meanwhile(
    account: Account, browser: Client, begin: Callable[..., Attempt]
):
    noon = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
    with time_machine.travel(noon, tick=False) as clock:
        attempt = begin(time_limit_minutes=10)
        set_override(
            test=attempt.test, person=account.person, extra_minutes=5, reason="Ill", actor=make_account("manager")
        )
        clock.move_to(noon + timedelta(minutes=10))
        early = browser.post(at(attempt, "attempt_submit"), {"clock": "1"}, follow=True)
        assert early.redirect_chain[0][0] == at(attempt)
        assert "You have more time: the test ends at 15:15." in early.content.decode()
        clock.move_to(noon + timedelta(minutes=15) - timedelta(seconds=1))
        assert browser.post(at(attempt, "attempt_submit"), {"clock": "1"}).url == at(attempt, "attempt_result")
