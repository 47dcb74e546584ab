"""Planning, changing and sending messages."""

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import clocks
from core.errors import DomainError
from core.jobs import enqueue
from mail.bounces import Bounce
from mail.kinds import CHOSEN, wanted
from mail.models import Message, MessageQuerySet
from mail.permissions import stop_token

logger = logging.getLogger(__name__)

LONGEST_SUBJECT = 200
# Where addresses of people lie whose data were erased: nothing is ever sent there (RFC 2606 keeps ".invalid" free).
NOWHERE = "erased.invalid"
# How long a message waits after each refusal of the mail server.
PAUSES = [timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(hours=24)]
# The moment at which a calendar was written: all that differs when nothing has changed.
STAMP = "DTSTAMP:"
# Where in what a message keeps for calendars one ends and the next begins: a mail names one event in each (RFC 5546).
_SEAMS = re.compile(r"(?<=\r\n)(?=BEGIN:VCALENDAR\r\n)")
# What each of them is for: one can be taken in while another one is taken out.
_METHOD = re.compile(r"^METHOD:([A-Z]+)\r$", re.MULTILINE)


class MailError(DomainError):
    """A rule about messages was not met."""


@dataclass(frozen=True)
class Extras:
    """What a message carries beside its words; each field is explained at `Message`."""

    links: Mapping[str, str] = field(default_factory=dict)
    calendar: str = ""
    calendar_method: str = ""
    digest: str = ""
    kind: str = ""
    tells: str = ""


@transaction.atomic
def plan_message(
    *,
    key: str,
    recipient: Any,
    template: str,
    context: dict[str, Any],
    send_after: datetime | None = None,
    address: str = "",
    kind: str = "",
) -> Message | None:
    """Plan the message `templates/emails/<template>.txt` (first line: subject) for a person in the own language.

    It goes at once, or when `send_after` has come; to the person's address, or to `address` when it is about that one.
    One of a `kind` (`mail.kinds`) goes only if the reader wants it then. Returns None when there is no address.
    The same `key` again returns the message that exists.
    """
    if not (address or _has_address(recipient)):
        return None
    existing = _of_occasion(key)
    if existing is not None:
        return existing
    fields = _written(recipient, template, context) | {"kind": kind}
    if address:
        fields["address"] = address
    return _create(key, recipient, send_after or timezone.now(), fields)


@transaction.atomic
def replan_message(
    *,
    key: str,
    recipient: Any,
    template: str,
    context: dict[str, Any],
    send_after: datetime,
    moves: bool = True,
    extras: Extras | None = None,
) -> Message | None:
    """Plan a message, or bring the one of this occasion up to date as long as it waits.

    One that was cancelled because plans changed is planned again when they change back. What has gone, was given up,
    or was stopped by hand stays as it is. One that was edited by hand keeps its words and follows in everything else.
    Without `moves`, `send_after` is for a new one only, and one that waits keeps its time.
    Returns None when the person has no address (any more).
    """
    if not _has_address(recipient):
        cancel_messages(Message.objects.filter(key=key))
        return None
    existing, fields = _of_occasion(key), _written(recipient, template, context) | asdict(extras or Extras())
    if existing is None:
        return _create(key, recipient, send_after, fields)
    if not existing.is_planned:
        fields |= {"state": Message.State.PLANNED, "send_after": send_after, "failures": 0}
    elif moves and existing.send_after != send_after:
        fields |= {"send_after": send_after, "failures": 0}
    _bring_up_to_date(existing, fields)
    return existing


@transaction.atomic
def plan_written(
    *, key: str, recipient: Any, subject: str, text: str, language: str, send_after: datetime | None = None
) -> Message | None:
    """Plan a message that somebody wrote, as it was written. Returns None when the person has no address.

    The same `key` again returns the message that exists.
    """
    if not _has_address(recipient):
        return None
    existing = _of_occasion(key)
    if existing is not None:
        return existing
    words = {"address": recipient.email, "language": language, "subject": subject, "text": text}
    return _create(key, recipient, send_after or timezone.now(), words)


def _has_address(recipient: Any) -> bool:
    """Whether a person can be written to. Who was erased has a pseudonym for an address, at which nobody reads."""
    return bool(recipient.email) and not recipient.email.endswith(f"@{NOWHERE}")


def cancel_messages(messages: MessageQuerySet) -> int:
    """Cancel those of some messages that still wait, because their occasion is gone. Returns how many."""
    return messages.filter(state=Message.State.PLANNED).update(state=Message.State.CANCELLED)


def erase_words(messages: MessageQuerySet) -> int:
    """Erase what some messages say, and cancel those that still wait. That they went, when and to whom stays.

    Returns how many messages.
    """
    cancel_messages(messages)
    return messages.update(subject="", text="", links={}, calendar="", calendar_method="", tells="")


