"""The scheduler's lease, jobs of killed workers, results that are forgotten, the backup of the night."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django_tasks_db.models import DBTaskResult

from core.jobs import enqueue
from operations import tasks
from operations.models import Schedule
from operations.services import (
    LEASE,
    LONGEST_JOB,
    BackupError,
    prune_job_results,
    requeue_lost_jobs,
    run_due_jobs,
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


def test_what_comes_rarely_and_may_take_long_lets_pass_what_somebody_waits_for():
    run_due_jobs(timetable=[RecurringJob("operations.tasks.prune", timedelta(days=1))])
    enqueue("mail.tasks.send_due")

    work_off()

    begun = DBTaskResult.objects.order_by("started_at")
    assert [each.args_kwargs["args"][0] for each in begun] == ["mail.tasks.send_due", "operations.tasks.prune"]


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


def test_a_backup_is_made_by_the_clock_where_somebody_may_open_it(settings, tmp_path):
    settings.DEMO, settings.BACKUP_FOLDER, settings.BACKUP_RECIPIENTS = False, tmp_path, []
    tasks.back_up()
    assert not list(tmp_path.iterdir())

    settings.BACKUP_RECIPIENTS = ["nobody"]
    with pytest.raises(BackupError, match="nobody is no key that"):
        tasks.back_up()
