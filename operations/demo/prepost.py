"""The test before and after a workshop, and how the people of one workshop did in it."""

from collections.abc import Iterable
from datetime import timedelta
from random import Random
from typing import Any

from assessments.models import Category, Objective, Question, Test
from assessments.services import create_question, create_test
from operations.demo import LANGUAGES, read
from operations.demo.sittings import Sitting, write_sittings
from people.models import Person
from workshops.models import AttendanceStatus, PhaseAttempt, Registration, Workshop
from workshops.phases import next_order
from workshops.services import orders_of

TEST = "PREPOST-12"
DONT_KNOW = "E"
# How prepared people come, how that spreads, and what the workshop adds on average.
BEFORE, SPREAD, GAIN = -0.35, 0.7, 1.25
# A few came too late for the first test or had to catch a bus before the second.
TOOK_PART = 0.98


def load_prepost() -> None:
    """Put twelve questions, and twelve others on the same objectives, into the bank: the two forms of the test."""
    words = read("prepost.yaml")
    category = Category.objects.create(slug="prepost", name="Before and after")
    create_test(
        code=words["code"],
        purpose=Test.Purpose.PRE_POST,
        questions={"A": _form(words["items"], category), "B": _form(read("prepost_b.yaml")["items"], category)},
        pass_mark=words["pass_mark"],
        time_limit_minutes=words["time_limit_minutes"],
        attempts_limit=1,
        # "I do not know" stays the last option.
        shuffle_options=False,
        **{f"title_{language}": words["title"][language] for language in LANGUAGES},
    )


def _form(items: list[dict[str, Any]], category: Category) -> list[Question]:
    dont_know = read("prepost.yaml")["dont_know"]
    objectives = {each.code: each for each in Objective.objects.all()}
    return [
        create_question(
            code=item["code"],
            category=category,
            type="single_choice",
            structure=_structure(item),
            texts={language: _texts(dont_know[language], item["texts"][language]) for language in LANGUAGES},
            objective=objectives.get(item["objective"]),
            status=Question.Status.PUBLISHED,
            source=item["source"],
        )
        for item in items
    ]


def _structure(item: dict[str, Any]) -> dict[str, Any]:
    ids = [*item["texts"]["en"]["options"], DONT_KNOW]
    return {"options": [{"id": each, "correct": each == item["correct"]} for each in ids]}


def _texts(dont_know: str, texts: dict[str, Any]) -> dict[str, Any]:
    return {**texts, "options": {**texts["options"], DONT_KNOW: dont_know}}


def sit_before(random: Random, workshop: Workshop, registrations: list[Registration], absent: set[int]) -> None:
    """Everybody who comes takes one of the two forms in the half-hour before the first session."""
    there = [each for each in registrations if each.person_id not in absent and random.random() < TOOK_PART]
    _sit(random, workshop, there, PhaseAttempt.Phase.PRE)


def sit_after(random: Random, workshop: Workshop, registrations: list[Registration], absent: set[int]) -> None:
    """Whoever is there at the end takes the other form after the last session."""
    last = workshop.sessions.latest("ends_at")
    stayed = set(last.records.filter(status=AttendanceStatus.PRESENT).values_list("person", flat=True)) - absent
    there = [each for each in registrations if each.person_id in stayed and random.random() < TOOK_PART]
    _sit(random, workshop, there, PhaseAttempt.Phase.POST)


def _sit(random: Random, workshop: Workshop, registrations: Iterable[Registration], phase: str) -> None:
    registrations = list(registrations)
    before = phase == PhaseAttempt.Phase.PRE
    moment = (
        workshop.sessions.earliest("starts_at").starts_at - timedelta(minutes=30)
        if before
        else workshop.sessions.latest("ends_at").ends_at
    )
    earlier = 0 if before else 1
    if workshop.test is None:
        return
    orders = orders_of(workshop)
    for each in registrations:
        orders.setdefault(each.person_id, (each.agency_id, next_order(orders.values(), each.agency_id)))
    attempts = write_sittings(
        random,
        workshop.test,
        [
            Sitting(
                person=each.person,
                agency=each.agency,
                started_at=moment + timedelta(minutes=random.randint(0, 8)),
                minutes=random.randint(6, 14),
                ability=_ability(each.person) + (0 if before else GAIN),
                number=earlier + 1,
                form=orders[each.person_id][1].form(phase),
                phase=phase,
                occasion=workshop.code,
            )
            for each in registrations
        ],
    )
    PhaseAttempt.objects.bulk_create(
        PhaseAttempt(registration=registration, phase=phase, attempt=attempt)
        for registration, attempt in zip(registrations, attempts, strict=True)
    )


def _ability(person: Person) -> float:
    """The same person is as able after the workshop as before it, apart from what was learned there."""
    return Random(person.public_code).gauss(BEFORE, SPREAD)  # noqa: S311
