import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.utils import timezone, translation
from pypdf import PdfReader

from certificates.credentials import proofs, status
from certificates.keys import make_credential_key
from certificates.models import Certificate, PublicKey
from certificates.services import award_enrolment, award_registration, lift_suspension, reissue, revoke, seal, suspend
from certificates.services import credentials as services
from certificates.services.credentials import (
    checked,
    credential_for,
    did_document,
    public_credential,
    status_list,
    transcript,
)
from certificates.services.keys import current_keys
from tests.factories.certificates import make_certificate, make_completed_enrolment, make_completed_registration
from tests.factories.people import make_account, make_agency, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.db]

MOMENT = datetime(2026, 3, 31, 9, 0, tzinfo=UTC)
BOTH = {"eddsa-rdfc-2022": True, "eddsa-jcs-2022": True}


def attached_to(certificate):
    with certificate.pdf.open("rb") as file:
        (data,) = PdfReader(io.BytesIO(file.read())).attachments["credential.json"]
    return data


def bit_of(certificate):
    listed = status_list(number=certificate.status_list, key=current_keys().credential)
    assert checked(listed) == BOTH
    return status.is_set(listed["credentialSubject"]["encodedList"], certificate.status_index)


def test_the_credential_that_is_stored_is_the_one_that_the_pdf_carries_letter_by_letter():
    certificate = make_certificate()

    assert attached_to(certificate) == certificate.credential.encode()
    assert checked(json.loads(certificate.credential)) == BOTH


@pytest.mark.parametrize("language", ["en", "ru", "be"])
def test_it_speaks_the_language_of_the_certificate_whatever_is_active(language):
    holder = make_person(agency=make_agency(), language=language, family_name="Ўладзіславоўская-Лук’яновіч")
    with translation.override("en"):
        certificate = make_certificate(person=holder)

    made = json.loads(certificate.credential)
    printed = certificate.payload["printed"]
    assert (made["name"], made["credentialSubject"]["achievement"]["inLanguage"]) == (printed["title"], language)
    assert made["credentialSubject"]["identifier"][0]["identityHash"] == printed["name"]
    assert checked(made) == BOTH


def test_the_same_certificate_key_and_moment_give_the_same_text():
    certificate = award_enrolment(enrolment=make_completed_enrolment())
    key = current_keys().credential

    first = credential_for(certificate=certificate, key=key, created=MOMENT)
    again = credential_for(certificate=Certificate.objects.get(pk=certificate.pk), key=key, created=MOMENT)

    assert first == again
    assert json.loads(first)["proof"][0]["created"] == "2026-03-31T09:00:00Z"


def test_an_erased_certificate_gets_no_credential():
    certificate = make_certificate(payload={}, credential="")

    with pytest.raises(ValueError, match="erased"):
        credential_for(certificate=certificate, key=current_keys().credential, created=MOMENT)
    assert public_credential(certificate) == ""


def test_two_certificates_have_different_places_in_one_list():
    places = {(each.status_list, each.status_index) for each in (make_certificate(), make_certificate())}

    assert len(places) == 2
    assert {number for number, _place in places} == {1}


def test_a_place_that_is_taken_is_not_drawn_again(monkeypatch):
    first, second = make_certificate(), award_enrolment(enrolment=make_completed_enrolment())
    draws = iter([first.status_index, first.status_index + 1])
    monkeypatch.setattr(services.secrets, "randbelow", lambda _length: next(draws))

    credential_for(certificate=second, key=current_keys().credential, created=MOMENT)

    assert second.status_index == first.status_index + 1


def test_whoever_comes_second_keeps_the_place_that_the_first_took():
    certificate = award_enrolment(enrolment=make_completed_enrolment())
    stale = Certificate.objects.get(pk=certificate.pk)
    credential_for(certificate=certificate, key=current_keys().credential, created=MOMENT)

    credential_for(certificate=stale, key=current_keys().credential, created=MOMENT)

    assert (stale.status_list, stale.status_index) == (certificate.status_list, certificate.status_index)


def test_a_list_that_is_three_quarters_full_is_followed_by_another(monkeypatch):
    first = make_certificate()
    make_certificate()
    third = award_enrolment(enrolment=make_completed_enrolment())
    monkeypatch.setattr(services, "FULL", 2)
    monkeypatch.setattr(services.secrets, "randbelow", lambda _length: first.status_index)

    credential_for(certificate=third, key=current_keys().credential, created=MOMENT)

    assert (third.status_list, third.status_index) == (2, first.status_index)


