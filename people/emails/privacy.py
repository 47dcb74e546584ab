"""Messages about somebody's own data."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override

from core.errors import MailGoneError
from mail.models import Message
from mail.services import plan_message
from people.models import DataRequest


def data_request_answered(request: DataRequest) -> Message | None:
    """Tell a person what became of a request about the own data."""
    person = request.person
    with override(person.language):
        context = {
            "erasure": request.kind == DataRequest.Kind.ERASURE,
            "refused": request.state == DataRequest.State.REFUSED,
            "answer": request.answer,
            "page": settings.SITE_ADDRESS + reverse("own_data"),
        }
    return plan_message(
        key=f"data-request:{request.pk}:answered",
        recipient=person,
        template="people/data_request_answered",
        context=context,
    )


def erased(address: str, language: str) -> None:
    """Tell whoever had this address that everything was erased. No row remembers it: that was the point.

    Raises MailGoneError.
    """
    with override(language):
        subject, _gap, text = render_to_string("emails/people/erased.txt").strip().partition("\n")
    try:
        send_mail(subject.strip(), text.strip() + "\n", settings.DEFAULT_FROM_EMAIL, [address])
    except OSError:
        raise MailGoneError from None
