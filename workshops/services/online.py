"""Logs of online meetings: kept as evidence, matched with participants, applied to a register.

A log says who was there under which name; who that is is decided once for all logs of a workshop. What the logs of a
session amount to for a person is one statement, said anew when a further log or another decision changes it.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from people.models import Account, Person
from workshops.errors import RegisterError
from workshops.meetinglogs import Entry, Interval, Known, meant, minutes_within, united
from workshops.models import AttendanceEvent, OnlineLog, OnlineName, Registration, Session, Workshop
from workshops.services.registers import Captured, record_events

_NAMESPACE = uuid.UUID("8b7e1f0c-52a4-4d0f-9a57-0d1b7c3d6e21")
# By this the statements that logs amount to are known among all that was seen or said.
_DEVICE = "meeting log"
# What may be decided about a name besides the public code of a participant.
NOBODY, UNDECIDED = "nobody", ""


@dataclass(frozen=True)
class SeenOnline:
    """A name or address in a log: how it is written, when it was seen, and who it is.

    `registration` is who it was decided to be, or who alone is meant; `nobody`: it takes no part. `choices` are several
    people of that name, between whom somebody must decide.
    """

    key: str
    name: str
    email: str
    intervals: tuple[Interval, ...]
    minutes: int
    registration: Registration | None = None
    nobody: bool = False
    choices: tuple[Registration, ...] = ()

    @property
    def open(self) -> bool:
        """Whether nobody knows yet who this is."""
        return self.registration is None and not self.nobody

    @property
    def first(self) -> datetime:
        return self.intervals[0][0]

    @property
    def last(self) -> datetime:
        return self.intervals[-1][1]


@dataclass
class AppliedLog:
    """What became of a log: people about whom something new was said, those who stay as they were, refusals by name."""

    recorded: int = 0
    unchanged: int = 0
    outside: int = 0
    refusals: list[tuple[Person, str]] = field(default_factory=list)


@transaction.atomic
def keep_log(*, session: Session, name: str, sha256: str, entries: Iterable[Entry], actor: Account) -> OnlineLog:
    """Keep the rows of a log as evidence. The same file again is the same log, read anew.

    Raises RegisterError for a log without any row that can be used.
    """
    rows = [_stored(entry) for entry in entries]
    if all(row["problem"] for row in rows):
        raise RegisterError(_("No row of this log can be used. Look at what each column holds."))
    log, made = OnlineLog.objects.update_or_create(
        session=session,
        sha256=sha256,
        defaults={"rows": rows},
        create_defaults={"rows": rows, "name": name[:200], "added_by": actor, "added_at": timezone.now()},
    )
    after = {"name": log.name, "rows": len(rows)}
    record("workshops.online_log_kept" if made else "workshops.online_log_read_anew", obj=log, actor=actor, after=after)
    return log


def log_entries(log: OnlineLog) -> list[Entry]:
    """The rows of a log, with those that cannot be used."""
    return [_entry(row) for row in log.rows]


def who_was_online(log: OnlineLog) -> list[SeenOnline]:
    """Everybody in a log by name or address, in the order of the log, with who that is as far as it is known."""
    session = log.session
    return _seen(session.workshop, session, log_entries(log))


@transaction.atomic
def decide_names(*, workshop: Workshop, decisions: Mapping[str, str], actor: Account) -> None:
    """Note who names in logs are: by key, the public code of a participant, NOBODY, or UNDECIDED to ask again.

    Raises RegisterError for somebody who has no place in the workshop.
    """
    codes = {value for value in decisions.values() if value not in {NOBODY, UNDECIDED}}
    registrations = {
        each.person.public_code: each for each in participants_of(workshop) if each.person.public_code in codes
    }
    if codes - set(registrations):
        raise RegisterError(_("Choose one of the participants."))
    for key, value in decisions.items():
        if value == UNDECIDED:
            OnlineName.objects.filter(workshop=workshop, key=key).delete()
        else:
            decided = {"registration": registrations.get(value), "decided_by": actor, "decided_at": timezone.now()}
            OnlineName.objects.update_or_create(workshop=workshop, key=key, defaults=decided)
    record("workshops.online_names_decided", obj=workshop, actor=actor, after=dict(decisions))


@transaction.atomic
def apply_log(*, log: OnlineLog, actor: Account) -> AppliedLog:
    """Record what this log, with those applied before, says about everybody who is matched. Applied again: nothing new.

    Minutes are the union of all intervals of a person, from all devices, within the session. Whoever was seen only
    outside it, or is nobody yet, is left out; who is not on the register is refused. Raises RegisterError for a signed
    register.
    """
    session = Session.objects.select_for_update(no_key=True, of=("self",)).get(pk=log.session_id)
    if hasattr(session, "sign_off"):
        raise RegisterError(_("The register is signed. Correct the records one by one and say why."))
    people = _people_in(session, _applied_before(session, log))
    matched = {each.registration.person for each in who_was_online(log) if each.registration is not None}
    applied = AppliedLog()
    events = _statements(session, {person: people[person] for person in matched}, applied)
    for outcome in record_events(session=session, events=events.values(), actor=actor):
        person = next(each for each, event in events.items() if event.id == outcome.event.id)
        if outcome.refusal:
            applied.refusals.append((person, outcome.refusal))
        else:
            applied.recorded += 1
    log.applied_at = timezone.now()
    log.save(update_fields=["applied_at"])
    after = {"recorded": applied.recorded, "unchanged": applied.unchanged, "refused": len(applied.refusals)}
    record("workshops.online_log_applied", obj=log, actor=actor, after=after)
    return applied


def no_longer_online(log: OnlineLog) -> list[Person]:
    """People whose record stands on a log that names them no more, since somebody decided otherwise."""
    session = log.session
    named = _people_in(session, _applied_before(session, log))
    counted = session.records.filter(decided_by__device=_DEVICE).exclude(person__in=list(named))
    return [each.person for each in counted.select_related("person").order_by("person__sort_name")]


def _applied_before(session: Session, log: OnlineLog) -> list[Entry]:
    """The rows of a log, and of the other logs of the session that were applied."""
    others = OnlineLog.objects.filter(session=session, applied_at__isnull=False).exclude(pk=log.pk)
    return [entry for each in (*others, log) for entry in log_entries(each)]


def _people_in(session: Session, entries: Iterable[Entry]) -> dict[Person, list[Interval]]:
    """Everybody who is matched, with all intervals under whatever name."""
    intervals: dict[Person, list[Interval]] = defaultdict(list)
    for each in _seen(session.workshop, session, entries):
        if each.registration is not None:
            intervals[each.registration.person] += each.intervals
    return intervals


def _statements(
    session: Session, people: Mapping[Person, Sequence[Interval]], applied: AppliedLog
) -> dict[Person, Captured]:
    """What is new about people: one statement each. Counts in `applied` who stays as before or was outside."""
    said = AttendanceEvent.objects.filter(session=session, kind=AttendanceEvent.Kind.IMPORT, device=_DEVICE)
    latest = {event.person_id: event for event in said.order_by("server_time", "pk")}
    events = {}
    for person in sorted(people, key=lambda each: each.sort_name):
        minutes = minutes_within(people[person], session.starts_at, session.ends_at)
        before = latest.get(person.pk)
        if before is not None and before.minutes == minutes:
            applied.unchanged += 1
        elif not minutes and before is None:
            applied.outside += 1
        else:
            key = f"{session.pk}:{person.pk}:{minutes}:{before.pk if before else ''}"
            events[person] = Captured(
                id=uuid.uuid5(_NAMESPACE, key),
                person_id=person.pk,
                kind=AttendanceEvent.Kind.IMPORT,
                source=AttendanceEvent.Source.ONLINE,
                minutes=minutes,
                device=_DEVICE,
                note=_as_text(people[person]),
            )
    return events


def _as_text(intervals: Iterable[Interval]) -> str:
    """When somebody was there, for the history of the record."""
    return ", ".join(f"{since.isoformat()}/{until.isoformat()}" for since, until in united(intervals))


# --- Who is who ------------------------------------------------------------------------------------------------------


def participants_of(workshop: Workshop) -> list[Registration]:
    """Everybody who ever had a place, one registration for each person."""
    confirmed = workshop.registrations.ever_confirmed().select_related("person", "agency")
    latest = {each.person_id: each for each in confirmed.order_by("pk")}
    return sorted(latest.values(), key=lambda each: (each.person.sort_name, each.pk))


def _seen(workshop: Workshop, session: Session, entries: Iterable[Entry]) -> list[SeenOnline]:
    by_key: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if not entry.problem:
            by_key[entry.key].append(entry)
    names = OnlineName.objects.filter(workshop=workshop, key__in=list(by_key))
    decided = {each.key: each for each in names.select_related("registration__person", "registration__agency")}
    participants = {each.person_id: each for each in participants_of(workshop)}
    staff = [each.person for each in workshop.facilitations.standing().select_related("person")]
    known = [_known(each.person) for each in participants.values()]
    runs = [_known(person) for person in staff]
    found = []
    for key, rows in by_key.items():
        intervals = tuple(united((row.joined, row.left) for row in rows if row.joined and row.left))
        seen = SeenOnline(
            key=key,
            name=next((row.name for row in rows if row.name), ""),
            email=rows[0].email,
            intervals=intervals,
            minutes=minutes_within(intervals, session.starts_at, session.ends_at),
        )
        found.append(_recognised(seen, decided.get(key), participants, known, runs))
    return found


def _recognised(
    seen: SeenOnline,
    decided: OnlineName | None,
    participants: Mapping[int, Registration],
    known: Iterable[Known],
    runs: Iterable[Known],
) -> SeenOnline:
    """Who a name is: as it was decided, else the only participant who is meant, else a facilitator, else open."""
    if decided is not None:
        return replace(seen, registration=decided.registration, nobody=decided.registration is None)
    people = [participants[who] for who in meant(seen.name, seen.email, known)]
    if len(people) == 1:
        return replace(seen, registration=people[0])
    return replace(seen, choices=tuple(people), nobody=not people and bool(meant(seen.name, seen.email, runs)))


def _known(person: Person) -> Known:
    return Known(
        person.pk, person.family_name, person.given_name, person.patronymic, person.name_latin, person.email.lower()
    )


# --- Rows as they are kept -------------------------------------------------------------------------------------------


def _stored(entry: Entry) -> dict[str, Any]:
    return {
        "line": entry.line,
        "name": entry.name,
        "email": entry.email,
        "joined": entry.joined.isoformat() if entry.joined else "",
        "left": entry.left.isoformat() if entry.left else "",
        "problem": entry.problem,
        "said": entry.said,
    }


def _entry(row: Mapping[str, Any]) -> Entry:
    moments = {key: datetime.fromisoformat(row[key]) if row[key] else None for key in ("joined", "left")}
    return Entry(row["line"], row["name"], row["email"], **moments, problem=row["problem"], said=row["said"])
