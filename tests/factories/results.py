"""Attempts with a result, as the marking service leaves them, tied to an enrolment or a registration."""

from datetime import timedelta

from django.utils import timezone

from assessments.models import Attempt, Test
from courses.models import Enrolment, FinalAttempt
from people.models import Agency, Person
from workshops.models import PhaseAttempt, Registration


def make_final_attempt(enrolment: Enrolment, per_cent: int) -> Attempt:
    """The next sitting of the final test, handed in and marked."""
    attempt = _attempt(f"{enrolment.module.code}-final", enrolment.person, enrolment.agency, per_cent)
    FinalAttempt.objects.create(enrolment=enrolment, attempt=attempt)
    return attempt


def make_phase_attempt(registration: Registration, phase: str, per_cent: int, *, highest: int = 10_000) -> Attempt:
    """The next sitting of the test before or after, handed in and marked; `highest` is in hundredths."""
    code = f"{registration.workshop.code}-test"
    attempt = _attempt(code, registration.person, registration.agency, per_cent, highest)
    PhaseAttempt.objects.create(registration=registration, phase=phase, attempt=attempt)
    return attempt


def _attempt(code: str, person: Person, agency: Agency, per_cent: int, highest: int = 10_000) -> Attempt:
    test, _made = Test.objects.get_or_create(code=code, defaults={"title_en": code, "purpose": "final"})
    number = Attempt.objects.filter(test=test, person=person).count() + 1
    submitted = timezone.now() + timedelta(minutes=number)
    passed = per_cent >= test.pass_mark
    return Attempt.objects.create(
        test=test,
        person=person,
        agency=agency,
        number=number,
        language="en",
        pass_mark=test.pass_mark,
        started_at=submitted - timedelta(minutes=1),
        submitted_at=submitted,
        outcome=Attempt.Outcome.PASSED if passed else Attempt.Outcome.FAILED,
        passed_at=submitted if passed else None,
        mark=per_cent * highest // 100,
        max_mark=highest,
    )
