"""Logs of online meetings: the file, what its columns hold, who is who, into the register."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from core.errors import DomainError
from core.spreadsheets import Row, Table
from workshops import services
from workshops.forms import ColumnsForm, LogFileForm
from workshops.meetinglogs import Entry, read_entries
from workshops.models import OnlineLog, Session
from workshops.services import AppliedLog, SeenOnline
from workshops.services.online import NOBODY, UNDECIDED
from workshops.views.access import FORM_METHODS, SECTION, account_of, managed_session, refuse, say
from workshops.zones import local

SALT = "workshops.online_log"
TWO_HOURS = 2 * 60 * 60
SAMPLE_ROWS = 5
PROBLEMS = {
    "nobody": gettext_lazy("There is neither a name nor an e-mail."),
    "joined": gettext_lazy("“%(said)s” is no time at which somebody joined."),
    "left": gettext_lazy("“%(said)s” is no time at which somebody left."),
    "order": gettext_lazy("Somebody left before joining: “%(said)s”."),
}


# --- The file and its columns ----------------------------------------------------------------------------------------


@login_required
@require_http_methods(FORM_METHODS)
def online_logs(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The logs of a session; a POST brings a file, and then what its columns hold."""
    session = managed_session(request, code, number)
    if "packed" in request.POST:
        return _keep(request, session)
    form = LogFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        packed = _packed(form)
        return _ask_columns(request, session, packed, _columns_form(session, packed))
    logs = session.online_logs.select_related("added_by__person")
    context = {**SECTION, "session": session, "workshop": session.workshop, "form": form, "logs": logs}
    return render(request, "workshops/online_logs.html", context)


def _packed(form: LogFileForm) -> dict[str, Any]:
    """The table on its way through the browser."""
    return {
        "name": form.cleaned_data["file"].name,
        "sha256": hashlib.sha256(form.content).hexdigest(),
        "headings": form.table.headings,
        "rows": [(row.line, row.cells) for row in form.table.rows],
    }


def _columns_form(session: Session, packed: dict[str, Any], data: Any = None) -> ColumnsForm:
    return ColumnsForm(data, headings=packed["headings"], zone=session.zone)


def _ask_columns(request: HttpRequest, session: Session, packed: dict[str, Any], form: ColumnsForm) -> HttpResponse:
    context = {
        **SECTION,
        "session": session,
        "workshop": session.workshop,
        "form": form,
        "name": packed["name"],
        "headings": packed["headings"],
        "sample": [_padded(cells, len(packed["headings"])) for _line, cells in packed["rows"][:SAMPLE_ROWS]],
        "rows": len(packed["rows"]),
        "packed": signing.dumps(packed, salt=SALT, compress=True),
    }
    return render(request, "workshops/online_columns.html", context)


def _padded(cells: Iterable[str], width: int) -> list[str]:
    """A row without the empty cells that it lacks."""
    shown = list(cells)[:width]
    return shown + [""] * (width - len(shown))


def _keep(request: HttpRequest, session: Session) -> HttpResponse:
    """Understand the rows by the columns that were chosen, and keep them."""
    where = "online_logs", session.workshop.code, session.number
    try:
        packed = signing.loads(request.POST["packed"], salt=SALT, max_age=TWO_HOURS)
    except signing.BadSignature:
        return refuse(request, ValueError(_("The list is too old. Send the file again.")), *where)
    form = _columns_form(session, packed, request.POST)
    if not form.is_valid():
        return _ask_columns(request, session, packed, form)
    table = Table(tuple(packed["headings"]), tuple(Row(line, tuple(cells)) for line, cells in packed["rows"]))
    entries = read_entries(table, form.columns(), day=session.day, zone=form.cleaned_data["zone"])
    try:
        log = services.keep_log(
            session=session, name=packed["name"], sha256=packed["sha256"], entries=entries, actor=account_of(request)
        )
    except DomainError as error:
        form.add_error(None, str(error))
        return _ask_columns(request, session, packed, form)
    return redirect("online_log", session.workshop.code, session.number, log.pk)


