"""Rooms of the demonstration: those in which workshops are held, and one that is free."""

from operations.demo import read
from operations.demo.people import World
from workshops.models import Room
from workshops.services import add_room


def load_rooms(world: World) -> dict[str, Room]:
    """Add the rooms. Returns them by the keys that plans name."""
    manager = world.accounts["manager"]
    return {key: add_room(actor=manager, **room) for key, room in read("rooms.yaml")["rooms"].items()}
