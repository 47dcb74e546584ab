"""The language of addresses, words compressed, files in parts, nothing of a person kept by a browser, one strict
security policy and one for the CMS, connections that last."""

from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import IO, Any
from urllib.parse import urlsplit

from csp.constants import SELF
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import BadRequest
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.middleware.locale import LocaleMiddleware
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import get_language

from core import ranges
from core.connections import look_at_connections
from core.shared_pages import offered_to_all

CMS_PREFIX = "/cms/"
_WORDS = {"application/json", "application/javascript", "image/svg+xml"}
_PIECE = 64 * 1024
# What is there to be saved is no page, whatever is in it: opened all the same, it runs nothing and is nobody's.
SAVED = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class ConnectionsMiddleware:
    """Looks at connections before a request uses them (`core.connections`). Must stand before sessions."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        look_at_connections()
        return self.get_response(request)


class BodyLimitMiddleware:
    """Answers a request that is larger than its view takes before anybody reads it.

    A view says so by an attribute `largest_body`: bytes, and what answers in its place. Must stand before whatever
    reads forms (CSRF). A request without a length has no body.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Refuse by the length that the request claims; the server reads no more than that."""
        limit, refusal = getattr(view, "largest_body", (None, None))
        claimed = request.META.get("CONTENT_LENGTH") or "0"
        if limit is None or refusal is None or not claimed.isdecimal() or int(claimed) <= limit:
            return None
        answer: HttpResponseBase = refusal(request, *args, **kwargs)
        return answer


class NullCharacterMiddleware:
    """Answers "bad request" to an address or a field with a null character, which no keyboard writes and PostgreSQL
    cannot store. Bodies are looked at where they are read for the sake of CSRF anyway."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("null character in the address")
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> None:
        """Refuse it in a form that was sent."""
        if any("\0" in value for values in request.POST.lists() for value in values[1] if isinstance(value, str)):
            raise BadRequest("null character in a field")


class PersonalAnswersMiddleware:
    """What somebody who has signed in was shown is kept by no browser and no proxy: whoever sits down at the shared
    computer of an office after sign-out finds nothing by going back.

    Must stand after the session middleware. A file may say otherwise (a certificate is compared by its ETag); a page
    may not. Pictures of the site are the same for everybody. What every stranger sees alike may be kept for others.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if _is_personal(request) and (_is_page(response) or not response.has_header("Cache-Control")):
            patch_cache_control(response, private=True, no_store=True)
        return response if _is_personal(request) else offered_to_all(request, response)


def _is_personal(request: HttpRequest) -> bool:
    """Whether the answer was made for an account. An answer that asked nothing of the session knows of none."""
    if request.path_info.startswith(urlsplit(settings.MEDIA_URL).path):
        return False
    return request.session.accessed and SESSION_KEY in request.session


def _is_page(response: HttpResponseBase) -> bool:
    """Whether it shows something: what leads elsewhere is no page."""
    leads_elsewhere = response.has_header("Location")
    return response.headers.get("Content-Type", "").startswith("text/html") and not leads_elsewhere


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """Wagtail's own screens carry inline scripts and styles; no page of the portal does.

    What a browser could do for a page and no page of ours asks for (camera, place, payment) is switched off beside it.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        # What every site may read, every site may load; nothing else.
        shared = response.has_header("Access-Control-Allow-Origin")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin" if shared else "same-origin")
        if response.headers.get("Content-Disposition", "").startswith("attachment"):
            response.headers["Content-Security-Policy"] = SAVED
        elif request.path_info.startswith(CMS_PREFIX):
            response._csp_config = settings.CMS_CONTENT_SECURITY_POLICY  # type: ignore[attr-defined]  # noqa: SLF001
        elif getattr(request, "is_preview", False):
            # The preview beside the editor is the page as readers see it, framed by the CMS.
            response._csp_replace = {"frame-ancestors": [SELF]}  # type: ignore[attr-defined]  # noqa: SLF001
        response = super().process_response(request, response)
        # Documents bring a stricter policy of their own, which is silent about what no default covers.
        policy = response.headers.get("Content-Security-Policy", "")
        for directive in ("base-uri", "frame-ancestors"):
            if policy and directive not in policy:
                policy = f"{policy}; {directive} 'none'"
                response.headers["Content-Security-Policy"] = policy
        return response


class CompressionMiddleware(GZipMiddleware):
    """Makes words a third of their size on the way. Files go as they are: in parts, and with their length.

    Django adds a random number of bytes to each answer, so that its size tells no secrets.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "").split(";")[0]
        if response.streaming or not (kind.startswith("text/") or kind in _WORDS):
            return response
        return super().process_response(request, response)


class LanguageMiddleware(LocaleMiddleware):
    """Puts a language before addresses that need one, and leaves alone what an address without one answered.

    Django's own would take "not found" of a printed address (`/v/<code>`) for a language left out, and send the reader
    of an unknown certificate to a page of the CMS that does not exist.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.status_code == HTTPStatus.NOT_FOUND and request.resolver_match is not None:
            patch_vary_headers(response, ("Accept-Language",))
            response.headers.setdefault("Content-Language", get_language() or settings.LANGUAGE_CODE)
            return response
        return super().process_response(request, response)


class RangeMiddleware:
    """Sends the part of a file that was asked for. From a server that cannot, an iPhone plays no video at all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not isinstance(response, FileResponse) or response.status_code != HTTPStatus.OK:
            return response
        file = response.file_to_stream
        if file is None or not file.seekable() or not response.has_header("Content-Length"):
            return response
        response.headers["Accept-Ranges"] = "bytes"
        wanted = request.method == "GET" and _is_wanted_in_parts(request, response)
        return _cut(response, file, request.headers["Range"]) if wanted else response


def _is_wanted_in_parts(request: HttpRequest, response: FileResponse) -> bool:
    """Whoever has a part of an older file wants the whole new one."""
    known = request.headers.get("If-Range")
    current = {response.get("ETag"), response.get("Last-Modified")}
    return "Range" in request.headers and (known is None or known in current)


def _cut(response: FileResponse, file: IO[bytes], header: str) -> HttpResponseBase:
    size = int(response.headers["Content-Length"])
    try:
        part = ranges.parse(header, size)
    except ranges.UnsatisfiableRangeError:
        response.close()
        return HttpResponse(
            status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers={"Content-Range": f"bytes */{size}"}
        )
    if part is None:
        return response
    response.status_code = HTTPStatus.PARTIAL_CONTENT
    response.headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
    response.headers["Content-Length"] = str(len(part))
    response.streaming_content = _read(file, part)
    return response


def _read(file: IO[bytes], part: range) -> Iterator[bytes]:
    file.seek(part.start)
    left = len(part)
    while left and (piece := file.read(min(left, _PIECE))):
        left -= len(piece)
        yield piece
