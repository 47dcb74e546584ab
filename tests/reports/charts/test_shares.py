import doctest

from reports.charts import BarRow, bars, shares
from reports.charts.layout import FIELD, MOST
from reports.charts.marks import Box, Look
from reports.charts.shares import largest


def of(*rows, goal=None):
    return bars(rows, name="b", title="Attendance", heading="Agency", goal=goal)


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


def boxes(chart, look):
    return [(mark.x, mark.width) for mark in chart.marks if isinstance(mark, Box) and mark.look == look]


def test_the_worked_examples_hold():
    assert doctest.testmod(shares).failed == 0


def test_a_bar_ends_where_its_share_stands_on_the_axis():
    chart = of(BarRow("A", 1.0, 9), BarRow("B", 0.5, 9), BarRow("C", 0.0, 9), BarRow("D", None, 0))

    assert boxes(chart, Look.BAR) == [(0, FIELD), (0, FIELD / 2)]
    assert [[plain(cell.text) for cell in row[1:3]] for row in chart.table.rows] == [
        ["100 %", "9"], ["50 %", "9"], ["0 %", "9"], ["–", "0"],
    ]  # fmt: skip


def test_a_provisional_bar_is_hatched_and_its_state_is_in_the_table_and_in_the_finding():
    chart = of(BarRow("A", 0.9, 9), BarRow("B", 0.5, 9, provisional=True))

    assert chart.patterns == ["rising"]
    assert [row[3].text for row in chart.table.rows] == ["final", "provisional"]
    assert plain(chart.finding) == "From 50 % (B) to 90 % (A). 1 figure is provisional."


def test_a_hidden_row_shows_neither_its_share_nor_its_people():
    chart = of(BarRow("A", 0.9, 9), BarRow("B", 0.01234, 4321, hidden=True))

    words = [mark.text for mark in chart.marks if hasattr(mark, "text")]
    assert boxes(chart, Look.HIDDEN) == [(0, FIELD)]
    assert plain(" ".join(words)) == "0 50 100 % n A 90 % 9 B not shown *"
    assert plain(chart.finding) == "A: 90 %. 1 group is not shown."


def test_a_share_that_is_wanted_crosses_every_bar_that_has_a_figure():
    chart = of(BarRow("A", 0.9, 9), BarRow("B", 0.5, 9), BarRow("C", 0.5, 9, hidden=True), goal=0.8)

    goals = [mark.x for mark in chart.marks if mark.look == Look.GOAL]
    assert goals == [0.8 * FIELD] * 2
    assert plain(chart.key[-1].text) == "wanted: 80 %"


def test_the_largest_are_drawn_in_the_order_of_the_rows_and_the_others_as_a_span():
    rows = [BarRow(f"Agency {n}", n / 1000, n if n % 2 else 1000 - n) for n in range(400)]

    drawn, others = largest(rows)
    chart = of(*rows)

    assert (len(drawn), len(others)) == (MOST - 1, 401 - MOST)
    assert drawn == [row for row in rows if row in drawn]
    assert min(row.n for row in drawn) >= max(row.n for row in others)
    shares = [row.share for row in others]
    assert boxes(chart, Look.SPAN) == [
        (round(FIELD * min(shares), 2), round(round(FIELD * max(shares), 2) - round(FIELD * min(shares), 2), 2))
    ]


def test_the_people_of_a_hidden_row_do_not_decide_whether_it_is_drawn():
    rows = [BarRow(f"Agency {n}", 0.5, 100 + n) for n in range(30)] + [BarRow("Hidden", 0.9, 9999, hidden=True)]

    assert rows[-1] in largest(rows)[1]


def test_a_hidden_share_does_not_stretch_the_span_of_the_others():
    rows = [BarRow(f"Agency {n}", 0.5, 100) for n in range(30)] + [BarRow("Small", 0.99, 2, hidden=True)]

    words = [mark.text for mark in of(*rows).marks if hasattr(mark, "text")]

    assert plain(words[-1]) == "50–50 %"


def test_names_that_end_with_a_full_stop_stand_within_the_sentence_without_it():
    one, two = of(BarRow("Yes.", 0.5, 12)), of(BarRow("Yes.", 0.5, 12), BarRow("No.", 0.25, 12))

    assert [chart.finding.replace("\N{NO-BREAK SPACE}", " ") for chart in (one, two)] == [
        "Yes: 50 %.",
        "From 25 % (No) to 50 % (Yes).",
    ]
