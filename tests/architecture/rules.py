"""The rules of docs/architecture.md that no other tool checks.

Each is a function of a folder (or of models) that returns complaints, so that `test_rules_bite.py` can show a broken
copy to it. An empty list means that the rule is kept.
"""

import ast
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.db import models
from django.utils.module_loading import import_string

from core.management.commands.build_css import joined, parts_of_sheets

# From the top to the bottom; apps of one row never know each other.
LAYERS = [
    {"config"}, {"operations"}, {"home", "reports"}, {"certificates"}, {"programmes"}, {"courses", "workshops"},
    {"assessments"}, {"library"}, {"people"}, {"mail", "audit"}, {"core"},
]  # fmt: skip
APPS = sorted(set().union(*LAYERS))
RANK = {app: rank for rank, row in enumerate(LAYERS) for app in row}
# A message and an event are about somebody: the one listed exception.
KEYS_UP = {("mail", "people"), ("audit", "people")}

DUMPING_GROUNDS = {"utils", "util", "helpers", "helper", "misc", "common", "shared", "tools"}
FOREIGN_SIGNALS = re.compile(r"^(django|allauth|wagtail)\b.*\bsignals$")
# Wagtail says that a page was published from wherever that happened; its hooks would miss translations.
SIGNALS_HEARD = {"wagtail.signals"}


def files(root: Path, pattern: str, folders: Iterable[str] = ("",)) -> Iterator[Path]:
    """Yield the files below some folders of `root` that match, in order."""
    for folder in folders:
        yield from sorted(path for path in (root / folder).rglob(pattern) if "__pycache__" not in path.parts)


def code(root: Path) -> Iterator[tuple[str, ast.Module]]:
    """Yield (path, syntax tree) of every module of the apps, migrations apart."""
    for path in files(root, "*.py", APPS):
        if "migrations" not in path.parts:
            yield path.relative_to(root).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


# --- Who may know whom ----------------------------------------------------------------------------------------------
def keys_that_point_up(tables: Iterable[type[models.Model]]) -> list[str]:
    """A foreign key is an import, even written as a string."""
    complaints = []
    for table in tables:
        for field in table._meta.get_fields():
            if field.auto_created or not field.is_relation or field.related_model is None:
                continue
            source, target = table._meta.app_label, field.related_model._meta.app_label
            if _points_up(source, target):
                complaints.append(f"{table._meta.label}.{field.name} points up, from {source} to {target}")
    return complaints


def _points_up(source: str, target: str) -> bool:
    if source not in RANK or target not in RANK or source == target or (source, target) in KEYS_UP:
        return False
    return RANK[target] <= RANK[source]


def dumping_grounds(root: Path) -> list[str]:
    """A file named after nothing attracts everything."""
    found = [path for path in files(root, "*", [*APPS, "tests", "scripts"]) if path.suffix in {"", ".py"}]
    return [
        f"{path.relative_to(root)} is a name for nothing: say what is in it"
        for path in found
        if path.stem in DUMPING_GROUNDS
    ]


def signals_elsewhere(root: Path) -> list[str]:
    """Facts are announced by the signals of */signals.py and heard in receivers.py."""
    return [f"{name} {fault}" for name, tree in code(root) for node in ast.walk(tree) for fault in _signal(name, node)]


def _signal(name: str, node: ast.AST) -> Iterator[str]:
    heard_here = name.endswith("/receivers.py")
    if isinstance(node, ast.ImportFrom) and FOREIGN_SIGNALS.match(node.module or ""):
        if not (heard_here and node.module in SIGNALS_HEARD):
            yield f"listens to {node.module}"
    elif _called(node) == "Signal" and not name.endswith("/signals.py"):
        yield "makes a signal outside signals.py"
    elif _called(node) == "receiver" and not heard_here:
        yield "receives a signal outside receivers.py"


def _called(node: ast.AST) -> str:
    """Return the name of the function that a call calls, without its module."""
    if not isinstance(node, ast.Call):
        return ""
    return getattr(node.func, "id", "") or getattr(node.func, "attr", "")


def jobs_that_do_not_exist(root: Path, recurring: Iterable[str] = ()) -> list[str]:
    """A job by name is the one way up that no import checks."""
    named = [("the timetable", name) for name in recurring]
    named += [
        (path, node.args[0].value)
        for path, tree in code(root)
        for node in ast.walk(tree)
        if _called(node) == "enqueue" and node.args and isinstance(node.args[0], ast.Constant)
    ]
    return [f"{path} names the job {name}, which does not exist" for path, name in named if not _is_function(name)]


def _is_function(name: str) -> bool:
    try:
        return callable(import_string(name))
    except ImportError:
        return False


def migrations_beside_the_first(root: Path) -> list[str]:
    """Until the first release an app has one clean migration."""
    return [
        f"{path.relative_to(root)} stands beside 0001_initial.py"
        for path in files(root, "migrations/*.py", APPS)
        if path.name not in {"__init__.py", "0001_initial.py"}
    ]


# --- Pages ----------------------------------------------------------------------------------------------------------
INLINE = {
    "an inline style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    # Data for a script, as JSON, runs nowhere.
    "an inline script": re.compile(r"<script(?![^>]*(?:\bsrc\s*=|\btype=\"application/json\"))", re.IGNORECASE),
    "an inline handler": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a script as an address": re.compile(r"(href|src|action)\s*=\s*[\"']?\s*javascript:", re.IGNORECASE),
}


def inline_code(root: Path) -> list[str]:
    """The content security policy is strict: what is inline would not run. A mail carries its style with it."""
    return [
        f"{path.relative_to(root)} has {what}"
        for path in files(root, "*.html", ["templates"])
        for what, pattern in INLINE.items()
        if "emails" not in path.parts and pattern.search(path.read_text(encoding="utf-8"))
    ]


