"""`reports_drill`: the first page of every report as a manager and as a coordinator of a ministry see it, on the clock.

It is meant for the world that `make_scale_data` makes, whose two accounts it uses; whatever is noted is rolled back.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.http import urlencode

from operations.management.web import BACKEND
from operations.scale import DOMAIN, PREFIX
from operations.timing import queries_of
from people.models import Account
from reports.queries import KINDS, Kind

MOST_SECONDS, MOST_QUERIES = 1.0, 25
# What a report is asked about that says nothing without it, or that would name a whole country.
ASKED = {"programme": f"{PREFIX}-P1", "workshop": f"{PREFIX}-00001", "agency": f"{PREFIX}-0001"}


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
    begun = time.perf_counter()
    with CaptureQueriesContext(connection) as captured:
        status = client.get(f"{reverse('report', args=[kind.name])}?{query}", follow=True).status_code
        queries = queries_of(captured.captured_queries)
    seconds = time.perf_counter() - begun
    kept = status != HTTPStatus.OK or (seconds < MOST_SECONDS and queries <= MOST_QUERIES)
    return Page(reader, kind.name, status, round(seconds, 2), queries, kept)


class Command(BaseCommand):
    help = "Time the first page of every report in the database that make_scale_data has filled."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print JSON instead of a table.")

    def handle(self, *_args: Any, **options: Any) -> None:
        with transaction.atomic():
            pages = [page for reader in ("manager", "coordinator") for page in look(reader)]
            transaction.set_rollback(True)
        if options["json"]:
            self.stdout.write(json.dumps([asdict(page) for page in pages], indent=1))
            return
        for page in pages:
            figures = f"{page.status:5d}{page.seconds:8.2f} s{page.queries:5d} queries"
            self.stdout.write(f"{page.reader:13}{page.report:22}{figures}  {'holds' if page.holds else 'BROKEN'}")
