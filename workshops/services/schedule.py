"""Workshops, their sessions, facilitators and states."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.services import record
from people.models import Account, Person
from workshops.errors import RegisterError, WorkshopError
from workshops.models import Facilitation, Outline, Room, Session, SignOff, Workshop
from workshops.services.completion import complete_workshop
from workshops.services.messages import plan_reminders, tell_participants
from workshops.services.records import recompute
from workshops.services.registrations import lock_workshop
from workshops.zones import BackwardsError, is_zone, moments

Status = Workshop.Status

# From which states a state can be reached, and the sentence for those who ask in another one.
_WAYS: dict[str, tuple[set[str], str | Promise]] = {
    Status.PUBLISHED: (
        {Status.DRAFT, Status.POSTPONED},
        gettext_lazy("Only a draft or a postponed workshop can be published."),
    ),
    Status.RUNNING: ({Status.PUBLISHED}, gettext_lazy("Publish the workshop before you open a register.")),
    Status.ENDED: ({Status.PUBLISHED, Status.RUNNING}, gettext_lazy("Only a published or running workshop can end.")),
    Status.RECONCILED: (
        {Status.RUNNING, Status.ENDED},
        gettext_lazy("Only a running or ended workshop can have its registers completed."),
    ),
    Status.CLOSED: ({Status.RECONCILED}, gettext_lazy("Sign all registers before you close the workshop.")),
    Status.POSTPONED: (
        {Status.DRAFT, Status.PUBLISHED},
        gettext_lazy("Only a workshop that has not begun can be postponed."),
    ),
    Status.CANCELLED: (
        {Status.DRAFT, Status.PUBLISHED, Status.POSTPONED, Status.RUNNING},
        gettext_lazy("This workshop is over and cannot be cancelled any more."),
    ),
}


# What a certificate depends on.
_RULE = {"lock_on", "threshold", "pass_mark", "test_required", "partial_share"}

# What a session takes over from its outline.
_COPIED = [
    "number", "title_en", "title_ru", "title_be", "kind", "start_time", "end_time", "planned_minutes", "required",
]  # fmt: skip


@dataclass(frozen=True)
class Slot:
    """A time that is to be planned."""

    day: date
    start_time: time
    end_time: time


@transaction.atomic
def schedule_workshop(
    *,
    code: str,
    title_en: str,
    starts_on: date,
    outline: Outline | None = None,
    zone: str = "Europe/Minsk",
    room: Room | None = None,
    facilitators: Iterable[Person] = (),
    actor: Account | None = None,
    **fields: Any,
) -> Workshop:
    """Plan a delivery of an outline as a draft: its sessions are copied to consecutive days from `starts_on`.

    `fields` are others of the workshop: title_ru, place, language, threshold, test … The first facilitator leads.
    Raises WorkshopError for a code that is taken or a zone that does not exist.
    """
    if Workshop.objects.filter(code=code).exists():
        raise WorkshopError(_("A workshop with the code %(code)s exists already.") % {"code": code})
    if not is_zone(zone):
        raise WorkshopError(_("%(zone)s is no time zone.") % {"zone": zone})
    workshop = Workshop.objects.create(
        code=code,
        title_en=title_en,
        outline=outline,
        starts_on=starts_on,
        zone=zone,
        status_at=timezone.now(),
        **{"ends_on": starts_on, **fields},
    )
    record("workshops.scheduled", obj=workshop, actor=actor, after={"code": code, "starts_on": str(starts_on)})
    for slot in outline.sessions.all() if outline else ():
        add_session(
            workshop=workshop,
            day=starts_on + timedelta(days=slot.day - 1),
            room=room,
            **{name: getattr(slot, name) for name in _COPIED},
        )
    for place, person in enumerate(facilitators):
        add_facilitator(workshop=workshop, person=person, lead=place == 0, actor=actor)
    return workshop


@transaction.atomic
def change_workshop(*, workshop: Workshop, actor: Account | None = None, **fields: Any) -> Workshop:
    """Change titles, place, language, lock date or the rule. Whoever completed under the earlier rule stays so.

    Once a register is signed, or the lock date is over, only those who see everybody change the rule and the lock date;
    once a register is signed nobody changes what late counts. Raises WorkshopError otherwise.
    """
    # Sessions before their workshop, as everybody who takes attendance locks them.
    sessions = list(
        Session.objects.filter(workshop=workshop, opened_at__isnull=False, sign_off__isnull=True)
        .select_for_update(of=("self",), no_key=True)
        .order_by("pk")
    )
    locked = lock_workshop(workshop)
    before = {name: getattr(locked, name) for name in fields if getattr(locked, name) != fields[name]}
    if not before:
        return locked
    _check_rule(locked, before, actor)
    for name in before:
        setattr(locked, name, fields[name])
    locked.save(update_fields=list(before))
    record(
        "workshops.changed",
        obj=locked,
        actor=actor,
        before={name: str(value) for name, value in before.items()},
        after={name: str(fields[name]) for name in before},
    )
    if "partial_share" in before:
        for session in sessions:
            session.workshop = locked
            recompute(session, session.records.values_list("person", flat=True))
    plan_reminders(workshop=locked)
    return locked


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
    workshop are signed.
    """
    locked = lock_workshop(workshop)
    if locked.status in {Status.RECONCILED, Status.CLOSED}:
        raise WorkshopError(_("All registers of this workshop are signed, so no session can be added."))
    number = number or (workshop.sessions.aggregate(last=Max("number"))["last"] or 0) + 1
    if workshop.sessions.filter(number=number).exists():
        raise WorkshopError(_("There is a session %(number)d already.") % {"number": number})
    zone = fields.pop("zone", "") or workshop.zone
    starts_at, ends_at = session_moments(Slot(day, start_time, end_time), zone)
    session = Session.objects.create(
        workshop=workshop,
        number=number,
        title_en=title_en,
        day=day,
        start_time=start_time,
        end_time=end_time,
        zone=zone,
        starts_at=starts_at,
        ends_at=ends_at,
        planned_minutes=planned_minutes or _length(starts_at, ends_at),
        **fields,
    )
    _span(workshop)
    plan_reminders(workshop=locked)
    record("workshops.session_added", obj=session, actor=actor, after=_described(session))
    return session


