"""Real processes that issue and seal the same at once or are killed in the middle: one record, one number, one mail."""

import hashlib
import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from certificates.models import Certificate, LogEntry
from certificates.services import audit, award_missing, current_keys, prepare_pending, start_run, work_on
from certificates.services.runs import progress_of
from core.jobs import enqueue
from mail.models import Message
from tests.factories.certificates import make_completed_enrolment, make_completed_registration
from tests.factories.people import make_account, make_agency, make_person
from tests.jobs import DATABASE_QUEUE, work_off

pytestmark = [pytest.mark.deep, pytest.mark.db, pytest.mark.django_db(transaction=True)]

MODULES, WORKSHOPS = 16, 8
TOGETHER = MODULES + WORKSHOPS


@pytest.fixture(autouse=True)
def _earned(settings) -> None:
    """So much is completed and not announced, and the keys are there."""
    settings.TASKS = DATABASE_QUEUE
    agency = make_agency()
    for number in range(MODULES):
        make_completed_enrolment(person=make_person(agency=agency, language=("en", "ru", "be")[number % 3]))
    for _ in range(WORKSHOPS):
        make_completed_registration(person=make_person(agency=agency))
    current_keys()


def started(work: Callable[[], object], *, at: float) -> int:
    """Do something in a process of its own from a moment on, and return its number."""
    connections.close_all()
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        time.sleep(max(0.0, at - time.time()))
        work()
        status = 0
    finally:
        os._exit(status)


def at_once(*works: Callable[[], object]) -> list[int]:
    """Do several things at the same moment, each in a process of its own; return how each of them ended."""
    moment = time.time() + 0.3
    children = [started(work, at=moment) for work in works]
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


def killed(work: Callable[[], object], *, when: Callable[[], bool]) -> None:
    """Begin something in a process of its own and kill it as soon as something holds, at the latest when it ends."""
    child = started(work, at=0)
    while not when() and os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def sealed() -> int:
    return Certificate.objects.filter(sealed_at__isnull=False).count()


def check_that_each_was_issued_once() -> None:
    """One record and one number for each that was earned, one mail, one file with the bytes that were sealed."""
    certificates = list(Certificate.objects.all())
    earned = Counter((each.enrolment_id, each.registration_id) for each in certificates)
    assert (len(earned), set(earned.values())) == (TOGETHER, {1})
    assert {each.status for each in certificates} == {"valid"}
    files = (Path(settings.PRIVATE_ROOT) / "certificates").glob("*.pdf")
    hashes = {file.stem: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    assert {each.code: each.pdf_sha256 for each in certificates}.items() <= hashes.items()
    mails = Counter(Message.objects.filter(key__endswith=":ready").values_list("key", flat=True))
    assert mails == {f"certificate:{each.code}:ready": 1 for each in certificates}
    assert Counter(LogEntry.objects.values_list("action", flat=True)) == {"sealed": TOGETHER}
    assert audit().problems == []


def test_two_processes_that_issue_the_same_issue_it_once():
    def issue() -> None:
        call_command("issue_certificates", stdout=StringIO())

    assert at_once(issue, issue) == [0, 0]
    check_that_each_was_issued_once()


def test_two_workers_with_the_same_jobs_seal_once():
    award_missing()
    for pk in Certificate.objects.values_list("pk", flat=True):
        enqueue("certificates.tasks.seal", pk)

    assert at_once(work_off, work_off, prepare_pending) == [0, 0, 0]

    check_that_each_was_issued_once()


@pytest.mark.parametrize("done", [0, 1, 9])
def test_who_is_killed_while_issuing_leaves_nothing_that_is_issued_a_second_time(done):
    killed(award_missing, when=lambda: Certificate.objects.count() >= done)
    numbers = set(Certificate.objects.values_list("code", flat=True))
    killed(prepare_pending if numbers else award_missing, when=lambda: sealed() >= min(done, len(numbers)))
    hashes = dict(Certificate.objects.exclude(pdf_sha256="").values_list("code", "pdf_sha256"))

    call_command("issue_certificates")

    check_that_each_was_issued_once()
    after = dict(Certificate.objects.values_list("code", "pdf_sha256"))
    assert (numbers <= after.keys(), hashes.items() <= after.items()) == (True, True)


def test_a_batch_that_is_killed_over_and_over_goes_on_without_a_second_number():
    award_missing()
    numbers = set(Certificate.objects.values_list("code", flat=True))
    run = start_run(work="seal", certificates=Certificate.objects.all(), actor=make_account("manager"))

    for least in (1, 5, 12):
        killed(lambda: work_on(run=run), when=lambda least=least: progress_of(run).done >= least)
    work_on(run=run)

    progress = progress_of(run)
    assert (progress.done, progress.failed) == (TOGETHER, 0)
    assert set(Certificate.objects.values_list("code", flat=True)) == numbers
    check_that_each_was_issued_once()
