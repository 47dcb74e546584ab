"""Matched pairs: what each person who took part earned in the test before and in the test after a workshop.

Several results of a phase are one, the last. A person in a workshop is one pair, however often the person registered.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Sum, Window
from django.db.models.functions import RowNumber

from assessments.models import AttemptItem
from reports.effect import Pair, Part
from reports.queries import facts
from reports.queries.scope import Question, workshops_asked
from workshops.models import PhaseAttempt, Workshop
from workshops.phases import POST, PRE

_NOTHING = (0, 0)
_PAIR = ("registration__workshop", "registration__person")


def started(question: Question) -> dict[int, int]:
    """Return N_start of each workshop of the period in which somebody took part; one query."""
    there = facts.started(facts.participations(question)).order_by()
    return dict(there.values_list("workshop_id").annotate(number=Count("pk")))


def people_started(question: Question) -> int:
    """Return how many different people took part; one query."""
    there = facts.started(facts.participations(question)).order_by()
    return there.values("person").distinct().count()


def tested(question: Question) -> list[Workshop]:
    """Return workshops of the period with results before or after, by their first day; one query."""
    asked = facts.within_period(workshops_asked(question), question, "starts_on")
    results = PhaseAttempt.objects.filter(attempt__mark__isnull=False).order_by()
    found = asked.filter(pk__in=results.values("registration__workshop"))
    return list(found.distinct().order_by("starts_on", "code"))


def results(question: Question) -> int:
    """Return how many results before and after there are, of anybody in the workshops of the period; one query."""
    return _marked(question).count()


@dataclass(frozen=True)
class Pairs:
    """What each pair earned of what could be earned before and after, by the key of the workshop, and of how many."""

    parts: Mapping[int, list[Part]]
    people: int


def pairs(question: Question) -> Pairs:
    """Return the pairs of all workshops of the period; one query."""
    parts: dict[int, list[Part]] = defaultdict(list)
    people: set[int] = set()
    fields = ("before", "before_highest", "after", "after_highest")
    for workshop, person, before, highest, after, highest_after in _pairs(question).values_list(*_PAIR, *fields):
        parts[workshop].append(((before, highest), (after, highest_after)))
        people.add(person)
    return Pairs(parts, len(people))


class ObjectivePart(NamedTuple):
    """What a pair earned by the questions on an objective (by its key) in a workshop (by its key)."""

    workshop: int
    objective: int
    part: Part


def by_objective(question: Question) -> list[ObjectivePart]:
    """Return what each pair earned by objective; two queries. Questions found defective and unmarked ones are left out.

    Whoever was not asked about an objective in one of the tests could earn nothing there.
    """
    sat = list(_pairs(question).values_list(_PAIR[0], "before_attempt", "after_attempt"))
    earned = _earned({attempt for _workshop, *attempts in sat for attempt in attempts})
    return [
        ObjectivePart(workshop, objective, _part(earned[before], earned[after], objective))
        for workshop, before, after in sat
        for objective in sorted({*earned[before], *earned[after]})
    ]


def _part(before: Mapping[int, Pair], after: Mapping[int, Pair], objective: int) -> Part:
    return before.get(objective, _NOTHING), after.get(objective, _NOTHING)


def _earned(attempts: set[int]) -> Mapping[int, dict[int, Pair]]:
    """What each attempt earned of what could be earned, by objective."""
    items = AttemptItem.objects.filter(
        attempt__in=attempts,
        mark__isnull=False,
        version__voiding__isnull=True,
        version__question__objective__isnull=False,
    )
    sums = items.order_by().values_list("attempt_id", "version__question__objective_id")
    found: dict[int, dict[int, Pair]] = defaultdict(dict)
    for attempt, objective, earned, possible in sums.annotate(earned=Sum("mark"), possible=Sum("max_mark")):
        found[attempt][objective] = (earned, possible)
    return found


def _pairs(question: Question) -> QuerySet[PhaseAttempt, dict[str, int]]:
    """The last result before and the last one after of everybody who took part and has both."""
    there = facts.started(facts.participations(question)).filter(
        workshop=OuterRef("registration__workshop"), person=OuterRef("registration__person")
    )
    ranked = _marked(question).annotate(
        rank=Window(
            RowNumber(),
            partition_by=[F("registration__workshop_id"), F("registration__person_id"), F("phase")],
            order_by=[F("attempt__submitted_at").desc(nulls_last=True), F("attempt_id").desc()],
        )
    )
    last = PhaseAttempt.objects.filter(Exists(there.order_by()), pk__in=ranked.filter(rank=1).values("pk"))
    of_phases = {
        f"{name}{end}": Max(field, filter=Q(phase=phase))
        for name, phase in (("before", PRE), ("after", POST))
        for end, field in (("", "attempt__mark"), ("_highest", "attempt__max_mark"), ("_attempt", "attempt_id"))
    }
    found = last.order_by().values(*_PAIR).annotate(**of_phases)
    return found.filter(before__isnull=False, after__isnull=False)


def _marked(question: Question) -> QuerySet[PhaseAttempt]:
    asked = facts.within_period(workshops_asked(question), question, "starts_on").order_by()
    return PhaseAttempt.objects.filter(attempt__mark__isnull=False, registration__workshop__in=asked.values("pk"))
