"""Credentials for machines: who issues, what the terms mean, what is out of force, and the credential of one person."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from audit.services import record
from certificates import codes
from certificates.credentials import baking, contexts, status
from certificates.credentials.document import MIME
from certificates.models import Certificate
from certificates.services.credentials import did_document, status_list, text_of, transcript
from certificates.services.keys import KeysError, current_keys
from certificates.views.holder import account_of
from people.permissions import person_of

# Contexts and keys are the same for months; a retired key stays, so that an old answer is never wrong.
_DAY, _HOUR = 86_400, 3_600
_PICTURES = Path(settings.BASE_DIR) / "static" / "img"


@require_safe
@cache_control(public=True, max_age=_HOUR)
def did(request: HttpRequest) -> HttpResponse:
    """The DID document of this site: the keys with which credentials are checked."""
    return _for_everybody(JsonResponse(did_document(), content_type="application/did+json"))


@require_safe
@cache_control(public=True, max_age=_DAY)
def context(request: HttpRequest, name: str) -> HttpResponse:
    """A context that credentials name, as it is pinned here, for machines that reach nothing but this site."""
    try:
        content = contexts.read(name)
    except contexts.UnknownContextError as error:
        raise Http404 from error
    return _for_everybody(HttpResponse(content, content_type="application/ld+json"))


@require_safe
def status_of_credentials(request: HttpRequest, number: int) -> HttpResponse:
    """A status list: a signed list of bits, which names nobody and does not tell whose bit is being looked at."""
    try:
        found = status_list(number=number, key=current_keys().credential)
    except KeysError as error:
        # Kept by nobody: the list is needed as soon as there are keys again.
        return _for_everybody(JsonResponse({"error": str(error)}, status=503, headers={"Cache-Control": "no-store"}))
    if found is None:
        raise Http404
    response = HttpResponse(text_of(found), content_type=MIME)
    patch_cache_control(response, public=True, max_age=int(status.TIME_TO_LIVE.total_seconds()))
    return _for_everybody(response)


@login_required
@require_safe
@cache_control(private=True, no_cache=True)
def certificate_credential(request: HttpRequest, code: str, form: str) -> HttpResponseBase:
    """The credential of a certificate as JSON, or inside a picture. The same letters as in the PDF."""
    visible = Certificate.objects.visible_to(account_of(request)).select_related("person")
    found = get_object_or_404(visible, code=codes.normalised(code))
    if not found.credential:
        raise Http404
    etag = f'"{found.pdf_sha256[:32]}-{form}"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return unchanged
    if found.person_id != account_of(request).person_id:
        record("certificates.downloaded", obj=found, subject=found.person)
    content, kind = _FORMS[form](found.credential)
    response = HttpResponse(content, content_type=kind)
    response["ETag"] = etag
    response["Content-Disposition"] = f'attachment; filename="{_file_name(found)}.{form}"'
    return response


@login_required
@require_safe
@cache_control(private=True, no_store=True)
def my_transcript(request: HttpRequest) -> HttpResponse:
    """All credentials of the person who asks, as one record."""
    try:
        made = transcript(person=person_of(request.user), key=current_keys().credential)
    except KeysError:
        # The sentence is for the operator; what a holder needs to know is that it passes.
        message = _("The record cannot be signed at the moment. Please try again later.")
        return HttpResponse(message, status=503, content_type="text/plain; charset=utf-8")
    response = HttpResponse(text_of(made), content_type=MIME)
    response["Content-Disposition"] = 'attachment; filename="certificates.json"'
    return response


def _for_everybody(response: HttpResponse) -> HttpResponse:
    """Allow pages of other sites to read it: whoever checks a credential does so from their own."""
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _file_name(certificate: Certificate) -> str:
    return f"credential-{certificate.code}"


def _json(credential: str) -> tuple[Any, str]:
    return credential, MIME


def _png(credential: str) -> tuple[Any, str]:
    return baking.into_png((_PICTURES / "emblem-512.png").read_bytes(), credential), "image/png"


def _svg(credential: str) -> tuple[Any, str]:
    return baking.into_svg((_PICTURES / "emblem.svg").read_text(), credential), "image/svg+xml"


_FORMS = {"json": _json, "png": _png, "svg": _svg}
