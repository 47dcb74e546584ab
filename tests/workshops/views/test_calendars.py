"""Sessions in the calendars of people: files and private addresses."""

import re

import pytest
from django.test import Client

from people.models import Account
from tests.factories.people import make_account
from tests.factories.workshops import make_facilitator, make_workshop, register
from tests.workshops.icalendar import components, faults, lines_of, values
from workshops.models import CalendarFeed
from workshops.services import cancel_workshop, make_feed

pytestmark = pytest.mark.django_db

FEEDS = "/en/workshops/calendar/feeds/"


@pytest.fixture(autouse=True)
def _today(time_machine) -> None:
    time_machine.move_to("2026-03-01T06:00:00Z", tick=False)


class TestOneSession:
    def test_is_a_file_for_anybody_in_the_language_of_the_page(self, client):
        workshop = make_workshop(code="W1", title_ru="Миграция и здоровье")
        person = register(workshop).person

        response = client.get("/ru/workshops/W1/sessions/2/calendar.ics")

        [said] = [values(lines) for lines in components(response.content, "VEVENT")]
        assert (response.status_code, faults(response.content)) == (200, [])
        assert response["Content-Type"] == "text/calendar; charset=utf-8"
        assert response["Content-Disposition"] == 'attachment; filename="W1-2.ics"'
        assert (said["SUMMARY"], said["DTSTART"]) == ("Session 2 · Миграция и здоровье", "20260309T103000")
        assert person.email not in response.content.decode()

    def test_that_does_not_exist_is_not_found(self, client):
        make_workshop(code="W1")

        statuses = [
            client.get(f"/en/workshops/{which}/calendar.ics").status_code
            for which in ("W1/sessions/9", "W2/sessions/1")
        ]

        assert statuses == [404, 404]


class TestAFeed:
    @pytest.fixture
    def account(self) -> Account:
        account = make_account()
        register(make_workshop(code="W1"), account.person)
        return account

    @pytest.fixture
    def address(self, account) -> str:
        return f"/workshops/feed/{make_feed(person=account.person, kind='taking_part')}.ics"

    def test_answers_without_a_language_and_without_signing_in(self, client, account, address):
        response = client.get(address)

        said = values(lines_of(response.content))
        assert (response.status_code, faults(response.content)) == (200, [])
        assert len(components(response.content, "VEVENT")) == 2
        assert (said["REFRESH-INTERVAL"], said["X-PUBLISHED-TTL"], "ATTENDEE" in said) == ("PT6H", "PT6H", False)
        assert account.email not in response.content.decode()
        assert (response["X-Robots-Tag"], response["Cache-Control"]) == ("noindex, nofollow", "private, no-cache")
        assert not response.cookies

    def test_that_has_not_changed_is_not_sent_again(self, client, address):
        etag = client.get(address)["ETag"]

        same = client.get(address, headers={"if-none-match": etag})
        cancel_workshop(workshop=CalendarFeed.objects.get().person.registrations.get().workshop, reason="Snow.")
        changed = client.get(address, headers={"if-none-match": etag})

        assert (same.status_code, same.content, changed.status_code) == (304, b"", 200)
        assert b"STATUS:CANCELLED" in changed.content

    def test_that_is_revoked_or_unknown_is_not_found(self, client, client_of, account, address):
        client_of(account).post(f"{FEEDS}taking_part/revoke/")

        statuses = [client.get(each).status_code for each in (address, "/workshops/feed/guess.ics")]

        assert statuses == [404, 404]

    @pytest.mark.parametrize("workshops", [1, 3])
    def test_costs_two_questions_however_many_workshops(
        self, client, address, account, django_assert_num_queries, workshops
    ):
        for _number in range(workshops):
            register(make_workshop(), account.person)

        with django_assert_num_queries(2):  # whose it is, the sessions
            client.get(address)


class TestTheOwnAddresses:
    def test_a_new_one_is_shown_once_and_works(self, client, client_of):
        reader = client_of(make_account())

        page = reader.post(f"{FEEDS}taking_part/make/", follow=True).content.decode()
        [address] = re.findall(r'value="http[^"]*(/workshops/feed/[^"]+)"', page)
        again = reader.get(FEEDS).content.decode()

        assert f"{address}" in page
        assert 'href="webcal://' in page
        assert (client.get(address).status_code, "/workshops/feed/" in again) == (200, False)
        assert "An address is in use since 1 March 2026, 09:00." in again

    def test_replacing_and_stopping_end_the_old_one(self, client, client_of):
        account = make_account()
        reader = client_of(account)
        old = f"/workshops/feed/{make_feed(person=account.person, kind='taking_part')}.ics"

        page = reader.post(f"{FEEDS}taking_part/make/", follow=True).content.decode()
        [new] = re.findall(r'value="http[^"]*(/workshops/feed/[^"]+)"', page)
        replaced = [client.get(each).status_code for each in (old, new)]
        said = reader.post(f"{FEEDS}taking_part/revoke/", follow=True).content.decode()

        assert (replaced, client.get(new).status_code) == ([404, 200], 404)
        assert "The address answers no more." in said

    def test_sessions_that_one_runs_are_offered_to_those_who_run_some(self, client_of):
        facilitator = make_facilitator()
        make_workshop(facilitator=facilitator)

        offered = [
            "Sessions that you run" in client_of(each).get(FEEDS).content.decode()
            for each in (make_account(), facilitator)
        ]

        assert offered == [False, True]

    def test_they_are_for_people_who_are_signed_in_and_of_two_kinds(self, client, client_of):
        answers = [
            client.get(FEEDS),
            client.post(f"{FEEDS}taking_part/make/"),
            client.post(f"{FEEDS}taking_part/revoke/"),
        ]

        assert ["/account/login/" in each.url for each in answers] == [True] * 3
        assert client_of(make_account()).post(f"{FEEDS}everybodys/make/").status_code == 404
        assert not CalendarFeed.objects.exists()


def test_somebody_elses_addresses_are_never_touched(client: Client, client_of):
    account, other = make_account(), make_account()
    address = f"/workshops/feed/{make_feed(person=account.person, kind='taking_part')}.ics"

    page = client_of(other).get(FEEDS).content.decode()
    client_of(other).post(f"{FEEDS}taking_part/revoke/")
    client_of(other).post(f"{FEEDS}taking_part/make/")

    assert ("An address is in use" in page, client.get(address).status_code) == (False, 200)
