"""The script that installs and the page that says how are one text; settings that are made can be read."""

import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from deploy import new_settings
from tests.architecture.rules import settings_read

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "deploy" / "install.sh"
FUNCTION = re.compile(r"^# (\d+\. [^\n]+)\n\w+\(\) \{\n(.*?)^\}$", re.MULTILINE | re.DOTALL)
SECTION = re.compile(r"^## (\d+\. [^\n]+)\n(?:(?!^## ).)*?^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ASKED = {"site": "academy.example.org", "support": "help@example.org", "mail": "smtp://localhost:25"}


def by_heading(pattern, path):
    found = pattern.findall(path.read_text(encoding="utf-8"))
    return {heading: textwrap.dedent(commands) for heading, commands in found}


def test_the_page_says_what_the_script_does():
    steps = by_heading(FUNCTION, SCRIPT)

    assert by_heading(SECTION, ROOT / "docs/operations/installation.md") == steps
    assert len(steps) == 10


def test_every_step_is_taken_in_its_order_and_has_a_word_for_a_fault():
    text = SCRIPT.read_text(encoding="utf-8")
    names = re.findall(r"^# \d+\. [^\n]+\n(\w+)\(\)", text, re.MULTILINE)

    assert re.search(r"^for step in (.*); do$", text, re.MULTILINE)[1].split() == names
    assert re.findall(r"^    \[(\w+)\]=", text, re.MULTILINE) == names


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="there is no shellcheck: apt-get install shellcheck")
@pytest.mark.parametrize("name", ["install.sh", "upgrade.sh", "academy"])
def test_shellcheck_has_nothing_against_a_script(name):
    said = subprocess.run(
        # Settings are made where it is installed: there is nothing to follow here.
        ["shellcheck", "--exclude=SC1091", SCRIPT.parent / name],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (said.returncode, said.stdout) == (0, "")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ([], "Say the name of the site, in small letters"),
        (["--site", "localhost"], "Say the name of the site, in small letters"),
        (["--site", "a.example.org", "--admin", "anna"], "Say who administers it first"),
        (["--site", "a.example.org", "--admin", "a'b@example.org"], "Say who administers it first"),
        (
            ["--site", "a.example.org", "--admin", "a@example.org", "--database", "mysql"],
            "sqlite or postgresql, not mysql",
        ),
        (["--site"], "--site needs a value"),
        (["--host", "x"], "--host is not known here"),
    ],
)
def test_what_was_not_said_is_asked_for_before_anything_is_done(options, sentence):
    said = subprocess.run(["bash", SCRIPT, *options], capture_output=True, text=True, check=False)

    assert (said.returncode, said.stdout) == (1, "")
    assert sentence in said.stderr


def test_settings_are_those_that_exist_and_a_shell_reads_them_as_systemd_does():
    made = new_settings.settings(**ASKED, database="postgresql:///academy", recipients="age1x,age1y")
    lines = new_settings.written(made).splitlines()

    assert set(made) - {"DJANGO_SETTINGS_MODULE"} <= settings_read(ROOT)
    assert [shlex.split(line) for line in lines] == [[f"{name}={value}"] for name, value in made.items()]


def test_secrets_are_new_each_time_and_long_enough():
    first, second = (new_settings.settings(**ASKED, database="", recipients="") for _ in range(2))

    assert {name for name in first if first[name] != second[name]} == {"SECRET_KEY", "CERTIFICATE_KEYS_PASSPHRASE"}
    assert len(first["SECRET_KEY"]) >= 50


def test_production_starts_with_them(tmp_path):
    made = new_settings.settings(**ASKED, database="", recipients="") | {"VAR_DIR": str(tmp_path)}
    environment = {name: value for name, value in made.items() if value}

    said = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert said.returncode == 0, said.stderr


def test_a_value_that_would_end_its_line_is_refused():
    with pytest.raises(ValueError, match="EMAIL_URL may hold neither"):
        new_settings.settings(**ASKED | {"mail": "smtp://a'b"}, database="", recipients="")
