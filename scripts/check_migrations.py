"""Every migration after the first keeps old code running: expand, backfill, contract (docs/operations/upgrading.md).

    .venv/bin/python scripts/check_migrations.py

While a release goes out, the one before it runs on the same database, and whoever goes back runs it again. So a
migration adds what old code does not see (expand) or fills it (backfill). What old code needs is taken away only by a
migration that says which release needs it no longer: `contracts = "1.4.0"`, in a later release than that.
"""

import ast
import inspect
import os
import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FIRST = "0001_initial"
# What may be imported from where it sends, issues or dates; a migration does none of it.
ACTING = re.compile(
    r"(^|\.)(services|emails|tasks|receivers|signals|jobs)($|\.)|^mail\b|^django\.core\.mail|^datetime$|^time$"
)
CLOCKS = {"now", "Now", "localtime", "localdate", "today", "utcnow"}
RELEASE = re.compile(r"^## (\d+\.\d+\.\d+)\b", re.MULTILINE)


def number(release: str) -> tuple[int, ...]:
    """Return a release as something that can be compared: (1, 4, 0)."""
    return tuple(map(int, release.split(".")))


# --- One migration ----------------------------------------------------------------------------------------------------
def complaints(migration: Any, state: Any, *, source: str, current: str, released: Sequence[str]) -> list[str]:
    """Return what is wrong with a migration, in sentences.

    `state` is what all models were before it, `source` its text, `current` the release that is being made, `released`
    those before it.
    """
    if migration.name == FIRST:
        return []
    found = list(_of_source(source)) if _has_code(migration) else []
    contracts = getattr(migration, "contracts", None)
    if contracts is not None:
        return found + list(_of_contract(contracts, current, released))
    operations = list(_to_the_database(migration.operations))
    if _has_code(migration) and not all(_is(each, "RunPython") for each in operations):
        found.append("changes tables and fills them in one: let a migration of its own do the filling")
    state = state.clone()
    made: set[str] = set()
    for operation in operations:
        if _is(operation, "CreateModel"):
            made.add(operation.name_lower)
        elif getattr(operation, "model_name_lower", "") not in made:
            found += _of_operation(operation, state, migration.app_label)
        operation.state_forwards(migration.app_label, state)
    return found


def _to_the_database(operations: Sequence[Any]) -> Iterator[Any]:
    """What is done to tables: of an operation that keeps tables and models apart, what it does to the tables."""
    for each in operations:
        if _is(each, "SeparateDatabaseAndState"):
            yield from _to_the_database(each.database_operations)
        else:
            yield each


def _is(operation: Any, *names: str) -> bool:
    return any(kind.__name__ in names for kind in type(operation).__mro__)


def _has_code(migration: Any) -> bool:
    return any(_is(each, "RunPython") for each in _to_the_database(migration.operations))


def _of_contract(contracts: str, current: str, released: Sequence[str]) -> Iterator[str]:
    if contracts not in released:
        yield f"contracts what release {contracts} needs no longer, and there is no such release in CHANGELOG.md"
    elif number(contracts) >= number(current):
        yield f"contracts in the release that expanded, {contracts}: old code still runs beside it"


