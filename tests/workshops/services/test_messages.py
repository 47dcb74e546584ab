"""Reminders that follow from the plans, and what people hear when a workshop is not held."""

import threading
from datetime import UTC, datetime, time, timedelta

import pytest
from django.core import mail
from django.db import connection

from audit.models import Event
from mail.models import Message
from mail.services import MailError
from mail.tasks import send_due
from tests.factories.people import make_account, make_agency, make_person
from tests.factories.workshops import (
    DAY,
    make_facilitator,
    make_quiet_facilitator,
    make_session,
    make_workshop,
    open_session,
    register,
)
from workshops.models import Registration, Session, Workshop
from workshops.services import (
    add_facilitator,
    add_room,
    answer_facilitation,
    cancel_workshop,
    change_session,
    change_workshop,
    messages_about,
    plan_all_messages,
    plan_messages,
    postpone_workshop,
    publish_workshop,
    register_person,
    remove_facilitator,
    remove_session,
    stop_planned_message,
    withdraw_registration,
)

pytestmark = [pytest.mark.django_db, pytest.mark.db]

# The workshop is on 9 and 10 March, from 09:00 in Minsk, that is 06:00 UTC.
NOW = datetime(2026, 2, 20, 12, 0, tzinfo=UTC)
THREE_DAYS_BEFORE = datetime(2026, 3, 6, 6, 0, tzinfo=UTC)
THE_DAY_BEFORE = datetime(2026, 3, 8, 6, 0, tzinfo=UTC)
State = Message.State


@pytest.fixture(autouse=True)
def clock(time_machine):
    """Some weeks before the workshop; `clock.move_to(…)` is another time."""
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def workshop():
    return make_workshop(
        facilitator=make_quiet_facilitator(),
        sessions=3,
        place_en="Brest, town hall",
        title_be="Семінар",
        title_ru="Семинар",
    )


@pytest.fixture
def person():
    return make_person(agency=make_agency(), language="be", given_name="Ганна", patronymic="Пятроўна")


def reminders(workshop: Workshop):
    return Message.objects.about(f"workshop:{workshop.pk}:reminder")


def planned(workshop: Workshop) -> list[datetime]:
    """When reminders go."""
    return sorted(reminders(workshop).filter(state=State.PLANNED).values_list("send_after", flat=True))


def states(workshop: Workshop) -> dict[datetime, str]:
    """Of the reminders."""
    return dict(reminders(workshop).order_by("send_after").values_list("send_after", "state"))


# --- Planned ---------------------------------------------------------------------------------------------------------


def test_whoever_is_confirmed_is_reminded_three_days_and_one_day_before_in_the_own_language(workshop, person):
    register(workshop, person)

    assert planned(workshop) == [THREE_DAYS_BEFORE, THE_DAY_BEFORE]
    message = reminders(workshop).first()
    assert (message.recipient, message.language) == (person, "be")
    said = ["Ганна Пятроўна", "Семінар", "09:00", "Europe/Minsk, UTC+3", "Brest, town hall", "/be/workshops/W1/"]
    assert [words for words in said if words not in message.text] == []
    assert "9 сакавіка 2026" in message.text.replace("\N{NO-BREAK SPACE}", " ")


def test_the_text_says_room_link_and_what_to_have_at_hand(workshop, person):
    room = add_room(name="Room 12", address="Lenina 11")
    person.language = "en"
    person.save()
    first = workshop.sessions.get(number=1)
    register(workshop, person)

    change_session(session=first, room=room, mode=Session.Mode.HYBRID, join_link="https://meet.example.org/12")
    hybrid = reminders(workshop).first().text
    change_session(session=first, room=None, mode=Session.Mode.ONLINE)
    online = reminders(workshop).first().text

    assert "Room: Room 12, Lenina 11" in hybrid
    assert "Online: https://meet.example.org/12" in hybrid
    assert "identity document" in hybrid
    assert "Where:" not in online
    assert "microphone" in online


