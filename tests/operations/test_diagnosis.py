"""What the doctor says of an installation, and how it is mended."""

import json
import os
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from core.jobs import enqueue
from mail.models import Message
from operations.findings import Finding
from operations.services import LONGEST_WAIT, diagnosis, run_due_jobs
from operations.services.diagnosis import LEAST_FREE
from operations.timetable import RecurringJob
from tests.factories.people import make_account, make_person
from tests.jobs import DATABASE_QUEUE, work_off

NOW = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
pytestmark = [pytest.mark.db, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _database_queue(settings):
    settings.TASKS = DATABASE_QUEUE


def found(name: str) -> Finding:
    [finding] = [each for each in diagnosis() if each.name == name]
    return finding


def give_up_a_job() -> DBTaskResult:
    enqueue("mail.tasks.send", 4711)
    job = DBTaskResult.objects.ready().get()
    job.set_failed(ValueError("no such message"))
    return job


def test_it_names_a_scheduler_that_sleeps_and_jobs_that_failed(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    with time_machine.travel(NOW, tick=False) as clock:
        run_due_jobs(timetable=[RecurringJob("mail.tasks.send_due", MINUTE)])
        work_off()
        give_up_a_job()
        clock.shift(MINUTE + LONGEST_WAIT + timedelta(seconds=1))
        findings = {each.name: each for each in diagnosis()}

    assert {name: each.ok for name, each in findings.items()} == {
        "database": True, "migrations": True, "cache": True, "storage": True, "queue": True,
        "cache_server": True, "scheduler": False, "jobs": False, "mails": True, "mails_in_doubt": True, "keys": True,
        "disk": True, "files": True, "backups": True, "demonstration": True,
    }  # fmt: skip
    assert findings["scheduler"].facts == {"late": ["mail.tasks.send_due"]}
    assert (findings["jobs"].says, findings["jobs"].facts) == (
        "1 job was given up or lost.",
        {"failed": 1, "lost": 0},
    )


def test_every_sentence_about_trouble_has_one_about_mending(settings, tmp_path):
    settings.DEMO, settings.BACKUP_FOLDER, settings.CERTIFICATE_KEYS = False, tmp_path, tmp_path / "keys"

    bad = [each for each in diagnosis() if not each.ok]

    assert {"keys", "backups", "operators", "secret_key"} <= {each.name for each in bad}
    assert [each.name for each in bad if not each.mend or each.says[-1] != "." or each.mend[-1] not in ".:"] == []


def test_it_says_why_certificates_cannot_be_signed(settings, tmp_path):
    settings.DEMO, settings.CERTIFICATE_KEYS = False, tmp_path / "keys"

    keys = found("keys")

    assert (keys.ok, keys.says.split(",")[0]) == (False, "There is no folder with the keys of certificates")


def test_it_asks_for_a_backup_of_the_last_days(settings, tmp_path):
    settings.DEMO, settings.BACKUP_FOLDER = False, tmp_path
    none = found("backups")
    made = tmp_path / "academy-20261130T000000Z.tar.gz.age"
    made.write_bytes(b"")
    fresh = found("backups")
    days_ago = (timezone.now() - timedelta(days=3)).timestamp()
    os.utime(made, (days_ago, days_ago))

    assert (none.ok, none.says, none.facts) == (False, "There is no backup.", {"newest": None})
    assert (fresh.ok, fresh.says.startswith("The newest backup is of ")) == (True, True)
    assert not found("backups").ok


def test_mails_that_were_given_up_count_for_a_week(settings):
    settings.DEMO = False
    with time_machine.travel(NOW, tick=False) as clock:
        person = make_person()
        Message.objects.create(key="a", recipient=person, address=person.email, state=Message.State.FAILED)
        at_once = found("mails")
        clock.shift(timedelta(days=8))

        assert (at_once.ok, at_once.facts) == (False, {"failed": 1})
        assert at_once.says == "1 mail of the last seven days was refused by the mail server until it was given up."
        assert found("mails").ok


def test_mails_that_were_cut_off_while_they_were_sent_are_in_doubt():
    with time_machine.travel(NOW, tick=False) as clock:
        person = make_person()
        Message.objects.create(key="a", recipient=person, address=person.email, state=Message.State.SENDING)
        at_once = found("mails_in_doubt")
        clock.shift(timedelta(hours=2))
        later = found("mails_in_doubt")
        clock.shift(timedelta(days=8))

        assert at_once.ok
        assert (later.ok, later.facts) == (False, {"in_doubt": 1})
        assert later.says == "1 mail was being sent when its process was killed: nobody knows whether it arrived."
        assert found("mails_in_doubt").ok


def test_a_disk_that_is_nearly_full_is_told(monkeypatch):
    free = type("Usage", (), {"free": LEAST_FREE - 1})
    monkeypatch.setattr("shutil.disk_usage", lambda _path: free)

    assert (found("disk").ok, found("disk").says) == (False, "There are 499 MB left on the disk of VAR_DIR.")


def test_a_folder_that_cannot_be_written_to_is_told(settings, tmp_path, monkeypatch):
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr("os.access", lambda _path, _mode: False)

    assert not found("files").ok


def test_the_command_says_the_same_in_words_and_as_json(settings, tmp_path):
    give_up_a_job()
    words, machine = StringIO(), StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command("doctor", stdout=words)
    with pytest.raises(SystemExit):
        call_command("doctor", "--json", stdout=machine)

    told = json.loads(machine.getvalue())
    assert ended.value.code == 1
    assert words.getvalue().splitlines()[-2:] == [
        "NOT WELL  jobs: 1 job was given up or lost.",
        "          Read in the CMS, under Operations, why; try them again, or set them aside with a reason.",
    ]
    assert (told["ok"], told["checks"]["jobs"]["failed"], "mend" in told["checks"]["jobs"]) == (False, 1, True)


def test_it_costs_the_same_with_one_job_and_with_three(django_assert_num_queries, settings, tmp_path):
    settings.DEMO, settings.CERTIFICATE_KEYS = False, tmp_path
    make_account("administrator")
    give_up_a_job()
    diagnosis()

    with django_assert_num_queries(12):
        diagnosis()
    give_up_a_job()
    give_up_a_job()
    with django_assert_num_queries(12):
        diagnosis()
