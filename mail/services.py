"""Planning and sending messages."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from core.jobs import enqueue
from mail.models import Message

logger = logging.getLogger(__name__)

# How long a message waits after each refusal of the mail server.
PAUSES = [timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(hours=24)]


@transaction.atomic
def plan_message(
    *, key: str, recipient: Any, template: str, context: dict[str, Any], send_after: datetime | None = None
) -> Message | None:
    """Plan the message `templates/emails/<template>.txt` (first line: subject) for a person in the own language.

    Returns None when the person has no address. The same `key` again returns the message that exists.
    """
    if not recipient.email:
        return None
    existing = Message.objects.filter(key=key).first()
    if existing is not None:
        return existing
    with translation.override(recipient.language):
        values = {**context, "person": recipient, "site_address": settings.SITE_ADDRESS}
        subject, _newline, text = render_to_string(f"emails/{template}.txt", values).strip().partition("\n")
        html = render_to_string("emails/message.html", {"subject": subject.strip(), "text": text.strip()})
    message = Message.objects.create(
        key=key,
        recipient=recipient,
        address=recipient.email,
        language=recipient.language,
        subject=subject.strip(),
        text=text.strip() + "\n",
        html=html,
        send_after=send_after or timezone.now(),
    )
    enqueue("mail.tasks.send", message.pk)
    return message


def send_message(message: Message) -> Message:
    """Send a due message, once: it is claimed before it goes, so no second worker and no second run sends it again.

    A mail server that refuses puts the message back for later, with growing pauses; after the last it is failed. A
    process killed in the middle leaves it "being sent": nobody knows whether it went, so nobody sends it again.
    """
    claimed = Message.objects.due().filter(pk=message.pk).update(state=Message.State.SENDING)
    message.refresh_from_db()
    if not claimed:
        return message
    mail = EmailMultiAlternatives(message.subject, message.text, to=[message.address])
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    try:
        mail.send()
    except Exception as error:
        # The server refused, is away, or the address cannot be written: whatever it was, the message did not go.
        logger.exception("Message %d could not be sent", message.pk)
        return _put_back(message, error)
    message.state, message.sent_at, message.failure = Message.State.SENT, timezone.now(), ""
    message.save(update_fields=["state", "sent_at", "failure"])
    return message


def _put_back(message: Message, error: Exception) -> Message:
    message.failure = f"{type(error).__name__}: {error}"
    if message.failures < len(PAUSES):
        message.state, message.send_after = Message.State.PLANNED, timezone.now() + PAUSES[message.failures]
    else:
        message.state = Message.State.FAILED
    message.failures += 1
    message.save(update_fields=["state", "send_after", "failures", "failure"])
    return message
