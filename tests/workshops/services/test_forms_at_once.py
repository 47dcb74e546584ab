"""A whole room presses "begin" at the same moment, and half of it still takes form B first."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from assessments.models import Attempt, Test
from assessments.services import create_test
from tests.factories.assessments import make_question
from tests.factories.people import make_agency, make_person
from tests.factories.workshops import make_workshop, open_session, register
from workshops.models import PhaseAttempt, Registration
from workshops.services import start_phase_test

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time by itself"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.db,
]
PATIENCE = 60  # seconds
# How many of two agencies are in the room, and by how much the two orders may then differ: overall and in an agency.
ROOMS = [((10, 10), 0, 0), ((7, 13), 0, 1), ((9, 10), 1, 1)]


@pytest.mark.parametrize(("sizes", "overall", "within"), ROOMS)
def test_of_two_agencies_at_once_half_takes_each_order_and_nobody_has_two_attempts(
    sizes: tuple[int, int], overall: int, within: int
) -> None:
    people = _room(sizes)

    # Each of them presses twice.
    begun = _at_once([lambda each=each: _begin(each, "pre") for each in people for _press in range(2)])

    assert Attempt.objects.count() == PhaseAttempt.objects.count() == len(people)
    assert begun == {each.pk: {_attempt(each, "pre").pk} for each in people}
    assert _differs(people) <= overall
    for agency in {each.agency_id for each in people}:
        assert _differs([each for each in people if each.agency_id == agency]) <= within


def test_afterwards_everybody_at_once_gets_the_other_form() -> None:
    people = _room((10, 10))
    _at_once([lambda each=each: _begin(each, "pre") for each in people])
    open_session(people[0].workshop)

    _at_once([lambda each=each: _begin(each, "post") for each in people for _press in range(2)])

    other = {"A": "B", "B": "A"}
    forms = [(_attempt(each, "pre").form, _attempt(each, "post").form) for each in people]
    assert forms == [(before, other[before]) for before, _after in forms]
    assert Attempt.objects.count() == PhaseAttempt.objects.count() == 2 * len(people)


# --- The room -------------------------------------------------------------------------------------------------------
def _room(sizes: Sequence[int]) -> list[Registration]:
    """As many people of an agency as each size says, registered for a workshop whose test has two forms."""
    forms = {form: [make_question("true_false")] for form in "AB"}
    test = create_test(code="T", title_en="What you know", purpose=Test.Purpose.PRE_POST, questions=forms)
    workshop = make_workshop(test=test)
    people: list[Registration] = []
    for size in sizes:
        agency = make_agency()
        people += [register(workshop, make_person(agency=agency), agency) for _each in range(size)]
    return people


def _begin(registration: Registration, phase: str) -> tuple[int, int]:
    """Press the button as a request does, which reads its rows afresh; return registration and attempt."""
    fresh = Registration.objects.select_related("workshop__test", "person", "agency").get(pk=registration.pk)
    return fresh.pk, start_phase_test(registration=fresh, phase=phase, language="en").pk


def _at_once(presses: Sequence[Callable[[], tuple[int, int]]]) -> dict[int, set[int]]:
    """Press in threads that start together, each with its own connection; return the attempts of each registration."""
    gate = Barrier(len(presses), timeout=PATIENCE)

    def alone(press: Callable[[], tuple[int, int]]) -> tuple[int, int]:
        try:
            connection.ensure_connection()
            gate.wait()
            return press()
        finally:
            connection.close()

    found: dict[int, set[int]] = defaultdict(set)
    with ThreadPoolExecutor(len(presses)) as room:
        for registration, attempt in room.map(alone, presses):
            found[registration].add(attempt)
    return dict(found)


def _attempt(registration: Registration, phase: str) -> Attempt:
    """The one attempt of a phase."""
    return PhaseAttempt.objects.get(registration=registration, phase=phase).attempt


def _differs(people: Sequence[Registration]) -> int:
    """By how many more take one form first than the other."""
    counted = Counter(_attempt(each, "pre").form for each in people)
    return abs(counted["A"] - counted["B"])
