"""Nothing is lost: everything that an installation holds goes into one encrypted file, and comes back from it.

A backup is the database as an SQLite file, whichever it was, all files of both storages and the keys that sign. It is
made while people work: the database as it stood at one moment, and then the files, which are written before the rows
that name them and are never changed.
"""

import fcntl
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import Storage, storages
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import DomainError, FormatError
from operations import archives
from operations.archives import Manifest, Table
from operations.services.moving import copy_rows, database_at, sums
from people.models import Account

# Storages by the names of their folders in a backup. Collected static files are made anew.
STORED = ("default", "private")
COPY = "copied"
MADE = "academy-*" + archives.ENDING
LOCK = ".academy-backups.lock"
MOST_NAMED = 5


class BackupError(DomainError):
    """A backup cannot be made, or not be brought back."""


def back_up(*, recipients: Sequence[str], folder: Path, keep: int = 0) -> Path:
    """Write a backup into a folder, named by its moment, and return its path.

    Then only the newest `keep` backups there stay; 0 keeps all. Raises BackupError, and then nothing is left behind.
    """
    path = folder / f"academy-{timezone.now().astimezone(UTC):%Y%m%dT%H%M%SZ}{archives.ENDING}"
    write_backup(recipients=recipients, path=path)
    if keep:
        for old in sorted(folder.glob(MADE))[:-keep]:
            old.unlink()
    return path


def write_backup(*, recipients: Sequence[str], path: Path) -> None:
    """Write a backup for whoever holds the identity of a recipient. Raises BackupError, and then there is no file."""
    try:
        keepers = archives.recipients_of(recipients)
    except FormatError as trouble:
        raise BackupError(trouble.message) from trouble
    if not keepers:
        raise BackupError(
            _("A backup holds all that people have trusted us with: say in BACKUP_RECIPIENTS who may open it.")
        )
    folder, now = path.parent, timezone.now().astimezone(UTC).replace(microsecond=0)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone_in(folder), TemporaryDirectory(prefix=archives.STAGING, dir=folder) as staging:
            copy = Path(staging) / archives.DATABASE
            _copy_database(copy)
            manifest = Manifest(
                made_at=now, vendor=connection.vendor, migrations=_migrations(), tables=_tables_of(copy)
            )
            archives.write(path, manifest, _content(copy), keepers)
    except (OSError, subprocess.CalledProcessError) as trouble:
        raise BackupError(_("The backup could not be written: %s") % trouble) from trouble


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """One backup at a time; what a killed one has left there, which is not encrypted, is taken away."""
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as trouble:
            raise BackupError(_("Another backup is being made there.")) from trouble
        for left in folder.glob(f"{archives.STAGING}*"):
            shutil.rmtree(left)
        yield


def newest_backup(folder: Path) -> Path | None:
    """Return the newest backup of a folder."""
    return max(folder.glob(MADE), default=None)


def restore(*, path: Path, identity: str, told: Callable[[str], None] = lambda _line: None) -> Manifest:
    """Bring a backup back into the database and the storages of the settings, which hold nobody yet.

    Rows come all or not at all; files that are there already as the backup has them stay, so that a restore that was
    interrupted is begun again. Returns what was in it. Raises BackupError.
    """
    if Account.objects.exists():
        raise BackupError(_("There are people here already. Restore into an empty installation."))
    with _opened(path, identity) as (manifest, folder):
        stored, keys = list(_stored_files(folder, manifest)), list(_keys(folder, manifest))
        _refuse_to_overwrite(stored, keys)
        for each in stored:
            told(each.name)
            each.save()
        for key, target in keys:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copyfile(key, target)
            target.chmod(0o600)
        with database_at(COPY, _address(folder / archives.DATABASE)):
            copy_rows(source=COPY, target="default", told=told)
    return manifest


def check_backup(*, path: Path, identity: str) -> Manifest:
    """Open a backup in a place that is thrown away, and compare all it holds with what it held when it was made.

    Raises BackupError for anything that is missing or has become another.
    """
    with _opened(path, identity) as (manifest, _folder):
        return manifest


@contextmanager
def _opened(path: Path, identity: str) -> Iterator[tuple[Manifest, Path]]:
    """What is in a backup, in a folder for a while, compared with its list: files, then what each table says."""
    with TemporaryDirectory(prefix=".restore-", dir=settings.VAR_DIR) as scratch:
        folder = Path(scratch) / "opened"
        try:
            folder.mkdir()
            manifest = archives.unpack(path, archives.identities_of(identity), folder)
        except FormatError as trouble:
            raise BackupError(trouble.message) from trouble
        except OSError as trouble:
            raise BackupError(_("The backup could not be opened: %s") % trouble) from trouble
        if manifest.migrations != _migrations():
            raise BackupError(
                _("This backup was made by another release. Restore it with that one, and upgrade afterwards.")
            )
        found = _tables_of(folder / archives.DATABASE)
        if changed := sorted(
            name for name in {*found, *manifest.tables} if found.get(name) != manifest.tables.get(name)
        ):
            raise BackupError(_("Tables of this backup are not what its list says: %s.") % ", ".join(changed))
        yield manifest, folder


