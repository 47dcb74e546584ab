"""Who runs a workshop: named, asked, taken off; and what somebody who was asked answers."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import DomainError
from people.models import Person
from people.permissions import person_of
from workshops import services
from workshops.forms import FacilitatorForm
from workshops.models import Facilitation
from workshops.views.access import FORM_METHODS, SECTION, account_of, managed_workshop, refuse, say

State = Facilitation.State


@login_required
@require_POST
def facilitator_add(request: HttpRequest, code: str) -> HttpResponse:
    """Name somebody who runs the workshop too, or ask somebody again who declined."""
    workshop = managed_workshop(request, code)
    form = FacilitatorForm(request.POST)
    if not form.is_valid():
        return refuse(request, ValueError(form.errors["person"][0]), "workshop_manage", code)
    person = form.cleaned_data["person"]
    named = services.add_facilitator(workshop=workshop, person=person, actor=account_of(request))
    if named.state == State.INVITED:
        done = _("%(person)s is invited to run this workshop, and can prepare it from now on.")
    else:
        done = _("%(person)s runs this workshop too.")
    return say(request, done % {"person": person}, "workshop_manage", code)


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
    if answer == "accept":
        return say(request, _("Thank you. You run this workshop."), "workshop_manage", code)
    return say(request, _("You have declined. Those who plan the workshop see it."), "facilitation", code)
