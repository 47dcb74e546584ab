"""Registers of a workshop, session by session: as they were signed (R6), and blank ones to sign (R7)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.db.models import F
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from people.models import Person
from reports.columns import Column, Report, Row, Signing, Table
from reports.queries import earlier
from reports.queries.scope import Question
from workshops.models import (
    AttendanceEvent,
    AttendanceRecord,
    AttendanceStatus,
    Registration,
    Session,
    Workshop,
)
from workshops.zones import local, offset

# Room for a signature in points, and empty lines for those who come without a registration.
SIGNING_HEIGHT, EMPTY_LINES = 27.0, 6

# Somebody on a sheet: agency and post in words.
Line = tuple[Person, str, str]

_OF_SESSION = ("session", "title", "day", "time", "place")


def register(question: Question) -> Report:
    """What registers say about people of the scope: one row per person and session that is on one.

    Minutes are whole; moments of signatures are those of the clock at the place.
    """
    sessions = _sessions(question)
    rows = [_recorded(each, sessions[each.session_id]) for each in _records(question, sessions)]
    return Report(
        name="register",
        title=_titled(_("Register of attendance"), question.workshop),
        columns=[
            *_session_columns(),
            Column("person", _("Person code"), "text"),
            Column("name", _("Name"), "text"),
            Column("agency_name", _("Agency"), "text"),
            Column("status", _("Status"), "code"),
            Column("credited_minutes", _("Minutes credited"), "integer"),
            Column("planned_minutes", _("Minutes planned"), "integer"),
            Column("reason", _("How it is known"), "code"),
            Column("signed_by", _("Signed by"), "text"),
            Column("signed_at", _("Signed at"), "text"),
        ],
        rows=rows,
        totals={
            "credited_minutes": sum(row["credited_minutes"] for row in rows),
            "planned_minutes": sum(row["planned_minutes"] for row in rows),
        },
        definitions={
            "rows": _("A row per person on the register of a session; facilitators are not on it."),
            "credited_minutes": _("Minutes that count for the person: of this session, and never more than planned."),
            "planned_minutes": _("Planned minutes of the session for the person’s track."),
            "status": _("What the register says now, corrections after the signature included."),
            "signed_at": earlier.signed_in(
                _("When the register was signed, by the clock at the place. Empty: not signed yet.")
            ),
            "period": _("Sessions on days of the period, both ends included."),
        },
        filters=question.filters,
        period=(question.first_day, question.last_day),
        codes={
            "status": {code: str(label) for code, label in AttendanceStatus.choices},
            "reason": {code: str(label) for code, label in AttendanceRecord.REASONS.items()},
        },
        tables=_corrections(question, sessions),
        signing=Signing(
            by=(*_OF_SESSION, "signed_by", "signed_at"),
            line=_("Seen, name and signature: ______________________________"),
        ),
    )


def sign_in_sheet(question: Question) -> Report:
    """Who is expected in each session, by name, with room to sign: those on the register, or who will be."""
    sessions = _sessions(question)
    rows = [*_expected_rows(question, sessions)]
    return Report(
        name="sign-in-sheet",
        title=_titled(_("Sign-in sheet"), question.workshop),
        columns=[
            *_session_columns(),
            Column("number", pgettext("number of a row", "No."), "integer"),
            Column("name", _("Name"), "text"),
            Column("agency_name", _("Agency"), "text"),
            Column("post", _("Post"), "text"),
            Column("in_and_out", _("Time in and out"), "text"),
            Column("signature", _("Signature"), "text"),
        ],
        rows=rows,
        totals={},
        definitions={
            "rows": _("A row per person who is expected in a session, with room for those who come besides."),
            "period": _("Sessions on days of the period, both ends included."),
        },
        filters=question.filters,
        period=(question.first_day, question.last_day),
        signing=Signing(
            by=_OF_SESSION,
            line=_("Facilitator, name and signature: ______________________________"),
            empty=EMPTY_LINES,
            height=SIGNING_HEIGHT,
            room={"in_and_out": 74.0, "signature": 112.0},
        ),
    )


# --- Sessions --------------------------------------------------------------------------------------------------------


def _sessions(question: Question) -> dict[int, Session]:
    """Sessions of the workshop in the period, by number."""
    found = Session.objects.filter(workshop=question.workshop).select_related(
        "workshop", "room", "sign_off__signed_by__person"
    )
    return {each.pk: each for each in found.order_by("number") if question.covers(each.day)}


def _session_columns() -> list[Column]:
    return [
        Column("session", _("Session"), "integer"),
        Column("title", _("Title"), "text"),
        Column("day", _("Day"), "date"),
        Column("time", _("Time"), "text"),
        Column("place", _("Place"), "text"),
    ]


def _of_session(session: Session) -> Row:
    times = {
        "start": time_format(session.start_time, "TIME_FORMAT"),
        "end": time_format(session.end_time, "TIME_FORMAT"),
        "clocks": offset(session.starts_at, session.zone),
    }
    return {
        "session": session.number,
        "title": session.title,
        "day": session.day,
        "time": _("%(start)s–%(end)s (%(clocks)s)") % times,
        "place": session.room.name if session.room else session.workshop.place,
    }


def _titled(kind: str, workshop: Workshop | None) -> str:
    return _("%(kind)s: %(workshop)s") % {"kind": kind, "workshop": workshop.title if workshop else ""}


# --- R6 --------------------------------------------------------------------------------------------------------------


def _records(question: Question, sessions: Iterable[int]) -> Iterable[AttendanceRecord]:
    found = AttendanceRecord.objects.filter(session__in=list(sessions), agency__in=question.scope.agencies)
    return found.select_related("person", "agency", "registration").order_by(
        "session__number", "person__sort_name", "pk"
    )


def _recorded(record: AttendanceRecord, session: Session) -> Row:
    signed = session.sign_off if session.is_signed else None
    return {
        **_of_session(session),
        "person": record.person.public_code,
        "name": record.person.full_name,
        "agency_name": record.agency.name,
        "status": record.status,
        "credited_minutes": record.credited_minutes,
        "planned_minutes": record.planned_minutes,
        "reason": record.reason,
        "signed_by": signed.signed_by.get_full_name() if signed and signed.signed_by else "",
        "signed_at": f"{local(signed.signed_at, session.zone):%Y-%m-%d %H:%M}" if signed else "",
    }


def _corrections(question: Question, sessions: Mapping[int, Session]) -> Sequence[Table]:
    """Every change after a signature, about people who were of the scope then."""
    on_it = AttendanceRecord.objects.filter(session__in=list(sessions), agency__in=question.scope.agencies)
    people = set(on_it.values_list("session", "person"))
    events = AttendanceEvent.objects.filter(session__in=list(sessions), correction=True).select_related(
        "person", "actor__person"
    )
    rows = [
        {
            "session": sessions[each.session_id].number,
            "name": each.person.full_name,
            "status": each.status,
            "corrected_by": each.actor.get_full_name() if each.actor else "",
            "corrected_at": f"{local(each.server_time, sessions[each.session_id].zone):%Y-%m-%d %H:%M}",
            "why": each.note,
        }
        for each in events.order_by("session__number", "server_time", "pk")
        if each.person and (each.session_id, each.person_id) in people
    ]
    columns = [
        Column("session", _("Session"), "integer"),
        Column("name", _("Name"), "text"),
        Column("status", _("Status"), "code"),
        Column("corrected_by", _("Corrected by"), "text"),
        Column("corrected_at", _("Corrected at"), "text"),
        Column("why", _("Reason"), "text"),
    ]
    return [Table("corrections", _("Corrections after the signature"), columns, rows)] if rows else []


# --- R7 --------------------------------------------------------------------------------------------------------------


def _expected_rows(question: Question, sessions: Mapping[int, Session]) -> Iterator[Row]:
    recorded: dict[int, list[Line]] = defaultdict(list)
    for record in _records(question, sessions):
        recorded[record.session_id].append((record.person, record.agency.name, record.registration.post))
    coming = _coming(question)
    lacking = _lacking(sessions)
    for session in sessions.values():
        listed = recorded[session.pk] if session.opened_at else _expected_in(session, coming, lacking)
        for number, (person, agency, post) in enumerate(listed, start=1):
            yield {
                **_of_session(session),
                "number": number,
                "name": person.full_name,
                "agency_name": agency,
                "post": post,
                "in_and_out": "",
                "signature": "",
            }


def _coming(question: Question) -> list[Registration]:
    """Registrations of the workshop that were ever confirmed, by name; of two of one person the later first."""
    found = Registration.objects.ever_confirmed().filter(workshop=question.workshop, agency__in=question.scope.agencies)
    return list(found.select_related("person", "agency").order_by("person__sort_name", "person", "-pk"))


def _lacking(sessions: Mapping[int, Session]) -> set[tuple[int, int]]:
    """(session, person) of those who lack minutes of a session for which another one makes up."""
    made_up = [each.makes_up_for_id for each in sessions.values() if each.makes_up_for_id]
    found = AttendanceRecord.objects.filter(session__in=made_up, credited_minutes__lt=F("planned_minutes"))
    return set(found.values_list("session", "person"))


def _expected_in(session: Session, coming: Iterable[Registration], lacking: set[tuple[int, int]]) -> list[Line]:
    """Whom the register of a session will name when it opens, each person once."""
    expected: dict[int, Line] = {}
    for each in coming:
        made_up = session.makes_up_for_id
        if each.could_come_to(session) and (made_up is None or (made_up, each.person_id) in lacking):
            expected.setdefault(each.person_id, (each.person, each.agency.name, each.post))
    return list(expected.values())
