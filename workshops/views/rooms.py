"""Rooms: which there are, how many people fit in, where they are used."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from workshops import services
from workshops.forms import RoomForm
from workshops.models import Room, Workshop
from workshops.permissions import can_schedule_workshops
from workshops.views.access import FORM_METHODS, SECTION, account_of, refuse, say

PER_PAGE = 50


@login_required
@require_safe
def rooms(request: HttpRequest) -> HttpResponse:
    """All rooms by name, each with the number of workshops that use it."""
    _check(request)
    listed = Room.objects.annotate(workshops=Count("sessions__workshop", distinct=True)).order_by("name")
    page = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "workshops/rooms.html", {**SECTION, "page": page})


@login_required
@require_http_methods(FORM_METHODS)
def room_new(request: HttpRequest) -> HttpResponse:
    """Add a room."""
    _check(request)
    form = RoomForm(request.POST or None, account=account_of(request))
    return _room_form(request, form, _("The room is added."))


@login_required
@require_http_methods(FORM_METHODS)
def room_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a room, and see where it is used."""
    _check(request)
    form = RoomForm(request.POST or None, account=account_of(request), room=get_object_or_404(Room, pk=pk))
    return _room_form(request, form, _("The room is changed."))


def _room_form(request: HttpRequest, form: RoomForm, done: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            form.save()
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return say(request, done, "rooms")
    users = Workshop.objects.seen_by(account_of(request)).filter(sessions__room=form.room).distinct()
    context = {**SECTION, "form": form, "room": form.room, "users": users if form.room is not None else []}
    return render(request, "workshops/room_form.html", context)


@login_required
@require_POST
def room_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a room that nothing uses."""
    _check(request)
    room = get_object_or_404(Room, pk=pk)
    try:
        services.remove_room(room=room, actor=account_of(request))
    except DomainError as error:
        return refuse(request, error, "room_edit", pk)
    return say(request, _("The room is removed."), "rooms")


def _check(request: HttpRequest) -> None:
    if not can_schedule_workshops(account_of(request)):
        raise PermissionDenied(_("Rooms are kept by facilitators and programme managers."))
