"""The pages on which somebody comes in, and those of the people who decide."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from people.models import Account, AgencyDomain, Consent, Invitation, JoinRequest, Person
from people.services import ask_to_join, invite_person, prove_address
from tests.factories.people import make_account, make_person
from tests.factories.workshops import make_workshop, register

pytestmark = pytest.mark.django_db

CODE = re.compile(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", re.MULTILINE)
JOIN, ENTER, WHO = "/en/account/join/", "/en/account/join/code/", "/en/account/join/who/"
SAID = {"family_name": "Лис", "given_name": "Ольга", "since": "2026-02-01", "language": "be"}


def text_of(response: Any) -> str:
    return response.content.decode()


def prove(client: Client, address: str = "olga@clinic.example.org") -> Any:
    client.post(JOIN, {"email": address})
    return client.post(ENTER, {"code": CODE.search(mail.outbox[-1].body).group()}, follow=True)


class TestTheCode:
    def test_a_known_and_an_unknown_address_see_the_same_and_get_the_same(self, account):
        answers = []
        for address in (account.email, "nobody@example.org"):
            client = Client()
            first = client.post(JOIN, {"email": address})
            page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text_of(client.get(ENTER)))
            answers.append((first.status_code, first["Location"], page.replace(address, "")))

        assert answers[0] == answers[1]
        assert [each.to for each in mail.outbox] == [[account.email], ["nobody@example.org"]]
        assert mail.outbox[0].subject == mail.outbox[1].subject == "Your code to join"

    def test_a_known_address_signs_in_to_the_account_that_is_there(self, client, account):
        response = prove(client, f" {account.email.upper()} ")

        assert response.request["PATH_INFO"] == "/en/my-learning/" or response.redirect_chain
        assert response.context["user"] == account
        assert Account.objects.count() == 1

    def test_a_wrong_code_is_said_and_after_five_tries_even_the_right_one_is_too_late(self, client):
        client.post(JOIN, {"email": "olga@clinic.example.org"})
        right = CODE.search(mail.outbox[-1].body).group()

        for _time in range(5):
            assert "This is not the code." in text_of(client.post(ENTER, {"code": "AAAA-AAAA"}))
        late = text_of(client.post(ENTER, {"code": right}))

        assert "This code does not work any more." in late or "Too many codes were tried." in late
        assert not Account.objects.exists()

    def test_a_code_is_good_for_a_quarter_of_an_hour(self, client):
        client.post(JOIN, {"email": "olga@clinic.example.org"})
        session = client.session
        session["people.joining"] = {**session["people.joining"], "at": timezone.now().timestamp() - 16 * 60}
        session.save()

        response = client.post(ENTER, {"code": CODE.search(mail.outbox[-1].body).group()})

        assert "This code does not work any more." in text_of(response)

    def test_few_codes_go_to_one_address(self, client):
        for _time in range(6):
            response = client.post(JOIN, {"email": "olga@clinic.example.org"})

        assert ("Too many codes were asked for." in text_of(response), len(mail.outbox)) == (True, 5)

    def test_a_code_page_without_a_question_leads_back(self, client):
        assert client.get(ENTER)["Location"] == JOIN

    def test_signing_up_elsewhere_leads_here(self, client):
        assert client.get("/en/account/signup/")["Location"] == JOIN


class TestWho:
    def test_looking_for_an_agency_loses_nothing_that_was_written(self, client, agency_tree):
        prove(client)

        page = text_of(client.post(WHO, {**SAID, "q": "CLIN", "find": "1"}))

        assert ('value="Лис"' in page, "Agency clinic – Agency department" in page) == (True, True)
        assert "Agency unrelated" not in page
        assert "Please look at this again" not in page

    def test_words_that_no_agency_has_are_said(self, client, agency_tree):
        prove(client)

        assert "No agency has these words" in text_of(client.post(WHO, {"q": "zzz", "find": "1"}))

    def test_what_is_missing_is_said_at_its_field(self, client, agency_tree):
        prove(client)

        tomorrow = str(timezone.localdate() + timedelta(days=1))
        page = text_of(client.post(WHO, {"family_name": "1", "given_name": "О", "since": tomorrow, "language": "be"}))

        for sentence in ("This is no name.", "Find your agency and choose it.", "Write a day that has come already."):
            assert sentence in page

    def test_who_asks_sees_what_comes_next_and_can_withdraw(self, client, agency_tree, roles):
        prove(client)

        waiting = client.post(WHO, {**SAID, "q": "clinic", "agency": agency_tree.clinic.pk}, follow=True)
        assert "Your request waits" in text_of(waiting)
        back = client.post("/en/account/join/withdraw/", follow=True)

        assert ("Your request is withdrawn." in text_of(back), JoinRequest.objects.get().state) == (True, "withdrawn")

    def test_a_domain_lets_in_at_once(self, client, agency_tree):
        AgencyDomain.objects.create(agency=agency_tree.clinic, domain="clinic.example.org")
        page = prove(client)
        assert f'value="{agency_tree.clinic.pk}"' in text_of(page)

        response = client.post(WHO, {**SAID, "agency": agency_tree.clinic.pk}, follow=True)

        assert "Welcome. You belong to Agency clinic." in text_of(response)

    def test_a_refusal_is_read_before_one_asks_again(self, client, agency_tree, roles, client_of):
        prove(client)
        client.post(WHO, {**SAID, "agency": agency_tree.clinic.pk})
        asked = JoinRequest.objects.get()
        address = f"/en/people/joining/{asked.pk}/"
        client_of(roles.coordinator).post(address, {"step": "refuse", "reason": "Nobody knows you."})

        assert "Nobody knows you." in text_of(client.get(WHO))

    def test_an_account_of_nobody_is_led_here_after_signing_in(self, client):
        newcomer = prove_address(email="n@example.org")
        newcomer.set_password("a long pass phrase")
        newcomer.save()

        response = client.post("/en/account/login/", {"login": newcomer.email, "password": "a long pass phrase"})

        assert response["Location"] == WHO


class TestDeciding:
    @pytest.fixture
    def asked(self, roles, agency_tree):
        newcomer = prove_address(email="olga@clinic.example.org")
        return ask_to_join(account=newcomer, agency=agency_tree.clinic, **{**SAID, "since": timezone.localdate()})

    def test_the_menu_counts_who_waits(self, asked, roles, client_of):
        pages = {
            role: text_of(client_of(getattr(roles, role)).get("/en/modules/"))
            for role in ("coordinator", "coordinator_above", "coordinator_elsewhere", "manager", "learner")
        }

        counted = [role for role, page in pages.items() if "People: 1 waits" in page]
        assert counted == ["coordinator", "coordinator_above", "manager"]
        assert ("People: " in pages["coordinator_elsewhere"], "/people/joining/" in pages["learner"]) == (False, False)

    def test_the_second_coordinator_is_told_who_decided(self, asked, roles, client_of):
        address = f"/en/people/joining/{asked.pk}/"
        client_of(roles.coordinator).post(address, {"step": "approve"})

        late = client_of(roles.coordinator_above).post(address, {"step": "approve"}, follow=True)

        assert f"{roles.coordinator.person.full_name} has approved this request already." in text_of(late)

    def test_a_refusal_needs_a_reason(self, asked, roles, client_of):
        page = client_of(roles.coordinator).post(f"/en/people/joining/{asked.pk}/", {"step": "refuse"})

        asked.refresh_from_db()
        assert ("This field is required." in text_of(page), asked.state) == (True, "waiting")

    def test_a_namesake_is_asked_about_before_approval(self, asked, roles, agency_tree, client_of):
        make_person(agency=agency_tree.clinic, email="", family_name="Лис", given_name="Ольга", patronymic="")
        client, address = client_of(roles.coordinator), f"/en/people/joining/{asked.pk}/"

        page = client.post(address, {"step": "approve"})
        client.post(address, {"step": "approve", "same_as": "new"})

        asked.refresh_from_db()
        assert ("Say whether it is the same person." in text_of(page), asked.state) == (True, "approved")

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_list_costs_the_same_for_one_and_three(self, asked, roles, client_of, count, django_assert_num_queries):
        for number in range(1, count):
            ask_to_join(
                account=prove_address(email=f"n{number}@example.org"),
                agency=asked.agency,
                **{**SAID, "since": timezone.localdate()},
            )
        client = client_of(roles.coordinator)

        with django_assert_num_queries(
            6
        ):  # session, account with person and count, roles; count, rows, what was decided
            page = client.get("/en/people/joining/")

        assert text_of(page).count("/en/people/joining/") >= count


class TestInviting:
    @pytest.fixture
    def coordinator(self, agency_tree):
        return make_account("coordinator", agency=agency_tree.clinic)

    def send(self, client: Client, **fields: Any) -> Any:
        data = {"email": "olga@example.org", "since": "2026-03-01", "language": "be", **fields}
        return client.post("/en/people/invitations/new/", data, follow=True)

    def test_one_person(self, coordinator, agency_tree, client_of):
        response = self.send(client_of(coordinator), agency=agency_tree.clinic.pk)

        assert "A letter goes to olga@example.org." in text_of(response)
        assert Invitation.objects.get().agency == agency_tree.clinic

    def test_into_no_agency_of_others(self, coordinator, agency_tree, client_of):
        self.send(client_of(coordinator), agency=agency_tree.unrelated.pk)

        assert not Invitation.objects.exists()

    def test_a_list_is_looked_at_and_then_sent(self, coordinator, agency_tree, client_of, tmp_path):
        client = client_of(coordinator)
        file = tmp_path / "list.csv"
        file.write_text("family name,given name,email\nЛис,Ольга,olga@example.org\nКот,Иван,ivan@example.org\n")

        with file.open("rb") as content:
            data = {"file": content, "agency": agency_tree.clinic.pk, "since": "2026-03-01"}
            page = client.post("/en/people/invitations/list/", data)
        assert ("Invite 2 people" in text_of(page), Invitation.objects.count()) == (True, 0)
        done = client.post("/en/people/invitations/list/", {"rows": page.context["rows"]}, follow=True)

        assert ("2 people are invited." in text_of(done), Invitation.objects.count()) == (True, 2)

    def test_what_is_wrong_with_a_list_is_said_by_line(self, coordinator, agency_tree, client_of, tmp_path):
        file = tmp_path / "list.csv"
        file.write_text("family name,given name,email\nЛис,Ольга,\n")

        with file.open("rb") as content:
            data = {"file": content, "agency": agency_tree.clinic.pk, "since": "2026-03-01"}
            page = client_of(coordinator).post("/en/people/invitations/list/", data)

        assert "Line 2, e-mail:" in text_of(page)
        assert "An invitation needs an e-mail." in text_of(page)

    def test_facilitators_invite_people_of_their_workshops(self, agency_tree, client_of):
        facilitator = make_account("facilitator", agency=agency_tree.ministry)
        person = make_person(agency=agency_tree.clinic)
        register(make_workshop(facilitator=facilitator), person)
        client, address = client_of(facilitator), "/en/people/invitations/participants/"
        stranger = make_person(agency=agency_tree.clinic)

        assert client.post(address, {"person": stranger.public_code}).status_code == 404
        done = client.post(address, {"person": person.public_code}, follow=True)

        assert f"A letter goes to {person.email}." in text_of(done)
        assert Invitation.objects.get().agency == agency_tree.clinic

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_list_costs_the_same_for_one_and_three(
        self, coordinator, agency_tree, client_of, count, django_assert_num_queries
    ):
        for number in range(count):
            invite_person(agency=agency_tree.clinic, actor=coordinator, email=f"n{number}@example.org")
        client = client_of(coordinator)

        with django_assert_num_queries(5):  # session, account with person and count, roles; count, rows
            page = client.get("/en/people/invitations/")

        assert text_of(page).count("/resend/") == count


class TestOpeningALetter:
    @pytest.fixture
    def link(self, agency_tree, django_capture_on_commit_callbacks):
        coordinator = make_account("coordinator", agency=agency_tree.clinic)
        with django_capture_on_commit_callbacks(execute=True):
            invite_person(agency=agency_tree.clinic, actor=coordinator, email="olga@example.org", language="en")
        return re.search(r"/en/account/invitation/\S+", mail.outbox[-1].body).group()

    def test_looking_changes_nothing_and_the_button_signs_in(self, client, link):
        assert "Agency clinic" in text_of(client.get(link))
        assert not Person.objects.filter(email="olga@example.org").exists()

        done = client.post(link, {"family_name": "Лис", "given_name": "Ольга", "agrees": ["news"]}, follow=True)

        consent = Consent.objects.get()
        assert done.context["user"].email == "olga@example.org"
        assert (consent.purpose, consent.given, consent.way, consent.person.email) == (
            "news",
            True,
            "joining",
            "olga@example.org",
        )
        assert "accepted already" in text_of(client.get(link))

    def test_names_that_are_missing_are_asked_for(self, client, link):
        page = client.post(link, {"family_name": "Лис"})

        assert "This field is required." in text_of(page)
        assert Invitation.objects.get().accepted_at is None

    def test_somebody_else_who_is_signed_in_is_told_and_nothing_happens(self, link, account, client_of):
        client = client_of(account)

        for response in (client.get(link), client.post(link, {"family_name": "Лис", "given_name": "Ольга"})):
            assert f"you are signed in as {account.email}. Nothing was changed." in text_of(response)
        assert Invitation.objects.get().accepted_at is None

    def test_a_link_that_nobody_wrote_is_not_known(self, client):
        response = client.get("/en/account/invitation/abc/")

        assert (response.status_code, "This link is not known." in text_of(response)) == (404, True)
