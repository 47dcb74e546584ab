import doctest

from reports import columns
from reports.columns import Column, Report, flat_columns

LABELS = {
    "status": "S%(number)d",
    "minutes": "S%(number)d min",
    "planned": "S%(number)d plan",
    "low": "%(label)s from",
    "high": "%(label)s to",
    "reasons": "%(label)s of %(name)s",
    "answers": "%(label)s is %(name)s",
}


def test_the_worked_examples_hold():
    assert doctest.testmod(columns).failed == 0


def test_sessions_become_three_columns_each_where_they_stood():
    report = Report(
        name="r",
        title="R",
        columns=[
            Column("name", "Name", "text"),
            Column("sessions", "Sessions", "sessions"),
            Column("n", "N", "integer"),
        ],
        rows=[{"sessions": {"10": {}}}, {"sessions": {"2": {}}}, {}],
        totals={},
        definitions={},
    )

    assert flat_columns(report, LABELS) == [
        Column("name", "Name", "text"),
        Column("session_2_status", "S2", "code"),
        Column("session_2_minutes", "S2 min", "integer"),
        Column("session_2_planned", "S2 plan", "integer"),
        Column("session_10_status", "S10", "code"),
        Column("session_10_minutes", "S10 min", "integer"),
        Column("session_10_planned", "S10 plan", "integer"),
        Column("n", "N", "integer"),
    ]


def test_intervals_reasons_and_answers_become_columns_where_they_stood():
    report = Report(
        name="r",
        title="R",
        columns=[
            Column("gain", "Gain", "number"),
            Column("top2_ci95", "Interval", "interval", of="share"),
            Column("refused", "No figure", "reasons"),
            Column("answers", "Answer", "answers"),
        ],
        rows=[
            {"refused": {"gain": "too_few_pairs"}, "answers": {"yes": 7}},
            {"refused": None, "answers": None},
            {"refused": {"gain": "no_pairs", "other": "no_pairs"}, "answers": {"no": 1, "yes": 2}},
        ],
        totals={},
        definitions={},
    )

    assert flat_columns(report, LABELS) == [
        Column("gain", "Gain", "number"),
        Column("top2_ci95_low", "Interval from", "share"),
        Column("top2_ci95_high", "Interval to", "share"),
        Column("refused_gain", "No figure of Gain", "code"),
        Column("refused_other", "No figure of other", "code"),
        Column("answers_yes", "Answer is yes", "integer"),
        Column("answers_no", "Answer is no", "integer"),
    ]
