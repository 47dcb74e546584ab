import pytest

from reports.charts import ItemPoint, Limits, histogram, scatter
from reports.charts.items import BOTTOM, TOP
from reports.charts.marks import Box, Dot, Line, Look, Words
from tests.reports.charts.pictures import covered, outside

LIMITS = Limits(hard=0.2, easy=0.95, weak=0.2)


def drawn(*points, questions=None):
    return scatter(points, LIMITS, questions or len(points), name="s", title="T")


def of_kind(chart, kind):
    return [mark for mark in chart.marks if isinstance(mark, kind)]


def test_questions_stand_where_their_figures_say_and_those_that_stand_out_are_diamonds():
    chart = drawn(ItemPoint(1, 0.2, 0.6, stands_out=False), ItemPoint(2, 0.95, 0.2, stands_out=True))

    (field,) = of_kind(chart, Box)
    one, other = of_kind(chart, Dot)
    assert (one.x, one.y, one.diamond) == (field.x, TOP, False)
    assert (other.x, other.y, other.diamond) == (field.x + field.width, field.y + field.height, True)


def test_the_finding_counts_questions_that_lie_well_among_all():
    good = ItemPoint(1, 0.5, 0.4, stands_out=False)

    chart = drawn(good, ItemPoint(2, 0.97, 0.4, stands_out=True), ItemPoint(3, 0.5, 0.1, stands_out=True), questions=4)

    assert chart.finding == "1 of 4 questions lies where good questions lie."
    assert [[cell.text.replace("\u00a0", " ") for cell in row] for row in chart.table.rows] == [
        ["1", "50 %", "40 %"],
        ["2", "97 %", "40 %"],
        ["3", "50 %", "10 %"],
    ]


def test_a_question_that_harms_has_room_below():
    chart = drawn(ItemPoint(1, 0.5, -0.95, stands_out=True))

    (point,) = of_kind(chart, Dot)
    assert TOP < point.y < BOTTOM
    assert "−100" in [words.text for words in of_kind(chart, Words)]


def test_numbers_of_questions_stay_in_the_picture_and_cover_none():
    points = [ItemPoint(number, number % 5 / 4, number % 7 / 6, stands_out=number % 2 == 0) for number in range(1, 13)]

    chart = drawn(*points)

    assert (covered(chart), outside(chart)) == ([], [])


def test_without_points_there_is_no_picture():
    assert drawn(questions=3).marks == ()


def test_bars_are_as_high_as_their_counts_and_the_highest_value_of_the_axis_is_not_below_them():
    for most in (1, 7, 99, 4321):
        chart = histogram([most, *[0] * 8, 1], 0.75, name="h", title="T")

        high, low = of_kind(chart, Box)
        assert TOP <= high.y < high.y + high.height == BOTTOM
        assert low.height == pytest.approx(high.height / most, abs=0.02)
        assert outside(chart) == covered(chart) == []


def test_the_pass_mark_stands_among_the_bars_and_in_the_key():
    chart = histogram([0] * 7 + [3, 4, 0], 0.75, name="h", title="T")

    (goal,) = (line for line in of_kind(chart, Line) if line.look is Look.GOAL)
    eighth, ninth = of_kind(chart, Box)
    assert eighth.x < goal.x < ninth.x
    assert [sign.text for sign in chart.key] == ["pass mark, 75\u00a0%"]
    assert chart.finding == "Most results lie between 80 and 90 per cent of the highest mark: 4 of 7."


def test_the_table_has_all_tenths():
    rows = histogram([1, *[0] * 8, 1], 0.75, name="h", title="T").table.rows

    told = [[cell.text.replace("\u00a0", " ") for cell in row] for row in rows]
    assert (len(told), told[0], told[-1]) == (10, ["0 to below 10", "1", "50 %"], ["90 to 100", "1", "50 %"])


def test_results_by_other_parts_are_refused():
    with pytest.raises(ValueError, match="tenths"):
        histogram([1, 2], 0.75, name="h", title="T")


def test_without_results_there_is_no_picture():
    chart = histogram([0] * 10, 0.75, name="h", title="T")

    assert (chart.marks, chart.finding) == ((), "There are no figures yet.")
