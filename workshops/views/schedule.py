"""Planning: a workshop, its sessions, who runs it, and what state it is in."""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from mail.models import Message
from workshops import services
from workshops.forms import FacilitatorForm, ReasonForm, SeatsForm, SessionForm, WorkshopEditForm, WorkshopForm
from workshops.models import (
    AttendanceRequest,
    Facilitation,
    PhaseAttempt,
    Registration,
    SeatPool,
    Workshop,
    WorkshopRequest,
)
from workshops.permissions import can_answer_requests, can_manage, can_schedule_workshops
from workshops.readiness import Page, missing
from workshops.services.sessions import propose_slot
from workshops.views.access import FORM_METHODS, SECTION, account_of, managed_session, managed_workshop, refuse, say
from workshops.views.messages import message_counts, waiting_first

NEXT_MESSAGES = 5
# No key of a row has more digits.
LONGEST_KEY = 18


@login_required
@require_http_methods(FORM_METHODS)
def workshop_new(request: HttpRequest) -> HttpResponse:
    """Plan a workshop from an outline."""
    if not can_schedule_workshops(account_of(request)):
        raise PermissionDenied(_("Workshops are planned by facilitators and programme managers."))
    asked = _asked_for(request)
    form = WorkshopForm(request.POST or None, account=account_of(request), request=asked)
    if request.method == "POST" and form.is_valid():
        try:
            workshop = form.save()
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return say(request, _("The workshop is planned as a draft."), "workshop_manage", workshop.code)
    return render(request, "workshops/workshop_new.html", {**SECTION, "form": form, "asked": asked})


def _asked_for(request: HttpRequest) -> WorkshopRequest | None:
    """The request from which the workshop is planned; None when nobody asked."""
    key = request.GET.get("request", "")
    if not key:
        return None
    if not key.isdecimal() or len(key) > LONGEST_KEY or not can_answer_requests(account_of(request)):
        raise Http404
    waiting = WorkshopRequest.objects.visible_to(account_of(request)).filter(state=WorkshopRequest.State.OPEN)
    return get_object_or_404(waiting.select_related("agency", "outline"), pk=key)


@login_required
@require_safe
def workshop_manage(request: HttpRequest, code: str) -> HttpResponse:
    """Everything about a workshop for those who run it: state, sessions with registers, facilitators, seats."""
    workshop = managed_workshop(request, code, *Facilitation.Right.values)
    if not can_manage(account_of(request), workshop):
        return redirect("workshop_help", code)
    sessions = list(workshop.sessions.select_related("room", "sign_off").with_counts().order_by("starts_at", "number"))
    facilitations = list(workshop.facilitations.select_related("person").order_by("-lead", "pk"))
    people = Registration.objects.filter(workshop=workshop, state=Registration.State.CONFIRMED).count()
    context = {
        **SECTION,
        "workshop": workshop,
        "sessions": sessions,
        "next_session": next((each for each in sessions if not each.is_signed), None),
        "tracks": any(each.track for each in sessions),
        "facilitations": facilitations,
        "pools": SeatPool.objects.filter(workshop=workshop).select_related("agency").with_taken().order_by("pk"),
        "people": people,
        "requests": list(workshop.requests.select_related("agency").order_by("pk")),
        "sees_requests": can_answer_requests(account_of(request)),
        "own": next((each for each in facilitations if each.person_id == account_of(request).person_id), None),
        "facilitator_form": FacilitatorForm(),
        "rights": Facilitation.Right.choices,
        "seats_form": SeatsForm(),
        "counts": message_counts(workshop),
        "tests": _tests(workshop),
        "next_messages": waiting_first(workshop).filter(state=Message.State.PLANNED)[:NEXT_MESSAGES],
        "can_copy": can_schedule_workshops(account_of(request)),
        "record_requests": AttendanceRequest.objects.waiting().filter(session__workshop=workshop).count(),
        **_possible(workshop),
    }
    if context["can_publish"]:
        context |= _readiness(workshop)
    return render(request, "workshops/workshop_manage.html", context)


def _readiness(workshop: Workshop) -> dict[str, Any]:
    """The list of what the workshop needs before it is published, each point with the page that mends it."""
    pages = {
        Page.EDIT: reverse("workshop_edit", args=[workshop.code]),
        Page.SESSIONS: "#sessions",
        Page.NEW_SESSION: reverse("session_new", args=[workshop.code]),
        Page.FACILITATORS: "#facilitators",
        Page.SEATS: "#seats",
        Page.PARTICIPANTS: reverse("participants", args=[workshop.code]),
    }
    checks = services.readiness_of(workshop)
    return {
        "checks": [(check, pages[check.page] if check.page is not None else "") for check in checks],
        "missing": missing(checks),
    }


def _tests(workshop: Workshop) -> list[dict[str, Any]]:
    """The test before and after for those who run the workshop: open or not, since when, and who handed it in."""
    if workshop.test_id is None:
        return []
    handed_in = PhaseAttempt.objects.filter(registration__workshop=workshop, attempt__submitted_at__isnull=False)
    people = dict(handed_in.order_by().values_list("phase").annotate(Count("registration__person", distinct=True)))
    return [
        {
            "phase": phase,
            "open": workshop.offers_test(phase),
            "opened_at": getattr(workshop, f"{phase}_opened_at"),
            "closed_at": getattr(workshop, f"{phase}_closed_at"),
            "people": people.get(phase, 0),
        }
        for phase in PhaseAttempt.Phase.values
    ]


