"""Counts and minutes of workshops, added up by the database: what the figures of many reports are made of.

A participation is a person in a workshop, however often the person registered. It counts for the agency of the
registration that completed, else was confirmed, else still stands, else came last.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from django.db.models import Case, Count, Exists, F, Max, OuterRef, Q, QuerySet, Sum, Value, When, Window
from django.db.models.functions import RowNumber

from certificates.models import Certificate
from reports.queries.scope import Question, workshops_asked
from workshops.attendance import NOT_RECORDED, WAS_THERE, Cell, made_up
from workshops.models import AttendanceRecord, Facilitation, Registration, Session
from workshops.services import agency_on, memberships_of

# Below this share of recorded cells a report is provisional.
COMPLETE_REGISTERS = 0.95

_STARTED = "started"


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
        return Minutes(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

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
    ranked = Registration.objects.filter(~Exists(running), workshop__in=asked).annotate(
        rank=Window(
            RowNumber(),
            partition_by=[F("workshop_id"), F("person_id")],
            order_by=[
                F("completed_at").desc(nulls_last=True),
                F("confirmed_at").desc(nulls_last=True),
                F("ended_at").desc(nulls_first=True),
                F("pk").desc(),
            ],
        )
    )
    leading = Registration.objects.filter(pk__in=ranked.filter(rank=1).values("pk"))
    if is_everywhere(question):
        return leading
    return leading.filter(agency__in=question.scope.agencies.values("pk"))


def started(registrations: QuerySet[Registration]) -> QuerySet[Registration]:
    """Those confirmed and present, late or leaving early in at least one session."""
    return registrations.filter(Exists(_presence()), confirmed_at__isnull=False)


def _presence() -> QuerySet[AttendanceRecord]:
    return AttendanceRecord.objects.filter(
        person=OuterRef("person"), session__workshop=OuterRef("workshop"), status__in=WAS_THERE
    )


def in_force() -> QuerySet[Certificate]:
    """N_cert: certificates that are issued and not revoked or replaced."""
    return Certificate.objects.filter(sealed_at__isnull=False, revoked_at__isnull=True, superseded_at__isnull=True)


def reached(registrations: QuerySet[Registration], figure: str) -> QuerySet[Registration]:
    """Those that a figure of the funnel counts."""
    if figure == "nominated":
        return registrations.filter(source=Registration.Source.NOMINATION)
    if figure == "registered":
        return registrations
    if figure == "confirmed":
        return registrations.filter(confirmed_at__isnull=False)
    narrowed = started(registrations)
    if figure == _STARTED:
        return narrowed
    narrowed = narrowed.filter(completed_at__isnull=False)
    return narrowed if figure == "completed" else narrowed.filter(_is_certified())


def with_stages(registrations: QuerySet[Registration]) -> QuerySet[Any]:
    """Those confirmed, with the highest `stage` that each reached, where all of them are needed at once."""
    done = Q(completed_at__isnull=False)
    return registrations.filter(confirmed_at__isnull=False).annotate(
        stage=Case(
            When(~Exists(_presence()), then=Value("confirmed")),
            When(~done, then=Value(_STARTED)),
            When(_is_certified(), then=Value("certified")),
            default=Value("completed"),
        )
    )


def funnels(question: Question, *by: str, people: bool = False) -> dict[tuple[Any, ...], Funnel]:
    """Return the funnel of each group of participations; `by` are fields of a registration. Two queries.

    people: count people, each once in a group, instead of participations.
    """
    everybody = participations(question).order_by()
    early = everybody.values_list(*by).annotate(**_early(people=people))
    late = started(everybody).values_list(*by).annotate(**_late(people=people))
    width = len(by)
    reached_later = {row[:width]: row[width:] for row in late}
    return {row[:width]: Funnel(*row[width:], *reached_later.get(row[:width], (0, 0, 0))) for row in early}


def people_in_all(question: Question) -> Funnel:
    """Return the funnel of all together, each person counted once. Two queries."""
    everybody = participations(question).order_by()
    early = everybody.aggregate(**_early(people=True))
    return Funnel(**early, **started(everybody).aggregate(**_late(people=True)))


def _early(*, people: bool) -> dict[str, Count]:
    field = "person_id" if people else "pk"
    return {
        "nominated": Count(field, filter=Q(source=Registration.Source.NOMINATION), distinct=people),
        "registered": Count(field, distinct=people),
        "confirmed": Count(field, filter=Q(confirmed_at__isnull=False), distinct=people),
    }


def _late(*, people: bool) -> dict[str, Count]:
    field = "person_id" if people else "pk"
    done = Q(completed_at__isnull=False)
    return {
        "started": Count(field, distinct=people),
        "completed": Count(field, filter=done, distinct=people),
        "certified": Count(field, filter=done & _is_certified(), distinct=people),
    }


def _is_certified() -> Q:
    return Q(pk__in=in_force().filter(registration__isnull=False).values("registration"))


def is_everywhere(question: Question) -> bool:
    """Whether all agencies are asked about, so that the database need not compare with each of them."""
    return not question.scope.agencies.query.has_filters()


def within_period(found: QuerySet[Any], question: Question, field: str) -> QuerySet[Any]:
    """Narrow rows to those whose day lies in the period, both ends included."""
    if question.first_day is not None:
        found = found.filter(**{f"{field}__gte": question.first_day})
    if question.last_day is not None:
        found = found.filter(**{f"{field}__lte": question.last_day})
    return found


# --- Minutes --------------------------------------------------------------------------------------------------------

# Workshop and agency for which the minutes of a session's day count.
_Place = tuple[int, int]
Key = TypeVar("Key", bound=Hashable)


def minutes(question: Question) -> dict[_Place, Minutes]:
    """Return sums by (workshop, agency of the day) over sessions of the period that were held. Four queries.

    Made of the records; people whose register nobody opened have none, and minutes of a session that makes up for
    another one count in that one, once: both are added from their few rows.
    """
    return _minutes(question, "agency_id", lambda workshop, agency, _person: (workshop, agency))


def minutes_of_people(question: Question) -> dict[tuple[int, int], Minutes]:
    """Return the same sums by (workshop, person). Four queries."""
    return _minutes(question, "person_id", lambda workshop, _agency, person: (workshop, person))


def _minutes(question: Question, by: str, key: Callable[[int, int, int], _Place]) -> dict[_Place, Minutes]:
    sessions = _held_sessions(question)
    agencies = set(question.scope.agencies.values_list("pk", flat=True))
    found: dict[_Place, Minutes] = defaultdict(Minutes)
    for workshop, other, *sums in _sums(sessions, question, by):
        found[workshop, other] += Minutes(*(each or 0 for each in sums))
    for place, more in [*_never_opened(sessions), *_made_up(sessions)]:
        if place[1] in agencies:
            found[key(*place)] += more
    return found


def grouped(found: Mapping[_Place, Minutes], key: Callable[[int, int], Key]) -> Mapping[Key, Minutes]:
    """Add sums up by what `key(workshop, agency)` says of them."""
    groups: dict[Key, Minutes] = defaultdict(Minutes)
    for (workshop, agency), sums in found.items():
        groups[key(workshop, agency)] += sums
    return groups


def _held_sessions(question: Question) -> QuerySet[Session]:
    held = Q(ends_at__lte=question.now) | Q(sign_off__isnull=False)
    asked = Session.objects.filter(held, workshop__in=workshops_asked(question).values("pk"))
    return within_period(asked, question, "day")


def _sums(sessions: QuerySet[Session], question: Question, by: str) -> Iterable[tuple[Any, ...]]:
    running = Facilitation.objects.standing().filter(workshop=OuterRef("session__workshop"), person=OuterRef("person"))
    required = Q(session__required=True)
    records = (
        AttendanceRecord.objects.filter(session__in=sessions.values("pk"))
        .filter(Q(session__track="") | Q(session__track=F("registration__track")))
        .filter(~Exists(running))
    )
    if not is_everywhere(question):
        records = records.filter(agency__in=question.scope.agencies.values("pk"))
    return (
        records.order_by()
        .values_list("session__workshop_id", by)
        .annotate(
            credited=Sum("credited_minutes", filter=required),
            planned=Sum("planned_minutes", filter=required),
            recorded=Count("pk", filter=~Q(status=NOT_RECORDED)),
            expected=Count("pk"),
        )
    )


def _never_opened(sessions: QuerySet[Session]) -> Iterable[tuple[tuple[int, int, int], Minutes]]:
    """Held sessions whose register nobody opened: everybody was expected, and nothing is recorded."""
    unopened = list(sessions.filter(opened_at__isnull=True, makes_up_for__isnull=True))
    if not unopened:
        return
    by_workshop: dict[int, dict[int, list[Registration]]] = defaultdict(lambda: defaultdict(list))
    confirmed = Registration.objects.ever_confirmed().filter(workshop__in={each.workshop_id for each in unopened})
    for registration in confirmed.order_by("confirmed_at", "pk"):
        by_workshop[registration.workshop_id][registration.person_id].append(registration)
    seen = set(AttendanceRecord.objects.filter(session__in=unopened).values_list("session_id", "person_id"))
    memberships = memberships_of(person for people in by_workshop.values() for person in people)
    for session in unopened:
        planned = session.planned_minutes if session.required else 0
        for person, registrations in by_workshop[session.workshop_id].items():
            expected = any(each.is_expected_in(session) for each in registrations)
            if expected and (session.pk, person) not in seen:
                agency = agency_on(session.day, registrations[-1], memberships.get(person, []))
                yield (session.workshop_id, agency, person), Minutes(planned=planned, expected=1)


def _made_up(sessions: QuerySet[Session]) -> Iterable[tuple[tuple[int, int, int], Minutes]]:
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
    memberships = memberships_of({person for _missed, person in best})
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
