"""Background jobs."""

from django.utils import timezone

from core.jobs import for_each
from courses import services
from courses.models import Enrolment


def complete_earned() -> int:
    """Complete whatever is earned and was not announced (a killed process, a lesson taken offline).

    Idempotent; returns how many enrolments were completed.
    """
    waiting = Enrolment.objects.active().filter(completed_at__isnull=True, started_at__isnull=False)
    return sum(for_each(waiting.iterator(), lambda enrolment: services.complete_if_earned(enrolment=enrolment)))


def measure_files() -> None:
    """Make the files to take away and measure the modules whose size is not known; every other run changes nothing."""
    services.measure_files()
    services.measure_copies()


def forget_answers() -> None:
    """Drop what was answered without a line a month ago; every other run changes nothing."""
    services.forget_answers()


def plan_reminders() -> None:
    """Plan the reminders of what has to be completed; every other run changes nothing."""
    services.plan_reminders(today=timezone.localdate())


def plan_overdue_lists() -> None:
    """Plan the lists of the week about who is overdue; every other run changes nothing."""
    services.plan_overdue_lists(today=timezone.localdate())


def plan_waiting_lists() -> None:
    """Plan the lists of the next morning about what waits in discussions; every other run changes nothing."""
    services.plan_waiting_lists(now=timezone.now())


def forget_lesson_files() -> None:
    """Forget the Word files of lessons that are older than a day. Run every day."""
    services.forget_lesson_files()
