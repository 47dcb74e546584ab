"""From a name on a coordinator's list to a confirmed seat."""

from datetime import date

import pytest

from audit.models import Event
from people.models import Account, Agency
from tests.factories.people import make_account, make_agency, make_person
from tests.factories.workshops import make_workshop, mark, open_session, register
from workshops.errors import SeatError
from workshops.models import AttendanceRecord, Registration, Workshop
from workshops.services import (
    answer_invitation,
    approve_registration,
    cancel_workshop,
    invite,
    invite_all,
    move_nomination,
    nominate_new_person,
    nominate_person,
    nominees,
    register_oneself,
    register_person,
    reject_registration,
    replace_person,
    set_seats,
    withdraw_registration,
)

pytestmark = [pytest.mark.django_db, pytest.mark.db]
BEFORE = "2026-03-01T08:00:00Z"


@pytest.fixture(autouse=True)
def _a_week_before(time_machine) -> None:
    time_machine.move_to(BEFORE, tick=False)


@pytest.fixture
def agency(db: None) -> Agency:
    return make_agency(code="A")


@pytest.fixture
def coordinator(agency: Agency) -> Account:
    return make_account("coordinator", agency=agency)


@pytest.fixture
def workshop(db: None) -> Workshop:
    return make_workshop()


@pytest.fixture
def nominate(workshop, agency, coordinator):
    """Put a new person of the agency on its list."""

    def act(**fields):
        return nominate_person(
            workshop=workshop, person=make_person(agency=agency), agency=agency, actor=coordinator, **fields
        )

    return act


def invited(nominate) -> Registration:
    return invite(registration=nominate())


class TestNominating:
    def test_puts_people_on_the_list_one_behind_the_other(self, nominate, coordinator):
        first, second = nominate(post="Chief doctor", language="be"), nominate()

        assert [(each.state, each.priority, each.post, each.language) for each in (first, second)] == [
            ("nominated", 1, "Chief doctor", "be"),
            ("nominated", 2, "", ""),
        ]
        assert (first.nominated_by, first.pool, first.source) == (coordinator, None, "nomination")
        assert Event.objects.filter(action="workshops.registration_nominated", subject=first.person).count() == 1

    def test_whoever_is_on_a_list_stays_as_is(self, workshop, agency, coordinator):
        registration = register(workshop)

        again = nominate_person(workshop=workshop, person=registration.person, agency=agency, actor=coordinator)

        assert (again, again.state) == (registration, "confirmed")

    def test_somebody_new_becomes_a_member_of_the_agency_once(self, workshop, agency, coordinator):
        names = {"family_name": "Лявонава", "given_name": "Алена", "post": "Doctor"}

        first, second = (
            nominate_new_person(workshop=workshop, agency=agency, actor=coordinator, token="t", **names)
            for _ in range(2)
        )

        assert (first, first.person.memberships.get().agency, first.post) == (second, agency, "Doctor")

    def test_of_a_draft_is_possible_and_of_a_cancelled_workshop_not(self, agency, coordinator):
        draft = make_workshop(published=False)
        person = make_person(agency=agency)
        assert nominate_person(workshop=draft, person=person, agency=agency, actor=coordinator).state == "nominated"
        cancel_workshop(workshop=draft, reason="No funds")

        with pytest.raises(SeatError, match="takes no more nominations"):
            nominate_person(workshop=draft, person=make_person(agency=agency), agency=agency, actor=coordinator)

    def test_ends_when_the_workshop_begins(self, nominate, time_machine):
        time_machine.move_to("2026-03-09T06:00:00Z")

        with pytest.raises(SeatError, match="takes no more nominations"):
            nominate()

    def test_ends_for_coordinators_on_the_last_day_and_not_for_those_who_run_it(self, workshop, agency, nominate):
        Workshop.objects.filter(pk=workshop.pk).update(registration_until=date(2026, 2, 28))
        runs = workshop.facilitations.get().person.account

        with pytest.raises(SeatError, match="is over"):
            nominate()
        late = nominate_person(workshop=workshop, person=make_person(agency=agency), agency=agency, actor=runs)
        assert late.state == "nominated"

    def test_is_for_agencies_of_its_kind_and_for_those_who_have_seats(self, workshop, nominate):
        Workshop.objects.filter(pk=workshop.pk).update(for_kinds=["ngo"])
        with pytest.raises(SeatError, match="for agencies of another kind than Agency A"):
            nominate()
        Workshop.objects.filter(pk=workshop.pk).update(for_kinds=[])
        set_seats(workshop=workshop, agency=make_agency(code="B"), seats=2)
        with pytest.raises(SeatError, match="has no seats for Agency A"):
            nominate()

    def test_whoever_runs_the_workshop_takes_no_part_in_it(self, workshop, agency, coordinator):
        runs = workshop.facilitations.get().person

        with pytest.raises(SeatError, match="runs this workshop"):
            nominate_person(workshop=workshop, person=runs, agency=agency, actor=coordinator)


