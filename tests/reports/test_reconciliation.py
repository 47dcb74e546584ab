"""Every figure of the reports on the demonstration against the same figure worked out from raw rows.

The demonstration is the one that the journeys and `tests/operations/test_demo.py` begin in; nothing is loaded here.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from operations.demo.people import DOMAIN
from people.models import Account, Agency, RoleGrant
from reports.columns import Report
from reports.services import read_report
from tests.reports import demo_oracle as oracle
from tests.reports.demo_oracle import Facts, Raw, Rows

pytestmark = pytest.mark.django_db

READERS = ["manager", "coordinator"]
# Whoever draws people anew for an interval comes as near as this.
DRAWN = {"gain_ci95": 0.01}
FIGURES = {"integer", "number", "share", "points", "probability", "interval", "boolean", "answers", "sessions"}
# Names of units and reasons why there is no figure.
NOT_WORKED_OUT = {"learning-effect": {"unit", "refused"}}
# What counts people, and is therefore never shown about one to four of them.
OF_PEOPLE = {
    "participation": ("confirmed", "started", "completed", "certified"),
    "agencies": ("confirmed", "started", "completed"),
    "disaggregation": ("value",),
    "learning-effect": ("n",),
    "objectives": ("n",),
    "evaluation": ("n",),
    "follow-up": ("n",),
    "self-paced": ("started", "completed_30", "completed_60", "completed_90", "completed"),
    "certificates": ("issued", "valid", "to_expire", "pending"),
    "reach": ("confirmed", "started", "completed"),
}


@pytest.fixture
def read(demonstration: None, db: None, reader: str) -> Callable[..., tuple[Report, Facts]]:
    """`read("agencies")`: the report for the reader of the test, and the rows that it is about."""
    account = Account.objects.get(email=f"{reader}@{DOMAIN}")
    facts = Facts(agencies_of(account), timezone.now())
    return lambda name, **asked: (read_report(name=name, account=account, **asked), facts)


@pytest.fixture(params=READERS)
def reader(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def agencies_of(account: Account) -> set[int]:
    """All agencies for a manager, for a coordinator the own ones with everything below them."""
    grants = RoleGrant.objects.filter(account=account, valid_to=None).values("role", "agency__path")
    agencies = Agency.objects.values("pk", "path")
    if any(grant["role"] == "manager" for grant in grants):
        return {each["pk"] for each in agencies}
    paths = [grant["agency__path"] for grant in grants if grant["role"] == "coordinator"]
    return {each["pk"] for each in agencies if any(each["path"].startswith(path) for path in paths)}


# --- Comparing -------------------------------------------------------------------------------------------------------
def differing(report: Report, worked_out: Rows, names: Sequence[str], *, every_row: bool = True) -> list[Any]:
    """Return what differs between the rows of a report, found by their names, and rows worked out.

    A hidden cell must be empty, every other figure equal. Unless every_row, rows may be missing in the report.
    """
    wanted = {tuple(row[name] for name in names): row for row in worked_out}
    rows = {tuple(row[name] for name in names): (place, row) for place, row in enumerate(report.rows)}
    apart = wanted.keys() ^ rows.keys() if every_row else rows.keys() - wanted.keys()
    found: list[Any] = [(key, "is in one of both") for key in sorted(apart, key=str)]
    hidden = set(report.hidden)
    for key in wanted.keys() & rows.keys():
        place, row = rows[key]
        for figure in figures_of(report) - NOT_WORKED_OUT.get(report.name, set()):
            value, shown = wanted[key][figure], row[figure]
            if not (shown is None if (place, figure) in hidden else same(figure, shown, value)):
                found.append((key, figure, shown, value))
    return found


def figures_of(report: Report) -> set[str]:
    return {column.key for column in report.columns if column.type in FIGURES}


def differing_totals(report: Report, worked_out: Raw) -> list[Any]:
    """Return the totals that differ. Within the programme those that would tell about few people are empty."""
    protected = report.audience != "agency"
    return [
        (figure, shown, worked_out[figure])
        for figure, shown in report.totals.items()
        if figure not in NOT_WORKED_OUT.get(report.name, set())
        and not (protected and shown is None)
        and not same(figure, shown, worked_out[figure])
    ]


def same(figure: str, shown: Any, value: Any) -> bool:
    near = DRAWN.get(figure, 1e-6)
    if isinstance(value, tuple):
        return shown is not None and all(abs(one - other) < near for one, other in zip(shown, value, strict=True))
    if isinstance(value, float) and isinstance(shown, int | float):
        return abs(shown - value) < near
    return bool(shown == value)


def small(report: Report) -> list[Any]:
    """Return the numbers of people that a report shows and that are too small for a report within the programme."""
    return [
        (place, key, row[key])
        for place, row in enumerate(report.rows)
        for key in OF_PEOPLE[report.name]
        if row.get(key) is not None and 0 < row[key] < oracle.ENOUGH
    ]


# --- The figures -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "work_out", "names"),
    [
        ("participation", oracle.participation, ["workshop"]),
        ("agency-attendance", oracle.agency_attendance, ["person", "workshop"]),
        ("agency-results", oracle.agency_results, ["person", "kind", "code"]),
        ("learning-effect", oracle.learning_effect, ["workshop"]),
        ("objectives", oracle.objectives, ["objective"]),
        ("self-paced", oracle.self_paced, ["module", "month"]),
        ("certificates", oracle.certificates, ["agency", "subject", "kind"]),
        ("reach", oracle.reach, ["region"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_rows_and_totals_are_what_the_tables_say(read, name, work_out, names):
    report, facts = read(name)

    rows, totals = work_out(facts)

    assert report.rows
    assert differing(report, rows, names) == []
    assert differing_totals(report, totals) == []


def test_agencies_are_compared_alone_and_with_those_below_them(read):
    report, facts = read("agencies")

    rows, totals, together = oracle.agencies(facts)

    assert differing(report, rows, ["agency"]) == []
    assert differing_totals(report, totals) == []
    (subtotals,) = report.tables
    hidden = [(place, key) for place, row in enumerate(subtotals.rows) for key, value in row.items() if value is None]
    assert differing(replace(report, rows=subtotals.rows, hidden=hidden), together, ["agency"], every_row=False) == []


def test_three_tables_count_participations_by_what_people_and_agencies_are(read):
    report, facts = read("disaggregation")

    counts = oracle.disaggregation(facts)

    shown = {(row["table"], row["row"], row["column"]): row["value"] for row in (*report.rows, *report.tables[0].rows)}
    assert {key: (value, counts[key]) for key, value in shown.items() if value not in (None, counts[key])} == {}
    assert {key for key, count in counts.items() if count} <= shown.keys()
    assert report.totals == {"value": counts["sex_by_kind", "total", "total"]}
    assert (None in shown.values()) == (report.audience == "programme")


@pytest.mark.parametrize("reader", ["manager"])
@pytest.mark.parametrize(("name", "work_out"), [("evaluation", oracle.evaluation), ("follow-up", oracle.follow_up)])
def test_answers_are_added_up_over_workshops_with_enough_of_them(read, name, work_out):
    report, facts = read(name)

    rows, totals = work_out(facts)

    assert differing(report, rows, ["form", "question"]) == []
    assert differing_totals(report, totals) == []


def test_what_is_missing_is_all_that_is_missing(read):
    report, facts = read("completeness")

    missing = oracle.completeness(facts)

    found: Counter[str] = Counter()
    for row in report.rows:
        found[row["gap"]] += row["count"]
    # These two are for whoever manages workshops.
    managed = set() if report.audience == "programme" else {"evaluation_unanswered", "workshop_not_reconciled"}
    assert found == {gap: count for gap, count in missing.items() if gap not in managed}


@pytest.mark.parametrize("reader", ["manager"])
def test_indicators_are_measured_over_their_modules_and_workshops(read):
    report, facts = read("results-matrix", programme="MHB-2026")

    rows, totals = oracle.results_matrix(facts, "MHB-2026")

    assert differing(report, rows, ["number"]) == []
    assert differing_totals(report, totals) == []


@pytest.mark.parametrize("reader", ["manager"])
@pytest.mark.parametrize("name", OF_PEOPLE)
def test_within_the_programme_no_figure_is_about_one_to_four_people(read, name):
    assert small(read(name)[0]) == []
