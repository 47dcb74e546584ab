"""The pages by which anybody can check a certificate, by its code or by its file, without signing in."""

from collections.abc import Callable
from copy import copy
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from certificates import codes, services
from certificates.models import Certificate
from certificates.services import TooManyTriesError
from certificates.services.offline import offline_name, offline_page
from certificates.services.verification import FileVerdict, Verdict, may_know_of, said_in
from certificates.views.holder import account_of, shown

METHODS = ["GET", "HEAD", "POST"]
JSON, CREDENTIAL = "application/json", "application/vc+ld+json"
FILE_BYTES = 5 * 1024 * 1024
# What stands around a file in a form.
FORM_BYTES = 16 * 1024
KEY_LENGTH = 64


def _largest_body(size: int, refusal: Callable[..., HttpResponse]) -> Callable[[Any], Any]:
    """Let `core.middleware.BodyLimitMiddleware` answer what is larger before it is read."""

    def mark(view: Any) -> Any:
        view.largest_body = (size, refusal)
        return view

    return mark


def _too_large(request: HttpRequest, **_arguments: str) -> HttpResponse:
    _choose_language(request)
    sentence = _("The file is larger than 5 MB. Certificates of the academy are much smaller, so it is none of them.")
    return _refused(request, sentence, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


# Nothing is changed by either address, and whoever checks many files by a script has no page to take a token from.
@csrf_exempt
@_largest_body(FILE_BYTES + FORM_BYTES, _too_large)
@require_http_methods(METHODS)
def verify_search(request: HttpRequest) -> HttpResponse:
    """Where a code is typed, or a file is dropped that is looked at and kept nowhere."""
    _choose_language(request)
    if request.method == "POST":
        return _check_file(request)
    # Somebody may have copied the whole address.
    address, _mark, query = request.GET.get("code", "").strip().partition("?")
    code = codes.normalised(address.rstrip("/").rpartition("/")[2])[:40]
    if code:
        # Symbols that an address cannot hold are mistyped anyway; the page says so.
        page = reverse("verify", args=[code.replace("/", "-")])
        return redirect(page + _query(key=QueryDict(query).get("key", ""), lang=_asked_language(request)))
    return _private(render(request, "certificates/verify_search.html", _page_context(request)))


def _check_file(request: HttpRequest) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None or not file.size:
        return _refused(request, _("Choose a file first."), HTTPStatus.BAD_REQUEST)
    if file.size > FILE_BYTES:
        return _too_large(request)
    try:
        verdict = services.verify_file(data=file.read())
    except TooManyTriesError as error:
        return _impatient(request, error)
    found = verdict.certificate
    if _wants(request) != "text/html":
        return _private(JsonResponse(_file_answer(verdict)))
    context = {**_page_context(request), "state": verdict.state, "added": verdict.added, "sealed": verdict.sealed}
    context |= {"signature": verdict.signature, "given_up": verdict.given_up}
    if found and (verdict.sealed or verdict.added):
        # Whoever has the file has read every word of it.
        context |= _words(request, found, Verdict(found.code, found.status, found, whole=True))
    elif found:
        context |= {"named": codes.printed(found.code), "named_code": found.code}
    return _private(render(request, "certificates/verify_file.html", context))


def _file_answer(verdict: FileVerdict) -> dict[str, Any]:
    found, signature = verdict.certificate, verdict.signature
    checks = {
        "signature": {
            "intact": signature.intact,
            "trusted": signature.trusted,
            "covers_whole_file": signature.covers_whole_file,
            "key_given_up": verdict.given_up.isoformat() if verdict.given_up else None,
        },
        "proofs": verdict.proofs,
    }
    if found is None:
        return {"status": verdict.state, "code": None, **checks}
    if not (verdict.sealed or verdict.added):
        return {"status": verdict.state, "code": found.code, **checks}
    about = _answer(Verdict(found.code, found.status, found, whole=True))
    return {**about, "status": verdict.state, "certificate_status": found.status, **checks}


@csrf_exempt
@_largest_body(FORM_BYTES, _too_large)
@require_http_methods(METHODS)
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """What a certificate is worth, in large words, and then every word that is printed on it.

    A code that cannot be right says so without asking the database. One that nobody holds, one that is not sealed yet
    and one that only the holder's link opens get the same answer. A surname is sent in the body, never in the address.
    """
    _choose_language(request)
    surname = request.POST.get("surname", "").strip()
    try:
        verdict = services.verify_code(
            code=codes.normalised(code), key=request.GET.get("key", "")[:KEY_LENGTH], surname=surname
        )
    except TooManyTriesError as error:
        return _impatient(request, error)
    status = HTTPStatus.OK if verdict.certificate else HTTPStatus.NOT_FOUND
    wanted = _wants(request)
    if wanted == CREDENTIAL:
        return _private(_credential(verdict))
    if wanted == JSON:
        return _private(JsonResponse(_answer(verdict), status=status))
    context = {**_page_context(request), "state": verdict.state, "code": codes.printed(verdict.code)}
    if verdict.certificate:
        context |= _words(request, verdict.certificate, verdict)
        context["wrong_surname"] = bool(surname) and not verdict.whole
    return _private(render(request, "certificates/verify.html", context, status=status))


@require_safe
def verify_offline(request: HttpRequest) -> HttpResponse:
    """A page to keep, which checks credentials without a network; sent as a file, never shown from here."""
    _choose_language(request)
    response = HttpResponse(offline_page(), content_type="text/html; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{offline_name(timezone.now())}"'
    return _private(response)


def _wants(request: HttpRequest) -> str | None:
    return request.get_preferred_type(["text/html", JSON, CREDENTIAL]) or "text/html"


def _credential(verdict: Verdict) -> HttpResponse:
    """The credential as it is attached to the PDF; it names the holder, so only to whoever may read the name."""
    certificate = verdict.certificate
    if certificate is not None and certificate.credential and verdict.whole:
        return HttpResponse(certificate.credential, content_type=CREDENTIAL)
    status = HTTPStatus.FORBIDDEN if certificate is not None and not verdict.whole else HTTPStatus.NOT_FOUND
    return JsonResponse({"status": verdict.state, "code": verdict.code}, status=status)


def _words(request: HttpRequest, found: Certificate, verdict: Verdict) -> dict[str, Any]:
    """What the page shows of a certificate."""
    account = account_of(request)
    visible = account.is_authenticated and Certificate.objects.visible_to(account).filter(pk=found.pk).exists()
    return {
        "certificate": found,
        "code": codes.printed(found.code),
        "since": found.status_since,
        "successor": _known(found.successor, verdict.key),
        "replaces": _known(found.supersedes, verdict.key),
        "query": _query(key=verdict.key),
        "visible": visible,
        "whole": verdict.whole,
        **shown(_with_payload(found, verdict.payload)),
    }


def _with_payload(certificate: Certificate, payload: dict[str, Any]) -> Certificate:
    """The certificate with what may be read of it, for showing and never for saving."""
    shadow = copy(certificate)
    shadow.payload = payload
    return shadow


def _known(other: Certificate | None, key: str) -> Certificate | None:
    """A newer or earlier certificate, as far as whoever asks may check it as well."""
    return other if other and other.sealed_at and may_know_of(other, key) else None


def _answer(verdict: Verdict) -> dict[str, Any]:
    certificate = verdict.certificate
    if certificate is None:
        return {"status": verdict.state, "code": verdict.code}
    since, successor = certificate.status_since, _known(certificate.successor, verdict.key)
    replaces, paper = _known(certificate.supersedes, verdict.key), certificate.paper
    return {
        "status": verdict.state,
        "code": verdict.code,
        "since": timezone.localdate(since).isoformat() if since else None,
        "reason": certificate.status_reason if since and verdict.state != Certificate.Status.EXPIRED else "",
        "replaced_by": successor.code if successor else None,
        "replaces": replaces.code if replaces else None,
        "kind": certificate.kind,
        "issued": timezone.localdate(certificate.issued_at).isoformat(),
        "erased": timezone.localdate(certificate.erased_at).isoformat() if certificate.erased_at else None,
        "paper": {"number": certificate.number, "title": paper.title} if paper else None,
        "key_given_up": certificate.key_given_up_at.isoformat() if certificate.key_given_up_at else None,
        "sealed_before_key_was_given_up": certificate.sealed_before_key_was_given_up,
        "name_shown": "full" if verdict.whole else "initials",
        "sha256": certificate.pdf_sha256,
        **said_in(verdict.payload),
    }


def _impatient(request: HttpRequest, error: TooManyTriesError) -> HttpResponse:
    response = _refused(request, str(error), HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(error.seconds)
    return response


def _refused(request: HttpRequest, sentence: str, status: HTTPStatus) -> HttpResponse:
    if _wants(request) != "text/html":
        return _private(JsonResponse({"error": sentence}, status=status))
    context = {**_page_context(request), "refusal": sentence}
    return _private(render(request, "certificates/verify_search.html", context, status=status))


def _choose_language(request: HttpRequest) -> None:
    """Follow `?lang=`; these addresses are printed on paper and have no language in them."""
    wanted = _asked_language(request)
    if wanted:
        translation.activate(wanted)
        request.LANGUAGE_CODE = wanted


def _asked_language(request: HttpRequest) -> str:
    asked = request.GET.get("lang", "")
    return asked if asked in dict(settings.LANGUAGES) else ""


def _query(**values: str) -> str:
    """Return what stands behind an address; what is empty is left out."""
    filled = {name: value for name, value in values.items() if value}
    return f"?{urlencode(filled)}" if filled else ""


def _page_context(request: HttpRequest) -> dict[str, Any]:
    active = translation.get_language()
    key = request.GET.get("key", "")[:KEY_LENGTH]
    return {
        "languages": [
            {
                "code": code,
                "name": translation.get_language_info(code)["name_local"].capitalize(),
                "url": request.path + _query(key=key, lang=code),
                "current": code == active,
            }
            for code, _label in settings.LANGUAGES
        ],
        "asked_language": _asked_language(request),
    }


def _private(response: HttpResponse) -> HttpResponse:
    """Neither found by search engines nor kept in caches nor told to the next site."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    patch_vary_headers(response, ["Accept", "Accept-Language", "Cookie"])
    return response
