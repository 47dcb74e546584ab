import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from audit.models import Event
from certificates.models import Certificate
from certificates.services import (
    CertificateError,
    award_enrolment,
    award_missing,
    award_registration,
    reissue,
    revoke,
    seal,
    suspend,
)
from certificates.services.keys import rotate
from mail.models import Message
from tests.factories.certificates import make_certificate, make_completed_enrolment, make_completed_registration
from tests.factories.people import make_account, make_agency, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.db]

NOW = datetime(2026, 3, 31, 9, 0, tzinfo=UTC)


@pytest.fixture
def manager():
    return make_account("manager")


@pytest.fixture
def certificate():
    agency = make_agency(name_en="City polyclinic")
    return make_certificate(person=make_person(agency=agency, name_latin="Hanna Kavalchuk"))


@pytest.fixture
def again(manager):
    """`again(certificate)` issues it anew with another spelling, unless told otherwise."""

    def reissued(certificate: Certificate, **fields) -> Certificate:
        values = {"name_latin": "Anna Kovalchuk", "reason": "Spelt as in the passport", "actor": manager}
        return reissue(certificate=certificate, **{**values, **fields})

    return reissued


def test_a_correction_is_a_new_certificate_and_the_old_one_stays_as_it_was(certificate, again, manager):
    before = Certificate.objects.values("payload", "pdf", "pdf_sha256", "sealed_at", "code").get(pk=certificate.pk)

    with time_machine.travel(NOW + timedelta(days=300), tick=False):
        new = again(certificate, reason=" Spelt as in the passport ")
        moment = NOW + timedelta(days=300)

    old = Certificate.objects.get(pk=certificate.pk)
    assert Certificate.objects.values(*before).get(pk=certificate.pk) == before
    assert (old.status, old.superseded_at, old.status_reason, old.status_by) == (
        "superseded",
        moment,
        "Spelt as in the passport",
        manager,
    )
    assert (new.status, new.supersedes, old.successor) == ("pending", certificate, new)
    assert new.code != old.code
    changed = {name for name in new.payload if new.payload[name] != old.payload[name]}
    assert changed == {"code", "holder", "dates", "address", "printed"}
    assert new.payload["holder"] == {"native": old.payload["holder"]["native"], "latin": "Anna Kovalchuk"}
    assert new.payload["dates"] == {**old.payload["dates"], "issued": "2027-01-25"}


def test_the_correction_is_audited_on_both_and_kept_for_the_person(certificate, again, manager):
    new = again(certificate)

    events = {event.action: event for event in Event.objects.filter(reason="Spelt as in the passport")}
    assert set(events) == {"certificates.superseded", "certificates.reissued"}
    superseded, reissued = events["certificates.superseded"], events["certificates.reissued"]
    assert (superseded.object_id, reissued.object_id) == (str(certificate.pk), str(new.pk))
    assert {event.actor for event in events.values()} == {manager}
    assert reissued.before == {"code": certificate.code}
    assert reissued.after == {"code": new.code, "changed": ["holder"]}
    certificate.person.refresh_from_db()
    assert certificate.person.name_latin == "Anna Kovalchuk"
    assert Event.objects.get(action="people.latin_name_changed").before == {"name_latin": "Hanna Kavalchuk"}


def test_the_job_seals_the_new_one_like_any_other_and_tells_the_holder_once(
    certificate, again, django_capture_on_commit_callbacks
):
    Message.objects.all().delete()

    with django_capture_on_commit_callbacks(execute=True):
        new = again(certificate)
    new.refresh_from_db()
    seal(certificate=new)
    seal(certificate=certificate)

    message = Message.objects.get()
    assert (new.status, message.key) == ("valid", f"certificate:{new.code}:ready")
    assert message.subject == "Your certificate was issued anew"
    assert new.code in message.text


def test_a_signature_whose_key_was_given_up_is_reason_enough(manager, again, settings, tmp_path):
    settings.CERTIFICATE_KEYS = tmp_path / "keys"
    certificate = make_certificate(person=make_person(agency=make_agency(), name_latin="Hanna Kavalchuk"))
    with pytest.raises(CertificateError, match="Nothing on the certificate would change"):
        again(certificate, name_latin="Hanna Kavalchuk")
    old_key = certificate.signed_by

    rotate(compromised=True)
    new = seal(certificate=again(certificate, name_latin="Hanna Kavalchuk"))

    assert (new.supersedes_id, new.status) == (certificate.pk, "valid")
    assert new.signed_by != old_key


def test_what_was_revoked_stays_revoked_and_names_the_new_one(certificate, again, manager):
    revoke(certificate=certificate, reason="Two people shared an account", actor=manager)

    new = again(certificate)

    certificate.refresh_from_db()
    assert (certificate.status, certificate.status_reason) == ("revoked", "Two people shared an account")
    assert (certificate.successor, certificate.superseded_at) == (new, None)


def test_what_was_revoked_can_be_issued_anew_without_another_word(certificate, again, manager):
    revoke(certificate=certificate, reason="By mistake", actor=manager)

    assert again(certificate, name_latin=certificate.person.name_latin).status == "pending"


