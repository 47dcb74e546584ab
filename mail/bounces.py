"""Reading what mail servers say about mails that did not arrive (RFC 3464)."""

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import compat32

FAILED = "failed"


@dataclass(frozen=True)
class Bounce:
    """A mail that never arrived: its Message-ID, and in the words of the other server to whom and why."""

    mail_id: str
    words: str


def read_bounce(source: bytes) -> Bounce | None:
    """Return which mail a report of delivery says has failed; None for every other mail, and for mere delays.

    >>> read_bounce(b"Subject: Holiday\\n\\nI am away until Monday.") is None
    True
    """
    report = message_from_bytes(source, policy=compat32)
    if report.get_content_type() != "multipart/report":
        return None
    failures = [part for part in _recipients(report) if _field(part, "Action").lower() == FAILED]
    mail_id = next(_returned_ids(report), "")
    if not failures or not mail_id:
        return None
    return Bounce(mail_id, "\n".join(_words(part) for part in failures))


def _recipients(report: Message) -> Iterator[Message]:
    """The blocks of a report, one about each recipient; the first one is about the mail and has no action."""
    for part in report.walk():
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            yield from (block for block in part.get_payload() if isinstance(block, Message))


def _returned_ids(report: Message) -> Iterator[str]:
    """The Message-IDs of the mails that were sent back, whole or as mere headers."""
    for part in report.walk():
        if part.get_content_type() == "message/rfc822" and part.is_multipart():
            returned = part.get_payload(0)
        elif part.get_content_type() == "text/rfc822-headers":
            headers = part.get_payload(decode=True)
            returned = message_from_bytes(headers if isinstance(headers, bytes) else b"", policy=compat32)
        else:
            continue
        if isinstance(returned, Message) and (found := _field(returned, "Message-ID")):
            yield found


def _words(block: Message) -> str:
    """What the other server said about one recipient, on one line."""
    address = _field(block, "Final-Recipient").partition(";")[2].strip()
    diagnosis = _field(block, "Diagnostic-Code").partition(";")[2].strip()
    return ": ".join(part for part in (address, diagnosis or _field(block, "Status")) if part)


def _field(part: Message, name: str) -> str:
    return " ".join(str(part.get(name, "")).split())
