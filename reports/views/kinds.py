"""Any report by its name: what was asked, the finding in a sentence, the tables behind it, and the same as files."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.models import Module
from people.models import Account, Agency
from programmes.models import Programme
from reports import drawing, formats, queries, readings, services, wording
from reports.columns import Column, Report, Row, shown_columns, two_way_tables
from reports.forms import QuestionForm
from reports.permissions import can_read, can_read_reports, can_read_some_report
from reports.queries import KINDS, Kind
from reports.queries.kinds import TOPICS, Topic
from reports.views.files import file_of
from reports.views.parts import CellShown, attention, details, further_tables, led_to
from workshops.models import Workshop

# So much of what is missing stands at the beginning of the list of reports.
MOST_URGENT = 5

# So many workshops are offered to choose from; earlier ones are found by their period.
MOST_WORKSHOPS = 100

# So many rows are read one by one on a phone; of more, figures are compared in columns.
CARDS = 12

# What a page says that cannot answer.
_REFUSED = {
    queries.TooWideError: gettext_lazy("Too much at once"),
    queries.TooFewError: gettext_lazy("Too few people"),
}

# Reports with pages of their own.
_OWN_PAGES = {"agency-attendance": "agency_report", "agency-results": "agency_results"}

# What is read on a page of its own: number, title, address, what it answers.
_CERTIFICATES = (
    "",
    gettext_lazy("Certificates of our people"),
    reverse_lazy("agency_certificates"),
    gettext_lazy(
        "What people earned for your agency: the files, a table, and a list to sign for those without e-mail."
    ),
)


@login_required
@require_safe
@never_cache
def reports(request: HttpRequest) -> HttpResponse:
    """What there is to read."""
    account = _reader(request)
    lines: dict[str, list[tuple[str | Promise, ...]]] = {topic: [] for topic in TOPICS}
    for kind in KINDS.values():
        if kind.number and can_read(account, kind.readers):
            lines[kind.topic].append((kind.number, kind.title, address_of(kind), kind.about))
    about_agencies = can_read_reports(account)
    if about_agencies:
        lines[Topic.PEOPLE].append(_CERTIFICATES)
    topics = [(TOPICS[Topic(topic)], found) for topic, found in lines.items() if found]
    context = {"section": "reports", "topics": topics, "about_agencies": about_agencies}
    return render(request, "reports/reports.html", context | (_urgent(account) if about_agencies else {}))


def _urgent(account: Account) -> dict[str, Any]:
    """What is missing and hurts most, for the beginning of the page."""
    if not Agency.objects.visible_to(account).exists():
        return {}
    found = services.read_report(name="completeness", account=account)
    columns = {column.key: column for column in found.columns}
    urgent = [
        {"what": wording.told(found, columns["gap"], row), "where": row["title"] or row["name"], "row": row}
        for row in found.rows[:MOST_URGENT]
    ]
    return {"completeness": KINDS["completeness"], "urgent": urgent, "gaps": len(found.rows)}


@login_required
@require_safe
@never_cache
def report(request: HttpRequest, name: str) -> HttpResponse:
    """A report of `queries.KINDS`; with `format` the same as a file."""
    account = _reader(request)
    kind = kind_of(account, name)
    if kind.name in _OWN_PAGES:
        return redirect(f"{address_of(kind)}?{request.GET.urlencode()}")
    form = question_form(request, account, kind)
    context: dict[str, Any] = {"section": "reports", "kind": kind, "form": form}
    if not form.is_valid():
        return render(request, "reports/report.html", context)
    missing = [form.fields[each].label for each in kind.needs if not form.cleaned_data.get(each)]
    if missing:
        return render(request, "reports/report.html", context | {"missing": missing})
    try:
        found = _read(account, kind, form.cleaned_data)
    except (queries.TooWideError, queries.TooFewError) as error:
        return render(request, "reports/report.html", context | {"refused": (_REFUSED[type(error)], str(error))})
    file = request.GET.get("format", "")
    if file in formats.TYPES:
        # What leaves the programme has a number, so that two of them never tell more together than each alone.
        outside = found.audience == queries.Audience.OUTSIDE
        return redirect(freeze_address(kind, form)) if outside else file_of(request, account, found, file)
    context |= page_of(found, kind.rows_on_a_page, request.GET.get("page"))
    return render(request, "reports/report.html", context | _around(found, kind, form, account))


def address_of(kind: Kind) -> str:
    """Where a report stands."""
    if kind.name in _OWN_PAGES:
        return reverse(_OWN_PAGES[kind.name])
    return reverse("report", args=[kind.name])


# --- What was asked -------------------------------------------------------------------------------------------------


def reader_of(request: HttpRequest) -> Account:
    """Return who is asking. Raises PermissionDenied for whoever reads no reports about agencies."""
    return _allowed(cast("Account", request.user), can_read_reports)


def _reader(request: HttpRequest) -> Account:
    return _allowed(cast("Account", request.user), can_read_some_report)


def _allowed(account: Account, may: Callable[[Account], bool]) -> Account:
    if not may(account):
        raise PermissionDenied(_("Reports are for coordinators of agencies and for programme managers."))
    return account


def kind_of(account: Account, name: str) -> Kind:
    """Return a report that the account may read at all; any other does not exist."""
    try:
        return services.kind_called(name=name, account=account)
    except queries.OutOfScopeError as error:
        raise Http404(str(error)) from error


def question_form(request: HttpRequest, account: Account, kind: Kind) -> QuestionForm:
    """Return what was asked of a report, with what can be asked."""
    form = QuestionForm(request.GET)
    manager = account.sees_everybody
    form.keep(
        [
            *kind.asks,
            *(["alone"] if "agency" in kind.asks else []),
            *(["outside"] if manager and not kind.inside else []),
        ]
    )
    offers = {
        "agency": lambda: _agencies(account),
        "programme": programmes_to_choose,
        "module": _modules,
        "workshop": lambda: workshops_to_choose(queries.scope_of(account), request.GET, _("All workshops")),
        "test": _tests,
        "form": lambda: _forms(request.GET.get("test", "")),
    }
    form.offer(**{name: choices() for name, choices in offers.items() if name in form.fields})
    form.explain_workshops(MOST_WORKSHOPS)
    return form


def _agencies(account: Account) -> list[tuple[str, str]]:
    everything = _("All agencies") if account.sees_everybody else _("All agencies that you coordinate")
    return [("", everything), *((each.code, each.name) for each in Agency.objects.visible_to(account).order_by("path"))]


def programmes_to_choose() -> list[tuple[str, str]]:
    """Return what a list of programmes offers."""
    return [("", _("All programmes")), *((each.code, each.title) for each in Programme.objects.all())]


def _modules() -> list[tuple[str, str]]:
    modules = Module.objects.with_title(get_language() or "en")
    return [("", _("All modules")), *((each.code, each.title) for each in modules)]


def _tests() -> list[tuple[str, str]]:
    return [("", _("Choose a test")), *((each.code, f"{each.title} ({each.code})") for each in queries.taken_tests())]


def _forms(test: str) -> list[tuple[str, str]]:
    """The forms in which a test was taken, and all of them together."""
    taken = queries.taken_tests().filter(code=test).first() if test else None
    forms = [(each, each) for each in queries.forms_of(taken)] if taken else []
    return [*forms, (queries.EVERY_FORM, _("All together"))] if len(forms) > 1 else []


def workshops_to_choose(scope: queries.Scope, asked: Mapping[str, str], first: str) -> list[tuple[str, str]]:
    """Return what a list of workshops offers: the latest of the period and programme asked about, and the chosen one.

    A country holds thousands, which no page can carry; `first` stands for none of them.
    """
    workshops = queries.workshops_in(scope)
    if first_day := _day(asked.get("first_day", "")):
        workshops = workshops.filter(ends_on__gte=first_day)
    if last_day := _day(asked.get("last_day", "")):
        workshops = workshops.filter(starts_on__lte=last_day)
    if programme := asked.get("programme", ""):
        workshops = workshops.filter(programmes__code=programme)
    # All are read: asked for the first hundred, a database goes through them in their order, one by one, for seconds.
    shown = ("code", "title_en", "title_ru", "title_be", "starts_on")
    latest = list(workshops.values_list(*shown))[:MOST_WORKSHOPS]
    found = [Workshop(**dict(zip(shown, each, strict=True))) for each in latest]
    chosen = asked.get("workshop", "")
    if chosen and all(each.code != chosen for each in found):
        found += queries.workshops_in(scope).filter(code=chosen)
    return [("", first), *((each.code, _named(each)) for each in found)]


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _named(workshop: Workshop) -> str:
    return f"{workshop.title}, {date_format(workshop.starts_on, 'SHORT_DATE_FORMAT')}"


def _read(account: Account, kind: Kind, asked: Mapping[str, Any]) -> Report:
    try:
        return services.read_report(name=kind.name, account=account, **asked)
    except queries.OutOfScopeError as error:
        raise Http404(str(error)) from error


# --- The page -------------------------------------------------------------------------------------------------------


def page_of(found: Report, rows_on_a_page: int, number: str | None) -> dict[str, Any]:
    """Return what `report.html` and its parts show of a report."""
    page = Paginator(found.rows, rows_on_a_page).get_page(number)
    hidden = set(found.hidden)
    first = page.start_index() - 1 if found.rows else 0
    columns = shown_columns(found)
    rows = [
        led_to(found, place, [_cell(found, column, row, hidden=(place, column.key) in hidden) for column in columns])
        for place, row in enumerate(page, start=first)
    ]
    return {
        "report": found,
        "findings": wording.findings(found),
        "charts": drawing.charts(found),
        "pivots": _pivots(found),
        "columns": columns,
        "rows": rows,
        "totals": _totals(found, columns),
        "page": page,
        "anything_hidden": bool(hidden),
        "as_cards": len(rows) <= CARDS or _is_wordy(columns),
        "readings": readings.readings(found),
        "attention": attention(found, rows_on_a_page),
        "details": details(found, first, page),
        "tables": further_tables(found),
    }


def _is_wordy(columns: Sequence[Column]) -> bool:
    """Whether a report says more in words than in figures."""
    return sum(column.type in {"text", "code"} for column in columns) > len(columns) / 2


def _around(found: Report, kind: Kind, form: QuestionForm, account: Account) -> dict[str, Any]:
    """What leads on from a report: its files, freezing it, the agencies whose past is told apart."""
    query, outside = query_of(form), found.audience == queries.Audience.OUTSIDE
    return {
        "page_query": query,
        "files": [] if outside else [(each.upper(), f"?{query}format={each}") for each in formats.TYPES],
        "freeze": freeze_address(kind, form) if services.can_be_frozen(kind=kind, account=account) else "",
        "outside": outside,
        "predecessors": predecessors_of(account, form.cleaned_data.get("agency", "")),
    }


def freeze_address(kind: Kind, form: QuestionForm) -> str:
    """Where what was asked is frozen."""
    return f"{reverse('freeze_report', args=[kind.name])}?{query_of(form)}".rstrip("&?")


def predecessors_of(account: Account, code: str) -> list[tuple[str, str]]:
    """(name, code) of agencies whose place an agency took; without a code where the account reads nothing about one."""
    if not code:
        return []
    found = list(Agency.objects.filter(successor__code=code).order_by("path"))
    if not found:
        return []
    visible = set(Agency.objects.visible_to(account).filter(successor__code=code).values_list("pk", flat=True))
    return [(each.name, each.code if each.pk in visible else "") for each in found]


@dataclass(frozen=True)
class Pivot:
    """A two-way table: its title, the words of its columns, and lines of (word, cells)."""

    title: str
    columns: list[str]
    lines: list[tuple[str, list[CellShown]]]


def _pivots(found: Report) -> list[Pivot]:
    """The two-way tables of a report, each cell with the word of its column."""
    return [
        Pivot(
            table.title,
            table.columns,
            [
                (word, [_count(head, count) for head, count in zip(table.columns, counts, strict=True)])
                for word, counts in table.lines
            ],
        )
        for table in two_way_tables(found)
    ]


def _count(label: str, value: int | None) -> CellShown:
    return CellShown(label, "" if value is None else wording.whole(value), number=True, hidden=value is None)


def _totals(found: Report, columns: list[Column]) -> list[CellShown]:
    if not any(column.key in found.totals for column in columns):
        return []
    return [
        _cell(found, column, found.totals, hidden=False) if column.key in found.totals else CellShown(column.label, "")
        for column in columns
    ]


def _cell(found: Report, column: Column, row: Row, *, hidden: bool) -> CellShown:
    number = column.type in wording.NUMBERS
    if hidden:
        return CellShown(column.label, "", number=number, hidden=True)
    value = row.get(column.key)
    address = value or "" if column.type == "address" else _people(found, column, row, value)
    return CellShown(column.label, wording.told(found, column, row), number, address=address)


def _people(found: Report, column: Column, row: Row, value: Any) -> str:
    """Where those whom a figure counts are listed; for figures that count nobody, nowhere."""
    if not column.counts or not value or found.audience == queries.Audience.OUTSIDE:
        return ""
    if column.counts == "certificates":
        return f"{reverse('agency_certificates')}?{urlencode({'agency': row['agency']})}" if row.get("agency") else ""
    asked = dict(found.filters) | {name: row[name] for name in ("agency", "workshop") if row.get(name)}
    days = zip(("first_day", "last_day"), found.period, strict=True)
    asked |= {name: day.isoformat() for name, day in days if day}
    if row.get("agency"):
        asked["alone"] = "on"
    return f"{reverse('report', args=['counted'])}?{urlencode(asked | {'figure': column.counts})}"


def query_of(form: QuestionForm) -> str:
    """Return what was asked, as the beginning of a query: empty, or ending in "&"."""
    asked = {name: "on" if value is True else str(value) for name, value in form.cleaned_data.items() if value}
    return f"{urlencode(asked)}&" if asked else ""
