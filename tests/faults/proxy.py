"""A proxy before several web servers, as small as one can be: by turns, and to the next one where one is gone.

What changes something goes to a second server only when it did not reach the first one (as `proxy_next_upstream` of
nginx does it without `non_idempotent`).
"""

import itertools
import threading
from collections.abc import Sequence
from contextlib import suppress
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.faults.office import HOST
from tests.servers import free_port

PATIENCE_SECONDS = 20
_OF_ONE_LINE = {"connection", "keep-alive", "transfer-encoding", "host"}


class Proxy:
    """Listens on a port, and counts which server answered how often."""

    def __init__(self, ports: Sequence[int]) -> None:
        self.port = free_port()
        self.ports = ports
        self.answered = dict.fromkeys(ports, 0)
        self._turns = itertools.count()
        self._server = ThreadingHTTPServer((HOST, self.port), type("PassingHere", (_Passing,), {"proxy": self}))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()

    def in_turn(self) -> list[int]:
        """The servers, beginning with the one whose turn it is."""
        first = next(self._turns) % len(self.ports)
        return [*self.ports[first:], *self.ports[:first]]

    def close(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()


class _Passing(BaseHTTPRequestHandler):
    """One connection of a browser."""

    protocol_version = "HTTP/1.1"
    proxy: Proxy

    def do_GET(self) -> None:
        """Pass a request on and its answer back."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        for port in self.proxy.in_turn():
            try:
                answer = self._asked(port, body)
            except ConnectionRefusedError:
                continue
            except (OSError, HTTPException):
                if self.command == "GET":
                    continue
                break
            self.proxy.answered[port] += 1
            self._pass_on(*answer)
            return
        self._pass_on(HTTPStatus.BAD_GATEWAY, [], b"")

    do_POST = do_GET  # noqa: N815 - a name of the library

    def _asked(self, port: int, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _OF_ONE_LINE}
        headers |= {"Host": f"{HOST}:{self.proxy.port}", "X-Forwarded-For": self.client_address[0]}
        line = HTTPConnection(HOST, port, timeout=PATIENCE_SECONDS)
        try:
            line.request(self.command, self.path, body or None, headers)
            answer = line.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            line.close()

    def _pass_on(self, status: int, headers: list[tuple[str, str]], words: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in {*_OF_ONE_LINE, "content-length"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(words)))
        self.end_headers()
        with suppress(OSError):  # a browser that went away meanwhile
            self.wfile.write(words)

    def log_message(self, *_words: object) -> None:
        """Nobody reads it."""
