"""The language of addresses; one strict content security policy for the portal, a looser one for the CMS alone."""

from http import HTTPStatus

from csp.constants import SELF
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.middleware.locale import LocaleMiddleware
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

CMS_PREFIX = "/cms/"
_WORDS = {"application/json", "application/javascript", "image/svg+xml"}


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """Wagtail's own screens carry inline scripts and styles; no page of the portal does."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.path_info.startswith(CMS_PREFIX):
            response._csp_config = settings.CMS_CONTENT_SECURITY_POLICY  # type: ignore[attr-defined]  # noqa: SLF001
        elif getattr(request, "is_preview", False):
            # The preview beside the editor is the page as readers see it, framed by the CMS.
            response._csp_replace = {"frame-ancestors": [SELF]}  # type: ignore[attr-defined]  # noqa: SLF001
        return super().process_response(request, response)


class CompressionMiddleware(GZipMiddleware):
    """Makes words a third of their size on the way. Files go as they are: in parts, and with their length.

    Django adds a random number of bytes to each answer, so that its size tells no secrets.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "").split(";")[0]
        if response.streaming or not (kind.startswith("text/") or kind in _WORDS):
            return response
        return super().process_response(request, response)


class LanguageMiddleware(LocaleMiddleware):
    """Puts a language before addresses that need one, and leaves alone what an address without one answered.

    Django's own would take "not found" of a printed address (`/v/<code>`) for a language left out, and send the reader
    of an unknown certificate to a page of the CMS that does not exist.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.status_code == HTTPStatus.NOT_FOUND and request.resolver_match is not None:
            patch_vary_headers(response, ("Accept-Language",))
            response.headers.setdefault("Content-Language", get_language() or settings.LANGUAGE_CODE)
            return response
        return super().process_response(request, response)