def test_people_confirmed_in_a_draft_are_reminded_when_it_is_published():
    workshop = make_workshop(facilitator=make_quiet_facilitator(), published=False)
    register(workshop)
    assert planned(workshop) == []

    publish_workshop(workshop=workshop)

    assert planned(workshop) == [THREE_DAYS_BEFORE, THE_DAY_BEFORE]


@pytest.mark.parametrize(
    ("moment", "left"),
    [
        (THREE_DAYS_BEFORE + timedelta(minutes=1), [THE_DAY_BEFORE]),
        (THE_DAY_BEFORE + timedelta(minutes=1), []),
        (datetime(2026, 3, 9, 6, 0, tzinfo=UTC), []),
        (datetime(2026, 4, 1, tzinfo=UTC), []),
    ],
)
def test_a_moment_that_has_passed_is_left_out(workshop, clock, moment, left):
    clock.move_to(moment, tick=False)

    register(workshop)

    assert planned(workshop) == left


def test_whoever_follows_a_track_is_reminded_of_the_first_session_of_the_track():
    workshop = make_workshop(facilitator=make_quiet_facilitator(), sessions=0, published=False)
    make_session(workshop, track="doctors")
    make_session(workshop, day=DAY + timedelta(days=1), track="lawyers")
    publish_workshop(workshop=workshop)

    register(workshop, track="lawyers")

    assert planned(workshop) == [moment + timedelta(days=1) for moment in (THREE_DAYS_BEFORE, THE_DAY_BEFORE)]


def test_nine_in_the_morning_is_that_of_the_place_whatever_clocks_do():
    workshop = make_workshop(
        facilitator=make_quiet_facilitator(), zone="Europe/Warsaw", starts_on=DAY.replace(month=3, day=30)
    )

    register(workshop)

    # Summer time begins on 29 March: 09:00 is 08:00 UTC before, 07:00 after.
    assert planned(workshop) == [datetime(2026, 3, 27, 8, 0, tzinfo=UTC), datetime(2026, 3, 29, 7, 0, tzinfo=UTC)]


def test_nobody_without_an_address_and_nobody_who_only_waits_is_reminded(workshop):
    register(workshop, make_person(agency=make_agency(), email=""))
    person = make_person(agency=make_agency())
    register(workshop, person)
    Registration.objects.filter(person=person).update(state=Registration.State.WAITLISTED)

    plan_messages(workshop=workshop)

    assert planned(workshop) == []


def test_whoever_runs_a_workshop_is_reminded_as_well_and_whoever_has_not_said_yes_is_not():
    lead, asked = make_facilitator(), make_facilitator()
    lead.person.language = "be"
    lead.person.save()
    workshop = make_workshop(facilitator=lead, title_be="Семінар")

    add_facilitator(workshop=workshop, person=asked.person, actor=lead)

    assert list(reminders(workshop).order_by("send_after").values_list("recipient", "language", "send_after")) == [
        (lead.person.pk, "be", moment) for moment in (THREE_DAYS_BEFORE, THE_DAY_BEFORE)
    ]
    answer_facilitation(facilitation=workshop.facilitations.get(person=asked.person), accepts=True)
    said = reminders(workshop).filter(recipient=asked.person).earliest("send_after").text
    assert "this is a reminder of the workshop “Workshop 1”, which you run." in said
    assert "Tell the others who run the workshop" in said
    remove_facilitator(workshop=workshop, person=asked.person)
    assert set(reminders(workshop).filter(recipient=asked.person).values_list("state", flat=True)) == {"cancelled"}


# --- Recomputed ------------------------------------------------------------------------------------------------------


def test_a_new_day_moves_the_reminders_and_the_old_day_again_brings_the_old_ones_back(workshop):
    register(workshop)
    first, week = workshop.sessions.get(number=1), timedelta(days=7)
    workshop.sessions.filter(number__gt=1).update(
        starts_at=first.starts_at + 2 * week, ends_at=first.ends_at + 2 * week
    )

    change_session(session=first, day=DAY + week)
    moved = states(workshop)
    change_session(session=Session.objects.get(pk=first.pk), day=DAY)

    old, new = [THREE_DAYS_BEFORE, THE_DAY_BEFORE], [THREE_DAYS_BEFORE + week, THE_DAY_BEFORE + week]
    assert moved == {**dict.fromkeys(old, State.CANCELLED), **dict.fromkeys(new, State.PLANNED)}
    assert states(workshop) == {**dict.fromkeys(old, State.PLANNED), **dict.fromkeys(new, State.CANCELLED)}


