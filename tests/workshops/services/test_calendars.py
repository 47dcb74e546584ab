"""Sessions in calendars: what mails tell, private feeds, one session to take home."""

import re
from datetime import date, time, timedelta

import pytest
from django.core import mail
from django.utils import timezone, translation

from audit.models import Event
from mail.models import Message
from mail.tasks import send_due
from people.models import Account, Person
from tests.factories.people import make_account, make_agency, make_person
from tests.factories.workshops import make_facilitator, make_quiet_facilitator, make_session, make_workshop, register
from tests.workshops.icalendar import components, faults, lines_of, values
from workshops.models import CalendarFeed, Registration, Session, Workshop
from workshops.services import (
    add_facilitator,
    add_room,
    answer_facilitation,
    cancel_workshop,
    change_session,
    change_workshop,
    kind_of,
    make_feed,
    own_feed,
    plan_all_messages,
    postpone_workshop,
    publish_workshop,
    remove_facilitator,
    remove_session,
    revoke_feed,
    session_file,
    withdraw_registration,
)
from workshops.services.calendars import Diary, calendar_part
from workshops.services.occasions import plans_of

pytestmark = [pytest.mark.django_db, pytest.mark.db]

TAKING_PART, FACILITATING = CalendarFeed.Kind.TAKING_PART, CalendarFeed.Kind.FACILITATING


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to("2026-03-01T06:00:00Z", tick=False)
    return time_machine


def go(clock) -> None:
    """Let what follows from a click go."""
    clock.shift(timedelta(minutes=11))
    send_due()


def told(person: Person) -> list[dict[str, str]]:
    """What the last message to somebody says of every session, valid each by itself."""
    messages = Message.objects.filter(recipient=person).exclude(calendar="").exclude(state="cancelled")
    part = messages.latest("pk").calendar
    found = [each.encode() for each in re.findall(r"BEGIN:VCALENDAR\r\n.*?END:VCALENDAR\r\n", part, re.DOTALL)]
    assert ("".join(each.decode() for each in found), [faults(each) for each in found]) == (part, [[]] * len(found))
    return [{"METHOD": values(lines_of(each))["METHOD"], **values(components(each, "VEVENT")[0])} for each in found]


def said(person: Person) -> list[tuple[str, str, int]]:
    """What the last message to somebody says: for what, of which session, in which revision."""
    return [(each["METHOD"], each["SUMMARY"].partition(" ·")[0], int(each["SEQUENCE"])) for each in told(person)]


