import os
import signal
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, connections
from django.utils import timezone

from audit.models import Event
from certificates import services
from certificates.designs import Parameters
from certificates.models import Certificate, Design, PublicKey, Run, RunItem
from certificates.services import (
    CertificateError,
    award_enrolment,
    go_on_with_lost_runs,
    pause_run,
    progress_of,
    resume_run,
    retry_run,
    revoke,
    save_design,
    seal,
    start_run,
    suspend,
    work_on,
)
from people.models import Person
from tests.factories.certificates import make_certificate, make_completed_enrolment
from tests.factories.people import make_account, make_agency, make_person
from tests.jobs import DATABASE_QUEUE, work_off

pytestmark = [pytest.mark.django_db, pytest.mark.db]

REISSUE, SEAL = Run.Work.REISSUE, Run.Work.SEAL


@pytest.fixture(autouse=True)
def _real_queue(settings):
    """Jobs wait in the database, as in production, so that a test decides when they are done."""
    settings.TASKS = DATABASE_QUEUE


@pytest.fixture
def manager(db):
    return make_account("manager")


@pytest.fixture
def clinic(db):
    return make_agency(code="clinic", name_en="City clinic")


def valid(agency, count: int) -> list[Certificate]:
    return [make_certificate(person=make_person(agency=agency)) for _ in range(count)]


def renamed(agency, name: str = "National clinic") -> None:
    agency.name_en = name
    agency.save()


def reissuing(manager, **fields) -> Run:
    fields = {"certificates": Certificate.objects.all(), "reason": "The clinic has a new name", **fields}
    return start_run(work=REISSUE, actor=manager, **fields)


def test_a_run_issues_all_certificates_of_a_renamed_agency_anew(manager, clinic):
    old = valid(clinic, 3)
    renamed(clinic)

    run = reissuing(manager)

    assert work_on(run=run) == 3
    run.refresh_from_db()
    assert (run.state, run.finished_at is not None) == (Run.State.DONE, True)
    new = [RunItem.objects.get(certificate=each).successor for each in old]
    assert [each.supersedes for each in new] == old
    assert {each.payload["agency"]["en"] for each in new} == {"National clinic"}
    assert {each.status for each in Certificate.objects.filter(pk__in=[each.pk for each in old])} == {"superseded"}
    assert set(Certificate.objects.filter(superseded_at__isnull=False).values_list("status_reason", flat=True)) == {
        "The clinic has a new name"
    }


def test_nothing_is_done_twice_when_a_run_is_worked_on_again(manager, clinic):
    valid(clinic, 2)
    renamed(clinic)
    run = reissuing(manager)

    assert [work_on(run=run, at_most=1), work_on(run=run), work_on(run=run)] == [1, 1, 0]
    assert Certificate.objects.count() == 4


def test_a_pause_counts_from_the_next_certificate_on_and_the_run_goes_on_where_it_stopped(manager, clinic):
    valid(clinic, 3)
    renamed(clinic)
    run = reissuing(manager)
    work_on(run=run, at_most=1)

    pause_run(run=run, actor=manager)

    assert work_on(run=run) == 0
    assert progress_of(run) == services.Progress(total=3, done=1, failed=0)
    resume_run(run=run, actor=manager)
    assert work_on(run=run) == 2
    assert [event.action for event in Event.objects.filter(action__startswith="certificates.run").order_by("pk")] == [
        "certificates.run_started", "certificates.run_paused", "certificates.run_resumed",
    ]  # fmt: skip


def test_pausing_twice_and_resuming_a_run_that_is_done_change_nothing(manager, clinic):
    valid(clinic, 1)
    renamed(clinic)
    run = reissuing(manager)
    pause_run(run=run, actor=manager)
    pause_run(run=run, actor=manager)
    resume_run(run=run, actor=manager)
    work_on(run=run)

    assert pause_run(run=run, actor=manager).state == Run.State.DONE
    assert resume_run(run=run, actor=manager).state == Run.State.DONE
    assert Event.objects.filter(action="certificates.run_paused").count() == 1


def undrawable(certificate: Certificate, name: str = "王") -> None:
    """The holder has a name from now on that no face can draw, or another one."""
    Person.objects.filter(pk=certificate.person_id).update(family_name=name)


