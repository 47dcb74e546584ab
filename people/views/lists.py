"""Lists of people: sent, looked at row by row, decided about, taken, undone; and people taken out in the same shape."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from audit.services import record
from core.blanks import blank_xlsx
from core.errors import DomainError
from people import lists
from people.forms.lists import PeopleExportForm, PeopleFileForm
from people.models import Account, Agency, Language, Membership, PeopleImport, PeopleImportRow, Person
from people.permissions import can_bring_lists, can_undo_list
from people.services import people_lists
from people.views.access import FORM_METHODS, SECTION, account_of, refuse, say

PER_PAGE = 25
# So many things to mend are read at once; whoever has more mends these first.
ERRORS_SHOWN = 100
# How often the page of a list that is being worked on asks for itself anew.
SECONDS_BETWEEN_LOOKS = "3"
State, Step = PeopleImport.State, people_lists.Step
Verdict = PeopleImportRow.Verdict


def _reader(request: HttpRequest) -> Account:
    account = account_of(request)
    if not can_bring_lists(account):
        raise PermissionDenied(_("Lists of people are brought in by coordinators and managers."))
    return account


@login_required
@require_safe
@never_cache
def people_lists_page(request: HttpRequest) -> HttpResponse:
    """The log of lists, the latest first; and the way to take people out."""
    account = _reader(request)
    found = PeopleImport.objects.visible_to(account).select_related("uploaded_by__person")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {**SECTION, "page": page, "export": PeopleExportForm(account=account)}
    return render(request, "people/lists.html", context)


@login_required
@require_http_methods(FORM_METHODS)
def people_list_new(request: HttpRequest) -> HttpResponse:
    """Send a list. Nothing is written about anybody before somebody has looked at what it means."""
    account = _reader(request)
    form = PeopleFileForm(request.POST or None, request.FILES or None, account=account)
    if request.method == "POST" and form.is_valid():
        return redirect("people_list", form.save().pk)
    return render(request, "people/list_new.html", {**SECTION, "form": form})


@login_required
@require_safe
def people_list_template(request: HttpRequest, language: str) -> HttpResponse:
    """An empty table in a language, with a sheet that says how to fill it in."""
    _reader(request)
    if language not in Language.values:
        raise Http404
    columns = list(lists.COLUMNS.values())
    content = blank_xlsx(title=lists.TITLE, columns=columns, language=language)
    response = HttpResponse(content, content_type=people_lists.TYPES["xlsx"])
    response["Content-Disposition"] = f'attachment; filename="people-{language}.xlsx"'
    return response


@login_required
@require_safe
@never_cache
def people_export(request: HttpRequest) -> HttpResponse:
    """Everybody who belongs to an agency today, as a list that may come back."""
    account = _reader(request)
    form = PeopleExportForm(request.GET, account=account)
    if not form.is_valid():
        raise Http404
    agency, kind = form.cleaned_data["agency"], form.cleaned_data["format"]
    try:
        content = people_lists.export_people(
            account=account, agency=agency, file_format=kind, language=(get_language() or "en")[:2]
        )
    except DomainError as error:
        return refuse(request, error, "people_lists")
    response = HttpResponse(content, content_type=people_lists.TYPES[kind])
    name = f"people-{agency.code}" if agency else "people"
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    patch_cache_control(response, private=True, no_store=True)
    return response


@login_required
@require_safe
def people_list_file(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """The file as it was sent."""
    account = _reader(request)
    source = get_object_or_404(PeopleImport.objects.visible_to(account), pk=pk)
    try:
        opened = people_lists.open_sent_file(source=source, actor=account)
    except DomainError as error:
        return refuse(request, error, "people_list", pk)
    response = FileResponse(opened, as_attachment=True, filename=source.file_name)
    patch_cache_control(response, private=True, no_store=True)
    return response


# --- One list ---------------------------------------------------------------------------------------------------------
@login_required
@require_http_methods(FORM_METHODS)
@never_cache
def people_list(request: HttpRequest, pk: int) -> HttpResponse:
    """What a list means, how far it is, or what became of it; and what can be done with it next."""
    account = _reader(request)
    source = get_object_or_404(PeopleImport.objects.visible_to(account).select_related("agency"), pk=pk)
    if request.method == "POST":
        return _step(request, source, account)
    if source.uploaded_by_id != account.pk:
        record("people.list_read", obj=source, actor=account, after={"page": request.GET.get("page", "1")[:10]})
    response = render(request, "people/list.html", _context(request, source, account))
    if source.state in PeopleImport.UNDER_WAY:
        response["Refresh"] = SECONDS_BETWEEN_LOOKS
    return response


# By the word that a button sends.
_STEPS = {
    "take": people_lists.ask_to_take,
    "undo": people_lists.ask_to_undo,
    "again": people_lists.read_again,
    "drop": people_lists.drop_list,
}


def _step(request: HttpRequest, source: PeopleImport, account: Account) -> HttpResponse:
    step = request.POST.get("step", "")
    here = _here(request, source)
    try:
        if step == "decide":
            return _decide(request, source, account, here)
        act = _STEPS.get(step)
        if act is not None:
            act(source=source, actor=account)
    except DomainError as error:
        return refuse(request, error, here)
    return redirect("people_list", source.pk)


def _decide(request: HttpRequest, source: PeopleImport, account: Account, here: str) -> HttpResponse:
    start = "line-"
    said = {
        int(name.removeprefix(start)): str(value)
        for name, value in request.POST.items()
        if name.startswith(start) and name.removeprefix(start).isdecimal() and len(name) < len(start) + 9
    }
    waiting = people_lists.decide_rows(source=source, decisions=said, actor=account)
    if not waiting:
        return say(request, _("Your decisions are kept. Nothing waits any more."), here)
    words = ngettext(
        "Your decisions are kept. %(count)d row still waits.",
        "Your decisions are kept. %(count)d rows still wait.",
        waiting,
    )
    return say(request, words % {"count": waiting}, here)


def _here(request: HttpRequest, source: PeopleImport) -> str:
    """The page of the list with the rows that were looked at."""
    asked = request.GET.urlencode()
    return f"{request.path}?{asked}" if asked else request.path


def _context(request: HttpRequest, source: PeopleImport, account: Account) -> dict[str, Any]:
    own = source.uploaded_by_id == account.pk
    undo_until = source.taken_at + people_lists.UNDO_WITHIN if source.taken_at else None
    rows = source.entries.all()
    waiting = rows.filter(verdict=Verdict.DOUBTFUL, decision="").count() if source.state == State.PLANNED else 0
    verdict = request.GET.get("verdict", "")
    if verdict not in Verdict.values:
        verdict = Verdict.DOUBTFUL if waiting and "verdict" not in request.GET else ""
    shown = rows.filter(verdict=verdict) if verdict else rows
    page = Paginator(shown.select_related("agency", "person").order_by("line"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    return {
        **SECTION,
        "source": source,
        "progress": _progress(source),
        "sign": _sign(source),
        "errors": [
            {**error, "column": str(lists.NAMES.get(error["column"], ""))} for error in source.errors[:ERRORS_SHOWN]
        ],
        "more_errors": max(source.counts.get("wrong", len(source.errors)) - ERRORS_SHOWN, 0),
        "counts": [(each, source.counts.get(each.value, 0)) for each in Verdict],
        "verdict": verdict,
        "query": f"verdict={verdict}&",
        "page": page,
        "rows": _shown_rows(page, account, decides=own and source.state == State.PLANNED),
        "waiting": waiting,
        "own": own,
        "undo_until": undo_until,
        "may_undo": bool(undo_until and timezone.now() <= undo_until and can_undo_list(account, source)),
    }


def _sign(source: PeopleImport) -> str:
    """The state by the codes of the design."""
    signs = {State.TAKEN: "done", State.WRONG: "failed", State.PLANNED: "provisional", State.UNDONE: "cancelled"}
    if source.state in PeopleImport.UNDER_WAY:
        return "running"
    return signs.get(State(source.state), source.state)


@dataclass(frozen=True)
class _Progress:
    """How far a list is that is being worked on. A total of 0: it cannot be told."""

    sentence: str
    done: int = 0
    total: int = 0
    promise: str = ""
    # Stands in the title, which is read out first each time the page looks anew.
    share: str = ""


def _progress(source: PeopleImport) -> _Progress | None:
    if source.state not in PeopleImport.UNDER_WAY:
        return None
    if source.state == State.READING:
        return _counted("read", source.done, source.rows) if source.rows else _Progress(_("The file is being read."))
    promise = {
        State.TAKING: _("All rows are written at once, or none."),
        State.UNDOING: _("Everything is put back as it was, or nothing."),
    }[State(source.state)]
    told = people_lists.told_of(source)
    if told is None or not told.rows:
        return _Progress(promise)
    if told.silent:
        words = _("Nothing was heard of it for minutes. If it was broken off, it begins anew by itself.")
        return _Progress(words, promise=promise)
    return _counted(told.step, told.done, told.rows, promise)


def _counted(step: str, done: int, rows: int, promise: str = "") -> _Progress:
    words = {
        "read": ngettext("%(done)s of %(rows)s row is read.", "%(done)s of %(rows)s rows are read.", rows),
        Step.CHECKED: ngettext(
            "%(done)s of %(rows)s row is checked once more.", "%(done)s of %(rows)s rows are checked once more.", rows
        ),
        Step.WRITTEN: ngettext("%(done)s of %(rows)s row is written.", "%(done)s of %(rows)s rows are written.", rows),
        Step.PUT_BACK: ngettext(
            "%(done)s of %(rows)s row is put back.", "%(done)s of %(rows)s rows are put back.", rows
        ),
    }[step]
    said = {"done": number_format(done, force_grouping=True), "rows": number_format(rows, force_grouping=True)}
    share = _("%(done)s of %(total)s") % {"done": said["done"], "total": said["rows"]}
    return _Progress(words % said, done, rows, promise, share)


@dataclass(frozen=True)
class _Shown:
    """A row as people read it. options: (what is sent, the person who may be meant, where the person belongs)."""

    row: PeopleImportRow
    said: lists.ListRow
    changes: list[tuple[str, str, str]]
    confirmation: str
    meant: Person | None
    options: list[tuple[str, Person | None, Membership | None]]


def _shown_rows(rows: Iterable[PeopleImportRow], account: Account, *, decides: bool) -> list[_Shown]:
    found = list(rows)
    codes = {code for row in found for code in row.alike}
    # The list may be older than the reach of whoever looks at it.
    alike = {each.public_code: each for each in Person.objects.visible_to(account).filter(public_code__in=codes)}
    current = Membership.objects.current().filter(person__in=[each.pk for each in alike.values()], primary=True)
    places = {each.person_id: each for each in current.select_related("agency")}
    codes = {code for row in found for name in ("agency", "confirmation") for code in row.changes.get(name, [])}
    agencies = Agency.objects.in_bulk(codes - {""}, field_name="code")
    return [_shown(row, alike, places, agencies, decides=decides) for row in found]


def _shown(
    row: PeopleImportRow,
    alike: dict[str, Person],
    places: dict[int, Membership],
    agencies: dict[str, Agency],
    *,
    decides: bool,
) -> _Shown:
    changes = [
        (str(lists.NAMES[name]), _read(name, before, agencies), _read(name, after, agencies))
        for name, (before, after) in row.changes.items()
        if name in lists.NAMES
    ]
    asked = agencies.get(row.changes.get("confirmation", ["", ""])[1])
    options = []
    if decides and row.verdict == Verdict.DOUBTFUL:
        for option in people_lists.options_of(row, alike):
            person = alike.get(option)
            options.append((option, person, places.get(person.pk) if person else None))
    return _Shown(
        row,
        lists.ListRow.from_json(row.line, {"family_name": "", "given_name": "", **row.values}),
        changes,
        asked.name if asked else "",
        alike.get(row.decision),
        options,
    )


def _read(name: str, value: str, agencies: dict[str, Agency]) -> str:
    """A value as people read it."""
    if name == "agency" and value in agencies:
        return str(agencies[value].name)
    if name in {"since", "until"} and value:
        return date_format(date.fromisoformat(value), "SHORT_DATE_FORMAT")
    if name == "sex" and value:
        return str(Person.Sex(value).label)
    return str(Language(value).label) if name == "language" and value else value
