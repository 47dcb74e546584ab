import threading
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from django.conf import settings
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend as EmailBackend
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from mail.models import Message
from mail.permissions import read_stop_token, stop_token
from mail.services import (
    PAUSES,
    Extras,
    MailError,
    cancel_messages,
    edit_message,
    plan_message,
    plan_written,
    replan_message,
    send_message,
    send_message_now,
    stop_message,
)
from mail.tasks import LONGEST_RUN, send, send_due
from people.services import switch_messages
from tests.factories.people import make_account, make_person

pytestmark = pytest.mark.django_db

CONTEXT = {"subject": "Прававы аспект", "page": "https://a.example/p?x=1&y=2", "verification": "https://a.example/v/1"}


def html_of(sent):
    return next(content for content, kind in sent.alternatives if kind == "text/html")


def plan(key="k", send_after=None, **person):
    recipient = make_person(**{"email": "anna@example.org", "language": "be", **person})
    return plan_message(
        key=key, recipient=recipient, template="certificates/ready", context=CONTEXT, send_after=send_after
    )


def test_a_message_is_in_the_language_of_its_reader_as_text_and_html():
    message = plan()

    send_message(message)

    assert (message.subject, message.language) == ("Ваш сертыфікат гатовы", "be")
    sent = mail.outbox[0]
    assert (sent.subject, sent.body) == (message.subject, message.text)
    assert CONTEXT["page"] in message.text
    assert '<html lang="be">' in html_of(sent)
    assert '<a href="https://a.example/p?x=1&amp;y=2"' in html_of(sent)


def test_html_in_a_name_stays_text():
    message = send_message(plan(given_name="<b>Anna</b>", patronymic=""))

    assert "<b>Anna</b>" in message.text
    assert "&lt;b&gt;Anna&lt;/b&gt;" in html_of(mail.outbox[0])


def test_the_same_occasion_makes_one_message_and_nobody_without_an_address_gets_one():
    assert plan() == plan_message(
        key="k", recipient=Message.objects.get().recipient, template="certificates/ready", context=CONTEXT
    )
    assert plan("other", email="") is None


@pytest.mark.db
def test_a_message_is_sent_once_however_often_it_is_asked_for():
    message = plan()

    for _time in range(3):
        send_message(message)
    send_due()

    assert [each.to for each in mail.outbox] == [["anna@example.org"]]
    message.refresh_from_db()
    assert (message.state, message.sent_at is not None) == (Message.State.SENT, True)


def test_a_message_that_a_killed_process_was_sending_is_not_sent_again():
    message = plan()
    Message.objects.update(state=Message.State.SENDING)

    send_message(message)
    send_due()

    assert mail.outbox == []


def test_a_message_waits_for_its_time():
    message = plan()
    Message.objects.update(send_after=timezone.now() + timedelta(hours=1))

    send_message(message)

    assert mail.outbox == []
    assert Message.objects.get().state == Message.State.PLANNED


@pytest.mark.db
def test_a_message_for_later_is_left_alone_by_its_job_and_sent_by_the_recurring_one_when_its_time_has_come(
    time_machine, django_capture_on_commit_callbacks
):
    time_machine.move_to(timezone.now(), tick=False)
    with django_capture_on_commit_callbacks(execute=True) as jobs:
        message = plan(send_after=timezone.now() + timedelta(days=3))
    send(message.pk)
    send_due()
    assert (jobs, mail.outbox) == ([], [])

    time_machine.shift(timedelta(days=3))
    send_due()
    send_due()

    assert len(mail.outbox) == 1


LATER = timedelta(days=3)


def replan(message, key="k", **fields):
    values = {"context": CONTEXT, "send_after": message.send_after, **fields}
    return replan_message(key=key, recipient=message.recipient, template="certificates/ready", **values)


def test_replanning_brings_words_and_time_up_to_date_in_the_same_row():
    message = plan(send_after=timezone.now() + LATER)

    changed = replan(message, context={**CONTEXT, "subject": "Сацыяльны аспект"}, send_after=timezone.now() + 2 * LATER)

    assert changed.pk == message.pk
    assert "Сацыяльны аспект" in changed.text
    assert changed.send_after > message.send_after


def test_replanning_what_has_not_changed_writes_nothing(django_assert_num_queries):
    message = plan(send_after=timezone.now() + LATER)

    with django_assert_num_queries(3):  # the message, and a savepoint around it
        replan(message)


def test_what_was_cancelled_comes_back_and_what_was_stopped_by_hand_does_not():
    cancelled, stopped = plan("c", send_after=timezone.now() + LATER), plan("s", email="b@example.org")
    cancel_messages(Message.objects.filter(pk=cancelled.pk))
    stop_message(message=stopped)

    states = [replan(cancelled, "c").state, replan(stopped, "s").state]

    assert states == [Message.State.PLANNED, Message.State.CANCELLED]


