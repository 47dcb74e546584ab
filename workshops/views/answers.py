"""What people say themselves: to an invitation or an offer, without signing in, and to a workshop open to all."""

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import DomainError
from people.models import Account
from people.permissions import person_of
from workshops import services
from workshops.forms import InvitationAnswerForm
from workshops.models import Registration, Workshop
from workshops.permissions import registration_of
from workshops.views.access import FORM_METHODS, SECTION, account_of, refuse, say
from workshops.zones import local

State = Registration.State


@never_cache
@require_http_methods(FORM_METHODS)
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The workshop, the name, and two buttons; afterwards what was answered. The address is the proof of who asks."""
    registration = registration_of(token)
    if registration is None:
        raise Http404
    if request.method != "POST":
        return _show(request, registration, token)
    form = InvitationAnswerForm(request.POST)
    if not form.is_valid():
        return _show(request, registration, token, form)
    actor = request.user if isinstance(request.user, Account) else None
    try:
        services.answer_invitation(
            registration=registration,
            accepts=form.cleaned_data["answer"] == "yes",
            reason=form.cleaned_data["reason"],
            actor=actor,
        )
    except DomainError as error:
        return refuse(request, error, "invitation", token)
    return redirect("invitation", token)


def _show(
    request: HttpRequest, registration: Registration, token: str, form: InvitationAnswerForm | None = None
) -> HttpResponse:
    workshop = registration.workshop
    sessions = workshop.sessions.select_related("room").order_by("day", "start_time")
    context = {
        **SECTION,
        "token": token,
        "registration": registration,
        "workshop": workshop,
        "sessions": [each for each in sessions if each.track in {"", registration.track}],
        "place": services.waiting_places(workshop).get(registration.pk),
        "asked": _is_asked(registration, workshop),
        "may_withdraw": registration.state in {State.CONFIRMED, State.PENDING, State.WAITLISTED},
        "says_no": request.GET.get("answer") == "no",
        "until": _until(registration, workshop),
        "form": form or InvitationAnswerForm(),
    }
    return render(request, "workshops/invitation.html", context)


def _until(registration: Registration, workshop: Workshop) -> datetime | None:
    """Until when a place is offered, by the clock at the place."""
    until = registration.offered_until
    return until and local(until, workshop.zone).replace(tzinfo=None)


def _is_asked(registration: Registration, workshop: Workshop) -> bool:
    """Whether an answer is waited for."""
    return registration.state in {State.INVITED, State.OFFERED} and workshop.status == Workshop.Status.PUBLISHED


@login_required
@require_POST
def workshop_join(request: HttpRequest, code: str) -> HttpResponse:
    """Register oneself for a workshop that lets people do so."""
    person = person_of(request.user)
    workshop = Workshop.objects.public().filter(code=code).first()
    if workshop is None:
        raise Http404
    try:
        registration = services.register_oneself(workshop=workshop, person=person, actor=account_of(request))
    except DomainError as error:
        return refuse(request, error, "workshop", code)
    return say(request, _joined(registration), "workshop", code)


def _joined(registration: Registration) -> str:
    """What somebody reads after registering."""
    sentences = {
        State.CONFIRMED: _("You are registered: you have a seat."),
        State.PENDING: _("You are registered. The seat is yours once it is approved."),
        State.WAITLISTED: _("All seats are taken. You are on the waiting list and are told when one is free."),
    }
    return str(sentences.get(State(registration.state), registration.get_state_display()))
