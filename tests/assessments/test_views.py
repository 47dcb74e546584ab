"""Taking a test: the pages, without JavaScript and with it."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from assessments.models import Attempt, Test
from assessments.services import save_response, submit_attempt
from assessments.signals import attempt_marked
from people.models import Account
from tests.factories.assessments import RIGHT, WRONG, make_attempt, make_question, make_test
from tests.factories.people import make_account

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)


@pytest.fixture
def sitting(account: Account, client_of: Callable[[Account], Client]) -> SimpleNamespace:
    """A person with an open attempt at a test of the four types, and the person's browser."""
    attempt = make_attempt(account.person)
    return SimpleNamespace(attempt=attempt, client=client_of(account), person=account.person)


@pytest.fixture
def heard() -> Iterator[list[int]]:
    """Attempts announced as marked, by id."""
    attempts: list[int] = []

    def listen(attempt: Attempt, **_: object) -> None:
        attempts.append(attempt.pk)

    attempt_marked.connect(listen)
    yield attempts
    attempt_marked.disconnect(listen)


def at(name: str, attempt: Attempt, language: str = "en") -> str:
    with translation.override(language):
        return reverse(name, args=[attempt.pk])


def form_of(attempt: Attempt, answers: dict[int, Any], counter: int = 0, **more: str) -> dict[str, Any]:
    """What the page posts: answers by position, and the counters that stood when the page was made."""
    counters = {f"q{item.position}-counter": str(counter) for item in attempt.items.all()}
    return {**counters, **{f"q{position}": answer for position, answer in answers.items()}, **more}


def send(client: Client, attempt: Attempt, *answers: dict[str, Any]) -> Any:
    body = json.dumps({"answers": answers})
    return client.post(at("attempt_save", attempt), body, content_type="application/json")


def responses(attempt: Attempt) -> list[Any]:
    return list(attempt.items.values_list("response", flat=True))


# --- Whose attempt --------------------------------------------------------------------------------------------------

ADDRESSES = ["attempt", "attempt_review", "attempt_result", "attempt_submit", "attempt_save"]


@pytest.mark.parametrize("name", ADDRESSES)
def test_somebody_elses_attempt_does_not_exist(
    name: str, sitting: SimpleNamespace, client_of: Callable[[Account], Client]
) -> None:
    method = "post" if name in {"attempt_submit", "attempt_save"} else "get"
    for stranger in (make_account(), make_account("manager"), make_account("coordinator")):
        assert getattr(client_of(stranger), method)(at(name, sitting.attempt)).status_code == 404
    sitting.attempt.refresh_from_db()

    assert sitting.attempt.submitted_at is None


@pytest.mark.parametrize("name", [*ADDRESSES, "practice"])
def test_whoever_is_not_signed_in_is_asked_to_sign_in(name: str, client: Client, sitting: SimpleNamespace) -> None:
    address = reverse("practice", args=["Q1"]) if name == "practice" else at(name, sitting.attempt)
    method = "post" if name in {"attempt_submit", "attempt_save"} else "get"

    answer = getattr(client, method)(address)

    assert (answer.status_code, answer.url) == (302, f"/en/account/login/?next={address}")


def test_an_account_without_a_person_has_no_attempts(
    sitting: SimpleNamespace, client_of: Callable[[Account], Client]
) -> None:
    lonely = Account.objects.create_user("nobody@example.org")

    assert client_of(lonely).get(at("attempt", sitting.attempt)).status_code == 404


# --- The page -------------------------------------------------------------------------------------------------------


def test_the_page_shows_every_question_with_the_answers_given_so_far(sitting: SimpleNamespace) -> None:
    save_response(attempt=sitting.attempt, position=1, response="B", language="en", counter=1)
    save_response(attempt=sitting.attempt, position=4, response="50,8", language="en", counter=3)

    page = sitting.client.get(at("attempt", sitting.attempt))

    assert page.status_code == 200
    assert [(line.question.widget, line.question.answer) for line in page.context["lines"]] == [
        ("radio", "Option B"),
        ("checkbox", ""),
        ("radio", ""),
        ("number", "50,8 km"),
    ]
    assert page.context["answered"] == 2
    text = page.content.decode()
    assert '<input type="radio" id="q1-B" name="q1" value="B" checked>' in text
    assert 'name="q4-counter" value="3"' in text
    assert text.count("<h1>") == 1


