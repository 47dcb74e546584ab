"""What people say themselves: to an invitation, to an offer, and to a workshop that is open to all."""

import pytest
from django.test import Client

from people.models import Account
from tests.factories.people import make_account, make_agency, make_person
from tests.factories.workshops import make_workshop
from workshops.models import Registration, Workshop
from workshops.permissions import invitation_token, registration_of
from workshops.services import invite, nominate_person, register_oneself, set_seats

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_week_before(time_machine) -> None:
    time_machine.move_to("2026-03-01T08:00:00Z", tick=False)


@pytest.fixture
def workshop(db: None) -> Workshop:
    return make_workshop(code="W1", place_en="Minsk")


@pytest.fixture
def invited(workshop: Workshop) -> Registration:
    agency = make_agency(code="A")
    coordinator = make_account("coordinator", agency=agency)
    person = make_person(agency=agency)
    return invite(registration=nominate_person(workshop=workshop, person=person, agency=agency, actor=coordinator))


def address(registration: Registration) -> str:
    return f"/en/workshops/invitation/{invitation_token(registration)}/"


def state(registration: Registration) -> str:
    return Registration.objects.get(pk=registration.pk).state


class TestAnInvitation:
    def test_is_answered_without_signing_in_by_one_tap(self, invited):
        client = Client()
        page = client.get(address(invited), {"answer": "yes"}).content.decode()
        assert all(word in page for word in ("Workshop", "Minsk", invited.person.family_name, "Will you come?"))

        answer = client.post(address(invited), {"answer": "yes"}, follow=True)

        assert state(invited) == "confirmed"
        assert "You have a seat." in answer.content.decode()

    def test_only_a_tap_answers_not_the_link(self, invited):
        for said in ("yes", "no"):
            assert Client().get(address(invited), {"answer": said}).status_code == 200

        assert state(invited) == "invited"

    def test_is_declined_with_a_reason(self, invited):
        answer = Client().post(address(invited), {"answer": "no", "reason": "On leave"}, follow=True)

        assert Registration.objects.values_list("state", "reason").get(pk=invited.pk) == ("withdrawn", "On leave")
        assert "You are not registered any more" in answer.content.decode()

    def test_that_was_accepted_can_still_be_taken_back(self, invited):
        client = Client()
        client.post(address(invited), {"answer": "yes"})
        assert "I cannot come after all" in client.get(address(invited)).content.decode()

        client.post(address(invited), {"answer": "no"})

        assert state(invited) == "withdrawn"

    def test_says_the_place_on_the_waiting_list(self, workshop, invited):
        set_seats(workshop=workshop, agency=None, seats=0)

        answer = Client().post(address(invited), {"answer": "yes"}, follow=True)

        assert "Your place on the waiting list is 1" in answer.content.decode()

    def test_of_a_postponed_workshop_waits(self, workshop, invited):
        Workshop.objects.update(status="postponed", status_reason="Snow")

        page = Client().get(address(invited)).content.decode()
        refused = Client().post(address(invited), {"answer": "yes"}, follow=True).content.decode()

        assert ("Will you come?" in page, "Snow" in page) == (False, True)
        assert ("does not take place as planned" in refused, state(invited)) == (True, "invited")

    @pytest.mark.parametrize("rows", [1, 3])
    def test_costs_the_same_however_many_wait(self, workshop, invited, django_assert_num_queries, rows):
        Workshop.objects.update(self_registration=True)
        set_seats(workshop=workshop, agency=None, seats=0)
        for _ in range(rows):
            account = make_account(agency=invited.agency)
            register_oneself(workshop=workshop, person=account.person, actor=account)

        with django_assert_num_queries(5):
            Client().get(address(invited))

    def test_ends_with_the_workshop_and_is_not_guessed(self, invited, time_machine):
        token = invitation_token(invited)
        assert (registration_of(token), registration_of("1:guessed"), registration_of("x")) == (invited, None, None)
        assert token == invitation_token(invited)

        time_machine.move_to("2026-03-10T08:00:00Z", tick=False)

        assert registration_of(token) is None

    def test_is_nothing_that_a_cache_keeps(self, invited):
        assert "no-store" in Client().get(address(invited))["Cache-Control"]


class TestAnOffer:
    @pytest.fixture
    def offered(self, workshop) -> Registration:
        Workshop.objects.update(self_registration=True)
        set_seats(workshop=workshop, agency=None, seats=0)
        account = make_account(agency=make_agency(code="B"))
        registration = register_oneself(workshop=workshop, person=account.person, actor=account)
        set_seats(workshop=workshop, agency=None, seats=1)
        return registration

    def test_says_until_when_by_the_clock_of_the_place(self, offered):
        page = Client().get(address(offered)).content.decode()

        assert "A place is free for you" in page
        assert "March 3, 2026, 11 a.m. (Europe/Minsk)" in page or "11:00 (Europe/Minsk)" in page

    def test_is_taken_by_one_tap(self, offered):
        Client().post(address(offered), {"answer": "yes"})

        assert state(offered) == "confirmed"

    def test_that_lapsed_says_so(self, offered, time_machine):
        time_machine.move_to("2026-03-03T08:00:00Z", tick=False)

        answer = Client().post(address(offered), {"answer": "yes"}, follow=True)

        assert (state(offered), "until the time was over" in answer.content.decode()) == ("lapsed", True)


class TestTheWorkshopPage:
    @pytest.fixture
    def learner(self, db: None) -> Account:
        return make_account(agency=make_agency(code="L"))

    def test_lets_people_register_where_the_workshop_does(self, workshop, learner, client_of):
        client = client_of(learner)
        assert "join/" not in client.get("/en/workshops/W1/").content.decode()
        Workshop.objects.update(self_registration=True)
        assert "join/" in client.get("/en/workshops/W1/").content.decode()

        answer = client.post("/en/workshops/W1/join/", follow=True)

        assert "You are registered: you have a seat." in answer.content.decode()
        assert "join/" not in client.get("/en/workshops/W1/").content.decode()

    def test_leads_others_to_the_sign_in_first(self, workshop):
        Workshop.objects.update(self_registration=True)

        assert "Sign in to register" in Client().get("/en/workshops/W1/").content.decode()

    def test_says_why_somebody_cannot_register(self, workshop, learner, client_of):
        answer = client_of(learner).post("/en/workshops/W1/join/", follow=True)

        assert "by the coordinators of their agencies" in answer.content.decode()

    def test_asks_whoever_is_invited(self, invited, client_of):
        account = make_account(person=invited.person)

        assert address(invited) in client_of(account).get("/en/workshops/W1/").content.decode()

    def test_leads_coordinators_to_their_nominations(self, workshop, client_of, learner):
        coordinator = make_account("coordinator", agency=make_agency(code="C"))

        for account, shown in ((coordinator, True), (learner, False)):
            client = client_of(account)
            for page in ("/en/workshops/W1/", "/en/workshops/"):
                assert ("/en/workshops/W1/nominations/" in client.get(page).content.decode()) is shown
