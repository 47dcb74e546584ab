"""A second opinion on calendars: libical's tables of RFC 5545 and RFC 5546, and a small reader of our own."""

import ctypes
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

_POINTER, _WORDS, _NUMBER = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
_FUNCTIONS = {
    "icalparser_parse_string": (_POINTER, [_WORDS]),
    "icalrestriction_check": (_NUMBER, [_POINTER]),
    "icalcomponent_count_errors": (_NUMBER, [_POINTER]),
    "icalcomponent_as_ical_string": (_WORDS, [_POINTER]),
    "icalcomponent_free": (None, [_POINTER]),
}
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def _loaded() -> Any:
    try:
        library = ctypes.CDLL("libical.so.3")
    except OSError:
        return None
    for name, (returns, takes) in _FUNCTIONS.items():
        function = getattr(library, name)
        function.restype, function.argtypes = returns, takes
    return library


LIBICAL = _loaded()
WITHOUT_LIBICAL = "libical is not installed here: apt-get install libical3"


def faults(calendar: bytes) -> list[str]:
    """What is wrong with a calendar: its lines, and, where libical is installed, what its tables refuse."""
    lines = calendar.split(b"\r\n")
    found = [f"line {place} has {len(line)} octets" for place, line in enumerate(lines, 1) if len(line) > 75]
    found += [f"line {place} ends with a bare sign" for place, line in enumerate(lines, 1) if {10, 13} & set(line)]
    if lines[-1]:
        found.append("the last line does not end")
    return found + (_refused(calendar) if LIBICAL else [])


def _refused(calendar: bytes) -> list[str]:
    component = LIBICAL.icalparser_parse_string(calendar)
    if not component:
        return ["not to be parsed"]
    try:
        if LIBICAL.icalrestriction_check(component) and not LIBICAL.icalcomponent_count_errors(component):
            return []
        said = LIBICAL.icalcomponent_as_ical_string(component).decode().replace("\r\n ", "")
        return [line for line in said.splitlines() if "X-LIC-ERROR" in line] or ["against a restriction"]
    finally:
        LIBICAL.icalcomponent_free(component)


def lines_of(calendar: bytes) -> list[str]:
    """The lines of a calendar as they were before they were folded."""
    return calendar.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def components(calendar: bytes, kind: str) -> list[list[str]]:
    """The lines inside every component of a kind, those of components inside it included."""
    found: list[list[str]] = []
    inside = False
    for line in lines_of(calendar):
        if line == f"BEGIN:{kind}":
            found.append([])
            inside = True
        elif line == f"END:{kind}":
            inside = False
        elif inside:
            found[-1].append(line)
    return found


def values(lines: list[str]) -> dict[str, str]:
    """What properties say, parameters left out; of a property that comes twice the last."""
    pairs = (line.partition(":") for line in lines)
    return {name.partition(";")[0]: value for name, _colon, value in pairs}


@dataclass(frozen=True)
class _Change:
    begins: datetime
    before: timedelta
    after: timedelta
    rule: dict[str, str]

    def moments(self) -> Iterator[tuple[datetime, timedelta]]:
        """When it happens, without zone in UTC, with the offset from then on."""
        yield self.begins - self.before, self.after
        for year in range(self.begins.year + 1, self.begins.year + 9) if self.rule else ():
            yield self._in(year) - self.before, self.after

    def _in(self, year: int) -> datetime:
        assert (self.rule["FREQ"], set(self.rule)) == ("YEARLY", {"FREQ", "BYMONTH", "BYDAY"})
        month, place, day = int(self.rule["BYMONTH"]), int(self.rule["BYDAY"][:-2]), self.rule["BYDAY"][-2:]
        begins = self.begins.replace(year=year, month=month, day=1)
        days = [begins + timedelta(days=number) for number in range(31)]
        fitting = [each for each in days if each.month == month and each.weekday() == _WEEKDAYS.index(day)]
        return fitting[place if place < 0 else place - 1]


class Clock:
    """A VTIMEZONE read back: what it says the offset is at a moment of the eight years from its first change on."""

    def __init__(self, lines: list[str]) -> None:
        text = "\n".join(lines)
        parts = [part.split("\nEND:")[0] for part in text.split("BEGIN:")[1:]]
        changes = [_change(values(part.split("\n"))) for part in parts]
        self.offsets = sorted(each for change in changes for each in change.moments())

    def offset(self, moment: datetime) -> timedelta:
        """The offset at a moment in UTC; the component must say one."""
        place = bisect_right(self.offsets, moment.replace(tzinfo=None), key=lambda each: each[0])
        assert place, f"nothing is said of {moment}"
        return self.offsets[place - 1][1]


def _change(said: dict[str, str]) -> _Change:
    rule = dict(part.split("=") for part in said["RRULE"].split(";")) if "RRULE" in said else {}
    begins = datetime.strptime(said["DTSTART"], "%Y%m%dT%H%M%S")  # noqa: DTZ007 - local, as the format has it
    return _Change(begins, _delta(said["TZOFFSETFROM"]), _delta(said["TZOFFSETTO"]), rule)


def _delta(text: str) -> timedelta:
    seconds = int(text[1:3]) * 3600 + int(text[3:5]) * 60 + int(text[5:7] or 0)
    return timedelta(seconds=-seconds if text[0] == "-" else seconds)
