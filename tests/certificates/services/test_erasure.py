import json
from html import unescape

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from audit.models import Event
from certificates import chain
from certificates.models import Certificate, LogEntry, private_storage
from certificates.services import (
    CertificateError,
    audit,
    award_enrolment,
    award_missing,
    erase,
    plan_reminders,
    prepare_pending,
    reissue,
    revoke,
    seal,
)
from certificates.services.sealing import note_failure
from certificates.tasks import forget_files
from mail.models import Message
from tests.factories.certificates import make_certificate, make_completed_enrolment
from tests.factories.people import make_account, make_agency, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.db]


@pytest.fixture
def administrator():
    return make_account("administrator")


@pytest.fixture
def erased(administrator, django_capture_on_commit_callbacks) -> Certificate:
    certificate = make_certificate(credential="{}", secret="s3cret", privacy="link")
    with django_capture_on_commit_callbacks(execute=True):
        return erase(certificate=certificate, reason=" The holder asked for it ", actor=administrator)


def test_words_salt_credential_secret_and_file_are_gone_and_the_rest_stays(erased, administrator):
    stored = Certificate.objects.get(pk=erased.pk)

    assert (stored.payload, stored.salt, stored.credential, stored.secret) == ({}, "", "", "")
    assert not stored.pdf
    assert not private_storage().exists(f"certificates/{stored.code}.pdf")
    assert (len(stored.payload_hash), len(stored.pdf_sha256), stored.status) == (64, 64, "valid")
    event = Event.objects.get(action="certificates.erased")
    assert (event.actor, event.subject, event.reason) == (administrator, stored.person, "The holder asked for it")
    assert audit().problems == []


def test_the_file_stays_until_the_erasure_is_stored(administrator, django_capture_on_commit_callbacks):
    certificate = make_certificate()

    with django_capture_on_commit_callbacks(execute=False):
        erase(certificate=certificate, reason="Asked", actor=administrator)
    assert private_storage().exists(certificate.pdf.name)
    assert audit().problems == [f"Certificate {certificate.code}: it was erased, and its file is still there."]

    with django_capture_on_commit_callbacks(execute=True):
        erase(certificate=certificate, reason="Asked", actor=administrator)
    assert not private_storage().exists(certificate.pdf.name)
    assert LogEntry.objects.filter(action="erased").count() == 1


def test_a_file_that_could_not_be_removed_goes_with_the_next_run_of_the_job(administrator):
    certificate, other = make_certificate(), make_certificate()
    erase(certificate=certificate, reason="Asked", actor=administrator)
    # What happens after a transaction does not happen in a test: as if the process had been killed then.
    assert private_storage().exists(certificate.pdf.name)

    forget_files()

    assert not private_storage().exists(certificate.pdf.name)
    assert private_storage().exists(other.pdf.name)
    assert audit().problems == []


def test_no_message_says_any_more_what_was_erased_and_none_is_sent_afterwards(administrator):
    with time_machine.travel("2026-03-09 09:00", tick=False):
        person = make_person(agency=make_agency(), email="ina@example.org")
        certificate = seal(
            certificate=award_enrolment(enrolment=make_completed_enrolment(person=person, certificate_months=12))
        )
    with time_machine.travel("2027-02-06 09:00", tick=False):
        plan_reminders()
        other = make_certificate(person=person)
        erase(certificate=certificate, reason="Asked", actor=administrator)

    said = Message.objects.filter(key__startswith=f"certificate:{certificate.code}:").order_by("key")
    assert [(each.key.rpartition(":")[2], each.state, each.subject, each.text) for each in said] == [
        ("30", "cancelled", "", ""),
        ("ready", said[1].state, "", ""),
    ]
    assert Message.objects.get(key=f"certificate:{other.code}:ready").text


@pytest.mark.parametrize(
    ("reason", "stays"),
    [
        ("Issued in error", True),
        ("Аннулирован по ошибке", True),
        ("Сертификат Ковалёвой выдан по ошибке", False),
        ("Ковалёва is the right name", False),
        ("the name is HANNA, not Anna", False),
    ],
)
def test_a_public_reason_that_names_the_holder_goes_too(administrator, reason, stays):
    names = {"family_name": "Ковалева", "given_name": "Анна", "name_latin": "Hanna Kavaleva"}
    certificate = make_certificate(person=make_person(agency=make_agency(), **names))
    revoke(certificate=certificate, reason=reason, actor=administrator)

    erased = erase(certificate=certificate, reason="Asked", actor=administrator)

    expected = reason if stays else "The reason named the holder and was erased."
    assert Certificate.objects.get(pk=erased.pk).status_reason == expected


def test_a_process_that_draws_meanwhile_writes_nothing_about_what_was_erased(administrator):
    person = make_person(agency=make_agency(), family_name="王")
    drawn = award_enrolment(enrolment=make_completed_enrolment(person=person))
    revoke(certificate=drawn, reason="Never earned", actor=administrator)
    erase(certificate=drawn, reason="Asked", actor=administrator)

    # It read the certificate before that.
    note_failure(drawn, "The typeface of the certificate cannot draw: 王 (U+738B).")

    assert Certificate.objects.get(pk=drawn.pk).failure == ""


def test_the_log_holds_no_word_about_the_holder():
    certificate = make_certificate(person=make_account(family_name="Ўладзіна").person)
    revoke(certificate=certificate, reason="Ўладзіна shares an account", actor=make_account("manager"))

    entries = LogEntry.objects.filter(certificate=certificate)

    assert [entry.action for entry in entries] == ["sealed", "revoked"]
    assert "Ўладзіна" not in json.dumps([entry.facts for entry in entries], ensure_ascii=False)
    assert set(entries[0].facts) == {"payload_hash", "pdf_sha256", "key"}


