"""Planning: a workshop, its sessions, who runs it, and what state it is in."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from mail.models import Message
from people.models import Person
from workshops import services
from workshops.forms import FacilitatorForm, ReasonForm, SeatsForm, SessionForm, WorkshopEditForm, WorkshopForm
from workshops.models import PhaseAttempt, Registration, SeatPool, Workshop
from workshops.permissions import can_schedule_workshops
from workshops.views.access import SECTION, account_of, managed_session, managed_workshop, refuse, say
from workshops.views.messages import message_counts, waiting_first

FORM_METHODS = ["GET", "HEAD", "POST"]
NEXT_MESSAGES = 5


@login_required
@require_http_methods(FORM_METHODS)
def workshop_new(request: HttpRequest) -> HttpResponse:
    """Plan a workshop from an outline."""
    if not can_schedule_workshops(account_of(request)):
        raise PermissionDenied(_("Workshops are planned by facilitators and programme managers."))
    form = WorkshopForm(request.POST or None, account=account_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            workshop = form.save()
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return say(request, _("The workshop is planned as a draft."), "workshop_manage", workshop.code)
    return render(request, "workshops/workshop_new.html", {**SECTION, "form": form})


@login_required
@require_safe
def workshop_manage(request: HttpRequest, code: str) -> HttpResponse:
    """Everything about a workshop for those who run it: state, sessions with registers, facilitators, seats."""
    workshop = managed_workshop(request, code)
    sessions = list(workshop.sessions.select_related("room", "sign_off").with_counts().order_by("starts_at", "number"))
    facilitations = list(workshop.facilitations.select_related("person").order_by("-lead", "pk"))
    people = Registration.objects.filter(workshop=workshop, state=Registration.State.CONFIRMED).count()
    context = {
        **SECTION,
        "workshop": workshop,
        "sessions": sessions,
        "next_session": next((each for each in sessions if not each.is_signed), None),
        "facilitations": facilitations,
        "pools": SeatPool.objects.filter(workshop=workshop).select_related("agency").with_taken().order_by("pk"),
        "people": people,
        "missing": _missing(sessions, facilitations, people),
        "facilitator_form": FacilitatorForm(),
        "seats_form": SeatsForm(),
        "counts": message_counts(workshop),
        "tests": _tests(workshop),
        "next_messages": waiting_first(workshop).filter(state=Message.State.PLANNED)[:NEXT_MESSAGES],
        **_possible(workshop),
    }
    return render(request, "workshops/workshop_manage.html", context)


def _missing(sessions: list[Any], facilitations: list[Any], people: int) -> list[str]:
    """What stands between a draft and its publication, and what is advisable before it."""
    checks = [
        (bool(sessions), _("Add a session.")),
        (any(each.state != each.State.DECLINED for each in facilitations), _("Name a facilitator.")),
        (bool(people), _("Add participants (this can wait).")),
    ]
    return [sentence for done, sentence in checks if not done]


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
    initial = {"day": workshop.ends_on}
    form = SessionForm(request.POST or None, workshop=workshop, account=account_of(request), initial=initial)
    return _session_form(request, form, workshop, _("The session is added."))


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


@login_required
@require_POST
def facilitator_add(request: HttpRequest, code: str) -> HttpResponse:
    """Name somebody who runs the workshop too."""
    workshop = managed_workshop(request, code)
    form = FacilitatorForm(request.POST)
    if not form.is_valid():
        return refuse(request, ValueError(form.errors["person"][0]), "workshop_manage", code)
    person = form.cleaned_data["person"]
    services.add_facilitator(workshop=workshop, person=person, actor=account_of(request))
    return say(request, _("%(person)s runs this workshop too.") % {"person": person}, "workshop_manage", code)


@login_required
@require_POST
def facilitator_remove(request: HttpRequest, code: str, person: str) -> HttpResponse:
    """Take a facilitator off."""
    workshop = managed_workshop(request, code)
    named = get_object_or_404(Person.objects.filter(facilitations__workshop=workshop), public_code=person)
    try:
        services.remove_facilitator(workshop=workshop, person=named, actor=account_of(request))
    except DomainError as error:
        return refuse(request, error, "workshop_manage", code)
    if named.pk == account_of(request).person_id and not account_of(request).sees_everybody:
        return redirect("workshops")
    return say(request, _("%(person)s no longer runs this workshop.") % {"person": named}, "workshop_manage", code)
