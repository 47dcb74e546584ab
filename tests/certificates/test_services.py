import hashlib
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import connection, transaction

from audit.models import Event
from certificates.models import Certificate
from certificates.services import (
    CertificateError,
    award_enrolment,
    award_missing,
    award_registration,
    reinstate,
    revoke,
    seal,
    seal_pending,
    suspend,
)
from courses.models import Enrolment
from courses.signals import enrolment_completed
from mail.models import Message
from tests.factories.certificates import (
    COMPLETED,
    MODULE_RESULT,
    WORKSHOP_RESULT,
    make_certificate,
    make_completed_enrolment,
    make_completed_registration,
)
from tests.factories.people import make_account, make_agency, make_person
from workshops.models import Registration
from workshops.signals import registration_completed

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


# --- Earned ---------------------------------------------------------------------------------------------------------


@time_machine.travel(NOW, tick=False)
def test_a_completed_module_earns_a_pending_certificate_with_everything_frozen(holder):
    enrolment = make_completed_enrolment(person=holder, certificate_months=11)

    certificate = award_enrolment(enrolment=enrolment)

    payload = dict(certificate.payload)
    printed = payload.pop("printed")
    assert payload == {
        "design": 1,
        "content": "M1 1, rule 1",
        "code": certificate.code,
        "holder": {"native": "Лук’яновіч Ўладзіслаў Іванавіч", "latin": "Uladzislau Lukianovich"},
        "agency": {"en": "City polyclinic", "be": "Гарадская паліклініка"},
        "subject": {"kind": "module", "code": "M1", "titles": {"en": "M1", "ru": "M1", "be": "M1"}},
        "minutes": 105,
        "dates": {"from": "2026-03-09", "to": "2026-03-09", "issued": "2026-03-31", "expires": "2027-02-28"},
        "result": MODULE_RESULT,
        "issuer": {
            "en": "Migration Health Academy",
            "ru": "Академия «Миграция и здоровье»",
            "be": "Акадэмія «Міграцыя і здароўе»",
        },
        "site": settings.SITE_ADDRESS.partition("://")[2],
        "address": f"{settings.SITE_ADDRESS}/v/{certificate.code}",
    }
    assert (printed["language"], printed["name"], printed["agency"]) == (
        "be",
        "Лук’яновіч Ўладзіслаў Іванавіч",
        "Гарадская паліклініка",
    )
    assert (certificate.status, certificate.kind, certificate.language) == ("pending", "completion", "be")
    assert (certificate.person, certificate.agency) == (holder, enrolment.agency)
    assert (certificate.issued_at, certificate.expires_at) == (NOW, datetime(2027, 2, 28, 9, 0, tzinfo=UTC))


def test_a_completed_workshop_earns_a_certificate_for_its_required_minutes(holder):
    registration = make_completed_registration(person=holder)

    certificate = award_registration(registration=registration)

    payload = certificate.payload
    assert (certificate.kind, certificate.registration, certificate.expires_at) == ("participation", registration, None)
    assert (payload["minutes"], payload["result"]) == (170, WORKSHOP_RESULT)
    assert (payload["dates"]["from"], payload["dates"]["to"]) == ("2026-03-09", "2026-03-10")
    assert payload["subject"]["titles"] == {
        "en": "Migration and health together",
        "ru": "Миграция и здоровье вместе",
        "be": "Міграцыя і здароўе разам",
    }


def test_minutes_are_those_that_were_counted_when_the_rule_was_met(holder):
    registration = make_completed_registration(person=holder)
    registration.records.update(credited_minutes=0)

    assert award_registration(registration=registration).payload["minutes"] == 170


def test_a_second_award_returns_the_certificate_that_exists():
    enrolment, registration = make_completed_enrolment(), make_completed_registration()

    first = [award_enrolment(enrolment=enrolment), award_registration(registration=registration)]
    second = [award_enrolment(enrolment=enrolment), award_registration(registration=registration)]

    assert second == first
    assert Certificate.objects.count() == 2


def test_what_was_revoked_is_not_issued_again():
    certificate = make_certificate()
    revoke(certificate=certificate, reason="Issued by mistake", actor=make_account())

    award_enrolment(enrolment=certificate.enrolment)

    assert (award_missing(), Certificate.objects.get()) == (0, certificate)


def test_what_is_not_completed_earns_nothing():
    enrolment, registration = make_completed_enrolment(), make_completed_registration()
    Enrolment.objects.update(completed_at=None)
    Registration.objects.update(completed_at=None)

    with pytest.raises(CertificateError, match="not completed yet"):
        award_enrolment(enrolment=enrolment)
    with pytest.raises(CertificateError, match="not met yet"):
        award_registration(registration=registration)


def test_a_name_typed_with_combining_accents_is_composed(holder):
    holder.given_name = "Сяргеи\u0306"
    holder.save()

    certificate = award_enrolment(enrolment=make_completed_enrolment(person=holder))

    assert certificate.payload["holder"]["native"] == "Лук’яновіч Сяргей Іванавіч"


