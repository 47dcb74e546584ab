"""Answers to whoever checks a certificate, by its code or by its file; and how much the holder lets them say."""

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.context import current
from audit.services import record
from certificates import codes, signatures, wording
from certificates.credentials.proofs import SPELLING, checked
from certificates.disclosure import is_surname, veiled
from certificates.models import Certificate, PublicKey
from certificates.services.awards import CertificateError
from certificates.services.credentials import did_document, out_of_force
from certificates.services.keys import trusted_certificates
from certificates.services.standing import lock
from certificates.signatures import UNSIGNED, Inspection
from certificates.traces import Traces, as_document, earlier_hashes, traces
from people.models import Account

UNKNOWN, MISTYPED, ALTERED, FOREIGN = "unknown", "mistyped", "altered", "foreign"

# A hall shares one address, and a right answer costs nothing; at this pace a code is guessed in thousands of years.
WRONG_AT_MOST = 100
# Surnames are few; so many tries are enough for whoever has the certificate before them.
WRONG_SURNAMES_AT_MOST = 8
WINDOW_SECONDS = 10 * 60
MAX_PROOFS = 4

Privacy = Certificate.Privacy


class TooManyTriesError(CertificateError):
    """More wrong codes, surnames or files came from one network than people type."""

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


@dataclass(frozen=True)
class Verdict:
    """`state` is a status of certificates, "unknown" or "mistyped"; `whole` says that the full name may be shown.

    `key` is that of the holder's link, when the certificate was asked for by it.
    """

    code: str
    state: str
    certificate: Certificate | None = None
    whole: bool = False
    key: str = ""

    @property
    def payload(self) -> dict[str, Any]:
        """What may be shown of the words; empty once they were erased."""
        if self.certificate is None or not self.certificate.payload:
            return {}
        return self.certificate.payload if self.whole else veiled(self.certificate.payload)


@dataclass(frozen=True)
class FileVerdict:
    """What became of a file: a status of certificates, "altered", "unknown" or "foreign".

    `certificate` is the one whose file it is, or was before it was changed. `added` says that the sealed file stands
    unchanged at the beginning and something was added behind it. `proofs` says of each proof of the credential in it,
    by the name of its suite, whether it holds. `given_up` is since when somebody else may have had the key of its
    signature.
    """

    state: str
    certificate: Certificate | None = None
    added: bool = False
    code: str = ""
    signature: Inspection = UNSIGNED
    proofs: dict[str, bool] = field(default_factory=dict)
    given_up: datetime | None = None

    @property
    def sealed(self) -> bool:
        """Whether the file is one that was issued, byte for byte."""
        return self.state in Certificate.Status.values

    @property
    def out_of_force(self) -> bool:
        """Whether the bit of the certificate is set in its status list."""
        found = self.certificate
        return found is not None and Certificate.objects.filter(out_of_force(), pk=found.pk).exists()


def said_in(payload: dict[str, Any]) -> dict[str, Any]:
    """Return what the words of a certificate say, for machines; nothing once they were erased."""
    if not payload:
        return {}
    said = {name: payload.get(name) for name in ("issuer", "holder", "agency", "subject", "dates", "result")}
    return said | {"academic_hours": wording.half_hours(payload.get("minutes") or 0) / 2}


def verify_code(*, code: str, key: str = "", surname: str = "") -> Verdict:
    """Say what a certificate is worth. Whatever cannot be a code is "mistyped" without asking anything.

    A code that nobody holds, one that is not sealed and one that only the holder's link opens are "unknown", after the
    same questions to the database. Raises TooManyTriesError.
    """
    if not codes.is_well_formed(code):
        return Verdict(code, MISTYPED)
    _check_patience(_network())
    # One that may not be seen is left in the database: reading it would take longer than reading nothing.
    found = _sealed().filter(opened_by(key), code=code).first()
    if found is None:
        _count_wrong(_network())
        return Verdict(code, UNKNOWN)
    invited = _equal(key, found.secret)
    whole = invited or found.privacy != Privacy.INITIALS or (bool(surname) and _confirm(found, surname))
    return Verdict(code, found.status, found, whole, key if invited else "")


def opened_by(key: str) -> Q:
    """Which certificates may be known to whoever knows their code and, from the holder's link, perhaps this key."""
    shown = ~Q(privacy=Privacy.LINK)
    return shown | Q(secret=key) if key else shown


def may_know_of(certificate: Certificate, key: str) -> bool:
    """Whether whoever has this key, or none, may know of a certificate."""
    return certificate.privacy != Privacy.LINK or _equal(key, certificate.secret)


def _confirm(certificate: Certificate, surname: str) -> bool:
    """Whether somebody typed the surname of the holder. Wrong ones are counted for each certificate and network."""
    key = f"{_network()}:{certificate.code}"
    _check_patience(key, WRONG_SURNAMES_AT_MOST)
    right = bool(certificate.payload) and is_surname(surname[:200], certificate.payload["holder"])
    if not right:
        _count_wrong(key)
    return right


def verify_file(*, data: bytes) -> FileVerdict:
    """Say what a file is worth. It is read here and kept nowhere.

    One that is sealed by its hash has the state of its certificate. Another one was altered when it begins with a
    sealed file, names the code of a certificate that anybody may see, or carries a signature or credential of this site
    that does not fit; it is unknown when it claims to come from this site, and foreign otherwise.
    Raises TooManyTriesError.
    """
    _check_patience(_network())
    verdict = judge_file(data=data)
    if verdict.state in {ALTERED, UNKNOWN, FOREIGN}:
        _count_wrong(_network())
    return verdict


