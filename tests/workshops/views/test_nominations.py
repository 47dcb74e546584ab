"""The pages of those who send people."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from audit.models import Event
from people.models import Account, Agency, Person
from tests.factories.people import make_account, make_agency, make_person
from tests.factories.workshops import make_workshop, register
from workshops.models import Registration, Workshop
from workshops.services import answer_invitation, invite, nominate_person, nominees, set_seats

pytestmark = pytest.mark.django_db
LIST = "/en/workshops/W1/nominations/"


@pytest.fixture(autouse=True)
def _a_week_before(time_machine) -> None:
    time_machine.move_to("2026-03-01T08:00:00Z", tick=False)


@pytest.fixture
def agency(db: None) -> Agency:
    return make_agency(code="A")


@pytest.fixture
def coordinator(agency: Agency) -> Account:
    return make_account("coordinator", agency=agency)


@pytest.fixture
def client(coordinator: Account, client_of) -> Client:
    return client_of(coordinator)


@pytest.fixture
def workshop(db: None) -> Workshop:
    return make_workshop(code="W1")


@pytest.fixture
def nominate(workshop, agency, coordinator):
    def act(of: Agency | None = None) -> Registration:
        of = of or agency
        return nominate_person(workshop=workshop, person=make_person(agency=of), agency=of, actor=coordinator)

    return act


class TestTheList:
    def test_shows_the_own_people_in_their_order_and_nobody_elses(self, client, workshop, agency, nominate):
        set_seats(workshop=workshop, agency=agency, seats=1)
        set_seats(workshop=workshop, agency=None, seats=0)
        other = make_agency(code="B")
        first, _stranger, second = nominate(), nominate(other), nominate()
        seated = answer_invitation(registration=invite(registration=nominate()), accepts=True)

        page = client.get(LIST)

        assert (page.context["seated"], page.context["ordered"]) == ([seated], [first, second])
        assert [(each.up, each.down) for each in page.context["ordered"]] == [(False, True), (True, False)]
        assert [(pool.agency, pool.taken, pool.seats) for pool in page.context["pools"]] == [
            (None, 0, 0),
            (agency, 1, 1),
        ]

    def test_does_not_show_seats_of_others(self, client, workshop):
        set_seats(workshop=workshop, agency=make_agency(code="B"), seats=3)

        page = client.get(LIST)

        assert (page.context["pools"], "No seat is kept for your people" in page.content.decode()) == ([], True)

    def test_says_who_waits_at_which_place(self, client, workshop, nominate):
        set_seats(workshop=workshop, agency=None, seats=0)
        answer_invitation(registration=invite(registration=nominate()), accepts=True)

        assert "place 1" in client.get(LIST).content.decode()

    @pytest.mark.parametrize("rows", [1, 3])
    def test_costs_the_same_however_many_people(self, client, workshop, nominate, django_assert_num_queries, rows):
        set_seats(workshop=workshop, agency=None, seats=1)
        for _ in range(rows):
            nominate()
        client.get(LIST)

        with django_assert_num_queries(9):
            client.get(LIST)

    def test_a_manager_who_reads_it_is_noted(self, workshop, nominate, client_of):
        nominate()

        client_of(make_account("manager")).get(LIST)

        assert Event.objects.get(action="workshops.people_read").after == {"workshop": "W1", "page": "nominations"}

    def test_people_change_places(self, client, workshop, agency, nominate):
        first, second = nominate(), nominate()

        client.post(f"{LIST}{second.person.public_code}/move/", {"step": "up"})

        assert nominees(workshop, [agency]) == [second, first]


class TestNominating:
    def test_one_of_the_own_people_is_found_and_nominated(self, client, agency, workshop):
        person, stranger = make_person(agency=agency), make_person(agency=make_agency(code="B"))

        found = client.get(f"{LIST}add/", {"q": person.family_name}).context["found"]
        hidden = client.get(f"{LIST}add/", {"q": stranger.email}).context["found"]
        client.post(f"{LIST}add/", {"person": person.public_code})

        assert ([each["person"] for each in found], hidden) == ([person], [])
        assert Registration.objects.values_list("person", "agency", "state").get() == (
            person.pk,
            agency.pk,
            "nominated",
        )

    def test_somebody_elses_people_are_not_found(self, client, workshop):
        stranger = make_person(agency=make_agency(code="B"))

        assert client.post(f"{LIST}add/", {"person": stranger.public_code}).status_code == 404

    def test_somebody_new_becomes_a_member_and_a_nominee(self, client, agency, workshop):
        values = {
            "family_name": "Лявонава",
            "given_name": "Алена",
            "agency": agency.pk,
            "language": "be",
            "post": "Doctor",
        }

        answer = client.post(f"{LIST}add/", values, follow=True)

        registration = Registration.objects.get()
        assert (registration.person.full_name, registration.post, registration.state) == (
            "Лявонава Алена",
            "Doctor",
            "nominated",
        )
        assert "Лявонава Алена is on the list: nominated." in answer.content.decode()

    def test_an_agency_that_is_not_ones_own_is_no_choice(self, client, workshop):
        other = make_agency(code="B")
        values = {"family_name": "Лявонава", "given_name": "Алена", "agency": other.pk, "language": "be"}

        page = client.post(f"{LIST}add/", values)

        assert ("agency" in page.context["form"].errors, Registration.objects.exists()) == (True, False)

    def test_an_e_mail_of_another_agency_is_refused_without_a_name(self, client, agency, workshop):
        stranger = make_person(agency=make_agency(code="B"))
        values = {"family_name": "Х", "given_name": "У", "agency": agency.pk, "language": "be", "email": stranger.email}

        page = client.post(f"{LIST}add/", values).content.decode()

        assert "belongs to another agency" in page
        assert stranger.family_name not in page

    def test_a_refusal_of_the_workshop_is_a_sentence_on_the_form(self, client, agency, workshop):
        Workshop.objects.update(status="ended")
        values = {"family_name": "Лявонава", "given_name": "Алена", "agency": agency.pk, "language": "be"}

        assert "takes no more nominations" in client.post(f"{LIST}add/", values).content.decode()
        assert not Person.objects.filter(family_name="Лявонава").exists()


class TestAList:
    def upload(self, client: Client, *lines: str):
        text = "\n".join(["family name,given name,email,post,agency,language", *lines])
        return client.post(f"{LIST}import/", {"file": SimpleUploadedFile("list.csv", text.encode())})

    def test_is_shown_first_and_then_nominated_in_its_order(self, client, agency, workshop):
        page = self.upload(client, "Лис,Ольга,,Doctor,A,be", "Zub,Jan,jan@example.org,,A,ru")
        rows = re.search(r'name="rows" value="([^"]+)"', page.content.decode()).group(1)
        assert not Registration.objects.exists()

        answer = client.post(f"{LIST}import/", {"rows": rows}, follow=True)

        assert "2 people are nominated." in answer.content.decode()
        nominated = [(each.person.family_name, each.post, each.language) for each in nominees(workshop, [agency])]
        assert nominated == [("Лис", "Doctor", "be"), ("Zub", "", "ru")]

    def test_of_people_of_another_agency_is_refused(self, client, workshop):
        stranger = make_person(agency=make_agency(code="B"))

        page = self.upload(client, "Лис,Ольга,,,B,be", f"Zub,Jan,{stranger.email},,A,ru")

        assert [(each["line"], each["message"]) for each in page.context["errors"]] == [
            (line, "This person belongs to an agency that you do not coordinate.") for line in (2, 3)
        ]
        assert page.context["rows"] == ""


class TestReplacing:
    def test_by_one_of_the_own_people(self, client, agency, nominate):
        registration, other = nominate(), make_person(agency=agency)

        answer = client.post(
            f"{LIST}{registration.person.public_code}/replace/", {"person": other.public_code}, follow=True
        )

        assert f"{other} comes instead of {registration.person}." in answer.content.decode().replace("&#x27;", "'")
        assert Registration.objects.active().get().person == other

    def test_by_somebody_new(self, client, agency, nominate):
        registration = nominate()
        values = {"family_name": "Лявонава", "given_name": "Алена", "agency": agency.pk, "language": "be"}

        client.post(f"{LIST}{registration.person.public_code}/replace/", values)

        registration.refresh_from_db()
        assert (registration.state, registration.replaced_by.person.family_name) == ("replaced", "Лявонава")

    def test_of_somebody_whom_a_manager_approved_is_for_managers(self, client, agency, workshop):
        Workshop.objects.update(approval="programme")
        registration = register(workshop, make_person(agency=agency))

        answer = client.get(f"{LIST}{registration.person.public_code}/replace/", follow=True)

        assert "approved by a programme manager" in answer.content.decode()


def test_a_withdrawal_needs_a_reason(client, nominate):
    registration = nominate()
    address = f"{LIST}{registration.person.public_code}/withdraw/"

    client.post(address, {"reason": ""})
    assert Registration.objects.get().state == "nominated"
    client.post(address, {"reason": "Illness"})

    assert Registration.objects.values_list("state", "reason").get() == ("withdrawn", "Illness")


class TestApproval:
    @pytest.fixture
    def pending(self, workshop, agency, nominate) -> Registration:
        Workshop.objects.update(approval="agency")
        manager = make_account("manager", agency=make_agency(code="M"))
        person = make_person(agency=agency)
        nominated = nominate_person(workshop=workshop, person=person, agency=agency, actor=manager)
        return answer_invitation(registration=invite(registration=nominated), accepts=True)

    def test_is_given_by_one_button(self, client, pending):
        address = f"{LIST}{pending.person.public_code}/approval/"
        assert client.get(address).status_code == 200

        answer = client.post(address, {"step": "approve"}, follow=True)

        assert Registration.objects.get().state == "confirmed"
        assert "confirmed" in answer.content.decode()

    def test_is_refused_with_a_reason(self, client, pending):
        address = f"{LIST}{pending.person.public_code}/approval/"

        client.post(address, {"step": "reject", "reason": ""})
        assert Registration.objects.get().state == "pending"
        client.post(address, {"step": "reject", "reason": "Needed here"})

        assert Registration.objects.values_list("state", "reason").get() == ("rejected", "Needed here")

    def test_of_the_programme_is_not_the_coordinators(self, client, pending):
        Workshop.objects.update(approval="programme")

        assert client.get(f"{LIST}{pending.person.public_code}/approval/").status_code == 404
