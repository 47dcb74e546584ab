"""Planning and sending messages."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from core.jobs import enqueue
from mail.models import Message


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
    message = Message.objects.create(
        key=key,
        recipient=recipient,
        address=recipient.email,
        language=recipient.language,
        subject=subject.strip(),
        text=text.strip() + "\n",
        send_after=send_after or timezone.now(),
    )
    enqueue("mail.tasks.send", message.pk)
    return message


@transaction.atomic
def send_message(message: Message) -> Message:
    """Send a due message. The row is locked, so that two workers send it once."""
    locked = Message.objects.due().select_for_update().filter(pk=message.pk).first()
    if locked is None:
        return message
    mail = EmailMultiAlternatives(locked.subject, locked.text, to=[locked.address])
    if locked.html:
        mail.attach_alternative(locked.html, "text/html")
    mail.send()
    locked.state, locked.sent_at = Message.State.SENT, timezone.now()
    locked.save(update_fields=["state", "sent_at"])
    return locked
