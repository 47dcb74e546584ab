"""The scheduler's lease, jobs of killed workers, and what /health/ready asks."""

import os
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from core.jobs import enqueue
from operations import tasks
from operations.models import Schedule
from operations.services import (
    LEASE,
    LONGEST_JOB,
    LONGEST_WAIT,
    BackupError,
    diagnosis,
    prune_job_results,
    readiness,
    requeue_lost_jobs,
    run_due_jobs,
    unapplied_migrations,
)
from operations.timetable import RecurringJob
from tests.jobs import DATABASE_QUEUE, work_off

NOW = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TIMETABLE = [RecurringJob("mail.tasks.send_due", MINUTE), RecurringJob("operations.tasks.prune", timedelta(days=1))]
pytestmark = [pytest.mark.db, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _database_queue(settings):
    settings.TASKS = DATABASE_QUEUE


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as travel:
        yield travel


def jobs() -> list[tuple[str, str]]:
    results = DBTaskResult.objects.order_by("enqueued_at", "args_kwargs__args__0")
    return [(result.args_kwargs["args"][0], result.status) for result in results]


def test_a_job_new_in_the_timetable_runs_at_once_and_is_planned_again(clock):
    assert run_due_jobs(timetable=TIMETABLE) == ["mail.tasks.send_due", "operations.tasks.prune"]

    assert list(Schedule.objects.order_by("name").values_list("name", "next_run_at", "leased_until")) == [
        ("mail.tasks.send_due", NOW + MINUTE, None),
        ("operations.tasks.prune", NOW + timedelta(days=1), None),
    ]
    assert jobs() == [("mail.tasks.send_due", "READY"), ("operations.tasks.prune", "READY")]


def test_a_job_runs_when_its_time_has_come_and_not_before(clock):
    run_due_jobs(timetable=TIMETABLE)
    work_off()

    clock.shift(MINUTE - timedelta(seconds=1))
    assert run_due_jobs(timetable=TIMETABLE) == []
    clock.shift(timedelta(seconds=1))
    assert run_due_jobs(timetable=TIMETABLE) == ["mail.tasks.send_due"]


def test_without_a_worker_jobs_do_not_pile_up(clock):
    run_due_jobs(timetable=TIMETABLE)

    clock.shift(2 * MINUTE)

    assert run_due_jobs(timetable=TIMETABLE) == []
    assert len(jobs()) == 2


def test_a_job_that_another_scheduler_holds_is_left_alone_until_the_lease_ends(clock):
    Schedule.objects.create(name="mail.tasks.send_due", next_run_at=NOW, leased_until=NOW + LEASE)

    assert run_due_jobs(timetable=TIMETABLE[:1]) == []
    clock.shift(LEASE + timedelta(seconds=1))
    assert run_due_jobs(timetable=TIMETABLE[:1]) == ["mail.tasks.send_due"]


def test_a_job_whose_worker_was_killed_is_ready_again(clock):
    enqueue("mail.tasks.send_due")
    DBTaskResult.objects.get().claim("killed")

    clock.shift(LONGEST_JOB)
    assert requeue_lost_jobs() == 0
    clock.shift(timedelta(seconds=1))
    assert requeue_lost_jobs() == 1
    work_off()

    assert jobs() == [("mail.tasks.send_due", "SUCCESSFUL")]


def test_a_job_that_killed_three_workers_is_given_up(clock):
    enqueue("mail.tasks.send_due")
    for worker in ("first", "second", "third"):
        DBTaskResult.objects.get().claim(worker)
        clock.shift(LONGEST_JOB + MINUTE)
        requeue_lost_jobs()

    result = DBTaskResult.objects.get()
    assert (result.status, result.traceback) == ("FAILED", "Given up: 3 workers stopped in the middle of it.")


def test_results_are_kept_for_days_and_failures_for_months(clock):
    enqueue("mail.tasks.send_due")
    work_off()
    enqueue("mail.tasks.send", 4711)
    DBTaskResult.objects.ready().get().set_failed(ValueError("no such message"))

    clock.shift(timedelta(days=3))
    assert prune_job_results() == 1
    assert jobs() == [("mail.tasks.send", "FAILED")]
    clock.shift(timedelta(days=90))
    assert prune_job_results() == 1


def test_every_migration_of_the_release_is_applied_in_the_template():
    assert unapplied_migrations() == []


def test_a_queue_that_nobody_works_off_is_told(clock):
    enqueue("mail.tasks.send_due")
    assert readiness()["queue"] == {"ok": True, "oldest_seconds": 0}

    clock.shift(LONGEST_WAIT + timedelta(seconds=1))

    assert readiness() == {
        "database": {"ok": True},
        "migrations": {"ok": True, "unapplied": []},
        "cache": {"ok": True},
        "storage": {"ok": True},
        "queue": {"ok": False, "oldest_seconds": 601},
    }


def test_the_doctor_names_a_scheduler_that_sleeps_and_jobs_that_failed(clock, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    run_due_jobs(timetable=TIMETABLE[:1])
    work_off()
    enqueue("mail.tasks.send", 4711)
    DBTaskResult.objects.ready().get().set_failed(ValueError("no such message"))
    clock.shift(MINUTE + LONGEST_WAIT + timedelta(seconds=1))

    checks = diagnosis()

    assert {name: check["ok"] for name, check in checks.items()} == {
        "database": True,
        "migrations": True,
        "cache": True,
        "storage": True,
        "queue": True,
        "scheduler": False,
        "jobs": False,
        "keys": True,
        "disk": True,
        "files": True,
        "backups": True,
    }
    assert checks["scheduler"]["late"] == ["mail.tasks.send_due"]
    assert checks["jobs"] == {"ok": False, "failed": 1, "lost": 0}


def test_the_doctor_says_why_certificates_cannot_be_signed(settings, tmp_path):
    settings.DEMO, settings.CERTIFICATE_KEYS = False, tmp_path / "keys"

    keys = diagnosis()["keys"]

    assert (keys["ok"], keys["trouble"].split(",")[0]) == (False, "There is no folder with the keys of certificates")


def test_the_doctor_asks_for_a_backup_of_the_last_days(settings, tmp_path):
    settings.DEMO, settings.BACKUP_FOLDER = False, tmp_path
    none = diagnosis()["backups"]
    made = tmp_path / "academy-20261130T000000Z.tar.gz.age"
    made.write_bytes(b"")
    fresh = diagnosis()["backups"]
    days_ago = (timezone.now() - timedelta(days=3)).timestamp()
    os.utime(made, (days_ago, days_ago))

    assert none == {"ok": False, "newest": None}
    assert fresh["ok"]
    assert not diagnosis()["backups"]["ok"]


def test_a_backup_is_made_by_the_clock_where_somebody_may_open_it(settings, tmp_path):
    settings.DEMO, settings.BACKUP_FOLDER, settings.BACKUP_RECIPIENTS = False, tmp_path, []
    tasks.back_up()
    assert not list(tmp_path.iterdir())

    settings.BACKUP_RECIPIENTS = ["nobody"]
    with pytest.raises(BackupError, match="nobody is no key that"):
        tasks.back_up()