def erase_letters_to(*, recipient: Any) -> int:
    """Erase what all messages to a person say and to which address they went, for good. Returns how many."""
    theirs = Message.objects.filter(recipient=recipient)
    count = erase_words(theirs)
    theirs.update(address="", mail_id="", failure="", bounce="")
    return count


def stop_message(*, message: Message) -> Message:
    """Stop a message by hand before it goes; a second time changes nothing. Raises MailError when it is too late."""
    waits = Message.objects.filter(pk=message.pk, state=Message.State.PLANNED)
    waits.update(state=Message.State.CANCELLED, stopped_at=timezone.now())
    message.refresh_from_db()
    if message.state != Message.State.CANCELLED:
        raise MailError(_("This message has gone already."))
    return message


def edit_message(*, message: Message, subject: str, text: str) -> Message:
    """Write the words of a message anew before it goes; no change of plans writes over them.

    Raises MailError when it is too late, and when the reader's own links were left out.
    """
    missing = [name for name in message.links if name not in text]
    if missing:
        raise MailError(
            _("Keep %(links)s in the text: that is where the reader's own links stand.") % {"links": ", ".join(missing)}
        )
    waits = Message.objects.filter(pk=message.pk, state=Message.State.PLANNED)
    _check_in_time(waits.update(subject=subject, text=text, edited_at=timezone.now()))
    message.refresh_from_db()
    return message


def send_message_now(*, message: Message) -> Message:
    """Let a message that waits go at once. Raises MailError when it does not wait any more."""
    waits = Message.objects.filter(pk=message.pk, state=Message.State.PLANNED)
    _check_in_time(waits.update(send_after=timezone.now()))
    enqueue("mail.tasks.send", message.pk)
    message.refresh_from_db()
    return message


def note_bounce(*, bounce: Bounce) -> int:
    """Note that a mail was sent back; of a digest, all messages that were in it. Returns how many messages.

    A report that comes twice changes nothing.
    """
    came_back = Message.objects.filter(mail_id=bounce.mail_id, bounced_at__isnull=True)
    came_back.update(bounced_at=timezone.now(), bounce=bounce.words)
    return Message.objects.filter(mail_id=bounce.mail_id).count()


def _check_in_time(changed: int) -> None:
    if not changed:
        raise MailError(_("This message does not wait any more: it has gone, or it was cancelled."))


def _of_occasion(key: str) -> Message | None:
    return Message.objects.filter(key=key).order_by().first()


def _create(key: str, recipient: Any, send_after: datetime, fields: dict[str, Any]) -> Message:
    message = Message.objects.create(key=key, recipient=recipient, send_after=send_after, **fields)
    # One for later is found by the recurring job when its time has come.
    if send_after <= timezone.now():
        enqueue("mail.tasks.send", message.pk)
    return message


def _bring_up_to_date(message: Message, fields: dict[str, Any]) -> None:
    if message.edited_at is not None:
        # What the words tell stays what it was when they were written.
        fields = {name: value for name, value in fields.items() if name not in {"subject", "text", "tells"}}
    if _unstamped(fields["calendar"]) == _unstamped(message.calendar):
        del fields["calendar"]
    if any(getattr(message, name) != value for name, value in fields.items()):
        waits = Message.objects.filter(state__in=[Message.State.PLANNED, Message.State.CANCELLED], stopped_at=None)
        waits.filter(pk=message.pk).update(**fields)
        message.refresh_from_db()


def _unstamped(calendar: str) -> list[str]:
    return [line for line in calendar.splitlines() if not line.startswith(STAMP)]


def _written(recipient: Any, template: str, context: dict[str, Any]) -> dict[str, Any]:
    """Return what a message says and to which address, in the language of its reader."""
    with translation.override(recipient.language), clocks.shown_by(recipient.time_zone):
        values = {**context, "person": recipient, "site_address": settings.SITE_ADDRESS}
        subject, _newline, text = render_to_string(f"emails/{template}.txt", values).strip().partition("\n")
    return {
        "address": recipient.email,
        "language": recipient.language,
        "subject": Truncator(subject.strip()).chars(LONGEST_SUBJECT),
        "text": text.strip() + "\n",
    }


def send_message(message: Message) -> Message:
    """Send a due message, once, together with the others of its digest that are due.

    They are claimed before they go, so no second worker and no second run sends them again. A mail server that refuses
    puts them back for later, with growing pauses; after the last they are failed. A process killed in the middle
    leaves them "being sent": nobody knows whether they went, so nobody sends them again, and operators are told.
    """
    _leave_out_unwanted(message)
    claimed = _claim(message)
    if claimed:
        try:
            _mail(claimed).send()
        except Exception as error:
            # The server refused, is away, or the address cannot be written: whatever it was, nothing went.
            # What a server says names the reader: it stands in the message, and not in the log.
            is_ours, kind = not isinstance(error, OSError), type(error).__name__
            logger.exception("Message %d could not be sent: %s", message.pk, kind, exc_info=is_ours)
            for each in claimed:
                _put_back(each, error)
        else:
            for each in claimed:
                each.state, each.sent_at, each.failure = Message.State.SENT, timezone.now(), ""
                each.save(update_fields=["state", "sent_at", "failure"])
    message.refresh_from_db()
    return message


