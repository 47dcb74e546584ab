"""Test databases copied from a migrated template, on SQLite and on PostgreSQL.

Migrating costs 15 to 30 seconds and every run and every worker needs a database of its own. So the migrations run
once per fingerprint (our migrations and the versions of the libraries that bring some); everybody else copies.
Tests that commit get the same template back afterwards, so they never see, or leave, an empty page tree.
"""

import fcntl
import hashlib
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

LIBRARIES = ["django", "wagtail", "wagtail-localize", "django-allauth", "django-tasks-db", "django-taggit"]
TEMPLATES = settings.BASE_DIR / "var" / "test-templates"
RUNS = settings.BASE_DIR / "var" / "test-runs"
DAY = 86_400


def fingerprint() -> str:
    """Return a name for everything that the migrated, empty database depends on."""
    digest = hashlib.sha256()
    for library in LIBRARIES:
        digest.update(f"{library} {version(library)}\n".encode())
    for path in sorted([*settings.BASE_DIR.glob("*/migrations/*.py"), Path(__file__)]):
        digest.update(path.relative_to(settings.BASE_DIR).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def run_name() -> str:
    """Return a name that no other run and no other worker of this run uses."""
    return f"run_{os.getpid()}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


@contextmanager
def _locked() -> Iterator[None]:
    """Only one process builds the template; the others wait and find it."""
    TEMPLATES.mkdir(parents=True, exist_ok=True)
    with (TEMPLATES / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _use(name: str) -> None:
    connections.close_all()
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name


def _fill() -> None:
    """Migrate the database in use and add what every installation has."""
    call_command("migrate", verbosity=0, interactive=False)
    from wagtail.models import Locale

    for code, _label in settings.LANGUAGES:
        Locale.objects.get_or_create(language_code=code)
    connections.close_all()


class SQLiteDatabase:
    """A file per run, restored through SQLite's backup so that open connections of other threads stay valid."""

    def __init__(self) -> None:
        self.template = TEMPLATES / f"{fingerprint()}.sqlite3"
        self.path = RUNS / f"{run_name()}.sqlite3"

    def prepare(self) -> None:
        RUNS.mkdir(parents=True, exist_ok=True)
        with _locked():
            _remove_old(TEMPLATES)
            _remove_old(RUNS)
            if not self.template.exists():
                self._build()
            os.utime(self.template)
        self.restore()
        _use(str(self.path))

    def _build(self) -> None:
        unfinished = self.template.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        _use(str(unfinished))
        connection.settings_dict["OPTIONS"]["init_command"] = "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF;"
        _fill()
        unfinished.rename(self.template)

    def restore(self) -> None:
        connections.close_all()
        with closing(sqlite3.connect(self.template)) as source, closing(sqlite3.connect(self.path)) as target:
            target.execute("PRAGMA synchronous=OFF")
            source.backup(target)
        # A test file is thrown away: it need not survive a power cut.
        connection.settings_dict["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"

    def remove(self) -> None:
        connections.close_all()
        for path in RUNS.glob(f"{self.path.name}*"):
            path.unlink()


class PostgreSQLDatabase:
    """`CREATE DATABASE … TEMPLATE …` copies the files of the migrated database in a tenth of a second."""

    def __init__(self) -> None:
        self.template = f"academy_template_{fingerprint()}"
        self.name = f"academy_{run_name()}"

    def prepare(self) -> None:
        with _locked():
            if not self._exists(self.template):
                self._build()
            self.restore()
        _use(self.name)

    def _build(self) -> None:
        unfinished = f"{self.template}_unfinished"
        self._execute(f'DROP DATABASE IF EXISTS "{unfinished}" WITH (FORCE)')
        self._execute(f'CREATE DATABASE "{unfinished}"')
        _use(unfinished)
        _fill()
        self._execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{self.template}"')

    def restore(self) -> None:
        self.remove()
        self._execute(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.template}"')

    def remove(self) -> None:
        connections.close_all()
        self._execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def _exists(self, name: str) -> bool:
        with connection._nodb_cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            return cursor.fetchone() is not None

    def _execute(self, statement: str) -> None:
        with connection._nodb_cursor() as cursor:
            cursor.execute(statement)


def _remove_old(folder: Path) -> None:
    for path in folder.glob("*.sqlite3*"):
        if time.time() - path.stat().st_mtime > DAY:
            path.unlink(missing_ok=True)


def database() -> SQLiteDatabase | PostgreSQLDatabase:
    """Return the kind of database that the settings name."""
    return SQLiteDatabase() if connection.vendor == "sqlite" else PostgreSQLDatabase()
