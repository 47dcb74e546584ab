"""Bars of shares with the number of people beside each: agencies compared."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from reports.charts import layout
from reports.charts.layout import BAR, FIELD, GAP, MOST, STAR, Sheet
from reports.charts.marks import Box, Cell, Chart, Head, Line, Look, Sign, sentences, table
from reports.wording import per_cent, rounded


@dataclass(frozen=True)
class BarRow:
    """A share (0…1) of `n`. None is undefined (of nobody); a hidden row shows neither."""

    label: str
    share: float | None
    n: int | None
    provisional: bool = False
    hidden: bool = False

    @property
    def shown(self) -> float | None:
        return None if self.hidden else self.share


def bars(rows: Sequence[BarRow], *, name: str, title: str, heading: str, goal: float | None = None) -> Chart:
    """Return bars from 0 to 100 % in the order of the rows, of what `heading` says; `goal` is a share that is wanted.

    Of more than `layout.MOST` rows those with the largest n are drawn, and the others as the span between their lowest
    and their highest share: what they have together cannot be told from shares.

    >>> rows = [BarRow("A", 0.8, 10), BarRow("B", 0.5, 8)]
    >>> bars(rows, name="b", title="Attendance", heading="Agency").finding.replace("\N{NO-BREAK SPACE}", " ")
    'From 50 % (B) to 80 % (A).'
    """
    drawn, others = largest(rows)
    sheet = Sheet()
    layout.shares_axis(sheet)
    for row in drawn:
        _draw(sheet, row, goal)
    _draw_others(sheet, others)
    hidden = sum(row.hidden for row in rows)
    heads = [
        Head(heading, numeric=False),
        Head(pgettext("chart", "Share")),
        Head(layout.N),
        Head(pgettext("chart", "State"), numeric=False),
    ]
    # Where everything is final, nobody asks.
    columns = len(heads) if any(row.provisional for row in rows) else len(heads) - 1
    return Chart(
        name=name,
        title=title,
        finding=_finding(rows),
        height=round(sheet.y),
        marks=sheet.end() if rows else (),
        key=_key(rows, others, goal),
        notes=layout.notes(hidden),
        table=table(heads[:columns], [_cells(row)[:columns] for row in rows]),
    )


def largest(rows: Sequence[BarRow]) -> tuple[list[BarRow], list[BarRow]]:
    """Return the rows that are drawn, in their order, and those that are not."""
    if len(rows) <= MOST:
        return list(rows), []
    places = set(heapq.nlargest(MOST - 1, range(len(rows)), key=lambda place: (_size(rows[place]), -place)))
    drawn = [row for place, row in enumerate(rows) if place in places]
    return drawn, [row for place, row in enumerate(rows) if place not in places]


def _size(row: BarRow) -> int:
    """How many people a row is of; that of a hidden one decides nothing that is seen."""
    return 0 if row.hidden else row.n or 0


def _draw(sheet: Sheet, row: BarRow, goal: float | None) -> None:
    sheet.name(row.label)
    if row.hidden:
        layout.hidden_box(sheet, FIELD)
        layout.figures(sheet, STAR, "")
    else:
        look = Look.PROVISIONAL if row.provisional else Look.BAR
        sheet.add(Box(0, sheet.y, FIELD, BAR, Look.TRACK))
        if row.share:
            sheet.add(Box(0, sheet.y, _place(row.share), BAR, look))
        layout.figures(sheet, per_cent(row.share), _count(row.n))
        if goal is not None:
            sheet.add(*layout.crossing(_place(goal), sheet.y - 3, sheet.y + BAR + 3, Look.GOAL))
    sheet.y += BAR + GAP


def _draw_others(sheet: Sheet, others: Sequence[BarRow]) -> None:
    if not others:
        return
    words = ngettext(
        "%(count)s other, from the lowest to the highest",
        "%(count)s others, from the lowest to the highest",
        len(others),
    )
    sheet.name(words % {"count": rounded(len(others))})
    shares = [row.shown for row in others if row.shown is not None]
    sheet.add(Box(0, sheet.y, FIELD, BAR, Look.TRACK))
    if shares:
        low, high = min(shares), max(shares)
        sheet.add(Box(_place(low), sheet.y, max(0.5, _place(high) - _place(low)), BAR, Look.SPAN))
        layout.figures(sheet, f"{rounded(int(100 * low + 1e-9))}–{per_cent(high)}", "")
    else:
        layout.figures(sheet, "–", "")
    sheet.y += BAR + GAP


def _place(share: float) -> float:
    return round(FIELD * min(1.0, max(0.0, share)), 2)


def _count(n: int | None) -> str:
    return "–" if n is None else rounded(n)


def _finding(rows: Sequence[BarRow]) -> str:
    hidden = layout.hidden_finding(sum(row.hidden for row in rows), len(rows))
    shares = [(row.share, row.label) for row in rows if row.share is not None and not row.hidden]
    if not shares:
        return hidden or layout.nothing()
    low, high = min(shares, key=lambda each: each[0]), max(shares, key=lambda each: each[0])
    provisional = sum(row.provisional and not row.hidden for row in rows)
    words = ngettext("%(count)d figure is provisional.", "%(count)d figures are provisional.", provisional)
    return sentences(_spread(low, high), words % {"count": provisional} if provisional else "", hidden)


def _spread(low: tuple[float, str], high: tuple[float, str]) -> str:
    lowest, highest = layout.named(low[1]), layout.named(high[1])
    values = {"low": per_cent(low[0]), "lowest": lowest, "high": per_cent(high[0]), "highest": highest}
    if low == high:
        return _("%(highest)s: %(high)s.") % values
    if values["low"] == values["high"]:
        return _("All have %(high)s.") % values
    return _("From %(low)s (%(lowest)s) to %(high)s (%(highest)s).") % values


def _cells(row: BarRow) -> list[Cell]:
    if row.hidden:
        return [Cell(row.label), layout.hidden_cell(), layout.hidden_cell(), Cell(layout.not_shown())]
    state = pgettext("chart", "provisional") if row.provisional else pgettext("chart", "final")
    return [Cell(row.label), Cell(per_cent(row.share)), Cell(_count(row.n)), Cell(state)]


def _key(rows: Sequence[BarRow], others: Sequence[BarRow], goal: float | None) -> tuple[Sign, ...]:
    signs = [Sign((Box(0, 2, 100, 12, Look.BAR),), _("share; n is the number of people it is of"))]
    if any(row.provisional for row in rows):
        signs.append(Sign((Box(0, 2, 100, 12, Look.PROVISIONAL),), pgettext("chart", "provisional")))
    if any(row.hidden for row in rows):
        signs.append(layout.hidden_sign())
    if others:
        signs.append(
            Sign(
                (Box(0, 2, 100, 12, Look.SPAN),), _("from the lowest to the highest of those that only the table names")
            )
        )
    if goal is not None:
        sign = Line(50, 0, 50, 16, Look.GOAL)
        signs.append(Sign((sign,), _("wanted: %(share)s") % {"share": per_cent(goal)}))
    return tuple(signs)
