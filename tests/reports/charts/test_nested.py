import doctest

import pytest

from reports.charts import FunnelStep, funnel, nested
from reports.charts.marks import Box, Look


def of(*counts):
    return funnel([FunnelStep(f"Step {n}", count) for n, count in enumerate(counts)], name="f", title="Funnel")


def widths(chart, look):
    return [mark.width for mark in chart.marks if isinstance(mark, Box) and mark.look == look]


def test_the_worked_examples_hold():
    assert doctest.testmod(nested).failed == 0


def test_each_bar_is_as_wide_as_its_share_of_the_first_and_the_lost_stand_beside_it():
    chart = of(200, 150, 150, 50)

    assert widths(chart, Look.BAR) == [100, 75, 75, 25]
    assert widths(chart, Look.LOST) == [25, 50]


def test_the_table_says_what_was_lost_and_how_much_is_left():
    rows = [[cell.text.replace("\N{NO-BREAK SPACE}", " ") for cell in row] for row in of(200, 150, 150).table.rows]

    assert rows == [["Step 0", "200", "100 %", "–"], ["Step 1", "150", "75 %", "50"], ["Step 2", "150", "75 %", "0"]]


def test_a_funnel_that_widens_is_a_mistake_of_whoever_counted():
    with pytest.raises(ValueError, match="never widens"):
        of(10, None, 11)


def test_beside_a_hidden_step_no_loss_gives_it_away():
    chart = of(200, None, 150)

    assert [[cell.text for cell in row][3] for row in chart.table.rows] == ["–", "not shown", "–"]
    assert widths(chart, Look.LOST) == []
    assert chart.finding == "150 of 200 reach the last step. 1 group is not shown."


def test_when_nobody_is_lost_no_step_is_named():
    assert of(5, 5).finding == "5 of 5 reach the last step."


def test_nobody_at_all_is_a_funnel_without_bars():
    chart = of(0, 0)

    assert widths(chart, Look.BAR) == [0, 0]
    assert [cell.text for cell in chart.table.rows[1]] == ["Step 1", "0", "–", "0"]
