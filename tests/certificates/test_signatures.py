import hashlib
import io
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfReader, PdfWriter

from certificates.keys import DocumentKey, revocation_list
from certificates.pdf import draw
from certificates.signatures import UNSIGNED, NoRoomError, inspect, room_for, sign, signed_data
from core.pdf.document import Attachment, SignatureRoom
from tests.certificates.pages import BELARUSIAN as WORDS
from tests.certificates.verifiers.signatures import by_openssl, by_pyhanko, validated
from tests.factories.keys import NOW, make_signing

CREDENTIAL = Attachment(
    name="credential.json",
    data='{"name": "Лук’яновіч", "room": "/ByteRange [0 1 2 3]"}'.encode() * 40,
    mime="application/vc+ld+json",
    relationship="Data",
    description="The certificate for machines",
)
ROOT, SIGNER = make_signing()
TRUSTED = [SIGNER.chain[0]]


def drawn(signer: DocumentKey = SIGNER, *attachments: Attachment) -> bytes:
    return draw(WORDS, attachments, SignatureRoom(room_for(signer), WORDS.moment, WORDS.issuer))


SIGNED = sign(drawn(SIGNER, CREDENTIAL), SIGNER)


def judged(data: bytes):
    revoked = revocation_list(root=ROOT, now=NOW, revoked={})
    return by_pyhanko(data, [ROOT.certificate], revoked, NOW + timedelta(days=9))


def own_key_rsa() -> DocumentKey:
    private = rsa.generate_private_key(65537, 4096)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Міністэрства аховы здароўя")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(private.public_key())
    builder = builder.serial_number(2**158).not_valid_before(NOW).not_valid_after(NOW + timedelta(days=1))
    return DocumentKey(private, (builder.sign(private, hashes.SHA256()),))


def test_another_program_finds_the_signature_valid_and_over_the_whole_file():
    verdict = judged(SIGNED)

    assert verdict.bottom_line
    assert verdict.coverage == SignatureCoverageLevel.ENTIRE_FILE
    assert (verdict.docmdp_ok, verdict.modification_level) == (True, ModificationLevel.NONE)
    assert verdict.signing_cert.sha256.hex() == SIGNER.key_id


def test_openssl_agrees(tmp_path):
    assert by_openssl(SIGNED, [ROOT.certificate], tmp_path, NOW) == (0, "CMS Verification successful")


def test_the_same_words_and_key_give_the_same_bytes():
    assert sign(drawn(SIGNER, CREDENTIAL), SIGNER) == SIGNED


def test_a_signature_is_read_back():
    found = inspect(SIGNED, TRUSTED)

    assert (found.signed, found.intact, found.trusted, found.covers_whole_file) == (True, True, True, True)
    assert (found.key_id, found.certificate, found.additions) == (SIGNER.key_id, SIGNER.chain[0], None)


def test_a_signature_of_somebody_else_is_intact_and_not_trusted():
    found = inspect(SIGNED, [ROOT.chain[0]])

    assert (found.intact, found.trusted, found.covers_whole_file) == (True, False, True)


@pytest.mark.parametrize("share", [0.01, 0.3, 0.6, 0.99])
def test_a_flipped_byte_is_reported_by_us_and_by_others(share):
    place = int(len(SIGNED) * share)
    changed = bytearray(SIGNED)
    changed[place] ^= 1

    assert not inspect(bytes(changed), TRUSTED).intact


def test_a_flipped_byte_of_the_page_is_reported_by_another_program():
    place = SIGNED.index(b"stream", SIGNED.index(b"/Contents <") + 9000) + 200
    changed = bytearray(SIGNED)
    changed[place] ^= 1

    assert not judged(bytes(changed)).bottom_line


