"""The dumbbell: from the test before to the test after, for each objective or workshop."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from reports.charts import layout
from reports.charts.layout import BAR, FIELD, GAP, MOST, STAR, Sheet
from reports.charts.marks import Box, Cell, Chart, Dot, Head, Line, Look, Mark, Sign, sentences, table
from reports.wording import interval, per_cent, points, rounded

# A dot at 0 or at 100 % stands inside the picture.
EDGE = 2


@dataclass(frozen=True)
class ChangeRow:
    """Mean shares (0…1) before and after of the same `n` people, and the interval of the change, if there is one."""

    label: str
    before: float | None
    after: float | None
    n: int | None
    interval: tuple[float, float] | None = None
    hidden: bool = False

    @property
    def change(self) -> float | None:
        return None if self.hidden or self.before is None or self.after is None else self.after - self.before


def dumbbell(rows: Sequence[ChangeRow], *, name: str, title: str, heading: str) -> Chart:
    """Return where each row, of what `heading` says, began and ended, with the interval of its end.

    Of more than `layout.MOST` rows the first ones are drawn.

    >>> chart = dumbbell([ChangeRow("A", 0.5, 0.8, 12)], name="d", title="Change", heading="Objective")
    >>> chart.finding.replace("\N{NO-BREAK SPACE}", " ")
    'Largest gain: A, from 50 % to 80 %.'
    """
    sheet = Sheet()
    layout.shares_axis(sheet, pgettext("chart", "points"))
    for row in rows[:MOST]:
        _draw(sheet, row)
    hidden = sum(row.hidden for row in rows)
    return Chart(
        name=name,
        title=title,
        finding=_finding(rows),
        height=round(sheet.y),
        marks=sheet.end() if rows else (),
        key=_key(rows),
        notes=layout.notes(hidden, max(0, len(rows) - MOST)),
        table=table(
            [
                Head(heading, numeric=False),
                Head(pgettext("chart", "Before")),
                Head(pgettext("chart", "After")),
                Head(pgettext("chart", "Change, points")),
                Head(layout.interval_heading()),
                Head(layout.N),
            ],
            [_cells(row) for row in rows],
        ),
    )


def _draw(sheet: Sheet, row: ChangeRow) -> None:
    sheet.name(row.label)
    if row.hidden:
        layout.hidden_box(sheet, FIELD)
        layout.figures(sheet, STAR, "")
    else:
        sheet.add(*_marks(row, sheet.y))
        layout.figures(sheet, points(row.change), "–" if row.n is None else rounded(row.n))
    sheet.y += BAR + GAP


def _marks(row: ChangeRow, top: float) -> list[Mark]:
    middle = top + BAR / 2
    ticks = [Line(_place(share), middle - 4, _place(share), middle + 4, Look.GRID) for share in (0, 0.5, 1)]
    marks: list[Mark] = [Line(_place(0), middle, _place(1), middle, Look.GRID), *ticks]
    if row.before is None or row.after is None:
        return marks
    start, end = _place(row.before), _place(row.after)
    look = Look.LOSS if row.after < row.before else Look.GAIN
    if row.interval:
        low, high = (_place(row.before + bound) for bound in row.interval)
        marks.append(Box(low, top + 1, max(0.4, round(high - low, 2)), BAR - 2, Look.SPAN))
    marks.append(Line(start, middle, end, middle, look))
    marks.append(Dot(start, middle, look, hollow=True))
    marks.append(Dot(end, middle, look, diamond=look is Look.LOSS))
    return marks


def _place(share: float) -> float:
    return round(EDGE + (FIELD - 2 * EDGE) * min(1.0, max(0.0, share)), 2)


def _finding(rows: Sequence[ChangeRow]) -> str:
    hidden = layout.hidden_finding(sum(row.hidden for row in rows), len(rows))
    known = [(row.change, row) for row in rows if row.change is not None]
    if not known:
        return hidden or layout.nothing()
    change, best = max(known, key=lambda each: each[0])
    values = {"label": layout.named(best.label), "before": per_cent(best.before), "after": per_cent(best.after)}
    gain = _("Largest gain: %(label)s, from %(before)s to %(after)s.") % values if change > 0 else _("Nothing went up.")
    fell = sum(change < 0 for change, _row in known)
    words = ngettext("%(count)d of %(total)d went down.", "%(count)d of %(total)d went down.", fell)
    unsure = sum(row.interval is not None and row.interval[0] <= 0 <= row.interval[1] for _change, row in known)
    chance = ngettext("%(count)d change may be chance.", "%(count)d changes may be chance.", unsure)
    return sentences(
        gain,
        words % {"count": fell, "total": len(known)} if fell else "",
        chance % {"count": unsure} if unsure else "",
        hidden,
    )


def _cells(row: ChangeRow) -> list[Cell]:
    if row.hidden:
        return [Cell(row.label), *[layout.hidden_cell()] * 5]
    figures = [per_cent(row.before), per_cent(row.after), points(row.change), _interval(row)]
    return [Cell(row.label), *map(Cell, figures), Cell("–" if row.n is None else rounded(row.n))]


def _interval(row: ChangeRow) -> str:
    if row.interval is None:
        return "–"
    low, high = row.interval
    return interval(points(low), points(high))


def _interval_words() -> str:
    return layout.tied(_("interval of the change (95 %% confidence), seen from before") % {})


def _key(rows: Sequence[ChangeRow]) -> tuple[Sign, ...]:
    signs = [
        Sign((Dot(50, 8, Look.GAIN, hollow=True),), pgettext("chart", "before")),
        Sign((Dot(50, 8, Look.GAIN),), pgettext("chart", "after, higher")),
    ]
    if any(row.change is not None and row.change < 0 for row in rows):
        signs.append(Sign((Dot(50, 8, Look.LOSS, diamond=True),), pgettext("chart", "after, lower")))
    if any(row.interval and not row.hidden for row in rows):
        signs.append(Sign((Box(0, 2, 100, 12, Look.SPAN),), _interval_words()))
    if any(row.hidden for row in rows):
        signs.append(layout.hidden_sign())
    return tuple(signs)
