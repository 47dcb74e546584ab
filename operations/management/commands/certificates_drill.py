"""`certificates_drill`: many certificates in one batch, and what they take of a processor and of memory.

They are earned, then drawn, signed, stored with their credentials and entered in the log by a run, as a manager starts
one over what waits. Rows are rolled back, files lie in a folder that is thrown away.
"""

import json
import time
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from certificates.models import Certificate, Run
from certificates.services import award_enrolment, current_keys, progress_of, start_run, work_on
from courses.models import Enrolment, Module
from operations.management.drills import most_memory, thrown_away
from operations.timing import Timing, queries_of, timing
from people.models import Account, Agency, Person
from people.services import create_agency

CODE = "MEASURED-BATCH"
COUNT = 1000
NAMES = (("ru", "Александрович"), ("be", "Верасовіч"), ("en", "Nowak-Jabłońska"))
RESULT = {"lessons": [2, 2], "mark": 2000, "max_mark": 2400, "pass_mark": 75, "attempt": 1}


def hold(count: int) -> Timing:
    """Issue so many certificates in one run; time and queries are those of one of them, memory that of them all.

    `peak_mb` is all that this process has ever held, `grown_mb` what of it came since the first was earned.
    Raises CommandError when one could not be prepared.
    """
    before = most_memory()
    # Keys that are made are made for good.
    current_keys()
    with thrown_away(Certificate._meta.get_field("pdf")):
        run = _run_over(count)
        with CaptureQueriesContext(connection) as captured:
            work_on(run=run, at_most=1)
        wall = []
        cpu = time.process_time()
        for _ in range(count - 1):
            begun = time.perf_counter()
            work_on(run=run, at_most=1)
            wall.append(time.perf_counter() - begun)
        cpu = time.process_time() - cpu
        progress = progress_of(run)
    if progress.succeeded != count:
        raise CommandError(f"Of {count} certificates {progress.succeeded} were prepared.")
    figures = timing("certificates in one batch", wall=wall, cpu=cpu, queries=queries_of(captured.captured_queries))
    after = most_memory()
    return replace(figures, peak_mb=round(after, 1), grown_mb=round(after - before, 1))


def _run_over(count: int) -> Run:
    """Complete a module for so many people and start a run over the certificates that they earned."""
    agency = create_agency(
        code=CODE, name_en="A ministry of many", kind=Agency.Kind.HEALTH_INSTITUTION, name_ru="Министерство многих"
    )
    people = _people(count)
    manager = Account.objects.create(email="manager@batch.example", person=people[0], password=make_password(None))
    module, now = Module.objects.earliest("pk"), timezone.now()
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(
            module=module,
            person=person,
            agency=agency,
            enrolled_at=now - timedelta(days=9),
            started_at=now - timedelta(days=9),
            completed_at=now,
            rule_version=1,
            completion=RESULT,
        )
        for person in people
    )
    earned = [award_enrolment(enrolment=each).pk for each in enrolments]
    return start_run(work=Run.Work.SEAL, certificates=Certificate.objects.filter(pk__in=earned), actor=manager)


def _people(count: int) -> list[Person]:
    """People in bulk, of every language and with addresses, so that everybody gets a message."""
    return Person.objects.bulk_create(
        Person(
            family_name=NAMES[number % len(NAMES)][1],
            given_name=f"Настасся {number}",
            patronymic="Уладзіславаўна",
            sort_name=f"{NAMES[number % len(NAMES)][1]} {number:04d}",
            language=NAMES[number % len(NAMES)][0],
            email=f"{number}@batch.example",
        )
        for number in range(count)
    )


class Command(BaseCommand):
    help = "Issue many certificates in one batch, roll them back, and say what they took of a processor and of memory."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--count", type=int, default=COUNT, help="How many (default: %(default)s).")
        parser.add_argument("--json", action="store_true", help="Print JSON instead of a sentence.")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not Module.objects.exists():
            raise CommandError("Run load_demo first: there is no module that anybody could complete.")
        figures = hold(options["count"])
        self.stdout.write(json.dumps([asdict(figures)]) if options["json"] else self._said(figures, options["count"]))

    @staticmethod
    def _said(figures: Timing, count: int) -> str:
        return (
            f"{count} certificates: {figures.cpu_ms} ms of a processor and {figures.queries} queries each, "
            f"{figures.rate_per_s} a second; {figures.grown_mb} MB more than before, {figures.peak_mb} MB in all."
        )
