"""Records of attendance: who is on a register, and what the events amount to. Callers hold the lock of the session."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from people.models import Membership
from workshops.attendance import WAS_THERE, Decision, decide
from workshops.models import (
    AttendanceEvent,
    AttendanceRecord,
    AttendanceRequest,
    AttendanceStatus,
    Registration,
    Session,
)
from workshops.signals import participation_changed

_DERIVED = ["status", "credited_minutes", "decided_by", "reason", "planned_minutes"]


def lock_session(pk: int) -> Session:
    """Wait for whoever writes in the register of a session, and return it as it is now."""
    locked = Session.objects.select_for_update(no_key=True, of=("self",))
    return locked.select_related("workshop", "sign_off").get(pk=pk)


def expected_people(session: Session) -> list[Registration]:
    """Registrations of those whom the register of a session names when it opens, one for each person.

    A session that makes up for another one is for those who were expected there and lack minutes of it.
    """
    # The latest first: of two registrations of one person the one that stands gets the record.
    confirmed = Registration.objects.ever_confirmed().filter(workshop=session.workshop_id)
    confirmed = confirmed.select_related("person", "agency").order_by("-pk")
    if session.makes_up_for_id is not None:
        lacking = AttendanceRecord.objects.filter(
            session=session.makes_up_for_id, credited_minutes__lt=F("planned_minutes")
        )
        confirmed = confirmed.filter(person__in=lacking.values("person"))
    expected: dict[int, Registration] = {}
    for each in confirmed:
        if each.could_come_to(session):
            expected.setdefault(each.person_id, each)
    return list(expected.values())


def expect_everybody(session: Session) -> None:
    """Put everybody whom the register names on it; who is there already stays, and who was excused is so."""
    _add(expected_people(session), [session])
    _note_excused(session)


def expect_person(registration: Registration) -> None:
    """Put a person who was confirmed late on the registers that are open already and still to be signed.

    Who comes back may have been there before.
    """
    opened = Session.objects.filter(workshop=registration.workshop_id, opened_at__isnull=False, sign_off__isnull=True)
    _expect(registration, [session for session in opened if registration.is_expected_in(session)])
    note_attendance([registration.workshop_id], [registration.person_id])


def expect_walk_in(registration: Registration, session: Session) -> None:
    """Put a person who came unconfirmed on the register of the session and of those that are open after it."""
    _expect(registration, [session])
    expect_person(registration)


def who_left(session: Session) -> set[int]:
    """People on a register who withdrew before the session began and did not come back."""
    return set(session.records.exclude(person__in=_staying(session).values("person")).values_list("person", flat=True))


def on_register(session: Session, people: Collection[int]) -> tuple[dict[int, AttendanceRecord], set[int]]:
    """The records of people on a register, by person, and those among them who left; one query."""
    staying = Exists(_staying(session).filter(person=OuterRef("person")))
    records = list(_records_of(session, people).annotate(stays=staying))
    return {each.person_id: each for each in records}, {each.person_id for each in records if not each.stays}


def drop_who_left(session: Session) -> None:
    """Take people who left off the register. Where something was seen or said, the record stays with its events."""
    said = session.attendance_events.filter(person__isnull=False)
    session.records.filter(person__in=who_left(session)).exclude(person__in=said.values("person")).delete()


def restamp_agencies(session: Session) -> None:
    """Let the minutes of a register count for the agencies to which its people belonged on its day, as known now."""
    records = list(session.records.select_related("registration"))
    memberships = memberships_of(record.person_id for record in records)
    moved = []
    for record in records:
        agency = agency_on(session.day, record.registration, memberships[record.person_id])
        if record.agency_id != agency:
            record.agency_id = agency
            moved.append(record)
    AttendanceRecord.objects.bulk_update(moved, ["agency"], batch_size=500)


def recompute(session: Session, people: Collection[int]) -> list[AttendanceRecord]:
    """Decide anew about people in a session; store and announce what changed, and return all their records."""
    records = list(_records_of(session, people))
    decide_anew(session, records, _events_of(session, people))
    return records


def decide_anew(session: Session, records: Iterable[AttendanceRecord], events: Iterable[AttendanceEvent]) -> None:
    """Let records say what all the events of their people amount to; store and announce what changed."""
    changed = _apply(session, records, events)
    _store(session, changed)
    for record in changed:
        participation_changed.send(sender=Registration, registration_id=record.registration_id)


def rebuild_records(*, check: bool = False) -> tuple[int, int]:
    """Decide anew about every record from its events. Returns (records, records that were different).

    Session by session, each locked for its own transaction, so that nobody marks in between. With `check` nothing is
    written. Events of people who are on no register count as differences, and so do records of signed registers, which
    change only by corrections, and registrations about which it is noted wrongly whether the person was there, or not
    noted that there is another one.
    """
    opened = Session.objects.filter(opened_at__isnull=False).order_by("pk")
    counts = [_rebuild(pk, check) for pk in opened.values_list("pk", flat=True)]
    noted_wrongly, missed = _noted_wrongly(), _several()
    different = noted_wrongly.count() + missed.count()
    if not check:
        note_attendance(set(noted_wrongly.values_list("workshop", flat=True)))
        missed.update(repeated=True)
    return sum(records for records, _different in counts), different + sum(each for _records, each in counts)


@transaction.atomic
def _rebuild(session_pk: int, check: bool) -> tuple[int, int]:
    """Return (records, records that were different) of one session."""
    session = lock_session(session_pk)
    records = list(AttendanceRecord.objects.filter(session=session))
    changed = _apply(session, records, _events_of(session, {each.person_id for each in records}))
    if not check and not session.is_signed:
        _store(session, changed)
    return len(records), len(changed) + _strangers(session, records)


def _staying(session: Session) -> QuerySet[Registration]:
    """Registrations that had not ended when the session began."""
    registrations = Registration.objects.filter(workshop=session.workshop_id)
    return registrations.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=session.starts_at))


# No order is asked for: that of the model would join sessions and workshops, which costs more than the rows.
def _records_of(session: Session, people: Collection[int]) -> QuerySet[AttendanceRecord]:
    records = AttendanceRecord.objects.filter(session=session, person__in=people)
    return records.select_related("person").order_by()


def _events_of(session: Session, people: Collection[int]) -> QuerySet[AttendanceEvent]:
    return AttendanceEvent.objects.filter(session=session, person__in=people).order_by()


def _store(session: Session, changed: Sequence[AttendanceRecord]) -> None:
    # Mostly it is the one person who was tapped, and for one row a plain statement is half the work.
    if len(changed) == 1:
        changed[0].save(update_fields=_DERIVED)
    else:
        AttendanceRecord.objects.bulk_update(changed, _DERIVED, batch_size=500)
    if changed:
        note_attendance([session.workshop_id], [record.person_id for record in changed])


def note_attendance(workshops: Collection[int], people: Collection[int] | None = None) -> None:
    """Note on registrations whether their people were there in some session, where it is not what records say."""
    noted_wrongly = _noted_wrongly().filter(workshop__in=workshops)
    if people is not None:
        noted_wrongly = noted_wrongly.filter(person__in=people)
    noted_wrongly.update(attended=~F("attended"))


def _noted_wrongly() -> QuerySet[Registration]:
    there = AttendanceRecord.objects.filter(
        session__workshop=OuterRef("workshop"), person=OuterRef("person"), status__in=sorted(WAS_THERE)
    )
    return Registration.objects.exclude(attended=Exists(there)).order_by()


def note_repeated(workshops: Collection[int], people: Collection[int] | None = None) -> None:
    """Note on registrations that their people have several in a workshop. It stays noted when one of them goes."""
    several = _several().filter(workshop__in=workshops)
    if people is not None:
        several = several.filter(person__in=people)
    several.update(repeated=True)


def _several() -> QuerySet[Registration]:
    """Registrations of people who have another one in the workshop, where it is not noted yet."""
    others = Registration.objects.filter(workshop=OuterRef("workshop"), person=OuterRef("person"))
    return Registration.objects.filter(Exists(others.exclude(pk=OuterRef("pk"))), repeated=False).order_by()


def _apply(
    session: Session, records: Iterable[AttendanceRecord], events: Iterable[AttendanceEvent]
) -> list[AttendanceRecord]:
    """Set on each record what the events of its person amount to; return those that were different."""
    by_person = defaultdict(list)
    for event in events:
        by_person[event.person_id].append(event.evidence)
    plan = session.plan(session.workshop.partial_share)
    changed = []
    for record in records:
        decision = decide(by_person[record.person_id], plan)
        if _differs(record, decision, plan.minutes):
            record.status, record.credited_minutes = decision.status, decision.credited
            record.decided_by_id, record.reason = decision.decided_by, decision.reason
            record.planned_minutes = plan.minutes
            changed.append(record)
    return changed


def _differs(record: AttendanceRecord, decision: Decision, planned: int) -> bool:
    stored = Decision(record.status, record.credited_minutes, record.decided_by_id, record.reason)
    return stored != decision or record.planned_minutes != planned


def _strangers(session: Session, records: Iterable[AttendanceRecord]) -> int:
    """How many people have events in a session without being on its register."""
    named = {record.person_id for record in records}
    seen = AttendanceEvent.objects.filter(session=session, person__isnull=False).values_list("person", flat=True)
    return len(set(seen) - named)


def _note_excused(session: Session) -> None:
    """Record who was excused before the register was opened, as of the moment when somebody said so."""
    granted = AttendanceRequest.objects.filter(
        session=session,
        state=AttendanceRequest.State.GRANTED,
        status=AttendanceStatus.EXCUSED,
        registration__person__in=session.records.values("person"),
    ).select_related("registration", "asked_by")
    events = [each.event for each in granted]
    AttendanceEvent.objects.bulk_create(events, ignore_conflicts=True)
    recompute(session, [each.registration.person_id for each in granted])


def _expect(registration: Registration, sessions: Collection[Session]) -> None:
    """Put a person on registers; a record from an earlier registration goes over to this one."""
    _add([registration], sessions)
    earlier = AttendanceRecord.objects.filter(session__in=sessions, person=registration.person_id)
    earlier.exclude(registration=registration).update(registration=registration, track=registration.track)


def _add(registrations: Iterable[Registration], sessions: Iterable[Session]) -> None:
    registrations, sessions = list(registrations), list(sessions)
    if not registrations or not sessions:
        return
    memberships = memberships_of(each.person_id for each in registrations)
    AttendanceRecord.objects.bulk_create(
        [
            AttendanceRecord(
                session=session,
                person_id=registration.person_id,
                registration=registration,
                agency_id=agency_on(session.day, registration, memberships[registration.person_id]),
                track=registration.track,
                planned_minutes=session.planned_minutes,
            )
            for session in sessions
            for registration in registrations
        ],
        ignore_conflicts=True,
        batch_size=500,
    )


def memberships_of(people: Iterable[int]) -> Mapping[int, list[Membership]]:
    """Return the memberships of people, past and present, by person; one query."""
    found: dict[int, list[Membership]] = defaultdict(list)
    for membership in Membership.objects.filter(person__in=set(people)):
        found[membership.person_id].append(membership)
    return found


def agency_on(day: date, registration: Registration, memberships: Iterable[Membership]) -> int:
    """The agency for which minutes of a day count: that of the registration while the person belongs to it, else the
    primary one of that day, else that of the registration."""
    valid = [each for each in memberships if each.valid_from <= day and (each.valid_to is None or each.valid_to >= day)]
    if any(each.agency_id == registration.agency_id for each in valid):
        return registration.agency_id
    return next((each.agency_id for each in valid if each.primary), registration.agency_id)
