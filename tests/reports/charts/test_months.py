import doctest
from datetime import date

import pytest

from reports.charts import Series, months, step
from reports.charts.marks import Line, Look, Words
from reports.charts.months import BOTTOM, TOP

YEAR = [date(2026, month, 1) for month in range(1, 13)]


def of(*courses, today=None):
    return step(YEAR, courses, name="s", title="Certificates", today=today)


def lines(chart, look):
    return [mark for mark in chart.marks if isinstance(mark, Line) and mark.look == look]


def test_the_worked_examples_hold():
    assert doctest.testmod(months).failed == 0


def test_each_month_is_a_tread_and_each_rise_a_riser():
    found = lines(of(Series("Certificates", [0, 5, 5, 10, *[None] * 8])), Look.FIRST)

    treads = [line for line in found if line.y == line.to_y]
    risers = [line for line in found if line.x == line.to_x]
    assert [line.y for line in treads] == [BOTTOM, (TOP + BOTTOM) / 2, (TOP + BOTTOM) / 2, TOP]
    assert [(line.y, line.to_y) for line in risers] == [(BOTTOM, (TOP + BOTTOM) / 2), ((TOP + BOTTOM) / 2, TOP)]


def test_months_to_come_are_not_drawn_and_have_a_dash_in_the_table():
    chart = of(Series("Certificates", [1, 2, *[None] * 10]))

    assert max(line.to_x for line in lines(chart, Look.FIRST)) == round(200 / 12, 2)
    assert [row[1].text for row in chart.table.rows] == ["1", "2", *["–"] * 10]


def test_a_month_that_is_hidden_has_a_star_that_is_explained_and_is_none_to_come():
    chart = of(Series("Certificates", [1, None, 9, *[None] * 9], frozenset({1})))

    stars = [mark.x for mark in chart.marks if isinstance(mark, Words) and mark.text == "*"]
    assert stars == [round(150 / 12, 2)]
    assert [(row[1].text, row[1].hidden) for row in chart.table.rows[:4]] == [
        ("1", False),
        ("not shown", True),
        ("9", False),
        ("–", False),
    ]
    assert chart.notes == ("* Not shown, so that nobody in a small group can be recognised.",)


@pytest.mark.parametrize(
    ("today", "place"), [(date(2026, 1, 1), 0.0), (date(2026, 7, 1), 50.0), (date(2026, 12, 31), 99.73)]
)
def test_today_stands_where_it_lies_in_its_month(today, place):
    assert [line.x for line in lines(of(Series("A", [1] * 12), today=today), Look.TODAY)] == [place]


def test_a_month_that_is_not_over_has_figures_so_far():
    series = Series("Certificates", [1, 2, *[None] * 10])

    assert of(series, today=date(2026, 2, 28)).finding == "Certificates so far: 2."
    assert of(series, today=date(2026, 3, 1)).finding == "Certificates by the end of February 2026: 2."


@pytest.mark.parametrize("today", [None, date(2025, 12, 31), date(2027, 1, 1)])
def test_a_day_outside_the_months_is_not_marked(today):
    assert lines(of(Series("A", [1] * 12), today=today), Look.TODAY) == []


def test_two_series_differ_in_their_lines_and_the_higher_figure_stands_above():
    chart = of(Series("Completions", [9] * 12), Series("Certificates", [8] * 12))

    figures = [(mark.text, mark.y) for mark in chart.marks if isinstance(mark, Words) and mark.look == Look.ON_PATTERN]
    assert lines(chart, Look.FIRST)
    assert lines(chart, Look.SECOND)
    assert [text for text, _y in figures] == ["9", "8"]
    assert figures[0][1] < figures[1][1]


def test_more_than_two_series_are_refused():
    with pytest.raises(ValueError, match="Two series"):
        of(*[Series("A", [1] * 12)] * 3)
