"""R9: objectives before and after, recomputed by plain loops over the answers."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from statistics import mean, stdev
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from scipy import stats

from assessments.models import Attempt, AttemptItem, Objective, QuestionVersion, Voiding
from reports import drawing, queries
from reports.queries import KINDS, Audience, TooWideError, scope_of
from reports.queries import objectives as report_of_objectives
from reports.queries.scope import Question as Asked
from tests.factories.assessments import make_question
from tests.factories.results import make_phase_attempt
from tests.factories.workshops import DAY, make_workshop, mark, open_session, register
from workshops.models import PhaseAttempt, Workshop

pytestmark = [pytest.mark.django_db, pytest.mark.db]

AFTER = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
# What six people earned before and after by the two questions on law and the one on care, in hundredths.
SIX = [
    ((0, 100, 50), (100, 100, 100)),
    ((0, 0, 100), (50, 100, 100)),
    ((100, 0, 0), (100, 0, 0)),
    ((0, 0, 25), (0, 100, 50)),
    ((50, 50, 100), (100, 50, 0)),
    ((0, 0, 0), (100, 100, 75)),
]


def ask(account: Any, **asked: Any) -> Any:
    return KINDS["objectives"].ask(Asked(scope=scope_of(account, asked.pop("agency", "")), now=AFTER, **asked))


@pytest.fixture
def versions() -> list[QuestionVersion]:
    """Two questions on law, one on care and one on nothing."""
    law, care = (Objective.objects.create(code=code, text_en=f"Can do {code}") for code in ("LAW", "CARE"))
    made = [make_question(objective=objective) for objective in (law, law, care, None)]
    return [question.versions.get() for question in made]


def answer(attempt: Attempt, versions: list[QuestionVersion], marks: tuple[int | None, ...]) -> None:
    """The questions of a sitting, the one on nothing right; one with None was not asked."""
    asked = [(version, earned) for version, earned in zip(versions, (*marks, 100), strict=True) if earned is not None]
    for position, (version, earned) in enumerate(asked, start=1):
        AttemptItem.objects.create(attempt=attempt, position=position, version=version, max_mark=100, mark=earned)


def make_answered(workshop: Workshop, agency: Any, versions: list[QuestionVersion], people: list[Any]) -> None:
    for before, after in people:
        registration = register(workshop, agency=agency)
        mark(open_session(workshop), registration.person)
        answer(make_phase_attempt(registration, "pre", 50), versions, before)
        answer(make_phase_attempt(registration, "post", 50), versions, after)


def shares_by_hand(workshop: Workshop, objective: str) -> list[tuple[Fraction, Fraction]]:
    """What each person earned of what could be earned, before and after."""
    sums: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0])
    for link in PhaseAttempt.objects.filter(registration__workshop=workshop).select_related("registration", "attempt"):
        for item in link.attempt.items.select_related("version__question__objective"):
            found = item.version.question.objective
            if found is not None and found.code == objective:
                earned = sums[link.registration.person_id, link.phase]
                earned[0] += item.mark
                earned[1] += item.max_mark
    people = {person for person, _phase in sums}
    return [
        (Fraction(*sums[person, "pre"]), Fraction(*sums[person, "post"]))
        for person in sorted(people)
        if sums[person, "pre"][1] and sums[person, "post"][1]
    ]


def test_the_figures_of_each_objective_are_what_plain_loops_count(roles, agency_tree, versions):
    workshop = make_workshop(sessions=1)
    make_answered(workshop, agency_tree.clinic, versions, SIX)

    report = ask(roles.manager)

    assert [(row["objective"], row["text"], row["n"]) for row in report.rows] == [
        ("CARE", "Can do CARE", 6),
        ("LAW", "Can do LAW", 6),
    ]
    for row in report.rows:
        shares = shares_by_hand(workshop, row["objective"])
        changes = [float(after - before) for before, after in shares]
        reach = stats.t.ppf(0.975, 5) * stdev(changes) / 6**0.5
        assert row["mean_pre"] == pytest.approx(float(mean(before for before, _after in shares)))
        assert row["mean_post"] == pytest.approx(float(mean(after for _before, after in shares)))
        assert row["change"] == pytest.approx(mean(changes))
        assert row["change_ci95"] == pytest.approx((mean(changes) - reach, mean(changes) + reach))
        assert row["refused"] == {}
    assert report.totals == {"objectives": 2, "workshops": 1}


def test_questions_found_defective_and_people_asked_only_once_are_left_out(roles, agency_tree, versions):
    workshop = make_workshop(sessions=1)
    make_answered(workshop, agency_tree.clinic, versions, SIX)
    make_answered(workshop, agency_tree.clinic, versions, [((100, 100, None), (100, 100, 100))])
    Voiding.objects.create(version=versions[0], reason="Two are right", created_by=roles.manager)

    care, law = ask(roles.manager).rows

    assert (care["n"], law["n"]) == (6, 7)
    assert law["mean_pre"] == pytest.approx((100 + 0 + 0 + 0 + 50 + 0 + 100) / 700)


def test_of_fewer_than_five_people_no_objective_has_a_figure(roles, agency_tree, versions):
    make_answered(make_workshop(sessions=1), agency_tree.clinic, versions, SIX[:4])

    report = ask(roles.manager, audience=Audience.PROGRAMME)

    figures = ["n", "mean_pre", "mean_post", "change", "change_ci95", "refused"]
    assert [[row[key] for key in figures] for row in report.rows] == [[None] * 6] * 2
    assert sorted(report.hidden) == sorted((place, key) for place in (0, 1) for key in figures)
    (chart,) = drawing.charts(report)
    assert all(cell.hidden for row in chart.table.rows for cell in row[1:])
    assert [row["n"] for row in ask(roles.manager).rows] == [4, 4]


def test_a_small_workshop_is_given_away_by_no_other(roles, agency_tree, versions):
    for place, size in enumerate((3, 5, 6)):
        workshop = make_workshop(sessions=1, starts_on=DAY + timedelta(days=7 * place))
        make_answered(workshop, agency_tree.clinic, versions, (SIX * 2)[:size])

    report = ask(roles.manager, audience=Audience.PROGRAMME)

    (table,) = report.tables
    assert [row["n"] for row in report.rows] == [14, 14]
    by_workshop = [row["n"] for row in table.rows]
    assert by_workshop == [None, None, None, None, 6, 6]
    assert [row["mean_pre"] is None for row in table.rows] == [True, True, True, True, False, False]


def test_a_coordinator_reads_about_the_own_people_only(roles, agency_tree, versions):
    workshop = make_workshop(sessions=1)
    make_answered(workshop, agency_tree.clinic, versions, SIX[:2])
    make_answered(workshop, agency_tree.unrelated, versions, SIX)

    assert [row["n"] for row in ask(roles.coordinator).rows] == [2, 2]
    assert [row["n"] for row in ask(roles.manager).rows] == [8, 8]


def test_without_results_there_is_nothing_to_say(roles):
    report = ask(roles.manager)

    assert (report.rows, report.totals) == ([], {"objectives": 0, "workshops": 0})
    assert drawing.charts(report) == []


def test_more_results_than_can_be_looked_through_ask_for_a_narrower_question(
    roles, agency_tree, versions, monkeypatch, client_of
):
    make_answered(make_workshop(sessions=1), agency_tree.clinic, versions, SIX[:1])
    monkeypatch.setattr(report_of_objectives, "MOST_RESULTS", 1)

    with pytest.raises(TooWideError) as error:
        ask(roles.manager)

    assert "more than 1 result before" in str(error.value)
    page = client_of(roles.manager).get("/en/reports/objectives/")
    assert (page.status_code, str(error.value) in page.content.decode()) == (200, True)


def test_every_figure_has_a_definition(roles, agency_tree, versions):
    make_answered(make_workshop(sessions=1), agency_tree.clinic, versions, SIX)

    report = ask(roles.manager)

    figures = {column.key for column in report.columns} - {"objective", "text"}
    assert (figures | set(report.totals)) - set(report.definitions) == set()


def counted(account: Any) -> int:
    question = queries.Question(scope=scope_of(account), now=AFTER, audience=Audience.PROGRAMME)
    with CaptureQueriesContext(connection) as found:
        KINDS["objectives"].ask(question)
    return len(found)


def test_three_workshops_cost_as_many_queries_as_one(roles, agency_tree, versions):
    make_answered(make_workshop(sessions=1), agency_tree.clinic, versions, SIX[:1])
    one = counted(roles.manager)
    for day in (7, 14):
        workshop = make_workshop(sessions=1, starts_on=DAY + timedelta(days=day))
        make_answered(workshop, agency_tree.clinic, versions, SIX[:2])

    assert (one, counted(roles.manager)) == (6, 6)
