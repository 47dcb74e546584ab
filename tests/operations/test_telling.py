"""Operators are told once a day when something turns bad, and when it is well again."""

from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import connection
from django.utils import translation
from django_tasks_db.models import DBTaskResult

from core.jobs import enqueue
from operations import tasks
from operations.models import Concern
from operations.services import LONGEST_WAIT, tell_operators, tell_that_nobody_works
from tests.jobs import DATABASE_QUEUE, work_off

NOW = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
pytestmark = [pytest.mark.db, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _operators(settings, tmp_path):
    settings.OPERATORS = ["one@health.gov", "two@health.gov"]
    settings.TASKS, settings.VAR_DIR = DATABASE_QUEUE, tmp_path


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as travel:
        yield travel


def give_up_a_job() -> DBTaskResult:
    enqueue("mail.tasks.send", 4711)
    job = DBTaskResult.objects.ready().get()
    job.set_failed(ValueError("no such message"))
    return job


def subjects() -> list[str]:
    """What operators got since they were asked last."""
    work_off()
    said = [each.subject for each in mail.outbox]
    mail.outbox.clear()
    return said


BAD, WELL = "Migration Health Academy: 1 thing is not well", "Migration Health Academy: it is well again"


def test_the_mail_says_what_is_wrong_and_how_to_mend_it(clock):
    give_up_a_job()

    with translation.override("be"):
        assert tell_operators() == ["jobs"]
    work_off()

    [message] = mail.outbox
    assert (message.subject, message.to) == (BAD, ["one@health.gov", "two@health.gov"])
    assert "* 1 job was given up or lost.\n  Read in the CMS, under Operations, why;" in message.body


def test_when_all_is_well_nobody_is_written_to(clock):
    assert (tell_operators(), subjects()) == ([], [])


def test_it_is_told_once_a_day_as_long_as_it_lasts(clock):
    give_up_a_job()
    told = []
    for _hour in range(25):
        tasks.tell_operators()
        told += subjects()
        clock.shift(HOUR)

    assert told == [BAD, BAD]


def test_it_is_told_when_it_is_well_again(clock):
    job = give_up_a_job()
    tasks.tell_operators()
    first = subjects()
    clock.shift(HOUR)
    job.delete()

    tasks.tell_operators()
    second = subjects()
    tasks.tell_operators()

    assert (first, second, subjects()) == ([BAD], [WELL], [])
    assert Concern.objects.get().is_open is False


def test_what_comes_and_goes_is_told_at_most_once_a_day(clock):
    told = []
    for _hour in range(6):
        job = give_up_a_job()
        tasks.tell_operators()
        job.delete()
        tasks.tell_operators()
        told += subjects()
        clock.shift(HOUR)

    assert told == [BAD, WELL]


def test_where_nobody_is_named_nothing_is_noted(clock, settings):
    settings.OPERATORS = []
    give_up_a_job()

    assert (tell_operators(), Concern.objects.count(), subjects()) == ([], 0, [])


def test_that_nobody_works_is_told_by_the_scheduler_itself(clock):
    """The mail would wait in the very queue that it is about."""
    enqueue("operations.tasks.prune")
    before = tell_that_nobody_works()
    clock.shift(LONGEST_WAIT + timedelta(seconds=1))

    call_command("scheduler", "--once")
    call_command("scheduler", "--once")

    assert before == []
    assert [(each.subject, "waiting for a worker for 10 minutes" in each.body) for each in mail.outbox] == [(BAD, True)]


def test_a_mail_server_that_is_away_leaves_it_to_the_next_look(clock, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    enqueue("operations.tasks.prune")
    clock.shift(LONGEST_WAIT + timedelta(seconds=1))

    with pytest.raises(OSError, match="refused"):
        tell_that_nobody_works()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    assert [tell_that_nobody_works(), tell_that_nobody_works(), len(mail.outbox)] == [["queue"], [], 1]


class Looking(EmailBackend):
    """A mail server that looks whether somebody who writes something would have to wait for it."""

    found: ClassVar[list[bool]] = []

    def send_messages(self, messages):
        self.found.append(connection.in_atomic_block)
        return super().send_messages(messages)


def test_nobody_who_writes_something_waits_for_the_mail_server(clock, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Looking"
    enqueue("operations.tasks.prune")
    clock.shift(LONGEST_WAIT + timedelta(seconds=1))

    tell_that_nobody_works()

    assert Looking.found == [False]
