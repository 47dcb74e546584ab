"""Keys that sign certificates: a root of trust, a signer of PDFs below it, and a key for credentials.

The root (P-384, 20 years, RFC 5280 with a path of length 0) signs nothing but the signer of PDFs (P-256, 3 years, for
digital signatures and content commitment only) and its list of revoked certificates, so that it can lie in a safe.
Credentials are signed with Ed25519 and name their key as Multikey (W3C Controlled Identifiers 1.0).
Bytes in, bytes out: where the files lie and what opens them is none of this module's business.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

ROOT_YEARS, DOCUMENT_YEARS = 20, 3
# A clock that is a little behind must not find a key that is not valid yet.
_CLOCK_DIFFERENCE = timedelta(minutes=5)
_YEAR = timedelta(days=365.25)
_MULTICODEC_ED25519 = b"\xed\x01"
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


class UnreadableKeyError(ValueError):
    """The bytes hold no key of the kind that is needed, or the passphrase does not open them."""


class Signer(Protocol):
    """Whatever can sign a PDF: a key in a file, or an institution's token behind an interface of its own."""

    @property
    def key_id(self) -> str:
        """SHA-256 of the certificate, in hexadecimal."""

    @property
    def chain(self) -> tuple[bytes, ...]:
        """The certificate of the key, then those that vouch for it, in DER."""

    @property
    def algorithm(self) -> str:
        """How it signs: "ecdsa" or "rsa" (PKCS #1 v1.5), each over SHA-256."""

    @property
    def valid_from(self) -> datetime:
        """Since when the certificate is valid."""

    @property
    def valid_until(self) -> datetime:
        """Until when the certificate is valid."""

    def sign(self, data: bytes) -> bytes:
        """Return the signature over `data`; the same data always give the same signature."""


@dataclass(frozen=True)
class DocumentKey:
    """A key that signs PDFs, with its certificate first in `certificates` and those that vouch for it behind."""

    private: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey = field(repr=False)
    certificates: tuple[x509.Certificate, ...]

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate of the key itself."""
        return self.certificates[0]

    @cached_property
    def key_id(self) -> str:
        """SHA-256 of the certificate, in hexadecimal."""
        return fingerprint(self.certificate)

    @cached_property
    def chain(self) -> tuple[bytes, ...]:
        """The certificate of the key, then those that vouch for it, in DER."""
        return tuple(map(der_of, self.certificates))

    @property
    def algorithm(self) -> str:
        """How it signs: "ecdsa" or "rsa"."""
        return "rsa" if isinstance(self.private, rsa.RSAPrivateKey) else "ecdsa"

    @property
    def valid_from(self) -> datetime:
        """Since when the certificate is valid."""
        return self.certificate.not_valid_before_utc

    @property
    def valid_until(self) -> datetime:
        """Until when the certificate is valid."""
        return self.certificate.not_valid_after_utc

    def sign(self, data: bytes) -> bytes:
        """Return the signature over `data`, deterministic after RFC 6979 or PKCS #1 v1.5."""
        if isinstance(self.private, rsa.RSAPrivateKey):
            return self.private.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self.private.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))


@dataclass(frozen=True)
class CredentialKey:
    """A key that signs credentials; its name is the public key itself."""

    private: ed25519.Ed25519PrivateKey = field(repr=False)

    @cached_property
    def key_id(self) -> str:
        """The public key as Multikey, "z6Mk…"."""
        return multikey(self.private.public_key())

    def sign(self, data: bytes) -> bytes:
        """Return the 64 bytes of the signature over `data` (RFC 8032)."""
        return self.private.sign(data)


