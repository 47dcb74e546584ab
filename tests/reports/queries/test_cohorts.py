"""R13: cohorts of self-paced modules, recomputed by plain loops."""

import uuid
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.models import Enrolment, Module
from people.models import Agency
from reports import drawing, wording
from reports.queries import KINDS, Audience, Question, scope_of
from tests.factories.certificates import MODULE_RESULT
from tests.factories.people import AgencyTree, make_agency, make_person, make_standing

pytestmark = [pytest.mark.django_db, pytest.mark.db]

NOW = datetime(2026, 6, 10, 9, 0, tzinfo=UTC)
SPANS = (30, 60, 90)


def ask(account: Any, agency: str = "", **asked: Any) -> Any:
    return KINDS["self-paced"].ask(Question(scope=scope_of(account, agency), now=NOW, **asked))


def make_module(code: str) -> Module:
    return Module.objects.create(code=code, translation_key=uuid.uuid4())


def begin(module: Module, agency: Agency, day: date, after: int | None = None, **person: Any) -> Enrolment:
    """Somebody begins on a day at noon and completes so many days later."""
    started = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    completed = None if after is None else started + timedelta(days=after)
    return Enrolment.objects.create(
        module=module,
        person=make_person(agency=agency, **person),
        agency=agency,
        enrolled_at=started,
        started_at=started,
        completed_at=completed,
        rule_version=None if completed is None else 1,
        completion=None if completed is None else MODULE_RESULT,
    )


def make_begun_module(agency_tree: AgencyTree) -> Module:
    """January: complete after 30, 31, 61, 91 days and never. April: after 10 days and never. June: after 1 day."""
    module = make_module("M1")
    for after in (30, 31, 61, 91, None):
        begin(module, agency_tree.clinic, date(2026, 1, 5), after)
    for after in (10, None):
        begin(module, agency_tree.department, date(2026, 4, 20), after)
    begin(module, agency_tree.unrelated, date(2026, 6, 1), 1)
    # Enrolled, never begun.
    Enrolment.objects.create(
        module=module, person=make_person(), agency=agency_tree.clinic, enrolled_at=datetime(2026, 1, 5, tzinfo=UTC)
    )
    return module


@pytest.fixture(scope="module")
def standing(standing_database: None) -> SimpleNamespace:
    return make_standing(module=make_begun_module)


@pytest.fixture
def module(stood: SimpleNamespace) -> Module:
    return stood.module


