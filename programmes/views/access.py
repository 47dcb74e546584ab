"""What the pages of those who plan programmes begin with, and how they say what was done."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from core.errors import DomainError
from people.models import Account
from programmes.models import Programme
from programmes.permissions import can_plan

FORM_METHODS = ["GET", "HEAD", "POST"]


def account_of(request: HttpRequest) -> Account:
    """Whoever is asking; the pages that use this are for people who are signed in."""
    return cast("Account", request.user)


def check_planning(request: HttpRequest) -> None:
    """Let in whoever plans programmes, with a sentence for everybody else."""
    if not can_plan(account_of(request)):
        raise PermissionDenied(_("Programmes are planned by programme managers."))


def planned_programme(request: HttpRequest, code: str) -> Programme:
    """The programme, if the account plans programmes."""
    check_planning(request)
    return get_object_or_404(Programme, code=code)


def is_saved(request: HttpRequest, form: forms.Form) -> bool:
    """Save a form that was sent and is valid; what the service refuses becomes an error of the form."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        form.save()  # type: ignore[attr-defined]
    except DomainError as error:
        form.add_error(None, str(error))
        return False
    return True


def say(request: HttpRequest, sentence: str, to: str) -> HttpResponse:
    """Say what was done, on the next page."""
    messages.success(request, sentence)
    return redirect(to)


def refuse(request: HttpRequest, error: DomainError, *to: Any) -> HttpResponse:
    """Say why something was not done, on the page from which it was asked."""
    messages.error(request, str(error))
    return redirect(*to)
