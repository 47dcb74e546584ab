"""Requests about records as they are asked for other people, and answered."""

from collections import defaultdict
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import DomainError
from workshops import services
from workshops.forms import RecordAnswerForm
from workshops.models import AttendanceRecord, AttendanceRequest, Registration, Session
from workshops.permissions import can_decide_change, is_locked
from workshops.views.access import FORM_METHODS, SECTION, account_of, managed_workshop, people_of_own_agencies, say
from workshops.views.own_records import ask_about, may_ask

PER_PAGE = 30
OPEN_FIRST = Case(
    When(state=AttendanceRequest.State.OPEN, then=Value(0)), default=Value(1), output_field=IntegerField()
)
_ALONG = ("session__workshop", "registration__person", "registration__agency", "asked_by__person")


# --- Of coordinators -------------------------------------------------------------------------------------------------


@login_required
@require_safe
def our_people(request: HttpRequest, code: str) -> HttpResponse:
    """People of the own agencies and their sessions, each with its record and what can be asked about it."""
    workshop, registrations = people_of_own_agencies(request, code)
    sessions = list(workshop.sessions.order_by("starts_at", "number"))
    records = {
        (each.person_id, each.session_id): each
        for each in AttendanceRecord.objects.filter(
            session__workshop=workshop, person__in=[each.person_id for each in registrations]
        )
    }
    asked = list(AttendanceRequest.objects.filter(registration__in=registrations).select_related(*_ALONG))
    about: dict[tuple[int, int], list[AttendanceRequest]] = defaultdict(list)
    for each in asked:
        about[each.registration_id, each.session_id].append(each)
        own = each.asked_by_id == account_of(request).pk
        each.returnable = own and each.can_be_taken_back(each.session)  # type: ignore[attr-defined]
    context = {
        **SECTION,
        "workshop": workshop,
        "sessions": sessions,
        "people": [
            {
                "registration": registration,
                "cells": [
                    _cell(
                        registration,
                        session,
                        records.get((registration.person_id, session.pk)),
                        about[registration.pk, session.pk],
                    )
                    for session in sessions
                ],
            }
            for registration in registrations
        ],
        "asked": asked,
        "locked": is_locked(workshop),
    }
    return render(request, "workshops/our_people.html", context)


def _cell(
    registration: Registration, session: Session, record: AttendanceRecord | None, about: list[AttendanceRequest]
) -> dict[str, Any]:
    """A session of a person: the record, whether the person is expected at all, and what can be asked."""
    expected = record is not None or registration.is_expected_in(session)
    return {
        "session": session,
        "record": record,
        "expected": expected,
        "waits": any(each.state == AttendanceRequest.State.OPEN for each in about),
        "may_ask": may_ask(registration, session, record, about, timezone.now()) if expected else "",
    }


@login_required
@require_http_methods(FORM_METHODS)
def record_ask_for(request: HttpRequest, code: str, person: str, number: int) -> HttpResponse:
    """Ask for somebody of the own agencies."""
    workshop, registrations = people_of_own_agencies(request, code)
    registration = next((each for each in registrations if each.person.public_code == person), None)
    if registration is None:
        raise Http404
    session = get_object_or_404(workshop.sessions, number=number)
    return ask_about(request, registration, session, back=("our_people", code))


# --- Of those who answer ---------------------------------------------------------------------------------------------


@login_required
@require_safe
def record_changes(request: HttpRequest, code: str) -> HttpResponse:
    """What was asked about the records of a workshop, what waits for an answer first."""
    workshop = managed_workshop(request, code)
    asked = AttendanceRequest.objects.filter(session__workshop=workshop).select_related(*_ALONG)
    page = Paginator(asked.order_by(OPEN_FIRST, "-asked_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    context = {**SECTION, "workshop": workshop, "page": page, "locked": is_locked(workshop)}
    return render(request, "workshops/record_changes.html", context)


@login_required
@require_safe
def record_changes_after_lock(request: HttpRequest) -> HttpResponse:
    """What waits for a programme manager: requests about registers that are locked, of all workshops."""
    account = account_of(request)
    if not account.sees_everybody:
        raise Http404
    waiting = AttendanceRequest.objects.waiting().after_lock(timezone.localdate()).select_related(*_ALONG)
    page = Paginator(waiting.order_by("asked_at", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "workshops/record_changes_after_lock.html", {**SECTION, "page": page})


@login_required
@require_http_methods(FORM_METHODS)
def record_change(request: HttpRequest, code: str, change: int) -> HttpResponse:
    """What somebody asks about a record, beside what the register says; a POST grants or refuses it."""
    workshop = managed_workshop(request, code)
    asked = get_object_or_404(
        AttendanceRequest.objects.select_related(*_ALONG, "session__sign_off", "answered_by__person"),
        pk=change,
        session__workshop=workshop,
    )
    form = RecordAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            sentence = _decide(request, asked, form.cleaned_data["answer"])
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return say(request, sentence, "record_changes", code)
    records = AttendanceRecord.objects.filter(session=asked.session, person=asked.registration.person_id)
    context = {
        **SECTION,
        "workshop": workshop,
        "session": asked.session,
        "asked": asked,
        "record": records.first(),
        "events": asked.session.attendance_events.filter(person=asked.registration.person_id).select_related(
            "actor__person"
        ),
        "form": form,
        "may_decide": asked.state == AttendanceRequest.State.OPEN and can_decide_change(account_of(request), asked),
    }
    return render(request, "workshops/record_change.html", context)


def _decide(request: HttpRequest, asked: AttendanceRequest, answer: str) -> str:
    """Grant or refuse, as the button says."""
    if request.POST.get("decision") == "grant":
        services.grant_record_change(request=asked, answer=answer, actor=account_of(request))
        return _("The request is granted.")
    services.refuse_record_change(request=asked, answer=answer, actor=account_of(request))
    return _("The request is refused.")
