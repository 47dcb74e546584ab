"""An office moves from one database to another: everything arrives as it left, or nothing does.

The command runs in a process of its own, and both databases are read without Django afterwards.
"""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from operations.management.databases import same_database
from operations.rows import Summed, plain
from tests.factories.assessments import make_attempt
from tests.factories.certificates import make_certificate
from tests.factories.courses import make_enrolment, make_module
from tests.factories.people import make_account, make_agency_tree
from tests.factories.reports import make_attended_workshop

moving = pytest.mark.django_db(transaction=True)
on_sqlite = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="the empty database is a copy of SQLite's template"
)


@pytest.fixture
def office(transactional_db):
    """People, what they did, what they earned, pages; the address of the database in which they are."""
    learner = make_account(given_name="Ўладзіслаў")
    make_enrolment(learner.person, make_module(), read=1)
    make_attempt(learner.person)
    make_certificate(person=learner.person)
    make_attended_workshop(make_agency_tree())
    with same_database() as environment:
        return Path(environment["DATABASE_URL_FILE"]).read_text(encoding="utf-8")


@pytest.fixture
def empty(django_db_setup, tmp_path):
    """A database that has just been migrated."""
    shutil.copy(django_db_setup.template, tmp_path / "other.sqlite3")
    return f"sqlite:///{tmp_path / 'other.sqlite3'}"


def move(source, target):
    """Run the command; return its exit code and what it said."""
    surroundings = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.dev"}
    command = [sys.executable, "manage.py", "migrate_database", "--from", source, "--to", target]
    ended = subprocess.run(
        command, cwd=settings.BASE_DIR, env=surroundings, capture_output=True, text=True, check=False
    )
    return ended.returncode, ended.stdout + ended.stderr


def migrate(address):
    """Migrate the database at an address, as an operator does."""
    surroundings = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.dev", "DATABASE_URL": address}
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v", "0"], cwd=settings.BASE_DIR, env=surroundings, check=True
    )


def rows(address):
    """Every row of every table of SQLite, but those of the search and of Django's list of migrations."""
    with closing(sqlite3.connect(address.removeprefix("sqlite:///"))) as database:
        named = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        tables = [name for (name,) in named if not name.startswith(("sqlite_", "wagtailsearch_", "django_migrations"))]
        return {name: sorted(map(repr, database.execute(f'SELECT * FROM "{name}"'))) for name in tables}


@moving
@on_sqlite
def test_everything_arrives_as_it_left(office, empty):
    code, said = move(office, empty)

    assert code == 0, said
    assert re.search(r"[\d,]+ rows of \d+ tables are there, as they were\.", said)
    assert "update_index" in said
    left, arrived = rows(office), rows(empty)
    assert f"people_person: {len(left['people_person'])}\n" in said
    assert left.keys() - arrived.keys() <= {"academy_cache"}
    assert {name: arrived[name] for name in arrived if name in left} == {
        name: left[name] for name in left if name in arrived
    }
    assert any("Ўладзіслаў" in row for row in arrived["people_person"])


@moving
@on_sqlite
def test_where_there_are_people_nothing_is_written(office, empty):
    move(office, empty)
    before = rows(empty)

    code, said = move(office, empty)

    assert (code, "There are people in the other database already" in said) == (1, True)
    assert rows(empty) == before


@moving
@on_sqlite
def test_what_arrives_otherwise_than_it_left_is_named_and_nothing_stays(office, empty):
    with closing(sqlite3.connect(empty.removeprefix("sqlite:///"))) as database:
        database.execute(
            "CREATE TRIGGER careless AFTER INSERT ON people_person BEGIN"
            " UPDATE people_person SET given_name = 'Uladzislau' WHERE id = new.id; END"
        )

    code, said = move(office, empty)

    assert (code, "these tables arrived otherwise than they left: people_person." in said) == (1, True)
    assert rows(empty)["people_person"] == []


