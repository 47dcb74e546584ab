import doctest

from reports.charts import ChangeRow, changes, dumbbell
from reports.charts.marks import Box, Dot, Look


def of(*rows):
    return dumbbell(rows, name="d", title="Change", heading="Objective")


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_the_worked_examples_hold():
    assert doctest.testmod(changes).failed == 0


def test_what_fell_has_another_shape_a_minus_and_a_sentence():
    chart = of(ChangeRow("Rose", 0.5, 0.8, 41), ChangeRow("Fell", 0.6, 0.5, 41))

    ends = [(mark.diamond, mark.look) for mark in chart.marks if isinstance(mark, Dot) and not mark.hollow]
    assert ends == [(False, Look.GAIN), (True, Look.LOSS)]
    assert [row[3].text for row in chart.table.rows] == ["+30", "−10"]
    assert plain(chart.finding) == "Largest gain: Rose, from 50 % to 80 %. 1 of 2 went down."


def test_an_objective_that_ends_with_a_full_stop_stands_within_the_sentence_without_it():
    chart = of(ChangeRow("Describe the path.", 0.5, 0.8, 41))

    assert plain(chart.finding) == "Largest gain: Describe the path, from 50 % to 80 %."
    assert chart.table.rows[0][0].text == "Describe the path."


def test_when_all_fell_there_is_no_largest_gain():
    assert of(ChangeRow("Fell", 0.6, 0.5, 41)).finding == "Nothing went up. 1 of 1 went down."


def test_the_interval_lies_around_the_end_and_never_beyond_the_axis():
    chart = of(ChangeRow("A", 0.5, 0.95, 12, interval=(0.2, 0.7)))

    span = next(mark for mark in chart.marks if isinstance(mark, Box))
    low, high = changes._place(0.7), changes._place(1.0)
    assert (span.x, span.width) == (low, round(high - low, 2))
    assert chart.table.rows[0][4].text == "+20 to +70"


def test_a_change_whose_interval_holds_0_may_be_chance():
    chart = of(ChangeRow("A", 0.5, 0.6, 12, interval=(-0.05, 0.25)))

    assert plain(chart.finding) == "Largest gain: A, from 50 % to 60 %. 1 change may be chance."


def test_without_an_interval_or_a_result_there_is_a_dash():
    chart = of(ChangeRow("A", 0.5, None, None))

    assert [plain(cell.text) for cell in chart.table.rows[0]] == ["A", "50 %", "–", "–", "–", "–"]
    assert not [mark for mark in chart.marks if isinstance(mark, Dot)]
