"""The request that a line of the log or an event belongs to, carried into the jobs that it asked for."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import uuid4

LONGEST = 32
_MADE_BY_A_PROXY = re.compile(r"[0-9A-Za-z-]{8,36}")
_current: ContextVar[str] = ContextVar("request_id", default="")


def current_request() -> str:
    """Return the id of the request being served, or of the one that asked for the job being done; else nothing."""
    return _current.get()


@contextmanager
def belonging_to(request_id: str) -> Iterator[None]:
    """Whatever happens inside the block belongs to a request."""
    token = _current.set(request_id)
    try:
        yield
    finally:
        _current.reset(token)


def request_id(said: str) -> str:
    """Return the id that a proxy gave a request, without its hyphens, or a new one where it said nothing usable.

    >>> request_id("8a1f0c52-93a1-4b7e-9a51-0d6a7c1e2f3b")
    '8a1f0c5293a14b7e9a510d6a7c1e2f3b'
    """
    usable = _MADE_BY_A_PROXY.fullmatch(said) is not None
    return said.replace("-", "")[:LONGEST] if usable else uuid4().hex
