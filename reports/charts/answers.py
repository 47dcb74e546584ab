"""Diverging bars: how answers spread over five steps, the middle one in the middle of the picture."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reports.charts import layout
from reports.charts.layout import GAP, LINE, MOST, STAR, Sheet
from reports.charts.marks import Box, Cell, Chart, Head, Line, Look, Sign, Words, sentences, table
from reports.wording import per_cent, rounded, rounded_per_cent
from workshops.surveys import wilson

STEPS = (Look.STRONGLY_AGAINST, Look.AGAINST, Look.NEUTRAL, Look.IN_FAVOUR, Look.STRONGLY_IN_FAVOUR)
MIDDLE = 50
HEIGHT = 24
# A part narrower than this has no room for its figure on a phone.
ROOM = 11


@dataclass(frozen=True)
class AnswerRow:
    """A statement, how many chose each of the five steps from the lowest on, and how many were asked."""

    label: str
    counts: tuple[int, int, int, int, int]
    asked: int
    hidden: bool = False

    @property
    def answered(self) -> int:
        return sum(self.counts)

    @property
    def top(self) -> float | None:
        """The share of the two highest steps."""
        return (self.counts[3] + self.counts[4]) / self.answered if self.answered and not self.hidden else None


def diverging(rows: Sequence[AnswerRow], steps: Sequence[str], *, name: str, title: str, heading: str) -> Chart:
    """Return a bar for each row, of what `heading` says; `steps` are the words of the scale, from the lowest on.

    The share of the two highest steps stands below with its interval (Wilson, 95 %), then who answered of whom. Of more
    than `layout.MOST` rows the first ones are drawn.

    >>> scale = ["1", "2", "3", "4", "5"]
    >>> useful = AnswerRow("Useful", (0, 1, 1, 4, 4), 12)
    >>> chart = diverging([useful], scale, name="a", title="Answers", heading="Statement")
    >>> chart.finding.replace("\N{NO-BREAK SPACE}", " ")
    'Useful: 80 % chose the two highest steps.'
    """
    sheet = Sheet()
    reach = max((_side(row.counts) for row in rows if not row.hidden and row.answered), default=1.0)
    for row in rows[:MOST]:
        _draw(sheet, row, reach)
    hidden = sum(row.hidden for row in rows)
    return Chart(
        name=name,
        title=title,
        finding=_finding(rows),
        height=round(sheet.y),
        marks=sheet.end() if rows else (),
        key=_key(steps, hidden > 0),
        notes=(_explained(), *layout.notes(hidden, max(0, len(rows) - MOST))),
        table=table(
            [
                Head(heading, numeric=False),
                *map(Head, steps),
                Head(pgettext("chart", "Two highest")),
                Head(layout.interval_heading()),
                Head(pgettext("chart", "Answered of asked")),
            ],
            [_cells(row) for row in rows],
        ),
    )


def _side(counts: Sequence[int]) -> float:
    """How far a bar reaches from the middle, as a share of all its answers."""
    left = (counts[0] + counts[1] + counts[2] / 2) / sum(counts)
    return max(left, 1 - left)


def _draw(sheet: Sheet, row: AnswerRow, reach: float) -> None:
    sheet.name(row.label)
    if row.hidden or not row.answered:
        _draw_nothing(sheet, row)
    else:
        _draw_parts(sheet, row, reach)
    sheet.y += HEIGHT + GAP if row.hidden else HEIGHT + LINE + GAP


def _draw_nothing(sheet: Sheet, row: AnswerRow) -> None:
    if row.hidden:
        sheet.add(Box(0, sheet.y, 100, HEIGHT, Look.HIDDEN))
        sheet.add(Words(0, sheet.y + 16, f"{layout.not_shown()} {STAR}", Look.NOTE, "start", 6))
    else:
        sheet.add(Box(0, sheet.y, 100, HEIGHT, Look.TRACK))
        sheet.add(Words(0, sheet.y + HEIGHT + 15, layout.nothing(), Look.NOTE))


def _draw_parts(sheet: Sheet, row: AnswerRow, reach: float) -> None:
    scale = MIDDLE / reach / row.answered
    x = MIDDLE - scale * (row.counts[0] + row.counts[1] + row.counts[2] / 2)
    for count, look in zip(row.counts, STEPS, strict=True):
        width = scale * count
        if count:
            sheet.add(Box(round(x, 2), sheet.y, round(width, 2), HEIGHT, look))
        if width >= ROOM:
            figure = per_cent(count / row.answered).removesuffix("\N{NO-BREAK SPACE}%")
            text = Look.ON_DARK if look in {STEPS[0], STEPS[-1]} else Look.ON_PATTERN
            sheet.add(Words(round(x + width / 2, 2), sheet.y + 17, figure, text, "middle"))
        x += width
    sheet.add(Line(MIDDLE, sheet.y - 3, MIDDLE, sheet.y + HEIGHT + 3, Look.ZERO))
    line = sheet.y + HEIGHT + 15
    answered = pgettext("answers", "%(answered)s of %(asked)s") % _numbers(row)
    sheet.add(Words(0, line, _top(row), Look.FIGURE), Words(100, line, answered, Look.NOTE, "end"))


def _top(row: AnswerRow) -> str:
    low, high = _interval(row)
    return _("%(share)s (%(low)s–%(high)s)") % {"share": per_cent(row.top), "low": low, "high": high}


def _interval(row: AnswerRow) -> tuple[str, str]:
    low, high = wilson(row.counts[3] + row.counts[4], row.answered)
    return rounded(100 * low), rounded_per_cent(100 * high)


def _numbers(row: AnswerRow) -> dict[str, str]:
    return {"answered": rounded(row.answered), "asked": rounded(row.asked)}


def _finding(rows: Sequence[AnswerRow]) -> str:
    hidden = layout.hidden_finding(sum(row.hidden for row in rows), len(rows))
    known = [(row.top, row.label) for row in rows if row.top is not None]
    if not known:
        return hidden or layout.nothing()
    low, high = min(known, key=lambda each: each[0]), max(known, key=lambda each: each[0])
    lowest, highest = layout.named(low[1]), layout.named(high[1])
    values = {"low": per_cent(low[0]), "lowest": lowest, "high": per_cent(high[0]), "highest": highest}
    if low == high:
        return sentences(_("%(highest)s: %(high)s chose the two highest steps.") % values, hidden)
    words = _("The two highest steps were chosen most for “%(highest)s” (%(high)s), least for “%(lowest)s” (%(low)s).")
    return sentences(words % values, hidden)


def _cells(row: AnswerRow) -> list[Cell]:
    if row.hidden:
        return [Cell(row.label), *[layout.hidden_cell()] * (len(STEPS) + 3)]
    answered = Cell(pgettext("answers", "%(answered)s of %(asked)s") % _numbers(row))
    if not row.answered:
        return [Cell(row.label), *[Cell("–")] * (len(STEPS) + 2), answered]
    return [
        Cell(row.label),
        *(Cell(rounded(count)) for count in row.counts),
        Cell(per_cent(row.top)),
        Cell("–".join(_interval(row))),
        answered,
    ]


def _key(steps: Sequence[str], hidden: bool) -> tuple[Sign, ...]:
    signs = [Sign((Box(0, 2, 100, 12, look),), words) for look, words in zip(STEPS, steps, strict=True)]
    return (*signs, layout.hidden_sign()) if hidden else tuple(signs)


def _explained() -> str:
    words = _(
        "In the bars: per cent. Below them: the share of the two highest steps with its interval (95 %% confidence), "
        "and how many answered of those asked."
    )
    return layout.tied(words % {})
