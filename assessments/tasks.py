"""Background jobs."""

import logging

from django.utils import timezone

from assessments.models import Attempt, QuestionImport, Voiding
from assessments.services import apply_voiding as apply
from assessments.services import forget_files, submit_attempt
from assessments.services import save_import as save

logger = logging.getLogger(__name__)


def submit_expired() -> None:
    """Hand in the attempts whose time is over and that nobody touched since. Run every few minutes.

    Each stands for itself: one that fails is logged, stays open and is tried again by the next run.
    """
    for attempt in Attempt.objects.overdue(timezone.now()).order_by("deadline_at"):
        try:
            submit_attempt(attempt=attempt)
        except Exception:
            logger.exception("Attempt %d could not be handed in", attempt.pk)


def apply_voiding(pk: int) -> None:
    """Give everybody who was asked a defective question its full mark."""
    apply(voiding=Voiding.objects.get(pk=pk))


def save_import(pk: int) -> None:
    """Save the questions of a file; begun again, it goes on where it stood."""
    save(kept=QuestionImport.objects.get(pk=pk))


def forget_imported_files() -> None:
    """Delete the content of files with questions that are older than a day. Run every day."""
    forget_files()
