"""What keeps an installation going: recurring work, and jobs that a killed worker left behind."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from core.jobs import enqueue, run_job
from operations.models import Schedule
from operations.timetable import TIMETABLE, RecurringJob

# A scheduler that dies between taking a job and handing it over blocks the job for so long.
LEASE = timedelta(minutes=1)
# No job of ours takes longer; one that still "runs" then lost its worker.
LONGEST_JOB = timedelta(minutes=20)
# A job that outlived that many workers is what kills them.
MOST_WORKERS_LOST = 3
# What comes as rarely as this, or more rarely, may take long: it lets pass what somebody waits for.
RARE = timedelta(minutes=15)
# Failures stay long enough to look into what went wrong.
SUCCESS_KEPT = timedelta(days=2)
FAILURE_KEPT = timedelta(days=90)


def run_due_jobs(*, timetable: Sequence[RecurringJob] = TIMETABLE) -> list[str]:
    """Hand over every recurring job whose time has come and return the names of those that were enqueued.

    Several schedulers may call this at once: the row of a job is leased by a single UPDATE that only one of them wins.
    """
    now = timezone.now()
    every = {job.name: job.every for job in timetable}
    # A job that is new here is due at once.
    Schedule.objects.bulk_create([Schedule(name=name, next_run_at=now) for name in every], ignore_conflicts=True)
    due = Schedule.objects.filter(name__in=every, next_run_at__lte=now).order_by("next_run_at", "name")
    names = list(due.values_list("name", flat=True))
    return [name for name in names if _lease(name, now) and _hand_over(name, now, every[name])]


def _lease(name: str, now: datetime) -> bool:
    """Whether this call got hold of the job."""
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    return Schedule.objects.filter(free, name=name, next_run_at__lte=now).update(leased_until=now + LEASE) == 1


@transaction.atomic
def _hand_over(name: str, now: datetime, every: timedelta) -> bool:
    """Plan the next run and enqueue this one, unless the one before it still waits. Returns whether it was enqueued."""
    Schedule.objects.filter(name=name).update(next_run_at=now + every, last_run_at=now, leased_until=None)
    if _is_waiting(name):
        return False
    enqueue(name, retry=False, gives_way=every >= RARE)
    return True


def _is_waiting(name: str) -> bool:
    """Whether such a job is in the queue or running."""
    unfinished = DBTaskResult.objects.filter(status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING])
    return unfinished.filter(task_path=run_job.module_path, args_kwargs__args__0=name).exists()


@transaction.atomic
def requeue_lost_jobs() -> int:
    """Make jobs ready again whose worker was killed; a job that killed several workers fails. Returns how many."""
    started_before = timezone.now() - LONGEST_JOB
    lost = DBTaskResult.objects.running().filter(started_at__lt=started_before).select_for_update()
    results = list(lost)
    for result in results:
        if len(result.worker_ids) >= MOST_WORKERS_LOST:
            result.status, result.finished_at = TaskResultStatus.FAILED, timezone.now()
            result.traceback = f"Given up: {len(result.worker_ids)} workers stopped in the middle of it."
        else:
            result.status, result.started_at = TaskResultStatus.READY, None
        result.save(update_fields=["status", "started_at", "finished_at", "traceback"])
    return len(results)


@transaction.atomic
def prune_job_results() -> int:
    """Forget jobs that ended well days ago and those that failed months ago. Returns how many."""
    finished = DBTaskResult.objects.filter(backend_name="jobs")
    now = timezone.now()
    old = Q(status=TaskResultStatus.SUCCESSFUL, finished_at__lt=now - SUCCESS_KEPT)
    old |= Q(status=TaskResultStatus.FAILED, finished_at__lt=now - FAILURE_KEPT)
    return finished.filter(old).delete()[0]
