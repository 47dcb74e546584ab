"""Participants: who they are, how they stand, how they come in and go."""

from collections import Counter
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from people.models import Account, Membership, Person
from workshops import rule_words, services
from workshops.forms import FindPersonForm, NamesForm, NewPersonForm, ReasonForm, SeatsForm
from workshops.models import Facilitation, Registration, Workshop
from workshops.permissions import can_approve, can_correct_names, rights_in
from workshops.views.access import FORM_METHODS, SECTION, account_of, managed_workshop, refuse, say

FOUND_AT_MOST = 20
State, Right = Registration.State, Facilitation.Right
# The sections of the page of participants, in their order.
GROUPS = (State.CONFIRMED, State.OFFERED, State.PENDING, State.WAITLISTED, State.INVITED, State.NOMINATED)


@login_required
@require_safe
def participants(request: HttpRequest, code: str) -> HttpResponse:
    """Everybody by state, those who wait in their order: who they are, how they stand and what can be done."""
    workshop = managed_workshop(request, code, Right.APPROVE, Right.CHECK_IN, Right.EDIT_PEOPLE)
    people = with_standing(workshop, workshop.registrations.all())
    active = [each for each in people if each.state in Registration.ACTIVE]
    counted = Counter(each.state for each in active)
    context = {
        **SECTION,
        "workshop": workshop,
        "people": active,
        "groups": _by_state(workshop, active, account_of(request)),
        "may": _may(account_of(request), workshop),
        "nominated": counted[State.NOMINATED],
        "gone": [each for each in people if each.state not in Registration.ACTIVE],
    }
    return render(request, "workshops/participants.html", context)


def _may(account: Account, workshop: Workshop) -> dict[str, bool]:
    """What whoever reads the list of participants can do there."""
    rights = rights_in(account, workshop)
    return {
        "run": Right.EVERYTHING in rights,
        "decide": Right.APPROVE in rights,
        "edit": Right.EDIT_PEOPLE in rights,
        "check_in": Right.CHECK_IN in rights,
    }


def _by_state(workshop: Workshop, people: list[Any], account: Account) -> list[dict[str, Any]]:
    """People who stand, by state; those who wait by the place on their list."""
    places, not_reached = services.waiting_places(workshop), services.not_reached(workshop)
    approves = workshop.approval == Workshop.Approval.NONE or account.sees_everybody
    for each in people:
        each.workshop = workshop
        each.place = places.get(each.pk)
        each.not_reached = each.person_id in not_reached
        each.approvable = each.state == State.PENDING and can_approve(account, each)
        each.confirmable = approves and each.state in {State.NOMINATED, State.INVITED, State.OFFERED}
    groups = [(state, [each for each in people if each.state == state]) for state in GROUPS]
    return [
        {"state": state, "label": state.label, "people": sorted(found, key=lambda each: each.place or 0)}
        for state, found in groups
        if found
    ]


@login_required
@require_safe
def threshold(request: HttpRequest, code: str) -> HttpResponse:
    """Who has reached the threshold, who still can, who no longer can, and what else the certificate asks for."""
    workshop = managed_workshop(request, code)
    people = with_standing(workshop, workshop.registrations.taking_part())
    counted = services.explanations(workshop, people, {each.pk: each.standing for each in people})
    for each in people:
        each.lines = rule_words.lines(counted[each.pk])
    reached = [each for each in people if each.reached]
    can = [each for each in people if each.can_reach and not each.reached]
    cannot = [each for each in people if not each.can_reach]
    context = {
        **SECTION,
        "workshop": workshop,
        "reached": reached,
        "can": can,
        "cannot": cannot,
        "all": len(people),
        # What the other columns do not say already.
        "asks_more": any(len(each.lines) > 1 for each in people),
    }
    return render(request, "workshops/threshold.html", context)


def with_standing(workshop: Workshop, registrations: Any) -> list[Any]:
    """Registrations by name, each with how the person stands."""
    people = list(registrations.select_related("person", "agency").order_by("person__sort_name", "pk"))
    found = services.standings(workshop, people)
    for each in people:
        each.standing = found[each.pk]
        each.reached = each.standing.has_reached(workshop.threshold)
        each.can_reach = each.standing.can_reach(workshop.threshold)
        each.spare = each.standing.may_miss(workshop.threshold)
    return people