def test_a_later_edit_is_reported_by_us_and_by_others():
    writer = IncrementalPdfFileWriter(io.BytesIO(SIGNED))
    writer.root["/Lang"] = writer.root["/Metadata"]
    writer.update_root()
    output = io.BytesIO()
    writer.write(output)
    edited = output.getvalue()

    found = inspect(edited, TRUSTED)

    assert edited.startswith(SIGNED)
    assert (found.intact, found.trusted, found.covers_whole_file, found.additions) == (True, True, False, len(SIGNED))
    assert not judged(edited).bottom_line


def test_a_file_that_was_written_anew_has_no_signature_that_holds():
    output = io.BytesIO()
    PdfWriter(clone_from=PdfReader(io.BytesIO(SIGNED))).write(output)

    assert not inspect(output.getvalue(), TRUSTED).intact


def test_a_byte_range_that_leaves_out_more_than_the_signature_does_not_count():
    _start, opening, closing, rest = re.search(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)", SIGNED).groups()
    # As in the attacks of 2019 (pdf-insecurity.org): the range skips bytes that readers show all the same.
    for wrong in (b"0 %s %d %s" % (opening, int(closing) + 9, rest), b"1 %s %s %s" % (opening, closing, rest)):
        changed = re.sub(rb"\[\d+ \d+ \d+ \d+", b"[" + wrong, SIGNED, count=1)
        assert inspect(changed, TRUSTED) == UNSIGNED


def test_an_rsa_key_of_an_institution_can_sign():
    key = own_key_rsa()

    signed = sign(drawn(key), key)

    found = inspect(signed, [key.chain[0]])
    assert (found.intact, found.trusted, found.covers_whole_file) == (True, True, True)
    (signature,) = PdfFileReader(io.BytesIO(signed)).embedded_regular_signatures
    assert validated(signature, ValidationContext(trust_roots=[], allow_fetching=False)).intact


def test_a_signature_needs_room():
    with pytest.raises(NoRoomError):
        sign(draw(WORDS), SIGNER)
    with pytest.raises(NoRoomError):
        sign(draw(WORDS, (), SignatureRoom(100, WORDS.moment, WORDS.issuer)), SIGNER)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.7",
        draw(WORDS),
        drawn(),
        b"/ByteRange [0 1 2 3]" * 9999,
        b"/ByteRange [" + b" " * 10**6,
        b"/ByteRange [0 32 34 9999999999]<00>%%EOF\n",
        b"/ByteRange [0 29 33 6]       <3080>%%EOF\n",
        b"%PDF /ByteRange [0 24 65562 6]" + b"<" + b"3080" * 16384 + b">%%EOF\n",
    ],
)
def test_what_cannot_be_read_counts_as_unsigned(data):
    assert inspect(data, TRUSTED) == UNSIGNED


@given(st.binary(min_size=0, max_size=400), st.booleans())
def test_no_bytes_make_the_reader_stumble(extra, keep):
    encoded = (signed_data(bytes(32), SIGNER)[: len(extra) * 4] + extra if keep else extra).hex().encode()

    assert not inspect(around(encoded), TRUSTED).intact


def around(signature: bytes) -> bytes:
    """A file that is nothing but a signature, in hexadecimal."""
    head = b"%%PDF-1.7 /ByteRange [0 0000000060 %010d 0000000006]" % (62 + len(signature))
    return head.ljust(60) + b"<" + signature + b">%%EOF\n"


def test_the_certificate_cannot_be_exchanged_for_another_of_the_same_key():
    """A signature names its certificate by hash (CAdES); otherwise it could be shown as that of another name."""
    mine = SIGNER.certificate
    builder = x509.CertificateBuilder().subject_name(mine.issuer).issuer_name(mine.issuer)
    builder = builder.public_key(mine.public_key()).serial_number(mine.serial_number)
    builder = builder.not_valid_before(NOW).not_valid_after(NOW + timedelta(days=1))
    other = DocumentKey(SIGNER.private, (builder.sign(ROOT.private, hashes.SHA384()),)).chain[0]
    file = around(b"00" * 3000)
    digest = hashlib.sha256(file[:60] + file[-6:]).digest()

    def with_signature(certificate: bytes) -> bytes:
        content = cms.ContentInfo.load(signed_data(digest, SIGNER))
        content["content"]["certificates"] = [cms.CertificateChoices.load(certificate)]
        return around(content.dump(force=True).hex().encode().ljust(6000, b"0"))

    assert inspect(with_signature(SIGNER.chain[0]), TRUSTED).intact
    exchanged = inspect(with_signature(other), [other])
    assert (exchanged.trusted, exchanged.intact) == (True, False)


