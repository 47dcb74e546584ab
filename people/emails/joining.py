"""Letters about coming in. To people on record they go as messages; to an address alone, as a plain mail."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from mail.services import plan_message
from people.models import Invitation, JoinRequest, Membership, Person


def send_invitation_letter(invitation: Invitation, secret: str) -> None:
    """Send the letter with its secret link, which stands nowhere else: so it is no message that is kept."""
    context = {
        "invitation": invitation,
        "link": _address(invitation.language, "join_invitation", secret),
        "inviter": invitation.invited_by.get_full_name(),
        "names": _first_names(invitation),
    }
    _send(invitation.email, invitation.language, "people/invited", context)


def send_refusal(request: JoinRequest) -> None:
    """Tell somebody who may be no person on record that a request was refused, and why."""
    link = _address(request.language, "join")
    context = {"request": request, "link": link, "names": _first_names(request)}
    _send(request.account.email, request.language, "people/join_refused", context)


def plan_welcome(membership: Membership) -> None:
    """Tell somebody that they belong to an agency since when, and how to sign in."""
    person = membership.person
    context = {"membership": membership, "link": _address(person.language, "account_login")}
    key = f"people:membership:{membership.pk}:welcome"
    plan_message(key=key, recipient=person, template="people/joined", context=context)


def plan_question(request: JoinRequest, decider: Person) -> None:
    """Ask one of those who decide about a request to join."""
    context = {"request": request, "link": _address(decider.language, "join_request", request.pk)}
    key = f"people:join_request:{request.pk}:{decider.pk}"
    plan_message(key=key, recipient=decider, template="people/join_asked", context=context)


def _address(language: str, name: str, *args: Any) -> str:
    with translation.override(language):
        return settings.SITE_ADDRESS + reverse(name, args=args)


def _first_names(letter: Invitation | JoinRequest) -> str:
    """How somebody is addressed who may be no person on record yet."""
    return " ".join(part for part in (letter.given_name, letter.patronymic) if part)


def _send(address: str, language: str, template: str, context: dict[str, Any]) -> None:
    with translation.override(language):
        words = render_to_string(f"emails/{template}.txt", {**context, "site_address": settings.SITE_ADDRESS})
        subject, _newline, text = words.strip().partition("\n")
        parts = [{"subject": subject.strip(), "text": text.strip() + "\n"}]
        html = render_to_string("emails/message.html", {"subject": subject.strip(), "parts": parts})
    mail = EmailMultiAlternatives(subject.strip(), parts[0]["text"], to=[address])
    mail.attach_alternative(html, "text/html")
    mail.send()
