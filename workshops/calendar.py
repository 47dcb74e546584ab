"""Sessions as calendar programs read them: iCalendar (RFC 5545), and invitations by mail (RFC 5546).

Lines end with CR LF, are folded at 75 octets, and no letter is cut in two. Times are local, with the rules of their
zone, so that 09:00 stays 09:00 whatever the program knows about clocks.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import groupby

from workshops.clocks import Observance, observances
from workshops.zones import local

PRODUCT = "-//Migration Health Academy//Workshops//EN"
# How often a calendar program should ask for a feed again.
REFRESH = "PT6H"
_OCTETS = 75
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
# In a parameter, which cannot be escaped otherwise (RFC 6868).
_PARAMETER_ESCAPES = str.maketrans({"^": "^^", '"': "^'", "\n": "^n"})


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


def invitation(event: Event, *, organizer: Mailbox, guest: Guest, method: Method) -> bytes:
    """Return the calendar of a mail to one person: one event, taken in, changed or taken out.

    RFC 5546 allows several events only if they are instances of one, so several sessions are several calendars.
    """
    state = State.CANCELLED if method == Method.CANCEL else event.state
    lines = [
        f"METHOD:{method}",
        *_clocks([event]),
        *_event(event, organizer, state, [_guest(guest, method)]),
    ]
    return _calendar(lines)


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
    whole = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", *lines, "END:VCALENDAR"]
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


def _guest(guest: Guest, method: Method) -> str:
    role = "REQ-PARTICIPANT" if guest.needed else "OPT-PARTICIPANT"
    answer = "ACCEPTED" if guest.accepted else "NEEDS-ACTION"
    # Answers come by the links of a mail: nobody reads what a calendar program would send.
    said = "" if method == Method.CANCEL else f";ROLE={role};PARTSTAT={answer};RSVP=FALSE"
    return f"ATTENDEE{_name(guest.name)}{said}:mailto:{guest.address}"


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
