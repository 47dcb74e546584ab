"""Check-in as people meet it: the screen, a tap, a typed code, a badge."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from audit.models import Event
from core.codes import printed
from people.models import Account
from tests.factories.people import make_account, make_agency
from tests.factories.workshops import make_facilitator, make_workshop, mark, open_session, register
from workshops import checkin
from workshops.models import AttendanceEvent, Registration, Session, Workshop
from workshops.services import close_check_in, open_check_in

pytestmark = pytest.mark.django_db

NINE = datetime(2026, 3, 9, 6, 0, tzinfo=UTC)
SCREEN = "/en/workshops/W1/sessions/1/check-in/"


@pytest.fixture(autouse=True)
def clock(time_machine):
    """It is 09:03 in Minsk: the session began three minutes ago."""
    time_machine.move_to(NINE + timedelta(minutes=3), tick=False)
    return time_machine


@pytest.fixture
def facilitator(db: None) -> Account:
    return make_facilitator()


@pytest.fixture
def workshop(facilitator: Account) -> Workshop:
    return make_workshop(code="W1", facilitator=facilitator)


@pytest.fixture
def learner(workshop: Workshop) -> Account:
    agency = make_agency()
    account = make_account(agency=agency)
    register(workshop, account.person, agency)
    return account


@pytest.fixture
def registration(learner: Account) -> Registration:
    return Registration.objects.get(person=learner.person)


@pytest.fixture
def session(workshop: Workshop, facilitator: Account, learner: Account) -> Session:
    """Check-in is open."""
    return open_check_in(session=workshop.sessions.get(number=1), actor=facilitator)


def code_of(session: Session) -> str:
    return checkin.code_at(session.check_in_secret, datetime.now(UTC))


def scanned(client: Client, session: Session) -> str:
    """Scan the square on the screen; the address at which that ends."""
    return client.get(f"/c/{code_of(session)}/", follow=True).redirect_chain[-1][0]


def text_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


class TestTheScreen:
    def test_a_button_opens_check_in_and_the_screen_shows_the_code(self, client_of, facilitator, workshop, learner):
        client = client_of(facilitator)
        assert "Check-in is closed." in text_of(client.get(SCREEN))

        client.post(SCREEN, {"step": "open"})
        page = client.get(SCREEN)

        shown = printed(code_of(Session.objects.get(workshop=workshop, number=1)))
        assert shown in text_of(page)
        assert "0 of 1 has come" in text_of(page)
        assert "<svg" in page.content.decode()
        assert "style=" not in page.content.decode()
        assert page["Cache-Control"].startswith("max-age=0")

    def test_it_counts_who_has_come(self, client_of, facilitator, session, registration):
        register(session.workshop)
        mark(session, registration.person)

        assert "1 of 2 have come" in text_of(client_of(facilitator).get(SCREEN))

    def test_closed_it_shows_no_code(self, client_of, facilitator, session):
        client_of(facilitator).post(SCREEN, {"step": "close"})

        page = client_of(facilitator).get(SCREEN)

        assert "Check-in is closed." in text_of(page)
        assert "<svg" not in page.content.decode()

    @pytest.mark.parametrize(("minutes", "seconds"), [(-60, "300"), (-31, "60"), (-30, None), (0, None), (180, None)])
    @pytest.mark.usefixtures("workshop")
    def test_before_its_time_it_has_no_button_and_comes_anew_when_it_can_be_opened(
        self, client_of, facilitator, clock, minutes, seconds
    ):
        clock.move_to(NINE + timedelta(minutes=minutes))

        page = client_of(facilitator).get(SCREEN)

        assert page.headers.get("Refresh") == seconds
        assert ("<button" in page.content.decode()) == (minutes in {-30, 0})
        assert ("from 9 March 2026, 08:30 on" in text_of(page)) == (minutes < -30)

    @pytest.mark.parametrize(
        ("minutes", "sentence"),
        [(-60, "Check-in can be opened from"), (90, "Who checks in now is noted"), (180, "and so is check-in")],
    )
    @pytest.mark.usefixtures("session")
    def test_before_and_after_it_says_so(self, client_of, facilitator, clock, minutes, sentence):
        clock.move_to(NINE + timedelta(minutes=minutes))

        assert sentence in text_of(client_of(facilitator).get(SCREEN))

    def test_what_is_refused_is_said_on_the_screen(self, client_of, facilitator, workshop, clock):
        clock.move_to(NINE - timedelta(hours=2))

        page = client_of(facilitator).post(SCREEN, {"step": "open"}, follow=True)

        assert "half an hour before the session begins" in text_of(page)

    @pytest.mark.parametrize("people", [1, 3])
    def test_costs_the_same_however_many_people(
        self, client_of, facilitator, session, django_assert_num_queries, people
    ):
        for _ in range(people):
            register(session.workshop)
        client = client_of(facilitator)
        # session, account, roles, session of the workshop, statuses
        with django_assert_num_queries(5):
            client.get(SCREEN)


class TestAPhoneThatIsSignedIn:
    def test_a_scan_and_a_tap(self, client_of, learner, session):
        client = client_of(learner)
        here = scanned(client, session)
        assert learner.person.family_name in text_of(client.get(here))
        assert not AttendanceEvent.objects.exists()

        page = client.post(here, {"step": "in"}, follow=True)

        assert f"{learner.person} is checked in since 09:03" in text_of(page)
        assert "Checked in at 09:03" in text_of(page)
        event = AttendanceEvent.objects.get()
        assert (event.person, event.kind, event.source, event.actor) == (learner.person, "in", "qr", learner)

    def test_a_second_tap_and_a_second_phone_are_the_same_coming(self, client_of, learner, session, clock):
        first, second = client_of(learner), client_of(learner)
        for client in (first, first, second):
            client.post(scanned(client, session), {"step": "in"})
            clock.shift(timedelta(minutes=5))

        assert AttendanceEvent.objects.count() == 1
        assert "Checked in at 09:03" in text_of(first.get(scanned(first, session)))

    def test_who_leaves_says_so(self, client_of, learner, session, clock):
        client = client_of(learner)
        here = scanned(client, session)
        client.post(here, {"step": "in"})
        clock.move_to(NINE + timedelta(minutes=13))

        page = client.post(here, {"step": "out"}, follow=True)

        assert f"{learner.person} leaves at 09:13" in text_of(page)
        assert session.records.values_list("status", "credited_minutes").get() == ("left_early", 20)

    def test_a_code_that_is_too_old_leads_to_where_the_next_is_typed(self, client_of, learner, session, clock):
        old = code_of(session)
        clock.shift(timedelta(minutes=1))

        page = client_of(learner).get(f"/c/{old}/", follow=True)

        assert page.redirect_chain[-1][0] == "/en/workshops/check-in/"
        assert "It changes every half minute" in text_of(page)

    def test_who_comes_late_is_told(self, client_of, learner, session, clock):
        clock.move_to(NINE + timedelta(minutes=25))
        client = client_of(learner)

        page = client.post(scanned(client, session), {"step": "in"}, follow=True)

        assert "checked in since 09:25, and noted as late" in text_of(page)

    def test_after_the_end_a_scan_is_kept_as_evidence(self, client_of, learner, session, clock):
        clock.move_to(NINE + timedelta(minutes=70))
        client = client_of(learner)

        page = client.post(scanned(client, session), {"step": "in"}, follow=True)

        assert f"that {learner.person} was here at 10:10 is kept as evidence" in text_of(page)
        assert session.records.get().status == "not_recorded"

    def test_the_facilitators_mark_stays(self, client_of, learner, session):
        mark(session, learner.person, "absent")
        client = client_of(learner)

        page = client.post(scanned(client, session), {"step": "in"}, follow=True)

        assert "What was marked in the register stays: absent." in text_of(page)

    def test_somebody_who_is_not_on_the_register_is_sent_to_the_facilitator(self, client_of, session):
        client = client_of(make_account())

        page = client.post(scanned(client, session), {"step": "in"}, follow=True)

        assert "Ask the facilitator at the door." in text_of(page)
        assert not AttendanceEvent.objects.exists()
        assert Event.objects.filter(action="workshops.attendance_refused").count() == 1

    def test_a_page_that_was_left_open_is_too_old(self, client_of, learner, session, clock):
        client = client_of(learner)
        here = scanned(client, session)
        clock.shift(timedelta(minutes=20))

        page = client.post(here, {"step": "in"}, follow=True)

        assert "This page is too old." in text_of(page)
        assert not AttendanceEvent.objects.exists()

    @pytest.mark.parametrize("others", [0, 2])
    def test_a_tap_costs_the_same_however_many_people(
        self, client_of, learner, session, django_assert_num_queries, others
    ):
        for _ in range(others):
            register(session.workshop)
        client = client_of(learner)
        here = scanned(client, session)
        # session, account, place; last scan, lock, record, event (written, then all of the person read), record
        # written; and the transaction, which within a test is a savepoint, begun and released
        with django_assert_num_queries(10 + 2):
            client.post(here, {"step": "in"})

        assert session.records.get(person=learner.person).status == "present"


class TestWithoutAnAccount:
    def test_the_code_of_the_screen_and_the_code_of_the_badge(self, client, session, registration):
        typed = {"code": printed(code_of(session)).lower()}
        here = client.post("/en/workshops/check-in/", typed).url

        page = client.post(here, {"pass_code": registration.pass_code, "step": "in"}, follow=True)

        assert f"{registration.person} is checked in since" in text_of(page)
        event = AttendanceEvent.objects.get()
        assert (event.person, event.source, event.actor) == (registration.person, "code", None)

    def test_the_page_is_ready_for_the_next_person(self, client, session, registration):
        other = register(session.workshop)
        here = scanned(client, session)
        for each in (registration, other):
            client.post(here, {"pass_code": each.pass_code, "step": "in"})

        assert set(session.records.values_list("person", "status")) == {
            (registration.person_id, "present"),
            (other.person_id, "present"),
        }

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [("", "This field is required."), ("0000000000", "Nobody on the list of this workshop has this code.")],
    )
    def test_a_code_that_is_nobodys_is_an_error_of_the_field(self, client, session, typed, sentence):
        page = client.post(scanned(client, session), {"pass_code": typed, "step": "in"})

        assert page.status_code == 200
        assert sentence in text_of(page)
        assert not AttendanceEvent.objects.exists()

    def test_a_wrong_code_of_the_screen_says_what_to_do(self, client, session):
        page = client.post("/en/workshops/check-in/", {"code": "000000"})

        assert "read it again" in text_of(page)

    def test_a_whole_address_may_be_pasted(self, client, session):
        typed = f"https://academy.example/c/{code_of(session)}/"

        assert "/check-in/" in client.post("/en/workshops/check-in/", {"code": typed}).url

    def test_the_short_address_without_a_code_leads_to_the_field(self, client, db):
        assert client.get("/c/", headers={"accept-language": "be"}).url == "/be/workshops/check-in/"

    def test_somebody_signed_in_may_check_in_a_neighbour(self, client_of, learner, session):
        neighbour = register(session.workshop)
        client = client_of(learner)

        client.post(scanned(client, session), {"pass_code": neighbour.pass_code, "step": "in"})

        assert AttendanceEvent.objects.get().person == neighbour.person


class TestBadges:
    def test_the_facilitators_camera_opens_the_badge_and_a_tap_checks_in(self, client_of, facilitator, registration):
        client = client_of(facilitator)
        page = client.get(f"/b/{registration.pass_code}/", follow=True)
        address = page.redirect_chain[-1][0]
        assert str(registration.person) in text_of(page)

        after = client.post(address, {"session": "1", "step": "in"}, follow=True)

        assert f"{registration.person} is checked in since 09:03" in text_of(after)
        event = AttendanceEvent.objects.get()
        assert (event.person, event.source, event.actor) == (registration.person, "badge", facilitator)

    def test_parallel_sessions_are_for_the_facilitator_to_choose(self, client_of, facilitator, registration, workshop):
        workshop.sessions.filter(number=2).update(starts_at=NINE)

        page = client_of(facilitator).get(f"/en/workshops/check-in/badge/{registration.pass_code}/")

        assert page.content.decode().count('type="radio"') == 2

    def test_a_session_that_is_not_on_is_an_error(self, client_of, facilitator, registration):
        page = client_of(facilitator).post(
            f"/en/workshops/check-in/badge/{registration.pass_code}/", {"session": "7", "step": "in"}
        )

        assert "Please look at this again" in text_of(page)
        assert not AttendanceEvent.objects.exists()

    def test_at_night_it_says_when_badges_are_taken(self, client_of, facilitator, registration, clock):
        clock.shift(timedelta(hours=12))

        page = client_of(facilitator).get(f"/en/workshops/check-in/badge/{registration.pass_code}/")

        assert "No session is on now" in text_of(page)

    def test_it_opens_for_nobody_else(self, client, client_of, learner, registration):
        address = f"/en/workshops/check-in/badge/{registration.pass_code}/"

        assert client_of(learner).get(address).status_code == 404
        assert client_of(make_facilitator()).get(address).status_code == 404
        assert client.get(address).url.startswith("/en/account/login/")

    def test_times_are_those_of_the_hall_whoever_looks(self, client_of, facilitator, registration, session, clock):
        Session.objects.update(zone="Asia/Tbilisi")
        mark(session, registration.person, status="", kind="in", source="badge", device_time=datetime.now(UTC))

        badge = client_of(facilitator).get(f"/en/workshops/check-in/badge/{registration.pass_code}/")
        clock.move_to(NINE - timedelta(hours=1))
        screen = client_of(facilitator).get(SCREEN)

        assert facilitator.person.time_zone == "Europe/Minsk"
        assert "Checked in at 10:03." in text_of(badge)
        assert "from 9 March 2026, 09:30 on" in text_of(screen)

    def test_a_manager_who_reads_a_badge_is_noted(self, client_of, registration):
        manager = make_account("manager")

        client_of(manager).get(f"/en/workshops/check-in/badge/{registration.pass_code}/")

        assert Event.objects.filter(action="workshops.people_read", object_id=str(registration.pk)).count() == 1


def test_a_closed_check_in_takes_nobody(client_of, learner, facilitator, session):
    code = code_of(session)
    close_check_in(session=session, actor=facilitator)

    page = client_of(learner).get(f"/c/{code}/", follow=True)

    assert "not shown on any screen now" in text_of(page)


def test_the_register_is_open_once_check_in_is(session, registration):
    assert open_session(session.workshop).records.get().person == registration.person
