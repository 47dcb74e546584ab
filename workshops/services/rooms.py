"""Rooms in which sessions are held."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.services import record
from people.models import Account
from workshops.errors import WorkshopError
from workshops.models import Room
from workshops.permissions import shown_codes


@transaction.atomic
def add_room(*, name: str, address: str = "", seats: int | None = None, actor: Account | None = None) -> Room:
    """Add a room, or return the one of that name."""
    room, created = Room.objects.get_or_create(name=name, defaults={"address": address, "seats": seats})
    if created:
        record("workshops.room_added", obj=room, actor=actor, after=_described(room))
    return room


@transaction.atomic
def change_room(*, room: Room, name: str, address: str, seats: int | None, actor: Account | None = None) -> Room:
    """Change name, address or number of seats. Raises WorkshopError for a name that another room has."""
    locked = Room.objects.select_for_update().get(pk=room.pk)
    if Room.objects.filter(name=name).exclude(pk=locked.pk).exists():
        raise WorkshopError(_("Another room has this name."))
    before = _described(locked)
    locked.name, locked.address, locked.seats = name, address, seats
    locked.save()
    if before != _described(locked):
        record("workshops.room_changed", obj=locked, actor=actor, before=before, after=_described(locked))
    return locked


@transaction.atomic
def remove_room(*, room: Room, actor: Account | None = None) -> None:
    """Remove a room in which nothing is or was held. Raises WorkshopError that says where it is used."""
    locked = Room.objects.select_for_update().get(pk=room.pk)
    codes = list(locked.sessions.order_by("workshop__code").values_list("workshop__code", flat=True).distinct())
    if codes:
        raise WorkshopError(
            ngettext(
                "This room stays: %(count)d workshop uses it (%(codes)s).",
                "This room stays: %(count)d workshops use it (%(codes)s).",
                len(codes),
            )
            % {"count": len(codes), "codes": shown_codes(codes)}
        )
    record("workshops.room_removed", obj=locked, actor=actor, before=_described(locked))
    locked.delete()


def _described(room: Room) -> dict[str, str | int | None]:
    return {"name": room.name, "address": room.address, "seats": room.seats}
