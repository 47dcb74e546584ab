"""A log that cannot be rewritten unseen: each entry holds the SHA-256 of the one before it.

Whoever changes, drops or inserts an entry has to change all that follow, and the hash of the last one with them, which
others may have kept. Of a certificate's words the log holds a salted hash only: when salt and words are erased, nobody
can tell what they were, and the chain still holds.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import rfc8785


@dataclass(frozen=True)
class Entry:
    """One entry: `number` counts from 1, `previous` is the digest of the entry before it (empty for the first)."""

    number: int
    code: str
    action: str
    at: datetime
    facts: dict[str, Any]
    previous: str
    digest: str = ""


def payload_hash(payload: dict[str, Any], salt: str) -> str:
    """Return the SHA-256, in hexadecimal, of a salt and a payload in the one spelling of RFC 8785."""
    return hashlib.sha256(salt.encode() + b"\n" + rfc8785.dumps(payload)).hexdigest()


def digest_of(entry: Entry) -> str:
    """Return the SHA-256, in hexadecimal, of all that an entry says."""
    said: dict[str, Any] = {
        "number": entry.number,
        "code": entry.code,
        "action": entry.action,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "facts": entry.facts,
        "previous": entry.previous,
    }
    return hashlib.sha256(rfc8785.dumps(said)).hexdigest()


def problems(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield a sentence for each entry at which the chain is broken, in their order; none for a chain that holds.

    Entries come in the order of their numbers and are looked at one by one, so that a chain may be of any length.
    Nobody can see from the entries alone that the last ones are missing: the register must know of them, or somebody
    who kept the digest of an entry.
    """
    expected, previous = 1, ""
    for entry in entries:
        if entry.number != expected:
            yield f"Entry {entry.number} of the log stands where {expected} should stand."
        if entry.previous != previous:
            yield f"Entry {entry.number} of the log does not follow the one before it."
        if digest_of(entry) != entry.digest:
            yield f"Entry {entry.number} of the log ({entry.action} {entry.code}) was changed."
        expected, previous = entry.number + 1, entry.digest
