"""Reading the files that Django's file mailbox writes: one per connection, messages divided by a line of dashes."""

from collections.abc import Iterable
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

DIVIDER = b"-" * 79


@dataclass(frozen=True)
class StoredMail:
    """A message as people read it. `key` names it in addresses: file and place in the file."""

    key: str
    sent: str
    sender: str
    recipient: str
    subject: str
    text: str


def read_mailbox(files: Iterable[tuple[str, bytes]]) -> list[StoredMail]:
    """Return the messages of `(name, content)` pairs, the newest first. Names begin with the moment of sending."""
    found = []
    for name, content in sorted(files):
        parts = [part.strip() for part in content.split(b"\n" + DIVIDER + b"\n")]
        found += [_read(f"{name}-{number}", part) for number, part in enumerate(filter(None, parts), start=1)]
    return found[::-1]


def _read(key: str, source: bytes) -> StoredMail:
    message = message_from_bytes(source, _class=EmailMessage, policy=default)
    body = message.get_body(preferencelist=("plain",))
    return StoredMail(
        key=key,
        sent=str(message["Date"] or ""),
        sender=str(message["From"] or ""),
        recipient=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        text=body.get_content() if body is not None else "",
    )