@pytest.mark.parametrize("state", [Message.State.SENT, Message.State.SENDING, Message.State.FAILED])
def test_what_has_gone_or_was_given_up_is_never_planned_again(state):
    message = plan()
    Message.objects.update(state=state, sent_at=timezone.now())

    assert replan(message, send_after=timezone.now() + LATER).state == state
    assert Message.objects.get().send_after == message.send_after


def test_whoever_has_no_address_any_more_gets_nothing():
    message = plan(send_after=timezone.now() + LATER)
    message.recipient.email = ""

    assert replan(message) is None
    assert Message.objects.get().state == Message.State.CANCELLED


def test_stopping_twice_is_stopping_once_and_after_the_message_has_gone_it_is_too_late(time_machine):
    message = plan(send_after=timezone.now() + LATER)
    first = stop_message(message=message).stopped_at

    assert first is not None
    Message.objects.update(state=Message.State.SENT, sent_at=timezone.now(), stopped_at=None)
    with pytest.raises(MailError, match="has gone already"):
        stop_message(message=message)


@pytest.mark.db
def test_the_database_refuses_a_stopped_message_that_waits():
    message = plan()

    with pytest.raises(IntegrityError, match="message_stopped_is_cancelled"), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(stopped_at=timezone.now())


def test_a_subject_that_is_too_long_is_cut():
    message = plan()

    changed = replan_message(
        key="long", recipient=message.recipient, template="workshops/cancelled", send_after=timezone.now(),
        context={"workshop": {"title": "Ы" * 300}},
    )  # fmt: skip

    assert len(changed.subject) == 200


def test_a_mail_server_that_is_away_puts_the_message_back_until_the_last_pause(settings, time_machine):
    # Nothing listens on this port: a real refusal, at once.
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "django.core.mail.backends.smtp.EmailBackend",
        "127.0.0.1",
        9,
    )
    time_machine.move_to(timezone.now(), tick=False)
    message = plan()
    states = []
    for pause in [timedelta(0), *PAUSES]:
        time_machine.shift(pause + timedelta(seconds=1))
        states.append(send_message(message).state)

    assert states == [*[Message.State.PLANNED] * len(PAUSES), Message.State.FAILED]
    message.refresh_from_db()
    assert message.failure.startswith("ConnectionRefusedError")


class Dawdling(EmailBackend):
    """A mail server that says nothing until we lose patience."""

    clock: ClassVar[Any]

    def send_messages(self, messages):
        self.clock.shift(settings.EMAIL_TIMEOUT)
        raise TimeoutError


def test_a_mail_server_that_dawdles_keeps_the_worker_for_two_minutes_and_the_next_run_goes_on(settings, time_machine):
    settings.EMAIL_BACKEND, Dawdling.clock = f"{__name__}.Dawdling", time_machine
    time_machine.move_to(timezone.now(), tick=False)
    for number in range(8):
        plan(f"k{number}", email=f"{number}@health.gov")

    begun = timezone.now()
    send_due()
    took, tried = timezone.now() - begun, Message.objects.filter(failures=1).count()
    Message.objects.filter(failures=1).update(send_after=begun + LATER)
    send_due()

    assert (took, tried) == (LONGEST_RUN, 6)
    assert set(Message.objects.values_list("failures", flat=True)) == {1}


# --- Words by hand ---------------------------------------------------------------------------------------------------
def test_words_written_by_hand_stay_while_time_and_calendar_follow():
    message = replan(plan(send_after=timezone.now() + LATER), extras=Extras(calendar="A", calendar_method="REQUEST"))
    edit_message(message=message, subject="Come!", text="Soon.\n")
    later = timezone.now() + 2 * LATER

    changed = replan(message, send_after=later, extras=Extras(calendar="B", calendar_method="REQUEST", tells="new"))

    assert (changed.subject, changed.text, changed.tells) == ("Come!", "Soon.\n", "")
    assert (changed.send_after, changed.calendar) == (later, "B")


def test_the_own_links_of_a_reader_cannot_be_left_out_and_are_put_in_when_it_goes():
    message = replan(plan(), extras=Extras(links={"[[yes]]": "https://a.example/yes"}))
    with pytest.raises(MailError, match=r"\[\[yes\]\]"):
        edit_message(message=message, subject="Come!", text="Soon.\n")

    edit_message(message=message, subject="Come!", text="Click: [[yes]]\n")
    send_message(message)

    assert mail.outbox[0].body == "Click: https://a.example/yes\n"
    assert Message.objects.get().text == "Click: [[yes]]\n"


