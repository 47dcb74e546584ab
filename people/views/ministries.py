"""To the sign-in of a ministry and back. Only where OIDC_SERVERS names one: `people.urls`.

The addresses are those of allauth; its views would ask and believe by its own rules (`people.adapters.openid`).
"""

from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.http import Http404, HttpRequest, HttpResponse
from requests import RequestException

from people.adapters.openid import MinistryAdapter


@login_not_required
def ministry_login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the ministry."""
    return _answer(OAuth2LoginView, request, provider_id)


@login_not_required
def ministry_callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take what the ministry says."""
    return _answer(OAuth2CallbackView, request, provider_id)


def _answer(kind: type[OAuth2LoginView | OAuth2CallbackView], request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        response: HttpResponse = kind.adapter_view(MinistryAdapter(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except (OAuth2Error, RequestException) as error:
        # The ministry is away, or says of itself that it is another one.
        response = render_authentication_error(request, provider_id, exception=error)
    return response
