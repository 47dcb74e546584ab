"""What pages and batches cost in countries of different sizes: a country is made, measured and thrown away."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from http import HTTPStatus

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.http import urlencode

from assessments.models import Category, Question, QuestionText, QuestionVersion
from audit.models import Event
from core.spreadsheets import MAX_ROWS
from operations.demo.evaluation import load_forms
from operations.management.databases import own_database, same_database
from operations.management.hall import people_with_accounts
from operations.management.processes import processor_seconds
from operations.management.web import BACKEND
from operations.scale import DOMAIN, PREFIX
from operations.services import load_scale
from operations.timing import BATCH, EVERYBODY, ONE_AGENCY, Grown, queries_of
from people.models import Account, Agency, Person, Role
from people.services import grant_role
from reports.queries import KINDS, Kind
from workshops.models import AttendanceRecord

# A workshop for so many people, a question of the bank, and events of the trail for each.
PEOPLE_OF_A_WORKSHOP, PEOPLE_OF_A_QUESTION, EVENTS_OF_A_PERSON = 50, 10, 5
# A country needs an agency with somebody in it.
AGENCY_PEOPLE = 250
AT_ONCE = 10_000
# The smallest agency of a tree, and what a report is asked about that says nothing without it.
AGENCY = f"{PREFIX}-0009"
ASKED = {"programme": f"{PREFIX}-P1", "workshop": f"{PREFIX}-00001", "test": f"{PREFIX}-T1"}
# A request is repeated until it has worked so long, but not more often than this.
LEAST_SECONDS, MOST_TIMES, LEAST_TIMES = 1.0, 40, 3
# The most that can be asked for in one go, by the command that does it in a process of its own.
BATCHES = (("certificates_drill", "--count", 10_000), ("lists_drill", "--rows", MAX_ROWS))


def measured(people: int) -> Iterator[Grown]:
    """Make a country of so many people on the PostgreSQL that is in use, yield what things cost there, remove it."""
    with own_database("growth_drill"):
        load_forms()
        load_scale(people=people, workshops=max(1, people // PEOPLE_OF_A_WORKSHOP))
        records = AttendanceRecord.objects.count()
        with transaction.atomic():
            yield from _pages(people, records)
            transaction.set_rollback(True)
        for command, option, most in BATCHES:
            yield from _batch(people, records, command, option, min(people, most))


def _pages(people: int, records: int) -> Iterator[Grown]:
    _fill_bank(people // PEOPLE_OF_A_QUESTION)
    _fill_trail(people * EVENTS_OF_A_PERSON)
    with connection.cursor() as cursor:
        # What helpers of a statement have worked is not known once they have ended.
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        cursor.execute("ANALYZE")
    manager = _manager()
    # Who keeps the programme reads the bank of questions as an editor.
    grant_role(account=manager, role=Role.EDITOR)
    for scope, account in {EVERYBODY: manager, ONE_AGENCY: _coordinator()}.items():
        client = Client(SERVER_NAME="localhost")
        client.force_login(account, backend=BACKEND)
        for name, address in _addresses(scope):
            get = partial(client.get, address, follow=True)
            if get().status_code == HTTPStatus.OK:
                queries, cpu = _cost(get)
                yield Grown(name, scope, people, records, round(1000 * cpu, 2), queries)


def _addresses(scope: str) -> Iterator[tuple[str, str]]:
    if scope == EVERYBODY:
        yield "bank of questions", reverse("questions:index")
        yield "audit trail", reverse("trail")
    else:
        yield "coordinator's page", reverse("agency_report")
    for kind in KINDS.values():
        # The sessions of one person are asked for from another report; names are for one agency.
        if "person" not in kind.needs and not (kind.named and scope == EVERYBODY):
            yield f"{kind.number} {kind.name}".strip(), f"{reverse('report', args=[kind.name])}?{_asked(kind)}"


def _asked(kind: Kind) -> str:
    return urlencode({name: code for name, code in ASKED.items() if name in kind.needs})


def _cost(get: Callable[[], object]) -> tuple[int, float]:
    """Queries, and seconds of the processor, of this process and of the one of the database that serves it."""
    with CaptureQueriesContext(connection) as captured:
        get()
    queries = queries_of(captured.captured_queries)
    begun, times = _worked(), 0
    while times < LEAST_TIMES or (times < MOST_TIMES and _worked() - begun < LEAST_SECONDS):
        get()
        times += 1
    return queries, (_worked() - begun) / times


def _worked() -> float:
    return time.process_time() + processor_seconds([connection.connection.info.backend_pid])


def _batch(people: int, records: int, command: str, option: str, count: int) -> Iterator[Grown]:
    with same_database() as environment:
        added = ("env", *(f"{name}={value}" for name, value in environment.items()))
        ended = subprocess.run(  # noqa: S603 - words of this file
            (*added, sys.executable, "manage.py", command, option, str(count), "--json"),
            cwd=settings.BASE_DIR,
            stdout=subprocess.PIPE,
            check=False,
        )
    if ended.returncode:
        raise CommandError(f"{command} ended with {ended.returncode}.")
    for row in json.loads(ended.stdout):
        yield Grown(
            row["name"], BATCH, people, records, row["cpu_ms"], row["queries"], count=count, grown_mb=row["grown_mb"]
        )


def _manager() -> Account:
    return Account.objects.get(email=f"manager@{DOMAIN}")


def _coordinator() -> Account:
    agency = Agency.objects.get(code=AGENCY)
    ((_person, account),) = people_with_accounts(1, agency)
    grant_role(account=account, role=Role.COORDINATOR, agency=agency)
    return account


def _fill_bank(count: int) -> None:
    category = Category.objects.earliest("pk")
    structure = {"options": [{"id": each, "correct": each == "A"} for each in "ABCD"]}
    questions = Question.objects.bulk_create(
        (Question(code=f"GROWN-{number}", category=category, type="single_choice") for number in range(count)),
        batch_size=AT_ONCE,
    )
    versions = QuestionVersion.objects.bulk_create(
        (QuestionVersion(question=each, number=1, structure=structure) for each in questions), batch_size=AT_ONCE
    )
    QuestionText.objects.bulk_create(
        (
            QuestionText(version=each, language=language, words=_words(each.question.code))
            for each in versions
            for language, _name in settings.LANGUAGES
        ),
        batch_size=AT_ONCE,
    )


def _words(code: str) -> dict[str, object]:
    return {"stem": f"Which of these is {code}?", "options": {each: f"Answer {each}" for each in "ABCD"}}


def _fill_trail(count: int) -> None:
    actor, people = _manager(), list(Person.objects.values_list("pk", flat=True)[:AT_ONCE])
    for begin in range(0, count, AT_ONCE):
        Event.objects.bulk_create(
            Event(
                actor=actor,
                subject_id=people[number % len(people)],
                action="people.viewed_as",
                object_type="people.person",
                object_id=str(number),
            )
            for number in range(begin, min(begin + AT_ONCE, count))
        )
