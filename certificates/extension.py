"""What keeps a signature valid for long, put behind a signed PDF (PAdES B-LT and B-LTA, EN 319 142-1).

pyHanko appends the certificates and the list of revoked ones (DSS) and, if there is an authority for it, a time stamp
over all of it (RFC 3161). It takes seconds to import, so only what uses it does so. The bytes that were signed stay as
they are.
"""

import io
from collections.abc import Collection
from typing import Any


class CannotExtendError(ValueError):
    """The signature or a certificate does not hold, or what is needed cannot be fetched."""


def extended(
    data: bytes, *, roots: Collection[bytes], revoked: Collection[bytes], timestamp_url: str = "", fetch: bool = False
) -> bytes:
    """Return a signed PDF with validation data behind it and, with an address, a time stamp.

    `roots` are certificates and `revoked` lists of revoked ones, in DER; with `fetch` what is missing is asked for over
    the network. Raises CannotExtendError when the signer's certificate does not lead to a root, was revoked, or an
    authority cannot be reached.
    """
    from asn1crypto.crl import CertificateList
    from asn1crypto.x509 import Certificate
    from pyhanko_certvalidator import ValidationContext

    context = ValidationContext(
        trust_roots=[Certificate.load(root) for root in roots],
        crls=[CertificateList.load(crl) for crl in revoked],
        allow_fetching=fetch,
        revocation_mode="hard-fail" if revoked else "soft-fail",
    )
    try:
        longer = _with_validation_data(data, context)
        return _with_timestamp(longer, timestamp_url) if timestamp_url else longer
    except Exception as error:  # pyHanko and what it calls raise dozens of kinds
        raise CannotExtendError(f"{type(error).__name__}: {error}") from error


def _with_validation_data(data: bytes, context: Any) -> bytes:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import add_validation_info

    signature = PdfFileReader(io.BytesIO(data)).embedded_regular_signatures[0]
    output = io.BytesIO()
    add_validation_info(signature, context, output=output)
    return output.getvalue()


def _with_timestamp(data: bytes, address: str) -> bytes:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import PdfTimeStamper

    output = io.BytesIO()
    stamper = PdfTimeStamper(_authority(address))
    # Nothing is asked about who vouches for the authority: whoever checks the stamp decides whom to trust.
    stamper.timestamp_pdf(IncrementalPdfFileWriter(io.BytesIO(data)), "sha256", output=output)
    return output.getvalue()


def _authority(address: str) -> Any:
    """Return what asks an authority: the one that was named, and nobody to whom it would lead."""
    import requests
    from asn1crypto.tsp import TimeStampReq, TimeStampResp
    from pyhanko.sign.timestamps import HTTPTimeStamper

    class Authority(HTTPTimeStamper):
        async def async_request_tsa_response(self, req: TimeStampReq) -> TimeStampResp:
            answer = requests.post(
                self.url, req.dump(), headers=self.request_headers(), timeout=self.timeout, allow_redirects=False
            )
            if answer.headers.get("Content-Type") != "application/timestamp-reply":
                raise CannotExtendError(f"The authority answered {answer.status_code} and no time stamp.")
            return TimeStampResp.load(answer.content)

    return Authority(address, timeout=20)
