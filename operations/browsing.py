"""Visits to pages that are only weighed: with a Chromium, or with plain HTTP where there is none.

Chromium is spoken to in its DevTools protocol over two pipes, which needs no library.
"""

import gzip
import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

PATIENCE = 30.0
# A line as in a village: bytes a second each way, and milliseconds until anything comes back.
SLOW_LINE = {"latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
_FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint').map(each => each.startTime)[0] ?? null"
# A page whose requests have been over for so long has asked for all it wants.
QUIET = 0.5
FLAGS = [
    "--headless=new", "--remote-debugging-pipe", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-default-apps",
]  # fmt: skip
# Chromium reads commands from file 3 and writes events to file 4.
_WIRE = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.dup2(int(sys.argv[2]), 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


class BrowsingError(Exception):
    """A page could not be visited."""


# --- With a browser -------------------------------------------------------------------------------------------------
@contextmanager
def chromium(path: str) -> Iterator["Chromium"]:
    """Run a Chromium without a window and without a past."""
    to_browser, commands = os.pipe()
    events, from_browser = os.pipe()
    with tempfile.TemporaryDirectory(prefix="academy-browser-", ignore_cleanup_errors=True) as profile:
        # The sandbox of Chromium does not start for root.
        flags = [*FLAGS, f"--user-data-dir={profile}", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        process = _started([path, *flags], to_browser, from_browser)
        os.close(to_browser)
        os.close(from_browser)
        try:
            yield Chromium(commands, events)
        finally:
            os.close(commands)
            os.close(events)
            process.terminate()
            process.wait(PATIENCE)


def _started(command: list[str], to_browser: int, from_browser: int) -> subprocess.Popen[bytes]:
    """Start a program through `_WIRE`, which puts two pipes where the program looks for them."""
    wire = [sys.executable, "-c", _WIRE, str(to_browser), str(from_browser)]
    return subprocess.Popen(  # noqa: S603 - the browser that the operator has, with flags from here
        [*wire, *command], pass_fds=(to_browser, from_browser), stderr=subprocess.DEVNULL
    )


class Chromium:
    """A browser on the other end of two pipes."""

    def __init__(self, commands: int, events: int) -> None:
        self._commands = commands
        self._events = events
        self._unread = b""
        self._heard: deque[dict[str, Any]] = deque()
        self._number = 0
        self.version: str = self.ask("Browser.getVersion")["product"]

    def ask(self, method: str, session: str = "", **params: Any) -> dict[str, Any]:
        """Give a command and return what it answers."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        os.write(self._commands, json.dumps(message | ({"sessionId": session} if session else {})).encode() + b"\0")
        while (answer := self._next(PATIENCE)) is not None and answer.get("id") != self._number:
            self._heard.append(answer)
        if answer is None:
            raise BrowsingError(f"The browser does not answer to {method}.")
        if "error" in answer:
            raise BrowsingError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def hear(self, seconds: float) -> dict[str, Any] | None:
        """Return the next event, or None when nothing happens for so long."""
        return self._heard.popleft() if self._heard else self._next(seconds)

    def _next(self, seconds: float) -> dict[str, Any] | None:
        while b"\0" not in self._unread:
            if not select.select([self._events], [], [], seconds)[0]:
                return None
            piece = os.read(self._events, 65536)
            if not piece:
                raise BrowsingError("The browser has ended.")
            self._unread += piece
        message, self._unread = self._unread.split(b"\0", 1)
        return json.loads(message)

    def stranger(self, *, site: str, cookies: dict[str, str]) -> "Visitor":
        """Return a visitor with an empty cache and nothing but these cookies."""
        context = self.ask("Target.createBrowserContext")["browserContextId"]
        target = self.ask("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.ask("Page.enable", session)
        self.ask("Network.enable", session)
        # What a service worker fetches for a page would not be seen here.
        self.ask("Network.setBypassServiceWorker", session, bypass=True)
        for name, value in cookies.items():
            self.ask("Network.setCookie", session, name=name, value=value, url=site)
        return Visitor(self, session)


class Visitor:
    """Somebody who keeps in the cache what earlier pages brought."""

    def __init__(self, browser: Chromium, session: str) -> None:
        self._browser = browser
        self._session = session

    def visit(self, address: str) -> list[tuple[str, int]]:
        """Open a page and return (address, bytes) of every answer that came over the wire for it."""
        self._browser.ask("Page.navigate", self._session, url="about:blank")
        while self._browser.hear(QUIET) is not None:
            continue
        seen = _Seen()
        self._browser.ask("Page.navigate", self._session, url=address)
        deadline = time.monotonic() + PATIENCE
        while (event := self._browser.hear(QUIET)) is not None or not seen.complete:
            if event is not None and event.get("sessionId") == self._session:
                seen.note(event["method"], event["params"])
            if time.monotonic() > deadline:
                raise BrowsingError(f"{address} was not there after {PATIENCE:.0f} seconds.")
        if seen.status != HTTPStatus.OK:
            raise BrowsingError(f"{address} answered {seen.status} instead of 200.")
        return seen.transfers()

    def first_paint(self, address: str) -> float | None:
        """Open a page on a slow line and return after how many milliseconds it first showed something of its own.

        That is the first contentful paint of the W3C's Paint Timing; None from a browser that paints nothing.
        """
        self._browser.ask("Network.emulateNetworkConditions", self._session, offline=False, **SLOW_LINE)
        self.visit(address)
        said = self._browser.ask("Runtime.evaluate", self._session, expression=_FIRST_PAINT, returnByValue=True)
        return said["result"].get("value")


class _Seen:
    """What the events of a visit amount to. What a cache answers has no bytes."""

    def __init__(self) -> None:
        self.status = 0
        self._loaded = False
        self._addresses: dict[str, str] = {}
        self._sizes: Counter[str] = Counter()
        self._open: set[str] = set()

    @property
    def complete(self) -> bool:
        """Whether the page is there with all that it asked for."""
        return self._loaded and not self._open

    def transfers(self) -> list[tuple[str, int]]:
        return [(self._addresses[request], size) for request, size in self._sizes.items() if size]

    def note(self, method: str, params: dict[str, Any]) -> None:
        request = params.get("requestId", "")
        if method == "Network.requestWillBeSent" and not params["request"]["url"].startswith("data:"):
            self._addresses[request] = params["request"]["url"]
            self._open.add(request)
            # The answer that led here from another address.
            self._sizes[request] += int(params.get("redirectResponse", {}).get("encodedDataLength", 0))
        elif method in {"Network.loadingFinished", "Network.loadingFailed"} and request in self._open:
            self._open.remove(request)
            self._sizes[request] += int(params.get("encodedDataLength", 0))
        elif method == "Network.responseReceived" and params["type"] == "Document":
            self.status = params["response"]["status"]
        elif method == "Page.loadEventFired":
            self._loaded = True


# --- Without a browser ----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Answer:
    """An answer to a plain request: how many bytes it took with its head, what it says, how long it may be kept."""

    address: str
    size: int
    text: str
    cache_control: str


def fetch(address: str, cookies: dict[str, str]) -> Answer:
    """Ask for an address as a browser does, compressed. Raises BrowsingError for anything but an answer of 200."""
    parts = urlsplit(address)
    connection = HTTPConnection(parts.netloc, timeout=PATIENCE)
    sent = {"Accept-Encoding": "gzip", "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    try:
        connection.request("GET", parts._replace(scheme="", netloc="").geturl(), headers=sent)
        response = connection.getresponse()
        body = response.read()
    except OSError as trouble:
        raise BrowsingError(f"{address} does not answer: {trouble}") from trouble
    finally:
        connection.close()
    if response.status != HTTPStatus.OK:
        raise BrowsingError(f"{address} answered {response.status} instead of 200.")
    # "HTTP/1.1 200 OK", each line with its line end, and an empty line.
    head = sum(len(f"{name}: {value}\r\n") for name, value in response.getheaders()) + len("HTTP/1.1 200 OK\r\n\r\n")
    plain = gzip.decompress(body) if response.getheader("Content-Encoding") == "gzip" else body
    text = plain.decode("utf-8", errors="replace")
    return Answer(address, head + len(body), text, response.getheader("Cache-Control", ""))
