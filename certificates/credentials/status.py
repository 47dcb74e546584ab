"""Which credentials are out of force: W3C Bitstring Status List 1.0 (2025).

Each credential has a random place in a list of bits that everybody may fetch; who fetches it does not tell which
credential is being checked. Open Badges 3.0 allows one entry per credential, so that one bit says "out of force" for
whatever reason; the page at which a certificate is checked says which.
"""

import base64
import gzip
import io
import zlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from certificates.credentials import contexts
from certificates.credentials.proofs import instant

# The smallest list that the standard allows: 16 kB, so that one credential is hidden among enough others.
LENGTH = 131_072
PURPOSE = "revocation"
# How long an answer may be kept, and how long it can be shown to somebody who is offline.
TIME_TO_LIVE = timedelta(minutes=5)
VALIDITY = timedelta(days=7)


def encoded(places: Iterable[int]) -> str:
    """Return a list in which the bits at some places are set; the first place is the highest bit of the first byte."""
    bits = bytearray(LENGTH // 8)
    for place in places:
        bits[place // 8] |= 0x80 >> place % 8
    # Without a moment in its header, so that the same list is written the same.
    return "u" + base64.urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).decode().rstrip("=")


def is_set(encoded_list: str, place: int) -> bool:
    """Whether the bit at a place is set. Raises ValueError for what is no list or has no such place."""
    text = encoded_list.removeprefix("u")
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        with gzip.GzipFile(fileobj=io.BytesIO(packed)) as file:
            # A list may come from elsewhere: never unpack more than there can be.
            bits = file.read(LENGTH // 8 + 1)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise ValueError("This is no list of bits.") from error
    if len(bits) != LENGTH // 8 or not 0 <= place < LENGTH:
        raise ValueError("The list has another length.")
    return bool(bits[place // 8] & (0x80 >> place % 8))


def entry(address: str, place: int) -> dict[str, Any]:
    """Return what a credential says about its place in the list at an address."""
    return {
        "id": f"{address}#{place}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": PURPOSE,
        "statusListIndex": str(place),
        "statusListCredential": address,
    }


def document(address: str, *, issuer: str, places: Iterable[int], moment: datetime) -> dict[str, Any]:
    """Return the credential, not yet proven, that carries a list as it is at a moment."""
    return {
        "@context": [contexts.CREDENTIALS],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": instant(moment),
        "validUntil": instant(moment + VALIDITY),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": PURPOSE,
            "encodedList": encoded(places),
            "ttl": int(TIME_TO_LIVE.total_seconds() * 1000),
        },
    }
