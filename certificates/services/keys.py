"""The keys of this installation: read once per process, made, changed for new ones, and published for ever."""

import fcntl
import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography import x509
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit.services import record
from certificates.causes import Cause
from certificates.keys import (
    CredentialKey,
    DocumentKey,
    Signer,
    UnreadableKeyError,
    der_of,
    fingerprint,
    list_in_der,
    make_credential_key,
    make_document_key,
    make_root,
    newer_list,
    pem_of,
    read_credential_key,
    read_document_key,
    revocation_list,
    vouches_for,
    write_credential_key,
    write_document_key,
)
from certificates.models import PublicKey
from core.errors import DomainError

ROOT, DOCUMENT, CREDENTIAL, REVOKED = "root.p12", "document.p12", "credential.pem", "ca.crl"
# So long before a key ends the operator is told.
NOTICE = timedelta(days=60)
Kind = PublicKey.Kind
_SIGNING = (Kind.DOCUMENT, Kind.CREDENTIAL)


class KeysError(DomainError):
    """Nothing can be signed now; the sentence says why."""


@dataclass(frozen=True)
class Keys:
    """What signs now: PDFs and credentials. `signed_by` is the public key of the signer of PDFs."""

    document: Signer
    credential: CredentialKey
    signed_by: PublicKey


def current_keys() -> Keys:
    """Return the keys that sign now; their public keys are in the register of keys.

    The files are opened once per process, and again when they change. In a demonstration without keys they are made.
    Raises KeysError when a key is missing, cannot be opened, has expired, or was given up.
    """
    if settings.DEMO and not _folder().joinpath(DOCUMENT).exists():
        _make_for_demonstration()
    document, credential = _document_key(), _opened_credential(_file(CREDENTIAL))
    _check_validity(document)
    ids = [document.key_id, credential.key_id]
    registered = PublicKey.objects.in_bulk(ids, field_name="key_id")
    if not registered.keys() >= set(ids):
        _register(document, credential)
        registered = PublicKey.objects.in_bulk(ids, field_name="key_id")
    _refuse_given_up(registered.values())
    return Keys(document, credential, registered[document.key_id])


def check_not_given_up(key_ids: Collection[str]) -> None:
    """Raise KeysError when one of some keys was given up; until the transaction ends, nobody gives one up."""
    # Rows with a foreign key to a key may be written meanwhile.
    locked = PublicKey.objects.select_for_update(no_key=True).filter(key_id__in=key_ids)
    _refuse_given_up(locked.order_by("pk"))


def _refuse_given_up(keys: Iterable[PublicKey]) -> None:
    if any(key.compromised_at for key in keys):
        raise KeysError(Cause("key_given_up"))


def _document_key() -> DocumentKey:
    if settings.CERTIFICATE_OWN_KEY:
        return _opened_document(Path(settings.CERTIFICATE_OWN_KEY), settings.CERTIFICATE_OWN_KEY_PASSPHRASE)
    return _opened_document(_file(DOCUMENT), settings.CERTIFICATE_KEYS_PASSPHRASE)


def _folder() -> Path:
    return Path(settings.CERTIFICATE_KEYS)


def _file(name: str) -> Path:
    folder = _folder()
    if not folder.is_dir():
        raise KeysError(Cause("no_keys", {"folder": str(folder)}))
    return folder / name


def _opened_document(path: Path, passphrase: str) -> DocumentKey:
    return _opened(read_document_key, path, passphrase)


def _opened_credential(path: Path) -> CredentialKey:
    return _opened(read_credential_key, path, settings.CERTIFICATE_KEYS_PASSPHRASE)


def _opened(reader: Any, path: Path, passphrase: str) -> Any:
    try:
        stat = path.stat()
        found = _read(reader, path, (stat.st_mtime_ns, stat.st_size, stat.st_ino), passphrase)
    except FileNotFoundError as error:
        raise KeysError(Cause("key_missing", {"file": path.name})) from error
    except OSError as error:
        raise KeysError(Cause("key_unreadable", {"file": path.name})) from error
    if isinstance(found, UnreadableKeyError):
        raise KeysError(Cause("key_locked", {"file": path.name})) from found
    return found


@lru_cache(maxsize=16)
def _read(reader: Any, path: Path, _version: tuple[int, int, int], passphrase: str) -> Any:
    """Return the key, or why it cannot be opened: trying takes some tens of milliseconds, on purpose."""
    try:
        return reader(path.read_bytes(), passphrase)
    except UnreadableKeyError as error:
        return error


def _check_validity(document: Signer) -> None:
    if timezone.now() >= document.valid_until:
        raise KeysError(Cause("key_expired", {"date": timezone.localdate(document.valid_until).isoformat()}))


@transaction.atomic
def _register(document: DocumentKey, credential: CredentialKey) -> None:
    """Note public keys that were not seen before, for ever. Those whose place they take sign no more."""
    now = timezone.now()
    for kind, certificate in _published(document):
        facts = {"certificate": pem_of(certificate), "expires_at": certificate.not_valid_after_utc}
        _note_key(kind, fingerprint(certificate), now, facts)
    _note_key(Kind.CREDENTIAL, credential.key_id, now, {})
    _note_list()


