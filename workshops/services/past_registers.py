"""Registrations, registers and test results of workshops that come from files of earlier years.

What the rules of live workshops would have made of the same facts: records for everybody expected in a session that
began, for the agency of its day; credit by the events; completion by the rule.
"""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.services import EarlierResult, bring_results
from people.models import Agency, Membership, Person
from workshops.attendance import NOT_RECORDED, WAS_THERE, Decision, decide
from workshops.history import files
from workshops.history.files import Fault, Line
from workshops.history.reading import CONFIRMED, WALK_IN, Held, Told, leading, register_of, settled
from workshops.models import (
    AttendanceEvent,
    AttendanceRecord,
    AttendanceStatus,
    PhaseAttempt,
    Registration,
    Session,
    SignOff,
    Workshop,
)
from workshops.rules import is_met
from workshops.services.completion import explanations, one_each, standings_in
from workshops.services.records import agency_on, memberships_of, note_attendance, note_repeated
from workshops.zones import to_utc

NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"
# The same row about the same person and session is the same event, however often it is brought in.
_NAMESPACE = uuid.UUID("2f7c1f5e-0d7b-4a43-a1f5-6c9d5f2b8e04")
_TOLD_FIELDS = ("state", "source", "track", "confirmed_at", "ended_at")
_RECORD_FIELDS = (
    *("registration_id", "agency_id", "track", "planned_minutes"),
    *("status", "credited_minutes", "decided_by_id", "reason"),
)
_BATCH = 2000


@dataclass(frozen=True)
class Rows:
    """Rows about registration and attendance, and whom and what they name. ends: when workshops end, by code."""

    registrations: Sequence[Line]
    attendance: Sequence[Line]
    people: Mapping[str, Person]
    agencies: Mapping[str, Agency]
    workshops: Mapping[str, Workshop]
    ends: Mapping[str, datetime]


@dataclass
class Counted:
    """What rows came to."""

    verdicts: Counter[str] = field(default_factory=Counter)
    errors: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass
class _Event:
    """What is known about somebody in a session; line 0: on record only."""

    event: AttendanceEvent
    line: int = 0
    verdict: str = UNCHANGED


def bring_registers(rows: Rows) -> Counted:
    """Store registrations and events, and make of them records, signed registers and completions. Seven queries, then
    three for each workshop."""
    counted = Counted()
    known = _Known(rows)
    by_workshop = _by_workshop(rows.registrations), _by_workshop(rows.attendance)
    pasts = []
    for code, workshop in rows.workshops.items():
        past = _Past(workshop, rows, known, counted)
        past.read(by_workshop[0][code], by_workshop[1][code])
        pasts.append(past)
    if counted.errors:
        return counted
    _store_registrations(pasts)
    _store_registers(pasts, known)
    _sign(pasts, known)
    _complete(pasts)
    return counted


def _by_workshop(lines: Iterable[Line]) -> Mapping[str, list[Line]]:
    found: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        found[line.values["workshop"]].append(line)
    return found


class _Known:
    """What the register has about these workshops, read once for all of them; events and records when asked for."""

    def __init__(self, rows: Rows) -> None:
        self.now = timezone.now()
        self._workshops = workshops = list(rows.workshops.values())
        self.sessions: dict[int, list[Session]] = defaultdict(list)
        for session in Session.objects.filter(workshop__in=workshops).select_related("sign_off").order_by("starts_at"):
            self.sessions[session.workshop_id].append(session)
        self.registrations: dict[int, dict[int, list[Registration]]] = defaultdict(lambda: defaultdict(list))
        for registration in Registration.objects.filter(workshop__in=workshops).order_by("pk"):
            self.registrations[registration.workshop_id][registration.person_id].append(registration)
        people = {each.pk for each in rows.people.values()}
        people |= {person for each in self.registrations.values() for person in each}
        self.memberships: Mapping[int, Sequence[Membership]] = memberships_of(people)

    @cached_property
    def events(self) -> Mapping[tuple[int, int], list[AttendanceEvent]]:
        """By session and person."""
        found: dict[tuple[int, int], list[AttendanceEvent]] = defaultdict(list)
        told = AttendanceEvent.objects.filter(session__workshop__in=self._workshops, person__isnull=False)
        for event in told.order_by():
            found[event.session_id, event.person_id or 0].append(event)
        return found

    @cached_property
    def records(self) -> Mapping[tuple[int, int], AttendanceRecord]:
        """By session and person, as they were before anything was stored."""
        found = AttendanceRecord.objects.filter(session__workshop__in=self._workshops).order_by()
        return {(each.session_id, each.person_id): each for each in found}


