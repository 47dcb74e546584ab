"""Signatures of PDFs: put into the room that a file holds for it (PAdES B-B, EN 319 142-1), and read back.

A signature is a CMS SignedData (RFC 5652) over everything in the file but itself. What never changes of it is put
together once for each key, so that a signature costs little more than its arithmetic. Reading trusts nothing: it opens
no stream, follows no object and searches the bytes with bounds, so that a hostile file costs no more than its hash.
"""

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from certificates.keys import Signer
from core.pdf.document import BYTE_RANGE_ROOM

# What a signature takes beside the certificates: attributes, names, the signature itself.
_ROOM_BESIDE = 1280
# More bytes than any honest signature with its chain and time stamp.
_MOST_CMS = 1 << 17
_MOST_SIGNATURES = 16

_SEQUENCE, _SET, _OCTETS, _EXPLICIT_0 = 0x30, 0x31, 0x04, 0xA0
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_DATA = bytes.fromhex("06092a864886f70d010701")
_CONTENT_TYPE = bytes.fromhex("06092a864886f70d010903")
_MESSAGE_DIGEST = bytes.fromhex("06092a864886f70d010904")
_SIGNING_CERTIFICATE_V2 = bytes.fromhex("060b2a864886f70d010910022f")
_SHA256 = bytes.fromhex("300b0609608648016503040201")
_ALGORITHMS = {
    "ecdsa": bytes.fromhex("300a06082a8648ce3d040302"),
    "rsa": bytes.fromhex("300d06092a864886f70d01010b0500"),
}
_VERSION_1 = bytes.fromhex("020101")

_NUMBER = rb"\s{1,8}(\d{1,10})"
_BYTE_RANGE = re.compile(rb"/ByteRange\s{0,8}\[\s{0,8}(\d{1,10})" + 3 * _NUMBER + rb"\s{0,64}\]")
_END = re.compile(rb"%%EOF\r?\n?\Z")


class NoRoomError(ValueError):
    """The file holds no room for a signature, or too little."""


def room_for(signer: Signer) -> int:
    """Return how many bytes of a file a signature of this signer takes at most."""
    return sum(map(len, signer.chain)) + _ROOM_BESIDE


def sign(data: bytes, signer: Signer) -> bytes:
    """Return a PDF that holds room for a signature with the signature in it. The same bytes and key give the same.

    Raises NoRoomError without such room.
    """
    field = data.find(BYTE_RANGE_ROOM)
    opening = data.find(b"/Contents <", field) + len(b"/Contents ")
    if field < 0 or opening < field or data.find(BYTE_RANGE_ROOM, field + 1) >= 0:
        raise NoRoomError("The file holds no room for one signature.")
    closing = data.index(b">", opening) + 1
    byte_range = f"/ByteRange [0 {opening} {closing} {len(data) - closing}"
    padded = byte_range.encode().ljust(len(BYTE_RANGE_ROOM) - 1) + b"]"
    file = bytearray(data)
    file[field : field + len(padded)] = padded
    view = memoryview(file)
    digest = hashlib.sha256(view[:opening])
    digest.update(view[closing:])
    view.release()
    signature = signed_data(digest.digest(), signer).hex().encode()
    room = closing - opening - 2
    if len(signature) > room:
        raise NoRoomError("The signature is longer than the room for it.")
    file[opening + 1 : closing - 1] = signature.ljust(room, b"0")
    return bytes(file)


def signed_data(digest: bytes, signer: Signer) -> bytes:
    """Return the CMS SignedData, detached, over content with this SHA-256, as PAdES B-B asks for it.

    The moment of signing stands in the PDF and not among the attributes (EN 319 142-1, 5.3).
    """
    template = _template(signer.chain, signer.algorithm)
    attributes = template.attributes.replace(_NO_DIGEST, digest)
    signature = signer.sign(_der(_SET, attributes))
    info = _der(
        _SEQUENCE,
        _VERSION_1,
        template.identifier,
        _SHA256,
        _der(_EXPLICIT_0, attributes),
        _ALGORITHMS[signer.algorithm],
        _der(_OCTETS, signature),
    )
    content = _der(_SEQUENCE, template.head, _der(_SET, info))
    return _der(_SEQUENCE, _SIGNED_DATA, _der(_EXPLICIT_0, content))


