"""The pictures of an item analysis: figures in, whole units of their view box out. Templates draw them.

The view box is 360 units wide, a phone's width, so that its words are read there too.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts.layout import step_of

WIDTH, HEIGHT = 360, 260
# The field in which figures stand; left and below it are the words of the axes.
LEFT, RIGHT, TOP, BOTTOM = 44, 350, 12, 216
BINS = 10
# Where the number of a question may stand beside its mark, the best place first, and how much room both take there.
BESIDE = ((11, 0), (-11, 0), (0, -11), (0, 11), (10, -9), (-10, -9), (10, 9), (-10, 9), (20, 0), (-20, 0))
APART_ACROSS, APART_UP = 12, 10


@dataclass(frozen=True)
class Tick:
    """A value of an axis and its place on it."""

    value: int
    place: int


@dataclass(frozen=True)
class Bar:
    """How many results lie from `low` per cent on, up to `high` (only the last bar holds `high` itself)."""

    low: int
    high: int
    count: int
    share: float | None
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Histogram:
    """Results in ten bars. `pass_x` is where the pass mark stands."""

    bars: tuple[Bar, ...]
    pass_mark: int
    pass_x: int
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]


@dataclass(frozen=True)
class Point:
    """A question: its number, its facility and discrimination in per cent, and whether something stands out.

    The mark stands at `x` and `y`, which is what the figures say, its number beside it at `label_x` and `label_y`.
    """

    number: int
    facility: float
    discrimination: float
    stands_out: bool
    x: int
    y: int
    label_x: int
    label_y: int


@dataclass(frozen=True)
class Scatter:
    """Questions by facility (across) and discrimination (up), and the field in which good ones lie."""

    points: tuple[Point, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    good_x: int
    good_width: int
    good_y: int
    good_height: int


def histogram(results: Sequence[tuple[float, float]], pass_mark: int) -> Histogram:
    """Return the bars of results, each (earned, possible), by tenths of what was possible.

    >>> found = histogram([(3, 4), (4, 4), (0.7, 1)], 75)
    >>> [(bar.low, bar.count) for bar in found.bars if bar.count]
    [(70, 2), (90, 1)]
    """
    counts = [0] * BINS
    for earned, possible in results:
        # The small addition keeps 0.7 · 10 = 6.999… in the bar that begins at 70.
        counts[min(BINS - 1, math.floor(BINS * earned / possible + 1e-9)) if possible else 0] += 1
    step = step_of(max(counts, default=0))
    top = step * max(1, math.ceil(max(counts, default=0) / step))
    bars = []
    for place, count in enumerate(counts):
        low, high = place * 100 // BINS, (place + 1) * 100 // BINS
        x, y = _across(low), _up(count, 0, top)
        share = count / len(results) if results else None
        bars.append(Bar(low, high, count, share, x + 1, y, _across(high) - x - 2, BOTTOM - y))
    return Histogram(
        bars=tuple(bars),
        pass_mark=pass_mark,
        pass_x=_across(pass_mark),
        across=tuple(Tick(value, _across(value)) for value in range(0, 101, 20)),
        up=tuple(Tick(value, _up(value, 0, top)) for value in range(0, top + 1, step)),
    )


def scatter(figures: Sequence[tuple[int, float, float, bool]], *, easy: int, hard: int, weak: int) -> Scatter:
    """Return the points of questions, each (number, facility, discrimination, stands out).

    The good field lies between the facilities `hard` and `easy` and above the discrimination `weak`, all in per cent.

    >>> found = scatter([(1, 0.0, 100.0, False), (2, 100.0, -30.0, True)], easy=95, hard=20, weak=20)
    >>> [(point.x, point.y) for point in found.points], [tick.value for tick in found.up]
    ([(44, 12), (350, 201)], [-40, -20, 0, 20, 40, 60, 80, 100])
    """
    discriminations = [discrimination for _number, _facility, discrimination, _out in figures] or [0]
    low = min(-20, 20 * math.floor(min(discriminations) / 20))
    high = max(60, 20 * math.ceil(max(discriminations) / 20))
    places = [(_across(facility), _up(discrimination, low, high)) for _n, facility, discrimination, _out in figures]
    points = [Point(*each, *place, *label) for each, place, label in zip(figures, places, _labels(places), strict=True)]
    return Scatter(
        points=tuple(points),
        across=tuple(Tick(value, _across(value)) for value in range(0, 101, 20)),
        up=tuple(Tick(value, _up(value, low, high)) for value in range(low, high + 1, 20)),
        good_x=_across(hard),
        good_width=_across(easy) - _across(hard),
        good_y=TOP,
        good_height=_up(weak, low, high) - TOP,
    )


def _labels(places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Where the numbers of marks at these places stand: each where it covers the fewest marks and numbers."""
    labels: list[tuple[int, int]] = []
    for x, y in places:
        taken = [*(place for place in places if place != (x, y)), *labels]
        choices = [(x + across, y + up) for across, up in BESIDE]
        labels.append(min(choices, key=lambda choice: _crowd(choice, taken)))
    return labels


def _crowd(place: tuple[int, int], taken: Sequence[tuple[int, int]]) -> int:
    """How much stands where a number would stand; what lies outside the field is worst."""
    x, y = place
    if not (LEFT < x < WIDTH - 6 and TOP - 8 < y < BOTTOM):
        return len(taken) + 1
    return sum(abs(x - other_x) < APART_ACROSS and abs(y - other_y) < APART_UP for other_x, other_y in taken)


def _across(per_cent: float) -> int:
    return round(LEFT + (RIGHT - LEFT) * per_cent / 100)


def _up(value: float, low: float, high: float) -> int:
    return round(BOTTOM - (BOTTOM - TOP) * (value - low) / (high - low))
