"""Taking attendance: open a register, record what is seen or said, sign it, correct it.

Every write first locks the session, so that two phones in one room see one register.
"""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.services import record
from core.jobs import for_each
from people.models import Account, Agency, Person
from people.services import create_person
from workshops.checkin import EARLY
from workshops.errors import RegisterError, UnrecordedError
from workshops.models import AttendanceEvent, AttendanceRecord, AttendanceStatus, Session, SignOff, Workshop
from workshops.services.completion import complete_if_earned, complete_workshop
from workshops.services.records import (
    decide_anew,
    drop_who_left,
    expect_everybody,
    lock_session,
    on_register,
    recompute,
    restamp_agencies,
    who_left,
)
from workshops.services.registrations import confirm_walk_in, lock_workshop
from workshops.services.schedule import move_to

Kind, Source = AttendanceEvent.Kind, AttendanceEvent.Source
MINUTES_OF_A_DAY = 24 * 60
DEVICE_NAME_LENGTH = 40


@dataclass(frozen=True)
class Captured:
    """Something seen or said, as a device or a file hands it in. Without a device time it is from now."""

    id: uuid.UUID
    person_id: int
    status: str = ""
    kind: str = Kind.MARK
    source: str = Source.FACILITATOR
    minutes: int | None = None
    device_time: datetime | None = None
    # What a device calls itself, to tell two phones in one room apart.
    device: str = ""
    note: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of an event: the person's record as it is now, or a sentence that says why it was refused.

    `outweighed_by` is the event of another device, or another source, by which the record says something else.
    """

    event: Captured
    record: AttendanceRecord | None
    refusal: str = ""
    outweighed_by: AttendanceEvent | None = None


@transaction.atomic
def open_register(*, session: Session, actor: Account | None = None, at: datetime | None = None) -> Session:
    """Make a record for everybody expected. The first register sets the workshop running. Once open, nothing changes.

    Raises RegisterError for a draft, postponed or cancelled workshop.
    """
    locked = lock_session(session.pk)
    _open(locked, actor, at)
    return locked


@transaction.atomic
def record_events(*, session: Session, events: Iterable[Captured], actor: Account | None) -> list[Outcome]:
    """Record what was captured and decide anew about those people. Returns what became of each event, in their order.

    The same id twice is one event. Refused and logged: people who are not on the register or withdrew before the
    session, anything but "excused" before it has begun, and new events after it was signed (`correct_record` takes
    those, with a reason).
    """
    locked = lock_session(session.pk)
    _open(locked, actor, None)
    wanted = list(events)
    named, left = on_register(locked, {each.person_id for each in wanted})
    refusals = {each.id: _objection(each, locked, named, left) for each in wanted}
    fresh = {each.id: each for each in wanted if not refusals[each.id]}
    if locked.is_signed:
        new = fresh.keys() - AttendanceEvent.objects.in_bulk(fresh)
        refusals |= {key: _("The register is signed. Correct the record and say why.") for key in new}
        fresh = {}
    # An id may be there already, or arrive on another register at this very moment: what is stored is read, once.
    AttendanceEvent.objects.bulk_create(
        [_event(each, locked, actor) for each in fresh.values()], ignore_conflicts=True, batch_size=500
    )
    stored = _events_about(locked, wanted, named)
    refusals |= _taken_ids(locked, wanted, stored)
    accepted = {each.person_id for each in wanted if not refusals[each.id]}
    records = {person: record for person, record in named.items() if person in accepted}
    decide_anew(locked, records.values(), [each for each in stored if each.session_id == locked.pk])
    _log_refusals(locked, wanted, refusals, actor)
    deciding = _deciding(records.values(), wanted)
    return [_outcome(each, records.get(each.person_id), refusals[each.id], deciding) for each in wanted]


@transaction.atomic
def mark_all_present(*, session: Session, actor: Account) -> int:
    """Mark everybody present about whom the register says nothing yet. Returns how many.

    Raises RegisterError before the session has begun and after its register was signed.
    """
    locked = lock_session(session.pk)
    if locked.is_signed:
        raise RegisterError(_("The register is signed already."))
    if locked.starts_at > timezone.now():
        raise RegisterError(_too_early())
    _open(locked, actor, None)
    blank = locked.records.filter(status=AttendanceStatus.NOT_RECORDED).exclude(person__in=who_left(locked))
    marks = [
        Captured(uuid.uuid4(), person, AttendanceStatus.PRESENT) for person in blank.values_list("person", flat=True)
    ]
    record_events(session=locked, events=marks, actor=actor)
    return len(marks)


@transaction.atomic
def add_walk_in(
    *,
    session: Session,
    agency: Agency,
    actor: Account,
    person: Person | None = None,
    event_id: uuid.UUID | None = None,
    status: str = AttendanceStatus.PRESENT,
    **new_person: Any,
) -> AttendanceRecord:
    """Take in somebody who came unconfirmed: person (given, or made from `new_person`), registration, record and mark.

    `event_id` comes from the form, so that a second click is the same walk-in. Raises RegisterError after sign-off.
    """
    locked = lock_session(session.pk)
    earlier = AttendanceEvent.objects.filter(pk=event_id, session=locked).first() if event_id else None
    if earlier is not None:
        return AttendanceRecord.objects.select_related("person").get(session=locked, person=earlier.person_id)
    if locked.is_signed:
        raise RegisterError(_("The register is signed, so nobody can be added to it any more."))
    _open(locked, actor, None)
    person = person or create_person(agency=agency, actor=actor, **new_person)
    confirm_walk_in(session=locked, person=person, agency=agency, actor=actor)
    mark = Captured(event_id or uuid.uuid4(), person.pk, status)
    outcome = record_events(session=locked, events=[mark], actor=actor)[0]
    if outcome.record is None:
        raise RegisterError(outcome.refusal)
    return outcome.record


@transaction.atomic
def sign_off(
    *, session: Session, actor: Account, accept_unrecorded: bool = False, at: datetime | None = None
) -> SignOff:
    """Sign a register. From then on its records change only by corrections; whoever has earned it is completed.

    Raises UnrecordedError while the register says nothing about somebody, unless `accept_unrecorded`: those people stay
    "not recorded". The last register of a workshop makes it reconciled. A second signature changes nothing.
    Raises RegisterError before the session has begun and while its register is not open.
    """
    locked = lock_session(session.pk)
    if locked.is_signed:
        return locked.sign_off
    if locked.opened_at is None:
        raise RegisterError(_("Open the register before you sign it."))
    if locked.starts_at > timezone.now():
        raise RegisterError(_("The register can be signed when the session has begun."))
    drop_who_left(locked)
    restamp_agencies(locked)
    counts = count_records(locked)
    unrecorded = counts[AttendanceStatus.NOT_RECORDED]
    if unrecorded and not accept_unrecorded:
        raise UnrecordedError(
            ngettext(
                "The register says nothing about %(count)d person yet.",
                "The register says nothing about %(count)d people yet.",
                unrecorded,
            )
            % {"count": unrecorded}
        )
    signed = SignOff.objects.create(session=locked, signed_at=at or timezone.now(), signed_by=actor, counts=counts)
    record("workshops.register_signed", obj=locked, actor=actor, after=counts)
    workshop = lock_workshop(locked.workshop)
    if not workshop.sessions.filter(sign_off__isnull=True).exists():
        move_to(workshop, Workshop.Status.RECONCILED, actor=actor)
    complete_workshop(workshop, at=at)
    return signed


@transaction.atomic
def correct_record(
    *, record: AttendanceRecord, status: str, reason: str, actor: Account, minutes: int | None = None
) -> AttendanceRecord:
    """Change a record of a signed register, with a reason that stays. Whoever earns the certificate by it is completed.

    After the lock date of the workshop only a programme manager may. Raises RegisterError otherwise.
    """
    session = lock_session(record.session_id)
    _check_correction(session, status, minutes, reason, actor)
    before = AttendanceRecord.objects.select_related("decided_by", "person").get(pk=record.pk)
    AttendanceEvent.objects.create(
        id=uuid.uuid4(),
        session=session,
        person_id=before.person_id,
        kind=Kind.MARK,
        source=Source.FACILITATOR,
        status=status,
        minutes=minutes,
        device_time=_after_all_others(before),
        actor=actor,
        correction=True,
        note=reason.strip(),
    )
    after = recompute(session, [before.person_id])[0]
    _audit_correction(before, after, reason, actor)
    complete_if_earned(registration=after.registration)
    return after


def open_due_registers() -> int:
    """Open the registers of sessions that have begun, so that expected people are counted. Returns how many.

    Each in a transaction of its own: a session is locked before its workshop, and two of one workshop at once would be
    in another order than that of whoever opens one of them by hand.
    """
    running = [Workshop.Status.PUBLISHED, Workshop.Status.RUNNING]
    due = Session.objects.filter(opened_at__isnull=True, starts_at__lte=timezone.now(), workshop__status__in=running)
    return len(for_each(list(due), lambda session: open_register(session=session)))


def count_records(session: Session) -> dict[str, int]:
    """Return how many records of a session have each status, all statuses named."""
    statuses = list(session.records.values_list("status", flat=True))
    return {str(status): statuses.count(status) for status in AttendanceStatus.values}


def _open(locked: Session, actor: Account | None, at: datetime | None) -> None:
    if locked.opened_at is not None:
        return
    # The lock of the workshop keeps a registration that is being confirmed from slipping between roster and register.
    workshop = lock_workshop(locked.workshop)
    # A session that makes up for another one may be held when all others are signed.
    if workshop.status not in {Workshop.Status.RUNNING, Workshop.Status.ENDED, Workshop.Status.RECONCILED}:
        move_to(workshop, Workshop.Status.RUNNING, actor=actor)
    locked.workshop = workshop
    locked.opened_at = at or timezone.now()
    locked.save(update_fields=["opened_at"])
    expect_everybody(locked)
    record("workshops.register_opened", obj=locked, actor=actor)


def _objection(event: Captured, session: Session, named: Collection[int], left: Collection[int]) -> str:
    if event.person_id not in named:
        return _("This person is not on the register of this session. Take the person in as a walk-in.")
    if event.person_id in left:
        return _("This person withdrew before the session. Take the person in as a walk-in.")
    if event.status != AttendanceStatus.EXCUSED and timezone.now() < _taken_from(event, session):
        return _too_early()
    return _bad_values(event.status, event.minutes, event.kind)


def _taken_from(event: Captured, session: Session) -> datetime:
    """Coming and going is seen before the session begins; whatever else is said, from its beginning on."""
    seen = event.kind in {Kind.IN, Kind.OUT} and not event.status
    return session.starts_at - EARLY if seen else session.starts_at


def _too_early() -> str:
    return _("The session has not begun: until then the register only notes who is excused.")


def _bad_values(status: str, minutes: int | None, kind: str = Kind.MARK) -> str:
    if status not in AttendanceStatus.values and (status or kind == Kind.MARK):
        return _("Choose one of the states of the register.")
    if minutes is not None and not 0 <= minutes <= MINUTES_OF_A_DAY:
        return _("Minutes must be between 0 and 1,440.")
    return ""


def _events_about(session: Session, wanted: Iterable[Captured], people: Collection[int]) -> list[AttendanceEvent]:
    """All that is known about people in a session, and whatever else is stored under the ids of what was captured."""
    about = Q(session=session, person__in=people) | Q(pk__in=[each.id for each in wanted])
    return list(AttendanceEvent.objects.filter(about).order_by())


def _taken_ids(session: Session, wanted: Iterable[Captured], stored: Iterable[AttendanceEvent]) -> dict[uuid.UUID, str]:
    """Refusals of what came under the id of another event."""
    owners = {each.pk: (each.session_id, each.person_id) for each in stored}
    return {
        each.id: _("This id belongs to another person or session.")
        for each in wanted
        if owners.get(each.id) not in {None, (session.pk, each.person_id)}
    }


def _deciding(records: Iterable[AttendanceRecord], wanted: Iterable[Captured]) -> dict[uuid.UUID, AttendanceEvent]:
    """The events that decide about people, where none of those just captured does."""
    captured = {each.id for each in wanted}
    others = {each.decided_by_id for each in records if each.decided_by_id} - captured
    if not others:
        return {}
    return AttendanceEvent.objects.select_related("actor__person").in_bulk(others)


def _outcome(
    event: Captured, current: AttendanceRecord | None, refusal: str, deciding: dict[uuid.UUID, AttendanceEvent]
) -> Outcome:
    if refusal or current is None:
        return Outcome(event, None if refusal else current, refusal)
    other = deciding.get(current.decided_by_id) if current.decided_by_id else None
    if other is None or _says_the_same(event, current, other):
        return Outcome(event, current)
    return Outcome(event, current, outweighed_by=other)


def _says_the_same(event: Captured, current: AttendanceRecord, other: AttendanceEvent) -> bool:
    """Whether nothing of an event was lost: the record agrees with it, or the same device thought better of it."""
    if event.device and event.device == other.device:
        return True
    return (event.status or current.status, event.minutes) == (current.status, other.minutes)


def _event(captured: Captured, session: Session, actor: Account | None) -> AttendanceEvent:
    return AttendanceEvent(
        id=captured.id,
        session=session,
        person_id=captured.person_id,
        kind=captured.kind,
        source=captured.source,
        status=captured.status,
        minutes=captured.minutes,
        device_time=captured.device_time or timezone.now(),
        actor=actor,
        device=captured.device[:DEVICE_NAME_LENGTH],
        note=captured.note,
    )


def _log_refusals(
    session: Session, wanted: Iterable[Captured], refusals: dict[uuid.UUID, str], actor: Account | None
) -> None:
    refused = [
        {"person": each.person_id, "status": each.status, "why": refusals[each.id]}
        for each in wanted
        if refusals[each.id]
    ]
    if refused:
        record("workshops.attendance_refused", obj=session, actor=actor, after=refused)


def _check_correction(session: Session, status: str, minutes: int | None, reason: str, actor: Account) -> None:
    if not session.is_signed:
        raise RegisterError(_("The register is not signed yet: mark it there."))
    locked_on = session.workshop.lock_on
    if locked_on is not None and timezone.localdate() > locked_on and not actor.sees_everybody:
        raise RegisterError(_("The register is locked. A programme manager can still correct it."))
    if not reason.strip():
        raise RegisterError(_("Say why the record changes."))
    if status == AttendanceStatus.NOT_RECORDED:
        raise RegisterError(_("A correction must say what the person was."))
    if sentence := _bad_values(status, minutes):
        raise RegisterError(sentence)


def _after_all_others(current: AttendanceRecord) -> datetime:
    """A correction comes after what it corrects, even if that came from a clock that was ahead."""
    latest = current.decided_by.device_time + timedelta(microseconds=1) if current.decided_by else timezone.now()
    return max(latest, timezone.now())


def _audit_correction(before: AttendanceRecord, after: AttendanceRecord, reason: str, actor: Account) -> None:
    record(
        "workshops.record_corrected",
        obj=after,
        actor=actor,
        subject=after.person,
        before={"status": before.status, "minutes": before.credited_minutes},
        after={"status": after.status, "minutes": after.credited_minutes},
        reason=reason.strip(),
    )
