"""Messages about certificates."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from certificates import codes, wording
from certificates.models import Certificate
from mail.models import Message
from mail.services import plan_message


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
