"""Who belonged to which agency from when to when."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models.agencies import Agency
from people.models.persons import Person


class MembershipQuerySet(models.QuerySet["Membership"]):
    def on(self, day: date | Any) -> "MembershipQuerySet":
        """Memberships in force on a day (a date or an expression)."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day)

    def current(self) -> "MembershipQuerySet":
        """Memberships in force today."""
        return self.on(timezone.localdate())


class Membership(models.Model):
    """A person's time in an agency. Nothing is overwritten when somebody moves: the row ends, another begins."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="memberships")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    post = models.CharField(max_length=200, blank=True)
    primary = models.BooleanField(default=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["-valid_from", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="membership_dates_in_order"
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(valid_to__isnull=True, primary=True), name="membership_one_open_primary"
            ),
        ]
        indexes = [models.Index(fields=["agency", "valid_from"], name="membership_by_agency")]

    def __str__(self) -> str:
        return f"{self.person} – {self.agency}"
