"""Planning and sending messages."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.jobs import enqueue
from mail.models import Message, MessageQuerySet

logger = logging.getLogger(__name__)

LONGEST_SUBJECT = 200
# How long a message waits after each refusal of the mail server.
PAUSES = [timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(hours=24)]


class MailError(DomainError):
    """A rule about messages was not met."""


@transaction.atomic
def plan_message(
    *, key: str, recipient: Any, template: str, context: dict[str, Any], send_after: datetime | None = None
) -> Message | None:
    """Plan the message `templates/emails/<template>.txt` (first line: subject) for a person in the own language.

    It goes at once, or when `send_after` has come. Returns None when the person has no address. The same `key` again
    returns the message that exists.
    """
    if not recipient.email:
        return None
    existing = _of_occasion(key)
    if existing is not None:
        return existing
    return _create(key, recipient, send_after or timezone.now(), _written(recipient, template, context))


@transaction.atomic
def replan_message(
    *, key: str, recipient: Any, template: str, context: dict[str, Any], send_after: datetime
) -> Message | None:
    """Plan a message, or bring the one of this occasion up to date as long as it waits.

    One that was cancelled because plans changed is planned again when they change back. What has gone, was given up,
    or was stopped by hand stays as it is. Returns None when the person has no address (any more).
    """
    if not recipient.email:
        cancel_messages(Message.objects.filter(key=key))
        return None
    existing, words = _of_occasion(key), _written(recipient, template, context)
    if existing is None:
        return _create(key, recipient, send_after, words)
    fields = {"send_after": send_after, "state": Message.State.PLANNED, "failures": 0, **words}
    if any(getattr(existing, name) != value for name, value in fields.items()):
        waits = Message.objects.filter(state__in=[Message.State.PLANNED, Message.State.CANCELLED], stopped_at=None)
        waits.filter(pk=existing.pk).update(**fields)
        existing.refresh_from_db()
    return existing


def cancel_messages(messages: MessageQuerySet) -> int:
    """Cancel those of some messages that still wait, because their occasion is gone. Returns how many."""
    return messages.filter(state=Message.State.PLANNED).update(state=Message.State.CANCELLED)


def stop_message(*, message: Message) -> Message:
    """Stop a message by hand before it goes; a second time changes nothing. Raises MailError when it is too late."""
    waits = Message.objects.filter(pk=message.pk, state=Message.State.PLANNED)
    waits.update(state=Message.State.CANCELLED, stopped_at=timezone.now())
    message.refresh_from_db()
    if message.state != Message.State.CANCELLED:
        raise MailError(_("This message has gone already."))
    return message


def _of_occasion(key: str) -> Message | None:
    return Message.objects.filter(key=key).order_by().first()


def _create(key: str, recipient: Any, send_after: datetime, words: dict[str, str]) -> Message:
    message = Message.objects.create(key=key, recipient=recipient, send_after=send_after, **words)
    # One for later is found by the recurring job when its time has come.
    if send_after <= timezone.now():
        enqueue("mail.tasks.send", message.pk)
    return message


def _written(recipient: Any, template: str, context: dict[str, Any]) -> dict[str, str]:
    """Return what a message says and to which address, in the language of its reader."""
    with translation.override(recipient.language):
        values = {**context, "person": recipient, "site_address": settings.SITE_ADDRESS}
        subject, _newline, text = render_to_string(f"emails/{template}.txt", values).strip().partition("\n")
        subject, text = Truncator(subject.strip()).chars(LONGEST_SUBJECT), text.strip()
        html = render_to_string("emails/message.html", {"subject": subject, "text": text})
    return {
        "address": recipient.email,
        "language": recipient.language,
        "subject": subject,
        "text": text + "\n",
        "html": html,
    }


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
