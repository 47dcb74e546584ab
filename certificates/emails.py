"""Messages about certificates."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from certificates import codes, wording
from certificates.models import Certificate
from mail.kinds import REMINDERS
from mail.models import Message
from mail.services import Extras, cancel_messages, erase_words, plan_message, replan_message


def plan_ready(certificate: Certificate) -> Message | None:
    """Plan the message that a certificate can be downloaded; the same certificate never makes a second one.

    The holder of one that takes the place of another also reads which one.
    """
    replaced = certificate.supersedes
    with override(certificate.person.language):
        context = {
            "subject": wording.in_active_language(certificate.payload["subject"]["titles"]),
            "page": settings.SITE_ADDRESS + reverse("certificate", args=[certificate.code]),
            "verification": certificate.payload["address"],
            "replaced": codes.printed(replaced.code) if replaced else "",
        }
    return plan_message(
        key=f"certificate:{certificate.code}:ready",
        recipient=certificate.person,
        template="certificates/reissued" if replaced else "certificates/ready",
        context=context,
    )


def plan_expiry(certificate: Certificate, days: int) -> Message | None:
    """Plan the reminder that a certificate expires in so many days; each rung of the ladder has its own message."""
    if certificate.expires_at is None:
        return None
    module = certificate.enrolment.module if certificate.enrolment else None
    with override(certificate.person.language):
        renew = reverse("final_test", args=[module.code]) if module and module.final_test_id else ""
        context = {
            "subject": wording.in_active_language(certificate.payload["subject"]["titles"]),
            "day": date_format(timezone.localdate(certificate.expires_at), "DATE_FORMAT"),
            "page": settings.SITE_ADDRESS + reverse("certificate", args=[certificate.code]),
            "renew": settings.SITE_ADDRESS + renew if renew else "",
        }
    return replan_message(
        key=f"{_expiry(certificate)}{days}",
        recipient=certificate.person,
        template="certificates/expires",
        context=context,
        send_after=certificate.expires_at - timedelta(days=days),
        moves=False,
        extras=Extras(kind=REMINDERS),
    )


def cancel_expiry(certificate: Certificate) -> None:
    """Cancel the reminders that still wait: the certificate is no longer in force, or was put back in force."""
    cancel_messages(Message.objects.filter(key__startswith=_expiry(certificate)))


def erase(certificate: Certificate) -> None:
    """Erase what messages about a certificate say; those that still wait are not sent."""
    erase_words(Message.objects.about(f"certificate:{certificate.code}"))


def _expiry(certificate: Certificate) -> str:
    return f"certificate:{certificate.code}:expires:"
