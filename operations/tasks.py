"""Background jobs of this app: what the timetable names."""

from django.core.management import call_command

from operations import services


def requeue_lost_jobs() -> None:
    """Start again what a killed worker left half done."""
    services.requeue_lost_jobs()


def prune() -> None:
    """Forget results of old jobs and sessions that have ended."""
    services.prune_job_results()
    call_command("clearsessions", verbosity=0)
