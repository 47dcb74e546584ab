"""Many certificates at once: what waits, what a run would do, how far one is. For managers."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from certificates import codes, services, wording
from certificates.causes import said
from certificates.forms import ReasonForm, RunForm
from certificates.models import CertificateQuerySet, Run
from certificates.permissions import can_start_runs
from certificates.views.holder import account_of, shown
from core.errors import DomainError
from people.models import Account, Agency

PER_PAGE = 50
# How often the page of a run that is under way asks for itself anew.
SECONDS_BETWEEN_LOOKS = "5"
FEW = 10

# By the word that a button sends.
_STEPS = {"pause": services.pause_run, "resume": services.resume_run, "again": services.retry_run}


def _manager(request: HttpRequest) -> Account:
    account = account_of(request)
    if not can_start_runs(account):
        raise PermissionDenied(_("Only programme managers issue many certificates at once."))
    return account


@login_required
@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    """What waits and why, all runs, and what a new one could do."""
    account = _manager(request)
    done = Q(items__done_at__isnull=False)
    counted = Run.objects.select_related("created_by__person").annotate(
        total=Count("items"), done=Count("items", filter=done), failed=Count("items", filter=~Q(items__failure=""))
    )
    context = {
        "section": "reports",
        "form": _form(account, None),
        "waiting": services.waiting_by_cause(),
        "page": Paginator(counted.order_by("-created_at", "-pk"), PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "certificates/runs.html", context)


def _form(account: Account, data: Any) -> RunForm:
    agencies = list(Agency.objects.visible_to(account).order_by("path"))
    return RunForm(data, certificates=services.certificates_of_agencies(account), agencies=agencies)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def run_new(request: HttpRequest) -> HttpResponse:
    """What a run would do and what it would leave out; then, with a reason, its start."""
    account = _manager(request)
    if not request.GET:
        # What shall be done is chosen there.
        return redirect("runs")
    form = _form(account, request.GET)
    if not form.is_valid():
        return render(
            request, "certificates/run_new.html", {"section": "reports", "form": form, "chosen": False}, status=422
        )
    work = form.cleaned_data["work"]
    certificates = services.chosen(services.certificates_of_agencies(account), form.asked())
    asks_for_reason = work == Run.Work.REISSUE
    reason = ReasonForm(request.POST or None) if asks_for_reason else None
    if request.method == "POST" and (reason is None or reason.is_valid()):
        words = reason.cleaned_data["reason"] if reason else ""
        try:
            run = services.start_run(work=work, certificates=certificates, actor=account, reason=words)
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("runs")
        return redirect("run", run.pk)
    context = {
        "section": "reports",
        "form": form,
        "chosen": True,
        "work": Run.Work(work),
        "reason": reason,
        **_preview(work, certificates, account),
    }
    sent = request.method == "POST"
    return render(request, "certificates/run_new.html", context, status=422 if sent else 200)


def _preview(work: str, certificates: CertificateQuerySet, account: Account) -> dict[str, Any]:
    """How many and which a run would take, what it would leave out, and what would change on the first of them."""
    outlook = services.outlook(work=work, certificates=certificates, actor=account)
    shown_first = certificates.filter(pk__in=outlook.keys[:FEW]).order_by("issued_at", "pk")
    first = list(shown_first.select_related("person", "agency", "superseded_by"))
    compared, why_not = [], ""
    if first and work == Run.Work.REISSUE:
        try:
            draft = services.draft_successor(
                certificate=first[0], name_latin=first[0].person.name_latin, renew_words=True
            )
            compared = wording.compared(first[0].payload, draft.payload)
        except DomainError as error:
            why_not = str(error)
    return {
        "count": len(outlook.keys),
        "obstacles": outlook.left_out,
        "rows": [{"certificate": each, "printed_code": codes.printed(each.code), **shown(each)} for each in first],
        "compared": compared,
        "why_not": why_not,
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a run is and what it could not do; pause, go on, try again what failed."""
    account = _manager(request)
    found = get_object_or_404(Run.objects.select_related("created_by__person"), pk=pk)
    step = _STEPS.get(request.POST.get("step", ""))
    if request.method == "POST":
        if step is not None:
            step(run=found, actor=account)
        return redirect("run", pk)
    progress = services.progress_of(found)
    page = Paginator(services.failures_of(found), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "reports",
        "run": found,
        "progress": progress,
        "sentence": _sentence(progress),
        "causes": services.causes_of(found),
        "page": page,
        "rows": [
            {
                "item": each,
                "why": said(each.failure),
                "printed_code": codes.printed(each.certificate.code),
                **shown(each.certificate),
            }
            for each in page
        ],
    }
    response = render(request, "certificates/run.html", context)
    patch_cache_control(response, private=True, no_store=True)
    if found.state == Run.State.RUNNING:
        response["Refresh"] = SECONDS_BETWEEN_LOOKS
    return response


def _sentence(progress: services.Progress) -> str:
    words = ngettext(
        "%(done)d of %(total)d certificate is done.", "%(done)d of %(total)d certificates are done.", progress.total
    )
    return words % {"done": progress.done, "total": progress.total}