def test_the_announcements_award_in_the_same_transaction():
    enrolment, registration = make_completed_enrolment(), make_completed_registration()

    enrolment_completed.send(sender=Enrolment, enrolment=enrolment)
    registration_completed.send(sender=Registration, registration=registration)

    assert set(Certificate.objects.values_list("enrolment", "registration")) == {
        (enrolment.pk, None),
        (None, registration.pk),
    }


def test_what_was_missed_is_awarded_once():
    make_completed_enrolment()
    make_completed_registration()

    assert [award_missing(), award_missing()] == [2, 0]


def test_the_award_plans_the_sealing(django_capture_on_commit_callbacks):
    enrolment = make_completed_enrolment()

    with django_capture_on_commit_callbacks(execute=True):
        certificate = award_enrolment(enrolment=enrolment)

    certificate.refresh_from_db()
    assert certificate.status == "valid"


# --- Sealed ---------------------------------------------------------------------------------------------------------


def test_sealing_stores_the_bytes_under_the_code_with_their_hash():
    certificate = seal(certificate=award_enrolment(enrolment=make_completed_enrolment()))

    with certificate.pdf.open("rb") as file:
        data = file.read()
    assert data.startswith(b"%PDF-1.7")
    assert certificate.pdf.name == f"certificates/{certificate.code}.pdf"
    assert certificate.pdf_sha256 == hashlib.sha256(data).hexdigest()
    assert (certificate.status, certificate.failure) == ("valid", "")


def test_sealed_files_lie_outside_what_the_web_server_shows():
    certificate = make_certificate()

    path = Path(certificate.pdf.path)
    assert path.is_relative_to(settings.PRIVATE_ROOT)
    assert not path.is_relative_to(settings.MEDIA_ROOT)


def test_sealing_again_changes_nothing_and_tells_nobody_again():
    certificate = make_certificate()
    before = Certificate.objects.values().get()

    seal(certificate=certificate)
    seal_pending()

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


def test_a_letter_that_cannot_be_drawn_leaves_the_certificate_pending_and_is_named(holder):
    holder.family_name = "王"
    holder.save()
    certificate = award_enrolment(enrolment=make_completed_enrolment(person=holder))

    sealed = seal(certificate=certificate)

    assert (sealed.status, sealed.pdf.name, Message.objects.count()) == ("pending", "", 0)
    assert sealed.failure == "The typeface of the certificate cannot draw: 王 (U+738B)."
    assert seal_pending() == 0


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


# --- Standing -------------------------------------------------------------------------------------------------------


@time_machine.travel(NOW, tick=False)
def test_revoking_keeps_the_certificate_with_moment_reason_and_actor():
    certificate, manager = make_certificate(), make_account("manager")

    revoked = revoke(certificate=certificate, reason=" Two people share one account ", actor=manager)

    event = Event.objects.get(action="certificates.revoked")
    assert (revoked.status, revoked.revoked_at) == ("revoked", NOW)
    assert (revoked.status_reason, revoked.status_by) == ("Two people share one account", manager)
    assert (event.actor, event.subject, event.reason, event.after) == (
        manager,
        certificate.person,
        "Two people share one account",
        {"status": "revoked"},
    )


def test_suspending_and_reinstating_brings_a_certificate_back():
    certificate, manager = make_certificate(), make_account("manager")

    suspended = suspend(certificate=certificate, reason="Under review", actor=manager)
    assert suspended.status == "suspended"
    assert reinstate(certificate=certificate, reason="Review done", actor=manager).status == "valid"


def test_a_revoked_certificate_can_be_reinstated_but_not_suspended():
    certificate, manager = make_certificate(), make_account("manager")
    revoke(certificate=certificate, reason="Mistake", actor=manager)

    with pytest.raises(CertificateError, match="no longer in force"):
        suspend(certificate=certificate, reason="Review", actor=manager)
    assert reinstate(certificate=certificate, reason="It was right", actor=manager).status == "valid"


def test_nothing_is_reinstated_beside_another_certificate_in_force():
    certificate, manager = make_certificate(), make_account("manager")
    revoke(certificate=certificate, reason="Wrong name", actor=manager)
    other = Certificate.objects.get(pk=certificate.pk)
    other.pk, other.code, other.revoked_at = None, "0" * 13, None
    other.save(force_insert=True)

    with pytest.raises(CertificateError, match="Another certificate"):
        reinstate(certificate=certificate, reason="It was right", actor=manager)


@pytest.mark.parametrize("change", [suspend, revoke])
def test_a_change_of_standing_needs_a_reason(change):
    certificate = make_certificate()

    with pytest.raises(CertificateError, match="Give a reason"):
        change(certificate=certificate, reason="  ", actor=make_account("manager"))
    certificate.refresh_from_db()
    assert certificate.status == "valid"


def test_repeating_a_change_of_standing_changes_nothing():
    certificate, manager = make_certificate(), make_account("manager")
    first = revoke(certificate=certificate, reason="Mistake", actor=manager)

    second = revoke(certificate=certificate, reason="Another reason", actor=manager)

    assert (second.revoked_at, second.status_reason) == (first.revoked_at, "Mistake")
    assert Event.objects.filter(action="certificates.revoked").count() == 1


def test_a_certificate_whose_time_has_passed_is_expired():
    assert make_certificate(expires_at=COMPLETED).status == "expired"
