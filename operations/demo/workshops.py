"""Workshops of the demonstration: one that is over, one that runs now, one to come, one that is still a draft."""

import uuid
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from courses.models import Module
from operations.demo import workday
from operations.demo.clock import at
from operations.demo.people import World
from people.models import Person
from people.permissions import person_of
from programmes.services import create_programme
from workshops.models import AttendanceStatus, Outline, Registration, Session, Workshop
from workshops.services import (
    Captured,
    add_walk_in,
    correct_record,
    mark_all_present,
    open_register,
    publish_workshop,
    record_events,
    register_person,
    schedule_workshop,
    set_seats,
    sign_off,
)

OUTLINE = "W-INTERAGENCY-2D"
# Titles as they stand on the invitation: a place makes each delivery recognisable.
PLACES: dict[str, dict[str, Any]] = {
    "past": {
        "place": "Brest, regional executive committee",
        "title_en": "Migration and health: interagency workshop, Brest",
        "title_ru": "Миграция и здоровье: межведомственный семинар, Брест",
        "title_be": "Міграцыя і здароўе: міжведамасны семінар, Брэст",
    },
    "now": {
        "place": "Minsk, IOM training room",
        "title_en": "Migration and health: interagency workshop, Minsk",
        "title_ru": "Миграция и здоровье: межведомственный семинар, Минск",
        "title_be": "Міграцыя і здароўе: міжведамасны семінар, Мінск",
    },
    "next": {
        "place": "Gomel, medical university",
        "title_en": "Migration and health: interagency workshop, Gomel",
        "title_ru": "Миграция и здоровье: межведомственный семинар, Гомель",
        "title_be": "Міграцыя і здароўе: міжведамасны семінар, Гомель",
    },
    "draft": {
        "place": "Grodno",
        "title_en": "Migration and health: interagency workshop, Grodno",
        "title_ru": "Миграция и здоровье: межведомственный семинар, Гродно",
        "title_be": "Міграцыя і здароўе: міжведамасны семінар, Гродна",
    },
}
# How many people each agency sends.
INVITED = {
    "past": {
        "GOV-11-BR": 8, "HLT-01-BR": 12, "HLT-04-BR": 7, "GOV-02": 6, "GOV-03": 8, "NGO-01": 4, "NGO-02": 2,
        "HLT-07": 5,
    },
    "now": {
        "HLT-01-BR": 6, "GOV-11-BR": 3, "GOV-01": 6, "GOV-04": 6, "NGO-01": 5, "INT-01": 1, "HLT-03-GM": 9,
        "GOV-11-GM": 4,
    },
    "next": {"HLT-01-BR": 5, "HLT-04-BR": 2, "HLT-03-GM": 8, "GOV-03": 4},
}  # fmt: skip
# How a session went for a person who came to the workshop.
MARKS = {
    AttendanceStatus.PRESENT: 0.84,
    AttendanceStatus.LATE: 0.05,
    AttendanceStatus.LEFT_EARLY: 0.04,
    AttendanceStatus.EXCUSED: 0.03,
    AttendanceStatus.ABSENT: 0.04,
}
STAYED_AWAY = 0.06
NOTED_THE_TIME = 0.5


def load_workshops(world: World, now: datetime) -> None:
    """Schedule the workshops, register people, take the registers of what is over, sign them."""
    today = now.date()
    random = Random(20260303)  # noqa: S311
    _past(random, world, today, now)
    _now(random, world, today, now)
    _next(random, world, today, now)
    _schedule(world, "draft", "IW-04", workday(today, 9), now)
    create_programme(
        code="MHB-2026",
        title_en="Migration health capacities in Belarus",
        title_ru="Потенциал в области здоровья мигрантов в Беларуси",
        title_be="Патэнцыял у галіне здароўя мігрантаў у Беларусі",
        starts_on=today - timedelta(days=200),
        ends_on=today + timedelta(days=165),
        modules=Module.objects.all(),
        workshops=Workshop.objects.exclude(code="IW-02"),
    )


def _schedule(world: World, key: str, code: str, starts_on: date, moment: datetime) -> Workshop:
    facilitator = world.accounts["facilitator"]
    with at(moment):
        return schedule_workshop(
            code=code,
            outline=Outline.objects.get(code=OUTLINE),
            starts_on=starts_on,
            language="ru",
            lock_on=starts_on + timedelta(days=45),
            facilitators=[person_of(facilitator), world.people["INT-01"][1]],
            actor=facilitator,
            **PLACES[key],
        )


def _register(world: World, workshop: Workshop, codes: dict[str, int], moment: datetime) -> list[Registration]:
    """Publish a workshop and confirm the first people of each agency."""
    facilitator = world.accounts["facilitator"]
    registrations = []
    with at(moment):
        publish_workshop(workshop=workshop, actor=facilitator)
        for code, count in codes.items():
            people = [person for person in world.people[code] if not _runs(world, person)][:count]
            registrations += [
                register_person(
                    workshop=workshop,
                    person=person,
                    agency=world.agencies[code],
                    source=Registration.Source.NOMINATION,
                    actor=facilitator,
                )
                for person in people
            ]
    return registrations


