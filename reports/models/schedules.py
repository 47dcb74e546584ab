"""Who is mailed a link to reports every month."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models import Account


class ReportSchedule(models.Model):
    """What an account decided about the monthly mail; whoever decided nothing is mailed."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="+")
    monthly = models.BooleanField()
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("monthly reports")
        verbose_name_plural = _("monthly reports")

    def __str__(self) -> str:
        return f"{self.account_id}: {self.monthly}"
