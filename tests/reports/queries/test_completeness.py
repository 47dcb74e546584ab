"""R16: what is missing, recomputed by plain loops and read on the page."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.models import Attempt
from certificates.models import Certificate
from people.models import Membership, Person
from reports import wording
from reports.queries import KINDS, Audience, Question, scope_of
from reports.queries.gaps import Kind
from reports.services import read_report
from tests.factories.assessments import make_test
from tests.factories.certificates import make_certificate
from tests.factories.evaluation import ask as ask_for_evaluation
from tests.factories.evaluation import make_wave
from tests.factories.people import AgencyTree, make_person
from tests.factories.workshops import make_workshop, mark, open_session, register
from workshops.attendance import NOT_RECORDED, WAS_THERE
from workshops.models import AttendanceRecord, PhaseAttempt, Registration, Session, Workshop
from workshops.services import sign_off

pytestmark = [pytest.mark.django_db, pytest.mark.db]

AFTER = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)


def gaps_of(account: Any, agency: str = "", **asked: Any) -> Any:
    audience = Audience.PROGRAMME if account.sees_everybody else Audience.AGENCY
    values = {"now": AFTER, "audience": audience, **asked}
    return KINDS["completeness"].ask(Question(scope=scope_of(account, agency), **values))


def about(report: Any, kind: Kind) -> list[dict[str, Any]]:
    return [row for row in report.rows if row["gap"] == kind]


def workshop_of(tree: AgencyTree, **fields: Any) -> SimpleNamespace:
    """Three sessions: the first is signed, the second open without a word about one of two, the third not opened."""
    workshop = make_workshop(sessions=3, title_ru="Семинар", title_be="Семінар", **fields)
    Session.objects.filter(workshop=workshop).update(title_ru="Занятие", title_be="Занятак")
    people = [make_person(agency=tree.clinic), make_person(agency=tree.department)]
    for person in people:
        register(workshop, person)
    first, second, third = workshop.sessions.order_by("number")
    facilitator = workshop.facilitations.get().person.account
    for session in (first, second):
        open_session(workshop, session.number)
    for person in people:
        mark(first, person)
    mark(second, people[0])
    sign_off(session=first, actor=facilitator)
    return SimpleNamespace(workshop=workshop, people=people, facilitator=facilitator, sessions=[first, second, third])


def test_registers_are_missing_as_plain_loops_find_them(roles, agency_tree):
    world = workshop_of(agency_tree)

    report = gaps_of(roles.manager)

    held = [each for each in Session.objects.all() if each.ends_at <= AFTER]
    silent = [each for each in AttendanceRecord.objects.all() if each.status == NOT_RECORDED]
    assert {kind: [row["count"] for row in about(report, kind)] for kind in list(Kind)[:3]} == {
        Kind.NOT_OPENED: [sum(not each.is_signed and each.opened_at is None for each in held)],
        Kind.NOT_RECORDED: [len(silent)],
        Kind.NOT_SIGNED: [sum(not each.is_signed and each.opened_at is not None for each in held)],
    }
    (row,) = about(report, Kind.NOT_OPENED)
    assert {key: row[key] for key in ("workshop", "since", "who", "address")} == {
        "workshop": world.workshop.code,
        "since": timezone.localdate(world.sessions[2].ends_at),
        "who": world.facilitator.person.full_name,
        "address": reverse("register", args=[world.workshop.code, 3]),
    }


def test_what_is_still_to_come_is_not_missing(roles, agency_tree):
    workshop_of(agency_tree)

    report = gaps_of(roles.manager, now=datetime(2026, 3, 9, 5, 0, tzinfo=UTC))

    assert not {Kind.NOT_OPENED, Kind.NOT_SIGNED, Kind.NOT_RECORDED} & {row["gap"] for row in report.rows}


def test_a_workshop_is_open_too_long_after_a_week(roles, agency_tree):
    world = workshop_of(agency_tree)
    last = Workshop.objects.get(pk=world.workshop.pk).ends_on
    late = datetime(last.year, last.month, last.day, 9, tzinfo=UTC)

    found = {
        days: len(about(gaps_of(roles.manager, now=late + timedelta(days=days)), Kind.NOT_RECONCILED))
        for days in (7, 8)
    }

    assert found == {7: 0, 8: 1}


def test_tests_are_missing_of_those_who_took_part(roles, agency_tree):
    test = make_test(code="T1")
    world = workshop_of(agency_tree, test=test)
    registration = Registration.objects.get(person=world.people[0])
    attempt = Attempt.objects.create(
        test=test, person=world.people[0], agency=agency_tree.clinic, number=1, language="en",
        started_at=AFTER, submitted_at=AFTER, mark=100, max_mark=100, pass_mark=75, outcome="passed", passed_at=AFTER,
    )  # fmt: skip
    PhaseAttempt.objects.create(registration=registration, phase="pre", attempt=attempt)

    report = gaps_of(roles.manager)

    there = {
        each.person_id for each in AttendanceRecord.objects.filter(session__workshop=world.workshop)
        if each.status in WAS_THERE
    }  # fmt: skip
    with_results: dict[str, set[int]] = {phase: set() for phase in ("pre", "post")}
    for each in PhaseAttempt.objects.select_related("registration", "attempt"):
        if each.attempt.mark is not None:
            with_results[each.phase].add(each.registration.person_id)
    assert [about(report, kind)[0]["count"] for kind in (Kind.NO_PRE, Kind.NO_POST)] == [
        len(there - with_results["pre"]),
        len(there - with_results["post"]),
    ]


def test_an_evaluation_that_is_open_is_missing_with_the_rate_of_answers(roles, agency_tree):
    world = workshop_of(agency_tree)
    wave = make_wave(world.workshop, opens_on=date(2026, 3, 25))
    invitations = [
        ask_for_evaluation(wave, person) for person in [*world.people, make_person(agency=agency_tree.clinic)]
    ]
    type(invitations[0]).objects.filter(pk=invitations[0].pk).update(answered=True)

    (row,) = about(gaps_of(roles.manager), Kind.UNANSWERED)

    assert (row["count"], row["since"]) == (2, date(2026, 3, 25))
    assert row["note"].replace("\N{NO-BREAK SPACE}", " ") == "33 % answered"
    assert row["address"] == f"{reverse('evaluation', args=[world.workshop.code])}?wave=end"
    # Whether one of three has answered is nobody's business.
    assert not about(gaps_of(roles.coordinator_above), Kind.UNANSWERED)
    assert not about(gaps_of(roles.manager, agency="clinic"), Kind.UNANSWERED)


@pytest.mark.parametrize("approval", ["agency", "programme"])
def test_a_registration_that_waits_for_a_week_names_who_has_to_agree(roles, agency_tree, approval):
    workshop = make_workshop(approval=approval, starts_on=date(2026, 5, 4))
    for days in (8, 6):
        person = make_person(agency=agency_tree.clinic)
        Registration.objects.create(
            workshop=workshop, person=person, agency=agency_tree.clinic, state="pending", source="self",
            created_at=AFTER - timedelta(days=days),
        )  # fmt: skip

    (row,) = about(gaps_of(roles.manager), Kind.WAITING)

    who = {"agency": roles.coordinator, "programme": roles.manager}[approval]
    assert (row["count"], row["agency"], row["who"]) == (1, "clinic", who.person.full_name)
    assert row["address"] == reverse("participants", args=[workshop.code])
    (own,) = about(gaps_of(roles.coordinator), Kind.WAITING)
    assert own["address"] == reverse("nominations", args=[workshop.code])


def test_a_certificate_that_waits_says_why(roles, agency_tree):
    certificate = make_certificate(person=make_person(agency=agency_tree.clinic))
    waits = {"sealed_at": None, "failure": '{"cause": "key_unreadable", "file": "document.p12"}'}
    Certificate.objects.filter(pk=certificate.pk).update(issued_at=AFTER - timedelta(days=2), **waits)

    (row,) = about(gaps_of(roles.coordinator), Kind.NOT_SEALED)

    assert (row["count"], row["note"]) == (1, "The key document.p12 cannot be read.")
    assert row["who"] == roles.manager.person.full_name
    assert row["address"].endswith("?agency=clinic&state=pending")


def test_people_are_counted_by_what_their_record_lacks(roles, agency_tree):
    make_person(agency=agency_tree.clinic, sex="undisclosed", email="")
    make_person(agency=agency_tree.department, email="")
    for _twice in range(2):
        make_person(agency=agency_tree.clinic, family_name="Іваноў", given_name="Ян", patronymic="")
    # The same name in another agency is another person.
    make_person(agency=agency_tree.department, family_name="Іваноў", given_name="Ян", patronymic="")

    report = gaps_of(roles.manager)

    expected: dict[tuple[str, str], int] = {}
    names: dict[tuple[str, str], int] = {}
    for each in Membership.objects.select_related("person", "agency"):
        code = each.agency.code
        for kind, lacks in ((Kind.NO_SEX, each.person.sex == "undisclosed"), (Kind.NO_EMAIL, not each.person.email)):
            if lacks:
                expected[kind, code] = expected.get((kind, code), 0) + 1
        names[code, each.person.sort_name] = names.get((code, each.person.sort_name), 0) + 1
    for (code, _name), number in names.items():
        if number > 1:
            expected[Kind.NAMESAKES, code] = expected.get((Kind.NAMESAKES, code), 0) + number
    found = {(row["gap"], row["agency"]): row["count"] for row in report.rows}
    assert {
        key: value for key, value in found.items() if key[0] in (Kind.NO_SEX, Kind.NO_EMAIL, Kind.NAMESAKES)
    } == expected


def test_a_learner_who_left_is_found_by_the_last_agency(roles, agency_tree):
    workshop = make_workshop(starts_on=date(2026, 5, 4))
    person = make_person(agency=agency_tree.clinic)
    register(workshop, person, agency_tree.clinic)
    Membership.objects.filter(person=person).update(valid_to=date(2026, 3, 31))

    (row,) = about(gaps_of(roles.coordinator), Kind.NO_AGENCY)

    assert (row["agency"], row["count"], row["since"]) == ("clinic", 1, date(2026, 3, 31))
    assert not about(gaps_of(roles.coordinator_elsewhere), Kind.NO_AGENCY)


def test_titles_that_nobody_translated_are_counted(roles, agency_tree):
    workshop = make_workshop(sessions=2, title_ru="Семинар")

    (row,) = about(gaps_of(roles.manager), Kind.NO_TITLE)

    # One of the workshop, two of each session.
    assert (row["workshop"], row["count"]) == (workshop.code, 5)
    assert row["address"] == reverse("workshop_edit", args=[workshop.code])


def test_what_hurts_most_stands_first(roles, agency_tree):
    workshop_of(agency_tree, test=make_test(code="T1"))
    make_person(agency=agency_tree.clinic, sex="undisclosed", email="")

    kinds = [row["gap"] for row in gaps_of(roles.manager).rows]

    assert kinds == sorted(kinds, key=list(Kind).index)
    assert kinds[0] == Kind.NOT_OPENED


def test_a_coordinator_sees_what_concerns_the_own_people_and_pages_that_open(roles, agency_tree):
    world = workshop_of(agency_tree)

    own = gaps_of(roles.coordinator)
    above = gaps_of(roles.coordinator_above)

    # Nothing is recorded about somebody of the department.
    assert [bool(about(report, Kind.NOT_RECORDED)) for report in (own, above)] == [False, True]
    assert about(own, Kind.NOT_OPENED)[0]["address"] == reverse("our_people", args=[world.workshop.code])
    assert not gaps_of(roles.coordinator_elsewhere).rows


def test_every_row_leads_to_a_page_that_opens(roles, agency_tree, client_of):
    workshop_of(agency_tree, test=make_test(code="T1"))
    make_workshop(sessions=1)
    make_person(agency=agency_tree.clinic, sex="undisclosed", email="")
    waiting = make_workshop(starts_on=timezone.localdate() + timedelta(days=30))
    Registration.objects.create(
        workshop=waiting, person=make_person(agency=agency_tree.clinic), agency=agency_tree.clinic, state="pending",
        source="self", created_at=timezone.now() - timedelta(days=9),
    )  # fmt: skip

    for account in (roles.manager, roles.coordinator):
        rows = read_report(name="completeness", account=account).rows
        answers = {row["address"]: client_of(account).get(row["address"]).status_code for row in rows}
        assert len(answers) > 2
        assert set(answers.values()) == {200}


def test_the_report_says_first_how_much_is_missing(roles, agency_tree):
    workshop_of(agency_tree)

    report = gaps_of(roles.manager)

    assert wording.findings(report) == [
        f"{len(report.rows)} gaps in the records.",
        "The worst first: Register not opened (1).",
    ]


def test_it_is_for_nobody_outside(roles, agency_tree, client_of):
    page = client_of(roles.manager).get(reverse("report", args=["completeness"]), {"outside": "on"})

    assert (page.context["report"].audience, "outside" in page.context["form"].fields) == ("programme", False)


def test_the_list_of_reports_begins_with_the_five_worst(roles, agency_tree, client_of):
    for _each in range(3):
        workshop_of(agency_tree)

    page = client_of(roles.manager).get(reverse("reports"))

    report = read_report(name="completeness", account=roles.manager)
    assert [each["row"] for each in page.context["urgent"]] == list(report.rows[:5])
    assert f'href="{reverse("report", args=["completeness"])}"' in page.content.decode()


def test_that_nothing_is_missing_is_said_with_pleasure(roles, client_of):
    Person.objects.filter(sex="undisclosed").update(sex="female")

    for address in (reverse("reports"), reverse("report", args=["completeness"])):
        assert "Everything is in place" in client_of(roles.coordinator).get(address).content.decode()


@pytest.mark.parametrize("role", ["manager", "coordinator_above"])
def test_more_gaps_need_no_more_queries(roles, agency_tree, role):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            gaps_of(getattr(roles, role))
        return len(queries)

    def world() -> None:
        made = workshop_of(agency_tree, test=make_test())
        invitation = ask_for_evaluation(make_wave(made.workshop, opens_on=date(2026, 3, 25)), made.people[0])
        assert not invitation.answered
        make_person(agency=agency_tree.clinic, sex="undisclosed", email="")

    world()
    cost()
    first = cost()
    for _each in range(2):
        world()

    assert (cost(), first <= 25) == (first, True)