class _Past:
    """A workshop as its rows and what is on record tell it."""

    def __init__(self, workshop: Workshop, rows: Rows, known: _Known, counted: Counted) -> None:
        self.workshop = workshop
        self.sessions = {each.number: each for each in known.sessions[workshop.pk]}
        self.registrations: dict[int, list[Registration]] = known.registrations[workshop.pk]
        self.fresh: list[Registration] = []
        self.changed: list[Registration] = []
        self.events: dict[tuple[int, int], dict[uuid.UUID, _Event]] = defaultdict(dict)
        # By person and number of the session.
        self.decisions: dict[int, dict[int, Decision]] = defaultdict(dict)
        self._rows = rows
        self._known = known
        self._counted = counted

    @cached_property
    def held(self) -> dict[int, Held]:
        """Sessions that began, by number."""
        return {
            number: Held(number, each.starts_at, each.ends_at, each.track)
            for number, each in self.sessions.items()
            if each.starts_at <= self._known.now
        }

    @cached_property
    def _every(self) -> list[Held]:
        return [Held(number, each.starts_at, each.ends_at, each.track) for number, each in self.sessions.items()]

    def read(self, registrations: Sequence[Line], attendance: Sequence[Line]) -> None:
        """Understand the rows; what they change is in `fresh`, `changed`, `events` and `decisions` afterwards."""
        for session in self.sessions.values():
            for person in self.registrations:
                for event in self._known.events.get((session.pk, person), ()):
                    self.events[session.number, person][event.pk] = _Event(event)
        for line in attendance:
            self._hear(line)
        self._decide()
        by_person: dict[int, list[Line]] = defaultdict(list)
        for line in registrations:
            by_person[self._person(line).pk].append(line)
        there = self._attended()
        for person in dict.fromkeys([*by_person, *there, *self.registrations]):
            self._register(person, by_person[person], there.get(person, []))
        self._pass_over()

    def _person(self, line: Line) -> Person:
        return self._rows.people[line.values["person"]]

    # --- Attendance
    def _hear(self, line: Line) -> None:
        """Take in a row of attendance."""
        said, session = line.values, self.sessions.get(line.values["session"])
        if session is None:
            self._refuse(line, "session", _("There is no session %(number)d.") % {"number": said["session"]})
            return
        if session.number not in self.held:
            if said["status"] == NOT_RECORDED:
                self._counted.verdicts[UNCHANGED] += 1
            else:
                message = _("Session %(number)d has not begun yet.") % {"number": session.number}
                self._refuse(line, "session", message)
            return
        event = self._event(line, session)
        cell = self.events[session.number, event.person_id or 0]
        if event.pk in cell:
            self._counted.verdicts[UNCHANGED] += 1
        elif session.is_signed and session.sign_off.signed_by_id is not None:
            self._refuse(line, "session", _("The register is signed. Correct the record and say why."))
        else:
            earlier = any(each.line == 0 for each in cell.values())
            cell[event.pk] = _Event(event, line.number, CHANGED if earlier else NEW)

    def _refuse(self, line: Line, column: str, message: str) -> None:
        self._counted.errors.append(Fault(files.ATTENDANCE, line.number, column, message))

    def _event(self, line: Line, session: Session) -> AttendanceEvent:
        said, person = line.values, self._person(line)
        shown = said["device_time"]
        at = _utc(shown, session.zone) if shown else session.ends_at
        words = (self.workshop.code, session.number, person.pk, said["status"], said["minutes"], said["source"], at)
        return AttendanceEvent(
            id=uuid.uuid5(_NAMESPACE, "|".join(map(str, words))),
            session_id=session.pk,
            person=person,
            kind=AttendanceEvent.Kind.IMPORT,
            source=said["source"],
            status=said["status"],
            minutes=said["minutes"],
            device_time=at,
            # Of two rows with one time the later decides, as it will be stored.
            server_time=self._known.now + timedelta(microseconds=line.number),
        )

    def _decide(self) -> None:
        for (number, person), cell in self.events.items():
            plan = self.sessions[number].plan(self.workshop.partial_share)
            self.decisions[person][number] = decide((each.event.evidence for each in cell.values()), plan)

    def _attended(self) -> dict[int, list[Held]]:
        found = {
            person: [self.held[number] for number, decision in each.items() if decision.status in WAS_THERE]
            for person, each in self.decisions.items()
        }
        return {person: sorted(each, key=lambda one: one.starts_at) for person, each in found.items() if each}

    # --- Registrations
    def _register(self, person: int, lines: Sequence[Line], there: Sequence[Held]) -> None:
        """Bring the registrations of a person to what rows and presence say."""
        stored = self.registrations[person]
        told = [self._told(line) for line in lines] + [_as_told(each) for each in stored[len(lines) :]]
        agencies = [self._rows.agencies[line.values["agency"]].pk for line in lines]
        agencies += [each.agency_id for each in stored[len(lines) :]]
        if not told:
            agency = self._agency_of_a_stranger(person, there)
            if agency is None:
                return
            told, agencies = [Told(CONFIRMED, WALK_IN, there[0].track)], [agency]
        found = settled(told, self._every, there, self._end())
        standing = [place for place, each in enumerate(found) if each.state in Registration.ACTIVE]
        if len(standing) > 1:
            message = _("This person is registered for the workshop already.")
            place = min(standing[-1], len(lines) - 1)
            self._counted.errors.append(Fault(files.REGISTRATIONS, lines[place].number, "person", message))
            return
        for place, (each, agency) in enumerate(zip(found, agencies, strict=True)):
            verdict = self._keep(person, place, each, agency)
            if place < len(lines):
                self._counted.verdicts[verdict] += 1

    def _end(self) -> datetime:
        """When the workshop ends; where no row says so, with its last day."""
        end = self._rows.ends.get(self.workshop.code)
        midnight = datetime.max.time().replace(microsecond=0)
        return end or to_utc(self.workshop.ends_on, midnight, self.workshop.zone)

    def _told(self, line: Line) -> Told:
        said, zone = line.values, self.workshop.zone
        return Told(
            state=said["status"],
            source=said["source"],
            track=said["track"],
            confirmed_at=_utc(said["confirmed_at"], zone),
            ended_at=_utc(said["withdrawn_at"], zone),
        )

    def _agency_of_a_stranger(self, person: int, there: Sequence[Held]) -> int | None:
        """The agency of somebody who came and whom no row registers: that of the first day attended, else the one
        before it, else the first one after it."""
        day = self.sessions[there[0].number].day
        belongs = sorted(self._known.memberships.get(person, ()), key=lambda each: each.valid_from)
        begun = [each for each in belongs if each.primary and each.valid_from <= day]
        if belongs:
            return (begun or belongs[:1])[-1].agency_id
        cell = self.events[there[0].number, person].values()
        line = next(each.line for each in cell)
        message = _("This person came without a registration, and belongs to no agency.")
        self._counted.errors.append(Fault(files.ATTENDANCE, line, "person", message))
        return None

    def _keep(self, person: int, place: int, told: Told, agency: int) -> str:
        stored = self.registrations[person]
        said = {**{name: getattr(told, name) for name in _TOLD_FIELDS}, "agency_id": agency}
        if place >= len(stored):
            begins = min((each.starts_at for each in self.sessions.values()), default=self._known.now)
            created = min(filter(None, (told.confirmed_at, told.ended_at, begins)))
            made = Registration(workshop=self.workshop, person_id=person, created_at=created, **said)
            stored.append(made)
            self.fresh.append(made)
            return NEW
        found = stored[place]
        if all(getattr(found, name) == value for name, value in said.items()):
            return UNCHANGED
        for name, value in said.items():
            setattr(found, name, value)
        self.changed.append(found)
        return CHANGED

    # --- Registers
    @cached_property
    def registers(self) -> dict[int, dict[int, Registration]]:
        """Who stands on the registers of sessions that began, by number, with the registration that counts there."""
        told = {person: [_as_told(each) for each in found] for person, found in self.registrations.items()}
        there: dict[int, set[int]] = defaultdict(set)
        for person, attended in self._attended().items():
            for session in attended:
                there[session.number].add(person)
        places = {number: register_of(held, told, there[number]) for number, held in self.held.items()}
        return {
            number: {person: self.registrations[person][place] for person, place in each.items()}
            for number, each in places.items()
        }

    def _pass_over(self) -> None:
        """Count what rows of attendance came to; those about people who were not expected say nothing."""
        if self._counted.errors:
            return
        for (number, person), cell in self.events.items():
            for each in [one for one in cell.values() if one.line]:
                if person in self.registers[number]:
                    self._counted.verdicts[each.verdict] += 1
                    continue
                del cell[each.event.pk]
                self._counted.verdicts[UNCHANGED] += 1
                said = {"file": "attendance.csv", "line": each.line, "person": each.event.person, "number": number}
                message = _("%(file)s, line %(line)d: %(person)s was not expected in session %(number)d.")
                self._counted.notes.append(message % said)


