"""What an account means for every page: a second factor where one is due, how pages look, whom one looks as.

Tries to sign in that failed are written to the log.
"""

import copy
import logging
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from allauth.account.authentication import get_authentication_records
from csp.constants import NONE
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from audit.context import current, serving
from core import clocks, pictures
from core.middleware import CMS_PREFIX
from people import display, services
from people.backends import AccountBackend
from people.permissions import second_factor_due
from people.viewing import SESSION_KEY, Viewing, is_taken_along, is_writing

# Pages of second factors, the proof that they ask for, the way out, and help. The rest belongs to no account.
_OPEN = {
    "account_logout", "account_reauthenticate", "health_live", "health_ready", "media", "offline", "problem", "worker",
}  # fmt: skip
_HELP = "help/"
# How long a browser remembers how pages are shown: a year.
_REMEMBERED = 365 * 24 * 60 * 60
# Where a proof is sent to; the right one is answered by leading on.
_DOORS = {
    "account_login", "account_confirm_login_code", "account_reauthenticate",
    "join_code", "mfa_authenticate", "mfa_login_webauthn", "mfa_reauthenticate", "mfa_reauthenticate_webauthn",
}  # fmt: skip
_FRESH_PROOFS = {"account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"}
_log = logging.getLogger("people.sign_ins")


class RefusedSignInMiddleware:
    """Logs a wrong password, code or factor: where it was sent and by which network, never what it was or by whom.

    Must stand after the audit middleware, which knows the network. Right ones are events of the audit trail.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        refused = response.status_code in {HTTPStatus.OK, HTTPStatus.BAD_REQUEST, HTTPStatus.TOO_MANY_REQUESTS}
        if request.method == "POST" and refused and match is not None and match.url_name in _DOORS:
            _log.warning("%s refused with %d", match.url_name, response.status_code)
        return response


class FreshProofMiddleware:
    """Gives the session another key when somebody has proven anew who it is, as signing in does.

    Must stand after the authentication middleware.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        match = _match(request) if request.method == "POST" else None
        if match is None or match.url_name not in _FRESH_PROOFS:
            return self.get_response(request)
        before = [*get_authentication_records(request, request.user)]
        response = self.get_response(request)
        # The form that waited for the proof may have ended this session.
        if request.user.is_authenticated and get_authentication_records(request, request.user) != before:
            services.renew_session(session=request.session)
        return response


class SecondFactorMiddleware:
    """Whoever may see or decide about others signs in with a second factor, or gets no further than where one is added.

    Must stand after the authentication middleware.
    `request.second_factor_days` says to the pages for how many days an account may still do without: None when it has
    one or needs none, 0 when it may do nothing else any more.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Lead to the page where a second factor is added, when its day has come."""
        # Who looks as somebody else was asked for the own factor by `ViewingMiddleware`.
        viewing = getattr(request, "viewing", None)
        due = None if viewing is not None else second_factor_due(request.user)
        days = None if due is None else max(0, (due - timezone.localdate()).days)
        request.second_factor_days = days  # type: ignore[attr-defined]
        return redirect("mfa_index") if days == 0 and not _is_open(request) else None


def _is_open(request: HttpRequest) -> bool:
    match = request.resolver_match
    name = (match.url_name or "") if match is not None else ""
    if match is not None and name == "wagtail_serve":
        return bool(match.args) and match.args[0] == _HELP
    return name in _OPEN or name.startswith("mfa_")


# Here an administrator who looks as somebody else is the administrator.
_WAYS_OUT = {"account_logout", "view_as_stop"}
# Files that pages are made of and that tell about nobody.
_OF_PAGES = {"media", "wagtaildocs_serve", "worker"}


