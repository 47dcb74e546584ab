"""Consents with versions, requests about own data, and the pages for both."""

import json
from dataclasses import replace

import pytest

from audit.models import Event
from mail.models import Message
from people import privacy
from people.models import Consent, DataRequest
from people.services import (
    PeopleError,
    ask_about_data,
    consents_of,
    correct_data,
    record_consent,
    refuse_data_request,
    who_declined,
    withdraw_consent,
    withdraw_data_request,
)
from tests.factories.people import make_account, make_agency

pytestmark = pytest.mark.django_db


def test_a_consent_is_given_and_taken_back_and_every_answer_stays(account):
    person = account.person

    record_consent(person=person, purpose="news")
    assert not who_declined("news").exists()
    record_consent(person=person, purpose="news")
    withdraw_consent(person=person, purpose="news")

    assert [each["person"] for each in who_declined("news")] == [person.pk]
    assert list(Consent.objects.values_list("purpose", "version", "given")) == [("news", 1, True), ("news", 1, False)]
    actions = Event.objects.filter(action__startswith="people.consent").order_by("pk")
    assert [each.action for each in actions] == ["people.consent_given", "people.consent_withdrawn"]


def test_whoever_agreed_to_other_words_is_asked_again(account, monkeypatch):
    record_consent(person=account.person, purpose="news")
    monkeypatch.setitem(privacy.PURPOSES, "news", replace(privacy.PURPOSES["news"], version=2))

    [news, research] = consents_of(account.person)
    assert (news.outdated, news.given, research.outdated) == (True, False, False)

    record_consent(person=account.person, purpose="news")
    assert not consents_of(account.person)[0].outdated


@pytest.mark.parametrize("purpose", ["learning", "nothing"])
def test_what_is_needed_is_no_matter_of_choice(account, purpose):
    with pytest.raises(PeopleError, match="not a matter of choice"):
        record_consent(person=account.person, purpose=purpose)


def test_only_one_request_of_a_kind_waits_and_it_can_be_taken_back(account):
    asked = ask_about_data(person=account.person, kind="erasure")

    with pytest.raises(PeopleError, match="asked already"):
        ask_about_data(person=account.person, kind="erasure")
    withdraw_data_request(request=asked, actor=account)
    ask_about_data(person=account.person, kind="erasure")
    with pytest.raises(PeopleError, match="answered already"):
        withdraw_data_request(request=asked, actor=account)


@pytest.fixture
def wrong(roles) -> DataRequest:
    """The learner of the clinic says that the name is wrong."""
    return ask_about_data(person=roles.learner.person, kind="correction", text="It is Nováková.")


def test_the_coordinator_corrects_the_name_and_the_person_hears_of_it(wrong, roles):
    correct_data(request=wrong, actor=roles.coordinator, answer="Done.", family_name="Nováková")

    wrong.refresh_from_db()
    assert (wrong.person.family_name, wrong.state, wrong.answered_by) == ("Nováková", "done", roles.coordinator)
    assert Event.objects.get(action="people.person_changed").after == {"family_name": "Nováková"}
    assert Message.objects.get(recipient=wrong.person).subject == "Your request to correct your data"


def test_a_request_is_answered_once_and_by_whoever_may(wrong, roles):
    with pytest.raises(PeopleError, match="somebody else"):
        correct_data(request=wrong, actor=roles.coordinator_elsewhere)
    with pytest.raises(PeopleError, match="Say why"):
        refuse_data_request(request=wrong, actor=roles.coordinator, answer=" ")
    refuse_data_request(request=wrong, actor=roles.coordinator_above, answer="The passport says so.")

    with pytest.raises(PeopleError, match="answered already"):
        correct_data(request=wrong, actor=roles.manager)


def test_names_that_are_missing_are_said_and_what_was_written_stays(wrong, roles, client_of):
    address = f"/en/people/data-requests/{wrong.pk}/"

    page = client_of(roles.coordinator).post(address, {"family_name": "", "given_name": "Eva", "answer": "Look"})

    text = page.content.decode()
    assert "This field is required" in text
    assert "Look</textarea>" in text
    wrong.refresh_from_db()
    assert wrong.state == "waiting"


def test_a_manager_erases_by_the_page_and_only_when_sure(roles, client_of):
    asked = ask_about_data(person=roles.learner.person, kind="erasure")
    address = f"/en/people/data-requests/{asked.pk}/"
    client = client_of(roles.manager)

    assert "Nobody can take it back" in client.get(address).content.decode()
    assert client.post(address, {"step": "do"}).status_code == 200
    asked.person.refresh_from_db()
    assert asked.person.family_name != "Erased person"

    assert client.post(address, {"step": "do", "sure": "on"}).status_code == 302
    asked.person.refresh_from_db()
    assert asked.person.family_name == "Erased person"


def test_what_is_taken_along_is_json_and_says_who_one_is(account, client_of):
    response = client_of(account).get("/be/account/data/file/json/")

    held = {each["what"]: each["rows"] for each in json.loads(response.content)["held"]}
    assert held["people.person"][0]["family_name"] == account.person.family_name
    assert response["Content-Disposition"].startswith('attachment; filename="own-data-')


def test_a_coordinator_sees_corrections_of_the_own_people_alone(wrong, roles, client_of):
    ask_about_data(person=roles.learner.person, kind="erasure")
    ask_about_data(person=make_account(agency=make_agency()).person, kind="correction", text="Other")

    shown = [
        client_of(account).get("/en/people/data-requests/").content.decode().count("/en/people/data-requests/")
        for account in (roles.coordinator, roles.coordinator_elsewhere, roles.manager)
    ]

    links_of_the_page = shown[1]
    assert [number - links_of_the_page for number in shown] == [1, 0, 3]


@pytest.mark.parametrize("more", [0, 2])
def test_lists_ask_the_same_however_long_they_are(roles, client_of, more, django_assert_num_queries):
    for _number in range(1 + more):
        ask_about_data(person=make_account(agency=make_agency()).person, kind="correction", text="Other")
    client = client_of(roles.manager)
    client.get("/en/people/data-requests/")

    with django_assert_num_queries(5):
        client.get("/en/people/data-requests/")
