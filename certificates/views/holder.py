"""Pages of the holder, and what managers do with a certificate."""

from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from audit.services import record
from certificates import codes, file_names, rule_words, services, wording
from certificates.forms import STEPS
from certificates.models import Certificate
from certificates.permissions import can_change_standing, can_erase, can_read_certificates_of_agencies
from certificates.sharing import linkedin_address
from core.contents import MEDIA_TYPES, kind_by_name
from core.errors import DomainError
from people.models import Account
from people.permissions import person_of, reader_of

Status = Certificate.Status


@login_required
@require_safe
def my_certificates(request: HttpRequest) -> HttpResponse:
    """All certificates of the person who asks, also those that are being prepared."""
    certificates = Certificate.objects.filter(person=person_of(request.user))
    cards = [
        {
            "certificate": each,
            "standing": standing(each),
            "why": services.why_waiting(each) if each.status == Status.PENDING else "",
            "has_file": services.has_file(each),
            "renew": services.module_to_renew(each),
            **shown(each),
        }
        for each in certificates.select_related("superseded_by", "enrolment__module")
    ]
    coordinates = can_read_certificates_of_agencies(account_of(request))
    context = {"cards": cards, "coordinates": coordinates, "section": "my"}
    return render(request, "certificates/my_certificates.html", context)


@login_required
@require_safe
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """One certificate: what it says, what it is worth, the file and the address to give away."""
    found = _visible(request, code)
    _note_reading(request, found)
    manages = can_change_standing(account_of(request), found)
    own, words = found.person_id == account_of(request).person_id, shown(found)
    context = {
        "certificate": found,
        "printed_code": codes.printed(found.code),
        "since": found.status_since,
        "successor": found.successor,
        "own": own,
        "standing": standing(found),
        "why": services.why_waiting(found) if found.status == Status.PENDING else "",
        "has_file": services.has_file(found),
        "lines": rule_words.lines(found.payload),
        "renew": services.module_to_renew(found) if own else "",
        "levels": Certificate.Privacy.choices,
        "manages": manages,
        "steps": _steps(found, account_of(request)) if manages else [],
        **_ways_to_share(found, words, own=own),
        **words,
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
    reader = reader_of(request)
    if request.method != "POST" and reader.sees_everybody and certificate.person_id != reader.person_id:
        record("certificates.read", obj=certificate, subject=certificate.person)


@login_required
@require_safe
@cache_control(private=True, no_cache=True)
def certificate_pdf(request: HttpRequest, code: str) -> HttpResponseBase:
    """The sealed file, byte for byte; not there before it is sealed; 503 where storage has lost it."""
    found = _visible(request, code)
    if found.sealed_at is None or found.erased_at is not None:
        raise Http404
    etag = f'"{found.pdf_sha256}"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return unchanged
    try:
        content = services.sealed_file(found)
    except services.FileLostError as error:
        context = {"certificate": found, "happened": str(error), "section": "my", **shown(found)}
        return render(request, "certificates/file_lost.html", context, status=503)
    if found.person_id != account_of(request).person_id:
        record("certificates.downloaded", obj=found, subject=found.person)
    # What was issued on paper is kept as it was scanned, as a picture maybe.
    kind = kind_by_name(str(found.pdf.name))
    response = HttpResponse(content, content_type=MEDIA_TYPES[kind])
    response["ETag"] = etag
    disposition = file_names.disposition(found.payload, found.code, kind)
    if "print" in request.GET:
        # Shown by the browser itself, which prints it.
        disposition = disposition.replace("attachment", "inline", 1)
    response["Content-Disposition"] = disposition
    return response


def account_of(request: HttpRequest) -> Account:
    """Whoever is asking; the pages that use it ask for signing in first."""
    return cast("Account", request.user)


def _visible(request: HttpRequest, code: str) -> Certificate:
    visible = Certificate.objects.visible_to(account_of(request)).select_related(
        "person", "agency", "supersedes", "superseded_by", "status_by__person", "enrolment__module"
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


def standing(certificate: Certificate) -> str:
    """What the certificate is worth now, in the words of its holder: a line without a full stop."""
    since, expires = certificate.status_since, certificate.expires_at
    values = {"since": _day(since), "expires": _day(expires)}
    sentences = {
        Status.PENDING: _("Earned; the file is being prepared"),
        Status.VALID: _("Valid until %(expires)s") if expires else _("Valid without limit"),
        Status.EXPIRED: _("Genuine, but only valid until %(since)s"),
        Status.SUSPENDED: _("Not in force for the time being, since %(since)s"),
        Status.REVOKED: _("Out of force for good, since %(since)s"),
        Status.SUPERSEDED: _("Replaced by a newer certificate on %(since)s"),
    }
    return sentences[Status(certificate.status)] % values


def _day(moment: datetime | None) -> str:
    return date_format(timezone.localtime(moment), "DATE_FORMAT") if moment else ""


def _ways_to_share(certificate: Certificate, words: dict[str, Any], *, own: bool) -> dict[str, str]:
    """The address to give away, and for the holder the one that brings the certificate into a profile elsewhere."""
    key = f"?key={certificate.secret}" if own and certificate.secret else ""
    address = f"{words['address']}{key}"
    if not own or not services.has_file(certificate) or certificate.status != Status.VALID:
        return {"share_address": address, "linkedin": ""}
    expires = certificate.expires_at
    linkedin = linkedin_address(
        name=f"{words['title']}: {words['subject']}",
        organisation=words["issuer"],
        issued=timezone.localdate(certificate.issued_at),
        expires=timezone.localdate(expires) if expires else None,
        code=codes.printed(certificate.code),
        address=address,
    )
    return {"share_address": address, "linkedin": linkedin}
