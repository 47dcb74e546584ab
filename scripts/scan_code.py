"""Let programs of others read our code: bandit for known mistakes, semgrep for rules of our own.

What they complain of stands in scripts/scan_code.yaml with a reason, or fails; so does a reason without a complaint.
Both stand beside .venv, in var/scanners.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.beside import installed_beside  # noqa: E402

EXCEPTIONS = ROOT / "scripts" / "scan_code.yaml"
RULES = ROOT / "scripts" / "semgrep.yaml"
# Tests attack and make up; their assertions are what they are for.
LEFT_OUT = ("tests", "var", ".venv", ".tools")
# ruff asks the same (S101, S105, S106, S311, S404, S603) and its exceptions stand in the lines with their reason.
ASKED_BY_RUFF = "B101,B105,B106,B311,B404,B603"

Complaint = tuple[str, str]  # the rule and the file


def bandit(packages: Path) -> Iterator[Complaint]:
    """Yield what bandit complains of."""
    left_out = ",".join(f"./{name}" for name in LEFT_OUT)
    command = ["-m", "bandit", "--quiet", "--recursive", ".", "--exclude", left_out, "--format", "json"]
    for each in _answer(packages, [*command, "--skip", ASKED_BY_RUFF])["results"]:
        yield each["test_id"], each["filename"].removeprefix("./")


def semgrep(packages: Path) -> Iterator[Complaint]:
    """Yield what breaks a rule of ours. Nothing is fetched and nothing is told to anybody."""
    quiet = ["--json", "--quiet", "--metrics", "off", "--disable-version-check", "--jobs", "2"]
    command = [str(packages / "bin" / "semgrep"), "scan", "--config", str(RULES), *quiet]
    for name in LEFT_OUT:
        command += ["--exclude", name]
    told = _answer(packages, [*command, "."])
    for each in told["errors"]:
        yield "error", str(each.get("message", each))
    for each in told["results"]:
        yield each["check_id"].rpartition(".")[2], each["path"]


def _answer(packages: Path, command: list[str]) -> dict[str, list[dict[str, str]]]:
    path = f"{packages / 'bin'}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PYTHONPATH": str(packages), "PATH": path, "SEMGREP_SEND_METRICS": "off"}
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=False
    )
    answer: dict[str, list[dict[str, str]]] = json.loads(done.stdout)
    return answer


def main() -> int:
    """Return 1 for a complaint without a reason, or a reason without a complaint."""
    packages = installed_beside(ROOT / "requirements" / "scanners.txt", ROOT / "var" / "scanners")
    if packages is None:
        sys.exit("The scanners cannot be fetched: the package index cannot be reached.")
    found = {*bandit(packages), *semgrep(packages)}
    reasons = yaml.safe_load(EXCEPTIONS.read_text(encoding="utf-8"))
    excepted = {(rule, path) for rule, paths in reasons.items() for path in paths}
    for rule, path in sorted(found - excepted):
        print(f"{path}: {rule}")
    for rule, path in sorted(excepted - found):
        print(f"{path}: {rule} has a reason in {EXCEPTIONS.name}, and nothing complains of it")
    return 1 if found ^ excepted else 0


if __name__ == "__main__":
    sys.exit(main())
