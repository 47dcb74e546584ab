"""Who sees which workshops, sessions, registrations and records; what the database does not let in."""

import uuid
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from people.models import Account, Person
from tests.factories.people import make_account, make_agency, make_person
from tests.factories.workshops import make_facilitator, make_session, make_workshop, mark, open_session, register
from workshops.models import (
    AttendanceEvent,
    AttendanceRecord,
    AttendanceStatus,
    Registration,
    SeatPool,
    Session,
    Workshop,
)

pytestmark = [pytest.mark.django_db, pytest.mark.db]


@pytest.fixture
def world(agency_tree) -> SimpleNamespace:
    """A workshop with a person of the clinic and one of an unrelated agency, and another workshop beside it."""
    facilitator = make_facilitator()
    workshop = make_workshop(code="own", facilitator=facilitator)
    own = register(workshop, make_person(agency=agency_tree.clinic))
    far = register(workshop, make_person(agency=agency_tree.unrelated))
    session = open_session(workshop)
    mark(session, own.person)
    other = make_workshop(code="other")
    elsewhere = register(other)
    open_session(other)
    return SimpleNamespace(
        facilitator=facilitator, workshop=workshop, own=own, far=far, other=other, elsewhere=elsewhere, tree=agency_tree
    )


def seen(account: Account) -> tuple[set[Registration], int, set[str], set[Person]]:
    """Registrations, records, sessions by workshop, and people other than oneself that an account sees."""
    return (
        set(Registration.objects.visible_to(account)),
        AttendanceRecord.objects.visible_to(account).count(),
        set(Session.objects.visible_to(account).values_list("workshop__code", flat=True)),
        set(Person.objects.visible_to(account).exclude(pk=getattr(account, "person_id", None))),
    )


def test_a_facilitator_sees_the_people_of_the_own_workshops(world):
    assert seen(world.facilitator) == ({world.own, world.far}, 2, {"own"}, {world.own.person, world.far.person})


def test_a_coordinator_sees_the_own_subtree_and_no_registers(world):
    account = make_account("coordinator", agency=world.tree.ministry, person=None)

    registrations, records, sessions, people = seen(account)

    assert (registrations, records, sessions) == ({world.own}, 1, set())
    assert world.own.person in people
    assert world.far.person not in people


def test_a_person_sees_the_own_and_nobody_elses(world):
    account = Account.objects.get(person=world.own.person)

    assert seen(account) == ({world.own}, 1, set(), set())


def test_a_manager_sees_all(world):
    registrations, records, sessions, _people = seen(make_account("manager"))

    assert (registrations, records, sessions) == ({world.own, world.far, world.elsewhere}, 3, {"own", "other"})


def test_nobody_sees_nothing(world):
    assert seen(AnonymousUser()) == (set(), 0, set(), set())
    assert set(Workshop.objects.seen_by(AnonymousUser()).values_list("code", flat=True)) == {"own", "other"}
    assert not Workshop.objects.managed_by(AnonymousUser()).exists()


def test_an_account_without_a_person_runs_nothing(world):
    account = Account.objects.create_user("nobody@example.org")

    assert not Workshop.objects.managed_by(account).exists()


def test_counts_of_a_register(world):
    first, second = Session.objects.filter(workshop=world.workshop).with_counts().order_by("number")

    assert [(each.expected, each.recorded) for each in (first, second)] == [(2, 1), (0, 0)]


def test_a_track_has_its_own_sessions_and_those_of_all(world):
    make_session(world.workshop, slot=5, track="doctors")
    make_session(world.workshop, slot=5, track="lawyers")

    assert list(world.workshop.sessions.for_track("doctors").values_list("track", flat=True)) == ["", "", "doctors"]


@pytest.mark.parametrize(
    "make",
    [
        lambda world: Registration.objects.create(
            workshop=world.workshop,
            person=world.own.person,
            agency=world.own.agency,
            state="nominated",
            source="self",
            created_at=timezone.now(),
        ),
        lambda world: Registration.objects.filter(pk=world.own.pk).update(confirmed_at=None),
        lambda world: Registration.objects.filter(pk=world.own.pk).update(completed_at=timezone.now()),
        lambda world: AttendanceRecord.objects.update(credited_minutes=61),
        lambda world: AttendanceEvent.objects.create(
            id=uuid.uuid4(),
            session=world.workshop.sessions.first(),
            kind="mark",
            source="qr",
            status="present",
            device_time=timezone.now(),
        ),
        lambda world: AttendanceEvent.objects.create(
            id=uuid.uuid4(),
            session=world.workshop.sessions.first(),
            person=world.own.person,
            kind="mark",
            source="qr",
            device_time=timezone.now(),
        ),
        lambda world: Workshop.objects.filter(pk=world.workshop.pk).update(threshold=101),
        lambda world: Session.objects.update(planned_minutes=0),
        lambda world: [SeatPool.objects.create(workshop=world.workshop, seats=1) for _ in range(2)],
    ],
    ids=[
        "two active registrations",
        "confirmed without a moment",
        "completed without an explanation",
        "more credited than planned",
        "an event of nobody",
        "a mark without a status",
        "more than a hundred per cent",
        "a session without minutes",
        "two open pools",
    ],
)
def test_the_database_does_not_let_it_in(world, make):
    with pytest.raises(IntegrityError), transaction.atomic():
        make(world)


def test_every_reason_of_a_record_has_words():
    record = AttendanceRecord(status=AttendanceStatus.PRESENT)
    reasons = {"", "correction", *AttendanceEvent.Source.values}

    assert set(AttendanceRecord.REASONS) | {""} == reasons
    for reason in reasons:
        record.reason = reason
        assert bool(record.reason_label) is bool(reason)


def test_a_seat_pool_serves_its_agency_and_those_below_it(agency_tree):
    pools = {agency: SeatPool(agency=agency) for agency in (agency_tree.ministry, agency_tree.clinic, None)}

    assert [pool.serves(agency_tree.department) for pool in pools.values()] == [True, False, True]
    assert [pool.serves(make_agency()) for pool in pools.values()] == [False, False, True]
