"""What the formulas of the catalogue (`programmes.indicators`) come to, from the facts of which all reports are made.

A part is a component of a programme or, with the key None, the whole of it. Rows are read once for the programme and
looked through for each part, so that indicators cost no queries of their own.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.utils import timezone

from courses.models import Enrolment
from people.models import Person
from programmes.indicators import Formula
from programmes.models import Programme, ProgrammeCompletion
from reports.effect import Effect, Group, effect_of_groups
from reports.queries import facts, pairs
from reports.queries.answers import Answered, evaluations, opened_waves
from reports.queries.counting import plain_rows
from reports.queries.facts import Minutes
from reports.queries.scope import Question, workshops_asked
from workshops.models import Session, WaveKind
from workshops.surveys import Proportion

# The stages of workshops and of modules that people reach, and with which.
CONFIRMED, STARTED, COMPLETED, CERTIFIED = _STAGES = ("confirmed", "started", "completed", "certified")
MINUTES_PER_HOUR = 45


@dataclass(frozen=True)
class Measured:
    """What an indicator comes to; None where nothing can be said. female and male: where people are counted.

    people: of the groups of different people on whom it rests, the smallest that is anybody; None for what is about
    nobody. hidden: there is something, and too few people said it.
    """

    value: float | None = None
    people: int | None = None
    female: float | None = None
    male: float | None = None
    hidden: bool = False


class Row(NamedTuple):
    """A participation or an enrolment that reached a stage: of a workshop or a module, by whom, for which agency."""

    place: int
    person: int
    sex: str
    agency: int


@dataclass(frozen=True)
class Part:
    """The workshops and modules of a component, or of a whole programme, by their keys."""

    workshops: frozenset[int] = frozenset()
    modules: frozenset[int] = frozenset()
    whole: bool = False


class Measurements:
    """The figures of a programme in a period. Each kind of row is read when it is first asked for, in one query."""

    def __init__(self, question: Question, programme: Programme) -> None:
        self._question = question
        self._programme = programme
        self._evaluations: dict[tuple[Part, tuple[str, ...]], list[Answered]] = {}

    def of(self, formula: str, component: int | None) -> Measured:
        """Return what a formula comes to in a component, or in the whole programme."""
        return _FORMULAS[Formula(formula)](self, self._parts.get(component, Part()))

    # --- What is asked of the database ---

    @cached_property
    def _parts(self) -> Mapping[int | None, Part]:
        workshops, modules = (
            _by_component(each.all()) for each in (self._programme.workshops, self._programme.modules)
        )
        return {
            component: Part(frozenset(workshops[component]), frozenset(modules[component]), whole=component is None)
            for component in {None, *workshops, *modules}
        }

    def in_workshops(self, stage: str, part: Part) -> list[Row]:
        """Participations in the workshops of a part that got as far as a stage of `facts.FUNNEL`."""
        return [row for row in self._participations[stage] if row.place in part.workshops]

    def in_modules(self, stage: str, part: Part) -> list[Row]:
        """Enrolments in the modules of a part that reached a stage within the period."""
        return [row for row in self._enrolments[stage] if row.place in part.modules]

    @cached_property
    def _participations(self) -> Mapping[str, list[Row]]:
        """Participations by the stages that they reached, in one query; who reached one has reached those before it."""
        stages: dict[str, list[Row]] = {stage: [] for stage in _STAGES}
        found = facts.with_stages(facts.participations(self._question)).order_by()
        rows = found.values_list("workshop_id", "person_id", "person__sex", "agency_id", "stage")
        reached = {highest: [stages[each] for each in _STAGES[: place + 1]] for place, highest in enumerate(_STAGES)}
        for *fields, highest in plain_rows(rows):
            row = Row(*fields)
            for those in reached[highest]:
                those.append(row)
        return stages

    @cached_property
    def _enrolments(self) -> Mapping[str, list[Row]]:
        """Enrolments by the stages that they reached within the period, in one query."""
        found = Enrolment.objects.filter(module__programmes=self._programme)
        if not self._question.scope.everywhere:
            found = found.filter(agency__in=self._question.scope.agencies.values("pk"))
        certified = Exists(facts.in_force().filter(enrolment=OuterRef("pk")))
        began, done = (
            ExpressionWrapper(self._within(moment), BooleanField()) for moment in ("started_at", "completed_at")
        )
        rows = (
            found.order_by().annotate(began=began, done=done, certified=certified).filter(Q(began=True) | Q(done=True))
        )
        stages: dict[str, list[Row]] = {STARTED: [], COMPLETED: [], CERTIFIED: []}
        fields = ("module_id", "person_id", "person__sex", "agency_id", "began", "done", "certified")
        for *identity, has_begun, has_done, has_certificate in plain_rows(rows.values_list(*fields)):
            row = Row(*identity)
            if has_begun:
                stages[STARTED].append(row)
            if has_done:
                stages[COMPLETED].append(row)
            if has_done and has_certificate:
                stages[CERTIFIED].append(row)
        return stages

    def _within(self, moment: str) -> Q:
        """Whether a moment is there and its day lies in the period."""
        within = Q(**{f"{moment}__isnull": False})
        if self._question.first_day is not None:
            within &= Q(**{f"{moment}__date__gte": self._question.first_day})
        if self._question.last_day is not None:
            within &= Q(**{f"{moment}__date__lte": self._question.last_day})
        return within

    def _covers(self, moment: datetime) -> bool:
        return self._question.covers(timezone.localdate(moment))

    @cached_property
    def of_the_programme(self) -> dict[int, str]:
        """Whoever has the certificate of the programme itself, with their sex."""
        done = ProgrammeCompletion.objects.filter(programme=self._programme)
        if not self._question.scope.everywhere:
            done = done.filter(agency__in=self._question.scope.agencies.values("pk"))
        valid = facts.in_force().filter(programme=self._programme, person=OuterRef("person"))
        rows = done.filter(Exists(valid)).order_by().values_list("person_id", "person__sex", "completed_at")
        return {person: sex for person, sex, moment in rows if self._covers(moment)}

    @cached_property
    def minutes(self) -> Mapping[int, Minutes]:
        """Minutes of the sessions of the period, by workshop."""
        return {workshop: sums for (workshop,), sums in facts.minutes(self._question, "workshop").items()}

    @cached_property
    def groups(self) -> Mapping[int, Group]:
        """Results before and after of the workshops of the period that have some."""
        found = pairs.pairs(self._question).parts
        return {each.pk: Group(found.get(each.pk, []), each.pass_mark) for each in pairs.tested(self._question)}

    def answered(self, part: Part, *kinds: str) -> list[Answered]:
        """Questions of waves of some kinds with what was said in the workshops of a part; five queries."""
        if (part, kinds) not in self._evaluations:
            waves = opened_waves(self._question, kinds).filter(workshop__in=part.workshops)
            found = evaluations(waves, self._question.audience).questions
            self._evaluations[part, kinds] = [each for kind in kinds for each in found.get(kind, [])]
        return self._evaluations[part, kinds]

    @cached_property
    def held(self) -> frozenset[int]:
        """Workshops all of whose sessions are over, with the first day in the period."""
        sessions = Session.objects.filter(workshop=OuterRef("pk"))
        over = workshops_asked(self._question).filter(
            Exists(sessions), ~Exists(sessions.filter(ends_at__gt=self._question.now))
        )
        return frozenset(facts.within_period(over, self._question, "starts_on").values_list("pk", flat=True))


def _by_component(members: QuerySet[Any]) -> Mapping[int | None, set[int]]:
    """The keys of workshops or modules by the component that holds them, under None all of them."""
    inside: dict[int | None, set[int]] = defaultdict(set)
    for key, component in members.order_by().values_list("pk", "components"):
        inside[None].add(key)
        inside[component].add(key)
    return inside


# --- The formulas ---------------------------------------------------------------------------------------------------


def _people(stage: str, *, modules: bool = True) -> Callable[[Measurements, Part], Measured]:
    """Different people who got as far as a stage in a workshop or, where that can be, in a module."""

    def measure(read: Measurements, part: Part) -> Measured:
        sexes = {row.person: row.sex for row in _rows(read, part, stage, modules=modules)}
        if stage == CERTIFIED and part.whole:
            sexes |= read.of_the_programme
        return Measured(
            value=len(sexes),
            people=len(sexes),
            female=sum(sex == Person.Sex.FEMALE for sex in sexes.values()),
            male=sum(sex == Person.Sex.MALE for sex in sexes.values()),
        )

    return measure


def _rows(read: Measurements, part: Part, stage: str, *, modules: bool) -> Iterator[Row]:
    yield from read.in_workshops(stage, part)
    if modules:
        yield from read.in_modules(stage, part)


def _participations(read: Measurements, part: Part) -> Measured:
    started = read.in_workshops(STARTED, part)
    return Measured(len(started), _different(started))


def _agencies(read: Measurements, part: Part) -> Measured:
    return Measured(len({row.agency for row in _rows(read, part, STARTED, modules=True)}))


def _workshops(read: Measurements, part: Part) -> Measured:
    return Measured(len(read.held & part.workshops))


def _hours(read: Measurements, part: Part) -> Measured:
    credited = _minutes(read, part).credited
    # As on certificates: rounded down to a half.
    return Measured(credited * 2 // MINUTES_PER_HOUR / 2, _different(read.in_workshops(STARTED, part)))


def _attendance(read: Measurements, part: Part) -> Measured:
    rests_on = read.in_workshops(CONFIRMED, part), read.in_workshops(STARTED, part)
    return Measured(_minutes(read, part).rate, _smallest(*rests_on))


def _minutes(read: Measurements, part: Part) -> Minutes:
    return sum((minutes for workshop, minutes in read.minutes.items() if workshop in part.workshops), Minutes())


def _completion(read: Measurements, part: Part) -> Measured:
    started, completed = read.in_workshops(STARTED, part), read.in_workshops(COMPLETED, part)
    share = len(completed) / len(started) if started else None
    return Measured(share, _smallest(started, completed))


def _mastery(read: Measurements, part: Part) -> Measured:
    effect = _effect(read, part)
    return Measured(effect.mastery_after.value, effect.n)


def _gain(read: Measurements, part: Part) -> Measured:
    effect = _effect(read, part)
    return Measured(effect.gain.value, effect.n)


def _effect(read: Measurements, part: Part) -> Effect:
    groups = [group for workshop, group in read.groups.items() if workshop in part.workshops]
    # No interval is shown here, so that none is drawn.
    return effect_of_groups(groups, most_drawn=0)[0]


def _satisfied(read: Measurements, part: Part) -> Measured:
    return _pooled(read.answered(part, WaveKind.END), lambda each: each.top)


def _applied(read: Measurements, part: Part) -> Measured:
    return _pooled(read.answered(part, WaveKind.MONTHS_3, WaveKind.MONTHS_6), lambda each: each.applied)


def _pooled(answered: Iterable[Answered], share: Callable[[Answered], Proportion | None]) -> Measured:
    """All answers to all questions together; those of few people are left out before."""
    asked = list(answered)
    found = [proportion for each in asked if (proportion := share(each)) is not None]
    if not found:
        return Measured(hidden=any(each.is_hidden for each in asked))
    return Measured(sum(each.count for each in found) / sum(each.total for each in found))


def _smallest(*groups: Iterable[Row]) -> int:
    return min(filter(None, map(_different, groups)), default=0)


def _different(rows: Iterable[Row]) -> int:
    return len({row.person for row in rows})


_FORMULAS: Mapping[Formula, Callable[[Measurements, Part], Measured]] = {
    Formula.PEOPLE_CONFIRMED: _people(CONFIRMED, modules=False),
    Formula.PEOPLE_STARTED: _people(STARTED),
    Formula.PEOPLE_COMPLETED: _people(COMPLETED),
    Formula.PEOPLE_CERTIFIED: _people(CERTIFIED),
    Formula.PARTICIPATIONS: _participations,
    Formula.AGENCIES_REACHED: _agencies,
    Formula.WORKSHOPS_HELD: _workshops,
    Formula.TRAINING_HOURS: _hours,
    Formula.ATTENDANCE_RATE: _attendance,
    Formula.COMPLETION_RATE: _completion,
    Formula.MASTERY_AFTER: _mastery,
    Formula.LEARNING_GAIN: _gain,
    Formula.EVALUATION_TOP: _satisfied,
    Formula.FOLLOW_UP_APPLIED: _applied,
}
