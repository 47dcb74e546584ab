"""Newer packages: `make update` locks the newest that requirements/*.in allow, tries them, and says what changed.

    python3 scripts/update.py [TESTS …]

TESTS are what pytest is to run afterwards (default: everything that is not marked deep). The report goes to
var/update.md; what was locked stays as a change that is not committed, whether the tests like it or not. Needs nothing
but Python, since it changes the packages of .venv.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
REPORT = ROOT / "var" / "update.md"
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
Versions = Mapping[str, str]


def versions(text: str) -> dict[str, str]:
    """Read a locked file: {package: version}; of several for several systems the last.

    >>> versions("django==5.2.19 \\\\\\n    --hash=sha256:00\\npillow==13.0.0 ; x \\\\\\n")
    {'django': '5.2.19', 'pillow': '13.0.0'}
    """
    return dict(PIN.findall(text))


def changes(before: Versions, after: Versions) -> Iterator[str]:
    """Say what became of packages, a sentence each, the greatest change first."""
    rows = []
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if old is None:
            rows.append((1, f"{name} {new} is new here: look at its health"))
        elif new is None:
            rows.append((2, f"{name} {old} is needed no longer"))
        else:
            rank, words = _step(old, new)
            rows.append((rank, f"{name} {old} → {new}: {words}"))
    yield from (words for _rank, words in sorted(rows, key=lambda row: row[0]))


def _step(old: str, new: str) -> tuple[int, str]:
    parts = [tuple(map(int, re.findall(r"\d+", each)[:2])) for each in (old, new)]
    if parts[0] > parts[1]:
        return 0, "older than before, find out why"
    if parts[0][:1] != parts[1][:1]:
        return 0, "a new generation, read its notes"
    return (3, "something new") if parts[0] != parts[1] else (4, "a repair")


def report(before: Mapping[str, Versions], after: Mapping[str, Versions]) -> str:
    """Say what changed, file by file; files in which nothing did are left out."""
    parts = [
        f"## {name}\n\n" + "".join(f"* {words}\n" for words in said)
        for name in sorted(after)
        if (said := list(changes(before.get(name, {}), after[name])))
    ]
    return "\n".join(parts) or "Nothing newer is allowed by requirements/*.in.\n"


def locked() -> dict[str, dict[str, str]]:
    """Read all locked files."""
    return {path.stem: versions(path.read_text(encoding="utf-8")) for path in sorted(REQUIREMENTS.glob("*.txt"))}


def main() -> int:
    """Lock, install, try, report. The exit code is that of the tests."""
    python = ROOT / ".venv" / "bin" / "python"
    install = [sys.executable, str(ROOT / "scripts" / "bootstrap.py"), "dev"]
    subprocess.run(install, cwd=ROOT, check=True)
    before = locked()
    subprocess.run([python, ROOT / "scripts" / "lock.py", "--upgrade"], cwd=ROOT, check=True)
    said = report(before, locked())
    print(said, flush=True)
    subprocess.run(install, cwd=ROOT, check=True)
    subprocess.run([python, "manage.py", "compile_catalogues"], cwd=ROOT, check=True)
    tests = sys.argv[1:] or ["-m", "not deep"]
    surroundings = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    code = subprocess.run([python, "-m", "pytest", "-q", *tests], cwd=ROOT, env=surroundings, check=False).returncode
    said += f"\nTried with `pytest {' '.join(tests)}`: {'all well.' if code == 0 else 'NOT WELL, see what it said.'}\n"
    REPORT.write_text(said, encoding="utf-8")
    print(f"{REPORT} says this again. To keep it: git commit requirements; to go back: git checkout requirements")
    return code


if __name__ == "__main__":
    sys.exit(main())
