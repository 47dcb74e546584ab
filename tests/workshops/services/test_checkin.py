"""Check-in: by the code on the screen, by a personal code, by a badge."""

from datetime import UTC, datetime, timedelta

import pytest

from audit.models import Event
from people.models import Account
from tests.factories.people import make_person
from tests.factories.workshops import make_facilitator, make_session, make_workshop, mark, open_session, register
from workshops import checkin
from workshops.errors import RegisterError, WorkshopError
from workshops.models import AttendanceEvent, AttendanceRecord, Registration, Session, Workshop
from workshops.services import (
    CheckInPlace,
    check_in,
    check_in_place,
    check_in_token,
    close_check_in,
    open_check_in,
    registration_with,
    session_showing,
    sessions_for_badge,
    sign_off,
    withdraw_registration,
)

pytestmark = [pytest.mark.django_db, pytest.mark.db]

# The first session begins at 09:00 and ends at 10:00 in Minsk.
NINE = datetime(2026, 3, 9, 6, 0, tzinfo=UTC)
TEN = NINE + timedelta(hours=1)


@pytest.fixture
def facilitator(db: None) -> Account:
    return make_facilitator()


@pytest.fixture
def workshop(facilitator: Account) -> Workshop:
    return make_workshop(facilitator=facilitator)


@pytest.fixture
def registration(workshop: Workshop) -> Registration:
    return register(workshop)


@pytest.fixture
def session(workshop: Workshop, registration: Registration) -> Session:
    return workshop.sessions.get(number=1)


@pytest.fixture
def nine(time_machine):
    """The clock stands at 09:03."""
    time_machine.move_to(NINE + timedelta(minutes=3), tick=False)
    return time_machine


@pytest.fixture
def three_mistakes(monkeypatch) -> int:
    """So many wrong codes are allowed, so that a test need not type hundreds."""
    monkeypatch.setattr("workshops.services.checkin.WRONG_CODES_AT_MOST", 3)
    return 3


def outcome(session: Session, registration: Registration) -> tuple[str, int, str]:
    return AttendanceRecord.objects.values_list("status", "credited_minutes", "reason").get(
        session=session, person=registration.person
    )


def codes_of(session: Session) -> str:
    return checkin.code_at(session.check_in_secret, datetime.now(UTC))


