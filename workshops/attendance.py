"""What counts as attendance: from events to a decision, from decisions to shares.

Values in, values out. The words for kinds, sources and statuses are those of the attendance tables.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

# Minutes forgiven to somebody who is late, leaves early or steps out.
GRACE_MINUTES = 10

PRESENT, LATE, LEFT_EARLY = "present", "late", "left_early"
EXCUSED, ABSENT, NOT_RECORDED = "excused", "absent", "not_recorded"
# Whoever has one of these came, for however long.
WAS_THERE = frozenset({PRESENT, LATE, LEFT_EARLY})

ONLINE = "online"
_RANKS = {"facilitator": 3, "paper": 3, "coordinator": 3, "qr": 2, "code": 2, "badge": 2, ONLINE: 1}


@dataclass(frozen=True)
class Plan:
    """The session as planned: its moments in UTC, the minutes it gives, the per cent for late without a time."""

    starts_at: datetime
    ends_at: datetime
    minutes: int
    partial_share: int = 80


@dataclass(frozen=True)
class Evidence:
    """One attendance event about one person in one session.

    kind: in, out (scans), mark or import (statements). `server_time` is when the server got it.
    """

    id: Any
    kind: str
    source: str
    device_time: datetime
    server_time: datetime
    status: str = ""
    minutes: int | None = None
    correction: bool = False

    @property
    def rank(self) -> int:
        """3: somebody's word (mark, correction, paper, coordinator); 2: a scan or typed code; 1: an online log."""
        return 3 if self.correction else _RANKS[self.source]

    @property
    def is_scan(self) -> bool:
        return self.kind in {"in", "out"} and not self.status

    @property
    def moment(self) -> tuple[datetime, datetime, str]:
        """Sorts events of a rank: time on the device, then the order in which the server got them, then the id."""
        return self.device_time, self.server_time, str(self.id)


@dataclass(frozen=True)
class Decision:
    """What the events of a person in a session amount to. `reason` is a source, `correction`, or empty."""

    status: str = NOT_RECORDED
    credited: int = 0
    decided_by: Any = None
    reason: str = ""


def decide(events: Iterable[Evidence], plan: Plan) -> Decision:
    """Return the decision that all events of one person in one session lead to, in whatever order they arrive.

    Only the highest rank that is present speaks, and in it the latest moment. If that is a statement, it decides. If it
    is a scan, all scans of the rank are read together: in without out = to the end, out without in = from the start.
    Scans that show nobody inside the session (a scan after the end) are kept as evidence and decide nothing.
    `not_recorded` never outweighs another event. The same id twice is one event.

    Worked example, session 09:00-10:30 with 90 planned minutes:

    >>> from datetime import UTC
    >>> at = lambda hour, minute: datetime(2026, 3, 9, hour, minute, tzinfo=UTC)
    >>> plan = Plan(at(9, 0), at(10, 30), 90)
    >>> scan = Evidence("a", "in", "qr", at(9, 25), at(9, 25))
    >>> decide([scan], plan)                                   # 65 minutes there + 10 forgiven
    Decision(status='late', credited=75, decided_by='a', reason='qr')
    >>> mark = Evidence("b", "mark", "facilitator", at(9, 5), at(9, 5), status="absent")
    >>> decide([mark, scan], plan)                             # a mark outweighs a later scan
    Decision(status='absent', credited=0, decided_by='b', reason='facilitator')
    >>> decide([], plan)
    Decision(status='not_recorded', credited=0, decided_by=None, reason='')
    """
    unique = list({event.id: event for event in events}.values())
    said = [event for event in unique if event.status != NOT_RECORDED]
    if not said:
        blank = max(unique, key=lambda event: event.moment, default=None)
        return Decision(decided_by=blank.id if blank else None)
    rank = max(event.rank for event in said)
    speaking = [event for event in said if event.rank == rank]
    last = max(speaking, key=lambda event: event.moment)
    if not last.is_scan:
        return _from_statement(last, plan)
    scans = [event for event in speaking if event.is_scan]
    return _from_scans(scans, last, plan) or decide([event for event in unique if event not in scans], plan)


def credit(status: str, minutes: int | None, planned: int, partial_share: int) -> int:
    """Return the minutes credited for a status.

    present: planned, or min(minutes, planned) when minutes are known. late, left_early: min(planned, minutes + 10), or
    `partial_share` per cent of planned, rounded half up to a whole minute. excused, absent, not_recorded: 0.

    >>> [credit("present", None, 90, 80), credit("present", 40, 90, 80), credit("present", 200, 90, 80)]
    [90, 40, 90]
    >>> [credit("late", None, 85, 80), credit("late", 60, 85, 80), credit("left_early", 82, 85, 80)]
    [68, 70, 85]
    >>> credit("late", None, 47, 80)                           # 37.6
    38
    >>> credit("excused", 60, 90, 80)
    0
    """
    if status == PRESENT:
        return planned if minutes is None else min(minutes, planned)
    if status in {LATE, LEFT_EARLY}:
        return (planned * partial_share + 50) // 100 if minutes is None else min(planned, minutes + GRACE_MINUTES)
    return 0


