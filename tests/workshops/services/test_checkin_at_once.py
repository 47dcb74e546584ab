"""A whole hall checks in at the same moment, everybody on two phones: one coming each, and nobody is lost."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connection

from tests.factories.people import make_agency, make_person
from tests.factories.workshops import make_workshop, open_session, register
from workshops.models import AttendanceEvent, Session
from workshops.services import check_in

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time by itself"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.db,
]
PATIENCE = 60  # seconds
PEOPLE = 15


def test_two_phones_of_everybody_at_once_are_one_coming_of_each(time_machine):
    workshop = make_workshop()
    agency = make_agency()
    people = [register(workshop, make_person(agency=agency), agency).person for _ in range(PEOPLE)]
    time_machine.move_to(datetime(2026, 3, 9, 6, 3, tzinfo=UTC))
    session = open_session(workshop)

    refusals = _at_once([lambda each=each: _check_in(session, each) for each in people for _phone in range(2)])

    assert set(refusals) == {""}
    assert sorted(AttendanceEvent.objects.values_list("person", flat=True)) == sorted(each.pk for each in people)
    assert set(session.records.values_list("status", flat=True)) == {"present"}


def _check_in(session: Session, person: object) -> str:
    """As a request does, which reads its rows afresh."""
    fresh = Session.objects.select_related("workshop").get(pk=session.pk)
    return check_in(session=fresh, person=person, source="qr").refusal


def _at_once(taps: Sequence[Callable[[], str]]) -> list[str]:
    """Tap in threads that start together, each with its own connection."""
    gate = Barrier(len(taps), timeout=PATIENCE)

    def alone(tap: Callable[[], str]) -> str:
        try:
            connection.ensure_connection()
            gate.wait()
            return tap()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(taps)) as hall:
        return list(hall.map(alone, taps))
