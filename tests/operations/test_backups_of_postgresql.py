"""A backup of PostgreSQL, made beside people who work, comes back into SQLite and into another PostgreSQL."""

import os
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from operations import archives
from operations.management.databases import same_database
from tests.factories.assessments import make_attempt
from tests.factories.certificates import make_certificate
from tests.factories.people import make_account

pytestmark = [
    pytest.mark.db,
    pytest.mark.deep,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="of PostgreSQL"),
]
IDENTITY, RECIPIENT = archives.new_identity()
COMPARED = ("people_account", "people_person", "certificates_certificate", "assessments_attempt")


def manage(home, address, *words):
    """Run a command in an installation with a database; return what it said."""
    surroundings = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "VAR_DIR": str(home),
        "DATABASE_URL": address,
        "BACKUP_IDENTITY": IDENTITY,
        "BACKUP_RECIPIENTS": RECIPIENT,
    }
    command = [sys.executable, "manage.py", *map(str, words)]
    ended = subprocess.run(
        command, cwd=settings.BASE_DIR, env=surroundings, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def rows(address, table):
    with psycopg.connect(address) as database:
        return database.execute(f"SELECT * FROM {table} ORDER BY id").fetchall()


def test_it_comes_back_as_it_stood_at_one_moment(tmp_path):
    learner = make_account(given_name="Ўладзіслаў")
    make_attempt(learner.person)
    make_certificate(person=learner.person)
    with same_database() as environment:
        address = Path(environment["DATABASE_URL_FILE"]).read_text(encoding="utf-8")
    before = {table: rows(address, table) for table in COMPARED}
    acknowledged, over = [], Event()

    def work():
        """Sessions, which refer to nothing: one after another for as long as the backup takes."""
        with psycopg.connect(address, autocommit=True) as database:
            while not over.wait(0.01):
                key = str(len(acknowledged))
                database.execute("INSERT INTO django_session VALUES (%s, 'x', '2030-01-01')", [key])
                acknowledged.append(key)

    worker = Thread(target=work)
    worker.start()
    try:
        manage(tmp_path / "first", address, "backup", "-o", tmp_path / "backup")
    finally:
        over.set()
        worker.join()
    manage(tmp_path / "second", f"sqlite:///{tmp_path / 'second.sqlite3'}", "restore", tmp_path / "backup")

    with connection._nodb_cursor() as cursor:
        cursor.execute('CREATE DATABASE "brought_back"')
    try:
        back = address.replace(f"/{connection.settings_dict['NAME']}?", "/brought_back?")
        manage(tmp_path / "third", back, "restore", tmp_path / "backup")
        assert {table: rows(back, table) for table in COMPARED} == before
        with psycopg.connect(back) as database:
            kept = {key for (key,) in database.execute("SELECT session_key FROM django_session")}
        # What was written while it was made is there up to one moment, and nothing of it from later.
        assert kept == {str(number) for number in range(len(kept))}
        assert len(kept) < len(acknowledged)
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute('DROP DATABASE "brought_back" WITH (FORCE)')
