"""Sessions in calendars: what mails tell, private feeds, one session to take home."""

import re
from datetime import date, timedelta

import pytest
from django.core import mail
from django.utils import timezone, translation

from audit.models import Event
from mail.tasks import send_due
from people.models import Account
from tests.factories.people import make_account, make_agency, make_person
from tests.factories.workshops import make_facilitator, make_session, make_workshop, register
from tests.workshops.icalendar import components, faults, lines_of, values
from workshops.calendar import Method
from workshops.models import CalendarFeed, Registration, Workshop
from workshops.services import (
    add_room,
    calendar_part,
    cancel_workshop,
    change_session,
    make_feed,
    own_feed,
    postpone_workshop,
    publish_workshop,
    revoke_feed,
    session_file,
    withdraw_registration,
)

pytestmark = [pytest.mark.django_db, pytest.mark.db]

TAKING_PART, FACILITATING = CalendarFeed.Kind.TAKING_PART, CalendarFeed.Kind.FACILITATING


@pytest.fixture(autouse=True)
def _today(time_machine) -> None:
    time_machine.move_to("2026-03-01T06:00:00Z", tick=False)


def calendars(part: str) -> list[bytes]:
    """The calendars of a mail, one after the other."""
    return [each.encode() for each in re.findall(r"BEGIN:VCALENDAR\r\n.*?END:VCALENDAR\r\n", part, re.DOTALL)]


def told(registration: Registration, method: Method) -> list[dict[str, str]]:
    """What a mail says of every session."""
    registration = Registration.objects.get(pk=registration.pk)
    part = calendar_part(registration=registration, method=method)
    found = calendars(part)
    assert ("".join(each.decode() for each in found), [faults(each) for each in found]) == (part, [[]] * len(found))
    return [values(lines) for each in found for lines in components(each, "VEVENT")]


def sequences(registration: Registration, method: Method = Method.REQUEST) -> list[int]:
    return [int(each["SEQUENCE"]) for each in told(registration, method)]