def test_the_hash_in_the_log_cannot_be_guessed_from_the_words():
    certificate = make_certificate()

    fact = certificate.log.get().facts["payload_hash"]
    assert fact == chain.payload_hash(certificate.payload, certificate.salt)
    assert fact != chain.payload_hash(certificate.payload, "")


def test_only_administrators_erase_never_their_own_and_with_a_reason(administrator):
    certificate = make_certificate()
    own = make_certificate(person=make_account("administrator", email="own@example.org").person)

    with pytest.raises(CertificateError, match="Only administrators"):
        erase(certificate=certificate, reason="Asked", actor=make_account("manager"))
    with pytest.raises(CertificateError, match="Only administrators"):
        erase(certificate=own, reason="Asked", actor=own.person.account)
    with pytest.raises(CertificateError, match="Say why"):
        erase(certificate=certificate, reason="  ", actor=administrator)
    assert not Certificate.objects.filter(erased_at__isnull=False).exists()


def test_what_is_being_prepared_is_revoked_before_it_is_erased(administrator):
    pending = award_enrolment(enrolment=make_completed_enrolment())

    with pytest.raises(CertificateError, match="Wait until the file is ready"):
        erase(certificate=pending, reason="Asked", actor=administrator)
    revoke(certificate=pending, reason="Never earned", actor=administrator)
    erase(certificate=pending, reason="Asked", actor=administrator)

    assert audit().problems == []


def test_what_was_erased_is_neither_issued_again_nor_sealed_again(erased, administrator):
    enrolment = erased.enrolment

    assert award_enrolment(enrolment=enrolment) == erased
    assert (award_missing(), prepare_pending()) == (0, 0)
    with pytest.raises(CertificateError, match="erased"):
        reissue(certificate=erased, name_latin="Anna", reason="Name", actor=administrator)


def test_the_record_of_what_was_done_with_certificates_holds_none_of_their_words(administrator):
    """Events are never erased, so no word of a certificate may stand in them."""
    person = make_account(family_name="Лук’яновіч", given_name="Ўладзіслаў", name_latin="Uladzislau").person
    certificate = make_certificate(person=person)
    new = reissue(certificate=certificate, name_latin="Lukianovich", reason="A name", actor=administrator)
    for each in (certificate, seal(certificate=new)):
        erase(certificate=each, reason="Asked", actor=administrator)

    said = [[event.before, event.after] for event in Event.objects.filter(action__startswith="certificates.")]
    text = json.dumps(said, ensure_ascii=False)
    assert len(said) > 5
    assert [word for word in ("Лук’яновіч", "Ўладзіслаў", "Lukianovich", "Uladzislau") if word in text] == []


@pytest.mark.parametrize("language", ["en", "ru", "be"])
def test_every_page_survives_an_erased_certificate(erased, client_of, administrator, language):
    address = reverse("verify", args=[erased.code])
    name = erased.person.family_name

    public = Client().get(address, {"lang": language})
    holder = client_of(make_account_of(erased))
    pages = [holder.get(reverse(page)) for page in ("my_certificates", "my_learning")]
    pages.append(client_of(administrator).get(reverse("certificate", args=[erased.code])))

    assert [page.status_code for page in [public, *pages]] == [200] * 4
    assert name not in unescape(public.content.decode())
    assert holder.get(reverse("certificate_pdf", args=[erased.code])).status_code == 404


def test_the_register_still_answers_what_an_erased_certificate_is_worth(erased, client, administrator):
    revoke(certificate=erased, reason="Issued in error", actor=administrator)

    page = unescape(client.get(reverse("verify", args=[erased.code])).content.decode())
    answer = client.get(reverse("verify", args=[erased.code]), headers={"Accept": "application/json"}).json()

    assert "This certificate was revoked" in page
    assert "erased on" in page
    assert (answer["status"], answer["reason"]) == ("revoked", "Issued in error")
    assert answer["erased"]
    assert "holder" not in answer


def test_an_export_leaves_out_what_was_erased(erased, tmp_path, capsys):
    call_command("certificates_export", output=tmp_path, json=True)

    assert json.loads(capsys.readouterr().out) == {"files": 0}


def test_the_step_asks_for_the_code_and_twice(client_of, administrator):
    certificate = make_certificate()
    client, address = client_of(administrator), reverse("certificate_change", args=[certificate.code, "erase"])

    wrong = client.post(address, {"typed_code": "7K3M9QXT2FZAY", "reason": "Asked", "confirmed": "yes"})
    asked = client.post(address, {"typed_code": certificate.code.lower(), "reason": "Asked"})
    assert "This is not the code of this certificate" in unescape(wrong.content.decode())
    assert "Is this right?" in asked.content.decode()
    assert Certificate.objects.get().erased_at is None

    client.post(address, {"typed_code": certificate.code, "reason": "Asked", "confirmed": "yes"})
    assert Certificate.objects.get().erased_at is not None


def test_managers_are_not_offered_to_erase(client_of):
    certificate = make_certificate()
    client, address = (
        client_of(make_account("manager")),
        reverse("certificate_change", args=[certificate.code, "erase"]),
    )

    assert address not in client.get(reverse("certificate", args=[certificate.code])).content.decode()
    assert client.get(address).status_code == 403


def make_account_of(certificate: Certificate):
    from people.services import open_account

    return open_account(person=certificate.person, email="holder@example.org")
