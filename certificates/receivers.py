"""What this app does when something is completed elsewhere."""

from typing import Any

from django.dispatch import receiver

from certificates.services import award_enrolment, award_programme, award_registration, renew_enrolment
from courses.models import Enrolment
from courses.signals import enrolment_completed, enrolment_refreshed
from programmes.models import ProgrammeCompletion
from programmes.signals import programme_completed
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


@receiver(enrolment_refreshed)
def renew_module(enrolment: Enrolment, counted: dict[str, Any], **_: Any) -> None:
    """A final test that is passed once more renews the certificate in the same transaction."""
    renew_enrolment(enrolment=enrolment, counted=counted)


@receiver(programme_completed)
def award_whole_programme(completion: ProgrammeCompletion, **_: Any) -> None:
    """A programme whose rule is met earns its certificate in the same transaction."""
    award_programme(completion=completion)
