"""requirements/*.in → requirements/*.txt: exact versions with hashes, for every system, naming no index.

Versions that are locked stay and what is missing is added; with `--upgrade` everything moves to the newest that the .in
files allow. Hashes are asked for anew each time: uv leaves those of a locked package as they are, even where only those
of one system were known when it came.
"""

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = ROOT / ".tools" / "bin" / "uv"
# The oldest Python that is supported, as Debian 12 ships it.
OPTIONS = ["--universal", "--python-version", "3.11.2", "--generate-hashes", "--no-header", "--no-annotate", "--quiet"]


def main() -> None:
    """Lock base first: the others are constrained by it."""
    if not UV.exists():
        sys.exit("uv is missing: throw .venv away and run `make setup`, which fetches it.")
    names = "tools base dev mutation producers verifiers ministries fuzzing saml scanners audit schemathesis wapiti"
    for name in names.split():
        lock(ROOT / "requirements" / f"{name}.in", sys.argv[1:])


def lock(wanted: Path, options: Sequence[str]) -> None:
    """Lock one file. Raises CalledProcessError, and leaves what was locked before, when it cannot be done."""
    locked = wanted.with_suffix(".txt")
    before = locked.read_text(encoding="utf-8") if locked.exists() else ""
    locked.write_text(without_hashes(before), encoding="utf-8")
    command = [str(UV), "pip", "compile", *OPTIONS, *options, wanted.name, "-o", locked.name]
    try:
        subprocess.run(command, cwd=wanted.parent, check=True)
    except subprocess.CalledProcessError:
        locked.write_text(before, encoding="utf-8")
        raise


def without_hashes(text: str) -> str:
    """Return a locked file with its versions alone."""
    return re.sub(r" \\\n +--hash=\S+", "", text)


if __name__ == "__main__":
    main()
