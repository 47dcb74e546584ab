"""How PostgreSQL would find the facts that a page for somebody asks for: by an index, however many facts there are.

A table of some rows is read whole whatever its indexes are. So reading whole is made as dear as it is in a country
(`enable_seqscan`): where the plan still has it, no index could be used at all.
"""

from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.http import urlencode

from reports.queries import KINDS
from tests.factories.assessments import make_attempt
from tests.factories.certificates import make_certificate
from tests.factories.courses import make_enrolment, make_module
from tests.factories.reports import make_attended_workshop

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="it is about plans of PostgreSQL"),
]

FACTS = {
    apps.get_model(name)._meta.db_table
    for name in (
        "workshops.AttendanceRecord", "workshops.AttendanceEvent", "workshops.Registration", "workshops.PhaseAttempt",
        "workshops.EvaluationResponse", "workshops.EvaluationAnswer", "workshops.EvaluationInvitation",
        "assessments.Attempt", "assessments.AttemptItem", "courses.Enrolment", "courses.LessonProgress",
        "certificates.Certificate", "certificates.LogEntry", "people.Person", "people.Membership", "audit.Event",
        "mail.Message",
    )
}  # fmt: skip

# Of two ways to answer EXISTS within OR the planner takes the one for few rows without minding what is dear. With a
# country's rows it takes the index.
EITHER_WAY = {"completeness": {"courses_enrolment"}}


@pytest.fixture
def dear(db: None) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET enable_seqscan")


def read_whole(ask: Callable[[], Any]) -> dict[str, str]:
    """Return the fact tables that no index leads into, each with the statement that reads it."""
    with CaptureQueriesContext(connection) as captured:
        response = ask()
    assert response.status_code in {HTTPStatus.OK, HTTPStatus.FOUND, HTTPStatus.NO_CONTENT}, response.status_code
    statements = [each["sql"] for each in captured.captured_queries if each["sql"].startswith("SELECT")]
    found: dict[str, str] = {}
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}")
            ((plans,),) = cursor.fetchall()
            found |= dict.fromkeys(_whole(plans[0]["Plan"]), statement)
    assert statements
    return found


def _whole(plan: dict[str, Any]) -> Iterator[str]:
    if plan["Node Type"].endswith("Seq Scan") and plan["Relation Name"] in FACTS:
        yield plan["Relation Name"]
    for part in plan.get("Plans", []):
        yield from _whole(part)


@pytest.mark.usefixtures("dear")
@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if "person" not in kind.needs])
def test_a_report_about_an_agency_reads_no_fact_table_whole(name, roles, agency_tree, client_of):
    workshop = make_attended_workshop(agency_tree).workshop
    kind = KINDS[name]
    known = {"workshop": workshop.code, "agency": agency_tree.clinic.code, "programme": "P1", "test": "T1"}
    asked = {key: known[key] for key in {"agency", *kind.needs} if key in {*kind.asks, *kind.needs}}
    client = client_of(roles.coordinator)
    address = f"{reverse('report', args=[name])}?{urlencode(asked)}"
    if client.get(address, follow=True).status_code != HTTPStatus.OK:
        pytest.skip("It is not for coordinators, or says nothing without what is missing here.")

    assert read_whole(lambda: client.get(address, follow=True)).keys() == EITHER_WAY.get(name, set())


@pytest.mark.usefixtures("dear")
@pytest.mark.parametrize(
    "page", ["my_learning", "my_calendar", "transcript", "my_certificates", "module", "lesson", "attempt"]
)
def test_a_page_of_a_learner_reads_no_fact_table_whole(page, roles, client_of):
    module = make_module()
    person = roles.learner.person
    make_enrolment(person, module, read=1)
    attempt = make_attempt(person)
    make_certificate(person=person)
    args = {"module": [module.code], "lesson": [module.code, module.lessons.first().code], "attempt": [attempt.pk]}
    client = client_of(roles.learner)
    address = reverse(page, args=args.get(page, []))

    assert not read_whole(lambda: client.get(address))


@pytest.mark.usefixtures("dear")
def test_a_register_reads_no_fact_table_whole(roles, agency_tree, client_of):
    workshop = make_attended_workshop(agency_tree).workshop
    client = client_of(roles.manager)

    assert not read_whole(lambda: client.get(reverse("register", args=[workshop.code, 1])))


@pytest.mark.usefixtures("dear")
def test_the_last_page_of_the_audit_trail_is_found_without_reading_all_of_it(roles, client_of):
    client = client_of(roles.manager)

    assert not read_whole(lambda: client.get(reverse("trail")))


def test_a_table_that_no_index_leads_into_is_found(dear, roles, client_of):
    def ask() -> Any:
        # No index knows of marks.
        list(apps.get_model("assessments.Attempt").objects.filter(mark=1).order_by())
        return client_of(roles.learner).get("/health/live")

    assert "assessments_attempt" in read_whole(ask)
