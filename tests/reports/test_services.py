from datetime import date

import pytest

from audit.models import Event
from programmes.services import create_programme
from reports.queries import OutOfScopeError
from reports.services import read_report
from tests.factories.workshops import make_workshop, register

pytestmark = pytest.mark.django_db


def test_a_coordinator_reads_about_the_own_agency_without_naming_it(roles, attended):
    report = read_report(name="agency-attendance", account=roles.coordinator)

    assert ({row["agency"] for row in report.rows}, report.filters) == ({"clinic"}, {})
    assert not Event.objects.filter(action="reports.read").exists()


def test_that_a_manager_reads_names_is_noted(roles, attended):
    read_report(name="agency-attendance", account=roles.manager, agency="clinic", workshop=attended.workshop.code)

    event = Event.objects.get(action="reports.read")
    assert (event.actor, event.after) == (
        roles.manager,
        {"report": "agency-attendance", "agency": "clinic", "workshop": attended.workshop.code},
    )


@pytest.mark.parametrize("asked", [{"agency": "unrelated"}, {"agency": "nowhere"}, {"workshop": "NOPE"}])
def test_what_is_outside_the_scope_is_refused_and_noted(roles, attended, asked):
    with pytest.raises(OutOfScopeError):
        read_report(name="agency-results", account=roles.coordinator, **asked)
    assert [
        (event.action, event.actor, event.after) for event in Event.objects.filter(action__startswith="reports.")
    ] == [("reports.refused", roles.coordinator, {"report": "agency-results", **asked})]


def test_a_workshop_of_strangers_is_refused(roles, attended, agency_tree):
    other = make_workshop()
    register(other, agency=agency_tree.unrelated)

    with pytest.raises(OutOfScopeError):
        read_report(name="agency-attendance", account=roles.coordinator, workshop=other.code)


def test_a_workshop_in_which_the_named_agency_had_nobody_is_an_empty_report(roles, attended, agency_tree):
    other = make_workshop()
    register(other, agency=agency_tree.department)

    report = read_report(
        name="agency-attendance", account=roles.coordinator_above, agency="clinic", workshop=other.code
    )

    assert (report.rows, report.totals["share"]) == ([], None)


@pytest.mark.parametrize("role", ["learner", "facilitator", "editor"])
def test_who_coordinates_nothing_has_nothing_to_read(roles, role):
    with pytest.raises(OutOfScopeError, match="You coordinate no agency"):
        read_report(name="agency-attendance", account=getattr(roles, role))


def test_an_unknown_report_is_refused(roles):
    with pytest.raises(OutOfScopeError, match="no report with this name"):
        read_report(name="everything", account=roles.manager)


def test_a_period_is_part_of_the_question(roles, attended):
    report = read_report(name="agency-attendance", account=roles.coordinator, first_day=date(2027, 1, 1))

    assert (report.rows, report.period) == ([], (date(2027, 1, 1), None))


@pytest.mark.parametrize("name", ["agency-attendance", "agency-results"])
def test_a_programme_narrows_a_report_to_its_workshops(roles, attended, agency_tree, name):
    other = make_workshop()
    register(other, agency=agency_tree.clinic)
    days = {"starts_on": attended.workshop.starts_on, "ends_on": attended.workshop.ends_on}
    create_programme(code="P1", title_en="One", workshops=[other], **days)

    report = read_report(name=name, account=roles.coordinator, programme="P1")

    column = "workshop" if name == "agency-attendance" else "code"
    assert ([row[column] for row in report.rows], report.filters) == ([other.code], {"programme": "P1"})


def test_a_programme_that_does_not_exist_is_refused(roles, attended):
    with pytest.raises(OutOfScopeError):
        read_report(name="agency-results", account=roles.coordinator, programme="NOPE")
