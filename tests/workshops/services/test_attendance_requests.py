"""Requests about records: asking, granting, refusing, taking back."""

from datetime import timedelta

import pytest

from audit.models import Event
from people.models import Account
from tests.factories.people import make_account, make_agency
from tests.factories.workshops import make_facilitator, make_workshop, mark, open_session, register
from workshops.errors import RegisterError
from workshops.models import AttendanceRecord, AttendanceRequest, Registration, Session, Workshop
from workshops.services import (
    ask_for_correction,
    ask_to_be_excused,
    change_workshop,
    grant_record_change,
    open_register,
    rebuild_records,
    refuse_record_change,
    sign_off,
    take_back_record_change,
    withdraw_registration,
)

pytestmark = [pytest.mark.django_db, pytest.mark.db]


@pytest.fixture
def facilitator(db: None) -> Account:
    return make_facilitator()


@pytest.fixture
def workshop(facilitator: Account) -> Workshop:
    return make_workshop(facilitator=facilitator, sessions=2)


@pytest.fixture
def session(workshop: Workshop) -> Session:
    return workshop.sessions.get(number=1)


@pytest.fixture
def participant(db: None) -> Account:
    return make_account()


@pytest.fixture
def registration(workshop: Workshop, participant: Account) -> Registration:
    return register(workshop, participant.person)


@pytest.fixture
def before(session: Session, time_machine):
    """A day before the session begins."""
    time_machine.move_to(session.starts_at - timedelta(days=1), tick=False)


@pytest.fixture
def after(session: Session, time_machine):
    """An hour after the session has ended."""
    time_machine.move_to(session.ends_at + timedelta(hours=1), tick=False)


def excuse(registration: Registration, session: Session, actor: Account) -> AttendanceRequest:
    return ask_to_be_excused(registration=registration, session=session, reason=" A hearing. ", actor=actor)


def correct(registration: Registration, session: Session, actor: Account, **fields) -> AttendanceRequest:
    asked = {"status": "present", "reason": "I sat at the back.", **fields}
    return ask_for_correction(registration=registration, session=session, actor=actor, **asked)


def record_of(registration: Registration, session: Session) -> tuple[str, int, str]:
    found = AttendanceRecord.objects.get(session=session, person=registration.person)
    return found.status, found.credited_minutes, found.reason


class TestAskingToBeExcused:
    pytestmark = [*pytestmark, pytest.mark.usefixtures("before")]

    def test_what_was_asked_is_kept_and_logged(self, registration, session, participant):
        asked = excuse(registration, session, participant)

        assert (asked.status, asked.reason, asked.state, asked.asked_by) == (
            "excused",
            "A hearing.",
            "open",
            participant,
        )
        event = Event.objects.get(action="workshops.record_change_asked")
        assert (event.subject, event.reason) == (registration.person, "A hearing.")

    def test_granted_early_it_leaves_the_register_closed_and_is_on_it_when_it_opens(
        self, registration, session, participant, facilitator
    ):
        grant_record_change(request=excuse(registration, session, participant), actor=facilitator)
        session.refresh_from_db()
        assert (session.opened_at, session.workshop.status) == (None, "published")

        open_register(session=session)

        assert record_of(registration, session) == ("excused", 0, "facilitator")
        assert rebuild_records(check=True) == (1, 0)

    def test_a_mark_made_in_the_session_outweighs_what_was_said_in_advance(
        self, registration, session, participant, facilitator, time_machine
    ):
        grant_record_change(request=excuse(registration, session, participant), actor=facilitator)
        time_machine.move_to(session.starts_at + timedelta(minutes=5), tick=False)
        open_register(session=session)

        mark(session, registration.person)

        assert record_of(registration, session) == ("present", 60, "facilitator")

    def test_in_an_open_register_it_is_noted_at_once(self, registration, session, participant, facilitator):
        open_register(session=session)

        grant_record_change(request=excuse(registration, session, participant), actor=facilitator)

        assert record_of(registration, session) == ("excused", 0, "facilitator")

    def test_it_can_be_taken_back_until_the_register_opens(self, registration, session, participant, facilitator):
        asked = grant_record_change(request=excuse(registration, session, participant), actor=facilitator)

        take_back_record_change(request=asked, actor=participant)
        take_back_record_change(request=asked, actor=participant)
        open_register(session=session)

        assert record_of(registration, session) == ("not_recorded", 0, "")
        assert Event.objects.filter(action="workshops.record_change_taken_back").count() == 1

    def test_what_the_register_speaks_of_is_not_taken_back(self, registration, session, participant, facilitator):
        asked = grant_record_change(request=excuse(registration, session, participant), actor=facilitator)
        open_register(session=session)

        with pytest.raises(RegisterError, match="answered already"):
            take_back_record_change(request=asked, actor=participant)

    def test_one_request_at_a_time(self, registration, session, participant):
        excuse(registration, session, participant)

        with pytest.raises(RegisterError, match="waits for an answer"):
            excuse(registration, session, participant)

    def test_a_reason_is_needed(self, registration, session, participant):
        with pytest.raises(RegisterError, match="Say why"):
            ask_to_be_excused(registration=registration, session=session, reason=" ", actor=participant)

    def test_only_those_who_have_a_place_can_be_excused(self, registration, session, participant):
        gone = withdraw_registration(registration=registration)

        with pytest.raises(RegisterError, match="confirmed participants"):
            excuse(gone, session, participant)

    def test_nobody_is_excused_from_a_session_of_another_workshop(self, registration, participant):
        elsewhere = make_workshop().sessions.get(number=1)

        with pytest.raises(RegisterError, match="confirmed participants"):
            excuse(registration, elsewhere, participant)

    def test_a_record_is_not_corrected_before_the_session_is_over(self, registration, session, participant):
        with pytest.raises(RegisterError, match="when the session is over"):
            correct(registration, session, participant)


