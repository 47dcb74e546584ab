import pytest

from assessments.statistics import Figure, Reason
from assessments.statistics.matrix import matrix
from assessments.statistics.overall import overall
from reports.queries import item_definitions
from reports.readings import lead, readings


def test_figures_are_read_in_plain_words():
    figures = overall(matrix(["Q1", "Q2", "Q3"], [1, 1, 1], [[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]]))

    found = {
        each.key: (each.value.replace("\u00a0", " "), each.says) for each in readings(figures, 3, item_definitions())
    }

    assert found["mean"] == ("1.5", "Of 3 marks people earn 50\u00a0% on average.")
    assert found["skewness"] == ("0.00", "Low and high marks are spread about evenly.")
    assert found["kurtosis"] == ("−1.20", "Flatter than a bell: marks are spread widely.")
    assert found["alpha"][0] == found["kr20"][0] == "75 %"
    assert found["standard_error"][1] == (
        "Two times out of three, what somebody knows lies within ±\u00a00.6 marks of what they earned."
    )


def test_a_figure_that_is_not_there_says_why():
    found = {
        each.key: (each.value, each.says)
        for each in readings(overall(matrix(["Q1"], [1], [[1]])), 1, item_definitions())
    }

    assert found["alpha"] == ("–", "There are too few attempts.")
    assert found["mean"][0] == "1.0"


@pytest.mark.parametrize(
    ("alpha", "says"),
    [
        (85.0, "Good: who does well"),
        (72.0, "Good enough to compare groups"),
        (62.0, "measure one thing roughly"),
        (40.0, "hardly measure one thing"),
        (-20.0, "work against each other"),
    ],
)
def test_alpha_is_read_by_how_much_it_allows(alpha, says):
    assert says in " ".join(lead(12, 3, Figure(alpha, None)))


def test_without_alpha_only_the_questions_are_spoken_of():
    assert lead(12, 1, Figure(None, Reason.SAME_TOTALS)) == ["1 of 12 question needs a second look."]
    assert lead(12, 0, Figure(None, Reason.SAME_TOTALS)) == ["Nothing stands out among the questions."]
