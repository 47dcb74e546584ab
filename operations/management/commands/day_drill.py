"""`day_drill`: a ministry's Monday at a web server with several processes, in a copy of the database.

First the bare view of `yardstick` and then each kind of request by itself, so that both are measured by the same
machine in the same minutes; then a mixed day as fast as it is answered, by few and by many; then the same day at a
pace, with people signing in beside it. The crowd shares the machine; its processor time is left out of the server's.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import chain, repeat
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from operations.management import processes
from operations.management.bench_files import add, bench_file, read
from operations.management.crowd import Answer, Crowd, Request
from operations.management.databases import copied_database, same_database
from operations.management.day import FIRST, MIX, Day, by_kind, fill_day
from operations.management.web import server
from operations.supervision import APPLICATION
from operations.timing import percentile

FEW, MANY = 8, 200
# Each kind of request by itself, and the warming up before anything is measured.
SECONDS_OF_A_KIND = 6.0
WARM_UP_SECONDS = 4.0
# As fast as it is answered, at most: how much that is shows soon, and only a pace is held for longer.
SECONDS_OF_A_RUSH = 60.0
YARDSTICK = "bare view, session and a query"
# Of whoever signs in a second: five thousand in ten minutes.
SIGN_INS = 5000 / 600


@dataclass(frozen=True)
class Row:
    """What requests cost: `cpu_ms` of the server and of the database together, times as the reader saw them.

    `errors` are answers other than the one expected.
    """

    name: str
    count: int
    errors: int
    rate_per_s: float
    cpu_ms: float | None
    p50_ms: float
    p95_ms: float
    p99_ms: float
    ratio_to_bare_view: float | None = None


def row(
    name: str, answers: list[Answer], *, seconds: float, cpu: float | None = None, bare: float | None = None
) -> Row:
    """Sum up answers that took so many seconds altogether and `cpu` seconds of processors; `bare` is in ms."""
    ordered = sorted(answer.seconds for answer in answers) or [0.0]
    cpu_ms = None if cpu is None else round(1000 * cpu / max(1, len(answers)), 2)
    return Row(
        name=name,
        count=len(answers),
        errors=sum(not answer.well for answer in answers),
        rate_per_s=round(len(answers) / seconds, 1),
        cpu_ms=cpu_ms,
        p50_ms=round(1000 * percentile(ordered, 0.5), 1),
        p95_ms=round(1000 * percentile(ordered, 0.95), 1),
        p99_ms=round(1000 * percentile(ordered, 0.99), 1),
        ratio_to_bare_view=None if cpu_ms is None or not bare else round(cpu_ms / bare, 2),
    )


class Measured:
    """A site that runs, and the crowd before it."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.database = str(connection.settings_dict["NAME"])
        self.rows: list[Row] = []
        self.bare: float | None = None

    def ask(
        self, name: str, requests: Iterator[Request], *, lines: int, seconds: float, rate: float | None = None
    ) -> list[Answer]:
        """Ask, add a row, and return the answers."""
        pids = [*processes.descendants(), *processes.of_database(self.database)]
        before = processes.processor_seconds(pids)
        answers = Crowd(self.site, lines).ask(requests, seconds=seconds, rate=rate)
        cpu = processes.processor_seconds(pids) - before
        self.rows.append(row(name, answers, seconds=seconds, cpu=cpu, bare=self.bare))
        return answers

    def memory(self) -> list[float]:
        """MB of each process of the server."""
        return [round(processes.memory_mb(pid), 1) for pid in processes.descendants()]


@contextmanager
def _served(workers: int, application: str = APPLICATION) -> Iterator[str]:
    # Letters go nowhere; who asks is told by the crowd, as a proxy would.
    quiet = {"EMAIL_URL": "dummymail://", "TRUSTED_PROXY_COUNT": "1"}
    with (
        same_database() as address,
        server(workers=workers, environment={**address, **quiet}, application=application) as site,
    ):
        yield site


