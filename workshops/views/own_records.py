"""What a participant sees of the own workshop: the record of every session, and what can be asked about it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from people.permissions import person_of
from workshops import services
from workshops.forms import CorrectionForm, ReasonForm
from workshops.models import AttendanceEvent, AttendanceRecord, AttendanceRequest, Registration, Session
from workshops.permissions import is_locked
from workshops.views.access import FORM_METHODS, SECTION, account_of, refuse, say

EXCUSE, CORRECTION = "excuse", "correction"


@dataclass
class OwnSession:
    """A session as it stands for a participant, and what can be asked about it now."""

    session: Session
    record: AttendanceRecord | None
    asked: list[AttendanceRequest] = field(default_factory=list)
    events: list[AttendanceEvent] = field(default_factory=list)
    may_ask: str = ""


@login_required
@require_safe
def own_record(request: HttpRequest, code: str) -> HttpResponse:
    """Each session with status, minutes and why; what was asked and answered; what was seen and said."""
    registration = own_registration(request, code)
    rows = sessions_of(registration)
    context = {
        **SECTION,
        "workshop": registration.workshop,
        "registration": registration,
        "rows": rows,
        "standing": services.standings(registration.workshop, [registration])[registration.pk],
        "locked": is_locked(registration.workshop),
    }
    return render(request, "workshops/own_record.html", context)


@login_required
@require_http_methods(FORM_METHODS)
def record_ask(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Ask to be excused from a session that is not over, or for a correction of the own record of one that is."""
    registration = own_registration(request, code)
    session = get_object_or_404(registration.workshop.sessions, number=number)
    return ask_about(request, registration, session, back=("own_record", code))


@login_required
@require_POST
def record_change_take_back(request: HttpRequest, code: str, change: int) -> HttpResponse:
    """Take back what was asked: by whoever asked, or whom it is about."""
    account = account_of(request)
    own = AttendanceRequest.objects.filter(Q(asked_by=account) | Q(registration__person=account.person_id))
    asked = get_object_or_404(own.select_related("session", "registration"), pk=change, session__workshop__code=code)
    back = "own_record" if asked.registration.person_id == account.person_id else "our_people"
    try:
        services.take_back_record_change(request=asked, actor=account)
    except DomainError as error:
        return refuse(request, error, back, code)
    return say(request, _("The request is taken back."), back, code)


def own_registration(request: HttpRequest, code: str) -> Registration:
    """The registration with which the reader takes or took part: the one that stands, else the latest; 404 without."""
    mine = Registration.objects.filter(person=person_of(request.user), workshop__code=code)
    mine = mine.filter(Q(state=Registration.State.CONFIRMED) | Q(confirmed_at__isnull=False))
    found = mine.select_related("workshop", "person", "agency").order_by(F("ended_at").desc(nulls_first=True), "-pk")
    registration = found.first()
    if registration is None:
        raise Http404
    return registration


def ask_about(
    request: HttpRequest, registration: Registration, session: Session, *, back: tuple[Any, ...]
) -> HttpResponse:
    """The form with which something is asked about a person in a session; a POST sends it."""
    correction = session.ends_at <= timezone.now()
    form = (CorrectionForm if correction else ReasonForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = {"registration": registration, "session": session, "actor": account_of(request), **form.cleaned_data}
        try:
            (services.ask_for_correction if correction else services.ask_to_be_excused)(**asked)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return say(request, _("The request is sent. You see the answer on this page."), *back)
    record = AttendanceRecord.objects.filter(session=session, person=registration.person_id).first()
    context = {
        **SECTION,
        "workshop": registration.workshop,
        "session": session,
        "registration": registration,
        "own": registration.person_id == account_of(request).person_id,
        "record": record,
        "correction": correction,
        "form": form,
    }
    return render(request, "workshops/record_ask.html", context)


def sessions_of(registration: Registration) -> list[OwnSession]:
    """The sessions that concern a participant, in order. Four queries."""
    sessions = registration.workshop.sessions.select_related("sign_off", "makes_up_for").order_by("starts_at", "number")
    about = {"session__workshop": registration.workshop_id}
    records = AttendanceRecord.objects.filter(person=registration.person_id, **about)
    asked = AttendanceRequest.objects.filter(registration__person=registration.person_id, **about)
    events = AttendanceEvent.objects.filter(person=registration.person_id, **about)
    found = {each.session_id: each for each in records}
    asked_about = _by_session(asked.select_related("asked_by__person", "answered_by__person"))
    seen = _by_session(events.select_related("actor__person"))
    rows = [
        OwnSession(each, found.get(each.pk), asked_about[each.pk], seen[each.pk])
        for each in sessions
        if each.pk in found or registration.is_expected_in(each)
    ]
    now = timezone.now()
    for row in rows:
        row.may_ask = may_ask(registration, row.session, row.record, row.asked, now)
        for each in row.asked:
            each.returnable = each.can_be_taken_back(row.session)  # type: ignore[attr-defined]
    return rows


def may_ask(
    registration: Registration,
    session: Session,
    record: AttendanceRecord | None,
    asked: Iterable[AttendanceRequest],
    now: datetime,
) -> str:
    """What can be asked about a session now; nothing while something that was asked waits or is still to be noted."""
    if any(each.can_be_taken_back(session) for each in asked):
        return ""
    if session.ends_at <= now:
        return CORRECTION if record is not None else ""
    return EXCUSE if registration.state == Registration.State.CONFIRMED else ""


def _by_session(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for each in rows:
        found[each.session_id].append(each)
    return found
