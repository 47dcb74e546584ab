"""The rule on the pages of a workshop: asked once more before it changes, explained to everybody whom it concerns."""

from typing import Any

import pytest
from django.test import Client

from people.models import Account
from tests.factories.people import make_account, make_agency, make_person
from tests.factories.programmes import take
from tests.factories.workshops import make_facilitator, make_workshop
from workshops.models import Registration, Workshop

pytestmark = [pytest.mark.django_db, pytest.mark.db]

FIELDS = {
    "title_en": "Workshop",
    "language": "en",
    "approval": "none",
    "offer_hours": "48",
    "partial_share": "80",
    "pass_mark": "75",
    "hours_printed": "on",
}


@pytest.fixture
def facilitator() -> Account:
    return make_facilitator()


@pytest.fixture
def workshop(facilitator: Account) -> Workshop:
    return make_workshop(code="W1", facilitator=facilitator, sessions=2)


@pytest.fixture
def half(workshop: Workshop, facilitator: Account) -> Registration:
    """Somebody who was there for half of the time, with all registers signed."""
    person = make_person(agency=make_agency(), family_name="Halfway")
    take(workshop, person, facilitator, "absent")
    return workshop.registrations.get(person=person)


def as_manager() -> Client:
    client = Client()
    client.force_login(make_account("manager"))
    return client


def test_a_change_names_whom_it_touches_and_is_saved_when_it_is_meant(workshop: Workshop, half: Registration):
    manager, address = as_manager(), "/en/workshops/W1/edit/"
    posted: dict[str, Any] = {**FIELDS, "threshold": "50"}

    asked = manager.post(address, posted).content.decode()
    workshop.refresh_from_db()
    half.refresh_from_db()
    untouched = (workshop.threshold, half.completed_at)
    manager.post(address, {**posted, "accept_rule": "on"})

    workshop.refresh_from_db()
    half.refresh_from_db()
    assert "They meet the new rule and receive the certificate as soon as you save:" in asked
    assert "Halfway" in asked
    assert untouched == (80, None)
    assert workshop.threshold == 50
    assert half.completed_at is not None


def test_a_change_that_touches_nobody_is_not_asked_about(workshop: Workshop, half: Registration):
    as_manager().post("/en/workshops/W1/edit/", {**FIELDS, "threshold": "90", "each_day": "on"})

    workshop.refresh_from_db()
    assert (workshop.threshold, workshop.each_day) == (90, True)


def test_holder_and_facilitator_read_what_is_missing(workshop: Workshop, half: Registration, facilitator: Account):
    Workshop.objects.update(each_day=True, test_taken=True, status=Workshop.Status.ENDED)
    holder, runs_it = Client(), Client()
    holder.force_login(make_account(person=half.person))
    runs_it.force_login(facilitator)

    own = holder.get("/en/workshops/W1/").content.decode()
    everybody = runs_it.get("/en/workshops/W1/threshold/").content.decode()

    for page in (own, everybody):
        assert "1 of 2 sessions, 50 % of the hours (80 % are asked for)" in page.replace("\N{NO-BREAK SPACE}", " ")
        assert "test after not taken" in page
    assert "Ask the facilitator whether a session can be made up." in own
    assert "Ask the facilitator" not in everybody