class TestTheOrder:
    def test_people_of_one_agency_change_places_and_nobody_of_another_is_passed(
        self, workshop, agency, coordinator, nominate
    ):
        other = make_agency(code="B")
        first = nominate()
        stranger = nominate_person(workshop=workshop, person=make_person(agency=other), agency=other, actor=coordinator)
        last = nominate()

        move_nomination(registration=last, up=True, agencies=[agency], actor=coordinator)

        assert nominees(workshop, [agency, other]) == [last, stranger, first]

    def test_the_first_stays_the_first(self, workshop, agency, coordinator, nominate):
        first, second = nominate(), nominate()

        move_nomination(registration=first, up=True, agencies=[agency], actor=coordinator)
        move_nomination(registration=second, up=False, agencies=[agency], actor=coordinator)

        assert nominees(workshop, [agency]) == [first, second]

    def test_whoever_has_a_seat_stands_in_no_order(self, workshop, agency, coordinator, nominate):
        confirmed = answer_invitation(registration=invited(nominate), accepts=True)

        with pytest.raises(SeatError, match="Only people who have no seat"):
            move_nomination(registration=confirmed, up=True, agencies=[agency], actor=coordinator)


class TestInviting:
    def test_asks_everybody_who_is_nominated_once(self, workshop, nominate):
        people = [nominate(), nominate()]

        assert [invite_all(workshop=workshop) for _ in range(2)] == [2, 0]
        assert {each.state for each in Registration.objects.filter(pk__in=[one.pk for one in people])} == {"invited"}
        assert invite(registration=people[0]).state == "invited"

    def test_waits_for_publication(self, agency, coordinator):
        draft = make_workshop(published=False)
        nominated = nominate_person(workshop=draft, person=make_person(agency=agency), agency=agency, actor=coordinator)

        with pytest.raises(SeatError, match="Publish the workshop"):
            invite(registration=nominated)

    def test_asks_nobody_who_is_gone(self, nominate):
        gone = withdraw_registration(registration=nominate())

        with pytest.raises(SeatError, match="This is not possible any more"):
            invite(registration=gone)


class TestAnswering:
    def test_yes_confirms_while_a_seat_is_free_and_then_leads_to_the_waiting_list(self, workshop, nominate):
        set_seats(workshop=workshop, agency=None, seats=1)
        first, second = invited(nominate), invited(nominate)

        answers = [answer_invitation(registration=each, accepts=True) for each in (first, second, first)]

        assert [(each.state, each.pool is None) for each in answers] == [
            ("confirmed", False),
            ("waitlisted", True),
            ("confirmed", False),
        ]

    def test_whoever_accepts_an_invitation_can_sign_in(self, nominate):
        registration = answer_invitation(registration=invited(nominate), accepts=True)

        assert Account.objects.filter(person=registration.person).exists()

    def test_no_withdraws_with_the_reason_and_is_not_taken_back_by_a_yes(self, nominate):
        registration = invited(nominate)

        declined = answer_invitation(registration=registration, accepts=False, reason="On leave")

        assert (declined.state, declined.reason) == ("withdrawn", "On leave")
        with pytest.raises(SeatError, match="no invitation to answer"):
            answer_invitation(registration=registration, accepts=True)

    def test_nobody_answers_before_being_asked_or_once_it_has_begun(self, nominate, time_machine):
        nominated, registration = nominate(), invited(nominate)
        with pytest.raises(SeatError, match="no invitation to answer"):
            answer_invitation(registration=nominated, accepts=True)

        time_machine.move_to("2026-03-09T06:00:00Z")

        with pytest.raises(SeatError, match="The workshop has begun"):
            answer_invitation(registration=registration, accepts=True)


