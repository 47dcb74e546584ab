"""Who runs a workshop: named, asked, taken off; and what somebody who was asked answers."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from people.models import Person
from people.permissions import person_of
from workshops import services
from workshops.forms import FacilitatorForm, RightForm
from workshops.models import Facilitation
from workshops.permissions import can_manage
from workshops.views.access import FORM_METHODS, SECTION, account_of, managed_workshop, refuse, say

State, Right = Facilitation.State, Facilitation.Right


@login_required
@require_POST
def facilitator_add(request: HttpRequest, code: str) -> HttpResponse:
    """Name somebody who runs the workshop too, or ask somebody again who declined."""
    workshop = managed_workshop(request, code)
    form = FacilitatorForm(request.POST)
    if not form.is_valid():
        return refuse(request, ValueError(form.errors["person"][0]), "workshop_manage", code)
    person = form.cleaned_data["person"]
    try:
        named = services.add_facilitator(workshop=workshop, actor=account_of(request), **form.cleaned_data)
    except DomainError as error:
        return refuse(request, error, "workshop_manage", code)
    if named.right != Right.EVERYTHING:
        done = _("%(person)s is asked to help, and can do so from now on.")
    elif named.state == State.INVITED:
        done = _("%(person)s is invited to run this workshop, and can prepare it from now on.")
    else:
        done = _("%(person)s runs this workshop too.")
    return say(request, done % {"person": person}, "workshop_manage", code)


@login_required
@require_POST
def facilitator_right(request: HttpRequest, code: str, person: str) -> HttpResponse:
    """Let somebody who is named do more or less; whoever gave up the own rights is told so at the second click."""
    workshop = managed_workshop(request, code, *Right.values)
    if not can_manage(account_of(request), workshop):
        get_object_or_404(workshop.facilitations, person=account_of(request).person_id, person__public_code=person)
        gone = _("You help with this workshop now. Those who run it set what everybody may do.")
        return refuse(request, ValueError(gone), "workshop_help", code)
    named = get_object_or_404(Person.objects.filter(facilitations__workshop=workshop), public_code=person)
    form = RightForm(request.POST)
    if not form.is_valid():
        return refuse(request, ValueError(form.errors["right"][0]), "workshop_manage", code)
    try:
        found = services.set_right(workshop=workshop, person=named, actor=account_of(request), **form.cleaned_data)
    except DomainError as error:
        return refuse(request, error, "workshop_manage", code)
    done = _("%(person)s may now: %(right)s.") % {"person": named, "right": found.get_right_display()}
    return say(request, done, "workshop_manage", code)


@login_required
@require_safe
def workshop_help(request: HttpRequest, code: str) -> HttpResponse:
    """What a helper can do in a workshop, and until when. Whoever runs it is led to its own page."""
    workshop = managed_workshop(request, code, *Right.values)
    if can_manage(account_of(request), workshop):
        return redirect("workshop_manage", code)
    own = workshop.facilitations.get(person=person_of(request.user))
    context = {
        **SECTION,
        "workshop": workshop,
        "facilitation": own,
        "until": workshop.ends_on + Facilitation.HELPERS_STAY,
        "checks_in": own.right == Right.CHECK_IN,
        "sessions": workshop.sessions.select_related("room", "sign_off").with_counts().order_by("starts_at", "number"),
    }
    return render(request, "workshops/help.html", context)


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


@login_required
@require_http_methods(FORM_METHODS)
def facilitation(request: HttpRequest, code: str) -> HttpResponse:
    """Accept or decline to run a workshop, for the person who was named."""
    named = Facilitation.objects.filter(person=person_of(request.user), workshop__code=code)
    own = get_object_or_404(named.select_related("workshop"))
    answer = request.POST.get("answer") if request.method == "POST" else None
    if answer not in {"accept", "decline"}:
        sessions = own.workshop.sessions.select_related("room").order_by("starts_at", "number")
        context = {**SECTION, "facilitation": own, "workshop": own.workshop, "sessions": sessions}
        return render(request, "workshops/facilitation.html", context)
    try:
        services.answer_facilitation(facilitation=own, accepts=answer == "accept", actor=account_of(request))
    except DomainError as error:
        return refuse(request, error, "facilitation", code)
    if answer == "accept" and own.right != Right.EVERYTHING:
        return say(request, _("Thank you for your help."), "workshop_help", code)
    if answer == "accept":
        return say(request, _("Thank you. You run this workshop."), "workshop_manage", code)
    return say(request, _("You have declined. Those who plan the workshop see it."), "facilitation", code)
