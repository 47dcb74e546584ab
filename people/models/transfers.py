"""Moves of people from one agency to another, on a day, agreed upon by both."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models.accounts import Account
from people.models.agencies import Agency
from people.models.persons import Person


class TransferQuerySet(models.QuerySet["Transfer"]):
    def visible_to(self, account: Account) -> "TransferQuerySet":
        """Moves out of or into agencies whose people the account may read."""
        agencies = Agency.objects.visible_to(account).values("pk")
        return self.filter(Q(losing__in=agencies) | Q(gaining__in=agencies))

    def asked(self) -> "TransferQuerySet":
        """Moves that the other side has not answered yet."""
        return self.filter(state=Transfer.State.ASKED)


class Transfer(models.Model):
    """One side says that a person moves on a day; the other side, or a manager, confirms. Then membership follows."""

    class State(models.TextChoices):
        ASKED = "asked", _("to be confirmed")
        CONFIRMED = "confirmed", _("confirmed")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="transfers")
    losing = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="transfers_out")
    gaining = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="transfers_in")
    on = models.DateField(_("first day in the new agency"))
    post = models.CharField(_("post"), max_length=200, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    asked_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    decided_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(state="asked"), name="transfer_one_asked"),
            models.CheckConstraint(condition=~Q(losing=F("gaining")), name="transfer_between_two_agencies"),
            models.CheckConstraint(
                condition=Q(state="asked", decided_at__isnull=True) | (~Q(state="asked") & Q(decided_at__isnull=False)),
                name="transfer_decided_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.losing} → {self.gaining}"
