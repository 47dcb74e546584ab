"""The register of a session: open, mark, walk-in, sign, correct. Made for a phone held in one hand."""

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import DomainError
from people.models import Person
from workshops import services
from workshops.errors import UnrecordedError
from workshops.forms import CorrectionForm, WalkInForm
from workshops.models import AttendanceEvent, AttendanceRecord, AttendanceStatus, Session
from workshops.permissions import can_correct, can_record_attendance
from workshops.services import Captured, Outcome
from workshops.views.access import FORM_METHODS, SECTION, account_of, kept_session, managed_session, refuse, say
from workshops.zones import local

EVENTS_AT_ONCE = 500
# Words of the buttons: five stand side by side on a phone, so translations are short.
MARKS = [
    (AttendanceStatus.PRESENT.value, pgettext_lazy("button of the register, short", "Present")),
    (AttendanceStatus.LATE.value, pgettext_lazy("button of the register, short", "Late")),
    (AttendanceStatus.LEFT_EARLY.value, pgettext_lazy("button of the register, short", "Left early")),
    (AttendanceStatus.EXCUSED.value, pgettext_lazy("button of the register, short", "Excused")),
    (AttendanceStatus.ABSENT.value, pgettext_lazy("button of the register, short", "Absent")),
]


@login_required
@require_http_methods(FORM_METHODS)
def register(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The register; a POST opens it."""
    session = kept_session(request, code, number)
    if request.method == "POST":
        try:
            services.open_register(session=session, actor=account_of(request))
        except DomainError as error:
            return refuse(request, error, "register", code, number)
        return redirect("register", code, number)
    records = list(session.records.select_related("person", "agency").order_by("person__sort_name", "pk"))
    context = {
        **SECTION,
        "session": session,
        "workshop": session.workshop,
        "records": records,
        "recorded": sum(each.status != AttendanceStatus.NOT_RECORDED for each in records),
        "marks": MARKS,
        "mark_url": reverse("register_mark", args=[code, number]),
        "runs": can_record_attendance(account_of(request), session),
        "may_correct": session.is_signed and can_correct(account_of(request), session),
        "too_early": session.starts_at > timezone.now(),
        "expected": _expected(session),
        "around": session.workshop.sessions.order_by("starts_at", "number"),
    }
    return render(request, "workshops/register.html", context)


def _expected(session: Session) -> int:
    """How many people a register that is still to be opened will name."""
    if session.opened_at is not None:
        return 0
    return len(services.expected_people(session))


# --- Marks -----------------------------------------------------------------------------------------------------------


@login_required
@require_POST
def register_mark(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Take marks: one from a form, or many as JSON from a phone that keeps them until they are acknowledged."""
    session = kept_session(request, code, number)
    if request.content_type == "application/json":
        return _take_json(request, session)
    person_code, status = _pressed(request.POST)
    person = get_object_or_404(Person, public_code=person_code)
    key, minutes = request.POST.get("id") or uuid.uuid4(), request.POST.get(f"minutes-{person_code}")
    event = _captured({"id": key, "status": status, "minutes": minutes}, person.pk)
    if event is None:
        return refuse(request, ValueError(_("Choose one of the states of the register.")), "register", code, number)
    try:
        outcome = services.record_events(session=session, events=[event], actor=account_of(request))[0]
    except DomainError as error:
        return refuse(request, error, "register", code, number)
    if outcome.refusal:
        return refuse(request, ValueError(outcome.refusal), "register", code, number)
    return redirect(f"{reverse('register', args=[code, number])}#p-{person.public_code}")


def _pressed(sent: Mapping[str, Any]) -> tuple[str, str]:
    """Whom a button of the register names and what it says: "<person>:<status>" in one value, or one value for each."""
    if "mark" in sent:
        person, _colon, status = sent["mark"].rpartition(":")
        return person, status
    return sent.get("person", ""), sent.get("status", "")


def _take_json(request: HttpRequest, session: Session) -> JsonResponse:
    """{"now"?, "device"?, "events": [{"id", "person", "status", "minutes"?, "device_time"?}]} → what became of each.

    `now` is what the clock of the device says while it sends; `device` is the name that it gave itself.
    """
    sent, ahead, device = _batch_in(request.body)
    if sent is None:
        return JsonResponse({"message": _("This could not be read.")}, status=400)
    codes = [str(each.get("person")) for each in sent]
    people = dict(Person.objects.filter(public_code__in=codes).values_list("public_code", "pk"))
    captured = [
        (each, _captured(each, people.get(code, 0), ahead, device)) for each, code in zip(sent, codes, strict=True)
    ]
    try:
        outcomes = services.record_events(
            session=session, events=[event for _each, event in captured if event is not None], actor=account_of(request)
        )
    except DomainError as error:
        return JsonResponse({"message": str(error)}, status=409)
    by_id = {str(outcome.event.id): outcome for outcome in outcomes}
    told = [_told(each, by_id.get(str(event.id)) if event else None, session) for each, event in captured]
    _say_where_to_mend(session, told)
    counts = services.count_records(session)
    return JsonResponse(
        {
            "outcomes": told,
            "recorded": sum(counts.values()) - counts[AttendanceStatus.NOT_RECORDED],
            "expected": sum(counts.values()),
        }
    )


def _batch_in(body: bytes) -> tuple[list[dict[str, Any]] | None, timedelta, str]:
    """The events of a batch, so many as are taken at once, how far the clock of the device is ahead, and its name.

    An event that is no object is an empty one. None: this is no batch.
    """
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        sent = None
    events = sent.get("events") if isinstance(sent, dict) else None
    if not isinstance(events, list):
        return None, timedelta(), ""
    batch = [
        {name: _storable(value) for name, value in each.items()} if isinstance(each, dict) else {}
        for each in events[:EVENTS_AT_ONCE]
    ]
    return batch, _ahead(sent.get("now")), _storable(str(sent.get("device") or ""))


def _storable(value: Any) -> Any:
    """A text without what JSON can carry and no database keeps: zeros, and halves of a pair of surrogates."""
    return value.encode(errors="replace").decode().replace("\0", "") if isinstance(value, str) else value


def _ahead(device_now: Any) -> timedelta:
    """How far a clock is ahead of ours; nothing where that cannot be read."""
    try:
        said = _moment(device_now)
    except (ValueError, OverflowError):
        said = None
    return said - timezone.now() if said else timedelta()


def _told(sent: Mapping[str, Any], outcome: Outcome | None, session: Session) -> dict[str, Any]:
    record = outcome.record if outcome else None
    refusal = outcome.refusal if outcome else _("This could not be read.")
    decided_by = outcome.outweighed_by if outcome else None
    return {
        "id": sent.get("id"),
        "person": sent.get("person"),
        "accepted": not refusal,
        "message": _outweighing(record, decided_by, session) if record and decided_by else refusal,
        "status": record.status if record else "",
        "minutes": record.credited_minutes if record else None,
        "outweighed": bool(outcome and outcome.outweighed_by),
        "correct": "",
        "correct_label": "",
    }


def _outweighing(record: AttendanceRecord, decided_by: AttendanceEvent, session: Session) -> str:
    """What the register says instead of a mark, by whose word and from when."""
    values = {
        "status": record.get_status_display(),
        "source": record.reason_label or decided_by.get_source_display(),
        "moment": date_format(local(decided_by.device_time, session.zone), "SHORT_DATETIME_FORMAT"),
    }
    if decided_by.actor is None:
        return _("The register says: %(status)s. %(source)s, %(moment)s.") % values
    values["person"] = decided_by.actor.get_full_name()
    return _("The register says: %(status)s. %(source)s, %(moment)s, %(person)s.") % values


def _say_where_to_mend(session: Session, told: list[dict[str, Any]]) -> None:
    """Add to refusals where to go: a signed record is corrected, who is not on an open register walks in."""
    refused = {str(each["person"]) for each in told if not each["accepted"]}
    if not refused:
        return
    records = AttendanceRecord.objects.filter(session=session, person__public_code__in=refused)
    named = set(records.values_list("person__public_code", flat=True))
    for each in told:
        if each["accepted"]:
            continue
        if session.is_signed and each["person"] in named:
            each["correct"] = reverse("record_correct", args=[session.workshop.code, session.number, each["person"]])
            each["correct_label"] = _("Correct")
        elif not session.is_signed and session.starts_at <= timezone.now():
            each["correct"] = reverse("walk_in", args=[session.workshop.code, session.number])
            each["correct_label"] = _("Walk-in")


def _captured(
    values: Mapping[str, Any], person_id: int, ahead: timedelta = timedelta(), device: str = ""
) -> Captured | None:
    """An event out of a form or a JSON object; None when it makes no sense. `ahead` is the error of its clock."""
    try:
        key = uuid.UUID(str(values["id"]))
        minutes = values.get("minutes")
        return Captured(
            id=key,
            person_id=person_id,
            status=str(values["status"]),
            minutes=int(minutes) if minutes not in (None, "") else None,
            device_time=_device_time(values.get("device_time"), ahead),
            device=device,
        )
    except (ValueError, KeyError, TypeError, OverflowError):
        return None


def _device_time(text: Any, ahead: timedelta) -> datetime:
    """When it was captured, by our clock, so that marks of several devices stand in one order; never in the future."""
    now = timezone.now()
    said = _moment(text)
    return now if said is None else min(said - ahead, now)


def _moment(text: Any) -> datetime | None:
    """A moment as a device writes it; None for other things. Raises ValueError or OverflowError if there is no such."""
    said = parse_datetime(str(text)) if text else None
    return None if said is None or timezone.is_naive(said) else said.astimezone(UTC)


@login_required
@require_POST
def register_all_present(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Mark everybody present about whom nothing is said yet."""
    session = kept_session(request, code, number)
    try:
        marked = services.mark_all_present(session=session, actor=account_of(request))
    except DomainError as error:
        return refuse(request, error, "register", code, number)
    if not marked:
        return say(request, _("Everybody was recorded already; nothing changed."), "register", code, number)
    done = ngettext("%(count)d person is marked present.", "%(count)d people are marked present.", marked)
    return say(request, done % {"count": marked}, "register", code, number)


@login_required
@require_http_methods(FORM_METHODS)
def walk_in(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Take in somebody who came unconfirmed."""
    session = kept_session(request, code, number)
    form = WalkInForm(request.POST or None, session=session, account=account_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            record = form.take_in()
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            done = _("%(person)s is on the register and marked present.") % {"person": record.person}
            return say(request, done, f"{reverse('register', args=[code, number])}#p-{record.person.public_code}")
    context = {**SECTION, "session": session, "workshop": session.workshop, "form": form}
    return render(request, "workshops/walk_in.html", context)


# --- Signing and correcting ------------------------------------------------------------------------------------------


@login_required
@require_http_methods(FORM_METHODS)
def sign_off(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """What the register says in numbers; a POST signs it."""
    session = managed_session(request, code, number)
    if request.method == "POST":
        try:
            accepted = request.POST.get("accept_unrecorded") == "on"
            services.sign_off(session=session, actor=account_of(request), accept_unrecorded=accepted)
        except UnrecordedError as error:
            return refuse(request, error, "sign_off", code, number)
        except DomainError as error:
            return refuse(request, error, "register", code, number)
        return say(request, _("The register is signed."), "workshop_manage", code)
    counts = services.count_records(session)
    context = {
        **SECTION,
        "session": session,
        "workshop": session.workshop,
        "counts": [(value, label, counts[value]) for value, label in AttendanceStatus.choices],
        "all": sum(counts.values()),
        "unrecorded": _unrecorded(session),
    }
    return render(request, "workshops/sign_off.html", context)


def _unrecorded(session: Session) -> Any:
    blank = session.records.filter(status=AttendanceStatus.NOT_RECORDED)
    return blank.select_related("person", "agency").order_by("person__sort_name")


@login_required
@require_http_methods(FORM_METHODS)
def record_correct(request: HttpRequest, code: str, number: int, person: str) -> HttpResponse:
    """Correct a record of a signed register, with a reason; the page shows what was seen and said before."""
    session = managed_session(request, code, number)
    records = AttendanceRecord.objects.filter(session=session).select_related("session__workshop", "person", "agency")
    record = get_object_or_404(records, person__public_code=person)
    form = CorrectionForm(request.POST or None, initial={"status": record.status})
    if request.method == "POST" and form.is_valid():
        try:
            services.correct_record(record=record, actor=account_of(request), **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            done = _("The record of %(person)s is corrected.") % {"person": record.person}
            return say(request, done, f"{reverse('register', args=[code, number])}#p-{person}")
    context = {
        **SECTION,
        "session": session,
        "workshop": session.workshop,
        "record": record,
        "form": form,
        "events": session.attendance_events.filter(person=record.person).select_related("actor__person"),
        "may_correct": can_correct(account_of(request), session),
    }
    return render(request, "workshops/record_correct.html", context)
