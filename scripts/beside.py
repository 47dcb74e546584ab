"""Programs of others that stand beside .venv, installed once per machine and state of a locked file.

What they bring – another lxml, an engine of a compiler – may not be seen from .venv.
`make clean` throws them away.
"""

import fcntl
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from scripts.bootstrap import LOG, TOOLS, UNREACHABLE, StepFailedError, run

# The Python that made .venv has pip, and with it the settings that say where packages come from.
BASE_PYTHON = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"


def installed_beside(locked: Path, folder: Path) -> Path | None:
    """Return where the packages of a locked file stand, in `folder`; None when the package index cannot be reached.

    Of several processes that ask, the first one installs. Raises StepFailedError when they cannot be installed.
    """
    return _once(folder, locked.read_bytes() + sys.version.encode(), partial(_install_python, locked))


def modules_beside(locked: Path, folder: Path) -> Path | None:
    """Return where the JavaScript modules of a `package-lock.json` stand, as `installed_beside` does.

    `package.json` lies beside it. None also when this machine has no npm.
    """
    if shutil.which("npm") is None:
        return None
    return _once(folder, locked.read_bytes(), partial(_install_javascript, locked))


def _once(folder: Path, locked: bytes, install: Callable[[Path], object]) -> Path | None:
    target = folder / hashlib.sha256(locked).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return target if target.exists() or _installed(install, target) else None


def _install_python(locked: Path, target: Path) -> None:
    run([*_installer(), "--target", str(target), "--require-hashes", "-r", str(locked)], _environment())


def _install_javascript(locked: Path, target: Path) -> None:
    for file in (locked, locked.with_name("package.json")):
        shutil.copy(file, target)
    quiet = ["--no-audit", "--no-fund", "--loglevel=error"]
    # No module may run a program of its own while it is installed.
    run(["npm", "ci", "--ignore-scripts", "--prefix", str(target), *quiet], {**os.environ})


def _installed(install: Callable[[Path], object], target: Path) -> bool:
    """Install into a folder beside it, so that a run that is broken off leaves nothing that looks complete."""
    LOG.parent.mkdir(exist_ok=True)
    half_done = target.with_suffix(".half-done")
    shutil.rmtree(half_done, ignore_errors=True)
    half_done.mkdir()
    try:
        install(half_done)
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
