"""Seats and the people who take them."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from audit.models import Event
from people.models import Account, Agency, Person
from people.services import join_agency
from tests.factories.people import make_account, make_agency, make_person
from tests.factories.workshops import make_facilitator, make_session, make_workshop, mark, open_session, register
from workshops.errors import SeatError
from workshops.models import AttendanceRecord, Facilitation, Registration, SeatPool, Workshop
from workshops.services import (
    add_facilitator,
    cancel_workshop,
    confirm_walk_in,
    register_person,
    set_seats,
    sign_off,
    withdraw_registration,
)

pytestmark = [pytest.mark.django_db, pytest.mark.db]
NOMINATION = Registration.Source.NOMINATION


@pytest.fixture
def workshop(db: None) -> Workshop:
    return make_workshop()


def test_without_pools_there_is_no_limit_and_the_registration_is_confirmed(workshop):
    agency = make_agency()
    person = make_person(agency=agency)

    registration = register_person(workshop=workshop, person=person, agency=agency, source=NOMINATION)

    assert (registration.state, registration.agency, registration.pool) == ("confirmed", agency, None)
    assert registration.confirmed_at is not None
    assert Event.objects.filter(action="workshops.registered", subject=person).count() == 1


def test_a_second_click_returns_the_registration_that_stands(workshop):
    agency = make_agency()
    person = make_person(agency=agency)

    first, second = (
        register_person(workshop=workshop, person=person, agency=agency, source=NOMINATION) for _ in range(2)
    )

    assert first == second
    assert Registration.objects.count() == 1


def test_a_nomination_becomes_the_confirmation_and_keeps_its_agency(workshop):
    agency = make_agency()
    nominated = Registration.objects.create(
        workshop=workshop,
        person=make_person(agency=agency),
        agency=agency,
        state="nominated",
        source="nomination",
        created_at=workshop.status_at,
    )

    confirmed = register_person(
        workshop=workshop, person=nominated.person, agency=make_agency(), source=Registration.Source.SELF
    )

    assert (confirmed.pk, confirmed.state, confirmed.agency, confirmed.source) == (
        nominated.pk,
        "confirmed",
        agency,
        "nomination",
    )


def test_people_with_an_e_mail_can_sign_in_and_others_still_take_part(workshop):
    agency = make_agency()
    with_mail, without = make_person(agency=agency), make_person(agency=agency, email="")

    for person in (with_mail, without):
        register(workshop, person)

    assert list(Account.objects.filter(person__in=[with_mail, without]).values_list("person", flat=True)) == [
        with_mail.pk
    ]


def test_an_address_that_somebody_else_signs_in_with_keeps_nobody_out(workshop):
    Account.objects.create_user("shared@example.org", person=make_person())
    person = make_person(agency=make_agency(), email="shared@example.org")

    assert register(workshop, person).state == "confirmed"
    assert Event.objects.filter(action="people.account_not_opened", subject=person).count() == 1


class TestSeats:
    def test_the_seats_of_the_agency_go_first_then_those_of_the_agency_above_then_the_open_ones(
        self, workshop, agency_tree
    ):
        for agency in (agency_tree.clinic, agency_tree.ministry, None):
            set_seats(workshop=workshop, agency=agency, seats=1)

        pools = [register(workshop, make_person(agency=agency_tree.clinic)).pool.agency for _ in range(3)]

        assert pools == [agency_tree.clinic, agency_tree.ministry, None]
        with pytest.raises(SeatError, match="All 3 seats for Agency clinic are taken"):
            register(workshop, make_person(agency=agency_tree.clinic))

    def test_another_agencys_seats_are_not_taken(self, workshop, agency_tree):
        set_seats(workshop=workshop, agency=agency_tree.unrelated, seats=5)

        with pytest.raises(SeatError, match="has no seats for Agency clinic"):
            register(workshop, make_person(agency=agency_tree.clinic))

    def test_a_withdrawal_frees_the_seat(self, workshop):
        set_seats(workshop=workshop, agency=None, seats=1)
        withdraw_registration(registration=register(workshop))

        assert register(workshop).state == "confirmed"

    def test_a_place_that_is_offered_is_taken(self, workshop):
        set_seats(workshop=workshop, agency=None, seats=1)
        Registration.objects.filter(pk=register(workshop).pk).update(state="offered")

        with pytest.raises(SeatError, match="The only seat"):
            register(workshop)

    def test_people_from_before_the_limit_take_seats_in_it(self, workshop, agency_tree):
        earlier = register(workshop, make_person(agency=agency_tree.clinic))

        set_seats(workshop=workshop, agency=agency_tree.ministry, seats=2)

        earlier.refresh_from_db()
        assert earlier.pool.agency == agency_tree.ministry
        with pytest.raises(SeatError, match="1 seat is taken already"):
            set_seats(workshop=workshop, agency=agency_tree.ministry, seats=0)
        assert SeatPool.objects.get().seats == 2

    def test_seats_that_somebody_has_are_not_removed(self, workshop):
        set_seats(workshop=workshop, agency=None, seats=2)
        register(workshop)

        with pytest.raises(SeatError, match="People have seats"):
            set_seats(workshop=workshop, agency=None, seats=None)

    def test_seats_without_people_are_removed(self, workshop):
        set_seats(workshop=workshop, agency=None, seats=2)
        set_seats(workshop=workshop, agency=None, seats=None)

        assert not SeatPool.objects.exists()

    def test_a_walk_in_is_never_refused_and_takes_no_seat(self, workshop):
        set_seats(workshop=workshop, agency=None, seats=1)
        register(workshop)
        agency = make_agency()

        walked_in = confirm_walk_in(session=open_session(workshop), person=make_person(), agency=agency)

        assert (walked_in.state, walked_in.source, walked_in.pool) == ("confirmed", "walk_in", None)


@pytest.mark.parametrize(("state", "source"), [("nominated", "nomination"), ("pending", "self")])
def test_who_is_known_already_and_comes_unconfirmed_keeps_where_the_registration_began(workshop, state, source):
    agency = make_agency()
    set_seats(workshop=workshop, agency=agency, seats=1)
    person = make_person(agency=agency)
    known = Registration.objects.create(
        workshop=workshop, person=person, agency=agency, state=state, source=source, created_at=timezone.now()
    )
    session = open_session(workshop)

    came = confirm_walk_in(session=session, person=person, agency=agency)

    assert (came.pk, came.state, came.source, came.pool) == (known.pk, "confirmed", source, None)
    assert came.is_expected_in(session)


def test_a_cancelled_workshop_takes_nobody(workshop):
    cancel_workshop(workshop=workshop, reason="No funds")

    with pytest.raises(SeatError, match="takes no more registrations"):
        register(workshop)


class TestWhoRunsIt:
    def test_takes_no_part_in_it(self):
        runs = make_facilitator().person
        workshop = make_workshop(facilitator=runs.account)
        agency = runs.memberships.get().agency

        with pytest.raises(SeatError, match="runs this workshop"):
            register_person(workshop=workshop, person=runs, agency=agency, source=NOMINATION)
        with pytest.raises(SeatError, match="runs this workshop"):
            confirm_walk_in(session=workshop.sessions.first(), person=runs, agency=agency)

    def test_is_no_longer_counted_from_when_the_person_was_named(self, workshop):
        person = register(workshop).person
        add_facilitator(workshop=workshop, person=person)

        assert list(Registration.objects.ever_confirmed()) == []
        assert open_session(workshop).records.count() == 0

    def test_counts_when_the_person_declined_to_run_it(self, workshop):
        registration = register(workshop)
        add_facilitator(workshop=workshop, person=registration.person)
        Facilitation.objects.filter(person=registration.person).update(state="declined")

        assert list(Registration.objects.ever_confirmed()) == [registration]


def test_somebody_confirmed_for_later_who_is_here_already_is_expected_from_this_session_on():
    workshop = make_workshop(sessions=3)
    first, second, third = workshop.sessions.order_by("number")
    registration = register(workshop, at=third.starts_at)
    for session in (first, second):
        open_session(workshop, session.number)

    confirm_walk_in(session=second, person=registration.person, agency=registration.agency)

    registration.refresh_from_db()
    assert registration.confirmed_at == second.starts_at
    assert [registration.is_expected_in(session) for session in (first, second, third)] == [False, True, True]
    assert list(AttendanceRecord.objects.values_list("session__number", flat=True)) == [2]


def test_nobody_but_those_who_see_everybody_confirms_past_whoever_approves(workshop):
    Workshop.objects.update(approval=Workshop.Approval.PROGRAMME)
    facilitator, manager = make_facilitator(), make_account("manager")
    person = make_person(agency=make_agency())
    values = {"workshop": workshop, "person": person, "agency": make_agency(), "source": NOMINATION}

    with pytest.raises(SeatError, match="approved by others"):
        register_person(actor=facilitator, **values)

    assert register_person(actor=manager, **values).state == "confirmed"


def test_whoever_took_part_stays_on_the_list_once_all_registers_are_signed(workshop):
    registration, facilitator = register(workshop), make_facilitator()
    for number in (1, 2):
        sign_off(session=open_session(workshop, number), actor=facilitator, accept_unrecorded=True)

    with pytest.raises(SeatError, match="stays on the list"):
        withdraw_registration(registration=registration)


def test_a_withdrawal_never_deletes_attendance_and_happens_once(workshop):
    registration = register(workshop)
    mark(open_session(workshop), registration.person)

    withdraw_registration(registration=registration, reason="Illness")
    again = withdraw_registration(registration=registration, reason="Another reason")

    assert (again.state, again.reason) == ("withdrawn", "Illness")
    assert AttendanceRecord.objects.values_list("status", "credited_minutes").get() == ("present", 60)
    assert Event.objects.filter(action="workshops.registration_withdrawn").count() == 1


def test_somebody_who_withdrew_can_register_again(workshop):
    first = register(workshop)
    withdraw_registration(registration=first)

    second = register(workshop, first.person)

    assert (second.pk != first.pk, second.state) == (True, "confirmed")


class TestWhoIsExpected:
    def test_a_late_joiner_is_not_expected_in_what_is_over(self, workshop):
        first, second = workshop.sessions.all()
        registration = register(workshop, at=first.ends_at)

        for session in (first, second):
            open_session(workshop, session.number)

        assert list(AttendanceRecord.objects.values_list("session", "person")) == [(second.pk, registration.person_id)]

    def test_whoever_is_confirmed_while_a_session_runs_is_put_on_its_register(self, workshop):
        session = open_session(workshop)

        registration = register(workshop, at=session.starts_at + timedelta(minutes=30))

        assert list(session.records.values_list("person", "status")) == [(registration.person_id, "not_recorded")]

    def test_a_signed_register_takes_nobody_more(self, workshop):
        session = open_session(workshop)
        sign_off(session=session, actor=workshop.facilitations.get().person.account)

        register(workshop, at=session.starts_at)

        assert not session.records.exists()

    def test_whoever_withdrew_before_a_session_is_not_expected_in_it(self, workshop):
        first, second = workshop.sessions.all()
        withdraw_registration(registration=register(workshop), at=second.starts_at)

        assert [open_session(workshop, each.number).records.count() for each in (first, second)] == [1, 0]

    def test_people_of_one_track_are_not_expected_in_another(self):
        workshop = make_workshop(sessions=1)
        make_session(workshop, slot=1, track="doctors")
        make_session(workshop, slot=1, track="lawyers")
        doctor = register(workshop, track="doctors")

        registers = [
            list(open_session(workshop, number).records.values_list("person", flat=True)) for number in (1, 2, 3)
        ]

        assert registers == [[doctor.person_id], [doctor.person_id], []]

    def test_minutes_count_for_the_agency_of_the_day(self, workshop, agency_tree):
        person = make_person(agency=agency_tree.clinic)
        register(workshop, person)
        make_session(workshop, day=workshop.starts_on + timedelta(days=1))
        join_agency(person=person, agency=agency_tree.unrelated, since=workshop.starts_on + timedelta(days=1))

        agencies = [open_session(workshop, number).records.get().agency for number in (1, 3)]

        assert agencies == [agency_tree.clinic, agency_tree.unrelated]

    def test_whoever_is_registered_for_a_second_agency_counts_for_it(self, workshop, agency_tree):
        person = make_person(agency=agency_tree.clinic)
        person.memberships.create(agency=agency_tree.unrelated, valid_from=workshop.starts_on, primary=False)

        register(workshop, person, agency_tree.unrelated)

        assert open_session(workshop).records.get().agency == agency_tree.unrelated


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time by itself")
@pytest.mark.django_db(transaction=True)
def test_of_twenty_clicks_at_once_three_seats_go_to_three_people():
    workshop = make_workshop()
    set_seats(workshop=workshop, agency=None, seats=3)
    agency = make_agency()
    people = [make_person(agency=agency) for _ in range(20)]

    outcomes = _at_once([lambda person=person: _try(workshop, person, agency) for person in people])

    assert sorted(outcomes) == ["confirmed"] * 3 + ["refused"] * 17
    assert Registration.objects.filter(state="confirmed").count() == 3


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time by itself")
@pytest.mark.django_db(transaction=True)
def test_ten_clicks_of_one_person_at_once_are_one_registration():
    workshop = make_workshop()
    agency = make_agency()
    person = make_person(agency=agency)

    outcomes = _at_once([lambda: _try(workshop, person, agency)] * 10)

    assert outcomes == ["confirmed"] * 10
    assert Registration.objects.count() == 1


def _try(workshop: Workshop, person: Person, agency: Agency) -> str:
    try:
        return register_person(workshop=workshop, person=person, agency=agency, source=NOMINATION).state
    except SeatError:
        return "refused"


def _at_once(calls: list) -> list[str]:
    """Run all calls in threads of their own that start together; return what they returned."""
    gate, outcomes = threading.Barrier(len(calls)), []

    def run(call):
        gate.wait()
        try:
            outcomes.append(call())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
