"""Lets the demonstration happen in the past: the services run as they are, only their clock is set."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from random import Random
from unittest.mock import patch

from django.utils import timezone


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Make `timezone.now()` answer `moment` inside the block."""
    with patch.object(timezone, "now", lambda: moment):
        yield


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Make `secrets` draw from a seeded generator, so that codes in the demonstration are the same at every load."""
    random = Random(seed)  # noqa: S311
    with (
        patch.object(secrets, "choice", random.choice),
        patch.object(secrets, "randbelow", random.randrange),
        patch.object(secrets, "randbits", random.getrandbits),
        patch.object(secrets, "token_bytes", lambda size=32: random.randbytes(size)),
    ):
        yield
