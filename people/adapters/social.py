"""Officials whom a ministry signs in. Only where OIDC_SERVERS or SAML_SERVERS names one."""

from typing import Any

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from people.models import Account, Person
from people.services import open_account


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """A ministry vouches for addresses of its own, as a code by mail does; nothing else it says is believed."""

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Any:
        """Return how a ministry is asked; by OpenID Connect by rules of ours."""
        found = super().get_provider(request, provider, client_id)
        if found.id != "openid_connect":
            return found
        from people.adapters.openid import MinistryProvider

        return MinistryProvider(request, app=found.app)

    def get_requests_session(self) -> requests.Session:
        """Return what asks a ministry; where it would lead elsewhere nobody is asked."""
        session: requests.Session = super().get_requests_session()
        session.max_redirects = 0
        return session

    def can_authenticate_by_email(self, login: Any, email: str) -> bool:
        """Whether an address leads to the account that has it."""
        account = Account.objects.filter(email=email.strip().lower()).first()
        return _vouches(login, email) and not _is_another_official(login, account)

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Find whose verified address it is; an account that has it was found before this is asked.

        A person whom an agency knows gets an account, a stranger is led to joining.
        """
        if sociallogin.is_existing:
            return
        person = _person_of(sociallogin)
        if person is None:
            messages.info(request, _("Nobody is known here by the verified e-mail that your ministry gave."))
            raise ImmediateHttpResponse(redirect("join"))
        account = open_account(person=person)
        if _is_another_official(sociallogin, account):
            messages.warning(
                request, _("Your ministry knew the owner of this e-mail by another number. Ask for a code by mail.")
            )
            raise ImmediateHttpResponse(redirect("account_login"))
        sociallogin.connect(request, account)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Nobody signs up by this way; who is unknown was led to joining."""
        return False


def _vouches(login: Any, email: str) -> bool:
    """Whether an address is one of those that the ministry gives away."""
    return email.strip().lower().rpartition("@")[2] in login.provider.app.settings["domains"]


def _is_another_official(login: Any, account: Account | None) -> bool:
    """Whether the ministry knows the owner of an account by another number: addresses are given away again."""
    known = SocialAccount.objects.filter(user=account, provider=login.account.provider) if account is not None else None
    return known is not None and known.exists() and not known.filter(uid=login.account.uid).exists()


def _person_of(login: Any) -> Person | None:
    proven = [
        address.email.strip().lower()
        for address in login.email_addresses
        if address.verified and _vouches(login, address.email)
    ]
    return Person.objects.unmerged().filter(email__in=proven).first() if proven else None
