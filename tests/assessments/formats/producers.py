"""Programs of others that write exchange formats: installed beside .venv, run in a process of their own.

They bring versions of their own of what we use, so nothing of them may be seen from .venv. Installed once per
machine and state of requirements/producers.txt, into var/test-producers; `make clean` throws them away.
"""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from scripts.beside import installed_beside
from scripts.bootstrap import REQUIREMENTS, ROOT

LOCKED = REQUIREMENTS / "producers.txt"
FOLDER = ROOT / "var" / "test-producers"


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


@cache
def installed() -> Path:
    """Return the folder of the producers; the test is skipped when the package index cannot be reached."""
    folder = installed_beside(LOCKED, FOLDER)
    if folder is None:
        pytest.skip("the package index cannot be reached, and programs that write exchange formats come from it")
    return folder