def _utc(wall: datetime | None, zone: str) -> Any:
    if wall is None or wall.tzinfo:
        return wall
    return to_utc(wall.date(), wall.time(), zone)


def _as_told(registration: Registration) -> Told:
    return Told(**{name: getattr(registration, name) for name in _TOLD_FIELDS})


# --- Storing --------------------------------------------------------------------------------------------------------
def _store_registrations(pasts: Iterable[_Past]) -> None:
    pasts = list(pasts)
    Registration.objects.bulk_create([each for past in pasts for each in past.fresh], batch_size=_BATCH)
    changed = [each for past in pasts for each in past.changed]
    Registration.objects.bulk_update(changed, [*_TOLD_FIELDS, "agency"], batch_size=_BATCH)
    note_repeated([past.workshop.pk for past in pasts])


def _store_registers(pasts: Sequence[_Past], known: _Known) -> None:
    """Events in the order of their lines, then what they decide."""
    events, fresh, changed, opened = [], [], [], []
    for past in pasts:
        for session in [past.sessions[number] for number in past.held]:
            if session.opened_at is None:
                session.opened_at = session.starts_at
                opened.append(session)
            for person, registration in past.registers[session.number].items():
                events += [each for each in past.events.get((session.number, person), {}).values() if each.line]
                said = _record(past, session, registration, known)
                found = known.records.get((session.pk, person))
                if found is None:
                    fresh.append(AttendanceRecord(session_id=session.pk, person_id=person, **said))
                elif any(getattr(found, name) != value for name, value in said.items()):
                    for name, value in said.items():
                        setattr(found, name, value)
                    changed.append(found)
    Session.objects.bulk_update(opened, ["opened_at"], batch_size=_BATCH)
    AttendanceEvent.objects.bulk_create(
        [each.event for each in sorted(events, key=lambda one: one.line)], batch_size=_BATCH
    )
    AttendanceRecord.objects.bulk_create(fresh, batch_size=_BATCH)
    AttendanceRecord.objects.bulk_update(
        changed, [name.removesuffix("_id") for name in _RECORD_FIELDS], batch_size=_BATCH
    )
    note_attendance([past.workshop.pk for past in pasts])