WRONG = [
    ("sqlite:///{folder}/nothing.sqlite3", "sqlite:///{folder}/other.sqlite3", "is not migrated: run migrate there"),
    ("sqlite:///{folder}/other.sqlite3", "mysql://root@localhost/x", "no database of this kind"),
    ("sqlite:///{folder}/other.sqlite3", "nonsense", "database"),
    ("sqlite:///{folder}/other.sqlite3", "postgresql://nobody@127.0.0.1:1/no", "A database does not answer"),
    ("sqlite:///{folder}/other.sqlite3", "sqlite:////nowhere/at/all.sqlite3", "A database does not answer"),
    ("sqlite:///{folder}/other.sqlite3", "sqlite:///{folder}/other.sqlite3", "name the same database"),
]


@on_sqlite
@pytest.mark.filterwarnings("ignore:Engine not recognized")
@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong[1])
def test_a_wrong_address_gets_a_sentence(empty, tmp_path, django_db_blocker, wrong):
    source, target, sentence = (each.format(folder=tmp_path) for each in wrong)

    with django_db_blocker.unblock(), pytest.raises(CommandError, match=sentence):
        call_command("migrate_database", "--from", source, "--to", target)


@on_sqlite
def test_an_operator_reads_the_sentence_and_nothing_of_the_program(empty, tmp_path):
    code, said = move(empty, "postgresql://nobody@127.0.0.1:1/no")

    assert (code, "A database does not answer" in said, "Traceback" in said) == (1, True, False), said


@moving
@pytest.mark.deep
@pytest.mark.db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="from PostgreSQL to SQLite and back")
def test_from_postgresql_to_sqlite_and_back_nothing_has_changed(office, tmp_path):
    between = f"sqlite:///{tmp_path / 'between.sqlite3'}"
    back = office.replace(f"/{connection.settings_dict['NAME']}?", "/moved_back?")

    migrate(between)
    code, said = move(office, between)
    assert code == 0, said
    with connection._nodb_cursor() as cursor:
        cursor.execute('CREATE DATABASE "moved_back"')
    try:
        migrate(back)
        code, said = move(between, back)
        assert code == 0, said
        for table in ("people_account", "people_person", "certificates_certificate", "workshops_attendancerecord"):
            everything = f"SELECT * FROM {table} ORDER BY id"
            with psycopg.connect(back) as there, psycopg.connect(office) as here:
                assert there.execute(everything).fetchall() == here.execute(everything).fetchall() != []
        with psycopg.connect(back) as there:
            # What is written there next has a key of its own.
            following = "SELECT nextval(pg_get_serial_sequence('people_person', 'id')), max(id) FROM people_person"
            assert int.__gt__(*there.execute(following).fetchone())
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute('DROP DATABASE "moved_back" WITH (FORCE)')


# --- Values -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (datetime(2026, 3, 9, 12, tzinfo=UTC), datetime.fromisoformat("2026-03-09T15:00:00+03:00")),
        (Decimal("1.50"), Decimal("1.5")),
        (b"ab", memoryview(b"ab")),
        ({"b": 1, "a": [1]}, {"a": (1,), "b": 1}),
        (date(2026, 3, 9), date(2026, 3, 9)),
        (time(12), time(12, 0)),
        (timedelta(minutes=1), timedelta(seconds=60)),
        (UUID(int=1), str(UUID(int=1))),
    ],
)
def test_equal_values_of_two_databases_are_the_same(one, other):
    assert plain(one) == plain(other)


def test_rows_are_told_apart_by_what_they_say_and_by_their_order():
    def summed(*rows):
        found = Summed()
        for row in rows:
            found.add(row)
        return found.count, found.sha256

    assert summed([1, "a"], [2, "b"]) == summed([1, "a"], [2, "b"])
    assert (
        len({summed([1, "a"], [2, "b"]), summed([2, "b"], [1, "a"]), summed([1, "a"]), summed([1, None], [2, "b"])})
        == 4
    )
