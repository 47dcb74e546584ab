"""How questions of a test measure: how hard each is and how well it tells people apart, and how results are spread."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.charts import layout
from reports.charts.layout import LINE, NARROW, Sheet, step_of, width_of
from reports.charts.marks import Box, Cell, Chart, Dot, Head, Line, Look, Mark, Sign, Words, sentences, table
from reports.wording import rounded, rounded_per_cent

# The field in which figures stand, in per cent across and in pixels down; above it the words of the upright axis.
LEFT, RIGHT, TOP, HEIGHT = 13.0, 96.0, 38, 210
BOTTOM = TOP + HEIGHT
# Where the number of a question may stand beside its mark, in pixels, the best place first, and how much room it takes.
BESIDE = ((10, 5), (-10, 5), (0, -9), (0, 19), (9, -4), (-9, -4), (9, 15), (-9, 15), (20, 5), (-20, 5))
APART_ACROSS, APART_DOWN = 18, 13
TENTHS = 10


@dataclass(frozen=True)
class ItemPoint:
    """A question: its number, its facility and discrimination as shares, and whether something stands out."""

    number: int
    facility: float
    discrimination: float
    stands_out: bool


@dataclass(frozen=True)
class Limits:
    """Between which facilities, and above which discrimination, good questions lie; as shares."""

    hard: float
    easy: float
    weak: float

    def hold(self, point: ItemPoint) -> bool:
        return self.hard < point.facility < self.easy and point.discrimination >= self.weak


def scatter(points: Sequence[ItemPoint], limits: Limits, questions: int, *, name: str, title: str) -> Chart:
    """Return questions by facility (across) and discrimination (up), and the field in which good ones lie.

    questions: how many there are in all; those that lack one of the figures are no points.

    >>> point = ItemPoint(1, 0.6, 0.4, stands_out=False)
    >>> scatter([point], Limits(hard=0.2, easy=0.95, weak=0.2), 2, name="s", title="T").finding
    '1 of 2 questions lies where good questions lie.'
    """
    sheet = Sheet(y=BOTTOM + 2 * LINE + 4)
    low, high = _ends(points)
    sheet.add(*_good_field(limits, low, high), *_axes(low, high))
    places = [(_across(point.facility), _down(point.discrimination, low, high)) for point in points]
    for point, (x, y) in zip(points, places, strict=True):
        sheet.add(_mark(x, y, stands_out=point.stands_out))
    for point, (x, y), (shift, down) in zip(points, places, _labels(places), strict=True):
        anchor = "middle" if not shift else "start" if shift > 0 else "end"
        sheet.add(Words(x, y + down, str(point.number), Look.TICK, anchor, shift))
    good = sum(limits.hold(point) for point in points)
    words = ngettext(
        "%(good)s of %(all)s questions lies where good questions lie.",
        "%(good)s of %(all)s questions lie where good questions lie.",
        good,
    )
    how = _(
        "Each number is a question of the table below. To the right it is easier, further up it tells apart better. "
        "Good questions lie in the shaded field; diamonds stand out."
    )
    return Chart(
        name=name,
        title=title,
        finding=words % {"good": rounded(good), "all": rounded(questions)} if points else layout.nothing(),
        height=round(sheet.y),
        marks=sheet.end() if points else (),
        key=(
            Sign((_mark(50, 8, stands_out=False),), _("nothing stands out")),
            Sign((_mark(50, 8, stands_out=True),), _("something stands out")),
            Sign((Box(0, 2, 100, 12, Look.AREA),), _("where good questions lie")),
        ),
        notes=(how,),
        table=table(
            [
                Head(_("Question"), numeric=False),
                Head(_("Facility")),
                Head(_("Discrimination")),
            ],
            [
                [Cell(str(point.number)), Cell(_per_cent(point.facility)), Cell(_per_cent(point.discrimination))]
                for point in points
            ],
        ),
    )


def _mark(x: float, y: float, *, stands_out: bool) -> Dot:
    return Dot(x, y, Look.LOSS, diamond=True) if stands_out else Dot(x, y, Look.GAIN, hollow=True)


def _ends(points: Sequence[ItemPoint]) -> tuple[float, float]:
    """From where to where discrimination is drawn: whole fifths, so that a question that harms has room below."""
    values = [point.discrimination for point in points] or [0.0]
    return min(-0.2, math.floor(5 * min(values)) / 5), max(0.6, math.ceil(5 * max(values)) / 5)


def _good_field(limits: Limits, low: float, high: float) -> Iterator[Mark]:
    left, bottom = _across(limits.hard), _down(limits.weak, low, high)
    yield Box(left, TOP, round(_across(limits.easy) - left, 2), round(bottom - TOP, 2), Look.AREA)


def _axes(low: float, high: float) -> Iterator[Mark]:
    yield Words(0, 14, _("Discrimination, per cent"), Look.NOTE)
    for fifth in range(round(5 * low), round(5 * high) + 1):
        y = _down(fifth / 5, low, high)
        yield Line(0, y, RIGHT, y, Look.GRID if fifth else Look.ZERO)
        yield Words(0, y - 4, rounded(20 * fifth), Look.TICK)
    for fifth in range(6):
        x = _across(fifth / 5)
        yield Line(x, TOP, x, BOTTOM, Look.GRID)
        yield Words(x, BOTTOM + LINE, rounded(20 * fifth), Look.TICK, "middle")
    yield Words(RIGHT, BOTTOM + 2 * LINE, _("Facility, per cent"), Look.NOTE, "end")


def _labels(places: Sequence[tuple[float, float]]) -> list[tuple[int, int]]:
    """How far from its mark each number stands: where it covers the fewest marks and numbers on a phone."""
    marks = [(x * NARROW / 100, y) for x, y in places]
    taken: list[tuple[float, float]] = []
    labels = []
    for x, y in marks:
        others = [*((to_x, to_y + 5) for to_x, to_y in marks if (to_x, to_y) != (x, y)), *taken]
        best = min(BESIDE, key=lambda beside: _crowd((x + beside[0] * 1.2, y + beside[1]), others))
        labels.append(best)
        taken.append((x + best[0] * 1.2, y + best[1]))
    return labels


def _crowd(place: tuple[float, float], taken: Sequence[tuple[float, float]]) -> int:
    """How much stands where a number would stand; what lies outside of the field is worst."""
    x, y = place
    if not (LEFT * NARROW / 100 < x < NARROW - 8 and TOP < y < BOTTOM):
        return len(taken) + 1
    return sum(abs(x - to_x) < APART_ACROSS and abs(y - to_y) < APART_DOWN for to_x, to_y in taken)


def _per_cent(share: float) -> str:
    return rounded_per_cent(100 * share)


def _across(share: float) -> float:
    return round(LEFT + (RIGHT - LEFT) * share, 2)


def _down(value: float, low: float, high: float) -> float:
    return round(BOTTOM - HEIGHT * (value - low) / (high - low), 2)


# --- Results ----------------------------------------------------------------------------------------------------------


def histogram(counts: Sequence[int], pass_mark: float, *, name: str, title: str) -> Chart:
    """Return how many results lie in each tenth of the highest mark; `pass_mark` is a share of it.

    >>> histogram([0, 0, 0, 0, 0, 0, 0, 2, 0, 1], 0.75, name="h", title="T").finding
    'Most results lie between 70 and 80 per cent of the highest mark: 2 of 3.'
    """
    if len(counts) != TENTHS:
        raise ValueError("Results are told by tenths.")
    sheet = Sheet(y=BOTTOM + 2 * LINE + 4)
    most = max(counts)
    gap = step_of(most)
    top = gap * max(1, math.ceil(most / gap))
    sheet.add(*_counts_axis(gap, top))
    width = (RIGHT - LEFT) / TENTHS
    for place, count in enumerate(counts):
        if count:
            y = _down(count, 0, top)
            sheet.add(
                Box(round(LEFT + place * width + 0.4, 2), y, round(width - 0.8, 2), round(BOTTOM - y, 2), Look.BAR)
            )
    x = _across(pass_mark)
    sheet.add(Line(x, TOP - 6, x, BOTTOM, Look.GOAL))
    passes = _("pass mark, %(mark)s %%") % {"mark": rounded(100 * pass_mark)}
    return Chart(
        name=name,
        title=title,
        finding=_most(counts, most),
        height=round(sheet.y),
        marks=sheet.end() if most else (),
        key=(Sign((Line(0, 8, 100, 8, Look.GOAL),), passes.replace(" %", "\N{NO-BREAK SPACE}%")),),
        notes=(),
        table=table(
            [
                Head(_("Share of the highest mark, per cent"), numeric=False),
                Head(_("Attempts")),
                Head(_("Share")),
            ],
            [
                [Cell(_tenth(place)), Cell(rounded(count)), Cell(_per_cent(count / sum(counts) if most else 0))]
                for place, count in enumerate(counts)
            ],
        ),
    )


def _counts_axis(gap: int, top: int) -> Iterator[Mark]:
    yield Words(0, 14, _("Attempts"), Look.NOTE)
    for value in range(0, top + 1, gap):
        y = _down(value, 0, top)
        yield Line(0, y, RIGHT, y, Look.GRID if value else Look.ZERO)
        yield Words(0, y - 4, rounded(value), Look.TICK)
    for fifth in range(6):
        yield Words(_across(fifth / 5), BOTTOM + LINE, rounded(20 * fifth), Look.TICK, "middle")
    said = _("Share of the highest mark, per cent")
    yield Words(RIGHT if width_of(said) < NARROW * RIGHT / 100 else 100, BOTTOM + 2 * LINE, said, Look.NOTE, "end")


def _tenth(place: int) -> str:
    ends = {"low": rounded(place * TENTHS), "high": rounded((place + 1) * TENTHS)}
    return (_("%(low)s to %(high)s") if place == TENTHS - 1 else _("%(low)s to below %(high)s")) % ends


def _most(counts: Sequence[int], most: int) -> str:
    if not most:
        return layout.nothing()
    place = counts.index(most)
    told = {"low": rounded(place * TENTHS), "high": rounded((place + 1) * TENTHS)}
    told |= {"count": rounded(most), "all": rounded(sum(counts))}
    return sentences(
        _("Most results lie between %(low)s and %(high)s per cent of the highest mark: %(count)s of %(all)s.") % told
    )
