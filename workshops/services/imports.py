"""Attendance from spreadsheets: all rows or none."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from core.spreadsheets import UnreadableError, read_table
from people.models import Account
from workshops.attendance import EXCUSED, WAS_THERE
from workshops.columns import HEADINGS, AttendanceRow, CellError, missing_columns, read_rows
from workshops.errors import WorkshopError
from workshops.models import AttendanceEvent, AttendanceRecord, AttendanceStatus, Registration, Session, Workshop
from workshops.services.registers import Captured, open_register, record_events
from workshops.services.registrations import (
    confirm_walk_in,
)

# The same row of the same file is the same event, however often it is brought in, while nothing else was said since.
_NAMESPACE = uuid.UUID("6f3a1a52-6d0e-4c53-9d6c-0a8d6a0f7f11")


@dataclass
class AttendanceImport:
    """What a file of attendance came to, in rows. With an error nothing is saved."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    saved: int = 0
    errors: list[CellError] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The shape that every import has; nobody moves and nobody is doubtful here."""
        return {**asdict(self), "moved": 0, "doubtful": 0}


@transaction.atomic
def import_attendance(
    *, workshop: Workshop, content: bytes, dry_run: bool = False, actor: Account | None = None
) -> AttendanceImport:
    """Record the attendance of a workshop from a file: all rows or, when one of them has an error, none.

    A row without a device time counts as written at the end of its session. Somebody who is registered, was not
    confirmed and was there is confirmed; somebody who is not registered is an error.
    """
    result = AttendanceImport()
    rows = _read(content, result)
    sessions = {each.number: each for each in workshop.sessions.select_related("workshop", "sign_off")}
    registrations = _registrations_by_name(workshop)
    by_session: dict[int, list[AttendanceRow]] = defaultdict(list)
    for row in rows:
        objection = _objection(row, sessions, registrations)
        if objection is None:
            by_session[row.session].append(row)
        else:
            result.errors.append(objection)
    # Sessions are locked before their workshop, which the first register that opens locks.
    imported = Session.objects.filter(pk__in=[sessions[number].pk for number in by_session])
    list(imported.select_for_update(of=("self",), no_key=True).order_by("pk"))
    for number in sorted(by_session, key=lambda each: sessions[each].starts_at):
        _record_session(sessions[number], by_session[number], registrations, actor, result)
    result.errors.sort(key=lambda error: error.line)
    if result.errors or dry_run:
        transaction.set_rollback(True)
        return result
    result.saved = result.new + result.changed
    after = {"rows": result.rows, "saved": result.saved}
    record("workshops.attendance_imported", obj=workshop, actor=actor, after=after)
    return result


def _read(content: bytes, result: AttendanceImport) -> list[AttendanceRow]:
    try:
        table = read_table(content)
    except UnreadableError as error:
        result.errors.append(CellError(0, "", str(error)))
        return []
    result.rows = len(table.rows)
    columns = table.columns(HEADINGS)
    if missing := missing_columns(columns):
        result.errors += missing
        return []
    rows, errors = read_rows(table.records(columns))
    result.errors += errors
    return rows


def _registrations_by_name(workshop: Workshop) -> dict[str, Registration]:
    """By public code and by e-mail; of several registrations of a person, the one that stands."""
    found: dict[str, Registration] = {}
    registrations = workshop.registrations.select_related("person", "agency", "workshop").order_by("pk")
    for each in sorted(registrations, key=lambda one: one.state in Registration.ACTIVE):
        found[each.person.public_code.lower()] = each
        if each.person.email:
            found[each.person.email] = each
    return found


def _objection(
    row: AttendanceRow, sessions: Mapping[int, Session], registrations: Mapping[str, Registration]
) -> CellError | None:
    session, registration = sessions.get(row.session), registrations.get(row.person)
    if session is None:
        message = _("There is no session %(number)d.") % {"number": row.session}
        return CellError(row.line, "session", message)
    if registration is None:
        message = _("%(person)s is not registered for this workshop.") % {"person": row.person}
        return CellError(row.line, "person", message)
    if registration.confirmed_at is None and row.status not in WAS_THERE:
        message = _("%(person)s was not confirmed for this workshop.") % {"person": row.person}
        return CellError(row.line, "person", message)
    if session.starts_at > timezone.now() and row.status != EXCUSED:
        message = _("Session %(number)d has not begun yet.") % {"number": row.session}
        return CellError(row.line, "session", message)
    return None


def _record_session(
    session: Session,
    rows: Iterable[AttendanceRow],
    registrations: Mapping[str, Registration],
    actor: Account | None,
    result: AttendanceImport,
) -> None:
    rows = list(rows)
    try:
        session = open_register(session=session, actor=actor)
        _take_in_unexpected(session, rows, registrations, actor)
    except WorkshopError as error:
        result.errors += [CellError(row.line, "session", str(error)) for row in rows]
        return
    people = {row.line: registrations[row.person].person_id for row in rows}
    before = dict(_statuses(session, people.values()))
    outcomes = record_events(session=session, events=_captured(rows, session, people), actor=actor)
    for row, outcome in zip(rows, outcomes, strict=True):
        if outcome.record is None or outcome.refusal:
            result.errors.append(CellError(row.line, "", outcome.refusal))
        else:
            _count(before[people[row.line]], outcome.record, result)


def _take_in_unexpected(
    session: Session,
    rows: Iterable[AttendanceRow],
    registrations: Mapping[str, Registration],
    actor: Account | None,
) -> None:
    """Confirm whoever was there unconfirmed, or before being confirmed, as is done on the spot."""
    if session.is_signed:
        return
    named = set(session.records.values_list("person", flat=True))
    for row in rows:
        registration = registrations[row.person]
        if registration.person_id not in named and row.status in WAS_THERE:
            confirm_walk_in(session=session, person=registration.person, agency=registration.agency, actor=actor)
            named.add(registration.person_id)


def _statuses(session: Session, people: Iterable[int]) -> Iterable[tuple[int, tuple[str, int]]]:
    for found in AttendanceRecord.objects.filter(session=session, person__in=list(people)):
        yield found.person_id, (found.status, found.credited_minutes)


def _count(before: tuple[str, int], after: AttendanceRecord, result: AttendanceImport) -> None:
    if before == (after.status, after.credited_minutes):
        result.unchanged += 1
    elif before[0] == AttendanceStatus.NOT_RECORDED:
        result.new += 1
    else:
        result.changed += 1


def _captured(rows: Iterable[AttendanceRow], session: Session, people: Mapping[int, int]) -> list[Captured]:
    """The rows as events, in their order; `people` says by line whom a row is about.

    Rows that repeat the latest import about a person are its events. A row that came in before, with another import in
    between, is said anew: its id goes on from the latest one.
    """
    imported: dict[int, list[AttendanceEvent]] = defaultdict(list)
    earlier = session.attendance_events.filter(kind=AttendanceEvent.Kind.IMPORT, person__in=people.values())
    for event in earlier.order_by("server_time", "pk"):
        imported[event.person_id or 0].append(event)
    by_person: dict[int, list[AttendanceRow]] = defaultdict(list)
    for row in rows:
        by_person[people[row.line]].append(row)
    ids: dict[int, uuid.UUID] = {}
    for person, theirs in by_person.items():
        ids |= _ids(theirs, {row.line: _id_of(row, session, person) for row in theirs}, imported[person], session)
    return [
        Captured(
            id=ids[row.line],
            person_id=people[row.line],
            status=row.status,
            kind=AttendanceEvent.Kind.IMPORT,
            source=row.source,
            minutes=row.minutes,
            device_time=_moment(row, session),
        )
        for row in rows
    ]


def _ids(
    rows: Iterable[AttendanceRow],
    first: Mapping[int, uuid.UUID],
    imported: Sequence[AttendanceEvent],
    session: Session,
) -> dict[int, uuid.UUID]:
    """By line, the ids of one person's rows. `first` are those that they have when they come in for the first time."""
    distinct = list({first[row.line]: row for row in rows}.values())
    latest = imported[-len(distinct) :]
    if [_said(each, session) for each in distinct] == [_stored(each) for each in latest]:
        stored = {first[row.line]: event.pk for row, event in zip(distinct, latest, strict=True)}
        return {line: stored[key] for line, key in first.items()}
    known = {event.pk for event in imported}
    return {line: uuid.uuid5(key, str(imported[-1].pk)) if key in known else key for line, key in first.items()}


def _id_of(row: AttendanceRow, session: Session, person: int) -> uuid.UUID:
    said = (session.workshop.code, session.number, person, row.status, row.minutes, row.source, row.device_time)
    return uuid.uuid5(_NAMESPACE, "|".join(str(part) for part in said))


def _said(row: AttendanceRow, session: Session) -> tuple[Any, ...]:
    return row.status, row.minutes, row.source, _moment(row, session)


def _stored(event: AttendanceEvent) -> tuple[Any, ...]:
    return event.status, event.minutes, event.source, event.device_time


def _moment(row: AttendanceRow, session: Session) -> datetime:
    return _in_utc(row.device_time, session) if row.device_time else session.ends_at


def _in_utc(moment: datetime, session: Session) -> datetime:
    """A time without a zone is what the clock on the wall of the workshop showed."""
    local = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(session.zone))
    return local.astimezone(UTC)
