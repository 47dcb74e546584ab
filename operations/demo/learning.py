"""Officials of the demonstration take modules: some have finished, some are in the middle, some only enrolled."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from assessments.models import Attempt
from assessments.services import Answer, save_responses
from courses.models import Enrolment, FinalAttempt, Lesson, LessonPage, LessonProgress, Module
from courses.services import (
    complete_if_earned,
    complete_lesson,
    enrol,
    keep_note,
    open_lesson,
    start_final_test,
    withdraw_enrolment,
)
from operations.demo.clock import at
from operations.demo.knowledge import response
from operations.demo.people import World
from operations.demo.sittings import Sitting, write_sittings
from people.models import Agency, Membership, Person

# What became of an enrolment, and how many of a hundred it became of.
OUTCOMES = {"finished": 68, "test open": 2, "reading": 18, "only enrolled": 8, "left": 4}
# How well prepared people come to a test: mean and spread of the ability, and what a second look at the lessons adds.
ABILITY, SPREAD, LOOKED_AGAIN = 1.3, 0.9, 0.9
MOST_TRIES = 3
# One of so many people takes every module to the end, and so early that the last is done before this week.
TAKES_ALL, EARLY = 15, timedelta(days=30)
# The demo learner has read so many lessons of M1; the next one waits.
LEARNER_HAS_READ = 2
LEARNER_NOTES = "Спросить на семинаре: кто у нас отвечает за переводчика?"


@dataclass(frozen=True)
class Intake:
    """How many of a hundred officials took a module, and how many days ago they began."""

    module: str
    enrolled: int
    days_ago: tuple[int, int]


INTAKES = (
    Intake("M0", 28, (30, 420)),
    Intake("M1", 74, (14, 300)),
    Intake("M2", 15, (10, 180)),
    Intake("M3", 10, (10, 150)),
    Intake("M4", 12, (10, 120)),
    Intake("M5", 11, (10, 100)),
)


@dataclass
class Path:
    """One person's way through a module: when each lesson was opened and finished, and when all that was done."""

    enrolment: Enrolment
    outcome: str
    read: list[LessonProgress] = field(default_factory=list)
    moment: datetime = field(default_factory=timezone.now)


def load_learning(world: World, now: datetime) -> None:
    """Enrol people in the modules over the last months and let them read and sit the tests."""
    home = _agencies_over_time()
    for intake in INTAKES:
        random = Random(f"20260202 {intake.module}")  # noqa: S311
        _take(random, world, intake, home, now)
    _learner(world, now)


class _Home(dict[int, list[Membership]]):
    """Memberships by person."""

    def on(self, person: Person, moment: datetime) -> Agency:
        """The agency of a person at a moment: a transfer later on rewrites nothing."""
        day = timezone.localdate(moment)
        return next(
            each.agency
            for each in self[person.pk]
            if each.valid_from <= day and (each.valid_to is None or day <= each.valid_to)
        )


def _agencies_over_time() -> _Home:
    home = _Home()
    for membership in Membership.objects.select_related("agency").order_by("valid_from"):
        home.setdefault(membership.person_id, []).append(membership)
    return home


def _take(random: Random, world: World, intake: Intake, home: _Home, now: datetime) -> None:
    module = Module.objects.select_related("final_test").get(code=intake.module)
    lessons = list(module.lessons.offered())
    paths = []
    for number, person in enumerate(Person.objects.filter(pk__in=home).order_by("pk")):
        chosen, outcome = random.random() * 100 < intake.enrolled, _outcome(random)
        start = now - timedelta(days=random.randint(*intake.days_ago), minutes=random.randint(0, 400))
        takes_all = number % TAKES_ALL == 0 and not world.has_story(person)
        if takes_all:
            start = min(start, now - EARLY)
        finishes = takes_all or (world.has_rare_name(person) and intake.module == "M1")
        if finishes or (chosen and not world.has_story(person)):
            with at(start):
                enrolment = enrol(person=person, module=module, agency=home.on(person, start))
            paths.append(_path(random, enrolment, "finished" if finishes else outcome, lessons, now))
    _write_reading(paths)
    _leave([path for path in paths if path.outcome == "left"])
    _sit_until_passed(random, module, [path for path in paths if path.outcome == "finished"], now)
    for path in paths:
        if path.outcome == "test open":
            _begin_test(random, path.enrolment)


def _outcome(random: Random) -> str:
    return random.choices(list(OUTCOMES), list(OUTCOMES.values()))[0]


def _path(random: Random, enrolment: Enrolment, outcome: str, lessons: list[Lesson], now: datetime) -> Path:
    """Decide when the lessons were read: all of them, the first ones or none."""
    counts = {"only enrolled": 0, "left": 1, "reading": random.randint(1, len(lessons) - 1)}
    path = Path(enrolment, outcome, moment=enrolment.enrolled_at + timedelta(hours=random.randint(1, 40)))
    for lesson in lessons[: counts.get(outcome, len(lessons))]:
        finished = path.moment + timedelta(minutes=lesson.minutes + random.randint(-5, 20))
        pause = timedelta(minutes=random.randint(2, 1500))
        if finished + pause < now:
            path.read.append(
                LessonProgress(enrolment=enrolment, lesson=lesson, started_at=path.moment, completed_at=finished)
            )
            path.moment = finished + pause
    if outcome == "reading" and path.read and path.moment < now:
        # Where somebody stops reading, a lesson is open.
        stopped_at = lessons[counts["reading"]]
        path.read.append(LessonProgress(enrolment=enrolment, lesson=stopped_at, started_at=path.moment))
    return path