@transaction.atomic
def change_session(*, session: Session, actor: Account | None = None, **fields: Any) -> Session:
    """Change a session. Attendance that was recorded stays and is counted anew.

    Raises RegisterError when the register is signed, and for another track once it is open: it names people already.
    """
    locked = Session.objects.select_for_update(no_key=True, of=("self",)).select_related("workshop").get(pk=session.pk)
    if hasattr(locked, "sign_off"):
        raise RegisterError(_("The register of this session is signed, so the session cannot change any more."))
    if locked.opened_at is not None and fields.get("track", locked.track) != locked.track:
        raise RegisterError(_("The register of this session is open, so its track stays."))
    before = _described(locked)
    for name, value in fields.items():
        setattr(locked, name, value)
    slot = Slot(locked.day, locked.start_time, locked.end_time)
    locked.starts_at, locked.ends_at = session_moments(slot, locked.zone)
    locked.planned_minutes = locked.planned_minutes or _length(locked.starts_at, locked.ends_at)
    locked.save()
    _span(locked.workshop)
    recompute(locked, locked.records.values_list("person", flat=True))
    if before != _described(locked):
        record("workshops.session_changed", obj=locked, actor=actor, before=before, after=_described(locked))
    plan_reminders(workshop=locked.workshop)
    return locked


@transaction.atomic
def remove_session(*, session: Session, actor: Account | None = None) -> None:
    """Remove a session that was planned by mistake. Raises RegisterError once its register is open."""
    locked = Session.objects.select_for_update(of=("self",)).select_related("workshop").get(pk=session.pk)
    if locked.opened_at is not None or locked.attendance_events.exists():
        raise RegisterError(_("The register of this session is open, so the session stays."))
    record("workshops.session_removed", obj=locked, actor=actor, before=_described(locked))
    workshop = locked.workshop
    locked.delete()
    _span(workshop)
    plan_reminders(workshop=workshop)


@transaction.atomic
def add_facilitator(
    *, workshop: Workshop, person: Person, lead: bool = False, actor: Account | None = None
) -> Facilitation:
    """Name a person as facilitator. Somebody who is named already stays as is, unless the person had declined."""
    facilitation, created = Facilitation.objects.get_or_create(
        workshop=workshop, person=person, defaults={"lead": lead}
    )
    if not created and facilitation.state == Facilitation.State.DECLINED:
        facilitation.state = Facilitation.State.ACCEPTED
        facilitation.save(update_fields=["state"])
    if created:
        record("workshops.facilitator_added", obj=workshop, actor=actor, subject=person)
    return facilitation


@transaction.atomic
def remove_facilitator(*, workshop: Workshop, person: Person, actor: Account | None = None) -> None:
    """Take a facilitator off. A workshop that is not a draft keeps at least one."""
    locked = lock_workshop(workshop)
    others = locked.facilitations.standing().exclude(person=person)
    if locked.status != Status.DRAFT and not others.exists():
        raise WorkshopError(_("Name another facilitator first: a published workshop needs one."))
    deleted, _rows = Facilitation.objects.filter(workshop=locked, person=person).delete()
    if deleted:
        record("workshops.facilitator_removed", obj=locked, actor=actor, subject=person)


@transaction.atomic
def add_room(*, name: str, address: str = "", seats: int | None = None) -> Room:
    """Add a room, or return the one of that name."""
    return Room.objects.get_or_create(name=name, defaults={"address": address, "seats": seats})[0]


