"""Background jobs of this app."""

from datetime import timedelta
from itertools import takewhile

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from core.jobs import for_each
from mail.models import Message
from mail.services import send_message, write_to_operators

# A mail server that says nothing takes EMAIL_TIMEOUT for each message: other jobs have their turn in between.
LONGEST_RUN = timedelta(minutes=2)


def send(pk: int) -> None:
    """Send one message if it is due."""
    send_message(Message.objects.get(pk=pk))


def send_due() -> None:
    """Send everything whose time has come; what fails is tried again at a later run, and what is left at the next."""
    until = timezone.now() + LONGEST_RUN
    due = Message.objects.due().order_by("send_after")[:200]
    for_each(takewhile(lambda _message: timezone.now() < until, due), send_message)


def send_to_support(subject: str, text: str, reply_to: str) -> None:
    """Send a message to the people who help; they can answer whoever wrote it."""
    EmailMessage(subject, text, to=[settings.SUPPORT_EMAIL], reply_to=[reply_to] if reply_to else None).send()


def send_to_operators(subject: str, text: str) -> None:
    """Send a message to those who look after the installation."""
    write_to_operators(subject, text)
