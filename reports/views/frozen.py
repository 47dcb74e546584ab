"""Reports that were frozen: freezing and correcting one, what there is, one of them, and of which one a file is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from mail.kinds import MONTHLY
from people.models import Account, Agency, Language
from people.services import switch_messages
from reports import formats, queries, services
from reports.columns import Column, Report
from reports.forms import QuestionForm, ReasonForm, WhichForm
from reports.models import Snapshot
from reports.views.kinds import address_of, kind_of, page_of, query_of, question_form, reader_of

PER_PAGE = 50
ROWS_ON_A_PAGE = 25


@login_required
@require_safe
@never_cache
def frozen_reports(request: HttpRequest) -> HttpResponse:
    """All that the account may read, the newest first, and whether it is mailed monthly."""
    account = reader_of(request)
    found = Snapshot.objects.visible_to(account).without_content()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "reports",
        "page": page,
        "lines": [(each, period_text(each.first_day, each.last_day)) for each in page],
        "mailed": services.is_mailed_monthly(account=account),
    }
    return render(request, "reports/frozen_reports.html", context)


@login_required
@require_POST
def monthly_mail(request: HttpRequest) -> HttpResponse:
    """Start or stop the monthly mail to the own account."""
    account = reader_of(request)
    switch_messages(account=account, kind=MONTHLY, wanted=request.POST.get("wanted") == "yes", actor=account)
    messages.success(request, _("It is noted."))
    return redirect("frozen_reports")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def freeze_report(request: HttpRequest, name: str) -> HttpResponse:
    """Ask whether a report shall be frozen as it was asked for, and freeze it."""
    account = reader_of(request)
    kind = kind_of(account, name)
    if not services.can_be_frozen(kind=kind, account=account):
        raise PermissionDenied(_("Only programme managers freeze this report."))
    form = question_form(request, account, kind)
    if not form.is_valid():
        return redirect(f"{address_of(kind)}?{request.GET.urlencode()}")
    refused = ""
    if request.method == "POST":
        try:
            made = services.freeze_report(name=name, account=account, **form.cleaned_data)
        except queries.OutOfScopeError as error:
            raise Http404(str(error)) from error
        except DomainError as error:
            refused = str(error)
        else:
            messages.success(request, _("The report is frozen as %(number)s.") % {"number": made.number})
            return redirect("frozen_report", made.number)
    _check_scope(account, form, name)
    context = {
        "section": "reports",
        "kind": kind,
        "refused": refused,
        "asked": _asked(account, form.cleaned_data),
        "back": f"{address_of(kind)}?{query_of(form)}".rstrip("&?"),
    }
    return render(request, "reports/freeze.html", context, status=422 if refused else 200)


@login_required
@require_safe
@never_cache
def frozen_report(request: HttpRequest, number: str) -> HttpResponse:
    """One of them: figures, files with their hashes, what replaced what."""
    account = reader_of(request)
    snapshot = _snapshot(account, number)
    kind = queries.KINDS.get(snapshot.report)
    report = _for_a_page(services.report_of(snapshot, _language()))
    context = _unlinked(page_of(report, ROWS_ON_A_PAGE, request.GET.get("page"))) | {
        "section": "reports",
        "snapshot": snapshot,
        "period": period_text(snapshot.first_day, snapshot.last_day),
        "asked": _said(account, snapshot.filters),
        "files": _by_language(snapshot),
        "page_query": "",
        "correctable": (
            not hasattr(snapshot, "replaced_by")
            and kind is not None
            and services.can_be_frozen(kind=kind, account=account)
        ),
    }
    return render(request, "reports/frozen_report.html", context)


@login_required
@require_safe
@never_cache
def frozen_file(request: HttpRequest, number: str, language: str, kind: str) -> HttpResponse:
    """A file, byte for byte as it was frozen."""
    snapshot = _snapshot(reader_of(request), number)
    file = snapshot.files.filter(language=language, format=kind).first()
    if file is None:
        raise Http404(_("There is no such file."))
    response = HttpResponse(services.content_of(file), content_type=formats.TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{snapshot.number}-{language}.{kind}"'
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def correct_frozen(request: HttpRequest, number: str) -> HttpResponse:
    """Freeze the same question anew, with the reason."""
    account = reader_of(request)
    snapshot = _snapshot(account, number)
    if not services.can_be_frozen(kind=kind_of(account, snapshot.report), account=account):
        raise PermissionDenied(_("Only programme managers freeze this report."))
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.correct_snapshot(snapshot=snapshot, account=account, reason=form.cleaned_data["reason"])
        except queries.OutOfScopeError as error:
            raise Http404(str(error)) from error
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The report is frozen as %(number)s.") % {"number": made.number})
            return redirect("frozen_report", made.number)
    context = {"section": "reports", "snapshot": snapshot, "form": form}
    return render(request, "reports/frozen_correct.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def verify_frozen(request: HttpRequest) -> HttpResponse:
    """Of which frozen report a file is, for whoever has it: by the file or by its SHA-256. Nothing is stored."""
    asked = request.method == "POST" or "sha256" in request.GET
    form = WhichForm(request.POST if request.method == "POST" else request.GET, request.FILES) if asked else WhichForm()
    context: dict[str, Any] = {"section": "reports", "form": form}
    if asked and form.is_valid():
        sha256 = form.cleaned_data["sha256"]
        context |= {"sha256": sha256, "found": [_which(file) for file in services.files_with_hash(sha256)]}
    return render(request, "reports/frozen_verify.html", context, status=422 if form.errors else 200)


# --- In words -------------------------------------------------------------------------------------------------------


def period_text(first: date | None, last: date | None) -> str:
    """Return a period as people read it; empty for all days."""
    if first is None and last is None:
        return ""
    return " – ".join(date_format(day, "SHORT_DATE_FORMAT") if day else "…" for day in (first, last))


def _asked(account: Account, cleaned: dict[str, Any]) -> list[tuple[str, str]]:
    """(label, what was asked) of what narrows a report; the days together."""
    period = period_text(cleaned.get("first_day"), cleaned.get("last_day"))
    filters = {name: value for name, value in cleaned.items() if value and name not in {"first_day", "last_day"}}
    return [*([(_("Period"), period)] if period else []), *_said(account, filters)]


def _said(account: Account, filters: dict[str, Any]) -> list[tuple[str, str]]:
    fields = QuestionForm.base_fields
    lines = []
    for name, value in filters.items():
        label = str(fields["alone" if name == "subtree" else name].label)
        lines.append((label, _SAY.get(name, _code)(account, value)))
    return lines


def _code(_account: Account, value: Any) -> str:
    return str(value)


def _agency(account: Account, code: str) -> str:
    agency = Agency.objects.visible_to(account).filter(code=code).first()
    return agency.name if agency else code


def _test(_account: Account, code: str) -> str:
    test = queries.taken_tests().filter(code=code).first()
    return f"{test.title} ({code})" if test else code


def _form(_account: Account, form: str) -> str:
    return _("All together") if form == queries.EVERY_FORM else form


def _yes(_account: Account, _value: Any) -> str:
    return _("yes")


def _choice(name: str) -> Callable[[Account, str], str]:
    choices = cast("Any", QuestionForm.base_fields[name]).choices
    return lambda _account, code: str(dict(choices).get(code, code))


_SAY: dict[str, Callable[[Account, Any], str]] = {
    "agency": _agency,
    "test": _test,
    "form": _form,
    "attempts": _choice("attempts"),
    "alone": _yes,
    "subtree": _yes,
    "outside": _yes,
    "aspect": _choice("aspect"),
    "language": _choice("language"),
}


def _which(file: Any) -> dict[str, Any]:
    return {
        "snapshot": file.snapshot,
        "period": period_text(file.snapshot.first_day, file.snapshot.last_day),
        "language": file.get_language_display(),
        "format": file.format.upper(),
        "replaced_by": getattr(file.snapshot, "replaced_by", None),
    }


# --- One of them ----------------------------------------------------------------------------------------------------


def _check_scope(account: Account, form: QuestionForm, name: str) -> None:
    """What lies outside of the own scope does not exist here either."""
    asked = {key: value for key, value in form.cleaned_data.items() if key in {"agency", "alone"}}
    try:
        with services.refusals_noted(account, name, **asked):
            queries.scope_of(account, asked.get("agency", ""))
    except queries.OutOfScopeError as error:
        raise Http404(str(error)) from error


def _snapshot(account: Account, number: str) -> Snapshot:
    try:
        return services.read_snapshot(number=number, account=account)
    except queries.OutOfScopeError as error:
        raise Http404(str(error)) from error


def _language() -> str:
    language = get_language()
    return language if language in Language.values else Language.EN.value


def _by_language(snapshot: Snapshot) -> list[tuple[str, list[Any]]]:
    files = list(snapshot.files.all())
    return [(str(label), [each for each in files if each.language == code]) for code, label in Language.choices]


def _for_a_page(report: Report) -> Report:
    """A page shows of a session what somebody was, and of a person the name; minutes and codes are in the files."""
    columns: list[Column] = []
    codes, numbers = dict(report.codes), report.session_numbers()
    named = any(column.key == "name" for column in report.columns)
    for column in report.columns:
        if column.key == "person" and named:
            continue
        if column.type != "sessions":
            columns.append(column)
            continue
        columns += [
            Column(_session(number), _("Session %(number)d") % {"number": number}, "code") for number in numbers
        ]
        codes |= {_session(number): report.codes["status"] for number in numbers}
    rows = [
        row | {_session(number): cell["status"] for number, cell in row.get("sessions", {}).items()}
        for row in report.rows
    ]
    return replace(report, columns=columns, codes=codes, rows=rows)


def _session(number: int | str) -> str:
    return f"session_{number}"


def _unlinked(shown: dict[str, Any]) -> dict[str, Any]:
    """Nothing in a frozen report leads to figures of today."""
    rows, totals = shown["rows"], shown["totals"]
    return shown | {
        "rows": [[cell if cell.address.startswith("#") else replace(cell, address="") for cell in row] for row in rows],
        "totals": [replace(cell, address="") for cell in totals],
    }
