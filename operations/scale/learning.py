"""Modules that people take by themselves: lessons, sittings of the final test, certificates."""

from collections.abc import Iterator
from datetime import date, timedelta

from operations.scale import rows
from operations.scale.people import YEARS
from operations.scale.shape import PREFIX, Rows, Shape, at, certificate

MODULES, LESSONS = 6, 4
ASPECTS = ("legal", "social", "economic", "cultural")
# How many modules somebody takes; shares of enrolments that are begun and read to the end, and how tests go.
TAKEN, WEIGHTS = (0, 1, 2, 3, 4, 5, 6), (15, 22, 20, 16, 12, 8, 7)
BEGUN, READ, PASSED = 0.86, 0.9, 0.55
SITTINGS_ALLOWED = 4
MAX_MARK, PASS_MARK = 2000, 75


def load(shape: Shape) -> Rows:
    """The modules with their tests, then everybody's enrolments."""
    lessons: dict[int, list[int]] = {}
    tests: dict[int, int] = {}
    for number in range(1, MODULES + 1):
        test, module = shape.key(rows.Test), shape.key(rows.Module)
        code = f"{PREFIX}-M{number}"
        yield rows.Test(test, f"{code}-FINAL", f"Final test of module {number}", "final")
        yield rows.Module(module, code, shape.uuid(), test)
        yield rows.ModuleAspect(shape.key(rows.ModuleAspect), module, ASPECTS[number % len(ASPECTS)])
        lessons[module], tests[module] = [shape.key(rows.Lesson) for _lesson in range(LESSONS)], test
        for position, lesson in enumerate(lessons[module], start=1):
            yield rows.Lesson(lesson, module, f"{code}-L{position}", shape.uuid(), position)
    shape.modules.extend(lessons)
    for person in shape.people:
        for module in shape.random.sample(shape.modules, shape.random.choices(TAKEN, WEIGHTS)[0]):
            yield from _enrolment(shape, person, module, lessons[module], tests[module])


def _enrolment(shape: Shape, person: int, module: int, lessons: list[int], test: int) -> Rows:
    key = shape.key(rows.Enrolment)
    day = shape.today - timedelta(days=shape.random.randrange(40, 365 * YEARS))
    agency = shape.agency_on(person, day)
    began = at(day, 10) if shape.chance(BEGUN) else None
    done = LESSONS if shape.chance(READ) else shape.random.randrange(1, LESSONS)
    sittings = list(_sittings(shape, person, agency, test, day)) if began and done == LESSONS else []
    passed = sittings[-1] if sittings and sittings[-1].passed_at else None
    yield rows.Enrolment(
        id=key,
        module_id=module,
        person_id=person,
        agency_id=agency,
        enrolled_at=at(day, 9),
        started_at=began,
        completed_at=passed.submitted_at if passed else None,
        rule_version=1 if passed else None,
        completion={"lessons": [LESSONS, LESSONS], "mark": passed.mark, "max_mark": MAX_MARK} if passed else None,
    )
    for place, lesson in enumerate(lessons[:done] if began else ()):
        opened = at(day + timedelta(days=place), 10)
        yield rows.LessonProgress(shape.key(rows.LessonProgress), key, lesson, opened, opened + timedelta(minutes=25))
    for sitting in sittings:
        yield sitting
        yield rows.FinalAttempt(shape.key(rows.FinalAttempt), key, sitting.id)
    if passed and passed.passed_at:
        yield certificate(shape, person=person, agency=agency, when=passed.passed_at, enrolment=key)


def _sittings(shape: Shape, person: int, agency: int, test: int, day: date) -> Iterator[rows.Attempt]:
    """Sittings until one is passed, a few days apart."""
    for sitting in range(SITTINGS_ALLOWED):
        passes = shape.chance(PASSED)
        least, most = (15, 20) if passes else (5, 14)
        begun = at(day + timedelta(days=LESSONS + 3 * sitting), 14)
        handed_in = begun + timedelta(minutes=shape.random.randrange(12, 40))
        yield rows.Attempt(
            id=shape.key(rows.Attempt),
            test_id=test,
            person_id=person,
            agency_id=agency,
            number=shape.sitting(test, person),
            form="",
            phase="",
            language=shape.languages[person],
            pass_mark=PASS_MARK,
            started_at=begun,
            submitted_at=handed_in,
            outcome="passed" if passes else "failed",
            passed_at=handed_in if passes else None,
            mark=100 * shape.random.randint(least, most),
            max_mark=MAX_MARK,
        )
        if passes:
            return