class TestApproval:
    @pytest.fixture
    def manager(self, db: None) -> Account:
        return make_account("manager")

    def test_of_the_agency_is_given_by_its_coordinators_nomination(self, workshop, nominate):
        Workshop.objects.filter(pk=workshop.pk).update(approval="agency")

        assert answer_invitation(registration=invited(nominate), accepts=True).state == "confirmed"

    def test_of_the_agency_is_asked_for_whom_somebody_else_named(self, workshop, agency, coordinator):
        Workshop.objects.filter(pk=workshop.pk).update(approval="agency", self_registration=True)
        learner = make_account(agency=agency)

        pending = register_oneself(workshop=workshop, person=learner.person, actor=learner)
        approved = [approve_registration(registration=pending, actor=coordinator) for _ in range(2)]

        assert pending.state == "pending"
        assert [(each.state, each.approved_by) for each in approved] == [("confirmed", coordinator)] * 2

    def test_of_the_programme_is_asked_for_everybody_and_needs_a_seat(self, workshop, nominate, manager):
        Workshop.objects.filter(pk=workshop.pk).update(approval="programme")
        set_seats(workshop=workshop, agency=None, seats=1)
        pending = [answer_invitation(registration=invited(nominate), accepts=True) for _ in range(2)]

        approved = [approve_registration(registration=each, actor=manager) for each in pending]

        assert [each.state for each in (*pending, *approved)] == ["pending", "pending", "confirmed", "waitlisted"]

    def test_is_for_those_who_wait_for_it(self, nominate, manager):
        with pytest.raises(SeatError, match="does not wait for an approval"):
            approve_registration(registration=nominate(), actor=manager)

    def test_is_refused_with_a_reason_once(self, workshop, nominate, manager):
        Workshop.objects.filter(pk=workshop.pk).update(approval="programme")
        pending = answer_invitation(registration=invited(nominate), accepts=True)

        rejected = [
            reject_registration(registration=pending, reason=reason, actor=manager) for reason in ("Full", "Again")
        ]

        assert [(each.state, each.reason, each.ended_at is None) for each in rejected] == [
            ("rejected", "Full", False)
        ] * 2


class TestRegisteringOneself:
    @pytest.fixture
    def workshop(self, db: None) -> Workshop:
        return make_workshop(self_registration=True)

    @pytest.fixture
    def learner(self, agency: Agency) -> Account:
        return make_account(agency=agency)

    def test_confirms_for_the_own_agency_and_a_second_click_changes_nothing(self, workshop, agency, learner):
        first, second = (register_oneself(workshop=workshop, person=learner.person, actor=learner) for _ in range(2))

        assert first == second
        assert (first.state, first.source, first.agency, first.priority) == ("confirmed", "self", agency, 0)

    def test_leads_to_the_waiting_list_when_the_seats_are_taken(self, workshop, learner):
        set_seats(workshop=workshop, agency=None, seats=1)
        register(workshop)

        assert register_oneself(workshop=workshop, person=learner.person, actor=learner).state == "waitlisted"

    def test_accepts_a_nomination(self, workshop, agency, coordinator, learner):
        nominated = nominate_person(workshop=workshop, person=learner.person, agency=agency, actor=coordinator)

        accepted = register_oneself(workshop=workshop, person=learner.person, actor=learner)

        assert (accepted, accepted.state, accepted.source) == (nominated, "confirmed", "nomination")

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"self_registration": False}, "are registered for this workshop by the coordinators"),
            ({"registration_until": date(2026, 2, 28)}, "The time for nomination and registration is over"),
            ({"status": "draft"}, "does not take place as planned"),
            ({"status": "running"}, "The workshop has begun"),
            ({"for_kinds": ["ngo"]}, "for agencies of another kind"),
        ],
    )
    def test_is_refused_in_a_sentence(self, workshop, learner, fields, sentence):
        Workshop.objects.filter(pk=workshop.pk).update(**fields)

        with pytest.raises(SeatError, match=sentence):
            register_oneself(workshop=workshop, person=learner.person, actor=learner)

    def test_needs_an_agency_and_seats_for_it(self, workshop, learner):
        with pytest.raises(SeatError, match="belongs to no agency"):
            register_oneself(workshop=workshop, person=make_person(), actor=learner)
        set_seats(workshop=workshop, agency=make_agency(code="B"), seats=1)
        with pytest.raises(SeatError, match="has no seats for Agency A"):
            register_oneself(workshop=workshop, person=learner.person, actor=learner)