def _runs(world: World, person: Person) -> bool:
    """Staff are not participants: their attendance is no figure."""
    return any(person.pk == world.accounts[word].person_id for word in ("facilitator", "manager", "admin", "editor"))


def _past(random: Random, world: World, today: date, now: datetime) -> None:
    starts_on = workday(today, -5)
    workshop = _schedule(world, "past", "IW-01", starts_on, now - timedelta(days=80))
    registrations = _register(
        world,
        workshop,
        {
            "GOV-11-BR": 8,
            "HLT-01-BR": 12,
            "HLT-04-BR": 7,
            "GOV-02": 6,
            "GOV-03": 8,
            "NGO-01": 4,
            "NGO-02": 2,
            "HLT-07": 5,
        },
        now - timedelta(days=60),
    )
    absent = {registration.pk for registration in registrations if random.random() < STAYED_AWAY}
    for session in workshop.sessions.all():
        _hold(random, world, session, absent)
    _correct_one(world, workshop)


def _hold(random: Random, world: World, session: Session, absent: set[int]) -> None:
    """Take the register of a session as it is taken: exceptions first, then everybody else present, then the name."""
    facilitator = world.accounts["facilitator"]
    with at(session.starts_at):
        open_register(session=session, actor=facilitator)
    with at(session.starts_at + timedelta(minutes=15)):
        if session.number == 2:  # noqa: PLR2004
            _walk_in(world, session)
        record_events(session=session, events=_exceptions(random, session, absent), actor=facilitator)
        mark_all_present(session=session, actor=facilitator)
    with at(session.ends_at + timedelta(minutes=10)):
        sign_off(session=session, actor=facilitator)


def _exceptions(random: Random, session: Session, absent: set[int]) -> list[Captured]:
    events = []
    for record in session.records.order_by("pk"):
        away = record.registration_id in absent
        status = AttendanceStatus.ABSENT if away else random.choices(list(MARKS), list(MARKS.values()))[0]
        if status == AttendanceStatus.PRESENT:
            continue
        timed = status in {AttendanceStatus.LATE, AttendanceStatus.LEFT_EARLY} and random.random() < NOTED_THE_TIME
        events.append(
            Captured(
                id=_event_id(session, record.person_id),
                person_id=record.person_id,
                status=status,
                minutes=random.randint(20, session.planned_minutes - 15) if timed else None,
            )
        )
    return events


def _event_id(session: Session, person_id: int) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_OID, f"demo/{session.pk}/{person_id}")


def _walk_in(world: World, session: Session) -> None:
    """Somebody whom nobody had named comes to the second session."""
    add_walk_in(
        session=session,
        person=world.people["GOV-11-BR"][-1],
        agency=world.agencies["GOV-11-BR"],
        actor=world.accounts["facilitator"],
        event_id=_event_id(session, 0),
    )


def _correct_one(world: World, workshop: Workshop) -> None:
    """After the sign-off somebody turns out to have been there."""
    session = workshop.sessions.get(number=3)
    record = session.records.filter(status=AttendanceStatus.ABSENT).order_by("pk").first()
    if record is None:
        return
    with at(session.ends_at + timedelta(days=2)):
        correct_record(
            record=record,
            status=AttendanceStatus.PRESENT,
            reason="Запись на бумажном листе / signed the paper sheet",
            actor=world.accounts["facilitator"],
        )


def _now(random: Random, world: World, today: date, now: datetime) -> None:
    """Day one was yesterday and its registers are signed; day two is today and waits for its first register."""
    workshop = _schedule(world, "now", "IW-02", today - timedelta(days=1), now - timedelta(days=40))
    registrations = _register(
        world,
        workshop,
        {
            "HLT-01-BR": 6,
            "GOV-11-BR": 3,
            "GOV-01": 6,
            "GOV-04": 6,
            "NGO-01": 5,
            "INT-01": 1,
            "HLT-03-GM": 9,
            "GOV-11-GM": 4,
        },
        now - timedelta(days=20),
    )
    absent = {registration.pk for registration in registrations[5::11]}
    for session in workshop.sessions.filter(day__lt=today):
        _hold(random, world, session, absent)


def _next(random: Random, world: World, today: date, now: datetime) -> None:
    workshop = _schedule(world, "next", "IW-03", workday(today, 2), now - timedelta(days=12))
    with at(now - timedelta(days=10)):
        for code, seats in {"GOV-11-BR": 12, "GOV-11-GM": 12}.items():
            set_seats(workshop=workshop, agency=world.agencies[code], seats=seats)
        set_seats(workshop=workshop, agency=None, seats=16)
    _register(world, workshop, INVITED["next"], now - timedelta(days=9))
