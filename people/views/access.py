"""What pages about people begin and end with."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from core.errors import DomainError
from people.models import Account

SECTION = {"section": "people"}
FORM_METHODS = ["GET", "HEAD", "POST"]


def account_of(request: HttpRequest) -> Account:
    """Whoever is asking; the pages that use this are for people who are signed in."""
    return cast("Account", request.user)


def refuse(request: HttpRequest, error: Exception, *to: Any) -> HttpResponse:
    """Say why something was not done, on the page from which it was asked."""
    messages.error(request, str(error))
    return redirect(*to)


def say(request: HttpRequest, sentence: str, *to: Any) -> HttpResponse:
    """Say what was done, on the next page."""
    messages.success(request, sentence)
    return redirect(*to)


def saved(form: forms.BaseForm) -> bool:
    """Save a form that was sent and is valid; what the service refuses becomes an error of the form."""
    if not form.is_bound or not form.is_valid():
        return False
    try:
        form.save()  # type: ignore[attr-defined]
    except DomainError as error:
        form.add_error(None, str(error))
        return False
    return True
