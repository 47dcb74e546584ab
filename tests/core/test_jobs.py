"""Jobs by name, on the real queue."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from core.jobs import PAUSES, SomeFailedError, enqueue, for_each
from mail.models import Message
from tests.factories.people import make_person
from tests.jobs import DATABASE_QUEUE, work_off

NOW = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
pytestmark = [pytest.mark.db, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _database_queue(settings):
    settings.TASKS = DATABASE_QUEUE


def planned_message(**fields) -> Message:
    values = {"key": "test", "address": "a@example.org", "language": "en", "subject": "Hello", "text": "Hello.\n"}
    return Message.objects.create(recipient=make_person(), **{**values, **fields})


def states() -> list[str]:
    return list(DBTaskResult.objects.order_by("enqueued_at").values_list("status", flat=True))


def test_a_job_is_done_by_the_worker_not_by_the_caller():
    message = planned_message()

    enqueue("mail.tasks.send", message.pk)

    assert mail.outbox == []
    work_off()
    assert [sent.subject for sent in mail.outbox] == ["Hello"]
    assert states() == ["SUCCESSFUL"]


def test_a_job_exists_once_the_transaction_that_asked_for_it_has_committed():
    with transaction.atomic():
        enqueue("mail.tasks.send", 1)
        assert states() == []

    assert states() == ["READY"]


def test_a_transaction_that_is_rolled_back_leaves_no_job():
    with transaction.atomic():
        enqueue("mail.tasks.send", 1)
        transaction.set_rollback(True)

    assert states() == []


def test_what_cannot_be_stored_is_refused_inside_the_transaction():
    with pytest.raises(TypeError), transaction.atomic():
        enqueue("mail.tasks.send", NOW)


def test_a_failing_job_is_tried_again_after_growing_pauses_and_then_stays_failed():
    with time_machine.travel(NOW, tick=False) as clock:
        enqueue("mail.tasks.send", 4711)
        tried_at = []
        for pause in [*PAUSES, None]:
            work_off()
            tried_at.append(DBTaskResult.objects.finished().latest("started_at").started_at - NOW)
            if pause is not None:
                clock.shift(pause - timedelta(seconds=1))
                work_off()
                clock.shift(timedelta(seconds=1))

    seconds = [int(moment.total_seconds()) for moment in tried_at]
    assert seconds == [0, 10, 70, 670, 4270, 25870]
    assert states() == ["SUCCESSFUL"] * len(PAUSES) + ["FAILED"]


def test_a_job_that_failed_once_succeeds_when_its_reason_has_gone():
    with time_machine.travel(NOW, tick=False) as clock:
        enqueue("mail.tasks.send", 4711)
        work_off()
        planned_message(pk=4711)
        clock.shift(PAUSES[0])
        work_off()

    assert Message.objects.get(pk=4711).state == Message.State.SENT
    assert states() == ["SUCCESSFUL", "SUCCESSFUL"]


def test_one_thing_that_fails_stops_no_other_and_is_told_at_the_end():
    done = []

    def act(number: int) -> None:
        done.append(10 // number)

    with pytest.raises(SomeFailedError, match="1 failed, 2 done"):
        for_each([5, 0, 2], act)

    assert done == [2, 5]


def test_a_recurring_job_that_fails_is_not_repeated_because_it_comes_again_by_itself():
    enqueue("mail.tasks.send", 4711, retry=False)

    work_off()

    assert states() == ["FAILED"]
