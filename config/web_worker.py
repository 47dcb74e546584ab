"""The worker of the web server: gunicorn's threads, none of which waits long for a browser that dawdles.

A thread takes a request as soon as its first byte is there, and then reads until the end of it. Whoever sends the rest
drop by drop, or takes an answer so, would keep the thread from everybody else. So each side has to go on: it has some
seconds, and a second more for every few bytes that have come or gone.
"""

import errno
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from gunicorn.workers.gthread import ThreadWorker

# Nobody who reads is slower than the worst telephone.
BYTES_A_SECOND = 1000


class TooSlowError(ConnectionResetError):
    """Somebody dawdles; gunicorn takes it for a browser that went away."""

    def __init__(self) -> None:
        super().__init__(errno.ECONNRESET, "the other side is too slow")


class HastySocket(socket.socket):
    """The socket of one request and its answer; `begin` starts the clock of a request."""

    def begin(self, seconds: float) -> None:
        """Give each direction so many seconds, and more for what comes and goes."""
        self.seconds, self.begun = seconds, {"in": time.monotonic(), "out": 0.0}
        self.bytes = {"in": 0, "out": 0}

    def recv(self, size: int, flags: int = 0) -> bytes:
        """Receive something in time, or raise TooSlowError."""
        if self.gettimeout() is not None:  # somebody else looks at the clock
            return super().recv(size, flags)
        with self._hurrying("in"):
            received = super().recv(size, flags)
        self.bytes["in"] += len(received)
        return received

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Send all of it, as long as the other side takes it in time."""
        if self.gettimeout() is not None:
            super().sendall(data, flags)
            return
        left = memoryview(data)
        while left:
            with self._hurrying("out"):
                sent = self.send(left, flags)
            self.bytes["out"] += sent
            left = left[sent:]

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> int:
        """Send a file, as long as something of it goes in time."""
        with self._hurrying("out"):
            return super().sendfile(file, offset, count)

    @contextmanager
    def _hurrying(self, way: str) -> Iterator[None]:
        now = time.monotonic()
        # An answer begins when there is one.
        self.begun[way] = self.begun[way] or now
        left = self.begun[way] + self.seconds + self.bytes[way] / BYTES_A_SECOND - now
        if left <= 0:
            raise TooSlowError
        self.settimeout(left)
        try:
            yield
        except TimeoutError as slow:
            raise TooSlowError from slow
        finally:
            self.settimeout(None)


class Worker(ThreadWorker):
    """gunicorn's worker with threads, whose sockets are in a hurry."""

    def handle(self, conn: Any) -> Any:
        """Answer a request; the clock begins when a thread takes it."""
        if not isinstance(conn.sock, HastySocket):
            conn.sock = HastySocket(fileno=conn.sock.detach())
        conn.sock.begin(settings.SLOW_CLIENT_SECONDS)
        return super().handle(conn)
