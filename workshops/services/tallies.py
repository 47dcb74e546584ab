"""What people have made of several workshops taken together."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import QuerySet, Sum
from django.utils import timezone

from core.prepared import Given, Prepared
from people.models import Person
from workshops.attendance import Standing
from workshops.models import AttendanceRecord, EvaluationInvitation, PhaseAttempt, Registration, Session, Workshop
from workshops.rules import TestResult
from workshops.services.completion import (
    invited_to,
    is_final,
    marked_after,
    one_each,
    records_of,
    standing_with,
    test_results,
)

Row = TypeVar("Row", Session, Registration)


@dataclass
class Tally:
    """What somebody has in some workshops: credited minutes of those that are settled, tests after, whether asked."""

    credited: int = 0
    planned: int = 0
    tests: dict[int, TestResult] = field(default_factory=dict)
    invited: bool = False


@dataclass(frozen=True)
class Tallies:
    """The tallies of everybody who had a place, by person, and what holds for anybody else.

    planned: minutes of all workshops for whoever had no place in any; unplanned: workshops without a required session;
    tested: those that have a test.
    """

    found: dict[int, Tally]
    planned: int
    workshops: int
    unplanned: int
    tested: tuple[int, ...]

    def of(self, person_id: int) -> Tally:
        return self.found.get(person_id, Tally(planned=self.planned))


def tally(workshops: Iterable[Workshop], *, person: Person | None = None) -> Tallies:
    """Add up the workshops that take place, for everybody or one person; six queries however many there are,
    two where nobody had a place.

    Minutes of a workshop count once all its registers are signed. Whoever had no place in a workshop has its planned
    minutes all the same: those that all tracks share, and the longest track.
    """
    counted = [each for each in workshops if each.status != Workshop.Status.CANCELLED]
    planned_in = _planned([each.pk for each in counted])
    found = _tallies(counted, planned_in, person)
    return Tallies(
        found=found,
        planned=sum(planned_in.values()),
        workshops=len(counted),
        unplanned=sum(not minutes for minutes in planned_in.values()),
        tested=tuple(each.pk for each in counted if each.test_id is not None),
    )


def _tallies(workshops: list[Workshop], planned_in: dict[int, int], person: Person | None) -> dict[int, Tally]:
    """The tally of everybody who had a place in one of the workshops (or of one person), by person."""
    alone, asked = person is not None, {"workshops": [each.pk for each in workshops], "person": person and person.pk}
    places = _by_workshop(_REGISTRATIONS.rows(alone, **asked))
    if not places:
        return {}
    sessions = _by_workshop(_SESSIONS.rows(workshops=[*places]))
    records, results = records_of(_ATTENDED.rows(alone, **asked)), test_results(_MADE.rows(alone, **asked))
    invited = set(_INVITED.rows(alone, **asked))
    found: dict[int, Tally] = {}
    now = timezone.now()
    for workshop_id, all_of_it in places.items():
        held = sessions[workshop_id]
        for each in one_each(all_of_it):
            standing = standing_with(held, each, records[each.person_id], now)
            mine = found.setdefault(
                each.person_id, Tally(planned=sum(planned_in.values()), invited=each.person_id in invited)
            )
            mine.credited += _credited(each, standing, held)
            # What the own track plans, in place of what holds for everybody.
            mine.planned += standing.planned_all - planned_in[workshop_id]
            if (workshop_id, each.person_id) in results:
                mine.tests[workshop_id] = results[workshop_id, each.person_id]
    return found


_WORKSHOPS = Given("workshops", many=True)


def _sessions() -> QuerySet[Session]:
    return Session.objects.filter(workshop__in=_WORKSHOPS).select_related("sign_off")


def _registrations(alone: bool) -> QuerySet[Registration]:
    found = Registration.objects.ever_confirmed().filter(workshop__in=_WORKSHOPS, **_of("person", alone))
    return found.select_related("person", "workshop")


def _attended(alone: bool) -> QuerySet[AttendanceRecord]:
    return AttendanceRecord.objects.filter(session__workshop__in=_WORKSHOPS, **_of("person", alone))


def _made(alone: bool) -> QuerySet[PhaseAttempt]:
    made = PhaseAttempt.objects.filter(registration__workshop__in=_WORKSHOPS, **_of("registration__person", alone))
    return marked_after(made)


def _invited(alone: bool) -> QuerySet[EvaluationInvitation, int]:
    found = invited_to(_WORKSHOPS).filter(**_of("registration__person", alone))
    return found.values_list("registration__person", flat=True)


def _of(field: str, alone: bool) -> dict[str, Any]:
    """What narrows rows to one person, where it is asked about one alone."""
    return {field: Given("person")} if alone else {}


_SESSIONS, _REGISTRATIONS, _ATTENDED = Prepared(_sessions), Prepared(_registrations), Prepared(_attended)
_MADE, _INVITED = Prepared(_made), Prepared(_invited)


def _credited(registration: Registration, standing: Standing, sessions: list[Session]) -> int:
    """Minutes that are settled in one workshop."""
    if registration.completion is not None:
        # What somebody completed with is never taken away again.
        return max(standing.credited, registration.completion["credited_minutes"])
    return standing.credited if is_final(registration, sessions) else 0


def _by_workshop(rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.workshop_id].append(row)
    return found


def _planned(workshops: list[int]) -> dict[int, int]:
    """By workshop, the minutes of the required sessions that all tracks share, and of the longest track."""
    shared, longest = dict.fromkeys(workshops, 0), dict.fromkeys(workshops, 0)
    for workshop_id, track, minutes in _MINUTES.rows(workshops=workshops):
        if track:
            longest[workshop_id] = max(longest[workshop_id], minutes)
        else:
            shared[workshop_id] = minutes
    return {each: shared[each] + longest[each] for each in workshops}


def _minutes() -> QuerySet[Session, tuple[int, str, int]]:
    required = Session.objects.filter(workshop__in=_WORKSHOPS, required=True).order_by()
    return required.values_list("workshop", "track").annotate(minutes=Sum("planned_minutes"))


_MINUTES = Prepared(_minutes)
