"""What somebody who was asked to run a workshop answers."""

import pytest

from people.models import Account
from tests.factories.people import make_account
from tests.factories.workshops import make_facilitator, make_workshop
from workshops.models import Facilitation, Workshop
from workshops.services import add_facilitator

pytestmark = pytest.mark.django_db

PAGE, MANAGE = "/en/workshops/W1/facilitation/", "/en/workshops/W1/manage/"


@pytest.fixture
def lead(db) -> Account:
    return make_facilitator()


@pytest.fixture
def asked(db) -> Account:
    return make_account()


@pytest.fixture
def workshop(lead, asked) -> Workshop:
    workshop = make_workshop(code="W1", facilitator=lead)
    add_facilitator(workshop=workshop, person=asked.person, actor=lead)
    return workshop


def state(account: Account) -> str:
    return Facilitation.objects.get(person=account.person).state


def test_somebody_who_is_invited_is_told_and_accepts(client_of, workshop, asked):
    client = client_of(asked)
    assert PAGE in client.get(MANAGE).content.decode()
    assert "I will run it" in client.get(PAGE).content.decode()

    assert client.post(PAGE, {"answer": "accept"}).url == MANAGE

    assert state(asked) == "accepted"
    assert "I will run it" not in client.get(PAGE).content.decode()


def test_whoever_declined_no_longer_manages_stays_listed_and_is_asked_again(client_of, workshop, asked, lead):
    client = client_of(asked)
    client.post(PAGE, {"answer": "decline"})

    assert (state(asked), client.get(MANAGE).status_code, client.get(PAGE).status_code) == ("declined", 404, 200)
    page = client_of(lead).get(MANAGE).content.decode()
    assert "Ask again" in page

    client_of(lead).post("/en/workshops/W1/facilitators/add/", {"person": asked.person.public_code})
    assert state(asked) == "invited"


def test_another_answer_afterwards_is_refused(client_of, workshop, asked):
    client = client_of(asked)
    client.post(PAGE, {"answer": "accept"})

    refused = client.post(PAGE, {"answer": "decline"}, follow=True).content.decode()

    assert "You have answered already." in refused
    assert state(asked) == "accepted"


def test_anything_else_is_no_answer(client_of, workshop, asked):
    assert client_of(asked).post(PAGE, {"answer": "perhaps"}).status_code == 200
    assert state(asked) == "invited"


def test_nobody_else_has_such_a_page(client_of, workshop):
    assert client_of(make_facilitator()).get(PAGE).status_code == 404
    assert client_of(make_account("manager")).get(PAGE).status_code == 404
