"""What becomes of files and of the holder's choice, below the pages."""

import hashlib
import json
import zlib
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.models import Event
from certificates import codes
from certificates.models import Certificate, PublicKey
from certificates.services import (
    CertificateError,
    award_enrolment,
    erase,
    judge_file,
    reissue,
    revoke,
    seal,
    set_privacy,
    verify_code,
)
from certificates.services.awards import words_of
from certificates.services.credentials import attached, credential_for, text_of
from certificates.services.keys import current_keys
from certificates.services.sealing import signed_pdf
from tests.factories.certificates import make_certificate, make_completed_enrolment
from tests.factories.people import make_account, make_agency

pytestmark = [pytest.mark.django_db, pytest.mark.db]

BOTH = {"eddsa-rdfc-2022": True, "eddsa-jcs-2022": True}


@pytest.fixture
def certificate() -> Certificate:
    return make_certificate()


@pytest.fixture
def data(certificate) -> bytes:
    return bytes_of(certificate)


def bytes_of(certificate: Certificate) -> bytes:
    with certificate.pdf.open("rb") as file:
        return file.read()


def forget(certificate: Certificate) -> None:
    """A register that lost what it knew of a certificate, as after an old backup was put back."""
    Certificate.objects.filter(pk=certificate.pk).update(code=codes.new_code(), pdf_sha256="0" * 64)


# --- Files ----------------------------------------------------------------------------------------------------------


def test_a_sealed_file_is_known_with_its_signature_and_both_proofs(certificate, data):
    verdict = judge_file(data=data)

    assert (verdict.state, verdict.certificate, verdict.sealed) == ("valid", certificate, True)
    assert (verdict.signature.intact, verdict.signature.trusted, verdict.signature.covers_whole_file) == (True,) * 3
    assert (verdict.proofs, verdict.out_of_force) == (BOTH, False)


def test_the_file_that_was_extended_for_long_is_known_as_well(certificate, data):
    longer = data + b"8 0 obj\n<<>>\nendobj\n%%EOF\n"

    Certificate.objects.filter(pk=certificate.pk).update(extended_sha256=hashlib.sha256(longer).hexdigest())

    assert judge_file(data=longer).state == "valid"


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({"revoked_at": timezone.now(), "status_reason": "Why"}, "revoked"),
        ({"suspended_at": timezone.now(), "status_reason": "Why"}, "suspended"),
        ({"superseded_at": timezone.now(), "status_reason": "Why"}, "superseded"),
    ],
)
def test_the_state_of_the_certificate_is_that_of_its_file_and_its_bit_is_set(certificate, data, change, state):
    Certificate.objects.filter(pk=certificate.pk).update(**change)

    verdict = judge_file(data=data)

    assert (verdict.state, verdict.out_of_force, verdict.proofs) == (state, True, BOTH)


def test_one_that_expired_says_so_and_its_bit_is_not_set(certificate, data):
    Certificate.objects.update(expires_at=timezone.now() - timedelta(days=1))

    verdict = judge_file(data=data)

    assert (verdict.state, verdict.out_of_force) == ("expired", False)


def test_the_file_of_one_whose_words_were_erased_is_still_known(certificate, data):
    erase(certificate=certificate, reason="The holder asked", actor=make_account("administrator"))

    assert judge_file(data=data).state == "valid"


