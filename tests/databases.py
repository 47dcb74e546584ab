"""Test databases copied from templates, on SQLite and on PostgreSQL.

Migrating costs 15 to 30 seconds and every run and every worker needs a database of its own. So the migrations run
once per fingerprint (our migrations and the versions of the libraries that bring some); everybody else copies.
Tests that commit get the same template back afterwards, so they never see, or leave, an empty page tree.

Loading the demonstration costs as much again. The journeys begin in it, so it has a template of its own, made from the
migrated one once per day (its workshops stand around today) and state of the code that loads it.
"""

import fcntl
import hashlib
import os
import re
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from importlib.metadata import version
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone

LIBRARIES = ["django", "wagtail", "wagtail-localize", "django-allauth", "django-tasks-db", "django-taggit"]
TEMPLATES = settings.BASE_DIR / "var" / "test-templates"
RUNS = settings.BASE_DIR / "var" / "test-runs"
DAY = 86_400
# What asks for a page or shows it has no say in what the demonstration puts into the database.
WEB = {"views.py", "urls.py", "api.py", "wagtail_hooks.py", "adapters.py", "middleware.py", "context_processors.py"}


def fingerprint() -> str:
    """Return a name for everything that the migrated, empty database depends on."""
    digest = hashlib.sha256()
    for library in LIBRARIES:
        digest.update(f"{library} {version(library)}\n".encode())
    for path in sorted([*settings.BASE_DIR.glob("*/migrations/*.py"), Path(__file__)]):
        digest.update(path.relative_to(settings.BASE_DIR).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@cache
def demo_fingerprint() -> str:
    """Return a name for everything that the demonstration of today depends on, as it was when the run began."""
    digest = hashlib.sha256(f"{fingerprint()} {timezone.localdate()} with media".encode())
    apps = {path.parent for path in settings.BASE_DIR.glob("*/apps.py")}
    sources = {path for app in apps for path in app.rglob("*.py") if path.name not in WEB}
    sources |= {*settings.BASE_DIR.glob("operations/demo/content/**/*.yaml")}
    for path in sorted(sources):
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


def _load_demo() -> None:
    """Load the demonstration into the database in use."""
    call_command("load_demo", stderr=StringIO())
    connections.close_all()


def _files_of_demo() -> Path:
    """Where the files of the demonstration lie that its database names: sealed certificates, pictures, films."""
    return TEMPLATES / f"{demo_fingerprint()}-files"


def _keep_files_of_demo() -> None:
    for root in (settings.PRIVATE_ROOT, settings.MEDIA_ROOT):
        shutil.copytree(root, _files_of_demo() / root.name, dirs_exist_ok=True)


def _take_files_of_demo() -> None:
    for root in (settings.PRIVATE_ROOT, settings.MEDIA_ROOT):
        shutil.copytree(_files_of_demo() / root.name, root, dirs_exist_ok=True)


class SQLiteDatabase:
    """A file per run, restored through SQLite's backup so that open connections of other threads stay valid."""

    def __init__(self) -> None:
        self.template = TEMPLATES / f"{fingerprint()}.sqlite3"
        self.demo = TEMPLATES / f"{demo_fingerprint()}-demo.sqlite3"
        self.path = RUNS / f"{run_name()}.sqlite3"

    def prepare(self) -> None:
        RUNS.mkdir(parents=True, exist_ok=True)
        with _locked():
            _remove_old(TEMPLATES)
            _remove_old(RUNS)
            if not self.template.exists():
                self._build(self.template, _fill)
            os.utime(self.template)
        self.restore()
        _use(str(self.path))

    def prepare_demo(self) -> None:
        """Make sure that the template with the demonstration of today exists, and take its files."""
        try:
            with _locked():
                if not self.demo.exists():
                    self._build(self.demo, _load_demo, begin_with=self.template)
                    _keep_files_of_demo()
        finally:
            _use(str(self.path))
            self._be_fast()
        _take_files_of_demo()

    def _build(self, template: Path, fill: Callable[[], None], begin_with: Path | None = None) -> None:
        unfinished = template.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        if begin_with:
            shutil.copy(begin_with, unfinished)
        _use(str(unfinished))
        connection.settings_dict["OPTIONS"]["init_command"] = "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF;"
        fill()
        unfinished.rename(template)

    def restore(self) -> None:
        self._copy(self.template)

    def restore_demo(self) -> None:
        self._copy(self.demo)

    def _copy(self, template: Path) -> None:
        connections.close_all()
        with closing(sqlite3.connect(template)) as source, closing(sqlite3.connect(self.path)) as target:
            target.execute("PRAGMA synchronous=OFF")
            _write_once(target)
            source.backup(target)
        self._be_fast()

    def _be_fast(self) -> None:
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
        self.demo = f"academy_demo_{demo_fingerprint()}"
        self.name = f"academy_{run_name()}"

    def prepare(self) -> None:
        with _locked():
            if self.template not in self._databases():
                self._remove_old("academy_")
                self._build(self.template, _fill)
            self.restore()
        _use(self.name)

    def prepare_demo(self) -> None:
        """Make sure that the template with the demonstration of today exists, and take its files."""
        with _locked():
            if self.demo not in self._databases():
                self._remove_old("academy_demo_")
                self._build(self.demo, _load_demo, begin_with=self.template)
                _keep_files_of_demo()
        _use(self.name)
        _take_files_of_demo()

    def _build(self, template: str, fill: Callable[[], None], begin_with: str = "template1") -> None:
        unfinished = f"{template}_unfinished"
        self._execute(f'DROP DATABASE IF EXISTS "{unfinished}"')
        self._execute(f'CREATE DATABASE "{unfinished}" TEMPLATE "{begin_with}"')
        _use(unfinished)
        fill()
        self._execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{template}"')

    def restore(self) -> None:
        self._copy(self.template)

    def restore_demo(self) -> None:
        self._copy(self.demo)

    def _copy(self, template: str) -> None:
        self.remove()
        self._execute(f'CREATE DATABASE "{self.name}" TEMPLATE "{template}"')

    def remove(self) -> None:
        connections.close_all()
        self._execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def _remove_old(self, beginning: str) -> None:
        """Drop templates of other fingerprints, and what interrupted runs left behind."""
        for name in self._databases():
            if name.startswith(beginning) and not _in_use(name):
                self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _databases(self) -> list[str]:
        with connection._nodb_cursor() as cursor:
            cursor.execute(r"SELECT datname FROM pg_database WHERE datname LIKE 'academy\_%'")
            return [name for (name,) in cursor.fetchall()]

    def _execute(self, statement: str) -> None:
        with connection._nodb_cursor() as cursor:
            cursor.execute(statement)


def _in_use(name: str) -> bool:
    """Whether the process that a run's database is named after still runs."""
    found = re.match(r"academy_run_(\d+)_", name)
    if found is None:
        return False
    try:
        os.kill(int(found[1]), 0)
    except ProcessLookupError:
        return False
    return True


def _remove_old(folder: Path) -> None:
    for path in [*folder.glob("*.sqlite3*"), *folder.glob("*-files")]:
        if time.time() - path.stat().st_mtime <= DAY:
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _write_once(target: sqlite3.Connection) -> None:
    """Copy straight into the file, not into its log first, unless somebody else still has it open."""
    target.execute("PRAGMA busy_timeout=0")
    with suppress(sqlite3.OperationalError):
        target.execute("PRAGMA journal_mode=OFF").fetchall()
    target.execute("PRAGMA busy_timeout=5000")


Database = SQLiteDatabase | PostgreSQLDatabase


def database() -> Database:
    """Return the kind of database that the settings name."""
    return SQLiteDatabase() if connection.vendor == "sqlite" else PostgreSQLDatabase()
