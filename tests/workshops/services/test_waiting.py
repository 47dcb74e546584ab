"""Waiting lists: who is offered a free seat, for how long, and when seats of agencies open to all."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.models import ProtectedError

from audit.models import Event
from people.models import Agency
from tests.factories.people import make_account, make_agency, make_person
from tests.factories.workshops import make_workshop, register
from workshops.errors import SeatError
from workshops.models import Registration, SeatPool, Workshop
from workshops.services import (
    answer_invitation,
    change_session,
    follow_waiting_lists,
    invite,
    nominate_person,
    postpone_workshop,
    register_oneself,
    set_seats,
    waiting_lists,
    withdraw_registration,
)
from workshops.tasks import follow_waiting_lists as follow_job

pytestmark = [pytest.mark.django_db, pytest.mark.db]
BEFORE = datetime(2026, 3, 1, 8, tzinfo=UTC)
START = datetime(2026, 3, 9, 6, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _a_week_before(time_machine) -> None:
    time_machine.move_to(BEFORE, tick=False)


@pytest.fixture
def agency(db: None) -> Agency:
    return make_agency(code="A")


@pytest.fixture
def workshop(db: None) -> Workshop:
    return make_workshop(self_registration=True)


def ask(workshop: Workshop, agency: Agency) -> Registration:
    """A person of the agency registers."""
    account = make_account(agency=agency)
    return register_oneself(workshop=workshop, person=account.person, actor=account)


def states(*registrations: Registration) -> list[str]:
    return [Registration.objects.get(pk=each.pk).state for each in registrations]


class TestAFreeSeat:
    def test_is_offered_to_whoever_came_first(self, workshop, agency):
        set_seats(workshop=workshop, agency=None, seats=1)
        seated, first, second = (ask(workshop, agency) for _ in range(3))

        withdraw_registration(registration=seated)

        offered = Registration.objects.get(state="offered")
        assert (offered, offered.offered_until, offered.pool) == (first, BEFORE + timedelta(hours=48), seated.pool)
        assert states(second) == ["waitlisted"]
        assert Event.objects.filter(action="workshops.registration_offered", subject=first.person).count() == 1

    def test_goes_to_nominees_in_their_order_before_those_who_registered_themselves(self, workshop, agency):
        set_seats(workshop=workshop, agency=None, seats=0)
        own = ask(workshop, agency)
        coordinator = make_account("coordinator", agency=agency)
        nominated = [
            nominate_person(workshop=workshop, person=make_person(agency=agency), agency=agency, actor=coordinator)
            for _ in range(2)
        ]
        for each in reversed(nominated):
            answer_invitation(registration=invite(registration=each), accepts=True)

        assert list(waiting_lists(workshop).values()) == [[nominated[0].pk, nominated[1].pk, own.pk]]
        set_seats(workshop=workshop, agency=None, seats=2)

        assert states(*nominated, own) == ["offered", "offered", "waitlisted"]

    def test_of_an_agency_is_offered_to_its_people_only_and_an_open_one_to_whoever_is_next(self, workshop, agency):
        other = make_agency(code="B")
        set_seats(workshop=workshop, agency=None, seats=0)
        set_seats(workshop=workshop, agency=agency, seats=0)
        stranger, own = ask(workshop, other), ask(workshop, agency)
        pools = {pool.agency: pool.pk for pool in SeatPool.objects.all()}
        assert waiting_lists(workshop) == {pools[None]: [stranger.pk], pools[agency]: [own.pk]}

        set_seats(workshop=workshop, agency=agency, seats=2)
        assert states(stranger, own) == ["waitlisted", "offered"]
        set_seats(workshop=workshop, agency=None, seats=1)

        assert states(stranger, own) == ["offered", "offered"]

    def test_is_offered_until_the_workshop_begins_at_the_latest(self, workshop, agency, time_machine):
        set_seats(workshop=workshop, agency=None, seats=0)
        ask(workshop, agency)
        time_machine.move_to(START - timedelta(hours=3), tick=False)

        set_seats(workshop=workshop, agency=None, seats=1)

        assert Registration.objects.get().offered_until == START

    def test_is_offered_to_nobody_while_the_workshop_is_postponed_or_once_it_has_begun(
        self, workshop, agency, time_machine
    ):
        set_seats(workshop=workshop, agency=None, seats=0)
        waiting = ask(workshop, agency)
        postpone_workshop(workshop=workshop, reason="Snow")
        set_seats(workshop=workshop, agency=None, seats=1)
        assert (states(waiting), follow_waiting_lists()) == (["waitlisted"], 0)

        Workshop.objects.filter(pk=workshop.pk).update(status="published")
        time_machine.move_to(START, tick=False)
        follow_waiting_lists()

        assert states(waiting) == ["waitlisted"]

    def test_is_noticed_by_the_clock_when_nobody_else_did(self, workshop, agency):
        set_seats(workshop=workshop, agency=None, seats=0)
        waiting = ask(workshop, agency)
        SeatPool.objects.update(seats=1)

        follow_job()

        assert states(waiting) == ["offered"]


def test_without_a_limit_nobody_waits_any_more(workshop, agency):
    set_seats(workshop=workshop, agency=None, seats=0)
    waiting = [ask(workshop, agency) for _ in range(2)]

    set_seats(workshop=workshop, agency=None, seats=None)

    assert states(*waiting) == ["offered", "offered"]


class TestAnOffer:
    @pytest.fixture
    def offered(self, workshop, agency) -> tuple[Registration, Registration]:
        """Somebody who was offered the only seat, and the next one who waits."""
        set_seats(workshop=workshop, agency=None, seats=0)
        first, second = ask(workshop, agency), ask(workshop, agency)
        set_seats(workshop=workshop, agency=None, seats=1)
        return first, second

    def test_that_is_accepted_confirms_in_its_seat(self, workshop, offered):
        confirmed = answer_invitation(registration=offered[0], accepts=True)

        assert (confirmed.state, confirmed.pool, confirmed.offered_until) == ("confirmed", workshop.pools.get(), None)

    def test_that_is_declined_goes_to_the_next(self, offered):
        answer_invitation(registration=offered[0], accepts=False, reason="Travelling")

        assert states(*offered) == ["withdrawn", "offered"]

    def test_lapses_when_its_time_is_over_and_goes_to_the_next(self, offered, time_machine):
        time_machine.move_to(BEFORE + timedelta(hours=47, minutes=59), tick=False)
        follow_waiting_lists()
        assert states(*offered) == ["offered", "waitlisted"]

        time_machine.move_to(BEFORE + timedelta(hours=48), tick=False)
        follow_waiting_lists()
        assert states(*offered) == ["lapsed", "offered"]

        time_machine.move_to(BEFORE + timedelta(hours=96), tick=False)
        follow_waiting_lists()
        assert states(*offered) == ["lapsed", "lapsed"]

    def test_that_is_accepted_too_late_has_lapsed(self, offered, time_machine):
        time_machine.move_to(BEFORE + timedelta(hours=48), tick=False)

        assert answer_invitation(registration=offered[0], accepts=True).state == "lapsed"
        assert states(offered[1]) == ["offered"]

    def test_ends_with_the_beginning_also_when_that_was_moved_ahead(self, workshop, offered, time_machine):
        change_session(session=workshop.sessions.get(number=1), day=date(2026, 3, 2))
        time_machine.move_to(datetime(2026, 3, 2, 6, tzinfo=UTC), tick=False)

        follow_waiting_lists()

        assert states(*offered) == ["lapsed", "waitlisted"]


class TestSeatsOfAnAgency:
    def test_that_nobody_has_open_to_all_on_their_day(self, workshop, agency, time_machine):
        other = make_agency(code="B")
        set_seats(workshop=workshop, agency=None, seats=0)
        set_seats(workshop=workshop, agency=agency, seats=3, released_on=date(2026, 3, 4))
        ask(workshop, agency)
        stranger = ask(workshop, other)
        follow_waiting_lists()
        assert states(stranger) == ["waitlisted"]

        time_machine.move_to("2026-03-04T08:00:00Z", tick=False)
        follow_waiting_lists()
        follow_waiting_lists()

        pools = {pool.agency: pool for pool in SeatPool.objects.all()}
        assert {of: pool.seats for of, pool in pools.items()} == {agency: 1, None: 2}
        assert (pools[agency].released_at is not None, states(stranger)) == (True, ["offered"])
        assert Event.objects.get(action="workshops.seats_released").after == {"agency": "A", "seats": 2}

    def test_that_become_free_later_go_to_its_own_people_first(self, workshop, agency, time_machine):
        set_seats(workshop=workshop, agency=agency, seats=1, released_on=date(2026, 3, 4))
        seated, waiting = ask(workshop, agency), ask(workshop, agency)
        time_machine.move_to("2026-03-04T08:00:00Z", tick=False)
        follow_waiting_lists()

        withdraw_registration(registration=seated)
        follow_waiting_lists()
        assert states(waiting) == ["offered"]
        withdraw_registration(registration=waiting)
        follow_waiting_lists()

        assert dict(SeatPool.objects.values_list("agency", "seats")) == {agency.pk: 0, None: 1}

    def test_stay_with_it_when_the_day_is_set_later(self, workshop, agency, time_machine):
        set_seats(workshop=workshop, agency=agency, seats=3, released_on=date(2026, 3, 4))
        set_seats(workshop=workshop, agency=agency, seats=3, released_on=date(2026, 3, 6))
        time_machine.move_to("2026-03-04T08:00:00Z", tick=False)
        follow_waiting_lists()

        assert list(SeatPool.objects.values_list("seats", "released_on")) == [(3, date(2026, 3, 6))]

    def test_that_are_open_to_all_have_no_such_day(self, workshop):
        set_seats(workshop=workshop, agency=None, seats=3, released_on=date(2026, 3, 4))

        assert SeatPool.objects.get().released_on is None


def test_an_agency_with_seats_or_people_is_not_deleted(workshop, agency):
    set_seats(workshop=workshop, agency=agency, seats=1)
    register(workshop, make_person(agency=agency))

    with pytest.raises(ProtectedError):
        agency.delete()
    with pytest.raises(SeatError, match="People have seats of this kind"):
        set_seats(workshop=workshop, agency=agency, seats=None)