class TestTheScreen:
    def test_opening_opens_the_register_and_makes_a_secret(self, session, facilitator, nine):
        opened = open_check_in(session=session, actor=facilitator)

        assert opened.takes_check_in
        assert opened.opened_at is not None
        assert session_showing(typed=codes_of(opened)) == session
        assert Event.objects.filter(action="workshops.check_in_opened").count() == 1

    def test_opening_and_closing_twice_changes_nothing(self, session, facilitator, nine):
        first = open_check_in(session=session, actor=facilitator)
        again = open_check_in(session=session, actor=facilitator)
        closed = close_check_in(session=session, actor=facilitator)
        nine.shift(timedelta(minutes=1))
        closed_again = close_check_in(session=session, actor=facilitator)

        assert (again.check_in_secret, again.check_in_opened_at) == (first.check_in_secret, first.check_in_opened_at)
        assert closed_again.check_in_closed_at == closed.check_in_closed_at
        assert not closed_again.takes_check_in

    def test_a_closed_check_in_takes_no_code_and_can_be_opened_again(self, session, facilitator, nine):
        opened = open_check_in(session=session, actor=facilitator)
        close_check_in(session=session, actor=facilitator)
        with pytest.raises(RegisterError, match="not shown on any screen"):
            session_showing(typed=codes_of(opened))

        again = open_check_in(session=session, actor=facilitator)

        assert again.check_in_secret == opened.check_in_secret
        assert session_showing(typed=codes_of(again)) == session

    @pytest.mark.parametrize(
        ("moment", "sentence"),
        [
            (NINE - timedelta(minutes=31), "half an hour before"),
            (TEN + timedelta(minutes=61), "The session is over"),
        ],
    )
    def test_it_is_refused_long_before_and_long_after(self, session, facilitator, time_machine, moment, sentence):
        time_machine.move_to(moment)

        with pytest.raises(RegisterError, match=sentence):
            open_check_in(session=session, actor=facilitator)

    def test_it_is_refused_for_a_signed_register_and_for_a_draft(self, session, facilitator, nine):
        open_session(session.workshop)
        sign_off(session=session, actor=facilitator, accept_unrecorded=True)
        draft = make_workshop(facilitator=facilitator, published=False).sessions.get(number=1)

        with pytest.raises(RegisterError, match="signed already"):
            open_check_in(session=session, actor=facilitator)
        with pytest.raises(WorkshopError):
            open_check_in(session=draft, actor=facilitator)

    def test_a_code_is_worth_nothing_after_a_minute(self, session, facilitator, nine):
        code = codes_of(open_check_in(session=session, actor=facilitator))
        nine.shift(timedelta(seconds=60))

        with pytest.raises(RegisterError, match="changes every half minute"):
            session_showing(typed=code)

    def test_each_of_two_sessions_at_once_has_a_code_of_its_own(self, session, facilitator, nine):
        other = make_workshop().sessions.get(number=1)
        opened = [open_check_in(session=each, actor=facilitator) for each in (session, other)]

        assert [session_showing(typed=codes_of(each)) for each in opened] == [session, other]

    def test_too_many_wrong_codes_from_a_network_are_answered_no_more(self, session, facilitator, nine, three_mistakes):
        opened = open_check_in(session=session, actor=facilitator)
        for _ in range(three_mistakes):
            with pytest.raises(RegisterError, match="not shown"):
                session_showing(typed="000000")

        with pytest.raises(RegisterError, match="Many wrong codes"):
            session_showing(typed=codes_of(opened))

    def test_a_page_for_checking_in_is_good_for_a_quarter_of_an_hour(self, session, nine):
        token = check_in_token(CheckInPlace(session, "qr"))

        assert check_in_place(token) == CheckInPlace(session, "qr")
        nine.shift(timedelta(minutes=16))
        for word in (token, "nonsense"):
            with pytest.raises(RegisterError, match="too old"):
                check_in_place(word)

    def test_a_page_that_was_open_before_closing_checks_nobody_in_afterwards(self, session, facilitator, nine):
        open_check_in(session=session, actor=facilitator)
        token = check_in_token(CheckInPlace(session, "qr"))
        assert check_in_place(token).session == session

        close_check_in(session=session, actor=facilitator)

        with pytest.raises(RegisterError, match="Check-in is closed"):
            check_in_place(token)


class TestPersonalCodes:
    def test_the_code_of_a_badge_finds_its_person_however_it_is_typed(self, session, registration):
        typed = f" {registration.pass_code[:5]}-{registration.pass_code[5:]} ".lower()

        assert registration_with(session=session, pass_code=typed) == registration

    def test_a_code_of_another_workshop_is_refused_and_logged(self, session):
        stranger = register(make_workshop())

        with pytest.raises(RegisterError, match="Ask the facilitator at the door"):
            registration_with(session=session, pass_code=stranger.pass_code)
        assert Event.objects.filter(action="workshops.check_in_refused", object_id=str(session.pk)).count() == 1

    def test_guessing_ends(self, session, registration, three_mistakes):
        for _ in range(three_mistakes):
            with pytest.raises(RegisterError, match="Nobody"):
                registration_with(session=session, pass_code="0000000000")

        with pytest.raises(RegisterError, match="Many wrong codes"):
            registration_with(session=session, pass_code=registration.pass_code)


