"""Make .venv from the hashed requirement files, with nothing but Python and pip.

    python3 scripts/bootstrap.py base      what the product needs to run
    python3 scripts/bootstrap.py dev       that, and what tests and checks need

A second run with unchanged requirement files ends at once. uv does the work, because it is about six times faster;
where it cannot be had, `venv` and pip do the same. pip's own configuration (index, certificate) counts for both.
Written so that an old Python can still read it, and say that it is too old.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
CANDIDATES = ["python3.13", "python3.12", "python3.11", "python3.14"]


def main_with_a_newer_python():
    """Start again with a Python that is new enough, or say in one sentence what is missing."""
    for name in CANDIDATES:
        path = shutil.which(name)
        if path and subprocess.call([path, "-c", ""], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0:
            os.execv(path, [path, *sys.argv])  # noqa: S606
    sys.exit(  # an f-string would be read, and refused, by the very Python that is too old
        "This needs Python %d.%d or newer, and %s is Python %d.%d: install a newer one, or name it with "  # noqa: UP031
        "make PYTHON=/path/to/python3.11 …" % (*OLDEST, sys.executable, *sys.version_info[:2])
    )


if sys.version_info < OLDEST:
    main_with_a_newer_python()

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
TOOLS = ROOT / ".tools"
LOG = ROOT / "var" / "bootstrap.log"
FILES = {"base": ["base.txt"], "dev": ["base.txt", "dev.txt"]}
# What uv and pip write when the index cannot be reached; anything else is another kind of trouble.
UNREACHABLE = re.compile(
    r"dns error|failed to lookup|name resolution|error sending request|network is unreachable|connection refused"
    r"|connect timeout|timed out|connection error|failed to establish a new connection|max retries exceeded"
    r"|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT",
    re.IGNORECASE,
)


class StepFailedError(Exception):
    """A command ended with an error; the text is what it wrote."""


def fingerprint(kind: str) -> str:
    """Return what an installed environment depends on: the requirement files and the Python that made it."""
    digest = hashlib.sha256(f"{sys.version_info[:2]}".encode())
    for name in FILES[kind]:
        digest.update((REQUIREMENTS / name).read_bytes())
    return digest.hexdigest()


def is_current(kind: str) -> bool:
    """Whether .venv holds everything of `kind` already. An environment for `dev` serves `base` too."""
    stamps = {name: VENV / f".installed-{name}" for name in FILES}
    wanted = ["base", "dev"] if kind == "base" else ["dev"]
    return VENV_PYTHON.exists() and any(
        stamps[name].exists() and stamps[name].read_text() == fingerprint(name) for name in wanted
    )


def run(command: list[str], environment: dict[str, str]) -> str:
    """Run a step, keep what it wrote in the log, and return it."""
    try:
        done = subprocess.run(
            command, env=environment, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
    except OSError as trouble:
        # A program that a full disk cut short is there and cannot be run.
        raise StepFailedError(str(trouble)) from trouble
    with LOG.open("a") as log:
        log.write(f"$ {' '.join(command)}\n{done.stdout}\n")
    if done.returncode != 0:
        raise StepFailedError(done.stdout)
    return done.stdout


def pip_settings() -> dict[str, str]:
    """Return pip's configuration from its files and the environment: {"index-url": …, "cert": …}."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    # Not by `run`: an address may hold a password, and the log is read by more people than pip's files.
    listing = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout
    found = re.findall(r"^(global|install|:env:)\.([a-z-]+)='(.*)'$", listing, re.MULTILINE)
    order = ["global", "install", ":env:"]
    return {name: value for _source, name, value in sorted(found, key=lambda line: order.index(line[0]))}


def environment() -> dict[str, str]:
    """Return the environment in which uv reaches the index the way pip does."""
    pip = pip_settings()
    values = {
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_DEFAULT_INDEX": pip.get("index-url", ""),
        "UV_INDEX": " ".join(pip.get("extra-index-url", "").split()),
        # Hashes say what is right, so any index may have it.
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "SSL_CERT_FILE": pip.get("cert", ""),
        "UV_INSECURE_HOST": " ".join(pip.get("trusted-host", "").split()),
        "UV_NO_PROGRESS": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
    }
    return {**{key: value for key, value in values.items() if value}, **os.environ}


def requirement_options(kind: str) -> list[str]:
    """Return the options that make uv and pip install exactly these files."""
    options = ["--require-hashes"]
    for name in FILES[kind]:
        options += ["-r", str(REQUIREMENTS / name)]
    return options


def install_with_uv(kind: str, environ: dict[str, str]) -> None:
    """Get uv into .tools (also where the system forbids pip to install), then make and fill .venv."""
    uv = TOOLS / "bin" / "uv"
    tools = ["--require-hashes", "-r", str(REQUIREMENTS / "tools.txt")]
    if not uv.exists():
        run([sys.executable, "-m", "pip", "install", "--upgrade", "--target", str(TOOLS), *tools], environ)
    if not VENV_PYTHON.exists():
        run([str(uv), "venv", "--clear", "--python", sys.executable, str(VENV)], environ)
    run([str(uv), "pip", "install", "--python", str(VENV_PYTHON), *requirement_options(kind)], environ)


def install_with_pip(kind: str, environ: dict[str, str]) -> None:
    """The same, slower, with what comes with Python."""
    if not (VENV / "bin" / "pip").exists():
        run([sys.executable, "-m", "venv", "--clear", str(VENV)], environ)
    run([str(VENV_PYTHON), "-m", "pip", "install", *requirement_options(kind)], environ)


def install(kind: str) -> None:
    """Install, or end with one sentence that says what is wrong."""
    environ = environment()
    try:
        install_with_uv(kind, environ)
    except StepFailedError as failed:
        stop_if_hopeless(failed)
        print("uv cannot be used here, so pip does the work; this takes a minute.", file=sys.stderr)
        try:
            install_with_pip(kind, environ)
        except StepFailedError as failed_again:
            stop_if_hopeless(failed_again)
            sys.exit(f"The packages could not be installed; {LOG} says what pip answered.")


def stop_if_hopeless(failed: StepFailedError) -> None:
    """End with a sentence when pip is missing or the network is."""
    if "No module named pip" in str(failed):
        sys.exit(f"{sys.executable} has no pip: install it first (on Debian and Ubuntu: apt-get install python3-pip).")
    if UNREACHABLE.search(str(failed)):
        sys.exit(
            "The package index cannot be reached: connect this machine to the network, or set PIP_INDEX_URL to a "
            f"mirror that it can reach ({LOG} has the details)."
        )


def main() -> None:
    """Bring .venv up to date."""
    kind = sys.argv[1] if len(sys.argv) > 1 else "base"
    if kind not in FILES:
        sys.exit(f"Say what to install: {' or '.join(FILES)}.")
    if is_current(kind):
        return
    LOG.parent.mkdir(exist_ok=True)
    LOG.unlink(missing_ok=True)
    print(f"Installing the packages into {VENV} …", file=sys.stderr, flush=True)
    install(kind)
    (VENV / f".installed-{kind}").write_text(fingerprint(kind))


if __name__ == "__main__":
    main()
