"""`bench`: what a request costs, on this machine and with the data that is loaded.

Requests go through the whole stack (middleware, view, template) inside this process, one after another: no network, no
second worker, so rates are those of one thread. Figures of two machines compare by `ratio_to_bare_view`: CPU per
request divided by that of a view that does nothing. Whatever is written is rolled back.
"""

import json
import os
import platform
import time
from collections.abc import Callable
from dataclasses import asdict
from http import HTTPStatus
from itertools import count
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.models import Attempt
from assessments.question_types import TYPES
from certificates.models import Certificate
from certificates.pdf import draw
from certificates.services import words_of
from courses.models import LessonProgress
from operations.demo.people import DOMAIN
from operations.timing import Timing, timing
from people.models import Account
from people.services import open_account

Action = Callable[[], Any]
BARE = "bare view"
WARM_UP = 3


def measure(name: str, action: Action, times: int) -> Timing:
    """Do `action` a few times unmeasured, once with its queries counted, then `times` times on the clock."""
    for _ in range(WARM_UP):
        action()
    with CaptureQueriesContext(connection) as captured:
        action()
    queries = len(captured)
    wall = []
    cpu = time.process_time()
    for _ in range(times):
        begun = time.perf_counter()
        action()
        wall.append(time.perf_counter() - begun)
    return timing(name, wall=wall, cpu=time.process_time() - cpu, queries=queries)


def _client(account: Account | None = None) -> Client:
    client = Client(SERVER_NAME="localhost")
    if account is not None:
        client.force_login(account, backend="people.backends.AccountBackend")
    return client


def _getting(client: Client, name: str, *args: Any) -> Action:
    """Return a request that must be answered with 200."""
    address = reverse(name, args=args)

    def get() -> None:
        status = client.get(address).status_code
        if status != HTTPStatus.OK:
            raise CommandError(f"{address} answered {status} instead of 200.")

    return get


def _saving(attempt: Attempt) -> Action:
    """Return the save of an answer, as the page sends it while somebody takes a test."""
    # The attempt of the demonstration may be over by now.
    Attempt.objects.filter(pk=attempt.pk).update(deadline_at=None)
    client = _client(open_account(person=attempt.person))
    address = reverse("attempt_save", args=[attempt.pk])
    item = attempt.items.select_related("version__question").earliest("position")
    answer = TYPES[item.version.question.type].key(item.version.structure)
    counters = count(item.counter + 1)

    def save() -> None:
        answers = {"answers": [{"position": item.position, "response": answer, "counter": next(counters)}]}
        status = client.post(address, answers, content_type="application/json").status_code
        if status != HTTPStatus.OK:
            raise CommandError(f"{address} answered {status} instead of 200.")

    return save


def _actions() -> dict[str, Action]:
    """Return what is measured, on the people of the demonstration."""
    try:
        learner = Account.objects.get(email=f"learner@{DOMAIN}")
        coordinator = Account.objects.get(email=f"coordinator@{DOMAIN}")
        lesson = (
            LessonProgress.objects.filter(enrolment__person=learner.person).select_related("lesson__module")[0].lesson
        )
        attempt = Attempt.objects.open().select_related("person")[0]
        certificate = Certificate.objects.filter(sealed_at__isnull=False)[0]
    except (Account.DoesNotExist, IndexError) as missing:
        raise CommandError("Run load_demo first: there is nobody to measure with.") from missing
    return {
        BARE: _getting(_client(), "health_live"),
        "front page, anonymous": _getting(_client(), "front"),
        "catalogue, anonymous": _getting(_client(), "catalogue"),
        "lesson, signed in": _getting(_client(learner), "lesson", lesson.module.code, lesson.code),
        "my learning": _getting(_client(learner), "my_learning"),
        "save of an answer": _saving(attempt),
        "agency report": _getting(_client(coordinator), "agency_report"),
        "certificate PDF": lambda: draw(words_of(certificate)),
    }


class Command(BaseCommand):
    """A first, honest version: one thread, no network, commits not included."""

    help = "Measure time, CPU and queries per request of the pages that matter."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print JSON instead of a table.")
        parser.add_argument("-o", "--output", type=Path, help="Write the JSON to this file as well.")
        parser.add_argument("--times", type=int, default=100, help="Measured requests per page (default: %(default)s).")

    def handle(self, *_args: Any, **options: Any) -> None:
        with transaction.atomic():
            timings = [measure(name, action, options["times"]) for name, action in _actions().items()]
            transaction.set_rollback(True)
        result = self._result(timings)
        text = json.dumps(result, indent=1)
        if options["output"]:
            options["output"].write_text(text + "\n", encoding="utf-8")
        if options["json"]:
            self.stdout.write(text)
            return
        self.stdout.write(f"{'':24}{'per s':>9}{'CPU ms':>9}{'queries':>9}{'p50 ms':>9}{'p95 ms':>9}{'ratio':>8}")
        for row in result["rows"]:
            figures = f"{row['rate_per_s']:9.1f}{row['cpu_ms']:9.2f}{row['queries']:9d}{row['p50_ms']:9.2f}"
            self.stdout.write(f"{row['name']:24}{figures}{row['p95_ms']:9.2f}{row['ratio_to_bare_view']:8.1f}")

    @staticmethod
    def _result(timings: list[Timing]) -> dict[str, Any]:
        bare = next(row.cpu_ms for row in timings if row.name == BARE)
        return {
            "machine": {
                "system": platform.platform(),
                "processor": platform.machine(),
                "cores": os.cpu_count(),
                "python": platform.python_version(),
                "database": connection.vendor,
            },
            "when": timezone.now().isoformat(timespec="seconds"),
            "rows": [{**asdict(row), "ratio_to_bare_view": round(row.cpu_ms / bare, 2)} for row in timings],
        }
