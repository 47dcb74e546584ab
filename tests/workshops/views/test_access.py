"""Whoever sees everybody is noted on the pages with names; whoever runs the workshop works there."""

import pytest

from audit.models import Event
from people.models import Account
from tests.factories.people import make_account
from tests.factories.workshops import make_facilitator, make_workshop, open_session, register
from workshops.models import Workshop

pytestmark = pytest.mark.django_db

WITH_NAMES = {
    "/en/workshops/W1/manage/": "workshop_manage",
    "/en/workshops/W1/participants/": "participants",
    "/en/workshops/W1/threshold/": "threshold",
    "/en/workshops/W1/sessions/1/register/": "register",
}


def noted() -> list[tuple[Account, str, str, str]]:
    events = Event.objects.filter(action="workshops.people_read").order_by("pk")
    return [(event.actor, event.object_type, event.after["workshop"], event.after["page"]) for event in events]


@pytest.fixture
def facilitator(db: None) -> Account:
    return make_facilitator()


@pytest.fixture
def workshop(facilitator: Account) -> Workshop:
    workshop = make_workshop(code="W1", facilitator=facilitator)
    register(workshop)
    open_session(workshop)
    return workshop


@pytest.mark.parametrize(("address", "page"), WITH_NAMES.items())
@pytest.mark.parametrize("role", ["manager", "administrator"])
def test_reading_names_is_noted(client_of, workshop, role, address, page):
    reader = make_account(role)

    assert client_of(reader).get(address).status_code == 200

    kind = "workshops.Session" if page == "register" else "workshops.Workshop"
    assert noted() == [(reader, kind, "W1", page)]


@pytest.mark.parametrize("address", WITH_NAMES)
def test_whoever_runs_the_workshop_is_not_noted(client_of, facilitator, workshop, address):
    assert client_of(facilitator).get(address).status_code == 200

    assert noted() == []


def test_a_manager_who_runs_the_workshop_is_not_noted(client_of):
    manager = make_account("manager", "facilitator")
    make_workshop(code="W1", facilitator=manager)

    assert client_of(manager).get("/en/workshops/W1/participants/").status_code == 200
    assert noted() == []


def test_a_page_without_people_and_a_refusal_are_not_noted(client_of, workshop):
    assert client_of(make_account("manager")).get("/en/workshops/W1/edit/").status_code == 200
    assert client_of(make_account("facilitator")).get("/en/workshops/W1/participants/").status_code == 404
    assert noted() == []
