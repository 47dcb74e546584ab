"""Every reader of questions holds for a minute against a machine that tries to break it."""

import platform
import subprocess
import sys

import pytest

from scripts.beside import installed_beside
from scripts.fuzz import FOLDER, LOCKED, READERS, ROOT


@pytest.mark.deep
@pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() != "x86_64" or sys.version_info >= (3, 14),
    reason="atheris is built for Linux with Python up to 3.13",
)
@pytest.mark.parametrize("reader", READERS)
def test_a_minute_of_damaged_files_neither_crashes_nor_hangs_a_reader(reader: str) -> None:
    if installed_beside(LOCKED, FOLDER / "packages") is None:
        pytest.skip("the package index cannot be reached, and atheris comes from it")
    command = [sys.executable, str(ROOT / "scripts" / "fuzz.py"), "--seconds", "60", reader]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
