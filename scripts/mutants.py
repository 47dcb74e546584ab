"""Change the arithmetic a little, thousands of times, and see each time whether a test notices.

    .venv/bin/python scripts/mutants.py                             all that [tool.mutmut] in pyproject.toml names
    .venv/bin/python scripts/mutants.py "assessments.statistics*"   only these

mutmut works on a copy in var/mutants and stands beside it, not in .venv. What no test noticed is listed at the end;
docs/quality/mutation.md says which of these may stay.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = ROOT / ".tools" / "bin" / "uv"
FOLDER = ROOT / "var" / "mutants"
COPY, PACKAGES = FOLDER / "copy", FOLDER / "packages"
# Behind the packages of .venv, so that the tests run with what they always run with.
MUTMUT = f"import sys; sys.path.append({str(PACKAGES)!r}); from mutmut.__main__ import cli; cli()"


def main() -> int:
    """Copy, install, run, list."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="mutants to run, with * for any letters")
    parser.add_argument("--workers", default="2")
    options = parser.parse_args()
    if not UV.exists():
        sys.exit("uv is missing: throw .venv away and run `make setup`, which fetches it.")
    copy()
    requirements = ["--require-hashes", "-r", str(ROOT / "requirements" / "mutation.txt")]
    subprocess.run([UV, "pip", "install", "--quiet", "--target", PACKAGES, *requirements], check=True)
    subprocess.run([sys.executable, "manage.py", "compile_catalogues"], cwd=COPY, check=True)
    done = mutmut("run", "--max-children", options.workers, *options.names)
    return done or mutmut("results")


def copy() -> None:
    """Lay a fresh copy of all files that git does not ignore, as they are now."""
    shutil.rmtree(COPY, ignore_errors=True)
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (COPY / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, COPY / name)


def mutmut(*arguments: str) -> int:
    """Run mutmut in the copy and return its exit code."""
    return subprocess.run([sys.executable, "-c", MUTMUT, *arguments], cwd=COPY, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
