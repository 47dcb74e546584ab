"""A crowd of browsers that asks a web server, each on a line that it keeps, at a pace or as fast as it is answered.

It shares the machine with the server, so its processor time is counted apart (`used`). Times are those of a reader: at
a pace they begin when the request was due, so that a server that stumbles is not let off the requests that it made
wait (G. Tene calls the other way coordinated omission).
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from queue import Full, Queue
from threading import Event, Thread
from urllib.parse import urlsplit

from django.db import connections

PATIENCE = 30.0
# So many requests are thought of before they are asked.
AHEAD = 4
_ANSWER_LINE = 9


@dataclass(frozen=True)
class Request:
    """What a browser asks: `answered` is given the status and the words of the answer and says whether all is well."""

    kind: str
    path: str
    cookies: str = ""
    body: bytes | None = None
    body_type: str = "application/x-www-form-urlencoded"
    # More lines of the head, for instance from where it comes.
    head: str = ""
    status: int = 200
    answered: Callable[[int, str, bytes], bool] | None = None


@dataclass(frozen=True)
class Answer:
    """How long it took in seconds, and whether it was what was expected; a status of 0 is a line that broke."""

    kind: str
    status: int
    seconds: float
    well: bool


@dataclass
class Crowd:
    """So many lines to a site. `used` seconds of this process went into asking."""

    site: str
    lines: int
    answers: list[Answer] = field(default_factory=list)
    used: float = 0.0

    def ask(self, requests: Iterator[Request], *, seconds: float, rate: float | None = None) -> list[Answer]:
        """Ask for a while: `rate` requests a second, whatever is answered, or as many as the lines can carry."""
        self.answers = []
        before = time.process_time()
        # The loop has a thread of its own: a thread can have but one, and whoever asks may have begun it.
        with _thought_of(requests) as thought_of, ThreadPoolExecutor(max_workers=1) as waiting:
            asked = self._paced(thought_of, seconds, rate) if rate else self._pressed(thought_of, seconds)
            waiting.submit(asyncio.run, asked).result()
        self.used = time.process_time() - before
        return self.answers

    async def _pressed(self, requests: Iterator[Request], seconds: float) -> None:
        end = time.perf_counter() + seconds

        async def browse() -> None:
            with closing(_Line(self.site)) as line:
                while time.perf_counter() < end:
                    await self._one(line, next(requests), time.perf_counter())

        await asyncio.gather(*(browse() for _ in range(self.lines)))

    async def _paced(self, requests: Iterator[Request], seconds: float, rate: float) -> None:
        waiting: asyncio.Queue[tuple[Request, float] | None] = asyncio.Queue()

        async def browse() -> None:
            with closing(_Line(self.site)) as line:
                while (due := await waiting.get()) is not None:
                    await self._one(line, *due)

        browsers = [asyncio.create_task(browse()) for _ in range(self.lines)]
        begun = time.perf_counter()
        for number in range(round(rate * seconds)):
            due = begun + number / rate
            if (pause := due - time.perf_counter()) > 0:
                await asyncio.sleep(pause)
            waiting.put_nowait((next(requests), due))
        for _ in browsers:
            waiting.put_nowait(None)
        await asyncio.gather(*browsers)

    async def _one(self, line: "_Line", request: Request, due: float) -> None:
        try:
            status, head, body = await asyncio.wait_for(line.ask(request), PATIENCE)
        except (TimeoutError, OSError, EOFError, ValueError):
            line.close()
            status, head, body = 0, "", b""
        seconds = time.perf_counter() - due
        well = status == request.status and (request.answered is None or request.answered(status, head, body))
        self.answers.append(Answer(request.kind, status, seconds, well))


@contextmanager
def _thought_of(requests: Iterator[Request]) -> Iterator[Iterator[Request]]:
    """Make requests in a thread of their own: Django lets nobody ask the database where others wait for answers."""
    made: Queue[Request | Exception] = Queue(AHEAD)
    over = Event()

    def make() -> None:
        try:
            for request in requests:
                _put(made, request, over)
                if over.is_set():
                    break
        except Exception as trouble:  # noqa: BLE001 - raised where it is asked for
            _put(made, trouble, over)
        finally:
            connections.close_all()

    def taken() -> Iterator[Request]:
        while True:
            request = made.get(timeout=PATIENCE)
            if isinstance(request, Exception):
                raise request
            yield request

    maker = Thread(target=make, daemon=True)
    maker.start()
    try:
        yield taken()
    finally:
        over.set()
        maker.join(PATIENCE)


def _put(made: "Queue[Request | Exception]", item: Request | Exception, over: Event) -> None:
    while not over.is_set():
        with suppress(Full):
            made.put(item, timeout=0.1)
            return


class _Line:
    """A connection that is kept, and made anew where the server has closed it meanwhile, as browsers do."""

    def __init__(self, site: str) -> None:
        parts = urlsplit(site)
        self.host, self.port = parts.hostname or "", parts.port or 80
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: Request) -> tuple[int, str, bytes]:
        kept = self.streams is not None
        try:
            return await self._asked(request)
        except (OSError, EOFError):
            self.close()
            if not kept:
                raise
            return await self._asked(request)

    async def _asked(self, request: Request) -> tuple[int, str, bytes]:
        if self.streams is None:
            self.streams = await asyncio.open_connection(self.host, self.port)
        reader, writer = self.streams
        writer.write(_written(request, f"{self.host}:{self.port}"))
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status = int(head[_ANSWER_LINE : _ANSWER_LINE + 3])
        fields = {
            name.lower(): value.strip() for name, _sign, value in (row.partition(":") for row in head.split("\r\n"))
        }
        if fields.get("transfer-encoding", "") == "chunked":
            body = await _chunks(reader)
        else:
            body = await reader.readexactly(int(fields.get("content-length") or 0))
        if fields.get("connection", "").lower() == "close":
            self.close()
        return status, head, body

    def close(self) -> None:
        if self.streams is not None:
            with suppress(OSError, RuntimeError):
                self.streams[1].close()
            self.streams = None


def _written(request: Request, host: str) -> bytes:
    method = "GET" if request.body is None else "POST"
    lines = [f"{method} {request.path} HTTP/1.1", f"Host: {host}", "Accept-Encoding: gzip"]
    if request.cookies:
        lines.append(f"Cookie: {request.cookies}")
    if request.head:
        lines.append(request.head)
    body = request.body or b""
    if request.body is not None:
        lines += [f"Content-Type: {request.body_type}", f"Content-Length: {len(body)}"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    parts = []
    while size := int((await reader.readline()).split(b";")[0], 16):
        parts.append(await reader.readexactly(size))
        await reader.readline()
    await reader.readline()
    return b"".join(parts)
