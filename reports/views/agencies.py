"""Reports for coordinators and managers: the finding in a sentence, the table behind it, and the same as files."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from people.models import Account
from reports import formats, queries, services, wording
from reports.columns import Report
from reports.forms import QuestionForm
from reports.permissions import can_read_reports
from reports.views.files import file_of
from reports.views.kinds import MOST_WORKSHOPS, predecessors_of, programmes_to_choose, workshops_to_choose
from workshops.attendance import NOT_RECORDED
from workshops.models import AttendanceStatus, Session, Workshop

ATTENDANCE, RESULTS = "agency-attendance", "agency-results"
# A ministry may have thousands of rows: the page shows them in parts, files hold all.
ROWS_ON_A_PAGE = 100


@login_required
@require_safe
@never_cache
def agency_report(request: HttpRequest) -> HttpResponse:
    """R2: attendance in one workshop, the latest that has begun unless another is chosen.

    As a file, everything that was asked for: without a workshop, all of them.
    """
    account, form = _reader(request), _question_form(request)
    scope = _scope(account, request)
    file = _file(request, account, form, ATTENDANCE)
    if file is not None:
        return file
    _offer(form, account, scope, workshops_to_choose(scope.widest, request.GET, _("The latest")))
    context = _context(account, scope, form)
    if form.is_valid() and not _must_choose(account, form):
        context |= _attendance(account, form, scope, request.GET.get("page"))
    return render(request, "reports/agency_report.html", context)


@login_required
@require_safe
@never_cache
def agency_results(request: HttpRequest) -> HttpResponse:
    """R3: what people of an agency completed and with what results."""
    account, form = _reader(request), _question_form(request)
    scope = _scope(account, request)
    file = _file(request, account, form, RESULTS)
    if file is not None:
        return file
    _offer(form, account, scope, [])
    context = _context(account, scope, form)
    if form.is_valid() and not _must_choose(account, form):
        report = _read(account, RESULTS, form.cleaned_data)
        context |= {
            "report": report,
            "findings": wording.result_findings(report.totals),
            "rings": queries.aspect_rings(report.outline, {each.code: each.name for each in context["agencies"]}),
            "page": Paginator(report.rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page")),
            "page_query": _query(form),
            "files": _files(form),
            "freeze": _freeze(RESULTS, form),
        }
    return render(request, "reports/agency_results.html", context)


# --- What was asked -------------------------------------------------------------------------------------------------


def _reader(request: HttpRequest) -> Account:
    account = cast("Account", request.user)
    if not can_read_reports(account):
        raise PermissionDenied(_("Reports are for coordinators of agencies and for programme managers."))
    return account


def _question_form(request: HttpRequest) -> QuestionForm:
    form = QuestionForm(request.GET)
    form.keep(("agency", "workshop", "programme", "first_day", "last_day"))
    return form


def _scope(account: Account, request: HttpRequest) -> queries.Scope:
    """The agencies that were asked about; what lies outside does not exist."""
    code = request.GET.get("agency", "")
    try:
        with services.refusals_noted(account, ATTENDANCE, agency=code):
            return queries.scope_of(account, code)
    except queries.OutOfScopeError as error:
        raise Http404(str(error)) from error


def _must_choose(account: Account, form: QuestionForm) -> bool:
    """Whether a manager has not said yet about whom: everybody of all agencies is a file, not a page."""
    return account.sees_everybody and not (form.cleaned_data["agency"] or form.cleaned_data["workshop"])


def _read(account: Account, name: str, asked: dict[str, Any]) -> Report:
    try:
        return services.read_report(name=name, account=account, **asked)
    except queries.OutOfScopeError as error:
        raise Http404(str(error)) from error


def _file(request: HttpRequest, account: Account, form: QuestionForm, name: str) -> HttpResponse | None:
    """The report as a file, if one was asked for properly."""
    kind = request.GET.get("format", "")
    if kind not in formats.TYPES or not form.is_valid():
        return None
    return file_of(request, account, _read(account, name, form.cleaned_data), kind)


def _offer(form: QuestionForm, account: Account, scope: queries.Scope, workshops: list[tuple[str, str]]) -> None:
    everything = _("Choose an agency") if account.sees_everybody else _("All agencies that you coordinate")
    agencies = [(each.code, each.name) for each in scope.widest.agencies]
    form.offer(
        agency=[("", everything), *agencies] if len(agencies) > 1 else [],
        programme=programmes_to_choose(),
        workshop=workshops,
    )
    form.explain_workshops(MOST_WORKSHOPS)


def _context(account: Account, scope: queries.Scope, form: QuestionForm) -> dict[str, Any]:
    agencies = list(scope.agencies.order_by("path"))
    paths = [each.path or "" for each in agencies]
    # One agency above all others, if the account coordinates one tree and not several.
    top = agencies[0] if agencies and all(path.startswith(paths[0]) for path in paths) else None
    return {
        "section": "reports",
        "form": form,
        "agencies": agencies,
        "agency": top,
        "several_agencies": len(agencies) > 1,
        "predecessors": predecessors_of(account, top.code if top else ""),
    }


def _files(form: QuestionForm, **said: str) -> list[tuple[str, str]]:
    """(kind, address) of the files that hold what the page shows."""
    return [(kind.upper(), f"?{_query(form, **said)}format={kind}") for kind in formats.TYPES]


def _freeze(name: str, form: QuestionForm, **said: str) -> str:
    """Where what the page shows is frozen."""
    return f"{reverse('freeze_report', args=[name])}?{_query(form, **said)}".rstrip("&?")


def _query(form: QuestionForm, **said: str) -> str:
    """What was asked, as the beginning of a query: empty, or ending in "&"."""
    asked = {name: str(value) for name, value in {**form.cleaned_data, **said}.items() if value}
    return f"{urlencode(asked)}&" if asked else ""


# --- R2 as a page ---------------------------------------------------------------------------------------------------


def _attendance(account: Account, form: QuestionForm, scope: queries.Scope, page_number: str | None) -> dict[str, Any]:
    asked = form.cleaned_data
    workshop = _chosen(account, scope, asked["workshop"])
    if workshop is None:
        return {"nothing": True}
    report = _read(account, ATTENDANCE, {**asked, "workshop": workshop.code})
    page = Paginator(report.rows, ROWS_ON_A_PAGE).get_page(page_number)
    numbers = report.session_numbers()
    sessions = [each for each in workshop.sessions.order_by("number") if each.number in numbers]
    render_cell = _cell_renderer(timezone.now())
    # What names a cell on a phone, said once for all rows.
    labelled = [(f"{each.number} · {date_format(each.day, 'd.m.')}", each) for each in sessions]
    return {
        "report": report,
        "workshop": workshop,
        "findings": wording.attendance_findings(report.totals, workshop.threshold, workshop.starts_on),
        "sessions": sessions,
        "page": page,
        "page_query": _query(form, workshop=workshop.code),
        "rows": [{"row": row, "cells": [(label, render_cell(row, each)) for label, each in labelled]} for row in page],
        "files": _files(form, workshop=workshop.code),
        "freeze": _freeze(ATTENDANCE, form, workshop=workshop.code),
    }


def _chosen(account: Account, scope: queries.Scope, code: str) -> Workshop | None:
    """The workshop that was asked for, else the latest of the scope that has begun, else the next one."""
    if code:
        try:
            with services.refusals_noted(account, ATTENDANCE, workshop=code):
                return queries.workshop_in(queries.scope_of(account), code)
        except queries.OutOfScopeError as error:
            raise Http404(str(error)) from error
    today = timezone.localdate()
    # All are read, which is faster than to ask for the first (see `workshops_to_choose`).
    workshops = list(queries.workshops_in(scope))
    return next((each for each in workshops if each.starts_on <= today), workshops[-1] if workshops else None)


def _cell_renderer(now: datetime) -> Callable[[dict[str, Any], Session], str]:
    """Return what renders a cell of the table; equal cells, of which there are many, are rendered once."""
    rendered: dict[tuple[Any, ...], str] = {}

    def render_cell(row: dict[str, Any], session: Session) -> str:
        cell = row["sessions"].get(str(session.number))
        to_come = cell is not None and cell["status"] == NOT_RECORDED and session.ends_at > now
        key = (cell["status"], cell["minutes"], to_come) if cell else ()
        if key not in rendered:
            label = AttendanceStatus(cell["status"]).label if cell else ""
            context = {"cell": cell, "to_come": to_come, "label": label}
            rendered[key] = render_to_string("reports/_session_cell.html", context)
        return rendered[key]

    return render_cell
