"""The keys of this installation: read once per process, made, changed for new ones, and published for ever."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography import x509
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certificates.keys import (
    CredentialKey,
    DocumentKey,
    Signer,
    UnreadableKeyError,
    der_of,
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
    if any(key.compromised_at for key in registered.values()):
        raise KeysError(
            _("The keys that sign certificates were given up. Make new ones with “manage.py certkeys rotate”.")
        )
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
        found = _read(reader, path, (stat.st_mtime_ns, stat.st_size, stat.st_ino), passphrase)
    except FileNotFoundError as error:
        raise KeysError(
            _("The key %(file)s is missing. Put it back from its copy, or make new keys with “manage.py certkeys”.")
            % {"file": path.name}
        ) from error
    except OSError as error:
        raise KeysError(_("The key %(file)s cannot be read.") % {"file": path.name}) from error
    if isinstance(found, UnreadableKeyError):
        raise KeysError(
            _("The key %(file)s cannot be opened: the passphrase is wrong, or the file is damaged.")
            % {"file": path.name}
        ) from found
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
        raise KeysError(
            _("The key that signs certificates expired on %(date)s. Make a new one with “manage.py certkeys rotate”.")
            % {"date": date_format(timezone.localtime(document.valid_until), "DATE_FORMAT")}
        )


@transaction.atomic
def _register(document: DocumentKey, credential: CredentialKey) -> None:
    """Note public keys that were not seen before, for ever. Those whose place they take sign no more."""
    now = timezone.now()
    for kind, certificate in _published(document):
        facts = {"certificate": pem_of(certificate), "expires_at": certificate.not_valid_after_utc}
        _note_key(kind, fingerprint(certificate), now, facts)
    _note_key(Kind.CREDENTIAL, credential.key_id, now, {})


def _note_key(kind: str, key_id: str, now: datetime, facts: dict[str, Any]) -> None:
    _key, made = PublicKey.objects.get_or_create(key_id=key_id, defaults={"kind": kind, "created_at": now, **facts})
    if made:
        PublicKey.objects.filter(kind=kind, retired_at__isnull=True).exclude(key_id=key_id).update(
            retired_at=Greatest(now, F("created_at"))
        )


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
            now = timezone.now()
            signing = PublicKey.objects.filter(kind__in=[Kind.DOCUMENT, Kind.CREDENTIAL], retired_at__isnull=True)
            signing.update(retired_at=Greatest(now, F("created_at")), compromised_at=now)
        _renew(passphrase)
    current_keys()
    return status()


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
        root=root, organisation=_organisation(), now=now, crl_address=f"{settings.SITE_ADDRESS}/pki/{REVOKED}"
    )
    _write(REVOKED, revocation_list(root=root, now=now, revoked=_revoked(root)))
    _write(CREDENTIAL, write_credential_key(make_credential_key(), passphrase))
    _write(DOCUMENT, write_document_key(document, passphrase))


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
        "keys": [{**_described(key), "certificate": key.certificate} for key in PublicKey.objects.all()],
    }


def _described(key: PublicKey) -> dict[str, Any]:
    moments = ("created_at", "expires_at", "retired_at", "compromised_at")
    return {
        "kind": key.kind,
        "key_id": key.key_id,
        **{name: moment.isoformat() if (moment := getattr(key, name)) else None for name in moments},
    }


def published_roots() -> str:
    """Return the certificates of all roots that there ever were, in PEM, one behind the other; empty without any."""
    with suppress(KeysError):
        # The keys that are in the folder may not be in the register yet.
        current_keys()
    return "".join(PublicKey.objects.filter(kind=Kind.ROOT).values_list("certificate", flat=True))


def published_revocations() -> bytes:
    """Return the list of revoked signers of the root that is used now, in DER; empty where there is none."""
    with suppress(KeysError):
        current_keys()
    try:
        return _folder().joinpath(REVOKED).read_bytes()
    except OSError:
        return b""


def trusted_certificates() -> list[bytes]:
    """Return the certificates, in DER, of everything that ever signed PDFs here and was not given up."""
    signers = PublicKey.objects.trusted().filter(kind=Kind.DOCUMENT)
    return [der_of(x509.load_pem_x509_certificate(key.certificate.encode())) for key in signers]
