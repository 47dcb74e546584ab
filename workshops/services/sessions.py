"""The sessions of a workshop: added, changed, repeated, moved together, removed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Max, Min
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.services import record
from people.models import Account
from workshops.errors import AttendedError, RegisterError, WorkshopError
from workshops.models import AttendanceEvent, Session, SignOff, Workshop
from workshops.services.clashes import Wanted
from workshops.services.evaluation import plan_waves
from workshops.services.make_ups import settle_make_up
from workshops.services.messages import plan_messages
from workshops.services.records import recompute
from workshops.services.registrations import lock_workshop
from workshops.timetable import OvernightError, Slot, next_free, shifted, weekly
from workshops.zones import BackwardsError, is_zone, moments

# A change of these is a change of time or place, which calendars must hear of.
_WHEREABOUTS = ("day", "start_time", "end_time", "zone", "room_id", "mode", "join_link")
_MOMENTS = ("day", "start_time", "end_time", "zone")

# What a session that is held again has in common with the first one.
_REPEATED = (
    "title_en", "title_ru", "title_be", "kind", "mode", "zone", "planned_minutes", "required", "track", "language",
    "room", "join_link",
)  # fmt: skip

ATTENDED = gettext_lazy(
    "Attendance was recorded for what you move. It stays with the session; say that you mean to move it all the same."
)


@dataclass(frozen=True)
class Move:
    """A session and the time to which it is to be moved."""

    session: Session
    slot: Slot

    @property
    def wanted(self) -> Wanted:
        """What the session would need there."""
        starts_at, ends_at = session_moments(self.slot, self.session.zone)
        return Wanted(starts_at, ends_at, self.session.room, self.session.pk)


@transaction.atomic
def add_session(
    *,
    workshop: Workshop,
    title_en: str,
    day: date,
    start_time: time,
    end_time: time,
    number: int | None = None,
    planned_minutes: int | None = None,
    actor: Account | None = None,
    **fields: Any,
) -> Session:
    """Add a session; without a number it comes last, without minutes it counts as long as the clock says.

    Raises WorkshopError when the end is not after the start or the number is taken, and when all registers of the
    workshop are signed, unless the session makes up for another one.
    """
    slot = Slot(day, start_time, end_time)
    values = {"title_en": title_en, "number": number, "planned_minutes": planned_minutes, **fields}
    return add_sessions(workshop=workshop, rows=[(slot, values)], actor=actor)[0]


@transaction.atomic
def add_sessions(
    *, workshop: Workshop, rows: Iterable[tuple[Slot, Mapping[str, Any]]], actor: Account | None = None
) -> list[Session]:
    """Add sessions, each a time with its other fields, as `add_session` does, and plan messages once."""
    locked = lock_workshop(workshop)
    rows = list(rows)
    make_ups = all(fields.get("makes_up_for") for _slot, fields in rows)
    if locked.status == Workshop.Status.CLOSED or (locked.status == Workshop.Status.RECONCILED and not make_ups):
        raise WorkshopError(_("All registers of this workshop are signed, so no session can be added."))
    taken = set(locked.sessions.values_list("number", flat=True))
    added = [_add(locked, slot, fields, taken) for slot, fields in rows]
    _span(workshop)
    plan_messages(workshop=locked)
    for session in added:
        record("workshops.session_added", obj=session, actor=actor, after=_described(session))
    return added


@transaction.atomic
def change_session(
    *, session: Session, despite_attendance: bool = False, actor: Account | None = None, **fields: Any
) -> Session:
    """Change a session. Attendance that was recorded stays and is counted anew.

    Raises RegisterError when the register is signed, and for another track once it is open: it names people already.
    Raises AttendedError for another time once attendance was recorded, unless somebody said that this is meant.
    """
    locked = Session.objects.select_for_update(no_key=True, of=("self",)).select_related("workshop").get(pk=session.pk)
    if hasattr(locked, "sign_off"):
        raise RegisterError(_("The register of this session is signed, so the session cannot change any more."))
    if locked.opened_at is not None and fields.get("track", locked.track) != locked.track:
        raise RegisterError(_("The register of this session is open, so its track stays."))
    if locked.opened_at is not None and fields.get("makes_up_for", locked.makes_up_for) != locked.makes_up_for:
        raise RegisterError(_("The register of this session is open, so what it makes up for stays."))
    if not despite_attendance and leaves_attendance(locked, **fields):
        raise AttendedError(ATTENDED)
    before, stood = _described(locked), _whereabouts(locked)
    for name, value in fields.items():
        setattr(locked, name, value)
    slot = Slot(locked.day, locked.start_time, locked.end_time)
    locked.starts_at, locked.ends_at = session_moments(slot, locked.zone)
    locked.planned_minutes = locked.planned_minutes or _length(locked.starts_at, locked.ends_at)
    settle_make_up(locked)
    if stood != _whereabouts(locked):
        _count_change(locked)
    locked.save()
    _span(locked.workshop)
    recompute(locked, locked.records.values_list("person", flat=True))
    if before != _described(locked):
        record("workshops.session_changed", obj=locked, actor=actor, before=before, after=_described(locked))
    plan_messages(workshop=locked.workshop)
    return locked


@transaction.atomic
def remove_session(*, session: Session, actor: Account | None = None) -> None:
    """Remove a session that was planned by mistake. Raises RegisterError once its register is open."""
    locked = Session.objects.select_for_update(of=("self",)).select_related("workshop").get(pk=session.pk)
    if locked.opened_at is not None or locked.attendance_events.exists():
        raise RegisterError(_("The register of this session is open, so the session stays."))
    if locked.made_up_by.exists() or locked.attendance_requests.exists():
        raise RegisterError(_("Somebody asked to be excused from this session, or another one makes up for it."))
    record("workshops.session_removed", obj=locked, actor=actor, before=_described(locked))
    workshop = locked.workshop
    locked.delete()
    _span(workshop)
    plan_messages(workshop=workshop)


@transaction.atomic
def repeat_session(*, session: Session, times: int, actor: Account | None = None) -> list[Session]:
    """Hold a session again in each of the next `times` weeks, at the same hour by the clocks on the wall."""
    fields = {name: getattr(session, name) for name in _REPEATED}
    rows = [(slot, fields) for slot in weekly(slot_of(session), times)]
    return add_sessions(workshop=session.workshop, rows=rows, actor=actor)


@transaction.atomic
def shift_sessions(
    *,
    workshop: Workshop,
    days: int = 0,
    minutes: int = 0,
    since: date | None = None,
    despite_attendance: bool = False,
    actor: Account | None = None,
) -> list[Session]:
    """Move all sessions, or those from a day on, so many days and minutes; the hour on the wall stays the hour.

    Raises WorkshopError when the workshop is over or cancelled, or a session would last past midnight; RegisterError
    when a register among them is signed; AttendedError when attendance was recorded, unless somebody said that this
    is meant: it stays with its session.
    """
    # Sessions before their workshop, as everybody who takes attendance locks them.
    sessions = list(
        _from(workshop, since).select_for_update(of=("self",), no_key=True).select_related("room").order_by("pk")
    )
    locked = lock_workshop(workshop)
    _check_movable(locked, sessions, despite_attendance)
    for move in plan_shift(sessions, days=days, minutes=minutes):
        _move(locked, move)
    _span(workshop)
    for session in sessions:
        session.workshop = locked
        recompute(session, session.records.values_list("person", flat=True))
    after = {"days": days, "minutes": minutes, "sessions": [each.number for each in sessions]}
    record("workshops.sessions_shifted", obj=locked, actor=actor, after=after)
    plan_messages(workshop=locked)
    return sessions


def plan_shift(sessions: Iterable[Session], *, days: int, minutes: int) -> list[Move]:
    """Return where sessions would go, or raise WorkshopError for one that would last past midnight."""
    return [Move(session, _later(session, days, minutes)) for session in sessions]


def leaves_attendance(session: Session, **fields: Any) -> bool:
    """Whether these fields would move a session for which attendance was recorded."""
    moved = any(fields.get(name, getattr(session, name)) != getattr(session, name) for name in _MOMENTS)
    return moved and any_attended([session])


def any_attended(sessions: Iterable[Session]) -> bool:
    """Whether anybody said anything about anybody's presence in these sessions."""
    return AttendanceEvent.objects.filter(session__in=[each.pk for each in sessions]).exists()


