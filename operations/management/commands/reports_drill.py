"""`reports_drill`: the first page of every report as a manager and as a coordinator of a ministry see it, on the clock.

It is meant for the world that `make_scale_data` makes, whose two accounts it uses; whatever is noted is rolled back.
With `--people` such a world is made in a database of its own, and thrown away.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.http import urlencode

from operations.demo.evaluation import load_forms
from operations.management.databases import own_database
from operations.management.web import BACKEND
from operations.scale import DOMAIN, PREFIX
from operations.services import load_scale
from operations.timing import queries_of
from people.models import Account
from reports.queries import KINDS, Kind

# All agencies beside each other may take longer than any other report.
MOST_SECONDS = {"": 1.0, "agencies": 2.0}
MOST_QUERIES = 25
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
    with transaction.atomic():
        pages = [page for reader in ("manager", "coordinator") for page in look(reader)]
        transaction.set_rollback(True)
    return pages


class Command(BaseCommand):
    help = "Time the first page of every report in the database that make_scale_data has filled."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--people", type=int, help="In a database of its own with so many people.")
        parser.add_argument("--workshops", type=int, default=2_000, help="And workshops (default: %(default)s).")
        parser.add_argument("--json", action="store_true", help="Print JSON instead of a table.")
        parser.add_argument("--add-to", type=Path, help="Write the figures into this file of `bench`, as “reports”.")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["people"]:
            with own_database("reports_drill"):
                load_forms()
                rows = load_scale(people=options["people"], workshops=options["workshops"])
                self.stderr.write(f"{rows:,} rows are written.")
                pages = _pages()
        else:
            pages = _pages()
        figures: list[dict[str, Any]] = [asdict(page) for page in pages]
        if options["add_to"]:
            bench: dict[str, Any] = json.loads(options["add_to"].read_text(encoding="utf-8"))
            options["add_to"].write_text(json.dumps({**bench, "reports": figures}, indent=1) + "\n", encoding="utf-8")
        if options["json"]:
            self.stdout.write(json.dumps(figures, indent=1))
            return
        for page in pages:
            said = f"{page.status:5d}{page.seconds:8.2f} s{page.queries:5d} queries"
            self.stdout.write(f"{page.reader:13}{page.report:22}{said}  {'holds' if page.holds else 'BROKEN'}")
