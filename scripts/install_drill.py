"""An empty Debian 12, deploy/install.sh twice, an official's way through it, deploy/upgrade.sh: `make install-drill`.

    sudo .venv/bin/python -m scripts.install_drill [--database postgresql]

Needs root, debootstrap and unshare, and the package servers that this machine uses: how it reaches them (apt, pip) is
read when the drill runs and copied into the new system. That system lives in var/install-drill, in name spaces of its
own: nothing of it goes on when the drill ends, and nothing of it can be asked from outside. What systemd would start
is started here by the commands of its units (scripts/install_walk.py), because nothing in it is process 1.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.beside import BASE_PYTHON

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / "var" / "install-drill"
BASE, NEW = HOME / "base", HOME / "root"
RELEASE = "/root/release"
SITE, ADMIN = "academy.example.org", "anna@example.org"
NEEDED = ("debootstrap", "unshare", "git", "apt-get")
# The key for backups is one that nobody has: what was encrypted for it is thrown away.
RECIPIENT = "age1ss0g9dc4rhdusjchak2g2drweqrjy2pguldrxjqml0nzgv0slgessvfyye"
SETTINGS = "/etc/academy/academy.env"
# As those of a terminal of root on the new system.
SURROUNDINGS = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LANG": "C.UTF-8",
}


def run(*command: str | Path) -> str:
    """Run a command of this machine and return what it said. Raises CalledProcessError."""
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout


def inside(*command: str, stdin: str = "") -> None:
    """Run a command in the new system, and show what it says. Raises CalledProcessError."""
    subprocess.run(["chroot", NEW, *command], env=SURROUNDINGS, input=stdin, text=True, check=True)


# --- An empty system --------------------------------------------------------------------------------------------------
def sources() -> list[tuple[str, str, str]]:
    """Where this machine has Debian from: (address, name of the release, part) of each source."""
    told = run("apt-get", "indextargets", "--format", "$(REPO_URI)|$(CODENAME)|$(COMPONENT)|$(ORIGIN)")
    rows = [line.split("|") for line in told.splitlines()]
    return sorted({(address, name, part) for address, name, part, origin in rows if origin == "Debian"})


def make_base() -> None:
    """Bring an empty Debian 12 here, once; `make clean` throws it away."""
    if BASE.exists():
        return
    address = next((address for address, name, _part in sources() if name == "bookworm"), None)
    if address is None:
        sys.exit("This machine knows no source of Debian 12 (bookworm): run apt-get update, or add one.")
    unfinished = HOME / "unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    run("debootstrap", "--variant=minbase", "--include=ca-certificates,systemd", "bookworm", unfinished, address)
    unfinished.rename(BASE)


def make_root() -> None:
    """Lay a copy of it, reach packages as this machine does, and put the release into it."""
    shutil.rmtree(NEW, ignore_errors=True)
    run("cp", "-a", "--reflink=auto", BASE, NEW)
    listed = "".join(f"deb {address} {name} {part}\n" for address, name, part in sources())
    (NEW / "etc/apt/sources.list").write_text(listed)
    reached = re.findall(r"^Acquire::https?::.*$", run("apt-config", "dump"), re.MULTILINE)
    (NEW / "etc/apt/apt.conf.d/99drill").write_text("\n".join(reached) + "\n")
    shutil.copy("/etc/resolv.conf", NEW / "etc/resolv.conf")
    (NEW / "etc/hosts").write_text(f"127.0.0.1 localhost {SITE}\n")
    # No service starts while its package is installed: there is nothing that would look after it.
    policy = NEW / "usr/sbin/policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    reach_packages()
    (NEW / RELEASE.lstrip("/")).mkdir()
    # With what is changed and not committed yet.
    state = run("git", "-C", ROOT, "stash", "create").strip() or "HEAD"
    archive = HOME / "release.tar"
    run("git", "-C", ROOT, "archive", "--output", archive, state)
    run("tar", "-x", "-f", archive, "-C", NEW / RELEASE.lstrip("/"))


def reach_packages() -> None:
    """Let pip in the new system find packages where pip here does: what files say is copied, folders are shown."""
    found: dict[str, str] = {}
    for line in run(BASE_PYTHON, "-m", "pip", "config", "list").splitlines():
        if match := re.match(r"(?:global|install|:env:)\.([a-z-]+)='(.*)'$", line):
            found[match[1]] = match[2]
    copies = NEW / "root/pip"
    copies.mkdir()
    for name, value in found.items():
        place = Path(value)
        if place.is_absolute() and place.is_file():
            shutil.copy(place, copies / name)
            found[name] = f"/root/pip/{name}"
        for word in value.split():
            folder = Path(word.removeprefix("file://"))
            if folder.is_absolute() and folder.is_dir():
                # An index names files beside it.
                show(folder.parent if word.startswith("file://") else folder, "ro")
    (NEW / "etc/pip.conf").write_text("[global]\n" + "".join(f"{name} = {value}\n" for name, value in found.items()))


def show(place: Path, *options: str) -> None:
    """Mount a folder of this machine at the same place of the new system."""
    there = NEW / str(place).lstrip("/")
    there.mkdir(parents=True, exist_ok=True)
    run("mount", "--bind", *(f"-o{option}" for option in options), place, there)


# --- The drill --------------------------------------------------------------------------------------------------------
def install(database: str) -> None:
    """Run the script as somebody would who has unpacked a release."""
    options = ["--site", SITE, "--admin", ADMIN, "--database", database, "--recipients", RECIPIENT]
    inside("bash", f"{RELEASE}/deploy/install.sh", *options)


def load_content() -> None:
    """Load the content of the demonstration, which no production loads: the walk needs something to read."""
    lines = [
        "set -a",
        f". {SETTINGS}",
        "DJANGO_SETTINGS_MODULE=config.settings.dev EMAIL_URL=dummymail://",
        "cd /opt/academy/current",
        "umask 0027",
        "exec setpriv --reuid=academy --regid=academy --init-groups .venv/bin/python manage.py load_demo",
    ]
    inside("sh", "-c", "\n".join(lines))


BROKEN = """
from django.db import migrations


