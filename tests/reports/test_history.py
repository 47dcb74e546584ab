"""The past stays where it was: people who moved, agencies that were merged, renamed or closed, registers corrected."""

from datetime import date, timedelta

import pytest

from people.models import Agency, Membership
from reports.queries import OutOfScopeError
from reports.services import read_report
from tests.factories.certificates import make_completed_enrolment
from tests.factories.people import give_role, join, make_account, make_agency, make_person
from tests.factories.workshops import DAY, make_session, make_workshop, mark, open_session, register
from workshops.services import publish_workshop

pytestmark = pytest.mark.django_db
NEXT = DAY + timedelta(days=28)


def rows_of(report, person):
    return [row for row in report.rows if row["person"] == person.public_code]


def statuses(report, person):
    return [{number: cell["status"] for number, cell in row["sessions"].items()} for row in rows_of(report, person)]


def test_minutes_of_each_day_count_for_the_agency_of_that_day(roles, attended):
    moved = attended.people["moved"]
    old = read_report(name="agency-attendance", account=roles.manager, agency="clinic")
    new = read_report(name="agency-attendance", account=roles.manager, agency="unrelated")

    assert statuses(old, moved) == [{"1": "present", "2": "absent"}]
    assert statuses(new, moved) == [{"3": "present", "4": "not_recorded"}]
    assert [row["credited_minutes"] for row in rows_of(old, moved) + rows_of(new, moved)] == [60, 60]


def test_agencies_compared_keeps_days_and_participation_apart(roles, attended):
    """Worked out by hand: of the clinic on the first day `partly` 40 + 48, `late_joiner` 60 (second session alone),
    `moved` 60 + 0; on the second day `partly` 0 and `late_joiner` 60 of one required session each."""
    rows = {row["agency"]: row for row in read_report(name="agencies", account=roles.coordinator_above).rows}

    assert rows["clinic"]["attendance_rate"] == pytest.approx((40 + 48 + 60 + 60 + 0 + 60) / (120 + 60 + 120 + 120))
    # partly, late_joiner, gone, moved: who registered for the clinic is counted there, wherever the person is today.
    assert (rows["clinic"]["confirmed"], rows["clinic"]["started"]) == (4, 3)
    assert "unrelated" not in rows


def test_the_coordinator_of_the_new_agency_sees_nothing_of_the_time_before(roles, attended):
    moved = attended.people["moved"]
    account = roles.coordinator_elsewhere
    asked = {"workshop": attended.workshop.code, "person": moved.public_code}

    attendance = read_report(name="agency-attendance", account=account)
    results = read_report(name="agency-results", account=account)
    counted = read_report(name="counted", account=account)
    explained = read_report(name="attendance-explained", account=account, **asked)

    assert statuses(attendance, moved) == [{"3": "present", "4": "not_recorded"}]
    assert rows_of(results, moved) == []
    assert rows_of(counted, moved) == []
    assert [row["session"] for row in explained.rows] == ["3. Session 3", "4. Session 4"]


def test_what_was_learned_for_the_old_agency_stays_with_it(roles, agency_tree):
    person = make_person(agency=agency_tree.clinic)
    enrolment = make_completed_enrolment(person=person)
    join(person, agency_tree.unrelated, since=date(2026, 11, 1))

    old, new = (
        read_report(name="agency-results", account=account)
        for account in (roles.coordinator, roles.coordinator_elsewhere)
    )

    assert [row["code"] for row in rows_of(old, person)] == [enrolment.module.code]
    assert rows_of(new, person) == []


def take_over(old: Agency, new: Agency, day: date) -> None:
    """An agency is merged, moved in the tree, or renamed: its row ends, its people go on in the next one."""
    old.closed_on, old.successor = day, new
    old.save()
    for membership in Membership.objects.filter(agency=old, valid_to__isnull=True).select_related("person"):
        join(membership.person, new, since=day)


