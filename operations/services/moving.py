"""An office grows: everything that one database holds is written into another, and both are held against each other.

Rows go as a fixture is loaded, by what Django keeps to itself for that.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

import environ
from django.apps import apps
from django.core.management.color import no_style
from django.db import Error, connections, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from core.errors import DomainError
from operations.rows import Summed, prepared

SOURCE, TARGET = "moved_from", "moved_to"
ROWS_AT_ONCE = 500
# What is made anew from the rest, by whichever database it is in: `update_index`.
MADE_ANEW = {"wagtailsearch"}
Model = type[models.Model]


class MovingError(DomainError):
    """A database cannot be moved there, or what arrived is not what left."""


@dataclass(frozen=True)
class Moved:
    """A table, how many rows it has, and whether both databases say the same."""

    table: str
    rows: int
    alike: bool


def move_database(*, source: str, target: str, told: Callable[[str], None] = lambda _line: None) -> list[Moved]:
    """Write everything that the database at one address holds into the one at another, and compare both.

    All or nothing: the other one has just been migrated and is filled in one transaction. Nothing is
    written to the first, which nobody may use meanwhile. Returns the tables. Raises MovingError with a sentence.
    """
    if source == target:
        raise MovingError(_("Both addresses name the same database."))
    with database_at(SOURCE, source), database_at(TARGET, target):
        return copy_rows(source=SOURCE, target=TARGET, told=told)


def copy_rows(*, source: str, target: str, told: Callable[[str], None] = lambda _line: None) -> list[Moved]:
    """Write what one database holds into another, as `move_database` does; both are known by names.

    All that is read stood there at one moment, whatever others write into the first meanwhile.
    """
    _check(source, target)
    tables = _tables()
    try:
        with transaction.atomic(using=source), transaction.atomic(using=target):
            _stand_still(source)
            _empty(tables, target)
            _write(tables, source, target, told)
            _go_on_counting(tables, target)
            moved = _compared(sums(source), sums(target))
            if not all(each.alike for each in moved):
                names = ", ".join(each.table for each in moved if not each.alike)
                raise MovingError(_("Nothing was moved: these tables arrived otherwise than they left: %s.") % names)
    except Error as trouble:
        raise MovingError(_("Nothing was moved: %s") % trouble) from trouble
    return moved


def sums(alias: str) -> dict[str, Summed]:
    """Return what each table of a database says, as a count and a hash, but for those that are made anew."""
    return {model._meta.db_table: _summed(model, alias) for model in _tables()}


@contextmanager
def database_at(alias: str, address: str) -> Iterator[None]:
    """Know the database at an address by a name, for a while. Raises MovingError for what is no such address."""
    try:
        known = environ.Env.db_url_config(address)
    except (ValueError, environ.ImproperlyConfigured) as trouble:
        raise MovingError(_("%s is no address of a database.") % address) from trouble
    if known.get("ENGINE") not in {"django.db.backends.sqlite3", "django.db.backends.postgresql"}:
        raise MovingError(_("The Academy uses no database of this kind: %s") % address)
    ours = connections.databases["default"]
    same = {name: ours[name] for name in ("ATOMIC_REQUESTS", "AUTOCOMMIT", "TIME_ZONE", "TEST")}
    open_for_now = {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False, "OPTIONS": {}}
    nobody = dict.fromkeys(("HOST", "PORT", "USER", "PASSWORD"), "")
    connections.databases[alias] = {**same, **open_for_now, **nobody, **known}
    try:
        yield
    finally:
        connections[alias].close()
        del connections[alias]
        del connections.databases[alias]


def _check(source: str, target: str) -> None:
    try:
        # Never from here: migrations of others write to the database of the settings, whichever is migrated.
        waiting = _unapplied(source) or _unapplied(target)
    except Error as trouble:
        raise MovingError(_("A database does not answer: %s") % trouble) from trouble
    if waiting:
        raise MovingError(_("One of the databases is not migrated: run migrate there first."))
    account = apps.get_model("people.Account")
    if _all(account, target).exists():
        raise MovingError(_("There are people in the other database already. Move into an empty one."))


def _unapplied(alias: str) -> bool:
    executor = MigrationExecutor(connections[alias])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _tables() -> list[Model]:
    """Every table that Django knows, once, in the same order each time."""
    found = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.app_label not in MADE_ANEW
    ]
    return sorted(found, key=lambda model: model._meta.db_table)


def _stand_still(alias: str) -> None:
    """Read all tables as they are now. A transaction of SQLite does so by itself."""
    if connections[alias].vendor == "postgresql":
        with connections[alias].cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")


def _empty(tables: list[Model], alias: str) -> None:
    """Take away what migrations have written. References are checked at the end of the transaction."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        for statement in _without_checks(connection):
            cursor.execute(statement)
        for model in tables:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608 - quoted


def _without_checks(connection: Any) -> list[str]:
    if connection.vendor == "postgresql":
        return ["SET CONSTRAINTS ALL DEFERRED"]
    return ["PRAGMA defer_foreign_keys = ON"]


def _all(model: Model, alias: str) -> models.QuerySet[Any]:
    return model._base_manager.using(alias)  # noqa: SLF001


def _rows(model: Model, alias: str) -> Iterator[tuple[Any, ...]]:
    names = [field.attname for field in model._meta.local_concrete_fields]
    return _all(model, alias).order_by("pk").values_list(*names).iterator(chunk_size=ROWS_AT_ONCE)


def _write(tables: list[Model], source: str, target: str, told: Callable[[str], None]) -> None:
    for model in tables:
        fields = list(model._meta.local_concrete_fields)
        number = 0
        rows = _rows(model, source)
        while some := list(islice(rows, ROWS_AT_ONCE)):
            # As a fixture is loaded: no field puts the time of today into what happened before.
            made = [_made(model, fields, row) for row in some]
            _all(model, target)._insert(made, fields=fields, using=target, raw=True)  # type: ignore[attr-defined]  # noqa: SLF001
            number += len(some)
        told(f"{model._meta.db_table}: {number:,}")


def _made(model: Model, fields: list[Any], row: tuple[Any, ...]) -> models.Model:
    made = model.__new__(model)
    # Not by the constructor, which signals listen to.
    made._state = models.base.ModelState()  # noqa: SLF001
    made.__dict__.update({field.attname: value for field, value in zip(fields, row, strict=True)})
    return made


def _go_on_counting(tables: list[Model], alias: str) -> None:
    """Let new rows have keys after those that came."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), tables):
            cursor.execute(statement)


def _compared(before: Mapping[str, Summed], after: Mapping[str, Summed]) -> list[Moved]:
    return [
        Moved(table, found.count, (found.count, found.sha256) == (before[table].count, before[table].sha256))
        for table, found in after.items()
    ]


def _summed(model: Model, alias: str) -> Summed:
    summed, fields = Summed(), list(model._meta.local_concrete_fields)
    for row in _rows(model, alias):
        summed.add(prepared(fields, row))
    return summed
