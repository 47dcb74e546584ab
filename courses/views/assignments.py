"""Pages of those who assign modules: what is assigned and how far people are, assigning, exemptions."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.services import record
from core.errors import DomainError
from courses import services
from courses.duties import CLOSED, GRACE, State
from courses.forms.assigning import PEOPLE_AT_ONCE, AgencyForm, AssignmentForm, ExemptionForm
from courses.lists import to_csv
from courses.models import Assignment, AssignmentQuerySet, Exemption, Module
from courses.permissions import can_change, can_keep_paths, objection_to_exemption, objection_to_withdrawal
from courses.services import Standing
from courses.views.access import FORM_METHODS, SECTION, account_of, for_whoever_assigns, language, refuse, say
from people.models import Account, Agency, Membership, Person
from people.permissions import reader_of

PER_PAGE = 20
PEOPLE_PER_PAGE = 50
# So many people at most are asked for by their ids at once.
AT_ONCE = 500
# In the order of a list: what needs somebody first.
ORDER = (State.OVERDUE, State.NOT_BEGUN, State.UNDER_WAY, State.DONE, State.EXEMPT)


@for_whoever_assigns
@require_safe
def assignments(request: HttpRequest) -> HttpResponse:
    """What is assigned to the own agencies and people, with how many are done and how many are overdue for a week."""
    account = account_of(request)
    found = Assignment.objects.visible_to(account).in_force().with_modules().order_by("due_on", "pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    listed: list[Any] = list(page)
    states = services.standings(assignments=listed, account=account, grace=GRACE)
    titles = _titles(listed)
    lines = [_line(each, states[each.pk], titles) for each in listed]
    context = {**SECTION, "page": page, "lines": lines, "keeps_paths": can_keep_paths(account)}
    return render(request, "courses/assignments.html", context)


def _line(assignment: Assignment, people: Sequence[Standing], titles: dict[int, Module]) -> dict[str, Any]:
    states = [each.state for each in people]
    return {
        "assignment": assignment,
        "title": _title(assignment, titles),
        "people": len(states),
        "done": sum(state in CLOSED for state in states),
        "overdue": states.count(State.OVERDUE),
    }


def _titles(listed: Sequence[Assignment]) -> dict[int, Module]:
    modules = Module.objects.filter(pk__in={module for each in listed for module in each.modules})
    return {each.pk: each for each in modules.with_title(language())}


def _title(assignment: Assignment, titles: dict[int, Module]) -> str:
    return assignment.path.title if assignment.path else titles[assignment.modules[0]].title


@for_whoever_assigns
@require_http_methods(FORM_METHODS)
def assignment_new(request: HttpRequest) -> HttpResponse:
    """Assign modules and paths to an agency or to some of its people; the agency is chosen first."""
    account = account_of(request)
    open_agencies = Agency.objects.visible_to(account).still_there()
    search, agency = request.GET.get("q", "").replace("\0", ""), None
    if code := request.GET.get("agency", "").replace("\0", ""):
        agency = get_object_or_404(open_agencies, code=code)
    elif open_agencies.count() == 1:
        agency = open_agencies.get()
    choice = AgencyForm(initial={"agency": agency.code if agency else "", "q": search}, account=account)
    context = {**SECTION, "choice": choice, "agency": agency, "search": search, "at_once": PEOPLE_AT_ONCE}
    if agency is None:
        return render(request, "courses/assignment_new.html", context)
    form = AssignmentForm(request.POST or None, account=account, agency=agency, search=search)
    if request.method == "POST" and form.is_valid():
        try:
            made = form.save()
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return say(request, _assigned(made), "assignments")
    found = form.found.count()
    return render(request, "courses/assignment_new.html", {**context, "form": form, "found": found})


def _assigned(made: Sequence[Assignment]) -> str:
    readable = list(Assignment.objects.filter(pk__in=[each.pk for each in made]).with_modules())
    reached = services.standings(assignments=readable).values()
    people = len({each.person for found in reached for each in found})
    return ngettext(
        "Assigned. It reaches %(count)d person today.", "Assigned. It reaches %(count)d people today.", people
    ) % {"count": people}


def _visible(request: HttpRequest, pk: int) -> Assignment:
    found: AssignmentQuerySet = Assignment.objects.visible_to(account_of(request)).in_force()
    return get_object_or_404(found.with_modules(), pk=pk)


def _changeable(request: HttpRequest, pk: int) -> Assignment:
    assignment = _visible(request, pk)
    if not can_change(account_of(request), assignment):
        raise Http404
    return assignment


@for_whoever_assigns
@require_safe
def assignment(request: HttpRequest, pk: int) -> HttpResponse:
    """How far each of the own people is with each module, the ones who need somebody first; and who is exempt."""
    account, found = account_of(request), _visible(request, pk)
    everybody = _in_order(found, account)
    page = Paginator(everybody, PEOPLE_PER_PAGE).get_page(request.GET.get("page"))
    reader = reader_of(request)
    if reader.sees_everybody:
        record("courses.assignment_read", obj=found, actor=reader, after={"page": page.number})
    titles = _titles([found])
    offered = [duty.module for duty in everybody[0].duties] if everybody else []
    exempted = list(found.exemptions.filter(withdrawn_at=None).select_related("person", "granted_by__person"))
    for each in exempted:
        each.of = titles[each.module_id].title if each.module_id in titles else ""  # type: ignore[attr-defined]
    seen = {each.person for each in everybody}
    context = {
        **SECTION,
        "assignment": found,
        "line": _line(found, everybody, titles),
        "modules": [titles[module] for module in offered],
        "page": page,
        "rows": _rows(list(page), titles),
        "exemptions": [each for each in exempted if each.person_id in seen],
        "changes": can_change(account, found),
        "objection": objection_to_withdrawal(account, found),
        "no_exemption": objection_to_exemption(account, found),
    }
    return render(request, "courses/assignment.html", context)


def _in_order(assignment: Assignment, account: Account) -> list[Standing]:
    """Everybody whom the account sees, the ones who need somebody first, then by name."""
    found = services.standings(assignments=[assignment], account=account, grace=GRACE)[assignment.pk]
    few = len(found) <= AT_ONCE
    people = Person.objects.filter(pk__in=[each.person for each in found]) if few else Person.objects.all()
    names = dict(people.order_by().values_list("pk", "sort_name"))
    return sorted(found, key=lambda one: (ORDER.index(one.state), one.due_on, names.get(one.person, ""), one.person))


def _rows(standings: Sequence[Standing], titles: dict[int, Module]) -> list[dict[str, Any]]:
    """What a table says about some people, in three queries."""
    keys = [each.person for each in standings]
    people = Person.objects.in_bulk(keys)
    members = Membership.objects.current().filter(person__in=keys, primary=True).select_related("agency")
    agencies = {each.person_id: each.agency for each in members}
    today = timezone.localdate()
    return [
        {
            "person": people[each.person],
            "agency": agencies.get(each.person),
            "standing": each,
            "cells": [_cell(duty.state(today, GRACE), titles[duty.module]) for duty in each.duties],
            "open": each.state not in CLOSED,
        }
        for each in standings
    ]


def _cell(state: State, module: Module) -> dict[str, Any]:
    return {"module": module, "state": state, "label": word_of(state)}


def word_of(state: State) -> str:
    """Return what a state is called."""
    words = {
        State.OVERDUE: _("overdue"),
        State.UNDER_WAY: _("under way"),
        State.NOT_BEGUN: _("not begun"),
        State.DONE: _("done"),
        State.EXEMPT: _("exempt"),
    }
    return words[state]


@for_whoever_assigns
@require_safe
def assignment_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a file: everybody with each module."""
    account, found = account_of(request), _visible(request, pk)
    everybody = _in_order(found, account)
    titles = _titles([found])
    heading = [_("Name"), _("Agency"), _("To be completed by")]
    heading += [titles[duty.module].title for duty in everybody[0].duties] if everybody else []
    rows = []
    for start in range(0, len(everybody), AT_ONCE):
        rows += [_cells_of(row) for row in _rows(everybody[start : start + AT_ONCE], titles)]
    record("courses.assignment_downloaded", obj=found, actor=account, after={"rows": len(rows)})
    response = HttpResponse(to_csv(heading, rows, language()), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="assignment-{found.pk}.csv"'
    return response


def _cells_of(row: dict[str, Any]) -> list[str]:
    day = date_format(row["standing"].due_on, "SHORT_DATE_FORMAT")
    agency = row["agency"].name if row["agency"] else ""
    return [row["person"].full_name, agency, day, *(str(cell["label"]) for cell in row["cells"])]


@for_whoever_assigns
@require_POST
def assignment_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an assignment back."""
    found = _changeable(request, pk)
    try:
        services.withdraw_assignment(assignment=found, actor=account_of(request))
    except DomainError as error:
        return refuse(request, error, "assignment", pk)
    return say(request, _("The assignment was taken back. What people have learnt stays."), "assignments")


@for_whoever_assigns
@require_http_methods(FORM_METHODS)
def exemption_new(request: HttpRequest, pk: int, person: str) -> HttpResponse:
    """Exempt one of the own people, with a reason."""
    account, found = account_of(request), _changeable(request, pk)
    somebody = get_object_or_404(Person, public_code=person)
    reached = services.standings(assignments=[found], account=account)[found.pk]
    if somebody.pk not in {each.person for each in reached}:
        raise Http404
    form = ExemptionForm(request.POST or None, account=account, assignment=found, person=somebody)
    if request.method == "POST" and form.is_valid():
        try:
            form.save()
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return say(request, _("%(person)s is exempt.") % {"person": somebody}, "assignment", pk)
    title = _title(found, _titles([found]))
    context = {**SECTION, "assignment": found, "title": title, "person": somebody, "form": form}
    return render(request, "courses/exemption_new.html", context)


@for_whoever_assigns
@require_POST
def exemption_withdraw(request: HttpRequest, pk: int, exemption: int) -> HttpResponse:
    """Take an exemption back."""
    found = _changeable(request, pk)
    exempted = get_object_or_404(Exemption.objects.select_related("person"), pk=exemption, assignment=found)
    try:
        services.withdraw_exemption(exemption=exempted, actor=account_of(request))
    except DomainError as error:
        return refuse(request, error, "assignment", pk)
    return say(request, _("%(person)s is not exempt any more.") % {"person": exempted.person}, "assignment", pk)
