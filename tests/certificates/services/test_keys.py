import os
import subprocess
import sys
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from cryptography import x509

from audit.models import Event
from certificates.keys import (
    make_credential_key,
    make_document_key,
    make_root,
    write_credential_key,
    write_document_key,
)
from certificates.models import Certificate, PublicKey
from certificates.services import award_enrolment, extend, prepare_pending, seal, trusted_certificates, words_of
from certificates.services.credentials import did_document
from certificates.services.keys import (
    CREDENTIAL,
    DOCUMENT,
    REVOKED,
    ROOT,
    KeysError,
    certificate_of,
    current_keys,
    give_up,
    init,
    keys_alarm,
    published_revocations,
    published_roots,
    rotate,
    status,
)
from certificates.services.preparing import why_waiting
from certificates.services.sealing import signed_pdf
from certificates.signatures import inspect
from mail.models import Message
from tests.factories.certificates import make_certificate, make_completed_enrolment
from tests.factories.keys import make_signing

pytestmark = [pytest.mark.django_db, pytest.mark.db]


@pytest.fixture
def folder(settings, tmp_path) -> Path:
    """An installation that is no demonstration: keys are made by its operator."""
    settings.DEMO = False
    settings.CERTIFICATE_KEYS = tmp_path / "keys"
    return settings.CERTIFICATE_KEYS


def bytes_of(certificate: Certificate) -> bytes:
    with certificate.pdf.open("rb") as file:
        return file.read()


def kinds() -> list[tuple[str, bool]]:
    return [(key.kind, key.retired_at is None) for key in PublicKey.objects.order_by("pk")]


def test_an_authority_is_made_once(folder):
    answer = init()

    assert (answer["usable"], answer["problem"], answer["expires_soon"]) == (True, "", False)
    assert kinds() == [("root", True), ("document", True), ("credential", True)]
    with pytest.raises(KeysError, match="There are keys already"):
        init()


def test_what_was_interrupted_when_the_root_was_there_is_made_below_it(folder):
    init()
    for name in (DOCUMENT, CREDENTIAL, REVOKED):
        (folder / name).unlink()
    root = (folder / ROOT).read_bytes()

    assert rotate()["usable"]
    assert (folder / ROOT).read_bytes() == root


def test_files_of_keys_are_for_the_own_account_only_and_encrypted(folder):
    init()

    assert folder.stat().st_mode & 0o777 == 0o700
    for name in (ROOT, DOCUMENT, CREDENTIAL):
        assert (folder / name).stat().st_mode & 0o777 == 0o600
    assert b"ENCRYPTED" in (folder / CREDENTIAL).read_bytes()
    assert sorted(path.name for path in folder.iterdir()) == [".lock", REVOKED, CREDENTIAL, DOCUMENT, ROOT]


def test_a_demonstration_makes_its_own_authority(settings, tmp_path):
    settings.CERTIFICATE_KEYS = tmp_path / "made by itself"

    assert current_keys().document.key_id == current_keys().document.key_id
    assert PublicKey.objects.count() == 3


def test_keys_are_opened_once(folder):
    init()
    first = current_keys()

    assert current_keys().document is first.document
    assert current_keys().credential is first.credential


def no_folder(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))


def no_document(folder: Path) -> None:
    (folder / DOCUMENT).unlink()


def no_credential(folder: Path) -> None:
    (folder / CREDENTIAL).unlink()


def damaged(folder: Path) -> None:
    (folder / DOCUMENT).write_bytes(b"damaged")


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (no_folder, "There is no folder with the keys of certificates"),
        (no_document, "The key document.p12 is missing"),
        (no_credential, "The key credential.pem is missing"),
        (damaged, "The key document.p12 cannot be opened: the passphrase is wrong, or the file is damaged"),
    ],
)
def test_without_usable_keys_certificates_wait_and_say_why(folder, harm, sentence):
    init()
    harm(folder)

    certificate = seal(certificate=award_enrolment(enrolment=make_completed_enrolment()))

    assert (certificate.status, certificate.pdf.name, Message.objects.count()) == ("pending", "", 0)
    assert why_waiting(certificate).startswith(sentence)
    assert keys_alarm() == status()["problem"] == why_waiting(certificate)
    assert prepare_pending() == 0


