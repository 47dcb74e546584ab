"""How far a list is, told while its transaction is open: to a page that asks, and after a process was killed."""

import os
import re
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from people.models import PeopleImport, Person
from people.services.people_lists import (
    Step,
    Told,
    ask_to_take,
    ask_to_undo,
    forget_files,
    read_people_list,
    send_list,
    take_people_list,
    told_of,
    undo_people_list,
)
from people.services.people_lists.telling import telling
from tests.factories.people import make_account, make_agency
from tests.jobs import DATABASE_QUEUE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.db]

ROWS = 1_100
# Thousands are told as they are done, then the rest.
SENTENCES = re.compile(r"[0-9][0-9\s]* of [0-9\s]+ rows are [a-z ]+\.")


@pytest.fixture(autouse=True)
def _real_queue_and_no_files(settings: Any) -> None:
    """Jobs wait, so that a test decides when they are done; and nothing lies there from an earlier one."""
    settings.TASKS = DATABASE_QUEUE
    shutil.rmtree(settings.PRIVATE_ROOT, ignore_errors=True)


@pytest.fixture
def manager() -> Any:
    return make_account("manager")


@pytest.fixture
def source(manager: Any) -> PeopleImport:
    """A list that somebody wants taken."""
    make_agency(code="clinic")
    lines = [f"Новы{number},Чалавек,{number}@example.org,clinic" for number in range(ROWS)]
    content = "\n".join(["family name,given name,email,agency", *lines]).encode()
    sent = send_list(content=content, file_name="list.csv", agency=None, actor=manager)
    read_people_list(source=sent)
    return ask_to_take(source=sent, actor=manager)


@pytest.fixture
def client(client_of: Any, manager: Any) -> Client:
    return client_of(manager)


def page_of(client: Client, source: PeopleImport) -> str:
    return client.get(reverse("people_list", args=[source.pk])).content.decode()


def new_people() -> int:
    return Person.objects.filter(family_name__startswith="Новы").count()


def files() -> list[str]:
    return sorted(path.suffix for path in Path(settings.PRIVATE_ROOT).rglob("people/imports/*"))


def looked_on(work: Callable[[], None], source: PeopleImport, look: Callable[[], str]) -> Iterator[str]:
    """Work in a thread that waits, each time it has told something, until somebody has looked."""
    told: Queue[bool] = Queue()
    seen: Queue[bool] = Queue()
    known: list[Told | None] = [None]

    def wait(execute: Any, *args: Any) -> Any:
        now = told_of(source)
        if now not in known:
            known.append(now)
            told.put(True)
            seen.get(timeout=60)
        return execute(*args)

    def in_thread() -> None:
        try:
            with connection.execute_wrapper(wait):
                work()
        finally:
            connection.close()
            told.put(False)

    thread = Thread(target=in_thread)
    thread.start()
    while told.get(timeout=60):
        yield look()
        seen.put(True)
    thread.join()


def test_a_page_tells_how_far_a_list_is_while_nothing_of_it_can_be_seen(client, manager, source):
    def look() -> str:
        page = page_of(client, source)
        [label] = set(SENTENCES.findall(page))
        assert f'<progress value="{int(re.sub("[^0-9]", "", label.split(" of ")[0]))}" max="{ROWS}"' in page
        assert f"<title>{label.split(' rows')[0]} – list.csv" in page
        people.append(new_people())
        return " ".join(label.split())

    people: list[int] = []
    taking = [*looked_on(lambda: take_people_list(source=source), source, look)]
    source.refresh_from_db()
    taken, left = source.state, files()
    source = ask_to_undo(source=source, actor=manager)
    undoing = [*looked_on(lambda: undo_people_list(source=source), source, look)]
    source.refresh_from_db()

    assert taking == [
        "0 of 1 100 rows are checked once more.",
        "1 000 of 1 100 rows are checked once more.",
        "1 100 of 1 100 rows are checked once more.",
        "1 000 of 1 100 rows are written.",
        "1 100 of 1 100 rows are written.",
    ]
    assert undoing == [
        "0 of 1 100 rows are checked once more.",
        "1 000 of 1 100 rows are checked once more.",
        "1 100 of 1 100 rows are checked once more.",
        "1 000 of 1 100 rows are put back.",
        "1 100 of 1 100 rows are put back.",
    ]
    assert people == [0] * len(taking) + [ROWS] * len(undoing)
    assert (taken, source.state, Person.objects.filter(family_name__startswith="Новы").count()) == (
        "taken",
        "undone",
        0,
    )
    assert (left, files()) == ([".csv"], [".csv"])


def test_of_a_killed_process_a_count_is_not_shown_for_ever_and_the_next_try_begins_anew(client, source):
    connections.close_all()
    child = os.fork()
    if child == 0:  # pragma: no cover - it never comes back
        with suppress(BaseException), connection.execute_wrapper(_die_when_written(source)):
            take_people_list(source=source)
        os._exit(1)
    _pid, status = os.waitpid(child, 0)
    source.refresh_from_db()

    assert os.WTERMSIG(status) == signal.SIGKILL
    assert (source.state, new_people()) == ("taking", 0)
    assert told_of(source) == Told(Step.WRITTEN, 1_000, ROWS)
    [path] = Path(settings.PRIVATE_ROOT).rglob("*.told")
    os.utime(path, (path.stat().st_atime - 600, path.stat().st_mtime - 600))
    page = page_of(client, source)
    assert ("<progress" in page, "it begins anew by itself" in page) == (False, True)

    take_people_list(source=source)

    source.refresh_from_db()
    assert (source.state, files()) == ("taken", [".csv"])


def _die_when_written(source: PeopleImport) -> Callable[..., Any]:
    def die(execute: Any, *args: Any) -> Any:
        told = told_of(source)
        if told is not None and told.step == Step.WRITTEN:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*args)

    return die


def test_what_was_told_goes_with_the_files_of_a_list(source):
    with suppress(KeyboardInterrupt), telling(source) as tell:
        tell(Step.WRITTEN, 1, 2)
        told = files()
        raise KeyboardInterrupt
    left = files()
    with telling(source) as tell:
        tell(Step.WRITTEN, 1, 2)
        forget_files(lists=[source])
        gone = files()

    assert (told, left, gone) == ([".csv", ".told"], [".csv"], [])


def test_a_storage_that_cannot_be_written_keeps_no_list_from_being_taken(source):
    Path(source.file.storage.path(f"people/imports/{source.pk}.telling")).mkdir()

    take_people_list(source=source)

    source.refresh_from_db()
    assert source.state == "taken"
