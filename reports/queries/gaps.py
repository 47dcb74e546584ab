"""What is missing in the records that reports are made of: found by the database, a fixed number of queries in all."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, F, Min, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from assessments.models import Attempt
from certificates.causes import said
from certificates.models import Certificate
from courses.models import Enrolment
from people.models import Membership, Person
from reports.queries import facts
from reports.queries.scope import Question, workshops_asked
from workshops.attendance import NOT_RECORDED
from workshops.models import (
    AttendanceRecord,
    EvaluationInvitation,
    Facilitation,
    PhaseAttempt,
    Registration,
    Session,
    Workshop,
)

# A registration waits too long, and a workshop is left open too long, after so many days; a certificate after one.
WAITING_DAYS = 7
PREPARING_DAYS = 1


class Kind(StrEnum):
    """What is missing, what hurts a report most first."""

    NOT_OPENED = "register_not_opened"
    NOT_RECORDED = "cells_not_recorded"
    NOT_SIGNED = "register_not_signed"
    NO_PRE = "test_before_missing"
    NO_POST = "test_after_missing"
    WAITING = "registration_waiting"
    NOT_SEALED = "certificate_waiting"
    UNANSWERED = "evaluation_unanswered"
    NOT_RECONCILED = "workshop_not_reconciled"
    NO_AGENCY = "person_without_agency"
    NAMESAKES = "possible_duplicates"
    NO_SEX = "sex_undisclosed"
    NO_EMAIL = "person_without_email"
    NO_TITLE = "title_not_translated"


@dataclass(frozen=True)
class Gap:
    """Something that is missing: how often, since when, in which workshop or agency (keys).

    session: the number of the first one concerned. wave: of the evaluation. share: of those asked who answered.
    approval: who has to agree. note: why, in words.
    """

    kind: Kind
    count: int
    since: date | None = None
    workshop: int | None = None
    agency: int | None = None
    session: int | None = None
    wave: str = ""
    share: float | None = None
    approval: str = ""
    note: str = ""


def gaps(question: Question, *, managing: bool) -> list[Gap]:
    """Return everything that is missing about workshops of the period and people of the scope, worst first.

    managing: what only those can mend who see everybody is wanted as well.
    """
    finders = [*_FINDERS, *(_OF_MANAGERS if managing else ())]
    found = [gap for finder in finders for gap in finder(question)]
    found += _of_workshops(question, managing=managing)
    order = list(Kind)

    def place(gap: Gap) -> tuple[Any, ...]:
        # Equally bad ones stand in the same order whenever somebody looks.
        equals = (gap.workshop or 0, gap.agency or 0, gap.wave, gap.note)
        return (order.index(gap.kind), -gap.count, gap.since or date.max, *equals)

    return sorted(found, key=place)


# --- Registers ------------------------------------------------------------------------------------------------------


def _workshops(question: Question) -> QuerySet[Workshop]:
    asked = facts.within_period(workshops_asked(question), question, "starts_on")
    if question.scope.everywhere:
        return asked
    return asked.filter(pk__in=facts.participations(question).order_by().values("workshop"))


def _registers(question: Question) -> Iterator[Gap]:
    """Sessions that are over, whose register nobody opened or nobody signed."""
    late = Session.objects.filter(
        workshop__in=_workshops(question).values("pk"), ends_at__lte=question.now, sign_off__isnull=True
    ).order_by()
    groups = late.values_list("workshop", ExpressionWrapper(Q(opened_at__isnull=True), BooleanField()))
    for workshop, never, count, since, number in groups.annotate(Count("pk"), Min("ends_at"), Min("number")):
        yield Gap(Kind.NOT_OPENED if never else Kind.NOT_SIGNED, count, _day(since), workshop, session=number)


def _cells(question: Question) -> Iterator[Gap]:
    """People in sessions that are over, about whom an opened register says nothing."""
    running = Facilitation.objects.standing().filter(workshop=OuterRef("session__workshop"), person=OuterRef("person"))
    silent = AttendanceRecord.objects.filter(
        ~Exists(running),
        Q(session__track="") | Q(session__track=F("registration__track")),
        status=NOT_RECORDED,
        session__ends_at__lte=question.now,
        session__workshop__in=_workshops(question).values("pk"),
    ).order_by()
    if not question.scope.everywhere:
        silent = silent.filter(agency__in=question.scope.agencies.values("pk"))
    groups = silent.values_list("session__workshop")
    for workshop, count, since, number in groups.annotate(Count("pk"), Min("session__ends_at"), Min("session__number")):
        yield Gap(Kind.NOT_RECORDED, count, _day(since), workshop, session=number)


# --- Tests and evaluations ------------------------------------------------------------------------------------------


def _of_workshops(question: Question, *, managing: bool) -> Iterator[Gap]:
    """Results of tests that are missing; for managers also workshops over for more than a week with open registers."""
    limit = timezone.localdate(question.now) - timedelta(days=WAITING_DAYS)
    unfinished = {Workshop.Status.PUBLISHED, Workshop.Status.RUNNING, Workshop.Status.ENDED}
    fields = ("pk", "starts_on", "ends_on", "status", "test_id")
    tested = {}
    for pk, first_day, last_day, status, test in _workshops(question).order_by().values_list(*fields):
        if managing and last_day < limit and status in unfinished:
            yield Gap(Kind.NOT_RECONCILED, 1, last_day, pk)
        if test is not None:
            tested[pk] = (first_day, last_day)
    yield from _tests(question, tested)


def _tests(question: Question, days: Mapping[int, tuple[date, date]]) -> Iterator[Gap]:
    """People who took part and have no result of the test before or after; days: of workshops that have tests."""
    today = timezone.localdate(question.now)
    took_part = facts.reached(facts.participations(question), "started").order_by()
    # Few attempts have no mark, and these are found faster than the marks of all others.
    results = PhaseAttempt.objects.exclude(attempt__in=Attempt.objects.filter(mark__isnull=True).values("pk"))
    own = Q(registration=OuterRef("pk"))
    # Who registered twice may have sat the test under the other registration.
    of_both = Q(registration__workshop=OuterRef("workshop"), registration__person=OuterRef("person"))
    phases = ((Kind.NO_PRE, PhaseAttempt.Phase.PRE, 0), (Kind.NO_POST, PhaseAttempt.Phase.POST, 1))
    missing: Counter[tuple[Kind, int]] = Counter()
    for some, theirs in ((took_part.filter(repeated=False), own), (took_part.filter(repeated=True), of_both)):
        without = {
            f"without_{phase}": Count("pk", filter=~Exists(results.filter(theirs, phase=phase)))
            for _kind, phase, _due in phases
        }
        for workshop, *numbers in some.values_list("workshop_id").annotate(**without):
            for (kind, _phase, due), number in zip(phases, numbers, strict=True):
                if workshop in days and days[workshop][due] < today:
                    missing[kind, workshop] += number
    for (kind, workshop), count in sorted(missing.items()):
        if count:
            yield Gap(kind, count, days[workshop][1], workshop)


def _evaluations(question: Question) -> Iterator[Gap]:
    """Waves that are open and not answered by all. For single agencies nobody learns who has answered."""
    if not question.scope.everywhere:
        return
    today = timezone.localdate(question.now)
    asked = (
        EvaluationInvitation.objects.delivered()
        .filter(
            wave__opens_on__lte=today,
            wave__closes_on__gte=today,
            wave__workshop__in=_workshops(question).values("pk"),
        )
        .order_by()
    )
    waves = asked.values_list("wave__workshop", "wave__kind", "wave__opens_on").annotate(
        asked=Count("pk"), answered=Count("pk", filter=Q(answered=True))
    )
    for workshop, kind, since, delivered, answered in waves:
        if answered < delivered:
            missing, share = delivered - answered, answered / delivered
            yield Gap(Kind.UNANSWERED, missing, since, workshop, wave=kind, share=share)


# --- Registrations, certificates ------------------------------------------------------------------------------------


def _registrations(question: Question) -> Iterator[Gap]:
    """Registrations for workshops to come that have waited for an approval or an invitation for more than a week."""
    waits = Registration.objects.filter(
        state__in=[Registration.State.PENDING, Registration.State.NOMINATED],
        created_at__lt=question.now - timedelta(days=WAITING_DAYS),
        workshop__in=workshops_asked(question).filter(ends_on__gte=timezone.localdate(question.now)).values("pk"),
        agency__in=question.scope.agencies.values("pk"),
    ).order_by()
    groups = waits.values_list("workshop", "workshop__approval", "agency")
    for workshop, approval, agency, count, since in groups.annotate(Count("pk"), Min("created_at")):
        yield Gap(Kind.WAITING, count, _day(since), workshop, agency, approval=approval)


def _certificates(question: Question) -> Iterator[Gap]:
    """Certificates that have waited to be sealed for more than a day, with the reason."""
    unsealed = (
        Certificate.objects.unsealed()
        .filter(
            issued_at__lt=question.now - timedelta(days=PREPARING_DAYS),
            agency__in=question.scope.agencies.values("pk"),
        )
        .order_by()
    )
    groups = unsealed.values_list("agency", "failure")
    for agency, failure, count, since in groups.annotate(Count("pk"), Min("issued_at")):
        yield Gap(Kind.NOT_SEALED, count, _day(since), agency=agency, note=said(failure))


# --- People ---------------------------------------------------------------------------------------------------------


def _members(question: Question) -> QuerySet[Membership]:
    today = timezone.localdate(question.now)
    own = Membership.objects.on(today).filter(primary=True, person__merged_into__isnull=True)
    return own.filter(agency__in=question.scope.agencies.values("pk")).order_by()


def _people(question: Question) -> Iterator[Gap]:
    """Members of each agency who are recorded without sex or e-mail."""
    lacking = {Kind.NO_SEX: Q(person__sex=Person.Sex.UNDISCLOSED), Kind.NO_EMAIL: Q(person__email="")}
    counts = {kind: Count("person", filter=lacks, distinct=True) for kind, lacks in lacking.items()}
    some = _members(question).filter(Q(*lacking.values(), _connector=Q.OR))
    for agency, *numbers in some.values_list("agency").annotate(**counts):
        for kind, number in zip(counts, numbers, strict=True):
            if number:
                yield Gap(kind, number, agency=agency)


def _namesakes(question: Question) -> Iterator[Gap]:
    """Members of an agency with the same name: perhaps one person, recorded twice."""
    # Names that somebody shares at all come out of an index; only their people are put in order by agency.
    shared = Person.objects.order_by().values("sort_name").annotate(n=Count("pk")).filter(n__gt=1).values("sort_name")
    some = _members(question).filter(person__sort_name__in=shared)
    alike = some.values_list("agency", "person__sort_name").annotate(n=Count("person", distinct=True))
    numbers: dict[int, int] = defaultdict(int)
    for agency, _name, number in alike.filter(n__gt=1):
        numbers[agency] += number
    for agency, number in numbers.items():
        yield Gap(Kind.NAMESAKES, number, agency=agency)


def _homeless(question: Question) -> Iterator[Gap]:
    """People who still learn here and belong to no agency today, by the agency to which they belonged last."""
    today = timezone.localdate(question.now)
    belongs = Membership.objects.on(today).filter(person=OuterRef("pk"))
    learns = Enrolment.objects.filter(person=OuterRef("pk"), completed_at__isnull=True, withdrawn_at__isnull=True)
    comes = Registration.objects.active().filter(person=OuterRef("pk"), workshop__ends_on__gte=today)
    last = Membership.objects.filter(person=OuterRef("pk"), valid_to__lt=today).order_by("-valid_to", "-pk")
    found = Person.objects.unmerged().filter(Exists(learns) | Exists(comes), ~Exists(belongs)).order_by()
    left = found.annotate(last=Subquery(last.values("agency")[:1]), since=Subquery(last.values("valid_to")[:1]))
    if not question.scope.everywhere:
        agencies = question.scope.agencies.values("pk")
        # Whoever belonged there last did belong there: few are looked at, not a country.
        once = Membership.objects.filter(agency__in=agencies).order_by().values("person")
        left = left.filter(pk__in=once, last__in=agencies)
    for agency, count, since in left.values_list("last").annotate(count=Count("pk"), first=Min("since")):
        yield Gap(Kind.NO_AGENCY, count, since, agency=agency)


# --- Words ----------------------------------------------------------------------------------------------------------


def _titles(question: Question) -> Iterator[Gap]:
    """Workshops that, or sessions of which, have no title in one of the three languages."""
    workshops = _workshops(question)
    counts: dict[int, int] = defaultdict(int)
    for rows, place in (
        (workshops, "pk"),
        (Session.objects.filter(workshop__in=workshops.values("pk")), "workshop_id"),
    ):
        empty: QuerySet[Any] = rows.filter(Q(title_ru="") | Q(title_be="")).order_by()
        for key, russian, belarusian in empty.values_list(place, "title_ru", "title_be"):
            counts[key] += (not russian) + (not belarusian)
    for workshop, count in counts.items():
        yield Gap(Kind.NO_TITLE, count, workshop=workshop)


def _day(moment: datetime) -> date:
    return timezone.localdate(moment)


_Finder = Callable[[Question], Iterator[Gap]]
_FINDERS: tuple[_Finder, ...] = (
    _registers,
    _cells,
    _registrations,
    _certificates,
    _people,
    _namesakes,
    _homeless,
)
_OF_MANAGERS: tuple[_Finder, ...] = (_evaluations, _titles)
