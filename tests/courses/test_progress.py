"""How far somebody is, what completes a module, what comes next: pure arithmetic."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from courses.progress import Kind, Standing, Step, standing

START = datetime(2026, 3, 9, 9, tzinfo=UTC)


def at(hours: int) -> datetime:
    return START + timedelta(hours=hours)


@dataclass
class Lesson:
    pk: int
    code: str
    required: bool = True


@dataclass
class Row:
    lesson_id: int
    completed_at: datetime | None = None
    place: str = ""


@dataclass
class Rules:
    pass_mark: int = 75
    attempts_limit: int | None = None
    grading: str = "best"


@dataclass
class Attempt:
    pk: int
    number: int
    mark: int | None
    submitted_at: datetime | None
    passed_at: datetime | None = None
    pass_mark: int = 75
    max_mark: int = 10000


FOUR = [Lesson(1, "A.1"), Lesson(2, "A.2"), Lesson(3, "A.3", required=False), Lesson(4, "A.4")]
READ = [Row(1, at(1)), Row(2, at(2)), Row(4, at(3))]
FAILED = Attempt(pk=70, number=1, mark=6500, submitted_at=at(4))
PASSED = Attempt(pk=71, number=2, mark=8000, submitted_at=at(5), passed_at=at(5))


def stand(rows: list[Row], test: Rules | None = None, attempts: list[Attempt] | None = None) -> Standing:
    return standing(lessons=FOUR, progress=rows, test=test, attempts=attempts or [])


def test_optional_lessons_are_not_counted() -> None:
    found = stand([Row(1, at(1)), Row(3, at(2))])

    assert (found.done, found.required, found.lessons_done) == (1, 3, False)


def test_a_module_without_a_test_is_complete_when_its_required_lessons_are_read() -> None:
    found = stand(READ)

    assert (found.complete, found.earned_at, found.next_step) == (True, at(3), Step(Kind.DONE))


def test_lessons_alone_do_not_complete_a_module_with_a_test() -> None:
    found = stand(READ, Rules())

    assert (found.complete, found.earned_at) == (False, None)


def test_a_passed_test_alone_does_not_complete_a_module() -> None:
    found = stand(READ[:2], Rules(), [PASSED])

    assert (found.complete, found.next_step) == (False, Step(Kind.LESSON, lesson="A.4"))


def test_lessons_and_a_passed_test_complete_it_at_the_later_moment() -> None:
    found = stand(READ, Rules(), [PASSED, FAILED])

    assert (found.complete, found.earned_at) == (True, at(5))


def test_the_explanation_is_the_worked_example() -> None:
    found = stand(READ, Rules(attempts_limit=2), [FAILED, PASSED])

    assert found.explanation() == {
        "lessons": [3, 3],
        "mark": 8000,
        "max_mark": 10000,
        "pass_mark": 75,
        "attempt": 2,
    }


def test_without_a_test_the_explanation_has_no_mark() -> None:
    assert stand(READ).explanation() == {
        "lessons": [3, 3],
        "mark": None,
        "max_mark": None,
        "pass_mark": None,
        "attempt": None,
    }


def test_a_module_that_asks_for_nothing_is_never_complete() -> None:
    found = standing(lessons=[Lesson(1, "A.1", required=False)], progress=[Row(1, at(1))], test=None, attempts=[])

    assert (found.complete, found.earned_at) == (False, None)


def test_the_best_passed_attempt_counts_and_of_equals_the_first() -> None:
    third = Attempt(pk=72, number=3, mark=9000, submitted_at=at(6), passed_at=at(6))
    fourth = Attempt(pk=73, number=4, mark=9000, submitted_at=at(7), passed_at=at(7))

    assert stand(READ, Rules(), [fourth, PASSED, third]).passed == third


@pytest.mark.parametrize(
    ("rows", "test", "attempts", "step"),
    [
        pytest.param([], Rules(), [], Step(Kind.START, lesson="A.1"), id="nothing opened"),
        pytest.param([Row(1)], Rules(), [], Step(Kind.LESSON, lesson="A.1"), id="first lesson begun"),
        pytest.param([Row(1, place="b7")], Rules(), [], Step(Kind.LESSON, lesson="A.1", place="b7"), id="with a place"),
        pytest.param(READ[:2], Rules(), [], Step(Kind.LESSON, lesson="A.4"), id="the optional one is passed over"),
        pytest.param(READ, Rules(), [], Step(Kind.TEST), id="all read"),
        pytest.param(READ, Rules(attempts_limit=2), [FAILED], Step(Kind.TEST), id="once more"),
        pytest.param(READ, Rules(attempts_limit=1), [FAILED], Step(Kind.OUT_OF_TRIES), id="no try left"),
        pytest.param(READ, Rules(attempts_limit=2), [FAILED, PASSED], Step(Kind.DONE), id="passed with the last try"),
        pytest.param(
            READ[:1], Rules(), [Attempt(70, 1, None, None)], Step(Kind.RESUME_TEST, attempt=70), id="an open test first"
        ),
    ],
)
def test_the_next_step(rows: list[Row], test: Rules, attempts: list[Attempt], step: Step) -> None:
    assert stand(rows, test, attempts).next_step == step


@pytest.mark.parametrize(("limit", "used", "left"), [(None, 1, None), (3, 0, 3), (3, 1, 2), (1, 1, 0), (1, 2, 0)])
def test_tries_left(limit: int | None, used: int, left: int | None) -> None:
    attempts = [Attempt(pk=number, number=number, mark=0, submitted_at=at(1)) for number in range(used)]

    assert stand([], Rules(attempts_limit=limit), attempts).tries_left == left


def test_an_exception_counts_in_place_of_the_limit_of_the_test() -> None:
    facts = {"lessons": FOUR, "progress": READ, "test": Rules(attempts_limit=1), "attempts": [FAILED]}

    assert (standing(**facts).tries_left, standing(**facts, tries=3).tries_left) == (0, 2)
    assert standing(**facts, tries=3).next_step == Step(Kind.TEST)


def test_the_last_attempt_is_the_latest_that_was_handed_in() -> None:
    still_open = Attempt(pk=72, number=3, mark=None, submitted_at=None)

    assert stand([], Rules(), [still_open, PASSED, FAILED]).last_attempt == PASSED
