"""How a module holds together: objectives, the lessons that serve them, the questions that ask about them.

Values in, values out: what stands in which cell, and what is missing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Readiness(StrEnum):
    """How far a question is. Ready: a test may show it today. Waiting: published, and yet no test may show it today."""

    READY = "ready"
    WAITING = "waiting"
    REVIEW = "review"
    DRAFT = "draft"


class Lack(StrEnum):
    """What can be missing."""

    OBJECTIVES = "objectives"  # the module has none
    LESSONS = "lessons"  # the module has none
    LESSON = "lesson"  # no lesson serves the objective
    QUESTIONS = "questions"  # fewer questions are ready than wanted
    OBJECTIVE = "objective"  # the lesson serves none
    PRACTICE = "practice"  # no question stands in the lesson


@dataclass(frozen=True)
class Asked:
    """A question of the bank: its code, its type, how far it is, and the objective (by code) that it asks about."""

    code: str
    type: str
    readiness: Readiness
    objective: str = ""


@dataclass(frozen=True)
class Taught:
    """A lesson: its code, the objectives (by code) that it was said to serve, the questions for practice in it."""

    code: str
    objectives: frozenset[str] = frozenset()
    practises: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cell:
    """An objective in a lesson: whether the lesson was said to serve it, and how many of its questions are practised.

    A lesson that practises an objective serves it, said or not.
    """

    lesson: str
    said: bool
    practised: int

    @property
    def served(self) -> bool:
        """Whether the lesson does anything for the objective."""
        return self.said or self.practised > 0


@dataclass(frozen=True)
class Line:
    """A row of the blueprint: an objective, how many questions it wants, those there are, and its lessons."""

    objective: str
    wanted: int
    readiness: Mapping[Readiness, int]
    types: Mapping[str, int]
    cells: Sequence[Cell]

    @property
    def ready(self) -> int:
        """How many of its questions a test may show today."""
        return self.readiness.get(Readiness.READY, 0)

    @property
    def is_short(self) -> bool:
        """Whether fewer are ready than wanted. An objective for which no number was named wants one."""
        return self.ready < max(self.wanted, 1)

    @property
    def is_taught(self) -> bool:
        """Whether a lesson serves it."""
        return any(cell.served for cell in self.cells)


@dataclass(frozen=True)
class Gap:
    """Something that is missing, and where: the code of an objective or a lesson, empty for the module itself."""

    lack: Lack
    code: str = ""
    number: int = 0
    wanted: int = 0


def matrix(wanted: Mapping[str, int], lessons: Sequence[Taught], questions: Iterable[Asked]) -> list[Line]:
    """Return a row for each objective, in the order of `wanted` ({code of the objective: questions wanted}).

    >>> line, = matrix({"O1": 2}, [Taught("L1", practises=("Q1",))], [Asked("Q1", "matching", Readiness.READY, "O1")])
    >>> line.ready, line.is_short, line.is_taught
    (1, True, True)
    """
    asked = list(questions)
    about = {question.code: question.objective for question in asked}
    return [
        Line(
            code,
            number,
            Counter(question.readiness for question in asked if question.objective == code),
            Counter(question.type for question in asked if question.objective == code),
            [
                Cell(lesson.code, code in lesson.objectives, sum(about.get(each) == code for each in lesson.practises))
                for lesson in lessons
            ],
        )
        for code, number in wanted.items()
    ]


def gaps(lines: Sequence[Line], lessons: Sequence[Taught]) -> list[Gap]:
    """Return what is missing: of the module, then of objectives, then of lessons.

    >>> gaps([], [])
    [Gap(lack=<Lack.OBJECTIVES: 'objectives'>, code='', number=0, wanted=0), \
Gap(lack=<Lack.LESSONS: 'lessons'>, code='', number=0, wanted=0)]
    """
    of_module = [Gap(lack) for lack, there in ((Lack.OBJECTIVES, lines), (Lack.LESSONS, lessons)) if not there]
    served = {cell.lesson for line in lines for cell in line.cells if cell.served}
    return [
        *of_module,
        *(Gap(Lack.LESSON, line.objective) for line in lines if lessons and not line.is_taught),
        *(Gap(Lack.QUESTIONS, line.objective, line.ready, max(line.wanted, 1)) for line in lines if line.is_short),
        *(Gap(Lack.OBJECTIVE, lesson.code) for lesson in lessons if lines and lesson.code not in served),
        *(Gap(Lack.PRACTICE, lesson.code) for lesson in lessons if not lesson.practises),
    ]
