"""R3: results of an agency, modules and workshops."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.models import Attempt
from certificates.models import Certificate
from courses.models import Enrolment, FinalAttempt, Module
from people.models import Person
from reports.columns import Column, Report, Row
from reports.queries.scope import NOT_HELD, Question
from workshops.attendance import WAS_THERE
from workshops.models import AttendanceRecord, PhaseAttempt, Registration


def agency_results(question: Question) -> Report:
    """Modules and workshops of an agency's people: enrolment, completion, test results, certificate.

    A row per person and module or workshop; eight queries however many rows.
    """
    results = [*_workshop_results(question)]
    if question.workshop is None:
        results += _module_results(question)
    results.sort(key=lambda each: (each.person.sort_name, each.person.pk, each.row["kind"], each.row["code"]))
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
        rows=[each.row for each in results],
        totals=_result_totals(results),
        definitions=_result_definitions(),
        filters=question.filters,
        period=(question.first_day, question.last_day),
        codes={
            "kind": {"module": _("module"), "workshop": _("workshop")},
            "outcome": {code: str(label) for code, label in Attempt.Outcome.choices},
        },
    )


@dataclass(frozen=True)
class _Result:
    person: Person
    started: bool
    row: Row


def _module_results(question: Question) -> Iterator[_Result]:
    agencies = question.scope.agencies.values("pk")
    enrolments = (
        Enrolment.objects.active()
        .filter(agency__in=agencies)
        .select_related("person", "agency")
        .prefetch_related(
            Prefetch("module", Module.objects.with_title(get_language() or "en")),
            Prefetch("final_attempts", FinalAttempt.objects.select_related("attempt")),
            Prefetch("certificates", _in_force(), to_attr="standing_certificates"),
        )
        .with_counts()
    )
    if question.programme is not None:
        enrolments = enrolments.filter(module__programmes=question.programme)
    for enrolment in enrolments:
        enrolled_on = timezone.localdate(enrolment.enrolled_at)
        if question.covers(enrolled_on):
            yield _Result(enrolment.person, enrolment.started_at is not None, _module_row(enrolment, enrolled_on))


def _module_row(enrolment: Any, enrolled_on: date) -> Row:
    attempts = [link.attempt for link in enrolment.final_attempts.all()]
    marked = [attempt for attempt in attempts if attempt.share is not None]
    # A pass outweighs a higher mark that was not one: pass marks may differ between attempts.
    best = max(marked, key=lambda attempt: (attempt.passed_at is not None, attempt.share), default=None)
    return {
        **_who(enrolment),
        "kind": "module",
        "code": enrolment.module.code,
        "title": enrolment.module.title,
        "enrolled_on": enrolled_on,
        "completed_on": _day(enrolment.completed_at),
        "lessons_done": enrolment.lessons_done,
        "lessons_required": enrolment.lessons_required,
        "attempts": len([attempt for attempt in attempts if attempt.submitted_at]),
        "best_share": best.share if best else None,
        "outcome": best.outcome if best else "",
        "pre_share": None,
        "post_share": None,
        "certificate": _certificate_of(enrolment),
    }


def _workshop_results(question: Question) -> Iterator[_Result]:
    agencies = question.scope.agencies.values("pk")
    phases = PhaseAttempt.objects.filter(attempt__mark__isnull=False).select_related("attempt")
    there = AttendanceRecord.objects.filter(
        person=OuterRef("person"), session__workshop=OuterRef("workshop"), status__in=WAS_THERE
    )
    registrations = (
        Registration.objects.ever_confirmed()
        .exclude(workshop__status__in=NOT_HELD)
        .filter(agency__in=agencies)
        .annotate(was_there=Exists(there))
        .select_related("person", "agency", "workshop")
        .order_by("confirmed_at", "pk")
        .prefetch_related(
            Prefetch("phase_attempts", phases.order_by("attempt__submitted_at", "pk")),
            Prefetch("certificates", _in_force(), to_attr="standing_certificates"),
        )
    )
    if question.workshop is not None:
        registrations = registrations.filter(workshop=question.workshop)
    if question.programme is not None:
        registrations = registrations.filter(workshop__programmes=question.programme)
    # Somebody may have withdrawn and come back: that is one participation.
    together: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for registration in registrations:
        if question.covers(registration.workshop.starts_on):
            together[registration.workshop_id, registration.person_id].append(registration)
    for group in together.values():
        yield _Result(group[0].person, group[0].was_there, _workshop_row(group))


def _workshop_row(registrations: list[Any]) -> Row:
    """A row about one person in one workshop, from the registrations in the order in which they were confirmed."""
    # The one that completed speaks for all, else the one that stands, else the last.
    registration = max(reversed(registrations), key=lambda one: (one.completed_at is not None, one.state in one.ACTIVE))
    links = [link for each in registrations for link in each.phase_attempts.all()]
    # Of several results of a phase the last counts.
    phases = {link.phase: link.attempt.share for link in sorted(links, key=lambda link: link.attempt.submitted_at)}
    return {
        **_who(registration),
        "kind": "workshop",
        "code": registration.workshop.code,
        "title": registration.workshop.title,
        "enrolled_on": _day(registrations[0].confirmed_at),
        "completed_on": _day(registration.completed_at),
        "lessons_done": None,
        "lessons_required": None,
        "attempts": None,
        "best_share": None,
        "outcome": "",
        "pre_share": phases.get(PhaseAttempt.Phase.PRE),
        "post_share": phases.get(PhaseAttempt.Phase.POST),
        "certificate": _certificate_of(registration),
    }


def _in_force() -> QuerySet[Certificate]:
    """N_cert: certificates that are issued and not revoked or replaced."""
    return Certificate.objects.filter(sealed_at__isnull=False, revoked_at__isnull=True, superseded_at__isnull=True)


def _certificate_of(fact: Any) -> str:
    return next((certificate.code for certificate in fact.standing_certificates), "")


def _who(fact: Any) -> Row:
    return {"person": fact.person.public_code, "name": fact.person.full_name, "agency": fact.agency.code}


def _day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None


def _result_totals(results: list[_Result]) -> Row:
    modules = [each for each in results if each.row["kind"] == "module"]
    workshops = [each for each in results if each.row["kind"] == "workshop"]
    return {
        "people": len({each.person.pk for each in results}),
        "enrolments": len(modules),
        "modules_started": sum(each.started for each in modules),
        "modules_completed": sum(each.row["completed_on"] is not None for each in modules),
        "tests_passed": sum(each.row["outcome"] == Attempt.Outcome.PASSED for each in modules),
        "participations": len(workshops),
        "workshops_started": sum(each.started for each in workshops),
        "workshops_completed": sum(each.row["completed_on"] is not None for each in workshops),
        "certificates": sum(bool(each.row["certificate"]) for each in results),
    }


def _result_definitions() -> dict[str, str]:
    return {
        "rows": _(
            "A row per person and module (enrolled and not withdrawn) or workshop (place confirmed at some time), for "
            "the agency of the enrolment or registration."
        ),
        "completed_on": _(
            "Day on which the rule was met: all required lessons and the final test of a module; the share of hours, "
            "and the test after if asked for, of a workshop. It never changes afterwards."
        ),
        "lessons_done": _("Required lessons of the module that the person has finished."),
        "lessons_required": _("Required lessons that the module has today."),
        "attempts": _("Attempts at the final test that were handed in."),
        "best_share": _("Mark ÷ highest mark of the best attempt at the final test."),
        "pre_share": _("Mark ÷ highest mark of the test before the workshop; of several the last."),
        "post_share": _("Mark ÷ highest mark of the test after the workshop; of several the last."),
        "certificate": _("Code of the certificate that was issued and not revoked."),
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
