"""A whole list of people: upload it, look at what each row means, decide about the doubtful ones, take all or none."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from people.columns import NAMES, RosterRow, RowError
from people.models import Agency
from people.services import Verdict, read_roster
from workshops import services
from workshops.columns import CellError
from workshops.forms import NomineeListForm, RosterForm
from workshops.models import Facilitation, Workshop
from workshops.views.access import FORM_METHODS, SECTION, account_of, managed_workshop, nominating, refuse, say

ROSTER_ROWS = 500
ROSTER_SALT = "workshops.roster"
ROSTER_SECONDS = 2 * 60 * 60

Save = Callable[..., tuple[int, list[CellError]]]


@dataclass(frozen=True)
class _List:
    """Where a list goes: to which workshop, for which agencies (None: any), and what happens to its people."""

    request: HttpRequest
    workshop: Workshop
    agencies: QuerySet[Agency] | None
    save: Save
    address: str
    back_to: str

    def form(self, *args: Any, **kwargs: Any) -> RosterForm:
        """The form for the file."""
        if self.agencies is None:
            return RosterForm(*args, **kwargs)
        return NomineeListForm(*args, account=account_of(self.request), **kwargs)

    def plan(self, rows: Sequence[RosterRow], agency: Agency | None) -> Any:
        """What each row means for whoever asks."""
        account = account_of(self.request)
        return services.plan_registrations(rows=rows, agency=agency, account=account, within=self.agencies)

    def show(self, context: dict[str, Any]) -> HttpResponse:
        """The page, with what belongs to every step."""
        common = {
            **SECTION,
            "workshop": self.workshop,
            "address": self.address,
            "nominating": self.agencies is not None,
        }
        return render(self.request, "workshops/roster_import.html", {**common, **context})

    def done(self, people: int) -> str:
        """What is said when all are taken."""
        if self.agencies is None:
            words = ngettext("%(count)d person is registered.", "%(count)d people are registered.", people)
        else:
            words = ngettext("%(count)d person is nominated.", "%(count)d people are nominated.", people)
        return words % {"count": people}


@login_required
@require_http_methods(FORM_METHODS)
def roster_import(request: HttpRequest, code: str) -> HttpResponse:
    """Register a whole list, by those who run the workshop."""
    workshop = managed_workshop(request, code, Facilitation.Right.EDIT_PEOPLE)
    return _answer(_List(request, workshop, None, services.register_roster, "roster_import", "participants"))


@login_required
@require_http_methods(FORM_METHODS)
def nomination_import(request: HttpRequest, code: str) -> HttpResponse:
    """Nominate a whole list, by the coordinators of its people."""
    workshop, agencies = nominating(request, code)
    return _answer(_List(request, workshop, agencies, services.nominate_roster, "nomination_import", "nominations"))


def _answer(asked: _List) -> HttpResponse:
    request = asked.request
    if request.method == "POST" and "rows" in request.POST:
        return _take_rows(asked)
    form = asked.form(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        count, rows, errors = read_roster(content=form.cleaned_data["file"].read())
        if count > ROSTER_ROWS:
            errors = [RowError(0, "", _("The list has more than 500 people. Split it into smaller ones."))]
            rows = []
        return _show_plan(asked, rows, errors, form.cleaned_data["agency"])
    return asked.show({"form": form})


def _show_plan(
    asked: _List,
    rows: list[RosterRow],
    errors: Sequence[RowError],
    agency: Agency | None,
    undecided: Sequence[RowError] = (),
) -> HttpResponse:
    """What every row means, with the choice where a name is known already. The rows travel signed in the form.

    Rows that are only `undecided` stay on the page, with the choices that were made.
    """
    entries, refused = asked.plan(rows, agency)
    errors = sorted([*errors, *refused], key=lambda error: error.line)
    context = {
        "form": asked.form(initial={"agency": agency}),
        "entries": entries,
        "doubtful": sum(each.verdict == Verdict.DOUBTFUL for each in entries),
        "errors": [
            {"line": each.line, "column": _heading(each.column), "message": each.message}
            for each in (*errors, *undecided)
        ],
        "choices": [(each, asked.request.POST.get(f"line-{each.row.line}", "")) for each in entries],
        "rows": "" if errors else _packed(rows, agency),
    }
    return asked.show(context)


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


def _take_rows(asked: _List) -> HttpResponse:
    request, workshop = asked.request, asked.workshop
    try:
        packed = signing.loads(request.POST["rows"], salt=ROSTER_SALT, max_age=ROSTER_SECONDS)
    except signing.BadSignature:
        return refuse(request, ValueError(_("The list is too old. Send the file again.")), asked.address, workshop.code)
    rows = [RosterRow(**row) for row in packed["rows"]]
    agency = Agency.objects.filter(pk=packed["agency"]).first()
    entries, refused = asked.plan(rows, agency)
    decisions = {row.line: request.POST.get(f"line-{row.line}", "") for row in rows}
    people = 0
    wrong: list[CellError] = []
    if not refused:
        people, wrong = asked.save(
            workshop=workshop,
            entries=entries,
            decisions=decisions,
            actor=account_of(request),
            token=packed.get("token", ""),
        )
    undecided = [RowError(each.line, each.column, each.message) for each in wrong]
    if refused or undecided:
        return _show_plan(asked, rows, refused, agency, undecided)
    return say(request, asked.done(people), asked.back_to, workshop.code)