def _record(past: _Past, session: Session, registration: Registration, known: _Known) -> dict[str, Any]:
    person = registration.person_id
    decision = past.decisions[person].get(session.number, Decision())
    values = (
        *(registration.pk, agency_on(session.day, registration, known.memberships.get(person, ()))),
        *(registration.track, session.planned_minutes),
        *(decision.status, decision.credited, decision.decided_by, decision.reason),
    )
    return dict(zip(_RECORD_FIELDS, values, strict=True))


def _sign(pasts: Iterable[_Past], known: _Known) -> None:
    """Registers of sessions that are over count as signed; workshops whose registers all are, as closed."""
    signed, moved = [], []
    for past in pasts:
        sessions = list(past.sessions.values())
        over = [each for each in sessions if each.ends_at <= known.now and not each.is_signed]
        signed += [SignOff(session=each, signed_at=known.now, counts=_counts(past, each)) for each in over]
        status = _status(past.workshop, sessions, known.now)
        if status != past.workshop.status:
            past.workshop.status, past.workshop.status_at = status, known.now
            moved.append(past.workshop)
    SignOff.objects.bulk_create(signed, batch_size=_BATCH)
    Workshop.objects.bulk_update(moved, ["status", "status_at"], batch_size=_BATCH)


def _counts(past: _Past, session: Session) -> dict[str, int]:
    """How many people of a register have each status, all statuses named."""
    decided = [past.decisions[person].get(session.number) for person in past.registers[session.number]]
    found = Counter(each.status if each else NOT_RECORDED for each in decided)
    return {str(status): found[status] for status in AttendanceStatus.values}