def held(agency, person, day):
    """A workshop of a session in which somebody was there."""
    workshop = make_workshop(sessions=0, starts_on=day, published=False)
    make_session(workshop, day=day)
    publish_workshop(workshop=workshop)
    register(workshop, person, agency)
    open_session(workshop)
    mark(workshop.sessions.get(), person)
    return workshop


@pytest.mark.parametrize("becomes", ["merged", "renamed", "moved in the tree"])
def test_an_agency_that_was_replaced_keeps_its_past_and_the_next_one_has_its_own(roles, agency_tree, becomes):
    person = make_person(agency=agency_tree.clinic)
    before = held(agency_tree.clinic, person, DAY)
    successor = {
        "merged": agency_tree.department,
        "renamed": make_agency(code="renamed", parent=agency_tree.department, name_en="Clinic of the region"),
        "moved in the tree": make_agency(code="elsewhere", parent=agency_tree.unrelated),
    }[becomes]
    take_over(agency_tree.clinic, successor, DAY + timedelta(days=7))
    after = held(successor, person, NEXT)

    rows = [(row["agency"], row["name"], row["started"]) for row in read_open(roles.administrator)]

    assert sorted(rows) == sorted([("clinic", agency_tree.clinic.name, 1), (successor.code, successor.name, 1)])
    past = read_report(name="agency-attendance", account=roles.manager, agency="clinic")
    present = read_report(name="agency-attendance", account=roles.manager, agency=successor.code, alone=True)
    assert [row["workshop"] for row in rows_of(past, person)] == [before.code]
    assert [row["workshop"] for row in rows_of(present, person)] == [after.code]


def read_open(account):
    """R4 of all agencies, as a coordinator of them all reads it: nothing is hidden."""
    reader = make_account()
    for agency in Agency.objects.filter(parent__isnull=True):
        give_role(reader, "coordinator", agency)
    return read_report(name="agencies", account=reader).rows


def test_an_agency_that_was_closed_is_reported_about_as_before(roles, agency_tree):
    person = make_person(agency=agency_tree.clinic)
    held(agency_tree.clinic, person, DAY)
    name, account = "agency-attendance", roles.coordinator
    before = read_report(name=name, account=account)

    agency_tree.clinic.closed_on = DAY + timedelta(days=7)
    agency_tree.clinic.save()

    after = read_report(name=name, account=account)
    assert (after.rows, after.totals) == (before.rows, before.totals)


def test_the_coordinator_of_a_successor_elsewhere_reads_nothing_of_its_predecessor(roles, agency_tree):
    person = make_person(agency=agency_tree.clinic)
    held(agency_tree.clinic, person, DAY)
    take_over(agency_tree.clinic, agency_tree.unrelated, DAY + timedelta(days=7))

    with pytest.raises(OutOfScopeError):
        read_report(name="agency-attendance", account=roles.coordinator_elsewhere, agency="clinic")
    assert read_report(name="agency-attendance", account=roles.coordinator_elsewhere).rows == []


def test_a_new_name_of_a_person_is_no_other_person(roles, agency_tree):
    person = make_person(agency=agency_tree.clinic)
    held(agency_tree.clinic, person, DAY)
    person.family_name = "Another"
    person.save()

    row = rows_of(read_report(name="agency-attendance", account=roles.coordinator), person)[0]
    assert (row["name"], row["credited_minutes"]) == (person.full_name, 60)


@pytest.mark.parametrize(
    ("name", "key", "sentence"),
    [
        ("participation", "completed", "reached the share of hours, without a test."),
        ("participation", "certified", "only where somebody had them issued."),
        ("agencies", "completed", "reached the share of hours, without a test."),
        ("agency-results", "completed_on", "reached the share of hours, without a test."),
        ("agency-results", "certificate", "only where somebody had them issued."),
        ("objectives", "rows", "name no questions and are left out."),
        ("self-paced", "started", "a module is taken for oneself."),
    ],
)
def test_definitions_say_what_is_other_than_one_would_think(roles, agency_tree, name, key, sentence):
    report = read_report(name=name, account=roles.manager)

    assert report.definitions[key].endswith(sentence)
