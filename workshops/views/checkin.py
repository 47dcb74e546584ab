"""Check-in: the screen in the hall, the page that its code leads to, badges in front of the facilitator's camera."""

import math
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core import qr
from core.codes import normalised, printed
from core.errors import DomainError
from people.models import Person
from workshops import checkin, services
from workshops.attendance import WAS_THERE
from workshops.forms import PassCodeForm, ScreenCodeForm, SessionChoiceForm
from workshops.models import AttendanceEvent, AttendanceStatus, Session
from workshops.services import CheckedIn, CheckInPlace
from workshops.views.access import FORM_METHODS, SECTION, account_of, kept_session, managed_registration, refuse
from workshops.zones import local

# So long the screen waits at most, in seconds, before it looks whether it is time to open check-in.
LOOKS_ANEW_AFTER = 5 * 60
Kind, Source = AttendanceEvent.Kind, AttendanceEvent.Source


# --- The screen in the hall ------------------------------------------------------------------------------------------


@login_required
@never_cache
@require_http_methods(FORM_METHODS)
def check_in_screen(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """What the projector shows: the code of this half minute, and how many have come. A POST opens or closes it."""
    session = kept_session(request, code, number)
    if request.method == "POST":
        switch = services.close_check_in if request.POST.get("step") == "close" else services.open_check_in
        try:
            switch(session=session, actor=account_of(request))
        except DomainError as error:
            messages.error(request, str(error))
        return redirect("check_in_screen", code, number)
    now = timezone.now()
    phase = checkin.phase(starts_at=session.starts_at, ends_at=session.ends_at, now=now)
    statuses = list(session.records.values_list("status", flat=True))
    context = {
        "session": session,
        "workshop": session.workshop,
        "phase": phase.name,
        "came": sum(status in WAS_THERE for status in statuses),
        "expected": len(statuses),
        "begins": local(session.starts_at - checkin.EARLY, session.zone).replace(tzinfo=None),
        "address": f"{settings.SITE_ADDRESS}{reverse('check_in_door')}".partition("://")[2].rstrip("/"),
        **_shown_code(session, phase, now),
    }
    response = render(request, "workshops/check_in_screen.html", context)
    if phase is checkin.Phase.TOO_EARLY:
        response["Refresh"] = _seconds_until(session.starts_at - checkin.EARLY, now)
    return response


def _seconds_until(moment: datetime, now: datetime) -> int:
    """How long a page waits before it asks for itself anew: no longer than some minutes, as plans change."""
    return min(LOOKS_ANEW_AFTER, math.ceil((moment - now).total_seconds()))


def _shown_code(session: Session, phase: checkin.Phase, now: datetime) -> dict[str, Any]:
    """The code as letters and as a picture, while people may check in."""
    if not session.takes_check_in or phase not in {checkin.Phase.ON, checkin.Phase.AFTERWARDS}:
        return {}
    code = checkin.code_at(session.check_in_secret, now)
    address = f"{settings.SITE_ADDRESS}{reverse('check_in_door', args=[code])}"
    return {"code": printed(code), "picture": qr.picture(address, label=_("QR code for checking in"))}


# --- For those who come ----------------------------------------------------------------------------------------------


@never_cache
@require_safe
def check_in_door(request: HttpRequest, screen_code: str = "") -> HttpResponse:
    """The short address that the screen shows: with a code that holds on to the session, else to where it is typed."""
    if not screen_code:
        return redirect("check_in")
    try:
        session = services.session_showing(typed=screen_code)
    except DomainError as error:
        return refuse(request, error, "check_in")
    return redirect("check_in_here", services.check_in_token(CheckInPlace(session, Source.QR)))


@never_cache
@require_http_methods(FORM_METHODS)
def check_in(request: HttpRequest) -> HttpResponse:
    """Where the code on the screen is typed."""
    form = ScreenCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            session = services.session_showing(typed=form.cleaned_data["code"])
        except DomainError as error:
            form.add_error("code", str(error))
        else:
            return redirect("check_in_here", services.check_in_token(CheckInPlace(session, Source.CODE)))
    return render(request, "workshops/check_in.html", {**SECTION, "form": form})


@never_cache
@require_http_methods(FORM_METHODS)
def check_in_here(request: HttpRequest, token: str) -> HttpResponse:
    """One button for whoever is signed in, the personal code for everybody else; then it is ready for the next."""
    try:
        place = services.check_in_place(token)
    except DomainError as error:
        return refuse(request, error, "check_in")
    person = getattr(request.user, "person", None)
    by_code = request.method == "POST" and (person is None or "pass_code" in request.POST)
    form = PassCodeForm(request.POST if by_code else None)
    if request.method == "POST":
        comer = _person_of_code(place, form) if by_code else person
        if comer is not None:
            _take(request, place, comer)
            return redirect("check_in_here", token)
    session = place.session
    context = {
        **SECTION,
        "session": session,
        "workshop": session.workshop,
        "person": person,
        "last": _last_seen(session, person),
        "form": form,
        "after_the_end": timezone.now() > session.ends_at,
    }
    return render(request, "workshops/check_in_here.html", context)


def _person_of_code(place: CheckInPlace, form: PassCodeForm) -> Person | None:
    """Whose personal code was typed; None, and the form says so, for nobody's."""
    if not form.is_valid():
        return None
    try:
        return services.registration_with(session=place.session, pass_code=form.cleaned_data["pass_code"]).person
    except DomainError as error:
        form.add_error("pass_code", str(error))
        return None


def _last_seen(session: Session, person: Person | None) -> dict[str, Any] | None:
    """How the person was seen last, and when by the clock of the session."""
    last = services.last_scan_of(session, person) if person is not None else None
    if last is None:
        return None
    return {"kind": last.kind, "at": local(last.device_time, session.zone).replace(tzinfo=None)}


def _take(request: HttpRequest, place: CheckInPlace, person: Person) -> None:
    """Record the coming or going of a person and say what became of it."""
    account = account_of(request) if request.user.is_authenticated else None
    kind = Kind.OUT if request.POST.get("step") == "out" else Kind.IN
    try:
        taken = services.check_in(session=place.session, person=person, source=place.source, kind=kind, actor=account)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        _tell(request, taken, place.session, person, kind)


def _tell(request: HttpRequest, taken: CheckedIn, session: Session, person: Person, kind: str) -> None:
    """Say in a sentence what became of a scan."""
    words = {"person": person, "time": date_format(local(taken.at, session.zone), "TIME_FORMAT")}
    if taken.refusal or taken.record is None:
        messages.error(request, taken.refusal)
    elif taken.decided and kind == Kind.OUT:
        messages.success(request, _("%(person)s leaves at %(time)s.") % words)
    elif taken.decided and taken.record.status == AttendanceStatus.LATE:
        messages.success(request, _("%(person)s is checked in since %(time)s, and noted as late.") % words)
    elif taken.decided:
        messages.success(request, _("%(person)s is checked in since %(time)s.") % words)
    elif taken.at > session.ends_at:
        said = _("The session is over: that %(person)s was here at %(time)s is kept as evidence.")
        messages.warning(request, said % words)
    else:
        words |= {"status": taken.record.get_status_display()}
        said = _("That %(person)s was here at %(time)s is noted. What was marked in the register stays: %(status)s.")
        messages.warning(request, said % words)


# --- Badges ----------------------------------------------------------------------------------------------------------


@require_safe
def badge_door(request: HttpRequest, pass_code: str) -> HttpResponse:
    """The short address in the square of a badge."""
    return redirect("badge", normalised(pass_code) or "-")


@login_required
@never_cache
@require_http_methods(FORM_METHODS)
def badge(request: HttpRequest, pass_code: str) -> HttpResponse:
    """Whose badge it is, for the facilitators of the workshop, and one tap that checks the person in."""
    registration = managed_registration(request, pass_code)
    sessions = services.sessions_for_badge(registration)
    form = SessionChoiceForm(request.POST or None, sessions=sessions)
    if request.method == "POST" and form.is_valid():
        place = CheckInPlace(form.chosen(), Source.BADGE)
        _take(request, place, registration.person)
        return redirect("badge", pass_code)
    session = sessions[0] if sessions else None
    context = {
        **SECTION,
        "registration": registration,
        "workshop": registration.workshop,
        "session": session,
        "several": len(sessions) > 1,
        "form": form,
        "last": _last_seen(session, registration.person) if session else None,
    }
    return render(request, "workshops/badge.html", context)