def test_the_bit_is_set_while_a_certificate_is_out_of_force():
    certificate, other, manager = make_certificate(), make_certificate(), make_account("manager")
    assert not bit_of(certificate)

    suspend(certificate=certificate, reason="Under review", actor=manager)
    assert bit_of(certificate)
    lift_suspension(certificate=certificate, reason="Review done", actor=manager)
    assert not bit_of(certificate)
    revoke(certificate=certificate, reason="Two people share one account", actor=manager)
    assert bit_of(certificate)
    assert not bit_of(other)


def test_a_certificate_that_was_replaced_has_its_bit_set_and_the_newer_one_has_not():
    certificate, manager = make_certificate(), make_account("manager")
    newer = reissue(
        certificate=certificate, actor=manager, name_latin="Another Name", renew_words=False, reason="A new name"
    )
    newer = seal(certificate=newer)
    certificate.refresh_from_db()

    assert bit_of(certificate)
    assert not bit_of(newer)


def test_a_list_that_nobody_is_in_is_none_but_the_first_is_there():
    key = current_keys().credential

    assert status_list(number=2, key=key) is None
    listed = status_list(number=1, key=key)
    assert listed["issuer"] == did_document()["id"]
    assert listed["credentialSubject"]["ttl"] == 300_000


def test_a_retired_key_stays_in_the_did_document_and_a_stolen_one_goes():
    certificate, now = make_certificate(), timezone.now()
    old = json.loads(certificate.credential)["proof"][0]["verificationMethod"].partition("#")[2]
    PublicKey.objects.filter(key_id=old).update(retired_at=now)
    new = PublicKey.objects.create(
        kind=PublicKey.Kind.CREDENTIAL, key_id=make_credential_key().key_id, created_at=now + timedelta(seconds=1)
    )

    published = did_document()
    methods = [f"{published['id']}#{each}" for each in (old, new.key_id)]
    assert published["assertionMethod"] == methods
    assert [(each["id"], each["publicKeyMultibase"]) for each in published["verificationMethod"]] == [
        (methods[0], old),
        (methods[1], new.key_id),
    ]
    assert checked(json.loads(certificate.credential)) == BOTH

    PublicKey.objects.filter(key_id=old).update(compromised_at=now)
    assert did_document()["assertionMethod"] == methods[1:]
    assert checked(json.loads(certificate.credential)) == dict.fromkeys(BOTH, False)


@pytest.mark.parametrize(("privacy", "shown"), [("full", True), ("initials", False), ("link", False)])
def test_strangers_get_the_credential_only_when_the_full_name_may_be_shown(privacy, shown):
    certificate = make_certificate(privacy=privacy, secret="s" * 32)

    assert bool(public_credential(certificate)) is shown


def test_a_transcript_holds_what_counts_and_each_credential_with_its_own_proofs():
    holder = make_person(agency=make_agency())
    kept, revoked, suspended = (make_certificate(person=holder) for _each in range(3))
    make_certificate()
    manager = make_account("manager")
    revoke(certificate=revoked, reason="Two people share one account", actor=manager)
    suspend(certificate=suspended, reason="Under review", actor=manager)

    made = transcript(person=holder, key=current_keys().credential)

    assert made["type"] == ["VerifiableCredential", "ClrCredential"]
    assert made["credentialSubject"]["verifiableCredential"] == [json.loads(kept.credential)]
    assert checked(made) == BOTH


def test_ten_certificates_make_a_transcript_in_time():
    holder = make_person(agency=make_agency())
    for _each in range(10):
        make_certificate(person=holder)

    made = transcript(person=holder, key=current_keys().credential)

    assert len(made["credentialSubject"]["verifiableCredential"]) == 10
    assert proofs.holds(made, methods=did_document()["assertionMethod"])


def test_every_address_in_a_credential_is_of_this_site():
    certificate = make_certificate()
    made = json.loads(certificate.credential)

    assert made["id"] == certificate.payload["address"]
    assert made["credentialStatus"]["statusListCredential"] == f"{settings.SITE_ADDRESS}/credentials/status/1"
    assert made["credentialStatus"]["statusListIndex"] == str(certificate.status_index)
    assert made["issuer"]["id"] == did_document()["id"]


def test_a_workshop_has_a_credential_too():
    certificate = seal(certificate=award_registration(registration=make_completed_registration()))

    made = json.loads(certificate.credential)
    assert made["credentialSubject"]["achievement"]["achievementType"] == "Course"
    assert checked(made) == BOTH
