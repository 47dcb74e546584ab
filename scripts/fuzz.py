"""Let a machine try to break each reader of questions: thousands of damaged files a minute, and none may crash or hang.

    .venv/bin/python scripts/fuzz.py                        every reader for a minute
    .venv/bin/python scripts/fuzz.py --seconds 600 gift     one of them for longer

Tells for each how many files were tried, how much of the code they reached and what went wrong; ends with 1 when
anything did. The file at fault then lies in var/fuzz/FORMAT/faults. What led to new code is kept in
var/fuzz/FORMAT/found, where the next run goes on.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.beside import installed_beside  # noqa: E402 - it is found from here on only

FOLDER = ROOT / "var" / "fuzz"
LOCKED = ROOT / "requirements" / "fuzzing.txt"
READERS = ("aiken", "cloze", "csv", "docx", "gift", "json", "moodlexml", "qti", "qti12", "xlsx")
SLOWEST = 10  # seconds for one file: the files are small
MOST_MEMORY = 2048  # MB, of which Django and the record of what was reached take some 200
STARTING = 600  # seconds until the first file is tried, on a machine that is busy


class Tried(NamedTuple):
    """What came of a reader: files tried, places in the code reached, files at fault, and the end of the report."""

    runs: int
    reached: int
    faults: list[Path]
    report: str


def main() -> int:
    """Try the readers one after the other; return 1 when one of them crashed or hung."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("readers", nargs="*", metavar="FORMAT", help=", ".join(READERS))
    parser.add_argument("--seconds", type=int, default=60, help="for each reader")
    options = parser.parse_args()
    if unknown := set(options.readers) - set(READERS):
        parser.error(f"There is no reader for {', '.join(sorted(unknown))}: choose among {', '.join(READERS)}.")
    packages = installed_beside(LOCKED, FOLDER / "packages")
    if packages is None:
        sys.exit("The package index cannot be reached, and atheris comes from it.")
    if not (packages / "atheris").exists():
        sys.exit("There is no atheris for this machine: it runs on Linux with Python 3.11 to 3.13.")
    try:
        every = [tried(name, options.seconds, packages) for name in options.readers or READERS]
    except subprocess.TimeoutExpired as error:
        sys.exit(f"A reader did not end in {error.timeout:.0f} seconds: it hangs, or the machine is too busy.")
    return int(any(each.faults or not each.runs for each in every))


def tried(name: str, seconds: int, packages: Path) -> Tried:
    """Try one reader and print what came of it."""
    folder = FOLDER / name
    for each in ("seeds", "found", "faults"):
        (folder / each).mkdir(parents=True, exist_ok=True)
    known = set((folder / "faults").iterdir())
    command = [sys.executable, str(ROOT / "scripts" / "fuzz_reader.py"), str(packages), name, str(folder)]
    limits = [f"-max_total_time={seconds}", f"-timeout={SLOWEST}", f"-rss_limit_mb={MOST_MEMORY}"]
    places = [f"-dict={folder / 'signs.dict'}", f"-artifact_prefix={folder / 'faults'}/"]
    corpora = [str(folder / "found"), str(folder / "seeds")]
    done = subprocess.run(
        [*command, *limits, *places, "-print_final_stats=1", *corpora],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=STARTING + 2 * seconds,
        check=False,
    )
    faults = sorted(set((folder / "faults").iterdir()) - known)
    result = Tried(
        _last(r"number_of_executed_units:\s+(\d+)", done.stdout), _last(r"cov: (\d+)", done.stdout), faults, done.stdout
    )
    print(f"{name:10}{result.runs:8} files, {result.reached:6} places reached, {len(faults)} at fault", flush=True)
    if faults or done.returncode:
        print("\n".join([*map(str, faults), result.report[-4000:]]), flush=True)
    return result


def _last(sign: str, report: str) -> int:
    """The last number in a report that stands behind a sign; 0 for none."""
    return int(([0, *re.findall(sign, report)])[-1])


if __name__ == "__main__":
    sys.exit(main())