def judge_file(*, data: bytes) -> FileVerdict:
    """Say what a file is worth, without counting who asks: for the operator's command."""
    signature = signatures.inspect(data, trusted_certificates())
    return replace(_judged(data, signature), given_up=_given_up(signature))


def _given_up(signature: Inspection) -> datetime | None:
    key = PublicKey.objects.filter(key_id=signature.key_id).first() if signature.signed else None
    return key.compromised_at if key else None


def _judged(data: bytes, signature: Inspection) -> FileVerdict:
    found = traces(data, settings.SITE_ADDRESS.partition("://")[2])
    sealed = _by_hash([hashlib.sha256(data).hexdigest()])
    if sealed is not None:
        return FileVerdict(
            sealed.status, sealed, code=sealed.code, signature=signature, proofs=_proofs(found, sealed.credential)
        )
    earlier = _by_hash(earlier_hashes(data))
    if earlier is not None:
        return FileVerdict(ALTERED, earlier, True, earlier.code, signature, _proofs(found, earlier.credential))
    return _claimed(found, signature)


def _claimed(found: Traces, signature: Inspection) -> FileVerdict:
    """What a file is worth that was never issued like this, by what it claims."""
    # Whoever writes the code of a certificate that only a link opens into a file learns no more than by typing it.
    named = _sealed().filter(code__in=found.codes).exclude(privacy=Privacy.LINK).order_by("pk").first()
    proofs = _proofs(found, named.credential if named else "")
    code = named.code if named else next(iter(found.codes), "")
    touched = signature.trusted and not (signature.intact and signature.covers_whole_file)
    if named or touched or not all(proofs.values()):
        state = ALTERED
    else:
        state = UNKNOWN if found.here or signature.trusted or proofs else FOREIGN
    return FileVerdict(state, named, code=code, signature=signature, proofs=proofs)


def _proofs(found: Traces, stored: str) -> dict[str, bool]:
    """Check the first credential of this site in a file: all proofs of the one that was issued, letter by letter.

    Of any other only the proof over its spelling is checked: what a stranger's document means can take for ever to
    find out (RDFC-1.0, 7.1).
    """
    if not found.credentials:
        return {}
    published = did_document()
    methods, issuer = published["assertionMethod"], published["id"]
    for text in found.credentials:
        document = as_document(text)
        said = document.get("issuer")
        if (said.get("id") if isinstance(said, dict) else said) != issuer:
            continue
        if text == stored:
            return checked(document, methods=methods)
        given = document.get("proof")
        spelt = [
            proof
            for proof in (given if isinstance(given, list) else [])[:MAX_PROOFS]
            if isinstance(proof, dict) and proof.get("cryptosuite") == SPELLING
        ]
        return checked({**document, "proof": spelt}, methods=methods) or {SPELLING: False}
    return {}


def _by_hash(hashes: list[str]) -> Certificate | None:
    same = Q(pdf_sha256__in=hashes) | Q(extended_sha256__in=hashes)
    return _sealed().filter(same).order_by("-pk").first() if hashes else None


def _sealed() -> QuerySet[Certificate]:
    """What can be checked; what is still being prepared cannot."""
    return Certificate.objects.filter(sealed_at__isnull=False).select_related(
        "superseded_by", "supersedes", "paper", "signed_by"
    )


@transaction.atomic
def set_privacy(*, certificate: Certificate, privacy: str, actor: Account) -> Certificate:
    """Let the holder say how much of the name is shown to whoever checks the certificate.

    A link is made as soon as one is needed, and is dead again once everybody may see everything.
    Raises CertificateError for an unknown choice, for anybody but the holder, and once the words were erased.
    """
    if privacy not in Privacy.values:
        raise CertificateError(_("Choose one of the three."))
    locked = lock(certificate)
    if actor.person_id != locked.person_id:
        raise CertificateError(_("Only the holder decides who sees the name."))
    if locked.erased_at is not None:
        raise CertificateError(_("The words of this certificate were erased."))
    if locked.privacy == privacy:
        return locked
    before, locked.privacy = locked.privacy, privacy
    locked.secret = "" if privacy == Privacy.FULL else locked.secret or secrets.token_urlsafe(18)
    locked.save(update_fields=["privacy", "secret"])
    record(
        "certificates.privacy_set",
        obj=locked,
        actor=actor,
        subject=locked.person,
        before={"privacy": before},
        after={"privacy": privacy},
    )
    return locked


def _equal(given: str, expected: str) -> bool:
    return bool(expected) and secrets.compare_digest(given.encode(), expected.encode())


# --- Patience -------------------------------------------------------------------------------------------------------
def _network() -> str:
    """Wrong tries of a network in the present ten minutes, in the cache that all processes share."""
    return f"verify:{current().address_hash}:{int(timezone.now().timestamp()) // WINDOW_SECONDS}"


def _check_patience(key: str, at_most: int = WRONG_AT_MOST) -> None:
    if int(cache.get(key, 0)) >= at_most:
        seconds = WINDOW_SECONDS - int(timezone.now().timestamp()) % WINDOW_SECONDS
        raise TooManyTriesError(
            _("Many wrong tries came from your network just now. Please try again in ten minutes."), seconds
        )


def _count_wrong(key: str) -> None:
    if not cache.add(key, 1, WINDOW_SECONDS):
        # Where the cache is full, the number may be gone in between.
        with suppress(ValueError):
            cache.incr(key)
