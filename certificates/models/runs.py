"""Long work on many certificates at once, which can be watched, paused and gone on with."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certificates.models.certificates import Certificate
from core.models import NeverDeletedQuerySet
from people.models import Account


class Run(models.Model):
    """A run over many certificates: sealed, or issued anew, one after the other by a job."""

    class Work(models.TextChoices):
        SEAL = "seal", _("prepare what waits")
        REISSUE = "reissue", _("issue anew")
        EXTEND = "extend", _("extend signatures")

    class State(models.TextChoices):
        RUNNING = "running", _("is running")
        PAUSED = "paused", _("is paused")
        DONE = "done", _("is done")

    work = models.CharField(max_length=8, choices=Work.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    # Given for every certificate that is issued anew; public, as every reason.
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = NeverDeletedQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="done", finished_at__isnull=False) | (~Q(state="done") & Q(finished_at__isnull=True)),
                name="run_done_is_finished",
            )
        ]

    def __str__(self) -> str:
        return f"{self.work} {self.pk}"


class RunItem(models.Model):
    """One certificate of a run and what became of it."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="items")
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    successor = models.ForeignKey(Certificate, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # Why it could not be done, for whoever started the run.
    failure = models.TextField(blank=True)

    objects = NeverDeletedQuerySet.as_manager()

    class Meta:
        ordering = ["run", "pk"]
        verbose_name = _("item of a run")
        verbose_name_plural = _("items of a run")
        constraints = [models.UniqueConstraint(fields=["run", "certificate"], name="run_item_once")]
        indexes = [models.Index(fields=["run", "done_at"], name="run_item_to_do")]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.certificate_id}"
