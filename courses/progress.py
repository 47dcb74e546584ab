"""How far somebody is in a module, what completes it and what comes next. Values in, values out.

A module is completed when every required lesson that is offered has been finished **and** its final test, if it has
one, is passed. A module that asks for nothing cannot be completed. Optional lessons never stand in the way.

Worked example: four lessons, the third optional; the first two are finished; the test was tried once, 65 of 100 marks,
not passed, two tries allowed. `done, required` = 2, 3; not complete; the next step is the fourth lesson. After it the
next step is the test, with one try left. Passed with 80 of 100, the explanation reads
`{"lessons": [3, 3], "mark": 8000, "max_mark": 10000, "pass_mark": 75, "attempt": 2}` (marks in hundredths).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from assessments.grading import Taken, counted


class LessonFacts(Protocol):
    """A lesson that is offered."""

    pk: Any
    code: str
    required: bool


class ProgressFacts(Protocol):
    """What is known about a person in a lesson."""

    lesson_id: Any
    completed_at: datetime | None
    place: str


class TestFacts(Protocol):
    """The rules of a final test."""

    pass_mark: int
    attempts_limit: int | None
    grading: str


class AttemptFacts(Protocol):
    """A sitting of the final test, marks in hundredths."""

    pk: Any
    number: int
    submitted_at: datetime | None
    passed_at: datetime | None
    pass_mark: int
    mark: int | None
    max_mark: int


class Kind(StrEnum):
    """What there is to do next."""

    START = "start"  # nothing opened yet: the first lesson
    LESSON = "lesson"  # a lesson, begun or not
    TEST = "test"  # take the test, for the first time or again
    RESUME_TEST = "resume_test"  # a test is open
    OUT_OF_TRIES = "out_of_tries"  # not passed, no try left: somebody has to help
    DONE = "done"


@dataclass(frozen=True)
class Step:
    """The next step; `lesson` and `place` say where for a lesson, `attempt` which for an open test."""

    kind: Kind
    lesson: str = ""
    place: str = ""
    attempt: Any = None


@dataclass(frozen=True)
class LessonStanding:
    """One line of the outline with its tick."""

    code: str
    required: bool
    started: bool
    completed_at: datetime | None
    place: str

    @property
    def completed(self) -> bool:
        return self.completed_at is not None


@dataclass(frozen=True)
class Standing:
    """Everything that is known about one enrolment."""

    lessons: tuple[LessonStanding, ...]
    test: TestFacts | None
    attempts: tuple[AttemptFacts, ...]
    tries: int | None = None  # how often the person may take the test; None without a limit

    @property
    def required(self) -> int:
        """How many lessons the module asks for."""
        return sum(lesson.required for lesson in self.lessons)

    @property
    def done(self) -> int:
        """How many of the required lessons are finished."""
        return sum(lesson.required and lesson.completed for lesson in self.lessons)

    @property
    def lessons_done(self) -> bool:
        return self.done == self.required

    @property
    def passed(self) -> AttemptFacts | None:
        """The attempt that counts as passed, by the rule of the test (of an average the best); None if none does."""
        marked = {attempt.number: attempt for attempt in self.attempts if attempt.mark is not None}
        taken = [Taken(each.number, each.mark or 0, each.max_mark, each.pass_mark) for each in marked.values()]
        grading = self.test.grading if self.test else "best"
        result = counted(taken, grading)
        if result is None or not result.passed:
            return None
        best = counted(taken, "best") if result.number is None else result
        return marked[best.number] if best and best.number is not None else None

    @property
    def open_attempt(self) -> AttemptFacts | None:
        """The sitting that has not been handed in."""
        return next((attempt for attempt in self.attempts if attempt.submitted_at is None), None)

    @property
    def last_attempt(self) -> AttemptFacts | None:
        """The latest sitting that has been handed in."""
        return max(
            (attempt for attempt in self.attempts if attempt.submitted_at is not None),
            key=lambda attempt: attempt.number,
            default=None,
        )

    @property
    def tries_left(self) -> int | None:
        """How often the test may still be begun; None without a limit (or a test)."""
        return None if self.test is None or self.tries is None else max(self.tries - len(self.attempts), 0)

    @property
    def complete(self) -> bool:
        """Whether the rule is met."""
        if not self.required and self.test is None:
            return False
        return self.lessons_done and (self.test is None or self.passed is not None)

    @property
    def earned_at(self) -> datetime | None:
        """The moment of the last fact that the rule needs; None while it is not met."""
        if not self.complete:
            return None
        moments = [lesson.completed_at for lesson in self.lessons if lesson.required and lesson.completed_at]
        if self.passed is not None and self.passed.passed_at is not None:
            moments.append(self.passed.passed_at)
        return max(moments)

    @property
    def next_step(self) -> Step:
        """One thing to do: an open test first (its time may run), then lessons in order, then the test."""
        if self.open_attempt is not None:
            return Step(Kind.RESUME_TEST, attempt=self.open_attempt.pk)
        lesson = next((lesson for lesson in self.lessons if lesson.required and not lesson.completed), None)
        if lesson is not None:
            begun = any(line.started for line in self.lessons)
            return Step(Kind.LESSON if begun else Kind.START, lesson=lesson.code, place=lesson.place)
        if self.test is None or self.passed is not None:
            return Step(Kind.DONE)
        return Step(Kind.OUT_OF_TRIES if self.tries_left == 0 else Kind.TEST)

    def explanation(self) -> dict[str, Any]:
        """What was counted, as it is frozen at completion (marks in hundredths, None without a test).

        Before completion the mark is that of the latest sitting, and no attempt is named: none is passed.
        """
        passed, last = self.passed, self.last_attempt
        shown = passed or (last if self.test is not None else None)
        asked = passed or self.test
        return {
            "lessons": [self.done, self.required],
            "mark": shown.mark if shown else None,
            "max_mark": shown.max_mark if shown else None,
            "pass_mark": asked.pass_mark if asked else None,
            "attempt": passed.number if passed else None,
        }


def standing(
    *,
    lessons: Iterable[LessonFacts],
    progress: Iterable[ProgressFacts],
    test: TestFacts | None,
    attempts: Iterable[AttemptFacts],
    tries: int | None = None,
) -> Standing:
    """Put the facts of one enrolment together; lessons in the order of the outline.

    `tries` is how often an exception lets the person take the test, in place of what the test says.
    """
    known = {row.lesson_id: row for row in progress}
    limit = test.attempts_limit if test is not None else None
    return Standing(
        lessons=tuple(_line(lesson, known.get(lesson.pk)) for lesson in lessons),
        test=test,
        attempts=tuple(sorted(attempts, key=lambda attempt: attempt.number)),
        tries=limit if tries is None else tries,
    )


def _line(lesson: LessonFacts, row: ProgressFacts | None) -> LessonStanding:
    return LessonStanding(
        code=lesson.code,
        required=lesson.required,
        started=row is not None,
        completed_at=row.completed_at if row else None,
        place=row.place if row else "",
    )
