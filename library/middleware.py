"""The host of uploads; and approving in a window of its own, which publishes without asking any hook of the CMS."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, re_path, resolve
from wagtail.admin import messages
from wagtail.models import Page

from core.errors import GoneError
from core.middleware import SAVED, RangeMiddleware
from library import views
from library.permissions import may_translate
from library.services import address_of, objection

_APPROVING = "workflow_action"
# All that there is at the host of uploads; a document under the address that it has at the site.
_UPLOADS = (
    path("media/<path:path>", views.uploaded_picture, name="uploaded_picture"),
    re_path(r"^documents/(?P<pk>\d+)/(?P<filename>.*)$", views.uploaded_document, name="uploaded_document"),
)
# A file that runs nothing, whoever opens it; every site may show it and keep it, because it is for everybody.
_HEADERS = {
    "Content-Security-Policy": SAVED,
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
    "Permissions-Policy": settings.PERMISSIONS_POLICY,
}
_COME_AGAIN = 30


class UploadsMiddleware:
    """Answers all that is asked of the host of uploads (UPLOADS_ORIGIN): public files, and nothing else.

    Must stand before static files and whatever knows of cookies, languages and people: none of it is asked, so that no
    answer of that host is anybody's own. What is wrong there is said by a status alone.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.file = RangeMiddleware(_file)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not settings.UPLOADS_HOST or split_domain_port(request.get_host())[0] != settings.UPLOADS_HOST:
            return self.get_response(request)
        response = self.file(request)
        for name, value in _HEADERS.items():
            response.headers[name] = value
        return response


def _file(request: HttpRequest) -> HttpResponseBase:
    try:
        if "\0" in request.path_info:
            raise Http404
        request.resolver_match = match = resolve(request.path_info, _UPLOADS)  # type: ignore[arg-type]
        answer: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    except Http404:
        return HttpResponse(status=HTTPStatus.NOT_FOUND)
    except GoneError:
        return HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": str(_COME_AGAIN)})
    return answer


class PublishingMiddleware:
    """Refuses an approval that would publish what may not go live yet, with the sentence that other buttons say."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, _args: Any, kwargs: dict[str, Any]) -> HttpResponse | None:
        """Look at the newest words of the page or snippet before anybody approves them."""
        match = request.resolver_match
        if match is None or match.url_name != _APPROVING or request.method != "POST":
            return None
        model = getattr(view, "view_initkwargs", {}).get("model", Page)
        found = model.objects.filter(pk=kwargs.get("page_id") or kwargs.get("pk")).first()
        if kwargs.get("action_name") != "approve" or found is None or not may_translate(request.user):
            return None
        sentence = objection(instance=found.get_latest_revision_as_object())
        if not sentence:
            return None
        messages.error(request, sentence)
        return redirect(address_of(found))
