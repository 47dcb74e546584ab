"""Clocks that step back, several schedulers, and a worker that was paused until others took its work for lost."""

import signal
import time
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from certificates.models import Certificate
from mail.models import Message
from mail.services import plan_written
from operations.models import Schedule
from operations.timetable import TIMETABLE
from tests import servers
from tests.factories.certificates import make_completed_enrolment
from tests.factories.people import make_account, make_agency, make_person
from tests.faults.office import Office, hurry
from tests.faults.people import fill

pytestmark = [pytest.mark.deep, pytest.mark.db]
STEPPING = Path(__file__).parent / "stepping"
SCHEDULERS, ROUNDS, CERTIFICATES = 3, 2, 12


def test_a_clock_that_steps_back_by_an_hour_loses_nothing_and_repeats_nothing(
    office: Office, draw: Random, tmp_path: Path
) -> None:
    clock = tmp_path / "clock"
    clock.write_text("0")
    office.environment |= {"PYTHONPATH": str(STEPPING), "STEPPING_CLOCK": str(clock)}
    web = office.web()
    office.worker()
    office.scheduler()
    crowd = fill(web.port, draw, answering=2, finishing=8, marking=1)
    for part in office.parts:
        part.start()
    web.wait()
    crowd.begin()
    servers.wait_for(lambda: min(crowd.acknowledged().values()) > 0, "everybody is at work")

    clock.write_text("-3600")
    time.sleep(1)
    before = crowd.acknowledged()
    servers.wait_for(lambda: _more(crowd.acknowledged(), before), "everybody goes on an hour earlier")
    clock.write_text("0")
    crowd.end()
    crowd.finish()
    office.calm()

    assert not crowd.lost(), office.said()
    assert crowd.signed_out() == 0
    assert Certificate.objects.count() == len(crowd.finishing)
    assert office.mail.twice() == []


def _more(now: dict[str, int], before: dict[str, int]) -> bool:
    return now["answers"] > before["answers"] and now["marks"] > before["marks"]


def test_of_several_schedulers_one_hands_over_each_job(office: Office) -> None:
    for number in range(SCHEDULERS):
        office.scheduler(f"scheduler-{number}").start()
    done = {job.name: 0 for job in TIMETABLE}

    for each in range(1, ROUNDS + 1):
        servers.wait_for(
            lambda each=each: min(_handed_over().get(name, 0) for name in done) >= each, "all are handed over"
        )
        time.sleep(1)
        # They are done, and due again.
        DBTaskResult.objects.ready().update(status="SUCCESSFUL", finished_at=timezone.now())
        if each < ROUNDS:
            Schedule.objects.update(next_run_at=timezone.now())

    assert _handed_over() == dict.fromkeys(done, ROUNDS)


def _handed_over() -> dict[str, int]:
    return Counter(each["args"][0] for each in DBTaskResult.objects.values_list("args_kwargs", flat=True))


def test_a_letter_goes_once_though_its_worker_was_paused_until_another_had_its_job(office: Office) -> None:
    reader = make_account(email="reader@example.org").person
    paused, other, scheduler = office.worker("paused"), office.worker("other"), office.scheduler()
    office.mail.may_answer.clear()
    paused.start()
    plan_written(key="fault", recipient=reader, subject="Letter", text="Words", language="en")
    servers.wait_for(office.mail.reading.is_set, "the worker is in the middle of it")
    paused.signal(signal.SIGSTOP)
    lost = DBTaskResult.objects.running().get()
    time.sleep(5)
    hurry()
    other.start()
    scheduler.start()
    again = DBTaskResult.objects.filter(pk=lost.pk, status="SUCCESSFUL")
    servers.wait_for(again.exists, "another worker has done the job again")

    office.mail.may_answer.set()
    paused.signal(signal.SIGCONT)
    servers.wait_for(Message.objects.filter(state=Message.State.SENT).exists, "the first one knows that it went")

    assert office.mail.taken == [("reader@example.org", "Letter")]
    assert len(DBTaskResult.objects.get(pk=lost.pk).worker_ids) == 2
    assert paused.is_alive()


def test_certificates_are_sealed_once_though_a_worker_was_paused_among_them(office: Office, draw: Random) -> None:
    agency = make_agency()
    for number in range(CERTIFICATES):
        make_completed_enrolment(person=make_person(agency=agency, email=f"holder-{number}@example.org"))
    paused, other, scheduler = office.worker("paused"), office.worker("other"), office.scheduler()
    scheduler.start()
    paused.start()
    sealed = Certificate.objects.filter(sealed_at__isnull=False)
    servers.wait_for(sealed.exists, "the first certificate is sealed")
    time.sleep(draw.uniform(0, 0.2))
    paused.signal(signal.SIGSTOP)
    other.start()
    end = time.monotonic() + 8
    while time.monotonic() < end:
        # On SQLite a worker that was paused while it writes lets nobody else write until it goes on.
        _hurry_if_possible()
        time.sleep(1)
    paused.signal(signal.SIGCONT)
    office.calm()

    assert Certificate.objects.count() == sealed.count() == CERTIFICATES
    assert office.mail.twice() == []
    assert len(office.mail.taken) == CERTIFICATES


def _hurry_if_possible() -> None:
    from django.db import OperationalError, connection

    try:
        hurry()
    except OperationalError:
        connection.close()
