"""Messages as rows: planned, visible, sent once, logged."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Longer than a mail server may take; whoever has not said by then how it went will not.
LONGEST_SENDING = timedelta(hours=1)


class MessageQuerySet(models.QuerySet["Message"]):
    def due(self) -> "MessageQuerySet":
        """Messages whose time has come and which nobody sent or stopped."""
        return self.filter(state=Message.State.PLANNED, send_after__lte=timezone.now())

    def about(self, topic: str) -> "MessageQuerySet":
        """Messages whose occasions belong to a topic: "workshop:12" has "workshop:12:reminder:…"."""
        return self.filter(key__startswith=f"{topic}:")

    def undelivered(self) -> "MessageQuerySet":
        """Messages that did not arrive at the address which their reader still has."""
        lost = Q(state=Message.State.FAILED) | Q(bounced_at__isnull=False)
        return self.filter(lost, address=F("recipient__email"))

    def arrived(self) -> "MessageQuerySet":
        """Messages that were sent, or may have been, and did not come back."""
        return self.filter(state__in=[Message.State.SENT, Message.State.SENDING], bounced_at__isnull=True)

    def in_doubt(self) -> "MessageQuerySet":
        """Messages that a process took to send and said nothing about since: it was killed in the middle."""
        return self.filter(state=Message.State.SENDING, send_after__lt=timezone.now() - LONGEST_SENDING)


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
    # Addresses for the reader alone, put into the text when it goes: {"[[yes]]": "https://…"}.
    links = models.JSONField(default=dict, blank=True)
    # What calendar programs are told along with it, a calendar for each event, and what they shall do with most of
    # them: each says itself what it is for (RFC 5546).
    calendar = models.TextField(blank=True)
    calendar_method = models.CharField(max_length=10, blank=True)
    # Messages to one address that are due together and are of one group go as one mail; without a group it goes alone.
    digest = models.CharField(max_length=40, blank=True)
    # Which kind of messages that a reader may do without (`mail.kinds`); empty for one that is needed.
    kind = models.CharField(max_length=20, blank=True)
    # Which state of things the words tell, in terms of whoever plans the message.
    tells = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    send_after = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(auto_now_add=True)
    # When somebody wrote its words anew by hand: no change of plans writes over them.
    edited_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    # The Message-ID of the mail with which it went; those of a digest share one.
    mail_id = models.CharField(max_length=200, blank=True, db_index=True)
    # When somebody stopped it by hand: no change of plans brings it back.
    stopped_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    failure = models.TextField(blank=True)
    # When another mail server sent it back, and what it said.
    bounced_at = models.DateTimeField(null=True, blank=True)
    bounce = models.TextField(blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | ~Q(state="sent"),
                name="message_sent_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True) | Q(state="cancelled"),
                name="message_stopped_is_cancelled",
            ),
            models.CheckConstraint(
                condition=Q(calendar="", calendar_method="") | ~Q(calendar="") & ~Q(calendar_method=""),
                name="message_calendar_has_method",
            ),
        ]
        indexes = [models.Index(fields=["state", "send_after"], name="message_due")]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_planned(self) -> bool:
        """Whether it has neither gone nor been cancelled."""
        return self.state == self.State.PLANNED
