import threading
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from certificates import chain
from certificates.models import Certificate, LogEntry
from certificates.services import award_enrolment, lift_suspension, reissue, revoke, seal, suspend
from certificates.services.log import note
from core.models import AppendOnlyError
from tests.factories.certificates import make_certificate, make_completed_enrolment
from tests.factories.people import make_account

pytestmark = [pytest.mark.django_db, pytest.mark.db]


def log() -> list[tuple[int, str]]:
    return list(LogEntry.objects.values_list("number", "action"))


def sentences() -> list[str]:
    return list(chain.problems(entry.entry for entry in LogEntry.objects.select_related("certificate")))


def test_everything_that_becomes_of_a_certificate_is_noted_in_its_order():
    certificate, manager = make_certificate(), make_account("manager")
    suspend(certificate=certificate, reason="Under review", actor=manager)
    lift_suspension(certificate=certificate, reason="Review done", actor=manager)
    new = reissue(certificate=certificate, name_latin="Anna Ivanova", reason="A name", actor=manager)
    seal(certificate=new)
    revoke(certificate=new, reason="Never earned", actor=manager)

    actions = ["sealed", "suspended", "lifted", "superseded", "sealed", "revoked"]
    assert log() == list(enumerate(actions, start=1))
    assert sentences() == []
    assert LogEntry.objects.get(action="superseded").facts == {"successor": new.code}


def test_an_entry_names_the_moment_that_the_register_names():
    certificate, manager = make_certificate(), make_account("manager")
    revoked = revoke(certificate=certificate, reason="Mistake", actor=manager)

    assert [entry.at for entry in certificate.log.all()] == [certificate.sealed_at, revoked.revoked_at]


def test_what_changes_nothing_is_not_noted():
    certificate, manager = make_certificate(), make_account("manager")
    for _again in range(2):
        seal(certificate=certificate)
        lift_suspension(certificate=certificate, reason="It was never suspended", actor=manager)
    for _again in range(2):
        revoke(certificate=certificate, reason="Mistake", actor=manager)

    assert log() == [(1, "sealed"), (2, "revoked")]


def test_what_is_rolled_back_leaves_no_gap():
    certificate = make_certificate()
    with transaction.atomic():
        note(certificate, "revoked")
        transaction.set_rollback(True)
    note(certificate, "suspended")

    assert log() == [(1, "sealed"), (2, "suspended")]
    assert sentences() == []


def test_facts_come_back_from_the_database_as_they_were_noted():
    at = datetime(2026, 3, 31, 9, 0, 0, 123456, tzinfo=UTC)
    note(make_certificate(), "extended", at=at, extended_sha256="ab", key=None, count=3)

    assert sentences() == []


def test_nobody_changes_or_deletes_an_entry():
    make_certificate()
    entry = LogEntry.objects.get()

    for forbidden in (entry.delete, entry.save, LogEntry.objects.all().delete):
        with pytest.raises(AppendOnlyError):
            forbidden()
    with pytest.raises(AppendOnlyError):
        LogEntry.objects.update(action="revoked")


def at_once(work, count: int) -> None:
    barrier = threading.Barrier(count)
    failures: list[BaseException] = []

    def run(number: int) -> None:
        barrier.wait()
        try:
            work(number)
        except BaseException as error:  # noqa: BLE001 – told by the thread that waits
            failures.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []


@pytest.mark.django_db(transaction=True)
def test_four_at_once_make_a_chain_without_a_gap_from_the_first_entry_on():
    # No face has this letter, so nothing is sealed and the log is empty.
    people = [make_account(family_name="王").person for _ in range(4)]
    certificates = [award_enrolment(enrolment=make_completed_enrolment(person=person)) for person in people]
    assert log() == []

    def work(number: int) -> None:
        for _again in range(5):
            with transaction.atomic():
                note(Certificate.objects.get(pk=certificates[number].pk), "suspended")

    at_once(work, 4)

    assert [number for number, _action in log()] == list(range(1, 21))
    assert sentences() == []


@pytest.mark.django_db(transaction=True)
def test_sealing_and_issuing_anew_at_once_neither_wait_for_ever_nor_leave_a_gap():
    manager = make_account("manager")
    certificates = [make_certificate() for _ in range(2)]
    pending = [award_enrolment(enrolment=make_completed_enrolment()) for _ in range(2)]

    def work(number: int) -> None:
        seal(certificate=pending[number])
        new = reissue(certificate=certificates[number], name_latin="Anna", reason="A name", actor=manager)
        seal(certificate=new)

    at_once(work, 2)

    assert sorted(action for _number, action in log()) == ["sealed"] * 6 + ["superseded"] * 2
    assert sentences() == []
