"""What other mail servers send back: reports as they come, told apart from everything else."""

import io
import json
from email.message import EmailMessage

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from mail.bounces import Bounce, read_bounce
from mail.models import Message
from mail.services import note_bounce, plan_message, send_message
from tests.factories.people import make_person

CONTEXT = {"subject": "Legal aspect", "page": "https://a.example/p", "verification": "https://a.example/v"}


def report(mail_id: str = "<message-1-ab@academy.example>", action: str = "failed", whole: bool = True) -> bytes:
    """As Postfix writes it, with the mail or with its headers only."""
    headers = f"From: academy@example.org\nTo: nobody@clinic.example\nMessage-ID: {mail_id}\nSubject: Soon\n\n"
    kind = "message/rfc822" if whole else "text/rfc822-headers"
    return f"""\
From: MAILER-DAEMON@mx.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: academy@example.org
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B1"

--B1
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--B1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Mon, 9 Mar 2026 09:00:00 +0300

Final-Recipient: rfc822; nobody@clinic.example
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <nobody@clinic.example>: Recipient
    address rejected: User unknown

--B1
Content-Type: {kind}

{headers}Text

--B1--
""".encode()


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("ends", [b"\n", b"\r\n"])
def test_a_report_names_the_mail_and_what_the_other_server_said(whole, ends):
    words = "nobody@clinic.example: 550 5.1.1 <nobody@clinic.example>: Recipient address rejected: User unknown"

    assert read_bounce(report(whole=whole).replace(b"\n", ends)) == Bounce("<message-1-ab@academy.example>", words)


def test_without_a_diagnosis_the_status_is_told():
    lines = report().split(b"\n")
    cut = [line for line in lines if not line.startswith((b"Diagnostic", b"    address"))]

    assert read_bounce(b"\n".join(cut)) == Bounce("<message-1-ab@academy.example>", "nobody@clinic.example: 5.1.1")


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"\xff\xfe\x00 nothing",
        report(action="delayed"),
        report(action="delivered"),
        report(mail_id=""),
        report().replace(b"message/delivery-status", b"text/plain"),
        report().partition(b"--B1\nContent-Type: message/rfc822")[0],
        report()[:200],
    ],
)
def test_delays_deliveries_and_whatever_is_no_report_are_no_bounces(source):
    assert read_bounce(source) is None


def test_an_answer_that_quotes_a_mail_is_no_bounce():
    answer = EmailMessage()
    answer["Subject"] = "Re: Soon"
    answer.set_content("Message-ID: <message-1-ab@academy.example>\nAction: failed")

    assert read_bounce(answer.as_bytes()) is None


@pytest.fixture
def sent(db):
    """A message that has gone."""
    person = make_person(email="nobody@clinic.example")
    message = plan_message(key="k", recipient=person, template="certificates/ready", context=CONTEXT)
    return send_message(message)


def test_a_bounce_is_noted_at_its_message_once(sent, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    first = timezone.now()

    counts = [note_bounce(bounce=Bounce(sent.mail_id, "User unknown"))]
    time_machine.shift(60)
    counts += [note_bounce(bounce=Bounce(sent.mail_id, "Again")), note_bounce(bounce=Bounce("<x@y>", "Unknown"))]

    sent.refresh_from_db()
    assert counts == [1, 1, 0]
    assert (sent.state, sent.bounced_at, sent.bounce) == ("sent", first, "User unknown")
    assert list(Message.objects.undelivered()) == [sent]


def test_the_command_reads_a_file(sent, tmp_path, capsys):
    path = tmp_path / "bounce.eml"
    path.write_bytes(report(mail_id=mail.outbox[0].message()["Message-ID"]))

    call_command("mail_bounces", str(path), "--json")

    assert json.loads(capsys.readouterr().out) == {"failed": True, "messages": 1}
    sent.refresh_from_db()
    assert sent.bounce.startswith("nobody@clinic.example: 550 5.1.1")


def test_the_command_reads_standard_input_and_takes_any_mail(sent, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"Subject: Holiday\n\nUntil Monday.")))

    call_command("mail_bounces", "-")

    assert capsys.readouterr().out == "0 messages did not arrive\n"


@pytest.mark.django_db
def test_a_file_that_is_not_there_is_told_in_a_sentence(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("mail_bounces", str(tmp_path / "none.eml"))
