"""What this app does when a part of a programme is completed elsewhere."""

from typing import Any

from django.dispatch import receiver

from assessments.models import Attempt
from assessments.signals import attempt_marked
from courses.models import Enrolment
from courses.signals import enrolment_completed
from programmes.services import complete_person
from workshops.models import Registration
from workshops.phases import POST
from workshops.signals import registration_completed


@receiver(enrolment_completed)
def complete_after_module(enrolment: Enrolment, **_: Any) -> None:
    """A completed module may be the last part of a programme."""
    complete_person(person=enrolment.person)


@receiver(registration_completed)
def complete_after_workshop(registration: Registration, **_: Any) -> None:
    """A completed workshop may be the last part of a programme."""
    complete_person(person=registration.person)


@receiver(attempt_marked)
def complete_after_test(attempt: Attempt, **_: Any) -> None:
    """A test after may be the last part of a programme."""
    if attempt.phase == POST:
        complete_person(person=attempt.person)
