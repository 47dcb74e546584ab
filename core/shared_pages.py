"""Pages that every stranger sees alike are made once and given away for some seconds, before Django is asked at all.

A view says that its page is one (`seen_alike`). Where nobody has signed in, the browser sent no cookie and the answer
sets none, it leaves with `Cache-Control: public, max-age=0, s-maxage=…` (RFC 9111, 5.2.2.10), which a proxy in front
understands as well. Without a proxy `SharedPages` keeps it, in each process for itself: it stands around the WSGI
application (PEP 3333), so that an answer that is kept costs microseconds.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from threading import Lock
from time import monotonic, perf_counter
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control, set_response_etag

# Seats that are left and what was just published are seen by strangers that much later.
SECONDS = 10
# While one request makes a page anew, the others take the old one, at most this long.
PATIENCE = 5
MOST_PAGES = 300
LARGEST_PAGE = 256 * 1024
# By what else an answer may differ, other than by what is part of the key.
_VARIES_BY = {"", "cookie", "accept-encoding", "accept-language"}

View = Callable[..., HttpResponseBase]
Headers = list[tuple[str, str]]
Environ = dict[str, Any]


def seen_alike(view: View) -> View:
    """Say of a view that strangers see its page alike, by its address alone: language, whatever is asked for."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.is_seen_alike = True  # type: ignore[attr-defined]
        return response

    return wrapped


def offered_to_all(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Let an answer that strangers see alike be kept for others; the caller knows that nobody has signed in.

    Returns it, or that nothing has changed since the reader got it.
    """
    alike = getattr(response, "is_seen_alike", False) and response.status_code == HTTPStatus.OK
    if (
        not isinstance(response, HttpResponse)
        or not alike
        or request.COOKIES
        or response.cookies
        or request.session.modified
    ):
        return response
    patch_cache_control(response, public=True, max_age=0, s_maxage=SECONDS)
    set_response_etag(response)
    return get_conditional_response(request, etag=response.headers["ETag"], response=response) or response


@dataclass
class _Kept:
    """An answer, until when it is given away, and its mark."""

    until: float
    headers: Headers
    body: bytes
    etag: str


class SharedPages:
    """A WSGI application that gives away what another one allows to be kept, to whoever sends no cookie.

    `clock` says seconds and never goes back; `told` hears of each page given away its status and the seconds it took.
    """

    def __init__(
        self,
        application: Callable[..., Iterable[bytes]],
        clock: Callable[[], float] = monotonic,
        told: Callable[[int, float], None] = lambda _status, _seconds: None,
    ) -> None:
        self.application = application
        self.clock = clock
        self.told = told
        self._kept: OrderedDict[tuple[str, ...], _Kept] = OrderedDict()
        self._lock = Lock()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        key = _key(environ)
        if key is None:
            return self.application(environ, start_response)
        started = perf_counter()
        kept = self._given(key)
        if kept is None:
            return self._asked(key, environ, start_response)
        if kept.etag and kept.etag in _words(environ.get("HTTP_IF_NONE_MATCH", "")):
            start_response("304 Not Modified", [each for each in kept.headers if each[0] != "Content-Length"])
            self.told(HTTPStatus.NOT_MODIFIED, perf_counter() - started)
            return []
        start_response("200 OK", kept.headers)
        self.told(HTTPStatus.OK, perf_counter() - started)
        return [kept.body]

    def _given(self, key: tuple[str, ...]) -> _Kept | None:
        """What is kept; nothing for the first who finds it too old, who makes it anew."""
        now = self.clock()
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or kept.until > now:
                return kept
            kept.until = now + PATIENCE
            return None

    def _asked(self, key: tuple[str, ...], environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        said: list[Any] = []

        def remembered(status: str, headers: Headers, *exc_info: Any) -> Any:
            said[:] = status, headers
            return start_response(status, headers, *exc_info)

        answer = self.application(environ, remembered)
        status, headers = said
        if not status.startswith("200 ") or not _may_be_kept(headers):
            return answer
        try:
            body = b"".join(answer)
        finally:
            getattr(answer, "close", lambda: None)()
        # The request that made it is nobody else's.
        kept = [each for each in headers if each[0] != "X-Request-ID"]
        self._keep(key, _Kept(self.clock() + SECONDS, kept, body, _value(headers, "etag")))
        return [body]

    def _keep(self, key: tuple[str, ...], kept: _Kept) -> None:
        if len(kept.body) > LARGEST_PAGE:
            return
        with self._lock:
            self._kept[key] = kept
            self._kept.move_to_end(key)
            while len(self._kept) > MOST_PAGES:
                self._kept.popitem(last=False)


def _key(environ: Environ) -> tuple[str, ...] | None:
    """By what answers differ; None for a request whose answer may be somebody's own."""
    if environ["REQUEST_METHOD"] != "GET" or not {"HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_RANGE"}.isdisjoint(
        environ
    ):
        return None
    return (
        *(environ.get(name, "") for name in ("wsgi.url_scheme", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST")),
        *(environ.get(name, "") for name in ("HTTP_HOST", "SERVER_PORT", "PATH_INFO", "QUERY_STRING")),
        "gzip" if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "") else "",
    )


def _may_be_kept(headers: Headers) -> bool:
    """Whether a shared cache may keep an answer with these headers for `SECONDS`, and would find it again."""
    if _value(headers, "set-cookie") or f"s-maxage={SECONDS}" not in _words(_value(headers, "cache-control")):
        return False
    return {each.lower() for each in _words(_value(headers, "vary"))} <= _VARIES_BY


def _value(headers: Headers, name: str) -> str:
    return next((value for each, value in headers if each.lower() == name), "")


def _words(value: str) -> list[str]:
    return [each.strip() for each in value.split(",")]
