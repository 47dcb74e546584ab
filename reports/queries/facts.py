"""Counts and minutes of workshops, added up by the database: what the figures of many reports are made of.

A participation is a person in a workshop, however often the person registered. It counts for the agency of the
registration that completed, else was confirmed, else still stands, else came last.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from django.db.models import Aggregate, Case, Count, Exists, F, Max, OuterRef, Q, QuerySet, Sum, Value, When
from django.db.models.lookups import IsNull

from certificates.models import Certificate
from people.models import Membership
from reports.queries.counting import plain_rows, rows_and_people
from reports.queries.scope import Question, workshops_asked
from workshops.attendance import NOT_RECORDED, Cell, made_up
from workshops.models import AttendanceRecord, Facilitation, Registration, Session
from workshops.services import agency_on, memberships_of

Rows = TypeVar("Rows", bound=QuerySet[Any])
# Below this share of recorded cells a report is provisional.
COMPLETE_REGISTERS = 0.95


@dataclass(frozen=True)
class Funnel:
    """Participations by how far they got; from `confirmed` on each is part of the one before.

    nominated (a column beside): an agency named the person. registered: a registration of any state. confirmed: a
    place was confirmed before the end, walk-ins included. started: present, late or left early in one session.
    completed: the rule of the workshop was met. certified: the certificate is issued and not revoked.
    """

    nominated: int = 0
    registered: int = 0
    confirmed: int = 0
    started: int = 0
    completed: int = 0
    certified: int = 0

    def __add__(self, other: "Funnel") -> "Funnel":
        return Funnel(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


# The stages in their order; `nominated` stands beside.
FUNNEL = tuple(each.name for each in fields(Funnel))


@dataclass(frozen=True)
class Minutes:
    """Sums over people and sessions that were held.

    credited and planned: minutes of required sessions. recorded and expected: cells of all sessions, those about
    which the register says something, and those in which somebody was expected.
    """

    credited: int = 0
    planned: int = 0
    recorded: int = 0
    expected: int = 0

    def __add__(self, other: "Minutes") -> "Minutes":
        return Minutes(
            self.credited + other.credited,
            self.planned + other.planned,
            self.recorded + other.recorded,
            self.expected + other.expected,
        )

    @property
    def rate(self) -> float | None:
        """Attendance rate: minutes credited ÷ minutes planned; None where nothing was planned."""
        return self.credited / self.planned if self.planned else None

    @property
    def completeness(self) -> float | None:
        """Cells recorded ÷ cells expected; None where nobody was expected."""
        return self.recorded / self.expected if self.expected else None

    @property
    def provisional(self) -> bool:
        """Whether registers are too incomplete for the figures to be final."""
        return self.recorded < COMPLETE_REGISTERS * self.expected


# --- People ---------------------------------------------------------------------------------------------------------


def participations(question: Question) -> QuerySet[Registration]:
    """One registration per person and workshop whose first day lies in the period, for agencies of the scope.

    Whoever runs the workshop is left out.
    """
    asked = within_period(workshops_asked(question), question, "starts_on").values("pk")
    running = Facilitation.objects.standing().filter(workshop=OuterRef("workshop"), person=OuterRef("person"))
    # Few register twice, and their keys are a short list: asked of each registration, it would cost more than all else.
    others_speak = Registration.objects.filter(Exists(_preferred()), repeated=True).values("pk")
    leading = Registration.objects.filter(~Q(pk__in=others_speak), ~Exists(running), workshop__in=asked)
    if question.scope.everywhere:
        return leading
    return leading.filter(agency__in=question.scope.agencies.values("pk"))


def _preferred() -> QuerySet[Registration]:
    """Registrations of the same person in the same workshop that speak for it rather than the outer one.

    Written as comparisons, not as a rank: databases then need not sort.
    """
    later = Q(pk__gt=OuterRef("pk"))
    for field, nulls_first in (("ended_at", True), ("confirmed_at", False), ("completed_at", False)):
        missing, there = Q(**{f"{field}__isnull": True}), Q(**{f"{field}__isnull": False})
        outer_missing, outer_there = IsNull(OuterRef(field), True), IsNull(OuterRef(field), False)
        before = missing & outer_there if nulls_first else there & outer_missing
        equal = (missing & outer_missing) | Q(**{field: OuterRef(field)})
        later = before | Q(**{f"{field}__gt": OuterRef(field)}) | (equal & later)
    return Registration.objects.filter(later, workshop=OuterRef("workshop"), person=OuterRef("person"))


def in_force() -> QuerySet[Certificate]:
    """N_cert: certificates that are issued and not revoked or replaced."""
    return Certificate.objects.filter(sealed_at__isnull=False, revoked_at__isnull=True, superseded_at__isnull=True)


def _conditions() -> dict[str, Q]:
    """What each stage of the funnel asks of a participation."""
    confirmed = Q(confirmed_at__isnull=False)
    started = confirmed & Q(attended=True)
    completed = started & Q(completed_at__isnull=False)
    certified = completed & Q(Exists(in_force().filter(registration=OuterRef("pk"))))
    return {
        "nominated": Q(source=Registration.Source.NOMINATION),
        "registered": Q(),
        "confirmed": confirmed,
        "started": started,
        "completed": completed,
        "certified": certified,
    }


def reached(registrations: QuerySet[Registration], stage: str) -> QuerySet[Registration]:
    """Those that a figure of the funnel counts."""
    return registrations.filter(_conditions()[stage])


def with_stages(registrations: QuerySet[Registration]) -> QuerySet[Any]:
    """Those confirmed, with the highest `stage` that each reached, where all of them are needed at once."""
    conditions = _conditions()
    highest_first = ("certified", "completed", "started")
    return registrations.filter(conditions["confirmed"]).annotate(
        stage=Case(*(When(conditions[stage], then=Value(stage)) for stage in highest_first), default=Value("confirmed"))
    )


def funnels(question: Question, *by: str) -> dict[tuple[Any, ...], Funnel]:
    """Return the funnel of each group of participations; `by` are fields of a registration. One query."""
    everybody = participations(question).order_by()
    width = len(by)
    counts = {stage: Count("pk", filter=condition or None) for stage, condition in _conditions().items()}
    rows = everybody.values_list(*by).annotate(**counts)
    return {row[:width]: Funnel(*row[width:]) for row in rows}


def funnels_with_people(question: Question, *by: str) -> dict[tuple[Any, ...], tuple[Funnel, Funnel]]:
    """Return the funnel of each group of participations, and that of people, each once in a group. One query."""
    found = rows_and_people(participations(question), _conditions(), *by)
    return {group: (Funnel(*counted.rows), Funnel(*counted.people)) for group, counted in found.items()}


def furthest(question: Question, *by: str) -> Iterator[tuple[Any, ...]]:
    """Yield each group of participations (`by` are fields of a registration) with the place in `FUNNEL` of the stage,
    from registered to completed, that the furthest of them reached. One query.
    """
    conditions = _conditions()
    stages = [When(conditions[stage], then=FUNNEL.index(stage)) for stage in ("completed", "started", "confirmed")]
    place = Case(*stages, default=FUNNEL.index("registered"))
    found = participations(question).order_by().values_list(*by).annotate(furthest=Max(place))
    return found.iterator(chunk_size=10_000)


def within_period(found: Rows, question: Question, field: str) -> Rows:
    """Narrow rows to those whose day lies in the period, both ends included."""
    if question.first_day is not None:
        found = found.filter(**{f"{field}__gte": question.first_day})
    if question.last_day is not None:
        found = found.filter(**{f"{field}__lte": question.last_day})
    return found


# --- Minutes --------------------------------------------------------------------------------------------------------

# Workshop, agency of the day and person of minutes, and by which fields of a record they are found.
_Place = tuple[int, int, int]
_PLACES = {"workshop": "session__workshop_id", "agency": "agency_id", "person": "person_id"}
# Memberships of some people, by person.
_Belongs = Callable[[Iterable[int]], Mapping[int, list[Membership]]]


def minutes(question: Question, *by: str, people: Collection[int] | None = None) -> dict[tuple[int, ...], Minutes]:
    """Return sums over sessions of the period that were held, by "workshop", "agency" (of the day) and "person".

    Eight queries at most; the fewer groups, the faster. Made of the records; people whose register nobody opened have
    none, and minutes of a session that makes up for another one count in that one, once: both are added from their few
    rows. people: only theirs, by keys.
    """
    sessions = _held_sessions(question)
    everywhere = question.scope.everywhere
    agencies = set() if everywhere else set(question.scope.agencies.values_list("pk", flat=True))
    found: dict[tuple[int, ...], Minutes] = defaultdict(Minutes)
    for row in _sums(sessions, question, by, people):
        found[row[: len(by)]] += Minutes(*(each or 0 for each in row[len(by) :]))
    # For whom minutes count need not be known where all of them are added up.
    belongs = memberships_of if "agency" in by or not everywhere else _nobody_asks
    for place, more in [*_never_opened(sessions, belongs), *_made_up(sessions, belongs)]:
        where = dict(zip(_PLACES, place, strict=True))
        if (everywhere or where["agency"] in agencies) and (people is None or where["person"] in people):
            found[tuple(where[each] for each in by)] += more
    return found


def _held_sessions(question: Question) -> QuerySet[Session]:
    held = Q(ends_at__lte=question.now) | Q(sign_off__isnull=False)
    asked = Session.objects.filter(held, workshop__in=workshops_asked(question).values("pk"))
    return within_period(asked, question, "day")


def _sums(
    sessions: QuerySet[Session], question: Question, by: Sequence[str], people: Collection[int] | None
) -> Iterator[tuple[Any, ...]]:
    required = Q(session__required=True)
    records = AttendanceRecord.objects.filter(session__in=sessions.values("pk")).filter(~Exists(_running()))
    if people is not None:
        records = records.filter(person__in=people)
    if not question.scope.everywhere:
        records = records.filter(agency__in=question.scope.agencies.values("pk"))
    # Few sessions have a track; apart from them no registration has to be read, and several processors can add up.
    of_tracks = records.exclude(session__track="").filter(session__track=F("registration__track"))
    parts = [of_tracks]
    if question.of_everything and by == ("workshop",):
        yield from _sums_of_everything(sessions.filter(track=""))
    else:
        parts.append(records.filter(session__track=""))
    for some in parts:
        yield from some.order_by().values_list(*(_PLACES[each] for each in by)).annotate(**_added_up(required))


def _sums_of_everything(sessions: QuerySet[Session]) -> Iterator[tuple[int, ...]]:
    """The sums of each workshop in these sessions.

    All records are added up as they are, in half the time that it takes to look for who runs what. What those have who
    run the workshop themselves is taken away afterwards; it is next to nothing.
    """
    runners = Facilitation.objects.standing().values("person")
    too_much = AttendanceRecord.objects.filter(Exists(_running()), person__in=runners)
    everything, taken_away = (
        {row[0]: row[1:] for row in plain_rows(some.order_by().values_list("session_id").annotate(**_added_up()))}
        for some in (AttendanceRecord.objects.all(), too_much)
    )
    sums: dict[int, list[int]] = defaultdict(lambda: [0] * len(fields(Minutes)))
    for session, workshop, required in sessions.order_by().values_list("pk", "workshop_id", "required"):
        of_workshop = sums[workshop]
        for found, sign in ((everything, 1), (taken_away, -1)):
            if session in found:
                credited, planned, recorded, expected = found[session]
                of_workshop[0] += sign * credited * required
                of_workshop[1] += sign * planned * required
                of_workshop[2] += sign * recorded
                of_workshop[3] += sign * expected
    for workshop, of_workshop in sums.items():
        yield workshop, *of_workshop


def _running() -> QuerySet[Facilitation]:
    """Whether the person of a record runs the workshop."""
    return Facilitation.objects.standing().filter(workshop=OuterRef("session__workshop"), person=OuterRef("person"))


def _added_up(required: Q | None = None) -> dict[str, Aggregate]:
    """What is added up of records; minutes of required ones."""
    return {
        "credited": Sum("credited_minutes", filter=required),
        "planned": Sum("planned_minutes", filter=required),
        "recorded": Count("pk", filter=~Q(status=NOT_RECORDED)),
        "expected": Count("pk"),
    }


def _nobody_asks(_people: Iterable[int]) -> Mapping[int, list[Membership]]:
    return {}


def _never_opened(sessions: QuerySet[Session], belongs: _Belongs) -> Iterable[tuple[_Place, Minutes]]:
    """Held sessions whose register nobody opened: everybody was expected, and nothing is recorded."""
    unopened = list(sessions.filter(opened_at__isnull=True, makes_up_for__isnull=True))
    if not unopened:
        return
    by_workshop: dict[int, dict[int, list[Registration]]] = defaultdict(lambda: defaultdict(list))
    confirmed = Registration.objects.ever_confirmed().filter(workshop__in={each.workshop_id for each in unopened})
    confirmed = confirmed.only("workshop", "person", "agency", "track", "confirmed_at", "ended_at")
    for registration in confirmed.order_by("confirmed_at", "pk"):
        by_workshop[registration.workshop_id][registration.person_id].append(registration)
    seen = set(AttendanceRecord.objects.filter(session__in=unopened).values_list("session_id", "person_id"))
    memberships = belongs(person for people in by_workshop.values() for person in people)
    for session in unopened:
        planned = session.planned_minutes if session.required else 0
        for person, registrations in by_workshop[session.workshop_id].items():
            expected = any(each.is_expected_in(session) for each in registrations)
            if expected and (session.pk, person) not in seen:
                agency = agency_on(session.day, registrations[-1], memberships.get(person, []))
                yield (session.workshop_id, agency, person), Minutes(planned=planned, expected=1)


def _made_up(sessions: QuerySet[Session], belongs: _Belongs) -> Iterable[tuple[_Place, Minutes]]:
    """What sessions that make up for one of these add to it."""
    instead = AttendanceRecord.objects.filter(session__makes_up_for__in=sessions.values("pk"), credited_minutes__gt=0)
    best = {
        (missed, person): credited
        for missed, person, credited in instead.order_by()
        .values_list("session__makes_up_for_id", "person_id")
        .annotate(best=Max("credited_minutes"))
    }
    if not best:
        return
    missed_sessions = Session.objects.in_bulk({missed for missed, _person in best})
    records = {
        (each.session_id, each.person_id): each for each in AttendanceRecord.objects.filter(session__in=missed_sessions)
    }
    latest: dict[tuple[int, int], Registration] = {}
    confirmed = Registration.objects.ever_confirmed().filter(
        workshop__in={each.workshop_id for each in missed_sessions.values()}, person__in={person for _, person in best}
    )
    for registration in confirmed.order_by("confirmed_at", "pk"):
        latest[registration.workshop_id, registration.person_id] = registration
    memberships = belongs({person for _missed, person in best})
    for (missed, person), credited in best.items():
        session = missed_sessions[missed]
        last = latest.get((session.workshop_id, person))
        if last is None or session.track not in {"", last.track}:
            continue
        record = records.get((missed, person))
        if record is not None:
            before = Cell(record.planned_minutes, record.credited_minutes)
            agency = record.agency_id
        else:
            before = Cell(session.planned_minutes, 0, expected=False)
            agency = agency_on(session.day, last, memberships.get(person, []))
        after = made_up(before, [Cell(credited, credited, required=False)])
        added = int(record is None)
        yield (
            (session.workshop_id, agency, person),
            Minutes(
                credited=(after.credited - before.credited) * session.required,
                planned=before.planned * added * session.required,
                recorded=added,
                expected=added,
            ),
        )