class TestWhatAMailTells:
    def test_every_session_of_the_track_is_a_calendar_with_one_guest(self, settings):
        settings.SITE_ADDRESS = "https://academy.example"
        workshop = make_workshop(title_en="Migration and health", place="Minsk", sessions=1)
        room = add_room(name="Hall 2", address="Miasnikova 39")
        other = make_session(workshop, slot=1, track="law", title_en="Law", required=False, room=room)
        make_session(workshop, slot=2, track="medicine", title_en="Medicine")
        person = make_person(agency=make_agency(), email="alena@clinic.example", language="en")
        registration = register(workshop, person, track="law")

        first, second = told(registration, Method.REQUEST)

        assert {name: value for name, value in first.items() if name not in {"ORGANIZER", "ATTENDEE"}} == {
            "UID": f"{workshop.sessions.get(number=1).uid}@academy.example",
            "SEQUENCE": "0",
            "DTSTAMP": "20260301T060000Z",
            "DTSTART": "20260309T090000",
            "DTEND": "20260309T100000",
            "SUMMARY": "Session 1 · Migration and health",
            "LOCATION": "Minsk",
            "DESCRIPTION": f"About the workshop: https://academy.example/en/workshops/{workshop.code}/",
            "URL": f"https://academy.example/en/workshops/{workshop.code}/",
            "STATUS": "CONFIRMED",
        }
        assert first["ATTENDEE"].endswith("mailto:alena@clinic.example")
        assert (second["UID"], second["LOCATION"]) == (f"{other.uid}@academy.example", "Hall 2\\, Miasnikova 39")
        assert second["DESCRIPTION"].startswith("This session is not required for the certificate.\\n")

    def test_it_speaks_the_language_of_its_reader(self):
        workshop = make_workshop(title_en="In English", title_be="Па-беларуску", sessions=1)
        registration = register(workshop, make_person(agency=make_agency(), language="be"))

        [said] = told(registration, Method.REQUEST)

        assert said["SUMMARY"].endswith("Па-беларуску")
        assert "/be/workshops/" in said["URL"]

    def test_the_way_in_online_is_told_to_those_who_take_part(self):
        workshop = make_workshop(sessions=1)
        session = make_session(workshop, slot=1, mode="online", join_link="https://meet.example/secret")
        registration = register(workshop)

        said = told(registration, Method.REQUEST)[1]

        assert (said["LOCATION"], "https://meet.example/secret" in said["DESCRIPTION"]) == ("Online", True)
        assert b"secret" not in session_file(session=session)

    def test_a_later_change_has_a_higher_number_whatever_happened_between(self):
        workshop = make_workshop(sessions=1)
        person = make_person(agency=make_agency())
        first = register(workshop, person)
        seen = sequences(first)

        withdraw_registration(registration=first)
        seen += sequences(first, Method.CANCEL)
        second = register(workshop, person)
        seen += sequences(second)
        postpone_workshop(workshop=Workshop.objects.get(), reason="Snow.")
        seen += sequences(second, Method.CANCEL)
        publish_workshop(workshop=Workshop.objects.get())
        seen += sequences(second)

        assert seen == sorted(set(seen))
        assert len(seen) == 5

    def test_what_is_over_stays_in_the_calendar(self, time_machine):
        registration = register(make_workshop(sessions=3))
        time_machine.move_to("2026-03-09T12:00:00Z", tick=False)

        withdraw_registration(registration=registration)

        [cancelled] = told(registration, Method.CANCEL)
        assert cancelled["DTSTART"] == "20260310T090000"

    def test_every_file_of_a_mail_is_valid_by_itself(self, time_machine):
        registration = register(make_workshop(sessions=2))
        for step in (lambda: None, lambda: withdraw_registration(registration=registration)):
            step()
            time_machine.shift(timedelta(minutes=11))
            send_due()

        parts = [part for sent in mail.outbox for part in sent.message().walk() if part.get_filename()]
        # On the way every line ends as mail wants it, which is as calendars want it.
        files = [b"\r\n".join([*part.get_payload(decode=True).splitlines(), b""]) for part in parts]
        methods = [(values(lines_of(each))["METHOD"], faults(each)) for each in files]
        assert methods == [("REQUEST", [])] * 2 + [("CANCEL", [])] * 2

    def test_whoever_has_no_address_has_no_calendar(self):
        registration = register(make_workshop(), make_person(agency=make_agency(), email=""))

        assert calendar_part(registration=registration, method=Method.REQUEST) == ""

    def test_a_request_for_another_hour_keeps_the_session_the_same(self):
        workshop = make_workshop(sessions=1)
        registration = register(workshop)
        [before] = told(registration, Method.REQUEST)

        session = workshop.sessions.get()
        change_session(session=session, day=date(2026, 3, 31))
        [after] = told(registration, Method.REQUEST)

        assert (after["UID"], after["DTSTART"]) == (before["UID"], "20260331T090000")
        assert int(after["SEQUENCE"]) == int(before["SEQUENCE"]) + 1


def feed_of(account: Account, kind: str = TAKING_PART) -> list[dict[str, str]]:
    """The sessions in a feed."""
    make_feed(person=account.person, kind=kind)
    calendar = own_feed(calendar=CalendarFeed.objects.in_force().get(person=account.person, kind=kind))
    assert faults(calendar) == []
    assert "ATTENDEE" not in values(lines_of(calendar))
    return [values(lines) for lines in components(calendar, "VEVENT")]


