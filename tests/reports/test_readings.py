import pytest

from assessments.statistics.wording import consistency_sentence
from reports.columns import Column, Report
from reports.readings import readings
from reports.wording import findings

FIGURES = ("mean", "median", "sd", "skewness", "kurtosis", "alpha", "kr20", "error_ratio", "standard_error")


def report(attention=(), questions=3, reasons=None, **totals):
    """An analysis of a test with these figures and no others."""
    return Report(
        name="item-analysis",
        title="Item analysis",
        columns=[],
        rows=[{"number": number} for number in range(questions)],
        totals=dict.fromkeys(FIGURES) | {"highest": None, "reasons": reasons or {}} | totals,
        definitions={key: f"What {key} is." for key in FIGURES},
        codes={"reasons": {"too_few_attempts": "There are too few attempts."}},
        of_totals=[Column(key, key.capitalize(), "number") for key in FIGURES],
        attention=attention,
    )


def test_figures_are_read_in_plain_words():
    totals = {"mean": 1.5, "skewness": 0.0, "kurtosis": -1.2, "alpha": 0.75, "kr20": 0.75, "standard_error": 0.6455}

    found = readings(report(highest=3.0, **totals))

    told = {each.key: (each.value.replace("\u00a0", " "), each.says) for each in found.lines}
    assert found.title == "The test as a whole"
    assert told["mean"] == ("1.5", "Of 3 marks people earn 50\u00a0% on average.")
    assert told["skewness"] == ("0.00", "Low and high marks are spread about evenly.")
    assert told["kurtosis"] == ("−1.20", "Flatter than a bell: marks are spread widely.")
    assert told["alpha"][0] == told["kr20"][0] == "75 %"
    assert told["standard_error"][1] == (
        "Two times out of three, what somebody knows lies within ±\u00a00.6 marks of what they earned."
    )
    assert {each.definition for each in found.lines} == {f"What {key} is." for key in FIGURES}


def test_a_figure_that_is_not_there_says_why():
    found = readings(report(mean=1.0, reasons={"alpha": "too_few_attempts"}))

    told = {each.key: (each.value, each.says) for each in found.lines}
    assert told["alpha"] == ("–", "There are too few attempts.")
    assert told["mean"] == ("1.0", "People earn this many marks on average.")


def test_a_report_that_is_empty_or_has_totals_below_its_rows_is_not_read():
    assert readings(report(questions=0)).lines == ()
    assert readings(Report("agencies", "Agencies", [], [{}], {}, {})).lines == ()


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
    assert says in consistency_sentence(alpha)
    assert says in " ".join(findings(report(alpha=alpha / 100)))


def test_without_alpha_only_the_questions_are_spoken_of():
    twice = [(1, "Too easy."), (1, "Nobody chose “C”: replace it.")]

    assert findings(report(twice, 12)) == ["1 of 12 question needs a second look."]
    assert findings(report(questions=12)) == ["Nothing stands out among the questions."]
