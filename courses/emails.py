"""Messages about what people have to complete."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import override

from courses.duties import Rung
from courses.models import Assignment, Module
from mail.kinds import ASSIGNMENTS
from mail.models import Message
from mail.services import Extras, cancel_messages, replan_message
from people.models import Person

_TOPIC = "assignment"
_TEMPLATES = {Rung.TOLD: "assigned", Rung.SOON: "due", Rung.VERY_SOON: "due", Rung.OVERDUE: "overdue"}


@dataclass(frozen=True)
class Reminder:
    """What somebody is reminded of: the open modules of an assignment, and by when."""

    assignment: Assignment
    person: Person
    rung: Rung
    due_on: date
    modules: tuple[int, ...]


def plan_reminder(reminder: Reminder, send_after: datetime) -> Message | None:
    """Plan a step of the ladder; each step about a day has its own message, and comes once."""
    person, assignment = reminder.person, reminder.assignment
    with override(person.language):
        titled = Module.objects.filter(pk__in=reminder.modules).with_title(person.language)
        titles = {module.pk: module.title for module in titled}
        context = {
            "titles": [titles[module] for module in reminder.modules if module in titles],
            "day": date_format(reminder.due_on, "DATE_FORMAT"),
            "note": assignment.note,
            "page": settings.SITE_ADDRESS + reverse("my_learning"),
        }
    return replan_message(
        key=f"{_topic(assignment)}:{_step(reminder)}",
        recipient=person,
        template=f"courses/{_TEMPLATES[reminder.rung]}",
        context=context,
        send_after=send_after,
        moves=False,
        extras=Extras(digest="assignments", kind=ASSIGNMENTS),
    )


def leave_out_told(reminders: Sequence[Reminder], others: Collection[int]) -> list[Reminder]:
    """Leave out what people were told already by reason of other assignments: the same step about the same day.

    So nobody reads it again because the agency has a new name. One query.
    """
    if not others:
        return list(reminders)
    people = [each.person.pk for each in reminders]
    told = Message.objects.about(_TOPIC).filter(recipient__in=people).exclude(state=Message.State.CANCELLED)
    said = set()
    for key in told.values_list("key", flat=True):
        _word, assignment, step = key.split(":", 2)
        if int(assignment) in others:
            said.add(step)
    return [each for each in reminders if _step(each) not in said]


def plan_overdue_list(person: Person, week: str, lines: Sequence[tuple[str, int]], send_after: datetime) -> bool:
    """Plan the list of a week for whoever looks after people: how many are overdue with what, and where to read who."""
    with override(person.language):
        context = {
            "lines": [{"title": title, "people": people} for title, people in lines],
            "page": settings.SITE_ADDRESS + reverse("assignments"),
        }
    planned = replan_message(
        key=f"assignments:overdue:{person.pk}:{week}",
        recipient=person,
        template="courses/overdue_list",
        context=context,
        send_after=send_after,
        moves=False,
    )
    return planned is not None


def cancel(assignment: Assignment) -> None:
    """Cancel the reminders that still wait: the assignment was taken back."""
    cancel_messages(Message.objects.about(_topic(assignment)))


def _topic(assignment: Assignment) -> str:
    return f"{_TOPIC}:{assignment.pk}"


def _step(reminder: Reminder) -> str:
    return f"{reminder.person.pk}:{reminder.rung}:{reminder.due_on:%Y%m%d}"
