"""What else takes place at the time of sessions that are to be planned or moved: in the same room, or with the same
facilitator."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from people.models import Person
from workshops.models import Room, Session, Workshop


@dataclass(frozen=True)
class Wanted:
    """A time and, if one is chosen, a room; `own` is the session that is there already, which is not in its own way."""

    starts_at: datetime
    ends_at: datetime
    room: Room | None = None
    own: int | None = None

    def meets(self, other: Session) -> bool:
        """Whether both need the same people, or the room, at one time."""
        if other.pk == self.own or other.starts_at >= self.ends_at or other.ends_at <= self.starts_at:
            return False
        return bool(getattr(other, "same_people", False)) or (self.room is not None and other.room_id == self.room.pk)


def find_clashes(
    *,
    wanted: Sequence[Wanted],
    workshop: Workshop | None,
    facilitators: Iterable[Person] = (),
    moving: Collection[int] = (),
) -> list[Session]:
    """Return the sessions that are in the way, each once, whatever the number of wanted times in one query.

    `moving` are sessions that leave their places, so they are in nobody's way.
    """
    if not wanted:
        return []
    near = Session.objects.clashing_with(
        starts_at=min(each.starts_at for each in wanted),
        ends_at=max(each.ends_at for each in wanted),
        rooms=[each.room for each in wanted if each.room is not None],
        facilitators=facilitators,
        workshop=workshop,
    ).exclude(pk__in=moving)
    return [other for other in near if any(each.meets(other) for each in wanted)]


def clashes_of(workshop: Workshop) -> list[Session]:
    """Return what is in the way of the sessions of a workshop as they are planned."""
    sessions = workshop.sessions.select_related("room")
    wanted = [Wanted(each.starts_at, each.ends_at, each.room, each.pk) for each in sessions]
    return find_clashes(wanted=wanted, workshop=workshop, facilitators=people_of(workshop))


def people_of(workshop: Workshop) -> list[Person]:
    """Those who run a workshop and did not decline."""
    return list(Person.objects.filter(facilitations__in=workshop.facilitations.standing()))
