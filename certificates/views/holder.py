"""Pages of the holder, and what managers do with a certificate."""

import unicodedata
from typing import Any, cast
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from audit.services import record
from certificates import codes, wording
from certificates.forms import STEPS
from certificates.models import Certificate
from certificates.permissions import can_change_standing, can_erase
from core.errors import DomainError
from people.models import Account
from people.permissions import person_of


@login_required
@require_safe
def my_certificates(request: HttpRequest) -> HttpResponse:
    """All certificates of the person who asks, also those that are being prepared."""
    certificates = Certificate.objects.filter(person=person_of(request.user))
    cards = [{"certificate": certificate, **shown(certificate)} for certificate in certificates]
    return render(request, "certificates/my_certificates.html", {"cards": cards, "section": "my"})


@login_required
@require_safe
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """One certificate: what it says, what it is worth, the file and the address to give away."""
    found = _visible(request, code)
    _note_reading(request, found)
    manages = can_change_standing(account_of(request), found)
    context = {
        "certificate": found,
        "printed_code": codes.printed(found.code),
        "since": found.status_since,
        "successor": found.successor,
        "own": found.person_id == account_of(request).person_id,
        "manages": manages,
        "steps": _steps(found, account_of(request)) if manages else [],
        **shown(found),
        "section": "my",
    }
    return render(request, "certificates/certificate.html", context)


def _steps(certificate: Certificate, account: Account) -> list[dict[str, Any]]:
    """What can be done with the certificate now: the word in the address, and how the button looks."""
    may_erase = can_erase(account, certificate)
    possible = [
        (word, form) for word, form in STEPS.items() if form.fits(certificate) and (may_erase or not form.final)
    ]
    return [{"word": word, "heading": form.heading, "danger": form.danger} for word, form in possible]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def certificate_change(request: HttpRequest, code: str, step: str) -> HttpResponse:
    """Suspend, lift, revoke or issue anew: first the reason, then everything once more with a question, then done."""
    found = _visible(request, code)
    if not can_change_standing(account_of(request), found):
        raise PermissionDenied(_("Only programme managers change what a certificate is worth, and never their own."))
    if step not in STEPS:
        raise Http404
    if STEPS[step].final and not can_erase(account_of(request), found):
        raise PermissionDenied(_("Only administrators erase what a certificate says, and never their own."))
    if not STEPS[step].fits(found):
        messages.error(request, _("This is not possible with the certificate as it stands now."))
        return redirect("certificate", found.code)
    _note_reading(request, found)
    form = STEPS[step](request.POST or None, certificate=found, account=account_of(request))
    asked = request.method == "POST" and "again" not in request.POST and form.is_valid()
    if asked and "confirmed" in request.POST:
        try:
            counts = form.save()
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("certificate", found.code)
        messages.success(request, str(form.done))
        return redirect("certificate", counts.code)
    draft = getattr(form, "draft", None)
    context = {
        "certificate": found,
        "printed_code": codes.printed(found.code),
        "form": form,
        "asked": asked,
        "compared": wording.compared(found.payload, draft.payload) if draft else [],
        **shown(found),
        "section": "my",
    }
    return render(request, "certificates/certificate_change.html", context)


def _note_reading(request: HttpRequest, certificate: Certificate) -> None:
    """Record that somebody who sees everybody reads about somebody else."""
    account = account_of(request)
    if request.method != "POST" and account.sees_everybody and certificate.person_id != account.person_id:
        record("certificates.read", obj=certificate, subject=certificate.person)


@login_required
@require_safe
@cache_control(private=True, no_cache=True)
def certificate_pdf(request: HttpRequest, code: str) -> HttpResponseBase:
    """The sealed file, byte for byte; not there before it is sealed."""
    found = _visible(request, code)
    if found.sealed_at is None or found.erased_at is not None:
        raise Http404
    etag = f'"{found.pdf_sha256}"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return unchanged
    if found.person_id != account_of(request).person_id:
        record("certificates.downloaded", obj=found, subject=found.person)
    with found.pdf.open("rb") as file:
        response = HttpResponse(file.read(), content_type="application/pdf")
    response["ETag"] = etag
    response["Content-Disposition"] = _disposition(found)
    return response


def account_of(request: HttpRequest) -> Account:
    """Whoever is asking; the pages that use it ask for signing in first."""
    return cast("Account", request.user)


def _visible(request: HttpRequest, code: str) -> Certificate:
    visible = Certificate.objects.visible_to(account_of(request)).select_related(
        "person", "agency", "supersedes", "superseded_by", "status_by__person"
    )
    return get_object_or_404(visible, code=codes.normalised(code))


def shown(certificate: Certificate) -> dict[str, Any]:
    """What the pages show of a payload, in the reader's language."""
    if certificate.erased_at is not None:
        return _shown_of_erased(certificate)
    payload = certificate.payload
    name, other_name = wording.names(payload)
    return {
        "status_label": Certificate.Status(certificate.status).label,
        "title": wording.title(payload),
        "name": name,
        "other_name": other_name,
        "agency": wording.in_active_language(payload["agency"]),
        "statement": wording.statement(payload),
        "subject": wording.in_active_language(payload["subject"]["titles"]),
        "facts": wording.facts(payload),
        "issuer": wording.in_active_language(payload["issuer"]),
        "address": payload["address"],
    }


def _shown_of_erased(certificate: Certificate) -> dict[str, Any]:
    """What the pages show in place of words that were erased."""
    return {
        "status_label": Certificate.Status(certificate.status).label,
        "title": _("Certificate"),
        "name": _("erased at the wish of the holder"),
        "other_name": "",
        "agency": "",
        "statement": "",
        "subject": _("Certificate %(code)s") % {"code": codes.printed(certificate.code)},
        "facts": [],
        "issuer": _(settings.WAGTAIL_SITE_NAME),
        "address": f"{settings.SITE_ADDRESS}/v/{certificate.code}",
    }


def _disposition(certificate: Certificate) -> str:
    """A file name that every system can write, and beside it (RFC 5987) the one in the holder's own letters."""
    payload = certificate.payload
    holder, subject = payload["holder"], payload["subject"]["code"]
    latin = unicodedata.normalize("NFKD", holder["latin"]).encode("ascii", "ignore").decode()
    plain = "-".join(part for part in ("certificate", subject, *latin.split(), certificate.code) if part)
    plain = "".join(letter for letter in plain if letter.isalnum() or letter in "-_.")
    native = f"{payload['printed']['title']} – {subject} – {holder['native']}.pdf".replace("/", "-")
    return f"attachment; filename=\"{plain}.pdf\"; filename*=UTF-8''{quote(native, safe='')}"
