"""Approving in a window of its own publishes without asking any hook of the CMS."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from wagtail.admin import messages
from wagtail.models import Page

from library.permissions import may_translate
from library.services import refusal, untranslated

_APPROVING = "wagtailadmin_pages:workflow_action"


class UntranslatedMiddleware:
    """Refuses an approval that would publish what is not translated, with the sentence that other buttons say."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, kwargs: dict[str, Any]) -> HttpResponse | None:
        """Look at the newest words of the page before anybody approves them."""
        match = request.resolver_match
        if match is None or match.view_name != _APPROVING or request.method != "POST":
            return None
        page = Page.objects.filter(pk=kwargs.get("page_id")).first()
        if kwargs.get("action_name") != "approve" or page is None or not may_translate(request.user):
            return None
        missing = untranslated(instance=page.get_latest_revision_as_object())
        if not missing:
            return None
        messages.error(request, refusal(title=page.get_admin_display_title(), missing=missing))
        return redirect(reverse("wagtailadmin_pages:edit", args=[page.pk]))
