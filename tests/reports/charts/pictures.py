"""Charts of every kind with invented figures, and what is wrong with a picture."""

from collections.abc import Iterator
from datetime import date
from itertools import combinations

from reports.charts import (
    AnswerRow,
    BarRow,
    ChangeRow,
    Chart,
    FunnelStep,
    Series,
    StripCell,
    StripRow,
    TargetRow,
    bars,
    bullet,
    diverging,
    dumbbell,
    funnel,
    heat_strip,
    step,
)  # fmt: skip
from reports.charts.layout import LABEL_SIZE, NARROW, NOTE_SIZE, width_of
from reports.charts.marks import Box, Dot, Line, Look, Mark, Words

LONG = "Міністэрства працы і сацыяльнай абароны Рэспублікі Беларусь, упраўленне палітыкі занятасці і міграцыі"
SCALE = ["disagree", "rather disagree", "neither", "rather agree", "agree"]
SMALLER = {Look.NOTE, Look.TICK, Look.INSIDE, Look.ON_PATTERN, Look.ON_DARK}


def names(count: int) -> list[str]:
    """Return names of rows, long and short ones."""
    return [f"{LONG} {number}" if number % 2 else f"Clinic {number}" for number in range(count)]


def charts_of(count: int, *, hidden: bool = False) -> Iterator[Chart]:
    """Yield a chart of each kind with so many rows, all of them hidden or none."""
    shares = [number % 11 / 10 for number in range(count)]
    figures = list(zip(names(count), shares, strict=True))
    counts = [None if hidden else 12_345 - 7 * number for number in range(count)]
    yield funnel([FunnelStep(*each) for each in zip(names(count), counts, strict=True)], name="funnel", title="Funnel")
    yield bars(
        [BarRow(label, share, 12_345, provisional=share > 0.5, hidden=hidden) for label, share in figures],
        name="bars", title="Bars", heading="Agency", goal=0.8,
    )  # fmt: skip
    yield heat_strip(
        [str(number) for number in range(1, 14)],
        [StripRow(label, [StripCell(share, hidden)] * 12 + [StripCell(None, hidden)]) for label, share in figures],
        name="strip", title="Strip", heading="Agency", across="Session",
    )  # fmt: skip
    yield dumbbell(
        [ChangeRow(label, n, 1 - n, 1234, (0.9 - 2 * n, 1.1 - 2 * n), hidden) for label, n in figures],
        name="dumbbell", title="Dumbbell", heading="Objective",
    )  # fmt: skip
    yield diverging(
        [AnswerRow(label, (n % 4, n % 3, 1, n % 7, n % 5), 99, hidden) for n, label in enumerate(names(count))],
        SCALE, name="diverging", title="Diverging", heading="Statement",
    )  # fmt: skip
    yield bullet(
        [TargetRow(label, 120 * share, 100, 0, "days", 1, hidden) for label, share in figures],
        name="bullet", title="Bullet",
    )  # fmt: skip
    months = [date(2026 + number // 12, number % 12 + 1, 1) for number in range(count)]
    totals = [None if hidden else 40 * number for number in range(count)]
    yield step(
        months, [Series("Completions", totals), Series("Certificates", totals)],
        name="step", title="Step", today=date(2026, 1, 17),
    )  # fmt: skip


def outside(chart: Chart) -> list[Mark]:
    """Return the marks that leave the picture of a phone."""
    return [mark for mark in chart.marks if not _inside(mark, chart.height)]


def _inside(mark: Mark, height: int) -> bool:
    left, right, top, bottom = _edges(mark)
    return left >= -0.5 and right <= NARROW + 0.5 and top >= 0 and bottom <= height + 0.5


def covered(chart: Chart) -> list[tuple[str, str]]:
    """Return words that stand on each other on a phone."""
    words = [mark for mark in chart.marks if isinstance(mark, Words)]
    return [(one.text, other.text) for one, other in combinations(words, 2) if _touch(_edges(one), _edges(other))]


def _touch(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]


def _edges(mark: Mark) -> tuple[float, float, float, float]:
    """Left, right, top and bottom of a mark in pixels."""
    x = mark.x * NARROW / 100
    match mark:
        case Box():
            return x, x + mark.width * NARROW / 100, mark.y, mark.y + mark.height
        case Line():
            to_x = mark.to_x * NARROW / 100
            return min(x, to_x), max(x, to_x), min(mark.y, mark.to_y), max(mark.y, mark.to_y)
        case Dot():
            return x - 6, x + 6, mark.y - 6, mark.y + 6
        case Words():
            size = NOTE_SIZE if mark.look in SMALLER else LABEL_SIZE
            width = width_of(mark.text) * size / LABEL_SIZE
            left = mark.shift + x - {"start": 0, "middle": width / 2, "end": width}[mark.anchor]
            return left, left + width, mark.y - 10, mark.y + 2
