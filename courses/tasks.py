"""Background jobs."""

from core.jobs import for_each
from courses.models import Enrolment
from courses.services import complete_if_earned


def complete_earned() -> int:
    """Complete whatever is earned and was not announced (a killed process, a lesson taken offline).

    Idempotent; returns how many enrolments were completed.
    """
    waiting = Enrolment.objects.active().filter(completed_at__isnull=True, started_at__isnull=False)
    return sum(for_each(waiting.iterator(), lambda enrolment: complete_if_earned(enrolment=enrolment)))
