"""Reminders of what has to be completed: steps of a ladder to each person, a list of the week to coordinators."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from core.fields import in_language
from core.jobs import for_each
from courses import emails
from courses.duties import GRACE, State, rung_for
from courses.models import Assignment, Module
from courses.services.standings import Standing, people_seen_by, standings
from people.models import Account, Language, Person, Role, RoleGrant

# Nobody is reminded at night.
MORNING, EVENING = time(8), time(20)
# The list of a week goes on its first days, whenever the scheduler was started.
LAST_WEEKDAY = 2
AT_ONCE = 500


@dataclass(frozen=True)
class _Late:
    """An assignment with the people who are overdue, and what it is called in each language."""

    assignment: Assignment
    people: set[int]
    titles: dict[str, str]


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
    alike = Assignment.objects.standing().filter(module=assignment.module_id, path=assignment.path_id)
    others = set(alike.exclude(pk=assignment.pk).values_list("pk", flat=True)) if reminders else set()
    morning, planned = _morning(today), 0
    for start in range(0, len(reminders), AT_ONCE):
        news = emails.leave_out_told(reminders[start : start + AT_ONCE], others)
        planned += len(for_each(news, lambda one: emails.plan_reminder(one, morning)))
    return planned


def _open_modules(standing: Standing) -> tuple[int, ...]:
    return tuple(duty.module for duty in standing.duties if duty.is_open)


def _people(keys: list[int]) -> dict[int, Person]:
    found: dict[int, Person] = {}
    for start in range(0, len(keys), AT_ONCE):
        found |= Person.objects.in_bulk(keys[start : start + AT_ONCE])
    return found


def _morning(today: date) -> datetime:
    late = timezone.localtime() >= timezone.make_aware(datetime.combine(today, EVENING))
    return timezone.make_aware(datetime.combine(today + timedelta(days=late), MORNING))


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
    titles = {language: _titles(left, language) for language in Language.values}
    late = [
        _Late(each, overdue[each.pk], {language: named[each.pk] for language, named in titles.items()}) for each in left
    ]
    year, number, _day = today.isocalendar()
    planned = for_each(_readers(), lambda one: _list(one, late, f"{year}-W{number:02d}", today))
    return sum(planned)


def _readers() -> Iterator[Account]:
    """Coordinators and managers on duty."""
    grants = RoleGrant.objects.active().filter(role__in=[Role.COORDINATOR, Role.MANAGER]).values("account")
    accounts = Account.objects.filter(pk__in=grants, is_active=True, person__isnull=False).select_related("person")
    return accounts.order_by("pk").iterator()


def _list(account: Account, late: list[_Late], week: str, today: date) -> bool:
    seen = people_seen_by(account)
    own = None if seen is None else set(seen.values_list("person", flat=True))
    person = account.person
    assert person is not None  # noqa: S101 - the query asks for it
    lines = []
    for each in late:
        people = each.people if own is None else each.people & own
        if people and (own is not None or each.assignment.assigned_by_id == account.pk):
            lines.append((each.titles[person.language], len(people)))
    return bool(lines) and emails.plan_overdue_list(person, week, lines, _morning(today))


def _titles(assignments: list[Assignment], language: str) -> dict[int, str]:
    """What each of some assignments is called in a language, in one query."""
    titled = Module.objects.filter(pk__in={each.module_id for each in assignments}).with_title(language)
    modules = {module.pk: module.title for module in titled}
    return {
        each.pk: in_language(each.path, "title", language) if each.path else modules[each.modules[0]]
        for each in assignments
    }
