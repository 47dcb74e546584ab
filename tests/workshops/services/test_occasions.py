"""When somebody is written to: each state and what is planned for it, once, in time, with what calendars are told."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core import mail

from mail.models import Message
from mail.tasks import send_due
from tests.factories.people import make_account, make_agency, make_person
from tests.factories.workshops import make_facilitator, make_quiet_facilitator, make_session, make_workshop, register
from workshops.models import (
    ActionPlan,
    EvaluationForm,
    EvaluationInvitation,
    Facilitation,
    Registration,
    Session,
    Wave,
    Workshop,
)
from workshops.services import (
    add_room,
    cancel_workshop,
    change_session,
    change_workshop,
    edit_planned_message,
    kind_of,
    messages_about,
    not_reached,
    plan_all_messages,
    plan_messages,
    stop_planned_message,
    withdraw_registration,
)

pytestmark = [pytest.mark.django_db, pytest.mark.db]

# The workshop is on 9 March, from 09:00 in Minsk, that is 06:00 UTC.
NOW = datetime(2026, 2, 20, 12, 0, tzinfo=UTC)
SOON = NOW + timedelta(minutes=10)
State = Registration.State


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def workshop():
    return make_workshop(
        facilitator=make_quiet_facilitator(), place_en="Brest, town hall", title_be="Семінар", title_ru="Семинар"
    )


def somebody(workshop: Workshop, state: str, *, language: str = "en", **fields) -> Registration:
    """A registration in some state, of which nobody has been written to."""
    agency = make_agency()
    return Registration.objects.create(
        workshop=workshop, person=make_person(agency=agency, language=language), agency=agency, state=state,
        source="nomination", created_at=NOW, confirmed_at=NOW if state == State.CONFIRMED else None, **fields,
    )  # fmt: skip


def move(registration: Registration, state: str, **fields) -> None:
    """What another service does: another state, then the messages follow."""
    Registration.objects.filter(pk=registration.pk).update(state=state, **fields)
    plan_messages(workshop=registration.workshop, person=registration.person)


def planned(workshop: Workshop) -> list[tuple[str, datetime]]:
    """Kinds and moments of what is planned, without reminders."""
    messages = messages_about(workshop).filter(state="planned").order_by("send_after", "pk")
    return [(kind_of(each).value, each.send_after) for each in messages if kind_of(each) != "reminder"]


def kinds(workshop: Workshop) -> list[str]:
    return [kind for kind, _moment in planned(workshop)]


def go(clock) -> None:
    """Let what is due in the next quarter of an hour go."""
    clock.shift(timedelta(minutes=15))
    send_due()


def calendar_of(sent) -> list[str]:
    """What calendars are told by a mail, and in which kind of part."""
    return [part.get_content_type() + " " + str(part.get_param("method")) for part in sent.message().walk()
            if part.get_content_type() in {"text/calendar", "application/ics"}]  # fmt: skip


# --- Registrations ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("state", "kind"),
    [
        (State.NOMINATED, []),
        (State.INVITED, ["invited"]),
        (State.PENDING, []),
        (State.CONFIRMED, ["confirmed"]),
        (State.WAITLISTED, ["waitlisted"]),
        (State.OFFERED, ["offered"]),
        (State.LAPSED, []),
        (State.REJECTED, []),
        (State.WITHDRAWN, []),
        (State.REPLACED, []),
    ],
)
def test_each_state_has_its_message_which_waits_ten_minutes(workshop, state, kind):
    somebody(workshop, state)

    plan_messages(workshop=workshop)
    first = list(Message.objects.order_by("pk").values())
    plan_messages(workshop=workshop)
    plan_all_messages()

    assert planned(workshop) == [(each, SOON) for each in kind]
    assert list(Message.objects.order_by("pk").values()) == first


@pytest.mark.parametrize("status", ["draft", "ended", "reconciled", "closed"])
def test_of_a_draft_and_of_what_is_over_nobody_is_told_anything(workshop, status):
    for state in State:
        somebody(workshop, state)
    Workshop.objects.update(status=status)

    plan_messages(workshop=workshop)

    assert not messages_about(workshop).exists()


def test_when_no_session_is_to_come_nobody_is_invited_or_confirmed(workshop, clock):
    for state in (State.INVITED, State.CONFIRMED, State.WAITLISTED, State.OFFERED):
        somebody(workshop, state)
    clock.move_to(datetime(2026, 3, 9, 12, 0, tzinfo=UTC), tick=False)

    plan_messages(workshop=workshop)

    assert not messages_about(workshop).exists()


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (State.INVITED, State.WITHDRAWN, []),
        (State.INVITED, State.REJECTED, ["rejected"]),
        (State.WAITLISTED, State.WITHDRAWN, ["withdrawn"]),
        (State.OFFERED, State.LAPSED, ["lapsed"]),
        (State.CONFIRMED, State.WITHDRAWN, ["withdrawn"]),
        (State.CONFIRMED, State.REPLACED, ["replaced"]),
        (State.OFFERED, State.CONFIRMED, ["confirmed"]),
    ],
)
def test_whoever_was_told_of_a_place_hears_when_it_is_gone(workshop, clock, before, after, told):
    registration = somebody(workshop, before)
    plan_messages(workshop=workshop)
    go(clock)

    move(registration, after, ended_at=NOW, confirmed_at=NOW, reason="Many came")

    assert kinds(workshop) == told
    cancels = before == State.CONFIRMED
    message = messages_about(workshop).filter(state="planned").exclude(key__contains=":reminder:").first()
    assert message is None or (message.calendar_method == "CANCEL") == cancels
    if after in {State.REJECTED, State.WITHDRAWN} and message is not None:
        assert "Many came" in message.text


def test_what_nobody_was_told_yet_is_taken_back_without_a_word(workshop):
    registration = register(workshop)

    withdraw_registration(registration=registration)

    assert kinds(workshop) == []
    assert set(messages_about(workshop).values_list("state", flat=True)) == {"cancelled"}


def test_an_offer_says_until_when_and_is_not_made_after_that(workshop, clock):
    until = NOW + timedelta(hours=48)
    registration = somebody(workshop, State.OFFERED, offered_until=until)
    plan_messages(workshop=workshop)
    message = messages_about(workshop).get()

    assert "22 February 2026, 15:00 (Europe/Minsk)" in message.text
    assert ("[[yes]]" in message.text, "[[no]]" in message.text) == (True, True)
    clock.move_to(until, tick=False)
    plan_messages(workshop=workshop)
    assert kinds(workshop) == []
    move(registration, State.OFFERED, offered_until=until + timedelta(hours=48))
    assert kinds(workshop) == ["offered"]


def test_an_invitation_is_in_the_language_of_its_reader_and_its_links_are_nobody_elses(workshop, clock):
    registration = somebody(workshop, State.INVITED, language="be")
    plan_messages(workshop=workshop)
    message = messages_about(workshop).get()

    assert message.language == "be"
    assert "Семінар" in message.text
    links = list(message.links.values())
    assert {link.partition("?")[2] for link in links} == {"answer=yes", "answer=no"}
    assert all(link not in message.text for link in links)
    go(clock)
    assert all(link in mail.outbox[0].body for link in links)
    assert mail.outbox[0].to == [registration.person.email]


# --- Times, places, calendars ----------------------------------------------------------------------------------------
def test_a_confirmation_tells_the_calendar_and_a_withdrawal_takes_the_sessions_out(workshop, clock):
    registration = register(workshop)
    go(clock)
    withdraw_registration(registration=registration)
    go(clock)

    assert [sent.subject for sent in mail.outbox] == ["Confirmed: Workshop 1", "Withdrawn: Workshop 1"]
    # A part for each of the two sessions.
    assert [calendar_of(sent) for sent in mail.outbox] == [["text/calendar REQUEST"] * 2, ["text/calendar CANCEL"] * 2]


def test_all_changes_since_the_last_message_are_one_and_each_further_one_is_told_anew(workshop, clock):
    register(workshop)
    go(clock)
    first = workshop.sessions.get(number=1)

    change_session(session=first, start_time=time(8, 30))
    change_session(session=Session.objects.get(pk=first.pk), room=add_room(name="Room 12"))
    waiting = messages_about(workshop).filter(state="planned", key__contains=":changed:")
    assert [(each.calendar_method, "08:30" in each.text, "Room 12" in each.text) for each in waiting] == [
        ("REQUEST", True, True)
    ]
    go(clock)
    change_workshop(workshop=workshop, place_en="Brest, library")
    go(clock)
    plan_all_messages()
    go(clock)

    assert [sent.subject.partition(":")[0] for sent in mail.outbox] == [
        "Confirmed", "Time or place has changed", "Time or place has changed"
    ]  # fmt: skip


def test_a_change_that_is_taken_back_in_time_is_not_told(workshop, clock):
    register(workshop)
    go(clock)

    change_workshop(workshop=workshop, place_en="Brest, library")
    change_workshop(workshop=workshop, place_en="Brest, town hall")

    assert kinds(workshop) == []


def test_a_place_that_is_said_in_another_language_as_well_is_no_other_place(workshop, clock):
    change_workshop(workshop=workshop, language="ru", place_ru="Брест, ратуша")
    register(workshop)
    go(clock)

    change_workshop(workshop=workshop, place_be="Брэст, ратуша")
    assert kinds(workshop) == []
    change_workshop(workshop=workshop, place_ru="Брест, библиотека")

    assert kinds(workshop) == ["changed"]


def test_before_the_confirmation_has_gone_a_change_only_rewrites_it(workshop):
    register(workshop)

    change_session(session=workshop.sessions.get(number=1), start_time=time(8, 30))

    assert kinds(workshop) == ["confirmed"]
    assert "08:30" in messages_about(workshop).get(key__contains=":confirmed:").text


def test_a_change_that_was_stopped_stays_stopped_and_the_next_one_is_told(workshop, clock):
    register(workshop)
    go(clock)
    change_workshop(workshop=workshop, place_en="Brest, library")
    changed = messages_about(workshop).get(state="planned", key__contains=":changed:")
    stop_planned_message(workshop=workshop, message=changed, actor=make_account())

    plan_messages(workshop=workshop)
    assert kinds(workshop) == []
    change_workshop(workshop=workshop, place_en="Brest, school")

    assert kinds(workshop) == ["changed"]


def test_only_those_of_the_track_hear_of_its_changes(clock):
    workshop = make_workshop(facilitator=make_quiet_facilitator(), sessions=1)
    make_session(workshop, slot=1, track="doctors")
    lawyers = make_session(workshop, slot=1, track="lawyers")
    doctor, lawyer = register(workshop, track="doctors"), register(workshop, track="lawyers")
    go(clock)

    change_session(session=lawyers, join_link="https://meet.example.org/1", mode="online")

    told = messages_about(workshop).filter(state="planned", key__contains=":changed:")
    assert [each.recipient for each in told] == [lawyer.person]
    assert doctor.person != lawyer.person


def test_reminders_of_two_workshops_at_one_time_are_one_mail(workshop, clock):
    other, person = (
        make_workshop(facilitator=make_quiet_facilitator()),
        make_person(agency=make_agency(), language="en"),
    )
    register(workshop, person)
    register(other, person)
    go(clock)
    mail.outbox.clear()

    clock.move_to(datetime(2026, 3, 6, 6, 0, tzinfo=UTC), tick=False)
    send_due()

    (sent,) = mail.outbox
    assert sent.subject == "Migration Health Academy: 2 messages"
    assert [title in sent.body for title in ("Workshop 1", "Workshop 2")] == [True, True]
    assert Message.objects.filter(mail_id=sent.extra_headers["Message-ID"], state="sent").count() == 2


def test_a_cancelled_workshop_leaves_the_calendars_of_those_who_had_it(clock):
    workshop = make_workshop()
    confirmed, invited = register(workshop), somebody(workshop, State.INVITED)
    plan_messages(workshop=workshop)
    go(clock)

    cancel_workshop(workshop=workshop, reason="The hall is closed")

    told = messages_about(workshop).filter(state="planned")
    assert {each.recipient_id: each.calendar_method for each in told} == {
        confirmed.person_id: "CANCEL", invited.person_id: "", workshop.facilitations.get().person_id: "CANCEL"
    }  # fmt: skip


def test_words_written_by_hand_stay_while_times_follow_and_the_new_time_is_told_afterwards(workshop, clock):
    register(workshop)
    reminder = messages_about(workshop).filter(key__contains=":reminder:").earliest("send_after")
    confirmation = messages_about(workshop).get(key__contains=":confirmed:")
    for message in (reminder, confirmation):
        edit_planned_message(
            workshop=workshop, message=message, subject="Come!", text="We look forward to you.\n", actor=make_account()
        )

    change_session(session=workshop.sessions.get(number=1), start_time=time(8, 30))
    change_workshop(workshop=workshop, place_en="Brest, library")
    go(clock)
    plan_messages(workshop=workshop)

    reminder.refresh_from_db()
    confirmation.refresh_from_db()
    assert [each.text for each in (reminder, confirmation)] == ["We look forward to you.\n"] * 2
    assert "T083000" in confirmation.calendar
    assert kinds(workshop) == ["changed"]


def test_whoever_gets_another_address_gets_the_message_there(workshop):
    registration = register(workshop)
    registration.person.email = "new@example.org"
    registration.person.save()

    plan_messages(workshop=workshop)

    assert set(messages_about(workshop).values_list("address", flat=True)) == {"new@example.org"}


def test_somebody_is_not_reached_until_the_address_is_another_one(workshop):
    registration, other = register(workshop), register(workshop)
    messages = messages_about(workshop).filter(recipient=registration.person, key__contains=":confirmed:")
    messages.update(state="sent", sent_at=NOW, bounced_at=NOW, bounce="Unknown")

    assert not_reached(workshop) == {registration.person_id}
    registration.person.email = "new@example.org"
    registration.person.save()
    assert not_reached(workshop) == set()
    assert other.person_id


# --- Those who run it, and what comes afterwards ---------------------------------------------------------------------
def test_whoever_is_asked_to_run_a_workshop_is_written_to_even_while_it_is_a_draft():
    workshop = make_workshop(published=False)
    named = Facilitation.objects.create(
        workshop=workshop, person=make_facilitator().person, state="invited", invited_at=NOW
    )
    plan_messages(workshop=workshop)

    (message,) = messages_about(workshop)
    assert (kind_of(message), message.recipient, message.send_after) == ("facilitation", named.person, SOON)
    Facilitation.objects.filter(pk=named.pk).update(state="accepted")
    plan_messages(workshop=workshop)
    assert kinds(workshop) == []


@pytest.fixture
def wave(workshop, clock):
    """An evaluation at the end, open to one person; the workshop was over an hour before."""
    form = EvaluationForm.objects.create(code="X", kind="end", title_en="X", title_ru="X", title_be="X")
    wave = Wave.objects.create(
        workshop=workshop, kind="end", form=form, opens_on=date(2026, 3, 9), closes_on=date(2026, 3, 30)
    )
    registration = somebody(workshop, State.CONFIRMED)
    EvaluationInvitation.objects.create(wave=wave, registration=registration)
    clock.move_to(datetime(2026, 3, 9, 9, 0, tzinfo=UTC), tick=False)
    Workshop.objects.update(status="ended")
    return wave


def test_whoever_has_not_answered_an_evaluation_is_asked_when_it_opens_and_reminded_twice(wave, clock):
    plan_messages(workshop=wave.workshop)

    assert planned(wave.workshop) == [
        ("evaluation", datetime(2026, 3, 9, 8, 30, tzinfo=UTC)),
        ("evaluation", datetime(2026, 3, 14, 6, 0, tzinfo=UTC)),
        ("evaluation", datetime(2026, 3, 19, 6, 0, tzinfo=UTC)),
    ]
    go(clock)
    assert "/workshops/evaluation/" in mail.outbox[0].body
    EvaluationInvitation.objects.update(answered=True)
    plan_messages(workshop=wave.workshop)
    assert kinds(wave.workshop) == []


def test_an_evaluation_that_opened_unnoticed_is_asked_for_later_and_a_reminder_that_was_missed_is_left_out(wave, clock):
    clock.move_to(datetime(2026, 3, 15, 9, 0, tzinfo=UTC), tick=False)
    plan_messages(workshop=wave.workshop)
    assert [moment.day for _kind, moment in planned(wave.workshop)] == [9, 19]

    clock.move_to(datetime(2026, 3, 31, 9, 0, tzinfo=UTC), tick=False)
    plan_messages(workshop=wave.workshop)
    assert kinds(wave.workshop) == []


def test_whoever_wrote_an_action_plan_is_asked_about_it_after_90_days_unless_the_outcome_is_known(workshop):
    registration = somebody(workshop, State.CONFIRMED)
    plan = ActionPlan.objects.create(registration=registration, what="A leaflet", written_at=NOW, changed_at=NOW)
    Workshop.objects.update(status="closed")
    plan_messages(workshop=workshop)

    (message,) = messages_about(workshop)
    assert (kind_of(message), message.send_after) == ("action_plan", datetime(2026, 6, 7, 6, 0, tzinfo=UTC))
    assert "A leaflet" in message.text
    plan.outcome = "done"
    plan.save()
    plan_messages(workshop=workshop)
    assert kinds(workshop) == []


@pytest.mark.parametrize("people", [1, 4])
def test_planning_anew_what_has_gone_costs_the_same_for_any_number_of_people(
    workshop, clock, django_assert_num_queries, people
):
    for _each in range(people):
        register(workshop)
    Message.objects.update(state="sent", sent_at=NOW)

    with django_assert_num_queries(10):
        plan_messages(workshop=workshop)
