import pytest

from reports.charts.layout import MOST
from reports.charts.marks import PATTERNS, Box, Look
from tests.reports.charts.pictures import charts_of, covered, outside

SIZES = [1, 3, 40]


def each_kind(count, *, hidden=False):
    return [pytest.param(chart, id=f"{chart.name}-{count}") for chart in charts_of(count, hidden=hidden)]


EVERY = [*(case for count in SIZES for case in each_kind(count)), *each_kind(3, hidden=True)]


@pytest.mark.parametrize("chart", EVERY)
def test_no_mark_leaves_the_picture_of_a_phone(chart):
    assert outside(chart) == []


@pytest.mark.parametrize("chart", EVERY)
def test_no_words_stand_on_others(chart):
    assert covered(chart) == []


@pytest.mark.parametrize("chart", each_kind(0))
def test_without_figures_there_is_no_picture_and_the_finding_says_so(chart):
    assert (chart.finding, chart.table.rows) == ("There are no figures yet.", ())
    assert not [mark for mark in chart.marks if isinstance(mark, Box)]


@pytest.mark.parametrize("chart", [case for case in each_kind(3, hidden=True) if case.values[0].name != "step"])
def test_what_is_hidden_has_no_figure_and_the_chart_says_why(chart):
    assert chart.finding == "No figure can be shown: all the groups are too small."
    assert chart.notes[-1] == "* Not shown, so that nobody in a small group can be recognised."
    assert {cell.text for row in chart.table.rows for cell in row[1:]} == {"not shown"}
    assert {mark.look for mark in chart.marks if isinstance(mark, Box)} == {Look.HIDDEN}


@pytest.mark.parametrize("chart", [case for case in each_kind(400) if case.values[0].name not in {"funnel", "step"}])
def test_of_many_rows_some_are_drawn_and_all_are_in_the_table(chart):
    labels = [mark for mark in chart.marks if mark.look == Look.LABEL]

    assert len(chart.table.rows) == 400
    assert len(labels) < 400
    assert chart.height < MOST * 3 * 100


@pytest.mark.parametrize("chart", each_kind(3))
def test_the_table_has_a_cell_for_each_heading(chart):
    assert {len(row) for row in chart.table.rows} == {len(chart.table.heads)}
    assert [len(row) for row in chart.table.cells] == [len(chart.table.heads)] * len(chart.table.rows)


def test_parts_that_lie_side_by_side_differ_in_more_than_colour():
    steps = [Look.STRONGLY_AGAINST, Look.AGAINST, Look.NEUTRAL, Look.IN_FAVOUR, Look.STRONGLY_IN_FAVOUR]

    assert [PATTERNS.get(look, "plain") for look in steps] == ["plain", "falling", "dots", "rising", "plain"]
    assert PATTERNS[Look.PROVISIONAL] != PATTERNS.get(Look.BAR)
    assert PATTERNS[Look.LOST] != PATTERNS.get(Look.BAR)
