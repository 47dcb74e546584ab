"""The scheduler's memory."""

from django.db import models


class Schedule(models.Model):
    """A recurring job: when it runs next, and which scheduler holds it (a lease, so that two never run it at once)."""

    name = models.CharField(max_length=100, primary_key=True)
    next_run_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    last_run_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
