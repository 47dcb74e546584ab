"""Reminders that a certificate will expire: 90, 30 and 7 days before, each once."""

from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from certificates import emails
from certificates.models import Certificate
from core.jobs import for_each

# Days before the end at which a reminder goes.
LADDER = (90, 30, 7)
# A rung is planned so long before its day, and missed for good so long after it: what is past is not mailed.
AHEAD, LATE = timedelta(days=2), timedelta(days=2)


def plan_reminders() -> int:
    """Plan the reminders whose day has come near; the same one is never planned twice. Returns how many were due.

    None for a certificate that is not in force, that has expired, that was issued later than the day of the reminder,
    or whose day had passed before this ran.
    """
    now = timezone.now()
    in_force = Certificate.objects.standing().filter(
        suspended_at__isnull=True, sealed_at__isnull=False, erased_at__isnull=True, expires_at__gt=now
    )
    due = [
        (certificate, days)
        for days in LADDER
        for certificate in in_force.filter(
            expires_at__gt=now + timedelta(days=days) - LATE,
            expires_at__lte=now + timedelta(days=days) + AHEAD,
            issued_at__lte=F("expires_at") - timedelta(days=days),
        )
        .select_related("person", "enrolment__module")
        .order_by("pk")
    ]
    return len(for_each(due, lambda one: emails.plan_expiry(*one)))
