"""Marks that people give, what waits for them, and what follows."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.errors import MarkError
from assessments.models import Attempt, AttemptItem
from assessments.services import check_practice, mark_response, save_response, submit_attempt
from assessments.signals import attempt_marked
from audit.models import Event
from people.models import Account
from tests.factories.assessments import EVERY, RIGHT, make_attempt, make_question, make_test, words_of
from tests.factories.people import make_account

pytestmark = pytest.mark.django_db

WAITING, PASSED, FAILED = Attempt.Outcome.PENDING, Attempt.Outcome.PASSED, Attempt.Outcome.FAILED


@pytest.fixture
def heard() -> Iterator[list[tuple[int, str]]]:
    """What was announced as marked: id and outcome."""
    announced: list[tuple[int, str]] = []

    def listen(attempt: Attempt, **_: object) -> None:
        announced.append((attempt.pk, attempt.outcome))

    attempt_marked.connect(listen)
    yield announced
    attempt_marked.disconnect(listen)


@pytest.fixture
def marker() -> Account:
    return make_account("facilitator")


def sitting(account: Account, *, right: int, wrong: int = 0, essay: str | None = "Our clinic …") -> Attempt:
    """Hand in single choices, so many right and so many wrong, and an essay at the end."""
    questions = [make_question() for _number in range(right + wrong)]
    attempt = make_attempt(account.person, make_test(*questions, make_question("essay")))
    for position in range(1, right + wrong + 1):
        answer = "B" if position <= right else "A"
        save_response(attempt=attempt, position=position, response=answer, language="en", counter=1)
    save_response(attempt=attempt, position=right + wrong + 1, response=essay, language="en", counter=1)
    return submit_attempt(attempt=attempt)


def essay_of(attempt: Attempt) -> AttemptItem:
    return attempt.items.order_by("position").last()


def standing(attempt: Attempt) -> tuple[str, int | None]:
    attempt.refresh_from_db()
    return attempt.outcome, attempt.mark


def test_an_essay_keeps_the_outcome_open_until_it_is_marked(account: Account, marker: Account, heard: list) -> None:
    attempt = sitting(account, right=2)

    assert (standing(attempt), essay_of(attempt).mark, heard) == ((WAITING, None), None, [])

    marked = mark_response(item=essay_of(attempt), mark=50, reason="One  target is missing.", actor=marker)

    assert (marked.mark, marked.mark_reason) == (50, "One target is missing.")
    assert standing(attempt) == (PASSED, 250)
    assert attempt.passed_at == attempt.submitted_at
    assert heard == [(attempt.pk, PASSED)]


def test_a_mark_may_leave_the_test_below_the_pass_mark(account: Account, marker: Account, heard: list) -> None:
    attempt = sitting(account, right=1, wrong=1)

    mark_response(item=essay_of(attempt), mark=100, reason="Everything named.", actor=marker)

    assert standing(attempt) == (FAILED, 200)
    assert heard == [(attempt.pk, FAILED)]


def test_whoever_passes_without_the_essay_has_passed_at_once(account: Account, marker: Account, heard: list) -> None:
    attempt = sitting(account, right=3)

    assert standing(attempt) == (PASSED, 300)

    mark_response(item=essay_of(attempt), mark=0, reason="Another question was answered.", actor=marker)

    assert standing(attempt) == (PASSED, 300)
    assert heard == [(attempt.pk, PASSED)] * 2


def test_an_essay_that_was_not_written_waits_for_nobody(account: Account) -> None:
    attempt = sitting(account, right=1, essay=None)

    assert standing(attempt) == (FAILED, 100)
    assert essay_of(attempt).mark_reason == "not answered"


def test_with_two_essays_the_first_mark_decides_nothing_yet(account: Account, marker: Account, heard: list) -> None:
    attempt = make_attempt(account.person, make_test(make_question("essay"), make_question("essay")))
    for position in (1, 2):
        save_response(attempt=attempt, position=position, response="Text", language="en", counter=1)
    submit_attempt(attempt=attempt)
    first, second = attempt.items.order_by("position")

    mark_response(item=first, mark=100, reason="Complete.", actor=marker)
    assert (standing(attempt), heard) == ((WAITING, None), [])

    mark_response(item=second, mark=60, reason="Nearly.", actor=marker)
    assert (standing(attempt), heard) == ((PASSED, 160), [(attempt.pk, PASSED)])


def test_the_same_mark_again_changes_nothing_and_another_can_only_rise(
    account: Account, marker: Account, heard: list
) -> None:
    attempt = sitting(account, right=2)
    for _again in range(2):
        mark_response(item=essay_of(attempt), mark=10, reason="A beginning.", actor=marker)
    assert (standing(attempt), len(heard)) == ((FAILED, 210), 1)

    with pytest.raises(MarkError, match="can only rise"):
        mark_response(item=essay_of(attempt), mark=9, reason="On second thoughts.", actor=marker)
    mark_response(item=essay_of(attempt), mark=90, reason="Looked at again.", actor=marker)

    assert standing(attempt) == (PASSED, 290)
    events = Event.objects.filter(action="assessments.response_marked").order_by("pk")
    assert [(event.actor, event.before["mark"], event.after["mark"]) for event in events] == [
        (marker, None, 10),
        (marker, 10, 90),
    ]


@pytest.mark.parametrize(
    ("mark", "reason", "sentence"),
    [
        (-1, "Low.", "between 0 and 100"),
        (101, "High.", "between 0 and 100"),
        (50, "  ", "why the answer earns"),
        (50, "x" * 201, "why the answer earns"),
    ],
)
def test_a_mark_that_cannot_be_is_refused(
    mark: int, reason: str, sentence: str, account: Account, marker: Account
) -> None:
    attempt = sitting(account, right=1)

    with pytest.raises(MarkError, match=sentence):
        mark_response(item=essay_of(attempt), mark=mark, reason=reason, actor=marker)

    assert standing(attempt) == (WAITING, None)


def test_only_handed_in_answers_that_wait_for_a_person_are_marked_and_never_ones_own(
    account: Account, marker: Account
) -> None:
    attempt, still_open = sitting(account, right=1), make_attempt(make_account().person)
    own = essay_of(attempt)

    with pytest.raises(MarkError, match="not handed in yet"):
        mark_response(item=still_open.items.first(), mark=1, reason="Early.", actor=marker)
    with pytest.raises(MarkError, match="not one that a person marks"):
        mark_response(item=attempt.items.first(), mark=1, reason="Kind.", actor=marker)
    with pytest.raises(MarkError, match="an answer of their own"):
        mark_response(item=own, mark=100, reason="Mine.", actor=account)


def test_every_type_is_marked_when_it_is_handed_in(account: Account) -> None:
    names = [*RIGHT, "description"]
    test = make_test(*(make_question(name, languages=("en", "ru")) for name in names))
    attempt = make_attempt(account.person, test)
    for position, name in enumerate(names, start=1):
        save_response(attempt=attempt, position=position, response=RIGHT.get(name), language="en", counter=1)

    submit_attempt(attempt=attempt)

    assert standing(attempt) == (PASSED, 100 * len(RIGHT))
    assert attempt.max_mark == 100 * len(RIGHT)
    assert [item.mark for item in attempt.items.order_by("position")] == [100] * len(RIGHT) + [0]


def test_an_answer_accepted_in_one_language_counts_on_the_page_of_another(account: Account) -> None:
    texts = {
        "en": {**words_of({}), "accept": [{"text": "refugee"}]},
        "be": {**words_of({}, "be"), "accept": [{"text": "бежанец"}]},
    }
    question = make_question("short_answer", structure={}, texts=texts)
    attempt = make_attempt(account.person, make_test(question), language="be")
    save_response(attempt=attempt, position=1, response="Refugee", language="be", counter=1)

    submit_attempt(attempt=attempt)

    assert standing(attempt) == (PASSED, 100)
    assert check_practice(question=question, response="бежанец") == (1, "as accepted: бежанец")
    assert check_practice(question=make_question("essay"), response="Text") == (None, "awaits marking")


def test_marking_asks_for_words_only_where_they_decide(account: Account, django_assert_num_queries) -> None:
    plain = make_attempt(account.person)
    with CaptureQueriesContext(connection) as without:
        submit_attempt(attempt=plain)
    reading = make_attempt(make_account().person, make_test(*(make_question("short_answer") for _ in range(3))))
    with django_assert_num_queries(len(without) + 1):
        submit_attempt(attempt=reading)


def test_nothing_shows_in_key_order_even_without_shuffling_and_texts_keep_their_place(account: Account) -> None:
    questions = [make_question(name) for name in ("description", "matching", "ordering", "single_choice")]
    for number in range(3):
        test = make_test(*questions, shuffle_questions=number > 0)
        items = {item.version.question.type: item for item in make_attempt(account.person, test).items.all()}

        assert items["description"].position == 1
        assert items["ordering"].option_order != EVERY["ordering"]["order"]
        assert [each for each in items["matching"].option_order if each != "r4"] != ["r1", "r2", "r3"]
