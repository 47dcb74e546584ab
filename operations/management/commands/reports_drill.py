"""`reports_drill`: the first page of every report as a manager and as a coordinator of a ministry see it, on the clock.

It is meant for the world that `make_scale_data` makes, whose two accounts it uses; whatever is noted is rolled back.
With `--people` such a world is made in a database of its own, and thrown away. `--file` makes the longest file there
is, in a process of its own.
"""

import gc
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.http import urlencode
from openpyxl import load_workbook

from operations.demo.evaluation import load_forms
from operations.management.bench_files import add, bench_file
from operations.management.databases import own_database, same_database
from operations.management.processes import memory_mb
from operations.management.web import BACKEND
from operations.scale import DOMAIN, PREFIX
from operations.services import load_scale
from operations.timing import queries_of
from people.models import Account
from reports.queries import KINDS, Kind

# All agencies beside each other may take longer than any other report.
MOST_SECONDS = {"": 1.0, "agencies": 2.0}
MOST_QUERIES = 25
# A hundred thousand rows in a workbook.
LONGEST, FIRST_ROW = "microdata", 3
FILE_ROWS, MOST_FILE_SECONDS, MOST_FILE_MB = 100_000, 20.0, 150.0
EVERY_SECONDS = 0.05
# What a report is asked about that says nothing without it, or that would name a whole country.
ASKED = {"programme": f"{PREFIX}-P1", "workshop": f"{PREFIX}-00001", "agency": f"{PREFIX}-0001", "test": f"{PREFIX}-T1"}


@dataclass(frozen=True)
class Page:
    """A report as somebody read it. `status` is that of the answer, `holds` whether it kept what was promised."""

    reader: str
    report: str
    status: int
    seconds: float
    queries: int
    holds: bool


@dataclass(frozen=True)
class LongFile:
    """A file with all rows for research. `grown_mb`: what the process held more than one that makes it of no rows."""

    report: str
    format: str
    rows: int
    seconds: float
    cpu_seconds: float
    grown_mb: float
    holds: bool


def make_file() -> LongFile:
    """Make the file as an operator does. Raises CommandError where that fails."""
    with TemporaryDirectory(prefix="academy-") as folder, same_database() as environment:
        path = Path(folder) / f"{LONGEST}.xlsx"
        _clock, _cpu, before = _made(path, environment, "--to", "1990-01-01")
        clock, cpu, held = _made(path, environment)
        with closing(load_workbook(path, read_only=True)) as workbook:
            rows = sum(1 for _row in workbook.worksheets[1].iter_rows(min_row=FIRST_ROW))
    grown = held - before
    kept = clock * FILE_ROWS < MOST_FILE_SECONDS * max(rows, FILE_ROWS) and grown < MOST_FILE_MB
    return LongFile(LONGEST, "xlsx", rows, round(clock, 2), round(cpu, 2), round(grown, 1), kept)


def _made(path: Path, environment: Mapping[str, str], *period: str) -> tuple[float, float, float]:
    """Seconds on the clock, seconds of the processor, and the most MB that the process was seen to hold."""
    added = ("env", *(f"{name}={value}" for name, value in environment.items()))
    command = [sys.executable, "manage.py", "report", LONGEST, "--as", f"manager@{DOMAIN}", "--format", "xlsx"]
    begun, before, held = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN), 0.0
    process = subprocess.Popen(  # noqa: S603 - words of this file
        [*added, *command, *period, "--output", str(path)], cwd=settings.BASE_DIR
    )
    # Looked at while it runs: what is known once it has ended may be the memory of this process, from which it came.
    while process.poll() is None:
        held = max(held, memory_mb(process.pid))
        time.sleep(EVERY_SECONDS)
    clock, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        raise CommandError(f"The file could not be made: `report {LONGEST}` ended with {process.returncode}.")
    return clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, held


def look(reader: str) -> Iterator[Page]:
    """Open every report once. Raises CommandError where the reader does not exist."""
    account = Account.objects.filter(email=f"{reader}@{DOMAIN}").first()
    if account is None:
        raise CommandError("Run make_scale_data first: there is nobody to measure with.")
    client = Client(SERVER_NAME="localhost")
    client.force_login(account, backend=BACKEND)
    for kind in KINDS.values():
        # The sessions of one person are asked for from another report.
        if "person" not in kind.needs:
            yield _page(client, reader, kind)


def _page(client: Client, reader: str, kind: Kind) -> Page:
    wanted = {*kind.needs, "agency"} if kind.named else set(kind.needs)
    query = urlencode({name: code for name, code in ASKED.items() if name in wanted})
    # The first time brings in what every process needs once, and is not counted.
    client.get(f"{reverse('report', args=[kind.name])}?{query}", follow=True)
    begun = time.perf_counter()
    with CaptureQueriesContext(connection) as captured:
        status = client.get(f"{reverse('report', args=[kind.name])}?{query}", follow=True).status_code
        queries = queries_of(captured.captured_queries)
    seconds = time.perf_counter() - begun
    in_time = seconds < MOST_SECONDS.get(kind.name, MOST_SECONDS[""])
    kept = status != HTTPStatus.OK or (in_time and queries <= MOST_QUERIES)
    return Page(reader, kind.name, status, round(seconds, 2), queries, kept)


def _pages() -> list[Page]:
    # As the web server does once it has loaded everything (`config/wsgi.py`).
    gc.collect()
    gc.freeze()
    with transaction.atomic():
        pages = [page for reader in ("manager", "coordinator") for page in look(reader)]
        transaction.set_rollback(True)
    return pages


class Command(BaseCommand):
    help = "Time the first page of every report, and the longest file, in the database that make_scale_data has filled."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--people", type=int, help="In a database of its own with so many people.")
        parser.add_argument("--workshops", type=int, default=2_000, help="And workshops (default: %(default)s).")
        parser.add_argument("--file", action="store_true", help="Make the longest file as well.")
        parser.add_argument("--json", action="store_true", help="Print JSON instead of a table.")
        parser.add_argument(
            "--add-to", type=bench_file, help="Write the figures into this file of `bench`, as “reports”."
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["people"]:
            with own_database("reports_drill"):
                load_forms()
                rows = load_scale(people=options["people"], workshops=options["workshops"])
                self.stderr.write(f"{rows:,} rows are written.")
                found = _found(with_file=options["file"])
        else:
            found = _found(with_file=options["file"])
        figures: list[dict[str, Any]] = [asdict(each) for each in found]
        if options["add_to"]:
            add(options["add_to"], reports=figures)
        if options["json"]:
            self.stdout.write(json.dumps(figures, indent=1))
            return
        for each in found:
            self.stdout.write(f"{_said(each)}  {'holds' if each.holds else 'BROKEN'}")


def _found(*, with_file: bool) -> list[Page | LongFile]:
    return [*_pages(), *([make_file()] if with_file else [])]


def _said(found: Page | LongFile) -> str:
    if isinstance(found, Page):
        return f"{found.reader:13}{found.report:22}{found.status:5d}{found.seconds:8.2f} s{found.queries:5d} queries"
    name = f"{found.report}.{found.format}"
    return f"{'file':13}{name:22}{found.rows:,} rows{found.seconds:8.2f} s, {found.grown_mb} MB more"
