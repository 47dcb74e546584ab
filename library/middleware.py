"""Approving in a window of its own publishes without asking any hook of the CMS."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail.admin import messages
from wagtail.models import Page

from library.permissions import may_translate
from library.services import address_of, objection

_APPROVING = "workflow_action"


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