def test_what_is_refused_is_said_and_the_others_go_on(manager, clinic):
    first, second = valid(clinic, 2)
    renamed(clinic)
    undrawable(second)
    run = reissuing(manager)

    work_on(run=run)

    assert progress_of(run) == services.Progress(total=2, done=2, failed=1)
    assert services.causes_of(run) == [("The typeface of the certificate cannot draw: 王 (U+738B).", 1)]
    assert RunItem.objects.get(certificate=first).successor is not None
    assert RunItem.objects.get(certificate=second).successor is None


def test_what_could_not_be_done_is_tried_again(manager, clinic):
    (certificate,) = valid(clinic, 1)
    undrawable(certificate)
    run = reissuing(manager)
    work_on(run=run)
    undrawable(certificate, "Wang")

    retry_run(run=run, actor=manager)

    run.refresh_from_db()
    assert (run.state, run.finished_at) == (Run.State.RUNNING, None)
    work_on(run=run)
    assert progress_of(run) == services.Progress(total=1, done=1, failed=0)


def test_what_a_run_leaves_out_is_counted_once_with_the_reason(manager, clinic):
    own = make_certificate(person=manager.person)
    fine, revoked, suspended, expired = valid(clinic, 4)
    same = make_certificate(person=make_person(agency=make_agency(code="hospital")))
    renamed(clinic)
    revoke(certificate=revoked, reason="An error", actor=manager)
    suspend(certificate=suspended, reason="A question", actor=manager)
    Certificate.objects.filter(pk=expired.pk).update(expires_at=timezone.now())
    asked = {"work": REISSUE, "certificates": Certificate.objects.all(), "actor": manager}

    outlook = services.outlook(**asked)

    assert outlook.keys == [fine.pk]
    assert [(sentence.partition(":")[0], count) for sentence, count in outlook.left_out] == [
        ("Your own certificates", 1), ("Revoked", 1), ("Suspended", 1), ("Expired", 1), ("Unchanged", 1),
    ]  # fmt: skip
    assert {own.pk, same.pk}.isdisjoint(outlook.keys)


def test_a_changed_design_is_a_change(manager, clinic):
    (certificate,) = valid(clinic, 1)
    asked = {"work": REISSUE, "certificates": Certificate.objects.all(), "actor": manager}
    assert services.outlook(**asked).keys == []
    save_design(design=None, name="Spring", is_default=True, parameters=Parameters(pattern=75), actor=manager)

    run = reissuing(manager)
    work_on(run=run)

    new = RunItem.objects.get(run=run, certificate=certificate).successor
    assert (new.payload["design"]["name"], new.payload["design"]["parameters"]["pattern"]) == ("Spring", 75)
    assert Event.objects.get(action="certificates.reissued").after["changed"] == ["design"]
    assert services.outlook(**asked).keys == []


def test_another_name_of_the_same_design_is_none(manager, clinic):
    save_design(design=None, name="Spring", is_default=True, parameters=Parameters(), actor=manager)
    valid(clinic, 1)
    Design.objects.update(name="Autumn")

    with pytest.raises(CertificateError, match="no certificate on which this run could work"):
        reissuing(manager)


def test_looking_ahead_asks_as_often_for_one_as_for_three(manager, clinic, django_assert_num_queries):
    certificates = valid(clinic, 3)
    asked = {"work": REISSUE, "actor": manager}

    for some in (certificates[:1], certificates):
        with django_assert_num_queries(7):
            services.outlook(certificates=Certificate.objects.filter(pk__in=[each.pk for each in some]), **asked)


def test_a_second_run_does_not_take_what_is_in_one_that_is_not_done(manager, clinic):
    valid(clinic, 1)
    renamed(clinic)
    reissuing(manager)

    with pytest.raises(CertificateError, match="no certificate on which this run could work"):
        reissuing(manager)


def test_without_a_reason_nothing_is_issued_anew(manager, clinic):
    valid(clinic, 1)

    with pytest.raises(CertificateError, match="Say why"):
        reissuing(manager, reason=" ")
    assert not Run.objects.exists()


def test_a_run_prepares_what_waits_and_names_the_letter_that_cannot_be_drawn(manager, clinic):
    for name in ("Nováková", "王"):
        award_enrolment(enrolment=make_completed_enrolment(person=make_person(agency=clinic, family_name=name)))
    make_certificate(person=make_person(agency=clinic))

    run = start_run(work=SEAL, certificates=Certificate.objects.all(), actor=manager)
    work_on(run=run)

    assert progress_of(run) == services.Progress(total=2, done=2, failed=1)
    assert services.causes_of(run) == [("The typeface of the certificate cannot draw: 王 (U+738B).", 1)]


