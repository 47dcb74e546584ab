"""Services of systemd: they start what `serve` starts, and may do little more than that."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from operations.management.commands.serve import Command

FOLDER = Path(__file__).resolve().parents[2] / "deploy" / "systemd"
SERVICES = sorted(FOLDER.glob("*.service"))
# Of the ten that a service without any limits has.
MOST_EXPOSED = 2.0


def unit(path):
    """Read a unit, in which a name may stand several times."""
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str
    parser.read(path, encoding="utf-8")
    return parser


def test_there_is_one_for_each_process_and_a_target_for_all():
    parser = Command().create_parser("manage.py", "serve")
    [only] = [action for action in parser._actions if action.dest == "only"]

    assert {path.stem for path in SERVICES} == {f"academy-{name}" for name in only.choices}
    assert unit(FOLDER / "academy.target")["Unit"]["Wants"].split() == [
        f"academy-{name}.service" for name in only.choices
    ]
    assert {path.stem: unit(path)["Service"]["ExecStart"] for path in SERVICES} == {
        f"academy-{name}": f"/opt/academy/current/.venv/bin/python manage.py serve --only {name}"
        for name in only.choices
    }


def test_all_have_the_same_limits():
    limits = [path.read_text(encoding="utf-8").partition("# What it may touch")[2] for path in SERVICES]

    assert limits == limits[:1] * 3
    assert len(limits[0].splitlines()) > 25


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze: apt-get install systemd"
)
@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_none_is_more_exposed_than_promised(path):
    said = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", path],
        capture_output=True,
        text=True,
        check=False,
    ).stdout

    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", said)
    if found is None:
        pytest.skip("this systemd is too old to judge a file (before 250)")
    assert float(found[1]) <= MOST_EXPOSED
    # The page says which figure it was.
    assert f"exposure {found[1]}" in (FOLDER.parent / "README.md").read_text(encoding="utf-8")
