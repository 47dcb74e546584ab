"""What happened by itself in the past of the demonstration: certificates were sealed, messages went out."""

from datetime import datetime, timedelta

from django.db.models import F

from certificates.models import Certificate
from certificates.services import seal
from mail.models import Message
from operations.demo.clock import at


def settle(now: datetime) -> None:
    """Seal what was earned at the time it was earned, and count messages of the past as sent: nobody is mailed now."""
    for certificate in Certificate.objects.unsealed():
        with at(certificate.issued_at + timedelta(minutes=1)):
            seal(certificate=certificate)
    past = Message.objects.filter(state=Message.State.PLANNED, send_after__lte=now)
    past.update(state=Message.State.SENT, sent_at=F("send_after"))
