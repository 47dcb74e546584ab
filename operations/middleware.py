"""Notes of every request how long it took: by the name of its view, never by its address."""

import logging
from collections.abc import Callable
from time import perf_counter
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from operations.services.metrics import count_request

logger = logging.getLogger(__name__)

# What was answered before an address was looked up: a static file, a redirect to HTTPS, an address that is none.
NO_VIEW = "-"
# A page that strangers share (core/shared_pages.py), given away before Django was asked.
SHARED = "shared page"


class _Queries:
    """Counts what a request asks the database."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Callable[..., Any], *asked: Any) -> Any:
        self.count += 1
        return execute(*asked)


class ObservationMiddleware:
    """Must stand outside of all others but the one that gives a request its id. Left out where nobody wants to know."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not is_wanted():
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started, queries = perf_counter(), _Queries()
        with connection.execute_wrapper(queries):
            response = self.get_response(request)
        match = request.resolver_match
        note(
            view=match.view_name if match is not None else NO_VIEW,
            method=request.method or "",
            status=response.status_code,
            seconds=perf_counter() - started,
            queries=queries.count,
        )
        return response


def is_wanted() -> bool:
    """Whether requests are noted."""
    return bool(settings.LOG_REQUESTS or settings.METRICS_TOKEN)


def note(*, view: str, method: str, status: int, seconds: float, queries: int = 0) -> None:
    """Note a request that was answered: in the log, for Prometheus, or both."""
    if settings.METRICS_TOKEN:
        count_request(view=view, status=status, seconds=seconds)
    if not settings.LOG_REQUESTS:
        return
    milliseconds = round(1000 * seconds, 1)
    facts = {"view": view, "method": method, "status": status, "ms": milliseconds, "queries": queries}
    words = "%s %s %d in %.1f ms with %d queries"
    logger.info(words, method, view, status, milliseconds, queries, extra={"facts": facts})


def note_shared_page(status: int, seconds: float) -> None:
    """Note a page that was given away without Django, where somebody wants to know."""
    if is_wanted():
        note(view=SHARED, method="GET", status=status, seconds=seconds)