def _of_source(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        acting = next((name for name in _imported(node) if ACTING.search(name)), None)
        if acting:
            yield f"imports {acting}: a migration sends, issues and dates nothing"
        for name in _asked(node):
            yield f"asks the clock ({name}): what happened keeps its moment"


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [each.name for each in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or "", *(f"{node.module}.{each.name}" for each in node.names)]
    return []


def _asked(node: ast.AST) -> list[str]:
    """Clocks that are named, by themselves or as part of something."""
    if isinstance(node, ast.ImportFrom):
        return [each.name for each in node.names if each.name in CLOCKS]
    return [node.attr] if isinstance(node, ast.Attribute) and node.attr in CLOCKS else []


# --- One operation ----------------------------------------------------------------------------------------------------
TAKES_AWAY = {
    "RemoveField": "takes away {0.model_name}.{0.name}",
    "RenameField": "renames {0.model_name}.{0.old_name}",
    "DeleteModel": "takes away {0.name}",
    "RenameModel": "renames {0.old_name}",
    "AlterModelTable": "renames the table of {0.name}",
    "AlterOrderWithRespectTo": "adds an order to {0.name} that old code does not keep",
    "AddConstraint": "forbids by {0.constraint.name} what old code may still write",
    "AlterUniqueTogether": "forbids in {0.name} what old code may still write",
    "RunSQL": "runs SQL, which nobody can judge here",
}


def _of_operation(operation: Any, state: Any, app: str) -> Iterator[str]:
    """What old code would trip over. What becomes of tables that the same migration makes is nobody else's."""
    for name, words in TAKES_AWAY.items():
        if _is(operation, name):
            yield f"{words.format(operation)}: old code needs it; later, with `contracts`"
    if _is(operation, "AddField") and _is_required(operation.field):
        yield (
            f"adds {operation.model_name}.{operation.name}, which old code does not fill: give it a db_default, or let "
            "it be null"
        )
    if _is(operation, "AlterField"):
        before = state.models[app, operation.model_name_lower].fields[operation.name]
        for change in _changes(before, operation.field):
            yield f"makes {operation.model_name}.{operation.name} {change}: old code needs it; later, with `contracts`"
    if _is(operation, "RunPython") and not operation.reversible:
        yield "cannot be gone back from: give RunPython a reverse_code (migrations.RunPython.noop will mostly do)"


def _is_required(field: Any) -> bool:
    return not (field.null or field.many_to_many or _has_default(field))


def _has_default(field: Any) -> bool:
    from django.db.models import NOT_PROVIDED

    return getattr(field, "db_default", NOT_PROVIDED) is not NOT_PROVIDED


def _named(field: Any) -> str:
    """The model that a key names, in small letters; nothing for what is no key."""
    return str(getattr(field.remote_field, "model", "")).lower()


def _digits(field: Any) -> tuple[int, int]:
    """How many digits a decimal takes before and after its point."""
    places = getattr(field, "decimal_places", None) or 0
    return (getattr(field, "max_digits", None) or 0) - places, places


def _changes(before: Any, after: Any) -> list[str]:
    """What a changed column refuses that it took before."""
    kinds = before.get_internal_type(), after.get_internal_type()
    lengths = before.max_length or 0, after.max_length or 0
    found = {
        f"{kinds[1]} instead of {kinds[0]}": kinds[0] != kinds[1],
        "NOT NULL": before.null and not after.null,
        "one without a default of the database": _has_default(before) and _is_required(after),
        "unique": after.unique and not before.unique,
        f"a key of {_named(after)}": _named(before) != _named(after),
        f"shorter ({lengths[1]} instead of {lengths[0]})": 0 < lengths[1] < lengths[0],
        "a number of fewer digits": any(now < then for then, now in zip(_digits(before), _digits(after), strict=True)),
        "another column": (before.db_column or before.name) != (after.db_column or after.name),
    }
    return [words for words, is_so in found.items() if is_so]


# --- All of them ------------------------------------------------------------------------------------------------------
def all_complaints() -> list[str]:
    """Look at every migration of our apps that is not an app's first."""
    from django.apps import apps
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(None)
    ours = {config.label for config in apps.get_app_configs() if Path(config.path).parent == ROOT}
    current = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    released = RELEASE.findall((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    found = []
    for (app, name), migration in sorted(loader.disk_migrations.items()):
        if app not in ours or name == FIRST:
            continue
        source = inspect.getsource(sys.modules[type(migration).__module__])
        state = loader.project_state((app, name), at_end=False)
        said = complaints(migration, state, source=source, current=current, released=released)
        found += [f"{app}.{name} {words}" for words in said]
    return found


def main() -> int:
    """Print what is wrong; the exit code says whether anything was."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    import django

    django.setup()
    found = all_complaints()
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
