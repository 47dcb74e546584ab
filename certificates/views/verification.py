"""The page by which anybody can check a certificate, without signing in."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from certificates import codes, wording
from certificates.models import Certificate
from certificates.views.holder import account_of, shown

UNKNOWN, MISTYPED = "unknown", "mistyped"


@require_safe
def verify_search(request: HttpRequest) -> HttpResponse:
    """Where a code is typed."""
    _choose_language(request)
    # Somebody may have copied the whole address.
    typed = codes.normalised(request.GET.get("code", "").strip().rstrip("/").rpartition("/")[2])[:40]
    if typed:
        # Symbols that an address cannot hold are mistyped anyway; the page says so.
        return redirect("verify", code=typed.replace("/", "-"))
    return _private(render(request, "certificates/verify_search.html", _page_context(request)))


@require_safe
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """What a certificate is worth, in large words, and then every word that is printed on it.

    A code that cannot be right says so without asking the database. One that nobody holds and one that is not sealed
    yet get the same answer.
    """
    _choose_language(request)
    code = codes.normalised(code)
    found = _sealed(code)
    state = found.status if found else (UNKNOWN if codes.is_well_formed(code) else MISTYPED)
    status = 200 if found else 404
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        return _private(JsonResponse(_answer(code, state, found), status=status))
    context = {**_page_context(request), "state": state, "code": codes.printed(code), "certificate": found}
    if found:
        visible = Certificate.objects.visible_to(account_of(request))
        context |= {
            **shown(found),
            "since": found.status_since,
            "successor": _known(found.successor),
            "replaces": found.supersedes,
            "visible": visible.filter(pk=found.pk).exists(),
        }
    return _private(render(request, "certificates/verify.html", context, status=status))


def _sealed(code: str) -> Certificate | None:
    if not codes.is_well_formed(code):
        return None
    known = Certificate.objects.filter(code=code, sealed_at__isnull=False)
    return known.select_related("superseded_by", "supersedes").first()


def _known(successor: Certificate | None) -> Certificate | None:
    """The newer certificate once it is sealed: before that nobody can check it."""
    return successor if successor and successor.sealed_at else None


def _answer(code: str, state: str, certificate: Certificate | None) -> dict[str, Any]:
    if certificate is None:
        return {"status": state, "code": code}
    payload, since, successor = certificate.payload, certificate.status_since, _known(certificate.successor)
    return {
        "status": state,
        "code": code,
        "since": timezone.localdate(since).isoformat() if since else None,
        "reason": certificate.status_reason if since and state != Certificate.Status.EXPIRED else "",
        "replaced_by": successor.code if successor else None,
        "issuer": payload["issuer"],
        "kind": certificate.kind,
        "holder": payload["holder"],
        "agency": payload["agency"],
        "subject": payload["subject"],
        "academic_hours": wording.half_hours(payload["minutes"]) / 2,
        "dates": payload["dates"],
        "result": payload["result"],
        "sha256": certificate.pdf_sha256,
    }


def _choose_language(request: HttpRequest) -> None:
    """Follow `?lang=`; these addresses are printed on paper and have no language in them."""
    wanted = request.GET.get("lang", "")
    if wanted in dict(settings.LANGUAGES):
        translation.activate(wanted)
        request.LANGUAGE_CODE = wanted


def _page_context(request: HttpRequest) -> dict[str, Any]:
    active = translation.get_language()
    return {
        "languages": [
            {
                "code": code,
                "name": translation.get_language_info(code)["name_local"].capitalize(),
                "url": f"{request.path}?lang={code}",
                "current": code == active,
            }
            for code, _label in settings.LANGUAGES
        ]
    }


def _private(response: HttpResponse) -> HttpResponse:
    """Neither found by search engines nor kept in caches nor told to the next site."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    patch_vary_headers(response, ["Accept", "Accept-Language", "Cookie"])
    return response
