"""The funnel: how many of those who came in reach each step, and where the others were lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reports.charts import layout
from reports.charts.layout import BAR, GAP, LINE, STAR, Sheet
from reports.charts.marks import Box, Cell, Chart, Head, Look, Sign, Words, sentences, table
from reports.wording import per_cent, rounded

# Where the number of people ends; their share ends at the right.
COUNTS_END = 80
# How many pixels remain for the name of a step.
LABEL_WIDTH = 180


@dataclass(frozen=True)
class FunnelStep:
    """A step and how many people reached it; None where that is not shown."""

    label: str
    count: int | None


def funnel(steps: Sequence[FunnelStep], *, name: str, title: str) -> Chart:
    """Return the funnel of nested steps, the widest first.

    >>> funnel([FunnelStep("Started", 46), FunnelStep("Completed", 38)], name="f", title="Funnel").finding
    '38 of 46 reach the last step. Most are lost before “Completed”: 8.'
    """
    _check(steps)
    sheet = Sheet()
    first = next((step.count for step in steps if step.count is not None), None) or 0
    before: int | None = None
    for step in steps:
        _draw(sheet, step, before, first)
        before = step.count
    hidden = sum(step.count is None for step in steps)
    return Chart(
        name=name,
        title=title,
        finding=_finding(steps),
        height=round(sheet.y),
        marks=sheet.end(),
        key=_key(hidden > 0),
        notes=layout.notes(hidden),
        table=table(
            [
                Head(pgettext("chart", "Step"), numeric=False),
                Head(pgettext("chart", "People")),
                Head(pgettext("chart", "Share of the first step")),
                Head(pgettext("chart", "Lost since the step before")),
            ],
            _rows(steps, first),
        ),
    )


def _check(steps: Sequence[FunnelStep]) -> None:
    counts = [step.count for step in steps if step.count is not None]
    if any(later > earlier for earlier, later in pairwise(counts)):
        raise ValueError("A funnel never widens: each step holds people of the step before.")


def _draw(sheet: Sheet, step: FunnelStep, before: int | None, first: int) -> None:
    sheet.name(step.label, LABEL_WIDTH)
    if step.count is None:
        sheet.add(Words(COUNTS_END, sheet.y - 5, STAR, Look.FIGURE, "end"))
        layout.hidden_box(sheet, _width(before if before is not None else first, first))
        sheet.y += BAR + GAP
        return
    sheet.add(
        Words(COUNTS_END, sheet.y - 5, rounded(step.count), Look.FIGURE, "end"),
        Words(100, sheet.y - 5, per_cent(_share(step.count, first)), Look.NOTE, "end"),
        Box(0, sheet.y, 100, BAR, Look.TRACK),
    )
    width, lost = _width(step.count, first), _lost(step.count, before)
    if lost:
        sheet.add(Box(width, sheet.y, _width(lost, first), BAR, Look.LOST))
    sheet.add(Box(0, sheet.y, width, BAR, Look.BAR))
    sheet.y += BAR
    if lost:
        sheet.y += LINE
        sheet.add(Words(0, sheet.y - 3, _loss(lost, _share(lost, before)), Look.NOTE))
    sheet.y += GAP


def _width(count: int, first: int) -> float:
    return round(100 * count / first, 2) if first else 0


def _share(count: int, of: int | None) -> float | None:
    return count / of if of else None


def _lost(count: int | None, before: int | None) -> int | None:
    return None if count is None or before is None else before - count


def _loss(lost: int, share: float | None) -> str:
    return pgettext("loss", "%(count)s (%(share)s)") % {"count": rounded(-lost), "share": per_cent(share)}


def _finding(steps: Sequence[FunnelStep]) -> str:
    counts = [step.count for step in steps if step.count is not None]
    if not counts:
        return layout.hidden_finding(len(steps), len(steps)) or layout.nothing()
    reached = _("%(last)s of %(first)s reach the last step.") % {
        "last": rounded(counts[-1]),
        "first": rounded(counts[0]),
    }
    pairs = zip(steps[1:], [step.count for step in steps], strict=False)
    losses = [(_lost(step.count, before) or 0, step.label) for step, before in pairs]
    most, label = max(losses, key=lambda loss: loss[0], default=(0, ""))
    hidden = layout.hidden_finding(len(steps) - len(counts), len(steps))
    if steps[-1].count is None:
        return hidden
    if not most:
        return sentences(reached, hidden)
    return sentences(
        reached, _("Most are lost before “%(step)s”: %(count)s.") % {"step": label, "count": rounded(most)}, hidden
    )


def _rows(steps: Sequence[FunnelStep], first: int) -> list[list[Cell]]:
    rows, before = [], None
    for step in steps:
        if step.count is None:
            rows.append([Cell(step.label), *[layout.hidden_cell()] * 3])
        else:
            lost = _lost(step.count, before)
            share = per_cent(_share(step.count, first))
            rows.append([Cell(step.label), Cell(rounded(step.count)), Cell(share), Cell(rounded(lost))])
        before = step.count
    return rows


def _key(hidden: bool) -> tuple[Sign, ...]:
    signs = (
        Sign((Box(0, 2, 100, 12, Look.BAR),), _("reached the step; beside it the share of the first")),
        Sign((Box(0, 2, 100, 12, Look.LOST),), _("lost since the step before; below: how many, what share of it")),
    )
    return (*signs, layout.hidden_sign()) if hidden else signs
