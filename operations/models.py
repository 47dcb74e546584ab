"""The scheduler's memory, what operators were told about, and which jobs were set aside."""

from django.db import models
from django_tasks_db.models import DBTaskResult


class Schedule(models.Model):
    """A recurring job: when it runs next, and which scheduler holds it (a lease, so that two never run it at once)."""

    name = models.CharField(max_length=100, primary_key=True)
    next_run_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    last_run_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Concern(models.Model):
    """Something that was not well: since when, whether it still is, and when operators were told about it last."""

    name = models.CharField(max_length=50, primary_key=True)
    is_open = models.BooleanField(default=True)
    since = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class JobSetAside(models.Model):
    """A job that was given up and that nobody shall try again. Who said so stands in the audit trail."""

    job = models.OneToOneField(DBTaskResult, on_delete=models.CASCADE, primary_key=True, related_name="set_aside")
    reason = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.job_id)