class TestWhatAMailTells:
    def test_every_session_of_the_track_is_a_calendar_with_one_guest(self, settings):
        settings.SITE_ADDRESS = "https://academy.example"
        workshop = make_workshop(title_en="Migration and health", place_en="Minsk", sessions=1)
        room = add_room(name="Hall 2", address="Miasnikova 39")
        other = make_session(workshop, slot=1, track="law", title_en="Law", required=False, room=room)
        make_session(workshop, slot=2, track="medicine", title_en="Medicine")
        person = make_person(agency=make_agency(), email="alena@clinic.example", language="en")
        register(workshop, person, track="law")

        first, second = told(person)

        apart = {"METHOD", "ORGANIZER", "ATTENDEE"}
        assert {name: value for name, value in first.items() if name not in apart} == {
            "UID": f"{workshop.sessions.get(number=1).uid}",
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
        assert (second["UID"], second["LOCATION"]) == (f"{other.uid}", "Hall 2\\, Miasnikova 39")
        assert second["DESCRIPTION"].startswith("This session is not required for the certificate.\\n")

    def test_it_speaks_the_language_of_its_reader(self):
        workshop = make_workshop(title_en="In English", title_be="Па-беларуску", sessions=1)
        registration = register(workshop, make_person(agency=make_agency(), language="be"))

        [session] = told(registration.person)

        assert session["SUMMARY"].endswith("Па-беларуску")
        assert "/be/workshops/" in session["URL"]

    def test_the_way_in_online_is_told_to_those_who_take_part(self):
        workshop = make_workshop(sessions=1)
        session = make_session(workshop, slot=1, mode="online", join_link="https://meet.example/secret")
        registration = register(workshop)

        online = told(registration.person)[1]

        assert (online["LOCATION"], "https://meet.example/secret" in online["DESCRIPTION"]) == ("Online", True)
        assert b"secret" not in session_file(session=session)

    def test_a_later_word_has_a_higher_number_whatever_happened_between(self, clock):
        workshop = make_workshop(sessions=1)
        person = make_person(agency=make_agency())
        seen = []
        for step in (
            lambda: register(workshop, person),
            lambda: withdraw_registration(registration=Registration.objects.get()),
            lambda: register(workshop, person),
            lambda: postpone_workshop(workshop=Workshop.objects.get(), reason="Snow."),
            lambda: publish_workshop(workshop=Workshop.objects.get()),
            lambda: change_session(session=workshop.sessions.get(), start_time=time(8)),
            lambda: change_workshop(workshop=workshop, place_en="Brest"),
        ):
            step()
            seen += said(person)
            go(clock)

        methods = ["REQUEST", "CANCEL", "REQUEST", "CANCEL", "REQUEST", "REQUEST", "REQUEST"]
        assert seen == [(method, "Session 1", number) for number, method in enumerate(methods)]

    def test_what_is_over_stays_in_the_calendar(self, clock):
        registration = register(make_workshop(sessions=3))
        go(clock)
        clock.move_to("2026-03-09T12:00:00Z", tick=False)

        withdraw_registration(registration=registration)

        assert said(registration.person) == [("CANCEL", "Session 3", 1)]

    def test_a_change_is_told_of_the_sessions_that_changed_alone(self, clock):
        workshop = make_workshop(sessions=3)
        person = register(workshop).person
        go(clock)

        change_session(session=workshop.sessions.get(number=2), start_time=time(10))

        assert said(person) == [("REQUEST", "Session 2", 1)]

    def test_what_came_back_has_told_the_calendar_nothing(self, clock):
        workshop = make_workshop(sessions=2)
        person = register(workshop).person
        go(clock)
        Message.objects.filter(state="sent").update(bounced_at=timezone.now(), bounce="Full")

        change_session(session=workshop.sessions.get(number=2), start_time=time(10))

        assert said(person) == [("REQUEST", "Session 1", 0), ("REQUEST", "Session 2", 1)]

    def test_every_file_of_a_mail_is_valid_by_itself(self, clock):
        workshop = make_workshop(facilitator=make_quiet_facilitator(), sessions=3)
        registration = register(workshop)
        for step in (
            lambda: None,
            lambda: remove_session(session=workshop.sessions.get(number=2)),
            lambda: withdraw_registration(registration=registration),
        ):
            step()
            go(clock)

        parts = [part for sent in mail.outbox for part in sent.message().walk() if part.get_filename()]
        # On the way every line ends as mail wants it, which is as calendars want it.
        files = [b"\r\n".join([*part.get_payload(decode=True).splitlines(), b""]) for part in parts]
        methods = [(values(lines_of(each))["METHOD"], faults(each)) for each in files]
        assert methods == [("REQUEST", [])] * 3 + [("CANCEL", [])] + [("CANCEL", [])] * 2

    def test_whoever_has_no_address_has_no_calendar(self):
        person = make_person(agency=make_agency(), email="")

        assert calendar_part(diary=Diary(person, [make_workshop().sessions.first()], told={}, now=timezone.now())) == (
            "",
            "",
        )

    def test_a_request_for_another_day_keeps_the_session_the_same(self, clock):
        workshop = make_workshop(sessions=1)
        person = register(workshop).person
        [before] = told(person)
        go(clock)

        change_session(session=workshop.sessions.get(), day=date(2026, 3, 31))
        [after] = told(person)

        assert (after["UID"], after["DTSTART"]) == (before["UID"], "20260331T090000")
        assert (before["SEQUENCE"], after["SEQUENCE"]) == ("0", "1")


class TestASessionThatIsTakenAway:
    @pytest.fixture
    def workshop(self, settings):
        settings.SITE_ADDRESS = "https://academy.example"
        return make_workshop(title_en="Migration, health", place_en="Minsk", sessions=2)

    def test_leaves_the_calendars_of_those_who_were_told_of_it(self, workshop, clock):
        person = make_person(agency=make_agency(), email="alena@clinic.example", language="en", family_name="Kot",
                             given_name="Alena", patronymic="")  # fmt: skip
        register(workshop, person)
        go(clock)
        removed = workshop.sessions.get(number=2)

        remove_session(session=removed)

        message = Message.objects.get(recipient=person, key__contains=":changed:")
        assert message.calendar_method == "CANCEL"
        assert lines_of(message.calendar.encode()) == [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Migration Health Academy//Workshops//EN",
            "CALSCALE:GREGORIAN",
            "METHOD:CANCEL",
            "BEGIN:VTIMEZONE",
            "TZID:Europe/Minsk",
            "BEGIN:STANDARD",
            "DTSTART:20250101T000000",
            "TZOFFSETFROM:+0300",
            "TZOFFSETTO:+0300",
            "TZNAME:+03",
            "END:STANDARD",
            "END:VTIMEZONE",
            "BEGIN:VEVENT",
            f"UID:{removed.uid}",
            "SEQUENCE:1",
            "DTSTAMP:20260301T061100Z",
            "DTSTART;TZID=Europe/Minsk:20260309T103000",
            "DTEND;TZID=Europe/Minsk:20260309T113000",
            "SUMMARY:Session 2 · Migration\\, health",
            "LOCATION:Minsk",
            f"DESCRIPTION:About the workshop: https://academy.example/en/workshops/{workshop.code}/",
            f"URL:https://academy.example/en/workshops/{workshop.code}/",
            "STATUS:CANCELLED",
            'ORGANIZER;CN="Migration Health Academy":mailto:academy@example.org',
            ('ATTENDEE;CN="Kot Alena";ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:alena@clinic.example'),
            "END:VEVENT",
            "END:VCALENDAR",
        ]
        assert faults(message.calendar.encode()) == []
        assert message.subject == "The programme has changed: Migration, health"
        assert "- 9 March 2026, 10:30: Session 2 · Migration, health\n" in message.text.replace(
            "\N{NO-BREAK SPACE}", " "
        )

    def test_is_taken_out_once_in_a_part_that_mail_programs_act_on(self, workshop, clock):
        person = register(workshop).person
        go(clock)
        mail.outbox.clear()

        remove_session(session=workshop.sessions.get(number=2))
        for _time in range(2):
            go(clock)
            plan_all_messages()

        [sent] = [each for each in mail.outbox if each.to == [person.email]]
        parts = [(part.get_content_type(), part.get_param("method")) for part in sent.message().walk()]
        assert parts[-2:] == [("text/calendar", "CANCEL"), ("application/ics", None)]

    def test_goes_along_with_the_one_that_moves_and_each_says_what_it_is_for(self, workshop, clock):
        person = register(workshop).person
        go(clock)
        mail.outbox.clear()

        remove_session(session=workshop.sessions.get(number=1))
        change_session(session=workshop.sessions.get(number=2), start_time=time(10))
        assert said(person) == [("REQUEST", "Session 2", 1), ("CANCEL", "Session 1", 1)]
        go(clock)

        [sent] = [each for each in mail.outbox if each.to == [person.email]]
        parts = [part for part in sent.message().walk() if part.get_content_type() == "text/calendar"]
        assert [part.get_param("method") for part in parts] == ["REQUEST", "CANCEL"]

    def test_of_which_nobody_was_told_yet_leaves_no_trace(self, workshop):
        person = register(workshop).person

        remove_session(session=workshop.sessions.get(number=2))

        assert said(person) == [("REQUEST", "Session 1", 0)]
        assert not Message.objects.filter(key__contains=":changed:").exists()

    def test_is_taken_out_even_if_it_was_the_only_one_to_come(self, workshop, clock):
        person = register(workshop).person
        go(clock)

        for number in (1, 2):
            remove_session(session=workshop.sessions.get(number=number))

        assert said(person) == [("CANCEL", "Session 1", 1), ("CANCEL", "Session 2", 1)]

    @pytest.mark.parametrize(
        "step",
        [
            lambda: postpone_workshop(workshop=Workshop.objects.get(), reason="Snow."),
            lambda: cancel_workshop(workshop=Workshop.objects.get(), reason="Snow."),
            lambda: withdraw_registration(registration=Registration.objects.get()),
        ],
    )
    @pytest.mark.parametrize("removed", [[2], [1, 2]])
    def test_is_taken_out_by_whatever_is_told_next(self, workshop, clock, step, removed):
        person = register(workshop).person
        go(clock)

        for number in removed:
            remove_session(session=workshop.sessions.get(number=number))
        step()

        assert said(person) == [("CANCEL", "Session 1", 1), ("CANCEL", "Session 2", 1)]

    def test_nobody_hears_of_a_withdrawal_from_what_was_cancelled_before(self, workshop, clock):
        registration = register(workshop)
        go(clock)
        cancel_workshop(workshop=workshop, reason="Snow.")
        go(clock)

        withdraw_registration(registration=Registration.objects.get(pk=registration.pk))
        plan_all_messages()

        assert not Message.objects.filter(key__contains=":withdrawn:").exists()

    def test_for_another_track_is_taken_out_of_the_calendars_of_those_it_is_no_longer_for(self, workshop, clock):
        session = workshop.sessions.get(number=2)
        doctor, lawyer = (register(workshop, track=track).person for track in ("doctors", "lawyers"))
        go(clock)

        change_session(session=session, track="lawyers")

        changed = Message.objects.filter(key__contains=":changed:")
        assert [each.recipient for each in changed] == [doctor]
        assert said(doctor) == [("CANCEL", "Session 2", 1)]
        go(clock)
        change_session(session=Session.objects.get(pk=session.pk), track="")
        assert said(doctor) == [("REQUEST", "Session 2", 2)]
        assert len(told(lawyer)) == 2

    def test_that_would_be_over_by_now_is_left_alone(self, workshop, clock):
        person, session = register(workshop).person, workshop.sessions.get(number=1)
        go(clock)
        told = plans_of(workshop, person).diary(person).told

        outdated = {
            moment: [each.uid for each in Diary(person, [], told, now=moment).outdated]
            for moment in (session.starts_at, session.ends_at)
        }

        second = str(workshop.sessions.get(number=2).uid)
        assert outdated == {session.starts_at: [str(session.uid), second], session.ends_at: [second]}

    def test_of_another_host_stays_the_session_it_is(self, workshop, clock, settings):
        person = register(workshop).person
        go(clock)

        settings.SITE_ADDRESS = "https://academy.example.org"
        change_session(session=workshop.sessions.get(number=2), start_time=time(10))

        assert {method for method, _summary, _number in said(person)} == {"REQUEST"}

    def test_is_taken_out_of_the_calendar_of_somebody_who_changes_the_track(self, clock):
        workshop = make_workshop(sessions=1)
        for track in ("doctors", "lawyers"):
            make_session(workshop, slot=1, track=track, title_en=track)
        registration = register(workshop, track="doctors")
        go(clock)

        Registration.objects.update(track="lawyers")
        plan_all_messages()

        assert said(registration.person) == [("REQUEST", "lawyers", 0), ("CANCEL", "doctors", 1)]


class TestWhoeverRunsIt:
    @pytest.fixture
    def lead(self):
        return make_facilitator()

    @pytest.fixture
    def workshop(self, lead):
        return make_workshop(facilitator=lead, sessions=2)

    @pytest.fixture
    def invited(self, workshop, lead):
        return add_facilitator(workshop=workshop, person=make_facilitator().person, actor=lead)

    def test_has_every_session_of_every_track_from_the_publication_on(self, lead):
        workshop = make_workshop(facilitator=lead, sessions=1, published=False)
        make_session(workshop, slot=1, track="law", required=False)
        assert not Message.objects.exists()

        publish_workshop(workshop=workshop)

        assert said(lead.person) == [("REQUEST", "Session 1", 0), ("REQUEST", "Session 2", 0)]
        guests = [line for line in lines_of(Message.objects.get(calendar_method="REQUEST").calendar.encode())
                  if line.startswith("ATTENDEE")]  # fmt: skip
        assert [";ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;" in guest for guest in guests] == [True, True]

    def test_has_them_before_the_answer_as_somebody_who_has_not_answered(self, invited, clock):
        [first, _second] = told(invited.person)
        message = Message.objects.get(recipient=invited.person)
        assert (first["METHOD"], ";PARTSTAT=NEEDS-ACTION;" in message.calendar.replace("\r\n ", "")) == (
            "REQUEST",
            True,
        )
        go(clock)

        answer_facilitation(facilitation=invited, accepts=True)

        accepted = Message.objects.get(recipient=invited.person, key__contains=":facilitates:")
        assert ";PARTSTAT=ACCEPTED;" in accepted.calendar.replace("\r\n ", "")
        assert said(invited.person) == [("REQUEST", "Session 1", 1), ("REQUEST", "Session 2", 1)]

    def test_of_a_draft_has_them_as_not_certain_yet(self, lead):
        workshop = make_workshop(facilitator=lead, sessions=1, published=False)

        asked = add_facilitator(workshop=workshop, person=make_facilitator().person, actor=lead)

        assert [each["STATUS"] for each in told(asked.person)] == ["TENTATIVE"]

    def test_hears_of_changes_as_participants_do(self, workshop, lead, clock):
        go(clock)

        change_session(session=workshop.sessions.get(number=2), start_time=time(10))

        assert said(lead.person) == [("REQUEST", "Session 2", 1)]
        message = Message.objects.get(key__contains=":changed:")
        assert "which you run, has changed" in message.text
        assert "Tell the others who run the workshop" in message.text

    def test_who_is_only_asked_is_told_so_with_the_question(self, workshop, invited, clock):
        go(clock)

        change_session(session=workshop.sessions.get(number=2), start_time=time(10))

        message = Message.objects.get(recipient=invited.person, key__contains=":changed:")
        assert "which you are asked to run, has changed" in message.text
        assert f"/workshops/{workshop.code}/facilitation/" in message.text

    def test_who_takes_part_as_well_hears_of_a_change_once(self, workshop, lead, clock):
        make_session(workshop, slot=3, track="medicine")
        person = register(workshop, track="law").person
        asked = add_facilitator(workshop=workshop, person=person, actor=lead)
        answer_facilitation(facilitation=asked, accepts=True)
        go(clock)

        change_session(session=workshop.sessions.get(number=2), start_time=time(10))
        for _hour in range(3):
            plan_all_messages()
            go(clock)

        assert Message.objects.filter(recipient=person, key__contains=":changed:").count() == 1

    def test_of_messages_that_told_no_calendar_nothing_follows(self, workshop, lead, invited, clock):
        go(clock)
        Message.objects.filter(key__contains=":facilitation:").update(tells="", calendar="", calendar_method="")
        change_session(session=workshop.sessions.get(number=2), start_time=time(10))
        remove_facilitator(workshop=workshop, person=invited.person, actor=lead)
        plan_all_messages()

        kinds = {kind_of(each) for each in Message.objects.filter(recipient=invited.person)}
        assert kinds == {"facilitation"}

    def test_who_takes_part_in_it_still_keeps_the_own_sessions(self, workshop, lead, clock):
        person = register(workshop).person
        add_facilitator(workshop=workshop, person=person, actor=lead)
        go(clock)

        remove_facilitator(workshop=workshop, person=person, actor=lead)

        message = Message.objects.get(recipient=person, key__contains=":relieved:")
        assert "You still take part in it" in message.text
        assert {method for method, _summary, _number in said(person)} <= {"REQUEST"}

    def test_loses_what_is_not_held(self, workshop, lead, invited, clock):
        go(clock)

        remove_session(session=workshop.sessions.get(number=1))
        assert [said(each) for each in (lead.person, invited.person)] == [[("CANCEL", "Session 1", 1)]] * 2
        go(clock)
        cancel_workshop(workshop=Workshop.objects.get(), reason="Snow.")

        assert [said(each) for each in (lead.person, invited.person)] == [[("CANCEL", "Session 2", 1)]] * 2

    def test_has_them_no_longer_after_a_no_and_again_when_asked_again(self, workshop, lead, invited, clock):
        seen = []
        for step in (
            lambda: None,
            lambda: answer_facilitation(facilitation=invited, accepts=False),
            lambda: add_facilitator(workshop=workshop, person=invited.person, actor=lead),
            lambda: remove_facilitator(workshop=workshop, person=invited.person, actor=lead),
            lambda: add_facilitator(workshop=workshop, person=invited.person),
        ):
            step()
            seen.append(said(invited.person)[0])
            go(clock)
            plan_all_messages()

        methods = ["REQUEST", "CANCEL", "REQUEST", "CANCEL", "REQUEST"]
        assert seen == [(method, "Session 1", number) for number, method in enumerate(methods)]
        messages = Message.objects.filter(recipient=invited.person, state="sent").order_by("pk")
        assert [kind_of(each) for each in messages] == [
            "facilitation", "relieved", "facilitation", "relieved", "facilitates"
        ]  # fmt: skip

    def test_who_is_taken_off_before_anything_was_told_hears_nothing(self, workshop, lead, invited, clock):
        remove_facilitator(workshop=workshop, person=invited.person, actor=lead)
        go(clock)

        assert set(Message.objects.filter(recipient=invited.person).values_list("state", flat=True)) == {"cancelled"}

    def test_who_is_taken_off_just_before_the_workshop_is_stopped_loses_them_still(
        self, workshop, lead, invited, clock
    ):
        go(clock)

        remove_facilitator(workshop=workshop, person=invited.person, actor=lead)
        cancel_workshop(workshop=Workshop.objects.get(), reason="Snow.")
        go(clock)

        assert said(invited.person) == [("CANCEL", "Session 1", 1), ("CANCEL", "Session 2", 1)]
        assert Message.objects.filter(recipient=invited.person, key__contains=":cancelled:").count() == 0


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
