"""Databases that are made for a measurement and thrown away after it."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from urllib.parse import quote, urlencode

from django.core.management.base import CommandError
from django.db import Error, connection


@contextmanager
def own_database(name: str) -> Iterator[None]:
    """Use an empty, migrated database of PostgreSQL for a while. Raises CommandError on another kind of database."""
    if connection.vendor != "postgresql":
        raise CommandError("DATABASE_URL must name a PostgreSQL; scripts/with_postgres.py brings one.")
    before = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = f"{name}_{os.getpid()}"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)


@contextmanager
def copied_database() -> Iterator[None]:
    """Use a copy of the database for a while, so that whatever is written leaves nothing behind.

    On PostgreSQL nobody else may be connected while it is copied; raises CommandError where somebody is.
    """
    copied = _copied_file if connection.vendor == "sqlite" else _copied_on_the_server
    before = connection.settings_dict["NAME"]
    with copied(str(before)) as name:
        connection.close()
        connection.settings_dict["NAME"] = name
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = before


@contextmanager
def _copied_file(path: str) -> Iterator[str]:
    with TemporaryDirectory(prefix="academy-") as folder:
        name = str(Path(folder) / "copy.sqlite3")
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(name)) as copy:
            source.backup(copy)
        yield name


@contextmanager
def _copied_on_the_server(database: str) -> Iterator[str]:
    name = f"copy_{os.getpid()}"
    connection.close()
    with connection._nodb_cursor() as cursor:  # noqa: SLF001 - as Django makes databases for tests
        try:
            cursor.execute(f"CREATE DATABASE {_quoted(name)} TEMPLATE {_quoted(database)}")
        except Error as trouble:
            raise CommandError(f"The database could not be copied: {trouble}") from trouble
    try:
        yield name
    finally:
        connection.close()
        with connection._nodb_cursor() as cursor:  # noqa: SLF001
            cursor.execute(f"DROP DATABASE IF EXISTS {_quoted(name)} WITH (FORCE)")


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


@contextmanager
def same_database() -> Iterator[dict[str, str]]:
    """What leads another process to the database that this one uses: a file, for the address has a password in it."""
    with NamedTemporaryFile("w", prefix="academy-", suffix=".url") as file:
        file.write(_address())
        file.flush()
        yield {"DATABASE_URL_FILE": file.name}


def _address() -> str:
    if connection.vendor == "sqlite":
        return f"sqlite:///{connection.settings_dict['NAME']}"
    connection.ensure_connection()
    info = connection.connection.info
    known = info.get_parameters()
    who = f"{quote(known.pop('user'), safe='')}:{quote(info.password, safe='')}"
    return f"postgresql://{who}@/{quote(known.pop('dbname'))}?{urlencode(known)}"
