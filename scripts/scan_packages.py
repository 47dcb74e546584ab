"""Ask whether a package that is locked has a known fault, with pip-audit beside .venv, in var/scanners.

A fault without a reason in scripts/scan_packages.yaml fails, and so does a reason without a fault. Where no database
answers, that is said and nothing is known.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.beside import installed_beside  # noqa: E402

EXCEPTIONS = ROOT / "scripts" / "scan_packages.yaml"
NOBODY_ANSWERS = "No database of known faults answers from here: whether a package has one is not known."
Fault = tuple[str, str]  # the package and the fault


def faults(dependencies: Iterable[Mapping[str, Any]]) -> tuple[set[Fault], int]:
    """Return what is known, and about how many packages something was answered.

    >>> faults([{"name": "a", "vulns": [{"id": "X-1"}]}, {"name": "b", "vulns": []}, {"name": "c", "skip_reason": "…"}])
    ({('a', 'X-1')}, 2)
    """
    answered = [each for each in dependencies if "skip_reason" not in each]
    return {(each["name"], fault["id"]) for each in answered for fault in each["vulns"]}, len(answered)


def _asked_about(locked: Path, packages: Path) -> list[dict[str, Any]]:
    """Ask about the packages of one file; nothing is installed."""
    command = ["-m", "pip_audit", "--disable-pip", "--require-hashes", "-r", str(locked), "-f", "json"]
    done = subprocess.run(
        [sys.executable, *command, "--progress-spinner", "off"],
        env={**os.environ, "PYTHONPATH": str(packages)},
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        dependencies: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except ValueError:
        return []
    return dependencies


def main() -> int:
    """Return 1 for a fault without a reason, or a reason without a fault."""
    packages = installed_beside(ROOT / "requirements" / "audit.txt", ROOT / "var" / "scanners")
    if packages is None:
        sys.exit("pip-audit cannot be fetched: the package index cannot be reached.")
    found, answered = set(), 0
    for locked in sorted((ROOT / "requirements").glob("*.txt")):
        known, number = faults(_asked_about(locked, packages))
        found |= known
        answered += number
    if not answered:
        print(NOBODY_ANSWERS)
        return 0
    reasons = yaml.safe_load(EXCEPTIONS.read_text(encoding="utf-8")) or {}
    excepted = {(package, fault) for package, known in reasons.items() for fault in known}
    for package, fault in sorted(found - excepted):
        print(f"{package}: {fault}")
    for package, fault in sorted(excepted - found):
        print(f"{package}: {fault} has a reason in {EXCEPTIONS.name}, and nobody knows of it any more")
    print(f"{answered} packages were asked about.")
    return 1 if found ^ excepted else 0


if __name__ == "__main__":
    sys.exit(main())