def _from_statement(event: Evidence, plan: Plan) -> Decision:
    """A statement without a status, as an online log is, says that the person was there."""
    status = event.status or PRESENT
    credited = credit(status, event.minutes, plan.minutes, plan.partial_share)
    return Decision(status, credited, event.id, _reason(event))


def _reason(event: Evidence) -> str:
    return "correction" if event.correction else event.source


def _from_scans(scans: Sequence[Evidence], last: Evidence, plan: Plan) -> Decision | None:
    """Read in and out together; None when they show nobody inside the session."""
    stays = _stays(scans, plan)
    there = sum((until - since for since, until in stays), timedelta())
    if not there:
        return None
    minutes = int(there.total_seconds() // 60)
    if last.source == ONLINE:
        return Decision(PRESENT, min(minutes, plan.minutes), last.id, _reason(last))
    missed = plan.ends_at - plan.starts_at - there
    if missed <= timedelta(minutes=GRACE_MINUTES):
        return Decision(PRESENT, plan.minutes, last.id, _reason(last))
    late_by, early_by = stays[0][0] - plan.starts_at, plan.ends_at - stays[-1][1]
    status = LATE if late_by and late_by >= early_by else LEFT_EARLY
    return Decision(status, credit(status, minutes, plan.minutes, plan.partial_share), last.id, _reason(last))


def _stays(scans: Sequence[Evidence], plan: Plan) -> list[tuple[datetime, datetime]]:
    """Return when the person was inside, clipped to the session; no two stays overlap."""
    stays: list[tuple[datetime, datetime]] = []
    ordered = sorted(scans, key=lambda event: event.moment)
    came = plan.starts_at if ordered[0].kind == "out" else None
    for scan in ordered:
        if scan.kind == "in" and came is None:
            came = scan.device_time
        elif scan.kind == "out" and came is not None:
            stays.append((came, scan.device_time))
            came = None
    if came is not None:
        stays.append((came, plan.ends_at))
    clipped = [(max(since, plan.starts_at), min(until, plan.ends_at)) for since, until in stays]
    return [(since, until) for since, until in clipped if until > since]


def is_expected(
    confirmed_at: datetime | None, ended_at: datetime | None, starts_at: datetime, ends_at: datetime
) -> bool:
    """Whether somebody is expected in a session: confirmed before it ended, and not withdrawn before it began.

    >>> from datetime import UTC
    >>> at = lambda hour: datetime(2026, 3, 9, hour, tzinfo=UTC)
    >>> is_expected(at(10), None, at(9), at(11)), is_expected(at(11), None, at(9), at(11))
    (True, False)
    >>> is_expected(at(8), at(9), at(9), at(11)), is_expected(at(8), at(10), at(9), at(11))
    (False, True)
    >>> is_expected(None, None, at(9), at(11))
    False
    """
    if confirmed_at is None or confirmed_at >= ends_at:
        return False
    return ended_at is None or ended_at > starts_at


@dataclass(frozen=True)
class Cell:
    """A session of a person's track, as it stands for the person.

    expected: the person was confirmed before it ended. held: it is over. recorded: the register says something.
    final: the register is signed, so that nothing more comes without a correction. to_make_up: minutes that sessions
    which make up for it can still bring it to. day and kind: when it is and of what kind, for rules that ask for each.
    """

    planned: int
    credited: int = 0
    required: bool = True
    expected: bool = True
    held: bool = True
    recorded: bool = True
    final: bool = True
    to_make_up: int = 0
    day: str = ""
    kind: str = ""

    @property
    def settled(self) -> bool:
        """Whether its own register has no more to say."""
        return self.recorded or self.final or not self.expected

    @cached_property
    def attainable(self) -> int:
        """Minutes that the person has or can still have in this session."""
        return max(self.credited if self.settled else self.planned, self.to_make_up)


def made_up(missed: Cell, make_ups: Iterable[Cell]) -> Cell:
    """Return a session as it stands with the sessions that make up for it.

    Its minutes count once: the most that any of them gave, and never more than it was planned for.

    Worked example: present for 20 of 60 minutes, then for 45 in the session that made up for it, then a third time:

    >>> missed = Cell(60, 20)
    >>> made_up(missed, [Cell(45, 45, required=False)]).credited
    45
    >>> made_up(missed, [Cell(45, 45, required=False), Cell(90, 90, required=False)]).credited
    60

    While a session that makes up for it is still to come, the minutes can still be had:

    >>> to_come = Cell(45, required=False, held=False, recorded=False, final=False)
    >>> made_up(missed, [to_come]).attainable, missed.attainable
    (45, 20)
    """
    counted = [each for each in make_ups if each.expected]
    if not counted:
        return missed
    best = max(each.credited for each in counted)
    return replace(
        missed,
        credited=min(missed.planned, max(missed.credited, best)),
        # Whoever had no place yet, and came to make up for it, is expected from the session attended.
        expected=missed.expected or best > 0,
        recorded=missed.recorded or (best > 0 and not missed.expected),
        to_make_up=min(missed.planned, max(each.attainable for each in counted)),
    )


@dataclass(frozen=True)
class Standing:
    """Where a person stands in a workshop, in minutes of required sessions."""

    credited: int
    credited_held: int
    planned_held: int
    planned_expected: int
    planned_all: int
    attainable: int
    attended: int
    sessions: int
    # Days (ISO 8601) and kinds of required sessions, each with whether the person was in one of them.
    days: Mapping[str, bool] = field(default_factory=dict)
    kinds: Mapping[str, bool] = field(default_factory=dict)

    @property
    def so_far(self) -> float | None:
        """Attendance share A = credited / planned over sessions held since the person was confirmed; for reports."""
        return share(self.credited_held, self.planned_held)

    @property
    def of_planned(self) -> float | None:
        """Credited / planned over all sessions the person is expected in, also those to come."""
        return share(self.credited, self.planned_expected)

    @property
    def of_all(self) -> float | None:
        """Credited / *all* required planned minutes of the track, from before confirmation too; for certificates."""
        return share(self.credited, self.planned_all)

    def has_reached(self, threshold: int) -> bool:
        """Whether the certificate's share is at least `threshold` per cent."""
        return reaches(self.credited, self.planned_all, threshold)

    def can_reach(self, threshold: int) -> bool:
        """Whether the certificate's share can still get there when everything open goes well."""
        return reaches(self.attainable, self.planned_all, threshold)

    def may_miss(self, threshold: int) -> int:
        """How many of the minutes to come the person may still miss and reach the certificate's share."""
        return max(0, self.attainable - minutes_for(self.planned_all, threshold))


def stand(cells: Iterable[Cell]) -> Standing:
    """Sum up the required sessions of a person's track.

    Worked example: three sessions of 60 minutes. The person was confirmed after the first, was present in the second,
    and the third is still to come: 100 % so far, 50 % of what was planned for the person, 33 % for a certificate, and
    at most 67 %, so that 80 % can no longer be reached.

    >>> missed = Cell(60, expected=False)
    >>> standing = stand([missed, Cell(60, 60), Cell(60, held=False, recorded=False, final=False)])
    >>> [round(part, 2) for part in (standing.so_far, standing.of_planned, standing.of_all)]
    [1.0, 0.5, 0.33]
    >>> standing.can_reach(80), standing.can_reach(66)
    (False, True)
    """
    # One look at each: a report has tens of thousands of them.
    credited = credited_held = planned_held = planned_expected = planned_all = attainable = attended = sessions = 0
    days: dict[str, bool] = {}
    kinds: dict[str, bool] = {}
    for cell in cells:
        if not cell.required:
            continue
        was_there = cell.credited > 0
        sessions += 1
        attended += was_there
        credited += cell.credited
        planned_all += cell.planned
        attainable += cell.attainable
        if cell.expected:
            planned_expected += cell.planned
            if cell.held:
                credited_held += cell.credited
                planned_held += cell.planned
        for name, found in ((cell.day, days), (cell.kind, kinds)):
            if name:
                found[name] = found.get(name, False) or was_there
    return Standing(
        credited=credited,
        credited_held=credited_held,
        planned_held=planned_held,
        planned_expected=planned_expected,
        planned_all=planned_all,
        attainable=attainable,
        attended=attended,
        sessions=sessions,
        days=dict(sorted(days.items())),
        kinds=dict(sorted(kinds.items())),
    )


def share(part: int, whole: int) -> float | None:
    """Return part / whole as a fraction 0…1, None when there is nothing to divide by."""
    return part / whole if whole else None


def reaches(part: int, whole: int, per_cent: int) -> bool:
    """Whether part / whole ≥ per_cent / 100, in whole numbers so that 80 % is 80 % on every machine.

    >>> reaches(4, 5, 80), reaches(79, 100, 80), reaches(0, 0, 0)
    (True, False, False)
    """
    return whole > 0 and part * 100 >= per_cent * whole


def minutes_for(planned: int, per_cent: int) -> int:
    """Return the smallest number of whole minutes that reaches a share of `planned`.

    >>> minutes_for(735, 80), minutes_for(101, 80)
    (588, 81)
    """
    return -(-per_cent * planned // 100)
