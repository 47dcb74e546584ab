from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from mail.models import Message
from mail.services import PAUSES, plan_message, send_message
from mail.tasks import send_due
from tests.factories.people import make_person

pytestmark = pytest.mark.django_db

CONTEXT = {"subject": "Прававы аспект", "page": "https://a.example/p?x=1&y=2", "verification": "https://a.example/v/1"}


def plan(key="k", **person):
    recipient = make_person(**{"email": "anna@example.org", "language": "be", **person})
    return plan_message(key=key, recipient=recipient, template="certificates/ready", context=CONTEXT)


def test_a_message_is_in_the_language_of_its_reader_as_text_and_html():
    message = plan()

    assert (message.subject, message.language) == ("Ваш сертыфікат гатовы", "be")
    assert CONTEXT["page"] in message.text
    assert '<html lang="be">' in message.html
    assert '<a href="https://a.example/p?x=1&amp;y=2"' in message.html


def test_html_in_a_name_stays_text():
    message = plan(given_name="<b>Anna</b>", patronymic="")

    assert "<b>Anna</b>" in message.text
    assert "&lt;b&gt;Anna&lt;/b&gt;" in message.html


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
