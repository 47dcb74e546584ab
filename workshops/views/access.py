"""What the pages of those who run a workshop begin with: the workshop or session in their scope, or 404."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language

from people.models import Account
from workshops.models import Session, Workshop

SECTION = {"section": "workshops"}


def language() -> str:
    """The language in which the page is read."""
    return (get_language() or "")[:2]


def account_of(request: HttpRequest) -> Account:
    """Whoever is asking; the pages that use this are for people who are signed in."""
    return cast("Account", request.user)


def managed_workshop(request: HttpRequest, code: str) -> Workshop:
    """The workshop, if the account works on it."""
    workshops = Workshop.objects.managed_by(account_of(request)).select_related("outline", "test")
    return get_object_or_404(workshops, code=code)


def managed_session(request: HttpRequest, code: str, number: int) -> Session:
    """The session, if the account may open its register."""
    sessions = Session.objects.visible_to(account_of(request)).select_related(
        "workshop", "room", "sign_off__signed_by__person"
    )
    return get_object_or_404(sessions, workshop__code=code, number=number)


def refuse(request: HttpRequest, error: Exception, *to: Any) -> HttpResponse:
    """Say why something was not done, on the page from which it was asked."""
    messages.error(request, str(error))
    return redirect(*to)


def say(request: HttpRequest, sentence: str, *to: Any) -> HttpResponse:
    """Say what was done, on the next page."""
    messages.success(request, sentence)
    return redirect(*to)