@pytest.mark.parametrize("state", ["sent", "cancelled"])
def test_what_does_not_wait_any_more_is_neither_changed_nor_sent_by_hand(state):
    message = plan()
    Message.objects.update(state=state, sent_at=timezone.now())

    for act in (
        lambda: edit_message(message=message, subject="A", text="B"),
        lambda: send_message_now(message=message),
    ):
        with pytest.raises(MailError, match="does not wait any more"):
            act()
    assert Message.objects.get().edited_at is None


@pytest.mark.db
def test_a_message_for_later_goes_at_once_when_somebody_says_so(django_capture_on_commit_callbacks):
    message = plan(send_after=timezone.now() + LATER)

    with django_capture_on_commit_callbacks(execute=True):
        send_message_now(message=message)
    send_due()

    assert len(mail.outbox) == 1


def test_what_somebody_wrote_goes_as_it_was_written_and_once():
    person = make_person(email="anna@example.org", language="be")
    words = {"recipient": person, "subject": "Room", "text": "We meet in room 12.\n", "language": "en"}

    first = plan_written(key="w", **words)

    assert plan_written(key="w", **{**words, "text": "Other"}) == first
    assert (first.subject, first.text, first.language) == ("Room", "We meet in room 12.\n", "en")
    assert plan_written(key="x", **{**words, "recipient": make_person(email="")}) is None


# --- Calendars and digests -------------------------------------------------------------------------------------------
CALENDAR = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nDTSTAMP:20260220T120000Z\r\nEND:VCALENDAR\r\n"


def test_a_calendar_goes_as_part_that_mail_programs_act_on_and_as_file():
    message = replan(plan(), extras=Extras(calendar=CALENDAR, calendar_method="REQUEST"))
    send_message(message)

    parts = [part for part in mail.outbox[0].message().walk() if not part.is_multipart()]
    assert [part.get_content_type() for part in parts] == [
        "text/plain", "text/html", "text/calendar", "application/ics"
    ]  # fmt: skip
    assert (parts[2].get_param("method"), parts[2].get_content_charset()) == ("REQUEST", "utf-8")
    assert parts[2].get_payload(decode=True).splitlines() == CALENDAR.encode().splitlines()
    assert (parts[3].get_filename(), parts[3].get_payload(decode=True)) == ("calendar-1.ics", CALENDAR.encode())


def test_of_several_calendars_in_one_message_each_goes_as_a_file():
    send_message(replan(plan(), extras=Extras(calendar=CALENDAR * 2, calendar_method="REQUEST")))

    parts = list(mail.outbox[0].message().walk())[-2:]
    assert [(part.get_content_type(), part.get_param("method")) for part in parts] == [("text/calendar", "REQUEST")] * 2
    assert [part.get_payload(decode=True).splitlines() for part in parts] == [CALENDAR.encode().splitlines()] * 2


def test_one_that_is_taken_out_says_so_beside_one_that_is_taken_in():
    both = CALENDAR + CALENDAR.replace("METHOD:REQUEST", "METHOD:CANCEL")
    send_message(replan(plan(), extras=Extras(calendar=both, calendar_method="REQUEST")))

    parts = list(mail.outbox[0].message().walk())[-2:]
    assert [part.get_param("method") for part in parts] == ["REQUEST", "CANCEL"]


def test_a_calendar_that_was_only_stamped_anew_is_the_same():
    extras = Extras(calendar=CALENDAR, calendar_method="REQUEST")
    message = replan(plan(send_after=timezone.now() + LATER), extras=extras)
    stamped = Extras(calendar=CALENDAR.replace("T12", "T13"), calendar_method="REQUEST")

    assert replan(message, extras=stamped).calendar == CALENDAR


@pytest.mark.db
def test_the_database_refuses_a_calendar_without_a_method():
    plan()

    with pytest.raises(IntegrityError, match="message_calendar_has_method"), transaction.atomic():
        Message.objects.update(calendar="BEGIN:VCALENDAR")


def digest(*keys, **person):
    """Messages of one group to one person."""
    recipient = make_person(**{"email": "anna@example.org", "language": "en", **person})
    for key in keys:
        plan_message(key=key, recipient=recipient, template="certificates/ready", context={**CONTEXT, "subject": key})
        Message.objects.filter(key=key).update(digest="workshops", subject=f"About {key}")
    return recipient