def test_a_new_hour_or_place_rewrites_the_text_of_the_same_messages(workshop, person):
    register(workshop, person)
    before = set(messages_about(workshop).values_list("pk", flat=True))

    change_session(session=workshop.sessions.get(number=1), start_time=time(8, 30))
    change_workshop(workshop=workshop, place_en="Brest, library")

    assert set(messages_about(workshop).values_list("pk", flat=True)) == before
    for message in messages_about(workshop):
        assert "08:30" in message.text
        assert "Brest, library" in message.text
        assert "town hall" not in message.text


def test_what_has_gone_is_never_sent_again_for_the_same_day(workshop, clock):
    register(workshop)
    clock.move_to(THREE_DAYS_BEFORE, tick=False)
    send_due()

    change_session(session=workshop.sessions.get(number=1), start_time=time(8, 30))
    plan_all_messages()
    send_due()

    # The confirmation, and one reminder.
    assert len(mail.outbox) == 2
    assert states(workshop) == {THREE_DAYS_BEFORE: State.SENT, THE_DAY_BEFORE: State.PLANNED}


def test_a_session_that_is_taken_away_leaves_the_reminders_to_the_next_one(workshop):
    register(workshop)
    for number in (1, 2):
        remove_session(session=workshop.sessions.get(number=number))

    assert planned(workshop) == [moment + timedelta(days=1) for moment in (THREE_DAYS_BEFORE, THE_DAY_BEFORE)]


def test_whoever_withdraws_is_not_reminded_and_whoever_comes_back_is_once(workshop):
    registration = register(workshop)

    withdraw_registration(registration=registration)
    assert planned(workshop) == []
    register_person(
        workshop=workshop, person=registration.person, agency=registration.agency, source=registration.source
    )

    assert planned(workshop) == [THREE_DAYS_BEFORE, THE_DAY_BEFORE]
    assert reminders(workshop).count() == 2


def test_a_reminder_that_the_mail_server_put_back_still_goes_before_the_workshop_begins(workshop, clock):
    register(workshop)
    clock.move_to(THREE_DAYS_BEFORE + timedelta(hours=2), tick=False)
    reminders(workshop).filter(send_after=THREE_DAYS_BEFORE).update(failures=1, send_after=clock_now(hours=8))

    plan_all_messages()

    assert planned(workshop) == [clock_now(hours=8), THE_DAY_BEFORE]
    assert reminders(workshop).get(send_after=clock_now(hours=8)).failures == 1


def clock_now(**later: int) -> datetime:
    return THREE_DAYS_BEFORE + timedelta(**later)


def test_what_did_not_go_in_time_is_cancelled_when_the_workshop_has_begun(workshop, clock):
    register(workshop)
    clock.move_to(datetime(2026, 3, 9, 7, 0, tzinfo=UTC), tick=False)
    open_session(workshop)

    plan_all_messages()

    assert set(states(workshop).values()) == {State.CANCELLED}


def test_planning_again_and_again_changes_nothing(workshop):
    register(workshop)
    before = list(Message.objects.order_by("pk").values())

    plan_messages(workshop=workshop)
    plan_all_messages()

    assert list(Message.objects.order_by("pk").values()) == before


def test_the_safety_net_plans_what_a_change_left_out(workshop):
    register(workshop)
    Message.objects.all().delete()

    plan_all_messages()

    assert planned(workshop) == [THREE_DAYS_BEFORE, THE_DAY_BEFORE]


@pytest.mark.django_db(transaction=True)
def test_two_at_once_plan_each_reminder_once(workshop):
    registration = register(workshop)
    Message.objects.all().delete()
    barrier = threading.Barrier(2)
    failed: list[Exception] = []

    def work() -> None:
        barrier.wait()
        try:
            change_workshop(workshop=workshop, place_en=threading.current_thread().name)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test names it
            failed.append(error)
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert failed == []
    assert reminders(workshop).filter(recipient=registration.person).count() == 2


