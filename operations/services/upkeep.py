"""What keeps an installation going: recurring work, jobs that a killed worker left behind, questions about health."""

import os
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache as remember
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import storages
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Min, Q
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from certificates.services import keys_alarm
from core.jobs import enqueue, run_job
from operations.models import Schedule
from operations.services.backups import STORED, newest_backup
from operations.timetable import TIMETABLE, RecurringJob

# A scheduler that dies between taking a job and handing it over blocks the job for so long.
LEASE = timedelta(minutes=1)
# No job of ours takes longer; one that still "runs" then lost its worker.
LONGEST_JOB = timedelta(minutes=20)
# A job that outlived that many workers is what kills them.
MOST_WORKERS_LOST = 3
# Failures stay long enough to look into what went wrong.
SUCCESS_KEPT = timedelta(days=2)
FAILURE_KEPT = timedelta(days=90)
# The queue is unwell when something has been ready for longer.
LONGEST_WAIT = timedelta(minutes=10)
# Made every night: two may have failed before somebody is told.
OLDEST_BACKUP = timedelta(days=2)
LEAST_FREE = 500_000_000


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
    enqueue(name, retry=False)
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


@remember
def _migrations_of_this_release() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)


def unapplied_migrations() -> list[str]:
    """Return the migrations of this release that the database has not seen, as "app.name"."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in _migrations_of_this_release() if (app, name) not in applied)


def readiness() -> dict[str, dict[str, Any]]:
    """Return what `/health/ready` tells: {check: {"ok": bool, …}}. Without a database nothing else is asked."""
    try:
        unapplied = unapplied_migrations()
    except DatabaseError:
        return {"database": {"ok": False}}
    checks: dict[str, dict[str, Any]] = {
        "database": {"ok": True},
        "migrations": {"ok": not unapplied, "unapplied": unapplied},
    }
    if unapplied:
        return checks
    waited = _longest_waiting()
    checks["cache"] = {"ok": _cache_keeps_values()}
    checks["storage"] = {"ok": _files_can_be_reached()}
    checks["queue"] = {"ok": waited <= LONGEST_WAIT, "oldest_seconds": int(waited.total_seconds())}
    return checks


def _cache_keeps_values() -> bool:
    """Whether what is written into the cache can be read again."""
    try:
        cache.set("health", "here", 30)
        return cache.get("health") == "here"
    except (DatabaseError, OSError):
        return False


def _files_can_be_reached() -> bool:
    """Whether both storages answer; where nothing was ever saved is no trouble."""
    try:
        for each in STORED:
            storages[each].exists("health")
    except OSError:
        return False
    return True


def _longest_waiting() -> timedelta:
    """Return for how long the job that could run longest has been waiting for a worker."""
    now = timezone.now()
    ready = DBTaskResult.objects.ready().order_by()
    at_once = ready.filter(run_after__gt=now).aggregate(since=Min("enqueued_at"))["since"]
    planned = ready.filter(run_after__lte=now).aggregate(since=Min("run_after"))["since"]
    return max((now - since for since in (at_once, planned) if since is not None), default=timedelta(0))


def diagnosis() -> dict[str, dict[str, Any]]:
    """Return what `doctor` tells: readiness, and what an operator would look at next."""
    checks = readiness()
    if not all(checks.get(name, {}).get("ok") for name in ("database", "migrations")):
        return checks
    late = Schedule.objects.filter(next_run_at__lt=timezone.now() - LONGEST_WAIT)
    names = sorted(late.values_list("name", flat=True))
    failed = DBTaskResult.objects.failed().count()
    running_long = DBTaskResult.objects.running().filter(started_at__lt=timezone.now() - LONGEST_JOB).count()
    trouble = keys_alarm()
    free = shutil.disk_usage(settings.VAR_DIR).free
    # A server of caches that is away keeps no page from being served, but somebody should look.
    replaced = getattr(cache, "is_replaced", lambda: False)()
    return {
        **checks,
        "cache": {"ok": checks["cache"]["ok"] and not replaced, "in_the_database_meanwhile": replaced},
        "scheduler": {"ok": not names, "late": names},
        "jobs": {"ok": not failed and not running_long, "failed": failed, "lost": running_long},
        "keys": {"ok": not trouble, "trouble": trouble},
        "disk": {"ok": free >= LEAST_FREE, "free_bytes": free},
        "files": {"ok": os.access(settings.VAR_DIR, os.W_OK), "folder": str(settings.VAR_DIR)},
        "backups": _backups(),
    }


def _backups() -> dict[str, Any]:
    """The newest backup here. A demonstration needs none."""
    newest = newest_backup(settings.BACKUP_FOLDER)
    made_at = datetime.fromtimestamp(newest.stat().st_mtime, tz=UTC) if newest else None
    fresh = made_at is not None and timezone.now() - made_at <= OLDEST_BACKUP
    return {"ok": fresh or settings.DEMO, "newest": made_at.isoformat(timespec="seconds") if made_at else None}
