"""A database as it stands before an upgrade, to go back to: a copy of the file, or a dump of PostgreSQL's own.

Nothing of this release's models is asked, because the database is still that of the release before. It is not a
backup: it holds people's data in the open, lies in a folder of the Academy's account alone and goes when it is over.
"""

import os
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection, connections
from psycopg.conninfo import make_conninfo


def kept_database() -> Path:
    """Where `upgrade` keeps the database: while a file is there, one is at work or was interrupted."""
    return Path(settings.VAR_DIR) / "upgrade" / "database"


def size_of_database() -> int:
    """Return how many bytes the database takes."""
    if connection.vendor == "sqlite":
        return _file().stat().st_size if _file().exists() else 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def others_at_work() -> int:
    """Return how many others are connected. SQLite does not know; who upgrades it stops the services first."""
    if connection.vendor == "sqlite":
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        return int(cursor.fetchone()[0])


def owned_by_others() -> list[str]:
    """Return what in the database the Academy's account may not make anew, so that going back would fail half way.

    An extension such as `pg_stat_statements`, which a superuser has put into this database; or the schema, which in
    databases from before PostgreSQL 15 belongs to whoever made the server.
    """
    if connection.vendor == "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 'the schema public' FROM pg_namespace"
            " WHERE nspname = 'public' AND NOT pg_has_role(nspowner, 'USAGE')"
            " UNION SELECT 'the extension ' || extname FROM pg_extension"
            " WHERE extname <> 'plpgsql' AND NOT pg_has_role(extowner, 'USAGE') ORDER BY 1"
        )
        return [words for (words,) in cursor.fetchall()]


def take_snapshot(path: Path) -> None:
    """Write the database into a file, all or nothing. Raises CommandError."""
    unfinished = path.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(_file())) as live, closing(sqlite3.connect(unfinished)) as copy:
            live.backup(copy)
    else:
        _ask_postgresql("pg_dump", "--format=custom", "--compress=1", "--no-owner", f"--file={unfinished}")
    unfinished.chmod(0o600)
    with unfinished.open("rb") as file:
        os.fsync(file.fileno())
    unfinished.rename(path)
    # Its name too has to outlive a machine that stops: without it nobody would know what to go back to.
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def go_back_to(path: Path) -> None:
    """Make the database what it was. May be repeated. Raises CommandError."""
    connections.close_all()
    if connection.vendor == "sqlite":
        # Into the same file, as one transaction: whoever has it open sees the one or the other.
        with closing(sqlite3.connect(path)) as kept, closing(sqlite3.connect(_file())) as live:
            kept.backup(live)
        return
    with connection.cursor() as cursor:
        # What the upgrade has made is in no dump, so nothing stays. A dump says how rights differ from these.
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC;")
    connections.close_all()
    _ask_postgresql("pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", str(path))


def _file() -> Path:
    return Path(connection.settings_dict["NAME"])


def _ask_postgresql(program: str, *options: str) -> None:
    """Run a program of PostgreSQL on the database in use. The password stands in a file and in no list of processes."""
    if shutil.which(program) is None:
        raise CommandError(f"{program} is missing: apt-get install postgresql-client (as new as the server, or newer).")
    connection.ensure_connection()
    info = connection.connection.info
    known = info.get_parameters()
    where = {"host": info.host, "port": info.port, "user": info.user, "dbname": info.dbname}
    # No others: an older program of PostgreSQL does not know all that the library does.
    where |= {name: known[name] for name in ("sslmode", "sslrootcert", "sslcert", "sslkey") if name in known}
    with NamedTemporaryFile("w", prefix="academy-") as file:
        escaped = re.sub(r"([:\\])", r"\\\1", info.password)
        file.write(f"*:*:*:*:{escaped}\n")
        file.flush()
        done = subprocess.run(  # noqa: S603 - words of this file
            ["env", f"PGPASSFILE={file.name}", program, *options, f"--dbname={make_conninfo(**where)}"],  # noqa: S607
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    if done.returncode != 0:
        raise CommandError(f"{program} could not do it: {done.stderr.strip()[-500:]}")
