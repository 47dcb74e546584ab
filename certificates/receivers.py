"""What this app does when something is completed elsewhere."""

from typing import Any

from django.dispatch import receiver

from certificates.services import award_enrolment, award_registration
from courses.models import Enrolment
from courses.signals import enrolment_completed
from workshops.models import Registration
from workshops.signals import registration_completed


@receiver(enrolment_completed)
def award_module(enrolment: Enrolment, **_: Any) -> None:
    """A completed module earns its certificate in the same transaction."""
    award_enrolment(enrolment=enrolment)


@receiver(registration_completed)
def award_workshop(registration: Registration, **_: Any) -> None:
    """A workshop whose rule is met earns its certificate in the same transaction."""
    award_registration(registration=registration)
