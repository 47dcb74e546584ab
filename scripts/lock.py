"""requirements/*.in → requirements/*.txt: exact versions with hashes, for every system, naming no index.

What is locked stays and what is missing is added; with `--upgrade` everything moves to the newest that the .in files
allow.
"""

import subprocess
import sys
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
        files = [f"{name}.in", "-o", f"{name}.txt"]
        subprocess.run([UV, "pip", "compile", *OPTIONS, *sys.argv[1:], *files], cwd=ROOT / "requirements", check=True)


if __name__ == "__main__":
    main()
