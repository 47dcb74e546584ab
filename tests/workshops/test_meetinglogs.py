"""Logs of online meetings: files of several programs, times, unions, names."""

import doctest
import io
from datetime import UTC, date, datetime, timedelta

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.spreadsheets import UnreadableError
from workshops import meetinglogs
from workshops.meetinglogs import Entry, guessed, minutes_within, moment, read_entries, read_log, united

DAY = date(2026, 3, 9)
START, END = datetime(2026, 3, 9, 6, 0, tzinfo=UTC), datetime(2026, 3, 9, 7, 30, tzinfo=UTC)


def at(hour: int, minute: int, second: int = 0) -> datetime:
    return datetime(2026, 3, 9, hour, minute, second, tzinfo=UTC)


def entries(content: bytes, zone: str = "Europe/Minsk") -> list[Entry]:
    table = read_log(content)
    return read_entries(table, guessed(table.headings), day=DAY, zone=zone)


def test_the_worked_examples_hold():
    assert doctest.testmod(meetinglogs).failed == 0


ZOOM = """Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants
81234567890,Migration health,03/09/2026 08:55:00 AM,03/09/2026 10:31:00 AM,host@example.org,96,2

Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest
Anna Kavalenka (iPhone),Anna@example.org,03/09/2026 08:58:12 AM,03/09/2026 10:30:00 AM,92,No
"Novik, Piotr",,03/09/2026 09:20:00 AM,03/09/2026 10:31:00 AM,71,Yes
"""

TEAMS = """1. Summary
Meeting title\tMigration health
Attended participants\t1
Start time\t3/9/26, 8:55:00 AM

2. Participants
Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole
Anna Kavalenka\t3/9/26, 8:58:12 AM\t3/9/26, 10:30:00 AM\t1h 2m 3s\tanna@example.org\t\tAttendee

3. In-Meeting Activities
Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole
Anna Kavalenka\t3/9/26, 8:58:12\u202fAM\t3/9/26, 9:30:00\u202fAM\t31m 48s\tanna@example.org\tAttendee
Anna Kavalenka\t3/9/26, 10:00:00\u202fAM\t3/9/26, 10:30:00\u202fAM\t30m\tanna@example.org\tAttendee
"""

MEET = """First name,Last name,Email,Duration,Time joined,Time exited
Anna,Kavalenka,anna@example.org,1 hr 31 min,8:58 AM,10:30 AM
"""


