"""Certificates that were issued on paper in earlier years, entered as a list with its scans. For managers."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from audit.services import record
from certificates import codes, columns, services
from certificates.forms import PapersForm, WhoForm
from certificates.models import PaperBatch
from certificates.permissions import can_enter_papers
from certificates.views.holder import account_of, shown
from core.blanks import blank_xlsx
from core.contents import MEDIA_TYPES
from core.errors import DomainError
from people.models import Account, Language

PER_PAGE = 50
SECTION = {"section": "reports"}
TWO_HOURS = 2 * 60 * 60
_SALT = "certificates.papers"


@login_required
@require_safe
def papers(request: HttpRequest) -> HttpResponse:
    """All lists that were entered."""
    _manager(request)
    batches = (
        PaperBatch.objects.select_related("created_by__person")
        .annotate(count=Count("certificates"))
        .order_by("-created_at", "-pk")
    )
    page = Paginator(batches, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "certificates/papers.html", {**SECTION, "page": page})


@login_required
@require_safe
def papers_template(request: HttpRequest, language: str) -> HttpResponse:
    """An empty list in a language, with a sheet that says how to fill it in."""
    _manager(request)
    if language not in Language.values:
        raise Http404
    content = blank_xlsx(title=columns.BLANK_TITLE, columns=columns.BLANK, language=language)
    response = HttpResponse(content, content_type=MEDIA_TYPES["xlsx"])
    response["Content-Disposition"] = f'attachment; filename="paper-certificates-{language}.xlsx"'
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def papers_new(request: HttpRequest) -> HttpResponse:
    """A list and its scans: first what is wrong with it and whom it is about, then all certificates or none."""
    account = _manager(request)
    if "held" in request.POST:
        return _enter(request, account)
    form = PapersForm(request.POST or None, request.FILES or None)
    if request.method != "POST":
        return _show(request, form=form)
    if not form.is_valid():
        return _show(request, status=422, form=form)
    said = form.cleaned_data
    table, scans = said["table"].read(), said["scans"]
    plan = services.plan_papers(table=table, scans=scans, size=scans.size)
    if plan.errors:
        return _show(request, plan, status=422, form=form)
    key = services.hold_papers(table=table, scans=scans)
    facts = {"title": said["title"], "language": said["language"], "table_name": said["table"].name}
    held = signing.dumps({**facts, "key": key, "account": account.pk}, salt=_SALT)
    return _show(request, plan, held=held, who=WhoForm(entries=plan.questions), facts=facts)


def _enter(request: HttpRequest, account: Account) -> HttpResponse:
    try:
        facts = signing.loads(request.POST["held"], salt=_SALT, max_age=TWO_HOURS)
        key = str(uuid.UUID(facts.pop("key")))
        if facts.pop("account") != account.pk:
            raise signing.BadSignature
    except signing.BadSignature:
        messages.error(request, _("The files are too old. Send them again."))
        return redirect("papers_new")
    try:
        with services.held_papers(key) as files:
            sent: dict[str, Any] = {"table": files.table, "scans": files.scans, "size": files.size}
            plan = services.plan_papers(**sent)
            who = WhoForm(request.POST, entries=plan.questions)
            if plan.errors or not who.is_valid():
                held = "" if plan.errors else request.POST["held"]
                return _show(request, plan, status=422, held=held, who=who, facts=facts)
            batch = services.enter_papers(**facts, **sent, answers=who.answers(), actor=account)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("papers_new")
    services.let_go(key)
    words = ngettext("%(count)d certificate is entered.", "%(count)d certificates are entered.", len(plan.entries))
    messages.success(request, words % {"count": len(plan.entries)})
    return redirect("papers_batch", batch.pk)


@login_required
@require_safe
def papers_batch(request: HttpRequest, pk: int) -> HttpResponse:
    """The certificates of a list, with the codes by which they are checked from now on."""
    _manager(request)
    batch = get_object_or_404(PaperBatch.objects.select_related("created_by__person"), pk=pk)
    page = Paginator(batch.certificates.order_by("pk"), PER_PAGE).get_page(request.GET.get("page"))
    rows = [{"certificate": each, "printed_code": codes.printed(each.code), **shown(each)} for each in page]
    record("certificates.list_read", obj=batch)
    return render(request, "certificates/papers_batch.html", {**SECTION, "batch": batch, "page": page, "rows": rows})


def _manager(request: HttpRequest) -> Account:
    account = account_of(request)
    if not can_enter_papers(account):
        raise PermissionDenied(_("Only programme managers enter certificates that were issued on paper."))
    return account


def _show(
    request: HttpRequest, plan: services.PaperPlan | None = None, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The page, with what is wrong by line and column."""
    errors = [
        {"line": each.line, "column": str(columns.NAMES.get(each.column, "")), "message": each.message}
        for each in (plan.errors if plan else [])
    ]
    context = {**SECTION, "form": PapersForm(), "plan": plan, "errors": errors, **more}
    return render(request, "certificates/papers_new.html", context, status=status)
