"""Rooms: one of each name, and none goes while something uses it."""

import pytest

from audit.models import Event
from tests.factories.workshops import make_session, make_workshop
from workshops.errors import WorkshopError
from workshops.models import Room
from workshops.services import add_room, change_room, remove_room

pytestmark = [pytest.mark.django_db, pytest.mark.db]


def test_a_name_is_given_once():
    hall = add_room(name="Hall", seats=30)
    library = add_room(name="Library")

    assert add_room(name="Hall", seats=5) == hall
    with pytest.raises(WorkshopError, match="Another room has this name"):
        change_room(room=library, name="Hall", address="", seats=None)
    assert sorted(Room.objects.values_list("name", "seats")) == [("Hall", 30), ("Library", None)]


def test_a_change_is_noted_once():
    hall = add_room(name="Hall")
    for _click in range(2):
        change_room(room=hall, name="Great hall", address="Lenina 11", seats=80)

    event = Event.objects.get(action="workshops.room_changed")
    assert (event.before, event.after) == (
        {"name": "Hall", "address": "", "seats": None},
        {"name": "Great hall", "address": "Lenina 11", "seats": 80},
    )


@pytest.mark.parametrize(
    ("workshops", "sentence"),
    [
        (1, r"This room stays: 1 workshop uses it \(A\)\."),
        (4, r"This room stays: 4 workshops use it \(A, B, C…\)\."),
    ],
)
def test_a_room_in_use_stays_and_says_where(workshops, sentence):
    hall = add_room(name="Hall")
    for code in "ABCD"[:workshops]:
        workshop = make_workshop(code=code, sessions=0)
        make_session(workshop, room=hall)
        make_session(workshop, room=hall, slot=1)

    with pytest.raises(WorkshopError, match=sentence):
        remove_room(room=hall)

    assert Room.objects.get() == hall


def test_a_room_that_nothing_uses_goes():
    remove_room(room=add_room(name="Hall"))

    assert not Room.objects.exists()
    assert Event.objects.get(action="workshops.room_removed").before["name"] == "Hall"