class TestFiles:
    def test_of_zoom_the_list_below_the_meeting_counts(self):
        assert entries(ZOOM.encode()) == [
            Entry(5, "Anna Kavalenka (iPhone)", "anna@example.org", at(5, 58, 12), at(7, 30)),
            Entry(6, "Novik, Piotr", "", at(6, 20), at(7, 31)),
        ]

    def test_of_teams_every_coming_and_going_counts(self):
        assert entries(TEAMS.encode("utf-16")) == [
            Entry(12, "Anna Kavalenka", "anna@example.org", at(5, 58, 12), at(6, 30)),
            Entry(13, "Anna Kavalenka", "anna@example.org", at(7, 0), at(7, 30)),
        ]

    def test_of_meet_two_columns_make_a_name_and_the_day_is_that_of_the_session(self):
        assert entries(MEET.encode()) == [Entry(2, "Kavalenka Anna", "anna@example.org", at(5, 58), at(7, 30))]

    def test_a_list_that_somebody_wrote_in_excel(self):
        book = openpyxl.Workbook()
        book.active.append(["Удзельнік", "Час уваходу", "Працягласць (хвіліны)"])
        book.active.append(["Ганна Каваленка", at(9, 5).replace(tzinfo=None), 60])
        file = io.BytesIO()
        book.save(file)

        assert entries(file.getvalue()) == [Entry(2, "Ганна Каваленка", "", at(6, 5), at(7, 5))]

    def test_russian_words_in_the_encoding_of_old_windows(self):
        text = (
            "Имя;Электронная почта;Время входа;Время выхода\r\nАнна;a@example.org;09.03.2026 9:05;09.03.2026 10:00\r\n"
        )

        assert entries(text.encode("cp1251")) == [Entry(2, "Анна", "a@example.org", at(6, 5), at(7, 0))]

    def test_unknown_headings_stay_a_table_for_somebody_to_say_what_is_what(self):
        table = read_log(b"Wer,Von,Bis\nAnna,9:05,10:00\n")

        assert (table.headings, guessed(table.headings)) == (("Wer", "Von", "Bis"), {})

    def test_the_clock_of_the_log_may_hang_elsewhere(self):
        assert entries(MEET.encode(), zone="UTC")[0].joined == at(8, 58)

    @pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n\0\0", b"PK\x03\x04nonsense"])
    def test_what_is_no_table_is_refused(self, content):
        with pytest.raises(UnreadableError):
            read_log(content)

    def test_a_duration_that_leads_past_every_calendar_is_no_moment(self):
        rows = "Name,Join time,Duration\nAnna,9999-12-31 10:00,999999\n"

        assert [each.problem for each in entries(rows.encode())] == ["left"]

    def test_what_is_too_large_is_refused_with_its_own_limits(self):
        with pytest.raises(UnreadableError, match="larger than 1 MB"):
            read_log(b"Name\n" + b"A\n" * 600_000)
        with pytest.raises(UnreadableError, match="3,000 rows"):
            read_log(b"Name,Join time\n" + b"A,9:00\n" * 3001)

    def test_rows_that_cannot_be_used_stay_and_say_why(self):
        rows = "Name,Join time,Leave time\n,9:00,10:00\nAnna,soon,10:00\nAnna,9:00,\nAnna,10:00,9:00\n"

        assert [(each.line, each.problem, each.said) for each in entries(rows.encode())] == [
            (2, "nobody", ""),
            (3, "joined", "soon"),
            (4, "left", ""),
            (5, "order", "9:00"),
        ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9/3/2026 9:00", at(6, 0)),
        ("3/9/2026 9:00", at(6, 0)),
        ("31/12/2026 9:00", datetime(2026, 12, 31, 6, 0, tzinfo=UTC)),
        ("13/13/2026 9:00", None),
        ("2026-03-09", None),
        ("13:00 PM", None),
        ("0:30 AM", None),
        ("9999-12-31T23:59:59-12:00", None),
        ('="2026-03-09 09:00:00"', at(6, 0)),
        ("", None),
    ],
)
def test_moments(text, expected):
    assert moment(text, day=DAY, zone="Europe/Minsk") == expected


@settings(max_examples=50)
@given(st.text(alphabet="0123456789:/.- APMTZ+", max_size=25))
def test_whatever_stands_there_is_a_moment_or_none(text):
    found = moment(text, day=DAY, zone="Europe/Minsk")

    assert found is None or found.tzinfo is UTC


INTERVALS = st.lists(
    st.tuples(st.integers(-60, 150), st.integers(0, 120)).map(
        lambda pair: (START + timedelta(minutes=pair[0]), START + timedelta(minutes=pair[0] + pair[1]))
    ),
    max_size=8,
)


class TestUnion:
    @settings(max_examples=50)
    @given(st.data(), INTERVALS)
    def test_neither_order_nor_repetition_makes_a_difference(self, data, intervals):
        shuffled = data.draw(st.permutations(intervals * 2))

        assert united(shuffled) == united(intervals)
        assert minutes_within(shuffled, START, END) == minutes_within(intervals, START, END)

    @settings(max_examples=50)
    @given(INTERVALS)
    def test_it_counts_the_minutes_in_which_somebody_was_there_and_no_more(self, intervals):
        minutes = [START + timedelta(minutes=each) for each in range(90)]
        there = [each for each in minutes if any(since <= each < until for since, until in intervals)]

        assert minutes_within(intervals, START, END) == len(there) <= 90

    @settings(max_examples=50)
    @given(INTERVALS, INTERVALS)
    def test_another_log_takes_nothing_away(self, one, other):
        both = minutes_within(one + other, START, END)

        assert both >= minutes_within(one, START, END)
        assert both <= minutes_within(one, START, END) + minutes_within(other, START, END)
