"""The supervisor as an operator meets it: real processes, killed and stopped."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.conf import settings

from tests.databases import SQLiteDatabase

MANAGE = [sys.executable, "manage.py"]
PATIENCE = 60


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def environment(tmp_path, free_port, django_db_setup) -> dict[str, str]:
    """An installation of its own, migrated already."""
    template = SQLiteDatabase()
    if not template.template.exists():
        pytest.skip("the SQLite template is built by a run on SQLite")
    shutil.copy(template.template, tmp_path / "academy.sqlite3")
    return {
        **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "VAR_DIR": str(tmp_path),
        "PORT": str(free_port),
        "WEB_WORKERS": "1",
    }


def wait_for(condition, what: str):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.1)
    raise AssertionError(f"Nothing happened within {PATIENCE} s: {what}")


def children_of(pid: int) -> dict[int, str]:
    """Return {process id: command line} of the direct children (Linux)."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
            if parent == pid:
                found[int(folder.name)] = (folder / "cmdline").read_text().replace("\0", " ")
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


@pytest.mark.deep
def test_a_web_server_alone_begins_to_count_requests_from_nothing(environment, tmp_path):
    counts = tmp_path / "metrics" / "counter_1.db"
    counts.parent.mkdir()
    counts.touch()
    web = subprocess.Popen([*MANAGE, "serve", "--only", "web"], cwd=settings.BASE_DIR, env=environment)
    try:
        wait_for(lambda: not counts.exists(), "what processes that are gone have counted is forgotten")
    finally:
        web.terminate()
        web.wait(PATIENCE)


@pytest.mark.deep
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")
def test_everything_starts_comes_back_and_stops_together(environment, tmp_path, free_port):
    output = tmp_path / "output"
    with output.open("w") as handle:
        supervisor = subprocess.Popen(
            [*MANAGE, "serve"], cwd=settings.BASE_DIR, env=environment, stdout=handle, stderr=subprocess.STDOUT
        )
    try:
        wait_for(lambda: "Ctrl-C stops everything." in output.read_text(), "addresses are printed")
        assert urlopen(f"http://127.0.0.1:{free_port}/health/live").read() == b"ok\n"
        wait_for(lambda: len(children_of(supervisor.pid)) == 3, "three processes run")

        worker = next(pid for pid, command in children_of(supervisor.pid).items() if "db_worker" in command)
        os.kill(worker, signal.SIGKILL)
        wait_for(lambda: "The worker ended with code -9" in output.read_text(), "the loss is told")
        wait_for(lambda: len(set(children_of(supervisor.pid)) - {worker}) == 3, "the worker is back")

        taken = subprocess.run(
            [*MANAGE, "serve"], cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False
        )
        assert taken.returncode == 1
        assert re.fullmatch(r"CommandError: Port \d+ is taken by another program: [^\n]+\n", taken.stderr)

        everybody = children_of(supervisor.pid)
        supervisor.send_signal(signal.SIGINT)
        assert supervisor.wait(PATIENCE) == 0
        assert [pid for pid in everybody if Path(f"/proc/{pid}").exists()] == []
        assert output.read_text().endswith("Stopped.\n")
    finally:
        if supervisor.poll() is None:
            supervisor.terminate()
            supervisor.wait(PATIENCE)


def test_a_worker_has_loaded_everything_before_it_is_asked_and_never_looks_through_it_again():
    asked = "import gc, sys, config.wsgi; print(gc.get_freeze_count(), 'courses.views.learning' in sys.modules)"
    surroundings = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.dev"}

    said = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", asked],
        cwd=settings.BASE_DIR, env=surroundings, capture_output=True, text=True, check=True,
    )  # fmt: skip

    kept, loaded = said.stdout.split()
    assert (int(kept) > 100_000, loaded) == (True, "True")
