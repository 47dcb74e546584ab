"""Workshops of the demonstration: twelve over fourteen months, in every state a workshop can have."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from assessments.models import Test
from operations.demo.clock import at
from operations.demo.history import deliver
from operations.demo.nominations import load_nominations
from operations.demo.people import World
from operations.demo.plan import WORKSHOPS, Fate, Planned
from operations.demo.prepost import TEST, sit_after, sit_before
from operations.demo.programme import load_programme
from operations.demo.registers import MADE_UP, correct_some, hold, hold_again, withdraw_one
from operations.demo.requests import load_requests
from operations.demo.rooms import load_rooms
from people.models import Account, Person
from people.permissions import person_of
from people.services import agency_of
from workshops.models import AttendanceEvent, Outline, Registration, Room, Session, Workshop, WorkshopRequest
from workshops.services import (
    answer_facilitation,
    cancel_workshop,
    change_session,
    close_workshop,
    end_due_workshops,
    fulfil_request,
    postpone_workshop,
    publish_workshop,
    register_person,
    schedule_workshop,
    set_seats,
)

OUTLINE = "W-INTERAGENCY-2D"
# Some of those who had registered did not come at all.
STAYED_AWAY = 0.06
REASONS = {
    "RW-04": "Зал закрыт на ремонт / the hall is closed for repairs",
    "RW-07": "Ведущий заболел, новая дата будет объявлена / the facilitator is ill, a new date will follow",
}
# Of workshops that took place the days before the first on which each step was taken.
SCHEDULED, PUBLISHED = timedelta(days=60), timedelta(days=40)
# So long before the first day the seats that an agency does not use are open to all.
RELEASED = timedelta(days=7)


@dataclass(frozen=True)
class _Shelf:
    """What workshops are planned with: the outline, rooms by key, and by code the requests that they answer."""

    outline: Outline
    rooms: dict[str, Room]
    requests: dict[str, WorkshopRequest]


def load_workshops(world: World, now: datetime) -> None:
    """Schedule the workshops, register people, take the registers of what is over, sign them; then the programme."""
    outline = Outline.objects.get(code=OUTLINE)
    shelf = _Shelf(outline, load_rooms(world), load_requests(world, outline, now))
    for plan in WORKSHOPS:
        random = Random(f"20260303 {plan.code}")  # noqa: S311
        workshop = _schedule(world, plan, shelf, now)
        if plan.fate != Fate.DRAFT:
            registrations = _register(world, plan, workshop, now)
            _TELL[plan.fate](_Story(random, world, plan, workshop, registrations, now))
    load_programme(world, now)


def _before(plan: Planned, now: datetime, lead: timedelta) -> datetime:
    """The moment some time before a workshop; of one to come, not later than some days ago."""
    first_day = now + (plan.starts_on(now.date()) - now.date())
    latest = now - timedelta(days=12 if lead == SCHEDULED else 9)
    return min(first_day - lead, latest)


def _schedule(world: World, plan: Planned, shelf: _Shelf, now: datetime) -> Workshop:
    facilitator = world.accounts["facilitator"]
    starts_on = plan.starts_on(now.date())
    with at(_before(plan, now, SCHEDULED)):
        workshop = schedule_workshop(
            code=plan.code,
            outline=shelf.outline,
            room=shelf.rooms.get(plan.room),
            starts_on=starts_on,
            language="ru",
            test=Test.objects.get(code=TEST) if plan.tested else None,
            lock_on=starts_on + timedelta(days=45),
            facilitators=[person_of(facilitator), _second_facilitator(world)],
            actor=facilitator,
            **plan.titles,
            **plan.places,
        )
        if plan.code in shelf.requests:
            request = shelf.requests[plan.code]
            fulfil_request(request=request, workshop=workshop, actor=world.accounts["manager"])
        if AttendanceEvent.Source.ONLINE in plan.ways:
            _hold_online(workshop, facilitator)
    return workshop


def _hold_online(workshop: Workshop, facilitator: Account) -> None:
    for session in workshop.sessions.all():
        link = f"https://meet.example.org/{workshop.code.lower()}"
        change_session(session=session, mode=Session.Mode.ONLINE, join_link=link, actor=facilitator)


def _register(world: World, plan: Planned, workshop: Workshop, now: datetime) -> list[Registration]:
    """Publish a workshop, set its seats, and confirm people for the agency that they belong to."""
    facilitator = world.accounts["facilitator"]
    moment = _before(plan, now, PUBLISHED)
    with at(moment):
        for invited in workshop.facilitations.filter(person=_second_facilitator(world)):
            answer_facilitation(facilitation=invited, accepts=True)
        publish_workshop(workshop=workshop, actor=facilitator)
        for code, seats in plan.seats.items():
            set_seats(
                workshop=workshop,
                agency=world.agencies.get(code),
                seats=seats,
                released_on=plan.starts_on(now.date()) - RELEASED,
                actor=facilitator,
            )
        return [
            register_person(
                workshop=workshop,
                person=person,
                agency=agency_of(person),
                source=Registration.Source.NOMINATION,
                actor=facilitator,
            )
            for code, count in plan.invited.items()
            for person in _people(world, code, plan.first, count)
        ]


def _second_facilitator(world: World) -> Person:
    return world.people["INT-01"][1]


def _people(world: World, code: str, first: int, count: int) -> list[Person]:
    """So many people of an agency, counted from number `first` and round again."""
    second = _second_facilitator(world)
    people = [person for person in world.people[code] if person != second and not world.is_staff(person)]
    return [people[(first + place) % len(people)] for place in range(min(count, len(people)))]


@dataclass(frozen=True)
class _Story:
    """A workshop that was announced, and who is to come."""

    random: Random
    world: World
    plan: Planned
    workshop: Workshop
    registrations: list[Registration]
    now: datetime


def _took_place(story: _Story) -> None:
    """Hold what is over; between the days somebody falls ill, before and after them there may be the test."""
    random, workshop = story.random, story.workshop
    deliver(workshop.sessions.earliest("starts_at").starts_at)
    absent = {each.person_id for each in story.registrations if random.random() < STAYED_AWAY}
    if workshop.test is not None:
        sit_before(random, workshop, story.registrations, absent)
    withdrawn = False
    for session in workshop.sessions.filter(ends_at__lt=story.now):
        if session.day > workshop.starts_on and not withdrawn:
            withdraw_one(story.world, workshop, absent)
            withdrawn = True
        hold(random, story.world, story.plan, session, absent)
    if workshop.test is not None:
        sit_after(random, workshop, story.registrations, absent)
    if story.plan.fate in {Fate.RECONCILED, Fate.CLOSED}:
        correct_some(story.world, story.plan, workshop)
    if story.plan.code in MADE_UP:
        hold_again(random, story.world, workshop)


def _closed(story: _Story) -> None:
    _took_place(story)
    with at(story.workshop.sessions.latest("ends_at").ends_at + timedelta(days=50)):
        close_workshop(workshop=story.workshop, actor=story.world.accounts["manager"])


def _ended(story: _Story) -> None:
    """Over by the clock; the last register is not signed yet (`registers.hold` left it open)."""
    _took_place(story)
    with at(story.workshop.sessions.latest("ends_at").ends_at + timedelta(minutes=20)):
        end_due_workshops()


def _postponed(story: _Story) -> None:
    deliver(story.now - timedelta(days=4))
    with at(story.now - timedelta(days=4)):
        postpone_workshop(
            workshop=story.workshop, reason=REASONS[story.plan.code], actor=story.world.accounts["facilitator"]
        )


def _cancelled(story: _Story) -> None:
    moment = story.workshop.sessions.earliest("starts_at").starts_at - timedelta(days=6)
    deliver(moment)
    with at(moment):
        cancel_workshop(workshop=story.workshop, reason=REASONS[story.plan.code], actor=story.world.accounts["manager"])


def _to_come(story: _Story) -> None:
    """A published workshop waits for its first day; coordinators still name people."""
    load_nominations(story.world, story.workshop, story.now)


# What is told of a workshop by what became of it.
_TELL = {
    Fate.CLOSED: _closed,
    Fate.RECONCILED: _took_place,
    Fate.ENDED: _ended,
    Fate.RUNNING: _took_place,
    Fate.PUBLISHED: _to_come,
    Fate.POSTPONED: _postponed,
    Fate.CANCELLED: _cancelled,
}
