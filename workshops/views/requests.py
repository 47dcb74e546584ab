"""Requests for workshops: a coordinator asks, a programme manager plans one or declines."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from workshops import services
from workshops.forms import AnswerForm, WorkshopRequestForm
from workshops.models import Outline, Workshop, WorkshopRequest
from workshops.permissions import can_answer_requests, can_ask_for_workshops
from workshops.views.access import FORM_METHODS, SECTION, account_of, language, refuse, say

PER_PAGE = 30
State = WorkshopRequest.State


@login_required
@require_safe
def workshop_requests(request: HttpRequest) -> HttpResponse:
    """The requests in the account's sight, those that wait for an answer first."""
    seen = WorkshopRequest.objects.visible_to(account_of(request))
    if not can_ask_for_workshops(account_of(request)) and not seen.exists():
        raise PermissionDenied(_("Workshops are requested by coordinators and programme managers."))
    waiting_first = Case(When(state=State.OPEN, then=Value(0)), default=Value(1))
    listed = seen.select_related("agency", "workshop").order_by(waiting_first, "-asked_at", "-pk")
    context = {
        **SECTION,
        "page": Paginator(listed, PER_PAGE).get_page(request.GET.get("page")),
        "may_ask": can_ask_for_workshops(account_of(request)),
    }
    return render(request, "workshops/requests.html", context)


@login_required
@require_http_methods(FORM_METHODS)
def workshop_request_new(request: HttpRequest) -> HttpResponse:
    """Ask for a workshop."""
    if not can_ask_for_workshops(account_of(request)):
        raise PermissionDenied(_("Workshops are requested by coordinators and programme managers."))
    form = WorkshopRequestForm(request.POST or None, account=account_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            asked = form.save()
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return say(request, _("The request is sent. The answer will stand on this page."), *_page_of(asked))
    return render(request, "workshops/request_new.html", {**SECTION, "form": form})


@login_required
@require_safe
def workshop_request(request: HttpRequest, pk: int) -> HttpResponse:
    """What was asked for, by whom, and what came of it."""
    asked = _seen(request, pk)
    waits = asked.state == State.OPEN
    context = {
        **SECTION,
        "asked": asked,
        "outline": Outline.objects.with_title(language()).filter(requests=asked).first(),
        "sees_workshop": Workshop.objects.seen_by(account_of(request)).filter(requests=asked).exists(),
        "may_answer": waits and can_answer_requests(account_of(request)),
        "may_take_back": waits and asked.asked_by_id == account_of(request).pk,
    }
    return render(request, "workshops/request.html", context)


@login_required
@require_http_methods(FORM_METHODS)
def workshop_request_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Decline a request, with an answer."""
    asked = _seen(request, pk)
    if not can_answer_requests(account_of(request)):
        raise PermissionDenied(_("Requests are answered by programme managers."))
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.decline_request(request=asked, answer=form.cleaned_data["answer"], actor=account_of(request))
        except DomainError as error:
            return refuse(request, error, *_page_of(asked))
        return say(request, _("The request is declined. Whoever asked reads your answer."), *_page_of(asked))
    return render(request, "workshops/request_decline.html", {**SECTION, "form": form, "asked": asked})


@login_required
@require_POST
def workshop_request_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own request back."""
    asked = _seen(request, pk)
    try:
        services.take_back_request(request=asked, actor=account_of(request))
    except DomainError as error:
        return refuse(request, error, *_page_of(asked))
    return say(request, _("The request is taken back."), *_page_of(asked))


def _seen(request: HttpRequest, pk: int) -> WorkshopRequest:
    seen: QuerySet[WorkshopRequest] = WorkshopRequest.objects.visible_to(account_of(request))
    people = ("agency", "workshop", "asked_by__person", "answered_by__person")
    return get_object_or_404(seen.select_related(*people), pk=pk)


def _page_of(asked: WorkshopRequest) -> tuple[Any, ...]:
    return "workshop_request", asked.pk
