"""R14: certificates by agency, recomputed by plain loops."""

import doctest
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certificates.models import Certificate
from reports import drawing, wording
from reports.queries import KINDS, Audience, Question, scope_of
from reports.queries import certificates as asked_here
from tests.factories.certificates import COMPLETED, make_completed_enrolment
from tests.factories.people import AgencyTree, make_agency, make_person, make_standing

pytestmark = [pytest.mark.django_db, pytest.mark.db]

NOW = datetime(2026, 6, 10, 9, 0, tzinfo=UTC)
STATES = ("valid", "expired", "suspended", "revoked", "superseded")


def ask(account: Any, agency: str = "", **asked: Any) -> Any:
    return KINDS["certificates"].ask(Question(scope=scope_of(account, agency), now=NOW, **asked))


def issue(agency: Any, number: int = 1, *, person: Any = None, **fields: Any) -> list[Certificate]:
    """Certificates as they stand in the register: sealed in March unless a test says otherwise."""
    made = []
    for _each in range(number):
        enrolment = make_completed_enrolment(person=person or make_person(agency=agency))
        values = {
            "kind": "achievement",
            "issued_at": COMPLETED,
            "sealed_at": COMPLETED,
            "pdf_sha256": "0" * 64,
            **fields,
        }
        code = f"C{Certificate.objects.count() + 1}"
        made.append(
            Certificate.objects.create(
                code=code,
                enrolment=enrolment,
                person=enrolment.person,
                agency=agency,
                language="en",
                payload={},
                **values,
            )
        )
    return made


def make_register(agency_tree: AgencyTree) -> SimpleNamespace:
    """A certificate in each state for the clinic, two valid ones for the department."""
    clinic, department = agency_tree.clinic, agency_tree.department
    gone = {"status_reason": "Because", "issued_at": COMPLETED}
    issue(clinic)
    issue(clinic, expires_at=NOW + timedelta(days=90))
    issue(clinic, expires_at=NOW + timedelta(days=91))
    issue(clinic, expires_at=NOW)
    issue(clinic, suspended_at=NOW, **gone)
    issue(clinic, revoked_at=NOW, superseded_at=None, suspended_at=NOW, **gone)
    issue(clinic, superseded_at=NOW, **gone)
    issue(clinic, sealed_at=None, pdf_sha256="")
    issue(department, 2, issued_at=COMPLETED + timedelta(days=40), sealed_at=COMPLETED + timedelta(days=40))
    issue(department, kind="participation")
    return SimpleNamespace(clinic=clinic, department=department)


@pytest.fixture(scope="module")
def standing(standing_database: None) -> SimpleNamespace:
    return make_standing(register=make_register)


@pytest.fixture
def register(stood: SimpleNamespace) -> SimpleNamespace:
    return stood.register


def state_of(certificate: Certificate) -> str:
    for moment, state in (("revoked_at", "revoked"), ("superseded_at", "superseded"), ("suspended_at", "suspended")):
        if getattr(certificate, moment):
            return state
    if certificate.sealed_at is None:
        return "pending"
    expired = certificate.expires_at is not None and certificate.expires_at <= NOW
    return "expired" if expired else "valid"


def recomputed() -> dict[tuple[str, str], Counter[str]]:
    found: dict[tuple[str, str], Counter[str]] = {}
    for each in Certificate.objects.select_related("agency"):
        counts = found.setdefault((each.agency.code, each.kind), Counter())
        state = state_of(each)
        counts[state] += 1
        counts["issued"] += state != "pending"
        if state == "valid" and each.expires_at is not None:
            counts["to_expire"] += each.expires_at <= NOW + timedelta(days=90)
    return found


def test_the_worked_example_holds():
    assert doctest.testmod(asked_here).failed == 0


def test_certificates_are_counted_as_plain_loops_count_them(roles, register):
    report = ask(roles.manager)

    keys = ("issued", *STATES, "to_expire", "pending")
    expected = recomputed()
    assert {(row["agency"], row["kind"]): {key: row[key] for key in keys} for row in report.rows} == {
        group: {key: counts[key] for key in keys} for group, counts in expected.items()
    }
    assert report.totals == {key: sum(counts[key] for counts in expected.values()) for key in keys}
    assert report.totals["to_expire"] == 1
    assert {row["subject"] for row in report.rows} == {"module"}


