"""The page of the registers on a phone: the same for everybody; the names come as a document for those who run it."""

import json
from base64 import b64decode

import pytest
from django.test import Client

from audit.models import Event
from people.models import Account, Role
from tests.factories.people import make_account
from tests.factories.workshops import make_facilitator, make_workshop, open_session, register
from workshops.models import Workshop

pytestmark = pytest.mark.django_db

PAGE = "/en/workshops/W1/offline/"
ROSTER = f"{PAGE}roster/"


@pytest.fixture(autouse=True)
def _during_the_workshop(time_machine) -> None:
    time_machine.move_to("2026-03-09T12:00:00Z", tick=False)


@pytest.fixture
def facilitator(db: None) -> Account:
    return make_facilitator()


@pytest.fixture
def workshop(facilitator: Account) -> Workshop:
    workshop = make_workshop(code="W1", facilitator=facilitator)
    register(workshop)
    open_session(workshop)
    return workshop


@pytest.mark.parametrize("language", ["en", "ru", "be"])
def test_the_page_names_nobody_and_is_the_same_for_all(workshop, facilitator, client_of, language):
    person = workshop.registrations.get().person
    manager = make_account(Role.MANAGER)

    pages = [
        client_of(account).get(address).content.decode()
        for account in (facilitator, manager)
        for address in (f"/{language}/workshops/W1/offline/", f"/{language}/workshops/offline/")
    ]

    assert len(set(pages)) == 1
    assert f'<html lang="{language}">' in pages[0]
    hidden = [
        str(person),
        person.public_code,
        facilitator.get_full_name(),
        workshop.title,
        'csrfmiddlewaretoken" value=""',
    ]
    assert [words in pages[0] for words in hidden] == [False, False, False, False, True]


def test_the_names_come_with_keys_and_a_token_and_are_never_stored_on_the_way(workshop, facilitator, client_of):
    client: Client = client_of(facilitator)

    response = client.get(ROSTER)

    answer = response.json()
    assert "no-store" in response["Cache-Control"]
    assert sorted(answer) == ["key", "notes_key", "owner", "roster", "token"]
    assert [len(b64decode(answer[name])) for name in ("key", "notes_key")] == [32, 32]
    assert [each["mark"] for each in answer["roster"]["sessions"]] == [
        f"/en/workshops/W1/sessions/{number}/register/mark/" for number in (1, 2)
    ]
    assert client_of(facilitator).get(ROSTER).json()["key"] != answer["key"]
    assert client.get(ROSTER).json()["key"] == answer["key"]


def test_afterwards_a_sentence_says_why_not(workshop, facilitator, client_of, time_machine):
    time_machine.move_to("2026-06-01T12:00:00Z")

    response = client_of(facilitator).get(ROSTER)

    assert (response.status_code, response.json()) == (
        409,
        {"message": "Registers are kept on a phone only while their workshop is held."},
    )


def test_whoever_takes_names_along_without_running_the_workshop_is_noted(workshop, facilitator, client_of):
    manager = make_account(Role.MANAGER)
    for account in (facilitator, manager):
        client_of(account).get(PAGE)
        client_of(account).get(ROSTER)

    noted = Event.objects.filter(action="workshops.people_read")
    assert [(each.actor_id, each.after["page"]) for each in noted] == [(manager.pk, "offline_roster")]


def test_a_phone_can_put_the_registers_among_its_apps(client):
    response = client.get("/ru/workshops/offline/manifest.webmanifest")

    manifest = json.loads(response.content)
    assert response["Content-Type"] == "application/manifest+json"
    assert (manifest["lang"], manifest["start_url"]) == ("ru", "/ru/workshops/offline/")
    assert [icon["sizes"] for icon in manifest["icons"]] == ["192x192", "512x512"]
