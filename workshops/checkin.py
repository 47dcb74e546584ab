"""Codes of check-in that change every half minute, and when a session takes them.

Whoever reads the code is in the hall: a photograph that was sent on is worth nothing a minute later.
"""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from core.codes import ALPHABET, normalised

SYMBOLS = 6
STEP = timedelta(seconds=30)
# People come before the session begins; those who leave with the last word go after it ended.
EARLY = timedelta(minutes=30)
AFTERWARDS = timedelta(hours=1)

_BITS_OF_A_SYMBOL = 5


class Phase(StrEnum):
    """Where a session stands for check-in."""

    TOO_EARLY = "too early"
    ON = "on"
    # What is scanned now is kept as evidence and decides nothing.
    AFTERWARDS = "afterwards"
    OVER = "over"


def new_secret() -> str:
    """Return what the codes of a session are made from."""
    return secrets.token_hex(32)


def code_at(secret: str, moment: datetime) -> str:
    """Return the six symbols (30 bits) that the screen shows at a moment.

    >>> from datetime import UTC
    >>> nine = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
    >>> code_at("secret", nine), code_at("secret", nine + timedelta(seconds=29)), code_at("secret", nine + STEP)
    ('VYK9ZT', 'VYK9ZT', 'SQDXCC')
    """
    return _code_of(secret, _step(moment))


def accepts(secret: str, typed: str, moment: datetime) -> bool:
    """Whether somebody typed or scanned the code of now, or the one before it.

    Case makes no difference, nor do spaces, O for 0, I or L for 1 and Cyrillic letters of the same shape.

    >>> from datetime import UTC
    >>> nine = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
    >>> [accepts("secret", "vyk 9zt", nine + each * STEP) for each in (-1, 0, 1, 2)]
    [False, True, True, False]
    """
    said = normalised(typed).encode()
    step = _step(moment)
    same = [hmac.compare_digest(_code_of(secret, each).encode(), said) for each in (step, step - 1)]
    return any(same)


def phase(*, starts_at: datetime, ends_at: datetime, now: datetime) -> Phase:
    """Return where a session stands for check-in: it begins half an hour before the session.

    >>> from datetime import UTC
    >>> at = lambda hour, minute: datetime(2026, 3, 9, hour, minute, tzinfo=UTC)
    >>> [str(phase(starts_at=at(9, 0), ends_at=at(10, 30), now=now))
    ...  for now in (at(8, 29), at(8, 30), at(10, 30), at(10, 31), at(11, 31))]
    ['too early', 'on', 'on', 'afterwards', 'over']
    """
    if now < starts_at - EARLY:
        return Phase.TOO_EARLY
    if now <= ends_at:
        return Phase.ON
    return Phase.AFTERWARDS if now <= ends_at + AFTERWARDS else Phase.OVER


def _step(moment: datetime) -> int:
    return int(moment.timestamp() // STEP.total_seconds())


def _code_of(secret: str, step: int) -> str:
    digest = hmac.digest(secret.encode(), str(step).encode(), hashlib.sha256)
    number = int.from_bytes(digest, "big")
    places = range(SYMBOLS)
    return "".join(ALPHABET[number >> _BITS_OF_A_SYMBOL * place & (len(ALPHABET) - 1)] for place in places)
