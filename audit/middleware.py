"""Gives every request an id and remembers who asked, for the audit trail."""

import hashlib
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from audit.addresses import network_of
from audit.context import RequestContext, serving
from core.tracing import belonging_to, request_id


class RequestContextMiddleware:
    """Must stand outside of all others, so that every answer names its request; who asks is looked up later."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        network = network_of(
            request.META.get("REMOTE_ADDR", ""),
            request.META.get("HTTP_X_FORWARDED_FOR", ""),
            settings.ALLAUTH_TRUSTED_PROXY_COUNT,
        )
        context = RequestContext(
            account_id=lambda: request.user.pk,
            request_id=request_id(request.headers.get(settings.REQUEST_ID_HEADER, "")),
            address_hash=hashlib.sha256(f"{settings.SECRET_KEY}{network}".encode()).hexdigest()[:16],
        )
        request.context = context  # type: ignore[attr-defined]
        with serving(context), belonging_to(context.request_id):
            response = self.get_response(request)
        response["X-Request-ID"] = context.request_id
        return response
