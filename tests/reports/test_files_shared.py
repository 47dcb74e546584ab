"""Whoever asks the same of the same scope is given the same file, made once; nobody is given another scope’s."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from django.utils.translation import override

from audit.models import Event
from people.models import Role
from people.services import grant_role
from reports import services
from reports.models import ReportFile
from tests.factories.people import make_account
from tests.factories.workshops import make_workshop, register

pytestmark = [pytest.mark.django_db, pytest.mark.db]


@pytest.fixture
def workshop(agency_tree):
    """A workshop in which three people of the clinic have a place."""
    found = make_workshop()
    for _number in range(3):
        register(found, agency=agency_tree.clinic)
    return found


@pytest.fixture
def colleague(roles):
    """Another coordinator of the same agency."""
    agency = roles.coordinator.role_grants.get().agency
    account = make_account(agency=agency)
    grant_role(account=account, role=Role.COORDINATOR, agency=agency)
    return account


@pytest.fixture
def made(django_capture_on_commit_callbacks):
    """Ask for a file, and let the jobs make it."""

    def make(account, *, name="counted", kind="csv", language="en", **asked):
        with django_capture_on_commit_callbacks(execute=True), override(language):
            file = services.ask_for_file(account=account, name=name, file_format=kind, asked=asked)
        file.refresh_from_db()
        return file

    return make


def content_of(file):
    with services.open_file(file=file, account=file.account) as opened:
        return opened.read()


def test_a_colleague_is_given_what_was_made_just_now(workshop, agency_tree, roles, colleague, made):
    first = made(roles.coordinator)
    register(workshop, agency=agency_tree.clinic)

    second = made(colleague)

    assert second.pk != first.pk
    assert (second.state, second.sha256, second.rows, second.rows_done) == ("ready", first.sha256, 3, 3)
    assert content_of(second) == content_of(first)


def test_two_hundred_who_ask_are_given_one_computation(workshop, agency_tree, roles, made):
    """Somebody comes to the workshop after the first of them asked: nobody’s file has been read anew."""
    agency = roles.coordinator.role_grants.get().agency
    accounts = [make_account(agency=agency) for _number in range(20)]
    for account in accounts:
        grant_role(account=account, role=Role.COORDINATOR, agency=agency)
    first = made(roles.coordinator, kind="xlsx")
    register(workshop, agency=agency_tree.clinic)

    files = [made(account, kind="xlsx") for account in accounts]

    assert {(file.state, file.sha256) for file in files} == {("ready", first.sha256)}


def test_the_file_names_nobody_of_those_who_asked(workshop, roles, made):
    content = content_of(made(roles.coordinator, kind="pdf"))
    with_name = services.read_report(name="counted", account=roles.coordinator)

    assert roles.coordinator.get_full_name().encode() not in content
    assert len(with_name.rows) == 3


def test_after_ten_minutes_it_is_made_anew(workshop, agency_tree, roles, colleague, made):
    made(roles.coordinator)
    register(workshop, agency=agency_tree.clinic)

    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert made(colleague).rows == 4


def test_what_is_handed_on_grows_old_all_the_same(workshop, agency_tree, roles, colleague, made):
    """However often somebody asks, nobody is given what is older than ten minutes."""
    first = made(roles.coordinator)
    register(workshop, agency=agency_tree.clinic)

    with time_machine.travel(first.made_at + timedelta(minutes=9)):
        second = made(colleague)
    with time_machine.travel(first.made_at + timedelta(minutes=11)):
        third = made(roles.coordinator)

    assert (second.rows, second.made_at, second.expires_at) == (3, first.made_at, first.expires_at)
    assert third.rows == 4


def test_a_file_of_another_scope_is_never_given_away(workshop, agency_tree, roles, made):
    """The agency below, the agency above and the programme ask in the same words."""
    register(workshop, agency=agency_tree.ministry)
    above = make_account(agency=agency_tree.ministry)
    grant_role(account=above, role=Role.COORDINATOR, agency=agency_tree.ministry)
    below = make_account(agency=agency_tree.clinic)
    grant_role(account=below, role=Role.COORDINATOR, agency=agency_tree.clinic)

    rows = [made(above).rows, made(below).rows, made(roles.manager).rows]

    assert rows == [4, 3, 4]


@pytest.mark.parametrize("other", [{"language": "ru"}, {"kind": "json"}, {"name": "participation"}])
def test_another_question_is_another_file(workshop, roles, colleague, made, other):
    first = made(roles.coordinator)

    assert made(colleague, **other).sha256 != first.sha256


def test_whoever_lost_a_part_of_the_scope_is_not_given_what_was_read_with_it(workshop, agency_tree, roles, made):
    """What one may read is looked at when the file is made, not when it was asked for."""
    above = make_account(agency=agency_tree.ministry)
    grant_role(account=above, role=Role.COORDINATOR, agency=agency_tree.ministry)
    file = services.ask_for_file(account=above, name="counted", file_format="csv", asked={})
    grant = above.role_grants.get()
    grant.agency = agency_tree.clinic
    grant.save()

    services.make_file(file=file)
    file.refresh_from_db()

    assert (file.state, file.agencies) == ("ready", [agency_tree.clinic.pk])


def test_whoever_gains_a_part_of_the_scope_meanwhile_is_given_what_the_file_says_it_is_about(
    workshop, agency_tree, roles
):
    """Else others of the smaller scope would be given the larger one."""
    register(workshop, agency=agency_tree.ministry)
    below = make_account(agency=agency_tree.clinic)
    grant_role(account=below, role=Role.COORDINATOR, agency=agency_tree.clinic)
    file = services.ask_for_file(account=below, name="counted", file_format="csv", asked={})

    def grant_more(execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        grants = below.role_grants.exclude(agency=agency_tree.ministry)
        if sql.startswith("UPDATE") and '"agencies"' in sql:
            grants.update(agency=agency_tree.ministry)
        return answer

    with connection.execute_wrapper(grant_more):
        services.make_file(file=file)
    file.refresh_from_db()

    assert below.role_grants.get().agency == agency_tree.ministry
    assert (file.agencies, file.rows) == ([agency_tree.clinic.pk], 3)


def test_a_reading_that_is_noted_is_noted_for_each(workshop, roles, made):
    other = make_account("manager")
    made(roles.manager)
    made(other)

    readers = Event.objects.filter(action="reports.read").values_list("actor", flat=True)
    assert {roles.manager.pk, other.pk} <= set(readers)


def test_who_comes_while_it_is_made_waits_for_it(workshop, roles, colleague, made, django_capture_on_commit_callbacks):
    first = services.ask_for_file(account=roles.coordinator, name="counted", file_format="csv", asked={})
    ReportFile.objects.filter(pk=first.pk).update(state=ReportFile.State.MAKING, heard_at=timezone.now(), tries=1)

    second = made(colleague)
    waited = (second.state, second.tries)
    ReportFile.objects.filter(pk=first.pk).update(state=ReportFile.State.WAITING)
    with django_capture_on_commit_callbacks(execute=True):
        services.make_file(file=first)
    first.refresh_from_db()
    second.refresh_from_db()

    assert waited == ("waiting", 0)
    assert (first.state, second.state, second.sha256) == ("ready", "ready", first.sha256)


def test_who_waited_goes_on_when_the_other_one_cancels(
    workshop, roles, colleague, made, django_capture_on_commit_callbacks
):
    first = services.ask_for_file(account=roles.coordinator, name="counted", file_format="csv", asked={})
    ReportFile.objects.filter(pk=first.pk).update(state=ReportFile.State.MAKING, heard_at=timezone.now(), tries=1)
    second = made(colleague)

    with django_capture_on_commit_callbacks(execute=True):
        services.cancel_file(file=first, actor=roles.coordinator)
    second.refresh_from_db()

    assert (second.state, second.rows) == ("ready", 3)


def test_who_comes_to_wait_while_the_other_one_ends_goes_on(
    workshop, roles, colleague, django_capture_on_commit_callbacks
):
    """Until a cancelled file is written down the one that came later still takes it for one that is made."""
    first, second = (
        services.ask_for_file(account=account, name="counted", file_format="csv", asked={})
        for account in (roles.coordinator, colleague)
    )
    ReportFile.objects.update(state=ReportFile.State.MAKING, heard_at=timezone.now(), tries=1)

    with django_capture_on_commit_callbacks(execute=True):
        services.cancel_file(file=first, actor=roles.coordinator)
        ReportFile.objects.filter(pk=second.pk).update(state=ReportFile.State.WAITING, tries=0)
    second.refresh_from_db()

    assert (second.state, second.rows) == ("ready", 3)


@pytest.mark.parametrize("tries", [1, services.files.MOST_TRIES])
@pytest.mark.usefixtures("workshop")
def test_who_waited_goes_on_when_the_worker_of_the_other_one_was_killed(
    roles, colleague, made, django_capture_on_commit_callbacks, tries
):
    """Whether the other one is tried again or has failed for good."""
    first = services.ask_for_file(account=roles.coordinator, name="counted", file_format="csv", asked={})
    ReportFile.objects.filter(pk=first.pk).update(state=ReportFile.State.MAKING, heard_at=timezone.now(), tries=tries)
    second = made(colleague)
    waited = second.state

    with (
        time_machine.travel(timezone.now() + timedelta(minutes=6)),
        django_capture_on_commit_callbacks(execute=True),
    ):
        services.go_on_with_lost_files()
    second.refresh_from_db()

    assert (waited, second.state, second.rows) == ("waiting", "ready", 3)


def test_a_file_that_is_not_there_any_more_is_made_anew(workshop, roles, colleague, made):
    first = made(roles.coordinator)
    first.file.storage.delete(first.file.name)

    second = made(colleague)

    assert (second.state, second.rows) == ("ready", 3)
