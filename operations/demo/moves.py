"""How agencies and people moved: a merger, a closure, transfers – one of them between two days of a workshop."""

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from operations.demo.clock import at
from operations.demo.plan import planned
from people.models import Agency, Membership, Person, Transfer
from people.services import ask_transfer, create_agency, join_agency

if TYPE_CHECKING:
    from operations.demo.people import World

# People counted from the end of an agency's list, so that those with a story of their own stay where they are.
MERGED, CLOSED = "HLT-01-BR-2", "NGO-05"
MERGED_PEOPLE, CLOSED_PEOPLE = 8, 2
MIDDLE = "RW-05"


def load_moves(world: "World", today: date) -> None:
    """Make the two agencies that are no more, and write into the memberships who came from where."""
    _merge(world, today - timedelta(weeks=30))
    _close(world, today - timedelta(weeks=44))
    # Between the first and the second day: minutes of day one count for the polyclinic, those of day two elsewhere.
    second_day = planned(MIDDLE).starts_on(today) + timedelta(days=1)
    _move(world, world.people["HLT-01-BR"][9], "HLT-04-BR", second_day)
    _move(world, world.people["GOV-02-GR"][3], "GOV-02", today - timedelta(weeks=22))
    _move(world, world.people["HLT-03-GM"][-1], "GOV-11-GM", today - timedelta(weeks=9))
    _move(world, world.people["HLT-07"][-1], "NGO-01", today - timedelta(days=12))
    _ask(world, world.people["GOV-11-GM"][-1], "GOV-11-BR", today)


def _merge(world: "World", last_day: date) -> None:
    """A small polyclinic becomes part of the big one."""
    successor = world.agencies["HLT-01-BR"]
    world.agencies[MERGED] = create_agency(
        code=MERGED,
        kind=successor.kind,
        region=successor.region,
        parent=successor.parent,
        name_en="City polyclinic No. 2, Brest region",
        name_ru="Городская поликлиника № 2, Брестская область",
        name_be="Гарадская паліклініка № 2, Брэсцкая вобласць",
    )
    people = world.people["HLT-01-BR"][-MERGED_PEOPLE:]
    _came_from(world, people, MERGED, "HLT-01-BR", last_day)
    _shut(world, MERGED, last_day, successor)


def _close(world: "World", last_day: date) -> None:
    """An organisation without a successor; its people went to another one."""
    world.agencies[CLOSED] = create_agency(
        code=CLOSED,
        kind=Agency.Kind.NGO,
        region="vitebsk",
        name_en="Children's and youth organisation",
        name_ru="Детская и молодёжная организация",
        name_be="Дзіцячая і маладзёжная арганізацыя",
    )
    _came_from(world, world.people["NGO-01"][-CLOSED_PEOPLE:], CLOSED, "NGO-01", last_day)
    _shut(world, CLOSED, last_day, None)


def _came_from(world: "World", people: list[Person], before: str, after: str, last_day: date) -> None:
    # The memberships of the demonstration begin with the invented people; here they began in the agency before.
    Membership.objects.filter(person__in=people).update(agency=world.agencies[before])
    world.people[before] = people
    for person in people:
        _move(world, person, after, last_day + timedelta(days=1))


def _move(world: "World", person: Person, code: str, since: date) -> None:
    before = Membership.objects.filter(person=person, valid_to__isnull=True).values_list("post", flat=True).get()
    join_agency(person=person, agency=world.agencies[code], since=since, post=before)


def _ask(world: "World", person: Person, code: str, today: date) -> None:
    """The coordinator takes somebody over who is to come in two weeks; the other side has not answered yet."""
    asked_at = datetime.combine(today - timedelta(days=2), time(9), UTC)
    with at(asked_at):
        asked = ask_transfer(
            person=person,
            gaining=world.agencies[code],
            on=today + timedelta(days=14),
            actor=world.accounts["coordinator"],
            reason="A post in the regional department",
        )
    # The column remembers the clock of the machine.
    Transfer.objects.filter(pk=asked.pk).update(asked_at=asked_at)


def _shut(world: "World", code: str, last_day: date, successor: Agency | None) -> None:
    # No service closes an agency yet: this is the one place where the demonstration does.
    agency = world.agencies[code]
    agency.closed_on, agency.successor = last_day, successor
    agency.save(update_fields=["closed_on", "successor"])