def _possible(workshop: Workshop) -> dict[str, bool]:
    status = Workshop.Status
    return {
        "can_publish": workshop.status in {status.DRAFT, status.POSTPONED},
        "can_shift": not workshop.is_over and workshop.status != status.CANCELLED,
        "can_close": workshop.status == status.RECONCILED,
        "can_postpone": workshop.status in {status.DRAFT, status.PUBLISHED},
        "can_cancel": workshop.status in {status.DRAFT, status.PUBLISHED, status.POSTPONED, status.RUNNING},
    }


@login_required
@require_http_methods(FORM_METHODS)
def workshop_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change titles, place, language or the rule."""
    workshop = managed_workshop(request, code)
    form = WorkshopEditForm(request.POST or None, instance=workshop, account=account_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            form.save()
        except DomainError as error:
            return refuse(request, error, "workshop_edit", code)
        return say(request, _("The changes are saved."), "workshop_manage", code)
    return render(request, "workshops/workshop_edit.html", {**SECTION, "form": form, "workshop": workshop})


@login_required
@require_POST
def workshop_publish(request: HttpRequest, code: str) -> HttpResponse:
    """Publish a draft, or close what is complete: the next step that needs no words."""
    workshop = managed_workshop(request, code)
    try:
        if request.POST.get("step") == "close":
            services.close_workshop(workshop=workshop, actor=account_of(request))
            return say(request, _("The workshop is closed."), "workshop_manage", code)
        services.publish_workshop(workshop=workshop, actor=account_of(request))
    except DomainError as error:
        return refuse(request, error, "workshop_manage", code)
    return say(request, _("The workshop is published. Everybody can see it now."), "workshop_manage", code)


@login_required
@require_POST
def phase_switch(request: HttpRequest, code: str, phase: str) -> HttpResponse:
    """Open or close the test before or after."""
    workshop = managed_workshop(request, code)
    if phase not in PhaseAttempt.Phase.values:
        return redirect("workshop_manage", code)
    opened = request.POST.get("step") == "open"
    try:
        services.switch_phase_test(workshop=workshop, phase=phase, opened=opened, actor=account_of(request))
    except DomainError as error:
        return refuse(request, error, "workshop_manage", code)
    done = _("The test is open.") if opened else _("The test is closed. Who has begun can finish.")
    return say(request, done, "workshop_manage", code)


@login_required
@require_http_methods(FORM_METHODS)
def workshop_stop(request: HttpRequest, code: str) -> HttpResponse:
    """Postpone or cancel a workshop, with a reason that everybody can read."""
    workshop = managed_workshop(request, code)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        stop = services.cancel_workshop if request.POST.get("step") == "cancel" else services.postpone_workshop
        try:
            stop(workshop=workshop, reason=form.cleaned_data["reason"], actor=account_of(request))
        except DomainError as error:
            return refuse(request, error, "workshop_manage", code)
        return say(
            request,
            _("The reason stands on the page of the workshop now, and participants are told."),
            "workshop_manage",
            code,
        )
    context = {**SECTION, "form": form, "workshop": workshop, **_possible(workshop)}
    return render(request, "workshops/workshop_stop.html", context)


@login_required
@require_http_methods(FORM_METHODS)
def session_new(request: HttpRequest, code: str) -> HttpResponse:
    """Add a session."""
    workshop = managed_workshop(request, code)
    initial = _proposed(workshop, request.GET.get("day", ""))
    form = SessionForm(request.POST or None, workshop=workshop, account=account_of(request), initial=initial)
    return _session_form(request, form, workshop, _("The session is added."))


def _proposed(workshop: Workshop, wanted: str) -> dict[str, Any]:
    """The next free time of the day that was asked for, else of the last day; and the room that was used before."""
    try:
        day = date.fromisoformat(wanted)
    except ValueError:
        day = workshop.ends_on
    before = workshop.sessions.filter(day__lte=day).order_by("-day", "-end_time", "-number").first()
    used = {"room": before.room_id, "mode": before.mode, "track": before.track} if before is not None else {}
    slot = propose_slot(workshop, day)
    times = {"start_time": slot.start_time, "end_time": slot.end_time} if slot is not None else {}
    return {"day": day, "required": True, **used, **times}


@login_required
@require_http_methods(FORM_METHODS)
def session_edit(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Change a session. Attendance that was recorded stays."""
    session = managed_session(request, code, number)
    form = SessionForm(request.POST or None, instance=session, workshop=session.workshop, account=account_of(request))
    return _session_form(request, form, session.workshop, _("The session is changed."))


def _session_form(request: HttpRequest, form: SessionForm, workshop: Workshop, done: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            form.save()
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return say(request, done, "workshop_manage", workshop.code)
    context = {**SECTION, "form": form, "workshop": workshop, "session": form.instance if form.instance.pk else None}
    return render(request, "workshops/session_form.html", context)


@login_required
@require_POST
def session_remove(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Remove a session that was planned by mistake."""
    session = managed_session(request, code, number)
    try:
        services.remove_session(session=session, actor=account_of(request))
    except DomainError as error:
        return refuse(request, error, "workshop_manage", code)
    return say(request, _("The session is removed."), "workshop_manage", code)
