"""Rows and the different people that they are about, counted together by the database."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, Q, QuerySet


class Counted(NamedTuple):
    """How many rows of a group meet each condition, and of how many different people they are."""

    rows: tuple[int, ...]
    people: tuple[int, ...]


def rows_and_people(found: QuerySet[Any], conditions: Mapping[str, Q], *by: str) -> dict[tuple[Any, ...], Counted]:
    """Return the counts of each group of rows that have a `person_id`; `by` are fields or annotations. One query.

    It is made of two steps, first by person: databases sort all rows anew for each COUNT(DISTINCT …), which takes twice
    as long. Django cannot group what is grouped, so that the second step is written out here.
    """
    of_people = (
        found.order_by()
        .values(*by, "person_id")
        .annotate(**{name: Count("pk", filter=condition or None) for name, condition in conditions.items()})
    )
    inner, values = of_people.query.sql_with_params()
    quote = connection.ops.quote_name
    groups, names = [quote(name) for name in by], [quote(name) for name in conditions]
    counts = [f"SUM({name})" for name in names] + [f"COUNT(NULLIF({name}, 0))" for name in names]
    # Put together of quoted names and of what Django made.
    outer = f"SELECT {', '.join(groups + counts)} FROM ({inner}) AS of_people GROUP BY {', '.join(groups)}"  # noqa: S608
    rows = _rows(outer, values)
    start, end = len(by), len(by) + len(names)
    return {row[:start]: Counted(tuple(map(int, row[start:end])), row[end:]) for row in rows}


def plain_rows(found: QuerySet[Any]) -> list[tuple[Any, ...]]:
    """Return rows of numbers, words and truths as the database has them, which spares Django a look at each of them."""
    return _rows(*found.query.sql_with_params())


def _rows(statement: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