def write_to_operators(subject: str, text: str) -> None:
    """Write at once to those who look after the installation; nobody, where the settings name nobody."""
    if settings.OPERATORS:
        EmailMessage(subject, text, to=settings.OPERATORS).send()


def _leave_out_unwanted(message: Message) -> None:
    """Cancel what is due to a reader who does not want messages of its kind. What was chosen last counts."""
    account = getattr(message.recipient, "account", None)
    unwanted = [kind for kind in CHOSEN if account is not None and not wanted(kind, account.muted_messages)]
    if unwanted:
        cancel_messages(Message.objects.due().filter(recipient=message.recipient_id, kind__in=unwanted))


def _claim(message: Message) -> list[Message]:
    """Take a due message and those that go with it; a row that another worker took is left to it."""
    mail_id = f"<message-{message.pk}-{token_hex(8)}@{urlsplit(settings.SITE_ADDRESS).hostname}>"
    due = Message.objects.due().order_by()
    claim = {"state": Message.State.SENDING, "mail_id": mail_id}
    if not due.filter(pk=message.pk).update(**claim):
        return []
    if message.digest:
        alike = {name: getattr(message, name) for name in ("recipient_id", "address", "language", "digest")}
        due.filter(**alike).update(**claim)
    return list(Message.objects.filter(mail_id=mail_id, state=Message.State.SENDING).order_by("send_after", "pk"))


def _mail(messages: Sequence[Message]) -> EmailMessage:
    """One mail with some messages to the same reader: text, HTML and what calendars are told."""
    first = messages[0]
    parts = [{"subject": each.subject, "text": _with_links(each)} for each in messages]
    with translation.override(first.language):
        subject = first.subject if len(parts) == 1 else _digest_subject(len(parts))
        stop = _way_to_stop(messages)
        context = {"subject": subject, "parts": parts, **stop}
        text = parts[0]["text"] if len(parts) == 1 else render_to_string("emails/digest.txt", context)
        if stop:
            text += render_to_string("emails/stop.txt", context)
        html = render_to_string("emails/message.html", context)
    headers = {"Message-ID": first.mail_id}
    if stop:
        # What mail programs need for a button of their own (RFC 8058).
        headers |= {"List-Unsubscribe": f"<{stop['stop']}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    mail = EmailMultiAlternatives(subject, text, to=[first.address], headers=headers)
    mail.attach_alternative(html, "text/html")
    told = [one for each in messages if each.calendar for one in _SEAMS.split(each.calendar)]
    calendars = [(one, method) for one in told for method in _METHOD.findall(one)]
    if len(calendars) == 1:
        # Mail programs act on one such part of the mail itself; of several they would take any.
        mail.attach_alternative(calendars[0][0], f"text/calendar; method={calendars[0][1]}")
    for number, (calendar, method) in enumerate(calendars, start=1):
        # Beside a part that is acted on the file is there to be kept, and not to be acted on again.
        kind = "application/ics" if len(calendars) == 1 else f"text/calendar; method={method}"
        mail.attach(f"calendar-{number}.ics", calendar.encode() if len(calendars) == 1 else calendar, kind)
    return mail


def _way_to_stop(messages: Sequence[Message]) -> dict[str, Any]:
    """Return the address under which the reader stops messages of this kind, and its name; nothing for needed ones."""
    kinds, reader = {each.kind for each in messages}, messages[0].recipient
    kind = CHOSEN.get(messages[0].kind) if len(kinds) == 1 else None
    # Where nobody signs in, nobody has chosen or can choose again.
    if kind is None or getattr(reader, "account", None) is None:
        return {}
    token = stop_token(reader.pk, kind.key)
    return {"stop": settings.SITE_ADDRESS + reverse("messages_stop", args=[token]), "kind": kind.title}


def _digest_subject(count: int) -> str:
    return ngettext(
        "Migration Health Academy: %(count)d message", "Migration Health Academy: %(count)d messages", count
    ) % {"count": count}


def _with_links(message: Message) -> str:
    text = message.text
    for name, address in message.links.items():
        text = text.replace(name, address)
    return text


def _put_back(message: Message, error: Exception) -> None:
    message.failure = f"{type(error).__name__}: {error}"
    if message.failures < len(PAUSES):
        message.state, message.send_after = Message.State.PLANNED, timezone.now() + PAUSES[message.failures]
    else:
        message.state = Message.State.FAILED
    message.failures += 1
    message.save(update_fields=["state", "send_after", "failures", "failure"])