# --- Stopped by hand -------------------------------------------------------------------------------------------------


def test_one_that_was_stopped_by_hand_stays_stopped_whatever_changes(workshop):
    register(workshop)
    facilitator = make_account("facilitator")
    message = reminders(workshop).get(send_after=THREE_DAYS_BEFORE)

    stop_planned_message(workshop=workshop, message=message, actor=facilitator)
    stop_planned_message(workshop=workshop, message=message, actor=facilitator)
    change_workshop(workshop=workshop, place_en="Elsewhere")

    assert states(workshop) == {THREE_DAYS_BEFORE: State.CANCELLED, THE_DAY_BEFORE: State.PLANNED}
    event = Event.objects.get(action="workshops.message_stopped")
    assert (event.actor, event.subject, event.after["key"]) == (facilitator, message.recipient, message.key)


def test_one_that_has_gone_cannot_be_stopped(workshop, clock):
    register(workshop)
    clock.move_to(THREE_DAYS_BEFORE, tick=False)
    send_due()

    with pytest.raises(MailError, match="has gone already"):
        stop_planned_message(workshop=workshop, message=reminders(workshop).get(state="sent"), actor=make_account())


# --- Not held --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stop", "subject"), [(postpone_workshop, "Postponed: Workshop 1"), (cancel_workshop, "Cancelled: Workshop 1")]
)
def test_participants_hear_the_reason_once_and_are_not_reminded(stop, subject):
    workshop = make_workshop(sessions=3)
    registration = register(workshop)
    nominated = register(workshop)
    Registration.objects.filter(pk=nominated.pk).update(state=Registration.State.NOMINATED)

    for _time in range(2):
        stop(workshop=workshop, reason="The hall is closed for repairs")

    assert planned(workshop) == []
    told = messages_about(workshop).filter(state=State.PLANNED)
    assert set(told.values_list("recipient", "subject", "send_after")) == {
        (person.pk, subject, NOW) for person in (registration.person, workshop.facilitations.get().person)
    }
    assert all("The hall is closed for repairs" in notice.text for notice in told)
    assert nominated.person_id not in told.values_list("recipient", flat=True)


def test_nobody_hears_of_a_draft():
    workshop = make_workshop(published=False)
    register(workshop)

    cancel_workshop(workshop=workshop, reason="A mistake")

    assert not messages_about(workshop).exists()


def test_after_a_postponement_the_new_dates_count_and_a_second_one_is_told_too(workshop, clock):
    registration = register(workshop)
    clock.shift(timedelta(hours=1))
    send_due()
    postpone_workshop(workshop=workshop, reason="Illness")
    for session in workshop.sessions.order_by("-number"):
        change_session(session=session, day=session.day + timedelta(days=14))
    assert planned(workshop) == []
    send_due()

    publish_workshop(workshop=workshop)
    reminded = planned(workshop)
    changed = messages_about(workshop).get(state=State.PLANNED, recipient=registration.person, digest="workshops",
                                           send_after__lt=reminded[0])  # fmt: skip
    clock.shift(timedelta(days=1))
    postpone_workshop(workshop=workshop, reason="Illness again")

    assert reminded == [moment + timedelta(days=14) for moment in (THREE_DAYS_BEFORE, THE_DAY_BEFORE)]
    assert "23 March 2026" in changed.text
    subjects = messages_about(workshop).filter(recipient=registration.person, subject__startswith="Postponed")
    assert subjects.count() == 2


def test_a_workshop_that_is_held_after_all_is_told_even_when_nothing_has_moved(workshop, clock):
    registration = register(workshop)
    clock.shift(timedelta(hours=1))
    send_due()
    postpone_workshop(workshop=workshop, reason="Illness")
    send_due()

    publish_workshop(workshop=workshop)

    message = messages_about(workshop).get(key__contains=":changed:")
    assert (message.recipient, message.calendar_method) == (registration.person, "REQUEST")
