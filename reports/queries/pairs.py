"""Matched pairs: what each person who took part earned in the test before and in the test after a workshop.

Several results of a phase are one, the last. A person in a workshop is one pair, however often the person registered.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from django.db.models import Count, F, Max, Q, QuerySet, Sum

from assessments.models import AttemptItem
from reports.effect import Pair, Part
from reports.queries import facts
from reports.queries.counting import plain_rows
from reports.queries.scope import Question, workshops_asked
from workshops.models import PhaseAttempt, Registration, Workshop
from workshops.phases import POST, PRE

_NOTHING = (0, 0)
_PAIR = ("registration__workshop", "registration__person")


def tested(question: Question) -> list[Workshop]:
    """Return workshops of the period with results before or after, by their first day; one query.

    They have what a report says of them: code, title, first day and pass mark.
    """
    asked = facts.within_period(workshops_asked(question), question, "starts_on")
    found = asked.filter(pk__in=_results().values("registration__workshop"))
    return list(
        found.only("code", "title_en", "title_ru", "title_be", "starts_on", "pass_mark").order_by("starts_on", "code")
    )


def results(question: Question) -> int:
    """Return how many results before and after there are, of anybody in the workshops of the period; one query."""
    return _marked(question).count()


@dataclass(frozen=True)
class Pairs:
    """What each pair earned of what could be earned before and after, and who took part, by the key of the workshop.

    people: how many different people the pairs are of; people_started: how many different people took part.
    """

    parts: Mapping[int, list[Part]]
    people: int
    started: Mapping[int, int]
    people_started: int


def pairs(question: Question) -> Pairs:
    """Return the pairs of all workshops of the period; two queries, one more where somebody sat a test twice."""
    there = _took_part(question)
    parts: dict[int, list[Part]] = defaultdict(list)
    people: set[int] = set()
    for workshop, person, part, _attempts in _sittings(question, there):
        parts[workshop].append(part)
        people.add(person)
    started = Counter(map(itemgetter(0), there.values()))
    return Pairs(parts, len(people), started, len(set(map(itemgetter(1), there.values()))))


class ObjectivePart(NamedTuple):
    """What a pair earned by the questions on an objective (by its key) in a workshop (by its key)."""

    workshop: int
    objective: int
    part: Part


def by_objective(question: Question) -> list[ObjectivePart]:
    """Return what each pair earned by objective; three queries, and one where somebody may have sat a test twice.

    Questions found defective and those that are not marked are left out. Whoever was not asked about an objective in
    one of the tests could earn nothing there.
    """
    sittings = list(_sittings(question, _took_part(question), attempts=True))
    earned = _earned({attempt for *_sat, attempts in sittings for attempt in attempts})
    return [
        each
        for workshop, _person, _part, attempts in sittings
        for each in _of_objectives(workshop, *(earned[key] for key in attempts))
    ]


def _of_objectives(workshop: int, before: Mapping[int, Pair], after: Mapping[int, Pair]) -> Iterator[ObjectivePart]:
    for objective in sorted({*before, *after}):
        part = before.get(objective, _NOTHING), after.get(objective, _NOTHING)
        yield ObjectivePart(workshop, objective, part)


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


# The last result before and the last one after of a person in a workshop: workshop, person, part, and both attempts by
# their keys if asked for. A class of its own would take as long again for each of a hundred thousand.
_Sitting = tuple[int, int, Part, tuple[int, ...]]
_Key = tuple[int, int]
# Workshop, person, and whether there is another registration, by the key of the one that speaks for the person.
_There = Mapping[int, tuple[int, int, bool]]
_REGISTERED = ("workshop_id", "person_id", "repeated")
_NOBODY = (0, 0, False)


def _took_part(question: Question) -> _There:
    """Everybody who took part; one query."""
    return {row[0]: row[1:] for row in plain_rows(_there(question).values_list("pk", *_REGISTERED))}


def _there(question: Question) -> QuerySet[Registration]:
    return facts.reached(facts.participations(question), "started").order_by()


def _sittings(question: Question, there: _There, *, attempts: bool = False) -> Iterator[_Sitting]:
    """Results of those who took part and have both.

    Nearly everybody registers once and sits each test once: the database puts these together, and only what is left is
    looked through.
    """
    several = {(workshop, person) for workshop, person, repeated in there.values() if repeated}
    columns = _columns(attempts=attempts)
    own = _results()
    if not question.of_everything:
        own = own.filter(registration__in=_there(question).values("pk"))
    rows = own.values("registration_id").annotate(results=Count("pk"), **columns)
    both = rows.filter(before__isnull=False, after__isnull=False).values_list("registration_id", "results", *columns)
    for registration, results, before, highest, after, highest_after, *keys in plain_rows(both):
        workshop, person, repeated = there.get(registration, _NOBODY)
        if not person or repeated:
            continue
        if results > len((PRE, POST)):
            several.add((workshop, person))
        else:
            yield workshop, person, ((before, highest), (after, highest_after)), tuple(keys)
    yield from _last_of_several(question, several)


def _columns(*, attempts: bool) -> dict[str, Max]:
    """The result of each phase where there is one."""
    fields = {"": "attempt__mark", "_highest": "attempt__max_mark"}
    columns = [(phase, end, field) for phase in (PRE, POST) for end, field in fields.items()]
    columns += [(phase, "_attempt", "attempt_id") for phase in (PRE, POST) if attempts]
    names = {PRE: "before", POST: "after"}
    return {f"{names[phase]}{end}": Max(field, filter=Q(phase=phase)) for phase, end, field in columns}


def _last_of_several(question: Question, keys: set[_Key]) -> Iterator[_Sitting]:
    if not keys:
        return
    people = {person for _workshop, person in keys}
    in_order = (
        _marked(question)
        .filter(registration__person__in=people)
        .order_by(F("attempt__submitted_at").asc(nulls_first=True), "attempt_id")
    )
    last: dict[_Key, dict[str, tuple[Pair, int]]] = defaultdict(dict)
    fields = ("phase", "attempt__mark", "attempt__max_mark", "attempt_id")
    for workshop, person, phase, mark, highest, attempt in in_order.values_list(*_PAIR, *fields):
        last[workshop, person][phase] = (mark, highest), attempt
    for key in sorted(keys):
        if len(last[key]) == len((PRE, POST)):
            (before, first), (after, second) = (last[key][phase] for phase in (PRE, POST))
            yield *key, (before, after), (first, second)


def _marked(question: Question) -> QuerySet[PhaseAttempt]:
    asked = facts.within_period(workshops_asked(question), question, "starts_on").order_by()
    return _results().filter(registration__workshop__in=asked.values("pk"))


def _results() -> QuerySet[PhaseAttempt]:
    return PhaseAttempt.objects.filter(attempt__mark__isnull=False).order_by()
