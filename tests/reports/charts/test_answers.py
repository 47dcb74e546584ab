import doctest

from hypothesis import given
from hypothesis import strategies as st

from reports.charts import AnswerRow, answers, diverging
from reports.charts.answers import STEPS
from reports.charts.marks import Box, Look

SCALE = ["disagree", "rather disagree", "neither", "rather agree", "agree"]


def of(*rows):
    return diverging(rows, SCALE, name="a", title="Answers", heading="Statement")


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


def parts(chart):
    return [mark for mark in chart.marks if isinstance(mark, Box) and mark.look in STEPS]


def test_the_worked_examples_hold():
    assert doctest.testmod(answers).failed == 0


def test_the_middle_of_the_neutral_part_is_the_middle_of_the_picture():
    neutral = next(part for part in parts(of(AnswerRow("A", (1, 2, 4, 8, 3), 20))) if part.look == Look.NEUTRAL)

    assert round(neutral.x + neutral.width / 2, 1) == 50


@given(st.lists(st.tuples(*[st.integers(0, 60)] * 5).filter(any), min_size=1, max_size=6))
def test_all_bars_have_one_scale_and_stay_in_the_picture(counts):
    chart = of(*(AnswerRow(f"Row {n}", each, 999) for n, each in enumerate(counts)))

    lines: dict[float, float] = {}
    for part in parts(chart):
        assert -0.02 <= part.x <= part.x + part.width <= 100.02
        lines[part.y] = lines.get(part.y, 0) + part.width
    assert max(lines.values()) - min(lines.values()) < 0.1


def test_the_two_highest_steps_stand_below_with_their_interval_and_who_answered():
    chart = of(AnswerRow("Useful", (0, 0, 2, 4, 4), 12))

    words = [plain(mark.text) for mark in chart.marks if hasattr(mark, "text")]
    assert words[-2:] == ["80 % (49–94 %)", "10 of 12"]
    assert [plain(cell.text) for cell in chart.table.rows[0]] == [
        "Useful", "0", "0", "2", "4", "4", "80 %", "49–94 %", "10 of 12",
    ]  # fmt: skip


def test_the_finding_names_the_most_and_the_least_agreed_statement():
    chart = of(AnswerRow("Time", (8, 0, 0, 1, 1), 12), AnswerRow("Use", (0, 0, 1, 1, 8), 12))

    assert plain(chart.finding) == ("The two highest steps were chosen most for “Use” (90 %), least for “Time” (20 %).")


def test_a_statement_that_nobody_answered_has_no_parts_and_no_share():
    chart = of(AnswerRow("A", (0, 0, 0, 0, 0), 12))

    assert parts(chart) == []
    assert [cell.text for cell in chart.table.rows[0]] == ["A", *["–"] * 7, "0 of 12"]


def test_a_statement_that_ends_with_a_full_stop_stands_within_the_sentence_without_it():
    chart = of(AnswerRow("It was useful.", (0, 0, 0, 1, 1), 2))

    assert plain(chart.finding) == "It was useful: 100 % chose the two highest steps."
