"""Processes are killed while people work: what was acknowledged is there, once, and everything goes on."""

import time
from collections.abc import Callable
from random import Random

import pytest
from django.db import connection

from certificates.models import Certificate
from mail.models import Message
from tests.faults.office import Office, Part, Web, kill_postgres, postgres_folder, start_postgres
from tests.faults.people import Crowd, fill

pytestmark = [pytest.mark.deep, pytest.mark.db]
PAUSE = (1.5, 4.0)


def killers(office: Office, web: Web, background: list[Part], draw: Random) -> dict[str, Callable[[], None]]:
    """What can be killed, and how it comes back."""

    def again(part: Part) -> None:
        part.kill()
        time.sleep(draw.uniform(0, 1))
        part.start()

    def whole_web() -> None:
        again(web)
        web.wait()

    found: dict[str, Callable[[], None]] = {
        "a process of the web server": lambda: web.kill_one(draw.random()),
        "the web server": whole_web,
        **{each.name: lambda each=each: again(each) for each in background},
    }
    if folder := postgres_folder():

        def postgres() -> None:
            kill_postgres(folder)
            time.sleep(draw.uniform(0, 1))
            start_postgres(folder)

        found["PostgreSQL"] = postgres
    return found


def test_whatever_is_killed_at_whatever_moment_nothing_that_was_acknowledged_is_lost(
    office: Office, draw: Random, seconds: float, record_property: Callable[[str, object], None]
) -> None:
    web, background = office.web(), [office.worker(), office.scheduler()]
    crowd = fill(web.port, draw)
    for part in office.parts:
        part.start()
    web.wait()
    ways = killers(office, web, background, draw)
    killed: list[str] = []
    left: list[str] = []
    with office.looked_after():
        crowd.begin()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(draw.uniform(*PAUSE))
            # Everything is killed, and nothing twice before.
            left = left or draw.sample(list(ways), len(ways))
            name = left.pop()
            killed.append(name)
            ways[name]()
        crowd.end()
        connection.close()
        crowd.finish()
        office.calm()

    record_property("killed", ", ".join(killed))
    record_property("acknowledged", str(crowd.acknowledged()))
    assert_nothing_is_lost(crowd, office, killed.count("worker") + killed.count("PostgreSQL"))


def assert_nothing_is_lost(crowd: Crowd, office: Office, mails_in_doubt: int) -> None:
    """All that was acknowledged is there, everything that follows from it happened once, and nobody is signed out."""
    assert min(crowd.acknowledged().values()) > 0, crowd.acknowledged()
    lost = crowd.lost()
    assert not lost, "\n".join([*lost, office.said()])
    assert crowd.signed_out() == 0
    assert Certificate.objects.count() == Certificate.objects.filter(sealed_at__isnull=False).count()
    assert Certificate.objects.count() == len(crowd.finishing)
    assert office.mail.twice() == []
    # A worker that died while it sent: nobody knows whether the letter went, and nobody sends it again.
    assert Message.objects.filter(state=Message.State.SENDING).count() <= mails_in_doubt
    sent = Message.objects.filter(state=Message.State.SENT).count()
    assert sent <= len(office.mail.taken) <= sent + mails_in_doubt
