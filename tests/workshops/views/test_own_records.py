"""The own record, what is asked about it, and the answers."""

from datetime import timedelta

import pytest

from people.models import Account
from tests.factories.people import make_account, make_person
from tests.factories.workshops import make_facilitator, make_workshop, mark, open_session, register
from workshops.models import AttendanceRequest, Registration, Session, Workshop
from workshops.services import ask_for_correction, sign_off

pytestmark = pytest.mark.django_db


@pytest.fixture
def facilitator(db: None) -> Account:
    return make_facilitator()


@pytest.fixture
def workshop(facilitator: Account) -> Workshop:
    return make_workshop(code="W1", facilitator=facilitator, sessions=2)


@pytest.fixture
def participant(db: None) -> Account:
    return make_account()


@pytest.fixture
def registration(workshop: Workshop, participant: Account) -> Registration:
    return register(workshop, participant.person)


@pytest.fixture
def session(workshop: Workshop, time_machine) -> Session:
    """The first session; it is over, and the second one still to come."""
    session = workshop.sessions.get(number=1)
    time_machine.move_to(session.ends_at + timedelta(minutes=5), tick=False)
    return session


def ask(registration: Registration, session: Session, actor: Account) -> AttendanceRequest:
    return ask_for_correction(
        registration=registration, session=session, status="present", reason="I sat at the back.", actor=actor
    )


class TestTheOwnRecord:
    def test_shows_each_session_with_its_record_and_what_can_be_asked(
        self, client_of, workshop, registration, session, participant
    ):
        open_session(workshop)
        mark(session, registration.person, "late", minutes=30)

        page = client_of(participant).get("/en/workshops/W1/mine/")

        rows = page.context["rows"]
        assert [(row.session.number, row.may_ask) for row in rows] == [(1, "correction"), (2, "excuse")]
        assert [row.record and row.record.status for row in rows] == ["late", None]
        assert "Marked by the facilitator" in page.content.decode()

    def test_while_a_request_waits_nothing_more_is_asked(self, client_of, workshop, registration, session, participant):
        open_session(workshop)
        ask(registration, session, participant)

        page = client_of(participant).get("/en/workshops/W1/mine/")

        assert [row.may_ask for row in page.context["rows"]] == ["", "excuse"]
        assert "waits for an answer" in page.content.decode()

    @pytest.mark.parametrize("sessions", [1, 3])
    def test_costs_the_same_however_many_sessions(self, client_of, participant, django_assert_num_queries, sessions):
        workshop = make_workshop(code="W5", sessions=sessions)
        registration = register(workshop, participant.person)
        for session in workshop.sessions.all():
            open_session(workshop, session.number)
            mark(session, registration.person)
        client = client_of(participant)
        # session, account, person, registration; sessions, records, requests, events; two for the standing
        with django_assert_num_queries(9):
            client.get("/en/workshops/W5/mine/")

    def test_is_nobody_elses(self, client_of, workshop, registration):
        assert client_of(make_account()).get("/en/workshops/W1/mine/").status_code == 404


class TestAsking:
    def test_to_be_excused_before_the_session_is_over(self, client_of, workshop, registration, session, participant):
        client = client_of(participant)
        assert "correction" not in client.get("/en/workshops/W1/mine/2/ask/").context["form"].fields

        answer = client.post("/en/workshops/W1/mine/2/ask/", {"reason": "A hearing."})

        assert answer["Location"] == "/en/workshops/W1/mine/"
        assert AttendanceRequest.objects.values_list("session__number", "status", "reason").get() == (
            2,
            "excused",
            "A hearing.",
        )

    def test_for_a_correction_after_it(self, client_of, workshop, registration, session, participant):
        open_session(workshop)

        client_of(participant).post(
            "/en/workshops/W1/mine/1/ask/", {"status": "late", "minutes": "40", "reason": "The bus."}
        )

        assert AttendanceRequest.objects.values_list("status", "minutes", "reason").get() == ("late", 40, "The bus.")

    def test_what_the_service_refuses_stands_above_the_form(
        self, client_of, workshop, registration, session, participant
    ):
        page = client_of(participant).post(
            "/en/workshops/W1/mine/1/ask/", {"status": "present", "reason": "I was there."}
        )

        assert page.context["form"].non_field_errors() == [
            "This person is not on the register of the session. Ask the facilitator."
        ]

    def test_and_taking_it_back(self, client_of, workshop, registration, session, participant):
        open_session(workshop)
        asked = ask(registration, session, participant)
        address = f"/en/workshops/W1/record-requests/{asked.pk}/take-back/"

        assert client_of(make_account()).post(address).status_code == 404
        assert client_of(participant).post(address)["Location"] == "/en/workshops/W1/mine/"

        asked.refresh_from_db()
        assert asked.state == "taken_back"


