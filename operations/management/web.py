"""A web server for a while, and people who are signed in to it without a sign-in being written down."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management.base import CommandError

from operations.browsing import BrowsingError, fetch
from operations.supervision import APPLICATION, web_server
from people.models import Account

BACKEND = "people.backends.AccountBackend"
PATIENCE_AT_START = 60.0


@contextmanager
def server(
    *,
    workers: int = 1,
    environment: Mapping[str, str] | None = None,
    application: str = APPLICATION,
    code: Path = settings.BASE_DIR,
) -> Iterator[str]:
    """Run the web server as `serve` does, on a free port, and give its address.

    `environment` is added to ours; `code` is where the code lies, which may be that of another release.
    """
    added = ("env", *(f"{name}={value}" for name, value in (environment or {}).items()))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    child = web_server(
        python=sys.executable,
        address="127.0.0.1",
        port=port,
        workers=workers,
        threads=settings.WEB_THREADS,
        application=application,
    )
    process = subprocess.Popen(  # noqa: S603 - of operations/supervision.py
        (*added, *child.command), cwd=code
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _wait_for(site: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_AT_START
    while process.poll() is None and time.monotonic() < deadline:
        try:
            fetch(f"{site}/health/live", {})
        except BrowsingError:
            time.sleep(0.2)
        else:
            return
    raise CommandError("The web server to measure at did not start.")


def signed_in(account: Account) -> SessionStore:
    """Return the session of somebody who has signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.create()
    return session
