"""To the sign-in of a ministry by SAML and back. Only where SAML_SERVERS names one: `people.urls`.

The addresses are those of allauth; its views would ask and believe by its own rules (`people.adapters.saml`).
"""

import logging

from allauth.account.internal.decorators import login_not_required
from allauth.core import ratelimit
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import complete_social_login, render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.utils import respond_to_login_on_get
from allauth.socialaccount.sessions import LoginSession
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from people.adapters.saml import MOST_CHARACTERS, MinistryError, MinistryProvider

logger = logging.getLogger(__name__)
_LANGUAGES = dict(settings.LANGUAGES)


def _provider(request: HttpRequest, slug: str) -> MinistryProvider:
    try:
        return MinistryProvider(request, app=get_adapter().get_app(request, provider="saml", client_id=slug))
    except SocialApp.DoesNotExist:
        raise Http404 from None


@login_not_required
@never_cache
def saml_login(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Lead to the ministry."""
    provider = _provider(request, organization_slug)
    try:
        response: HttpResponse = respond_to_login_on_get(request, provider) or provider.redirect_from_request(request)
    except MinistryError as error:
        response = _refused(request, provider, error)
    return response


@csrf_exempt
@login_not_required
@require_POST
def saml_acs(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Take the answer along to where the browser says again who it is: it comes from the page of the ministry.

    It lies in a session of its own for that one step.
    """
    provider = _provider(request, organization_slug)
    answer = request.POST.get("SAMLResponse", "")
    if len(answer) > MOST_CHARACTERS or not ratelimit.consume(request, action="login"):
        return _refused(request, provider, MinistryError("The answer is too long, or one of too many."))
    language = request.POST.get("RelayState", "")
    with override(language if language in _LANGUAGES else None):
        response = redirect(reverse("saml_finish_acs", args=[organization_slug]))
    session = _answers(request)
    session.store["answer"] = answer
    session.save(response)
    return response


@login_not_required
@require_safe
@never_cache
def saml_finish_acs(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Believe what the ministry says, or say that it did not work."""
    provider = _provider(request, organization_slug)
    session = _answers(request)
    answer = session.store.get("answer", "")
    session.delete()
    try:
        login = provider.login_of(request, answer)
    except MinistryError as error:
        return _refused(request, provider, error)
    response: HttpResponse = complete_social_login(request, login)
    return response


@login_not_required
@require_safe
def saml_metadata(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """What the ministry has to know about us."""
    return HttpResponse(_provider(request, organization_slug).metadata(), content_type="application/samlmetadata+xml")


def saml_sls(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Nobody is signed out from there: the session here is one of its own (docs/operations/sign-in.md)."""
    raise Http404


def _answers(request: HttpRequest) -> LoginSession:
    return LoginSession(request, "saml_acs_session", "saml-acs-session")


def _refused(request: HttpRequest, provider: MinistryProvider, error: MinistryError) -> HttpResponse:
    logger.warning("No sign-in by %s: %s", provider.app.client_id, error)
    response: HttpResponse = render_authentication_error(request, provider, exception=error)
    return response