class ViewingMiddleware:
    """Shows an administrator the pages of somebody else, and lets nothing be changed.

    Must stand after messages. `request.viewing` is a `Viewing`, or None. Whatever a page writes when it is opened (a
    lesson was begun, a message was seen) is undone; of the audit trail it is kept what tells that data were read.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.viewing = None  # type: ignore[attr-defined]
        kept = request.session.get(SESSION_KEY) if settings.SESSION_COOKIE_NAME in request.COOKIES else None
        if kept is None or not request.user.is_authenticated:
            return self.get_response(request)
        account = AccountBackend().get_user(kept["account"])
        viewing = services.viewing_of(viewer=request.user, account=account, kept=kept)
        if viewing is None:
            if account is not None:
                services.stop_viewing(account=account, actor=request.user)
            return _over(request)
        request.viewing = viewing  # type: ignore[attr-defined]
        match = _match(request)
        if match is not None and match.url_name in _WAYS_OUT:
            return self._leave(request, viewing)
        request.user = viewing.account
        objection = _objection(request, match)
        if objection:
            services.note_refusal(viewing=viewing, address=_said(request))
            raise PermissionDenied(objection)
        return self._show(request, viewing, is_of_page=match is not None and match.url_name in _OF_PAGES)

    def _leave(self, request: HttpRequest, viewing: Viewing) -> HttpResponse:
        """Answer where one becomes oneself again; whoever signs out looks no more as anybody."""
        response = self.get_response(request)
        if not request.user.is_authenticated:
            services.stop_viewing(account=viewing.account, actor=viewing.viewer)
        return response

    def _show(self, request: HttpRequest, viewing: Viewing, *, is_of_page: bool) -> HttpResponse:
        written: list[str] = []
        gathered: list[Any] = []
        before = copy.deepcopy(dict(request.session.items()))
        context = replace(
            current(), account_id=lambda: viewing.viewer.pk, seen_as=viewing.account.pk, gathered=gathered
        )
        with serving(context), transaction.atomic():
            with connection.execute_wrapper(_watching(written)):
                response = self.get_response(request)
            transaction.set_rollback(True)
        if request.session.modified:
            request.session.clear()
            request.session.update(before)
        objection = "" if is_of_page else _objection_to_answer(response, written)
        if objection:
            _close_file_of(response)
            services.note_refusal(viewing=viewing, address=_said(request))
            raise PermissionDenied(objection)
        if not is_of_page and response.status_code < HTTPStatus.BAD_REQUEST:
            services.note_page(viewing=viewing, address=_said(request), readings=gathered)
        # The same address is another page for the administrator, also when one goes back in the browser.
        add_never_cache_headers(response)
        response._csp_replace = {"script-src": [NONE]}  # type: ignore[attr-defined]  # noqa: SLF001
        return response


def _over(request: HttpRequest) -> HttpResponse:
    """Be oneself again without having asked for it; what was sent is not done as anybody."""
    del request.session[SESSION_KEY]
    rotate_token(request)
    messages.warning(request, _("You are yourself again: the time to look as somebody else is over. Nothing was done."))
    return redirect("my_learning")


def _match(request: HttpRequest) -> ResolverMatch | None:
    try:
        return resolve(request.path_info)
    except Resolver404:
        return None


def _said(request: HttpRequest) -> str:
    return f"{request.method} {request.get_full_path()}"


def _objection(request: HttpRequest, match: ResolverMatch | None) -> str:
    """Why a request is refused before anybody looks at it, or nothing."""
    if request.method not in {"GET", "HEAD", "OPTIONS"}:
        return _("You look at the Academy as somebody else: nothing can be changed. Nothing was done.")
    if request.path_info.startswith(CMS_PREFIX):
        return _("Nobody enters the CMS as somebody else.")
    if match is not None and match.func.__module__.startswith("allauth."):
        return _("How people sign in is shown to nobody else.")
    return ""


def _objection_to_answer(response: HttpResponse, written: list[str]) -> str:
    """Why what a page answered is not shown, or nothing."""
    if response.status_code >= HTTPStatus.BAD_REQUEST:
        return ""
    if response.status_code >= HTTPStatus.MULTIPLE_CHOICES:
        refused = _("You look at the Academy as somebody else: nothing can be changed. Nothing was done.")
        return refused if written else ""
    if is_taken_along(response.headers.get("Content-Type", ""), response.headers.get("Content-Disposition", "")):
        return _("You look at the Academy as somebody else: files are not given away.")
    return ""


def _close_file_of(response: HttpResponse) -> None:
    """Close the file of an answer that nobody gets. The answer itself would end the request as a whole."""
    file = getattr(response, "file_to_stream", None)
    if file is not None:
        file.close()


def _watching(written: list[str]) -> Callable[..., Any]:
    def watch(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if is_writing(sql):
            written.append(sql)
        return execute(sql, *rest)

    return watch


class DisplayMiddleware:
    """Lets a browser remember how pages are shown to an account, so that they look alike when nobody is signed in.

    Must stand after the authentication middleware.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # A page that says why nothing works asks nothing of the database.
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or not request.user.is_authenticated:
            return response
        if getattr(request, "viewing", None) is not None:
            return response  # the browser is the administrator's
        remember_display(request, response, display_of(request))
        return response


def remember_display(request: HttpRequest, response: HttpResponse, chosen: str) -> None:
    """Let the browser of a request remember classes of `<html>`, unless it does."""
    if chosen != request.COOKIES.get(settings.DISPLAY_COOKIE_NAME, ""):
        response.set_cookie(
            settings.DISPLAY_COOKIE_NAME,
            chosen,
            max_age=_REMEMBERED,
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )


class TextOnlyMiddleware:
    """Tells pictures in words to whoever chose text only. Editors see what they write. Must stand after the last one
    that says who looks.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_page = not response.streaming and response.get("Content-Type", "").startswith("text/html")
        # A page that says why nothing works asks nothing of the database.
        is_page = is_page and response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
        if is_page and not request.path_info.startswith(CMS_PREFIX) and _wants_text_only(request):
            response.content = pictures.in_words(response.content.decode(response.charset))
        return response


def _wants_text_only(request: HttpRequest) -> bool:
    return display.TEXT_ONLY in display_of(request).split()


class ClockMiddleware:
    """Shows times by the clock of whoever reads, or whom an administrator looks as. Must stand after that.

    Editors read and type times in the CMS by the Academy's clock.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        account: Any = request.user
        if request.path_info.startswith(CMS_PREFIX) or not account.is_authenticated or account.person is None:
            return self.get_response(request)
        with clocks.shown_by(account.person.time_zone):
            return self.get_response(request)


def display_of(request: HttpRequest) -> str:
    """Return the classes of `<html>`: what the account chose, or what the browser remembers.

    Whoever looks as somebody else still looks with the own eyes.
    """
    viewing: Any = getattr(request, "viewing", None)
    account: Any = viewing.viewer if viewing is not None else getattr(request, "user", None)
    if account is None or not account.is_authenticated:
        return display.read(request.COOKIES.get(settings.DISPLAY_COOKIE_NAME, ""))
    return display.classes(account.text_size, account.less_motion, account.more_contrast, account.text_only)
