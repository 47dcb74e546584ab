from datetime import date, timedelta

import pytest

from audit.models import Event
from mail.kinds import MONTHLY
from mail.models import Message
from people.services import switch_messages
from reports.models import Snapshot
from reports.services import is_mailed_monthly, plan_monthly
from tests.factories.certificates import make_completed_enrolment
from tests.factories.people import make_person
from tests.factories.reports import make_attended_workshop

pytestmark = pytest.mark.django_db
# The workshop is on 9 and 10 March 2026; 1 April 2026 is a Wednesday.
DUE = date(2026, 4, 1)


def monthly():
    """Of messages to the reader's address: subject and text."""
    found = Message.objects.filter(key__startswith="reports:").order_by("pk")
    return {message.recipient.account.pk: message for message in found}


def test_coordinators_are_mailed_links_to_the_month_before_and_no_names(roles, attended):
    plan_monthly(today=DUE)

    message = monthly()[roles.coordinator.pk]
    days = "first_day=2026-03-01&last_day=2026-03-31"
    language = roles.coordinator.person.language
    assert f"/{language}/reports/attendance/?{days}" in message.text
    assert f"/{language}/reports/results/?{days}" in message.text
    assert not any(person.family_name in message.text for person in attended.people.values())


def test_managers_are_mailed_what_is_missing_and_the_frozen_comparison(roles, attended):
    plan_monthly(today=DUE)

    snapshot = Snapshot.objects.get()
    message = monthly()[roles.manager.pk]
    assert (snapshot.report, snapshot.first_day, snapshot.last_day) == ("agencies", date(2026, 3, 1), date(2026, 3, 31))
    assert (snapshot.made_by, snapshot.audience) == (None, "programme")
    assert f"/reports/frozen/{snapshot.number}/" in message.text
    assert snapshot.number in message.text


def test_a_month_is_mailed_once_however_often_and_how_late_it_is_planned(roles, attended):
    first = plan_monthly(today=DUE)
    before = {account: (message.pk, message.text) for account, message in monthly().items()}

    for days in (0, 1, 7):
        plan_monthly(today=DUE + timedelta(days=days))

    assert first == len(before)
    assert {account: (message.pk, message.text) for account, message in monthly().items()} == before
    assert Snapshot.objects.count() == 1


@pytest.mark.parametrize("today", [date(2026, 3, 31), date(2026, 4, 9), date(2026, 5, 1)])
def test_nothing_is_mailed_before_its_day_long_after_it_or_about_a_month_without_anything(roles, attended, today):
    plan_monthly(today=today)

    assert roles.coordinator.pk not in monthly()
    assert not Snapshot.objects.exists()


def test_it_waits_for_the_first_working_day(roles, agency_tree):
    """1 August 2026 is a Saturday."""
    make_attended_workshop(agency_tree, starts_on=date(2026, 7, 6))

    counts = [plan_monthly(today=date(2026, 8, day)) for day in (1, 2, 3)]

    assert (counts[:2], counts[2] > 0) == ([0, 0], True)


def test_who_said_no_gets_none_until_they_say_yes(roles, attended):
    switch_messages(account=roles.coordinator, kind=MONTHLY, wanted=False)
    switch_messages(account=roles.coordinator, kind=MONTHLY, wanted=False)
    plan_monthly(today=DUE)
    assert (is_mailed_monthly(account=roles.coordinator), roles.coordinator.pk in monthly()) == (False, False)
    assert roles.coordinator_above.pk in monthly()

    switch_messages(account=roles.coordinator, kind=MONTHLY, wanted=True)
    plan_monthly(today=DUE)
    assert (is_mailed_monthly(account=roles.coordinator), roles.coordinator.pk in monthly()) == (True, True)
    assert Event.objects.filter(action="people.messages_chosen").count() == 2


def test_who_reads_no_reports_is_mailed_none(roles, attended):
    plan_monthly(today=DUE)

    readers = {"coordinator", "coordinator_above", "coordinator_elsewhere", "manager"}
    assert {name for name, account in vars(roles).items() if account.pk in monthly()} == readers


def test_a_module_that_somebody_completed_is_something_to_read_about(roles, agency_tree):
    enrolment = make_completed_enrolment(person=make_person(agency=agency_tree.clinic))
    after = (enrolment.completed_at.date().replace(day=1) + timedelta(days=32)).replace(day=3)

    plan_monthly(today=after)

    assert {roles.coordinator.pk, roles.coordinator_above.pk} <= set(monthly())
    assert roles.coordinator_elsewhere.pk not in monthly()


@pytest.mark.parametrize("language", ["en", "ru", "be"])
def test_everybody_reads_it_in_the_own_language(roles, attended, language):
    person = roles.coordinator.person
    person.language = language
    person.save()

    plan_monthly(today=DUE)

    message = monthly()[roles.coordinator.pk]
    assert (message.language, f"/{language}/reports/frozen/" in message.text) == (language, True)
