"""Files that come in: the templates for them, and the attendance of a workshop that was written down elsewhere."""

import base64
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from core.blanks import blank_xlsx
from people import columns as people_columns
from people.models import Language
from workshops import columns, services
from workshops.columns import CellError
from workshops.forms import AttendanceFileForm
from workshops.models import Workshop
from workshops.views.access import FORM_METHODS, SECTION, account_of, managed_workshop, refuse, say

TWO_HOURS = 2 * 60 * 60
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEMPLATES = {
    "people": (people_columns.BLANK_TITLE, people_columns.BLANK),
    "attendance": (columns.BLANK_TITLE, columns.BLANK),
}


@login_required
@require_safe
def import_template(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """An empty table in a language, with a sheet that says how to fill it in."""
    if kind not in TEMPLATES or language not in Language.values:
        raise Http404
    title, blank = TEMPLATES[kind]
    response = HttpResponse(blank_xlsx(title=title, columns=blank, language=language), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{kind}-{language}.xlsx"'
    return response


@login_required
@require_http_methods(FORM_METHODS)
def attendance_import(request: HttpRequest, code: str) -> HttpResponse:
    """What a file says about who was in which session: first what it would change, then all rows or none."""
    workshop = managed_workshop(request, code)
    if "packed" in request.POST:
        return _record(request, workshop)
    form = AttendanceFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return _show_plan(request, workshop, form.cleaned_data["file"].read())
    return _show(request, workshop, form=form)


def _show_plan(request: HttpRequest, workshop: Workshop, content: bytes) -> HttpResponse:
    """What would happen. The file travels signed in the form."""
    plan = services.import_attendance(workshop=workshop, content=content, dry_run=True, actor=account_of(request))
    says_more = not plan.errors and bool(plan.new + plan.changed)
    packed = signing.dumps(base64.b64encode(content).decode(), salt=_salt(workshop), compress=True) if says_more else ""
    return _show(request, workshop, errors=plan.errors, plan=plan, packed=packed)


def _record(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    try:
        packed = signing.loads(request.POST["packed"], salt=_salt(workshop), max_age=TWO_HOURS)
    except signing.BadSignature:
        sentence = _("The list is too old. Send the file again.")
        return refuse(request, ValueError(sentence), "attendance_import", workshop.code)
    content = base64.b64decode(packed)
    done = services.import_attendance(workshop=workshop, content=content, actor=account_of(request))
    if done.errors:
        return _show(request, workshop, errors=done.errors)
    words = ngettext(
        "%(count)d record is taken from the file.", "%(count)d records are taken from the file.", done.saved
    )
    return say(request, words % {"count": done.saved}, "workshop_manage", workshop.code)


def _salt(workshop: Workshop) -> str:
    """What was looked at for one workshop is not taken by another."""
    return f"workshops.attendance_file.{workshop.pk}"


def _show(request: HttpRequest, workshop: Workshop, errors: list[CellError] | None = None, **more: Any) -> HttpResponse:
    """The page, with what is wrong by line and column."""
    named = [
        {"line": each.line, "column": str(columns.NAMES.get(each.column, "")), "message": each.message}
        for each in errors or []
    ]
    context = {**SECTION, "workshop": workshop, "errors": named, "form": AttendanceFileForm(), **more}
    return render(request, "workshops/attendance_import.html", context)
