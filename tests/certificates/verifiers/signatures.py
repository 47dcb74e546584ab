"""What programs of others say about the signature of a PDF."""

import io
import os
import re
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

from asn1crypto.crl import CertificateList
from asn1crypto.x509 import Certificate
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from certificates.keys import pem_of


def by_pyhanko(data: bytes, roots: Sequence[x509.Certificate], revoked: bytes, moment: datetime | None = None) -> Any:
    """Return pyHanko's verdict on the signature of a file, with a list of revoked certificates that has to be there."""
    context = ValidationContext(
        trust_roots=[Certificate.load(root.public_bytes(Encoding.DER)) for root in roots],
        crls=[CertificateList.load(revoked)],
        allow_fetching=False,
        revocation_mode="hard-fail",
        moment=moment,
    )
    (signature,) = PdfFileReader(io.BytesIO(data)).embedded_regular_signatures
    return validated(signature, context)


def validated(signature: Any, context: ValidationContext) -> Any:
    """Return pyHanko's verdict. It runs an event loop, which takes a thread where a browser runs another one."""
    with ThreadPoolExecutor(max_workers=1) as threads:
        return threads.submit(validate_pdf_signature, signature, context).result()


def by_openssl(
    data: bytes, roots: Sequence[x509.Certificate], folder: Path, moment: datetime | None = None
) -> tuple[int, str]:
    """Return how `openssl cms -verify` ends and what it says last."""
    start, opening, closing, rest = map(int, re.search(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)", data).groups())
    (folder / "words").write_bytes(data[start:opening] + data[closing : closing + rest])
    signature = bytes.fromhex(data[opening + 1 : closing - 1].decode())
    length = 4 + int.from_bytes(signature[2:4])
    assert not signature[length:].strip(b"\0")
    (folder / "signature").write_bytes(signature[:length])
    (folder / "ca.pem").write_text("".join(map(pem_of, roots)))

    command = ["openssl", "cms", "-verify", "-inform", "DER", "-in", "signature", "-content", "words", "-binary"]
    command += ["-CAfile", "ca.pem", "-purpose", "any", "-out", "out"]
    command += ["-attime", str(int(moment.timestamp()))] if moment else []
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr.splitlines()[-1]


def by_pdfsig(path: Path) -> tuple[str, bool]:
    """Return what poppler's `pdfsig` says about the first signature, and whether it covers the whole file.

    Whom to trust is not asked, and no browser of whoever runs it is there to answer.
    """
    command, environment = ["pdfsig", "-nocert", str(path)], {**os.environ, "HOME": str(path.parent)}
    said = subprocess.run(command, capture_output=True, text=True, check=False, env=environment).stdout
    validity = re.findall(r"Signature Validation: (.*)", said)[0]
    return validity, "Total document signed" in said.partition("Signature #2")[0]