def propose_slot(workshop: Workshop, day: date) -> Slot | None:
    """The next free time of a day; None when the day is full."""
    return next_free(day, [slot_of(each) for each in workshop.sessions.filter(day=day)])


def slot_of(session: Session) -> Slot:
    """The time of a session as clocks on the wall show it."""
    return Slot(session.day, session.start_time, session.end_time)


def session_moments(slot: Slot, zone: str) -> tuple[datetime, datetime]:
    """Return start and end in UTC, or raise WorkshopError with a sentence."""
    if not is_zone(zone):
        raise WorkshopError(_("%(zone)s is no time zone.") % {"zone": zone})
    try:
        return moments(slot.day, slot.start_time, slot.end_time, zone)
    except BackwardsError as error:
        raise WorkshopError(_("The session must end after it begins.")) from error
    except OverflowError as error:
        raise WorkshopError(_("No calendar reaches so far.")) from error


def _add(locked: Workshop, slot: Slot, fields: Mapping[str, Any], taken: set[int]) -> Session:
    number = fields.get("number") or max(taken, default=0) + 1
    if number in taken:
        raise WorkshopError(_("There is a session %(number)d already.") % {"number": number})
    taken.add(number)
    zone = fields.get("zone") or locked.zone
    starts_at, ends_at = session_moments(slot, zone)
    own = {
        "number": number,
        "zone": zone,
        "planned_minutes": fields.get("planned_minutes") or _length(starts_at, ends_at),
        "day": slot.day,
        "start_time": slot.start_time,
        "end_time": slot.end_time,
    }
    session = Session(workshop=locked, starts_at=starts_at, ends_at=ends_at, **{**fields, **own})
    settle_make_up(session)
    session.save()
    return session


