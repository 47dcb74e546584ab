"""Workshops for tests, made by the services: two days in March 2026, in Minsk, unless a test says otherwise."""

import uuid
from datetime import date, time, timedelta
from typing import Any

from people.models import Account, Agency, Person, Role
from tests.factories.courses import locale, make_home
from tests.factories.people import make_account, make_agency, make_person
from workshops.models import AttendanceRecord, OutlinePage, Registration, Session, Workshop, WorkshopRequest
from workshops.services import (
    Captured,
    add_facilitator,
    add_session,
    add_sessions,
    ask_for_workshop,
    open_register,
    publish_workshop,
    record_events,
    register_person,
    schedule_workshop,
)
from workshops.timetable import Slot

DAY = date(2026, 3, 9)


def make_workshop(
    *, facilitator: Account | None = None, sessions: int = 2, published: bool = True, minutes: int = 60, **fields: Any
) -> Workshop:
    """Schedule a workshop with a facilitator (a new account with the role unless one is given).

    Its sessions begin at 09:00, two a day, `minutes` long, an hour and a half apart.
    """
    number = Workshop.objects.count() + 1
    values = {"code": f"W{number}", "title_en": f"Workshop {number}", "starts_on": DAY, "language": "en"}
    workshop = schedule_workshop(**{**values, **fields})
    account = facilitator or make_facilitator()
    add_facilitator(workshop=workshop, person=account.person, lead=True)
    starts_on = workshop.starts_on
    rows = [_session(each + 1, starts_on + timedelta(days=each // 2), each % 2, minutes) for each in range(sessions)]
    if rows:
        add_sessions(workshop=workshop, rows=rows)
    if published and sessions:
        workshop = publish_workshop(workshop=workshop)
    workshop.refresh_from_db()
    return workshop


def make_facilitator() -> Account:
    """A person with an account and the role."""
    return make_account(Role.FACILITATOR, agency=make_agency())


def make_quiet_facilitator() -> Account:
    """A facilitator without an address: all messages about the workshop are those of participants."""
    account = make_facilitator()
    account.person.email = ""
    account.person.save()
    return account


def make_session(
    workshop: Workshop, *, day: date | None = None, slot: int = 0, minutes: int = 60, **fields: Any
) -> Session:
    """Add a session at 09:00 (slot 0), 10:30 (slot 1), 12:00 …"""
    place, values = _session(workshop.sessions.count() + 1, day or workshop.starts_on, slot, minutes)
    times = {"day": place.day, "start_time": place.start_time, "end_time": place.end_time}
    return add_session(workshop=workshop, **{**times, **values, **fields})


def _session(number: int, day: date, slot: int, minutes: int) -> tuple[Slot, dict[str, Any]]:
    start = 9 * 60 + slot * 90
    end = start + minutes
    times = time(start // 60, start % 60), time(end // 60, end % 60)
    return Slot(day, *times), {"title_en": f"Session {number}"}


def register(
    workshop: Workshop, person: Person | None = None, agency: Agency | None = None, **fields: Any
) -> Registration:
    """Confirm a person (a new one of a new agency unless given), long before the workshop unless `at` is given."""
    agency = agency or (person and person.memberships.current().get().agency) or make_agency()
    person = person or make_person(agency=agency)
    values = {"source": Registration.Source.NOMINATION, "at": _long_before(workshop)}
    return register_person(workshop=workshop, person=person, agency=agency, **{**values, **fields})


def open_session(workshop: Workshop, number: int = 1) -> Session:
    """Open the register of a session."""
    return open_register(session=workshop.sessions.get(number=number))


def _long_before(workshop: Workshop) -> Any:
    first = workshop.sessions.order_by("starts_at").first()
    return first.starts_at - timedelta(days=10) if first else None


def mark(session: Session, person: Person, status: str = "present", **fields: Any) -> AttendanceRecord:
    """Let the facilitator mark a person (or record what `fields` say) and return the record."""
    event = {"id": uuid.uuid4(), "person_id": person.pk, "status": status, **fields}
    outcome = record_events(session=session, events=[Captured(**event)], actor=None)[0]
    assert not outcome.refusal, outcome.refusal
    assert outcome.record is not None
    return outcome.record


def make_request(*, agency: Agency, actor: Account, **fields: Any) -> WorkshopRequest:
    """Ask for a workshop for an agency, some weeks from now."""
    values = {
        "subject": "Interpreters in the clinic",
        "purpose": "For doctors and nurses.",
        "people": 20,
        "earliest": DAY,
        "latest": DAY + timedelta(days=30),
        "language": "en",
    }
    return ask_for_workshop(agency=agency, actor=actor, **{**values, **fields})


def make_outline_page(code: str = "O1", *, language: str = "en", live: bool = True, **fields: Any) -> OutlinePage:
    """Create an outline page below the home page of its language, published through a revision unless not `live`."""
    values = {
        "title": f"Outline {code} {language}",
        "slug": f"outline-{code.lower()}-{OutlinePage.objects.count()}",
        "outline_code": code,
        "summary": f"Summary {code} {language}",
        "objectives": "<ul><li>Objective</li></ul>",
        **fields,
    }
    page = OutlinePage(locale=locale(language), live=False, **values)
    make_home(language).add_child(instance=page)
    if live:
        page.save_revision().publish()
        page.refresh_from_db()
    return page
