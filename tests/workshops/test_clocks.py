"""Clock changes as rules, held against the time zone database."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.workshops.icalendar import Clock, components, values
from workshops.calendar import Event, Mailbox, published
from workshops.clocks import observances
from workshops.zones import is_zone, to_utc

ZONES = sorted(
    zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix/", "right/"))
)
HOUR = timedelta(hours=1)


def calendar_of(zone: str, *moments: datetime) -> bytes:
    events = [
        Event(f"{number}@x", 0, moment, moment, moment + HOUR, zone, "Session") for number, moment in enumerate(moments)
    ]
    return published(events, organizer=Mailbox("a@example.org"))


def clock_of(zone: str, *moments: datetime) -> Clock:
    [lines] = components(calendar_of(zone, *moments), "VTIMEZONE")
    return Clock(lines)


@settings(max_examples=50)
@given(st.sampled_from(ZONES), st.integers(1995, 2060), st.integers(0, 3), st.integers(1, 60))
@example("Europe/Minsk", 2010, 2, 1)
@example("Europe/Minsk", 2026, 0, 1)
@example("Europe/Warsaw", 1996, 0, 1)
@example("Europe/Warsaw", 2026, 1, 1)
@example("Asia/Almaty", 2004, 1, 1)
@example("Asia/Almaty", 2024, 0, 1)
@example("Africa/Casablanca", 2026, 1, 1)
@example("Africa/Cairo", 2026, 1, 1)
@example("Australia/Lord_Howe", 2026, 1, 1)
@example("Europe/Dublin", 2026, 1, 1)
def test_at_any_moment_of_the_years_of_the_sessions_the_offset_is_that_of_the_database(zone, year, more, step):
    first, last = datetime(year, 1, 2, tzinfo=UTC), datetime(year + more, 12, 30, tzinfo=UTC)
    clock, known = clock_of(zone, first, last), ZoneInfo(zone)

    differences = []
    moment = first
    while moment < last:
        if clock.offset(moment) != moment.astimezone(known).utcoffset():
            differences.append(moment)
        moment += timedelta(hours=61) + step * timedelta(minutes=11)

    assert differences == []


@settings(max_examples=50)
@given(
    st.sampled_from(["Europe/Minsk", "Europe/Warsaw", "Asia/Almaty", *ZONES]),
    st.dates(date(2000, 1, 1), date(2059, 12, 1)),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
)
@example("Europe/Warsaw", date(2026, 3, 24), time(9, 0))
@example("Europe/Warsaw", date(2026, 10, 25), time(2, 30))
@example("Europe/Minsk", date(2011, 3, 22), time(9, 0))
@example("Asia/Almaty", date(2024, 2, 27), time(9, 0))
def test_a_session_repeated_weekly_keeps_its_hour_and_means_the_same_moment_to_whoever_reads_it(zone, day, wall):
    days = [day + timedelta(weeks=week) for week in range(4)]
    moments = [to_utc(each, wall, zone) for each in days]
    calendar = calendar_of(zone, *moments)
    [lines] = components(calendar, "VTIMEZONE")
    clock = Clock(lines)

    for moment, lines in zip(moments, components(calendar, "VEVENT"), strict=True):
        said = values(lines)["DTSTART"]
        assert not said.endswith("Z")  # a time that comes twice is the first one
        shown = datetime.fromisoformat(said)
        assert shown - clock.offset(moment) == moment.replace(tzinfo=None)
        if moment.astimezone(ZoneInfo(zone)).time() == wall:  # not skipped by a clock change
            assert shown.time() == wall


def test_zones_that_change_by_rule_say_the_rule_and_others_what_happened():
    said = {
        zone: [(f"{each.begins:%Y-%m-%d %H:%M}", each.rule) for each in observances(zone, year, year)]
        for zone, year in {
            "Europe/Warsaw": 2026,
            "America/New_York": 2026,
            "Europe/Minsk": 2026,
            "Asia/Almaty": 2024,
        }.items()
    }

    assert said == {
        "Europe/Warsaw": [
            ("2025-03-30 02:00", "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"),
            ("2025-10-26 03:00", "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"),
        ],
        "America/New_York": [
            ("2025-03-09 02:00", "FREQ=YEARLY;BYMONTH=3;BYDAY=2SU"),
            ("2025-11-02 02:00", "FREQ=YEARLY;BYMONTH=11;BYDAY=1SU"),
        ],
        "Europe/Minsk": [("2025-01-01 00:00", "")],
        "Asia/Almaty": [("2023-01-01 00:00", ""), ("2024-03-01 00:00", "")],
    }


@pytest.mark.parametrize("zone", ["Europe/Warsaw", "Asia/Almaty"])
@pytest.mark.parametrize("year", [2, 9999])
def test_the_first_and_the_last_year_of_the_calendar_are_years_too(zone, year):
    assert is_zone(zone)
    assert observances(zone, year, year)
