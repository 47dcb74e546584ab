import doctest

import pytest

from reports.charts import TargetRow, bullet, targets
from reports.charts.marks import Box, Look
from reports.charts.targets import END


def of(*rows):
    return bullet(rows, name="t", title="Results")


def test_the_worked_examples_hold():
    assert doctest.testmod(targets).failed == 0


@pytest.mark.parametrize(
    ("row", "reached"),
    [
        (TargetRow("reached", 300, 300, 0), True),
        (TargetRow("above", 301, 300), True),
        (TargetRow("below", 299, 300, 0), False),
        (TargetRow("waiting time that fell", 6, 7, 21), True),
        (TargetRow("waiting time that still falls", 9, 7, 21), False),
        (TargetRow("not known", None, 7), False),
        (TargetRow("without a target", 7), False),
        (TargetRow("hidden", 300, 300, hidden=True), False),
    ],
    ids=lambda value: value.label if isinstance(value, TargetRow) else "",
)
def test_a_target_is_reached_from_the_side_of_the_baseline(row, reached):
    assert row.reached is reached


def test_each_row_has_its_own_scale_whose_highest_value_stands_near_the_end():
    chart = of(TargetRow("A", 50, 100, 25), TargetRow("B", 3, 2, 1))

    places = [(mark.look, mark.x) for mark in chart.marks if mark.look in {Look.TARGET, Look.BASELINE}]
    bars = [mark.width for mark in chart.marks if isinstance(mark, Box) and mark.look == Look.BAR]
    assert bars == [END / 2, END]
    assert places == [
        (Look.BASELINE, END / 4),
        (Look.TARGET, END),
        (Look.BASELINE, END / 3),
        (Look.TARGET, END * 2 / 3),
    ]


def test_what_is_reached_has_a_tick_and_a_word():
    chart = of(TargetRow("A", 3, 2), TargetRow("B", 1, 2))

    assert [mark.text for mark in chart.marks if mark.look == Look.FIGURE] == ["✓"]
    assert [row[4].text for row in chart.table.rows] == ["target reached", "target not reached"]
    assert chart.finding == "1 of 2 targets are reached."


def test_values_below_0_stand_at_the_beginning_and_are_told():
    chart = of(TargetRow("A", -4, 10, unit="%", places=1))

    assert [mark.width for mark in chart.marks if isinstance(mark, Box) and mark.look == Look.BAR] == [0]
    assert chart.table.rows[0][2].text == "−4.0\N{NO-BREAK SPACE}%"


def test_nothing_known_is_said_and_draws_nothing():
    chart = of(TargetRow("A", None))

    assert [cell.text for cell in chart.table.rows[0]] == ["A", "–", "–", "–", "no figure yet"]
    assert [mark.text for mark in chart.marks if mark.look == Look.NOTE] == ["No figure yet"]
