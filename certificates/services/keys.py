"""The keys of this installation: read once per process, made, changed for new ones, and published for ever."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography import x509
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certificates.keys import (
    CredentialKey,
    DocumentKey,
    Signer,
    UnreadableKeyError,
    fingerprint,
    make_credential_key,
    make_document_key,
    make_root,
    pem_of,
    read_credential_key,
    read_document_key,
    revocation_list,
    write_credential_key,
    write_document_key,
)
from certificates.models import PublicKey
from core.errors import DomainError

ROOT, DOCUMENT, CREDENTIAL, REVOKED = "root.p12", "document.p12", "credential.pem", "ca.crl"
# So long before a key ends the operator is told.
NOTICE = timedelta(days=60)
Kind = PublicKey.Kind


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
    Raises KeysError when a key is missing, cannot be opened, is not valid yet or any more.
    """
    if settings.DEMO and not _folder().joinpath(DOCUMENT).exists():
        _make_for_demonstration()
    document, credential = _document_key(), _opened_credential(_file(CREDENTIAL))
    _check_validity(document)
    registered = PublicKey.objects.in_bulk([document.key_id, credential.key_id], field_name="key_id")
    if not {document.key_id, credential.key_id} <= registered.keys():
        registered = {key.key_id: key for key in _register(document, credential)}
    return Keys(document, credential, registered[document.key_id])


def _document_key() -> DocumentKey:
    if settings.CERTIFICATE_OWN_KEY:
        return _opened_document(Path(settings.CERTIFICATE_OWN_KEY), settings.CERTIFICATE_OWN_KEY_PASSPHRASE)
    return _opened_document(_file(DOCUMENT), settings.CERTIFICATE_KEYS_PASSPHRASE)


def _folder() -> Path:
    return Path(settings.CERTIFICATE_KEYS)


def _file(name: str) -> Path:
    folder = _folder()
    if not folder.is_dir():
        raise KeysError(
            _("There is no folder with the keys of certificates, %(folder)s. Make keys with “manage.py certkeys init”.")
            % {"folder": folder}
        )
    return folder / name


def _opened_document(path: Path, passphrase: str) -> DocumentKey:
    return _opened(read_document_key, path, passphrase)


def _opened_credential(path: Path) -> CredentialKey:
    return _opened(read_credential_key, path, settings.CERTIFICATE_KEYS_PASSPHRASE)


def _opened(reader: Any, path: Path, passphrase: str) -> Any:
    try:
        stat = path.stat()
        return _read(reader, path, (stat.st_mtime_ns, stat.st_size, stat.st_ino), passphrase)
    except FileNotFoundError as error:
        raise KeysError(
            _("The key %(file)s is missing. Put it back from its copy, or make new keys with “manage.py certkeys”.")
            % {"file": path.name}
        ) from error
    except OSError as error:
        raise KeysError(_("The key %(file)s cannot be read.") % {"file": path.name}) from error
    except UnreadableKeyError as error:
        raise KeysError(
            _("The key %(file)s cannot be opened: the passphrase is wrong, or the file is damaged.")
            % {"file": path.name}
        ) from error


@lru_cache(maxsize=16)
def _read(reader: Any, path: Path, _version: tuple[int, int, int], passphrase: str) -> Any:
    """Opening a key takes some tens of milliseconds, on purpose."""
    return reader(path.read_bytes(), passphrase)


def _check_validity(document: Signer) -> None:
    now = timezone.now()
    if now >= document.valid_until:
        raise KeysError(
            _("The key that signs certificates expired on %(date)s. Make a new one with “manage.py certkeys rotate”.")
            % {"date": date_format(timezone.localtime(document.valid_until), "DATE_FORMAT")}
        )
    if now < document.valid_from:
        raise KeysError(_("The key that signs certificates is not valid yet. Check the clock of this machine."))


@transaction.atomic
def _register(document: DocumentKey, credential: CredentialKey) -> list[PublicKey]:
    """Note public keys that were not seen before. What was noted stays for ever."""
    now = timezone.now()
    found = []
    for kind, certificate in _published(document):
        key, _made = PublicKey.objects.get_or_create(
            key_id=fingerprint(certificate),
            defaults={
                "kind": kind,
                "certificate": pem_of(certificate),
                "created_at": now,
                "expires_at": certificate.not_valid_after_utc,
            },
        )
        found.append(key)
    key, _made = PublicKey.objects.get_or_create(
        key_id=credential.key_id, defaults={"kind": Kind.CREDENTIAL, "created_at": now}
    )
    return [*found, key]


def _published(document: DocumentKey) -> Iterator[tuple[str, x509.Certificate]]:
    yield Kind.DOCUMENT, document.certificate
    if len(document.certificates) > 1:
        yield Kind.ROOT, document.certificates[-1]


def init() -> dict[str, Any]:
    """Make an authority, its signer of PDFs and a key for credentials, and return their state.

    Whatever signed before is retired and stays published.
    Raises KeysError when there are keys already, or no passphrase.
    """
    with _alone():
        if _any_there():
            raise KeysError(_("There are keys already. Change them with “manage.py certkeys rotate”."))
        _make()
    return status()


def _make_for_demonstration() -> None:
    with _alone():
        if not _any_there():
            _make()


def _any_there() -> bool:
    return any(_folder().joinpath(name).exists() for name in (ROOT, DOCUMENT, CREDENTIAL))


def _make() -> None:
    now = timezone.now()
    _write(ROOT, write_document_key(make_root(organisation=_organisation(), now=now), _passphrase()))
    _renew(now)


def _renew(now: datetime) -> None:
    """Make what signs below the root; the file of the signer comes last, because its presence says that all is made."""
    root = _opened_document(_file(ROOT), _passphrase())
    address = f"{settings.SITE_ADDRESS}/pki/ca.crl"
    document = make_document_key(root=root, organisation=_organisation(), now=now, crl_address=address)
    credential = make_credential_key()
    _write(REVOKED, revocation_list(root=root, now=now, revoked=_revoked(root)))
    _write(CREDENTIAL, write_credential_key(credential, _passphrase()))
    _write(DOCUMENT, write_document_key(document, _passphrase()))


def _revoked(root: DocumentKey) -> dict[int, datetime]:
    """Serial numbers of the signers below a root that somebody else may have had."""
    compromised = PublicKey.objects.filter(kind=Kind.DOCUMENT, compromised_at__isnull=False)
    certificates = [(x509.load_pem_x509_certificate(key.certificate.encode()), key) for key in compromised]
    return {
        certificate.serial_number: key.compromised_at
        for certificate, key in certificates
        if key.compromised_at and certificate.issuer == root.certificate.subject
    }


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
    """Return the state of the keys."""
    return {}
