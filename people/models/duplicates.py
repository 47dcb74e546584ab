"""One human being recorded twice: what was merged, and who was looked at and is somebody else."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models.accounts import Account
from people.models.agencies import Agency
from people.models.memberships import Membership
from people.models.persons import Person, PersonQuerySet


def looked_after_by(account: Account) -> PersonQuerySet:
    """People whose records an account puts in order; merged and erased ones are left out.

    All for managers; for coordinators those who belonged to agencies of the own subtree and belong to no other today.
    """
    found = Person.objects.unmerged().filter(erasure__isnull=True)
    if not account.is_authenticated:
        return found.none()
    if account.sees_everybody:
        return found
    own = Agency.objects.coordinated_by(account).values("pk")
    theirs = Membership.objects.filter(person=OuterRef("pk"))
    elsewhere = Membership.objects.current().filter(person=OuterRef("pk")).exclude(agency__in=own)
    return found.filter(Exists(theirs.filter(agency__in=own)), ~Exists(elsewhere))


class NotTheSameQuerySet(models.QuerySet["NotTheSame"]):
    def visible_to(self, account: Account) -> "NotTheSameQuerySet":
        """Pairs of which the account looks after both."""
        people = looked_after_by(account).values("pk")
        return self.filter(first__in=people, second__in=people)


class NotTheSame(models.Model):
    """Two people who look like one and are two: somebody looked. `first` is the one with the smaller key."""

    first = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)

    objects = NotTheSameQuerySet.as_manager()

    class Meta:
        verbose_name = _("two people who are not the same")
        verbose_name_plural = _("people who are not the same")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="not_the_same_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="not_the_same_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} ≠ {self.second_id}"


class MergeQuerySet(models.QuerySet["Merge"]):
    def visible_to(self, account: Account) -> "MergeQuerySet":
        """Merges into people whom the account looks after; for managers also those that were merged on, or erased."""
        if account.is_authenticated and account.sees_everybody:
            return self.all()
        return self.filter(kept__in=looked_after_by(account).values("pk"))


class Merge(models.Model):
    """Two records of one person became one: `merged` points at `kept`, and every fact followed.

    chosen: {field: [value of the kept one before, value now]}. moved: {"<app>.<model>": rows that went over}.
    set_aside: {"<app>.<model>": [values]} of what only one person may have. steps: everything that was written, in its
    order, as `people.services.journal` reads it; empty when something followed that cannot be taken back.
    """

    kept = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merges")
    merged = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merges_away")
    merged_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    merged_at = models.DateTimeField(default=timezone.now)
    chosen = models.JSONField(default=dict)
    moved = models.JSONField(default=dict)
    set_aside = models.JSONField(default=dict)
    steps = models.JSONField(default=list)
    undone_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = MergeQuerySet.as_manager()

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
