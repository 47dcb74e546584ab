"""What a certificate says is erased at the wish of its holder; that there was one, and what it was worth, stays."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from certificates import chain, emails
from certificates.causes import Cause, kept
from certificates.models import Certificate, LogEntry, RunItem, private_storage
from certificates.permissions import can_erase
from certificates.services.audits import files_by_code
from certificates.services.awards import CertificateError
from certificates.services.log import note
from certificates.services.standing import lock
from core.folding import fold
from people.models import Account, Person

# Letters of a name that has no case endings to look for, and by how many letters one may grow by its case.
_SHORT, _ENDING = 3, 2


@transaction.atomic
def erase(*, certificate: Certificate, reason: str, actor: Account) -> Certificate:
    """Erase every word that a certificate says, its files, its credential and the salt of its hash. For good.

    What messages about it say goes too, and a public reason that names the holder.

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
    if _erase(locked, reason, actor):
        _note(locked)
    return locked


def erase_all_of(person: Person, actor: Account | None, reason: str) -> Mapping[str, int]:
    """Erase what every certificate of a person says, because all of the person's data are erased (`people.holdings`).

    Whether that may be was decided there. Raises CertificateError while a file is being prepared.
    """
    theirs = [lock(each) for each in Certificate.objects.filter(person=person).order_by("pk")]
    if any(each.status == Certificate.Status.PENDING for each in theirs):
        raise CertificateError(_("A certificate of this person is being prepared. Wait until its file is ready."))
    erased = [each for each in theirs if _erase(each, reason, actor)]
    # The log comes last in a transaction.
    for each in erased:
        _note(each)
    return {"certificates.certificates_erased": len(erased)}


def _note(certificate: Certificate) -> None:
    note(certificate, LogEntry.Action.ERASED, at=certificate.erased_at, payload_hash=certificate.payload_hash)


def _erase(locked: Certificate, reason: str, actor: Account | None) -> bool:
    """Erase all but the entry in the log; False where that was done before, and only files are looked for again."""
    transaction.on_commit(partial(_remove_files, locked.code))
    if locked.erased_at is not None:
        return False
    named = _names_holder(locked.status_reason, locked.payload)
    # One that was revoked before it was sealed has no hash yet.
    locked.payload_hash = locked.payload_hash or chain.payload_hash(locked.payload, locked.salt)
    locked.erased_at = timezone.now()
    locked.payload, locked.salt, locked.credential, locked.failure = {}, "", "", ""
    locked.pdf, locked.extended_pdf = "", ""
    # Nothing is left to hide, and without the link nobody could learn that it was genuine.
    locked.privacy, locked.secret = Certificate.Privacy.FULL, ""
    if named:
        locked.status_reason = _("The reason named the holder and was erased.")
    locked.save(
        update_fields=[
            "payload", "payload_hash", "salt", "credential", "failure", "pdf", "extended_pdf", "privacy", "secret",
            "erased_at", "status_reason",
        ]
    )  # fmt: skip
    emails.erase(locked)
    # The letters that could not be drawn are letters of the name.
    RunItem.objects.filter(certificate=locked).exclude(failure="").update(failure=kept(Cause("unknown")))
    record("certificates.erased", obj=locked, actor=actor, subject=locked.person, reason=reason.strip())
    return True


def _names_holder(text: str, payload: dict[str, Any]) -> bool:
    """Whether a text has a name of the holder, in any case: of longer names the last letters may differ."""
    names = fold(*payload["holder"].values()).split()
    said = re.findall(r"[\w'-]+", fold(text))
    return any(_is_form_of(word, name) for word in said for name in names)


def _is_form_of(word: str, name: str) -> bool:
    return word == name or (len(name) > _SHORT and word.startswith(name[:-1]) and len(word) <= len(name) + _ENDING)


def _remove_files(code: str) -> None:
    for name in files_by_code().get(code, []):
        private_storage().delete(name)


def remove_erased_files() -> int:
    """Remove files of erased certificates that a killed process or a broken storage left behind. Returns how many."""
    erased = Certificate.objects.filter(erased_at__isnull=False)
    left = files_by_code() if erased.exists() else {}
    names = [name for code in erased.filter(code__in=left).values_list("code", flat=True) for name in left[code]]
    for name in names:
        private_storage().delete(name)
    return len(names)