def test_every_byte_counts(certificate, data):
    for place in range(0, len(data), len(data) // 40):
        changed = bytearray(data)
        changed[place] ^= 1

        verdict = judge_file(data=bytes(changed))

        assert (verdict.state, verdict.sealed) == ("altered", False), place


def test_a_later_edit_is_seen_and_what_was_sealed_is_found(certificate, data):
    verdict = judge_file(data=data + b"8 0 obj\n<</Type/Annot>>\nendobj\n%%EOF\n")

    assert (verdict.state, verdict.added, verdict.certificate) == ("altered", True, certificate)
    assert (verdict.signature.intact, verdict.signature.covers_whole_file) == (True, False)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_never_valid(certificate, data, share):
    assert judge_file(data=data[: int(len(data) * share)]).state in {"altered", "unknown", "foreign"}


def test_a_file_that_was_signed_here_and_is_not_in_the_register_is_unknown(certificate, data):
    forget(certificate)

    verdict = judge_file(data=data)

    assert (verdict.state, verdict.certificate, verdict.signature.trusted) == ("unknown", None, True)
    assert verdict.proofs == {"eddsa-jcs-2022": True}


def test_one_that_was_signed_here_and_changed_is_altered_whatever_the_register_says(certificate, data):
    forget(certificate)
    changed = data.replace(b"/Type /Page", b"/Type /Pagf", 1)
    assert changed != data

    assert judge_file(data=changed).state == "altered"


def test_a_key_that_somebody_else_may_have_had_counts_for_nothing(certificate, data):
    now = timezone.now() + timedelta(minutes=1)
    PublicKey.objects.update(retired_at=now, compromised_at=now)

    verdict = judge_file(data=data)

    # The register still knows the file itself.
    assert (verdict.state, verdict.signature.trusted, any(verdict.proofs.values())) == ("valid", False, False)


def test_a_forged_credential_in_a_file_is_altered():
    pending = award_enrolment(enrolment=make_completed_enrolment())
    keys = current_keys()
    credential = json.loads(credential_for(certificate=pending, key=keys.credential, created=pending.issued_at))
    credential["credentialSubject"]["achievement"]["name"] = "Everything"
    words = words_of(pending)
    made = signed_pdf(words, keys.document, [attached(pending, text_of(credential))])

    verdict = judge_file(data=made)

    assert (verdict.state, verdict.proofs) == ("altered", {"eddsa-jcs-2022": False})


def test_a_credential_of_somebody_else_is_foreign(certificate):
    text = json.dumps({"issuer": "did:web:elsewhere.example", "credentialSubject": {}}).encode()

    data = b"%PDF-1.7\nstream\n" + zlib.compress(text) + b"\nendstream\n%%EOF\n"

    verdict = judge_file(data=data)

    assert (verdict.state, verdict.proofs) == ("foreign", {})


def test_what_is_not_sealed_yet_is_not_told_by_a_file():
    pending = award_enrolment(enrolment=make_completed_enrolment())

    verdict = judge_file(data=b"%PDF-1.7\n(https://elsewhere.example/v/" + pending.code.encode() + b")\n%%EOF\n")

    assert (verdict.state, verdict.certificate) == ("foreign", None)


# --- The holder's choice --------------------------------------------------------------------------------------------


@pytest.fixture
def holder():
    return make_account(agency=make_agency())


def test_the_same_choice_again_changes_and_records_nothing(holder):
    certificate = make_certificate(person=holder.person)

    first = set_privacy(certificate=certificate, privacy="link", actor=holder)
    again = set_privacy(certificate=certificate, privacy="link", actor=holder)

    assert first.secret == again.secret != ""
    assert Event.objects.filter(action="certificates.privacy_set").count() == 1


def test_the_link_is_dead_once_everybody_may_see_everything(holder):
    certificate = make_certificate(person=holder.person)
    secret = set_privacy(certificate=certificate, privacy="link", actor=holder).secret

    set_privacy(certificate=certificate, privacy="full", actor=holder)
    renewed = set_privacy(certificate=certificate, privacy="link", actor=holder)

    assert renewed.secret != secret
    assert verify_code(code=certificate.code, key=secret).state == "unknown"
    assert verify_code(code=certificate.code, key=renewed.secret).state == "valid"


def test_an_empty_key_opens_nothing(holder):
    certificate = make_certificate(person=holder.person)
    set_privacy(certificate=certificate, privacy="link", actor=holder)

    assert verify_code(code=certificate.code, key="").state == "unknown"


def test_who_may_not_choose_and_what_is_no_choice(holder):
    certificate = make_certificate(person=holder.person)

    with pytest.raises(CertificateError, match="Only the holder decides"):
        set_privacy(certificate=certificate, privacy="link", actor=make_account("administrator"))
    with pytest.raises(CertificateError, match="Choose one of the three"):
        set_privacy(certificate=certificate, privacy="nobody", actor=holder)
    erase(certificate=certificate, reason="Asked", actor=make_account("administrator"))
    with pytest.raises(CertificateError, match="were erased"):
        set_privacy(certificate=certificate, privacy="link", actor=holder)


def test_a_new_certificate_keeps_the_choice_and_the_link(holder):
    certificate = make_certificate(person=holder.person)
    secret = set_privacy(certificate=certificate, privacy="link", actor=holder).secret

    new = reissue(certificate=certificate, name_latin="Other Name", reason="Passport", actor=make_account("manager"))

    assert (new.privacy, new.secret) == ("link", secret)
    assert verify_code(code=seal(certificate=new).code, key=secret).whole


def test_the_words_of_a_revoked_one_are_veiled_as_well(holder):
    certificate = make_certificate(person=holder.person)
    set_privacy(certificate=certificate, privacy="initials", actor=holder)
    revoke(certificate=certificate, reason="Why", actor=make_account("manager"))

    verdict = verify_code(code=certificate.code)

    assert (verdict.state, verdict.whole) == ("revoked", False)
    assert holder.person.family_name not in json.dumps(verdict.payload, ensure_ascii=False)


@given(
    place=st.integers(min_value=0, max_value=60_000),
    length=st.integers(min_value=0, max_value=400),
    put=st.binary(max_size=40) | st.sampled_from([b"/ByteRange [0 1 2 3]", b"%%EOF", b"stream\nx\x9c", b"<3080>"]),
)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_cut_out_of_a_sealed_file_or_put_into_it_is_answered_and_never_valid(data, place, length, put):
    changed = data[:place] + put + data[place + length :]

    if changed != data:
        assert judge_file(data=changed).state in {"altered", "unknown", "foreign"}
