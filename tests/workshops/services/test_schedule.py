"""Workshops, sessions, facilitators and states."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine

from audit.models import Event
from people.models import Account, Person
from tests.factories.people import make_account, make_person
from tests.factories.workshops import DAY, make_facilitator, make_session, make_workshop, mark, open_session, register
from workshops.errors import RegisterError, WorkshopError
from workshops.models import AttendanceRecord, Facilitation, Outline, Registration, Room, Session, Workshop
from workshops.services import (
    add_facilitator,
    add_room,
    add_session,
    cancel_workshop,
    change_session,
    change_workshop,
    clashes_of,
    close_workshop,
    end_due_workshops,
    find_clashes,
    postpone_workshop,
    publish_workshop,
    remove_facilitator,
    remove_session,
    schedule_workshop,
    session_moments,
    set_outline_sessions,
    sign_off,
)
from workshops.services.clashes import Wanted
from workshops.timetable import Slot

pytestmark = pytest.mark.django_db


@pytest.fixture
def outline(db: None) -> Outline:
    outline = Outline.objects.create(code="O1", translation_key="11111111-1111-1111-1111-111111111111")
    set_outline_sessions(
        outline=outline,
        rows=[
            {
                "number": 1,
                "day": 1,
                "start_time": time(9, 30),
                "end_time": time(10, 55),
                "planned_minutes": 85,
                "kind": "roundtable",
                "title_en": "Opening",
                "title_ru": "Открытие",
            },
            {
                "number": 2,
                "day": 2,
                "start_time": time(9),
                "end_time": time(10, 20),
                "kind": "test",
                "title_en": "Test",
                "required": False,
            },
        ],
    )
    return outline


def test_a_workshop_starts_from_a_copy_of_the_outlines_sessions_over_consecutive_days(outline):
    facilitator = make_facilitator()

    workshop = schedule_workshop(
        outline=outline, code="W1", title_en="First", starts_on=DAY, facilitators=[facilitator.person]
    )

    workshop.refresh_from_db()
    assert (workshop.status, workshop.starts_on, workshop.ends_on) == ("draft", DAY, DAY + timedelta(days=1))
    assert list(
        workshop.sessions.values_list(
            "number", "title_en", "title_ru", "kind", "starts_at", "ends_at", "planned_minutes", "required", "zone"
        )
    ) == [
        (
            1,
            "Opening",
            "Открытие",
            "roundtable",
            datetime(2026, 3, 9, 6, 30, tzinfo=UTC),
            datetime(2026, 3, 9, 7, 55, tzinfo=UTC),
            85,
            True,
            "Europe/Minsk",
        ),
        (
            2,
            "Test",
            "",
            "test",
            datetime(2026, 3, 10, 6, tzinfo=UTC),
            datetime(2026, 3, 10, 7, 20, tzinfo=UTC),
            80,
            False,
            "Europe/Minsk",
        ),
    ]
    assert list(workshop.facilitations.values_list("person", "lead", "state")) == [
        (facilitator.person_id, True, "accepted")
    ]


def test_a_later_change_of_the_outline_leaves_the_scheduled_sessions_alone(outline):
    workshop = schedule_workshop(outline=outline, code="W1", title_en="First", starts_on=DAY)

    set_outline_sessions(outline=outline, rows=[])

    assert workshop.sessions.count() == 2


def test_a_code_is_given_once():
    make_workshop(code="W1")

    with pytest.raises(WorkshopError, match="A workshop with the code W1 exists already"):
        schedule_workshop(code="W1", title_en="Again", starts_on=DAY)


def test_a_zone_that_does_not_exist_is_refused():
    with pytest.raises(WorkshopError, match="Europe/Nowhere is no time zone"):
        schedule_workshop(code="W1", title_en="First", starts_on=DAY, zone="Europe/Nowhere")


def test_a_workshop_lasts_from_its_first_session_to_its_last():
    workshop = make_workshop(sessions=1)

    last = make_session(workshop, day=DAY + timedelta(days=3))
    workshop.refresh_from_db()
    assert (workshop.starts_on, workshop.ends_on) == (DAY, DAY + timedelta(days=3))

    remove_session(session=last)
    workshop.refresh_from_db()
    assert (workshop.starts_on, workshop.ends_on) == (DAY, DAY)


def test_a_session_must_end_after_it_begins():
    workshop = make_workshop(sessions=0, published=False)

    with pytest.raises(WorkshopError, match="must end after it begins"):
        add_session(workshop=workshop, title_en="Odd", day=DAY, start_time=time(10), end_time=time(10))


def test_a_number_is_taken_once_and_the_next_one_is_the_last():
    workshop = make_workshop(sessions=2)

    with pytest.raises(WorkshopError, match="There is a session 2 already"):
        make_session(workshop, number=2)
    assert make_session(workshop, slot=3).number == 3


@pytest.mark.parametrize(
    ("sessions", "facilitator", "sentence"),
    [(0, True, "Add a session"), (1, False, "Name a facilitator")],
)
def test_publishing_asks_for_sessions_and_a_facilitator(sessions, facilitator, sentence):
    workshop = make_workshop(sessions=sessions, published=False)
    if not facilitator:
        Facilitation.objects.all().delete()

    with pytest.raises(WorkshopError, match=sentence):
        publish_workshop(workshop=workshop)

    assert Workshop.objects.get().status == "draft"


def test_a_facilitator_who_declined_is_none():
    workshop = make_workshop(published=False)
    Facilitation.objects.update(state="declined")

    with pytest.raises(WorkshopError, match="Name a facilitator"):
        publish_workshop(workshop=workshop)


def test_publishing_twice_changes_nothing_and_is_recorded_once():
    workshop = make_workshop(published=False)

    publish_workshop(workshop=workshop)
    publish_workshop(workshop=workshop)

    assert Event.objects.filter(action="workshops.published").count() == 1


def test_states_follow_each_other_and_say_why_not():
    workshop = make_workshop(sessions=1)
    account = make_facilitator()

    postponed = postpone_workshop(workshop=workshop, reason="The hall is flooded.", actor=account)
    assert (postponed.status, postponed.status_reason) == ("postponed", "The hall is flooded.")
    with pytest.raises(WorkshopError, match="Sign all registers"):
        close_workshop(workshop=workshop)
    published = publish_workshop(workshop=workshop)
    assert (published.status, published.status_reason) == ("published", "")

    session = open_session(workshop)
    assert Workshop.objects.get(pk=workshop.pk).status == "running"
    with pytest.raises(WorkshopError, match="has not begun"):
        postpone_workshop(workshop=workshop, reason="Too late")
    sign_off(session=session, actor=account)
    assert Workshop.objects.get(pk=workshop.pk).status == "reconciled"

    assert close_workshop(workshop=workshop).status == "closed"
    with pytest.raises(WorkshopError, match="cannot be cancelled"):
        cancel_workshop(workshop=workshop, reason="Too late")


def test_the_clock_ends_what_is_over():
    over, coming = make_workshop(), make_workshop(starts_on=date(2026, 5, 4))

    with time_machine.travel(datetime(2026, 3, 10, tzinfo=UTC), tick=False):
        assert end_due_workshops() == 1
        assert end_due_workshops() == 0

    assert Workshop.objects.get(pk=over.pk).status == "ended"
    assert Workshop.objects.get(pk=coming.pk).status == "published"


def test_changed_minutes_are_counted_anew_and_attendance_stays():
    workshop = make_workshop(sessions=1, minutes=60)
    registration = register(workshop)
    session = open_session(workshop)
    mark(session, registration.person)

    change_session(session=session, end_time=time(10, 30), planned_minutes=90, despite_attendance=True)

    assert AttendanceRecord.objects.values_list("status", "credited_minutes", "planned_minutes").get() == (
        "present",
        90,
        90,
    )


def test_a_signed_session_does_not_change():
    workshop = make_workshop(sessions=1)
    session = open_session(workshop)
    sign_off(session=session, actor=make_facilitator())

    with pytest.raises(RegisterError, match="is signed"):
        change_session(session=session, title_en="Other")


def test_a_session_whose_register_is_open_stays():
    workshop = make_workshop(sessions=1)

    with pytest.raises(RegisterError, match="is open"):
        remove_session(session=open_session(workshop))

    assert Session.objects.count() == 1


def test_a_new_share_for_late_is_counted_in_registers_that_are_open():
    workshop = make_workshop(sessions=2)
    person = register(workshop).person
    for number in (1, 2):
        mark(open_session(workshop, number), person, "late")

    change_workshop(workshop=workshop, partial_share=50)

    assert list(AttendanceRecord.objects.values_list("credited_minutes", flat=True)) == [30, 30]


@pytest.fixture
def keeper(db: None) -> Account:
    return make_facilitator()


@pytest.fixture
def signed(keeper: Account) -> Workshop:
    """A workshop of two sessions; the register of the first is signed."""
    workshop = make_workshop(facilitator=keeper, lock_on=date(2099, 1, 1))
    sign_off(session=open_session(workshop, 1), actor=keeper)
    return workshop


RULE = {"threshold": 10, "lock_on": None, "pass_mark": 10, "test_required": True}


@pytest.mark.parametrize("name", RULE)
def test_after_the_first_signature_only_a_manager_changes_the_rule(signed, keeper, name):
    with pytest.raises(WorkshopError, match="only a programme manager"):
        change_workshop(workshop=signed, actor=keeper, **{name: RULE[name]})

    change_workshop(workshop=signed, actor=make_account("manager"), **{name: RULE[name]})

    signed.refresh_from_db()
    assert getattr(signed, name) == RULE[name]


def test_after_the_lock_date_only_a_manager_changes_the_rule(keeper):
    workshop = make_workshop(facilitator=keeper, lock_on=date(2026, 3, 20))

    with time_machine.travel(datetime(2026, 3, 21, 12, tzinfo=UTC), tick=False):
        with pytest.raises(WorkshopError, match="only a programme manager"):
            change_workshop(workshop=workshop, actor=keeper, lock_on=None)
        assert change_workshop(workshop=workshop, actor=keeper, place_en="Minsk").place == "Minsk"


def test_after_the_first_signature_nobody_changes_what_late_counts(signed):
    with pytest.raises(WorkshopError, match="what late or left early counts"):
        change_workshop(workshop=signed, actor=make_account("manager"), partial_share=50)


@pytest.mark.parametrize(("before", "after"), [("programme", "agency"), ("programme", "none"), ("agency", "none")])
def test_while_people_wait_for_an_approval_only_a_manager_lets_fewer_agree(keeper, before, after):
    workshop = make_workshop(facilitator=keeper)
    waiting = register(workshop)
    Workshop.objects.update(approval=before)
    Registration.objects.filter(pk=waiting.pk).update(state="pending", confirmed_at=None)

    with pytest.raises(WorkshopError, match="1 person waits for an approval"):
        change_workshop(workshop=workshop, actor=keeper, approval=after)
    assert change_workshop(workshop=workshop, actor=make_account("manager"), approval=after).approval == after


def test_who_must_agree_is_free_while_nobody_waits_and_may_always_weigh_more(keeper):
    workshop = make_workshop(facilitator=keeper, approval="agency")
    waiting = register(workshop)
    assert change_workshop(workshop=workshop, actor=keeper, approval="none").approval == "none"
    Workshop.objects.update(approval="agency")
    Registration.objects.filter(pk=waiting.pk).update(state="pending", confirmed_at=None)

    assert change_workshop(workshop=workshop, actor=keeper, approval="programme").approval == "programme"
    assert change_workshop(workshop=workshop, actor=keeper, place_en="Minsk").place == "Minsk"


def test_when_all_registers_are_signed_no_session_is_added(keeper):
    workshop = make_workshop(facilitator=keeper, sessions=1)
    sign_off(session=open_session(workshop), actor=keeper)

    for _step in ("reconciled", "closed"):
        with pytest.raises(WorkshopError, match="no session can be added"):
            make_session(workshop)
        close_workshop(workshop=workshop, actor=keeper)

    assert (workshop.sessions.count(), Workshop.objects.get().status) == (1, "closed")


def test_a_workshop_with_a_register_to_sign_is_not_closed(signed, keeper):
    Workshop.objects.update(status="reconciled")

    with pytest.raises(WorkshopError, match="Sign all registers"):
        close_workshop(workshop=signed, actor=keeper)


def test_the_track_of_an_open_register_stays():
    session = open_session(make_workshop(sessions=1))

    with pytest.raises(RegisterError, match="its track stays"):
        change_session(session=session, track="doctors")

    assert change_session(session=session, track="", title_en="Same track").title_en == "Same track"


def test_a_published_workshop_keeps_a_facilitator():
    account = make_facilitator()
    workshop = make_workshop(facilitator=account)

    with pytest.raises(WorkshopError, match="Name another facilitator first"):
        remove_facilitator(workshop=workshop, person=account.person)
    second = make_person()
    add_facilitator(workshop=workshop, person=second)
    remove_facilitator(workshop=workshop, person=account.person)

    assert list(workshop.facilitations.values_list("person", flat=True)) == [second.pk]


def test_naming_a_facilitator_twice_is_once_and_brings_back_who_declined():
    workshop = make_workshop(published=False)
    Facilitation.objects.update(state="declined")
    person = Facilitation.objects.get().person

    add_facilitator(workshop=workshop, person=person)
    add_facilitator(workshop=workshop, person=person)

    assert Facilitation.objects.values_list("person", "state").get() == (person.pk, "accepted")


@pytest.mark.db
class TestClashes:
    """A room and a facilitator can be in one place at a time."""

    @pytest.fixture
    def room(self):
        return add_room(name="Hall")

    def clashes(
        self,
        workshop: Workshop,
        start: time,
        end: time,
        room: Room | None = None,
        facilitators: Sequence[Person] = (),
    ) -> list[tuple[str, bool]]:
        wanted = [Wanted(*session_moments(Slot(DAY, start, end), "Europe/Minsk"), room)]
        found = find_clashes(wanted=wanted, workshop=workshop, facilitators=facilitators)
        return [(session.workshop.code, session.same_people) for session in found]

    def test_a_room_that_is_taken_is_found(self, room):
        taken = make_workshop(code="A", sessions=0, published=False)
        make_session(taken, room=room)
        other = make_workshop(code="B", sessions=0, published=False)

        assert self.clashes(other, time(9, 30), time(11), room=room) == [("A", False)]
        assert self.clashes(other, time(10), time(11), room=room) == []
        assert self.clashes(other, time(9, 30), time(11)) == []

    def test_parallel_sessions_of_one_workshop_clash_about_the_room_only(self, room):
        account = make_facilitator()
        workshop = make_workshop(code="A", facilitator=account, sessions=0, published=False)
        make_session(workshop, room=room)

        people = [account.person]
        assert self.clashes(workshop, time(9), time(10), facilitators=people) == []
        assert self.clashes(workshop, time(9), time(10), room=room, facilitators=people) == [("A", False)]

    def test_a_facilitator_who_is_elsewhere_is_found_unless_the_invitation_was_declined(self):
        account: Account = make_facilitator()
        make_workshop(code="A", facilitator=account, sessions=1)
        other = make_workshop(code="B", sessions=0, published=False)

        assert self.clashes(other, time(9), time(10), facilitators=[account.person]) == [("A", True)]
        Facilitation.objects.filter(person=account.person).update(state="declined")
        assert self.clashes(other, time(9), time(10), facilitators=[account.person]) == []

    def test_a_cancelled_workshop_takes_no_room(self, room):
        taken = make_workshop(code="A", sessions=0, published=False)
        make_session(taken, room=room)
        cancel_workshop(workshop=taken, reason="No funds")

        assert self.clashes(make_workshop(sessions=0, published=False), time(9), time(10), room=room) == []

    def test_what_is_in_the_way_is_found_in_one_query_and_named_once(self, room, django_assert_num_queries):
        taken = make_workshop(code="A", sessions=0, published=False)
        make_session(taken, room=room, minutes=90)
        make_session(taken, room=add_room(name="Library"), slot=1, minutes=90)
        times = [(time(8, 30), time(9, 30)), (time(9, 30), time(10)), (time(12), time(13))]
        wanted = [Wanted(*session_moments(Slot(DAY, *each), "Europe/Minsk"), room) for each in times]

        with django_assert_num_queries(1):
            found = find_clashes(wanted=wanted, workshop=None)

        assert [session.number for session in found] == [1]

    def test_a_session_is_not_in_its_own_way_and_another_of_the_workshop_in_the_room_is(self, room):
        workshop = make_workshop(sessions=0, published=False)
        make_session(workshop, room=room, minutes=90)
        assert clashes_of(workshop) == []

        make_session(workshop, room=room, minutes=30)
        assert [session.number for session in clashes_of(workshop)] == [1, 2]
