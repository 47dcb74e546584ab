"""Accounts, their second factors and their sessions."""

import time
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.logout import logout
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from core.errors import MailGoneError
from people.browsers import name_of_browser
from people.services import end_session, note_sign_in, note_sign_in_change

# A signed cookie says which accounts have signed in on this device: they are not asked "was this you?" again.
DEVICE_SECONDS = 365 * 24 * 60 * 60
_SALT = "people.known_device"
# How many accounts of a shared computer are remembered.
_MOST_ACCOUNTS = 20
_FACTORS_ADDED = {"totp_activated": Authenticator.Type.TOTP, "webauthn_added": Authenticator.Type.WEBAUTHN}


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are opened for people whom an agency invites, and for those who prove an address (views/joining)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Whoever has not said yet who they are is asked first."""
        account: Any = request.user
        if account.person_id is None:
            return reverse("join_who")
        address: str = super().get_login_redirect_url(request)
        return address

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """Accounts have no user name."""

    def login(self, request: HttpRequest, user: Any) -> None:
        """Start the session, note it, and ask the owner when the device is new."""
        # Nobody is asked about the very first sign-in: every device is new then.
        is_known = user.last_login is None or str(user.pk) in _accounts_of_device(request)
        super().login(request, user)
        methods = [record["method"] for record in get_authentication_records(request, user)]
        note_sign_in(account=user, methods=methods, browser=_browser(request), is_known_device=is_known)

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """Lead on, and remember that this account was here."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        others = [pk for pk in _accounts_of_device(request) if pk != str(user.pk)]
        response.set_signed_cookie(
            settings.DEVICE_COOKIE_NAME,
            "-".join([str(user.pk), *others][:_MOST_ACCOUNTS]),
            salt=_SALT,
            max_age=DEVICE_SECONDS,
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )
        return response

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever has signed in a moment ago need not prove it again for a change of how to sign in.

        Whom only the mailbox or the ministry vouches for comes through the door again: allauth would ask for nothing.
        """
        proofs = get_authentication_records(self.request, self.request.user)
        if proofs and time.time() - proofs[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT:
            return False
        if not super().is_reauthentication_required(app=app, **kwargs):
            return False
        if not self.get_reauthentication_methods(self.request.user):
            raise ImmediateHttpResponse(_to_the_door(self.request))
        return True

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a code or a way to a new password while somebody waits for it. Raises MailGoneError."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError:
            raise MailGoneError from None

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Record and tell what allauth changed ("mfa/email/totp_activated") in our words and as a row that is sent.

        An account without a person has no language of its own: allauth writes to it at once.
        """
        change = template_prefix.rpartition("/")[2]
        if change in _FACTORS_ADDED:
            # It was proven in the same breath; else the recovery codes that follow would ask for it once more.
            record_authentication(self.request, user, "mfa", type=_FACTORS_ADDED[change], reauthenticated=True)
        note_sign_in_change(account=user, change=change, browser=_browser(self.request), address=email or "")
        if user.person is None:
            super().send_notification_mail(template_prefix, user, context, email)


class MFAAdapter(DefaultMFAAdapter):
    """How second factors are named, on our pages and in the programs that keep them."""

    def get_totp_issuer(self) -> str:
        return gettext(settings.WAGTAIL_SITE_NAME)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": gettext(settings.WAGTAIL_SITE_NAME)}

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:  # noqa: A002  (allauth's name)
        """Return the browser's name, which tells several passkeys of one person apart."""
        return _browser(self.request) or super().generate_authenticator_name(user, type)


class UserSessionsAdapter(DefaultUserSessionsAdapter):
    """Other sessions are ended after a fresh proof, by the service that records it."""

    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        raise_if_reauthentication_required(self.request, app="allauth.usersessions")
        for session in sessions:
            end_session(session=session)


def _to_the_door(request: HttpRequest) -> HttpResponse:
    """Sign out, and lead back afterwards to what was asked for; a form is sent again by hand."""
    back = request.get_full_path() if request.method == "GET" else reverse("usersessions_list")
    logout(request)
    messages.info(request, gettext("Sign in anew: this needs a fresh proof that it is you."))
    return redirect(f"{reverse('account_login')}?{urlencode({'next': back})}")


def _browser(request: HttpRequest | None) -> str:
    return name_of_browser(request.headers.get("User-Agent", "")) if request is not None else ""


def _accounts_of_device(request: HttpRequest) -> list[str]:
    kept = request.get_signed_cookie(settings.DEVICE_COOKIE_NAME, default="", salt=_SALT, max_age=DEVICE_SECONDS)
    return kept.split("-") if kept else []
