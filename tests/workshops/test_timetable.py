"""Times on the wall: the next free one, every week, all of them later – and the hour stays when clocks change."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workshops.timetable import OvernightError, Slot, next_free, shifted, weekly
from workshops.zones import moments

DAY = date(2026, 3, 9)
ZONES = ["Europe/Minsk", "Europe/Warsaw", "Asia/Almaty", "America/New_York", "Australia/Lord_Howe"]
# Clocks change at night; nobody plans a session then.
HOURS = st.integers(7 * 60, 20 * 60)


def slot(start: str, end: str, day: date = DAY) -> Slot:
    return Slot(day, time.fromisoformat(start), time.fromisoformat(end))


def at(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        ([], slot("09:00", "10:30")),
        ([slot("09:00", "10:20")], slot("10:20", "11:40")),
        ([slot("14:00", "15:00"), slot("09:00", "10:20")], slot("15:00", "16:00")),
        ([slot("09:00", "10:20", DAY + timedelta(days=1))], slot("09:00", "10:30")),
        ([slot("12:00", "20:00")], None),
    ],
)
def test_the_next_free_time_follows_the_last_one_of_the_day_and_is_as_long(taken, expected):
    assert next_free(DAY, taken) == expected


def test_a_time_that_would_last_past_midnight_is_refused():
    with pytest.raises(OvernightError):
        shifted(slot("22:30", "23:30"), minutes=60)

    assert shifted(slot("22:30", "23:30"), days=-9, minutes=29) == slot("22:59", "23:59", date(2026, 2, 28))


@settings(max_examples=50)
@given(
    st.sampled_from(ZONES),
    st.dates(date(2000, 1, 1), date(2040, 12, 31)),
    HOURS,
    st.integers(1, 180),
    st.integers(1, 52),
)
def test_in_every_zone_and_year_a_weekly_session_keeps_its_hour(zone, day, start, length, weeks):
    first = Slot(day, at(start), at(start + length))

    for week, again in enumerate(weekly(first, weeks), start=1):
        shown = [moment.astimezone(ZoneInfo(zone)) for moment in moments(again.day, *_hours(again), zone)]
        assert [moment.time() for moment in shown] == [first.start_time, first.end_time]
        assert {moment.date() for moment in shown} == {day + timedelta(weeks=week)}


@settings(max_examples=50)
@given(
    st.sampled_from(ZONES),
    st.dates(date(2000, 1, 1), date(2040, 12, 31)),
    st.tuples(HOURS, st.integers(1, 180)),
    st.tuples(st.integers(-800, 800), st.integers(-120, 30)),
)
def test_in_every_zone_and_year_what_moves_is_as_much_later_on_the_wall(zone, day, held, by):
    (start, length), (days, minutes) = held, by
    before = Slot(day, at(start), at(start + length))

    after = shifted(before, days=days, minutes=minutes)

    shown = [moment.astimezone(ZoneInfo(zone)) for moment in moments(after.day, *_hours(after), zone)]
    later = timedelta(days=days, minutes=minutes)
    assert [moment.replace(tzinfo=None) for moment in shown] == [
        datetime.combine(day, each) + later for each in _hours(before)
    ]
    assert shifted(after, days=-days, minutes=-minutes) == before


def _hours(planned: Slot) -> tuple[time, time]:
    return planned.start_time, planned.end_time
