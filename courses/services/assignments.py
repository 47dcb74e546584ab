"""Assigning modules and paths, taking it back, exemptions, and what becomes of it when agencies change."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from audit.services import record
from courses import emails
from courses.errors import CourseError
from courses.models import Assignment, Exemption, LearningPath, Module
from courses.permissions import objection_to_exemption, objection_to_withdrawal
from people.models import Account, Agency, Person

# How far ahead a day may lie, and how long new members may have.
LONGEST_AHEAD = timedelta(days=5 * 366)
MOST_DAYS = 366


@transaction.atomic
def assign(
    *,
    actor: Account,
    due_on: date,
    module: Module | None = None,
    path: LearningPath | None = None,
    person: Person | None = None,
    agency: Agency | None = None,
    below: bool = True,
    days: int = 30,
    note: str = "",
) -> Assignment:
    """Let a person, or everybody of an agency, complete a module or a path by a day.

    Raises CourseError when the same is assigned to the same already, when it cannot be done, or for an impossible day.
    """
    target = _locked(person, agency)
    _must_be_possible(module, path, due_on, days)
    whom = {"person": person, "agency": agency}
    if Assignment.objects.standing().filter(module=module, path=path, **whom).exists():
        words = {"what": title_of(module=module, path=path), "whom": target}
        raise CourseError(_("“%(what)s” is assigned already: %(whom)s.") % words)
    made = Assignment.objects.create(
        module=module,
        path=path,
        below=below,
        due_on=due_on,
        days=days,
        note=note,
        assigned_by=actor,
        assigned_at=timezone.now(),
        **whom,
    )
    record("courses.assigned", obj=made, actor=actor, subject=person, after=_told(made))
    return made


@transaction.atomic
def assign_all(
    *,
    actor: Account,
    modules: Sequence[Module],
    paths: Sequence[LearningPath],
    people: Sequence[Person],
    agency: Agency | None,
    **terms: Any,
) -> list[Assignment]:
    """Assign several things to an agency, or to several people: all of it, or nothing and an error."""
    things = [{"path": path} for path in paths] + [{"module": module} for module in modules]
    targets = [{"agency": agency}] if agency is not None else [{"person": person} for person in people]
    return [assign(actor=actor, **thing, **target, **terms) for target in targets for thing in things]


def _locked(person: Person | None, agency: Agency | None) -> Person | Agency:
    """Let two clicks follow each other, so that the second one finds what the first one did."""
    if person is not None:
        return Person.objects.select_for_update().get(pk=person.pk)
    if agency is None:
        raise CourseError(_("Say to whom it is assigned."))
    locked = Agency.objects.select_for_update().get(pk=agency.pk)
    if locked.closed_on is not None and locked.closed_on < timezone.localdate():
        raise CourseError(_("%(agency)s is closed.") % {"agency": locked})
    return locked


def _must_be_possible(module: Module | None, path: LearningPath | None, due_on: date, days: int) -> None:
    today = timezone.localdate()
    if due_on < today:
        raise CourseError(_("The day is over already. Choose a later one."))
    if due_on > today + LONGEST_AHEAD or not 0 <= days <= MOST_DAYS:
        raise CourseError(_("Choose a day within five years, and at most a year for new members."))
    if module is not None and not Module.objects.offered().filter(pk=module.pk).exists():
        raise CourseError(_("This module is not offered at present."))
    if path is not None and path.withdrawn:
        raise CourseError(_("The path “%(path)s” was withdrawn.") % {"path": path})


def title_of(*, module: Module | None = None, path: LearningPath | None = None) -> str:
    """Return what is assigned in the active language: the title of a path, or of a module. One query for a module."""
    if path is not None:
        return path.title
    if module is None:
        return ""
    return Module.objects.with_title((get_language() or "")[:2]).get(pk=module.pk).title


def _told(assignment: Assignment) -> dict[str, Any]:
    """What the trail keeps of an assignment."""
    return {
        "module": assignment.module.code if assignment.module else "",
        "path": assignment.path.code if assignment.path else "",
        "agency": assignment.agency.code if assignment.agency else "",
        "due_on": str(assignment.due_on),
        "days": assignment.days,
    }


@transaction.atomic
def withdraw_assignment(*, assignment: Assignment, actor: Account) -> Assignment:
    """Take an assignment back: nobody has to do it any more. What was learnt stays; a second time changes nothing.

    Raises CourseError for what somebody else decides: what the actor has to complete, or what a manager assigned.
    """
    if objection := objection_to_withdrawal(actor, assignment):
        raise CourseError(objection)
    return _withdraw(assignment, actor)


def _withdraw(assignment: Assignment, actor: Account | None) -> Assignment:
    locked = Assignment.objects.select_for_update().get(pk=assignment.pk)
    if locked.withdrawn_at is None:
        locked.withdrawn_at, locked.withdrawn_by = timezone.now(), actor
        locked.save(update_fields=["withdrawn_at", "withdrawn_by"])
        emails.cancel(locked)
        record("courses.assignment_withdrawn", obj=locked, actor=actor, subject=locked.person, before=_told(locked))
    return locked


@transaction.atomic
def exempt(
    *, assignment: Assignment, person: Person, reason: str, actor: Account, module: Module | None = None
) -> Exemption:
    """Let somebody off what was assigned, or off one module of it, with a reason.

    Raises CourseError for oneself, for a module that was not assigned, when the person is exempt already, and to a
    coordinator where a manager assigned it.
    """
    locked = Assignment.objects.select_for_update().get(pk=assignment.pk)
    if actor.person_id == person.pk:
        raise CourseError(_("Somebody else decides about your own exemption."))
    if objection := objection_to_exemption(actor, locked):
        raise CourseError(objection)
    if locked.withdrawn_at is not None:
        raise CourseError(_("This was taken back: nobody has to do it any more."))
    if module is not None and module.pk not in locked.modules:
        raise CourseError(_("This module was not assigned."))
    standing = Exemption.objects.filter(assignment=locked, person=person, withdrawn_at__isnull=True)
    if standing.filter(module=None).exists() or standing.filter(module=module).exists():
        raise CourseError(_("%(person)s is exempt already.") % {"person": person})
    made = Exemption.objects.create(
        assignment=locked, person=person, module=module, reason=reason, granted_by=actor, granted_at=timezone.now()
    )
    after = {"assignment": locked.pk, "module": module.code if module else ""}
    record("courses.exempted", obj=made, actor=actor, subject=person, after=after, reason=reason)
    return made


@transaction.atomic
def withdraw_exemption(*, exemption: Exemption, actor: Account) -> Exemption:
    """Take an exemption back; a second time changes nothing. Raises CourseError as `exempt` does."""
    locked = Exemption.objects.select_for_update(of=["self"]).select_related("person").get(pk=exemption.pk)
    if actor.person_id == locked.person_id:
        raise CourseError(_("Somebody else decides about your own exemption."))
    if objection := objection_to_exemption(actor, locked.assignment):
        raise CourseError(objection)
    if locked.withdrawn_at is None:
        locked.withdrawn_at, locked.withdrawn_by = timezone.now(), actor
        locked.save(update_fields=["withdrawn_at", "withdrawn_by"])
        record("courses.exemption_withdrawn", obj=locked, actor=actor, subject=locked.person)
    return locked


# --- Agencies that change ---------------------------------------------------------------------------------------------


@transaction.atomic
def follow_agency(*, agency: Agency, successor: Agency, people: Collection[int] | None, since: date) -> int:
    """Assign to the successor of an agency what was assigned to the agency itself. Returns how much.

    The row of the agency keeps its own until it closes: memberships say whom each of the two reaches, and from when.
    Where the successor was there before (a merger), its people get the time of new members. Exemptions go along.
    """
    followed = 0
    standing = Assignment.objects.standing().filter(agency=agency).select_related("module", "path", "agency")
    for each in standing.prefetch_related("exemptions").order_by("pk"):
        same = {"module": each.module, "path": each.path, "agency": successor}
        there = Assignment.objects.standing().filter(**same).first()
        if there is None:
            there = _assign_to_successor(each, successor, since)
            followed += 1
        _exempt_there(each, there, people)
    return followed


def _assign_to_successor(assignment: Assignment, successor: Agency, since: date) -> Assignment:
    merged = successor.opened_on is None or successor.opened_on < since
    due_on = max(assignment.due_on, since + timedelta(days=assignment.days)) if merged else assignment.due_on
    made = Assignment.objects.create(
        module=assignment.module,
        path=assignment.path,
        agency=successor,
        below=assignment.below,
        due_on=due_on,
        days=assignment.days,
        note=assignment.note,
        assigned_by=assignment.assigned_by,
        # Whoever knew of it is not told again; whoever comes with a merger could not know before its day.
        assigned_at=_midnight(since) if merged else assignment.assigned_at,
    )
    before = {"agency": assignment.agency.code if assignment.agency else ""}
    record("courses.assignment_followed", obj=made, before=before, after={**_told(made), "since": str(since)})
    return made


def _exempt_there(assignment: Assignment, there: Assignment, people: Collection[int] | None) -> None:
    """Exempt who was exempt of the one from the other as well."""
    exempted = set(there.exemptions.filter(withdrawn_at=None).values_list("person", "module"))
    for each in assignment.exemptions.all():
        goes_along = each.withdrawn_at is None and (people is None or each.person_id in people)
        if goes_along and (each.person_id, each.module_id) not in exempted:
            Exemption.objects.create(
                assignment=there,
                person_id=each.person_id,
                module_id=each.module_id,
                reason=each.reason,
                granted_by_id=each.granted_by_id,
                granted_at=each.granted_at,
            )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def foretell_assignments(agencies: Sequence[Agency], day: date) -> list[str]:
    """Say what a change of agencies does to what was assigned to them; nothing where nothing was."""
    count = Assignment.objects.standing().filter(agency__in=agencies).count()
    if not count:
        return []
    return [
        ngettext(
            "%(count)d assignment goes over to whoever takes the place of the agency.",
            "%(count)d assignments go over to whoever takes the place of the agency.",
            count,
        )
        % {"count": count}
    ]


@transaction.atomic
def withdraw_erased(person: Person, actor: Account | None, _reason: str) -> dict[str, int]:
    """Take back what was assigned in person to somebody whose data are erased."""
    own = Assignment.objects.standing().filter(person=person)
    withdrawn = [_withdraw(each, actor) for each in own.select_related("module", "path")]
    return {"courses.assignments_withdrawn": len(withdrawn)} if withdrawn else {}