def test_answers_posted_by_the_page_are_saved_and_the_page_comes_again(sitting: SimpleNamespace) -> None:
    address = at("attempt", sitting.attempt)
    posted = form_of(sitting.attempt, {1: "B", 2: ["A", "B"], 3: "false", 4: "50,8"}, go="save")

    answer = sitting.client.post(address, posted)

    assert (answer.status_code, answer.url) == (302, address)
    assert responses(sitting.attempt) == ["B", ["A", "B"], False, "50,8"]


def test_review_and_hand_in_saves_and_leads_to_the_review(sitting: SimpleNamespace) -> None:
    answer = sitting.client.post(at("attempt", sitting.attempt), form_of(sitting.attempt, {1: "A"}, go="review"))

    assert answer.url == at("attempt_review", sitting.attempt)
    assert responses(sitting.attempt) == ["A", None, None, None]


def test_changing_the_language_in_the_middle_loses_nothing(sitting: SimpleNamespace) -> None:
    posted = form_of(sitting.attempt, {1: "A", 4: "7"}, go="ru")

    answer = sitting.client.post(at("attempt", sitting.attempt), posted)
    page = sitting.client.get(answer.url)

    assert answer.url == at("attempt", sitting.attempt, "ru")
    assert [line.item.response for line in page.context["lines"]] == ["A", None, None, "7"]


def test_questions_are_shown_in_the_language_of_the_page_and_english_is_marked_as_english(
    account: Account, client_of: Callable[[Account], Client]
) -> None:
    both, english = make_question(languages=("en", "ru")), make_question()
    attempt = make_attempt(account.person, make_test(both, english))

    page = client_of(account).get(at("attempt", attempt, "ru"))

    assert [line.question.stem for line in page.context["lines"]] == ["What is right? (ru)", "What is right? (en)"]
    text = page.content.decode()
    assert '<span lang="ru">What is right? (ru)</span>' in text
    assert '<span lang="en">What is right? (en)</span>' in text


def test_what_cannot_be_read_is_said_at_the_question_and_the_rest_is_saved(sitting: SimpleNamespace) -> None:
    posted = form_of(sitting.attempt, {1: "B", 4: "1,2,3"}, go="review")

    page = sitting.client.post(at("attempt", sitting.attempt), posted)

    assert page.status_code == 422
    assert [line.item.position for line in page.context["refused"]] == [4]
    assert 'value="1,2,3"' in page.content.decode()
    assert "“1,2,3” is not one number" in page.content.decode()
    assert responses(sitting.attempt) == ["B", None, None, None]


def test_a_page_that_was_left_open_does_not_replace_newer_answers(sitting: SimpleNamespace) -> None:
    save_response(attempt=sitting.attempt, position=1, response="B", language="en", counter=1)

    page = sitting.client.post(
        at("attempt", sitting.attempt), form_of(sitting.attempt, {1: "A", 3: "true"}), follow=True
    )

    assert responses(sitting.attempt) == ["B", None, True, None]
    assert next(str(message) for message in page.context["messages"]) == (
        "Question 1 was answered on another page in the meantime. That answer stands."
    )


def test_an_answer_changed_on_the_newest_page_replaces_the_one_before(sitting: SimpleNamespace) -> None:
    save_response(attempt=sitting.attempt, position=1, response="B", language="en", counter=4)

    sitting.client.post(at("attempt", sitting.attempt), form_of(sitting.attempt, {1: "A"}, counter=4))

    assert responses(sitting.attempt)[0] == "A"


@pytest.mark.parametrize(
    "odd", [{"qx-counter": "1"}, {"q99999-counter": "1"}, {"q1-counter": "9" * 40, "q1": "B"}, {"q1-counter": "-1"}]
)
def test_odd_fields_break_nothing(sitting: SimpleNamespace, odd: dict[str, str]) -> None:
    assert sitting.client.post(at("attempt", sitting.attempt), odd).status_code == 302


