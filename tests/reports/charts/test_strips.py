import doctest

import pytest

from reports.charts import StripCell, StripRow, heat_strip, strips
from reports.charts.marks import Box, Look
from reports.charts.strips import COLUMNS, HEATS


def of(*rows, columns=3):
    numbers = [str(number + 1) for number in range(columns)]
    return heat_strip(numbers, rows, name="s", title="Attendance", heading="Agency", across="Session")


def test_the_worked_examples_hold():
    assert doctest.testmod(strips).failed == 0


@pytest.mark.parametrize(("share", "step"), [(0.0, 0), (0.199, 0), (0.2, 1), (0.6, 3), (0.799, 3), (0.8, 4), (1.0, 4)])
def test_a_cell_is_the_darker_the_higher_and_from_80_per_cent_on_darkest(share, step):
    chart = of(StripRow("", [StripCell(share)]), columns=1)

    assert [mark.look for mark in chart.marks if isinstance(mark, Box)] == [HEATS[step]]


def test_every_cell_says_its_figure_so_that_nobody_needs_the_colour():
    cells = [StripCell(0.795), StripCell(None), StripCell(0.4, hidden=True)]

    chart = of(StripRow("", cells))

    looks = {Look.INSIDE, Look.ON_DARK}
    assert [mark.text for mark in chart.marks if mark.look in looks] == ["79", "–", "*"]


def test_many_sessions_stand_in_panels_below_each_other():
    chart = of(StripRow("A", [StripCell(0.5)] * 20), columns=20)

    boxes = [mark for mark in chart.marks if isinstance(mark, Box)]
    assert len(boxes) == 20
    assert len({box.y for box in boxes}) == 3
    assert max(box.x + box.width for box in boxes) <= 100
    assert len({box.x for box in boxes}) == COLUMNS


def test_a_strip_that_stands_alone_is_named_after_the_chart_in_the_table():
    chart = of(StripRow("", [StripCell(0.5)] * 3))

    assert chart.table.rows[0][0].text == "Attendance"
    assert [head.text for head in chart.table.heads] == ["Agency", "Session 1", "Session 2", "Session 3"]