def test_a_run_whose_job_was_lost_gets_another(manager, clinic):
    valid(clinic, 1)
    renamed(clinic)
    run = reissuing(manager)
    assert go_on_with_lost_runs() == 0
    Run.objects.update(created_at=timezone.now() - timedelta(minutes=11))

    assert go_on_with_lost_runs() == 1
    RunItem.objects.update(done_at=timezone.now())
    assert go_on_with_lost_runs() == 0
    assert run.state == Run.State.RUNNING


def test_signatures_are_extended_also_of_what_is_out_of_force(manager, clinic):
    sealed, revoked, extended, given_up = valid(clinic, 4)
    revoke(certificate=revoked, reason="Wrong person", actor=manager)
    services.extend(certificate=extended)
    award_enrolment(enrolment=make_completed_enrolment())
    now = timezone.now()
    lost = PublicKey.objects.create(kind="document", key_id="lost", created_at=now, retired_at=now, compromised_at=now)
    Certificate.objects.filter(pk=given_up.pk).update(signed_by=lost)
    everything = {"work": Run.Work.EXTEND, "certificates": Certificate.objects.all(), "actor": manager}

    left_out = services.outlook(**everything).left_out
    run = start_run(**everything)
    work_on(run=run)

    assert left_out == [
        ("Being prepared: there is no file yet that could be extended.", 1),
        ("Extended already: nothing is missing.", 1),
        ("Signed with a key that was given up: they have to be issued anew.", 1),
    ]
    assert progress_of(run) == services.Progress(total=2, done=2, failed=0)
    done = Certificate.objects.filter(extended_at__isnull=False)
    assert set(done.values_list("pk", flat=True)) == {sealed.pk, revoked.pk, extended.pk}


def test_a_signature_that_cannot_be_extended_is_said_and_the_others_go_on(manager, clinic):
    first, _second = valid(clinic, 2)
    path = Path(first.pdf.path)
    path.write_bytes(path.read_bytes() + b"changed")
    run = start_run(work=Run.Work.EXTEND, certificates=Certificate.objects.all(), actor=manager)

    work_on(run=run)

    assert progress_of(run) == services.Progress(total=2, done=2, failed=1)
    assert services.causes_of(run) == [
        ("The signature could not be extended. The operator of the site finds the reason in the log.", 1)
    ]


@pytest.mark.parametrize("portion", [1, 2, 3, 100])
@pytest.mark.django_db(transaction=True)
def test_the_worker_does_a_run_from_its_start_to_its_end(manager, clinic, monkeypatch, portion):
    monkeypatch.setattr(services.runs, "PORTION", portion)
    valid(clinic, 3)
    renamed(clinic)
    run = reissuing(manager)

    work_off()

    run.refresh_from_db()
    assert run.state == Run.State.DONE
    assert Certificate.objects.filter(supersedes__isnull=False, sealed_at__isnull=False).count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_workers_on_one_run_do_nothing_twice(manager, clinic):
    valid(clinic, 8)
    renamed(clinic)
    run = reissuing(manager)
    barrier = threading.Barrier(2)
    done: list[int] = []

    def work() -> None:
        barrier.wait()
        done.append(work_on(run=run))
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    run.refresh_from_db()
    assert sum(done) == 8
    assert progress_of(run) == services.Progress(total=8, done=8, failed=0)
    assert run.state == Run.State.DONE
    assert Certificate.objects.count() == 16
    assert seal(certificate=Certificate.objects.latest("pk")).status == "valid"


@pytest.mark.django_db(transaction=True)
def test_a_killed_process_leaves_a_run_that_goes_on_where_it_stopped(manager, clinic):
    valid(clinic, 20)
    renamed(clinic)
    run = reissuing(manager)
    connections.close_all()

    child = os.fork()
    if child == 0:
        try:
            work_on(run=run)
        finally:
            os._exit(0)
    while progress_of(run).done < 2:
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)

    done = progress_of(run).done
    assert 2 <= done < 20
    assert work_on(run=run) == 20 - done
    assert progress_of(run) == services.Progress(total=20, done=20, failed=0)
    assert Certificate.objects.filter(supersedes__isnull=False).count() == 20
