"""Officials whom a ministry signs in. Only where OIDC_SERVERS or SAML_SERVERS names one."""

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from people.models import Person
from people.services import open_account


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """A ministry vouches for an address, as a code by mail does; nothing else it says is believed."""

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Find whose verified address it is; an account that has it was found before this is asked.

        A person whom an agency knows gets an account, a stranger is led to joining.
        """
        if sociallogin.is_existing:
            return
        person = _person_of(sociallogin.email_addresses)
        if person is None:
            messages.info(request, _("Nobody is known here by the verified e-mail that your ministry gave."))
            raise ImmediateHttpResponse(redirect("join"))
        sociallogin.connect(request, open_account(person=person))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Nobody signs up by this way; who is unknown was led to joining."""
        return False


def _person_of(addresses: list[Any]) -> Person | None:
    proven = [address.email.strip().lower() for address in addresses if address.verified]
    return Person.objects.unmerged().filter(email__in=proven).first() if proven else None
