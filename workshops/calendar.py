"""Sessions as calendar programs read them: iCalendar (RFC 5545), and invitations by mail (RFC 5546).

Lines end with CR LF, are folded at 75 octets, and no letter is cut in two. Times are local, with the rules of their
zone, so that 09:00 stays 09:00 whatever the program knows about clocks.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import groupby

from workshops.clocks import Observance, observances
from workshops.zones import local, to_utc

PRODUCT = "-//Migration Health Academy//Workshops//EN"
# How often a calendar program should ask for a feed again.
REFRESH = "PT6H"
_OCTETS = 75
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
# In a parameter, which cannot be escaped otherwise (RFC 6868).
_PARAMETER_ESCAPES = str.maketrans({"^": "^^", '"': "^'", "\n": "^n"})
_ESCAPED = re.compile(r"\\(.)")
_FOLD, _END = "\r\n ", "END:VCALENDAR"
# What differs between two calendars that say the same.
_STAMP = "DTSTAMP:"


class Method(StrEnum):
    """What a calendar program shall do with an event: take it in or change it, take it out."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


class State(StrEnum):
    """Whether an event takes place."""

    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True)
class Mailbox:
    """Who invites."""

    address: str
    name: str = ""


@dataclass(frozen=True)
class Guest:
    """Who is invited: whether the person has said yes, and whether the event is one that the person must attend."""

    address: str
    name: str
    accepted: bool = True
    needed: bool = True


@dataclass(frozen=True)
class Event:
    """One session. `stamp` is when it was last said anew; of two with the same sequence the later one counts."""

    uid: str
    sequence: int
    stamp: datetime
    starts_at: datetime
    ends_at: datetime
    zone: str
    summary: str
    location: str = ""
    description: str = ""
    url: str = ""
    state: State = State.CONFIRMED