def test_each_certificate_is_in_one_state(roles, register):
    totals = ask(roles.manager).totals

    assert sum(totals[state] for state in STATES) == totals["issued"] == Certificate.objects.count() - totals["pending"]


@pytest.mark.parametrize(
    ("asked", "issued"),
    [
        ({"first_day": date(2026, 4, 1)}, 2),
        ({"last_day": date(2026, 3, 9)}, 8),
        ({"last_day": date(2026, 3, 8)}, 0),
    ],
)
def test_a_report_is_about_the_days_of_issue(roles, register, asked, issued):
    assert ask(roles.manager, **asked).totals["issued"] == issued


def test_a_coordinator_reads_about_the_own_agencies(roles, register):
    assert {row["agency"] for row in ask(roles.coordinator).rows} == {"clinic"}
    assert ask(roles.coordinator_elsewhere).rows == []


def test_months_run_up_to_what_is_issued_with_none_left_out(roles, register):
    issue(register.clinic, issued_at=COMPLETED + timedelta(days=120), sealed_at=COMPLETED + timedelta(days=120))

    (months,) = ask(roles.manager).tables

    expected: Counter[str] = Counter()
    for each in Certificate.objects.all():
        if state_of(each) != "pending":
            for month in ("2026-03", "2026-04", "2026-05", "2026-06", "2026-07"):
                expected[month] += f"{timezone.localdate(each.issued_at):%Y-%m}" <= month
    assert {row["month"]: row["total"] for row in months.rows} == expected


def test_the_programme_reads_what_became_of_certificates_for_all_together_only(roles, register):
    report = ask(roles.manager, audience=Audience.PROGRAMME)

    assert not {"expired", "revoked"} & {column.key for column in report.columns}
    assert {row["agency"]: row["valid"] for row in report.rows}["department"] is None
    # Four of one state each: all of them go, or one would give another away.
    assert [report.totals[state] for state in ("expired", "suspended", "revoked", "superseded")] == [None] * 4


def test_many_certificates_of_few_people_are_hidden(roles, agency_tree):
    people = [make_person(agency=agency_tree.clinic) for _each in range(3)]
    for person in people:
        issue(agency_tree.clinic, 3, person=person)
    issue(agency_tree.department, 9)
    issue(agency_tree.unrelated, 9)

    report = ask(roles.manager, audience=Audience.PROGRAMME)

    rows = {row["agency"]: row["issued"] for row in report.rows}
    assert rows["clinic"] is None
    assert sum(value is None for value in rows.values()) > 1


def test_months_in_which_few_people_got_one_are_left_empty(roles, agency_tree):
    for days, number in ((0, 2), (31, 6), (61, 3)):
        moment = COMPLETED + timedelta(days=days)
        issue(agency_tree.clinic, number, issued_at=moment, sealed_at=moment)

    (months,) = ask(roles.manager, audience=Audience.PROGRAMME).tables

    # The three of May would follow from the total: April goes with them.
    assert [row["total"] for row in months.rows] == [None, None, 11]


def test_the_report_says_first_what_holds_and_draws_the_months(roles, register):
    report = ask(roles.manager)

    assert wording.findings(report) == [
        "10 certificates are issued, valid: 6.",
        "To be renewed within 90 days: 1.",
        "Still being prepared: 1.",
    ]
    (chart,) = drawing.charts(report)
    assert [[cell.text for cell in row] for row in chart.table.rows] == [["March 2026", "8"], ["April 2026", "10"]]


def test_what_is_issued_leads_to_the_certificates_of_the_agency(roles, register, client_of):
    page = client_of(roles.coordinator).get(reverse("report", args=["certificates"]))

    assert f'href="{reverse("agency_certificates")}?agency=clinic"' in page.content.decode()


@pytest.mark.parametrize("audience", [Audience.AGENCY, Audience.PROGRAMME])
def test_more_agencies_need_no_more_queries(roles, agency_tree, audience):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            ask(roles.manager, audience=audience)
        return len(queries)

    issue(agency_tree.clinic, 6)
    cost()
    first = cost()
    for _each in range(2):
        issue(make_agency(), 6)

    assert (cost(), first <= 25) == (first, True)
