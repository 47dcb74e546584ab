"""The worker of the web server: gunicorn's threads, none of which waits long for a browser that dawdles.

A thread takes a request as soon as its first byte is there, and then reads until the end of it. Whoever sends the rest
drop by drop, or does not take the answer, would keep the thread from everybody else. So nothing stands still for long,
and a request as a whole has a second more for every few bytes that have come.
"""

import errno
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import ioctl
from struct import calcsize, unpack
from termios import TIOCOUTQ
from typing import Any

from django.conf import settings
from gunicorn.workers.gthread import ThreadWorker

# Nobody who reads is slower than the worst telephone.
BYTES_A_SECOND = 1000
# So much of a file is read at a time.
PIECE = 64 * 1024
_NUMBER = "i"


class TooSlowError(ConnectionResetError):
    """Somebody dawdles; gunicorn takes it for a browser that went away."""

    def __init__(self) -> None:
        super().__init__(errno.ECONNRESET, "the other side is too slow")


class HastySocket(socket.socket):
    """The socket of one request and its answer; `begin` starts the clock of a request."""

    def begin(self, seconds: float) -> None:
        """Let nothing stand still for longer; a request as a whole may take as much, and more for what has come."""
        self.seconds, self.until = seconds, time.monotonic() + seconds

    def recv(self, size: int, flags: int = 0) -> bytes:
        """Receive something in time, or raise TooSlowError."""
        if self.gettimeout() is not None:  # somebody else looks at the clock
            return super().recv(size, flags)
        with self._within(min(self.seconds, self.until - time.monotonic())):
            received = super().recv(size, flags)
        self.until += len(received) / BYTES_A_SECOND
        return received

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Send all of it, as long as the other side goes on taking."""
        if self.gettimeout() is not None:
            super().sendall(data, flags)
            return
        left = memoryview(data)
        while left:
            left = left[self._send_some(left, flags) :]

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> int:
        """Send a file in the same way."""
        file.seek(offset)
        sent = 0
        while piece := file.read(PIECE if count is None else min(PIECE, count - sent)):
            self.sendall(piece)
            sent += len(piece)
        return sent

    def _send_some(self, data: memoryview, flags: int) -> int:
        """Give the system something to send. It takes no more before much of what it has is gone, which lasts minutes
        on a slow line: whoever took something of it meanwhile is no dawdler."""
        while True:
            waiting = self._waiting()
            try:
                with self._within(self.seconds):
                    return self.send(data, flags)
            except TooSlowError:
                if waiting - self._waiting() < self.seconds * BYTES_A_SECOND:
                    raise

    def _waiting(self) -> int:
        """How many bytes the other side has not taken yet."""
        answer = ioctl(self.fileno(), TIOCOUTQ, bytes(calcsize(_NUMBER)))
        return int(unpack(_NUMBER, answer)[0])

    @contextmanager
    def _within(self, seconds: float) -> Iterator[None]:
        if seconds <= 0:
            raise TooSlowError
        self.settimeout(seconds)
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

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer what is no request; the network address it came from is written down nowhere."""
        super().handle_error(req, client, ("-", 0), exc)