@transaction.atomic
def publish_workshop(*, workshop: Workshop, actor: Account | None = None) -> Workshop:
    """Show a workshop to everybody, and plan reminders for those who are confirmed.

    Raises WorkshopError while sessions or a facilitator are missing.
    """
    locked = lock_workshop(workshop)
    if locked.status == Status.PUBLISHED:
        return locked
    if not locked.sessions.exists():
        raise WorkshopError(_("Add a session before you publish the workshop."))
    if not locked.facilitations.standing().exists():
        raise WorkshopError(_("Name a facilitator before you publish the workshop."))
    published = move_to(locked, Status.PUBLISHED, actor=actor)
    plan_reminders(workshop=published)
    return published


@transaction.atomic
def postpone_workshop(*, workshop: Workshop, reason: str, actor: Account | None = None) -> Workshop:
    """Postpone a workshop that has not begun, with a reason that everybody can read and participants are told."""
    return _stop(workshop, Status.POSTPONED, reason, actor)


@transaction.atomic
def cancel_workshop(*, workshop: Workshop, reason: str, actor: Account | None = None) -> Workshop:
    """Cancel a workshop, with a reason that everybody can read and participants are told.

    Attendance stays; nobody completes it.
    """
    return _stop(workshop, Status.CANCELLED, reason, actor)


@transaction.atomic
def close_workshop(*, workshop: Workshop, actor: Account | None = None) -> Workshop:
    """Close a workshop whose registers are all signed."""
    locked = lock_workshop(workshop)
    if locked.sessions.filter(sign_off__isnull=True).exists():
        raise WorkshopError(_WAYS[Status.CLOSED][1])
    complete_workshop(locked)
    return move_to(locked, Status.CLOSED, actor=actor)


@transaction.atomic
def end_due_workshops() -> int:
    """End what is over by the clock and not yet by its registers. Returns how many."""
    now = timezone.now()
    going_on = Workshop.objects.filter(status__in=[Status.PUBLISHED, Status.RUNNING])
    due = going_on.annotate(last=Max("sessions__ends_at")).filter(last__lte=now).values_list("pk", flat=True)
    for pk in list(due):
        move_to(Workshop.objects.select_for_update(no_key=True).get(pk=pk), Status.ENDED)
    return len(due)


def move_to(locked: Workshop, status: str, *, reason: str = "", actor: Account | None = None) -> Workshop:
    """Move a locked workshop to a state, if its present one allows that. The state it has already changes nothing."""
    if locked.status == status:
        return locked
    allowed, sentence = _WAYS[status]
    if locked.status not in allowed:
        raise WorkshopError(sentence)
    before, after = {"status": locked.status}, {"status": str(status)}
    locked.status, locked.status_at, locked.status_reason = status, timezone.now(), reason
    locked.save(update_fields=["status", "status_at", "status_reason"])
    record(f"workshops.{status}", obj=locked, actor=actor, before=before, after=after, reason=reason)
    return locked


def _stop(workshop: Workshop, status: str, reason: str, actor: Account | None) -> Workshop:
    locked = lock_workshop(workshop)
    before = locked.status
    stopped = move_to(locked, status, reason=reason, actor=actor)
    # Of a draft nobody has heard; whoever asks for the same again tells nobody twice.
    if before not in {Status.DRAFT, status}:
        plan_reminders(workshop=stopped)
        tell_participants(workshop=stopped)
    return stopped


def fixed_fields(workshop: Workshop, account: Account | None) -> set[str]:
    """Which fields of a workshop an account can no longer change, so that nobody bends the rule after the fact.

    Without an account it is the system that asks.
    """
    signed = SignOff.objects.filter(session__workshop=workshop).exists()
    over = workshop.lock_on is not None and timezone.localdate() > workshop.lock_on
    fixed = {"partial_share"} if signed else set()
    if (signed or over) and account is not None and not account.sees_everybody:
        fixed |= _RULE
    return fixed


def session_moments(slot: Slot, zone: str) -> tuple[datetime, datetime]:
    """Return start and end in UTC, or raise WorkshopError with a sentence."""
    if not is_zone(zone):
        raise WorkshopError(_("%(zone)s is no time zone.") % {"zone": zone})
    try:
        return moments(slot.day, slot.start_time, slot.end_time, zone)
    except BackwardsError as error:
        raise WorkshopError(_("The session must end after it begins.")) from error


def _check_rule(locked: Workshop, changed: Collection[str], actor: Account | None) -> None:
    stopped = fixed_fields(locked, actor).intersection(changed)
    if "partial_share" in stopped:
        raise WorkshopError(_("A register is signed, so what late or left early counts stays as it is."))
    if stopped:
        raise WorkshopError(
            _("A register is signed or locked, so only a programme manager can change the rule and the lock date.")
        )


def _length(starts_at: datetime, ends_at: datetime) -> int:
    return int((ends_at - starts_at).total_seconds() // 60)


def _span(workshop: Workshop) -> None:
    """Let the workshop last from its first session to its last."""
    days = workshop.sessions.aggregate(first=Min("day"), last=Max("day"))
    if days["first"] is not None:
        Workshop.objects.filter(pk=workshop.pk).update(starts_on=days["first"], ends_on=days["last"])
        workshop.starts_on, workshop.ends_on = days["first"], days["last"]


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
