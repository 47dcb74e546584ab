"""A backup as one file: a database, files and keys as a tar with a list of what they are, encrypted for its keepers.

The encryption is age (https://age-encryption.org/v1): whoever holds the identity of one of the recipients opens it,
with this program or with `age --decrypt`; the machine that makes backups cannot read them. Inside, `manifest.json` is
the last member and names every other one with its size and SHA-256.
"""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

import pyrage
from django.utils.translation import gettext as _

from core.errors import FormatError

DATABASE, MANIFEST = "database.sqlite3", "manifest.json"
FILES, KEYS = "files", "keys"
ENDING = ".tar.gz.age"
# What is not encrypted yet lies in folders that begin so: no name that a folder of somebody else may have.
STAGING = ".academy-backup-"


@dataclass(frozen=True)
class Member:
    """A file in an archive: its size in bytes and its SHA-256."""

    size: int
    sha256: str

    @classmethod
    def of(cls, content: bytes) -> "Member":
        """Return what the list says of a file with this content."""
        return cls(len(content), hashlib.sha256(content).hexdigest())


@dataclass(frozen=True)
class Table:
    """How many rows a table has, and the SHA-256 of what they say (`operations.rows`)."""

    rows: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What an archive holds. `migrations`: the last one of each app; `vendor`: the kind of database it was."""

    made_at: datetime
    vendor: str
    migrations: Mapping[str, str]
    tables: Mapping[str, Table]
    members: Mapping[str, Member] = field(default_factory=dict)

    def to_json(self) -> bytes:
        """Return it as it stands in the archive."""
        return json.dumps(asdict(self) | {"made_at": self.made_at.isoformat()}, indent=1, ensure_ascii=False).encode()

    @classmethod
    def from_json(cls, content: bytes) -> "Manifest":
        """Read it. Raises ValueError, KeyError or TypeError for anything else."""
        found = json.loads(content)
        return cls(
            made_at=datetime.fromisoformat(found["made_at"]),
            vendor=found["vendor"],
            migrations=found["migrations"],
            tables={name: Table(**each) for name, each in found["tables"].items()},
            members={name: Member(**each) for name, each in found["members"].items()},
        )


def recipients_of(words: Iterable[str]) -> list[Any]:
    """Read recipients (`age1…`). Raises FormatError for what is none."""
    found = []
    for word in words:
        try:
            found.append(pyrage.x25519.Recipient.from_str(word))
        except pyrage.RecipientError as trouble:
            raise FormatError(_("%s is no key that a backup can be made for.") % word) from trouble
    return found


def identities_of(text: str) -> list[Any]:
    """Read identities (`AGE-SECRET-KEY-…`), one a line, comments left out, as `age-keygen` writes them.

    Raises FormatError where there are none.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    try:
        found = [pyrage.x25519.Identity.from_str(line) for line in lines]
    except pyrage.IdentityError as trouble:
        raise _no_identity() from trouble
    if not found:
        raise _no_identity()
    return found


def _no_identity() -> FormatError:
    return FormatError(_("This is no key that opens backups."))


def new_identity() -> tuple[str, str]:
    """Return a new identity, which opens archives, and its recipient, for which they are made."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def write(
    path: Path, manifest: Manifest, content: Iterable[tuple[str, int, IO[bytes]]], recipients: Sequence[Any]
) -> None:
    """Write an archive of files, each with its name, its size and what it says; all or nothing.

    What is not encrypted yet lies in a folder beside it that nobody else may open.
    """
    with TemporaryDirectory(prefix=STAGING, dir=path.parent) as folder:
        plain, locked = Path(folder) / "plain", Path(folder) / "locked"
        members: dict[str, Member] = {}
        with tarfile.open(plain, "w:gz", compresslevel=6) as tar:
            for name, size, file in content:
                summed = _Summed(file)
                _add(tar, name, size, manifest.made_at, summed)
                members[name] = Member(size, summed.sha256)
            whole = Manifest(**{**manifest.__dict__, "members": members}).to_json()
            _add(tar, MANIFEST, len(whole), manifest.made_at, io.BytesIO(whole))
        with plain.open("rb") as reader, locked.open("wb") as writer:
            pyrage.encrypt_io(reader, writer, recipients)
        locked.replace(path)


def _add(tar: tarfile.TarFile, name: str, size: int, made_at: datetime, file: Any) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mtime, member.mode = size, int(made_at.timestamp()), 0o600
    tar.addfile(member, file)


class _Summed:
    """A file that is summed up while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._running = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self._running.update(piece)
        return piece

    @property
    def sha256(self) -> str:
        return self._running.hexdigest()


def unpack(path: Path, identities: Sequence[Any], folder: Path) -> Manifest:
    """Open an archive into an empty folder, and hold every file against the list.

    Raises FormatError where no identity opens it, where it is no backup or was cut off, and where a file is missing,
    new or another than the list says; OSError where it cannot be read at all.
    """
    plain = folder.parent / f"{folder.name}.plain"
    try:
        with path.open("rb") as reader, plain.open("wb") as writer:
            _decrypt(reader, writer, identities)
        manifest = _extracted(plain, folder)
    except pyrage.DecryptError as trouble:
        if "No matching keys" in str(trouble):
            raise FormatError(_("This identity does not open this backup.")) from trouble
        raise _broken() from trouble
    finally:
        plain.unlink(missing_ok=True)
    for name in {*manifest.members, *_names(folder)} - {MANIFEST}:
        file = folder / name
        if not file.is_file() or manifest.members.get(name) != _member(file):
            raise FormatError(_("In this backup %s is not what its list says.") % name)
    return manifest


def _decrypt(reader: IO[bytes], writer: IO[bytes], identities: Sequence[Any]) -> None:
    """What is said of the first block is its own error, what is said of a later one passes as one of the file."""
    try:
        pyrage.decrypt_io(reader, writer, identities)
    except OSError as trouble:
        raise _broken() from trouble


def _extracted(plain: Path, folder: Path) -> Manifest:
    try:
        with tarfile.open(plain, "r:gz") as tar:
            tar.extractall(folder, filter="data")
        return Manifest.from_json((folder / MANIFEST).read_bytes())
    except (OSError, EOFError, tarfile.TarError, ValueError, KeyError, TypeError) as trouble:
        raise _broken() from trouble


def _broken() -> FormatError:
    return FormatError(_("This file is no backup, or only a part of one."))


def _names(folder: Path) -> list[str]:
    return [each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file()]


def _member(file: Path) -> Member:
    with file.open("rb") as opened:
        return Member(file.stat().st_size, hashlib.file_digest(opened, "sha256").hexdigest())
