"""A workshop that is held again: what was planned once is planned once more."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from audit.services import record
from people.models import Account, Agency
from workshops.models import PLACES, SeatPool, Session, Workshop
from workshops.services.facilitators import add_facilitator
from workshops.services.schedule import create_workshop
from workshops.services.sessions import add_sessions
from workshops.timetable import Slot, shifted

# What a workshop takes over: its subject, its rule, the way people come in.
_COPIED = (
    "outline", "title_en", "title_ru", "title_be", "zone", *PLACES, "language", "for_kinds", "approval",
    "self_registration", "offer_hours", "threshold", "partial_share", "pass_mark", "test_required", "test_taken",
    "each_day", "each_kind", "evaluation_invited", "hours_printed", "certificate_months", "test",
)  # fmt: skip
# A link belongs to one meeting and stays with it.
_COPIED_OF_SESSIONS = (
    "number", "title_en", "title_ru", "title_be", "kind", "mode", "zone", "planned_minutes", "required", "track",
    "language", "room",
)  # fmt: skip


@transaction.atomic
def copy_workshop(
    *, workshop: Workshop, code: str, starts_on: date, actor: Account | None = None, **fields: Any
) -> Workshop:
    """Plan a workshop again as a draft whose first session is on `starts_on`; `fields` are what is different.

    Sessions keep their rooms, hours and distance in days, seat pools their sizes, deadlines their distance. Those who
    ran it are invited anew. Helpers, people, materials and links for taking part stay with the old one, and so do
    sessions that made up for others. Raises WorkshopError for a code that is taken.
    """
    later = starts_on - workshop.starts_on
    values: dict[str, Any] = {name: getattr(workshop, name) for name in _COPIED}
    values |= {"registration_until": _later(workshop.registration_until, later), "lock_on": None} | fields
    copy = create_workshop(code=code, starts_on=starts_on, actor=actor, **values)
    rows = [
        (slot, {name: getattr(session, name) for name in _COPIED_OF_SESSIONS})
        for session, slot in planned_again(workshop, starts_on)
    ]
    add_sessions(workshop=copy, rows=rows, actor=actor)
    _copy_pools(workshop, copy, later)
    for facilitation in workshop.facilitations.running().select_related("person").order_by("-lead", "pk"):
        add_facilitator(workshop=copy, person=facilitation.person, lead=facilitation.lead, actor=actor)
    record("workshops.copied", obj=copy, actor=actor, after={"from": workshop.code})
    return copy


def planned_again(workshop: Workshop, starts_on: date) -> list[tuple[Session, Slot]]:
    """The sessions of a workshop, each with its time if the first day is another one."""
    days = (starts_on - workshop.starts_on).days
    sessions = workshop.sessions.filter(makes_up_for__isnull=True).select_related("room").order_by("number")
    return [(each, shifted(Slot(each.day, each.start_time, each.end_time), days=days)) for each in sessions]


def _copy_pools(workshop: Workshop, copy: Workshop, later: timedelta) -> None:
    """Seats for the same agencies, apart from those that no longer exist."""
    kept = workshop.pools.filter(Q(agency__isnull=True) | Q(agency__in=Agency.objects.still_there())).order_by("pk")
    SeatPool.objects.bulk_create(
        SeatPool(workshop=copy, agency_id=pool.agency_id, seats=pool.seats, released_on=_later(pool.released_on, later))
        for pool in kept
    )


def _later(day: date | None, later: timedelta) -> date | None:
    return None if day is None else day + later
