"""What an installation stands on goes away for a while: it says so, goes on with the rest, and nothing is lost."""

import time
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from random import Random

import pytest
from django.db import connection
from django.urls import reverse

from certificates.codes import new_code
from certificates.models import Certificate
from mail.models import Message
from mail.services import plan_written
from operations.management.processes import of_database
from tests import servers
from tests.factories.people import make_account
from tests.faults.office import ALONE, Office, give_room
from tests.faults.people import Sitting, fill

pytestmark = [pytest.mark.deep, pytest.mark.db]
LETTERS = 5
WRONG_CODES = 100


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[servers.Server]:
    with servers.cache_server(tmp_path) as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[servers.Server]:
    with servers.object_store(tmp_path) as running:
        yield running


def keep_saving(sitting: Sitting, draw: Random) -> None:
    """Answer until the site says that it has an answer."""
    before = sitting.saved.copy()

    def saved() -> bool:
        sitting.save(draw)
        return sitting.saved != before

    servers.wait_for(saved, "an answer is saved")


def test_without_a_mail_server_letters_wait_and_go_once(office: Office) -> None:
    people = [make_account(email=f"reader-{number}@example.org").person for number in range(LETTERS)]
    office.mail.go()
    for part in (office.worker(), office.scheduler()):
        part.start()
    for number, person in enumerate(people):
        plan_written(key=f"fault:{number}", recipient=person, subject=f"Letter {number}", text="Words", language="en")
    put_back = Message.objects.filter(failures__gt=0, state=Message.State.PLANNED)
    servers.wait_for(lambda: put_back.count() == LETTERS, "every letter was refused and waits")

    office.mail.come()
    office.calm()

    assert sorted(office.mail.taken) == [(person.email, f"Letter {number}") for number, person in enumerate(people)]
    assert Message.objects.filter(state=Message.State.SENT).count() == LETTERS


def test_without_the_cache_everything_goes_on_and_limits_hold(
    office: Office, cache: servers.Server, draw: Random
) -> None:
    web = office.web(CACHE_URL=f"redis://127.0.0.1:{cache.port}/0")
    crowd = fill(web.port, draw, answering=1, finishing=0, marking=1)
    sitting = crowd.answering[0]
    web.start()
    web.wait()
    keep_saving(sitting, draw)

    cache.kill()
    keep_saving(sitting, draw)
    answers = [sitting.browser.send("GET", reverse("verify", args=[new_code()]))[0] for _ in range(WRONG_CODES + 5)]

    assert crowd.signed_out() == 0
    assert (crowd.lost(), HTTPStatus.INTERNAL_SERVER_ERROR in answers) == ([], False)
    assert answers[-1] == HTTPStatus.TOO_MANY_REQUESTS
    assert answers.count(HTTPStatus.TOO_MANY_REQUESTS) < WRONG_CODES / 2
    cache.start()
    keep_saving(sitting, draw)


def test_without_the_store_certificates_wait_and_files_are_told_to_come_later(
    office: Office, store: servers.Server, draw: Random
) -> None:
    office.environment["STORAGE_URL"] = servers.store_address(store)
    web, worker, scheduler = office.web(), office.worker(), office.scheduler()
    crowd = fill(web.port, draw, answering=0, finishing=2, marking=0)
    first, second = crowd.finishing
    for part in office.parts:
        part.start()
    web.wait()
    assert first.hand_in()
    office.calm()
    sealed = Certificate.objects.get(enrolment=first.enrolment)

    store.kill()
    assert second.hand_in()
    waiting = Certificate.objects.filter(enrolment=second.enrolment)
    servers.wait_for(lambda: waiting.exclude(failure="").exists(), "it is noted why the certificate waits")
    status, words = first.browser.send("GET", reverse("certificate_pdf", args=[sealed.code]))

    assert (status, "cannot be read" in words.decode()) == (HTTPStatus.SERVICE_UNAVAILABLE, True)
    assert first.browser.send("GET", reverse("certificate", args=[sealed.code]))[0] == HTTPStatus.OK
    number = waiting.get().code
    store.start()
    servers.make_bucket(store)
    office.calm()
    certificate = waiting.get()
    status, content = second.browser.send("GET", reverse("certificate_pdf", args=[certificate.code]))
    assert (certificate.code, status, content[:5]) == (number, HTTPStatus.OK, b"%PDF-")
    assert worker.is_alive()
    assert scheduler.is_alive()


@pytest.mark.skipif(
    connection.vendor == "postgresql" and not ALONE, reason="PostgreSQL ends all connections, and others use it too"
)
def test_on_a_full_disk_it_is_said_that_nothing_was_kept_and_nothing_that_was_said_is_lost(
    office: Office, draw: Random
) -> None:
    """The disk of the database: files of SQLite, or those that PostgreSQL writes for this database."""
    web = office.web()
    crowd = fill(web.port, draw, answering=3, finishing=1, marking=1)
    witness = crowd.answering.pop()
    web.start()
    web.wait()
    crowd.begin()
    servers.wait_for(lambda: min(crowd.acknowledged().values()) > 0, "everybody is at work")

    end = time.monotonic() + 4
    statuses = set()
    while time.monotonic() < end:
        full = web.pids() if connection.vendor == "sqlite" else of_database(str(connection.settings_dict["NAME"]))
        give_room(full, 0)
        statuses.add(witness.save(draw))
    give_room(web.pids())
    keep_saving(witness, draw)
    time.sleep(2)
    crowd.end()
    connection.close()

    assert HTTPStatus.SERVICE_UNAVAILABLE in statuses
    assert HTTPStatus.INTERNAL_SERVER_ERROR not in statuses
    assert witness.lost() == []
    assert crowd.lost() in ([], _unsealed(crowd.finishing[0]))
    assert crowd.signed_out() == 0


def _unsealed(sitting: Sitting) -> list[str]:
    """No worker runs in that test: what was handed in has a certificate that waits."""
    return [each for each in sitting.lost() if each.endswith("('passed', True, [False])")]