# Stands in the template where the digest belongs; no certificate's hash is this.
_NO_DIGEST = bytes(32)


@dataclass(frozen=True)
class _Template:
    """What never changes of a key's signatures: attributes, who signed, everything before the signature."""

    attributes: bytes
    identifier: bytes
    head: bytes


@lru_cache(maxsize=8)
def _template(chain: tuple[bytes, ...], algorithm: str) -> _Template:
    certificate = x509.load_der_x509_certificate(chain[0])
    named = _der(_SEQUENCE, _der(_SEQUENCE, _der(_SEQUENCE, _der(_OCTETS, hashlib.sha256(chain[0]).digest()))))
    attributes = [
        _der(_SEQUENCE, _CONTENT_TYPE, _der(_SET, _DATA)),
        _der(_SEQUENCE, _MESSAGE_DIGEST, _der(_SET, _der(_OCTETS, _NO_DIGEST))),
        _der(_SEQUENCE, _SIGNING_CERTIFICATE_V2, _der(_SET, named)),
    ]
    head = [_VERSION_1, _der(_SET, _SHA256), _der(_SEQUENCE, _DATA), _der(_EXPLICIT_0, *_sorted(chain))]
    serial = certificate.serial_number
    number = _der(0x02, serial.to_bytes(serial.bit_length() // 8 + 1))
    return _Template(
        b"".join(_sorted(attributes)), _der(_SEQUENCE, certificate.issuer.public_bytes(), number), b"".join(head)
    )


def _sorted(encoded: Collection[bytes]) -> list[bytes]:
    """DER puts the members of a set into one order."""
    return sorted(encoded)


def _der(tag: int, *contents: bytes) -> bytes:
    content = b"".join(contents)
    length = len(content)
    if length < 0x80:  # noqa: PLR2004 - longer ones say first how long their length is
        return bytes([tag, length]) + content
    size = length.to_bytes((length.bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(size)]) + size + content


@dataclass(frozen=True)
class Inspection:
    """What the first signature of a file is worth.

    `intact`: nothing that it covers was changed since. `trusted`: it was made with a key of ours. `covers_whole_file`:
    nothing was added behind it. `key_id` is the SHA-256 of the signer's certificate; `certificate` is it in DER.
    `additions` is where what was added behind begins, or None.
    """

    intact: bool = False
    trusted: bool = False
    covers_whole_file: bool = False
    key_id: str = ""
    certificate: bytes = b""
    additions: int | None = None

    @property
    def signed(self) -> bool:
        """Whether there is a signature at all that can be read."""
        return bool(self.key_id)


UNSIGNED = Inspection()


def inspect(data: bytes, trusted_certificates: Collection[bytes]) -> Inspection:
    """Return what the first signature of a PDF is worth; `trusted_certificates` are those of our signers, in DER.

    Whatever cannot be read counts as unsigned. What was added behind a signature may be what extends it for long;
    whoever wants to know compares `hashlib.sha256(data[:additions])` or the whole file with what was issued.
    """
    found = _first_signature(data)
    if found is None:
        return UNSIGNED
    opening, closing, end = found
    signature = _cms(data[opening + 1 : closing - 1])
    if signature is None:
        return UNSIGNED
    view = memoryview(data)
    digest = hashlib.sha256(view[:opening])
    digest.update(view[closing:end])
    certificate, intact = _checked(signature, digest.digest())
    if not certificate:
        return UNSIGNED
    whole = end == len(data)
    return Inspection(
        intact=intact,
        trusted=certificate in set(trusted_certificates),
        covers_whole_file=whole,
        key_id=hashlib.sha256(certificate).hexdigest(),
        certificate=certificate,
        additions=None if whole else end,
    )


def _first_signature(data: bytes) -> tuple[int, int, int] | None:
    """Return where the signature begins and ends and how far it reaches, of the one that covers the least.

    Only ranges that leave out nothing but one string in hexadecimal count: otherwise something could hide there.
    """
    ranges: list[tuple[int, int, int]] = []
    for number, match in enumerate(_BYTE_RANGE.finditer(data)):
        if number >= _MOST_SIGNATURES:
            break
        start, opening, closing, rest = map(int, match.groups())
        end = closing + rest
        if start == 0 and match.end() <= opening < closing <= end <= len(data) and _is_gap(data, opening, closing, end):
            ranges.append((opening, closing, end))
    return min(ranges, key=lambda found: found[2], default=None)


def _is_gap(data: bytes, opening: int, closing: int, end: int) -> bool:
    """Whether what a signature leaves out is one hexadecimal string, and what it covers a whole file."""
    return (
        closing - opening <= 2 * _MOST_CMS + 2
        and data[opening : opening + 1] == b"<"
        and data[closing - 1 : closing] == b">"
        and _END.search(data, max(closing, end - 16), end) is not None
    )


def _cms(hexadecimal: bytes) -> cms.SignedData | None:
    try:
        encoded = bytes.fromhex(hexadecimal.decode("ascii"))
        # The room is filled up with zeros behind the signature.
        info = cms.ContentInfo.load(encoded[: _length(encoded)], strict=True)
        return info["content"] if info["content_type"].native == "signed_data" else None
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None


def _length(encoded: bytes) -> int:
    """Return how many bytes the first DER value takes."""
    if len(encoded) < 2:  # noqa: PLR2004 - a tag and a length
        return 0
    first = encoded[1]
    if first < 0x80:  # noqa: PLR2004
        return 2 + first
    count = first & 0x7F
    return 2 + count + int.from_bytes(encoded[2 : 2 + count])


def _checked(signed: cms.SignedData, digest: bytes) -> tuple[bytes, bool]:
    """Return the signer's certificate in DER (empty when there is none) and whether the signature over it holds."""
    try:
        (info,) = signed["signer_infos"]
        certificate = _certificate_of(signed, info)
        if not certificate:
            return b"", False
        attributes = {attribute["type"].native: attribute["values"] for attribute in info["signed_attrs"]}
        over = info["signed_attrs"].untag().dump()
        (kept,) = attributes["message_digest"].native
        (bound,) = attributes["signing_certificate_v2"]
        named = _first_named(bound)
        right = (
            info["digest_algorithm"]["algorithm"].native == "sha256"
            and kept == digest
            and attributes["content_type"].native == ["data"]
            and len(attributes) == len(info["signed_attrs"])
            # Otherwise another certificate of the same key could be put in its place.
            and named["hash_algorithm"]["algorithm"].native == "sha256"
            and named["cert_hash"].native == hashlib.sha256(certificate).digest()
        )
        return certificate, right and _verifies(certificate, info["signature"].native, over)
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError, UnsupportedAlgorithm):
        return b"", False


def _first_named(bound: tsp.SigningCertificateV2) -> tsp.ESSCertIDv2:
    """The certificate that the signature is bound to; importing `tsp` is what makes `cms` know this attribute."""
    return bound["certs"][0]


def _certificate_of(signed: cms.SignedData, info: cms.SignerInfo) -> bytes:
    identifier = info["sid"].chosen
    for choice in signed["certificates"]:
        if choice.name != "certificate":
            continue
        certificate = choice.chosen
        if (
            certificate.serial_number == identifier["serial_number"].native
            and certificate.issuer.dump() == identifier["issuer"].dump()
        ):
            return bytes(certificate.dump())
    return b""


def _verifies(certificate: bytes, signature: bytes, over: bytes) -> bool:
    try:
        public = x509.load_der_x509_certificate(certificate).public_key()
        if isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(signature, over, ec.ECDSA(hashes.SHA256()))
        elif isinstance(public, rsa.RSAPublicKey):
            public.verify(signature, over, padding.PKCS1v15(), hashes.SHA256())
        else:
            return False
    except (InvalidSignature, x509.InvalidVersion):
        return False
    return True
