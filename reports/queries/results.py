"""R3: results of an agency, modules and workshops."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from operator import itemgetter
from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.models import Attempt
from courses.models import Enrolment, EnrolmentQuerySet, FinalAttempt, Module
from people.models import in_full
from reports.columns import Column, Report, Row, RowsInParts
from reports.queries import earlier, facts
from reports.queries.scope import NOT_HELD, Question
from workshops.models import PhaseAttempt, Registration, Workshop


def agency_results(question: Question) -> Report:
    """Modules and workshops of an agency's people: enrolment, completion, test results, certificate.

    A row per person and module or workshop. Of all of them only what order, totals and pictures need is read, of those
    that are shown the rest: eight queries for a page, however many rows there are.
    """
    enrolments, registrations = _enrolments(question), _registrations(question)
    known = sorted([*_known_workshops(registrations), *_known_modules(enrolments)])

    def rows_of(places: range) -> list[Row]:
        part = known[places.start : places.stop]
        people = {each.person for each in part}
        found = {
            (each.who.person, each.kind, each.code): each
            for results in (_workshop_results(registrations, people), _module_results(enrolments, people))
            for each in results
        }
        return [found[each.person, each.kind, each.code].row() for each in part]

    return Report(
        name="agency-results",
        title=_("Results of the agency"),
        columns=[
            Column("person", _("Person code"), "text"),
            Column("name", _("Name"), "text"),
            Column("agency", _("Agency"), "text"),
            Column("kind", _("Kind"), "code"),
            Column("code", _("Code"), "text"),
            Column("title", _("Title"), "text"),
            Column("enrolled_on", _("Enrolled or confirmed on"), "date"),
            Column("completed_on", _("Completed on"), "date"),
            Column("lessons_done", _("Lessons finished"), "integer"),
            Column("lessons_required", _("Lessons required"), "integer"),
            Column("attempts", _("Attempts at the final test"), "integer"),
            Column("best_share", _("Best result of the final test"), "share"),
            Column("outcome", _("Final test"), "code"),
            Column("pre_share", _("Test before"), "share"),
            Column("post_share", _("Test after"), "share"),
            Column("certificate", _("Certificate"), "text"),
        ],
        rows=RowsInParts(len(known), rows_of),
        totals=_result_totals(known),
        definitions=_result_definitions(),
        filters=question.filters,
        period=(question.first_day, question.last_day),
        codes={
            "kind": {"module": _("module"), "workshop": _("workshop")},
            "outcome": {code: str(label) for code, label in Attempt.Outcome.choices},
        },
        outline=[
            {
                "person": each.public_code,
                "agency": each.agency,
                "kind": each.kind,
                "code": each.code,
                "completed_on": each.completed_at,
            }
            for each in known
        ],
    )


class _Known(NamedTuple):
    """What order, totals and pictures need of a result, in the order in which results stand."""

    sort_name: str
    person: int
    kind: str
    code: str
    public_code: str
    agency: str
    started: bool
    completed_at: datetime | None
    passed: bool
    certified: bool


# What is read of the person and the agency of a result, in the order of `_Who`.
_WHO = (
    *("person_id", "person__public_code"),
    *("person__family_name", "person__given_name", "person__patronymic", "agency__code"),
)


class _Who(NamedTuple):
    """Of whom a result is. A record of its own would take ten times as long for each of thousands of rows."""

    person: int
    public_code: str
    family_name: str
    given_name: str
    patronymic: str
    agency: str

    def told(self) -> Row:
        name = in_full(self.family_name, self.given_name, self.patronymic)
        return {"person": self.public_code, "name": name, "agency": self.agency}


@dataclass(frozen=True, slots=True)
class _Result:
    """What a person achieved in a module or workshop. told: the columns that are about one of both alone."""

    who: _Who
    kind: str
    code: str
    title: str
    enrolled_at: datetime
    completed_at: datetime | None
    certificate: str
    told: Row

    def row(self) -> Row:
        return {
            **self.who.told(),
            "kind": self.kind,
            "code": self.code,
            "title": self.title,
            "enrolled_on": timezone.localdate(self.enrolled_at),
            "completed_on": timezone.localdate(self.completed_at) if self.completed_at else None,
            **dict.fromkeys(_TOLD_APART),
            "outcome": "",
            **self.told,
            "certificate": self.certificate,
        }


# Columns that are either about modules or about workshops.
_TOLD_APART = ("lessons_done", "lessons_required", "attempts", "best_share", "outcome", "pre_share", "post_share")


# --- Modules --------------------------------------------------------------------------------------------------------


class _Try(NamedTuple):
    """An attempt at the final test."""

    mark: int | None
    max_mark: int
    passed_at: datetime | None
    submitted_at: datetime | None
    outcome: str

    @property
    def share(self) -> float:
        return (self.mark or 0) / self.max_mark


def _enrolments(question: Question) -> EnrolmentQuerySet:
    enrolments = Enrolment.objects.active().filter(agency__in=question.scope.agencies.values("pk"))
    if question.workshop is not None:
        return enrolments.none()
    if question.programme is not None:
        enrolments = enrolments.filter(module__programmes=question.programme)
    return facts.within_period(enrolments, question, "enrolled_at__date")


def _known_modules(enrolments: EnrolmentQuerySet) -> Iterator[_Known]:
    passes = FinalAttempt.objects.filter(
        enrolment=OuterRef("pk"), attempt__outcome=Attempt.Outcome.PASSED, attempt__mark__isnull=False
    )
    certified = Exists(facts.in_force().filter(enrolment=OuterRef("pk")))
    rows = enrolments.annotate(passed=Exists(passes), certified=certified).order_by()
    fields = ("module__code", "started_at", "completed_at", "passed", "certified")
    for sort_name, person, public_code, agency, code, started_at, completed_at, *flags in rows.values_list(
        "person__sort_name", "person_id", "person__public_code", "agency__code", *fields
    ):
        started = started_at is not None
        yield _Known(sort_name, person, "module", code, public_code, agency, started, completed_at, *flags)


def _module_results(enrolments: EnrolmentQuerySet, people: Collection[int]) -> Iterator[_Result]:
    modules = Module.objects.with_title(get_language() or "en").in_bulk()
    theirs = enrolments.filter(person__in=people)
    tries = _tries(theirs)
    rows = theirs.with_counts().annotate(certificate=_certificate("enrolment"))
    fields = ("pk", "module_id", "enrolled_at", "completed_at", "lessons_done", "lessons_required", "certificate")
    for pk, module, enrolled_at, completed_at, done, required, certificate, *who in rows.values_list(*fields, *_WHO):
        told = _told_of_module(done, required, tries[pk])
        taken = modules[module]
        yield _Result(_Who(*who), "module", taken.code, taken.title, enrolled_at, completed_at, certificate or "", told)


def _told_of_module(done: int, required: int, tries: Sequence[_Try]) -> Row:
    best = _best(tries)
    return {
        "lessons_done": done,
        "lessons_required": required,
        "attempts": sum(each.submitted_at is not None for each in tries),
        "best_share": best.share if best else None,
        "outcome": best.outcome if best else "",
    }


def _best(tries: Iterable[_Try]) -> _Try | None:
    """A pass outweighs a higher mark that was not one: pass marks may differ between attempts."""
    marked = (each for each in tries if each.mark is not None and each.max_mark)
    return max(marked, key=lambda each: (each.passed_at is not None, each.share), default=None)


def _tries(enrolments: QuerySet[Enrolment]) -> Mapping[int, list[_Try]]:
    fields = ("mark", "max_mark", "passed_at", "submitted_at", "outcome")
    links = FinalAttempt.objects.filter(enrolment__in=enrolments.values("pk")).order_by("pk")
    found: dict[int, list[_Try]] = defaultdict(list)
    for enrolment, *attempt in links.values_list("enrolment_id", *(f"attempt__{field}" for field in fields)):
        found[enrolment].append(_Try(*attempt))
    return found


# --- Workshops ------------------------------------------------------------------------------------------------------


class _Place(NamedTuple):
    """A registration that was confirmed at some time."""

    pk: int
    workshop: int
    confirmed_at: datetime
    completed_at: datetime | None
    state: str
    certificate: str
    who: _Who


def _registrations(question: Question) -> QuerySet[Registration]:
    registrations = (
        Registration.objects.ever_confirmed()
        .exclude(workshop__status__in=NOT_HELD)
        .filter(agency__in=question.scope.agencies.values("pk"))
    )
    if question.workshop is not None:
        registrations = registrations.filter(workshop=question.workshop)
    if question.programme is not None:
        registrations = registrations.filter(workshop__programmes=question.programme)
    # Somebody may have withdrawn and come back: that is one participation, and the first confirmation stands first.
    return facts.within_period(registrations, question, "workshop__starts_on").order_by("confirmed_at", "pk")


def _known_workshops(registrations: QuerySet[Registration]) -> Iterator[_Known]:
    certified = Exists(facts.in_force().filter(registration=OuterRef("pk")))
    together: dict[tuple[str, int], list[_Known]] = defaultdict(list)
    states: dict[tuple[str, int], list[str]] = defaultdict(list)
    fields = ("workshop__code", "attended", "completed_at", "certified", "state")
    for sort_name, person, public_code, agency, code, *values, state in registrations.annotate(
        certified=certified
    ).values_list("person__sort_name", "person_id", "person__public_code", "agency__code", *fields):
        attended, completed_at, has_certificate = values
        known = _Known(
            sort_name, person, "workshop", code, public_code, agency, attended, completed_at, False, has_certificate
        )
        together[code, person].append(known)
        states[code, person].append(state)
    for key, several in together.items():
        yield several[_speaking([each.completed_at for each in several], states[key])]


def _workshop_results(registrations: QuerySet[Registration], people: Collection[int]) -> Iterator[_Result]:
    theirs = registrations.filter(person__in=people)
    shares = _shares(theirs)
    together: dict[tuple[int, int], list[_Place]] = defaultdict(list)
    fields = ("pk", "workshop_id", "confirmed_at", "completed_at", "state", "certificate")
    rows = theirs.annotate(certificate=_certificate("registration")).values_list(*fields, *_WHO)
    for pk, workshop, confirmed_at, completed_at, state, certificate, *who in rows:
        place = _Place(pk, workshop, confirmed_at, completed_at, state, certificate or "", _Who(*who))
        together[place.workshop, place.who.person].append(place)
    workshops = Workshop.objects.in_bulk({workshop for workshop, _person in together})
    for places in together.values():
        speaks = places[_speaking([each.completed_at for each in places], [each.state for each in places])]
        held = workshops[speaks.workshop]
        told = _told_of_workshop([shares[each.pk] for each in places])
        yield _Result(
            speaks.who,
            "workshop",
            held.code,
            held.title,
            places[0].confirmed_at,
            speaks.completed_at,
            speaks.certificate,
            told,
        )


def _speaking(completed: Sequence[datetime | None], states: Sequence[str]) -> int:
    """Return which of several registrations speaks: the one that completed, else the one that stands, else the last."""
    ranks = [
        (moment is not None, state in Registration.ACTIVE, place)
        for place, (moment, state) in enumerate(zip(completed, states, strict=True))
    ]
    return max(ranks)[-1]


# When a test of a phase was handed in, which phase, and the share of the highest mark.
_PhaseResult = tuple[datetime, str, float | None]


def _told_of_workshop(results: Iterable[Iterable[_PhaseResult]]) -> Row:
    """Of several results of a phase the last counts."""
    in_order = sorted(chain.from_iterable(results), key=itemgetter(0))
    phases = {phase: share for _moment, phase, share in in_order}
    return {"pre_share": phases.get(PhaseAttempt.Phase.PRE), "post_share": phases.get(PhaseAttempt.Phase.POST)}


def _shares(registrations: QuerySet[Registration]) -> Mapping[int, list[_PhaseResult]]:
    marked = PhaseAttempt.objects.filter(attempt__mark__isnull=False, registration__in=registrations.values("pk"))
    fields = ("registration_id", "attempt__submitted_at", "phase", "attempt__mark", "attempt__max_mark")
    found: dict[int, list[_PhaseResult]] = defaultdict(list)
    for registration, moment, phase, mark, highest in marked.order_by("pk").values_list(*fields):
        found[registration].append((moment, phase, mark / highest if highest else None))
    return found


# --- Both -----------------------------------------------------------------------------------------------------------


def _certificate(fact: str) -> Subquery:
    """The code of the certificate in force for an enrolment or a registration."""
    return Subquery(facts.in_force().filter(**{fact: OuterRef("pk")}).order_by("pk").values("code")[:1])


def _result_totals(known: Sequence[_Known]) -> Row:
    modules = [each for each in known if each.kind == "module"]
    workshops = [each for each in known if each.kind == "workshop"]
    return {
        "people": len({each.person for each in known}),
        "enrolments": len(modules),
        "modules_started": sum(each.started for each in modules),
        "modules_completed": sum(each.completed_at is not None for each in modules),
        "tests_passed": sum(each.passed for each in modules),
        "participations": len(workshops),
        "workshops_started": sum(each.started for each in workshops),
        "workshops_completed": sum(each.completed_at is not None for each in workshops),
        "certificates": sum(each.certified for each in known),
    }


def _result_definitions() -> dict[str, str]:
    return {
        "rows": _(
            "A row per person and module (enrolled and not withdrawn) or workshop (place confirmed at some time), for "
            "the agency of the enrolment or registration."
        ),
        "completed_on": earlier.completed_in(
            _(
                "Day on which the rule was met: all required lessons and the final test of a module; the share of "
                "hours, and the test after if asked for, of a workshop. It never changes afterwards."
            )
        ),
        "lessons_done": _("Required lessons of the module that the person has finished."),
        "lessons_required": _("Required lessons that the module has today."),
        "attempts": _("Attempts at the final test that were handed in."),
        "best_share": _("Mark ÷ highest mark of the best attempt at the final test."),
        "pre_share": _("Mark ÷ highest mark of the test before the workshop; of several the last."),
        "post_share": _("Mark ÷ highest mark of the test after the workshop; of several the last."),
        "certificate": earlier.certified_in(_("Code of the certificate that was issued and not revoked.")),
        "people": _("People, each counted once."),
        "enrolments": _("Rows about modules."),
        "modules_started": _("Enrolments with at least one lesson opened."),
        "modules_completed": _("Enrolments completed."),
        "tests_passed": _("Enrolments whose best attempt at the final test is a pass."),
        "participations": _("Rows about workshops."),
        "workshops_started": _("Participations with at least one session present, late or left early."),
        "workshops_completed": _("Participations that met the rule of the workshop."),
        "certificates": _("Certificates issued and not revoked."),
        "period": _("Modules by the day of enrolment, workshops by their first day; both ends of the period included."),
    }
