"""Who did what to whom: append-only events."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import AppendOnlyModel


class Event(AppendOnlyModel):
    """One thing that somebody did. `action` is "<app>.<what happened>", for instance "workshops.register_signed"."""

    at = models.DateTimeField(auto_now_add=True)
    # The two keys to persons are the one exception to "imports point down"; the trail outlives nobody's account.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    subject = models.ForeignKey(
        "people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    action = models.CharField(max_length=80)
    object_type = models.CharField(max_length=80, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    reason = models.TextField(blank=True)
    request_id = models.CharField(max_length=32, blank=True)
    address_hash = models.CharField(max_length=16, blank=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="event_by_time"),
            models.Index(fields=["object_type", "object_id", "at"], name="event_by_object"),
            models.Index(fields=["subject", "at"], name="event_by_subject"),
            models.Index(fields=["actor", "at"], name="event_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"
