"""R3: results of an agency, modules and workshops."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from django.db.models import Count, F, QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.models import Attempt
from courses.models import Enrolment, FinalAttempt, Lesson, LessonProgress, Module
from people.models import in_full
from reports.columns import Column, LazyRows, Report, Row
from reports.queries import earlier, facts
from reports.queries.scope import NOT_HELD, Question
from workshops.models import PhaseAttempt, Registration, Workshop


def agency_results(question: Question) -> Report:
    """Modules and workshops of an agency's people: enrolment, completion, test results, certificate.

    A row per person and module or workshop, written when it is read; ten queries however many rows.
    """
    results = _workshop_results(question)
    if question.workshop is None:
        results += _module_results(question)
    results.sort(key=attrgetter("order"))
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
        rows=LazyRows(len(results), lambda place: results[place].row()),
        totals=_result_totals(results),
        definitions=_result_definitions(),
        filters=question.filters,
        period=(question.first_day, question.last_day),
        codes={
            "kind": {"module": _("module"), "workshop": _("workshop")},
            "outcome": {code: str(label) for code, label in Attempt.Outcome.choices},
        },
    )


# What is read of the person and the agency of a result, in the order of `_Who`.
_WHO = (
    *("person_id", "person__sort_name", "person__public_code"),
    *("person__family_name", "person__given_name", "person__patronymic", "agency__code"),
)


class _Who(NamedTuple):
    """Of whom a result is. A record of its own would take ten times as long for each of thousands of rows."""

    person: int
    sort_name: str
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
    started: bool
    passed: bool
    certificate: str
    told: Row

    @property
    def order(self) -> tuple[str, int, str, str]:
        return self.who.sort_name, self.who.person, self.kind, self.code

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


def _module_results(question: Question) -> list[_Result]:
    enrolments = Enrolment.objects.active().filter(agency__in=question.scope.agencies.values("pk"))
    if question.programme is not None:
        enrolments = enrolments.filter(module__programmes=question.programme)
    modules = Module.objects.with_title(get_language() or "en").in_bulk()
    required = dict(
        Lesson.objects.offered().filter(required=True).order_by().values_list("module").annotate(Count("pk"))
    )
    done, tries = _lessons_done(enrolments), _tries(enrolments)
    certificates = _certificates("enrolment", enrolments)
    fields = ("pk", "module_id", "enrolled_at", "started_at", "completed_at")
    found = []
    for pk, module, enrolled_at, started_at, completed_at, *who in enrolments.values_list(*fields, *_WHO):
        if question.covers(timezone.localdate(enrolled_at)):
            best = _best(tries[pk])
            found.append(
                _Result(
                    _Who(*who),
                    "module",
                    modules[module].code,
                    modules[module].title,
                    enrolled_at,
                    completed_at,
                    started_at is not None,
                    best is not None and best.outcome == Attempt.Outcome.PASSED,
                    certificates.get(pk, ""),
                    _told_of_module(done.get(pk, 0), required.get(module, 0), tries[pk], best),
                )
            )
    return found


def _told_of_module(done: int, required: int, tries: Sequence[_Try], best: _Try | None) -> Row:
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


def _lessons_done(enrolments: QuerySet[Enrolment]) -> Mapping[int, int]:
    """How many of the required lessons that its module offers each enrolment has finished."""
    finished = LessonProgress.objects.filter(
        enrolment__in=enrolments.values("pk"),
        completed_at__isnull=False,
        lesson__required=True,
        lesson__withdrawn=False,
        lesson__module=F("enrolment__module"),
    )
    return dict(finished.order_by().values_list("enrolment").annotate(Count("pk")))


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
    attended: bool
    who: _Who


def _workshop_results(question: Question) -> list[_Result]:
    registrations = (
        Registration.objects.ever_confirmed()
        .exclude(workshop__status__in=NOT_HELD)
        .filter(agency__in=question.scope.agencies.values("pk"))
    )
    if question.workshop is not None:
        registrations = registrations.filter(workshop=question.workshop)
    if question.programme is not None:
        registrations = registrations.filter(workshop__programmes=question.programme)
    workshops = {each.pk: each for each in Workshop.objects.filter(pk__in=registrations.order_by().values("workshop"))}
    shares, certificates = _shares(registrations), _certificates("registration", registrations)
    fields = ("pk", "workshop_id", "confirmed_at", "completed_at", "state", "attended")
    # Somebody may have withdrawn and come back: that is one participation.
    together: dict[tuple[int, int], list[_Place]] = defaultdict(list)
    in_order = registrations.order_by("confirmed_at", "pk").values_list(*fields, *_WHO)
    for pk, key, confirmed_at, completed_at, state, attended, *who in in_order:
        each = _Place(pk, key, confirmed_at, completed_at, state, attended, _Who(*who))
        if question.covers(workshops[each.workshop].starts_on):
            together[each.workshop, each.who.person].append(each)
    found = []
    for places in together.values():
        speaks = _speaking(places)
        workshop = workshops[speaks.workshop]
        found.append(
            _Result(
                speaks.who,
                "workshop",
                workshop.code,
                workshop.title,
                places[0].confirmed_at,
                speaks.completed_at,
                places[0].attended,
                False,
                certificates.get(speaks.pk, ""),
                _told_of_workshop([shares[each.pk] for each in places]),
            )
        )
    return found


def _speaking(places: Sequence[_Place]) -> _Place:
    """The one that completed speaks for all, else the one that stands, else the last."""
    return max(reversed(places), key=lambda one: (one.completed_at is not None, one.state in Registration.ACTIVE))


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


def _certificates(fact: str, found: QuerySet[Any]) -> Mapping[int, str]:
    """Codes of the certificates in force for enrolments or registrations, by the key of these."""
    certificates = facts.in_force().filter(**{f"{fact}__in": found.values("pk")}).order_by("-pk")
    return dict(certificates.values_list(f"{fact}_id", "code"))


def _result_totals(results: list[_Result]) -> Row:
    modules = [each for each in results if each.kind == "module"]
    workshops = [each for each in results if each.kind == "workshop"]
    return {
        "people": len({each.who.person for each in results}),
        "enrolments": len(modules),
        "modules_started": sum(each.started for each in modules),
        "modules_completed": sum(each.completed_at is not None for each in modules),
        "tests_passed": sum(each.passed for each in modules),
        "participations": len(workshops),
        "workshops_started": sum(each.started for each in workshops),
        "workshops_completed": sum(each.completed_at is not None for each in workshops),
        "certificates": sum(bool(each.certificate) for each in results),
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