def fail(apps, schema_editor):
    apps.get_model("people", "Agency").objects.update(name_en="Lost")
    raise RuntimeError("a migration that fails")


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [migrations.RunPython(fail)]
"""


def upgrade(version: str, *, broken: bool) -> int:
    """Let deploy/upgrade.sh put a release of another number in place; return its exit code."""
    folder = NEW / "root" / version
    run("cp", "-a", NEW / RELEASE.lstrip("/"), folder)
    facts = folder / "pyproject.toml"
    facts.write_text(re.sub(r'^version = ".*"$', f'version = "{version}"', facts.read_text(), flags=re.MULTILINE))
    if broken:
        (folder / "people/migrations/0002_broken.py").write_text(BROKEN)
    command = ["chroot", str(NEW), "bash", f"/root/{version}/deploy/upgrade.sh"]
    return subprocess.run(command, env=SURROUNDINGS, check=False).returncode


def see_upgrades() -> None:
    """A good release is taken; after one that fails the good one is still there, with its data."""
    current = NEW / "opt/academy/current"
    if upgrade("9.0.0", broken=False) != 0 or current.readlink().name != "9.0.0":
        sys.exit("A good release was not put in place.")
    if upgrade("9.0.1", broken=True) == 0 or current.readlink().name != "9.0.0":
        sys.exit("A release that fails was put in place.")
    question = "from people.models import Agency; raise SystemExit(Agency.objects.filter(name_en='Lost').exists())"
    inside("academy", "shell", "--no-imports", "-c", question)


def walk(who: str) -> None:
    """Start what was installed, without any network but its own, and walk through it."""
    command = [sys.executable, "-m", "scripts.install_walk", who, str(NEW), SITE, ADMIN]
    subprocess.run(["unshare", "--net", *command], cwd=ROOT, check=True)


def drill(database: str) -> None:
    """Install, install again, walk and upgrade. Whatever fails ends it with what it said."""
    for place in (Path("/proc"), Path("/dev")):
        show(place)
    print("== The first time", flush=True)
    install(database)
    made = (NEW / SETTINGS.lstrip("/")).read_text()
    print("== The second time", flush=True)
    install(database)
    if (NEW / SETTINGS.lstrip("/")).read_text() != made:
        sys.exit("The second time the settings became others.")
    # Before anybody of the demonstration is there, whose password everybody knows.
    print("== A stranger", flush=True)
    walk("stranger")
    print("== Something to read", flush=True)
    load_content()
    print("== People", flush=True)
    walk("people")
    print("== A release that is good, and one that fails", flush=True)
    see_upgrades()


def main() -> int:
    """Go into name spaces of its own, in which everything ends with the drill."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if missing := [name for name in NEEDED if shutil.which(name) is None]:
        sys.exit(f"The drill needs {', '.join(missing)}: apt-get install debootstrap util-linux git.")
    if os.geteuid() != 0:
        sys.exit("The drill makes a system of its own, so root has to run it.")
    if not asked.inside:
        own = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "private"]
        again = [sys.executable, "-m", "scripts.install_drill", "--inside", "--database", asked.database]
        return subprocess.run([*own, *again], cwd=ROOT, check=False).returncode
    HOME.mkdir(parents=True, exist_ok=True)
    make_base()
    make_root()
    try:
        drill(asked.database)
    except subprocess.CalledProcessError as failed:
        sys.exit(f"The drill ended: {' '.join(map(str, failed.cmd))[:200]} failed with {failed.returncode}.")
    print("The drill went well.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
