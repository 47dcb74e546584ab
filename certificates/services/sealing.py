"""The PDF of a certificate: made by a job from the payload alone, stored with its hash."""

import hashlib
from collections.abc import Sequence

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise

from audit.services import record
from certificates import chain, signatures
from certificates.causes import kept
from certificates.emails import plan_ready
from certificates.keys import Signer
from certificates.models import Certificate
from certificates.pdf import DoesNotFitError, MissingLetterError, Words, draw
from certificates.services.awards import undrawable, words_of
from certificates.services.credentials import attached, credential_for
from certificates.services.designs import DesignError, no_room
from certificates.services.keys import Keys, KeysError, check_not_given_up, current_keys
from certificates.services.log import note_sealed
from core.pdf.document import Attachment, SignatureRoom


def seal(*, certificate: Certificate) -> Certificate:
    """Make the PDF from the payload alone, sign it, store it with its hash, and tell the holder. Once.

    While a face lacks a letter, the page has no room, or there are no keys that can sign, the certificate stays
    pending, with the reason in `failure`, and nothing is stored. Raises OSError when the file cannot be stored.
    """
    # Drawn before the row is locked: the payload never changes, and nobody waits for the drawing.
    pending = Certificate.objects.unsealed().filter(pk=certificate.pk).first()
    if pending is None:
        return Certificate.objects.get(pk=certificate.pk)
    try:
        keys = current_keys()
        data, credential = signed_file(certificate=pending, keys=keys)
        return _store(pending, data, keys, credential)
    except MissingLetterError as error:
        return note_failure(pending, undrawable(error.letters))
    except DoesNotFitError as error:
        return note_failure(pending, no_room(error))
    except (DesignError, KeysError) as error:
        return note_failure(pending, error.message)


def signed_file(*, certificate: Certificate, keys: Keys) -> tuple[bytes, str]:
    """Return the signed PDF of a certificate, and the credential that it carries. The same keys give the same bytes.

    Raises MissingLetterError, DoesNotFitError and DesignError when the page cannot be drawn.
    """
    # Like the PDF's own moment: no key signs before it exists, and a second drawing can prove the first.
    created = max(certificate.issued_at, keys.document.valid_from)
    credential = credential_for(certificate=certificate, key=keys.credential, created=created)
    return signed_pdf(words_of(certificate), keys.document, [attached(certificate, credential)]), credential


def signed_pdf(words: Words, signer: Signer, attachments: Sequence[Attachment] = ()) -> bytes:
    """Return the certificate as a signed PDF. The same words, files and key always give the same bytes.

    Raises MissingLetterError when a face lacks a letter.
    """
    # The moment comes from the words, so that a second drawing can prove the first; no key signs before it exists.
    moment = max(words.moment, signer.valid_from)
    room = SignatureRoom(signatures.room_for(signer), moment, words.issuer)
    return signatures.sign(draw(words, attachments, room), signer)


def note_failure(certificate: Certificate, why: str | Promise) -> Certificate:
    """Note why a certificate waits, unless it was revoked, replaced or erased meanwhile."""
    Certificate.objects.unsealed().filter(pk=certificate.pk).update(failure=kept(why))
    return Certificate.objects.get(pk=certificate.pk)


@transaction.atomic
def _store(certificate: Certificate, data: bytes, keys: Keys, credential: str) -> Certificate:
    locked = Certificate.objects.select_for_update(of=("self",)).select_related("person").get(pk=certificate.pk)
    if locked.sealed_at or locked.revoked_at or locked.superseded_at or locked.erased_at:
        return locked
    # A process killed between file and commit may have left the file behind; nothing refers to it yet.
    locked.pdf.storage.delete(f"certificates/{locked.code}.pdf")
    locked.pdf.save(f"{locked.code}.pdf", ContentFile(data), save=False)
    locked.pdf_sha256 = hashlib.sha256(data).hexdigest()
    locked.payload_hash = chain.payload_hash(locked.payload, locked.salt)
    locked.signed_by, locked.credential = keys.signed_by, credential
    # A clock may have been set back since.
    locked.sealed_at = max(timezone.now(), locked.issued_at)
    locked.failure = ""
    locked.save(update_fields=["pdf", "pdf_sha256", "signed_by", "credential", "payload_hash", "sealed_at", "failure"])
    record("certificates.sealed", obj=locked, subject=locked.person, after={"sha256": locked.pdf_sha256})
    plan_ready(locked)
    # The keys may have been given up since the page was drawn. Whoever gives them up from now on waits for this one.
    check_not_given_up([keys.document.key_id, keys.credential.key_id])
    note_sealed(locked)
    return locked
