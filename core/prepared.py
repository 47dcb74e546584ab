"""Queries that are translated into SQL once and afterwards only asked with other values.

Django puts a queryset together and translates it anew for each request. Where a page asks the same things of everybody
this costs several times as much as the answer. `Prepared` keeps the translation of a whole query, `Nested` that of a
subquery inside others. Both are translated anew each day and for each language, which querysets may read, a subquery
only if a day stands in it; moments must be given, and a query with one of its own is refused.
"""

import copy
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import chain
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import (
    BigAutoField,
    BigIntegerField,
    BooleanField,
    Expression,
    F,
    Field,
    Prefetch,
    QuerySet,
    prefetch_related_objects,
)
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesListIterable,
    get_related_populators,
)
from django.db.transaction import TransactionManagementError
from django.utils import timezone
from django.utils.translation import get_language

# Variants × languages × days of a process that lives long; then all are translated again.
MOST_KEPT = 256
# A moment as SQLite is told it.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")
# A day as SQLite is told it.
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# Of tables inside a subquery, so that nothing around it is called the same.
_PREFIX = "NESTED"

Params = Sequence[Any]
Row = TypeVar("Row")
Kept = TypeVar("Kept")


class FixedMomentError(ValueError):
    """A query that is kept compares with the moment at which it was translated."""


@dataclass(frozen=True)
class _Place:
    """Where a value that is given goes among the parameters of a query."""

    name: str
    field: Field[Any, Any]
    many: bool

    def taken(self, given: Any, connection: Any) -> list[Any]:
        """What goes there, as the database is told it: one value, or all of many; NULL is in no list."""
        values = ([*given] or [None]) if self.many else [given]
        return [_stored(self.field.get_db_prep_value(value, connection)) for value in values]

    def told(self, given: Any, connection: Any) -> Any:
        """The same as one value."""
        taken = self.taken(given, connection)
        return taken if self.many else taken[0]


def _stored(value: Any) -> Any:
    """The value, or NULL, which no row has either, for a number that is larger than any that a database stores."""
    return None if isinstance(value, int) and abs(value) > BigIntegerField.MAX_BIGINT else value


class Given(Expression):
    """A value that is known when the query is asked, by its name: a number of a row, or what a field like `field`
    stores; `many` of them after `__in` of a filter (not of `exclude`)."""

    def __init__(self, name: str, field: Field[Any, Any] | None = None, *, many: bool = False) -> None:
        kind = field or BigAutoField()
        super().__init__(output_field=kind)
        self.place = _Place(name, kind, many)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """One parameter, which stands for the value."""
        return "%s", [self.place]


