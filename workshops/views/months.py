"""The calendar of all workshops, a month at a time."""

from calendar import MONDAY, Calendar
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Max, Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.views.decorators.http import require_safe

from workshops.forms import WorkshopFilterForm
from workshops.models import Session, Workshop
from workshops.models.schedule import WorkshopQuerySet
from workshops.views.access import SECTION, account_of
from workshops.views.public import narrowed


@dataclass
class Day:
    """A day of a month, with the first session of every workshop that is held on it."""

    date: date
    within: bool
    sessions: list[Session] = field(default_factory=list)


@require_safe
def workshop_calendar(request: HttpRequest) -> HttpResponse:
    """A month with all sessions, each workshop once a day. It works as a table, and as a list on a phone."""
    today = timezone.localdate()
    form = WorkshopFilterForm(request.GET)
    month = form.chosen.get("month") or today.replace(day=1)
    found = narrowed(Workshop.objects.seen_by(account_of(request)), form)
    weeks = _weeks(month, found)
    context = {
        **SECTION,
        "form": form,
        "month": month,
        "today": today,
        "weeks": weeks,
        "weekdays": [(WEEKDAYS[place], WEEKDAYS_ABBR[place]) for place in range(7)],
        "empty": not any(day.sessions for week in weeks for day in week),
        **_neighbours(month, today, found),
    }
    return render(request, "workshops/workshop_calendar.html", context)


def _weeks(month: date, found: WorkshopQuerySet) -> list[list[Day]]:
    """The weeks of a month, Monday first."""
    held = Session.objects.filter(workshop__in=found.values("pk"), day__range=(month, _next(month) - timedelta(days=1)))
    by_day = _first_of_each_day(held.select_related("workshop").order_by("day", "start_time", "number"))
    return [
        [Day(day, day.month == month.month, by_day.get(day, [])) for day in week]
        for week in Calendar(MONDAY).monthdatescalendar(month.year, month.month)
    ]


def _first_of_each_day(sessions: Iterable[Session]) -> dict[date, list[Session]]:
    first: dict[date, dict[int, Session]] = defaultdict(dict)
    for session in sessions:
        first[session.day].setdefault(session.workshop_id, session)
    return {day: list(held.values()) for day, held in first.items()}


def _neighbours(month: date, today: date, found: WorkshopQuerySet) -> dict[str, date | None]:
    """The months before and after, as far as there is something to see: nobody turns empty pages for ever."""
    ends = found.order_by().aggregate(first=Min("starts_on"), last=Max("ends_on"))
    first, last = min(ends["first"] or today, today), max(ends["last"] or today, today)
    return {
        "before": (month - timedelta(days=1)).replace(day=1) if month > first else None,
        "after": _next(month) if _next(month) <= last else None,
    }


def _next(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)
