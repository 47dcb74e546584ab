"""Programs of others that write exchange formats: installed beside .venv, run in a process of their own.

They bring lxml, with which openpyxl writes differently, so nothing of them may be seen from .venv. Installed once per
machine and state of requirements/producers.txt, into var/test-producers; `make clean` throws them away.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from scripts.bootstrap import LOG, REQUIREMENTS, ROOT, TOOLS, UNREACHABLE, StepFailedError, run

LOCKED = REQUIREMENTS / "producers.txt"
FOLDER = ROOT / "var" / "test-producers"
# The Python that made .venv has pip, and with it the settings that say where packages come from.
BASE_PYTHON = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"


def produce(program: str, *arguments: str, folder: Path) -> str:
    """Run a Python program that sees the producers, in `folder`, and return what it wrote."""
    started = f"import sys; sys.path.insert(0, {str(installed())!r})\n{program}"
    environment = {**os.environ, "HOME": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", started, *arguments],
        cwd=folder,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def installed() -> Path:
    """Return the folder of the producers; the test is skipped when the package index cannot be reached."""
    folder = _installed()
    if folder is None:
        pytest.skip("the package index cannot be reached, and programs that write exchange formats come from it")
    return folder


@cache
def _installed() -> Path | None:
    """The folder, filled by the first process that asks; None when the package index cannot be reached."""
    target = FOLDER / hashlib.sha256(LOCKED.read_bytes() + sys.version.encode()).hexdigest()[:16]
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return target if target.exists() or _install(target) else None


def _install(target: Path) -> bool:
    """Install into a folder beside it, so that a run that is broken off leaves nothing that looks complete."""
    LOG.parent.mkdir(exist_ok=True)
    half_done = target.with_suffix(".half-done")
    shutil.rmtree(half_done, ignore_errors=True)
    try:
        run([*_installer(), "--target", str(half_done), "--require-hashes", "-r", str(LOCKED)], _environment())
    except StepFailedError as failed:
        if UNREACHABLE.search(str(failed)):
            return False
        raise
    half_done.rename(target)
    return True


def _installer() -> list[str]:
    uv = TOOLS / "bin" / "uv"
    if uv.exists():
        return [str(uv), "pip", "install", "--python", sys.executable]
    return [sys.executable, "-m", "pip", "install"]


def _environment() -> dict[str, str]:
    """The environment in which uv finds the index that pip would use."""
    asked = "import json; from scripts.bootstrap import environment; print(json.dumps(environment()))"
    python = BASE_PYTHON if BASE_PYTHON.exists() else sys.executable
    found: dict[str, str] = json.loads(run([str(python), "-c", asked], {**os.environ}))
    return found
