"""Pages of rooms."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.people import make_account
from tests.factories.workshops import make_facilitator, make_session, make_workshop
from workshops.models import Room
from workshops.services import add_room

pytestmark = pytest.mark.django_db

LIST, NEW = "/en/workshops/rooms/", "/en/workshops/rooms/new/"


@pytest.fixture
def client(client_of) -> Client:
    return client_of(make_facilitator())


def test_a_room_is_added_changed_and_removed(client):
    client.post(NEW, {"name": "Hall", "address": "Lenina 11", "seats": "80"})
    room = Room.objects.get()
    assert (room.name, room.address, room.seats) == ("Hall", "Lenina 11", 80)

    client.post(reverse("room_edit", args=[room.pk]), {"name": "Great hall", "address": "", "seats": ""})
    assert list(Room.objects.values_list("name", "address", "seats")) == [("Great hall", "", None)]

    client.post(reverse("room_remove", args=[room.pk]))
    assert not Room.objects.exists()


def test_a_name_that_another_room_has_is_said_at_the_field(client):
    add_room(name="Hall")
    other = add_room(name="Library")

    for address in (NEW, reverse("room_edit", args=[other.pk])):
        assert list(client.post(address, {"name": "Hall"}).context["form"].errors) == ["name"]


def test_a_room_in_use_names_its_workshops_and_stays(client):
    room = add_room(name="Hall")
    make_session(make_workshop(code="W1", sessions=0, title_en="The one"), room=room)
    make_workshop(code="W2")
    make_session(make_workshop(code="W3", published=False, sessions=0), room=room)

    refused = client.post(reverse("room_remove", args=[room.pk]), follow=True).content.decode()

    assert "This room stays: 2 workshops use it (W1, W3)." in refused
    assert Room.objects.get() == room


@pytest.mark.parametrize("rows", [1, 3])
def test_costs_the_same_however_many(client, django_assert_num_queries, rows):
    for row in range(rows):
        add_room(name=f"Hall {row}")
    # session, account, roles, how many, the rows
    with django_assert_num_queries(5):
        client.get(LIST)


def test_rooms_are_kept_by_those_who_plan(client_of):
    assert client_of(make_account()).get(LIST).status_code == 403