# --- Saving without leaving the page --------------------------------------------------------------------------------


@time_machine.travel(NOON, tick=False)
def test_an_answer_is_acknowledged_with_its_moment(sitting: SimpleNamespace) -> None:
    answer = send(sitting.client, sitting.attempt, {"position": 1, "response": "B", "counter": 1})

    assert (answer.status_code, answer.json()) == (
        200,
        {"answers": [{"position": 1, "state": "saved", "counter": 1, "at": "15:00"}]},
    )
    assert responses(sitting.attempt)[0] == "B"


@time_machine.travel(NOON, tick=False)
def test_each_answer_of_several_hears_what_became_of_it(sitting: SimpleNamespace) -> None:
    save_response(attempt=sitting.attempt, position=1, response="B", language="en", counter=5)

    answer = send(
        sitting.client,
        sitting.attempt,
        {"position": 1, "response": "A", "counter": 4},
        {"position": 2, "response": ["A"], "counter": 1},
        {"position": 4, "response": "1,2,3", "counter": 1},
    )
    told = answer.json()["answers"]

    assert told[0] == {"position": 1, "state": "outdated", "counter": 5, "at": "15:00", "response": "B"}
    assert told[1] == {"position": 2, "state": "saved", "counter": 1, "at": "15:00"}
    assert (told[2]["position"], told[2]["state"]) == (4, "refused")
    assert told[2]["message"].startswith("“1,2,3” is not one number.")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{",
        "[" * 100_000,
        '{"answers": 3}',
        '{"answers": [1]}',
        '{"answers": [{"position": "1", "response": "B", "counter": 1}]}',
        '{"answers": [{"position": 1, "response": "B"}]}',
        '{"answers": [{"position": 1, "response": "B", "counter": -1}]}',
        '{"answers": [{"position": true, "response": "B", "counter": 1}]}',
    ],
)
def test_what_is_not_a_list_of_answers_is_refused_with_a_sentence(sitting: SimpleNamespace, body: str) -> None:
    answer = sitting.client.post(at("attempt_save", sitting.attempt), body, content_type="application/json")

    assert (answer.status_code, answer.json()["message"]) == (
        400,
        "The answer could not be read. Load the page again.",
    )


def test_an_answer_of_a_megabyte_is_refused_with_a_sentence(sitting: SimpleNamespace) -> None:
    answer = send(sitting.client, sitting.attempt, {"position": 4, "response": "9" * 1_000_000, "counter": 1})

    assert (answer.status_code, answer.json()["message"]) == (413, "This answer is too long to be saved.")


def test_an_answer_after_the_hand_in_hears_where_the_result_is(sitting: SimpleNamespace) -> None:
    submit_attempt(attempt=sitting.attempt)

    answer = send(sitting.client, sitting.attempt, {"position": 1, "response": "B", "counter": 1})

    assert (answer.status_code, answer.json()) == (
        409,
        {
            "message": "This test was handed in, so answers can no longer change.",
            "result": at("attempt_result", sitting.attempt),
        },
    )


def test_saving_needs_the_token_of_the_page(account: Account, sitting: SimpleNamespace) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(account, backend="people.backends.AccountBackend")

    assert send(careful, sitting.attempt, {"position": 1, "response": "B", "counter": 1}).status_code == 403
    assert responses(sitting.attempt)[0] is None


# --- Review and hand in ---------------------------------------------------------------------------------------------


def test_the_review_says_what_is_answered_and_links_back(sitting: SimpleNamespace) -> None:
    save_response(attempt=sitting.attempt, position=2, response=["A"], language="en", counter=1)

    page = sitting.client.get(at("attempt_review", sitting.attempt))

    assert (page.context["open_count"], page.context["answered"]) == (3, 1)
    assert "3 questions have no answer yet." in page.content.decode()
    assert f'href="{at("attempt", sitting.attempt)}#question-2"' in page.content.decode()


