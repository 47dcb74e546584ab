"""Calendars: every line of one, what mails and feeds differ in, and that nothing in a text breaks them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.workshops.icalendar import LIBICAL, WITHOUT_LIBICAL, components, faults, lines_of, values
from workshops.calendar import (
    Entry,
    Event,
    Guest,
    Mailbox,
    State,
    entries,
    feed,
    invitation,
    latest,
    published,
    withdrawal,
)

ACADEMY = Mailbox("academy@example.org", "Migration Health Academy")
ALENA = Guest("alena@clinic.example", "Алёна Лук’яновіч")
NINE = datetime(2026, 3, 9, 6, 0, tzinfo=UTC)


def event(**fields: object) -> Event:
    values = {
        "uid": "5f0c@academy.example",
        "sequence": 2,
        "stamp": datetime(2026, 2, 1, 8, 30, tzinfo=UTC),
        "starts_at": NINE,
        "ends_at": NINE + timedelta(minutes=90),
        "zone": "Europe/Minsk",
        "summary": "Who comes; why, and what then",
        "location": "Мінск, вул. Мяснікова, 39",
        "description": "First line\nSecond line",
        "url": "https://academy.example/en/workshops/W1/",
        **fields,
    }
    return Event(**values)


class TestAnInvitation:
    def test_says_the_session_its_zone_and_one_guest(self):
        calendar = invitation(event(), organizer=ACADEMY, guest=ALENA)

        assert lines_of(calendar) == [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Migration Health Academy//Workshops//EN",
            "CALSCALE:GREGORIAN",
            "METHOD:REQUEST",
            "BEGIN:VTIMEZONE",
            "TZID:Europe/Minsk",
            "BEGIN:STANDARD",
            "DTSTART:20250101T000000",
            "TZOFFSETFROM:+0300",
            "TZOFFSETTO:+0300",
            "TZNAME:+03",
            "END:STANDARD",
            "END:VTIMEZONE",
            "BEGIN:VEVENT",
            "UID:5f0c@academy.example",
            "SEQUENCE:2",
            "DTSTAMP:20260201T083000Z",
            "DTSTART;TZID=Europe/Minsk:20260309T090000",
            "DTEND;TZID=Europe/Minsk:20260309T103000",
            "SUMMARY:Who comes\\; why\\, and what then",
            "LOCATION:Мінск\\, вул. Мяснікова\\, 39",
            "DESCRIPTION:First line\\nSecond line",
            "URL:https://academy.example/en/workshops/W1/",
            "STATUS:CONFIRMED",
            'ORGANIZER;CN="Migration Health Academy":mailto:academy@example.org',
            (
                'ATTENDEE;CN="Алёна Лук’яновіч";ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE'
                ":mailto:alena@clinic.example"
            ),
            "END:VEVENT",
            "END:VCALENDAR",
        ]

    def test_tells_somebody_who_has_not_answered_or_need_not_come(self):
        guest = Guest("a@b.example", "", accepted=False, needed=False)

        calendar = invitation(event(), organizer=ACADEMY, guest=guest)

        assert "ATTENDEE;ROLE=OPT-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=FALSE:mailto:a@b.example" in lines_of(calendar)

    def test_names_cannot_break_out_of_their_quotes(self):
        guest = Guest("a@b.example", 'Anna "the ^ lawyer"\r\nX-EVIL:1')

        calendar = invitation(event(), organizer=ACADEMY, guest=guest)

        assert "ATTENDEE;CN=\"Anna ^'the ^^ lawyer^'^nX-EVIL:1\";ROLE" in calendar.decode().replace("\r\n ", "")
        assert faults(calendar) == []


def told(**fields: object) -> Entry:
    """An invitation as it was sent, read back."""
    [entry] = entries(invitation(event(**fields), organizer=ACADEMY, guest=ALENA).decode())
    return entry


class TestAnEntry:
    def test_of_what_was_told_is_read_back(self):
        entry = told(summary="Who; and, \\why\nor when", description="ё" * 300)

        assert (entry.uid, entry.sequence, entry.stands) == ("5f0c@academy.example", 2, True)
        assert (entry.summary, entry.starts) == ("Who; and, \\why\nor when", datetime(2026, 3, 9, 9, 0))  # noqa: DTZ001

    @pytest.mark.parametrize("zone", ["Europe/Minsk", "UTC"])
    def test_is_over_when_the_clock_at_the_place_says_so(self, zone):
        ends = datetime(2026, 10, 25, 1, 15, tzinfo=UTC)

        assert told(zone=zone, ends_at=ends).ends_at == ends

    def test_that_ends_in_an_hour_that_comes_twice_is_over_after_the_second_one(self):
        ends = datetime(2026, 10, 25, 1, 15, tzinfo=UTC)

        assert told(zone="Europe/Warsaw", starts_at=ends - timedelta(hours=1), ends_at=ends).ends_at == ends

    def test_says_the_same_as_a_calendar_that_was_only_stamped_anew(self):
        later = datetime(2026, 2, 2, tzinfo=UTC)
        [same, other] = [
            invitation(event(stamp=later, **fields), organizer=ACADEMY, guest=ALENA)
            for fields in ({}, {"location": "Brest"})
        ]

        assert (told().says(same), told().says(other)) == (True, False)

    def test_that_counts_is_the_one_with_the_highest_number_and_of_equal_ones_the_later(self):
        later = datetime(2026, 2, 2, tzinfo=UTC)
        said = [told(sequence=3), told(sequence=3, stamp=later, location="Brest"), told(), told(uid="2@a.example")]

        assert latest(said) == {"5f0c@academy.example": said[1], "2@a.example": said[3]}

    def test_is_taken_out_as_it_was_told_with_a_higher_number(self):
        entry = told()

        calendar = withdrawal(entry, stamp=datetime(2026, 2, 3, tzinfo=UTC))

        new = {
            "METHOD:REQUEST": "METHOD:CANCEL",
            "SEQUENCE:2": "SEQUENCE:3",
            "DTSTAMP:20260201T083000Z": "DTSTAMP:20260203T000000Z",
            "STATUS:CONFIRMED": "STATUS:CANCELLED",
        }
        assert lines_of(calendar) == [new.get(line, line) for line in entry.lines]
        [gone] = entries(calendar.decode())
        assert (gone.stands, latest([gone, entry])) == (False, {entry.uid: gone})


class TestAFeed:
    def test_names_itself_says_when_to_ask_again_and_names_no_guest(self):
        calendar = feed([event()], organizer=ACADEMY, name="My sessions", zone="Europe/Minsk", year=2026)

        said = values(lines_of(calendar))

        names = ("METHOD", "NAME", "X-WR-CALNAME", "REFRESH-INTERVAL", "X-PUBLISHED-TTL")
        assert [said[name] for name in names] == ["PUBLISH", "My sessions", "My sessions", "PT6H", "PT6H"]
        assert "ATTENDEE" not in said

    def test_has_every_zone_once_for_all_years_of_its_sessions(self):
        later = NINE + timedelta(days=400)
        events = [
            event(uid="1", zone="Europe/Warsaw"),
            event(uid="2"),
            event(uid="3", zone="Europe/Warsaw", starts_at=later, ends_at=later + timedelta(hours=1)),
        ]

        calendar = feed(events, organizer=ACADEMY, name="Mine", zone="Europe/Minsk", year=2026)

        assert [zone[0] for zone in components(calendar, "VTIMEZONE")] == ["TZID:Europe/Minsk", "TZID:Europe/Warsaw"]
        assert [values(each)["UID"] for each in components(calendar, "VEVENT")] == ["1", "2", "3"]

    def test_without_sessions_is_a_calendar_still(self):
        calendar = feed([], organizer=ACADEMY, name="Mine", zone="Asia/Almaty", year=2026)

        assert [zone[0] for zone in components(calendar, "VTIMEZONE")] == ["TZID:Asia/Almaty"]
        assert "METHOD" not in values(lines_of(calendar))

    def test_says_what_does_not_take_place(self):
        calendar = feed(
            [event(uid="1", state=State.CANCELLED), event(uid="2", state=State.TENTATIVE)],
            organizer=ACADEMY,
            name="Mine",
            zone="Europe/Minsk",
            year=2026,
        )

        states = [values(each)["STATUS"] for each in components(calendar, "VEVENT")]
        assert states == ["CANCELLED", "TENTATIVE"]


def test_a_time_that_comes_twice_is_said_in_utc_when_it_is_the_second():
    first = datetime(2026, 10, 25, 0, 15, tzinfo=UTC)
    night = event(zone="Europe/Warsaw", starts_at=first, ends_at=first + timedelta(hours=1))

    [lines] = components(published([night], organizer=ACADEMY), "VEVENT")

    assert [line for line in lines if line.startswith("DT")][1:] == [
        "DTSTART;TZID=Europe/Warsaw:20261025T021500",
        "DTEND:20261025T011500Z",
    ]


TEXTS = st.text(st.characters(codec="utf-8"), max_size=120)
ZONES = st.sampled_from(["Europe/Minsk", "Europe/Warsaw", "Asia/Almaty", "Africa/Casablanca"])


def _typed(words: str) -> str:
    """What somebody typed, as a calendar can say it: line breaks of one kind, no other signs of control."""
    words = words.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in words if sign in "\t\n" or (sign >= " " and sign != "\x7f")).strip()


def _read(text: str) -> str:
    read, signs = "", iter(text)
    for sign in signs:
        read += {"n": "\n"}.get(escaped := next(signs), escaped) if sign == "\\" else sign
    return read


def everything(one: Event, guest: Guest) -> list[bytes]:
    """One session in every kind of calendar there is."""
    return [
        asked := invitation(one, organizer=ACADEMY, guest=guest),
        *(withdrawal(entry, stamp=one.stamp + timedelta(days=1)) for entry in entries(asked.decode())),
        published([one], organizer=ACADEMY),
        feed([one], organizer=ACADEMY, name=one.summary, zone=one.zone, year=2026),
        feed([], organizer=ACADEMY, name=one.summary, zone=one.zone, year=2026),
    ]


@pytest.mark.skipif(LIBICAL is None, reason=WITHOUT_LIBICAL)
@pytest.mark.parametrize("zone", ["Europe/Minsk", "Europe/Warsaw", "Asia/Almaty"])
@pytest.mark.parametrize("state", list(State))
def test_libical_finds_nothing_against_the_standards(zone, state):
    calendars = everything(event(zone=zone, state=state), ALENA)

    # A request is for something that takes place.
    asked = [faults(each) for each in calendars[state == State.CANCELLED :]]
    assert asked == [[]] * len(asked)


@settings(max_examples=40)
@given(TEXTS.filter(_typed), TEXTS, TEXTS, ZONES)
@example("a\\,b;c\\nd", "\r\n\r\nEND:VEVENT", "ё" * 300, "Europe/Minsk")
@example("😀" * 40, "\x00\x07", "\u2028", "Europe/Warsaw")
def test_whatever_somebody_types_the_calendar_holds(summary, description, name, zone):
    one = event(summary=summary, description=description, location=name, zone=zone)
    calendars = everything(one, Guest("a@b.example", name))

    assert [each for calendar in calendars for each in faults(calendar)] == []
    for calendar in calendars[:-1]:
        [lines] = components(calendar, "VEVENT")
        assert _read(values(lines)["SUMMARY"]) == _typed(summary)