# --- Who is who ------------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(FORM_METHODS)
def online_log(request: HttpRequest, code: str, number: int, log: int) -> HttpResponse:
    """Everybody in a log, with who that is; a POST notes what was decided, and records it if that was asked."""
    session = managed_session(request, code, number)
    found = get_object_or_404(_logs_of(session), pk=log)
    seen = services.who_was_online(found)
    if request.method == "POST":
        return _decide(request, found, seen)
    entries = services.log_entries(found)
    participants = services.participants_of(session.workshop)
    context = {
        **SECTION,
        "session": session,
        "workshop": session.workshop,
        "log": found,
        "seen": [(each, _on_the_wall(each.first, session), _on_the_wall(each.last, session)) for each in seen],
        "open": sum(each.open for each in seen),
        "people": len({each.registration.pk for each in seen if each.registration is not None}),
        "bad": [{"line": each.line, "name": each.name, "message": _said(each)} for each in entries if each.problem],
        "participants": participants,
        "no_longer": services.no_longer_online(found) if found.applied_at else [],
        "nobody": NOBODY,
        "undecided": UNDECIDED,
    }
    return render(request, "workshops/online_log.html", context)


def _on_the_wall(moment: datetime, session: Session) -> datetime:
    """A moment as clocks where the session is held show it, whoever reads it."""
    return local(moment, session.zone).replace(tzinfo=None)


def _logs_of(session: Session) -> QuerySet[OnlineLog]:
    return session.online_logs.select_related("session__workshop", "session__sign_off")


def _said(entry: Entry) -> str:
    """Why a row cannot be used."""
    return str(PROBLEMS[entry.problem]) % {"said": entry.said}


def _decide(request: HttpRequest, log: OnlineLog, seen: list[SeenOnline]) -> HttpResponse:
    """Note only what differs from what was known without being told."""
    session, account = log.session, account_of(request)
    where = "online_log", session.workshop.code, session.number, log.pk
    chosen = {each.key: request.POST.get(f"who:{each.key}", _known(each)) for each in seen}
    changed = {each.key: chosen[each.key] for each in seen if chosen[each.key] != _known(each)}
    try:
        if changed:
            services.decide_names(workshop=session.workshop, decisions=changed, actor=account)
        if request.POST.get("step") != "apply":
            return say(request, _("It is noted who is who."), *where)
        applied = services.apply_log(log=log, actor=account)
    except DomainError as error:
        return refuse(request, error, *where)
    _tell(request, applied)
    return redirect(*where)


def _known(seen: SeenOnline) -> str:
    """What the choice of a name shows before anybody changes it."""
    if seen.registration is not None:
        return seen.registration.person.public_code
    return NOBODY if seen.nobody else UNDECIDED


def _tell(request: HttpRequest, applied: AppliedLog) -> None:
    """Say what became of everybody: recorded, as before, outside the session, refused."""
    done = ngettext(
        "The log is recorded for %(count)d person.", "The log is recorded for %(count)d people.", applied.recorded
    )
    messages.success(request, done % {"count": applied.recorded})
    if applied.unchanged:
        same = ngettext(
            "For %(count)d person the log says nothing new.",
            "For %(count)d people the log says nothing new.",
            applied.unchanged,
        )
        messages.info(request, same % {"count": applied.unchanged})
    if applied.outside:
        outside = ngettext(
            "%(count)d person was online only outside the session, so nothing is recorded.",
            "%(count)d people were online only outside the session, so nothing is recorded.",
            applied.outside,
        )
        messages.info(request, outside % {"count": applied.outside})
    for person, refusal in applied.refusals:
        messages.error(request, _("%(person)s: %(reason)s") % {"person": person, "reason": refusal})