def test_a_wrong_passphrase_is_said_and_the_right_one_helps(folder, settings):
    init()
    right, settings.CERTIFICATE_KEYS_PASSPHRASE = settings.CERTIFICATE_KEYS_PASSPHRASE, "wrong"
    waiting = [seal(certificate=award_enrolment(enrolment=make_completed_enrolment())) for _ in range(2)]
    assert [why_waiting(certificate) for certificate in waiting] == [
        "The key document.p12 cannot be opened: the passphrase is wrong, or the file is damaged."
    ] * 2

    settings.CERTIFICATE_KEYS_PASSPHRASE = right

    assert prepare_pending() == 2
    assert set(Certificate.objects.values_list("failure", flat=True)) == {""}


def test_an_expired_key_signs_nothing_and_is_announced_before(folder):
    with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False) as clock:
        init()
        assert keys_alarm() == ""
        clock.shift(timedelta(days=3 * 365 - 50))
        assert keys_alarm().startswith("The key that signs certificates expires on 1 March 2029.")
        assert status()["expires_soon"]
        assert make_certificate().status == "valid"

        clock.shift(timedelta(days=60))

        waiting = seal(certificate=award_enrolment(enrolment=make_completed_enrolment()))
        assert (waiting.status, why_waiting(waiting)) == (
            "pending",
            "The key that signs certificates expired on 1 March 2029. Make a new one with “manage.py certkeys rotate”.",
        )
        rotate()
        assert (seal(certificate=waiting).status, keys_alarm()) == ("valid", "")


def test_a_certificate_is_signed_by_a_key_that_is_published(folder):
    init()

    certificate = make_certificate()

    found = inspect(bytes_of(certificate), trusted_certificates())
    assert (found.intact, found.trusted, found.covers_whole_file) == (True, True, True)
    assert certificate.signed_by.key_id == found.key_id == current_keys().document.key_id


def test_the_same_certificate_is_signed_alike_a_second_time(folder):
    init()
    certificate = make_certificate()
    first = bytes_of(certificate)
    Certificate.objects.update(sealed_at=None, pdf="", pdf_sha256="")

    assert bytes_of(seal(certificate=certificate)) == first


def test_rotation_leaves_old_signatures_valid(folder):
    init()
    old = make_certificate()
    root = (folder / ROOT).read_bytes()

    rotate()
    new = make_certificate()

    assert (folder / ROOT).read_bytes() == root
    assert old.signed_by != new.signed_by
    for certificate in (old, new):
        assert inspect(bytes_of(certificate), trusted_certificates()).trusted
    assert kinds() == [
        ("root", True),
        ("document", False),
        ("credential", False),
        ("document", True),
        ("credential", True),
    ]


def test_keys_that_were_given_up_are_revoked_and_trusted_no_more(folder):
    init()
    old = make_certificate()
    before = (folder / DOCUMENT).read_bytes()

    rotate(compromised=True)

    assert not inspect(bytes_of(old), trusted_certificates()).trusted
    assert inspect(bytes_of(make_certificate()), trusted_certificates()).trusted
    crl = x509.load_der_x509_crl((folder / REVOKED).read_bytes())
    serial = x509.load_pem_x509_certificate(old.signed_by.certificate.encode()).serial_number
    assert [revoked.serial_number for revoked in crl] == [serial]
    # Somebody puts the old key back from a copy.
    (folder / DOCUMENT).write_bytes(before)
    with pytest.raises(KeysError, match="were given up"):
        current_keys()


def serials(crl: bytes) -> list[int]:
    return [revoked.serial_number for revoked in x509.load_der_x509_crl(crl)]


def serial(key: PublicKey) -> int:
    return x509.load_pem_x509_certificate(key.certificate.encode()).serial_number


