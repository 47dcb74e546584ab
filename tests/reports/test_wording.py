import doctest
from datetime import date

import pytest
from django.utils.translation import override

from reports import wording
from reports.columns import Column, Report

TOTALS = {"participations": 52, "started": 46, "share_so_far": 0.829, "reached": 40, "can_still_reach": 6}
DAY = date(2026, 3, 9)


def test_the_worked_examples_hold():
    assert doctest.testmod(wording).failed == 0


@pytest.mark.parametrize(
    ("share", "expected"), [(None, "–"), (0.0, "0 %"), (0.29, "29 %"), (0.7999, "79 %"), (0.8, "80 %"), (1.0, "100 %")]
)
def test_a_share_is_whole_per_cent_and_never_more_than_reached(share, expected):
    assert wording.per_cent(share) == expected.replace(" ", "\u00a0")


def test_the_finding_names_who_took_part_and_who_can_still_make_it():
    assert [text.replace("\u00a0", " ") for text in wording.attendance_findings(TOTALS, 80, DAY)] == [
        "46 of 52 took part, 82 % of the hours.",
        "6 people can still reach 80 %.",
    ]


def test_when_nobody_can_change_any_more_the_finding_names_who_has_reached_it():
    totals = {**TOTALS, "can_still_reach": 0, "reached": 1}

    assert wording.attendance_findings(totals, 80, DAY)[1].replace("\u00a0", " ") == "1 person has reached 80 %."


def test_before_the_first_session_the_finding_is_who_is_confirmed():
    totals = {**TOTALS, "participations": 1, "share_so_far": None}

    assert wording.attendance_findings(totals, 80, DAY) == ["1 person is confirmed; the first day is 9 March 2026."]


def test_results_are_found_for_what_there_is():
    totals = {
        "enrolments": 3,
        "modules_completed": 2,
        "tests_passed": 2,
        "participations": 4,
        "workshops_completed": 1,
        "certificates": 3,
    }

    assert wording.result_findings(totals) == [
        "2 of 3 enrolments in modules are completed, 2 final tests are passed.",
        "1 of 4 participations in workshops met the conditions.",
        "3 certificates are issued.",
    ]
    assert wording.result_findings({**totals, "enrolments": 0, "participations": 0, "certificates": 0}) == []


@pytest.mark.parametrize("language", ["ru", "be"])
def test_findings_can_be_said_in_every_language(language):
    with override(language):
        findings = wording.attendance_findings(TOTALS, 80, DAY)

    assert [number in " ".join(findings) for number in ("46", "52", "82", "6", "80")] == [True] * 5


def test_of_figures_that_are_hidden_nothing_is_found():
    hidden = Report(
        "participation", "Participation", [], [{}], dict.fromkeys(("started", "confirmed", "completed")), {}
    )

    assert wording.findings(hidden) == []


@pytest.mark.parametrize(("share", "said"), [(-0.026, "−3 %"), (0.986, "99 %"), (None, "–")])
def test_a_share_that_has_no_threshold_is_rounded_to_the_nearest(share, said):
    column = Column("discrimination", "Discrimination", "share", nearest=True)

    told = wording.told(Report("r", "R", [column], [], {}, {}), column, {"discrimination": share})

    assert told == said.replace(" ", "\u00a0")


def test_what_was_asked_is_told_in_words_where_the_report_has_them():
    asked = {"test": "T", "attempts": "all", "form": "A"}
    report = Report("r", "R", [], [], {}, {}, filters=asked, codes={"attempts": {"all": "All"}})

    assert wording.asked_of(report) == "Test: T, Attempts: All, Form: A"
