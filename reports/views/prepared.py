"""Files that take long: asked for, watched while they are made, fetched by whoever asked."""

from collections.abc import Mapping
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import DomainError
from people.models import Account
from reports import formats, queries, services
from reports.forms import QuestionForm
from reports.models import ReportFile
from reports.permissions import can_read_some_report
from reports.wording import whole

PER_PAGE = 50
# How often the page of a file that is being made asks for itself anew.
SECONDS_BETWEEN_LOOKS = "3"

# By the word that a button sends.
_STEPS = {"cancel": services.cancel_file, "again": services.make_again}


@login_required
@require_safe
@never_cache
def report_files(request: HttpRequest) -> HttpResponse:
    """What somebody had made, the newest first."""
    account = _reader(request)
    page = Paginator(ReportFile.objects.visible_to(account), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "reports/files.html", {"section": "reports", "page": page})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def report_file_new(request: HttpRequest) -> HttpResponse:
    """Say that a file takes long, and have it made; what was asked stands in the address."""
    account = _reader(request)
    form, kind = QuestionForm(request.GET), _kind(account, request.GET.get("report", ""))
    file_format = request.GET.get("format", "")
    if not form.is_valid() or file_format not in formats.TYPES:
        raise Http404
    if request.method == "POST":
        return _ask(request, account, kind, file_format, form.cleaned_data)
    context = {
        "section": "reports",
        "kind": kind,
        "format": file_format.upper(),
        "rows": whole(services.most_at_once(file_format)),
    }
    return render(request, "reports/file_new.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def report_file(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a file is, or where it can be fetched; stop it, or try again."""
    account = _reader(request)
    file = get_object_or_404(ReportFile.objects.visible_to(account), pk=pk)
    if request.method == "POST":
        step = _STEPS.get(request.POST.get("step", ""))
        if step is not None:
            step(file=file, actor=account)
        return redirect("report_file", pk)
    context = {
        "section": "reports",
        "file": file,
        "format": file.format.upper(),
        "sentence": _sentence(file),
        "total": max(file.rows or 0, 1),
    }
    response = render(request, "reports/file.html", context)
    if file.state in {ReportFile.State.WAITING, ReportFile.State.MAKING}:
        response["Refresh"] = SECONDS_BETWEEN_LOOKS
    return response


@login_required
@require_safe
def report_file_download(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """The file, if the account may still ask for what is in it."""
    account = _reader(request)
    file = get_object_or_404(ReportFile.objects.visible_to(account), pk=pk)
    try:
        opened = services.open_file(file=file, account=account)
    except queries.OutOfScopeError as error:
        raise Http404(str(error)) from error
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("report_file", pk)
    codes = "-".join(("", *(str(value) for value in file.asked.values() if value is not True)))
    name = f"{file.report}{codes}.{file.format}"
    response = FileResponse(opened, as_attachment=True, filename=name, content_type=formats.TYPES[file.format])
    patch_cache_control(response, private=True, no_store=True)
    return response


def _reader(request: HttpRequest) -> Account:
    account = cast("Account", request.user)
    if not can_read_some_report(account):
        raise PermissionDenied(_("Reports are for coordinators of agencies and for programme managers."))
    return account


def _kind(account: Account, name: str) -> queries.Kind:
    try:
        return services.kind_called(name=name, account=account)
    except queries.OutOfScopeError as error:
        raise Http404(str(error)) from error


def _ask(
    request: HttpRequest, account: Account, kind: queries.Kind, file_format: str, asked: Mapping[str, Any]
) -> HttpResponse:
    try:
        file = services.ask_for_file(account=account, name=kind.name, file_format=file_format, asked=asked)
    except queries.OutOfScopeError as error:
        raise Http404(str(error)) from error
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("report_files")
    return redirect("report_file", file.pk)


def _sentence(file: ReportFile) -> str:
    if file.rows is None:
        return _("The report is being read.")
    words = ngettext("%(done)s of %(rows)s row is written.", "%(done)s of %(rows)s rows are written.", file.rows)
    return words % {"done": whole(file.rows_done), "rows": whole(file.rows)}
