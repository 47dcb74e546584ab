"""Messages as rows: planned, visible, sent once, logged."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class MessageQuerySet(models.QuerySet["Message"]):
    def due(self) -> "MessageQuerySet":
        """Messages whose time has come and which nobody sent or stopped."""
        return self.filter(state=Message.State.PLANNED, send_after__lte=timezone.now())

    def about(self, topic: str) -> "MessageQuerySet":
        """Messages whose occasions belong to a topic: "workshop:12" has "workshop:12:reminder:…"."""
        return self.filter(key__startswith=f"{topic}:")


class Message(models.Model):
    """One message to one person. `key` names the occasion: the same occasion never makes a second message."""

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        CANCELLED = "cancelled", _("cancelled")
        FAILED = "failed", _("failed")

    key = models.CharField(max_length=200, unique=True)
    recipient = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="messages")
    address = models.EmailField()
    language = models.CharField(max_length=2)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    send_after = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    # When somebody stopped it by hand: no change of plans brings it back.
    stopped_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    failure = models.TextField(blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="sent", sent_at__isnull=False) | ~models.Q(state="sent"),
                name="message_sent_has_moment",
            ),
            models.CheckConstraint(
                condition=models.Q(stopped_at__isnull=True) | models.Q(state="cancelled"),
                name="message_stopped_is_cancelled",
            ),
        ]
        indexes = [models.Index(fields=["state", "send_after"], name="message_due")]

    def __str__(self) -> str:
        return self.subject
