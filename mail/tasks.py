"""Background jobs of this app."""

from django.conf import settings
from django.core.mail import EmailMessage

from core.jobs import for_each
from mail.models import Message
from mail.services import send_message, write_to_operators


def send(pk: int) -> None:
    """Send one message if it is due."""
    send_message(Message.objects.get(pk=pk))


def send_due() -> None:
    """Send everything whose time has come; what fails is tried again at the next run."""
    for_each(Message.objects.due().order_by("send_after")[:200], send_message)


def send_to_support(subject: str, text: str, reply_to: str) -> None:
    """Send a message to the people who help; they can answer whoever wrote it."""
    EmailMessage(subject, text, to=[settings.SUPPORT_EMAIL], reply_to=[reply_to] if reply_to else None).send()


def send_to_operators(subject: str, text: str) -> None:
    """Send a message to those who look after the installation."""
    write_to_operators(subject, text)
