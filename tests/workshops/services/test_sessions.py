"""Sessions held again and moved together: the hour on the wall stays, and so does attendance."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from audit.models import Event
from tests.factories.people import make_account, make_agency
from tests.factories.workshops import DAY, make_facilitator, make_session, make_workshop, mark, open_session, register
from workshops.errors import AttendedError, RegisterError, WorkshopError
from workshops.models import AttendanceRecord, Session, Workshop
from workshops.services import (
    add_room,
    cancel_workshop,
    change_session,
    change_workshop,
    copy_workshop,
    postpone_workshop,
    publish_workshop,
    repeat_session,
    set_seats,
    shift_sessions,
    sign_off,
)
from workshops.services.sessions import propose_slot
from workshops.timetable import Slot

pytestmark = [pytest.mark.django_db, pytest.mark.db]

# Clocks change in Warsaw on 29 March 2026.
BEFORE_SUMMER = date(2026, 3, 23)


def times(workshop: Workshop) -> list[tuple[date, time, time]]:
    return list(workshop.sessions.order_by("number").values_list("day", "start_time", "end_time"))


def sequences(workshop: Workshop) -> list[int]:
    return list(workshop.sessions.order_by("number").values_list("sequence", flat=True))


class TestRepeating:
    def test_a_weekly_session_keeps_its_hour_when_clocks_change(self):
        workshop = make_workshop(sessions=1, starts_on=BEFORE_SUMMER, zone="Europe/Warsaw")
        first = workshop.sessions.get()

        repeat_session(session=first, times=2)

        week = timedelta(weeks=1)
        nine, ten = time(9), time(10)
        assert times(workshop) == [(BEFORE_SUMMER + week * count, nine, ten) for count in range(3)]
        assert list(workshop.sessions.order_by("number").values_list("starts_at", flat=True)) == [
            datetime(2026, 3, 23, 8, tzinfo=UTC),
            datetime(2026, 3, 30, 7, tzinfo=UTC),
            datetime(2026, 4, 6, 7, tzinfo=UTC),
        ]
        workshop.refresh_from_db()
        assert workshop.ends_on == BEFORE_SUMMER + 2 * week

    def test_it_is_a_session_of_its_own_in_the_same_room(self):
        workshop = make_workshop(sessions=0)
        hall = add_room(name="Hall")
        first = make_session(workshop, room=hall, track="doctors", title_ru="Сессия", required=False)
        publish_workshop(workshop=workshop)
        open_session(workshop)

        [again] = repeat_session(session=first, times=1)

        assert (again.number, again.room, again.track, again.title_ru, again.required, again.opened_at) == (
            2,
            hall,
            "doctors",
            "Сессия",
            False,
            None,
        )
        assert again.uid != first.uid


class TestMoving:
    def test_sessions_keep_order_distance_and_hour_across_a_change_of_clocks(self):
        workshop = make_workshop(sessions=3, starts_on=BEFORE_SUMMER, zone="Europe/Warsaw")
        before = times(workshop)

        shift_sessions(workshop=workshop, days=7)

        week = timedelta(weeks=1)
        assert times(workshop) == [(day + week, start, end) for day, start, end in before]
        first = workshop.sessions.get(number=1)
        assert (first.starts_at, first.ends_at) == (
            datetime(2026, 3, 30, 7, tzinfo=UTC),
            datetime(2026, 3, 30, 8, tzinfo=UTC),
        )
        workshop.refresh_from_db()
        assert (workshop.starts_on, workshop.ends_on) == (
            BEFORE_SUMMER + week,
            BEFORE_SUMMER + week + timedelta(days=1),
        )
        event = Event.objects.get(action="workshops.sessions_shifted")
        assert event.after == {"days": 7, "minutes": 0, "sessions": [1, 2, 3]}

    def test_only_those_from_a_day_on_move_and_only_they_count_a_change(self):
        workshop = make_workshop(sessions=3)

        moved = shift_sessions(workshop=workshop, days=1, minutes=30, since=DAY + timedelta(days=1))

        assert [session.number for session in moved] == [3]
        assert times(workshop)[2] == (DAY + timedelta(days=2), time(9, 30), time(10, 30))
        assert sequences(workshop) == [0, 0, 1]

    def test_in_a_draft_no_change_is_counted(self):
        workshop = make_workshop(published=False)

        shift_sessions(workshop=workshop, days=1)
        change_session(session=workshop.sessions.get(number=1), day=DAY)

        assert sequences(workshop) == [0, 0]

    def test_past_midnight_nothing_moves(self):
        workshop = make_workshop()

        with pytest.raises(WorkshopError, match="Session 1 would last past midnight"):
            shift_sessions(workshop=workshop, minutes=14 * 60 + 30)

        assert times(workshop)[0] == (DAY, time(9), time(10))

    def test_with_attendance_it_asks_and_keeps_it(self):
        workshop = make_workshop(sessions=2)
        person = register(workshop).person
        mark(open_session(workshop), person)

        with pytest.raises(AttendedError, match="Attendance was recorded"):
            shift_sessions(workshop=workshop, days=1)
        shift_sessions(workshop=workshop, days=1, despite_attendance=True)

        assert times(workshop)[0][0] == DAY + timedelta(days=1)
        assert AttendanceRecord.objects.values_list("status", "credited_minutes").get() == ("present", 60)

    def test_a_signed_register_stays_where_it_is(self):
        workshop = make_workshop(sessions=3)
        sign_off(session=open_session(workshop), actor=make_facilitator())

        with pytest.raises(RegisterError, match="Move only the days after it"):
            shift_sessions(workshop=workshop, days=1, despite_attendance=True)

        assert len(shift_sessions(workshop=workshop, days=1, since=DAY + timedelta(days=1))) == 1

    def test_what_is_cancelled_stays_where_it_was(self):
        workshop = make_workshop()
        cancel_workshop(workshop=workshop, reason="No funds")

        with pytest.raises(WorkshopError, match="over or cancelled"):
            shift_sessions(workshop=workshop, days=1)

    def test_a_postponed_workshop_gets_new_days_and_is_published_again(self):
        workshop = make_workshop()
        postpone_workshop(workshop=workshop, reason="The hall is flooded.")

        shift_sessions(workshop=workshop, days=28)
        published = publish_workshop(workshop=workshop)

        assert (published.status, published.starts_on) == ("published", DAY + timedelta(days=28))


class TestChanging:
    def test_with_attendance_another_time_asks_and_another_title_does_not(self):
        workshop = make_workshop(sessions=1)
        person = register(workshop).person
        session = open_session(workshop)
        mark(session, person)

        assert change_session(session=session, title_en="Other").title_en == "Other"
        with pytest.raises(AttendedError):
            change_session(session=session, start_time=time(8))
        moved = change_session(session=session, start_time=time(8), despite_attendance=True)

        assert moved.starts_at == datetime(2026, 3, 9, 5, tzinfo=UTC)
        assert AttendanceRecord.objects.get().status == "present"

    @pytest.mark.parametrize(
        ("change", "counted"),
        [
            ({"day": DAY + timedelta(days=1)}, 1),
            ({"start_time": time(8)}, 1),
            ({"mode": "online"}, 1),
            ({"join_link": "https://meet.example.org/1"}, 1),
            ({"title_en": "Other"}, 0),
            ({"required": False, "planned_minutes": 30}, 0),
            ({"start_time": time(9)}, 0),
        ],
    )
    def test_a_change_of_time_or_place_is_counted_for_calendars(self, change, counted):
        workshop = make_workshop(sessions=1)

        change_session(session=workshop.sessions.get(), **change)

        assert sequences(workshop) == [counted]

    def test_another_room_is_another_place(self):
        workshop = make_workshop(sessions=1)

        change_session(session=workshop.sessions.get(), room=add_room(name="Hall"))

        assert sequences(workshop) == [1]


def test_the_next_free_time_of_a_day_is_proposed():
    workshop = make_workshop(sessions=2)

    assert propose_slot(workshop, DAY) == Slot(DAY, time(11, 30), time(12, 30))
    assert propose_slot(workshop, DAY + timedelta(days=5)) == Slot(DAY + timedelta(days=5), time(9), time(10, 30))


class TestPlanningItOnceMore:
    @pytest.fixture
    def source(self) -> Workshop:
        workshop = make_workshop(code="OLD", sessions=3, title_ru="Семинар", threshold=70, place_en="Brest")
        change_workshop(
            workshop=workshop,
            registration_until=DAY - timedelta(days=7),
            lock_on=DAY + timedelta(days=30),
            approval="agency",
            for_kinds=["ngo"],
        )
        session = workshop.sessions.get(number=3)
        change_session(
            session=session, room=add_room(name="Hall"), mode="hybrid", join_link="https://meet.example.org/1"
        )
        set_seats(workshop=workshop, agency=None, seats=20)
        set_seats(workshop=workshop, agency=make_agency(code="clinic"), seats=5)
        workshop.refresh_from_db()
        return workshop

    def test_sessions_rule_rooms_and_seats_come_along_and_people_do_not(self, source):
        register(source)
        open_session(source)

        copy = copy_workshop(workshop=source, code="NEW", starts_on=date(2026, 9, 7), place_en="Minsk")

        copy.refresh_from_db()
        assert (copy.status, copy.starts_on, copy.ends_on, copy.title_ru, copy.place) == (
            "draft",
            date(2026, 9, 7),
            date(2026, 9, 8),
            "Семинар",
            "Minsk",
        )
        assert (copy.threshold, copy.approval, copy.for_kinds, copy.registration_until, copy.lock_on) == (
            70,
            "agency",
            ["ngo"],
            date(2026, 8, 31),
            None,
        )
        later = date(2026, 9, 7) - DAY
        assert times(copy) == [(day + later, start, end) for day, start, end in times(source)]
        last = copy.sessions.get(number=3)
        assert (last.room.name, last.mode, last.join_link, last.sequence) == ("Hall", "hybrid", "", 0)
        assert not Session.objects.filter(workshop=copy, opened_at__isnull=False).exists()
        assert sorted(copy.pools.values_list("agency__code", "seats"), key=str) == [("clinic", 5), (None, 20)]
        assert not copy.registrations.exists()

    def test_those_who_ran_it_are_invited_whoever_plans_it_has_accepted_and_helpers_stay_behind(self, source):
        lead = source.facilitations.get().person
        second = make_facilitator()
        source.facilitations.create(person=second.person)
        source.facilitations.create(person=make_facilitator().person, state="declined")
        source.facilitations.create(person=make_account().person, right="check_in")

        copy = copy_workshop(workshop=source, code="NEW", starts_on=date(2026, 9, 7), actor=second)

        assert list(copy.facilitations.order_by("pk").values_list("person", "lead", "state")) == [
            (lead.pk, True, "invited"),
            (second.person_id, False, "accepted"),
        ]

    def test_a_code_that_is_taken_plans_nothing(self, source):
        with pytest.raises(WorkshopError, match="exists already"):
            copy_workshop(workshop=source, code="OLD", starts_on=DAY)

        assert Workshop.objects.count() == 1
