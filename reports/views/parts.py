"""What pages show around the rows of a report: what stands out, a part about each row, further tables."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from reports import wording
from reports.columns import Column, Report, Row, Table

# So many rows that stand out are named before all others.
MOST_URGENT = 6


@dataclass(frozen=True)
class CellShown:
    """A cell as the page shows it.

    address: where the people whom it counts are listed, or more is said about its row; hidden: to protect somebody;
    stands_out: it begins a row that stands out.
    """

    label: str
    text: str
    number: bool = False
    hidden: bool = False
    address: str = ""
    stands_out: bool = False


@dataclass(frozen=True)
class Urgent:
    """A row that stands out: how it is called, where it is told more about, and why."""

    name: str
    address: str
    why: str


@dataclass(frozen=True)
class TableShown:
    """A further table: each row is (what names it, whether it stands out, its cells).

    note: what has to be known to read it; name: how what names a row is called; stands_out: what is true of rows that
    stand out.
    """

    title: str
    note: str
    name: str
    heads: list[tuple[str, bool]]
    rows: list[tuple[str, bool, list[CellShown]]]
    stands_out: str


@dataclass(frozen=True)
class Part:
    """What is said of one row: where it stands on the page, its name, facts, what stands out, and tables about it."""

    anchor: str
    name: str
    facts: list[tuple[str, str]]
    findings: list[str]
    tables: list[TableShown]
    texts: list[tuple[str, str]]


def attention(found: Report, rows_on_a_page: int) -> tuple[list[Urgent], int]:
    """Return the rows to be looked at first, each once, and how many more stand out."""
    if found.details is None:
        return [], 0
    first: dict[int, str] = {}
    for place, sentence in found.attention:
        first.setdefault(place, sentence)
    urgent = [
        Urgent(_name(found, place), f"page={place // rows_on_a_page + 1}#{_anchor(place)}", sentence)
        for place, sentence in [*first.items()][:MOST_URGENT]
    ]
    return urgent, len(first) - len(urgent)


def details(found: Report, first: int, page: Iterable[Row]) -> list[Part]:
    """Return the parts about the rows of a page; `first` is the place of its first row in the report."""
    if found.details is None:
        return []
    columns = {column.key: column for column in found.columns}

    def said(row: Row, keys: Iterable[str]) -> list[tuple[str, str]]:
        texts = [(columns[key].label, wording.told(found, columns[key], row)) for key in keys if _is_said(row, key)]
        return [(label, text) for label, text in texts if text]

    return [
        Part(
            anchor=_anchor(place),
            name=_name(found, place),
            facts=said(row, found.details.facts),
            findings=[sentence for number, sentence in found.attention if number == place],
            tables=[*_tables_about(found, row)],
            texts=said(row, found.details.texts),
        )
        for place, row in enumerate(page, start=first)
    ]


def further_tables(found: Report) -> list[TableShown]:
    """Return the tables that stand below the rows."""
    return [_shown(found, table, table.columns, table.rows) for table in found.tables if table.shown and table.rows]


def led_to(found: Report, place: int, cells: list[CellShown]) -> list[CellShown]:
    """Return the cells of a row, the first of which leads to the part about it, if there is one."""
    if found.details is None or not cells:
        return cells
    stands_out = any(number == place for number, _sentence in found.attention)
    return [replace(cells[0], address=f"#{_anchor(place)}", stands_out=stands_out), *cells[1:]]


def _is_said(row: Row, key: str) -> bool:
    return row.get(key) not in (None, "")


def _name(found: Report, place: int) -> str:
    """How the part about a row is called: its number and its name."""
    details, row = found.details, found.rows[place]
    return f"{row[details.number]}. {row[details.name]}" if details else ""


def _anchor(place: int) -> str:
    return f"row-{place + 1}"


def _tables_about(found: Report, row: Row) -> Iterator[TableShown]:
    for table in found.tables:
        if not table.about:
            continue
        columns = [column for column in table.columns if column.key not in table.about]
        figures = [column.key for column in columns if column.type in wording.NUMBERS]
        own = (each for each in table.rows if all(each[key] == row[key] for key in table.about))
        rows = [each for each in own if any(each[key] is not None for key in figures)]
        if rows:
            yield _shown(found, table, columns, rows)


def _cell(found: Report, column: Column, row: Row) -> CellShown:
    return CellShown(column.label, wording.told(found, column, row), number=column.type in wording.NUMBERS)


def _shown(found: Report, table: Table, columns: Sequence[Column], rows: Sequence[Row]) -> TableShown:
    """A table as pages have it: what names a row in its first cell, then figures."""
    named = [column for column in columns if column.key in (table.name or [columns[0].key])]
    others = [each for each in columns if each.shown and each not in named and each.key != table.stands_out]
    labels = {column.key: column.label for column in columns}
    return TableShown(
        table.title,
        table.note,
        named[0].label,
        [(column.label, column.type in wording.NUMBERS) for column in others],
        [
            (
                ". ".join(text for column in named if (text := wording.told(found, column, row))),
                bool(row.get(table.stands_out)),
                [_cell(found, column, row) for column in others],
            )
            for row in rows
        ],
        labels.get(table.stands_out, ""),
    )
