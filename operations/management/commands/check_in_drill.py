"""`check_in_drill`: a hall full of people checks in at once, at a web server with several processes, and is counted.

Everything happens in a database that is made for it and thrown away, on the PostgreSQL that the settings name. First
everybody opens the page of the check-in, then everybody taps, every fifth person twice at the same moment; both are on
a clock of their own.
"""

import json
import re
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from operations.management.bench_files import add, bench_file
from operations.management.databases import own_database, same_database
from operations.management.hall import Hall, fill_hall
from operations.management.web import server, signed_in
from operations.timing import percentile
from workshops.models import AttendanceEvent, AttendanceRecord, AttendanceStatus
from workshops.services import CheckInPlace, check_in_token

WORKERS = 2
PEOPLE = 600
# So many phones send at the same moment.
TOGETHER = 16
EVERY = 5
PATIENCE = 60.0
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True)
class Drill:
    """What came of it: so many pages and so many check-ins a second, times of a tap.

    `lost` people tapped and are not present; `twice` people have more than one coming.
    """

    workers: int
    people: int
    taps: int
    pages_per_s: float
    per_s: float
    p50_ms: float
    p95_ms: float
    present: int
    lost: int
    twice: int


@dataclass(frozen=True)
class Phone:
    """Somebody's phone with the page of the check-in: its address and what the browser keeps."""

    site: str
    path: str
    cookies: dict[str, str]

    def look(self) -> str:
        """Read the page."""
        status, text, cookies = self._ask("GET")
        if status != HTTPStatus.OK:
            raise CommandError(f"{self.path} answered {status} instead of 200.")
        self.cookies.update(cookies)
        return text

    def tap(self, token: str) -> float:
        """Press the button; return after how many seconds it was answered."""
        begun = time.perf_counter()
        status, _text, _cookies = self._ask("POST", urlencode({"csrfmiddlewaretoken": token, "step": "in"}))
        if status != HTTPStatus.FOUND:
            raise CommandError(f"{self.path} answered {status} instead of 302.")
        return time.perf_counter() - begun

    def _ask(self, method: str, body: str | None = None) -> tuple[int, str, dict[str, str]]:
        line = HTTPConnection(urlsplit(self.site).netloc, timeout=PATIENCE)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            line.request(method, self.path, body, headers)
            response = line.getresponse()
            given = [each.partition(";")[0].partition("=") for each in response.headers.get_all("Set-Cookie", [])]
            return response.status, response.read().decode(), {name: value for name, _sign, value in given}
        finally:
            line.close()


def hold(hall: Hall, *, workers: int = WORKERS) -> Drill:
    """Let everybody in a hall check in at once at a server that uses the same database as this process."""
    path = reverse("check_in_here", args=[check_in_token(CheckInPlace(hall.session, "qr"))])
    keys = [signed_in(account).session_key or "" for account in hall.people]
    with (
        same_database() as environment,
        server(workers=workers, environment=environment) as site,
        ThreadPoolExecutor(TOGETHER) as crowd,
    ):
        phones = [Phone(site, path, {settings.SESSION_COOKIE_NAME: key}) for key in keys]
        begun = time.perf_counter()
        tokens = [_TOKEN.findall(page)[0] for page in crowd.map(Phone.look, phones)]
        opened = time.perf_counter() - begun
        taps = [
            (phone, token)
            for number, (phone, token) in enumerate(zip(phones, tokens, strict=True))
            for _finger in range(2 if number % EVERY == 0 else 1)
        ]
        begun = time.perf_counter()
        seconds = sorted(crowd.map(lambda each: each[0].tap(each[1]), taps))
        tapped = time.perf_counter() - begun
    return _counted(hall, workers, opened, tapped, seconds)


def _counted(hall: Hall, workers: int, opened: float, tapped: float, seconds: list[float]) -> Drill:
    people = {account.person_id for account in hall.people}
    records = AttendanceRecord.objects.filter(session=hall.session, status=AttendanceStatus.PRESENT)
    present = people & set(records.values_list("person", flat=True))
    comings = Counter(AttendanceEvent.objects.filter(session=hall.session).values_list("person", flat=True))
    return Drill(
        workers=workers,
        people=len(people),
        taps=len(seconds),
        pages_per_s=round(len(people) / opened, 1),
        per_s=round(len(people) / tapped, 1),
        p50_ms=round(1000 * percentile(seconds, 0.5), 1),
        p95_ms=round(1000 * percentile(seconds, 0.95), 1),
        present=len(present),
        lost=len(people - (present & comings.keys())),
        twice=sum(count > 1 for count in comings.values()),
    )


class Command(BaseCommand):
    """The promise is 60 a second with two processes on two cores, and nobody lost."""

    help = "Let a hall full of people check in at once, in a database made for it, and count who was lost."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--people", type=int, default=PEOPLE, help="How many (default: %(default)s).")
        parser.add_argument(
            "--workers", type=int, default=WORKERS, help="Processes that answer (default: %(default)s)."
        )
        parser.add_argument("--json", action="store_true", help="Print JSON instead of a sentence.")
        parser.add_argument("--add-to", type=bench_file, help="Write the figures into this file of `bench`, as “hall”.")

    def handle(self, *_args: Any, **options: Any) -> None:
        with own_database("check_in_drill"):
            drill = hold(fill_hall(options["people"]), workers=options["workers"])
        figures = asdict(drill)
        if options["add_to"]:
            add(options["add_to"], hall=figures)
        self.stdout.write(json.dumps(figures, indent=1) if options["json"] else self._said(drill))
        if drill.lost or drill.twice:
            raise CommandError("People were lost or counted twice.")

    @staticmethod
    def _said(drill: Drill) -> str:
        return (
            f"{drill.people} people with {drill.taps} taps, {drill.workers} processes: {drill.pages_per_s} pages and "
            f"{drill.per_s} check-ins a second, half of the taps within {drill.p50_ms} ms, 95 of 100 within "
            f"{drill.p95_ms} ms; "
            f"{drill.present} present, {drill.lost} lost, {drill.twice} counted twice."
        )
