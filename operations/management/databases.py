"""Databases that are made for a measurement and thrown away after it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError
from django.db import connection


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
