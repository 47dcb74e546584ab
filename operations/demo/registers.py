"""How the registers of the demonstration were taken: scans, paper and taps, walk-ins, corrections, a withdrawal."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from random import Random

from operations.demo.clock import at
from operations.demo.history import deliver
from operations.demo.online import bring_in_log
from operations.demo.papers import signed_sheet
from operations.demo.people import World
from operations.demo.plan import Fate, Planned
from people.models import Account
from workshops.models import AttendanceEvent, AttendanceRecord, AttendanceStatus, Registration, Session, Workshop
from workshops.services import (
    Captured,
    add_session,
    add_walk_in,
    close_check_in,
    correct_record,
    keep_scan,
    mark_all_present,
    open_check_in,
    open_register,
    record_events,
    sign_off,
    withdraw_registration,
)

Source, Kind = AttendanceEvent.Source, AttendanceEvent.Kind
# How a session went for a person who came to the workshop.
MARKS = {
    AttendanceStatus.PRESENT: 0.84,
    AttendanceStatus.LATE: 0.05,
    AttendanceStatus.LEFT_EARLY: 0.04,
    AttendanceStatus.EXCUSED: 0.03,
    AttendanceStatus.ABSENT: 0.04,
}
NOTED_THE_TIME = 0.5
# Of those present the share whom the room's own way of noting caught; the facilitator taps the others.
CAUGHT = 0.8
SCANNED = {Source.QR, Source.CODE, Source.BADGE, Source.ONLINE}
# Two ways for which a code stands on a screen.
ON_SCREEN = {Source.QR, Source.CODE}
# Somebody whom nobody had named comes to this session; about somebody else a coordinator writes after another.
WALK_IN, WRITTEN = 2, 4
LAST = 8
# A session that was held again, by the code of its workshop; how many of those who had missed it came then.
MADE_UP, CAME_AGAIN = {"IW-01": 3}, 0.7


def hold(random: Random, world: World, plan: Planned, session: Session, absent: set[int]) -> None:
    """Take the register of a session as it is taken: scans first, exceptions, then everybody else, then the name."""
    facilitator, way = world.accounts["facilitator"], plan.way(session.number)
    _open(session, way, facilitator)
    with at(session.starts_at + timedelta(minutes=15)):
        if session.number == WALK_IN:
            _walk_in(world, plan, session)
        events = list(_events(random, way, session, absent))
        online = [each for each in events if each.source == Source.ONLINE]
        noted = [each for each in events if each.source != Source.ONLINE]
        record_events(session=session, events=noted, actor=facilitator)
    with at(session.ends_at + timedelta(minutes=3)):
        if online:
            bring_in_log(session, online, last=session.number == LAST, actor=facilitator)
        if way == Source.PAPER:
            keep_scan(session=session, content=signed_sheet(session), name=_name_of_scan(session), actor=facilitator)
    if plan.fate == Fate.ENDED and session.number == LAST:
        # The last register waits for its facilitator: about some people it says nothing yet.
        return
    with at(session.ends_at + timedelta(minutes=5)):
        if plan.code != "RW-02" or session.number != LAST:
            mark_all_present(session=session, actor=facilitator)
        sign_off(session=session, actor=facilitator, accept_unrecorded=True)


def _open(session: Session, way: str, facilitator: Account) -> None:
    """Open the register; where people check in by a code, the screen shows it from 20 minutes before on."""
    if way not in ON_SCREEN:
        with at(session.starts_at):
            open_register(session=session, actor=facilitator)
        return
    with at(session.starts_at - timedelta(minutes=20)):
        open_check_in(session=session, actor=facilitator)
    with at(session.starts_at + timedelta(minutes=14)):
        close_check_in(session=session, actor=facilitator)


def _name_of_scan(session: Session) -> str:
    return f"{session.workshop.code}, занятие {session.number}, лист с подписями.pdf"


def _events(random: Random, way: str, session: Session, absent: set[int]) -> Iterator[Captured]:
    for place, record in enumerate(session.records.order_by("pk")):
        away = record.person_id in absent
        status = AttendanceStatus.ABSENT if away else random.choices(list(MARKS), list(MARKS.values()))[0]
        caught = random.random() < CAUGHT
        if status != AttendanceStatus.PRESENT:
            yield _exception(random, session, record, status)
        elif session.number == WRITTEN and place == 0:
            yield _said(session, record, Source.COORDINATOR, "Подтверждено письмом / confirmed in writing")
        elif caught and way in SCANNED:
            yield from _scans(random, session, record, way)
        elif caught and way == Source.PAPER:
            yield _said(session, record, Source.PAPER, "")


def _exception(random: Random, session: Session, record: AttendanceRecord, status: str) -> Captured:
    timed = status in {AttendanceStatus.LATE, AttendanceStatus.LEFT_EARLY} and random.random() < NOTED_THE_TIME
    return Captured(
        id=_event_id(session, record.person_id),
        person_id=record.person_id,
        status=status,
        minutes=random.randint(20, session.planned_minutes - 15) if timed else None,
        device_time=session.starts_at + timedelta(minutes=14),
    )


def _said(session: Session, record: AttendanceRecord, source: str, note: str) -> Captured:
    return Captured(
        id=_event_id(session, record.person_id),
        person_id=record.person_id,
        status=AttendanceStatus.PRESENT,
        source=source,
        device_time=session.starts_at + timedelta(minutes=10),
        note=note,
    )


def _scans(random: Random, session: Session, record: AttendanceRecord, source: str) -> Iterator[Captured]:
    """Somebody scans in; an online log also says when people went."""
    came = session.starts_at - timedelta(minutes=random.randint(0, 12))
    yield Captured(
        id=_event_id(session, record.person_id),
        person_id=record.person_id,
        kind=Kind.IN,
        source=source,
        device_time=came,
    )
    if source == Source.ONLINE:
        yield Captured(
            id=_event_id(session, record.person_id, "out"),
            person_id=record.person_id,
            kind=Kind.OUT,
            source=source,
            device_time=session.ends_at - timedelta(minutes=random.choice([0, 0, 0, 5, 25])),
        )


def _event_id(session: Session, person_id: int, what: str = "in") -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_OID, f"demo/{session.pk}/{person_id}/{what}")


def _walk_in(world: World, plan: Planned, session: Session) -> None:
    """The last of those of the health department whom nobody had named comes along."""
    named = set(session.workshop.registrations.values_list("person", flat=True))
    people = [person for person in world.people["GOV-11-BR"] if person.pk not in named]
    add_walk_in(
        session=session,
        person=people[-1],
        agency=world.agencies["GOV-11-BR"],
        actor=world.accounts["facilitator"],
        event_id=_event_id(session, 0),
    )


def withdraw_one(world: World, workshop: Workshop, absent: set[int]) -> None:
    """After the first day somebody who was there has to stay at home. The hours of that day remain."""
    there = workshop.registrations.filter(state=Registration.State.CONFIRMED).exclude(person__in=absent)
    staying = there.exclude(person__account__role_grants__isnull=False).order_by("-pk")
    registration = staying[len(absent) % 3 + 1]
    last_session = workshop.sessions.filter(day=workshop.starts_on).latest("ends_at")
    with at(last_session.ends_at + timedelta(hours=2)):
        withdraw_registration(
            registration=registration,
            reason="Болезнь / illness",
            actor=world.accounts["facilitator"],
        )


def correct_some(world: World, plan: Planned, workshop: Workshop) -> None:
    """After the sign-off somebody turns out to have been there; after the lock only a manager can still say so."""
    for number, word, days in ((3, "facilitator", 2), (6, "manager", 47)):
        session = workshop.sessions.get(number=number)
        record = session.records.filter(status=AttendanceStatus.ABSENT).order_by("pk").first()
        if record is None or (word == "manager" and plan.fate != Fate.CLOSED):
            continue
        with at(session.ends_at + timedelta(days=days)):
            correct_record(
                record=record,
                status=AttendanceStatus.PRESENT,
                reason="Запись на бумажном листе / signed the paper sheet",
                actor=world.accounts[word],
            )


def hold_again(random: Random, world: World, workshop: Workshop) -> None:
    """A week later a session is held online for those who had missed it."""
    facilitator = world.accounts["facilitator"]
    missed = workshop.sessions.get(number=MADE_UP[workshop.code])
    day_after = workshop.sessions.latest("ends_at").ends_at + timedelta(days=1)
    deliver(day_after)
    with at(day_after):
        again = add_session(
            workshop=workshop,
            title_en=f"Once more: {missed.title_en}",
            title_ru=f"Ещё раз: {missed.title_ru}",
            title_be=f"Яшчэ раз: {missed.title_be}",
            day=missed.day + timedelta(days=7),
            start_time=missed.start_time,
            end_time=missed.end_time,
            planned_minutes=missed.planned_minutes,
            kind=missed.kind,
            mode=Session.Mode.ONLINE,
            join_link=f"https://meet.example.org/{workshop.code.lower()}-{missed.number}",
            makes_up_for=missed,
            actor=facilitator,
        )
    with at(again.starts_at):
        open_register(session=again, actor=facilitator)
    with at(again.ends_at + timedelta(minutes=5)):
        marks = [_came_or_not(random, again, record) for record in again.records.order_by("pk")]
        record_events(session=again, events=marks, actor=facilitator)
        sign_off(session=again, actor=facilitator)


def _came_or_not(random: Random, session: Session, record: AttendanceRecord) -> Captured:
    came = random.random() < CAME_AGAIN
    return Captured(
        id=_event_id(session, record.person_id),
        person_id=record.person_id,
        status=AttendanceStatus.PRESENT if came else AttendanceStatus.ABSENT,
        device_time=session.ends_at,
    )
