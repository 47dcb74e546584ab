"""Sessions that make up for others: who is on their register, and what their minutes count for."""

from datetime import UTC, date, datetime, time

import pytest

from people.models import Account
from tests.factories.people import make_account, make_person
from tests.factories.workshops import make_facilitator, make_session, make_workshop, mark, open_session, register
from workshops.errors import RegisterError, WorkshopError
from workshops.models import Session, Workshop
from workshops.services import (
    add_walk_in,
    ask_to_be_excused,
    change_session,
    complete_earned,
    rebuild_records,
    remove_session,
    sign_off,
    standings,
)

pytestmark = [pytest.mark.django_db, pytest.mark.db]


@pytest.fixture
def facilitator(db: None) -> Account:
    return make_facilitator()


@pytest.fixture
def workshop(facilitator: Account) -> Workshop:
    """A day with two required sessions of an hour."""
    return make_workshop(facilitator=facilitator, sessions=2)


def make_up(workshop: Workshop, **fields) -> Session:
    values = {"day": date(2026, 3, 12), "makes_up_for": workshop.sessions.get(number=1), **fields}
    return make_session(workshop, **values)


def hold(workshop: Workshop, number: int, facilitator: Account, marks: dict) -> Session:
    session = open_session(workshop, number)
    for registration, status in marks.items():
        mark(session, registration.person, status)
    sign_off(session=session, actor=facilitator, accept_unrecorded=True)
    return session


def test_it_is_not_required_by_itself(workshop):
    assert make_up(workshop, required=True).required is False


def test_its_register_names_those_who_lack_minutes_of_the_session(workshop, facilitator):
    there, late, absent = register(workshop), register(workshop), register(workshop)
    hold(workshop, 1, facilitator, {there: "present", late: "late", absent: "absent"})
    make_up(workshop)

    opened = open_session(workshop, 3)

    assert {each.person for each in opened.records.select_related("person")} == {late.person, absent.person}


def test_somebody_confirmed_late_is_not_put_on_it(workshop, facilitator):
    hold(workshop, 1, facilitator, {register(workshop): "absent"})
    make_up(workshop)
    opened = open_session(workshop, 3)

    register(workshop)

    assert opened.records.count() == 1


def test_its_minutes_count_once_for_the_session_that_was_missed(workshop, facilitator, time_machine):
    time_machine.move_to(datetime(2026, 3, 20, tzinfo=UTC), tick=False)
    person = register(workshop)
    hold(workshop, 1, facilitator, {person: "late"})
    hold(workshop, 2, facilitator, {person: "present"})
    before = standings(workshop, [person])[person.pk]
    make_up(workshop, minutes=90)
    to_come = standings(workshop, [person])[person.pk]
    hold(workshop, 3, facilitator, {person: "present"})

    after = standings(workshop, [person])[person.pk]

    assert [(each.credited, each.planned_all, each.attainable) for each in (before, to_come, after)] == [
        (108, 120, 108),
        (108, 120, 120),
        (120, 120, 120),
    ]
    assert (after.attended, after.sessions) == (2, 2)
    assert rebuild_records(check=True) == (3, 0)


def test_the_last_signature_of_a_make_up_completes_whoever_earned_it_by_that(workshop, facilitator):
    person = register(workshop)
    hold(workshop, 1, facilitator, {person: "absent"})
    make_up(workshop)
    hold(workshop, 2, facilitator, {person: "present"})
    assert complete_earned() == 0

    hold(workshop, 3, facilitator, {person: "present"})

    person.refresh_from_db()
    assert (person.completion["credited_minutes"], person.completion["sessions"]) == (120, [2, 2])
    workshop.refresh_from_db()
    assert workshop.status == "reconciled"


def test_a_walk_in_has_the_minutes_of_the_session_that_is_made_up(workshop, facilitator, time_machine):
    time_machine.move_to(datetime(2026, 3, 20, tzinfo=UTC), tick=False)
    hold(workshop, 1, facilitator, {register(workshop): "absent"})
    session = make_up(workshop)
    open_session(workshop, 3)
    agency = register(workshop).agency

    record = add_walk_in(session=session, agency=agency, person=make_person(agency=agency), actor=facilitator)

    standing = standings(workshop, [record.registration])[record.registration.pk]
    assert (standing.credited, standing.credited_held, standing.planned_held) == (60, 60, 60)


def test_it_can_be_planned_and_held_when_all_other_registers_are_signed(workshop, facilitator):
    person = register(workshop)
    hold(workshop, 1, facilitator, {person: "absent"})
    hold(workshop, 2, facilitator, {person: "present"})
    with pytest.raises(WorkshopError, match="All registers"):
        make_session(workshop, day=date(2026, 3, 12))

    make_up(workshop)
    hold(workshop, 3, facilitator, {person: "present"})

    person.refresh_from_db()
    assert person.completed_at is not None


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"day": date(2026, 3, 8)}, "held before it"),
        ({"track": "doctors"}, "same workshop and track"),
    ],
)
def test_it_comes_after_a_session_of_the_same_track(workshop, fields, sentence):
    with pytest.raises(WorkshopError, match=sentence):
        make_up(workshop, **fields)


def test_it_is_of_the_same_workshop(workshop):
    elsewhere = make_workshop().sessions.get(number=1)

    with pytest.raises(WorkshopError, match="same workshop"):
        make_up(workshop, makes_up_for=elsewhere)


def test_nothing_makes_up_for_a_make_up(workshop):
    with pytest.raises(WorkshopError, match="cannot be made up"):
        make_up(workshop, day=date(2026, 3, 15), makes_up_for=make_up(workshop))


def test_once_its_register_is_open_it_stays_what_it_is(workshop):
    register(workshop)
    session = make_up(workshop)
    open_session(workshop, 3)

    with pytest.raises(RegisterError, match="what it makes up for stays"):
        change_session(session=session, makes_up_for=None)


def test_a_session_that_is_made_up_or_asked_about_stays(workshop, time_machine):
    make_up(workshop)
    with pytest.raises(RegisterError, match="another one makes up for it"):
        remove_session(session=workshop.sessions.get(number=1))

    time_machine.move_to(datetime(2026, 3, 1, tzinfo=UTC), tick=False)
    account = make_account()
    second = workshop.sessions.get(number=2)
    ask_to_be_excused(registration=register(workshop, account.person), session=second, reason="Ill.", actor=account)
    with pytest.raises(RegisterError, match="excused"):
        remove_session(session=second)


def test_changing_its_hours_keeps_what_it_makes_up_for(workshop):
    session = make_up(workshop)

    changed = change_session(session=session, start_time=time(14, 0), end_time=time(15, 0), required=True)

    assert (changed.makes_up_for.number, changed.required) == (1, False)
