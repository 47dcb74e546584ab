"""The audit trail: all of it for managers, and for everybody who looked at the own data."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from people.actions import sentence_of
from people.forms.privacy import TrailForm
from people.permissions import can_read_trail, person_of
from people.services import events_asked_for, note_trail_read, readings_of
from people.services.trail import object_of, values_of
from people.views.access import SECTION, account_of

PER_PAGE = 50


@never_cache
@login_required
@require_safe
def trail(request: HttpRequest) -> HttpResponse:
    """What was done, when, by whom, about whom, with what before and after."""
    account = account_of(request)
    if not can_read_trail(account):
        raise PermissionDenied(_("The audit trail is read by programme managers."))
    form = TrailForm(request.GET)
    question = form.question()
    note_trail_read(question, account)
    page = Paginator(events_asked_for(question, account), PER_PAGE).get_page(request.GET.get("page"))
    query = f"{urlencode(question.asked)}&" if question.asked else ""
    context = {**SECTION, "form": form, "page": page, "lines": _lines(page), "query": query, "asked": question.asked}
    return render(request, "people/trail.html", context)


@never_cache
@login_required
@require_safe
def own_trail(request: HttpRequest) -> HttpResponse:
    """Who read, or took along, the data of whoever asks."""
    person = person_of(request.user)
    page = Paginator(readings_of(person), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "people/own_trail.html", {"section": "account", "page": page, "lines": _lines(page)})


def _lines(page: Page[Any]) -> list[dict[str, Any]]:
    return [
        {
            "event": event,
            "sentence": sentence_of(event.action),
            "object": object_of(event),
            "before": values_of(event.before),
            "after": values_of(event.after),
        }
        for event in page
    ]