def _note_key(kind: str, key_id: str, now: datetime, facts: dict[str, Any]) -> None:
    _key, made = PublicKey.objects.get_or_create(key_id=key_id, defaults={"kind": kind, "created_at": now, **facts})
    if made:
        PublicKey.objects.filter(kind=kind, retired_at__isnull=True).exclude(key_id=key_id).update(
            retired_at=Greatest(now, F("created_at"))
        )


def _note_list() -> None:
    """Keep the list of revoked signers beside its root: the folder may get lost, and the list is asked for for ever."""
    try:
        data = _folder().joinpath(REVOKED).read_bytes()
    except OSError:
        return
    for root in PublicKey.objects.filter(kind=Kind.ROOT):
        newest = newer_list(data, certificate_of(root), root.revocations)
        PublicKey.objects.filter(pk=root.pk).update(revocations=newest)


def certificate_of(key: PublicKey) -> x509.Certificate:
    """Return the certificate of a root or of a signer of PDFs."""
    return x509.load_pem_x509_certificate(key.certificate.encode())


def _published(document: DocumentKey) -> Iterator[tuple[str, x509.Certificate]]:
    *chain, last = document.certificates
    if chain:
        yield Kind.ROOT, last
    yield Kind.DOCUMENT, document.certificate


def init() -> dict[str, Any]:
    """Make an authority, its signer of PDFs and a key for credentials, and return their state.

    Whatever signed before is retired and stays published.
    Raises KeysError when there are keys already, or no passphrase.
    """
    passphrase = _passphrase()
    with _alone():
        if _any_there():
            raise KeysError(_("There are keys already. Change them with “manage.py certkeys rotate”."))
        _make(passphrase)
    current_keys()
    return status()


def rotate(*, compromised: bool = False) -> dict[str, Any]:
    """Make a new signer of PDFs and a new key for credentials below the root that is there, and return their state.

    What the old ones signed stays valid, because they stay published; unless they are `compromised`: then they are
    revoked, and everything that they signed has to be issued anew. Raises KeysError without the root or a passphrase.
    """
    passphrase = _passphrase()
    with _alone():
        _opened_document(_file(ROOT), passphrase)
        if compromised:
            with suppress(KeysError):
                # Keys that came from a copy may not be in the register yet.
                current_keys()
            _mark_given_up(PublicKey.objects.filter(kind__in=_SIGNING, retired_at__isnull=True), timezone.now())
        _renew(passphrase)
    current_keys()
    return status()


def give_up(*, key_id: str, since: datetime | None = None) -> dict[str, Any]:
    """Note of a key that signs no more that somebody else may have had it since a moment (now), and return the state.

    A signer of PDFs is revoked in the list of its root, if that is the root that is there. The register goes on
    knowing what was issued; the signatures of the key alone count for nothing. A second time only an earlier moment
    changes anything. Raises KeysError for an unknown key, for one that signs now (`rotate` changes it), for a moment
    that has not come, and, for a signer of PDFs, without the root or a passphrase.
    """
    passphrase, since = _passphrase(), since or timezone.now()
    found = PublicKey.objects.filter(key_id=key_id)
    key = found.first()
    if key is None:
        raise KeysError(_("There is no key %(key)s. “manage.py certkeys status” names all.") % {"key": key_id})
    if key.retired_at is None:
        command = "manage.py certkeys rotate --compromised"
        raise KeysError(_("This key is in use. Change it with “%(command)s”.") % {"command": command})
    if since > timezone.now():
        raise KeysError(_("Name a moment that has passed."))
    with _alone():
        root = _opened_document(_file(ROOT), passphrase) if key.kind == Kind.DOCUMENT else None
        _mark_given_up(found, since)
        if root:
            _write_list(root)
            _note_list()
    return status()


@transaction.atomic
def _mark_given_up(keys: QuerySet[PublicKey], since: datetime) -> None:
    """Note since when somebody else may have had some keys; an earlier moment that is known already stays."""
    later = Q(compromised_at__isnull=True) | Q(compromised_at__gt=since)
    for key in keys.select_for_update(no_key=True).filter(later).order_by("pk"):
        before, key.compromised_at = key.compromised_at, since
        key.retired_at = key.retired_at or max(timezone.now(), key.created_at)
        key.save(update_fields=["retired_at", "compromised_at"])
        record(
            "certificates.key_given_up",
            obj=key,
            before={"since": before.isoformat() if before else None},
            after={"since": since.isoformat(), "kind": key.kind, "key": key.key_id},
        )


def _make_for_demonstration() -> None:
    passphrase = _passphrase()
    with _alone():
        # Another process may have made them in the meantime.
        if not _any_there():
            _make(passphrase)


def _any_there() -> bool:
    return any(_folder().joinpath(name).exists() for name in (ROOT, DOCUMENT, CREDENTIAL))


def _make(passphrase: str) -> None:
    root = make_root(organisation=_organisation(), now=timezone.now())
    _write(ROOT, write_document_key(root, passphrase))
    _renew(passphrase)