def test_a_retired_key_is_given_up_later_and_revoked_and_its_history_is_written_down(folder):
    init()
    old, root = make_certificate(), PublicKey.objects.get(kind="root")
    rotate()
    new, since = make_certificate(), datetime.now(UTC) - timedelta(minutes=1)

    answer = give_up(key_id=old.signed_by.key_id, since=since)

    old.signed_by.refresh_from_db()
    assert (answer["usable"], old.signed_by.compromised_at) == (True, since)
    assert not inspect(bytes_of(old), trusted_certificates()).trusted
    assert inspect(bytes_of(new), trusted_certificates()).trusted
    assert serials(published_revocations()) == serials(published_revocations(root.key_id)) == [serial(old.signed_by)]
    event = Event.objects.get(action="certificates.key_given_up")
    assert (event.before, event.after) == (
        {"since": None},
        {"since": since.isoformat(), "kind": "document", "key": old.signed_by.key_id},
    )


def test_a_key_for_credentials_is_given_up_without_the_root_and_named_no_more(folder):
    init()
    key = current_keys().credential.key_id
    rotate()
    (folder / ROOT).unlink()

    give_up(key_id=key)

    assert [method.rpartition("#")[2] for method in did_document()["assertionMethod"]] == [
        current_keys().credential.key_id
    ]


def test_giving_up_again_knows_an_earlier_moment_only(folder):
    init()
    key, now = current_keys().credential.key_id, datetime.now(UTC)
    rotate()
    moments = [now - timedelta(hours=2), now - timedelta(hours=1), now - timedelta(hours=3)]

    for since in moments:
        give_up(key_id=key, since=since)

    assert PublicKey.objects.get(key_id=key).compromised_at == moments[2]
    assert Event.objects.filter(action="certificates.key_given_up").count() == 2


def test_what_cannot_be_given_up_is_said(folder):
    init()
    old = current_keys().document.key_id
    rotate()
    current = current_keys().document.key_id
    (folder / ROOT).rename(folder / "in a safe")

    for fields, sentence in [
        ({"key_id": "nothing"}, "There is no key nothing"),
        ({"key_id": current}, "This key is in use"),
        ({"key_id": old, "since": datetime.now(UTC) + timedelta(hours=1)}, "a moment that has passed"),
        ({"key_id": old}, r"root\.p12 is missing"),
    ]:
        with pytest.raises(KeysError, match=sentence):
            give_up(**fields)
    assert not PublicKey.objects.filter(compromised_at__isnull=False).exists()


def test_who_gives_up_the_keys_in_use_leaves_a_trace(folder):
    init()
    keys = [current_keys().document.key_id, current_keys().credential.key_id]

    rotate(compromised=True)

    events = Event.objects.filter(action="certificates.key_given_up")
    assert sorted(event.after["key"] for event in events) == sorted(keys)


def test_the_list_of_every_root_stays_published(folder):
    init()
    first, old = PublicKey.objects.get(kind="root"), make_certificate()
    rotate(compromised=True)
    folder.rename(folder.with_name("lost"))
    init()
    second = PublicKey.objects.filter(kind="root").latest("pk")

    lists = [published_revocations(root.key_id) for root in (first, second)]

    assert [serials(each) for each in lists] == [[serial(old.signed_by)], []]
    assert published_revocations() == lists[1]
    assert published_revocations("no root") == b""
    for root, crl in zip((first, second), lists, strict=True):
        assert x509.load_der_x509_crl(crl).is_signature_valid(certificate_of(root).public_key())


def test_an_old_list_that_is_put_back_does_not_hide_who_was_revoked(folder, settings):
    with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False) as clock:
        init()
        old, before = make_certificate(), (folder / REVOKED).read_bytes()
        clock.shift(timedelta(days=1))
        rotate(compromised=True)
        clock.shift(timedelta(days=1))
        (folder / REVOKED).write_bytes(before)
        another = write_credential_key(make_credential_key(), settings.CERTIFICATE_KEYS_PASSPHRASE)
        (folder / CREDENTIAL).write_bytes(another)
        current_keys()

        assert serials(published_revocations()) == [serial(old.signed_by)]


def test_a_signature_below_an_older_root_is_extended_with_its_own_list(folder):
    init()
    old = make_certificate()
    folder.rename(folder.with_name("lost"))
    init()

    assert [extend(certificate=each).extended_at is not None for each in (old, make_certificate())] == [True, True]


