"""What the certificate of a programme asks for, and who has met it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from audit.services import record
from core.jobs import enqueue, for_each
from core.prepared import Given, Prepared
from courses.models import Enrolment, LessonProgress, Module
from people.models import Account, Agency, Person
from programmes.models import Programme, ProgrammeCompletion
from programmes.rules import Facts, Rule, explain, is_met
from programmes.services.planning import keep_components_within
from programmes.signals import programme_completed
from workshops.models import Registration, Workshop
from workshops.services import Tallies, tally


@transaction.atomic
def set_rules(
    *,
    programme: Programme,
    certificate: bool,
    rule: Rule,
    modules: Iterable[Module],
    workshops: Iterable[Workshop],
    hours_printed: bool = True,
    certificate_months: int | None = None,
    actor: Account | None = None,
) -> Programme:
    """Say what belongs to a programme, whether it has a certificate of its own and what that asks for.

    Completions that exist stay. Whoever meets the new rule already (`whom_a_rule_touches`) is completed by a job.
    """
    locked = Programme.objects.select_for_update().get(pk=programme.pk)
    before = vars(locked.rule) | {"certificate": locked.certificate}
    values = {
        **vars(rule),
        "certificate": certificate,
        "hours_printed": hours_printed,
        "certificate_months": certificate_months,
    }
    for name, value in values.items():
        setattr(locked, name, value)
    locked.save(update_fields=list(values))
    locked.modules.set(modules)
    locked.workshops.set(workshops)
    keep_components_within(locked)
    after = vars(rule) | {"certificate": certificate}
    record("programmes.rule_set", obj=locked, actor=actor, before=before, after=after)
    enqueue("programmes.tasks.complete_earned")
    return locked


@dataclass(frozen=True)
class RuleChange:
    """Whom another rule would touch: who would meet it and does not, who would no longer; completions stay."""

    gain: list[Person]
    lose: list[Person]
    kept: int

    @property
    def touches(self) -> bool:
        return bool(self.gain or self.lose)


def whom_a_rule_touches(
    *,
    programme: Programme,
    certificate: bool,
    rule: Rule,
    modules: Iterable[Module],
    workshops: Iterable[Workshop],
) -> RuleChange:
    """Say whom other rules or other parts would touch, before they are saved. Writes nothing."""
    before = set(_meeting(_explained_in(programme))) if programme.certificate else set()
    after = set(_meeting(_explained(rule, [each.pk for each in modules], list(workshops)))) if certificate else set()
    done = set(programme.completions.values_list("person", flat=True))
    people = Person.objects.order_by("sort_name", "pk")
    return RuleChange(
        gain=list(people.filter(pk__in=after - before - done)),
        lose=list(people.filter(pk__in=before - after - done)),
        kept=len(done),
    )


@transaction.atomic
def complete_person(*, person: Person, programme: Programme | None = None) -> int:
    """Complete the programmes (or one of them) whose rule a person meets, and announce it. Once. Returns how many.

    One query for somebody who is in no programme that has a certificate of its own.
    """
    taking_part = Q(modules__enrolments__person=person) | Q(workshops__registrations__person=person)
    open_ones = Programme.objects.filter(taking_part, certificate=True).exclude(completions__person=person).distinct()
    if programme is not None:
        open_ones = open_ones.filter(pk=programme.pk)
    return sum(_complete(each, person) for each in open_ones)


def complete_earned() -> int:
    """Complete whatever was earned and not announced. Idempotent; returns how many."""
    waiting = []
    for programme in Programme.objects.filter(certificate=True):
        met = set(_meeting(_explained_in(programme))) - set(programme.completions.values_list("person", flat=True))
        waiting += [(person, programme) for person in Person.objects.filter(pk__in=met).order_by("pk")]
    return sum(for_each(waiting, lambda one: complete_person(person=one[0], programme=one[1])))


def explanation(*, programme: Programme, person: Person) -> dict[str, Any]:
    """Return what counts for a person: what was stored, or as it stands today (`programmes.rules.explain`)."""
    stored = _STORED.first(programme=programme.pk, person=person.pk)
    return stored.completion if stored else _explained_in(programme, person=person)[person.pk]


def _stored() -> QuerySet[ProgrammeCompletion]:
    return ProgrammeCompletion.objects.filter(programme=Given("programme"), person=Given("person"))


def _modules() -> QuerySet[Module, int]:
    return Module.objects.filter(programmes=Given("programme")).values_list("pk", flat=True)


def _workshops() -> QuerySet[Workshop]:
    return Workshop.objects.filter(programmes=Given("programme")).only("status", "test")


_STORED, _MODULES, _WORKSHOPS = Prepared(_stored), Prepared(_modules), Prepared(_workshops)


def _complete(programme: Programme, person: Person) -> bool:
    counted = _explained_in(programme, person=person)[person.pk]
    agency = _latest_agency(programme, person)
    if not is_met(counted) or agency is None:
        return False
    completion, created = ProgrammeCompletion.objects.get_or_create(
        programme=programme,
        person=person,
        defaults={
            "agency": agency,
            "completed_at": timezone.now(),
            "completion": counted,
            "minutes": _lesson_minutes(programme, person) + counted.get("credited_minutes", 0),
        },
    )
    if created:
        record("programmes.completed", obj=completion, subject=person, after=counted)
        programme_completed.send(sender=ProgrammeCompletion, completion=completion)
    return created


def _meeting(counted: dict[int, dict[str, Any]]) -> list[int]:
    return [person_id for person_id, each in counted.items() if is_met(each)]


def _explained_in(programme: Programme, *, person: Person | None = None) -> dict[int, dict[str, Any]]:
    modules, workshops = _MODULES.rows(programme=programme.pk), _WORKSHOPS.rows(programme=programme.pk)
    return _explained(programme.rule, modules, workshops, person=person)


def _explained(
    rule: Rule, modules: list[int], workshops: list[Workshop], *, person: Person | None = None
) -> dict[int, dict[str, Any]]:
    """What counts for everybody who did anything in a programme (or one person), by the key of the person.

    modules: their numbers.
    """
    alone = person is not None
    done = dict(_DONE.rows(alone, modules=modules, person=person and person.pk))
    tallies = tally(workshops, person=person)
    people = {person.pk} if person is not None else set(done) | set(tallies.found)
    return {each: explain(_facts(each, done.get(each, 0), len(modules), tallies), rule) for each in people}


def _done(alone: bool) -> QuerySet[Enrolment, Any]:
    completed = Enrolment.objects.filter(module__in=Given("modules", many=True), completed_at__isnull=False)
    if alone:
        completed = completed.filter(person=Given("person"))
    return completed.order_by().values_list("person").annotate(n=Count("pk"))


_DONE = Prepared(_done)


def _facts(person_id: int, done: int, modules: int, tallies: Tallies) -> Facts:
    mine = tallies.of(person_id)
    results = [mine.tests.get(workshop) for workshop in tallies.tested]
    return Facts(
        modules_done=done,
        modules=modules,
        credited=mine.credited,
        planned=mine.planned,
        workshops=tallies.workshops,
        unplanned=tallies.unplanned,
        marks=tuple((result.mark, result.max_mark) if result else None for result in results),
        invited=mine.invited,
    )


def _latest_agency(programme: Programme, person: Person) -> Agency | None:
    """The agency for which the person did the last part."""
    enrolments = Enrolment.objects.filter(person=person, module__programmes=programme, completed_at__isnull=False)
    registrations = Registration.objects.ever_confirmed().filter(person=person, workshop__programmes=programme)
    parts = [(each.completed_at, each.agency) for each in enrolments.select_related("agency")]
    parts += [(each.completed_at or each.confirmed_at, each.agency) for each in registrations.select_related("agency")]
    dated = [(moment, agency) for moment, agency in parts if moment is not None]
    return max(dated, key=lambda part: part[0])[1] if dated else None


def _lesson_minutes(programme: Programme, person: Person) -> int:
    """Minutes of the lessons that the person finished in completed modules of the programme."""
    finished = LessonProgress.objects.filter(
        enrolment__person=person,
        enrolment__module__programmes=programme,
        enrolment__completed_at__isnull=False,
        completed_at__isnull=False,
    )
    return finished.aggregate(minutes=Sum("lesson__minutes"))["minutes"] or 0
