"""Pages of people who move between agencies: what waits for both sides, asking, answering."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import DomainError
from people import services
from people.forms.fields import ReasonForm
from people.forms.transfers import TransferForm
from people.models import Transfer
from people.permissions import can_answer_transfer, can_read_agencies, can_withdraw_transfer
from people.views.access import FORM_METHODS, SECTION, account_of, refuse, say

PER_PAGE = 50


@login_required
@require_safe
def transfers(request: HttpRequest) -> HttpResponse:
    """Transfers out of and into the own agencies; those that wait for an answer stand first."""
    _check(request)
    seen = Transfer.objects.visible_to(account_of(request)).select_related("person", "losing", "gaining")
    waiting = list(seen.asked())
    page = Paginator(seen.exclude(state=Transfer.State.ASKED), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "people/transfers.html", {**SECTION, "waiting": waiting, "page": page})


@login_required
@require_http_methods(FORM_METHODS)
def transfer_new(request: HttpRequest) -> HttpResponse:
    """Ask that somebody belongs to another agency from a day on."""
    _check(request)
    initial = {"person": request.GET.get("person", ""), "gaining": request.GET.get("gaining", "")}
    form = TransferForm(request.POST or None, account=account_of(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            asked = form.save()
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            done = _("The transfer is made.") if asked.decided_at else _("The other agency is asked now.")
            return say(request, done, "transfer", asked.pk)
    return render(request, "people/transfer_new.html", {**SECTION, "form": form})


@login_required
@require_http_methods(FORM_METHODS)
def transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """One transfer, and the answer to it."""
    account = account_of(request)
    related = ("person", "losing", "gaining", "asked_by__person", "decided_by__person")
    found = get_object_or_404(Transfer.objects.visible_to(account).select_related(*related), pk=pk)
    waits = found.state == Transfer.State.ASKED
    context: dict[str, Any] = {
        **SECTION,
        "transfer": found,
        "answers": waits and can_answer_transfer(account, found),
        "withdraws": waits and can_withdraw_transfer(account, found),
    }
    step = request.POST.get("step", "")
    form = ReasonForm(request.POST if step in _ENDINGS else None)
    if request.method == "POST":
        return _answer(request, found, step, form, context)
    return render(request, "people/transfer.html", {**context, "form": form})


_ENDINGS: dict[str, Callable[..., Transfer]] = {
    "refuse": services.refuse_transfer,
    "withdraw": services.withdraw_transfer,
}


def _answer(
    request: HttpRequest, found: Transfer, step: str, form: ReasonForm, context: dict[str, Any]
) -> HttpResponse:
    account = account_of(request)
    try:
        if step == "confirm":
            services.confirm_transfer(transfer=found, actor=account)
            return say(request, _("%(person)s moves.") % {"person": found.person}, "transfer", found.pk)
        if step in _ENDINGS and form.is_valid():
            _ENDINGS[step](transfer=found, reason=form.cleaned_data["reason"], actor=account)
            return say(request, _("%(person)s stays.") % {"person": found.person}, "transfer", found.pk)
    except DomainError as error:
        return refuse(request, error, "transfer", found.pk)
    return render(request, "people/transfer.html", {**context, "form": form})


def _check(request: HttpRequest) -> None:
    if not can_read_agencies(account_of(request)):
        raise PermissionDenied(_("People are moved by the coordinators of their agencies and by programme managers."))
