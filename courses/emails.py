"""Messages about what people have to complete."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import override

from courses.duties import Rung
from courses.models import Assignment, Contribution, Module
from mail.kinds import ANSWERS, ASSIGNMENTS, QUESTIONS
from mail.models import Message
from mail.services import Extras, cancel_messages, replan_message
from people.models import Person

_TOPIC = "assignment"
_ANSWER, _WAITING = "discussion:answer", "discussion:waiting"
# So long an answer can be taken back or hidden before whoever asked is told of it.
_PAUSE = timedelta(minutes=10)
# How much of a question a mail says again.
_SHOWN = 200
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


def plan_answer_told(answer: Contribution) -> Message | None:
    """Plan to tell whoever asked that there is an answer. What it says is read on the page, where it can be hidden."""
    question = answer.question
    assert question is not None  # noqa: S101 - an answer has one
    asker = question.person
    with override(asker.language):
        context = {
            "title": Module.objects.with_title(asker.language).get(pk=answer.module_id).title,
            "question": Truncator(question.text).chars(_SHOWN),
            "by_learner": answer.written_as == Contribution.As.LEARNER,
            "page": settings.SITE_ADDRESS + reverse("discussion_question", args=[answer.module.code, question.pk]),
        }
    return replan_message(
        key=f"{_ANSWER}:{answer.pk}",
        recipient=asker,
        template="courses/answered",
        context=context,
        send_after=timezone.now() + _PAUSE,
        moves=False,
        extras=Extras(digest="answers", kind=ANSWERS),
    )


def cancel_answer_told(answer: Contribution) -> None:
    """Tell nobody of an answer that is no longer shown, if nobody was told yet."""
    cancel_messages(Message.objects.filter(key=f"{_ANSWER}:{answer.pk}"))


@dataclass(frozen=True)
class Waiting:
    """What waits in the discussion of a cohort: questions without an answer, and complaints."""

    title: str
    cohort: str
    questions: int
    complaints: int


def plan_waiting_list(person: Person, lines: Sequence[Waiting], send_after: datetime) -> Message | None:
    """Plan the list of a day for whoever runs cohorts: how much waits in which discussion, and where to read it."""
    with override(person.language):
        context = {"lines": lines, "page": settings.SITE_ADDRESS + reverse("discussions")}
    return replan_message(
        key=f"{_WAITING}:{send_after:%Y%m%d}:{person.pk}",
        recipient=person,
        template="courses/questions_wait",
        context=context,
        send_after=send_after,
        moves=False,
        extras=Extras(kind=QUESTIONS),
    )


def cancel_waiting_lists(morning: datetime, *, but: Collection[int]) -> None:
    """Cancel the lists of a morning to all for whom nothing waits any more: everybody but some people."""
    planned = Message.objects.about(f"{_WAITING}:{morning:%Y%m%d}")
    cancel_messages(planned.exclude(recipient__in=but))


def _topic(assignment: Assignment) -> str:
    return f"{_TOPIC}:{assignment.pk}"


def _step(reminder: Reminder) -> str:
    return f"{reminder.person.pk}:{reminder.rung}:{reminder.due_on:%Y%m%d}"
