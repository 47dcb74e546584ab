"""Reading what people have to complete, and how far they are: of one person, or of everybody of some assignments."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, F, Max, Q, QuerySet
from django.utils import timezone

from core.prepared import Given, Prepared
from courses.duties import Audience, Duty, State, Stay, due_day, still_counts, whole_state, words_of
from courses.models import Assignment, Enrolment, Exemption, Module
from people.models import Account, Agency, Membership, Person


@dataclass(frozen=True)
class Owed:
    """A module that a person has to complete, with whoever said so."""

    module: Module
    duty: Duty
    assignment: Assignment
    state: State
    reason: str = ""

    @property
    def is_open(self) -> bool:
        return self.duty.is_open


@dataclass(frozen=True)
class Standing:
    """How far somebody is with an assignment: the modules in order, and all of it together."""

    person: int
    duties: tuple[Duty, ...]
    state: State

    @property
    def due_on(self) -> date:
        return self.duties[0].due_on


def duties_of(*, person: Person, language: str) -> list[Owed]:
    """What a person has to complete, each module once: what is open by its day, then what is done or exempt.

    Of several assignments of a module the one that is open and due first counts. Two queries for whoever has none,
    otherwise eight.
    """
    assignments = _assignments_of(person)
    if not assignments:
        return []
    today, found = timezone.localdate(), _Facts(assignments, people=[person.pk])
    modules = {each.pk: each for each in _CARDS.rows(language, modules=list(found.modules))}
    owed: dict[int, Owed] = {}
    for assignment in assignments:
        for duty in found.duties(assignment).get(person.pk, ()):
            reason = found.reason(assignment, person.pk, duty.module) if duty.exempt else ""
            new = Owed(modules[duty.module], duty, assignment, duty.state(today), reason)
            owed[duty.module] = min(owed.get(duty.module, new), new, key=_order)
    return sorted(owed.values(), key=_order)


def _assignments_of(person: Person) -> list[Assignment]:
    """Those to a person, and to the agencies of today with those above them."""
    paths = _PATHS.rows(person=person.pk)
    agencies = {int(key) for path in paths if path for key in path.strip("/").split("/")}
    return _REACHING.rows(person=person.pk, agencies=agencies)


def _paths() -> QuerySet[Membership, str | None]:
    return Membership.objects.current().filter(person=Given("person")).values_list("agency__path", flat=True)


def _reaching() -> QuerySet[Assignment]:
    return Assignment.objects.reaching(Given("person"), Given("agencies", many=True)).with_modules()


def _cards(language: str) -> QuerySet[Module]:
    return Module.objects.filter(pk__in=Given("modules", many=True)).with_card(language)


_PATHS, _REACHING, _CARDS = Prepared(_paths), Prepared(_reaching), Prepared(_cards)


def _order(owed: Owed) -> tuple[bool, bool, date, int]:
    return not owed.is_open, owed.state == State.EXEMPT, owed.duty.due_on, owed.assignment.pk


def standings(
    *, assignments: Sequence[Assignment], account: Account | None = None, grace: timedelta = timedelta(0)
) -> dict[int, list[Standing]]:
    """By assignment, how far everybody is whom it reaches, and whom the account sees; without an account everybody.

    Six queries, whatever there is. `grace` is how long being overdue is not called so.
    """
    today, found = timezone.localdate(), _Facts(assignments, people=people_seen_by(account))
    return {
        each.pk: [
            Standing(person, tuple(duties), whole_state(duties, today, grace))
            for person, duties in found.duties(each).items()
        ]
        for each in assignments
    }


def people_seen_by(account: Account | None) -> QuerySet[Any] | None:
    """Ids of the people of today of the agencies that an account coordinates; None: everybody."""
    if account is None or account.sees_everybody:
        return None
    agencies = Agency.objects.coordinated_by(account).values("pk")
    return Membership.objects.current().filter(agency__in=agencies).values("person")


class _Facts:
    """What has to be read about some assignments: modules, members, what they have done, who is exempt."""

    def __init__(self, assignments: Sequence[Assignment], people: Any) -> None:
        self.today = timezone.localdate()
        wanted = {module for each in assignments for module in each.modules}
        # A module that was taken offline is asked of nobody.
        self.modules = dict(_OFFERED.rows(modules=wanted))
        lines = _lines({each.agency.path or "": each.agency_id for each in assignments if each.agency is not None})
        self.audiences = {each.pk: _audience(each, lines) for each in assignments if each.agency is not None}
        self.stays = self._read_stays(people)
        named = {each.person_id for each in assignments if each.person_id is not None}
        self.visible = self._visible(named, people)
        self._read_learning(named)
        self._read_exemptions(assignments)

    def _read_stays(self, people: Any) -> dict[int, list[Stay]]:
        within = Q(pk__in=[])
        for audience in self.audiences.values():
            for path in (audience.path, *audience.before):
                within |= Q(agency__path__startswith=path)
        members = Membership.objects.filter(within, person__merged_into__isnull=True)
        if people is not None:
            members = members.filter(person__in=people)
        columns = ("person", "agency__path", "agency__kind", "post", "valid_from", "valid_to")
        found: dict[int, list[Stay]] = defaultdict(list)
        for person, *stay in members.order_by("person").values_list(*columns):
            found[person].append(Stay(*stay))
        self._members = members.order_by().values("person")
        return found

    def _visible(self, named: set[int], people: Any) -> set[int]:
        if people is None or not named:
            return named
        return set(Person.objects.filter(pk__in=named).filter(pk__in=people).values_list("pk", flat=True))

    def _read_learning(self, named: set[int]) -> None:
        rows = Enrolment.objects.active().filter(Q(person__in=self._members) | Q(person__in=named))
        renewed = Max("final_attempts__attempt__passed_at", filter=~Q(final_attempts__attempt__occasion=""))
        self.learning: dict[tuple[int, int], tuple[bool, date | None]] = {}
        for person, module, completed, again in (
            rows.filter(module__in=list(self.modules))
            .annotate(renewed=renewed)
            .order_by()
            .values_list("person", "module", "completed_at", "renewed")
        ):
            last = max((moment for moment in (completed, again) if moment is not None), default=None)
            done = timezone.localdate(last) if completed is not None and last is not None else None
            counts = still_counts(done, self.modules[module], self.today)
            self.learning[person, module] = (True, done if counts else None)

    def _read_exemptions(self, assignments: Sequence[Assignment]) -> None:
        standing = _EXEMPTIONS.rows(assignments=[each.pk for each in assignments])
        self.exempt: dict[tuple[int, int, int | None], str] = {
            (each.assignment_id, each.person_id, each.module_id): each.reason for each in standing
        }

    def reason(self, assignment: Assignment, person: int, module: int) -> str:
        """Why somebody is exempt."""
        whole = self.exempt.get((assignment.pk, person, None), "")
        return self.exempt.get((assignment.pk, person, module), whole)

    def duties(self, assignment: Assignment) -> dict[int, list[Duty]]:
        """By person, the modules of an assignment that are offered; nothing where none is."""
        modules = [module for module in assignment.modules if module in self.modules]
        if not modules:
            return {}
        return {person: self._of(assignment, person, joined, modules) for person, joined in self._reached(assignment)}

    def _reached(self, assignment: Assignment) -> Iterable[tuple[int, date | None]]:
        if assignment.person_id is not None:
            return [(assignment.person_id, None)] if assignment.person_id in self.visible else []
        audience = self.audiences[assignment.pk]
        found = ((person, audience.joined_on(stays, self.today)) for person, stays in self.stays.items())
        return [(person, joined) for person, joined in found if joined is not None]

    def _of(self, assignment: Assignment, person: int, joined: date | None, modules: list[int]) -> list[Duty]:
        assigned = timezone.localdate(assignment.assigned_at)
        told, due = max(joined or assigned, assigned), due_day(assignment.due_on, joined, assignment.days)
        whole = (assignment.pk, person, None) in self.exempt
        duties = []
        for module in modules:
            begun, done = self.learning.get((person, module), (False, None))
            exempt = whole or (assignment.pk, person, module) in self.exempt
            duties.append(Duty(module, due, told, done, exempt, begun))
        return duties


def _audience(assignment: Assignment, lines: dict[int, tuple[str, ...]]) -> Audience:
    path = assignment.path
    own, *before = lines[assignment.agency_id or 0]
    return Audience(
        path=own,
        before=tuple(before),
        below=assignment.below,
        kind=path.agency_kind if path else "",
        posts=words_of(path.posts) if path else (),
    )


def _lines(agencies: dict[str, int | None]) -> dict[int, tuple[str, ...]]:
    """By agency, its path and those of the rows whose place it took, of whatever they were before, too.

    Not of those that were merged into it while it was there already: their people are new to it.
    """
    came: dict[int, list[tuple[int, str]]] = defaultdict(list)
    rows = _FOLLOWED.rows()
    paths = {pk: path or "" for pk, path, *_rest in rows}
    for pk, path, successor, origin, took_place in rows:
        if successor is not None and took_place:
            came[successor].append((pk, path or ""))
        if origin is not None and origin in paths:
            came[pk].append((origin, paths[origin]))
    return {pk: (path, *_before(pk, came, {pk})) for path, pk in agencies.items() if pk is not None}


def _followed() -> QuerySet[Agency, Any]:
    followed = Agency.objects.filter(Q(successor__isnull=False) | Q(split_from__isnull=False))
    took = ExpressionWrapper(Q(successor__opened_on__gt=F("closed_on")), output_field=BooleanField())
    return followed.annotate(took_place=took).values_list("pk", "path", "successor", "split_from", "took_place")


def _offered() -> QuerySet[Module, Any]:
    offered = Module.objects.offered().filter(pk__in=Given("modules", many=True))
    return offered.values_list("pk", "certificate_months")


def _exemptions() -> QuerySet[Exemption]:
    return Exemption.objects.filter(assignment__in=Given("assignments", many=True), withdrawn_at=None)


_FOLLOWED, _OFFERED, _EXEMPTIONS = Prepared(_followed), Prepared(_offered), Prepared(_exemptions)


def _before(agency: int, came: dict[int, list[tuple[int, str]]], seen: set[int]) -> list[str]:
    found = []
    for pk, path in came[agency]:
        if pk not in seen:
            seen.add(pk)
            found += [path, *_before(pk, came, seen)]
    return found