ATTRIBUTE = re.compile(r"""\s(?!aria-label=|alt=|title=)([a-z-]+)="((?:\{[{%].*?[}%]\}|[^"{]|\{(?![{%]))*)\"""")
NUMBER = re.compile(r"\{\{\s*((?:[\w.]+[._])?(?:pk|line|number|counter|count|total|done|minutes))\s*\}\}")


def numbers_for_people_in_attributes(root: Path) -> list[str]:
    """Numbers that people read are grouped ("1,000"); a browser reads them as they are, so an attribute says so."""
    return [
        f"{path.relative_to(root)} needs {number}|stringformat:'d' in {name}"
        for path in files(root, "*.html", ["templates"])
        for name, value in ATTRIBUTE.findall(path.read_text(encoding="utf-8"))
        for number in NUMBER.findall(value)
    ]


def components_without_a_comment(root: Path) -> list[str]:
    """The first line of a component says what it is and needs."""
    return [
        f"{path.relative_to(root)} does not begin with a comment"
        for path in files(root, "*.html", ["templates/components"])
        if not path.read_text(encoding="utf-8").startswith("{#")
    ]


# --- Documents ------------------------------------------------------------------------------------------------------
def settings_read(root: Path) -> set[str]:
    """Return the names of all settings that the environment decides."""
    names = set()
    for path in files(root, "*.py", ["config/settings"]):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and re.fullmatch(r"env\.\w+", ast.unparse(node.func)) and node.args:
                names.add(ast.literal_eval(node.args[0]))
    return names


def settings_undocumented(root: Path) -> list[str]:
    """docs/operations/settings.md has one row per setting, and no other."""
    text = (root / "docs/operations/settings.md").read_text(encoding="utf-8")
    return _differences("setting", settings_read(root), set(re.findall(r"^\| `([A-Z_]+)` \|", text, re.MULTILINE)))


def commands_undocumented(root: Path) -> list[str]:
    """docs/operations/commands.md has one heading per command, and no other."""
    text = (root / "docs/operations/commands.md").read_text(encoding="utf-8")
    exist = {path.stem for path in files(root, "management/commands/*.py", APPS) if path.stem != "__init__"}
    return _differences("command", exist, set(re.findall(r"^### `(\w+)", text, re.MULTILINE)))


def _differences(what: str, exist: set[str], documented: set[str]) -> list[str]:
    missing = [f"the {what} {name} is not documented" for name in sorted(exist - documented)]
    return missing + [f"the documented {what} {name} does not exist" for name in sorted(documented - exist)]


def environment_read_elsewhere(root: Path) -> list[str]:
    """The environment is read in config/settings only; everything else asks the settings."""
    return [
        f"{name} reads the environment"
        for name, tree in code(root)
        if not name.startswith("config/")
        and any(
            ast.unparse(node) in {"os.environ", "os.getenv"} for node in ast.walk(tree) if isinstance(node, ast.expr)
        )
    ]


# --- The repository -------------------------------------------------------------------------------------------------
# Written with a gap, so that this file does not find itself.
NAMES_OF_PLACES = re.compile(
    "|".join(
        pattern.replace(" ", "")
        for pattern in (
            r"(?<![\w.])/wo rk/",
            r"\.\./sha red",
            r"py pi\.org",
            r"python hosted\.org",
            r"npm js\.(org|com)",
            r"registry\.y arnpkg",
        )
    )
)


def texts(root: Path) -> Iterator[tuple[str, str]]:
    """Yield (name, text) of the files under version control, or of all files where there is none."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=False)
    tracked = [name for name in listing.stdout.split("\0") if name] if (root / ".git").exists() else []
    for name in tracked or [path.relative_to(root).as_posix() for path in files(root, "*")]:
        path = root / name
        if path.is_file():
            try:
                yield name, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


def names_of_places(root: Path) -> list[str]:
    """A clone works anywhere: no file names a folder of somebody's machine or the host of a registry."""
    return [f"{name} names {found[0]}" for name, text in texts(root) if (found := NAMES_OF_PLACES.search(text))]


def requirements_without_hashes(root: Path) -> list[str]:
    """What is installed is exactly what was looked at, whatever index it comes from."""
    complaints = []
    for path in files(root, "*.txt", ["requirements"]):
        text = path.read_text(encoding="utf-8").replace("\\\n", " ")
        for line in text.splitlines():
            if "://" in line or line.startswith(("-i", "-f", "--index", "--extra", "--find", "--trusted")):
                complaints.append(f"{path.name} names a place: {line.split()[0]}")
            elif line and not line.startswith("#") and "--hash=sha256:" not in line:
                complaints.append(f"{path.name} has no hash for {line.split()[0]}")
    return complaints


def styles_not_joined(root: Path) -> list[str]:
    """The committed style sheets are what their parts say, and each part is in one of them."""
    folder = root / "static" / "css"
    sheets = parts_of_sheets(folder)
    named = [name for parts in sheets.values() for name in parts]
    found = {path.relative_to(folder).as_posix() for path in files(folder, "*.css")} - set(sheets)
    complaints = [f"{name} is not in order.txt" for name in sorted(found - set(named))]
    complaints += [f"{name} is in order.txt twice" for name in sorted(found) if named.count(name) > 1]
    for name, parts in sheets.items():
        sheet = folder / name
        if not sheet.exists() or sheet.read_text(encoding="utf-8") != joined(folder, parts):
            complaints.append(f"{name} is not current: run `manage.py build_css`")
    return complaints
