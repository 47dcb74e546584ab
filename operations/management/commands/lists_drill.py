"""`lists_drill`: a long list of people is read, taken and undone, and what that takes of a processor and of memory.

Half of the people are known: two in five of these are as they were, two have another post, one goes to another agency.
Rows are rolled back, so that the end of the transaction is not measured; files lie in a folder that is thrown away.
"""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from core.blanks import filled_xlsx
from core.spreadsheets import MAX_ROWS
from operations.management.drills import most_memory, thrown_away
from operations.timing import Timing, timing
from people.lists import COLUMNS, TITLE
from people.models import Account, Agency, Membership, PeopleImport, Person, Role
from people.services import create_agency, grant_role
from people.services.people_lists import (
    ask_to_take,
    ask_to_undo,
    read_people_list,
    send_list,
    take_people_list,
    undo_people_list,
)

SINCE = date(2020, 1, 1)
State = PeopleImport.State


def hold(count: int) -> list[Timing]:
    """Read, take and undo a list of so many rows; times are those of a row, queries and memory those of the list.

    `peak_mb` is all that this process has held by then, `grown_mb` what of it came since the list was sent.
    Raises CommandError when the list does not get that far.
    """
    # Whatever is set at the machine: statements that are kept for looking at would be most of the memory.
    connection.force_debug_cursor = False
    with thrown_away(PeopleImport._meta.get_field("file")):
        manager, content = _list_of(count)
        before = most_memory()
        source = send_list(content=content, file_name="list.xlsx", agency=None, actor=manager)
        steps = [
            _step("list, read", source, read_people_list, State.PLANNED),
            _step("list, taken", ask_to_take(source=source, actor=manager), take_people_list, State.TAKEN),
            _step("list, undone", ask_to_undo(source=source, actor=manager), undo_people_list, State.UNDONE),
        ]
    return [replace(each, grown_mb=round((each.peak_mb or 0) - before, 1)) for each in steps]


def _step(name: str, source: PeopleImport, work: Callable[..., None], state: str) -> Timing:
    counted = 0

    def count(execute: Any, *args: Any) -> Any:
        nonlocal counted
        counted += 1
        return execute(*args)

    wall, cpu = time.perf_counter(), time.process_time()
    with connection.execute_wrapper(count):
        work(source=source)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    source.refresh_from_db()
    if source.state != state:
        raise CommandError(f"The list is {source.state} instead of {state}: {source.errors[:3]}")
    figures = timing(name, wall=[wall / source.rows], cpu=cpu / source.rows, queries=counted)
    return replace(figures, peak_mb=round(most_memory(), 1))


def _list_of(count: int) -> tuple[Account, bytes]:
    """Half of the people of a list, who are known already; and the list."""
    agencies = [
        create_agency(
            code=f"MEASURED-{number}",
            name_en=f"Agency {number}",
            kind=Agency.Kind.HEALTH_INSTITUTION,
            name_ru=f"№ {number}",
        )
        for number in range(2)
    ]
    people = Person.objects.bulk_create(_people(count // 2), batch_size=1000)
    Membership.objects.bulk_create(
        (Membership(person=each, agency=agencies[0], valid_from=SINCE, post="врач") for each in people), batch_size=1000
    )
    manager = Account.objects.create(email="manager@list.example", person=people[0], password=make_password(None))
    grant_role(account=manager, role=Role.MANAGER)
    rows = list(_rows(count, people))
    return manager, filled_xlsx(title=TITLE, columns=list(COLUMNS.values()), language="ru", rows=rows)


def _people(count: int) -> Iterator[Person]:
    for number in range(count):
        person = Person(
            family_name=f"Верасовіч{number}", given_name="Настасся", patronymic="Уладзіславаўна",
            email=f"{number}@list.example",
        )  # fmt: skip
        person.fold_names()
        yield person


def _rows(count: int, people: list[Person]) -> Iterator[list[str]]:
    for number in range(count):
        known = people[number] if number < len(people) else None
        said = {
            "code": known.public_code if known else "",
            "family_name": known.family_name if known else f"Новік{number}",
            "given_name": "Настасся",
            "patronymic": "Уладзіславаўна",
            "email": f"{number}@list.example",
            "agency": "MEASURED-1" if known and number % 5 == 0 else "MEASURED-0",
            "post": "главный врач" if known and number % 5 in {1, 2} else "врач",
        }
        yield [said.get(name, "") for name in COLUMNS]


class Command(BaseCommand):
    help = "Read, take and undo a long list of people, roll it back, and say what it took of a processor and of memory."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rows", type=int, default=MAX_ROWS, help="How many (default: %(default)s).")
        parser.add_argument("--json", action="store_true", help="Print JSON instead of sentences.")

    def handle(self, *_args: Any, **options: Any) -> None:
        steps = hold(options["rows"])
        if options["json"]:
            self.stdout.write(json.dumps([asdict(each) for each in steps]))
            return
        for each in steps:
            self.stdout.write(
                f"{each.name}: {each.rate_per_s} rows a second, {each.cpu_ms} ms of a processor each, "
                f"{each.queries} queries in all; {each.grown_mb} MB more than before, {each.peak_mb} MB in all."
            )
