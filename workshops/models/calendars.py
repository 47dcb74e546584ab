"""Private addresses under which a calendar program reads somebody's sessions."""

from hashlib import sha256

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models import Person


def hash_of_token(token: str) -> str:
    """What is kept of a secret address. It is long and random, so nobody finds it by trying."""
    return sha256(token.encode()).hexdigest()


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    def in_force(self) -> "CalendarFeedQuerySet":
        """Addresses that answer: not revoked, of people who may sign in."""
        return self.filter(revoked_at__isnull=True, person__account__is_active=True)

    def of_token(self, token: str) -> "CalendarFeedQuerySet":
        """The feed to which a secret address belongs."""
        return self.filter(token_hash=hash_of_token(token))


class CalendarFeed(models.Model):
    """A secret address; only its hash is kept, so it is shown once. A revoked one stays and is never given again."""

    class Kind(models.TextChoices):
        TAKING_PART = "taking_part", _("sessions I take part in")
        FACILITATING = "facilitating", _("sessions I run")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="calendar_feeds")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(revoked_at__isnull=True), name="calendar_feed_one_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.kind}"