def test_a_certificate_that_cannot_be_read_signs_nothing():
    strange = SIGNER.chain[0].replace(bytes.fromhex("a003020102"), bytes.fromhex("a00302010a"), 1)
    read, file = cms.Certificate.load(strange), around(b"00" * 3000)
    attributes = {
        "content_type": "data",
        "message_digest": hashlib.sha256(file[:60] + file[-6:]).digest(),
        "signing_certificate_v2": {"certs": [{"cert_hash": hashlib.sha256(strange).digest()}]},
    }
    info = {
        "version": "v1",
        "sid": {"issuer_and_serial_number": {"issuer": read.issuer, "serial_number": read.serial_number}},
        "digest_algorithm": {"algorithm": "sha256"},
        "signed_attrs": [{"type": name, "values": [value]} for name, value in attributes.items()],
        "signature_algorithm": {"algorithm": "sha256_ecdsa"},
        "signature": b"nonsense",
    }
    content = {
        "version": "v1",
        "digest_algorithms": [{"algorithm": "sha256"}],
        "encap_content_info": {"content_type": "data"},
        "certificates": [read],
        "signer_infos": [info],
    }
    encoded = cms.ContentInfo({"content_type": "signed_data", "content": content}).dump()

    found = inspect(around(encoded.hex().encode().ljust(6000, b"0")), TRUSTED)

    assert (found.intact, found.trusted, found.certificate) == (False, False, strange)


def test_an_attachment_comes_out_as_it_went_in():
    reader = PdfReader(io.BytesIO(SIGNED))

    assert reader.attachments == {"credential.json": [CREDENTIAL.data]}
    (file,) = reader.root_object["/AF"]
    specification = file.get_object()
    embedded = specification["/EF"]["/F"].get_object()
    assert (specification["/AFRelationship"], embedded["/Subtype"]) == ("/Data", "/application/vc+ld+json")
    assert embedded["/Params"]["/Size"] == len(CREDENTIAL.data)


def test_several_attachments_stand_in_the_order_of_their_names():
    second = replace(CREDENTIAL, name="a.txt", data=b"words", mime="text/plain", relationship="Supplement")

    reader = PdfReader(io.BytesIO(draw(WORDS, (CREDENTIAL, second))))

    assert list(reader.attachments) == ["a.txt", "credential.json"]
    assert len(reader.root_object["/AF"]) == 2


def test_a_signed_page_is_the_drawn_page_and_reads_alike():
    plain, signed = (PdfReader(io.BytesIO(data)) for data in (draw(WORDS), SIGNED))

    assert signed.pages[0].get_contents().get_data() == plain.pages[0].get_contents().get_data()
    kinds = [
        [kid.get_object()["/S"] for kid in reader.root_object["/StructTreeRoot"]["/K"][0].get_object()["/K"]]
        for reader in (plain, signed)
    ]
    assert kinds[0] == kinds[1]
    (field,) = [
        annotation.get_object() for annotation in signed.pages[0]["/Annots"] if "/FT" in annotation.get_object()
    ]
    assert (field["/F"], [float(edge) for edge in field["/Rect"]]) == (132, [0, 0, 0, 0])
    assert signed.root_object["/AcroForm"]["/SigFlags"] == 3
    assert signed.root_object["/Perms"]["/DocMDP"]["/Reference"][0].get_object()["/TransformParams"]["/P"] == 1


def test_a_signed_file_with_its_credential_is_light():
    assert len(SIGNED) <= 80_000
