import hashlib
import io
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from django.conf import settings as project
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_timestamp
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from certificates import tasks
from certificates.extension import CannotExtendError
from certificates.models import Certificate, LogEntry, PublicKey
from certificates.services import award_enrolment, extend, extend_waiting, published_revocations, published_roots
from certificates.services.keys import rotate
from mail.models import Message
from tests.certificates.verifiers.signatures import by_pyhanko
from tests.factories.certificates import make_certificate, make_completed_enrolment
from tests.factories.timestamps import timestamping

pytestmark = [pytest.mark.django_db, pytest.mark.db]


def bytes_of(file) -> bytes:
    with file.open("rb") as opened:
        return opened.read()


def judged(data: bytes):
    roots = x509.load_pem_x509_certificates(published_roots().encode())
    return by_pyhanko(data, roots, published_revocations())


def test_a_longer_file_stands_beside_the_first_which_stays_as_it_is():
    certificate = make_certificate()
    first, messages = bytes_of(certificate.pdf), Message.objects.count()

    longer = extend(certificate=certificate)

    data = bytes_of(longer.extended_pdf)
    assert bytes_of(longer.pdf) == first
    assert (longer.pdf_sha256, longer.pdf.name) == (certificate.pdf_sha256, certificate.pdf.name)
    assert data.startswith(first)
    assert len(data) > len(first) + 1000
    assert longer.extended_sha256 == hashlib.sha256(data).hexdigest()
    assert longer.extended_pdf.name == f"certificates/{certificate.code}-extended.pdf"
    assert Message.objects.count() == messages
    assert LogEntry.objects.last().action == LogEntry.Action.EXTENDED


def test_the_longer_file_holds_what_the_signature_is_checked_with_and_is_valid():
    data = bytes_of(extend(certificate=make_certificate()).extended_pdf)

    store = PdfFileReader(io.BytesIO(data)).root["/DSS"]
    assert (len(store["/CRLs"]), len(store["/Certs"])) == (1, 2)
    verdict = judged(data)
    assert verdict.bottom_line
    assert (verdict.docmdp_ok, verdict.modification_level) == (True, ModificationLevel.LTA_UPDATES)


def test_extending_again_changes_nothing():
    certificate = extend(certificate=make_certificate())
    before = Certificate.objects.values().get()

    extend(certificate=certificate)

    assert (extend_waiting(), Certificate.objects.values().get()) == (0, before)


def test_what_waits_is_extended_by_the_job_and_what_is_not_sealed_is_not():
    make_certificate()
    make_certificate(erased_at=datetime.now(UTC))
    Certificate.objects.filter(pk=award_enrolment(enrolment=make_completed_enrolment()).pk).update(
        sealed_at=None, pdf="", pdf_sha256=""
    )

    tasks.extend_signatures()
    tasks.extend_signatures()

    extended = [certificate.extended_at is not None for certificate in Certificate.objects.order_by("pk")]
    assert extended == [True, False, False]


def test_a_file_left_by_a_killed_process_is_replaced():
    certificate = make_certificate()
    path = Path(project.PRIVATE_ROOT) / "certificates" / f"{certificate.code}-extended.pdf"
    path.write_bytes(b"half a file")

    longer = extend(certificate=certificate)

    assert hashlib.sha256(path.read_bytes()).hexdigest() == longer.extended_sha256


def test_what_a_given_up_key_signed_is_not_extended(settings, tmp_path):
    settings.CERTIFICATE_KEYS = tmp_path / "keys"
    certificate = make_certificate()

    rotate(compromised=True)

    assert (extend(certificate=certificate).extended_at, extend_waiting()) == (None, 0)


def test_what_cannot_be_extended_holds_up_no_other(caplog):
    first, second = make_certificate(), make_certificate()
    path = Path(first.pdf.path)
    path.write_bytes(path.read_bytes().replace(b"/Sig", b"/Sog"))

    with pytest.raises(CannotExtendError):
        extend(certificate=first)
    assert extend_waiting() == 1

    second.refresh_from_db()
    assert second.extended_at is not None
    assert f"{first.code} cannot be extended" in caplog.text


def test_a_file_that_was_changed_in_the_storage_is_not_extended_and_never_known():
    certificate = make_certificate()
    path = Path(certificate.pdf.path)
    path.write_bytes(path.read_bytes().replace(b"/Type /Page", b"/Type /Pagf", 1))

    with pytest.raises(CannotExtendError, match="not the one that was sealed"):
        extend(certificate=certificate)

    certificate.refresh_from_db()
    assert (certificate.extended_at, certificate.extended_sha256) == (None, "")


def test_a_file_that_is_missing_holds_up_no_other(caplog):
    first, second = make_certificate(), make_certificate()
    Path(first.pdf.path).unlink()

    assert extend_waiting() == 1

    second.refresh_from_db()
    assert second.extended_at is not None
    assert f"{first.code} cannot be extended" in caplog.text


@pytest.fixture(scope="module")
def authority():
    with timestamping() as answering:
        yield answering


def test_an_authority_for_time_stamps_says_when_it_was(settings, authority):
    settings.CERTIFICATE_TIMESTAMP_URL = authority.address

    data = bytes_of(extend(certificate=make_certificate()).extended_pdf)

    (stamp,) = PdfFileReader(io.BytesIO(data)).embedded_timestamp_signatures
    verdict = validate_pdf_timestamp(stamp, ValidationContext(trust_roots=[authority.certificate]))
    assert (verdict.intact, verdict.trusted) == (True, True)
    assert verdict.coverage == SignatureCoverageLevel.ENTIRE_FILE
    assert judged(data).bottom_line


def test_while_the_authority_for_time_stamps_is_away_certificates_wait(settings, authority, caplog):
    make_certificate()
    settings.CERTIFICATE_TIMESTAMP_URL = "http://127.0.0.1:9/"
    assert (extend_waiting(), Certificate.objects.get().extended_at) == (0, None)
    assert "cannot be extended" in caplog.text

    settings.CERTIFICATE_TIMESTAMP_URL = authority.address

    assert extend_waiting() == 1


def test_an_authority_that_leads_elsewhere_is_not_followed(settings, authority, caplog):
    """Whoever holds the name of an authority makes our server ask nobody inside."""
    asked: list[str] = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            self.send_response(307)
            self.send_header("Location", authority.address)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    make_certificate()
    with HTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        settings.CERTIFICATE_TIMESTAMP_URL = f"http://127.0.0.1:{server.server_port}/"
        done = extend_waiting()
        server.shutdown()

    assert (done, asked) == (0, ["/"])
    assert "answered 307 and no time stamp" in caplog.text


def test_the_key_that_signed_is_still_known():
    certificate = extend(certificate=make_certificate())

    assert certificate.signed_by in PublicKey.objects.trusted()
