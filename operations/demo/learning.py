"""Officials of the demonstration take modules: some have finished, some are in the middle, some only enrolled."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction

from assessments.models import Attempt
from assessments.question_types import TYPES
from assessments.services import Answer, save_responses, submit_attempt
from courses.models import Enrolment, Lesson, Module
from courses.services import complete_lesson, enrol, open_lesson, start_final_test
from operations.demo.clock import at
from operations.demo.people import World
from people.models import Person

# Of each agency's people the share that enrolled; what became of them is drawn below.
ENROLLED = 0.45
OUTCOMES = {"finished": 0.56, "test open": 0.06, "reading": 0.26, "only enrolled": 0.12}
# How likely a prepared and an unprepared person answers a question rightly.
PREPARED, UNPREPARED = 0.92, 0.62


def load_learning(world: World, now: datetime) -> None:
    """Enrol people in module M1 over the last months and let them read and sit the test."""
    random = Random(20260202)  # noqa: S311
    module = Module.objects.get(code="M1")
    lessons = list(module.lessons.offered())
    with_story = {account.person_id for account in world.accounts.values()}
    for code, people in world.people.items():
        for person in people:
            if person.pk not in with_story and random.random() < ENROLLED:
                outcome = random.choices(list(OUTCOMES), list(OUTCOMES.values()))[0]
                start = now - timedelta(days=random.randint(14, 150), minutes=random.randint(0, 400))
                with at(start):
                    enrolment = enrol(person=person, module=module, agency=world.agencies[code])
                _learn(random, enrolment, lessons, outcome)
    _learner(world, module, lessons, now)


def _learn(random: Random, enrolment: Enrolment, lessons: list[Lesson], outcome: str) -> None:
    if outcome == "only enrolled":
        return
    moment = enrolment.enrolled_at + timedelta(hours=random.randint(1, 40))
    to_read = lessons if outcome != "reading" else lessons[: random.randint(1, len(lessons) - 1)]
    for lesson in to_read:
        moment = _read(random, enrolment, lesson, moment)
    if outcome == "test open":
        sit(random, enrolment, moment, PREPARED, hand_in=False)
    elif outcome == "finished":
        _sit_until_passed(random, enrolment, moment)


def _read(random: Random, enrolment: Enrolment, lesson: Lesson, moment: datetime) -> datetime:
    with at(moment):
        open_lesson(enrolment=enrolment, lesson=lesson)
    moment += timedelta(minutes=lesson.minutes + random.randint(-5, 20))
    with at(moment):
        complete_lesson(enrolment=enrolment, lesson=lesson)
    return moment + timedelta(minutes=random.randint(2, 1500))


def _sit_until_passed(random: Random, enrolment: Enrolment, moment: datetime) -> None:
    chance = random.choice([PREPARED, PREPARED, UNPREPARED])
    for _number in range(3):
        attempt = sit(random, enrolment, moment, chance)
        if attempt.outcome == Attempt.Outcome.PASSED:
            return
        moment += timedelta(days=1, minutes=random.randint(0, 300))
        chance = PREPARED


def sit(random: Random, enrolment: Enrolment, moment: datetime, chance: float, *, hand_in: bool = True) -> Attempt:
    """Take the final test of an enrolment, each question answered rightly with the given chance."""
    with at(moment):
        attempt = start_final_test(enrolment=enrolment, language=enrolment.person.language)
        answer_all(random, attempt, chance)
    if hand_in:
        with at(moment + timedelta(minutes=random.randint(9, 32))):
            attempt = submit_attempt(attempt=attempt)
    return attempt


def answer_all(random: Random, attempt: Attempt, chance: float) -> None:
    """Answer every question of an open attempt."""
    answers = [
        Answer(item.position, _response(random, item.version, chance), counter)
        for counter, item in enumerate(attempt.items.select_related("version__question"), start=1)
    ]
    save_responses(attempt=attempt, answers=answers, language=attempt.language)


def _response(random: Random, version: Any, chance: float) -> Any:
    kind = TYPES[version.question.type]
    key = kind.key(version.structure)
    if random.random() < chance:
        return key
    if isinstance(key, bool):
        return not key
    ids = [option["id"] for option in version.structure.get("options", [])]
    if not ids:
        return str(int(key) - random.randint(1, 3))
    if isinstance(key, list):
        return random.sample(ids, k=len(key))
    return random.choice([each for each in ids if each != key])


def _learner(world: World, module: Module, lessons: list[Lesson], now: datetime) -> None:
    """The demo learner is in the middle of the module, with the next lesson waiting."""
    random = Random(7)  # noqa: S311
    start = now - timedelta(days=6)
    with transaction.atomic(), at(start):
        enrolment = enrol(person=_person(world, "learner"), module=module, agency=world.agencies["HLT-01-BR"])
    moment = start
    for lesson in lessons[:2]:
        moment = min(_read(random, enrolment, lesson, moment), now - timedelta(hours=3))


def _person(world: World, word: str) -> Person:
    return Person.objects.get(account=world.accounts[word])
