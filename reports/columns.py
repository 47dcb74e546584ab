"""A report as a value: what screen, spreadsheet, CSV and JSON are all made from, so that they cannot differ.

Types of columns: text, code (a word of a code list), integer, number, probability, share (0…1), points (a difference of
two shares), boolean, date, month (as "2026-03"), address (of a page here). Files spread over several columns: an
interval, which is a pair; reasons, a mapping of figures to codes; answers, a mapping of codes to numbers of people; and
sessions, a mapping of session numbers to {"status", "minutes", "planned"}.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, overload

Row = dict[str, Any]

# What a session holds, in the order in which files show it, and the ends of an interval.
SESSION_PARTS = ("status", "minutes", "planned")
ENDS = ("low", "high")


@dataclass(frozen=True)
class Column:
    """A column: `key` is stable and for machines, `label` translated and for people.

    counts: the name of the figure when its cells count participations that can be listed. unit: the key of the column
    that says in which unit the number of a row is, where each row has its own. of: what an interval is of, by type.
    absent: what stands on a page where a row has no value, if a dash does not say enough. within: the key of an
    interval that pages show in the same cell. shown: whether pages have it; files have all columns. nearest: pages
    round a share to the nearest per cent, and not down, because there is no threshold that it could seem to reach.
    """

    key: str
    label: str
    type: str
    counts: str = ""
    unit: str = ""
    of: str = "number"
    absent: str = ""
    within: str = ""
    shown: bool = True
    nearest: bool = False

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


class LazyRows(Sequence[Row]):
    """Rows that are made when they are asked for: a page makes those that it shows, once each, a file all of them.

    >>> made = []
    >>> rows = LazyRows(100, lambda place: made.append(place) or {"place": place})
    >>> len(rows), rows[7], [row["place"] for row in rows[6:9]], made
    (100, {'place': 7}, [6, 7, 8], [7, 6, 8])
    """

    def __init__(self, count: int, make: Callable[[int], Row]) -> None:
        self._count = count
        self._make = make
        self._made: dict[int, Row] = {}

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Row]:
        """Yield all rows without keeping them: a file of a hundred thousand needs one at a time."""
        return (self._made.get(place) or self._make(place) for place in range(self._count))

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        if isinstance(place, slice):
            return [self[each] for each in range(self._count)[place]]
        number = range(self._count)[place]
        if number not in self._made:
            self._made[number] = self._make(number)
        return self._made[number]


class RowsInParts(Sequence[Row]):
    """Rows that are read from the database a part at a time: what few of them hold is asked about these alone.

    >>> made = []
    >>> rows = RowsInParts(5, lambda places: made.append(places) or [{"place": place} for place in places], size=2)
    >>> len(rows), rows[3], [row["place"] for row in rows[2:5]], made
    (5, {'place': 3}, [2, 3, 4], [range(2, 4), range(4, 5)])
    >>> [row["place"] for row in rows], made[2:]
    ([0, 1, 2, 3, 4], [range(0, 5)])
    >>> rows[1], [row["place"] for row in rows], made[3:]
    ({'place': 1}, [0, 1, 2, 3, 4], [range(0, 2), range(2, 5)])
    """

    # Whoever goes through all rows has parts that are so many times larger: each costs the same few queries.
    _FILE = 5

    def __init__(self, count: int, make: Callable[[range], Sequence[Row]], *, size: int = 1000) -> None:
        self._count = count
        self._make = make
        self._size = size
        # The part that was read last: pages ask for one, files go through all.
        self._begin = -1
        self._part: Sequence[Row] = ()

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Row]:
        """Yield all rows, keeping none that is not there: whoever stops soon reads what a page has read already."""
        begin = 0 if self._begin else len(self._part)
        yield from self._part[:begin]
        step = self._FILE * self._size
        for start in range(begin, self._count, step):
            yield from self._make(range(start, min(start + step, self._count)))

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        if isinstance(place, slice):
            return [self[each] for each in range(self._count)[place]]
        number = range(self._count)[place]
        begin = number - number % self._size
        if begin != self._begin:
            self._part = self._make(range(begin, min(begin + self._size, self._count)))
            self._begin = begin
        return self._part[number - begin]


@dataclass(frozen=True)
class Table:
    """Rows about something else than those of the report, for instance about each answer of each question.

    Files have all tables. about: keys whose values its rows have in common with the row of the report that they say
    more about; pages show them in the part about that row. shown: pages show it below the report's own rows. note: what
    has to be known to read it. name: keys that together name a row of it on a page; stands_out: the key of what is true
    of rows that stand out.
    """

    key: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    about: Sequence[str] = ()
    shown: bool = False
    note: str = ""
    name: Sequence[str] = ()
    stands_out: str = ""


@dataclass(frozen=True)
class Details:
    """What pages say of each row below the table, in a part of its own that the row leads to.

    title: what heads all parts; number and name: keys of what heads each; facts: keys of what stands in one line below
    it; texts: keys of what is said in sentences at its end.
    """

    title: str
    number: str
    name: str
    facts: Sequence[str] = ()
    texts: Sequence[str] = ()


@dataclass(frozen=True)
class Signing:
    """A report that is signed on paper, where each group of its rows has a page of its own.

    by: keys of what all rows of a group have in common, first the number and the title that head it; line: what stands
    below a group, with room for a signature; empty: how many empty rows follow those of a group; height: the least
    height of a row in points; room: the least width of columns in points, by key.
    """

    by: Sequence[str]
    line: str
    empty: int = 0
    height: float = 0.0
    room: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
    """Rows with everything that is needed to read them rightly.

    definitions: {key: what the figure means}; filters: {name: code that was asked for}; period: first and last day or
    None; provisional: registers are incomplete; audience: who may read it; hidden: [(row number, key)] of cells that
    are empty to protect somebody; codes: {column key: {code: label}}; of_totals: columns of totals that no row has;
    tables: what a CSV file, which is one table, does not hold; unsigned: what is still open where a report is
    provisional, in words; signing: how it is signed on paper; notes: what was counted and what was left out, in
    sentences; attention: [(row number, sentence)] of what stands out, the most urgent first; details: what pages say
    of each row; outline: a few columns of all rows, of which pictures are made where rows cost much to read.
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
    signing: Signing | None = None
    notes: Sequence[str] = ()
    attention: Sequence[tuple[int, str]] = ()
    details: Details | None = None
    outline: Sequence[Row] = ()

    def session_numbers(self) -> list[int]:
        """Return the numbers of all sessions that some row has."""
        sessions = (row.get("sessions", {}) for row in self.rows)
        return sorted({int(number) for cells in sessions for number in cells})