def _renew(passphrase: str) -> None:
    """Make what signs below the root. The signer of PDFs comes last: its presence says that all the rest is there."""
    root, now = _opened_document(_file(ROOT), passphrase), timezone.now()
    document = make_document_key(
        root=root, organisation=_organisation(), now=now, crl_address=f"{settings.SITE_ADDRESS}/pki/{root.key_id}.crl"
    )
    _write_list(root)
    _write(CREDENTIAL, write_credential_key(make_credential_key(), passphrase))
    _write(DOCUMENT, write_document_key(document, passphrase))


def _write_list(root: DocumentKey) -> None:
    """Write which signers below a root somebody else may have had."""
    revoked = {}
    for key in PublicKey.objects.filter(kind=Kind.DOCUMENT, compromised_at__isnull=False):
        certificate = certificate_of(key)
        if key.compromised_at and vouches_for(root.certificate, certificate):
            revoked[certificate.serial_number] = key.compromised_at
    _write(REVOKED, revocation_list(root=root, now=timezone.now(), revoked=revoked))


def _passphrase() -> str:
    if not settings.CERTIFICATE_KEYS_PASSPHRASE:
        raise KeysError(_("There is no passphrase for the keys of certificates: set CERTIFICATE_KEYS_PASSPHRASE."))
    return str(settings.CERTIFICATE_KEYS_PASSPHRASE)


def _organisation() -> str:
    return str(settings.WAGTAIL_SITE_NAME)


def _write(name: str, data: bytes) -> None:
    """Put a file in its place, whole or not at all, readable by this account only."""
    draft = _folder() / f".{name}.new"
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(_folder() / name)


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the folder: another process that makes keys waits."""
    folder = _folder()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = (folder / ".lock").open("w")
    except OSError as error:
        raise KeysError(_("The folder of keys, %(folder)s, cannot be written.") % {"folder": folder}) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def status() -> dict[str, Any]:
    """Return {"usable", "problem", "expires_soon", "keys"}: whether certificates can be signed, and if not, why not.

    `keys` are all that were ever published, the newest first, each with its kind, id and moments.
    """
    problem, until = "", None
    try:
        until = current_keys().document.valid_until
    except KeysError as error:
        problem = str(error)
    return {
        "usable": not problem,
        "problem": problem,
        "expires_soon": until is not None and until - timezone.now() < NOTICE,
        "keys": [_described(key) for key in PublicKey.objects.order_by("-created_at", "-pk")],
    }


def keys_alarm() -> str:
    """Return what is wrong with the keys, or will be within 60 days, in a sentence; nothing when all is well."""
    try:
        until = current_keys().document.valid_until
    except KeysError as error:
        return str(error)
    if until - timezone.now() >= NOTICE:
        return ""
    day = date_format(timezone.localtime(until), "DATE_FORMAT")
    return _(
        "The key that signs certificates expires on %(date)s. Make a new one with “manage.py certkeys rotate”."
    ) % {"date": day}


def export() -> dict[str, Any]:
    """Return everything that is public about the keys: {"ca.pem": text, "ca.crl": bytes, "keys": […]}."""
    return {
        "ca.pem": published_roots(),
        REVOKED: published_revocations(),
        "keys": [
            {**_described(key), "certificate": key.certificate, "revocations": key.revocations}
            for key in PublicKey.objects.all()
        ],
    }


def _described(key: PublicKey) -> dict[str, Any]:
    moments = ("created_at", "expires_at", "retired_at", "compromised_at")
    return {
        "kind": key.kind,
        "key_id": key.key_id,
        **{name: moment.isoformat() if (moment := getattr(key, name)) else None for name in moments},
    }


def published_roots() -> str:
    """Return the certificates of all roots that there ever were, in PEM, one behind the other; empty without any.

    A root that was given up is left out: whoever has it makes signers of any name.
    """
    with suppress(KeysError):
        # The keys that are in the folder may not be in the register yet.
        current_keys()
    return "".join(PublicKey.objects.trusted().filter(kind=Kind.ROOT).values_list("certificate", flat=True))


def published_revocations(root_id: str = "") -> bytes:
    """Return the newest list of revoked signers below a root, in DER; empty where there is none.

    `root_id` names any root that there ever was; without it, the list is that of the newest root that has one.
    """
    with suppress(KeysError):
        current_keys()
    roots = PublicKey.objects.filter(kind=Kind.ROOT).exclude(revocations="").order_by("-created_at", "-pk")
    found = (roots.filter(key_id=root_id) if root_id else roots).first()
    return list_in_der(found.revocations) if found else b""


def root_of(signer: PublicKey) -> PublicKey | None:
    """Return the root that vouches for a signer of PDFs; None where no root in the register does."""
    roots = PublicKey.objects.filter(kind=Kind.ROOT).order_by("-created_at", "-pk")
    return next((root for root in roots if vouches_for(certificate_of(root), certificate_of(signer))), None)


def trusted_certificates() -> list[bytes]:
    """Return the certificates, in DER, of everything that ever signed PDFs here and was not given up."""
    return [der_of(certificate_of(key)) for key in PublicKey.objects.trusted().filter(kind=Kind.DOCUMENT)]
