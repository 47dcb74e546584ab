"""Freezing by several people at the same moment."""

import threading

import pytest
from django.db import connection

from reports.services import SnapshotError, freeze_report
from tests.factories.people import make_account


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one write at a time")
def test_three_at_once_get_three_numbers_and_the_same_question_one(agency_tree):
    manager = make_account("manager", agency=agency_tree.clinic)
    barrier, outcomes = threading.Barrier(4), []

    def freeze(code: str) -> None:
        barrier.wait()
        try:
            outcomes.append(freeze_report(name="agencies", account=manager, agency=code).number[-4:])
        except SnapshotError as error:
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=freeze, args=(code,)) for code in ("ministry", "clinic", "unrelated", "unrelated")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["0001", "0002", "0003", "SnapshotError"]
