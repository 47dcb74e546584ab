"""The PDF of a certificate: made by a job from the payload alone, stored with its hash."""

import hashlib

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from audit.services import record
from certificates import chain
from certificates.emails import plan_ready
from certificates.models import Certificate
from certificates.pdf import MissingLetterError, draw
from certificates.services.awards import undrawable, words_of
from certificates.services.log import note_sealed
from core.jobs import for_each


def seal(*, certificate: Certificate) -> Certificate:
    """Make the PDF from the payload alone, store it with its hash, and tell the holder. Once.

    A letter that no face of the certificate has leaves the certificate pending, with the letter named in `failure`.
    """
    # Drawn before the row is locked: the payload never changes, and nobody waits for the drawing.
    pending = Certificate.objects.unsealed().filter(pk=certificate.pk).first()
    if pending is None:
        return Certificate.objects.get(pk=certificate.pk)
    try:
        data = draw(words_of(pending))
    except MissingLetterError as error:
        return _note_failure(pending, error)
    return _store(pending, data)


def _note_failure(certificate: Certificate, error: MissingLetterError) -> Certificate:
    certificate.failure = undrawable(error.letters)
    certificate.save(update_fields=["failure"])
    return certificate


@transaction.atomic
def _store(certificate: Certificate, data: bytes) -> Certificate:
    locked = Certificate.objects.select_for_update(of=("self",)).select_related("person").get(pk=certificate.pk)
    if not Certificate.objects.unsealed().filter(pk=locked.pk).exists():
        return locked
    # A process killed between file and commit may have left the file behind; nothing refers to it yet.
    locked.pdf.storage.delete(f"certificates/{locked.code}.pdf")
    locked.pdf.save(f"{locked.code}.pdf", ContentFile(data), save=False)
    locked.pdf_sha256 = hashlib.sha256(data).hexdigest()
    locked.payload_hash = chain.payload_hash(locked.payload, locked.salt)
    locked.sealed_at = timezone.now()
    locked.failure = ""
    locked.save(update_fields=["pdf", "pdf_sha256", "payload_hash", "sealed_at", "failure"])
    record("certificates.sealed", obj=locked, subject=locked.person, after={"sha256": locked.pdf_sha256})
    plan_ready(locked)
    note_sealed(locked)
    return locked


def seal_pending() -> int:
    """Seal whatever waits for it; returns how many were sealed. Idempotent."""
    sealed = for_each(list(Certificate.objects.unsealed()), lambda certificate: seal(certificate=certificate))
    return sum(certificate.sealed_at is not None for certificate in sealed)