class Prepared(Generic[Row]):
    """The query that `build` returns, whatever `variant` says it is about. `Given` in it are asked for by name.

    Rows are those of the queryset, prefetches included. Locks are as good as they are in a queryset.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        self._build = build
        self._kept: dict[Any, _Translation] = {}

    def rows(self, *variant: Any, **given: Any) -> list[Row]:
        """Ask it, and return all rows."""
        about = (connections[DEFAULT_DB_ALIAS].vendor, *variant)
        return _kept(self._kept, about, partial(_translation, self._build, variant)).rows(given)

    def first(self, *variant: Any, **given: Any) -> Row | None:
        """Ask it, and return the first row, or None."""
        return next(iter(self.rows(*variant, **given)), None)

    def put(self, name: str, by: str, owners: Sequence[Any], *variant: Any, **given: Any) -> None:
        """Ask it about rows that it points to, its `Given("owners", many=True)`, and prefetch them so as their `name`.

        `by` is what holds the number of its owner. As Django would, for a third of the price.
        """
        found: dict[int, list[Any]] = {each.pk: [] for each in owners}
        rows = self.rows(*variant, owners=[*found], **given) if found else []
        for row in rows:
            found[getattr(row, by)].append(row)
        for owner in owners:
            related = getattr(owner, name).all()
            related._result_cache = found[owner.pk]  # noqa: SLF001
            vars(owner).setdefault("_prefetched_objects_cache", {})[name] = related


class Nested(Expression):
    """A subquery of one value whose `Given` are expressions of the query around it, by name."""

    template = "(%s)"
    is_asked_whether = False

    def __init__(
        self,
        build: Callable[..., QuerySet[Any, Any]],
        *variant: Any,
        output_field: Field[Any, Any],
        **around: Expression | F,
    ) -> None:
        super().__init__(output_field=output_field)
        self.build, self.variant = build, variant
        self.names = tuple(around)
        self.around: list[Any] = [*around.values()]

    def get_source_expressions(self) -> list[Any]:
        """What it takes from the query around it."""
        return self.around

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        """Take the same from a query that has been put together."""
        self.around = [*exprs]

    def get_group_by_cols(self) -> list[Any]:
        """Rows that agree in what it takes have the same value."""
        return [column for each in self.around for column in each.get_group_by_cols()]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """The kept translation, with what it takes from around put in."""
        about = (connection.vendor, self.is_asked_whether, self.build, *self.variant)
        sql, params = _kept_inside(about, partial(self._translated, connection.alias))
        around = dict(zip(self.names, map(compiler.compile, self.around), strict=True))
        taken: list[Any] = []
        pieces = sql.split("%s")
        for number, param in enumerate(params):
            said, values = around[param.name] if isinstance(param, _Place) else ("%s", [param])
            pieces[number] += said
            taken += values
        return self.template % "".join(pieces), taken

    def _translated(self, alias: str) -> tuple[str, Params]:
        query = self.build(*self.variant).query
        query = query.exists() if self.is_asked_whether else query.clone()
        # Some tables come only while it is translated, so that it is done once to know them all.
        query.get_compiler(alias).as_sql()
        query.change_aliases({name: f"{_PREFIX}{number}" for number, name in enumerate(query.alias_map)})
        sql, params = query.clone().get_compiler(alias).as_sql()
        return sql, _without_moments(params)


class NestedExists(Nested):
    """Whether such a subquery finds anything."""

    template = "EXISTS(%s)"
    is_asked_whether = True

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], *variant: Any, **around: Expression | F) -> None:
        super().__init__(build, *variant, output_field=BooleanField(), **around)


_NESTED: dict[Any, tuple[str, Params]] = {}
# Those in which no day stands.
_OF_ANY_DAY: dict[Any, tuple[str, Params]] = {}


def _kept(kept: dict[Any, Kept], about: tuple[Any, ...], make: Callable[[], Kept]) -> Kept:
    """What is kept about something today and in this language, else made now."""
    key = (timezone.localdate(), get_language(), *about)
    found = kept.get(key)
    if found is None:
        found = make()
        if len(kept) >= MOST_KEPT:
            kept.clear()
        kept[key] = found
    return found


def _kept_inside(about: tuple[Any, ...], make: Callable[[], tuple[str, Params]]) -> tuple[str, Params]:
    """What is kept about a subquery: until midnight if it names a day, else for good."""
    key = (get_language(), *about)
    found = _OF_ANY_DAY.get(key)
    if found is None:
        found = _kept(_NESTED, about, make)
        if not any(isinstance(each, date) or (isinstance(each, str) and _DAY.match(each)) for each in found[1]):
            _OF_ANY_DAY[key] = found
    return found


@dataclass(frozen=True)
class _Translation:
    """What came of translating a queryset: its words, the values in them, and what makes rows of what is found."""

    sql: str
    params: Params
    made: Callable[[list[Any], Any], list[Any]]
    lookups: tuple[Any, ...]
    locks: bool
    # Asks a connection; by a plan that is kept, where each place is one value.
    found: Callable[[Any, str, Params], list[Any]]
    keeps_plan: bool

    def rows(self, given: dict[str, Any]) -> list[Any]:
        """The rows of the queryset with these values; connections belong to threads."""
        connection = connections[DEFAULT_DB_ALIAS]
        if self.locks and connection.get_autocommit():
            raise TransactionManagementError("Rows can be locked in a transaction only.")
        rows = self.made(self.found(connection, *self.filled(given, connection)), connection)
        if rows and self.lookups:
            prefetch_related_objects(rows, *map(_fresh, self.lookups))
        return rows

    def filled(self, given: dict[str, Any], connection: Any) -> tuple[str, Params]:
        """Its words and the values in them; a list has as many places as it has members, unless a plan is kept."""
        if self.keeps_plan:
            return self.sql, [each.told(given[each.name], connection) for each in self.params]
        values: list[Any] = []
        sizes = []
        for each in self.params:
            taken = each.taken(given[each.name], connection) if isinstance(each, _Place) else [each]
            sizes.append(len(taken))
            values += taken
        if len(values) == len(sizes):
            return self.sql, values
        between = self.sql.split("%s")
        places = (", ".join(["%s"] * size) for size in sizes)
        return "".join(chain(*zip(between, places, strict=False), between[-1:])), values


def _found(connection: Any, sql: str, values: Params) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[Any] = cursor.fetchall()
        return rows


def _made(queryset: QuerySet[Any, Any], compiler: Any) -> Callable[[list[Any], Any], list[Any]]:
    """What makes rows of the queryset of rows as they are stored."""
    columns = [column for column, *_ in compiler.select[: compiler.col_count]]
    converters = compiler.get_converters(columns)
    kind = queryset._iterable_class  # noqa: SLF001
    if kind not in _KINDS:
        raise TypeError(f"A query that is kept returns objects or a list of values, not {kind.__name__}.")
    made = _KINDS[kind](compiler)
    return lambda rows, connection: made(_converted(rows, converters, connection) if converters else rows)


def _values(compiler: Any) -> Callable[[Iterable[Any]], list[Any]]:
    size = compiler.col_count
    return lambda rows: [tuple(row[:size]) for row in rows]


def _one_value(_compiler: Any) -> Callable[[Iterable[Any]], list[Any]]:
    return lambda rows: [row[0] for row in rows]


def _objects(compiler: Any) -> Callable[[Iterable[Any]], list[Any]]:
    """What makes objects of rows, with those that were joined to them and with annotations."""
    info, select, annotations = compiler.klass_info, compiler.select, compiler.annotation_col_map or {}
    first, last = info["select_fields"][0], info["select_fields"][-1] + 1
    names = [column.target.attname for column, *_ in select[first:last]]
    joined = get_related_populators(info, select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]  # types of Django 6

    def made(row: Sequence[Any]) -> Any:
        found = info["model"].from_db(DEFAULT_DB_ALIAS, names, row[first:last])
        for each in joined:
            each.populate(row, found)
        for name, position in annotations.items():
            setattr(found, name, row[position])
        return found

    return lambda rows: [made(row) for row in rows]


_KINDS: dict[Any, Callable[[Any], Callable[[Iterable[Any]], list[Any]]]] = {
    ModelIterable: _objects,
    ValuesListIterable: _values,
    FlatValuesListIterable: _one_value,
}


def _converted(rows: list[Any], converters: dict[int, Any], connection: Any) -> Iterable[list[Any]]:
    """Rows with what the fields hold in place of what the columns do."""
    for row in map(list, rows):
        for position, (steps, column) in converters.items():
            for step in steps:
                row[position] = step(row[position], column, connection)
        yield row


def _lookups(queryset: QuerySet[Any, Any]) -> tuple[Any, ...]:
    lookups: tuple[Any, ...] = queryset._prefetch_related_lookups  # type: ignore[attr-defined]  # noqa: SLF001
    return lookups


def _fresh(lookup: Any) -> Any:
    """What is prefetched, by a queryset of its own: Django notes in it for which rows it was used."""
    if not isinstance(lookup, Prefetch) or lookup.queryset is None:
        return lookup
    fresh = copy.copy(lookup)
    fresh.queryset = lookup.queryset.all()
    return fresh


def _translation(build: Callable[..., QuerySet[Any, Any]], variant: tuple[Any, ...]) -> _Translation:
    queryset = build(*variant)
    compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
    sql, params = compiler.as_sql()
    _refuse_moments_to_prefetch(queryset)
    fixed, connection = _without_moments(params), connections[DEFAULT_DB_ALIAS]
    keep = partial(
        _Translation,
        made=_made(queryset, compiler),
        lookups=_lookups(queryset),
        locks=queryset.query.select_for_update,
    )
    if connection.vendor == "postgresql":
        # With its driver, which is loaded only where PostgreSQL is.
        from core.plans import found_by_plan, keeps_plans, written_out

        if keeps_plans(connection):
            places = [each for each in fixed if isinstance(each, _Place)]
            return keep(written_out(sql, fixed, places, connection), places, found=found_by_plan, keeps_plan=True)
    return keep(sql, fixed, found=_found, keeps_plan=False)


def _refuse_moments_to_prefetch(queryset: QuerySet[Any, Any]) -> None:
    for lookup in _lookups(queryset):
        if isinstance(lookup, Prefetch) and lookup.queryset is not None:
            _without_moments(lookup.queryset.query.get_compiler(DEFAULT_DB_ALIAS).as_sql()[1])
            _refuse_moments_to_prefetch(lookup.queryset)


def _without_moments(params: Iterable[Any]) -> Params:
    params = tuple(params)
    for each in params:
        if isinstance(each, datetime) or (isinstance(each, str) and _MOMENT.match(each)):
            raise FixedMomentError(f"A query that is kept compares with {each}: give it as `Given`.")
    return params
