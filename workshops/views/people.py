"""Participants: who they are, how they stand, how they come in and go."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core import signing
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from people.columns import NAMES, RosterRow, RowError
from people.models import Agency, Membership, Person
from people.services import Verdict, read_roster
from workshops import services
from workshops.attendance import minutes_for
from workshops.columns import CellError
from workshops.forms import FindPersonForm, NewPersonForm, ReasonForm, RosterForm, SeatsForm
from workshops.models import Registration, Workshop
from workshops.views.access import SECTION, account_of, managed_workshop, refuse, say

FORM_METHODS = ["GET", "HEAD", "POST"]
FOUND_AT_MOST = 20
ROSTER_ROWS = 500
ROSTER_SALT = "workshops.roster"
ROSTER_SECONDS = 2 * 60 * 60


@login_required
@require_safe
def participants(request: HttpRequest, code: str) -> HttpResponse:
    """Everybody with name, agency, state, share so far and whether the threshold can still be reached."""
    workshop = managed_workshop(request, code)
    people = _with_standing(workshop, workshop.registrations.all())
    standing_by_state = [each for each in people if each.state in Registration.ACTIVE]
    context = {
        **SECTION,
        "workshop": workshop,
        "people": standing_by_state,
        "gone": [each for each in people if each.state not in Registration.ACTIVE],
    }
    return render(request, "workshops/participants.html", context)


@login_required
@require_safe
def threshold(request: HttpRequest, code: str) -> HttpResponse:
    """Who has reached the threshold, who still can, who no longer can."""
    workshop = managed_workshop(request, code)
    people = _with_standing(workshop, workshop.registrations.ever_confirmed())
    reached = [each for each in people if each.reached]
    can = [each for each in people if each.can_reach and not each.reached]
    cannot = [each for each in people if not each.can_reach]
    context = {**SECTION, "workshop": workshop, "reached": reached, "can": can, "cannot": cannot, "all": len(people)}
    return render(request, "workshops/threshold.html", context)


def _with_standing(workshop: Workshop, registrations: Any) -> list[Any]:
    """Registrations by name, each with how the person stands."""
    people = list(registrations.select_related("person", "agency").order_by("person__sort_name", "pk"))
    found = services.standings(workshop, people)
    for each in people:
        each.standing = found[each.pk]
        each.reached = each.standing.has_reached(workshop.threshold)
        each.can_reach = each.standing.can_reach(workshop.threshold)
        # As a person would ask: how much of what is to come may still be missed?
        each.spare = max(0, each.standing.attainable - minutes_for(each.standing.planned_all, workshop.threshold))
    return people


@login_required
@require_http_methods(FORM_METHODS)
def participant_add(request: HttpRequest, code: str) -> HttpResponse:
    """Add somebody: one of those who are known, or a new person."""
    workshop = managed_workshop(request, code)
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
def registration_withdraw(request: HttpRequest, code: str, person: str) -> HttpResponse:
    """Take a registration back, with a reason. Attendance stays."""
    workshop = managed_workshop(request, code)
    active = Registration.objects.active().filter(workshop=workshop).select_related("person", "agency")
    registration = get_object_or_404(active, person__public_code=person)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.withdraw_registration(
            registration=registration, reason=form.cleaned_data["reason"], actor=account_of(request)
        )
        done = _("%(person)s is no longer registered.") % {"person": registration.person}
        return say(request, done, "participants", code)
    context = {**SECTION, "workshop": workshop, "registration": registration, "form": form}
    return render(request, "workshops/registration_withdraw.html", context)


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


# --- A whole list of people ------------------------------------------------------------------------------------------


@login_required
@require_http_methods(FORM_METHODS)
def roster_import(request: HttpRequest, code: str) -> HttpResponse:
    """Upload a list, look at what each row means, decide about the doubtful ones, register all or none."""
    workshop = managed_workshop(request, code)
    if request.method == "POST" and "rows" in request.POST:
        return _register_rows(request, workshop)
    form = RosterForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        count, rows, errors = read_roster(content=form.cleaned_data["file"].read())
        if count > ROSTER_ROWS:
            errors = [RowError(0, "", _("The list has more than 500 people. Split it into smaller ones."))]
            rows = []
        return _show_plan(request, workshop, rows, errors, form.cleaned_data["agency"])
    return render(request, "workshops/roster_import.html", {**SECTION, "workshop": workshop, "form": form})


def _show_plan(
    request: HttpRequest,
    workshop: Workshop,
    rows: list[RosterRow],
    errors: list[RowError],
    agency: Agency | None,
    *,
    undecided: Sequence[RowError] = (),
) -> HttpResponse:
    """What every row means, with the choice where a name is known already. The rows travel signed in the form.

    Rows that are only `undecided` stay on the page, with the choices that were made.
    """
    entries, refused = services.plan_registrations(rows=rows, agency=agency, account=account_of(request))
    errors = sorted([*errors, *refused], key=lambda error: error.line)
    context = {
        **SECTION,
        "workshop": workshop,
        "form": RosterForm(initial={"agency": agency}),
        "entries": entries,
        "doubtful": sum(each.verdict == Verdict.DOUBTFUL for each in entries),
        "errors": [
            {"line": each.line, "column": _heading(each.column), "message": each.message}
            for each in (*errors, *undecided)
        ],
        "choices": [(each, request.POST.get(f"line-{each.row.line}", "")) for each in entries],
        "rows": "" if errors else _packed(rows, agency),
    }
    return render(request, "workshops/roster_import.html", context)


def _heading(column: str) -> str:
    """The column as people call it."""
    return str(NAMES.get(column, column))


def _packed(rows: list[RosterRow], agency: Agency | None) -> str:
    return signing.dumps(
        {
            "agency": agency.pk if agency else None,
            "rows": [vars(row) for row in rows],
            "token": str(uuid.uuid4()),
        },
        salt=ROSTER_SALT,
        compress=True,
    )


def _register_rows(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    try:
        packed = signing.loads(request.POST["rows"], salt=ROSTER_SALT, max_age=ROSTER_SECONDS)
    except signing.BadSignature:
        return refuse(
            request, ValueError(_("The list is too old. Send the file again.")), "roster_import", workshop.code
        )
    rows = [RosterRow(**row) for row in packed["rows"]]
    agency = Agency.objects.filter(pk=packed["agency"]).first()
    entries, refused = services.plan_registrations(rows=rows, agency=agency, account=account_of(request))
    decisions = {row.line: request.POST.get(f"line-{row.line}", "") for row in rows}
    people = 0
    wrong: list[CellError] = []
    if not refused:
        people, wrong = services.register_roster(
            workshop=workshop,
            entries=entries,
            decisions=decisions,
            actor=account_of(request),
            token=packed.get("token", ""),
        )
    undecided = [RowError(each.line, each.column, each.message) for each in wrong]
    if refused or undecided:
        return _show_plan(request, workshop, rows, refused, agency, undecided=undecided)
    done = ngettext("%(count)d person is registered.", "%(count)d people are registered.", people) % {"count": people}
    return say(request, done, "participants", workshop.code)
