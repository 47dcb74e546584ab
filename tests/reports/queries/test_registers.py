"""R6 and R7: what registers say within the scope, who signed, what was corrected; and blank sheets to sign."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from reports.columns import Report
from reports.formats import Making, to_pdf
from reports.queries import KINDS, Question, scope_of
from tests.factories.workshops import make_facilitator, make_workshop, mark, open_session, register
from workshops.services import correct_record, sign_off

pytestmark = [pytest.mark.django_db, pytest.mark.db]

QUERIES = {"register": 4, "sign-in-sheet": 3}
NOW = datetime(2026, 6, 10, 9, 0, tzinfo=UTC)
MAKING = Making("Иванова Мария", datetime(2026, 3, 31, 9, 15), "R7")  # noqa: DTZ001 – spreadsheets hold local time


@pytest.fixture
def facilitator() -> Any:
    return make_facilitator()


@pytest.fixture
def workshop(facilitator):
    return make_workshop(facilitator=facilitator, place_en="Hall 1")


def ask(name: str, account: Any, workshop: Any, agency: str = "", **asked: Any) -> Report:
    return KINDS[name].ask(Question(scope=scope_of(account, agency), now=NOW, workshop=workshop, **asked))


def lines(report: Report, *keys: str) -> list[tuple[Any, ...]]:
    return [tuple(row[key] for key in keys) for row in report.rows]


def pages(report: Report) -> list[str]:
    reader = PdfReader(io.BytesIO(to_pdf(report, MAKING)))
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def test_a_register_is_what_each_session_says_of_each_person(workshop, facilitator, agency_tree, roles):
    people = [register(workshop, agency=agency_tree.clinic).person for _number in range(2)]
    first, second = (open_session(workshop, number) for number in (1, 2))
    mark(first, people[0]), mark(first, people[1], "late", minutes=30), mark(second, people[0], "absent")
    signed = sign_off(session=first, actor=facilitator)

    report = ask("register", roles.coordinator, workshop)

    expected = []
    for session in (first, second):
        for record in session.records.order_by("person__sort_name", "pk"):
            who, reason = record.person.public_code, record.reason
            expected.append((session.number, who, record.status, record.credited_minutes, 60, reason))
    keys = ("session", "person", "status", "credited_minutes", "planned_minutes", "reason")
    assert lines(report, *keys) == expected
    assert report.totals == {"credited_minutes": 60 + 40, "planned_minutes": 4 * 60}
    moment = (signed.signed_at + timedelta(hours=3)).strftime("%Y-%m-%d %H:%M")
    assert set(lines(report, "session", "signed_by", "signed_at")) == {
        (1, facilitator.get_full_name(), moment),
        (2, "", ""),
    }
    assert set(lines(report, "time", "place")) == {
        ("09:00–10:00 (UTC+3)", "Hall 1"),
        ("10:30–11:30 (UTC+3)", "Hall 1"),
    }


def test_a_correction_is_told_with_who_when_and_why(workshop, facilitator, agency_tree, roles):
    person = register(workshop, agency=agency_tree.clinic).person
    stranger = register(workshop, agency=agency_tree.unrelated).person
    session = open_session(workshop)
    records = [mark(session, each, "absent") for each in (person, stranger)]
    sign_off(session=session, actor=facilitator)
    for record in records:
        correct_record(record=record, status="present", reason="Was in the next room", actor=facilitator)

    (table,) = ask("register", roles.coordinator, workshop).tables

    told = [(row["session"], row["name"], row["status"], row["corrected_by"], row["why"]) for row in table.rows]
    assert told == [(1, person.full_name, "present", facilitator.get_full_name(), "Was in the next room")]


def test_a_coordinator_has_the_own_people_and_a_manager_everybody(workshop, agency_tree, roles):
    own = register(workshop, agency=agency_tree.clinic).person
    other = register(workshop, agency=agency_tree.unrelated).person
    open_session(workshop)

    seen = {
        (role, name): {row["name"] for row in ask(name, getattr(roles, role), workshop).rows}
        for role in ("coordinator", "manager")
        for name in ("register", "sign-in-sheet")
    }

    everybody = {own.full_name, other.full_name}
    assert seen == {
        ("coordinator", "register"): {own.full_name},
        ("coordinator", "sign-in-sheet"): {own.full_name},
        ("manager", "register"): everybody,
        ("manager", "sign-in-sheet"): everybody,
    }


def test_a_period_narrows_the_sessions(agency_tree, roles):
    workshop = make_workshop(sessions=4)
    register(workshop, agency=agency_tree.clinic)
    last = workshop.sessions.get(number=4).day

    report = ask("sign-in-sheet", roles.coordinator, workshop, first_day=last)

    assert {row["session"] for row in report.rows} == {3, 4}


def test_a_sheet_names_whom_the_register_will_name(workshop, agency_tree, roles):
    register(workshop, agency=agency_tree.clinic)
    register(workshop, agency=agency_tree.clinic)
    before = lines(ask("sign-in-sheet", roles.coordinator, workshop), "session", "number", "name")

    for number in (1, 2):
        open_session(workshop, number)
    after = lines(ask("sign-in-sheet", roles.coordinator, workshop), "session", "number", "name")

    assert (before, [line[:2] for line in before]) == (after, [(1, 1), (1, 2), (2, 1), (2, 2)])


def test_a_sheet_on_paper_has_a_page_for_each_session_empty_lines_and_a_line_to_sign(workshop, agency_tree, roles):
    register(workshop, agency=agency_tree.clinic)

    found = pages(ask("sign-in-sheet", roles.coordinator, workshop))

    headed = [page for page in found if "Time in and out" in page]
    assert [("1. Session 1" in page, "2. Session 2" in page) for page in headed] == [(True, False), (False, True)]
    assert all("Facilitator, name and signature: ____" in page for page in headed)


def test_a_register_on_paper_says_who_signed_and_what_was_corrected(workshop, facilitator, agency_tree, roles):
    person = register(workshop, agency=agency_tree.clinic).person
    session = open_session(workshop)
    record = mark(session, person, "absent")
    sign_off(session=session, actor=facilitator)
    correct_record(record=record, status="present", reason="Was in the next room", actor=facilitator)

    page = pages(ask("register", roles.coordinator, workshop))[0]

    assert f"Signed by: {facilitator.get_full_name()}" in page
    assert "Corrections after the signature" in page
    assert "Was in the next room" in page
    assert "Seen, name and signature: ____" in page


def test_a_workshop_without_people_is_an_empty_report(workshop, roles):
    assert [len(ask(name, roles.manager, workshop).rows) for name in ("register", "sign-in-sheet")] == [0, 0]


@pytest.mark.parametrize("name", ["register", "sign-in-sheet"])
@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_is_constant(agency_tree, roles, facilitator, name, count):
    workshop = make_workshop(sessions=count, facilitator=facilitator)
    people = [register(workshop, agency=agency_tree.clinic).person for _number in range(count)]
    for number in range(1, count + 1):
        session = open_session(workshop, number)
        records = [mark(session, person, "absent") for person in people]
        sign_off(session=session, actor=facilitator)
        for record in records:
            correct_record(record=record, status="present", reason="Was there", actor=facilitator)
    question = Question(scope=scope_of(roles.manager), now=NOW, workshop=workshop)

    with CaptureQueriesContext(connection) as asked:
        report = KINDS[name].ask(question)

    assert (len(report.rows), len(asked)) == (count * count, QUERIES[name])
