"""What the pages of those who assign modules begin and end with."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from courses.permissions import can_assign, can_keep_paths
from people.models import Account

SECTION = {"section": "people"}
FORM_METHODS = ["GET", "HEAD", "POST"]

View = Callable[..., HttpResponse]


def language() -> str:
    """The language in which the page is read."""
    return (get_language() or "")[:2]


def account_of(request: HttpRequest) -> Account:
    """Whoever is asking; the pages that use this are for people who are signed in."""
    return cast("Account", request.user)


def sign_in_to_read(view: View) -> View:
    """Ask for the sign-in, and say why."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            messages.info(request, _("Lessons are read signed in, so that your progress is kept for you."))
        return login_required(view)(request, *args, **kwargs)

    return wrapped


def sign_in_to_discuss(view: View) -> View:
    """Ask for the sign-in, and say why."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            messages.info(request, _("Discussions are read signed in: they belong to the people who take the module."))
        return login_required(view)(request, *args, **kwargs)

    return wrapped


def for_whoever_assigns(view: View) -> View:
    """Let coordinators and managers in."""

    @login_required
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not can_assign(account_of(request)):
            raise PermissionDenied(_("Modules are assigned by coordinators and programme managers."))
        return view(request, *args, **kwargs)

    return wrapped


def for_keepers_of_paths(view: View) -> View:
    """Let managers in."""

    @login_required
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not can_keep_paths(account_of(request)):
            raise PermissionDenied(_("Paths of modules are made by programme managers."))
        return view(request, *args, **kwargs)

    return wrapped


def refuse(request: HttpRequest, error: Exception, *to: Any) -> HttpResponse:
    """Say why something was not done, on the page from which it was asked."""
    messages.error(request, str(error))
    return redirect(*to)


def say(request: HttpRequest, sentence: str, *to: Any) -> HttpResponse:
    """Say what was done, on the next page."""
    messages.success(request, sentence)
    return redirect(*to)
