"""The log of all certificates, one entry after the other (`certificates.chain`)."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from certificates import chain
from certificates.models import Certificate, LogEntry

Action = LogEntry.Action


@transaction.atomic
def note(certificate: Certificate, action: str, *, at: datetime | None = None, **facts: Any) -> LogEntry:
    """Append to the log what became of a certificate, and return the entry.

    `facts` are hashes, keys and codes (JSON: texts, whole numbers, None) and never a word about the holder, because an
    entry cannot be erased. Whoever appends waits for the transaction of whoever appended before, so this comes LAST
    in a transaction: nothing may be locked, and no row with a foreign key written, after it.
    """
    at = at or timezone.now()
    try:
        with transaction.atomic():
            return _append(certificate, action, at, facts)
    except IntegrityError:
        # Only the very first entry has none to wait at, and somebody else was quicker.
        return _append(certificate, action, at, facts)


def _append(certificate: Certificate, action: str, at: datetime, facts: dict[str, Any]) -> LogEntry:
    last = _last()
    entry = chain.Entry(
        number=last.number + 1 if last else 1,
        code=certificate.code,
        action=action,
        at=at,
        facts=facts,
        previous=last.digest if last else "",
    )
    return LogEntry.objects.create(
        number=entry.number,
        certificate=certificate,
        action=action,
        at=at,
        facts=facts,
        previous=entry.previous,
        digest=chain.digest_of(entry),
    )


def _last() -> LogEntry | None:
    """Wait for whoever appended before, and return what was appended last.

    Locked is the first entry, not the last: whoever waited at the last one would wake up holding one that is not the
    last any more. SQLite, which knows no lock of a row, lets one transaction write at a time.
    """
    first = LogEntry.objects.select_for_update(of=("self",)).filter(number=1).only("pk").first()
    last = LogEntry.objects.order_by("-number").only("number", "digest").first()
    # The very first entry came between both questions: nothing is locked yet.
    return _last() if first is None and last is not None else last


def note_extended(certificate: Certificate, **facts: Any) -> LogEntry:
    """Append that the signature of a certificate was extended for long, with the hash of the longer file."""
    sha256 = certificate.extended_sha256
    return note(certificate, Action.EXTENDED, at=certificate.extended_at, extended_sha256=sha256, **facts)


def note_sealed(certificate: Certificate, **facts: Any) -> LogEntry:
    """Append that a certificate was sealed, with the hashes of its words and of its file, and who signed it.

    Comes last in a transaction, as `note` does. The signing key is written once; None for a file that nobody signed.
    """
    return note(
        certificate,
        Action.SEALED,
        at=certificate.sealed_at,
        payload_hash=certificate.payload_hash,
        pdf_sha256=certificate.pdf_sha256,
        key=certificate.signed_by.key_id if certificate.signed_by else None,
        **facts,
    )
