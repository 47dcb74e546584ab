"""The audit trail: managers find what was done, and everybody who looked at the own data."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from audit.models import Event
from audit.services import record
from people.models import PeopleImport, PeopleImportRow
from people.services import (
    MergePlan,
    TrailQuestion,
    change_latin_name,
    events_about,
    events_asked_for,
    grant_role,
    merge_persons,
    readings_of,
)
from people.wording import called, purpose_called
from reports.services import read_report
from tests.factories.people import make_account, make_agency, make_person
from tests.factories.workshops import make_workshop, register

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return make_account("manager")


@pytest.fixture
def renamed(manager):
    """Somebody whose name the manager spelt anew."""
    person = make_person(agency=make_agency(), family_name="Sidorova", given_name="Vera")
    change_latin_name(person=person, name_latin="Vera Sidorova", actor=manager)
    return person


def found(account, **asked) -> list[str]:
    return [event.action for event in events_asked_for(TrailQuestion(**asked), account)]


def test_it_is_searched_by_person_actor_action_object_and_day(manager, renamed):
    today = timezone.localdate()
    only = ["people.latin_name_changed"]

    assert found(manager, person="sidorova", action="spelling") == only
    assert found(manager, person=renamed.public_code, action="spelling") == only
    assert found(manager, actor=manager.email) == only
    assert found(manager, actor=manager.person.family_name, action="latin_name") == only
    assert found(manager, object=f"person {renamed.pk}", action="spelling") == only
    assert found(manager, action="spelling", first_day=today, last_day=today) == only
    assert found(manager, action="spelling", last_day=today - timedelta(days=1)) == []
    assert found(manager, action="nothing of the kind") == []


def test_nobody_but_managers_reads_it(renamed):
    assert [found(make_account(*role)) for role in ((), ("editor",), ("facilitator",))] == [[], [], []]


def test_the_page_says_who_what_whom_before_after_and_by_which_request(client_of, manager, renamed):
    Event.objects.create(action="people.person_changed", subject=renamed, actor=manager, request_id="abc123",
                         before={"given_name": "Wera"}, after={"given_name": "Vera"})  # fmt: skip

    page = client_of(manager).get("/en/people/trail/?person=sidorova&action=contact+data").content.decode()

    for words in ("were changed", "Sidorova Vera", "Given name: Wera", "Given name: Vera", "abc123"):
        assert words in page


def test_a_search_for_a_person_is_noted_as_a_reading(client_of, manager, renamed):
    client_of(manager).get("/en/people/trail/?person=sidorova")

    assert [(each.action, each.actor) for each in readings_of(renamed)] == [("people.trail_read", manager)]


def test_days_that_cannot_be_read_are_said_and_lose_nothing(client_of, manager, renamed):
    response = client_of(manager).get("/en/people/trail/?first_day=yesterday&person=sidorova")

    assert "Enter a valid date" in response.content.decode()
    assert 'value="sidorova"' in response.content.decode()


@pytest.mark.parametrize("more", [0, 2])
def test_the_page_asks_the_same_however_many_events_there_are(client_of, manager, more, django_assert_num_queries):
    for _number in range(1 + more):
        grant_role(account=make_account(), role="editor", granted_by=manager)
    client = client_of(manager)
    client.get("/en/people/trail/?action=role")

    with django_assert_num_queries(5):
        client.get("/en/people/trail/?action=role")


def test_a_person_sees_who_read_lists_in_which_they_stand_and_not_what_they_did(manager):
    agency = make_agency(code="clinic")
    account = make_account(agency=agency)
    other = make_account(agency=make_agency(code="elsewhere"))
    workshop = make_workshop()
    register(workshop, account.person)
    record("workshops.people_read", obj=workshop, actor=manager, after={"workshop": workshop.code, "page": "x"})
    read_report(name="agency-results", account=manager, agency="clinic")
    record("people.own_data_read", obj=account.person, actor=account, subject=account.person)
    record("certificates.read", obj=account.person, actor=manager, subject=account.person)

    seen = [each.action for each in readings_of(account.person)]

    assert seen == ["certificates.read", "reports.read", "workshops.people_read"]
    assert list(readings_of(other.person)) == []


def test_a_report_about_everybody_is_a_reading_of_everybody(manager):
    person = make_person(agency=make_agency())
    read_report(name="agency-results", account=manager)

    assert [each.action for each in readings_of(person)] == ["reports.read"]


def test_the_own_page_says_who_looked(client_of, manager):
    account = make_account()
    record("certificates.read", obj=account.person, actor=manager, subject=account.person)

    page = client_of(account).get("/en/account/who-looked/").content.decode()

    assert "A certificate was read." in page
    assert manager.person.full_name in page


def test_a_list_that_names_somebody_is_a_reading_of_them(manager):
    agency = make_agency(code="clinic")
    listed, other = make_person(agency=agency), make_person(agency=agency)
    source = PeopleImport.objects.create(uploaded_by=make_account("coordinator", agency=agency), file_name="a.csv")
    PeopleImportRow.objects.create(source=source, line=2, person=listed, verdict="new", values={}, changes={})
    record("people.list_read", obj=source, actor=manager)
    record("people.list_fetched", obj=source, actor=manager)

    assert [each.action for each in readings_of(listed)] == ["people.list_fetched", "people.list_read"]
    assert list(readings_of(other)) == []


def test_the_trail_of_somebody_goes_on_over_merges(manager):
    """Events of a record that went into another one are found under the one that stayed, over two merges as well."""
    agency = make_agency()
    first, second, kept = (
        make_person(agency=agency, family_name=name) for name in ("Adamova", "Borisova", "Viktorova")
    )
    for each in (first, second):
        record("certificates.read", obj=each, actor=manager, subject=each, after={"of": each.family_name})
    merge_persons(plan=MergePlan(second, first, manager))
    merge_persons(plan=MergePlan(kept, second, manager))

    sought = found(manager, person="Viktorova", action="certificate was read")
    assert sought == ["certificates.read"] * 2
    assert {each.subject for each in events_about(kept) if each.action == "certificates.read"} == {first, second}
    assert [each.action for each in readings_of(kept)].count("certificates.read") == 2
    assert [each.action for each in readings_of(first)].count("certificates.read") == 1


def test_values_of_the_trail_are_read_in_the_language_of_the_page(client_of, manager):
    person = make_person(agency=make_agency())
    Event.objects.create(action="people.consent_given", subject=person, actor=manager,
                         after={"purpose": "news", "version": 1})  # fmt: skip
    client = client_of(manager)

    page = client.get(f"/ru/people/trail/?person={person.public_code}").content.decode()

    with translation.override("ru"):
        assert f"{called('purpose')}: {purpose_called('news')}" in page
        assert f"{called('version')}: 1" in page
