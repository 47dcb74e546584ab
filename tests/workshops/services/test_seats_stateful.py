"""Whatever happens in whatever order: no pool is oversold, no attendance is lost, nobody is on the list twice."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.factories.people import make_account, make_agency, make_person
from tests.factories.workshops import make_workshop, mark, open_session
from workshops.errors import WorkshopError
from workshops.models import AttendanceEvent, AttendanceRecord, Registration, SeatPool
from workshops.seats import WAYS, free_pool
from workshops.services import (
    answer_invitation,
    approve_registration,
    change_workshop,
    follow_waiting_lists,
    invite,
    invite_all,
    nominate_person,
    register_oneself,
    register_person,
    reject_registration,
    replace_person,
    set_seats,
    withdraw_registration,
)
from workshops.services.waiting import pools_of

pytestmark = [pytest.mark.django_db, pytest.mark.db]
PEOPLE = st.integers(0, 5)
BEGINNING = datetime(2026, 3, 1, 8, tzinfo=UTC)
RELEASED = date(2026, 3, 5)


class World:
    """Six people of two agencies and one workshop with a seat for an agency and an open one."""

    def __init__(self) -> None:
        self.agencies = [make_agency(), make_agency()]
        self.people = [make_person(agency=self.agencies[each % 2]) for each in range(6)]
        self.manager = make_account("manager")
        self.workshop = make_workshop(self_registration=True, offer_hours=24, sessions=1)
        set_seats(workshop=self.workshop, agency=self.agencies[0], seats=1, released_on=RELEASED)
        set_seats(workshop=self.workshop, agency=None, seats=1)


class Seats(RuleBasedStateMachine):
    """A clock that only goes on, and whatever people do. Every example begins in the same world and leaves no trace."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.agencies, self.people = self.world.agencies, self.world.people
        self.manager, self.workshop = self.world.manager, self.world.workshop
        self.states: dict[int, str] = {}
        self.noted: set[tuple[int, str]] = set()
        self.clock = time_machine.travel(BEGINNING, tick=False)
        self.traveller = self.clock.start()
        self.example = transaction.atomic()
        self.example.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)
        self.clock.stop()

    def attempt(self, act, **values) -> None:
        """Do something; a refusal is an answer as well."""
        try:
            act(**values)
        except WorkshopError:
            return

    def latest(self, number: int) -> Registration | None:
        return Registration.objects.filter(person=self.people[number]).order_by("pk").last()

    def with_latest(self, number: int, act, **values) -> None:
        registration = self.latest(number)
        if registration is not None:
            self.attempt(act, registration=registration, **values)

    @rule(number=PEOPLE)
    def is_nominated(self, number: int) -> None:
        agency = self.agencies[number % 2]
        self.attempt(
            nominate_person, workshop=self.workshop, person=self.people[number], agency=agency, actor=self.manager
        )

    @rule(number=PEOPLE)
    def is_invited(self, number: int) -> None:
        self.with_latest(number, invite)

    @rule()
    def all_are_invited(self) -> None:
        self.attempt(invite_all, workshop=self.workshop)

    @rule(number=PEOPLE, accepts=st.booleans())
    def answers(self, number: int, accepts: bool) -> None:
        self.with_latest(number, answer_invitation, accepts=accepts)

    @rule(number=PEOPLE)
    def registers(self, number: int) -> None:
        self.attempt(register_oneself, workshop=self.workshop, person=self.people[number], actor=self.manager)

    @rule(number=PEOPLE)
    def is_confirmed_at_once(self, number: int) -> None:
        agency = self.agencies[number % 2]
        values = {"person": self.people[number], "agency": agency, "source": "nomination"}
        self.attempt(register_person, workshop=self.workshop, **values)

    @rule(number=PEOPLE, approved=st.booleans())
    def is_decided_about(self, number: int, approved: bool) -> None:
        if approved:
            self.with_latest(number, approve_registration, actor=self.manager)
        else:
            self.with_latest(number, reject_registration, reason="No", actor=self.manager)

    @rule(number=PEOPLE)
    def withdraws(self, number: int) -> None:
        self.with_latest(number, withdraw_registration)

    @rule(number=PEOPLE, by=PEOPLE)
    def is_replaced(self, number: int, by: int) -> None:
        self.with_latest(number, replace_person, by=self.people[by], actor=self.manager)

    @rule(seats=st.integers(0, 3), open_ones=st.booleans())
    def seats_change(self, seats: int, open_ones: bool) -> None:
        agency = None if open_ones else self.agencies[0]
        self.attempt(set_seats, workshop=self.workshop, agency=agency, seats=seats, released_on=RELEASED)

    @rule(approval=st.sampled_from(["none", "agency", "programme"]))
    def approval_changes(self, approval: str) -> None:
        self.attempt(change_workshop, workshop=self.workshop, approval=approval)

    @rule(hours=st.sampled_from([1, 23, 60]))
    def time_passes(self, hours: int) -> None:
        self.traveller.shift(timedelta(hours=hours))
        follow_waiting_lists()

    @rule(number=PEOPLE)
    def is_excused(self, number: int) -> None:
        """Before it begins a register only takes excuses, and it opens without beginning the workshop."""
        registration = self.latest(number)
        if registration is None or registration.state != "confirmed":
            return
        session = open_session(self.workshop)
        type(self.workshop).objects.filter(pk=self.workshop.pk).update(status="published")
        mark(session, registration.person, "excused")
        self.noted.add((registration.person_id, "excused"))

    @invariant()
    def no_pool_is_oversold(self) -> None:
        assert all(pool.taken <= pool.seats for pool in SeatPool.objects.with_taken())

    @invariant()
    def nobody_is_on_the_list_twice(self) -> None:
        active = Counter(Registration.objects.active().values_list("person", flat=True))
        assert all(count == 1 for count in active.values())

    @invariant()
    def nobody_waits_for_a_seat_that_is_free(self) -> None:
        pools = pools_of(self.workshop)
        waiting = Registration.objects.filter(state="waitlisted").select_related("agency")
        assert [each for each in waiting if free_pool(pools, each.agency.path or "")] == []

    @invariant()
    def states_follow_the_ways(self) -> None:
        now = dict(Registration.objects.values_list("pk", "state"))
        for key, state in now.items():
            before = self.states.get(key, "")
            assert before == state or _leads(before, state), (before, state)
        self.states = now

    @invariant()
    def what_was_noted_stays(self) -> None:
        assert self.noted <= set(AttendanceRecord.objects.values_list("person", "status"))
        assert AttendanceEvent.objects.count() >= len(self.noted)


def _leads(before: str, after: str) -> bool:
    """Whether one or several steps lead from a state to another: one act may do several."""
    reached, new = {before}, {before}
    while new:
        new = {state for state, ways in WAYS.items() if ways & new} - reached
        reached |= new
    return after in reached


def test_no_order_of_events_oversells_a_pool_loses_attendance_or_names_somebody_twice():
    with time_machine.travel(BEGINNING, tick=False):
        Seats.world = World()

    run_state_machine_as_test(Seats, settings=settings(max_examples=20, stateful_step_count=20))
