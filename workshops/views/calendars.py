"""Sessions in the calendars of people: one to take home, private addresses that calendar programs read."""

from hashlib import sha256
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from people.permissions import person_of
from workshops import services
from workshops.models import CalendarFeed, Facilitation, Session, Workshop
from workshops.views.access import SECTION, account_of, say

CALENDAR = "text/calendar; charset=utf-8"
# Where the secret part of a new address waits until the next page has shown it.
NEW = "new_calendar_feed"


@require_safe
def session_calendar(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One session as a file that every calendar program takes. It names nobody."""
    seen = Workshop.objects.seen_by(account_of(request)).values("pk")
    sessions = Session.objects.filter(workshop__in=seen).select_related("workshop", "room")
    session = get_object_or_404(sessions, workshop__code=code, number=number)
    name = f"{code}-{number}.ics"
    return HttpResponse(
        services.session_file(session=session),
        content_type=CALENDAR,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """What a calendar program reads under a private address; nothing new costs it nothing."""
    calendar = get_object_or_404(CalendarFeed.objects.in_force().of_token(token).select_related("person"))
    content = services.own_feed(calendar=calendar)
    etag = f'"{sha256(content).hexdigest()}"'
    response = HttpResponse(
        content, content_type=CALENDAR, headers={"ETag": etag, "Cache-Control": "private, no-cache"}
    )
    response["X-Robots-Tag"] = "noindex, nofollow"
    return get_conditional_response(request, etag=etag, response=response) or response


@never_cache
@login_required
@require_safe
def calendar_feeds(request: HttpRequest) -> HttpResponse:
    """The own private addresses: which there are, and a new one in full, once."""
    person = person_of(request.user)
    in_force = {each.kind: each for each in CalendarFeed.objects.in_force().filter(person=person)}
    new = request.session.pop(NEW, {})
    rows = [
        {"kind": kind, "label": label, "feed": in_force.get(kind), "address": _address(new.get(kind))}
        for kind, label in CalendarFeed.Kind.choices
        if kind in in_force or kind == CalendarFeed.Kind.TAKING_PART or _runs_workshops(request)
    ]
    return render(request, "workshops/calendar_feeds.html", {**SECTION, "rows": rows})


@login_required
@require_POST
def calendar_feed_make(request: HttpRequest, kind: str) -> HttpResponse:
    """Make a private address; one that was there before answers no more."""
    person = person_of(request.user)
    token = services.make_feed(person=person, kind=_known(kind), actor=account_of(request))
    request.session[NEW] = {kind: token}
    return redirect("calendar_feeds")


@login_required
@require_POST
def calendar_feed_revoke(request: HttpRequest, kind: str) -> HttpResponse:
    """Let a private address answer no more."""
    services.revoke_feed(person=person_of(request.user), kind=_known(kind), actor=account_of(request))
    return say(request, _("The address answers no more. Remove it from your calendar program."), "calendar_feeds")


def _known(kind: str) -> str:
    if kind not in CalendarFeed.Kind.values:
        raise Http404
    return kind


def _runs_workshops(request: HttpRequest) -> bool:
    person = person_of(request.user)
    return Facilitation.objects.standing().filter(person=person).exists()


def _address(token: str | None) -> dict[str, str] | None:
    """A new address: in full, and as a link that opens the calendar program of the device."""
    if token is None:
        return None
    full = settings.SITE_ADDRESS + reverse("calendar_feed", args=[token])
    return {"full": full, "opens": urlsplit(full)._replace(scheme="webcal").geturl()}