def test_handing_in_twice_shows_the_one_result(sitting: SimpleNamespace, heard: list[int]) -> None:
    address = at("attempt_submit", sitting.attempt)

    first, second = sitting.client.post(address), sitting.client.post(address)

    assert first.url == second.url == at("attempt_result", sitting.attempt)
    assert heard == [sitting.attempt.pk]


def test_handing_in_is_a_post(sitting: SimpleNamespace) -> None:
    assert sitting.client.get(at("attempt_submit", sitting.attempt)).status_code == 405


@pytest.mark.parametrize("name", ["attempt", "attempt_review"])
def test_an_attempt_that_was_handed_in_shows_its_result(sitting: SimpleNamespace, name: str) -> None:
    submit_attempt(attempt=sitting.attempt)

    assert sitting.client.get(at(name, sitting.attempt)).url == at("attempt_result", sitting.attempt)


def test_an_open_attempt_has_no_result_yet(sitting: SimpleNamespace) -> None:
    assert sitting.client.get(at("attempt_result", sitting.attempt)).url == at("attempt", sitting.attempt)


@pytest.mark.parametrize("name", ["attempt", "attempt_review", "attempt_result"])
def test_whoever_touches_an_attempt_after_its_time_sees_it_handed_in(
    account: Account, client_of: Callable[[Account], Client], name: str
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        attempt = make_attempt(account.person, make_test(make_question(), time_limit_minutes=10))
        save_response(attempt=attempt, position=1, response="B", language="en", counter=1)
        clock.move_to(NOON + timedelta(minutes=11))
        page = client_of(account).get(at(name, attempt), follow=True)

    assert page.context["passed"] is True
    assert "The time ended at 15:10. What was saved until then was handed in and counts." in page.content.decode()


@pytest.mark.parametrize("seconds", [20, 40])
def test_the_page_posted_late_is_saved_within_the_grace_and_else_what_stood_is_handed_in(
    account: Account, client_of: Callable[[Account], Client], seconds: int
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        attempt = make_attempt(account.person, make_test(make_question(), time_limit_minutes=10))
        client = client_of(account)
        clock.move_to(NOON + timedelta(minutes=10, seconds=seconds))
        answer = client.post(at("attempt", attempt), form_of(attempt, {1: "B"}, go="review"))

    late = seconds > 30
    assert answer.url == at("attempt_result" if late else "attempt_review", attempt)
    assert responses(attempt) == [None if late else "B"]


def test_the_time_left_is_told(account: Account, client_of: Callable[[Account], Client]) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        attempt = make_attempt(account.person, make_test(make_question(), time_limit_minutes=10))
        clock.move_to(NOON + timedelta(minutes=4))
        page = client_of(account).get(at("attempt", attempt))

    assert "The test ends at 15:10." in page.content.decode()
    assert 'data-seconds-left="360"' in page.content.decode()


# --- The result -----------------------------------------------------------------------------------------------------


def result_of(account: Account, client: Client, answers: dict[str, Any], **rules: Any) -> Any:
    """The result page after answering with one of each type."""
    phase = rules.pop("phase", "")
    attempt = make_attempt(account.person, make_test(**rules), phase=phase)
    for item in attempt.items.select_related("version__question"):
        response = answers[item.version.question.type]
        save_response(attempt=attempt, position=item.position, response=response, language="en", counter=1)
    submit_attempt(attempt=attempt)
    return client.get(at("attempt_result", attempt))


def test_a_passed_test_says_so_and_opens_the_right_answers(
    account: Account, client_of: Callable[[Account], Client]
) -> None:
    page = result_of(account, client_of(account), {**RIGHT, "single_choice": "A"}, pass_mark=75)
    text = page.content.decode()

    assert (page.context["passed"], page.context["per_cent"], page.context["shows_key"]) == (True, 75, True)
    assert [line.state for line in page.context["lines"]] == ["wrong", "right", "right", "right"]
    assert "because A (en)" in text
    assert "because B (en)" in text
    assert '<strong lang="en">Option B</strong>' in text


def test_a_test_that_was_not_passed_keeps_its_key_while_attempts_are_left(
    account: Account, client_of: Callable[[Account], Client]
) -> None:
    answers = {**WRONG, "multiple_response": ["A"], "numerical": None}

    page = result_of(account, client_of(account), answers, attempts_limit=2)
    text = page.content.decode()

    assert (page.context["passed"], page.context["per_cent"], page.context["shows_key"]) == (False, 12, False)
    assert [line.state for line in page.context["lines"]] == ["wrong", "partly", "wrong", "open"]
    assert "You have 1 more attempt." in text
    assert "because A (en)" in text
    assert "because B (en)" not in text
    assert "General feedback" not in text
    assert "Right answer:" not in text


def test_the_key_opens_when_no_attempt_is_left(account: Account, client_of: Callable[[Account], Client]) -> None:
    page = result_of(account, client_of(account), WRONG, attempts_limit=1)

    assert page.context["shows_key"] is True
    assert "No attempt is left." in page.content.decode()
    assert page.content.decode().count("Right answer:") == 4


def test_the_test_before_a_workshop_shows_no_result(account: Account, client_of: Callable[[Account], Client]) -> None:
    page = result_of(account, client_of(account), WRONG, purpose=Test.Purpose.PRE_POST, phase="pre")
    text = page.content.decode()

    assert "Thank you, your answers are in." in text
    assert page.context["lines"] == []
    assert "Not passed" not in text


def test_the_result_says_from_when_the_test_can_be_taken_again(
    account: Account, client_of: Callable[[Account], Client]
) -> None:
    with time_machine.travel(NOON, tick=False):
        page = result_of(account, client_of(account), WRONG, delay_minutes=60)

    assert "The next one can start from 9 March 2026, 16:00." in page.content.decode()


# --- The way back ---------------------------------------------------------------------------------------------------


def test_the_way_back_is_kept_from_the_first_page_to_the_result(sitting: SimpleNamespace) -> None:
    query = "?next=%2Fen%2Fmodules%2FM1%2F"
    first = sitting.client.post(at("attempt", sitting.attempt) + query, form_of(sitting.attempt, {}, go="review"))
    second = sitting.client.post(at("attempt_submit", sitting.attempt) + query)
    result = sitting.client.get(second.url)

    assert first.url == at("attempt_review", sitting.attempt) + query
    assert second.url == at("attempt_result", sitting.attempt) + query
    assert result.context["back"] == "/en/modules/M1/"


@pytest.mark.parametrize(
    "address", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", "", "\\\\elsewhere.example"]
)
def test_no_other_site_is_led_to(sitting: SimpleNamespace, address: str) -> None:
    submit_attempt(attempt=sitting.attempt)

    page = sitting.client.get(at("attempt_result", sitting.attempt), {"next": address})

    assert page.context["back"] == "/en/my/"


# --- Practice -------------------------------------------------------------------------------------------------------


@pytest.fixture
def practising(account: Account, client_of: Callable[[Account], Client]) -> Callable[..., Any]:
    """`practising("Q1", answer=…)`: the page of a practice question."""
    client = client_of(account)

    def ask(code: str, language: str = "en", **query: Any) -> Any:
        headers = query.pop("headers", {})
        with translation.override(language):
            address = reverse("practice", args=[code])
        return client.get(address, query, headers=headers)

    return ask


def test_a_right_answer_hears_why(practising: Callable[..., Any]) -> None:
    make_question(code="Q1")

    page = practising("Q1", answer="B", check="1")
    text = page.content.decode()

    assert page.context["right"] is True
    assert "✓ Right." in text
    assert "Option B: because B (en)" in text
    assert "General feedback (en)" in text
    assert "Show the right answer" not in text


@pytest.mark.parametrize(("answer", "words"), [(["A", "C"], "Not quite."), (["A"], "Partly right")])
def test_another_answer_hears_its_own_rationale_and_may_look_at_the_key(
    practising: Callable[..., Any], answer: list[str], words: str
) -> None:
    make_question("multiple_response", code="Q1")

    text = practising("Q1", answer=answer, check="1").content.decode()

    assert words in text
    assert "Option A: because A (en)" in text
    assert "Show the right answer" in text


def test_without_an_answer_there_is_only_the_question(practising: Callable[..., Any]) -> None:
    make_question(code="Q1")

    assert "data-feedback" not in practising("Q1").content.decode()
    assert "Choose or write an answer first" in practising("Q1", check="1").content.decode()


def test_a_number_that_cannot_be_read_stays_in_its_field(practising: Callable[..., Any]) -> None:
    make_question("numerical", code="Q1")

    text = practising("Q1", answer="1,2,3", check="1").content.decode()

    assert 'value="1,2,3"' in text
    assert "“1,2,3” is not one number" in text
    assert "data-feedback" not in text


def test_the_fragment_is_the_question_alone(practising: Callable[..., Any]) -> None:
    make_question(code="Q1", languages=("en", "be"))

    text = practising("Q1", "be", answer="B", fragment="1").content.decode()

    assert text.strip().startswith('<div class="practice question" id="practice-Q1" data-practice>')
    assert "<h1" not in text
    assert "What is right? (be)" in text


def test_the_way_back_from_practice_is_the_lesson_that_led_there(practising: Callable[..., Any]) -> None:
    make_question(code="Q1")
    lesson = "http://testserver/en/modules/M1/M1.1/"

    from_lesson = practising("Q1", headers={"referer": lesson})
    again = practising("Q1", next=lesson, headers={"referer": "http://testserver/en/my/tests/practice/Q1/"})
    from_elsewhere = practising("Q1", headers={"referer": "https://elsewhere.example/"})

    assert [page.context["back"] for page in (from_lesson, again, from_elsewhere)] == [lesson, lesson, "/en/my/"]


@pytest.mark.parametrize("state", ["draft", "unverified", "counted", "missing"])
def test_only_questions_for_practice_can_be_practised(practising: Callable[..., Any], state: str) -> None:
    if state != "missing":
        changes = {"draft": {"status": "draft"}, "unverified": {"unverified": True}}.get(state, {})
        question = make_question(code="Q1", **changes)
    if state == "counted":
        make_test(question)

    assert practising("Q1", answer="B").status_code == 404


# --- How often the database is asked --------------------------------------------------------------------------------


def statements(captured: CaptureQueriesContext) -> int:
    brackets = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")
    return sum(not each["sql"].startswith(brackets) for each in captured.captured_queries)


@pytest.mark.parametrize("name", ["attempt", "attempt_review", "attempt_result"])
def test_a_page_asks_as_often_for_three_questions_as_for_one(
    account: Account, client_of: Callable[[Account], Client], name: str
) -> None:
    client, counted = client_of(account), []
    for count in (1, 3):
        attempt = make_attempt(account.person, make_test(*[make_question() for _ in range(count)]))
        if name == "attempt_result":
            submit_attempt(attempt=attempt)
        with CaptureQueriesContext(connection) as captured:
            client.get(at(name, attempt))
        counted.append(statements(captured))

    assert counted[0] == counted[1]
    assert counted[0] <= 9


def test_saving_an_answer_asks_five_times(sitting: SimpleNamespace) -> None:
    with CaptureQueriesContext(connection) as captured:
        send(sitting.client, sitting.attempt, {"position": 1, "response": "B", "counter": 1})

    assert statements(captured) == 5  # session, account, attempt, the locked question, the answer


def test_a_whole_test_of_twenty_questions_asks_at_most_sixty_times(
    account: Account, client_of: Callable[[Account], Client]
) -> None:
    test, client = make_test(*[make_question() for _ in range(20)]), client_of(account)
    with CaptureQueriesContext(connection) as captured:
        attempt = make_attempt(account.person, test)
        client.get(at("attempt", attempt))
        for page in range(4):
            answers = {page * 5 + place: "B" for place in range(1, 6)}
            counters = {f"q{position}-counter": "0" for position in answers}
            client.post(at("attempt", attempt), {**counters, **{f"q{p}": a for p, a in answers.items()}})
        client.post(at("attempt_submit", attempt))
    attempt.refresh_from_db()

    assert (attempt.mark, attempt.outcome) == (2000, Attempt.Outcome.PASSED)
    assert len(captured) <= 60
