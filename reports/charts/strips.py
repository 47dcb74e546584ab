"""Heat strips: a share for each session, or for each agency and session, the darker the higher."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reports.charts import layout
from reports.charts.layout import HEAD, LINE, MOST, STAR, Sheet
from reports.charts.marks import Box, Cell, Chart, Head, Look, Sign, Words, sentences, table
from reports.wording import per_cent

# So many columns stand side by side on a phone; further ones begin a new panel below.
COLUMNS, WIDEST = 8, 20
HEIGHT, AIR, ROW_GAP, PANEL_GAP = 28, 0.6, 12, 12
HEATS = (Look.HEAT_1, Look.HEAT_2, Look.HEAT_3, Look.HEAT_4, Look.HEAT_5)


@dataclass(frozen=True)
class StripCell:
    """A share (0…1); None where there is none, for instance of a session that is still to come."""

    share: float | None
    hidden: bool = False


@dataclass(frozen=True)
class StripRow:
    """A strip: its name (empty when it stands alone) and a cell for each column."""

    label: str
    cells: Sequence[StripCell]


def heat_strip(
    columns: Sequence[str],
    rows: Sequence[StripRow],
    *,
    name: str,
    title: str,
    heading: str,
    across: str,
    side_by_side: int = COLUMNS,
) -> Chart:
    """Return strips of cells, each with its per cent in it. `columns` are short: the numbers of sessions;
    `heading` says what the rows are, `across` what the columns are. `side_by_side`: how many fit beside one another.

    Of more than `layout.MOST` rows the first ones are drawn.

    >>> strip = StripRow("A", [StripCell(0.9), StripCell(0.6)])
    >>> chart = heat_strip(["1", "2"], [strip], name="h", title="Sessions", heading="Agency", across="Session")
    >>> chart.finding.replace("\N{NO-BREAK SPACE}", " ")
    'From 60 % (A, session 2) to 90 % (A, session 1).'
    """
    sheet = Sheet(LINE, [Words(0, 13, across, Look.TICK)])
    width = min(WIDEST, 100 / max(1, min(len(columns), side_by_side)))
    for start in range(0, len(columns), side_by_side):
        end = start + side_by_side
        panel = [StripRow(row.label, row.cells[start:end]) for row in rows[:MOST]]
        _panel(sheet, columns[start:end], panel, width, first=not start)
    cells = [cell for row in rows for cell in row.cells]
    hidden = sum(cell.hidden for cell in cells)
    return Chart(
        name=name,
        title=title,
        finding=_finding([_named(across, column) for column in columns], rows),
        height=round(sheet.y),
        marks=sheet.end() if rows else (),
        key=_key(hidden > 0),
        notes=layout.notes(hidden, max(0, len(rows) - MOST)),
        table=table(
            [Head(heading, numeric=False), *(Head(_named(across, column)) for column in columns)],
            [[Cell(row.label or title), *map(_cell, row.cells)] for row in rows],
        ),
    )


def _panel(sheet: Sheet, columns: Sequence[str], rows: Sequence[StripRow], across: float, *, first: bool) -> None:
    sheet.y += 0 if first else PANEL_GAP
    for place, column in enumerate(columns):
        sheet.add(Words(_middle(place, across), sheet.y + 13, column, Look.TICK, "middle"))
    sheet.y += HEAD
    for row in rows:
        if row.label:
            sheet.name(row.label)
        for place, cell in enumerate(row.cells):
            _draw(sheet, cell, place, across)
        sheet.y += HEIGHT + ROW_GAP


def _draw(sheet: Sheet, cell: StripCell, place: int, across: float) -> None:
    x, width = round(place * across, 2), round(across - AIR, 2)
    look = _look(cell)
    text = Look.ON_DARK if look is Look.HEAT_5 else Look.INSIDE
    sheet.add(
        Box(x, sheet.y, width, HEIGHT, look),
        Words(_middle(place, across), sheet.y + 19, _written(cell), text, "middle"),
    )


def _middle(place: int, across: float) -> float:
    return round(place * across + (across - AIR) / 2, 2)


def _look(cell: StripCell) -> Look:
    if cell.hidden:
        return Look.HIDDEN
    if cell.share is None:
        return Look.TRACK
    # The small addition keeps 0.6 · 5 = 2.999… in the step that begins at 60 %.
    return HEATS[min(len(HEATS) - 1, max(0, int(cell.share * len(HEATS) + 1e-9)))]


def _written(cell: StripCell) -> str:
    """A cell is too narrow for a per cent sign; the key says what the numbers are."""
    if cell.hidden:
        return STAR
    return per_cent(cell.share).removesuffix("\N{NO-BREAK SPACE}%")


def _cell(cell: StripCell) -> Cell:
    return layout.hidden_cell() if cell.hidden else Cell(per_cent(cell.share))


def _finding(columns: Sequence[str], rows: Sequence[StripRow]) -> str:
    found = [
        (cell.share, row.label, column)
        for row in rows
        for column, cell in zip(columns, row.cells, strict=True)
        if cell.share is not None and not cell.hidden
    ]
    hidden = any(cell.hidden for row in rows for cell in row.cells)
    if not found:
        return layout.hidden_finding(1, 1) if hidden else layout.nothing()
    low, high = min(found, key=lambda each: each[0]), max(found, key=lambda each: each[0])
    words = _("From %(low)s (%(lowest)s) to %(high)s (%(highest)s).")
    values = {"low": per_cent(low[0]), "lowest": _where(low), "high": per_cent(high[0]), "highest": _where(high)}
    return sentences(words % values, _("Some cells are not shown.") if hidden else "")


def _named(across: str, column: str) -> str:
    return pgettext("column", "%(what)s %(number)s") % {"what": across, "number": column}


def _where(found: tuple[float, str, str]) -> str:
    """Return a cell as it stands within a sentence: its row, and its column, which begins small there."""
    label, column = found[1:]
    return ", ".join(part for part in (layout.named(label), f"{column[:1].lower()}{column[1:]}") if part)


def _key(hidden: bool) -> tuple[Sign, ...]:
    steps = tuple(Box(20 * place, 2, 20, 12, look) for place, look in enumerate(HEATS))
    sign = Sign(steps, _("per cent, from 0 to 100 in five steps"), wide=True)
    return (sign, layout.hidden_sign()) if hidden else (sign,)