def test_a_signer_names_the_list_of_its_own_root(folder, settings):
    init()

    (point,) = current_keys().document.certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value

    root = PublicKey.objects.get(kind="root")
    assert point.full_name[0].value == f"{settings.SITE_ADDRESS}/pki/{root.key_id}.crl"


def test_rotation_needs_the_root(folder):
    init()
    kept = (folder / ROOT).read_bytes()
    (folder / ROOT).unlink()

    with pytest.raises(KeysError, match=r"root\.p12 is missing"):
        rotate(compromised=True)
    assert make_certificate().status == "valid"

    (folder / ROOT).write_bytes(kept)
    assert rotate()["usable"]


def test_a_second_authority_leaves_the_first_one_published(folder):
    init()
    old = make_certificate()
    folder.rename(folder.with_name("lost"))

    init()

    assert published_roots().count("BEGIN CERTIFICATE") == 2
    assert inspect(bytes_of(old), trusted_certificates()).trusted


def test_no_keys_are_made_without_a_passphrase(folder, settings):
    settings.CERTIFICATE_KEYS_PASSPHRASE = ""

    with pytest.raises(KeysError, match="CERTIFICATE_KEYS_PASSPHRASE"):
        init()
    assert not folder.exists()


def test_a_folder_that_cannot_be_written_is_said(folder):
    folder.parent.joinpath("keys").write_text("a file")

    with pytest.raises(KeysError, match="cannot be written"):
        init()


def test_a_killed_process_leaves_nothing_that_counts_as_a_key(folder):
    folder.mkdir()
    (folder / f".{DOCUMENT}.new").write_bytes(b"half a file")

    assert init()["usable"]


def test_an_institution_signs_with_its_own_key(folder, settings, tmp_path):
    init()
    root = make_root(organisation="Ministry of Health", now=datetime.now(UTC))
    key = make_document_key(
        root=root, organisation="Ministry of Health", now=datetime.now(UTC), crl_address="https://pki.example.org/a.crl"
    )
    (tmp_path / "own.p12").write_bytes(write_document_key(key, "its own passphrase"))
    settings.CERTIFICATE_OWN_KEY = str(tmp_path / "own.p12")
    settings.CERTIFICATE_OWN_KEY_PASSPHRASE = "its own passphrase"

    certificate = make_certificate()

    assert certificate.signed_by.key_id == key.key_id
    assert inspect(bytes_of(certificate), trusted_certificates()).trusted
    assert published_roots().count("BEGIN CERTIFICATE") == 2
    settings.CERTIFICATE_OWN_KEY_PASSPHRASE = "wrong"
    with pytest.raises(KeysError, match=r"own\.p12 cannot be opened"):
        current_keys()


def test_what_else_may_sign_needs_no_file(folder):
    """A token in a drawer: sealing knows nothing of a key but its interface."""
    _root, key = make_signing()

    class Token:
        key_id, chain, algorithm = key.key_id, key.chain, key.algorithm
        valid_from, valid_until = key.valid_from, key.valid_until

        def sign(self, data: bytes) -> bytes:
            return key.sign(data)

    words = words_of(award_enrolment(enrolment=make_completed_enrolment()))

    assert inspect(signed_pdf(words, Token()), [key.chain[0]]).trusted


# Each process has a database of its own: what they share is the folder.
MAKE = """
import sys, django
django.setup()
from django.conf import settings
from django.db import connection
from certificates.models import PublicKey
from certificates.services import current_keys
settings.CERTIFICATE_KEYS = sys.argv[1]
with connection.schema_editor() as editor:
    editor.create_model(PublicKey)
keys = current_keys()
print(keys.document.key_id, keys.credential.key_id)
"""


def test_two_processes_make_one_authority(tmp_path):
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test", "DATABASE_URL": "sqlite://:memory:"}
    command = [sys.executable, "-c", MAKE, str(tmp_path / "keys")]
    with ExitStack() as running:
        processes = [
            running.enter_context(subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True))
            for _ in range(2)
        ]
        made = [process.communicate(timeout=60)[0].split() for process in processes]

    assert len(made[0]) == 2
    assert made[0] == made[1]
    assert (tmp_path / "keys" / DOCUMENT).exists()
