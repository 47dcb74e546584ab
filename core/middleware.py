"""One strict content security policy for the portal, a looser one for the CMS alone."""

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

CMS_PREFIX = "/cms/"


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """Wagtail's own screens carry inline scripts and styles; no page of the portal does."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.path_info.startswith(CMS_PREFIX):
            response._csp_config = settings.CMS_CONTENT_SECURITY_POLICY  # type: ignore[attr-defined]  # noqa: SLF001
        return super().process_response(request, response)
