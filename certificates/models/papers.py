"""Certificates of earlier years, which were issued on paper and are entered as a list with their scans."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import AppendOnlyModel
from people.models import Account


class PaperBatch(AppendOnlyModel):
    """A list of paper certificates that somebody entered at once."""

    title = models.CharField(_("what it was"), max_length=200)
    file_name = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("list of paper certificates")
        verbose_name_plural = _("lists of paper certificates")

    def __str__(self) -> str:
        return self.title