class TestOurPeople:
    @pytest.fixture
    def coordinator(self, registration: Registration) -> Account:
        return make_account("coordinator", agency=registration.agency)

    def test_shows_people_of_the_own_agency_and_nobody_elses(
        self, client_of, workshop, registration, session, coordinator
    ):
        register(workshop)
        open_session(workshop)
        mark(session, registration.person, "absent")

        page = client_of(coordinator).get("/en/workshops/W1/our-people/")

        assert [
            (each["registration"], [(cell["expected"], cell["may_ask"]) for cell in each["cells"]])
            for each in page.context["people"]
        ] == [(registration, [(True, "correction"), (True, "excuse")])]

    def test_asks_for_somebody_and_shows_the_answer(self, client_of, workshop, registration, session, coordinator):
        open_session(workshop)
        client = client_of(coordinator)
        code = registration.person.public_code

        answer = client.post(
            f"/en/workshops/W1/our-people/{code}/1/ask/", {"status": "present", "reason": "She signed the paper."}
        )

        assert answer["Location"] == "/en/workshops/W1/our-people/"
        assert AttendanceRequest.objects.get().asked_by == coordinator
        assert "She signed the paper." in client.get("/en/workshops/W1/our-people/").content.decode()

    def test_cannot_ask_for_people_of_others(self, client_of, workshop, registration, session, coordinator):
        code = register(workshop).person.public_code

        assert client_of(coordinator).get(f"/en/workshops/W1/our-people/{code}/1/ask/").status_code == 404

    @pytest.mark.parametrize("people", [1, 3])
    def test_costs_the_same_however_many_people(
        self, client_of, session, coordinator, django_assert_num_queries, people
    ):
        agency = session.workshop.registrations.get().agency
        for _ in range(people - 1):
            register(session.workshop, make_person(agency=agency), agency)
        open_session(session.workshop)
        client = client_of(coordinator)
        # session, account, roles, workshop, registrations, sessions, records, requests
        with django_assert_num_queries(8):
            client.get("/en/workshops/W1/our-people/")


class TestAnswering:
    @pytest.fixture
    def asked(self, registration, session, participant, time_machine) -> AttendanceRequest:
        open_session(session.workshop)
        mark(session, registration.person, "absent")
        time_machine.shift(60)
        return ask(registration, session, participant)

    def test_the_list_has_what_waits_first(self, client_of, workshop, session, facilitator, asked):
        answered = make_account()
        other = register(workshop, answered.person)
        later = ask(other, session, answered)
        AttendanceRequest.objects.filter(pk=later.pk).update(state="taken_back")

        page = client_of(facilitator).get("/en/workshops/W1/record-requests/")

        assert list(page.context["page"].object_list) == [asked, later]

    def test_granting_changes_the_record(self, client_of, facilitator, session, asked):
        client = client_of(facilitator)
        page = client.get(f"/en/workshops/W1/record-requests/{asked.pk}/")
        assert (page.context["may_decide"], page.context["record"].status) == (True, "absent")

        answer = client.post(f"/en/workshops/W1/record-requests/{asked.pk}/", {"decision": "grant"})

        assert answer["Location"] == "/en/workshops/W1/record-requests/"
        assert session.records.get().status == "present"

    def test_leaving_it_needs_an_answer_which_the_person_reads(
        self, client_of, facilitator, participant, session, asked
    ):
        client = client_of(facilitator)
        address = f"/en/workshops/W1/record-requests/{asked.pk}/"
        page = client.post(address, {"decision": "refuse"})
        assert page.context["form"].non_field_errors() == ["Say why the record stays as it is."]

        client.post(address, {"decision": "refuse", "answer": "Nobody saw you."})

        assert session.records.get().status == "absent"
        assert "Nobody saw you." in client_of(participant).get("/en/workshops/W1/mine/").content.decode()

    def test_after_the_lock_date_it_is_on_the_list_of_managers_only(
        self, client_of, facilitator, session, asked, time_machine
    ):
        sign_off(session=session, actor=facilitator)
        Workshop.objects.update(lock_on=session.day)
        time_machine.move_to(session.ends_at + timedelta(days=3), tick=False)
        manager = client_of(make_account("manager"))

        assert list(manager.get("/en/workshops/record-requests/").context["page"].object_list) == [asked]
        own = client_of(facilitator).get(f"/en/workshops/W1/record-requests/{asked.pk}/")
        assert own.context["may_decide"] is False
        manager.post(f"/en/workshops/W1/record-requests/{asked.pk}/", {"decision": "grant"})
        assert session.records.get().reason == "correction"

    @pytest.mark.parametrize("rows", [1, 3])
    def test_the_list_costs_the_same_however_many(self, client_of, facilitator, asked, django_assert_num_queries, rows):
        for _ in range(rows - 1):
            account = make_account()
            ask(register(asked.session.workshop, account.person), asked.session, account)
        client = client_of(facilitator)
        # session, account, roles, workshop, count, requests
        with django_assert_num_queries(6):
            client.get("/en/workshops/W1/record-requests/")
