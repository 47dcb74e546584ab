"""From a clock on the wall to UTC, also when clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshops.zones import BackwardsError, is_zone, moments, to_utc

ZONES = ["Europe/Minsk", "Europe/Warsaw", "Asia/Almaty", "America/St_Johns", "Australia/Lord_Howe"]


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        ("Europe/Minsk", date(2026, 1, 12), "06:00"),
        ("Europe/Minsk", date(2026, 7, 13), "06:00"),
        ("Europe/Warsaw", date(2026, 1, 12), "08:00"),
        ("Europe/Warsaw", date(2026, 7, 13), "07:00"),
        ("Asia/Almaty", date(2024, 1, 15), "03:00"),
        ("Asia/Almaty", date(2024, 7, 15), "04:00"),  # Kazakhstan moved to one zone on 1 March 2024
    ],
)
def test_nine_oclock_stays_nine_oclock(zone, day, expected):
    assert to_utc(day, time(9), zone).strftime("%H:%M") == expected


def test_a_time_that_is_skipped_is_as_much_later():
    assert to_utc(date(2026, 3, 29), time(2, 30), "Europe/Warsaw") == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_a_time_that_comes_twice_is_the_first_one():
    assert to_utc(date(2026, 10, 25), time(2, 30), "Europe/Warsaw") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_an_end_that_comes_twice_is_the_first_one_after_the_start():
    starts_at, ends_at = moments(date(2026, 10, 25), time(2, 45), time(2, 15), "Europe/Warsaw")

    assert ends_at - starts_at == timedelta(minutes=30)


@pytest.mark.parametrize("end", [time(9), time(8, 59)])
def test_an_end_that_is_not_after_the_start_is_refused(end):
    with pytest.raises(BackwardsError):
        moments(date(2026, 3, 9), time(9), end, "Europe/Minsk")


@pytest.mark.parametrize(
    ("name", "known"), [("Europe/Minsk", True), ("Europe/Nowhere", False), ("", False), ("../x", False)]
)
def test_a_zone_is_known_by_name(name, known):
    assert is_zone(name) is known


@given(st.sampled_from(ZONES), st.dates(date(2000, 1, 1), date(2035, 12, 31)), st.times())
def test_the_clock_on_the_wall_shows_the_time_again_unless_it_was_skipped(zone, day, wall):
    wall = wall.replace(fold=0)
    shown = to_utc(day, wall, zone).astimezone(ZoneInfo(zone))

    gap = shown.replace(tzinfo=None) - datetime.combine(day, wall)
    assert gap in {timedelta(), timedelta(minutes=30), timedelta(hours=1)}
