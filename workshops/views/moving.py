"""Sessions held again or moved together, and whole workshops planned once more."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from core.errors import DomainError
from workshops.forms import CopyForm, RepeatForm, ShiftForm
from workshops.permissions import can_schedule_workshops
from workshops.views.access import FORM_METHODS, SECTION, account_of, managed_session, managed_workshop, say


@login_required
@require_http_methods(FORM_METHODS)
def session_repeat(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Hold a session every week."""
    session = managed_session(request, code, number)
    form = RepeatForm(request.POST or None, session=session, account=account_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            added = form.save()
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            done = ngettext("%(count)d session is added.", "%(count)d sessions are added.", len(added))
            return say(request, done % {"count": len(added)}, "workshop_manage", code)
    context = {**SECTION, "form": form, "workshop": session.workshop, "session": session}
    return render(request, "workshops/session_repeat.html", context)


@login_required
@require_http_methods(FORM_METHODS)
def workshop_shift(request: HttpRequest, code: str) -> HttpResponse:
    """Move all sessions, or those from a day on."""
    workshop = managed_workshop(request, code)
    form = ShiftForm(request.POST or None, workshop=workshop, account=account_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            moved = form.save()
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            done = ngettext("%(count)d session is moved.", "%(count)d sessions are moved.", len(moved))
            return say(request, done % {"count": len(moved)}, "workshop_manage", code)
    context = {**SECTION, "form": form, "workshop": workshop, "any_session": workshop.sessions.exists()}
    return render(request, "workshops/workshop_shift.html", context)


@login_required
@require_http_methods(FORM_METHODS)
def workshop_copy(request: HttpRequest, code: str) -> HttpResponse:
    """Plan a workshop once more."""
    workshop = managed_workshop(request, code)
    if not can_schedule_workshops(account_of(request)):
        raise PermissionDenied(_("Workshops are planned by facilitators and programme managers."))
    form = CopyForm(request.POST or None, workshop=workshop, account=account_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            copy = form.save()
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return say(request, _("The workshop is planned as a draft."), "workshop_manage", copy.code)
    return render(request, "workshops/workshop_copy.html", {**SECTION, "form": form, "workshop": workshop})
