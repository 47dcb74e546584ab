"""What people have made of several workshops taken together."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils import timezone

from people.models import Person
from workshops.models import Registration, Session, Workshop
from workshops.rules import TestResult
from workshops.services.completion import invited_to, is_final, one_each, standings_in, test_results


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
    """Add up the workshops that take place, for everybody or one person; seven queries for each workshop at most.

    Minutes of a workshop count once all its registers are signed. Whoever had no place in a workshop has its planned
    minutes all the same: those that all tracks share, and the longest track.
    """
    counted = [each for each in workshops if each.status != Workshop.Status.CANCELLED]
    found: dict[int, Tally] = {}
    planned_in: dict[int, int] = {}
    own: dict[int, dict[int, int]] = defaultdict(dict)
    for workshop in counted:
        sessions = list(workshop.sessions.select_related("sign_off"))
        planned_in[workshop.pk] = _planned(sessions)
        for registration, minutes in _add(found, workshop, sessions, person):
            own[registration.person_id][workshop.pk] = minutes
    for person_id, each in found.items():
        each.planned = sum(own[person_id].get(pk, minutes) for pk, minutes in planned_in.items())
    return Tallies(
        found=found,
        planned=sum(planned_in.values()),
        workshops=len(counted),
        unplanned=sum(not minutes for minutes in planned_in.values()),
        tested=tuple(each.pk for each in counted if each.test_id is not None),
    )


def _add(
    found: dict[int, Tally], workshop: Workshop, sessions: list[Session], person: Person | None
) -> list[tuple[Registration, int]]:
    """Add a workshop to the tallies; return each registration with the minutes planned for its track."""
    registrations = Registration.objects.ever_confirmed().filter(workshop=workshop)
    if person is not None:
        registrations = registrations.filter(person=person)
    people = one_each(registrations.select_related("person", "agency", "workshop"))
    if not people:
        return []
    standings = standings_in(sessions, people, timezone.now())
    results, invited = test_results(workshop, people), invited_to(workshop)
    planned = []
    for each in people:
        standing, mine = standings[each.pk], found.setdefault(each.person_id, Tally())
        if each.completion is not None:
            # What somebody completed with is never taken away again.
            mine.credited += max(standing.credited, each.completion["credited_minutes"])
        elif is_final(each, sessions):
            mine.credited += standing.credited
        if each.person_id in results:
            mine.tests[workshop.pk] = results[each.person_id]
        mine.invited = mine.invited or each.person_id in invited
        planned.append((each, standing.planned_all))
    return planned


def _planned(sessions: Iterable[Session]) -> int:
    """Minutes of the required sessions that all tracks share, and of the longest track."""
    by_track: dict[str, int] = defaultdict(int)
    for session in sessions:
        if session.required:
            by_track[session.track] += session.planned_minutes
    shared = by_track.pop("", 0)
    return shared + max(by_track.values(), default=0)