# --- The database -----------------------------------------------------------------------------------------------------
def _address(file: Path) -> str:
    return f"sqlite:///{file}"


def _copy_database(file: Path) -> None:
    if connection.vendor == "sqlite":
        source = f"{Path(connection.settings_dict['NAME']).absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(source, uri=True)) as live, closing(sqlite3.connect(file)) as copy:
            live.backup(copy)
            # One file, without a log beside it.
            copy.execute("PRAGMA journal_mode = DELETE")
        return
    # In a process of its own: migrations of others write to the database of the settings, whichever is migrated.
    surroundings = ["env", "-u", "DATABASE_URL_FILE", f"DATABASE_URL={_address(file)}"]
    subprocess.run(  # noqa: S603 - words of this file
        [*surroundings, sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=settings.BASE_DIR, check=True
    )
    with database_at(COPY, _address(file)):
        copy_rows(source="default", target=COPY)


def _tables_of(file: Path) -> Mapping[str, Table]:
    with database_at(COPY, _address(file)):
        return {name: Table(each.count, each.sha256) for name, each in sums(COPY).items()}


def _migrations() -> dict[str, str]:
    """The last migration of each app that this release knows and the database has seen."""
    return dict(sorted(MigrationRecorder(connection).applied_migrations()))


# --- Files ------------------------------------------------------------------------------------------------------------
def _content(copy: Path) -> Iterator[tuple[str, int, IO[bytes]]]:
    with copy.open("rb") as file:
        yield archives.DATABASE, copy.stat().st_size, file
    for place in STORED:
        for name in _walked(storages[place]):
            try:
                stored, size = storages[place].open(name), storages[place].size(name)
            except FileNotFoundError:  # forgotten meanwhile, as files of reports are after a week
                continue
            with stored:
                yield f"{archives.FILES}/{place}/{name}", size, stored
    for key in sorted(each for each in settings.CERTIFICATE_KEYS.rglob("*") if each.is_file()):
        with key.open("rb") as file:
            yield f"{archives.KEYS}/{key.relative_to(settings.CERTIFICATE_KEYS).as_posix()}", key.stat().st_size, file


def _walked(storage: Storage, folder: str = "") -> Iterator[str]:
    """Names of all files of a storage, in their order."""
    try:
        folders, names = storage.listdir(folder)
    except FileNotFoundError:  # nobody has saved anything yet
        return
    yield from (f"{folder}{name}" for name in sorted(names))
    for each in sorted(folders):
        yield from _walked(storage, f"{folder}{each}/")


@dataclass(frozen=True)
class _Stored:
    """A file of a backup, and where it belongs."""

    storage: Storage
    name: str
    file: Path

    def is_there(self) -> bool:
        return self.storage.exists(self.name)

    def is_another(self) -> bool:
        if not self.is_there():
            return False
        with self.storage.open(self.name) as stored:
            return bool(stored.read() != self.file.read_bytes())

    def save(self) -> None:
        if not self.is_there():
            with self.file.open("rb") as opened:
                self.storage.save(self.name, File(opened))


def _stored_files(folder: Path, manifest: Manifest) -> Iterator[_Stored]:
    for place in STORED:
        begin = f"{archives.FILES}/{place}/"
        for member in manifest.members:
            if member.startswith(begin):
                yield _Stored(storages[place], member.removeprefix(begin), folder / member)


def _keys(folder: Path, manifest: Manifest) -> Iterator[tuple[Path, Path]]:
    """Each key of a backup, and where it belongs."""
    begin = f"{archives.KEYS}/"
    for member in manifest.members:
        if member.startswith(begin):
            yield folder / member, settings.CERTIFICATE_KEYS / member.removeprefix(begin)


def _refuse_to_overwrite(stored: Sequence[_Stored], keys: Sequence[tuple[Path, Path]]) -> None:
    others = [each.name for each in stored if each.is_another()]
    others += [target.name for key, target in keys if target.exists() and target.read_bytes() != key.read_bytes()]
    if others:
        raise BackupError(
            _("There are other files of these names here already: %s. Restore into an empty installation.")
            % ", ".join(others[:MOST_NAMED])
        )
