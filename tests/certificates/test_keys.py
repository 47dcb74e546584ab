import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from certificates.keys import (
    CredentialKey,
    DocumentKey,
    UnreadableKeyError,
    make_credential_key,
    make_root,
    multikey,
    pem_of,
    public_key_of,
    read_credential_key,
    read_document_key,
    revocation_list,
    write_credential_key,
    write_document_key,
)
from tests.factories.keys import NOW, make_signing


def extension(certificate: x509.Certificate, kind: type) -> object:
    return certificate.extensions.get_extension_for_class(kind).value


def test_the_root_vouches_for_signers_only_and_lasts_twenty_years():
    root, _signer = make_signing()

    constraints = extension(root.certificate, x509.BasicConstraints)
    usage = extension(root.certificate, x509.KeyUsage)
    assert (constraints.ca, constraints.path_length) == (True, 0)
    assert (usage.key_cert_sign, usage.crl_sign, usage.digital_signature) == (True, True, False)
    assert root.certificate.public_key().curve.name == "secp384r1"
    assert root.valid_until == datetime(2046, 3, 1, 12, 0, tzinfo=UTC)


def test_the_name_of_an_organisation_may_be_long_and_cyrillic():
    root = make_root(organisation="Міністэрства аховы здароўя Рэспублікі Беларусь", now=NOW)

    (name,) = root.certificate.subject.get_attributes_for_oid(x509.NameOID.ORGANIZATION_NAME)
    assert name.value == "Міністэрства аховы здароўя Рэспуб"


def test_the_signer_signs_documents_only_and_lasts_three_years():
    root, signer = make_signing()

    constraints = extension(signer.certificate, x509.BasicConstraints)
    usage = extension(signer.certificate, x509.KeyUsage)
    assert not constraints.ca
    assert (usage.digital_signature, usage.content_commitment, usage.key_cert_sign) == (True, True, False)
    assert signer.certificate.public_key().curve.name == "secp256r1"
    assert signer.valid_from < NOW < signer.valid_until < NOW + timedelta(days=3 * 366)
    signer.certificate.verify_directly_issued_by(root.certificate)
    assert signer.chain[1:] == root.chain


def test_openssl_follows_the_way_from_the_signer_to_the_root(tmp_path):
    root, signer = make_signing()
    for name, key in (("root", root), ("signer", signer)):
        (tmp_path / f"{name}.pem").write_text(pem_of(key.certificate))
    crl = x509.load_der_x509_crl(revocation_list(root=root, now=NOW, revoked={}))
    (tmp_path / "crl.pem").write_bytes(crl.public_bytes(serialization.Encoding.PEM))

    command = ["openssl", "verify", "-x509_strict", "-crl_check", "-attime", str(int(NOW.timestamp()))]
    command += ["-CAfile", "root.pem", "-CRLfile", "crl.pem", "signer.pem"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "signer.pem: OK\n"), done.stderr


def test_a_signer_that_was_given_up_stands_in_the_list():
    root, signer = make_signing()

    crl = x509.load_der_x509_crl(
        revocation_list(root=root, now=NOW, revoked={signer.certificate.serial_number: NOW - timedelta(days=1)})
    )

    assert crl.is_signature_valid(root.certificate.public_key())
    (revoked,) = crl
    assert revoked.serial_number == signer.certificate.serial_number
    assert revoked.revocation_date_utc == NOW - timedelta(days=1)


def test_the_same_data_are_signed_alike_each_time():
    _root, signer = make_signing()

    first = signer.sign(b"words")

    assert first == signer.sign(b"words") != signer.sign(b"other words")
    signer.certificate.public_key().verify(first, b"words", ec.ECDSA(hashes.SHA256()))


@pytest.mark.parametrize("passphrase", ["secret", "пароль з літарамі"])
def test_keys_come_back_from_their_files(passphrase):
    _root, signer = make_signing()
    credential = make_credential_key()

    read = read_document_key(write_document_key(signer, passphrase), passphrase)

    assert (read.key_id, read.chain) == (signer.key_id, signer.chain)
    assert read.sign(b"words") == signer.sign(b"words")
    assert read_credential_key(write_credential_key(credential, passphrase), passphrase).key_id == credential.key_id


def test_files_of_keys_are_encrypted():
    _root, signer = make_signing()
    secret = signer.private.private_numbers().private_value.to_bytes(32)

    assert secret not in write_document_key(signer, "secret")
    assert b"ENCRYPTED" in write_credential_key(make_credential_key(), "secret")
    for write, key in ((write_document_key, signer), (write_credential_key, make_credential_key())):
        with pytest.raises(UnreadableKeyError):
            write(key, "")


@pytest.mark.parametrize("passphrase", ["", "wrong"])
def test_a_wrong_passphrase_is_said(passphrase):
    _root, signer = make_signing()

    with pytest.raises(UnreadableKeyError):
        read_document_key(write_document_key(signer, "secret"), passphrase)
    with pytest.raises(UnreadableKeyError):
        read_credential_key(write_credential_key(make_credential_key(), "secret"), passphrase)


@pytest.mark.parametrize("data", [b"", b"no key at all", b"\x30\x82\xff\xff" * 9])
def test_damaged_files_are_said(data):
    with pytest.raises(UnreadableKeyError):
        read_document_key(data, "secret")
    with pytest.raises(UnreadableKeyError):
        read_credential_key(data, "secret")


def test_a_key_of_another_kind_is_said():
    other = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    without = pkcs12.serialize_key_and_certificates(
        b"x", ed25519.Ed25519PrivateKey.generate(), None, None, serialization.BestAvailableEncryption(b"secret")
    )

    with pytest.raises(UnreadableKeyError):
        read_credential_key(other, "")
    with pytest.raises(UnreadableKeyError):
        read_document_key(without, "secret")


def test_a_chain_is_put_in_order_and_strangers_are_left_out():
    root, signer = make_signing()
    stranger = DocumentKey(root.private, (signer.certificate, make_stranger(), root.certificate))

    read = read_document_key(write_document_key(DocumentKey(signer.private, stranger.certificates), "secret"), "secret")

    assert read.chain == signer.chain


def make_stranger() -> x509.Certificate:
    private = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Stranger")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(private.public_key())
    builder = builder.serial_number(1).not_valid_before(NOW).not_valid_after(NOW + timedelta(days=1))
    return builder.sign(private, hashes.SHA256())


def test_a_credential_key_is_named_by_itself():
    # The test vector of the Data Integrity EdDSA Cryptosuites v1.0 (B.1).
    name = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
    secret = bytes.fromhex("c96ef9ea10c5e414c471723aff9de72c35fa5b70fae97e8832ecac7d2e2b8ed6")

    key = CredentialKey(ed25519.Ed25519PrivateKey.from_private_bytes(secret))

    assert key.key_id == name
    assert multikey(public_key_of(name)) == name
    public_key_of(name).verify(key.sign(b"words"), b"words")
    with pytest.raises(InvalidSignature):
        public_key_of(name).verify(key.sign(b"words"), b"other words")


@pytest.mark.parametrize(
    "text", ["", "z", "z6Mk", "6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2", "z" * 9999, "z0OIl"]
)
def test_what_names_no_key_is_refused(text):
    with pytest.raises(UnreadableKeyError):
        public_key_of(text)
