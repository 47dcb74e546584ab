"""Reminders of what has to be completed: steps of a ladder to each person, a list of the week to coordinators."""

from collections.abc import Iterator
from datetime import date, datetime, time

from django.utils import timezone

from core.jobs import for_each
from courses import emails
from courses.duties import GRACE, State, rung_for
from courses.models import Assignment, Module
from courses.services.standings import Standing, people_seen_by, standings
from people.models import Account, Person, Role, RoleGrant

# Nobody is reminded at night.
MORNING = time(8)
# The list of a week goes on its first days, whenever the scheduler was started.
LAST_WEEKDAY = 2
AT_ONCE = 500


def plan_reminders(*, today: date) -> int:
    """Plan the reminders that are due today; the same one is never planned twice. Returns how many were due."""
    in_force = Assignment.objects.in_force().with_modules()
    return sum(for_each(in_force.order_by("pk"), lambda each: _remind(each, today)))


def _remind(assignment: Assignment, today: date) -> int:
    due = [
        (each, rung)
        for each in standings(assignments=[assignment])[assignment.pk]
        if (rung := rung_for(each.duties, today)) is not None
    ]
    people = _people([each.person for each, _rung in due])
    reminders = [
        emails.Reminder(assignment, people[each.person], rung, each.due_on, _open_modules(each)) for each, rung in due
    ]
    morning = _morning(today)
    return len(for_each(reminders, lambda one: emails.plan_reminder(one, morning)))


def _open_modules(standing: Standing) -> tuple[int, ...]:
    return tuple(duty.module for duty in standing.duties if duty.is_open)


def _people(keys: list[int]) -> dict[int, Person]:
    found: dict[int, Person] = {}
    for start in range(0, len(keys), AT_ONCE):
        found |= Person.objects.in_bulk(keys[start : start + AT_ONCE])
    return found


def _morning(today: date) -> datetime:
    return timezone.make_aware(datetime.combine(today, MORNING))


def plan_overdue_lists(*, today: date) -> int:
    """Plan the list of the week for coordinators, and for managers who assigned something: who is overdue for a week.

    From Monday to Wednesday; the same week makes no second list. Returns how many lists.
    """
    if today.weekday() > LAST_WEEKDAY:
        return 0
    assignments = list(Assignment.objects.in_force().filter(due_on__lt=today - GRACE).with_modules())
    overdue = {
        pk: {each.person for each in found if each.state == State.OVERDUE}
        for pk, found in standings(assignments=assignments, grace=GRACE).items()
    }
    left = [each for each in assignments if overdue[each.pk]]
    if not left:
        return 0
    year, number, _day = today.isocalendar()
    planned = for_each(_readers(), lambda one: _list(one, left, overdue, f"{year}-W{number:02d}", today))
    return sum(planned)


def _readers() -> Iterator[Account]:
    """Coordinators and managers on duty."""
    grants = RoleGrant.objects.active().filter(role__in=[Role.COORDINATOR, Role.MANAGER]).values("account")
    accounts = Account.objects.filter(pk__in=grants, is_active=True, person__isnull=False).select_related("person")
    return accounts.order_by("pk").iterator()


def _list(
    account: Account, assignments: list[Assignment], overdue: dict[int, set[int]], week: str, today: date
) -> bool:
    seen = people_seen_by(account)
    own = None if seen is None else set(seen.values_list("person", flat=True))
    person = account.person
    assert person is not None  # noqa: S101 - the query asks for it
    lines = []
    for each in assignments:
        people = overdue[each.pk] if own is None else overdue[each.pk] & own
        if people and (own is not None or each.assigned_by_id == account.pk):
            lines.append((_title(each, person.language), len(people)))
    return bool(lines) and emails.plan_overdue_list(person, week, lines, _morning(today))


def _title(assignment: Assignment, language: str) -> str:
    if assignment.path is not None:
        return str(getattr(assignment.path, f"title_{language}", "") or assignment.path.title_en)
    return Module.objects.with_title(language).get(pk=assignment.modules[0]).title
