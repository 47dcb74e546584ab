"""A server killed in the middle of handing in: afterwards all of an attempt is handed in, or nothing of it.

No browser here: a real web server in processes of its own, people who hand in at the same moment, and SIGKILL.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from itertools import cycle
from pathlib import Path
from random import Random
from threading import Barrier, Event
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from assessments.models import Attempt
from assessments.services import Answer, save_responses
from certificates.models import Certificate
from courses.models import Enrolment, Module
from courses.services import complete_lesson, enrol, start_final_test
from operations.supervision import web_server
from people.models import Account, Agency
from tests.factories.people import make_account
from tests.journeys.steps import items_of, key_of

ROUNDS, PEOPLE, SLOW = 3, 8, 2
LAST = 3
HOST = "127.0.0.1"
PATIENCE = 30.0
TOKEN = "c" * 32


@dataclass
class Sitting:
    """A person with an open attempt, and what the server has acknowledged so far."""

    attempt: Attempt
    enrolment: Enrolment
    session: str
    saved: dict[int, Any] = field(default_factory=dict)
    counter: int = 1
    handed_in: bool = False

    def post(self, port: int, address: str, body: Any = None) -> int:
        """Return the status of the answer; raises OSError or HTTPException when there is none."""
        headers = {
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={self.session}; {settings.CSRF_COOKIE_NAME}={TOKEN}",
            "X-CSRFToken": TOKEN,
            "Content-Type": "application/json",
        }
        with closing(HTTPConnection(HOST, port, timeout=PATIENCE)) as line:
            line.request("POST", address, json.dumps(body or {}), headers)
            return line.getresponse().status

    def save(self, port: int, position: int, response: Any) -> None:
        self.counter += 1
        answer = {"position": position, "response": response, "counter": self.counter}
        status = self.post(port, reverse("attempt_save", args=[self.attempt.pk]), {"answers": [answer]})
        if status == HTTPStatus.OK:
            self.saved[position] = response

    def hand_in(self, port: int) -> None:
        if self.post(port, reverse("attempt_submit", args=[self.attempt.pk])) == HTTPStatus.FOUND:
            self.handed_in = True


class Server:
    """The web server of an installation on the database of this test; killed, never stopped."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            self.port: int = probe.getsockname()[1]

    def start(self) -> None:
        command = web_server(python=sys.executable, address=HOST, port=self.port, workers=2, threads=4).command
        self.process = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=self._environment(), start_new_session=True, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            assert time.monotonic() < deadline, "The server did not start."
            time.sleep(0.05)

    def kill(self) -> None:
        """All its processes at once, without a chance to finish anything."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def _environment(self) -> dict[str, str]:
        name = connection.settings_dict["NAME"]
        if connection.vendor == "sqlite":
            address = f"sqlite:///{name}"
        else:
            address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
        own = {"DATABASE_URL": address, "VAR_DIR": str(self.folder), "CACHE_URL": "locmemcache://"}
        return {**os.environ, **own, "DJANGO_SETTINGS_MODULE": "config.settings.dev", "SECRET_KEY": settings.SECRET_KEY}

    def _answers(self) -> bool:
        with closing(HTTPConnection(HOST, self.port, timeout=1)) as line, suppress(OSError, HTTPException):
            line.request("GET", "/health/live")
            return line.getresponse().status == HTTPStatus.OK
        return False


@pytest.fixture
def server(demo: Any, tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path)
    running.start()
    yield running
    running.kill()


@pytest.fixture
def sittings(demo: Any, client_of: Callable[[Account], Client]) -> list[Sitting]:
    """People who have read the whole module and answered the test but for its last questions."""
    agency, module = Agency.objects.get(code="HLT-01-BR"), Module.objects.get(code="M1")
    return [_sitting(agency, module, number, client_of) for number in range(ROUNDS * PEOPLE)]


def _sitting(agency: Agency, module: Module, number: int, client_of: Callable[[Account], Client]) -> Sitting:
    account = make_account(agency=agency, email=f"in-a-hurry-{number}@example.org")
    enrolment = enrol(person=account.person, module=module, agency=agency)
    for lesson in module.lessons.offered():
        complete_lesson(enrolment=enrolment, lesson=lesson)
    attempt = start_final_test(enrolment=enrolment, language="en")
    answers = [Answer(item.position, key_of(item), 1) for item in items_of(attempt)[:-LAST]]
    save_responses(attempt=attempt, answers=answers, language="en")
    session = client_of(account).cookies[settings.SESSION_COOKIE_NAME].value
    return Sitting(attempt, enrolment, session)


@pytest.mark.deep
def test_a_killed_server_leaves_attempts_handed_in_as_a_whole_or_not_at_all(
    server: Server, sittings: list[Sitting]
) -> None:
    chance = Random(9)
    interrupted = 0

    for number in range(ROUNDS):
        rushed = sittings[number * PEOPLE : (number + 1) * PEOPLE]
        _kill_while_they_hand_in(server, rushed, chance.uniform(0, 0.03))
        server.start()
        interrupted += sum(not sitting.handed_in for sitting in rushed[:-SLOW])
        for sitting in rushed:
            assert _is_whole(sitting) or _is_untouched(sitting)
            assert _is_whole(sitting) or not sitting.handed_in
            _assert_acknowledged_answers_are_there(sitting)

    assert interrupted, "Everybody was faster than the kill: this run proved nothing."
    for sitting in sittings:
        sitting.hand_in(server.port)
        assert _is_whole(sitting)


def _kill_while_they_hand_in(server: Server, rushed: list[Sitting], moment: float) -> None:
    """All but two hand in together, two go on answering; the server dies when the first was told that it is done."""
    finishing = rushed[:-SLOW]
    together, first_is_done = Barrier(len(finishing)), Event()

    def finish(sitting: Sitting) -> None:
        for item in items[sitting.attempt.pk][-LAST:]:
            sitting.save(server.port, item.position, key_of(item))
        together.wait(PATIENCE)
        with suppress(OSError, HTTPException):
            sitting.hand_in(server.port)
            if sitting.handed_in:
                first_is_done.set()

    def go_on(sitting: Sitting) -> None:
        with suppress(OSError, HTTPException):
            for item in cycle(items[sitting.attempt.pk]):
                sitting.save(server.port, item.position, key_of(item))

    items = {sitting.attempt.pk: items_of(sitting.attempt) for sitting in rushed}
    with ThreadPoolExecutor(PEOPLE) as people:
        at_work = [people.submit(go_on, sitting) for sitting in rushed[-SLOW:]]
        at_work += [people.submit(finish, sitting) for sitting in finishing]
        assert first_is_done.wait(PATIENCE), "Nobody could hand in."
        time.sleep(moment)
        server.kill()
        for each in at_work:
            each.result()


def _is_whole(sitting: Sitting) -> bool:
    """Marked, counted for the module, and the certificate on its way: once."""
    attempt, enrolment = _fresh(sitting)
    marks = list(attempt.items.values_list("mark", flat=True))
    return (
        attempt.submitted_at is not None
        and attempt.outcome != Attempt.Outcome.PENDING
        and None not in marks
        and attempt.mark == sum(marks)
        and (enrolment.completed_at is not None) == (attempt.outcome == Attempt.Outcome.PASSED)
        and Certificate.objects.filter(enrolment=enrolment).count() == (attempt.outcome == Attempt.Outcome.PASSED)
    )


def _is_untouched(sitting: Sitting) -> bool:
    """Open, without a mark, and nothing follows from it."""
    attempt, enrolment = _fresh(sitting)
    return (
        attempt.submitted_at is None
        and attempt.outcome == Attempt.Outcome.PENDING
        and attempt.mark is None
        and not attempt.items.filter(mark__isnull=False).exists()
        and enrolment.completed_at is None
        and not Certificate.objects.filter(enrolment=enrolment).exists()
    )


def _fresh(sitting: Sitting) -> tuple[Attempt, Enrolment]:
    return Attempt.objects.get(pk=sitting.attempt.pk), Enrolment.objects.get(pk=sitting.enrolment.pk)


def _assert_acknowledged_answers_are_there(sitting: Sitting) -> None:
    stored = dict(sitting.attempt.items.values_list("position", "response"))
    assert {position: stored[position] for position in sitting.saved} == sitting.saved
