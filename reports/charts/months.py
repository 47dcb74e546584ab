"""Steps over months: how many there were in all by the end of each."""

import math
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reports.charts import layout
from reports.charts.layout import LINE, STAR, Sheet, step_of
from reports.charts.marks import Box, Cell, Chart, Head, Line, Look, Mark, Sign, Words, sentences, table
from reports.wording import rounded

TOP, HEIGHT = 36, 180
BOTTOM = TOP + HEIGHT
LOOKS = (Look.FIRST, Look.SECOND)
# How many months are named below.
NAMED = 3
# Beyond this a name would leave the picture.
LAST_NAME = 91


@dataclass(frozen=True)
class Series:
    """What is counted, and how many there were in all by the end of each month; None in months to come.

    hidden: the places of months whose totals, None as well, would tell something about too few people.
    """

    label: str
    totals: Sequence[int | None]
    hidden: frozenset[int] = frozenset()


def step(
    months: Sequence[date], series: Sequence[Series], *, name: str, title: str, today: date | None = None
) -> Chart:
    """Return one or two series over months, each named by its first day; `today` is marked if it lies among them.

    >>> chart = step([date(2026, 1, 1), date(2026, 2, 1)], [Series("Certificates", [3, 8])], name="s", title="T")
    >>> chart.finding
    'Certificates by the end of February 2026: 8.'
    """
    if len(series) > len(LOOKS):
        raise ValueError("Two series are told apart, more are not.")
    sheet = Sheet(y=BOTTOM + LINE + 4)
    values = [total for each in series for total in each.totals if total is not None]
    gap = step_of(max(values, default=0))
    top = gap * max(1, math.ceil(max(values, default=0) / gap))
    sheet.add(*_axes(months, gap, top))
    for each, look in zip(series, LOOKS, strict=False):
        sheet.add(*_line(each, look, top))
    sheet.add(*_last_figures(series, top))
    if today and months and months[0] <= today <= _last_day(months[-1]):
        sheet.add(*_today(months, today))
    hidden = sum(len(each.hidden) for each in series)
    return Chart(
        name=name,
        title=title,
        finding=_finding(months, series, today),
        height=round(sheet.y),
        marks=sheet.end() if values else (),
        key=tuple(_sign(each, look) for each, look in zip(series, LOOKS, strict=False)),
        notes=layout.notes(hidden),
        table=table(
            [Head(pgettext("chart", "Month"), numeric=False), *(Head(each.label) for each in series)],
            [
                [Cell(date_format(month, "YEAR_MONTH_FORMAT")), *(_cell(each, place) for each in series)]
                for place, month in enumerate(months)
            ],
        ),
    )


def _cell(series: Series, place: int) -> Cell:
    return layout.hidden_cell() if place in series.hidden else Cell(rounded(series.totals[place]))


def _up(value: float, top: int) -> float:
    return round(BOTTOM - HEIGHT * value / top, 2)


def _axes(months: Sequence[date], gap: int, top: int) -> list[Mark]:
    marks: list[Mark] = []
    for value in range(0, top + 1, gap):
        y = _up(value, top)
        marks += [Line(0, y, 100, y, Look.GRID if value else Look.ZERO)]
        marks += [Words(0, y - 4, rounded(value), Look.TICK)] if value else []
    every = max(1, math.ceil(len(months) / NAMED))
    for place in range(0, len(months), every):
        x = round(100 * place / len(months), 2)
        marks.append(Line(x, BOTTOM, x, BOTTOM + 5, Look.ZERO))
        if x <= LAST_NAME:
            # Month and year in figures, as the short form of a date has them in all three languages.
            text = date_format(months[place], "m.Y")
            marks.append(Words(x, BOTTOM + LINE, text, Look.TICK, "middle" if place else "start"))
    return marks


def _line(series: Series, look: Look, top: int) -> list[Mark]:
    """Each month a tread, between two months a riser."""
    areas: list[Mark] = []
    lines: list[Mark] = []
    # A month that is hidden breaks the line, and a star says why.
    width, before = 100 / max(1, len(series.totals)), None
    for place, total in enumerate(series.totals):
        if total is None:
            before = None
            if place in series.hidden:
                lines.append(Words(round((place + 0.5) * width, 2), BOTTOM - 6, STAR, Look.FIGURE, "middle"))
            continue
        x, to_x, y = round(place * width, 2), round((place + 1) * width, 2), _up(total, top)
        if look is Look.FIRST:
            areas.append(Box(x, y, round(to_x - x, 2), round(BOTTOM - y, 2), Look.AREA))
        if before is not None and before != y:
            lines.append(Line(x, before, x, y, look))
        lines.append(Line(x, y, to_x, y, look))
        before = y
    return [*areas, *lines]


def _last_figures(series: Sequence[Series], top: int) -> list[Mark]:
    """The last figure of each: that of the higher one above its tread, that of the lower one below."""
    ends = [_last(each) for each in series]
    found = sorted((end for end in ends if end), key=lambda end: -end[1])
    marks: list[Mark] = []
    for (place, total), below in zip(found, (-6, 17), strict=False):
        x = round(100 * (place + 1) / len(series[0].totals), 2)
        marks.append(Words(x, _up(total, top) + below, rounded(total), Look.ON_PATTERN, "end"))
    return marks


def _last(series: Series) -> tuple[int, int] | None:
    known = [(place, total) for place, total in enumerate(series.totals) if total is not None]
    return known[-1] if known else None


def _last_day(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


def _today(months: Sequence[date], today: date) -> list[Mark]:
    month = max(place for place, first in enumerate(months) if first <= today)
    within = (today.day - 1) / _last_day(months[month]).day
    x = round(100 * min(month + within, len(months)) / len(months), 2)
    left = x > 70  # noqa: PLR2004 - in the right third the word stands at the left of its line
    word = Words(x, 13, pgettext("chart", "today"), Look.NOTE, "end" if left else "start", -5 if left else 5)
    return [Line(x, 2, x, BOTTOM, Look.TODAY), word]


def _finding(months: Sequence[date], series: Sequence[Series], today: date | None) -> str:
    ends = [(each.label, _last(each)) for each in series]
    return sentences(*(_said(label, months[end[0]], end[1], today) for label, end in ends if end)) or layout.nothing()


def _said(label: str, month: date, total: int, today: date | None) -> str:
    """A month that is not over yet has no end."""
    if today and month <= today <= _last_day(month):
        return _("%(label)s so far: %(count)s.") % {"label": label, "count": rounded(total)}
    values = {"label": label, "month": date_format(month, "YEAR_MONTH_FORMAT"), "count": rounded(total)}
    return _("%(label)s by the end of %(month)s: %(count)s.") % values


def _sign(series: Series, look: Look) -> Sign:
    return Sign((Line(0, 8, 100, 8, look),), series.label)
