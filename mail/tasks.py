"""Background jobs of this app."""

from mail.models import Message
from mail.services import send_message


def send(pk: int) -> None:
    """Send one message if it is due."""
    send_message(Message.objects.get(pk=pk))


def send_due() -> None:
    """Send everything whose time has come; what fails is tried again at the next run."""
    for message in Message.objects.due().order_by("send_after")[:200]:
        send_message(message)
