"""Papers of a register: the blank sheet, the register as it was signed, what was written on paper, and its scans."""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from people.models import Language
from workshops import services
from workshops.forms.paper import PaperForm, ScanForm
from workshops.models import Facilitation, Session, Workshop
from workshops.views.access import (
    FORM_METHODS,
    SECTION,
    account_of,
    kept_session,
    language,
    managed_session,
    managed_workshop,
    note_taken,
    private_file,
    refuse,
    say,
)


@login_required
@require_safe
def sign_in_sheet(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The blank sheet as PDF, in the language that was asked for."""
    session = kept_session(request, code, number)
    spoken = request.GET.get("language", "")
    spoken = spoken if spoken in Language.values else language()
    content = services.sign_in_sheet(session=session, language=spoken)
    return _pdf(request, session, content, f"{code}-{number}-sheet-{spoken}.pdf")


@login_required
@require_safe
def register_pdf(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The register with its signature, as PDF."""
    session = managed_session(request, code, number)
    content = services.signed_register(session=session, language=language())
    return _pdf(request, session, content, f"{code}-{number}-register.pdf")


@login_required
@require_safe
def badges(request: HttpRequest, code: str) -> HttpResponse:
    """Badges of everybody who is confirmed, as PDF."""
    workshop = managed_workshop(request, code, Facilitation.Right.CHECK_IN)
    content = services.badges_of(workshop=workshop, language=language())
    return _pdf(request, workshop, content, f"{code}-badges.pdf")


def _pdf(request: HttpRequest, obj: Workshop | Session, content: bytes, name: str) -> HttpResponse:
    note_taken(request, obj, name)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    patch_cache_control(response, private=True, no_store=True)
    return response


@login_required
@require_http_methods(FORM_METHODS)
def paper_register(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Everybody on one page, in the order of the sheet: tick what it says, save all at once."""
    session = managed_session(request, code, number)
    if session.opened_at is None:
        return redirect("register", code, number)
    form = _paper_form(request, session)
    if request.method == "POST" and form.is_valid():
        try:
            said = form.save()
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            done = ngettext(
                "The sheet is recorded: %(count)d person.", "The sheet is recorded: %(count)d people.", said
            )
            return say(request, done % {"count": said}, "register", code, number)
    return _show_paper(request, session, form, ScanForm(session=session, account=account_of(request)))


@login_required
@require_POST
def scan_add(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Keep a scan of the signed sheet with the register."""
    session = managed_session(request, code, number)
    form = ScanForm(request.POST, request.FILES, session=session, account=account_of(request))
    if not form.is_valid():
        return refuse(request, ValueError(form.errors["scan"][0]), "paper_register", code, number)
    scan = form.save()
    return say(
        request, _("“%(name)s” is kept with the register.") % {"name": scan.name}, "paper_register", code, number
    )


@login_required
@require_safe
def scan(request: HttpRequest, code: str, number: int, scan: int) -> FileResponse:
    """A scan, for those who may open the register."""
    session = managed_session(request, code, number)
    found = get_object_or_404(session.scans, pk=scan)
    note_taken(request, session, found.name)
    return private_file(found.file, found.name)


def _paper_form(request: HttpRequest, session: Session) -> PaperForm:
    records = session.records.select_related("person", "agency").order_by("person__sort_name", "pk")
    data = request.POST if request.method == "POST" else None
    return PaperForm(data, records=list(records), session=session, account=account_of(request))


def _show_paper(request: HttpRequest, session: Session, form: PaperForm, scan_form: ScanForm) -> HttpResponse:
    rows = [
        (record, form[f"status-{record.person.public_code}"], form[f"minutes-{record.person.public_code}"])
        for record in form.records
    ]
    context = {
        **SECTION,
        "session": session,
        "workshop": session.workshop,
        "form": form,
        "rows": rows,
        "scan_form": scan_form,
        "scans": session.scans.select_related("added_by__person"),
    }
    return render(request, "workshops/paper_register.html", context)