def _status(workshop: Workshop, sessions: Sequence[Session], now: datetime) -> str:
    if not sessions or workshop.is_stopped:
        return workshop.status
    if all(each.ends_at <= now for each in sessions):
        return Workshop.Status.CLOSED
    begun = any(each.starts_at <= now for each in sessions)
    return Workshop.Status.RUNNING if begun else workshop.status


def _complete(pasts: Iterable[_Past]) -> None:
    """Whoever has met the rule completed with the last session that counted. Nothing is announced."""
    completed = []
    for past in pasts:
        people = [each for found in past.registrations.values() for each in one_each(found)]
        waiting = [each for each in people if each.confirmed_at is not None and each.completed_at is None]
        if not waiting:
            continue
        sessions = list(past.sessions.values())
        now = timezone.now()
        counted = explanations(past.workshop, waiting, standings_in(sessions, waiting, now))
        for each in [one for one in waiting if is_met(counted[one.pk])]:
            each.completion, each.completed_at = counted[each.pk], _last_counted(past, each)
            completed.append(each)
    Registration.objects.bulk_update(completed, ["completion", "completed_at"], batch_size=_BATCH)


def _last_counted(past: _Past, registration: Registration) -> datetime:
    counted = [
        past.sessions[number].ends_at
        for number, decision in past.decisions[registration.person_id].items()
        if decision.credited and past.sessions[number].required
    ]
    return max(counted)


# --- Results of tests -----------------------------------------------------------------------------------------------
def bring_test_results(lines: Sequence[Line], rows: Rows) -> Counted:
    """Store marks of tests before and after as attempts without questions, at the begin and the end of the workshop."""
    counted = Counted()
    if not lines:
        return counted
    known = _Known(rows)
    results = [(line, _result(line, rows, known, counted)) for line in lines]
    if counted.errors:
        return counted
    brought = bring_results(results=[result for _line, result in results if result is not None])
    links = []
    for (line, _same), (attempt, verdict) in zip(results, brought, strict=True):
        counted.verdicts[verdict] += 1
        if verdict == NEW:
            registration = _registration(line, rows, known)
            links.append(PhaseAttempt(registration=registration, phase=line.values["phase"], attempt=attempt))
    PhaseAttempt.objects.bulk_create(links, batch_size=_BATCH)
    return counted


def _registration(line: Line, rows: Rows, known: _Known) -> Registration | None:
    workshop = rows.workshops[line.values["workshop"]]
    found = known.registrations[workshop.pk].get(rows.people[line.values["person"]].pk, [])
    return found[leading([_as_told(each) for each in found])] if found else None


def _result(line: Line, rows: Rows, known: _Known, counted: Counted) -> EarlierResult | None:
    said, workshop = line.values, rows.workshops[line.values["workshop"]]
    person, registration = rows.people[said["person"]], _registration(line, rows, known)
    if registration is None:
        message = _("%(person)s is not registered for this workshop.") % {"person": said["person"]}
        counted.errors.append(Fault(files.RESULTS, line.number, "person", message))
        return None
    if not 0 <= said["mark"] <= said["max"] or not said["max"]:
        message = _("The mark is above the highest mark.")
        counted.errors.append(Fault(files.RESULTS, line.number, "mark", message))
        return None
    sessions = known.sessions[workshop.pk]
    place = 0 if said["phase"] == PhaseAttempt.Phase.PRE else -1
    session = sorted(sessions, key=lambda each: each.starts_at)[place] if sessions else None
    day = session.day if session else workshop.starts_on
    moment = (session.starts_at if place == 0 else session.ends_at) if session else known.now
    return EarlierResult(
        occasion=workshop.code,
        person=person,
        agency_id=agency_on(day, registration, known.memberships.get(person.pk, ())),
        phase=said["phase"],
        form=said["form"],
        mark=said["mark"],
        max_mark=said["max"],
        at=min(moment, known.now),
    )
