"""Lets the demonstration happen in the past: the services run as they are, only their clock is set."""

import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from random import Random
from types import SimpleNamespace
from unittest.mock import patch

from django.utils import crypto, timezone

from core import jobs


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Make `timezone.now()` answer `moment` inside the block."""
    with patch.object(timezone, "now", lambda: moment):
        yield


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Make codes and ids come from a seeded generator, so that the demonstration is the same at every load.

    Django's own random strings (salts, ids of tasks) stay as they are: nobody promises how many of them there are.
    """
    random = Random(seed)  # noqa: S311
    untouched = SimpleNamespace(choice=secrets.choice, compare_digest=secrets.compare_digest)
    with (
        patch.object(crypto, "secrets", untouched),
        patch.object(secrets, "choice", random.choice),
        patch.object(secrets, "randbelow", random.randrange),
        patch.object(secrets, "randbits", random.getrandbits),
        patch.object(secrets, "token_bytes", lambda size=32: random.randbytes(size)),
        patch.object(uuid, "uuid4", lambda: uuid.UUID(int=random.getrandbits(128), version=4)),
    ):
        yield


@contextmanager
def without_jobs() -> Iterator[None]:
    """Leave no jobs behind: what they would do in the past of the demonstration, `history.settle` has done."""
    with patch.object(jobs, "run_job", SimpleNamespace(enqueue=lambda *_args: None)):
        yield
