import hashlib
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from certificates.models import Certificate
from certificates.services import (
    KeysError,
    award_enrolment,
    current_keys,
    erase,
    prepare_pending,
    seal,
    sealing,
    signed_file,
    suspend,
)
from certificates.services.keys import rotate
from certificates.services.preparing import why_waiting
from mail.models import Message
from tests.factories.certificates import (
    make_certificate,
    make_completed_enrolment,
)
from tests.factories.people import make_account, make_agency, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.db]

NOW = datetime(2026, 3, 31, 9, 0, tzinfo=UTC)


@pytest.fixture
def holder():
    agency = make_agency(name_en="City polyclinic", name_be="Гарадская паліклініка")
    return make_person(
        agency=agency,
        family_name="Лук’яновіч",
        given_name="Ўладзіслаў",
        patronymic="Іванавіч",
        name_latin="Uladzislau Lukianovich",
        language="be",
    )


def test_sealing_stores_the_bytes_under_the_code_with_their_hash():
    certificate = seal(certificate=award_enrolment(enrolment=make_completed_enrolment()))

    with certificate.pdf.open("rb") as file:
        data = file.read()
    assert data.startswith(b"%PDF-1.7")
    assert certificate.pdf.name == f"certificates/{certificate.code}.pdf"
    assert certificate.pdf_sha256 == hashlib.sha256(data).hexdigest()
    assert (certificate.status, certificate.failure) == ("valid", "")


def test_a_certificate_is_sealed_though_the_clock_was_set_back_meanwhile():
    current_keys()
    certificate = award_enrolment(enrolment=make_completed_enrolment())
    later = certificate.issued_at + timedelta(minutes=5)
    Certificate.objects.filter(pk=certificate.pk).update(issued_at=later)

    assert seal(certificate=certificate).sealed_at == later


def test_sealed_files_lie_outside_what_the_web_server_shows():
    certificate = make_certificate()

    path = Path(certificate.pdf.path)
    assert path.is_relative_to(settings.PRIVATE_ROOT)
    assert not path.is_relative_to(settings.MEDIA_ROOT)


def test_sealing_again_changes_nothing_and_tells_nobody_again():
    certificate = make_certificate()
    before = Certificate.objects.values().get()

    seal(certificate=certificate)
    prepare_pending()

    assert Certificate.objects.values().get() == before
    assert Message.objects.values_list("key", flat=True).get() == f"certificate:{certificate.code}:ready"


def test_the_file_is_made_from_the_payload_alone():
    enrolment = make_completed_enrolment()
    certificate = award_enrolment(enrolment=enrolment)
    enrolment.person.family_name = "Іншая"
    enrolment.person.save()
    enrolment.agency.name_en = "Another name"
    enrolment.agency.save()

    first = seal(certificate=certificate).pdf_sha256
    Certificate.objects.update(sealed_at=None, pdf="", pdf_sha256="")

    assert seal(certificate=certificate).pdf_sha256 == first
    assert certificate.payload["printed"]["agency"] == "City polyclinic"


def test_a_file_left_by_a_killed_process_is_replaced():
    certificate = award_enrolment(enrolment=make_completed_enrolment())
    path = Path(settings.PRIVATE_ROOT) / "certificates" / f"{certificate.code}.pdf"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"half a file")

    sealed = seal(certificate=certificate)

    assert (sealed.pdf.name, hashlib.sha256(path.read_bytes()).hexdigest()) == (
        f"certificates/{certificate.code}.pdf",
        sealed.pdf_sha256,
    )


def test_what_was_erased_while_it_was_drawn_is_not_stored():
    certificate = suspend(
        certificate=award_enrolment(enrolment=make_completed_enrolment()),
        reason="Under review",
        actor=make_account("manager"),
    )
    keys = current_keys()
    data, credential = signed_file(certificate=certificate, keys=keys)
    erase(certificate=certificate, reason="The holder asked", actor=make_account("administrator"))

    sealing._store(certificate, data, keys, credential)

    after = Certificate.objects.get()
    assert (after.sealed_at, after.credential, after.pdf.name) == (None, "", "")
    assert not (Path(settings.PRIVATE_ROOT) / "certificates" / f"{certificate.code}.pdf").exists()
    assert (seal(certificate=certificate).sealed_at, prepare_pending()) == (None, 0)


def test_what_was_drawn_with_keys_that_are_given_up_meanwhile_waits_for_the_new_ones(settings, tmp_path):
    settings.CERTIFICATE_KEYS = tmp_path / "keys"
    certificate = award_enrolment(enrolment=make_completed_enrolment())
    keys = current_keys()
    data, credential = signed_file(certificate=certificate, keys=keys)
    rotate(compromised=True)

    with pytest.raises(KeysError, match="were given up"):
        sealing._store(certificate, data, keys, credential)

    assert Certificate.objects.get().sealed_at is None
    assert seal(certificate=certificate).signed_by.key_id == current_keys().document.key_id


def test_a_letter_that_cannot_be_drawn_leaves_the_certificate_pending_and_is_named(holder):
    holder.family_name = "王"
    holder.save()
    certificate = award_enrolment(enrolment=make_completed_enrolment(person=holder))

    sealed = seal(certificate=certificate)

    assert (sealed.status, sealed.pdf.name, Message.objects.count()) == ("pending", "", 0)
    assert why_waiting(sealed) == "The typeface of the certificate cannot draw: 王 (U+738B)."
    assert prepare_pending() == 0


def test_the_holder_is_told_in_the_own_language_where_the_certificate_is(holder):
    certificate = make_certificate(person=holder)

    message = Message.objects.get()

    assert (message.recipient, message.language) == (holder, "be")
    assert f"{settings.SITE_ADDRESS}/be/my/certificates/{certificate.code}/" in message.text
    assert f"{settings.SITE_ADDRESS}/v/{certificate.code}" in message.text


def test_a_holder_without_an_address_gets_a_certificate_and_no_message(holder):
    holder.email = ""
    holder.save()

    certificate = make_certificate(person=holder)

    assert (certificate.status, Message.objects.count()) == ("valid", 0)


@pytest.mark.django_db(transaction=True)
def test_two_workers_seal_once():
    certificate = award_enrolment(enrolment=make_completed_enrolment())
    barrier = threading.Barrier(2)
    hashes: list[str] = []

    def work() -> None:
        barrier.wait()
        hashes.append(seal(certificate=certificate).pdf_sha256)
        connection.close()

    Certificate.objects.update(sealed_at=None, pdf="", pdf_sha256="")
    Message.objects.all().delete()
    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    certificate.refresh_from_db()
    assert hashes == [certificate.pdf_sha256] * 2
    assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_award_once():
    enrolment = make_completed_enrolment()
    barrier = threading.Barrier(2)
    codes: list[str] = []

    def work() -> None:
        barrier.wait()
        codes.append(award_enrolment(enrolment=enrolment).code)
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert codes == [Certificate.objects.get().code] * 2


def test_the_database_refuses_a_second_standing_certificate():
    certificate = make_certificate()
    copy = Certificate.objects.get(pk=certificate.pk)
    copy.pk, copy.code = None, "0" * 13

    with pytest.raises(Exception, match="enrolment"), transaction.atomic():
        copy.save(force_insert=True)
