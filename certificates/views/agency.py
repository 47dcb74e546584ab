"""Certificates of the people of an agency: to look through, and to take along as files."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from certificates import codes, file_names, services
from certificates.forms import ChoiceForm
from certificates.models import Certificate, CertificateQuerySet
from certificates.permissions import can_read_certificates_of_agencies, can_start_runs
from certificates.views.holder import account_of, shown
from core.errors import DomainError
from people.models import Account, Agency
from people.permissions import reader_of

Status = Certificate.Status

PER_PAGE = 20
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_safe
def agency_certificates(request: HttpRequest) -> HttpResponseBase:
    """Certificates that people earned for the agencies of the reader; as a file, if one is asked for."""
    account = account_of(request)
    if not can_read_certificates_of_agencies(account):
        raise PermissionDenied(_("Certificates of an agency are for its coordinators and for programme managers."))
    agencies = list(Agency.objects.visible_to(account).order_by("path"))
    everything = services.certificates_of_agencies(account)
    if request.GET.get("agency") and request.GET["agency"] not in {each.code for each in agencies}:
        raise Http404
    form = ChoiceForm(request.GET, certificates=everything, agencies=agencies)
    found, refusal = Certificate.objects.none(), ""
    asked = services.Asked()
    if form.is_valid():
        asked = form.asked()
        found = services.chosen(everything, asked)
        try:
            file = _file(request.GET.get("format", ""), account, found, asked)
        except DomainError as error:
            refusal = str(error)
        else:
            if file is not None:
                return file
    context = {**_page(request, account, form, found, asked), "several": len(agencies) > 1, "refusal": refusal}
    if len(agencies) == 1:
        context["agency"] = agencies[0]
    response = render(request, "certificates/agency_certificates.html", context, status=422 if refusal else 200)
    patch_cache_control(response, private=True, no_store=True)
    return response


def _page(
    request: HttpRequest, account: Account, form: ChoiceForm, found: CertificateQuerySet, asked: services.Asked
) -> dict[str, Any]:
    counts = services.count_states(found)
    page = Paginator(found.select_related("person", "agency"), PER_PAGE).get_page(request.GET.get("page"))
    services.note_list_read(actor=reader_of(request), asked=asked, shown=len(page))
    query = form.query() if form.is_valid() else ""
    rows = [_row(each) for each in page]
    return {
        "section": "reports",
        "form": form,
        "page": page,
        "page_query": query,
        "rows": rows,
        "stuck": any(row["letters"] for row in rows),
        "counts": [(state, Certificate.Status(state).label, count) for state, count in counts.items()],
        "total": page.paginator.count,
        "files": [(kind, f"?{query}format={kind}") for kind in ("zip", "xlsx", "list")],
        "at_once": services.AT_ONCE,
        "too_many": page.paginator.count > services.AT_ONCE,
        "may_run": can_start_runs(account),
    }


def _row(certificate: Certificate) -> dict[str, Any]:
    return {
        "certificate": certificate,
        "printed_code": codes.printed(certificate.code),
        "since": certificate.status_since,
        "why": services.why_waiting(certificate) if certificate.status == Status.PENDING else "",
        "letters": services.letters_of(certificate) if certificate.status == Status.PENDING else [],
        "has_file": services.has_file(certificate),
        **shown(certificate),
    }


def _file(
    kind: str, account: Account, found: CertificateQuerySet, asked: services.Asked
) -> HttpResponse | StreamingHttpResponse | None:
    """What was asked for as a file; None when it was none. Raises DomainError when there are too many, or none."""
    response: HttpResponse | StreamingHttpResponse
    if kind == "zip":
        pieces = services.archive_of(found, actor=account, asked=asked)
        response = StreamingHttpResponse(pieces, content_type="application/zip")
    elif kind == "xlsx":
        response = HttpResponse(services.workbook_of(found, actor=account, asked=asked), content_type=_XLSX)
    elif kind == "list":
        content = services.check_list_of(found, actor=account, asked=asked)
        response = HttpResponse(content, content_type="application/pdf")
    else:
        return None
    ending = "pdf" if kind == "list" else kind
    parts = [asked.agency.code if asked.agency else "", asked.subject.rpartition(":")[2]]
    said = "-".join(filter(None, [*parts, timezone.localdate().isoformat()]))
    word = _("Certificates to hand out") if kind == "list" else _("Certificates")
    plain = f"certificates-{'to-hand-out-' if kind == 'list' else ''}{file_names.simple(said)}.{ending}"
    response["Content-Disposition"] = file_names.attachment(plain, f"{word} – {said}.{ending}".replace("/", "-"))
    patch_cache_control(response, private=True, no_store=True)
    return response
