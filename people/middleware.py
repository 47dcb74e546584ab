"""Whoever may see or decide about others signs in with a second factor, or gets no further than where one is added."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from people.permissions import second_factor_due

# Pages of second factors, the proof that they ask for, the way out, and help. The rest belongs to no account.
_OPEN = {
    "account_logout", "account_reauthenticate", "health_live", "health_ready", "media", "offline", "problem", "worker",
}  # fmt: skip
_HELP = "help/"


class SecondFactorMiddleware:
    """Must stand after the authentication middleware.

    `request.second_factor_days` says to the pages for how many days an account may still do without: None when it has
    one or needs none, 0 when it may do nothing else any more.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Lead to the page where a second factor is added, when its day has come."""
        due = second_factor_due(request.user)
        days = None if due is None else max(0, (due - timezone.localdate()).days)
        request.second_factor_days = days  # type: ignore[attr-defined]
        return redirect("mfa_index") if days == 0 and not _is_open(request) else None


def _is_open(request: HttpRequest) -> bool:
    match = request.resolver_match
    name = (match.url_name or "") if match is not None else ""
    if match is not None and name == "wagtail_serve":
        return bool(match.args) and match.args[0] == _HELP
    return name in _OPEN or name.startswith("mfa_")
