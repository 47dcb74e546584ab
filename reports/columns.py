"""A report as a value: what screen, spreadsheet, CSV and JSON are all made from, so that they cannot differ.

Types of columns: text, code (a word of a code list), integer, number, share (0…1), boolean, date, and sessions: a
mapping of session numbers to {"status", "minutes", "planned"}, which files spread over three columns per session.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Row = dict[str, Any]

# What a session holds, in the order in which files show it.
SESSION_PARTS = ("status", "minutes", "planned")


@dataclass(frozen=True)
class Column:
    """A column: `key` is stable and for machines, `label` translated and for people.

    counts: the name of the figure when its cells count participations that can be listed. unit: the key of the column
    that says in which unit the number of a row is, where each row has its own.
    """

    key: str
    label: str
    type: str
    counts: str = ""
    unit: str = ""

    def type_in(self, row: Row) -> str:
        """Return the type of the cell of a row: in its own unit a number may be a share, or a whole number.

        >>> actual = Column("actual", "Actual", "number", unit="unit")
        >>> [actual.type_in({"unit": unit, "actual": value}) for unit, value in (("share", 1.0), ("people", 7.0))]
        ['share', 'integer']
        """
        if not self.unit:
            return self.type
        if row.get(self.unit) == "share":
            return "share"
        value = row.get(self.key)
        return "integer" if value is not None and value == int(value) else self.type


@dataclass(frozen=True)
class Table:
    """Rows about something else than those of the report, for instance about each answer of each question."""

    key: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]


@dataclass(frozen=True)
class Report:
    """Rows with everything that is needed to read them rightly.

    definitions: {key: what the figure means}; filters: {name: code that was asked for}; period: first and last day or
    None; provisional: registers are incomplete; audience: who may read it; hidden: [(row number, key)] of cells that
    are empty to protect somebody; codes: {column key: {code: label}}; of_totals: columns of totals that no row has;
    tables: what a CSV file, which is one table, does not hold; unsigned: what is still open where a report is
    provisional, in words.
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    totals: Row
    definitions: Mapping[str, str]
    filters: Mapping[str, str] = field(default_factory=dict)
    period: tuple[date | None, date | None] = (None, None)
    provisional: bool = False
    audience: str = "agency"
    hidden: Sequence[tuple[int, str]] = ()
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    of_totals: Sequence[Column] = ()
    tables: Sequence[Table] = ()
    unsigned: Sequence[str] = ()

    def session_numbers(self) -> list[int]:
        """Return the numbers of all sessions that some row has."""
        sessions = (row.get("sessions", {}) for row in self.rows)
        return sorted({int(number) for cells in sessions for number in cells})


def flat_columns(report: Report, session_labels: Mapping[str, str]) -> list[Column]:
    """Return the columns of a file. `session_labels`: {part: label with a placeholder %(number)s}."""
    columns: list[Column] = []
    for column in report.columns:
        if column.type != "sessions":
            columns.append(column)
            continue
        for number in report.session_numbers():
            columns += [
                Column(_session_key(number, part), session_labels[part] % {"number": number}, _part_type(part))
                for part in SESSION_PARTS
            ]
    return columns


def flat_row(row: Row) -> Row:
    """Return the row with its sessions spread out.

    >>> flat_row({"name": "A", "sessions": {"2": {"status": "late", "minutes": 50, "planned": 60}}})
    {'name': 'A', 'session_2_status': 'late', 'session_2_minutes': 50, 'session_2_planned': 60}
    """
    flat = {key: value for key, value in row.items() if key != "sessions"}
    for number, cell in row.get("sessions", {}).items():
        flat |= {_session_key(number, part): cell[part] for part in SESSION_PARTS}
    return flat


def _session_key(number: int | str, part: str) -> str:
    return f"session_{number}_{part}"


def _part_type(part: str) -> str:
    return "code" if part == "status" else "integer"