def _write_reading(paths: list[Path]) -> None:
    # No service takes a lesson that was read long ago, and each lesson would ask anew whether the module is completed.
    LessonProgress.objects.bulk_create([line for path in paths for line in path.read], batch_size=500)
    begun = [path.enrolment for path in paths if path.read]
    for path in paths:
        path.enrolment.started_at = path.read[0].started_at if path.read else None
    Enrolment.objects.bulk_update(begun, ["started_at"], batch_size=200)


def _leave(paths: list[Path]) -> None:
    for path in paths:
        with at(path.moment):
            withdraw_enrolment(enrolment=path.enrolment)


def _sit_until_passed(random: Random, module: Module, paths: list[Path], now: datetime) -> None:
    """Sit the final test up to three times, each time a day or more after the time before."""
    ability = {path.enrolment.pk: random.gauss(ABILITY, SPREAD) for path in paths}
    waiting = paths
    for number in range(1, MOST_TRIES + 1):
        waiting = [path for path in waiting if path.moment + timedelta(hours=1) < now]
        if not waiting or module.final_test is None:
            return
        sittings = [
            Sitting(
                person=path.enrolment.person,
                agency=path.enrolment.agency,
                started_at=path.moment,
                minutes=random.randint(9, 36),
                ability=ability[path.enrolment.pk],
                number=number,
            )
            for path in waiting
        ]
        attempts = write_sittings(random, module.final_test, sittings)
        FinalAttempt.objects.bulk_create(
            FinalAttempt(enrolment=path.enrolment, attempt=attempt)
            for path, attempt in zip(waiting, attempts, strict=True)
        )
        waiting = _after_test(random, list(zip(waiting, attempts, strict=True)), ability)


def _after_test(random: Random, results: list[tuple[Path, Attempt]], ability: dict[int, float]) -> list[Path]:
    """Complete who passed; the others read on and come back better prepared. Returns these."""
    again = []
    for path, attempt in results:
        if attempt.passed_at is not None:
            with at(attempt.passed_at):
                complete_if_earned(enrolment=path.enrolment)
        else:
            ability[path.enrolment.pk] += LOOKED_AGAIN
            path.moment += timedelta(days=1, minutes=random.randint(40, 1300))
            again.append(path)
    return again


def _begin_test(random: Random, enrolment: Enrolment) -> None:
    """Somebody sits the test at this very moment and has answered half of it."""
    with at(timezone.now() - timedelta(minutes=random.randint(5, 15))):
        attempt = start_final_test(enrolment=enrolment, language=enrolment.person.language)
        items = list(attempt.items.select_related("version__question"))
        answers = [
            Answer(item.position, response(random, item.version.question.type, item.version.structure, right=True), 1)
            for item in items[: len(items) // 2]
        ]
        save_responses(attempt=attempt, answers=answers, language=attempt.language)


def _learner(world: World, now: datetime) -> None:
    """The demo learner has completed module M0 and is in the middle of M1, with the next lesson waiting."""
    person = Person.objects.get(account=world.accounts["learner"])
    _learner_took_foundations(world, person, now)
    _learner_reads_on(world, person, now)


def _learner_took_foundations(world: World, person: Person, now: datetime) -> None:
    random = Random(5)  # noqa: S311
    module = Module.objects.select_related("final_test").get(code="M0")
    with at(now - timedelta(days=64)):
        enrolment = enrol(person=person, module=module, agency=world.agencies["HLT-01-BR"])
    path = _path(random, enrolment, "finished", list(module.lessons.offered()), now)
    _write_reading([path])
    _sit_until_passed(random, module, [path], now)


def _learner_reads_on(world: World, person: Person, now: datetime) -> None:
    random = Random(7)  # noqa: S311
    module = Module.objects.get(code="M1")
    moment = now - timedelta(days=6)
    with transaction.atomic(), at(moment):
        enrolment = enrol(person=person, module=module, agency=world.agencies["HLT-01-BR"])
    for lesson in module.lessons.offered()[:LEARNER_HAS_READ]:
        with at(moment):
            open_lesson(enrolment=enrolment, lesson=lesson)
        moment += timedelta(minutes=lesson.minutes + random.randint(-5, 20))
        with at(moment):
            complete_lesson(enrolment=enrolment, lesson=lesson)
        moment = min(moment + timedelta(minutes=random.randint(2, 1500)), now - timedelta(hours=3))
    _learner_marks(person)


def _learner_marks(person: Person) -> None:
    """Two places in the first lesson: one with a note, one without."""
    page = LessonPage.objects.get(lesson_code="M1.1", locale__language_code="en")
    lesson = Lesson.objects.get(code="M1.1")
    texts = [UUID(block.id) for block in page.body if block.block_type == "text"]
    keep_note(person=person, lesson=lesson, place=texts[0], text=LEARNER_NOTES)
    keep_note(person=person, lesson=lesson, place=texts[1])
