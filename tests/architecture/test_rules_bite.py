"""Every rule is shown to fail when it is broken: a check that cannot fail checks nothing."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import models
from django.test.utils import isolate_apps

from audit.models import Event
from people.models import Person
from tests.architecture import rules

ROOT = Path(__file__).resolve().parent.parent.parent
TOOLS = Path(sys.executable).parent


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def gap(text: str) -> str:
    """Close the gap before the last word, which keeps this file itself from breaking the rule."""
    before, _gap, after = text.rpartition(" ")
    return before + after


BROKEN = [
    (rules.dumping_grounds, "courses/utils.py", "", "courses/utils.py is a name for nothing: say what is in it"),
    (
        rules.dumping_grounds,
        "core/formats/helpers/x.py",
        "",
        "core/formats/helpers is a name for nothing: say what is in it",
    ),
    (
        rules.signals_elsewhere,
        "courses/services.py",
        "from django.dispatch import Signal\nsold = Signal()\n",
        "courses/services.py makes a signal outside signals.py",
    ),
    (
        rules.signals_elsewhere,
        "courses/receivers.py",
        "from django.contrib.auth.signals import user_logged_in\n",
        "courses/receivers.py listens to django.contrib.auth.signals",
    ),
    (
        rules.signals_elsewhere,
        "courses/services.py",
        "@receiver(attempt_marked)\ndef f(**_): ...\n",
        "courses/services.py receives a signal outside receivers.py",
    ),
    (
        rules.jobs_that_do_not_exist,
        "courses/services.py",
        'enqueue("courses.tasks.nothing", 1)\n',
        "courses/services.py names the job courses.tasks.nothing, which does not exist",
    ),
    (
        rules.migrations_beside_the_first,
        "courses/migrations/0002_more.py",
        "",
        "courses/migrations/0002_more.py stands beside 0001_initial.py",
    ),
    (rules.inline_code, "templates/a.html", '<p style="color: red">', "templates/a.html has an inline style"),
    (rules.inline_code, "templates/a.html", "<style>p {}</style>", "templates/a.html has an inline style"),
    (rules.inline_code, "templates/a.html", "<script>1</script>", "templates/a.html has an inline script"),
    (rules.inline_code, "templates/a.html", '<a\n onclick="x()">', "templates/a.html has an inline handler"),
    (rules.inline_code, "templates/a.html", '<a href="javascript:x()">', "templates/a.html has a script as an address"),
    (
        rules.numbers_for_people_in_attributes,
        "templates/a.html",
        '<input name="line-{{ row.line }}" value="{{ pk|stringformat:\'d\' }}" aria-label="{{ row.count }}">',
        "templates/a.html needs row.line|stringformat:'d' in name",
    ),
    (
        rules.components_without_a_comment,
        "templates/components/a.html",
        "<p></p>",
        "templates/components/a.html does not begin with a comment",
    ),
    (
        rules.environment_read_elsewhere,
        "courses/services.py",
        'import os\nos.environ["X"]\n',
        "courses/services.py reads the environment",
    ),
    (rules.names_of_places, "README.md", gap("cd /wo rk/main"), gap("README.md names /wo rk/")),
    (rules.names_of_places, "README.md", gap("see ../sha red/x.md"), gap("README.md names ../sha red")),
    (rules.names_of_places, "a.txt", gap("https://py pi.org/simple"), gap("a.txt names py pi.org")),
    (
        rules.requirements_without_hashes,
        "requirements/base.txt",
        "django==5.2\n",
        "base.txt has no hash for django==5.2",
    ),
    (
        rules.requirements_without_hashes,
        "requirements/base.txt",
        "--index-url https://example.org/simple\n",
        "base.txt names a place: --index-url",
    ),
]


@pytest.mark.parametrize(
    ("rule", "name", "text", "complaint"), BROKEN, ids=lambda value: getattr(value, "__name__", "")
)
def test_a_broken_rule_is_found(tmp_path, rule, name, text, complaint):
    write(tmp_path, name, text)

    assert rule(tmp_path) == [complaint]


def test_a_setting_without_a_row_and_a_row_without_a_setting_are_found(tmp_path):
    write(tmp_path, "config/settings/base.py", 'A = env.str("NEW_SETTING", default="")\n')
    write(tmp_path, "docs/operations/settings.md", "| `OLD_SETTING` | … |\n")

    assert rules.settings_undocumented(tmp_path) == [
        "the setting NEW_SETTING is not documented",
        "the documented setting OLD_SETTING does not exist",
    ]


def test_a_command_without_a_heading_and_a_heading_without_a_command_are_found(tmp_path):
    write(tmp_path, "courses/management/commands/renew.py", "")
    write(tmp_path, "docs/operations/commands.md", "### `expire [--all]`\n")

    assert rules.commands_undocumented(tmp_path) == [
        "the command renew is not documented",
        "the documented command expire does not exist",
    ]


def test_a_style_sheet_that_is_not_current_and_a_part_of_none_or_of_two_are_found(tmp_path):
    write(tmp_path, "static/css/order.txt", "all.css:\na.css\n\nsome.css:\nc.css\na.css\n")
    for name in "abc":
        write(tmp_path, f"static/css/{name}.css", f"/* Of {name}. */\n{name} {{}}\n")
    write(tmp_path, "static/css/all.css", "a{}\n")
    write(tmp_path, "static/css/some.css", "c {}\n")

    assert rules.styles_not_joined(tmp_path) == [
        "b.css is not in order.txt",
        "a.css is in order.txt twice",
        "some.css is not current: run `manage.py build_css`",
    ]


@isolate_apps("core", "library", "courses")
def test_a_foreign_key_that_points_up_or_sideways_is_found():
    class Note(models.Model):
        person = models.ForeignKey(Person, on_delete=models.PROTECT)

        class Meta:
            app_label = "core"

    class Delivery(models.Model):
        class Meta:
            app_label = "workshops"

    class Course(models.Model):
        deliveries = models.ManyToManyField(Delivery)

        class Meta:
            app_label = "courses"

    assert rules.keys_that_point_up([Note, Course, Event]) == [
        "core.Note.person points up, from core to people",
        "courses.Course.deliveries points up, from courses to workshops",
    ]


# --- The tools, on a copy of the code -------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def whole_copy(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("whole")
    for app in rules.APPS:
        shutil.copytree(ROOT / app, root / app, ignore=shutil.ignore_patterns("__pycache__", "content"))
    for name in ("pyproject.toml", "manage.py"):
        shutil.copy(ROOT / name, root / name)
    return root


@pytest.fixture
def copy(whole_copy, tmp_path) -> Path:
    """A copy of the code that a test may break."""
    return Path(shutil.copytree(whole_copy, tmp_path / "copy"))


def run(root: Path, *command: str) -> tuple[int, str]:
    done = subprocess.run([TOOLS / command[0], *command[1:]], cwd=root, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def add(root: Path, name: str, line: str) -> None:
    path = root / name
    write(root, name, (path.read_text(encoding="utf-8") if path.exists() else "") + f"\n{line}\n")


def test_the_layers_are_kept_in_the_copy(copy):
    assert run(copy, "lint-imports")[0] == 0


@pytest.mark.parametrize(
    ("name", "line", "complaint"),
    [
        ("core/fields.py", "import people.models", "core is not allowed to import people"),
        ("courses/tasks.py", "import workshops.models", "courses is not allowed to import workshops"),
        (
            "people/models/persons.py",
            "import people.services",
            "people.models is not allowed to import people.services",
        ),
        ("people/folders.py", "", "people.folders"),
    ],
    ids=["up", "sideways", "inside an app", "a name that is not on the list"],
)
def test_import_linter_finds_a_broken_layer(copy, name, line, complaint):
    add(copy, name, line)

    code, output = run(copy, "lint-imports", "--no-cache")

    assert code == 1
    assert complaint in output


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("from django.db.models.signals import post_save", "TID251"),
        ("from . import models", "TID252"),
        ("print(1)", "T201"),
        ("# x = f(2)", "ERA001"),
        ("def f(a):\n" + "".join(f"    if a == {n}:\n        return {n * n}\n" for n in range(9)), "C901"),
    ],
)
def test_ruff_finds_broken_style(copy, line, rule):
    add(copy, "people/services/persons.py", line)

    code, output = run(copy, "ruff", "check", "--no-cache", "people/services/persons.py")

    assert code == 1
    assert rule in output


def test_ruff_finds_what_is_not_formatted(copy):
    add(copy, "people/services/persons.py", "x = {'a':1}")

    assert run(copy, "ruff", "format", "--no-cache", "--check", "people/services/persons.py")[0] == 1


def test_djlint_finds_a_broken_template(copy):
    write(copy, "templates/a.html", '<img src="a.png">\n<p>{%url "front"%}</p>\n')

    assert run(copy, "djlint", "--lint", "templates")[0] == 1


def test_a_model_without_its_migration_is_found(copy):
    add(copy, "operations/models.py", "class Forgotten(models.Model):\n    pass")

    code, output = run(copy, "python", "manage.py", "makemigrations", "--check", "--dry-run", "operations")

    assert code == 1
    assert "Create model Forgotten" in output


def test_mypy_finds_a_service_without_types(copy):
    add(copy, "people/services/persons.py", "def forget(person):\n    return person")

    code, output = run(copy, "mypy", "people/services/persons.py")

    assert code == 1
    assert "Function is missing a type annotation" in output
