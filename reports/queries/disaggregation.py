"""R5: who took part, by sex, kind of agency and region, as three two-way tables."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property, reduce
from operator import or_

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from people.models import Agency, Person
from people.regions import REGIONS
from reports.columns import Column, Report, Row, Table
from reports.queries import facts
from reports.queries.facts import Minutes
from reports.queries.participation import provisional_definition, unsigned
from reports.queries.scope import Question
from reports.suppression import Protected, protect_linked
from reports.suppression import Table as Counts

# What the tables are made of: name in addresses and files, field of a registration.
_FIELDS = {"sex": "person__sex", "kind": "agency__kind", "region": "agency__region"}
# The tables: key, rows, columns.
TABLES = (("sex_by_kind", "sex", "kind"), ("sex_by_region", "sex", "region"), ("kind_by_region", "kind", "region"))
TOTAL = "total"

_Sums = Mapping[tuple[str, ...], int]


def disaggregation(question: Question) -> Report:
    """Participations of people who took part, by sex, kind and region of the agency, as three two-way tables."""
    facts_by = _Facts(question)
    tables = [facts_by.table(first, second) for _key, first, second in TABLES]
    k = question.audience.smallest
    shown = protect_linked((tables[0], tables[1], tables[2]), k) if k and facts_by.total else [*map(_as_it_is, tables)]
    every = [row for (key, _first, _second), table in zip(TABLES, shown, strict=True) for row in _rows(key, table)]
    rows = [row for row in every if TOTAL not in (row["row"], row["column"])] if facts_by.total else []
    totals = [row for row in every if TOTAL in (row["row"], row["column"])]
    columns = [
        Column("table", _("Table"), "code"),
        Column("row", _("Row"), "code"),
        Column("column", _("Column"), "code"),
        Column("value", _("Participations"), "integer"),
    ]
    minutes = sum(facts.minutes(question, "workshop").values(), Minutes())
    return Report(
        name="disaggregation",
        title=_("Participants by sex, kind of agency and region"),
        columns=columns,
        rows=rows,
        totals={"value": shown[0].total},
        definitions=_definitions(),
        filters=question.filters,
        period=(question.first_day, question.last_day),
        provisional=minutes.provisional,
        audience=question.audience,
        hidden=[(place, "value") for place, row in enumerate(rows) if row["value"] is None],
        codes=_codes(),
        tables=[Table("totals", _("Totals"), columns, totals)],
        unsigned=unsigned(question, minutes),
    )


class _Facts:
    """Participations by the three characteristics, and how many people they are of; three queries at most.

    They are counted by agency, which databases sort faster than words. A group has at least as many people as the
    largest of its parts. Only where that leaves it open whether there are k, people are read one by one.
    """

    def __init__(self, question: Question) -> None:
        self._counted = facts.reached(facts.participations(question), "started").order_by()
        self._k = question.audience.smallest
        self._cells: dict[tuple[str, ...], int] = defaultdict(int)
        self._people: dict[tuple[str, ...], int] = defaultdict(int)
        number, people = Count("pk"), Count("person_id", distinct=True)
        agencies = {pk: (kind, region) for pk, kind, region in Agency.objects.values_list("pk", "kind", "region")}
        parts = self._counted.values_list("agency_id", "person__sex").annotate(number=number, people=people)
        for agency, sex, cell, heads in parts:
            key = (sex, *agencies[agency])
            self._cells[key] += cell
            self._people[key] = max(heads, self._people[key])
        self._places = {name: sorted({key[place] for key in self._cells}) for place, name in enumerate(_FIELDS)}
        self.total = sum(self._cells.values())

    def table(self, first: str, second: str) -> Counts:
        """Return the table of two characteristics, with what counts fewer than k people marked."""
        rows, columns = self._places[first], self._places[second]
        cells = self._sums(first, second)
        return Counts(
            rows=tuple(rows),
            columns=tuple(columns),
            cells=tuple(tuple(cells.get((row, column), 0) for column in columns) for row in rows),
            few=frozenset(self._few(first, second)) if self._k else frozenset(),
        )

    def _sums(self, *names: str) -> _Sums:
        sums: dict[tuple[str, ...], int] = defaultdict(int)
        for key, number in self._cells.items():
            sums[_narrowed(key, names)] += number
        return sums

    def _few(self, first: str, second: str) -> Sequence[tuple[int | None, int | None]]:
        rows, columns = self._places[first], self._places[second]
        found: list[tuple[int | None, int | None]] = []
        found += [(rows.index(row), columns.index(column)) for row, column in self._of_few(first, second)]
        found += [(rows.index(row), None) for (row,) in self._of_few(first)]
        found += [(None, columns.index(column)) for (column,) in self._of_few(second)]
        return found

    def _of_few(self, *names: str) -> list[tuple[str, ...]]:
        enough = {_narrowed(key, names) for key, people in self._people.items() if people >= self._k}
        people: dict[tuple[str, ...], set[int]] = defaultdict(set)
        for key, heads in self._small.items():
            people[_narrowed(key, names)] |= heads
        return [group for group, heads in people.items() if group not in enough and len(heads) < self._k]

    @cached_property
    def _small(self) -> Mapping[tuple[str, ...], set[int]]:
        """The people of cells of which it is not known that they are k or more."""
        small = {key for key, people in self._people.items() if people < self._k}
        found: dict[tuple[str, ...], set[int]] = defaultdict(set)
        if small:
            fields = _FIELDS.values()
            cells = reduce(or_, (Q(**dict(zip(fields, key, strict=True))) for key in small))
            for *key, person in self._counted.filter(cells).values_list(*fields, "person_id"):
                found[tuple(key)].add(person)
        return found


def _narrowed(key: tuple[str, ...], names: Sequence[str]) -> tuple[str, ...]:
    """Of the three characteristics of a cell those that are named."""
    order = list(_FIELDS)
    return tuple(key[order.index(name)] for name in names)


def _as_it_is(table: Counts) -> Protected:
    rows, columns = range(len(table.rows)), range(len(table.columns))
    return Protected(
        rows=table.rows,
        columns=table.columns,
        cells=table.cells,
        row_totals=tuple(table.value((row, None)) for row in rows),
        column_totals=tuple(table.value((None, column)) for column in columns),
        total=table.value((None, None)),
        hidden=frozenset(),
    )


def _rows(key: str, table: Protected) -> list[Row]:
    """The cells of a table, row by row, each row with its total, then the totals of the columns."""
    found: list[Row] = []
    lines = [*zip(table.rows, table.cells, table.row_totals, strict=True)]
    for row, cells, total in [*lines, (TOTAL, table.column_totals, table.total)]:
        for column, value in zip((*table.columns, TOTAL), (*cells, total), strict=True):
            found.append({"table": key, "row": row, "column": column, "value": value})
    return found


def _definitions() -> dict[str, str]:
    return {
        "rows": _("A row per cell of each table, zeros included; the totals are a table of their own."),
        "table": _("Sex by kind of agency, sex by region, kind of agency by region."),
        "value": _(
            "Participations of people who were present, late or left early in at least one session, by the agency of "
            "the registration."
        ),
        "sex": _("As people gave it themselves; it is voluntary, so that many are undisclosed."),
        "hidden": _(
            "Cells of few people are empty, and as many others as it takes so that they cannot be worked out from the "
            "totals."
        ),
        "provisional": provisional_definition(),
        "period": _("Workshops whose first day lies in the period, both ends included."),
    }


def _codes() -> dict[str, dict[str, str]]:
    choices = [*Person.Sex.choices, *Agency.Kind.choices]
    words = {code: str(label) for code, label in [*choices, *REGIONS.items()]} | {TOTAL: _("All")}
    return {
        "table": {
            "sex_by_kind": _("Sex by kind of agency"),
            "sex_by_region": _("Sex by region"),
            "kind_by_region": _("Kind of agency by region"),
        },
        "row": words,
        "column": words,
    }