class TestScans:
    def test_who_comes_in_the_first_minutes_is_present(self, session, registration, nine):
        done = check_in(session=session, person=registration.person, source="qr")

        assert (done.refusal, done.at, done.decided) == ("", NINE + timedelta(minutes=3), True)
        assert outcome(session, registration) == ("present", 60, "qr")

    def test_who_comes_before_the_session_begins_is_present(self, session, registration, time_machine):
        time_machine.move_to(NINE - timedelta(minutes=20))
        open_session(session.workshop)

        done = check_in(session=session, person=registration.person, source="code")

        assert done.refusal == ""
        assert outcome(session, registration) == ("present", 60, "code")

    def test_nobody_comes_an_hour_before(self, session, registration, time_machine):
        time_machine.move_to(NINE - timedelta(hours=1))

        done = check_in(session=session, person=registration.person, source="qr")

        assert done.refusal == "Check-in begins half an hour before the session."
        assert not AttendanceEvent.objects.exists()

    def test_who_comes_late_is_late(self, session, registration, nine):
        nine.move_to(NINE + timedelta(minutes=25))

        check_in(session=session, person=registration.person, source="qr")

        assert outcome(session, registration) == ("late", 45, "qr")

    def test_coming_twice_on_two_devices_is_one_event(self, session, registration, nine):
        first = check_in(session=session, person=registration.person, source="qr")
        nine.shift(timedelta(minutes=20))
        second = check_in(session=session, person=registration.person, source="code")

        assert (second.at, second.refusal) == (first.at, "")
        assert AttendanceEvent.objects.count() == 1
        assert outcome(session, registration) == ("present", 60, "qr")

    def test_who_goes_and_comes_back_misses_what_lies_between(self, session, registration, nine):
        check_in(session=session, person=registration.person, source="qr")
        nine.move_to(NINE + timedelta(minutes=10))
        check_in(session=session, person=registration.person, source="qr", kind="out")
        nine.move_to(NINE + timedelta(minutes=40))
        check_in(session=session, person=registration.person, source="qr")

        assert outcome(session, registration) == ("late", 37, "qr")

    def test_after_the_end_a_scan_is_evidence_and_decides_nothing(self, session, registration, nine):
        nine.move_to(TEN + timedelta(minutes=5))

        done = check_in(session=session, person=registration.person, source="qr")

        assert (done.refusal, done.decided) == ("", False)
        assert AttendanceEvent.objects.get().person == registration.person
        assert outcome(session, registration) == ("not_recorded", 0, "")

    def test_a_mark_of_the_facilitator_stays(self, session, registration, nine):
        mark(open_session(session.workshop), registration.person, "absent")

        done = check_in(session=session, person=registration.person, source="badge")

        assert (done.refusal, done.decided) == ("", False)
        assert outcome(session, registration) == ("absent", 0, "facilitator")

    def test_somebody_who_is_not_on_the_register_is_refused_and_logged(self, session, nine):
        stranger = make_person()

        done = check_in(session=session, person=stranger, source="qr")

        assert done.refusal == f"{stranger} is not on the register of this session. Ask the facilitator at the door."
        assert not AttendanceEvent.objects.exists()
        assert Event.objects.filter(action="workshops.attendance_refused").count() == 1

    def test_somebody_who_withdrew_is_refused(self, session, registration, nine):
        open_session(session.workshop)
        withdraw_registration(registration=registration, at=NINE - timedelta(days=1))

        assert "not on the register" in check_in(session=session, person=registration.person, source="qr").refusal

    def test_a_signed_register_takes_nothing_more(self, session, registration, facilitator, nine):
        mark(open_session(session.workshop), registration.person, "absent")
        sign_off(session=session, actor=facilitator)

        done = check_in(session=session, person=registration.person, source="qr")

        assert done.refusal == "The register of this session is signed already. Speak to the facilitator."
        assert outcome(session, registration) == ("absent", 0, "facilitator")

    def test_the_device_and_who_pressed_are_kept(self, session, registration, facilitator, nine):
        check_in(session=session, person=registration.person, source="badge", actor=facilitator)

        event = AttendanceEvent.objects.get()
        assert (event.kind, event.source, event.actor, event.device_time) == (
            "in",
            "badge",
            facilitator,
            NINE + timedelta(minutes=3),
        )


class TestBadges:
    def test_the_session_that_is_on_comes_first(self, registration, nine):
        nine.move_to(NINE + timedelta(minutes=70))

        assert [each.number for each in sessions_for_badge(registration)] == [2, 1]

    def test_sessions_of_another_track_come_after_the_own(self, workshop, facilitator, nine):
        make_session(workshop, track="B")
        registration = register(workshop, track="B")
        workshop.sessions.filter(number=1).update(track="A")

        assert [each.track for each in sessions_for_badge(registration)] == ["B", "A"]

    def test_at_night_there_is_none(self, registration, nine):
        nine.move_to(NINE + timedelta(hours=12))

        assert sessions_for_badge(registration) == []
