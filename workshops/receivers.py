"""What this app does when something happens elsewhere: an outline page goes live, a test is marked."""

import logging
from collections.abc import Collection
from datetime import date
from typing import Any

from django.dispatch import receiver
from wagtail.models import Page
from wagtail.signals import page_published

from assessments.models import Attempt
from assessments.signals import attempt_marked
from people.models import Agency
from people.signals import agency_succeeded, memberships_changed
from workshops.errors import WorkshopError
from workshops.models import OutlinePage
from workshops.services import follow_agency, follow_memberships, note_attempt, sync_outline

logger = logging.getLogger(__name__)


@receiver(page_published)
def refresh_outline(instance: Page, **_: Any) -> None:
    """Make or refresh the record behind an outline page. A page that cannot have one is not offered for workshops."""
    if not isinstance(instance, OutlinePage):
        return
    try:
        sync_outline(page=instance)
    except WorkshopError as error:
        logger.warning("Page %s (%s) is not offered: %s", instance.pk, instance.title, error)


@receiver(attempt_marked)
def complete_after_test(attempt: Attempt, **_: Any) -> None:
    """A test after that is passed may be the last thing a registration was waiting for."""
    note_attempt(attempt=attempt)


@receiver(memberships_changed)
def restamp_open_registers(people: Collection[int], since: date, **_: Any) -> None:
    """Minutes that nobody has signed for count for the agency to which somebody belonged, as it is known now."""
    follow_memberships(people=people, since=since)


@receiver(agency_succeeded)
def hand_over_workshops_to_come(
    agency: Agency, successor: Agency | None, people: Collection[int] | None, since: date, **_: Any
) -> None:
    """Registrations and seats of workshops that begin later count for whoever takes the place of an agency."""
    if successor is not None:
        follow_agency(agency=agency, successor=successor, people=people, since=since)
