"""Jobs that were given up are tried again, or set aside with a reason."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from audit.models import Event
from core.jobs import enqueue
from operations.models import JobSetAside
from operations.services import DeadLetterError, dead_letters, diagnosis, prune_job_results, set_aside, try_again
from operations.services.upkeep import FAILURE_KEPT
from tests.factories.people import make_account
from tests.jobs import DATABASE_QUEUE, work_off

pytestmark = [pytest.mark.db, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _database_queue(settings):
    settings.TASKS = DATABASE_QUEUE


@pytest.fixture
def administrator():
    return make_account("administrator")


@pytest.fixture
def job() -> DBTaskResult:
    enqueue("operations.tasks.prune")
    job = DBTaskResult.objects.get()
    job.claim("a worker")
    job.set_failed(ValueError("the disk was full"))
    return job


def test_a_job_that_is_tried_again_is_done_and_gone(job, administrator):
    assert try_again(key=job.pk, actor=administrator) == "operations.tasks.prune"
    waiting = DBTaskResult.objects.ready().get()
    work_off()

    assert (waiting.pk, waiting.traceback, list(dead_letters())) == (job.pk, "", [])
    assert DBTaskResult.objects.get(pk=job.pk).status == "SUCCESSFUL"


def test_a_job_that_is_set_aside_is_well_for_the_doctor(job, administrator):
    set_aside(key=job.pk, reason="The message was about a workshop that is over.", actor=administrator)

    [jobs] = [each for each in diagnosis() if each.name == "jobs"]
    assert (jobs.ok, list(dead_letters()), JobSetAside.objects.get().job_id) == (True, [], job.pk)


def test_what_was_done_stands_in_the_trail_with_its_reason(job, administrator):
    try_again(key=job.pk, actor=administrator)
    DBTaskResult.objects.get().set_failed(ValueError("still full"))
    set_aside(key=job.pk, reason="Done by hand.", actor=administrator)

    events = Event.objects.filter(action__startswith="operations.").order_by("pk")
    assert [(each.action, each.actor, each.object_id, each.after, each.reason) for each in events] == [
        ("operations.job_tried_again", administrator, str(job.pk), {"job": "operations.tasks.prune"}, ""),
        ("operations.job_set_aside", administrator, str(job.pk), {"job": "operations.tasks.prune"}, "Done by hand."),
    ]


def test_nobody_sets_a_job_aside_without_a_reason(job, administrator):
    with pytest.raises(DeadLetterError, match="Say in some words"):
        set_aside(key=job.pk, reason=" - ", actor=administrator)

    assert list(dead_letters()) == [job]


@pytest.mark.parametrize("role", ["manager", "editor"])
def test_only_administrators_deal_with_jobs(job, role):
    account = make_account(role)
    for act in (
        lambda: try_again(key=job.pk, actor=account),
        lambda: set_aside(key=job.pk, reason="a" * 9, actor=account),
    ):
        with pytest.raises(DeadLetterError, match="Only administrators"):
            act()

    assert (list(dead_letters()), Event.objects.filter(action__startswith="operations.").count()) == ([job], 0)


def test_a_job_is_dealt_with_once(job, administrator):
    set_aside(key=job.pk, reason="Done by hand.", actor=administrator)

    for key in (job.pk, uuid4()):
        with pytest.raises(DeadLetterError, match="has dealt with this job already"):
            try_again(key=key, actor=administrator)


def test_what_was_set_aside_is_forgotten_with_its_job(job, administrator):
    set_aside(key=job.pk, reason="Done by hand.", actor=administrator)

    with time_machine.travel(timezone.now() + FAILURE_KEPT + timedelta(days=1)):
        prune_job_results()

    assert (DBTaskResult.objects.count(), JobSetAside.objects.count()) == (0, 0)
