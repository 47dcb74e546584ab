"""What becomes of a certificate in force: suspended for a while, or revoked for good."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from certificates import emails
from certificates.models import Certificate, LogEntry
from certificates.services.awards import CertificateError
from certificates.services.log import note
from people.models import Account


@transaction.atomic
def suspend(*, certificate: Certificate, reason: str, actor: Account) -> Certificate:
    """Take a certificate out of force for the time being. The reason is public."""
    locked = lock(certificate)
    if locked.revoked_at is not None or locked.superseded_at is not None:
        raise CertificateError(_("This certificate is no longer in force, so it cannot be suspended."))
    if locked.suspended_at is None:
        locked.suspended_at = timezone.now()
        note_standing(locked, "certificates.suspended", reason, actor)
        note(locked, LogEntry.Action.SUSPENDED, at=locked.suspended_at)
    return locked


@transaction.atomic
def lift_suspension(*, certificate: Certificate, reason: str, actor: Account) -> Certificate:
    """Put a suspended certificate back in force. One that is in force stays as it is.

    Raises CertificateError for one that was revoked or replaced: it never comes back, a new one is issued instead.
    """
    locked = lock(certificate)
    if locked.revoked_at is not None or locked.superseded_at is not None:
        raise CertificateError(_("This certificate does not come back into force. Only a new one can take its place."))
    if locked.suspended_at is not None:
        locked.suspended_at = None
        note_standing(locked, "certificates.suspension_lifted", reason, actor)
        note(locked, LogEntry.Action.LIFTED)
    return locked


@transaction.atomic
def revoke(*, certificate: Certificate, reason: str, actor: Account) -> Certificate:
    """Take a certificate out of force for good. It stays verifiable as revoked, with the reason, which is public.

    Raises CertificateError for one that was replaced: the newer one is what counts.
    """
    locked = lock(certificate)
    if locked.superseded_at is not None:
        raise CertificateError(_("This certificate was replaced. Look at the newer one."))
    if locked.revoked_at is None:
        locked.revoked_at = timezone.now()
        note_standing(locked, "certificates.revoked", reason, actor)
        note(locked, LogEntry.Action.REVOKED, at=locked.revoked_at)
    return locked


def lock(certificate: Certificate) -> Certificate:
    """Wait for whoever changes this certificate, and return it as it is now."""
    return Certificate.objects.select_for_update(of=("self",)).select_related("person").get(pk=certificate.pk)


def note_standing(certificate: Certificate, action: str, reason: str, actor: Account | None) -> None:
    """Store a change of standing with its reason and who made it; None where nobody did. Raises CertificateError
    without a reason.

    The log gets its entry afterwards, when everything else of the transaction is done.
    """
    if not reason.strip():
        raise CertificateError(_("Give a reason: whoever checks the certificate will read it."))
    certificate.status_reason, certificate.status_by = reason.strip(), actor
    certificate.save(update_fields=["suspended_at", "revoked_at", "superseded_at", "status_reason", "status_by"])
    emails.cancel_expiry(certificate)
    record(
        action,
        obj=certificate,
        actor=actor,
        subject=certificate.person,
        after={"status": certificate.status},
        reason=certificate.status_reason,
    )
