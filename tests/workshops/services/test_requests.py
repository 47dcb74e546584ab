"""Requests for workshops: made, taken back, declined, turned into a workshop; whoever must not see them does not."""

from datetime import UTC, datetime

import pytest

from audit.models import Event
from people.models import Account, Role
from tests.factories.people import make_account, make_agency
from tests.factories.workshops import DAY, make_facilitator, make_request, make_workshop
from workshops.errors import WorkshopError
from workshops.models import WorkshopRequest
from workshops.services import decline_request, schedule_workshop, take_back_request

pytestmark = [pytest.mark.django_db, pytest.mark.db]

NOW = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def coordinator(agency_tree) -> Account:
    return make_account(Role.COORDINATOR, agency=agency_tree.ministry)


@pytest.fixture
def manager(db) -> Account:
    return make_account(Role.MANAGER)


@pytest.fixture
def asked(agency_tree, coordinator) -> WorkshopRequest:
    return make_request(agency=agency_tree.clinic, actor=coordinator)


def told(request: WorkshopRequest) -> tuple[object, ...]:
    request.refresh_from_db()
    return request.state, request.answer, request.answered_by, request.answered_at, request.workshop


def actions() -> list[str]:
    return list(
        Event.objects.filter(action__startswith="workshops.request").order_by("pk").values_list("action", flat=True)
    )


def test_a_coordinator_asks_for_an_agency_below_and_it_waits(asked, coordinator):
    assert (asked.state, asked.asked_by, asked.asked_at) == ("open", coordinator, NOW)
    assert actions() == ["workshops.requested"]


def test_a_coordinator_asks_for_no_other_agency_and_a_facilitator_for_none(agency_tree, coordinator):
    for account in (coordinator, make_facilitator()):
        with pytest.raises(WorkshopError, match="You can ask for the agencies that you coordinate"):
            make_request(agency=agency_tree.unrelated, actor=account)


def test_a_manager_asks_for_any_agency(manager):
    agency = make_agency()

    assert make_request(agency=agency, actor=manager).agency == agency


def test_the_workshop_answers_the_request_from_which_it_was_planned(asked, manager):
    workshop = schedule_workshop(code="W1", title_en="First", starts_on=DAY, request=asked, actor=manager)

    assert told(asked) == ("scheduled", "", manager, NOW, workshop)
    assert list(workshop.requests.all()) == [asked]
    assert actions() == ["workshops.requested", "workshops.request_scheduled"]


def test_a_request_becomes_one_workshop_and_nothing_is_planned_for_the_second(asked, manager):
    first = schedule_workshop(code="W1", title_en="First", starts_on=DAY, request=asked, actor=manager)

    with pytest.raises(WorkshopError, match="does not wait for an answer any more"):
        schedule_workshop(code="W2", title_en="Second", starts_on=DAY, request=asked, actor=manager)

    assert told(asked)[-1] == first


def test_it_is_declined_once_with_an_answer(asked, manager):
    decline_request(request=asked, answer="No funds this year.", actor=manager)

    with pytest.raises(WorkshopError, match="does not wait"):
        decline_request(request=asked, answer="Again", actor=manager)
    assert told(asked) == ("declined", "No funds this year.", manager, NOW, None)


def test_only_whoever_asked_takes_it_back_and_a_second_click_changes_nothing(asked, coordinator, manager):
    with pytest.raises(WorkshopError, match="Only the person who asked"):
        take_back_request(request=asked, actor=manager)

    take_back_request(request=asked, actor=coordinator)
    take_back_request(request=asked, actor=coordinator)

    assert told(asked)[0] == "taken_back"
    assert actions() == ["workshops.requested", "workshops.request_taken_back"]


def test_an_answer_that_was_given_is_not_taken_back(asked, coordinator, manager):
    decline_request(request=asked, answer="No.", actor=manager)

    with pytest.raises(WorkshopError, match="does not wait"):
        take_back_request(request=asked, actor=coordinator)


def test_those_who_may_see_it_do_and_a_facilitator_only_when_asking_oneself(agency_tree, asked, coordinator, manager):
    facilitator = make_facilitator()
    make_workshop(facilitator=facilitator)
    elsewhere = make_account(Role.COORDINATOR, agency=agency_tree.unrelated)
    clinic = make_account(Role.COORDINATOR, agency=agency_tree.clinic)

    seeing = [
        account
        for account in (coordinator, clinic, manager, elsewhere, facilitator)
        if WorkshopRequest.objects.visible_to(account).exists()
    ]

    assert seeing == [coordinator, clinic, manager]
    WorkshopRequest.objects.update(asked_by=facilitator)
    assert WorkshopRequest.objects.visible_to(facilitator).get() == asked