class TestReplacing:
    def test_the_other_person_takes_the_same_seat_even_when_somebody_waits(
        self, workshop, agency, coordinator, nominate
    ):
        set_seats(workshop=workshop, agency=agency, seats=1)
        first, waiting = (answer_invitation(registration=invited(nominate), accepts=True) for _ in range(2))
        other = make_person(agency=agency)

        new = replace_person(registration=first, by=other, actor=coordinator, reason="Illness")
        again = replace_person(registration=first, by=other, actor=coordinator)

        first.refresh_from_db()
        waiting.refresh_from_db()
        assert (first.state, first.reason, first.replaced_by, first.ended_at is None) == (
            "replaced", "Illness", new, False,
        )  # fmt: skip
        assert (again, new.state, new.pool, new.agency, waiting.state) == (
            new, "confirmed", first.pool, agency, "waitlisted",
        )  # fmt: skip

    def test_whoever_waits_can_step_in_with_the_own_registration(self, workshop, agency, coordinator, nominate):
        set_seats(workshop=workshop, agency=agency, seats=1)
        first, waiting = (answer_invitation(registration=invited(nominate), accepts=True) for _ in range(2))

        new = replace_person(registration=first, by=waiting.person, actor=coordinator)

        assert (new, new.state) == (waiting, "confirmed")
        assert Registration.objects.active().count() == 1

    def test_without_a_seat_the_place_in_the_order_goes_over(self, workshop, agency, coordinator, nominate):
        first, second = nominate(), nominate()

        new = replace_person(registration=first, by=make_person(agency=agency), actor=coordinator)

        assert (new.state, nominees(workshop, [agency])) == ("nominated", [new, second])

    def test_whoever_comes_for_somebody_pending_is_asked_first(self, workshop, agency, coordinator, nominate):
        Workshop.objects.filter(pk=workshop.pk).update(approval="programme")
        pending = answer_invitation(registration=invited(nominate), accepts=True)

        assert replace_person(registration=pending, by=make_person(agency=agency), actor=coordinator).state == "invited"

    def test_what_the_register_says_of_the_first_stays(self, workshop, coordinator):
        registration = register(workshop)
        mark(open_session(workshop), registration.person, "excused")
        Workshop.objects.filter(pk=workshop.pk).update(status="published")

        replace_person(registration=registration, by=make_person(agency=registration.agency), actor=coordinator)

        assert AttendanceRecord.objects.filter(person=registration.person, status="excused").count() == 1

    def test_ends_when_the_workshop_begins(self, workshop, agency, coordinator, time_machine):
        registration = register(workshop)
        time_machine.move_to("2026-03-09T06:00:00Z")

        with pytest.raises(SeatError, match="until the workshop begins"):
            replace_person(registration=registration, by=make_person(agency=agency), actor=coordinator)

    def test_is_refused_for_those_who_are_there_already_gone_or_of_another_agency(
        self, workshop, agency, coordinator, nominate
    ):
        set_seats(workshop=workshop, agency=agency, seats=2)
        first, second = (answer_invitation(registration=invited(nominate), accepts=True) for _ in range(2))
        stranger = make_person(agency=make_agency(code="B"))

        with pytest.raises(SeatError, match="is registered for this workshop already"):
            replace_person(registration=first, by=second.person, actor=coordinator)
        with pytest.raises(SeatError, match="The seat is kept for Agency A"):
            replace_person(registration=first, by=stranger, actor=coordinator)
        gone = withdraw_registration(registration=second)
        with pytest.raises(SeatError, match="is not registered any more"):
            replace_person(registration=gone, by=make_person(agency=agency), actor=coordinator)


def test_the_facilitator_confirms_an_offered_place_in_its_own_seat(workshop):
    set_seats(workshop=workshop, agency=None, seats=1)
    offered = register(workshop)
    Registration.objects.filter(pk=offered.pk).update(state="offered")

    confirmed = register_person(workshop=workshop, person=offered.person, agency=offered.agency, source="nomination")

    assert (confirmed.state, confirmed.pool) == ("confirmed", offered.pool)
