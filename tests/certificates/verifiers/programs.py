"""Programs of others that check credentials: installed beside .venv, run in processes of their own, never online."""

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from certificates.credentials import contexts
from scripts.beside import installed_beside, modules_beside
from scripts.bootstrap import REQUIREMENTS, ROOT

HERE = Path(__file__).parent
FOLDER = ROOT / "var" / "test-verifiers"


def by_javascript(credential: Any, documents: dict[str, Any]) -> dict[str, Any]:
    """Return what the libraries of Digital Bazaar say: see verify.mjs."""
    program = _modules() / "verify.mjs"
    shutil.copy(HERE / "verify.mjs", program)
    return _answer(["node", str(program)], credential, documents)


def by_python(credential: Any, documents: dict[str, Any]) -> dict[str, Any]:
    """Return what openvc-core says: see verify.py."""
    return _answer([sys.executable, str(HERE / "verify.py"), str(_packages())], credential, documents)


def _answer(command: list[str], credential: Any, documents: dict[str, Any]) -> dict[str, Any]:
    pinned = {address: json.loads(contexts.read(name)) for address, name in contexts.FILES.items()}
    handed_over = {"credential": credential, "documents": {**pinned, **documents}}
    done = subprocess.run(
        command,
        input=json.dumps(handed_over),
        text=True,
        capture_output=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@cache
def _modules() -> Path:
    folder = modules_beside(HERE / "package-lock.json", FOLDER / "javascript")
    if folder is None:
        pytest.skip("there is no npm, or its registry cannot be reached, and verifiers in JavaScript come from it")
    return folder


@cache
def _packages() -> Path:
    folder = installed_beside(REQUIREMENTS / "verifiers.txt", FOLDER / "python")
    if folder is None:
        pytest.skip("the package index cannot be reached, and verifiers in Python come from it")
    return folder