def _from(workshop: Workshop, since: date | None) -> Any:
    sessions = Session.objects.filter(workshop=workshop)
    return sessions if since is None else sessions.filter(day__gte=since)


def _check_movable(locked: Workshop, sessions: list[Session], despite_attendance: bool) -> None:
    if locked.is_over or locked.status == Workshop.Status.CANCELLED:
        raise WorkshopError(_("This workshop is over or cancelled, so its sessions stay where they are."))
    if SignOff.objects.filter(session__in=sessions).exists():
        raise RegisterError(_("A register among these sessions is signed. Move only the days after it."))
    if not despite_attendance and any_attended(sessions):
        raise AttendedError(ATTENDED)


def _later(session: Session, days: int, minutes: int) -> Slot:
    try:
        return shifted(slot_of(session), days=days, minutes=minutes)
    except OvernightError as error:
        raise WorkshopError(
            _("Session %(number)d would last past midnight. Move by other minutes.") % {"number": session.number}
        ) from error
    except OverflowError as error:
        raise WorkshopError(_("No calendar reaches so far.")) from error


def _move(locked: Workshop, move: Move) -> None:
    session, slot = move.session, move.slot
    if slot == slot_of(session):
        return
    session.workshop = locked
    session.day, session.start_time, session.end_time = slot.day, slot.start_time, slot.end_time
    session.starts_at, session.ends_at = session_moments(slot, session.zone)
    _count_change(session)
    session.save(update_fields=["day", "start_time", "end_time", "starts_at", "ends_at", "sequence"])


def _count_change(session: Session) -> None:
    """Let calendars see that time or place changed. Nobody has a draft in the calendar."""
    if session.workshop.status != Workshop.Status.DRAFT:
        session.sequence += 1


def _whereabouts(session: Session) -> list[Any]:
    return [getattr(session, name) for name in _WHEREABOUTS]


def _length(starts_at: datetime, ends_at: datetime) -> int:
    return int((ends_at - starts_at).total_seconds() // 60)


def _span(workshop: Workshop) -> None:
    """Let the workshop last from its first session to its last."""
    days = workshop.sessions.aggregate(first=Min("day"), last=Max("day"))
    if days["first"] is not None:
        Workshop.objects.filter(pk=workshop.pk).update(starts_on=days["first"], ends_on=days["last"])
        workshop.starts_on, workshop.ends_on = days["first"], days["last"]
    plan_waves(workshop=workshop)


def _described(session: Session) -> Mapping[str, Any]:
    return {
        "number": session.number,
        "day": str(session.day),
        "start": str(session.start_time),
        "end": str(session.end_time),
        "minutes": session.planned_minutes,
        "required": session.required,
        "room": session.room_id,
    }
