"""What a certificate says is erased at the wish of its holder; that there was one, and what it was worth, stays."""

from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from certificates import chain
from certificates.models import Certificate, LogEntry, private_storage
from certificates.permissions import can_erase
from certificates.services.audits import files_by_code
from certificates.services.awards import CertificateError
from certificates.services.log import note
from certificates.services.standing import lock
from people.models import Account


@transaction.atomic
def erase(*, certificate: Certificate, reason: str, actor: Account) -> Certificate:
    """Erase every word that a certificate says, its files, its credential and the salt of its hash. For good.

    Code, hashes, state and log stay: the register goes on answering, and nobody can tell from a hash without its salt
    what it was made of. Files go once this is stored. Erasing again removes a file that a killed process left behind.
    Raises CertificateError without a reason, for anybody but an administrator, and while the file is being prepared.
    """
    if not can_erase(actor, certificate):
        raise CertificateError(_("Only administrators erase what a certificate says, and never their own."))
    if not reason.strip():
        raise CertificateError(_("Say why the certificate is erased."))
    locked = lock(certificate)
    if locked.status == Certificate.Status.PENDING:
        raise CertificateError(_("Wait until the file is ready, or revoke the certificate first."))
    transaction.on_commit(partial(_remove_files, locked.code))
    if locked.erased_at is not None:
        return locked
    # One that was revoked before it was sealed has no hash yet.
    locked.payload_hash = locked.payload_hash or chain.payload_hash(locked.payload, locked.salt)
    locked.erased_at = timezone.now()
    locked.payload, locked.salt, locked.credential, locked.failure = {}, "", "", ""
    locked.pdf, locked.extended_pdf = "", ""
    # Nothing is left to hide, and without the link nobody could learn that it was genuine.
    locked.privacy, locked.secret = Certificate.Privacy.FULL, ""
    locked.save(
        update_fields=[
            "payload", "payload_hash", "salt", "credential", "failure", "pdf", "extended_pdf", "privacy", "secret",
            "erased_at",
        ]
    )  # fmt: skip
    record("certificates.erased", obj=locked, actor=actor, subject=locked.person, reason=reason.strip())
    note(locked, LogEntry.Action.ERASED, at=locked.erased_at, payload_hash=locked.payload_hash)
    return locked


def _remove_files(code: str) -> None:
    for name in files_by_code().get(code, []):
        private_storage().delete(name)