@dataclass(frozen=True)
class Entry:
    """One event as a mail has told it to a calendar: the lines of that calendar, as they were before folding."""

    lines: tuple[str, ...]

    @cached_property
    def _said(self) -> Mapping[str, str]:
        of_event = self.lines[self.lines.index("BEGIN:VEVENT") :]
        pairs = (line.partition(":") for line in of_event)
        return {name.partition(";")[0]: value for name, _colon, value in pairs}

    @property
    def uid(self) -> str:
        """The name that the event has in every calendar."""
        return self._said["UID"]

    @property
    def sequence(self) -> int:
        """Which revision of the event it is."""
        return int(self._said["SEQUENCE"])

    @property
    def revision(self) -> tuple[int, str]:
        """What tells an earlier word about an event from a later one."""
        return self.sequence, self._said["DTSTAMP"]

    @property
    def stands(self) -> bool:
        """Whether a calendar that was told this has the event."""
        return f"METHOD:{Method.REQUEST}" in self.lines

    @property
    def summary(self) -> str:
        """What it is called."""
        return _ESCAPED.sub(lambda found: "\n" if found[1] == "n" else found[1], self._said["SUMMARY"])

    @property
    def starts(self) -> datetime:
        """When it begins, as a clock at the place shows it; in UTC what comes twice there."""
        return datetime.strptime(self._said["DTSTART"].rstrip("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007 - local, as said

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        start = self.lines.index("BEGIN:VEVENT")
        name, _colon, value = next(line for line in self.lines[start:] if line.startswith("DTEND")).partition(":")
        shown = datetime.strptime(value.rstrip("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007 - its zone comes now
        zone = name.partition(";TZID=")[2]
        return to_utc(shown.date(), shown.time(), zone) if zone else shown.replace(tzinfo=UTC)

    def says(self, calendar: bytes) -> bool:
        """Whether it tells a calendar what this calendar tells it."""
        return [self.unstamped] == [each.unstamped for each in entries(calendar.decode())]

    @property
    def unstamped(self) -> list[str]:
        """The lines that do not change when nothing has changed."""
        return [line for line in self.lines if not line.startswith(_STAMP)]


def entries(calendars: str) -> list[Entry]:
    """Read calendars of mails back, one after the other."""
    found: list[Entry] = []
    lines: list[str] = []
    for line in calendars.replace(_FOLD, "").split("\r\n"):
        lines.append(line)
        if line == _END:
            found.append(Entry(tuple(lines)))
            lines = []
    return found


def latest(said: Iterable[Entry]) -> dict[str, Entry]:
    """Of what a calendar was told of each event the word that counts, as a calendar program decides it."""
    return {entry.uid: entry for entry in sorted(said, key=lambda entry: entry.revision)}


def invitation(event: Event, *, organizer: Mailbox, guest: Guest) -> bytes:
    """Return the calendar of a mail to one person: one event, taken in or changed.

    RFC 5546 allows several events only if they are instances of one, so several sessions are several calendars.
    """
    return _calendar(
        [f"METHOD:{Method.REQUEST}", *_clocks([event]), *_event(event, organizer, event.state, [_guest(guest)])]
    )


def withdrawal(told: Entry, *, stamp: datetime) -> bytes:
    """Return the calendar of a mail that takes an event out again, as it was told: whoever reads it knows no other."""
    new = {
        "METHOD": Method.CANCEL,
        "SEQUENCE": str(told.sequence + 1),
        "DTSTAMP": _utc(stamp),
        "STATUS": State.CANCELLED,
    }
    names = (line.partition(":")[0] for line in told.lines)
    lines = [f"{name}:{new[name]}" if name in new else line for name, line in zip(names, told.lines, strict=True)]
    return b"".join(_folded(line) for line in lines)


def published(events: Iterable[Event], *, organizer: Mailbox) -> bytes:
    """Return events for whoever wants them, as a file to take home. Nobody is named as a guest."""
    events = list(events)
    return _calendar(["METHOD:PUBLISH", *_events(events, organizer)])


def feed(events: Iterable[Event], *, organizer: Mailbox, name: str, zone: str, year: int) -> bytes:
    """Return events for a program that asks again and again; where there are none, the clocks of a zone in a year."""
    events = list(events)
    head = [
        f"NAME:{_text(name)}",
        f"X-WR-CALNAME:{_text(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}",
        f"X-PUBLISHED-TTL:{REFRESH}",
    ]
    if events:
        return _calendar(["METHOD:PUBLISH", *head, *_events(events, organizer)])
    # A calendar holds at least one component, and what is published at least one event.
    return _calendar([*head, *_zone(zone, year, year)])


def _calendar(lines: Iterable[str]) -> bytes:
    whole = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", *lines, _END]
    return b"".join(_folded(line) for line in whole)


def _events(events: Sequence[Event], organizer: Mailbox) -> Iterator[str]:
    yield from _clocks(events)
    for event in events:
        yield from _event(event, organizer, event.state, [])


def _event(event: Event, organizer: Mailbox, state: State, guests: Iterable[str]) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(event.uid)}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"DTSTAMP:{_utc(event.stamp)}"
    yield f"DTSTART{_when(event.starts_at, event.zone)}"
    yield f"DTEND{_when(event.ends_at, event.zone)}"
    yield f"SUMMARY:{_text(event.summary)}"
    for name, said in (("LOCATION", event.location), ("DESCRIPTION", event.description)):
        # An empty value is none.
        if text := _text(said):
            yield f"{name}:{text}"
    if event.url:
        yield f"URL:{event.url}"
    yield f"STATUS:{state}"
    yield f"ORGANIZER{_name(organizer.name)}:mailto:{organizer.address}"
    yield from guests
    yield "END:VEVENT"


def _guest(guest: Guest) -> str:
    role = "REQ-PARTICIPANT" if guest.needed else "OPT-PARTICIPANT"
    answer = "ACCEPTED" if guest.accepted else "NEEDS-ACTION"
    # Answers come by the links of a mail: nobody reads what a calendar program would send.
    return f"ATTENDEE{_name(guest.name)};ROLE={role};PARTSTAT={answer};RSVP=FALSE:mailto:{guest.address}"


def _clocks(events: Iterable[Event]) -> Iterator[str]:
    """The rules of every zone in which there are events, for the years of these."""
    by_zone = sorted(events, key=lambda event: event.zone)
    for zone, there in groupby(by_zone, key=lambda event: event.zone):
        shown = [local(moment, zone).year for event in there for moment in (event.starts_at, event.ends_at)]
        yield from _zone(zone, min(shown), max(shown))


def _zone(zone: str, first: int, last: int) -> Iterator[str]:
    yield "BEGIN:VTIMEZONE"
    yield f"TZID:{zone}"
    for each in observances(zone, first, last):
        yield from _observance(each)
    yield "END:VTIMEZONE"


def _observance(each: Observance) -> Iterator[str]:
    kind = "DAYLIGHT" if each.summer else "STANDARD"
    yield f"BEGIN:{kind}"
    yield f"DTSTART:{_wall(each.begins)}"
    yield f"TZOFFSETFROM:{_offset(each.before)}"
    yield f"TZOFFSETTO:{_offset(each.after)}"
    if each.name:
        yield f"TZNAME:{_text(each.name)}"
    if each.rule:
        yield f"RRULE:{each.rule}"
    yield f"END:{kind}"


def _when(moment: datetime, zone: str) -> str:
    """A local time, except for one that comes twice and is the second: only UTC can say which."""
    shown = local(moment, zone)
    return f":{_utc(moment)}" if shown.fold else f";TZID={zone}:{_wall(shown)}"


def _utc(moment: datetime) -> str:
    return f"{_wall(moment.astimezone(UTC))}Z"


def _wall(shown: datetime) -> str:
    return f"{shown.year:04}{shown:%m%dT%H%M%S}"


def _offset(offset: timedelta) -> str:
    seconds = int(offset.total_seconds())
    minutes, rest = divmod(abs(seconds), 60)
    return f"{'-' if seconds < 0 else '+'}{minutes // 60:02}{minutes % 60:02}" + (f"{rest:02}" if rest else "")


def _text(words: str) -> str:
    return _plain(words).translate(_ESCAPES)


def _name(name: str) -> str:
    plain = _plain(name)
    return f';CN="{plain.translate(_PARAMETER_ESCAPES)}"' if plain else ""


def _plain(words: str) -> str:
    return _CONTROL.sub("", words.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _folded(line: str) -> bytes:
    """The line in UTF-8, broken before the letter that would make it too long; further parts begin with a space."""
    parts, room = [b""], _OCTETS
    for letter in line:
        octets = letter.encode()
        if len(parts[-1]) + len(octets) > room:
            parts.append(b"")
            room = _OCTETS - 1
        parts[-1] += octets
    return b"\r\n ".join(parts) + b"\r\n"
