"""Bullets: where an indicator began, where it stands and where it is to get."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from reports.charts import layout
from reports.charts.layout import BAR, GAP, LINE, MOST, STAR, Sheet
from reports.charts.marks import TICK, Box, Cell, Chart, Head, Line, Look, Sign, Words, sentences, table
from reports.wording import rounded

# The highest value of a row ends a little before the picture does, so that its mark is seen.
END = 96
# How far the mark of a target reaches beyond the bar.
BEYOND = 4
# How much thinner a bar is than the field behind it, above and below.
INSET = 4


@dataclass(frozen=True)
class TargetRow:
    """An indicator in its own unit ("%", "hours" or nothing); `places` are decimal places. None is not known.

    judged: whether the target is reached where that is known; otherwise it is told from target and baseline.
    """

    label: str
    actual: float | None
    target: float | None = None
    baseline: float | None = None
    unit: str = ""
    places: int = 0
    hidden: bool = False
    judged: bool | None = None

    @property
    def reached(self) -> bool:
        """Whether the actual value is at the target or beyond; targets below the baseline are reached from above."""
        if self.hidden or self.actual is None or self.target is None:
            return False
        if self.judged is not None:
            return self.judged
        falls = self.baseline is not None and self.target < self.baseline
        return self.actual <= self.target if falls else self.actual >= self.target


def bullet(rows: Sequence[TargetRow], *, name: str, title: str) -> Chart:
    """Return a bar for each indicator, each on its own scale from 0, with its target and its baseline.

    Of more than `layout.MOST` rows the first ones are drawn.

    >>> bullet([TargetRow("People trained", 214, 300, 0)], name="t", title="Indicators").finding
    '0 of 1 target is reached.'
    """
    sheet = Sheet()
    for row in rows[:MOST]:
        _draw(sheet, row)
    hidden = sum(row.hidden for row in rows)
    return Chart(
        name=name,
        title=title,
        finding=_finding(rows),
        height=round(sheet.y),
        marks=sheet.end(),
        key=_key(rows),
        notes=layout.notes(hidden, max(0, len(rows) - MOST)),
        table=table(
            [
                Head(pgettext("chart", "Indicator"), numeric=False),
                Head(pgettext("chart", "Baseline")),
                Head(pgettext("chart", "Actual")),
                Head(pgettext("chart", "Target")),
                Head(pgettext("chart", "State"), numeric=False),
            ],
            [_cells(row) for row in rows],
        ),
    )


def _draw(sheet: Sheet, row: TargetRow) -> None:
    sheet.name(row.label)
    sheet.y += BEYOND
    if row.hidden:
        layout.hidden_box(sheet, 100)
        sheet.add(Words(100, sheet.y + BAR - 4, STAR, Look.FIGURE, "end", -6))
        sheet.y += BAR + GAP
        return
    most = max((each for each in (row.actual, row.target, row.baseline) if each is not None), default=0)
    sheet.add(Box(0, sheet.y, 100, BAR, Look.TRACK))
    if row.actual:
        sheet.add(Box(0, sheet.y + INSET, _place(row.actual, most), BAR - 2 * INSET, Look.BAR))
    for value, look in ((row.baseline, Look.BASELINE), (row.target, Look.TARGET)):
        if value is not None:
            place = _place(value, most)
            sheet.add(*layout.crossing(place, sheet.y - BEYOND, sheet.y + BAR + BEYOND, look))
    sheet.y += BAR + BEYOND
    if row.reached:
        sheet.add(Words(100, sheet.y + LINE - 3, TICK, Look.FIGURE, "end"))
    sheet.note(_words(row), layout.NARROW - LINE)
    sheet.y += GAP


def _place(value: float, most: float) -> float:
    return round(END * max(0.0, value) / most, 2) if most > 0 else 0


def _written(row: TargetRow, value: float | None) -> str:
    if value is None:
        return "–"
    number = rounded(value, row.places)
    return f"{number}\N{NO-BREAK SPACE}{row.unit}" if row.unit else number


def _words(row: TargetRow) -> str:
    values = {
        "actual": _written(row, row.actual),
        "target": _written(row, row.target),
        "baseline": _written(row, row.baseline),
    }
    if row.actual is None and row.target is None:
        return _("No figure yet")
    if row.actual is None:
        return _("No figure yet; target %(target)s") % values
    if row.target is None:
        return _("Actual %(actual)s, no target") % values
    if row.baseline is None:
        return _("Actual %(actual)s, target %(target)s") % values
    return _("Actual %(actual)s, target %(target)s, at first %(baseline)s") % values


def _finding(rows: Sequence[TargetRow]) -> str:
    hidden = layout.hidden_finding(sum(row.hidden for row in rows), len(rows))
    aimed = [row for row in rows if row.target is not None and not row.hidden]
    if not aimed:
        return hidden or (_("No target is set.") if rows else layout.nothing())
    words = ngettext(
        "%(count)d of %(total)d target is reached.", "%(count)d of %(total)d targets are reached.", len(aimed)
    )
    return sentences(words % {"count": sum(row.reached for row in aimed), "total": len(aimed)}, hidden)


def _cells(row: TargetRow) -> list[Cell]:
    if row.hidden:
        return [Cell(row.label), *[layout.hidden_cell()] * 3, Cell(layout.not_shown())]
    values = [Cell(_written(row, value)) for value in (row.baseline, row.actual, row.target)]
    return [Cell(row.label), *values, Cell(_state(row))]


def _state(row: TargetRow) -> str:
    if row.actual is None:
        return pgettext("chart", "no figure yet")
    if row.target is None:
        return pgettext("chart", "no target")
    return pgettext("chart", "target reached") if row.reached else pgettext("chart", "target not reached")


def _key(rows: Sequence[TargetRow]) -> tuple[Sign, ...]:
    signs = [
        Sign((Box(0, 2, 100, 12, Look.BAR),), pgettext("chart", "actual")),
        Sign((Line(50, 0, 50, 16, Look.TARGET),), pgettext("chart", "target")),
        Sign((Line(50, 0, 50, 16, Look.BASELINE),), pgettext("chart", "baseline")),
    ]
    if any(row.reached for row in rows):
        signs.append(Sign((Words(50, 13, TICK, Look.FIGURE, "middle"),), pgettext("chart", "target reached")))
    if any(row.hidden for row in rows):
        signs.append(layout.hidden_sign())
    return tuple(signs)
