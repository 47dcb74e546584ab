"""Background jobs of this app: what the timetable names."""

from django.conf import settings
from django.core.management import call_command

from operations import services


def requeue_lost_jobs() -> None:
    """Start again what a killed worker left half done."""
    services.requeue_lost_jobs()


def tell_operators() -> None:
    """Write to operators about what turned bad, and what is well again."""
    services.tell_operators()


def prune() -> None:
    """Forget results of old jobs and sessions that have ended."""
    services.prune_job_results()
    call_command("clearsessions", verbosity=0)


def back_up() -> None:
    """Make the backup of the day, where somebody is named who may open it."""
    if settings.BACKUP_RECIPIENTS and not settings.DEMO:
        services.back_up(
            recipients=settings.BACKUP_RECIPIENTS, folder=settings.BACKUP_FOLDER, keep=settings.BACKUP_KEEP
        )
