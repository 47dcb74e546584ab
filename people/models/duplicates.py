"""One human being recorded twice: what was merged, and who was looked at and is somebody else."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models.accounts import Account
from people.models.persons import Person


class NotTheSame(models.Model):
    """Two people who look like one and are two: somebody looked. `first` is the one with the smaller key."""

    first = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("two people who are not the same")
        verbose_name_plural = _("people who are not the same")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="not_the_same_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="not_the_same_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} ≠ {self.second_id}"


class Merge(models.Model):
    """Two records of one person became one: `merged` points at `kept`, and every fact followed.

    chosen: {field: [value of the kept one before, value now]}. moved: {"<app>.<model>.<field>": [keys]} that went over,
    so that they can go back. set_aside: what only one person may have, with its values.
    """

    kept = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merges")
    merged = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merges_away")
    merged_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    merged_at = models.DateTimeField(default=timezone.now)
    chosen = models.JSONField(default=dict)
    moved = models.JSONField(default=dict)
    set_aside = models.JSONField(default=dict)
    undone_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-merged_at", "-pk"]
        verbose_name = _("merge of two records")
        verbose_name_plural = _("merges of records")
        constraints = [
            models.CheckConstraint(condition=~Q(kept=F("merged")), name="merge_of_two"),
            models.UniqueConstraint(fields=["merged"], condition=Q(undone_at__isnull=True), name="merge_once"),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} → {self.kept_id}"
