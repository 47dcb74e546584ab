"""Who is asking, carried beside the call: set once per request, read by whatever records an event."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from core.tracing import current_request


@dataclass(frozen=True)
class RequestContext:
    """The request an event belongs to. Outside a request (commands, jobs) nothing is known."""

    # Asked only when an event is recorded, so that a page that records nothing costs no session query.
    account_id: Callable[[], int | None] = lambda: None
    request_id: str = ""
    # Of the network, not of the device (`audit.addresses`).
    address_hash: str = ""
    # The account as which somebody else looks at pages: what is recorded in its name was done by that other one.
    seen_as: int | None = None
    # Where events are gathered for whoever undoes what a request wrote and keeps some of them.
    gathered: list[Any] | None = None


# Parts of addresses that open something to whoever knows them, as the addresses call them.
SECRETS = frozenset({"token", "secret", "key", "uidb36", "pass_code", "screen_code"})
NOTHING_KNOWN = RequestContext()
_current: ContextVar[RequestContext] = ContextVar("request_context", default=NOTHING_KNOWN)


def current() -> RequestContext:
    """Return the context of the request being served."""
    return _current.get()


@contextmanager
def serving(context: RequestContext) -> Iterator[None]:
    """Make `context` the current one inside the block."""
    token = _current.set(context)
    try:
        yield
    finally:
        _current.reset(token)


def without_secrets(words: str, request: Any) -> str:
    """Return words about a request without what is secret in its address."""
    match = getattr(request, "resolver_match", None)
    for name, value in match.kwargs.items() if match is not None else ():
        if name in SECRETS:
            words = words.replace(str(value), f"<{name}>")
    return words


class RequestFilter(logging.Filter):
    """Adds to every line of the log the request and the network it belongs to; a dash where there is none.

    Who asks is not added: finding out would ask the database, which may be what failed. What is secret in an address
    is left out.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        # Django writes of a refusal when the request has been served.
        request = getattr(record, "request", None)
        context = getattr(request, "context", None) or current()
        words = record.getMessage()
        if (told := without_secrets(words, request)) != words:
            record.msg, record.args = told, ()
        record.request_id = context.request_id or current_request() or "-"
        record.network = context.address_hash or "-"
        return True
