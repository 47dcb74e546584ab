"""What workshops use stays: agencies, rooms and people who run them, whoever tries."""

import pytest
from django.db.models import PROTECT, ProtectedError

from people.models import Agency, Person
from people.services import PeopleError, remove_agency
from tests.factories.people import make_account, make_agency
from tests.factories.workshops import make_request, make_session, make_workshop, open_session, register
from workshops.errors import WorkshopError
from workshops.models import Room, SeatPool
from workshops.services import add_recommendation, add_room, remove_facilitator, remove_room, sign_off

pytestmark = [pytest.mark.django_db, pytest.mark.db]


def use_as_pool(agency: Agency) -> None:
    SeatPool.objects.create(workshop=make_workshop(), agency=agency, seats=3)


def use_as_home(agency: Agency) -> None:
    register(make_workshop(), agency=agency)


def use_in_a_request(agency: Agency) -> None:
    make_request(agency=agency, actor=make_account("manager"))


def use_in_a_recommendation(agency: Agency) -> None:
    add_recommendation(workshop=make_workshop(), text="Say it.", agency=agency, actor=make_account("manager"))


@pytest.mark.parametrize(
    ("use", "reason"),
    [
        (use_as_pool, r"seat pools \(1\)"),
        (use_as_home, r"memberships \(1\), registrations \(1\)"),
        (use_in_a_request, r"requests for workshops \(1\)"),
        (use_in_a_recommendation, r"recommendations \(1\)"),
    ],
)
def test_an_agency_that_a_workshop_names_stays_and_says_why(use, reason):
    agency = make_agency()
    use(agency)

    with pytest.raises(PeopleError, match=rf"stays, because other records name it: {reason}\."):
        remove_agency(agency=agency)
    assert Agency.objects.filter(pk=agency.pk).exists()


def test_a_room_and_a_facilitator_in_use_stay_and_say_why():
    workshop = make_workshop(sessions=0, published=False)
    room = add_room(name="Hall")
    make_session(workshop, room=room)
    leader = workshop.facilitations.get().person

    with pytest.raises(WorkshopError, match="This room stays: 1 workshop uses it"):
        remove_room(room=room)
    running = make_workshop()
    with pytest.raises(WorkshopError, match="Name another facilitator first"):
        remove_facilitator(workshop=running, person=running.facilitations.get().person)
    with pytest.raises(ProtectedError):
        leader.delete()


def test_whoever_signed_a_register_stays_among_those_who_ran_the_workshop():
    account = make_account("facilitator", agency=make_agency())
    workshop = make_workshop(facilitator=account)
    sign_off(session=open_session(workshop), actor=account)

    with pytest.raises(WorkshopError):
        remove_facilitator(workshop=workshop, person=account.person)


@pytest.mark.parametrize("model", [Agency, Room, Person])
def test_the_database_itself_keeps_what_records_name(model):
    loose = {
        f"{each.related_model.__name__}.{each.field.name}"
        for each in model._meta.related_objects
        if each.on_delete is not PROTECT
    }

    assert loose <= {"Account.person"}