def recomputed() -> dict[tuple[str, str], dict[str, Any]]:
    """Counts of each module and month; None where the whole month has not had so many days yet."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for each in Enrolment.objects.select_related("module"):
        if each.started_at is None:
            continue
        day = timezone.localdate(each.started_at)
        row = found.setdefault(
            (each.module.code, f"{day:%Y-%m}"), {"started": 0, "completed": 0, **{f"completed_{n}": 0 for n in SPANS}}
        )
        row["started"] += 1
        row["completed"] += each.completed_at is not None
        for days in SPANS:
            row[f"completed_{days}"] += (
                each.completed_at is not None and each.completed_at - each.started_at <= timedelta(days=days)
            )
    for (_module, month), row in found.items():
        first = date.fromisoformat(f"{month}-01")
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        for days in SPANS:
            if last + timedelta(days=days) >= timezone.localdate(NOW):
                row[f"completed_{days}"] = None
    return found


def counts(row: dict[str, Any]) -> dict[str, Any]:
    return {key: row[key] for key in ("started", "completed", *(f"completed_{days}" for days in SPANS))}


def test_cohorts_are_those_of_plain_loops(roles, module):
    report = ask(roles.manager)

    assert {(row["module"], row["month"]): counts(row) for row in report.rows} == recomputed()
    assert counts(report.rows[0]) == {
        "started": 5, "completed": 4, "completed_30": 1, "completed_60": 2, "completed_90": 3,
    }  # fmt: skip


def test_what_a_cohort_is_too_young_for_is_empty_and_said(roles, module):
    report = ask(roles.manager)

    young = {row["month"]: (row["too_young"], row["completed_30"], row["completed_60"]) for row in report.rows}
    # The last who began in April have had 41 days.
    assert young == {"2026-01": ("", 1, 2), "2026-04": ("60", 1, None), "2026-06": ("30", None, None)}
    assert report.rows[1]["share_60"] is None
    column = next(each for each in report.columns if each.key == "share_60")
    assert wording.told(report, column, report.rows[1]) == "too young"


def test_shares_are_of_those_who_started(roles, module):
    (january, *_younger) = ask(roles.manager).rows

    shares = [january[key] for key in ("share_30", "share_60", "share_90", "share")]
    assert shares == [1 / 5, 2 / 5, 3 / 5, 4 / 5]


def test_totals_in_time_are_those_of_cohorts_that_are_old_enough(roles, module):
    totals = ask(roles.manager).totals

    assert totals == {
        "started": 8,
        "completed_30": 1, "share_30": 1 / 5,
        "completed_60": 2, "share_60": 2 / 5,
        "completed_90": 3, "share_90": 3 / 5,
        "completed": 6, "share": 6 / 8,
        "started_in_time": 5,
    }  # fmt: skip


def test_a_month_is_that_of_the_clock_on_the_wall(roles, agency_tree):
    module = make_module("M1")
    enrolment = begin(module, agency_tree.clinic, date(2026, 1, 31))
    # Half past one in the morning of 1 February in Minsk.
    Enrolment.objects.filter(pk=enrolment.pk).update(started_at=datetime(2026, 1, 31, 22, 30, tzinfo=UTC))

    assert [row["month"] for row in ask(roles.manager).rows] == ["2026-02"]


@pytest.mark.parametrize(
    ("asked", "months"),
    [
        ({"first_day": date(2026, 4, 20)}, ["2026-04", "2026-06"]),
        ({"last_day": date(2026, 4, 19)}, ["2026-01"]),
        ({"language": "be"}, []),
        ({"aspect": "legal"}, []),
    ],
)
def test_a_report_is_about_what_was_asked(roles, module, asked, months):
    assert [row["month"] for row in ask(roles.manager, **asked).rows] == months


def test_the_language_is_that_of_the_person(roles, agency_tree):
    module = make_module("M1")
    for language in ("be", "ru", "be"):
        begin(module, agency_tree.clinic, date(2026, 1, 5), language=language)

    assert ask(roles.manager, language="be").totals["started"] == 2


def test_a_coordinator_reads_about_the_own_agencies(roles, module):
    assert [row["month"] for row in ask(roles.coordinator).rows] == ["2026-01"]
    assert [row["month"] for row in ask(roles.coordinator_above).rows] == ["2026-01", "2026-04"]


def test_a_cohort_of_few_is_hidden_and_what_is_too_young_is_not_called_hidden(roles, agency_tree):
    module = make_module("M1")
    for month, number in ((1, 12), (2, 3), (3, 15), (5, 8), (6, 2)):
        for place in range(number):
            begin(module, agency_tree.clinic, date(2026, month, 2), 5 if place % 2 else None)

    report = ask(roles.manager, audience=Audience.PROGRAMME)

    rows = {row["month"]: row for row in report.rows}
    assert [rows["2026-02"][key] for key in ("started", "completed", "completed_30", "share_90", "share")] == [None] * 5
    places = {row["month"]: place for place, row in enumerate(report.rows)}
    assert (places["2026-06"], "started") in report.hidden
    assert (places["2026-06"], "completed_30") not in report.hidden
    # 40 in all: two others are hidden beside the three of February and the two of June, or nothing would be.
    shown = sum(row["started"] for row in report.rows if row["started"] is not None)
    assert report.totals["started"] - shown > 3 + 2


def test_the_report_says_first_how_many_completed_and_shows_a_strip_for_each_module(roles, module):
    report = ask(roles.manager)

    assert [each.replace("\N{NO-BREAK SPACE}", " ") for each in wording.findings(report)] == [
        "Of 8 starts of modules 6 are completed so far (75 %).",
        "Of those who began long enough ago, 60 % completed within 90 days.",
    ]
    (chart,) = drawing.charts(report)
    ((name, *cells),) = chart.table.rows
    assert (name.text, [cell.text.replace("\N{NO-BREAK SPACE}", " ") for cell in cells]) == ("M1", ["60 %", "–", "–"])


@pytest.mark.parametrize("audience", [Audience.AGENCY, Audience.PROGRAMME])
def test_more_cohorts_need_no_more_queries(roles, agency_tree, audience):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            ask(roles.manager, audience=audience)
        return len(queries)

    begin(make_module("M1"), agency_tree.clinic, date(2026, 1, 5), 3)
    cost()
    first = cost()
    for code in ("M2", "M3"):
        begin(make_module(code), make_agency(), date(2026, 2, 5), 3)

    assert (cost(), first <= 25) == (first, True)