@login_required
@require_http_methods(FORM_METHODS)
def participant_add(request: HttpRequest, code: str) -> HttpResponse:
    """Add somebody: one of those who are known, or a new person."""
    workshop = managed_workshop(request, code, Right.EDIT_PEOPLE)
    if request.method == "POST" and "person" in request.POST:
        return _register_known(request, workshop)
    form = NewPersonForm(request.POST or None, workshop=workshop, account=account_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            registration = form.save()
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return say(request, _registered(registration), "participants", code)
    find = FindPersonForm(request.GET if "q" in request.GET else None)
    context = {**SECTION, "workshop": workshop, "form": form, "find": find, "found": _found(find, request, workshop)}
    return render(request, "workshops/participant_add.html", context)


def _found(find: FindPersonForm, request: HttpRequest, workshop: Workshop) -> list[dict[str, Any]] | None:
    """People to choose from; those who are registered already are shown as such. None before anything was asked."""
    if not find.is_bound:
        return None
    current = Membership.objects.current().filter(primary=True).select_related("agency")
    people = find.found(account_of(request)).prefetch_related(Prefetch("memberships", current, "now"))[:FOUND_AT_MOST]
    registered = set(Registration.objects.active().filter(workshop=workshop).values_list("person", flat=True))
    return [
        {
            "person": person,
            "agency": person.now[0].agency if person.now else None,
            "registered": person.pk in registered,
        }
        for person in people
    ]


def _register_known(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    """Whoever was found by search is registered for the own agency."""
    code = request.POST["person"]
    visible = Person.objects.visible_to(account_of(request)).filter(public_code=code)
    person = get_object_or_404(visible | Person.objects.named_exactly(code))
    try:
        registration = services.register_person(
            workshop=workshop,
            person=person,
            agency=services.own_agency(person),
            source=Registration.Source.NOMINATION,
            actor=account_of(request),
        )
    except DomainError as error:
        return refuse(request, error, "participant_add", workshop.code)
    return say(request, _registered(registration), "participants", workshop.code)


def _registered(registration: Registration) -> str:
    return _("%(person)s is registered.") % {"person": registration.person}


@login_required
@require_http_methods(FORM_METHODS)
def participant_names(request: HttpRequest, code: str, person: str) -> HttpResponse:
    """Correct how somebody on the list is called. Whoever has signed in corrects the own name."""
    workshop = managed_workshop(request, code, Right.EDIT_PEOPLE)
    registration = get_object_or_404(_active(workshop), person__public_code=person)
    allowed = can_correct_names(registration.person)
    form = NamesForm(request.POST or None, person=registration.person, account=account_of(request))
    if request.method == "POST" and allowed and form.is_valid():
        try:
            form.save()
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return say(request, _("%(person)s: saved.") % {"person": registration.person}, "participants", code)
    context = {**SECTION, "workshop": workshop, "registration": registration, "form": form, "allowed": allowed}
    return render(request, "workshops/participant_names.html", context)


@login_required
@require_http_methods(FORM_METHODS)
def registration_withdraw(request: HttpRequest, code: str, person: str) -> HttpResponse:
    """Take a registration back, with a reason. Attendance stays."""
    workshop = managed_workshop(request, code)
    registration = get_object_or_404(_active(workshop), person__public_code=person)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.withdraw_registration(
                registration=registration, reason=form.cleaned_data["reason"], actor=account_of(request)
            )
        except DomainError as error:
            return refuse(request, error, "participants", code)
        done = _("%(person)s is no longer registered.") % {"person": registration.person}
        return say(request, done, "participants", code)
    context = {**SECTION, "workshop": workshop, "registration": registration, "form": form}
    return render(request, "workshops/registration_withdraw.html", context)


@login_required
@require_POST
def participants_invite(request: HttpRequest, code: str) -> HttpResponse:
    """Ask one nominee, or all of them, to come."""
    workshop = managed_workshop(request, code, Right.APPROVE)
    try:
        if "person" in request.POST:
            registration = get_object_or_404(_active(workshop), person__public_code=request.POST["person"])
            services.invite(registration=registration, actor=account_of(request))
            done = _("%(person)s is invited.") % {"person": registration.person}
        else:
            invited = services.invite_all(workshop=workshop, actor=account_of(request))
            done = ngettext("%(count)d person is invited.", "%(count)d people are invited.", invited) % {
                "count": invited
            }
    except DomainError as error:
        return refuse(request, error, "participants", code)
    return say(request, done, "participants", code)


@login_required
@require_POST
def participant_confirm(request: HttpRequest, code: str, person: str) -> HttpResponse:
    """Confirm somebody who is on the list, without asking the person; not past whoever has to approve."""
    workshop = managed_workshop(request, code, Right.APPROVE)
    registration = get_object_or_404(_active(workshop), person__public_code=person)
    try:
        services.register_person(
            workshop=workshop,
            person=registration.person,
            agency=registration.agency,
            source=registration.source,
            actor=account_of(request),
        )
    except DomainError as error:
        return refuse(request, error, "participants", code)
    return say(request, _registered(registration), "participants", code)


def _active(workshop: Workshop) -> Any:
    return Registration.objects.active().filter(workshop=workshop).select_related("person", "agency", "workshop")


@login_required
@require_POST
def seats(request: HttpRequest, code: str) -> HttpResponse:
    """Keep seats for an agency, or limit the open ones."""
    workshop = managed_workshop(request, code)
    form = SeatsForm(request.POST)
    if not form.is_valid():
        return refuse(request, ValueError(next(iter(form.errors.values()))[0]), "workshop_manage", code)
    try:
        services.set_seats(workshop=workshop, actor=account_of(request), **form.cleaned_data)
    except DomainError as error:
        return refuse(request, error, "workshop_manage", code)
    return say(request, _("The number of seats is saved."), "workshop_manage", code)
