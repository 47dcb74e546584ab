"""Signatures that can still be checked when keys have expired and servers are gone: a longer file beside the first.

The sealed file is never touched. What is put behind it in a file of its own proves that the key was valid and not
revoked then (`certificates.extension`).
"""

import hashlib
import logging

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from audit.services import record
from certificates.extension import CannotExtendError, extended
from certificates.keys import der_of
from certificates.models import Certificate, CertificateQuerySet, PublicKey
from certificates.services.keys import certificate_of, published_revocations, root_of
from certificates.services.log import note_extended

logger = logging.getLogger(__name__)

# One job takes no more, some ten milliseconds each; the next one goes on.
MOST_AT_ONCE = 500


def extend(*, certificate: Certificate) -> Certificate:
    """Store a longer file with what keeps the signature valid for long. Once; nobody is told.

    A certificate that is not sealed, not signed or erased stays as it is.
    Raises CannotExtendError when the signing key was given up, an authority cannot be reached, or the stored file is
    not the one that was sealed: whatever is extended is known by its hash from then on. Raises OSError when the file
    cannot be read or stored.
    """
    waiting = _waiting().filter(pk=certificate.pk).select_related("signed_by").first()
    if waiting is None or waiting.signed_by is None:
        return Certificate.objects.get(pk=certificate.pk)
    with waiting.pdf.open("rb") as file:
        data = file.read()
    if hashlib.sha256(data).hexdigest() != waiting.pdf_sha256:
        raise CannotExtendError("The stored file is not the one that was sealed.")
    roots, revoked, fetch = _vouching(waiting.signed_by)
    longer = extended(data, roots=roots, revoked=revoked, timestamp_url=settings.CERTIFICATE_TIMESTAMP_URL, fetch=fetch)
    return _store(waiting, longer)


def _waiting() -> CertificateQuerySet:
    sealed = Certificate.objects.filter(sealed_at__isnull=False, signed_by__isnull=False, erased_at__isnull=True)
    return sealed.filter(extended_at__isnull=True, signed_by__compromised_at__isnull=True)


def _vouching(signer: PublicKey) -> tuple[list[bytes], list[bytes], bool]:
    """Return the certificates that are trusted, the list of the signer's own root, and whether others know more.

    An institution's key has its own list, and its root may be one that every reader knows and that does not come along.
    """
    root = root_of(signer)
    revoked = published_revocations(root.key_id) if root else b""
    if root and revoked:
        return [der_of(certificate_of(root))], [revoked], False
    roots = PublicKey.objects.filter(kind=PublicKey.Kind.ROOT)
    return [der_of(certificate_of(key)) for key in (*roots, signer)], [], True


@transaction.atomic
def _store(certificate: Certificate, data: bytes) -> Certificate:
    locked = Certificate.objects.select_for_update(of=("self",)).select_related("person").get(pk=certificate.pk)
    if not _waiting().filter(pk=locked.pk).exists():
        return locked
    name = f"{locked.code}-extended.pdf"
    # As with the first file, a killed process may have left one behind.
    locked.extended_pdf.storage.delete(f"certificates/{name}")
    locked.extended_pdf.save(name, ContentFile(data), save=False)
    locked.extended_sha256 = hashlib.sha256(data).hexdigest()
    locked.extended_at = timezone.now()
    locked.save(update_fields=["extended_pdf", "extended_sha256", "extended_at"])
    record("certificates.extended", obj=locked, subject=locked.person, after={"sha256": locked.extended_sha256})
    note_extended(locked)
    return locked


def extend_waiting() -> int:
    """Extend what waits for it, the oldest first, and return how many. Idempotent.

    One that cannot be extended is in the log and waits on; when an authority does not answer, so do all others.
    """
    done = 0
    for certificate in list(_waiting().order_by("sealed_at")[:MOST_AT_ONCE]):
        try:
            extend(certificate=certificate)
        except (CannotExtendError, OSError):
            logger.exception("%s cannot be extended", certificate.code)
            if settings.CERTIFICATE_TIMESTAMP_URL:
                break
        else:
            done += 1
    return done