@dataclass(frozen=True)
class TwoWay:
    """A two-way table in words: its columns, and lines of (word, counts); None is a cell that is not shown."""

    title: str
    columns: list[str]
    lines: list[tuple[str, list[int | None]]]


def two_way_tables(report: Report) -> list[TwoWay]:
    """Return the cells and totals of two-way tables as tables; none for a report whose rows are no such cells."""
    if report.name != "disaggregation":
        return []
    rows = [*report.rows, *(row for table in report.tables for row in table.rows)]
    found = []
    for key, title in report.codes["table"].items():
        own = {(row["row"], row["column"]): row["value"] for row in rows if row["table"] == key}
        names, columns = ([*dict.fromkeys(each[place] for each in own)] for place in (0, 1))
        words, heads = report.codes["row"], report.codes["column"]
        lines = [(words.get(name, name), [own[name, each] for each in columns]) for name in names]
        found.append(TwoWay(title, [heads.get(each, each) for each in columns], lines))
    return found


def shown_columns(report: Report) -> list[Column]:
    """Return the columns for people: a code is left out beside the name, an interval beside its figure."""
    keys = {column.key for column in report.columns}
    named = (("agency", "name"), ("workshop", "title"), ("module", "title"), ("number", "indicator"))
    left_out = {code for code, name in named if name in keys} | {column.within for column in report.columns}
    return [column for column in report.columns if column.shown and column.key not in left_out]


def flat_columns(report: Report, labels: Mapping[str, str]) -> list[Column]:
    """Return the columns of a file.

    labels: {part of a session: label with a placeholder %(number)s}, and for "low", "high", "reasons" and "answers" one
    with %(label)s, the last two also with %(name)s.
    """
    columns: list[Column] = []
    for column in report.columns:
        spread = _SPREAD.get(column.type)
        columns += spread(report, column, labels) if spread else [column]
    return columns


def _of_sessions(report: Report, _column: Column, labels: Mapping[str, str]) -> Iterator[Column]:
    for number in report.session_numbers():
        for key, part in zip(_session_keys(number), SESSION_PARTS, strict=True):
            yield Column(key, labels[part] % {"number": number}, _part_type(part))


def _of_ends(_report: Report, column: Column, labels: Mapping[str, str]) -> Iterator[Column]:
    for end in ENDS:
        yield Column(f"{column.key}_{end}", labels[end] % {"label": column.label}, column.of)


def _of_names(report: Report, column: Column, labels: Mapping[str, str]) -> Iterator[Column]:
    words = {each.key: each.label for each in report.columns}
    names = dict.fromkeys(name for row in report.rows for name in row.get(column.key) or ())
    for name in names:
        label = labels[column.type] % {"label": column.label, "name": words.get(name, name)}
        yield Column(f"{column.key}_{name}", label, "code" if column.type == "reasons" else "integer")


_SPREAD: Mapping[str, Callable[[Report, Column, Mapping[str, str]], Iterator[Column]]] = {
    "sessions": _of_sessions,
    "interval": _of_ends,
    "reasons": _of_names,
    "answers": _of_names,
}


def flat_row(row: Row) -> Row:
    """Return the row with what has several columns spread out.

    >>> flat_row({"name": "A", "sessions": {"2": {"status": "late", "minutes": 50, "planned": 60}}})
    {'name': 'A', 'session_2_status': 'late', 'session_2_minutes': 50, 'session_2_planned': 60}
    >>> flat_row({"change_ci95": (0.5, 1.5), "answers": {"yes": 7, "no": 3}})
    {'change_ci95_low': 0.5, 'change_ci95_high': 1.5, 'answers_yes': 7, 'answers_no': 3}
    """
    flat: Row = {}
    for key, value in row.items():
        if key == "sessions":
            flat |= _flat_sessions(value)
        elif isinstance(value, Mapping):
            flat |= {f"{key}_{name}": each for name, each in value.items()}
        elif isinstance(value, list | tuple):
            flat |= {f"{key}_{end}": each for end, each in zip(ENDS, value, strict=True)}
        else:
            flat[key] = value
    return flat


def _flat_sessions(sessions: Mapping[str, Mapping[str, Any]]) -> Row:
    flat: Row = {}
    for number, cell in sessions.items():
        for key, part in zip(_session_keys(number), SESSION_PARTS, strict=True):
            flat[key] = cell[part]
    return flat


@lru_cache(maxsize=1024)
def _session_keys(number: int | str) -> tuple[str, ...]:
    """The keys of a session's parts; a long report asks for them in each row."""
    return tuple(f"session_{number}_{part}" for part in SESSION_PARTS)


def _part_type(part: str) -> str:
    return "code" if part == "status" else "integer"
