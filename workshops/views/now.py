"""Who is missing in the session that runs now, and who can no longer reach the threshold."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from workshops.models import AttendanceRecord, AttendanceStatus, Workshop
from workshops.views.access import SECTION, managed_workshop
from workshops.views.people import with_standing

EVERY_SECONDS = 60
MISSING = (AttendanceStatus.NOT_RECORDED, AttendanceStatus.ABSENT)


@login_required
@require_safe
def workshop_now(request: HttpRequest, code: str) -> HttpResponse:
    """The sessions that run now with those who are missing; everybody on the edge. Comes anew every minute."""
    workshop = managed_workshop(request, code)
    now = timezone.now()
    running = list(workshop.sessions.filter(starts_at__lte=now, ends_at__gt=now).order_by("track", "number"))
    absent = AttendanceRecord.objects.filter(session__in=running, status__in=[*MISSING, AttendanceStatus.EXCUSED])
    records = list(absent.select_related("person", "agency").order_by("person__sort_name", "pk"))
    to_come = workshop.sessions.filter(ends_at__gt=now)
    longest = to_come.filter(required=True).aggregate(longest=Max("planned_minutes"))["longest"] or 0
    people = _standing(workshop)
    refresh = request.GET.get("refresh") != "off"
    context = {
        **SECTION,
        "workshop": workshop,
        "running": [
            {
                "session": session,
                "missing": [each for each in records if each.session_id == session.pk and each.status in MISSING],
                "excused": [each for each in records if each.session_id == session.pk and each.status not in MISSING],
            }
            for session in running
        ],
        "next": to_come.filter(starts_at__gt=now).order_by("starts_at", "number").first(),
        # Whoever misses one session more, the longest of them, is past reaching it.
        "edge": [each for each in people if each.can_reach and each.spare < longest],
        "lost": [each for each in people if not each.can_reach],
        "refresh": refresh,
        "now": now,
    }
    response = render(request, "workshops/now.html", context)
    if refresh:
        response["Refresh"] = EVERY_SECONDS
    return response


def _standing(workshop: Workshop) -> list[Any]:
    """Those who have a place and have not reached the threshold yet, with the minutes they may still miss."""
    confirmed = workshop.registrations.ever_confirmed().filter(ended_at__isnull=True)
    return [each for each in with_standing(workshop, confirmed) if not each.reached]
