"""What this app does when something happens elsewhere: pages go live or away, a test is marked, agencies change."""

import logging
from collections.abc import Collection
from datetime import date
from typing import Any

from django.dispatch import receiver
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished, post_page_move, published, unpublished

from assessments.models import Attempt
from assessments.signals import attempt_marked
from courses.models import LessonPage, ModulePage
from courses.services import (
    CourseError,
    follow_agency,
    note_final_attempt,
    refresh_all,
    search_again,
    sync_lesson,
    sync_module,
    withdraw_page,
)
from library.models import SharedText, Term
from people.models import Agency
from people.signals import agency_succeeded

logger = logging.getLogger(__name__)


@receiver(page_published)
def refresh_identity(instance: Page, **_: Any) -> None:
    """Make or refresh the record behind a module or lesson page. A page that cannot have one stays unseen."""
    try:
        if isinstance(instance, ModulePage):
            sync_module(page=instance)
        elif isinstance(instance, LessonPage):
            sync_lesson(page=instance)
    except CourseError as error:
        logger.warning("Page %s (%s) is not offered: %s", instance.pk, instance.title, error)


@receiver(page_unpublished)
def note_unpublished(instance: Page, **_: Any) -> None:
    """Also sent for each page before it is deleted."""
    if isinstance(instance, ModulePage | LessonPage):
        withdraw_page(page=instance)


@receiver(post_page_move)
def refresh_after_move(instance: Page, **_: Any) -> None:
    """A lesson may have another place or another module now."""
    page = instance.specific
    if isinstance(page, LessonPage) and page.live:
        refresh_identity(instance=page)


@receiver([published, unpublished])
def show_new_wording(instance: Any, **_: Any) -> None:
    """Lessons show the new wording of a term or shared text as soon as it goes live, and none that is taken offline."""
    if isinstance(instance, SharedText):
        search_again(slug=instance.slug)
    if isinstance(instance, Term | SharedText):
        refresh_all()


@receiver(attempt_marked)
def complete_after_test(attempt: Attempt, **_: Any) -> None:
    """A final test that is passed may be the last thing an enrolment was waiting for, or a refresher."""
    note_final_attempt(attempt=attempt)


@receiver(agency_succeeded)
def hand_over_assignments(
    agency: Agency, successor: Agency | None, people: Collection[int] | None, since: date, **_: Any
) -> None:
    """What was assigned to an agency is assigned to whoever takes its place."""
    if successor is not None:
        follow_agency(agency=agency, successor=successor, people=people, since=since)