@pytest.mark.db
def test_what_is_due_together_and_of_one_group_is_one_mail_with_a_heading_for_each():
    digest("a", "b", "c")
    digest("d", email="other@example.org")
    Message.objects.filter(key="c").update(send_after=timezone.now() + LATER)

    send_due()
    send_due()

    assert [(sent.to, sent.subject) for sent in mail.outbox] == [
        (["anna@example.org"], "Migration Health Academy: 2 messages"),
        (["other@example.org"], "About d"),
    ]
    assert [heading in mail.outbox[0].body for heading in ("* About a *", "* About b *", "* About c *")] == [
        True, True, False
    ]  # fmt: skip
    assert "<h2>About b</h2>" in html_of(mail.outbox[0])
    assert dict(Message.objects.values_list("key", "state")) == {"a": "sent", "b": "sent", "c": "planned", "d": "sent"}
    assert Message.objects.filter(mail_id=mail.outbox[0].message()["Message-ID"]).count() == 2


def test_a_digest_with_several_calendars_has_them_as_files_only():
    digest("a", "b")
    Message.objects.update(calendar=CALENDAR, calendar_method="REQUEST")

    send_due()

    parts = [part for part in mail.outbox[0].message().walk() if not part.is_multipart()]
    assert [(part.get_content_type(), part.get_filename(), part.get_param("method")) for part in parts] == [
        ("text/plain", None, None),
        ("text/html", None, None),
        ("text/calendar", "calendar-1.ics", "REQUEST"),
        ("text/calendar", "calendar-2.ics", "REQUEST"),
    ]


def test_a_digest_that_is_refused_waits_as_a_whole(settings):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1", 9,
    )  # fmt: skip
    digest("a", "b")

    send_due()

    assert list(Message.objects.values_list("state", "failures")) == [("planned", 1)] * 2


@pytest.mark.db
@pytest.mark.django_db(transaction=True)
def test_two_workers_send_a_digest_once():
    digest("a", "b")
    barrier = threading.Barrier(2)

    def work(key: str) -> None:
        message = Message.objects.get(key=key)
        barrier.wait()
        send_message(message)
        connection.close()

    workers = [threading.Thread(target=work, args=(key,)) for key in ("a", "b")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(line for sent in mail.outbox for line in sent.body.splitlines() if line.startswith("* ")) in (
        [], ["* About a *", "* About b *"]
    )  # fmt: skip
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}


# --- What readers choose --------------------------------------------------------------------------------------------
def reminder(key, recipient, **fields):
    return plan_message(
        key=key, recipient=recipient, template="certificates/ready", context=CONTEXT, kind="reminders", **fields
    )


@pytest.fixture
def reader():
    return make_account(person=make_person(email="anna@example.org", language="be"))


@pytest.mark.db
def test_what_a_reader_does_not_want_when_it_is_due_is_cancelled_and_what_is_needed_goes(reader):
    unwanted, _other = reminder("a", reader.person), plan(key="b", email="other@example.org")
    needed = plan_message(key="c", recipient=reader.person, template="certificates/ready", context=CONTEXT)
    later = reminder("d", reader.person, send_after=timezone.now() + timedelta(days=1))
    switch_messages(account=reader, kind="reminders", wanted=False)

    send_due()

    states = dict(Message.objects.values_list("key", "state"))
    assert [sent.to for sent in mail.outbox] == [["other@example.org"], ["anna@example.org"]]
    assert (states[unwanted.key], states[needed.key], states[later.key]) == ("cancelled", "sent", "planned")


def test_who_wants_them_again_in_time_gets_them(reader):
    waiting = reminder("a", reader.person, send_after=timezone.now() + timedelta(hours=1))
    switch_messages(account=reader, kind="reminders", wanted=False)
    send_due()
    switch_messages(account=reader, kind="reminders", wanted=True)
    Message.objects.update(send_after=timezone.now())

    send_due()

    waiting.refresh_from_db()
    assert waiting.state == Message.State.SENT


def test_a_person_without_an_account_gets_reminders():
    assert send_message(reminder("a", make_person())).state == Message.State.SENT


def test_a_message_that_a_reader_may_do_without_says_how_to_stop_its_kind(reader):
    send_message(reminder("a", reader.person))
    send_message(plan(key="b", email="other@example.org"))

    stops, needed = mail.outbox
    address = stops.extra_headers["List-Unsubscribe"].strip("<>")
    assert "/be/account/messages/stop/" in address
    assert stops.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address in stops.body
    assert f'href="{address}"' in html_of(stops)
    assert "List-Unsubscribe" not in needed.extra_headers
    assert "/stop/" not in needed.body + html_of(needed)


def test_the_address_that_stops_is_ours_alone():
    token = stop_token(5, "reminders")

    assert (read_stop_token(token), stop_token(5, "reminders")) == ((5, "reminders"), token)
    assert [read_stop_token(word) for word in ("", "x", f"{token}x", token.swapcase())] == [None] * 4
