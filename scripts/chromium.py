"""Print the path of a Chromium for the journeys, installing one where the system allows it.

Journeys are never skipped: without a browser this fails and says what to do.
"""

import os
import shutil
import subprocess
import sys
from functools import partial

# The one without windows of its own first: the same engine, which opens a page in half the time.
NAMES = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
PACKAGES = ["chromium-headless-shell", "chromium"]


def find() -> str | None:
    """Return the browser that CHROMIUM names, or one on the PATH."""
    named = os.environ.get("CHROMIUM")
    if named and shutil.which(named):
        return shutil.which(named)
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def install() -> None:
    """Install the first of Debian's packages that there is; only root can."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run = partial(subprocess.run, env=environment, stdout=sys.stderr, check=False)
    run(["apt-get", "update"])
    for package in PACKAGES:
        if run(["apt-get", "install", "-y", "--no-install-recommends", package]).returncode == 0:
            return


def main() -> None:
    """Print the path or fail."""
    path = find()
    if path is None and hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium for the journeys …", file=sys.stderr)
        install()
        path = find()
    if path is None:
        sys.exit("The journeys need a Chromium: install one, or name it with CHROMIUM=/path/to/chromium make test.")
    print(path)


if __name__ == "__main__":
    main()