class TestAskingForACorrection:
    pytestmark = [*pytestmark, pytest.mark.usefixtures("after")]

    def test_after_the_session_nobody_is_excused_in_advance(self, registration, session, participant):
        with pytest.raises(RegisterError, match="Ask for a correction"):
            excuse(registration, session, participant)

    def test_in_an_open_register_it_becomes_a_mark(self, registration, session, participant, facilitator):
        open_session(session.workshop)

        asked = grant_record_change(
            request=correct(registration, session, participant, status="late", minutes=40),
            actor=facilitator,
            answer=" I remember. ",
        )

        assert (asked.state, asked.answer, asked.answered_by) == ("granted", "I remember.", facilitator)
        assert record_of(registration, session) == ("late", 50, "facilitator")

    def test_in_a_signed_register_it_becomes_a_correction_with_the_reason(
        self, registration, session, participant, facilitator
    ):
        open_session(session.workshop)
        mark(session, registration.person, "absent")
        sign_off(session=session, actor=facilitator)

        grant_record_change(request=correct(registration, session, participant), actor=facilitator)

        assert record_of(registration, session) == ("present", 60, "correction")
        event = Event.objects.get(action="workshops.record_corrected")
        assert event.reason == f"Asked for by {participant.get_full_name()}: I sat at the back."

    def test_what_a_coordinator_asks_is_noted_as_reported_by_the_coordinator(self, registration, session, facilitator):
        coordinator = make_account("coordinator", agency=registration.agency)
        open_session(session.workshop)

        grant_record_change(request=correct(registration, session, coordinator), actor=facilitator)

        assert record_of(registration, session) == ("present", 60, "coordinator")

    def test_refusing_needs_an_answer_and_changes_no_record(self, registration, session, participant, facilitator):
        open_session(session.workshop)
        asked = correct(registration, session, participant)

        with pytest.raises(RegisterError, match="Say why the record stays"):
            refuse_record_change(request=asked, answer=" ", actor=facilitator)
        refused = refuse_record_change(request=asked, answer="The list says otherwise.", actor=facilitator)

        assert (refused.state, refused.answer) == ("refused", "The list says otherwise.")
        assert record_of(registration, session) == ("not_recorded", 0, "")
        with pytest.raises(RegisterError, match="answered already"):
            grant_record_change(request=asked, actor=facilitator)

    def test_what_the_record_says_already_is_not_asked_for(self, registration, session, participant):
        open_session(session.workshop)
        mark(session, registration.person)

        with pytest.raises(RegisterError, match="says this already"):
            correct(registration, session, participant)

    def test_somebody_who_is_not_on_the_register_asks_the_facilitator(self, registration, session, participant):
        with pytest.raises(RegisterError, match="not on the register"):
            correct(registration, session, participant)

    @pytest.mark.parametrize("status", ["not_recorded", "asleep"])
    def test_it_says_what_the_record_should_say(self, registration, session, participant, status):
        open_session(session.workshop)

        with pytest.raises(RegisterError, match="should say"):
            correct(registration, session, participant, status=status)

    def test_nobody_answers_about_oneself(self, session, workshop):
        manager = make_account("manager")
        own = register(workshop, manager.person)
        open_session(workshop)

        with pytest.raises(RegisterError, match="Somebody else"):
            grant_record_change(request=correct(own, session, manager), actor=manager)


class TestAfterTheLockDate:
    @pytest.fixture
    def coordinator(self, registration: Registration) -> Account:
        return make_account("coordinator", agency=registration.agency)

    @pytest.fixture(autouse=True)
    def locked(self, workshop, session, registration, facilitator, time_machine) -> None:
        change_workshop(workshop=workshop, lock_on=workshop.ends_on + timedelta(days=1))
        time_machine.move_to(session.ends_at + timedelta(days=5), tick=False)
        open_session(workshop)
        mark(session, registration.person, "absent")
        sign_off(session=session, actor=facilitator)

    def test_the_coordinator_asks_and_only_a_manager_grants(self, registration, session, coordinator, facilitator):
        asked = correct(registration, session, coordinator)

        with pytest.raises(RegisterError, match="locked"):
            grant_record_change(request=asked, actor=facilitator)
        grant_record_change(request=asked, actor=make_account("manager"))

        assert record_of(registration, session) == ("present", 60, "correction")

    def test_the_person_is_sent_to_the_coordinator(self, registration, session, participant):
        with pytest.raises(RegisterError, match="coordinator of your agency"):
            correct(registration, session, participant)

    def test_the_list_of_managers_has_what_waits_about_locked_registers(self, registration, session, coordinator):
        asked = correct(registration, session, coordinator)
        day = session.workshop.ends_on

        waiting = AttendanceRequest.objects.waiting()

        assert list(waiting.after_lock(day + timedelta(days=2))) == [asked]
        assert list(waiting.after_lock(day + timedelta(days=1))) == []


def test_requests_are_seen_by_the_person_the_facilitator_and_the_coordinator(
    registration, session, participant, facilitator, after
):
    open_session(session.workshop)
    asked = correct(registration, session, participant)

    def sees(account: Account) -> bool:
        return AttendanceRequest.objects.visible_to(account).filter(pk=asked.pk).exists()

    seeing = [
        participant,
        facilitator,
        make_account("coordinator", agency=registration.agency),
        make_account("manager"),
    ]
    strangers = [make_account(), make_facilitator(), make_account("coordinator", agency=make_agency())]
    assert [sees(each) for each in (*seeing, *strangers)] == [True] * 4 + [False] * 3
