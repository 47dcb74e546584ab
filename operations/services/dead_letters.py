"""Jobs that were given up: seen, tried again, or set aside with a reason."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from audit.services import record
from core.errors import DomainError
from operations.models import JobSetAside
from operations.permissions import can_operate

SHORTEST_REASON = 5


class DeadLetterError(DomainError):
    """A job that was given up cannot be dealt with like this."""


def dead_letters() -> QuerySet[DBTaskResult]:
    """Return jobs that were given up and that nobody has set aside, the newest first."""
    failed = DBTaskResult.objects.failed().filter(backend_name="jobs", set_aside__isnull=True)
    return failed.order_by("-finished_at", "-enqueued_at")


def name_of(job: DBTaskResult) -> str:
    """Return what a job does, as the code calls it. Its arguments may be words of people and are told nobody."""
    args = job.args_kwargs.get("args", [])
    return str(args[0]) if args and job.task_path.endswith("run_job") else job.task_path


@transaction.atomic
def try_again(*, key: UUID, actor: Any) -> str:
    """Give a job to the workers once more, and return its name. Raises DeadLetterError when it is no dead letter."""
    job = _claimed(key, actor)
    job.status, job.started_at, job.finished_at = TaskResultStatus.READY, None, None
    job.run_after, job.worker_ids = get_date_max(), []
    job.exception_class_path, job.traceback = "", ""
    job.enqueued_at = timezone.now()
    job.save()
    record("operations.job_tried_again", obj=job, actor=actor, after={"job": name_of(job)})
    return name_of(job)


@transaction.atomic
def set_aside(*, key: UUID, reason: str, actor: Any) -> str:
    """Let a job rest that nobody shall try again; return its name. Raises DeadLetterError, also without a reason."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise DeadLetterError(_("Say in some words why this job need not be done."))
    job = _claimed(key, actor)
    JobSetAside.objects.create(job=job, reason=reason.strip())
    record("operations.job_set_aside", obj=job, actor=actor, after={"job": name_of(job)}, reason=reason.strip())
    return name_of(job)


def _claimed(key: UUID, actor: Any) -> DBTaskResult:
    if not can_operate(actor):
        raise DeadLetterError(_("Only administrators look after jobs."))
    job = DBTaskResult.objects.select_for_update(of=("self",)).filter(pk=key).first()
    if job is None or not dead_letters().filter(pk=key).exists():
        raise DeadLetterError(_("Somebody has dealt with this job already, or it has been done."))
    return job
