"""R2: attendance of an agency, people × sessions."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from people.models import Agency, Membership, Person
from reports.columns import Column, Report, Row
from reports.queries.scope import NOT_HELD, Question, participations
from workshops.attendance import NOT_RECORDED, WAS_THERE, Cell, Standing, made_up, share, stand
from workshops.models import AttendanceRecord, AttendanceStatus, Registration, Session, Workshop
from workshops.services import agency_on, memberships_of

# Below this share of recorded cells a report is provisional.
COMPLETE_REGISTERS = 0.95


def agency_attendance(question: Question) -> Report:
    """People × sessions: a row per person and workshop, with shares and whether the threshold can still be reached.

    Five queries: agencies, registrations, sessions, records, memberships.
    """
    participants = participants_of(question)
    totals = _attendance_totals(participants)
    return Report(
        name="agency-attendance",
        title=_("Attendance of the agency"),
        columns=[
            Column("person", _("Person code"), "text"),
            Column("name", _("Name"), "text"),
            Column("agency", _("Agency"), "text"),
            Column("workshop", _("Workshop"), "text"),
            Column("sessions", _("Sessions"), "sessions"),
            Column("credited_minutes", _("Minutes credited"), "integer"),
            Column("planned_minutes", _("Minutes planned"), "integer"),
            Column("share", _("Share of all planned hours"), "share"),
            Column("share_so_far", _("Share so far"), "share"),
            Column("can_reach", _("Can reach the threshold"), "boolean"),
        ],
        rows=[participant.row() for participant in participants],
        totals=totals,
        definitions=_attendance_definitions(),
        filters=question.filters,
        period=(question.first_day, question.last_day),
        provisional=totals["cells_recorded"] < COMPLETE_REGISTERS * totals["cells_expected"],
        codes={"status": {code: str(label) for code, label in AttendanceStatus.choices}},
    )


# What the register says about a person in a session: agency of that day, planned minutes, status, credited minutes.
_Seen = tuple[int, int, str, int]


@dataclass(frozen=True)
class SessionCell:
    """A session of a person, as the rules see it and as it is shown."""

    number: int
    status: str
    cell: Cell

    @cached_property
    def told(self) -> Mapping[str, Any]:
        """The session in a row of the report; the same for all whose cell this is, and changed by nobody."""
        return {"status": self.status, "minutes": self.cell.credited, "planned": self.cell.planned}


@dataclass(frozen=True)
class _Slot:
    """A session with what is the same for everybody, worked out once."""

    pk: int
    session: Session
    held: bool
    signed: bool
    asked: bool  # whether its day lies in the period that was asked for
    makes_up_for: int | None
    # Cells by what makes them differ: in a full room most of them are the same.
    cells: dict[tuple[int, str, int, bool], SessionCell] = field(default_factory=dict)

    def cell(self, record: _Seen | None, expected: bool) -> SessionCell:
        """The session as it stands for a person."""
        _agency, planned, status, credited = record or (0, self.session.planned_minutes, NOT_RECORDED, 0)
        key = (planned, status, credited, expected)
        known = self.cells.get(key)
        if known is None:
            required, recorded = self.session.required, status != NOT_RECORDED
            cell = Cell(planned, credited, required, expected, self.held, recorded, self.signed)
            known = self.cells[key] = SessionCell(self.session.number, status, cell)
        return known


@dataclass(frozen=True)
class Participant:
    """A person in a workshop: `cells` are the sessions that count here, `standing` in these, `overall` in all."""

    person: Person
    agency: Agency
    workshop: Workshop
    cells: list[SessionCell]
    standing: Standing
    overall: Standing

    @property
    def was_there(self) -> bool:
        return any(each.status in WAS_THERE for each in self.cells)

    @property
    def has_reached(self) -> bool:
        return self.overall.has_reached(self.workshop.threshold)

    @property
    def can_reach(self) -> bool:
        return self.overall.can_reach(self.workshop.threshold)

    def row(self) -> Row:
        standing = self.standing
        return {
            "person": self.person.public_code,
            "name": self.person.full_name,
            "agency": self.agency.code,
            "workshop": self.workshop.code,
            "sessions": {str(each.number): each.told for each in self.cells},
            "credited_minutes": standing.credited,
            "planned_minutes": standing.planned_expected,
            "share": standing.of_planned,
            "share_so_far": standing.so_far,
            "can_reach": self.can_reach,
        }


def participants_of(question: Question) -> list[Participant]:
    """Return everybody who was expected in at least one session that counts here; five queries."""
    agencies = {agency.pk: agency for agency in question.scope.agencies}
    wanted = participations(question.scope).exclude(workshop__status__in=NOT_HELD)
    if question.workshop is not None:
        wanted = wanted.filter(workshop=question.workshop)
    if question.programme is not None:
        wanted = wanted.filter(workshop__programmes=question.programme)
    if question.person:
        wanted = wanted.filter(person__public_code=question.person)
    slots = _slots_by_workshop(question, wanted)
    seen = _records_by_person(wanted)
    groups = _by_person_and_workshop(wanted)
    memberships = memberships_of(each[0].person_id for each in groups)
    found = (
        _participant(
            registrations,
            agencies,
            slots.get(registrations[0].workshop_id, ()),
            seen.get(registrations[0].person_id, {}),
            memberships[registrations[0].person_id],
        )
        for registrations in groups
    )
    return [participant for participant in found if participant is not None]


def _slots_by_workshop(question: Question, wanted: QuerySet[Registration]) -> Mapping[int, list[_Slot]]:
    found: dict[int, list[_Slot]] = defaultdict(list)
    sessions = Session.objects.filter(workshop__in=wanted.values("workshop")).select_related("sign_off", "workshop")
    for session in sessions.order_by("number"):
        held = session.is_signed or session.ends_at <= question.now
        found[session.workshop_id].append(
            _Slot(session.pk, session, held, session.is_signed, question.covers(session.day), session.makes_up_for_id)
        )
    return found


def _records_by_person(wanted: QuerySet[Registration]) -> Mapping[int, Mapping[int, _Seen]]:
    """Return {person: {session: record}} of everybody in these workshops."""
    records = AttendanceRecord.objects.filter(
        session__workshop__in=wanted.values("workshop"), person__in=wanted.values("person")
    )
    fields = ("person_id", "session_id", "agency_id", "planned_minutes", "status", "credited_minutes")
    found: dict[int, dict[int, _Seen]] = defaultdict(dict)
    for row in records.order_by().values_list(*fields).iterator(chunk_size=5000):
        found[row[0]][row[1]] = row[2:]
    return found


def _by_person_and_workshop(wanted: QuerySet[Registration]) -> Collection[list[Registration]]:
    """Registrations of one person in one workshop together: somebody may have withdrawn and come back."""
    groups: dict[tuple[int, int], list[Registration]] = defaultdict(list)
    # Workshops come with their sessions and agencies with the scope: thousands of rows name the same few.
    ordered = wanted.select_related("person").order_by(
        "workshop__starts_on", "workshop__code", "person__sort_name", "person_id", "confirmed_at", "pk"
    )
    for registration in ordered:
        groups[registration.workshop_id, registration.person_id].append(registration)
    return groups.values()


def _participant(
    registrations: list[Registration],
    agencies: Mapping[int, Agency],
    slots: Iterable[_Slot],
    seen: Mapping[int, _Seen],
    memberships: Iterable[Membership],
) -> Participant | None:
    """What somebody was expected in; None where nothing of it counts here."""
    last = registrations[-1]
    # Once, because a report has tens of thousands of cells.
    last_agency, expected_in = last.agency_id, 0
    every: list[Cell] = []
    counted: list[SessionCell] = []
    agency = agencies.get(last_agency)
    own = [slot for slot in slots if slot.session.track in {"", last.track}]
    for slot, seen_here in zip(own, _cells(own, seen, registrations), strict=True):
        session, record, expected = slot.session, seen.get(slot.pk), seen_here.cell.expected
        every.append(seen_here.cell)
        # Minutes count for the agency of the session's day, as the register has it or, before it opens, would have it.
        agency_id = record[0] if record else agency_on(session.day, last, memberships)
        expected_in += expected
        if expected and slot.asked and agency_id in agencies:
            counted.append(seen_here)
            if last_agency not in agencies:
                agency = agencies[agency_id]
    if agency is None or not counted:
        return None
    overall = stand(every)
    # Mostly all sessions count; then both standings are one.
    everything_counts = len(counted) == expected_in
    standing = overall if everything_counts else stand(each.cell for each in counted)
    return Participant(last.person, agency, own[0].session.workshop, counted, standing, overall)


def _cells(slots: list[_Slot], records: Mapping[int, _Seen], registrations: list[Registration]) -> list[SessionCell]:
    """The sessions of a person; minutes of one that makes up for another one count in that one, once."""
    cells = {}
    for slot in slots:
        record = records.get(slot.pk)
        expected = record is not None or _is_expected(slot.session, records, registrations)
        cells[slot.pk] = slot.cell(record, expected)
    make_ups: dict[int, list[Cell]] = defaultdict(list)
    for slot in slots:
        if slot.makes_up_for is not None:
            make_ups[slot.makes_up_for].append(cells[slot.pk].cell)
    for missed, instead in make_ups.items():
        if missed in cells:
            cells[missed] = replace(cells[missed], cell=made_up(cells[missed].cell, instead))
    return list(cells.values())


def _is_expected(session: Session, records: Mapping[int, _Seen], registrations: Iterable[Registration]) -> bool:
    """Whether a session of which the register says nothing about a person was meant for the person."""
    missed = records.get(session.makes_up_for_id or 0)
    lacking = missed is not None and missed[3] < missed[1]
    return any(each.is_expected_in(session) or each.may_make_up(session, lacking=lacking) for each in registrations)


def _completeness(participants: Iterable[Participant]) -> tuple[int, int]:
    """Return (recorded, expected) cells of sessions that were held."""
    held = [each for participant in participants for each in participant.cells if each.cell.held]
    return sum(each.cell.recorded for each in held), len(held)


def _attendance_totals(participants: list[Participant]) -> Row:
    standings = [participant.standing for participant in participants]
    credited, planned = sum(each.credited for each in standings), sum(each.planned_expected for each in standings)
    credited_held = sum(each.credited_held for each in standings)
    planned_held = sum(each.planned_held for each in standings)
    recorded, expected = _completeness(participants)
    return {
        "people": len({participant.person.pk for participant in participants}),
        "participations": len(participants),
        "started": sum(participant.was_there for participant in participants),
        "credited_minutes": credited,
        "planned_minutes": planned,
        "share": share(credited, planned),
        "share_so_far": share(credited_held, planned_held),
        "reached": sum(participant.has_reached for participant in participants),
        "can_still_reach": sum(each.can_reach and not each.has_reached for each in participants),
        "cells_recorded": recorded,
        "cells_expected": expected,
    }


def _attendance_definitions() -> dict[str, str]:
    return {
        "rows": _(
            "A row per person and workshop: everybody whose place was confirmed at some time, walk-ins included, and "
            "who was expected in at least one session. Cancelled and postponed workshops are left out."
        ),
        "sessions": _(
            "Sessions of the person's track in which the person was expected: confirmed before the session ended and "
            "not withdrawn before it began. Minutes count for the agency to which the person belonged on that day."
        ),
        "credited_minutes": _(
            "Minutes credited in required sessions: all planned minutes when present; when late or leaving early the "
            "minutes there plus 10, or a set share without a time; nothing when excused, absent or not recorded. "
            "Minutes of a session that makes up for another one count in that one, once."
        ),
        "planned_minutes": _("Planned minutes of required sessions in which the person is expected, held or to come."),
        "share": _(
            "Minutes credited ÷ minutes planned, also of sessions to come. Excused and not recorded count as nothing "
            "credited."
        ),
        "share_so_far": _("Minutes credited ÷ minutes planned, only of required sessions that were held."),
        "can_reach": _(
            "Whether the share of all required planned minutes that the certificate asks for is reached, or still can "
            "be when everything that is open goes well."
        ),
        "people": _("People, each counted once."),
        "participations": _("Rows: a person in two workshops counts twice."),
        "started": _("Participations with at least one session present, late or left early."),
        "reached": _("Participations that have reached the share that the certificate asks for."),
        "can_still_reach": _("Participations that have not reached it and still can."),
        "cells_recorded": _("Cells of held sessions about which the register says something."),
        "cells_expected": _("Cells of held sessions in which somebody was expected."),
        "provisional": _("Less than 95 % of the cells of held sessions are recorded: figures may still change."),
        "period": _("Sessions on days of the period, both ends included."),
    }
