"""The pages of those who send people: the list of an agency for a workshop, and what becomes of each name on it."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from people.models import Account, Agency, Membership, Person, PersonQuerySet
from workshops import services
from workshops.forms import FindPersonForm, NomineeForm, ReasonForm, SubstituteForm
from workshops.models import Facilitation, Registration, SeatPool, Workshop
from workshops.permissions import can_approve, can_help, can_replace
from workshops.views.access import FORM_METHODS, SECTION, account_of, nominated_by, nominating, refuse, say, to_approve

FOUND_AT_MOST = 20
State = Registration.State


@login_required
@require_safe
def nominations(request: HttpRequest, code: str) -> HttpResponse:
    """The own people of a workshop: who has a seat, who stands in which order, who is gone; and the seats."""
    workshop, agencies = nominating(request, code)
    people = workshop.registrations.filter(agency__in=agencies.values("pk")).select_related("person", "agency")
    listed = _listed(workshop, people, account_of(request))
    active = [each for each in listed if each.state in Registration.ACTIVE]
    context = {
        **SECTION,
        "workshop": workshop,
        "pools": _pools(workshop, agencies),
        "limited": workshop.pools.exists(),
        "seated": [each for each in active if each.state in Registration.SEATED],
        "ordered": [each for each in active if each.state not in Registration.SEATED],
        "gone": [each for each in listed if each.state not in Registration.ACTIVE],
    }
    return render(request, "workshops/nominations.html", context)


def _listed(workshop: Workshop, people: QuerySet[Registration], account: Account) -> list[Any]:
    """The people in their order, each with the place on the waiting list and what can be done."""
    places = services.waiting_places(workshop)
    listed: list[Any] = sorted(people, key=lambda each: (each.priority == 0, each.priority, each.created_at, each.pk))
    waits = set(Registration.ACTIVE) - set(Registration.SEATED)
    movable = [each.pk for each in listed if each.priority and each.state in waits]
    for each in listed:
        each.workshop = workshop
        each.place = places.get(each.pk)
        each.up = each.pk in movable[1:]
        each.down = each.pk in movable[:-1]
        each.approvable = each.state == State.PENDING and can_approve(account, each)
    return listed


def _pools(workshop: Workshop, agencies: QuerySet[Agency]) -> list[SeatPool]:
    """The pools in which the own people can have seats."""
    own = list(agencies)
    pools = workshop.pools.select_related("agency").with_taken().order_by("agency__path")
    return [pool for pool in pools if any(pool.serves(agency) for agency in own) or pool.agency in own]


@login_required
@require_http_methods(FORM_METHODS)
def nomination_add(request: HttpRequest, code: str) -> HttpResponse:
    """Nominate somebody: one of the own people, or a new person."""
    workshop, agencies = nominating(request, code)
    if request.method == "POST" and "person" in request.POST:
        return _nominate_known(request, workshop, agencies)
    form = NomineeForm(request.POST or None, workshop=workshop, account=account_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            registration = form.save()
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return say(request, _nominated(registration), "nominations", code)
    return _show_people(request, workshop, agencies, {"form": form})


@login_required
@require_http_methods(FORM_METHODS)
def nomination_replace(request: HttpRequest, code: str, person: str) -> HttpResponse:
    """Send another person instead of somebody: one of the own people, or a new person."""
    registration = nominated_by(request, code, person)
    if not can_replace(account_of(request), registration):
        sentence = _("Everybody in this workshop is approved by a programme manager. Ask one to replace the person.")
        return refuse(request, ValueError(sentence), "nominations", code)
    if request.method == "POST" and "person" in request.POST:
        return _replace_by_known(request, registration)
    form = SubstituteForm(request.POST or None, registration=registration, account=account_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            new = form.save()
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return say(request, _replaced(registration, new), "nominations", code)
    agencies = Agency.objects.visible_to(account_of(request))
    return _show_people(request, registration.workshop, agencies, {"form": form, "replaced": registration})


@login_required
@require_POST
def nomination_move(request: HttpRequest, code: str, person: str) -> HttpResponse:
    """Let a nominee change places with the one before or after."""
    registration, account = nominated_by(request, code, person), account_of(request)
    agencies, up = Agency.objects.visible_to(account), request.POST.get("step") == "up"
    try:
        services.move_nomination(registration=registration, up=up, agencies=agencies, actor=account)
    except DomainError as error:
        return refuse(request, error, "nominations", code)
    return say(request, _("%(person)s has another place now.") % {"person": registration.person}, "nominations", code)


@login_required
@require_http_methods(FORM_METHODS)
def nomination_withdraw(request: HttpRequest, code: str, person: str) -> HttpResponse:
    """Take somebody off the list, with a reason. Attendance stays."""
    registration = nominated_by(request, code, person)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.withdraw_registration(
                registration=registration, reason=form.cleaned_data["reason"], actor=account_of(request)
            )
        except DomainError as error:
            return refuse(request, error, "nominations", code)
        done = _("%(person)s is no longer registered.") % {"person": registration.person}
        return say(request, done, "nominations", code)
    context = {**SECTION, "workshop": registration.workshop, "registration": registration, "form": form}
    return render(request, "workshops/registration_withdraw.html", {**context, "nominating": True})


@login_required
@require_http_methods(FORM_METHODS)
def registration_approval(request: HttpRequest, code: str, person: str) -> HttpResponse:
    """Agree to somebody who accepted, or say no with a reason: a coordinator or a manager, as the workshop asks."""
    registration, account = to_approve(request, code, person), account_of(request)
    if not can_approve(account, registration):
        raise Http404
    if registration.state != State.PENDING:
        sentence = _("%(person)s does not wait for an approval.") % {"person": registration.person}
        return refuse(request, ValueError(sentence), _list_of(account, registration), code)
    agrees = request.POST.get("step") == "approve"
    form = ReasonForm(request.POST if request.method == "POST" and not agrees else None)
    if request.method == "POST" and (agrees or form.is_valid()):
        return _decide(request, registration, None if agrees else form.cleaned_data["reason"])
    back = reverse(_list_of(account, registration), args=[code])
    context = {**SECTION, "workshop": registration.workshop, "registration": registration, "form": form, "back": back}
    return render(request, "workshops/registration_approval.html", context)


def _list_of(account: Account, registration: Registration) -> str:
    """The page from which somebody decides: the own people of coordinators, all of a workshop for its helpers."""
    return "participants" if can_help(account, registration.workshop, Facilitation.Right.APPROVE) else "nominations"


def _decide(request: HttpRequest, registration: Registration, reason: str | None) -> HttpResponse:
    """Say yes without a reason, no with one."""
    account, code = account_of(request), registration.workshop.code
    page = _list_of(account, registration)
    try:
        if reason is None:
            found = services.approve_registration(registration=registration, actor=account)
        else:
            found = services.reject_registration(registration=registration, reason=reason, actor=account)
    except DomainError as error:
        return refuse(request, error, page, code)
    done = _("%(person)s: %(state)s.") % {"person": found.person, "state": found.get_state_display()}
    return say(request, done, page, code)


def _show_people(
    request: HttpRequest, workshop: Workshop, agencies: QuerySet[Agency], context: dict[str, Any]
) -> HttpResponse:
    """The page on which somebody is chosen or written down."""
    find = FindPersonForm(request.GET if "q" in request.GET else None)
    find.fields["q"].help_text = _("People of your agencies by name, e-mail or code.")
    common = {**SECTION, "workshop": workshop, "find": find, "found": _found(find, request, workshop, agencies)}
    return render(request, "workshops/nomination_add.html", {**common, **context})


def _own_people(account: Account, agencies: QuerySet[Agency]) -> PersonQuerySet:
    members = Membership.objects.current().filter(primary=True, agency__in=agencies.values("pk"))
    return Person.objects.visible_to(account).unmerged().filter(pk__in=members.values("person"))


def _found(
    find: FindPersonForm, request: HttpRequest, workshop: Workshop, agencies: QuerySet[Agency]
) -> list[dict[str, Any]] | None:
    """Own people to choose from, each with the registration that stands. None before anything was asked."""
    if not find.is_bound or not find.is_valid():
        return None
    current = Membership.objects.current().filter(primary=True).select_related("agency")
    people = _own_people(account_of(request), agencies).search(find.cleaned_data["q"])
    listed: list[Any] = list(people.prefetch_related(Prefetch("memberships", current, "now"))[:FOUND_AT_MOST])
    active = Registration.objects.active().filter(workshop=workshop, person__in=[each.pk for each in listed])
    registered = {each.person_id: each for each in active}
    return [{"person": each, "agency": each.now[0].agency, "registration": registered.get(each.pk)} for each in listed]


def _nominate_known(request: HttpRequest, workshop: Workshop, agencies: QuerySet[Agency]) -> HttpResponse:
    account = account_of(request)
    person = get_object_or_404(_own_people(account, agencies), public_code=request.POST["person"])
    try:
        registration = services.nominate_person(
            workshop=workshop, person=person, agency=services.own_agency(person), actor=account
        )
    except DomainError as error:
        return refuse(request, error, "nomination_add", workshop.code)
    return say(request, _nominated(registration), "nominations", workshop.code)


def _replace_by_known(request: HttpRequest, registration: Registration) -> HttpResponse:
    account, code = account_of(request), registration.workshop.code
    own = _own_people(account, Agency.objects.visible_to(account))
    person = get_object_or_404(own, public_code=request.POST["person"])
    try:
        new = services.replace_person(registration=registration, by=person, actor=account)
    except DomainError as error:
        return refuse(request, error, "nomination_replace", code, registration.person.public_code)
    return say(request, _replaced(registration, new), "nominations", code)


def _nominated(registration: Registration) -> str:
    return _("%(person)s is on the list: %(state)s.") % {
        "person": registration.person,
        "state": registration.get_state_display(),
    }


def _replaced(old: Registration, new: Registration) -> str:
    return _("%(new)s comes instead of %(old)s.") % {"new": new.person, "old": old.person}
