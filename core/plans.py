"""Queries whose plans PostgreSQL keeps with a connection, so that it does not read and plan their words each time.

Django writes values into the words of a query, so that PostgreSQL meets another query each time; planning the joins
of a page takes longer than asking them. Here values that differ travel beside the words. Imported where PostgreSQL is
used, as its driver is.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from psycopg import Cursor, sql
from psycopg.errors import FeatureNotSupported

# A plan takes some 50 kB of the process behind a connection; each language has plans of its own.
MOST_PLANS = 300


class PlanCursor(Cursor[Any]):
    """A cursor that keeps the plan of what it asks."""

    def execute(self, query: Any, params: Any = None, **_: Any) -> Any:
        """Ask by the plan that is kept, or make one; anew where a column has changed its type since."""
        self.connection.prepared_max = MOST_PLANS
        try:
            return super().execute(query, params, prepare=True)
        except FeatureNotSupported:
            if not self.connection.autocommit or self.connection.info.transaction_status:
                raise
            return super().execute(query, params, prepare=False)


def found_by_plan(connection: Any, words: str, values: Sequence[Any]) -> list[Any]:
    """The rows that a query finds, as they are stored.

    Past Django's cursors, which cost as much as asking does, unless somebody counts or notes what is asked.
    """
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    if connection.queries_logged:
        cursor = connection.cursor()
    elif connection.execute_wrappers:
        cursor = connection._prepare_cursor(PlanCursor(connection.connection))  # noqa: SLF001
    else:
        connection.validate_thread_sharing()
        connection.validate_no_broken_transaction()
        cursor = PlanCursor(connection.connection)
    with connection.wrap_database_errors, cursor:
        cursor.execute(words, values)
        rows: list[Any] = cursor.fetchall()
        return rows


def keeps_plans(connection: Any) -> bool:
    """Whether the settings say so: they do where connections last, because making a plan costs more than asking once,
    and because what stands between us and the database may give each transaction another connection."""
    return connection.settings_dict["OPTIONS"].get("prepare_threshold") is not None


def written_out(words: str, params: Iterable[Any], places: Sequence[Any], connection: Any) -> str:
    """The words of a query with every parameter written into them that is not one of `places`.

    A list (`many`) is one value: PostgreSQL meets the same words however long it is.
    """
    connection.ensure_connection()
    begin, *rest = words.split("%s")
    written = begin
    for param, piece in zip(params, rest, strict=True):
        if not any(param is place for place in places):
            written += sql.Literal(param).as_string(connection.connection).replace("%", "%%") + piece
        elif param.many:
            written = f"{written.removesuffix('IN (')}= ANY(%s{piece}"
        else:
            written += f"%s{piece}"
    return written