@time_machine.travel(NOW, tick=False)
def test_validity_that_has_passed_begins_anew_and_what_is_left_is_kept(again):
    enrolment = make_completed_enrolment(certificate_months=12)
    expired = make_certificate(expires_at=NOW - timedelta(days=1))
    expired.enrolment.module.certificate_months = 24
    expired.enrolment.module.save()
    standing = seal(certificate=award_enrolment(enrolment=enrolment))

    renewed = again(expired, name_latin=expired.person.name_latin)

    assert renewed.expires_at == datetime(2028, 3, 31, 20, 59, 59, tzinfo=UTC)
    assert renewed.payload["dates"]["expires"] == "2028-03-31"
    with time_machine.travel(NOW + timedelta(days=30), tick=False):
        assert again(standing).expires_at == standing.expires_at


def test_titles_and_agency_are_spelt_anew_only_when_asked(again):
    certificate = seal(certificate=award_registration(registration=make_completed_registration()))
    workshop = certificate.registration.workshop
    workshop.title_en, certificate.agency.name_en = "Migration and health, together", "City polyclinic No. 1"
    workshop.save()
    certificate.agency.save()

    kept = again(certificate)
    renewed = again(kept, renew_words=True)

    assert (kept.payload["subject"], kept.payload["agency"]) == (
        certificate.payload["subject"],
        certificate.payload["agency"],
    )
    assert renewed.payload["subject"]["titles"]["en"] == "Migration and health, together"
    assert renewed.payload["agency"]["en"] == "City polyclinic No. 1"
    assert renewed.payload["result"] == certificate.payload["result"]


def test_one_that_waits_because_of_a_letter_is_corrected_before_it_is_ever_sealed(again):
    person = make_person(agency=make_agency(), name_latin="Nguyễn Thị Lan", language="en")
    waiting = seal(certificate=award_enrolment(enrolment=make_completed_enrolment(person=person)))
    Certificate.objects.filter(pk=waiting.pk).update(sealed_at=None, pdf="", pdf_sha256="")

    new = again(waiting, name_latin="Nguyen Thi Lan")
    seal(certificate=waiting)

    waiting.refresh_from_db()
    assert (waiting.status, waiting.sealed_at) == ("superseded", None)
    assert seal(certificate=new).status == "valid"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name_latin": "Hanna Kavalchuk"}, "Nothing on the certificate would change"),
        ({"name_latin": "Ганна Ковальчук"}, "in Latin letters"),
        ({"reason": "  "}, "Give a reason"),
    ],
)
def test_what_makes_no_sense_is_refused_and_leaves_everything_as_it_was(certificate, again, fields, sentence):
    with pytest.raises(CertificateError, match=sentence):
        again(certificate, **fields)

    certificate.refresh_from_db()
    assert (certificate.status, Certificate.objects.count()) == ("valid", 1)
    assert certificate.person.name_latin == "Hanna Kavalchuk"


def test_a_name_that_cannot_be_drawn_costs_nobody_a_valid_certificate(certificate, again):
    certificate.person.given_name = "王"
    certificate.person.save()

    with pytest.raises(CertificateError, match="王"):
        again(certificate)

    certificate.refresh_from_db()
    assert certificate.status == "valid"


def test_a_new_one_after_revocation_needs_a_reason_too(certificate, again, manager):
    revoke(certificate=certificate, reason="By mistake", actor=manager)

    with pytest.raises(CertificateError, match="Say why"):
        again(certificate, reason=" ")


def test_a_suspended_one_is_decided_about_first(certificate, again, manager):
    suspend(certificate=certificate, reason="Under review", actor=manager)

    with pytest.raises(CertificateError, match="Lift the suspension or revoke"):
        again(certificate)


def test_the_same_certificate_is_replaced_once(certificate, again, manager):
    again(certificate)

    for change in (lambda: again(certificate), lambda: revoke(certificate=certificate, reason="No", actor=manager)):
        with pytest.raises(CertificateError, match="was replaced"):
            change()


def test_a_chain_of_corrections_has_one_that_stands(certificate, again, manager):
    second = again(certificate)
    revoke(certificate=second, reason="Wrong again", actor=manager)
    third = again(second, name_latin="Hanna Kovalchuk")

    assert list(Certificate.objects.standing()) == [third]
    assert award_enrolment(enrolment=certificate.enrolment) == third
    assert award_missing() == 0


def test_the_database_refuses_two_successors_and_a_certificate_that_replaces_itself(certificate, again):
    new = again(certificate)

    with pytest.raises(IntegrityError), transaction.atomic():
        make_certificate(supersedes=certificate)
    with pytest.raises(IntegrityError, match="certificate_replaces_another"), transaction.atomic():
        Certificate.objects.filter(pk=new.pk).update(supersedes=new)


@pytest.mark.django_db(transaction=True)
def test_two_managers_issue_it_anew_once(certificate, again):
    barrier = threading.Barrier(2)
    outcomes: list[str] = []

    def work() -> None:
        barrier.wait()
        try:
            outcomes.append(again(certificate).status)
        except CertificateError:
            outcomes.append("refused")
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(outcomes) == ["pending", "refused"]
    assert Certificate.objects.standing().count() == 1