def make_root(*, organisation: str, now: datetime) -> DocumentKey:
    """Return a new root of trust."""
    private = ec.generate_private_key(ec.SECP384R1())
    name = _name(organisation, f"{organisation} Root {now:%Y}")
    builder = (
        _certificate(name, name, private.public_key(), now, ROOT_YEARS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
    )
    return DocumentKey(private, (builder.sign(private, hashes.SHA384()),))


def make_document_key(*, root: DocumentKey, organisation: str, now: datetime, crl_address: str) -> DocumentKey:
    """Return a new signer of PDFs below a root; `crl_address` is where the list of revoked certificates is read."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = _name(organisation, f"{organisation} Certificates {now:%Y}")
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(root.certificate.public_key())  # type: ignore[arg-type]
    point = x509.DistributionPoint([x509.UniformResourceIdentifier(crl_address)], None, None, None)
    builder = (
        _certificate(name, root.certificate.subject, private.public_key(), now, DOCUMENT_YEARS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage("digital_signature", "content_commitment"), critical=True)
        .add_extension(authority, critical=False)
        .add_extension(x509.CRLDistributionPoints([point]), critical=False)
    )
    return DocumentKey(private, (builder.sign(root.private, hashes.SHA384()), root.certificate))


def make_credential_key() -> CredentialKey:
    """Return a new key for credentials."""
    return CredentialKey(ed25519.Ed25519PrivateKey.generate())


def revocation_list(*, root: DocumentKey, now: datetime, revoked: dict[int, datetime]) -> bytes:
    """Return the root's list of revoked certificates in DER: {serial number: since when}.

    It holds as long as a signer of PDFs, with which a new one is made.
    """
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(root.certificate.subject)
        .last_update(now - _CLOCK_DIFFERENCE)
        .next_update(now + DOCUMENT_YEARS * _YEAR)
        # Each list has a greater number than the one before it.
        .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root.certificate.public_key()),  # type: ignore[arg-type]
            critical=False,
        )
    )
    for serial, since in revoked.items():
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since)
        builder = builder.add_revoked_certificate(
            entry.add_extension(x509.CRLReason(x509.ReasonFlags.key_compromise), critical=False).build()
        )
    return builder.sign(root.private, hashes.SHA384()).public_bytes(serialization.Encoding.DER)


def newer_list(data: bytes, root: x509.Certificate, kept: str) -> str:
    """Return the newer one of two lists of revoked certificates below a root, in PEM.

    `data` is one in DER, which may be damaged or of another root, `kept` one in PEM or nothing.
    """
    try:
        found = x509.load_der_x509_crl(data)
        fits = found.is_signature_valid(root.public_key())  # type: ignore[arg-type]
    except (ValueError, TypeError):
        return kept
    if not fits or (kept and x509.load_pem_x509_crl(kept.encode()).last_update_utc > found.last_update_utc):
        return kept
    return found.public_bytes(serialization.Encoding.PEM).decode()


def list_in_der(text: str) -> bytes:
    """Return a list of revoked certificates in DER that is kept in PEM; nothing for nothing."""
    return x509.load_pem_x509_crl(text.encode()).public_bytes(serialization.Encoding.DER) if text else b""


def vouches_for(root: x509.Certificate, certificate: x509.Certificate) -> bool:
    """Whether a root signed another certificate; two roots of one year have the same name."""
    try:
        certificate.verify_directly_issued_by(root)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def write_document_key(key: DocumentKey, passphrase: str) -> bytes:
    """Return key and certificates as PKCS#12, encrypted."""
    return pkcs12.serialize_key_and_certificates(
        b"academy", key.private, key.certificate, key.certificates[1:], _encryption(passphrase)
    )


def read_document_key(data: bytes, passphrase: str) -> DocumentKey:
    """Return key and certificates of a PKCS#12 file.

    Raises UnreadableKeyError for a wrong passphrase, a damaged file, and a key that is neither RSA nor elliptic.
    """
    try:
        private, certificate, others = pkcs12.load_key_and_certificates(data, passphrase.encode() or None)
    except ValueError as error:
        raise UnreadableKeyError(str(error)) from error
    if certificate is None or not isinstance(private, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise UnreadableKeyError("There is no key with its certificate.")
    return DocumentKey(private, _in_order(certificate, others))


def write_credential_key(key: CredentialKey, passphrase: str) -> bytes:
    """Return the key as PKCS#8 in PEM, encrypted."""
    return key.private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, _encryption(passphrase)
    )


def read_credential_key(data: bytes, passphrase: str) -> CredentialKey:
    """Return the key of a PEM file. Raises UnreadableKeyError as `read_document_key` does."""
    try:
        private = serialization.load_pem_private_key(data, passphrase.encode() or None)
    except (ValueError, TypeError) as error:
        raise UnreadableKeyError(str(error)) from error
    if not isinstance(private, ed25519.Ed25519PrivateKey):
        raise UnreadableKeyError("There is no Ed25519 key.")
    return CredentialKey(private)


def fingerprint(certificate: x509.Certificate) -> str:
    """Return the SHA-256 of a certificate, in hexadecimal: how a key that signs PDFs is named."""
    return hashlib.sha256(der_of(certificate)).hexdigest()


def der_of(certificate: x509.Certificate) -> bytes:
    """Return a certificate in DER."""
    return certificate.public_bytes(serialization.Encoding.DER)


def pem_of(certificate: x509.Certificate) -> str:
    """Return a certificate in PEM."""
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def multikey(public: ed25519.Ed25519PublicKey) -> str:
    """Return a public key as Multikey: "z" and base58btc of the multicodec prefix and the 32 bytes."""
    data = _MULTICODEC_ED25519 + public.public_bytes_raw()
    number, text = int.from_bytes(data), ""
    while number:
        number, digit = divmod(number, 58)
        text = _BASE58[digit] + text
    return f"z{text}"


def public_key_of(text: str) -> ed25519.Ed25519PublicKey:
    """Return the public key that a Multikey names. Raises UnreadableKeyError when it names none."""
    number = 0
    for letter in text[1:]:
        digit = _BASE58.find(letter)
        number = number * 58 + digit
        if digit < 0 or number.bit_length() > 8 * 34:
            raise UnreadableKeyError("This is no Multikey of Ed25519.")
    data = number.to_bytes(34)
    if text[:1] != "z" or data[:2] != _MULTICODEC_ED25519:
        raise UnreadableKeyError("This is no Multikey of Ed25519.")
    return ed25519.Ed25519PublicKey.from_public_bytes(data[2:])


def _certificate(
    subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey, now: datetime, years: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now.astimezone(UTC) - _CLOCK_DIFFERENCE)
        .not_valid_after(now.astimezone(UTC) + years * _YEAR)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _name(organisation: str, common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _shortened(organisation)),
            x509.NameAttribute(NameOID.COMMON_NAME, _shortened(common)),
        ]
    )


def _shortened(text: str) -> str:
    """X.509 ends names at 64; some programs count letters, others bytes."""
    return text.encode()[:64].decode(errors="ignore").strip()


def _usage(*granted: str) -> x509.KeyUsage:
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: name in granted for name in names})


def _encryption(passphrase: str) -> serialization.KeySerializationEncryption:
    if not passphrase:
        raise UnreadableKeyError("A key is never written without a passphrase.")
    return serialization.BestAvailableEncryption(passphrase.encode())


def _in_order(certificate: x509.Certificate, others: list[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """Put each certificate before the one that vouches for it, whatever order the file has; strangers are left out."""
    chain, left = [certificate], list(others)
    while issuer := next((other for other in left if other.subject == chain[-1].issuer), None):
        chain.append(issuer)
        left.remove(issuer)
    return tuple(chain)
