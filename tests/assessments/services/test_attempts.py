"""Attempts: started once, saved in order, handed in once, all or nothing."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.errors import AnswerError, ClosedError, StartError
from assessments.models import Attempt, AttemptItem, Question
from assessments.services import (
    Answer,
    add_version,
    attempts_left,
    change_test,
    revise_text,
    save_response,
    save_responses,
    start_attempt,
    submit_attempt,
)
from assessments.signals import attempt_marked
from assessments.tasks import submit_expired
from people.models import Person
from tests.factories.assessments import (
    RIGHT,
    SINGLE,
    STRUCTURES,
    WRONG,
    make_attempt,
    make_question,
    make_test,
    words_of,
)
from tests.factories.people import make_agency, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.db]

NOON = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)


@pytest.fixture
def person() -> Person:
    return make_person(agency=make_agency())


@pytest.fixture
def heard() -> Iterator[list[int]]:
    """Attempts announced as marked, by id."""
    attempts: list[int] = []

    def listen(attempt: Attempt, **_: object) -> None:
        attempts.append(attempt.pk)

    attempt_marked.connect(listen)
    yield attempts
    attempt_marked.disconnect(listen)


def statements(captured: CaptureQueriesContext) -> list[str]:
    """What was asked of the database, without the brackets of transactions."""
    brackets = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")
    return [each["sql"] for each in captured.captured_queries if not each["sql"].startswith(brackets)]


def answer_all(attempt: Attempt, answers: dict[str, object]) -> None:
    for item in attempt.items.select_related("version__question"):
        save_response(
            attempt=attempt,
            position=item.position,
            response=answers[item.version.question.type],
            language="en",
            counter=1,
        )


# --- Start ----------------------------------------------------------------------------------------------------------


@time_machine.travel(NOON, tick=False)
def test_an_attempt_keeps_everything_that_must_not_change_afterwards(person: Person) -> None:
    test = make_test(pass_mark=60, time_limit_minutes=15)
    agency = person.memberships.get().agency

    attempt = start_attempt(test=test, person=person, agency=agency, language="be", phase="post")
    change_test(test=test, pass_mark=90, questions=[make_question()])
    attempt.refresh_from_db()

    assert (attempt.number, attempt.agency, attempt.language, attempt.phase) == (1, agency, "be", "post")
    assert (attempt.pass_mark, attempt.max_mark, attempt.outcome) == (60, 400, Attempt.Outcome.PENDING)
    assert (attempt.started_at, attempt.deadline_at) == (NOON, NOON + timedelta(minutes=15))
    assert [(item.position, item.version.question.type, item.option_order) for item in attempt.items.all()] == [
        (1, "single_choice", ["A", "B", "C"]),
        (2, "multiple_response", ["A", "B", "C", "D"]),
        (3, "true_false", ["true", "false"]),
        (4, "numerical", []),
    ]


def test_an_attempt_shows_the_newest_version_and_keeps_it(person: Person) -> None:
    question = make_question()
    test = make_test(question)
    second = add_version(question=question, structure=SINGLE, texts={"en": words_of(SINGLE)})

    attempt = make_attempt(person, test)
    add_version(question=question, structure=SINGLE, texts={"en": words_of(SINGLE)})

    assert attempt.items.get().version == second


def test_questions_and_options_are_shuffled_by_the_attempt_and_not_by_chance(person: Person) -> None:
    questions = [make_question(code=f"Q{number:02}") for number in range(1, 9)]
    test = make_test(*questions, shuffle_questions=True, shuffle_options=True)
    attempt = make_attempt(person, test)
    shown = [
        (item.version.question.code, item.option_order) for item in attempt.items.select_related("version__question")
    ]

    assert sorted(code for code, _order in shown) == [question.code for question in questions]
    assert [code for code, _order in shown] != [question.code for question in questions]
    assert len({tuple(order) for _code, order in shown}) > 1
    assert {tuple(sorted(order)) for _code, order in shown} == {("A", "B", "C")}


def test_an_open_attempt_is_returned_and_not_doubled(person: Person) -> None:
    test = make_test()

    first, second = make_attempt(person, test), make_attempt(person, test, language="ru")

    assert second == first
    assert Attempt.objects.count() == 1


def test_the_test_before_and_the_test_after_are_two_attempts(person: Person) -> None:
    test = make_test(attempts_limit=1)

    before = make_attempt(person, test, phase="pre")
    after = make_attempt(person, test, phase="post")
    before.refresh_from_db()

    assert (before.number, before.phase, before.submitted_at is not None) == (1, "pre", True)
    assert (after.number, after.phase, after.submitted_at) == (2, "post", None)


def test_a_form_shows_its_own_questions(person: Person) -> None:
    easy, hard = make_question(), make_question()
    test = make_test()
    change_test(test=test, questions={"A": [easy], "B": [hard]})

    assert make_attempt(person, test, form="B").items.get().version.question == hard


@pytest.mark.parametrize(
    "change", [{"status": Question.Status.DRAFT}, {"status": Question.Status.RETIRED}, {"unverified": True}]
)
def test_a_question_that_may_not_be_shown_is_left_out(person: Person, change: dict) -> None:
    shown, hidden = make_question(), make_question(**change)

    attempt = make_attempt(person, make_test(shown, hidden))

    assert [item.version.question for item in attempt.items.all()] == [shown]
    assert attempt.max_mark == 100


def test_a_test_without_questions_does_not_start(person: Person) -> None:
    with pytest.raises(StartError, match="no questions that may be shown yet"):
        make_attempt(person, make_test(make_question(unverified=True)))


@pytest.mark.parametrize(
    ("limit", "sentence"), [(1, "can be taken once, and you have taken it"), (2, "can be taken 2 times")]
)
def test_no_attempt_starts_above_the_limit(person: Person, limit: int, sentence: str) -> None:
    test = make_test(attempts_limit=limit)
    attempts = [submit_attempt(attempt=make_attempt(person, test)) for _ in range(limit)]

    with pytest.raises(StartError, match=sentence):
        make_attempt(person, test)

    assert [attempt.number for attempt in attempts] == list(range(1, limit + 1))
    assert attempts_left(attempts[-1]) == 0


def test_the_next_attempt_waits_for_the_delay_and_the_sentence_says_until_when(person: Person) -> None:
    test = make_test(delay_minutes=90)
    with time_machine.travel(NOON, tick=False) as clock:
        submit_attempt(attempt=make_attempt(person, test))
        clock.move_to(NOON + timedelta(minutes=89))
        with pytest.raises(StartError) as refused:
            make_attempt(person, test)
        clock.move_to(NOON + timedelta(minutes=90))
        second = make_attempt(person, test)

    assert str(refused.value) == "You can take this test again from 9 March 2026, 16:30."
    assert second.number == 2


def test_an_open_attempt_whose_time_is_over_is_handed_in_before_the_next_starts(person: Person) -> None:
    test = make_test(time_limit_minutes=10)
    with time_machine.travel(NOON, tick=False) as clock:
        first = make_attempt(person, test)
        clock.move_to(NOON + timedelta(hours=1))
        second = make_attempt(person, test)
    first.refresh_from_db()

    assert (first.submitted_at, first.outcome) == (NOON + timedelta(minutes=10), Attempt.Outcome.FAILED)
    assert (second.number, second.submitted_at) == (2, None)


# --- Save -----------------------------------------------------------------------------------------------------------


@time_machine.travel(NOON, tick=False)
def test_an_answer_is_kept_with_its_moment_and_the_text_that_was_read(person: Person) -> None:
    question = make_question(languages=("en", "ru"))
    attempt = make_attempt(person, make_test(question))
    mended = revise_text(version=question.versions.get(), language="ru", words=words_of(SINGLE, "ru", "Что верно?"))

    save_response(attempt=attempt, position=1, response="B", language="ru", counter=1)
    item = attempt.items.get()

    assert (item.response, item.counter, item.answered_at, item.response_text) == ("B", 1, NOON, mended)


def test_an_answer_in_a_language_without_text_names_the_english_one(person: Person) -> None:
    attempt = make_attempt(person, make_test(make_question(languages=("en", "ru"))))

    save_response(attempt=attempt, position=1, response="B", language="be", counter=1)

    assert attempt.items.get().response_text.language == "en"


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1), (3, 1, 2)])
def test_the_answer_given_last_stands_in_whatever_order_answers_arrive(person: Person, order: tuple[int, ...]) -> None:
    attempt = make_attempt(person, make_test(make_question()))
    answers = {1: "A", 2: "C", 3: "B"}

    for counter in order:
        save_response(attempt=attempt, position=1, response=answers[counter], language="en", counter=counter)
    item = attempt.items.get()

    assert (item.response, item.counter) == ("B", 3)


def test_the_same_answer_again_changes_nothing(person: Person) -> None:
    attempt = make_attempt(person, make_test(make_question()))
    with time_machine.travel(NOON, tick=False) as clock:
        save_response(attempt=attempt, position=1, response="B", language="en", counter=1)
        clock.move_to(NOON + timedelta(minutes=1))
        item = save_response(attempt=attempt, position=1, response="B", language="ru", counter=1)

    assert (item.response, item.counter, item.answered_at) == ("B", 1, NOON)
    assert attempt.items.get().answered_at == NOON


@pytest.mark.parametrize("again", ["B", None])
def test_an_answer_between_two_that_are_alike_is_older_however_late_it_comes(person: Person, again: str | None) -> None:
    """Sent as B, A, B by somebody who could not decide, and the one in the middle was held up on its way."""
    attempt = make_attempt(person, make_test(make_question()))
    save_response(attempt=attempt, position=1, response=again, language="en", counter=1)
    first = attempt.items.get().answered_at
    save_response(attempt=attempt, position=1, response=again, language="en", counter=3)

    late = save_responses(attempt=attempt, answers=[Answer(1, "A", 2)], language="en")

    assert late.outdated == {1}
    item = attempt.items.get()
    assert (item.response, item.counter, item.answered_at) == (again, 3, first)


def test_an_answer_can_be_taken_back(person: Person) -> None:
    attempt = make_attempt(person, make_test(make_question()))
    save_response(attempt=attempt, position=1, response="B", language="en", counter=1)

    item = save_response(attempt=attempt, position=1, response=None, language="en", counter=2)

    assert item.answered is False
    assert AttemptItem.objects.filter(response__isnull=True, counter=2).count() == 1


def test_answers_that_arrive_together_stand_each_for_itself(person: Person) -> None:
    attempt = make_attempt(person)
    save_response(attempt=attempt, position=3, response=True, language="en", counter=5)

    saved = save_responses(
        attempt=attempt,
        answers=[
            Answer(1, "B", 1),
            Answer(2, ["A", "Z"], 1),
            Answer(3, False, 4),
            Answer(4, "1,2,3", 1),
            Answer(9, "A", 1),
        ],
        language="en",
    )

    assert [item.response for item in attempt.items.all()] == ["B", None, True, None]
    assert saved.outdated == {3}
    assert {position: sentence.split(".")[0] for position, sentence in saved.refused.items()} == {
        2: "This answer is not one of the options",
        4: "“1,2,3” is not one number",
        9: "This test has no question 9",
    }


def test_an_answer_that_cannot_be_read_leaves_the_one_before(person: Person) -> None:
    attempt = make_attempt(person, make_test(make_question("numerical")))
    save_response(attempt=attempt, position=1, response="50,8", language="en", counter=1)

    with pytest.raises(AnswerError, match="is not one number"):
        save_response(attempt=attempt, position=1, response="fifty", language="en", counter=2)

    assert attempt.items.get().response == "50,8"


def test_no_answer_is_taken_after_the_hand_in(person: Person) -> None:
    attempt = make_attempt(person, make_test(make_question()))
    submit_attempt(attempt=attempt)

    with pytest.raises(ClosedError, match="handed in, so answers can no longer change"):
        save_response(attempt=attempt, position=1, response="B", language="en", counter=1)

    assert attempt.items.get().response is None


@pytest.mark.parametrize(("seconds", "taken"), [(0, True), (30, True), (31, False)])
def test_an_answer_on_its_way_when_the_time_ends_still_counts(person: Person, seconds: int, taken: bool) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        attempt = make_attempt(person, make_test(make_question(), time_limit_minutes=10))
        clock.move_to(NOON + timedelta(minutes=10, seconds=seconds))
        if taken:
            save_response(attempt=attempt, position=1, response="B", language="en", counter=1)
        else:
            with pytest.raises(ClosedError, match="The time for this test ended at 15:10"):
                save_response(attempt=attempt, position=1, response="B", language="en", counter=1)

    assert attempt.items.get().response == ("B" if taken else None)


def test_saving_asks_the_database_twice_however_many_answers_there_are(person: Person) -> None:
    attempt = make_attempt(person)
    with CaptureQueriesContext(
        connection,
    ) as one:
        save_response(attempt=attempt, position=1, response="B", language="en", counter=1)
    with CaptureQueriesContext(connection) as three:
        save_responses(
            attempt=attempt,
            answers=[Answer(2, ["A"], 1), Answer(3, True, 1), Answer(4, "1", 1)],
            language="en",
        )

    assert len(statements(one)) == len(statements(three)) == 2
    assert len(one) <= 5


# --- Hand in --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "marks", "outcome"),
    [
        (RIGHT, [100, 100, 100, 100], Attempt.Outcome.PASSED),
        (WRONG, [0, 0, 0, 0], Attempt.Outcome.FAILED),
        ({**RIGHT, "multiple_response": ["A"]}, [100, 50, 100, 100], Attempt.Outcome.PASSED),
        ({**RIGHT, "multiple_response": ["A"], "numerical": None}, [100, 50, 100, 0], Attempt.Outcome.FAILED),
    ],
)
def test_handing_in_marks_every_question_and_decides(
    person: Person, heard: list[int], answers: dict, marks: list[int], outcome: str
) -> None:
    attempt = make_attempt(person)
    answer_all(attempt, answers)
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=False):
        result, now = submit_attempt(attempt=attempt), timezone.now()

    assert list(attempt.items.values_list("mark", flat=True)) == marks
    assert (result.mark, result.max_mark, result.outcome, result.submitted_at) == (sum(marks), 400, outcome, now)
    assert result.passed_at == (now if outcome == Attempt.Outcome.PASSED else None)
    assert heard == [attempt.pk]


def test_every_mark_has_its_reason(person: Person) -> None:
    attempt = make_attempt(person)
    answer_all(attempt, {**RIGHT, "multiple_response": ["A", "C"], "numerical": None})

    submit_attempt(attempt=attempt)

    assert list(attempt.items.values_list("mark_reason", flat=True)) == [
        "right",
        "1 of 2 right, 1 of 2 wrong",
        "right",
        "not answered",
    ]


def test_an_attempt_is_handed_in_though_the_clock_was_set_back_meanwhile(person: Person) -> None:
    attempt = make_attempt(person)

    with time_machine.travel(attempt.started_at - timedelta(hours=1)):
        handed_in = submit_attempt(attempt=attempt)

    assert handed_in.submitted_at == attempt.started_at


def test_handing_in_twice_is_handing_in_once(person: Person, heard: list[int]) -> None:
    attempt = make_attempt(person)

    first = submit_attempt(attempt=attempt)
    second = submit_attempt(attempt=attempt)

    assert (second.submitted_at, second.mark) == (first.submitted_at, 0)
    assert heard == [attempt.pk]


def test_a_failure_in_the_middle_of_a_hand_in_leaves_nothing_of_it(person: Person) -> None:
    attempt = make_attempt(person)
    answer_all(attempt, RIGHT)

    def fail(**_: object) -> None:
        raise RuntimeError("killed")

    attempt_marked.connect(fail)
    try:
        with pytest.raises(RuntimeError, match="killed"):
            submit_attempt(attempt=attempt)
    finally:
        attempt_marked.disconnect(fail)
    attempt.refresh_from_db()

    assert (attempt.submitted_at, attempt.mark, attempt.outcome, attempt.passed_at) == (None, None, "pending", None)
    assert list(attempt.items.values_list("mark", "mark_reason")) == [(None, "")] * 4
    assert submit_attempt(attempt=attempt).outcome == Attempt.Outcome.PASSED


def test_a_later_version_of_a_question_changes_no_mark(person: Person) -> None:
    question = make_question()
    attempt = make_attempt(person, make_test(question))
    save_response(attempt=attempt, position=1, response="B", language="en", counter=1)
    other_key = {"options": [{"id": each, "correct": each == "A"} for each in "ABC"]}
    add_version(question=question, structure=other_key, texts={"en": words_of(other_key)})

    assert submit_attempt(attempt=attempt).mark == 100


def test_the_clock_hands_in_what_nobody_touched_and_one_failure_stops_no_other(
    person: Person, caplog: pytest.LogCaptureFixture
) -> None:
    test = make_test(time_limit_minutes=10)
    other = make_person(agency=make_agency())
    with time_machine.travel(NOON, tick=False) as clock:
        failing, overdue = make_attempt(other, test), make_attempt(person, test)
        running = make_attempt(person, make_test(make_question(), time_limit_minutes=60))
        untimed = make_attempt(person, make_test(make_question()))

        def fail(attempt: Attempt, **_: object) -> None:
            if attempt == failing:
                raise RuntimeError("killed")

        attempt_marked.connect(fail)
        clock.move_to(NOON + timedelta(minutes=20))
        try:
            submit_expired()
        finally:
            attempt_marked.disconnect(fail)
    moments = {each.pk: each.submitted_at for each in Attempt.objects.all()}

    assert moments == {failing.pk: None, overdue.pk: NOON + timedelta(minutes=10), running.pk: None, untimed.pk: None}
    assert f"Attempt {failing.pk} could not be handed in" in caplog.text


def test_starting_saving_and_handing_in_ask_the_same_number_of_times_for_one_and_three_questions(
    person: Person,
) -> None:
    def asked(count: int) -> tuple[int, int]:
        test = make_test(*[make_question() for _ in range(count)])
        with CaptureQueriesContext(connection) as starting:
            attempt = make_attempt(person, test)
        with CaptureQueriesContext(connection) as handing_in:
            submit_attempt(attempt=attempt)
        return len(starting), len(handing_in)

    assert asked(1) == asked(3)


# --- Many at once ---------------------------------------------------------------------------------------------------


def at_once(work: Callable[[int], object], times: int = 6) -> list[object]:
    """Do the work in as many threads, each with its own connection."""

    def alone(number: int) -> object:
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(alone, range(times)))


@pytest.mark.django_db(transaction=True)
def test_of_many_starts_at_once_there_is_one_attempt() -> None:
    person, test = make_person(agency=make_agency()), make_test()

    attempts = at_once(lambda _number: make_attempt(person, test).pk)

    assert len(set(attempts)) == 1
    assert Attempt.objects.count() == 1
    assert AttemptItem.objects.count() == len(STRUCTURES)


@pytest.mark.django_db(transaction=True)
def test_of_many_answers_at_once_the_one_given_last_stands() -> None:
    attempt = make_attempt(make_person(agency=make_agency()), make_test(make_question("numerical")))

    at_once(
        lambda number: save_response(
            attempt=attempt, position=1, response=f"{number}", language="en", counter=number + 1
        )
    )
    item = attempt.items.get()

    assert (item.response, item.counter) == ("5", 6)


@pytest.mark.django_db(transaction=True)
def test_of_many_hand_ins_at_once_one_is_marked(heard: list[int]) -> None:
    attempt = make_attempt(make_person(agency=make_agency()))

    at_once(lambda _number: submit_attempt(attempt=attempt))

    assert heard == [attempt.pk]


@pytest.mark.django_db(transaction=True)
def test_an_acknowledged_answer_counts_even_when_the_test_is_handed_in_at_the_same_moment() -> None:
    attempt = make_attempt(make_person(agency=make_agency()), make_test(make_question()))

    def work(number: int) -> str:
        if number == 3:
            return submit_attempt(attempt=attempt).outcome
        try:
            save_response(attempt=attempt, position=1, response="B", language="en", counter=number + 1)
        except ClosedError:
            return "closed"
        return "saved"

    said = at_once(work)
    attempt.refresh_from_db()
    item = attempt.items.get()

    assert (item.response == "B") is ("saved" in said)
    assert attempt.mark == item.mark == (100 if "saved" in said else 0)