def hold(
    day: Day, *, seconds: float, rate: float, workers: int, told: Callable[[str], None] = lambda _line: None
) -> dict[str, Any]:
    """Hold the day in the database that is in use; return rows, lost answers and memory as written to `bench`."""
    bare = _yardstick(workers)
    told(f"{bare.name}: {bare.rate_per_s} a second, {bare.cpu_ms} ms")
    with _served(workers) as site:
        measured = Measured(site)
        measured.bare = bare.cpu_ms
        measured.ask("warming up", day.requests(), lines=FEW, seconds=WARM_UP_SECONDS)
        measured.rows.clear()
        for kind in MIX:
            if kind != FIRST:  # there are only so many
                measured.ask(kind, day.only(kind), lines=FEW, seconds=WARM_UP_SECONDS)
                measured.rows.pop()
            measured.ask(kind, day.only(kind), lines=FEW, seconds=SECONDS_OF_A_KIND)
            told(f"{kind}: {measured.rows[-1].rate_per_s} a second, {measured.rows[-1].cpu_ms} ms")
        for lines in (FEW, MANY):
            pressed = min(seconds, SECONDS_OF_A_RUSH)
            measured.ask(f"mixed day, {lines} at once", day.requests(), lines=lines, seconds=pressed)
        mixture = _beside(day.requests(), day.sign_ins(), every=round(rate / SIGN_INS))
        answers = measured.ask(f"mixed day, {rate:g} a second", mixture, lines=MANY, seconds=seconds, rate=rate)
        parts = [row(f"… {kind}", each, seconds=seconds) for kind, each in by_kind(answers).items() if kind != "all"]
        memory = measured.memory()
    rows = [bare, *measured.rows, *parts]
    return {
        "database": connection.vendor,
        "workers": workers,
        "officials": len(day.officials),
        "rows": [asdict(each) for each in rows],
        "errors": sum(each.errors for each in rows),
        "lost_answers": day.lost(),
        "memory_mb": memory,
    }


def _yardstick(workers: int) -> Row:
    with _served(workers, "operations.management.yardstick:application") as site:
        measured = Measured(site)
        # A session that exists: the cookie of nobody in particular.
        request = Request(YARDSTICK, "/", cookies="sessionid=" + "a" * 32)
        measured.ask(YARDSTICK, repeat(request), lines=FEW, seconds=WARM_UP_SECONDS)
        measured.ask(YARDSTICK, repeat(request), lines=FEW, seconds=SECONDS_OF_A_KIND)
        return measured.rows[-1]


def _beside(requests: Iterator[Request], sign_ins: Iterator[Request], *, every: int) -> Iterator[Request]:
    """Put one that signs in after so many others, as long as there are any."""
    others = chain(sign_ins, repeat(None))
    while True:
        for _ in range(every - 1):
            yield next(requests)
        yield next(others) or next(requests)


class Command(BaseCommand):
    help = "Hold a ministry's Monday at a web server in a copy of the database: rates, times, errors, lost answers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--people", type=int, default=400, help="Officials (default: %(default)s).")
        parser.add_argument("--seconds", type=float, default=60.0, help="Of each mixed day (default: %(default)s).")
        parser.add_argument("--rate", type=float, default=250.0, help="Requests a second (default: %(default)s).")
        parser.add_argument("--workers", type=int, default=2, help="Processes that answer (default: %(default)s).")
        parser.add_argument("--json", action="store_true", help="Print JSON instead of a table.")
        parser.add_argument(
            "--add-to", type=bench_file, help="Write the figures into this file of `bench`, as “day”, by database."
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        newcomers = round(options["seconds"] * SIGN_INS) + 1
        with copied_database():
            day = fill_day(options["people"], newcomers)
            figures = hold(
                day,
                seconds=options["seconds"],
                rate=options["rate"],
                workers=options["workers"],
                told=self.stderr.write,
            )
        if options["add_to"]:
            days = read(options["add_to"]).get("day", {})
            add(options["add_to"], day={**days, figures["database"]: figures})
        self._say(figures, as_json=options["json"])
        if figures["lost_answers"]:
            raise CommandError("Answers were lost that had been acknowledged.")

    def _say(self, figures: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(figures, indent=1))
            return
        self.stdout.write(
            f"{'':34}{'count':>8}{'errors':>8}{'per s':>9}{'CPU ms':>9}{'× bare':>8}{'p50':>8}{'p95':>9}{'p99':>9}"
        )
        for each in figures["rows"]:
            cells = (
                each["count"],
                each["errors"],
                each["rate_per_s"],
                each["cpu_ms"] or "",
                each["ratio_to_bare_view"] or "",
            )
            times = (each["p50_ms"], each["p95_ms"], each["p99_ms"])
            self.stdout.write(
                f"{each['name']:34}{cells[0]:8}{cells[1]:8}{cells[2]:9}{cells[3]:>9}{cells[4]:>8}"
                + "".join(f"{time:9}" for time in times)
            )
        self.stdout.write(f"{figures['lost_answers']} acknowledged answers lost; MB a process: {figures['memory_mb']}")
