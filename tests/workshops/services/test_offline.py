"""What a phone takes along, its keys, and marks that arrive in any order."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from people.models import Account, Person
from tests.factories.people import make_agency, make_person
from tests.factories.workshops import DAY, make_facilitator, make_session, make_workshop, mark, open_session, register
from workshops.errors import RegisterError
from workshops.models import AttendanceEvent, Session, Workshop
from workshops.services import (
    Captured,
    cancel_workshop,
    kept_until,
    keys_of,
    rebuild_records,
    record_events,
    roster_of,
    sign_off,
    withdraw_registration,
)

pytestmark = [pytest.mark.django_db, pytest.mark.db]


@pytest.fixture
def facilitator(db: None) -> Account:
    return make_facilitator()


@pytest.fixture
def workshop(facilitator: Account, time_machine) -> Workshop:
    time_machine.move_to("2026-03-09T12:00:00Z", tick=False)
    return make_workshop(code="W1", facilitator=facilitator)


class TestRoster:
    def test_names_whom_each_register_names_with_what_it_says(self, workshop):
        agency = make_agency()
        first, second = (
            register(workshop, make_person(agency=agency, family_name=name)) for name in ("Adamovich", "Barysevich")
        )
        session = open_session(workshop)
        mark(session, first.person, "late")
        withdraw_registration(registration=second, actor=None, reason="Ill")
        register(workshop, make_person(agency=agency, family_name="Charniak"), track="north")

        roster = roster_of(workshop=workshop)

        codes = {name: code for code, (name, _agency) in roster["people"].items()}
        assert [name.split()[0] for name in codes] == ["Adamovich", "Barysevich", "Charniak"]
        assert {agency for _name, agency in roster["people"].values()} == {agency.name}
        by_name = {name.split()[0]: code for name, code in codes.items()}
        assert [
            (each["number"], each["title"], each["hours"], each["signed"], each["rows"]) for each in roster["sessions"]
        ] == [
            (
                1,
                "1. Session 1",
                "09:00–10:00",
                False,
                [
                    [by_name["Adamovich"], "late"],
                    [by_name["Barysevich"], "not_recorded"],
                    [by_name["Charniak"], "not_recorded"],
                ],
            ),
            (
                2,
                "2. Session 2",
                "10:30–11:30",
                False,
                [[by_name[name], "not_recorded"] for name in ("Adamovich", "Barysevich", "Charniak")],
            ),
        ]
        assert (roster["code"], roster["title"], roster["until"]) == ("W1", workshop.title, "2026-03-23")

    def test_a_signed_register_says_so(self, workshop, facilitator):
        sign_off(session=open_session(workshop), actor=facilitator)

        assert [each["signed"] for each in roster_of(workshop=workshop)["sessions"]] == [True, False]

    @pytest.mark.parametrize("people", [1, 3])
    def test_costs_the_same_however_many_people(self, workshop, people, django_assert_num_queries):
        for _ in range(people):
            register(workshop)
        open_session(workshop)

        with django_assert_num_queries(3):
            roster_of(workshop=workshop)

    def test_names_stay_until_the_lock_or_two_weeks_after(self, workshop):
        assert kept_until(workshop) == DAY + timedelta(days=14)
        workshop.lock_on = date(2026, 3, 12)
        assert kept_until(workshop) == date(2026, 3, 12)

    def test_afterwards_nobody_takes_them_along(self, workshop, time_machine):
        time_machine.move_to("2026-03-24T12:00:00Z")

        with pytest.raises(RegisterError, match="only while their workshop is held"):
            roster_of(workshop=workshop)

    def test_a_cancelled_workshop_is_not_taken_along(self, workshop, facilitator):
        cancelled = cancel_workshop(workshop=workshop, reason="Snow", actor=facilitator)

        with pytest.raises(RegisterError):
            roster_of(workshop=cancelled)

    def test_of_a_session_that_makes_up_for_another_it_names_those_who_lack_minutes(self, workshop):
        there, absent = register(workshop), register(workshop)
        session = open_session(workshop)
        mark(session, there.person, "present")
        mark(session, absent.person, "absent")
        make_session(workshop, day=date(2026, 3, 12), makes_up_for=session)

        sessions = roster_of(workshop=workshop)["sessions"]

        assert sessions[-1]["rows"] == [[absent.person.public_code, "not_recorded"]]


class TestKeys:
    def test_names_have_a_key_of_the_sign_in_and_notes_one_of_the_account(self, workshop, facilitator):
        first, again, later = (
            keys_of(account=facilitator, workshop=workshop, sign_in=key) for key in ("one", "one", "two")
        )

        assert first == again
        assert first.roster != later.roster
        assert (first.notes, first.owner) == (later.notes, later.owner)
        assert (len(first.roster), len(first.notes), len(first.owner)) == (32, 32, 16)

    def test_no_two_accounts_or_workshops_share_a_key(self, workshop, facilitator):
        own = keys_of(account=facilitator, workshop=workshop, sign_in="one")
        other = keys_of(account=make_facilitator(), workshop=workshop, sign_in="one")
        elsewhere = keys_of(account=facilitator, workshop=make_workshop(), sign_in="one")

        keys = [key for each in (own, other, elsewhere) for key in (each.roster, each.notes)]
        assert len(set(keys)) == 6
        assert own.owner == elsewhere.owner != other.owner


# --- Replay ----------------------------------------------------------------------------------------------------------
PEOPLE = 3
_WORDS = st.tuples(
    st.integers(0, PEOPLE - 1),
    st.sampled_from(["present", "late", "left_early", "excused", "absent", "not_recorded"]),
    st.sampled_from(["facilitator", "paper", "qr", "badge", "online"]),
    st.sampled_from([None, 0, 25, 60]),
    st.sampled_from(["", "phone", "tablet"]),
)


@st.composite
def replays(draw) -> tuple[list[tuple], list[list[int]]]:
    """(what was captured, in the order of the clock; the same by place: in another order, twice, in batches)"""
    captured = draw(st.lists(_WORDS, min_size=1, max_size=8))
    again = draw(st.lists(st.sampled_from(range(len(captured))), max_size=4))
    order = draw(st.permutations([*range(len(captured)), *again]))
    cuts = sorted(draw(st.sets(st.integers(1, len(order)), max_size=3)) | {0, len(order)})
    return captured, [order[start:end] for start, end in pairwise(cuts)]


@pytest.fixture
def people(workshop: Workshop) -> list[Person]:
    return [register(workshop).person for _ in range(PEOPLE)]


def _events(session: Session, people: Sequence[Person], captured: Sequence[tuple]) -> list[Captured]:
    return [
        Captured(
            uuid.uuid4(),
            people[place].pk,
            status,
            source=source,
            minutes=minutes,
            device=device,
            device_time=session.starts_at + timedelta(minutes=minute),
        )
        for minute, (place, status, source, minutes, device) in enumerate(captured)
    ]


def _register_of(session: Session) -> list[tuple]:
    return sorted(session.records.values_list("person", "status", "credited_minutes", "reason"))


@given(replay=replays())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_replay_in_any_order_twice_and_in_any_batches_gives_the_same_register(workshop, people, replay):
    captured, batches = replay
    with transaction.atomic():
        first, second = workshop.sessions.order_by("number")
        events = _events(first, people, captured)
        record_events(session=first, events=events, actor=None)
        elsewhere = [replace(each, id=uuid.uuid4()) for each in events]

        for batch in batches:
            record_events(session=second, events=[elsewhere[place] for place in batch], actor=None)

        assert _register_of(first) == _register_of(second)
        assert AttendanceEvent.objects.count() == 2 * len(captured)
        assert rebuild_records(check=True) == (2 * PEOPLE, 0)
        transaction.set_rollback(True)