class TestAFeed:
    def test_has_the_sessions_of_the_own_track_of_workshops_in_which_one_is_confirmed(self):
        account = make_account()
        workshop = make_workshop(sessions=1)
        make_session(workshop, slot=1, track="law")
        make_session(workshop, slot=2, track="medicine")
        register(workshop, account.person, track="law")
        register(make_workshop())
        withdrawn = register(make_workshop(), account.person)
        withdraw_registration(registration=withdrawn)
        register(make_workshop(published=False), account.person)

        assert [each["DTSTART"] for each in feed_of(account)] == ["20260309T090000", "20260309T103000"]

    def test_of_a_facilitator_has_what_the_person_runs_and_plans(self):
        account = make_facilitator()
        make_workshop(facilitator=account, sessions=1)
        make_workshop(facilitator=account, sessions=1, published=False)
        declined = make_workshop(facilitator=account, sessions=1)
        declined.facilitations.update(state="declined")
        make_workshop()

        assert [each["STATUS"] for each in feed_of(account, FACILITATING)] == ["CONFIRMED", "TENTATIVE"]

    def test_says_what_was_cancelled_and_why(self):
        account = make_account()
        workshop = make_workshop(sessions=1)
        register(workshop, account.person)
        cancel_workshop(workshop=workshop, reason="The hall is flooded.")

        [said] = feed_of(account)

        assert (said["STATUS"], said["SEQUENCE"]) == ("CANCELLED", "1")
        assert "This workshop is cancelled.\\nThe hall is flooded.\\n" in said["DESCRIPTION"]

    def test_forgets_what_was_over_a_year_ago(self, time_machine):
        account = make_account()
        register(make_workshop(), account.person)
        time_machine.move_to("2027-03-09T12:00:00Z", tick=False)

        assert [each["DTSTART"] for each in feed_of(account)] == []

    def test_says_the_same_as_long_as_nothing_changes(self, time_machine):
        account = make_account()
        register(make_workshop(), account.person)
        make_feed(person=account.person, kind=TAKING_PART)
        calendar = CalendarFeed.objects.get()
        before = own_feed(calendar=calendar)

        time_machine.move_to("2026-03-05T06:00:00Z", tick=False)

        assert own_feed(calendar=calendar) == before

    @pytest.mark.parametrize("kind", [TAKING_PART, FACILITATING])
    def test_costs_the_same_however_many_workshops(self, kind, django_assert_num_queries):
        account = make_facilitator()
        for number in range(3):
            taking_part = kind == TAKING_PART
            workshop = make_workshop(facilitator=make_facilitator() if taking_part else account)
            if taking_part:
                register(workshop, account.person)
            make_feed(person=account.person, kind=kind)
            calendar = CalendarFeed.objects.in_force().select_related("person").get(kind=kind)
            with django_assert_num_queries(1):
                found = own_feed(calendar=calendar)
            assert len(components(found, "VEVENT")) == 2 * (number + 1)


class TestAnAddress:
    def test_is_kept_as_its_hash_only_and_found_by_itself(self):
        account = make_account()

        token = make_feed(person=account.person, kind=TAKING_PART, actor=account)

        found = CalendarFeed.objects.in_force().of_token(token).get()
        assert (found.person, found.kind, len(token) >= 43) == (account.person, TAKING_PART, True)
        assert token not in {str(value) for value in CalendarFeed.objects.values().get().values()}
        assert not CalendarFeed.objects.of_token(found.token_hash).exists()

    def test_is_replaced_by_a_new_one_of_its_kind(self):
        account = make_account()
        old = make_feed(person=account.person, kind=TAKING_PART)
        other = make_feed(person=account.person, kind=FACILITATING)

        new = make_feed(person=account.person, kind=TAKING_PART)

        in_force = [CalendarFeed.objects.in_force().of_token(token).exists() for token in (old, other, new)]
        assert in_force == [False, True, True]

    def test_answers_no_more_once_it_is_revoked(self):
        account = make_account()
        token = make_feed(person=account.person, kind=TAKING_PART)

        for _click in range(2):
            revoke_feed(person=account.person, kind=TAKING_PART, actor=account)

        assert not CalendarFeed.objects.in_force().of_token(token).exists()
        actions = Event.objects.filter(action__contains="calendar_feed").order_by("pk").values_list("action", flat=True)
        assert list(actions) == ["workshops.calendar_feed_made", "workshops.calendar_feed_revoked"]

    def test_answers_no_more_when_the_account_is_closed(self):
        account = make_account()
        token = make_feed(person=account.person, kind=TAKING_PART)

        Account.objects.filter(pk=account.pk).update(is_active=False)

        assert not CalendarFeed.objects.in_force().of_token(token).exists()


def test_one_session_to_take_home_names_nobody_and_speaks_the_language_of_the_page():
    workshop = make_workshop(title_be="Міграцыя і здароўе", sessions=1)
    person = register(workshop).person

    with translation.override("be"):
        calendar = session_file(session=workshop.sessions.get())

    said = values(lines_of(calendar))
    assert (faults(calendar), said["METHOD"], said["STATUS"]) == ([], "PUBLISH", "CONFIRMED")
    assert said["SUMMARY"].endswith("Міграцыя і здароўе")
    assert person.email not in calendar.decode()
    assert timezone.now() - workshop.status_at < timedelta(seconds=1)
